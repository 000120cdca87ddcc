//! What the page says, in sentences: nothing else in the page joins words.

use crate::app::model::async_value::Progress;
use crate::app::model::engine_selection::Reason;
use crate::app::model::user_data::training_lock::Whose;
use crate::app::model::user_data::{Course, Mine};
use crate::app::model::{Answer, Phase};
use crate::keeping::Refusal;
use crate::protocol::{AdapterKind, Classification, Doing, EngineKind, Found, Polarity, Rest};

/// From here on the page is sure of an answer.
const SURE: f32 = 0.8;

/// Below this it says that it is not.
const UNSURE: f32 = 0.5;

/// The name of an engine.
pub fn engine(kind: EngineKind) -> &'static str {
    match kind {
        EngineKind::Cpu => "CPU",
        EngineKind::Gpu => "WebGPU",
    }
}

/// What an adapter is, in a few words.
pub fn adapter(kind: AdapterKind) -> &'static str {
    match kind {
        AdapterKind::Processor => "processor",
        AdapterKind::Hardware => "graphics adapter",
        AdapterKind::Software => "software adapter",
    }
}

/// Text with a full stop at its end.
pub fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.ends_with(['.', '!', '?']) { text.to_string() } else { format!("{text}.") }
}

/// Why an engine answers.
pub fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Waiting => "The engine is on its way.".into(),
        Reason::NothingWorks(why) => format!("No engine works here. {}", sentence(why)),
        Reason::Wished(kind) => format!("You chose {}.", engine_with_article(*kind)),
        Reason::WishOnItsWay(kind) => {
            format!("You chose {}, which is on its way; until then the other one answers.", engine_with_article(*kind))
        }
        Reason::WishFailed(kind, why) => {
            format!("You chose {}, which does not work here: {}", engine_with_article(*kind), sentence(why))
        }
        Reason::First => "It was the first to be ready.".into(),
        Reason::OtherFailed(kind, why) => format!("{} is out: {}", capital(engine_with_article(*kind)), sentence(why)),
        Reason::GpuFaster(gpu, cpu) => {
            format!("WebGPU is the faster one here: {} against {}.", milliseconds(*gpu), milliseconds(*cpu))
        }
        Reason::GpuWithinFrame(gpu) => {
            format!("WebGPU answers within a frame ({}) and leaves the processor free.", milliseconds(*gpu))
        }
        Reason::SoftwareAdapter => "WebGPU runs on a software adapter here, which is the processor again.".into(),
        Reason::GpuSlower(gpu, cpu) => {
            format!("WebGPU is slower here: {} against {}.", milliseconds(*gpu), milliseconds(*cpu))
        }
    }
}

fn engine_with_article(kind: EngineKind) -> &'static str {
    match kind {
        EngineKind::Cpu => "the CPU",
        EngineKind::Gpu => "WebGPU",
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A time with as many digits as mean something.
pub fn milliseconds(ms: f64) -> String {
    match ms {
        _ if !ms.is_finite() => "–".into(),
        // Clocks of some browsers tick in whole milliseconds.
        _ if ms <= 0.0 => "less than 1 ms".into(),
        _ if ms < 0.095 => format!("{ms:.2} ms"),
        _ if ms < 9.95 => format!("{ms:.1} ms"),
        _ => format!("{ms:.0} ms"),
    }
}

/// A number of bytes as people read it.
pub fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.0} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}

/// A whole number with its thousands apart.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A share as a percentage with one place. What is not quite all is never rounded up to it.
pub fn percent(share: f32) -> String {
    let share = if share.is_finite() { f64::from(share) } else { 0.0 };
    let tenths = (share * 1000.0).clamp(0.0, 1000.0);
    let tenths = if tenths < 1000.0 { tenths.round().min(999.0) } else { tenths };
    format!("{:.1}%", tenths / 10.0)
}

/// A percentage with figure spaces before it, so that a column of them is aligned to the right although each begins at the same
/// place: text that begins elsewhere than before counts as a shift of the page.
pub fn percent_in_column(share: f32) -> String {
    let text = percent(share);
    let missing = "100.0%".len().saturating_sub(text.len());
    "\u{2007}".repeat(missing) + &text
}

/// How far a load is.
pub fn progress(progress: &Progress) -> String {
    let doing = match progress.doing {
        None => "Starting",
        Some(Doing::Fetching) => "Fetching",
        Some(Doing::Checking) => "Checking",
        Some(Doing::WarmingUp) => "Warming up",
        Some(Doing::Timing) => "Timing",
        Some(Doing::Measuring) => "Measuring",
        Some(Doing::Reading) => "Reading",
    };
    match progress.share() {
        Some(share) => format!("{doing}, {:.0}%", share * 100.0),
        None => format!("{doing}…"),
    }
}

/// The digits from the most probable down, with their probabilities.
pub fn ranking(result: &Classification) -> Vec<(usize, f32)> {
    let mut ranking: Vec<(usize, f32)> = result.probabilities.iter().copied().enumerate().take(10).collect();
    ranking.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranking
}

/// The answer in words: what it is, and what else it may be.
pub fn verdict(result: &Classification) -> String {
    let ranking = ranking(result);
    match ranking.as_slice() {
        [(first, p), (second, _), ..] if *p < UNSURE => format!("Not sure: {first}, or perhaps {second}."),
        [(first, p), (second, q), ..] if *p < SURE => {
            format!("{}, or perhaps {second} ({}).", capital(name(*first)), percent(*q))
        }
        [(first, _), ..] => format!("{}.", capital(name(*first))),
        [] => String::new(),
    }
}

