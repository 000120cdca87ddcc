//! What is the visitor's own: corrections, what is learned from them, and the versions that came of it. Plain state, tested natively.

pub mod records;
pub mod task;
pub mod training_lock;
pub mod write_queue;

use serde::{Deserialize, Serialize};

use super::async_value::Shared;
use crate::app::model::user_data::records::Found;
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::training_lock::{Got, Turn};
use crate::app::model::user_data::write_queue::{Change, Id, Key, Shelf};
use crate::keeping::Refusal;
use crate::protocol::{
    EngineKind, From, JobId, Learn, Learned, Learning, Lesson, Measured, Plan, Rest, Sample, TextSample,
};

/// How many of each digit the guided mode asks for.
pub const GUIDED: usize = 3;

/// Points of accuracy on held-out digits that a version may lose and still take its parent's place.
pub const MAY_LOSE: f64 = 0.5;

/// Something that the visitor said how it should be.
#[derive(Clone, Debug, PartialEq)]
pub struct Correction {
    /// Tells one from another, in every tab.
    pub id: Id,
    /// What.
    pub sample: Taught,
}

/// A sample of either kind, in a file and in the browser's storage as one object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Taught {
    /// A digit, and what was drawn.
    Digit(Sample),
    /// A text, and its summary.
    Text(TextSample),
}

impl Taught {
    /// What it teaches.
    pub fn task(&self) -> Task {
        match self {
            Self::Digit(_) => Task::Digits,
            Self::Text(_) => Task::Texts,
        }
    }
}

/// A model that the visitor taught or brought.
#[derive(Clone, Debug, PartialEq)]
pub struct Version {
    /// What it is.
    pub about: About,
    /// The package as one file.
    pub package: Shared<Vec<u8>>,
}

/// What the list says of a version, and what is kept of it beside its package.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    /// Names it to the engines.
    pub name: String,
    /// What it does.
    #[serde(default)]
    pub task: Task,
    /// What the visitor calls it.
    pub title: String,
    /// The parent's name; none for one that was brought.
    pub parent: Option<String>,
    /// When it was made.
    pub made: String,
    /// Of how many corrections.
    pub samples: usize,
    /// How it was learned.
    pub plan: Option<Plan>,
    /// The main figure on held-out samples, the parent's and its own: accuracy, or mean ROUGE, as a share.
    pub held_out: Option<[f64; 2]>,
    /// … on the corrections.
    pub own: Option<[f64; 2]>,
}

/// A point of the curves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dot {
    /// Steps done.
    pub step: u32,
    /// The value.
    pub value: f64,
}

/// The learning that is under way.
#[derive(Clone, Debug, PartialEq)]
pub enum Course {
    /// None.
    Idle,
    /// It waits for an engine with the parent.
    Wanted(Shared<Learn>),
    /// An engine is at it.
    Running(Running),
    /// It ended well: the version it came to, and its figures.
    Done(String, Shared<Learned>),
    /// It did not; what it was about, and a sentence.
    Failed(Task, String),
}

impl Course {
    /// Whether something is to be learned, now or when its turn comes.
    pub fn busy(&self) -> bool {
        matches!(self, Course::Wanted(_) | Course::Running(_))
    }
}

/// Learning that an engine is at.
#[derive(Clone, Debug, PartialEq)]
pub struct Running {
    /// What was asked.
    pub ask: Shared<Learn>,
    /// Which engine, in which of its lives.
    pub engine: (EngineKind, u32),
    /// The job.
    pub job: JobId,
    /// Whether it rests.
    pub rest: Rest,
    /// The last report.
    pub latest: Option<Learning>,
    /// The loss over the steps.
    pub loss: Vec<Dot>,
    /// The accuracy on held-out digits.
    pub held_out: Vec<Dot>,
}

/// What models were measured at, beside one another.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Measures {
    /// What was asked: models of one task, which are measured one after the other.
    pub asked: Option<(Task, Vec<String>)>,
    /// What came of it so far.
    pub done: Vec<(String, Result<Shared<Measured>, String>)>,
    /// The model that an engine is at: the engine, its life, the job.
    pub running: Option<(EngineKind, u32, JobId)>,
}

