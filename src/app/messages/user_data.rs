//! Messages about user data: its storage and its training runs.

use super::format::sentence;
use crate::app::messages::format::several;
use crate::app::model::user_data::Mine;
use crate::app::model::user_data::corrections::{Correction, Taught};
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::training_lock::Whose;
use crate::app::model::user_data::training_run::Course;
use crate::keeping::Refusal;
use crate::protocol::Rest;

/// Where learning stands, in one word.
pub fn standing(mine: &Mine) -> &'static str {
    match &mine.course {
        Course::Idle if mine.turn.whose() == Whose::Theirs => "elsewhere",
        Course::Idle => "idle",
        Course::Wanted(_) => "waiting",
        Course::Running(running) if running.rest == Rest::Hold => "resting",
        Course::Running(_) => "running",
        Course::Done(..) => "done",
        Course::Failed(..) => "failed",
    }
}

/// Whether all that is the visitor's own is kept, in one word.
pub fn keeping(mine: &Mine) -> &'static str {
    match (mine.read, mine.shelf.writing(), mine.shelf.is_empty()) {
        (false, ..) => "reading",
        (true, _, true) => "kept",
        (true, Some(_), false) => "writing",
        (true, None, false) => "refused",
    }
}

/// What the visitor is told when something of theirs is not kept; nothing where it will be under another name.
pub fn refused(refusal: &Refusal) -> Option<String> {
    match refusal {
        Refusal::Taken => None,
        Refusal::Full => Some(
            "The browser's storage is full, so what you did last is lost when you close the page: delete versions that you do not need, or export what you want to keep."
                .into(),
        ),
        Refusal::Denied(why) => Some(format!(
            "This browser keeps nothing here, so your samples and versions last until you close the page. ({})",
            sentence(why)
        )),
    }
}

/// A hint about the corrections, before they are learned from.
pub fn hint(mine: &Mine, task: Task) -> Option<String> {
    if task == Task::Texts {
        return None;
    }
    let label = |correction: &Correction| match &correction.sample {
        Taught::Digit(sample) => sample.label,
        Taught::Text(_) => 0,
    };
    let first = label(mine.of(task).next()?);
    let alone = mine.of(task).all(|correction| label(correction) == first);
    alone.then(|| {
        let names = several(first.into());
        format!("You taught {names} alone. The model will learn your {names} and keep the others as they are.")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ink::{Drawing, Point, Stroke};
    use crate::protocol::{Input, Sample, TextSample};

    fn sample(label: u8) -> Taught {
        let points = vec![Point::new(1.0, 1.0), Point::new(2.0, 9.0)];
        Taught::Digit(Sample { label, input: Input::Drawing(Drawing { strokes: vec![Stroke { points }] }) })
    }

    fn text(summary: &str) -> Taught {
        let (kind, length) = (crate::protocol::Kind::KeyPoints, crate::protocol::Length::Short);
        Taught::Text(TextSample { text: "It rained all day.".into(), kind, length, summary: summary.into() })
    }

    #[test]
    fn one_digit_alone_gets_a_hint() {
        let mut mine = Mine::default();
        assert_eq!(hint(&mine, Task::Digits), None);
        mine.add(vec![text("Rain."), sample(1), sample(1)]);
        assert!(hint(&mine, Task::Digits).unwrap().contains("your ones"));
        mine.add(vec![sample(2)]);
        assert_eq!(hint(&mine, Task::Digits), None);
    }
}