/// What a screen reader says of an answer.
pub fn announcement(result: &Classification) -> String {
    match ranking(result).as_slice() {
        [(first, p), (second, _), ..] if *p < UNSURE => {
            format!("Not sure: it reads {first}, {}, or perhaps {second}.", percent(*p))
        }
        [(first, p), (second, _), ..] if *p < SURE => {
            format!("It reads {first}, {}, or perhaps {second}.", percent(*p))
        }
        [(first, p), ..] => format!("It reads {first}, {}.", percent(*p)),
        [] => String::new(),
    }
}

/// The line under the answer while there is none, or none yet.
pub fn waiting(phase: Phase, ready: bool) -> &'static str {
    match (phase, ready) {
        (Phase::Empty, _) => "Draw a digit.",
        (_, true) => "Reading…",
        (_, false) => "The model is on its way…",
    }
}

/// What was found out about a picture.
pub fn found(found: &Found) -> String {
    let polarity = match found.polarity {
        Polarity::DarkOnLight => "Dark ink on a light ground",
        Polarity::LightOnDark => "Light ink on a dark ground",
    };
    let [_, _, width, height] = found.bounds;
    format!("{polarity}, parted at grey {}; the digit is {width}×{height} pixels.", found.threshold)
}

/// Who read it, on what, and how fast.
pub fn reader(answer: Option<&Answer>, mine: &Mine, adapter: Option<&str>) -> String {
    let Some(result) = answer.map(|answer| &answer.result) else { return String::new() };
    let (engine, time) = (engine_with_article(result.engine), milliseconds(result.model_ms));
    match adapter {
        Some(adapter) => format!("Read by {} on {engine} ({adapter}) in {time}.", mine.called(&result.model)),
        None => format!("Read by {} on {engine} in {time}.", mine.called(&result.model)),
    }
}

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

/// The reason of a choice where it is that something does not work.
pub fn fault(why: &Reason) -> Option<String> {
    matches!(why, Reason::WishFailed(..) | Reason::OtherFailed(..) | Reason::NothingWorks(_)).then(|| reason(why))
}

/// A digit's English word with its article.
pub fn a_digit(digit: usize) -> String {
    format!("{} {}", if digit == 8 { "an" } else { "a" }, name(digit))
}

/// Several of a digit, in English.
pub fn several(digit: usize) -> String {
    format!("{}{}", name(digit), if digit == 6 { "es" } else { "s" })
}

/// The English word for a digit.
pub fn name(digit: usize) -> &'static str {
    const NAMES: [&str; 10] = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];
    NAMES.get(digit).copied().unwrap_or("something else")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::Picture;

    fn result(probabilities: &[(usize, f32)]) -> Classification {
        let mut all = vec![0.0; 10];
        for (digit, p) in probabilities {
            all[*digit] = *p;
        }
        Classification {
            model: "digits".into(),
            engine: EngineKind::Cpu,
            digit: probabilities[0].0 as u8,
            probabilities: all,
            logits: Vec::new(),
            image: Picture { width: 28, height: 28, pixels: vec![0; 784] },
            found: None,
            layers: Vec::new(),
            model_ms: 1.0,
            total_ms: 2.0,
        }
    }

    #[test]
    fn a_sure_answer_names_no_other() {
        assert_eq!(verdict(&result(&[(3, 0.98), (8, 0.01)])), "Three.");
        assert_eq!(announcement(&result(&[(3, 0.98)])), "It reads 3, 98.0%.");
    }

    #[test]
    fn a_doubtful_answer_names_the_runner_up() {
        assert_eq!(verdict(&result(&[(3, 0.7), (8, 0.25)])), "Three, or perhaps 8 (25.0%).");
        assert_eq!(verdict(&result(&[(3, 0.4), (8, 0.35)])), "Not sure: 3, or perhaps 8.");
        assert_eq!(announcement(&result(&[(3, 0.4), (8, 0.35)])), "Not sure: it reads 3, 40.0%, or perhaps 8.");
    }

    #[test]
    fn almost_certain_is_not_certain() {
        assert_eq!(percent(0.99999), "99.9%");
        assert_eq!(percent(1.0), "100.0%");
        assert_eq!(percent(0.0), "0.0%");
        assert_eq!(percent(f32::NAN), "0.0%");
        assert_eq!(percent_in_column(0.052), "\u{2007}\u{2007}5.2%");
    }

    #[test]
    fn numbers_are_readable() {
        assert_eq!(thousands(693_962), "693,962");
        assert_eq!(thousands(12), "12");
        assert_eq!(bytes(1_387_924), "1.4 MB");
        assert_eq!(bytes(99_400), "99 kB");
        assert_eq!(milliseconds(0.0), "less than 1 ms");
        assert_eq!(milliseconds(0.042), "0.04 ms");
        assert_eq!(milliseconds(1.25), "1.2 ms");
        assert_eq!(milliseconds(23.4), "23 ms");
    }

    #[test]
    fn sentences_end_once() {
        assert_eq!(sentence("no adapter "), "no adapter.");
        assert_eq!(sentence("No adapter."), "No adapter.");
        assert!(reason(&Reason::OtherFailed(EngineKind::Gpu, "No adapter".into())).ends_with("No adapter."));
    }
}