/// All that is the visitor's own.
#[derive(Clone, Debug, PartialEq)]
pub struct Mine {
    /// The corrections, in the order of their numbers.
    pub corrections: Shared<Vec<Correction>>,
    /// Numbers them.
    pub counted: u32,
    /// Tells what this tab makes from what other tabs make; known once what was kept has been read.
    pub tab: u32,
    /// The versions.
    pub versions: Shared<Vec<Version>>,
    /// Numbers them.
    pub named: u32,
    /// Whether what was kept has been read: before that nothing is written over it.
    pub read: bool,
    /// What is not kept yet.
    pub shelf: Shelf,
    /// The digit that the guided mode asks for.
    pub guide: Option<u8>,
    /// How to learn digits, and how to learn texts.
    pub plans: [Plan; 2],
    /// The learning under way.
    pub course: Course,
    /// What the versions were measured at, beside one another.
    pub measures: Measures,
    /// Whether this tab is the one that learns.
    pub turn: Turn,
    /// How often an engine stopped in the middle of the learning since the last checkpoint.
    pub stumbles: u32,
    /// The version that came from a file last, and what was active before it.
    pub brought: Option<(String, String)>,
}

/// What a visitor does with what is their own, and what comes of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Deed {
    /// What is on the pad is really this digit.
    Correct(u8),
    /// This summary is how it should have been.
    Keep(TextSample),
    /// This correction is another digit.
    Relabel(Id, u8),
    /// This correction is another summary.
    Rewrite(Id, String),
    /// This correction is none.
    Delete(Id),
    /// No corrections of this kind any more.
    DeleteAll(Task),
    /// Corrections from a file.
    Import(String),
    /// Ask for a few of each digit, or stop asking.
    Guide(bool),
    /// Learn like this.
    Plan(Task, Plan),
    /// Learn, and call it that: a title, a comma, and the words for now.
    Learn(Task, String),
    /// Measure these models beside one another.
    Measure(Task, Vec<String>),
    /// Rest, or go on.
    Rest(Rest),
    /// Stop learning; nothing becomes of it.
    Stop,
    /// The result was seen.
    Close,
    /// Call a version that.
    Rename(String, String),
    /// A version is not wanted any more.
    Remove(String),
    /// A package from a file: the file's name, the words for now, the bytes.
    Bring(String, String, Shared<Vec<u8>>),
    /// What was kept has been read, by the tab of this number; or it could not be, or not all of it.
    Read(u32, Vec<Found>, Option<Refusal>),
    /// Another tab changed what is kept.
    Heard(Vec<Found>),
    /// The changes of this attempt are kept.
    Kept(u32),
    /// The changes of this attempt are not.
    Refused(u32, Refusal),
    /// This request for the turn to learn was answered.
    Turn(u32, Got),
}

impl Default for Mine {
    fn default() -> Self {
        Self {
            corrections: Shared::new(Vec::new()),
            counted: 0,
            tab: 0,
            versions: Shared::new(Vec::new()),
            named: 0,
            read: false,
            shelf: Shelf::default(),
            guide: None,
            plans: [Plan::DIGITS, Plan::TEXTS],
            course: Course::Idle,
            measures: Measures::default(),
            turn: Turn::default(),
            stumbles: 0,
            brought: None,
        }
    }
}

impl Mine {
    /// The corrections of one kind.
    pub fn of(&self, task: Task) -> impl Iterator<Item = &Correction> {
        self.corrections.iter().filter(move |correction| correction.sample.task() == task)
    }

    /// How many corrections there are of one kind.
    pub fn count(&self, task: Task) -> usize {
        self.of(task).count()
    }

    /// The corrections of one kind, to learn from.
    pub fn lesson(&self, task: Task) -> Lesson {
        let samples = self.of(task).map(|correction| correction.sample.clone());
        match task {
            Task::Digits => Lesson::Digits {
                samples: samples
                    .filter_map(|s| if let Taught::Digit(digit) = s { Some(digit) } else { None })
                    .collect(),
            },
            Task::Texts => Lesson::Texts {
                samples: samples.filter_map(|s| if let Taught::Text(text) = s { Some(text) } else { None }).collect(),
            },
        }
    }

    /// How to learn.
    pub fn plan(&self, task: Task) -> &Plan {
        &self.plans[task as usize]
    }

    /// What the learning that is under way, or ended last, is about.
    pub fn course_task(&self) -> Option<Task> {
        match &self.course {
            Course::Idle => None,
            Course::Wanted(ask) | Course::Running(Running { ask, .. }) => Some(Task::of_lesson(&ask.lesson)),
            Course::Done(name, _) => self.version(name).map(|version| version.about.task),
            Course::Failed(task, _) => Some(*task),
        }
    }

    /// How many corrections there are of a digit.
    pub fn count_digit(&self, digit: u8) -> usize {
        let is = |sample: &Taught| matches!(sample, Taught::Digit(sample) if sample.label == digit);
        self.corrections.iter().filter(|correction| is(&correction.sample)).count()
    }

    /// A version by its name.
    pub fn version(&self, name: &str) -> Option<&Version> {
        self.versions.iter().find(|version| version.about.name == name)
    }

    /// Adds corrections.
    pub fn add(&mut self, samples: Vec<Taught>) {
        let mut all = (*self.corrections).clone();
        for sample in samples {
            self.counted = self.counted.saturating_add(1);
            let id = Id { number: self.counted, tab: self.tab };
            self.shelf.mark(Key::Sample(id), Change::New);
            all.push(Correction { id, sample });
        }
        self.corrections = Shared::new(all);
        if let Some(guide) = self.guide {
            // The next digit that there are too few of.
            self.guide = (0..10u8).map(|step| (guide + step) % 10).find(|digit| self.count_digit(*digit) < GUIDED);
        }
    }

    /// Changes the corrections.
    pub fn edit(&mut self, change: impl FnOnce(&mut Vec<Correction>)) {
        let mut all = (*self.corrections).clone();
        change(&mut all);
        self.shelf.compare(&self.corrections, &all, |correction| Key::Sample(correction.id));
        self.corrections = Shared::new(all);
    }

    /// Changes the versions.
    pub fn edit_versions(&mut self, change: impl FnOnce(&mut Vec<Version>)) {
        let mut all = (*self.versions).clone();
        change(&mut all);
        self.shelf.compare(&self.versions, &all, |version| Key::Version(version.about.name.clone()));
        self.versions = Shared::new(all);
    }

    /// What the visitor calls a model: their own by its title, others by their names.
    pub fn called<'a>(&'a self, model: &'a str) -> &'a str {
        self.version(model).map_or(model, |version| version.about.title.as_str())
    }

    /// A name that no version has, or had while this page is open: what an engine knows by a name stays the same.
    pub fn free_name(&mut self) -> String {
        let number = |version: &Version| version.about.name.strip_prefix("mine-")?.parse().ok();
        let last = self.versions.iter().filter_map(number).max().unwrap_or_default();
        self.named = self.named.max(last).saturating_add(1);
        format!("mine-{}", self.named)
    }

    /// What is under way, or waits for an engine, as it is kept for a reload: it goes on from its checkpoint.
    pub fn pending(&self) -> Option<Learn> {
        match &self.course {
            Course::Wanted(ask) | Course::Running(Running { ask, .. }) => {
                Some(Learn { from: From::Checkpoint, ..(**ask).clone() })
            }
            _ => None,
        }
    }

    /// A hint about the corrections, before they are learned from.
    pub fn hint(&self, task: Task) -> Option<String> {
        if task == Task::Texts {
            return None;
        }
        let label = |correction: &Correction| match &correction.sample {
            Taught::Digit(sample) => sample.label,
            Taught::Text(_) => 0,
        };
        let first = label(self.of(task).next()?);
        let alone = self.of(task).all(|correction| label(correction) == first);
        alone.then(|| {
            let names = crate::app::messages::format::several(first.into());
            format!("You taught {names} alone. The model will learn your {names} and keep the others as they are.")
        })
    }
}

/// The samples of a file that holds some, and what to say of rows that are none.
///
/// # Errors
/// A sentence, for a file that is something else.
pub fn read_samples(text: &str) -> Result<(Vec<Taught>, Option<String>), String> {
    let list =
        list_of(text.as_bytes(), "samples").ok_or_else(|| "This file holds no samples of Inkling.".to_owned())?;
    let (mut samples, mut without) = (Vec::new(), Vec::new());
    for (index, row) in list.into_iter().enumerate() {
        match sample_of(row) {
            Some(sample) => samples.push(sample),
            None => without.push(index + 1),
        }
    }
    let rows = without.iter().take(8).map(usize::to_string).collect::<Vec<_>>().join(", ");
    let more = if without.len() > 8 { " and more" } else { "" };
    let left_out = match without.len() {
        0 => None,
        1 => Some(format!("Row {rows} has no label or no drawing, no text or no summary, and was left out.")),
        count => Some(format!(
            "{count} rows have no label or no drawing, no text or no summary, and were left out: {rows}{more}."
        )),
    };
    Ok((samples, left_out))
}

/// The list that some JSON has in a field.
pub fn list_of(json: &[u8], field: &str) -> Option<Vec<serde_json::Value>> {
    match serde_json::from_slice::<serde_json::Value>(json).ok()?.get_mut(field)?.take() {
        serde_json::Value::Array(list) => Some(list),
        _ => None,
    }
}

/// A sample as it is written, if it is a whole one.
pub fn sample_of(row: serde_json::Value) -> Option<Taught> {
    /// As the page's own drawings to pick are written.
    #[derive(Deserialize)]
    struct Plain {
        label: u8,
        strokes: Vec<crate::ink::Stroke>,
    }
    let plain = |row| {
        let Plain { label, strokes } = serde_json::from_value(row).ok()?;
        Some(Taught::Digit(Sample { label, input: crate::protocol::Input::Drawing(crate::ink::Drawing { strokes }) }))
    };
    let sample = serde_json::from_value(row.clone()).ok().or_else(|| plain(row));
    sample.filter(|sample: &Taught| match sample {
        Taught::Digit(sample) => sample.label <= 9 && !is_empty(sample),
        Taught::Text(sample) => !sample.text.trim().is_empty() && !sample.summary.trim().is_empty(),
    })
}

fn is_empty(sample: &Sample) -> bool {
    match &sample.input {
        crate::protocol::Input::Drawing(drawing) => drawing.is_empty(),
        crate::protocol::Input::Image(picture) => picture.pixels.len() != 784,
        crate::protocol::Input::Picture { .. } => true,
    }
}

/// Samples as a file.
pub fn write_samples(samples: &[Taught]) -> String {
    serde_json::json!({ "format": "inkling-samples-1", "samples": samples }).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ink::{Drawing, Point, Stroke};
    use crate::protocol::Input;

    fn sample(label: u8) -> Taught {
        let points = vec![Point::new(1.0, 1.0), Point::new(2.0, 9.0)];
        Taught::Digit(Sample { label, input: Input::Drawing(Drawing { strokes: vec![Stroke { points }] }) })
    }

    fn text(summary: &str) -> Taught {
        let (kind, length) = (crate::protocol::Kind::KeyPoints, crate::protocol::Length::Short);
        Taught::Text(TextSample { text: "It rained all day.".into(), kind, length, summary: summary.into() })
    }

    #[test]
    fn samples_go_out_and_come_back() {
        let samples = vec![sample(3), text("It rained."), sample(7)];
        assert_eq!(read_samples(&write_samples(&samples)), Ok((samples, None)));
    }

    #[test]
    fn rows_without_label_or_drawing_are_counted_and_named() {
        let text = r#"{"samples":[{"label":3,"strokes":[{"points":[{"x":1,"y":2}]}]},{"strokes":[]},{"label":4},{"label":11,"strokes":[{"points":[{"x":1,"y":2}]}]},{"text":"A text.","kind":"headline","summary":" "}]}"#;
        let (samples, left_out) = read_samples(text).unwrap();
        assert_eq!(samples.len(), 1);
        assert_eq!(
            left_out.unwrap(),
            "4 rows have no label or no drawing, no text or no summary, and were left out: 2, 3, 4, 5."
        );
        assert!(read_samples("[]").is_err() && read_samples("PK").is_err());
    }

    #[test]
    fn the_guide_goes_on_to_the_next_digit_and_ends() {
        let mut mine = Mine { guide: Some(0), ..Mine::default() };
        mine.add(vec![sample(0), sample(0)]);
        assert_eq!(mine.guide, Some(0));
        mine.add(vec![sample(0)]);
        assert_eq!(mine.guide, Some(1));
        for digit in 1..10 {
            mine.add(vec![sample(digit); GUIDED]);
        }
        assert_eq!(mine.guide, None);
    }

    #[test]
    fn one_digit_alone_gets_a_hint() {
        let mut mine = Mine::default();
        assert_eq!(mine.hint(Task::Digits), None);
        mine.add(vec![text("Rain."), sample(1), sample(1)]);
        assert!(mine.hint(Task::Digits).unwrap().contains("your ones"));
        mine.add(vec![sample(2)]);
        assert_eq!(mine.hint(Task::Digits), None);
    }
}
