//! Messages about predictions.

use super::engines::engine_with_article;
use super::format::{capitalize, digit_with_article, milliseconds, percent};
use crate::app::model::prediction::{Prediction, PredictionStatus};
use crate::app::model::user_data::UserData;
use crate::app::model::user_data::task::Task;
use crate::protocol::{Classification, NumberPart, PhotoAnalysis, Polarity, Verdict};

/// From this probability on, a prediction is shown as certain.
const SURE_FROM: f32 = 0.8;

/// Below this probability, it is shown as uncertain.
const UNSURE_BELOW: f32 = 0.5;

/// The classes by descending probability.
fn ranking(task: Task, result: &Classification) -> Vec<(usize, f32)> {
    let classes = task.facts().classes.len();
    let mut ranking: Vec<(usize, f32)> = result.probabilities.iter().copied().enumerate().take(classes).collect();
    ranking.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranking
}

/// What is said of ink that is not one digit.
fn no_digit(task: Task, result: &Classification) -> Option<String> {
    match result.verdict {
        Verdict::Digit => None,
        Verdict::Number => {
            let digit = |part: &NumberPart| {
                let share = part.probabilities.get(usize::from(part.digit)).copied().unwrap_or_default();
                format!("{} ({})", part.digit, percent(share))
            };
            let digits: Vec<String> = result.parts.iter().map(digit).collect();
            Some(format!("This is {}: {}.", result.number.as_deref().unwrap_or_default(), digits.join(", ")))
        }
        Verdict::NotADigit => {
            let (noun, nearest) = (task.texts().noun, task.class_name(result.digit.into()).label);
            Some(format!("This does not look like a {noun}. The closest match is {nearest}."))
        }
        Verdict::TooLittle => Some("That is only a dot. Draw a little more.".to_owned()),
    }
}

/// The prediction in a character or a few, as it is shown large and given to scripts; nothing where there is none.
pub fn written(task: Task, result: &Classification) -> String {
    match result.verdict {
        Verdict::Digit => task.class_name(result.digit.into()).label.to_owned(),
        Verdict::Number => result.number.clone().unwrap_or_default(),
        Verdict::NotADigit | Verdict::TooLittle => String::new(),
    }
}

/// The prediction in words, with the alternative where it is uncertain.
pub fn verdict(task: Task, result: &Classification) -> String {
    if let Some(other) = no_digit(task, result) {
        return other;
    }
    let label = |class: usize| task.class_name(class).label;
    let spoken = |class: usize| capitalize(task.class_name(class).spoken);
    match ranking(task, result).as_slice() {
        [(first, p), (second, _), ..] if *p < UNSURE_BELOW => {
            format!("Not sure: {}, or maybe {}.", label(*first), label(*second))
        }
        [(first, p), (second, q), ..] if *p < SURE_FROM => {
            format!("{}, or maybe {} ({}).", spoken(*first), label(*second), percent(*q))
        }
        [(first, _), ..] => format!("{}.", spoken(*first)),
        [] => String::new(),
    }
}

/// The announcement of a prediction for screen readers.
pub fn announcement(task: Task, result: &Classification) -> String {
    if let Some(other) = no_digit(task, result) {
        return other;
    }
    let label = |class: usize| task.class_name(class).label;
    match ranking(task, result).as_slice() {
        [(first, p), (second, _), ..] if *p < UNSURE_BELOW => {
            format!("Not sure: the model reads {}, {}, or maybe {}.", label(*first), percent(*p), label(*second))
        }
        [(first, p), (second, _), ..] if *p < SURE_FROM => {
            format!("The model reads {}, {}, or maybe {}.", label(*first), percent(*p), label(*second))
        }
        [(first, p), ..] => format!("The model reads {}, {}.", label(*first), percent(*p)),
        [] => String::new(),
    }
}

/// The line in place of a prediction while there is none.
pub fn prediction_placeholder(task: Task, phase: PredictionStatus, ready: bool) -> String {
    match (phase, ready) {
        (PredictionStatus::Empty, _) => format!("Draw {}.", task.texts().one),
        (_, true) => "Reading…".into(),
        (_, false) => "Loading the model…".into(),
    }
}

/// What the game asks for.
pub fn game_task(digit: u8) -> String {
    format!("Draw {}.", digit_with_article(digit.into()))
}

/// How the game stands.
pub fn game_standing(seconds: u32, score: u32) -> String {
    let seconds = if seconds == 1 { "1 second".to_owned() } else { format!("{seconds} seconds") };
    format!("{seconds} left; {score} read so far.")
}

/// How the game ended.
pub fn game_over(score: u32, best: u32) -> String {
    let read = if score == 1 { "1 digit was read".to_owned() } else { format!("{score} digits were read") };
    match score {
        0 => "No digit was read this time.".into(),
        _ if score >= best => format!("{read}: your best so far."),
        _ => format!("{read}; your best is {best}."),
    }
}

/// The button that makes samples of the drawings.
pub fn game_keep(score: u32) -> String {
    if score == 1 { "Save as a sample".into() } else { format!("Save {score} as samples") }
}

/// The result of the analysis of a photo.
pub fn photo_analysis(task: Task, found: &PhotoAnalysis) -> String {
    let polarity = match found.polarity {
        Polarity::DarkOnLight => "Dark ink on a light background",
        Polarity::LightOnDark => "Light ink on a dark background",
    };
    let [_, _, width, height] = found.bounds;
    let (threshold, noun) = (found.threshold, task.texts().noun);
    format!("{polarity} (split at gray level {threshold}); the {noun} is {width}×{height} pixels.")
}

/// The model, engine and adapter that made a prediction, and its time.
pub fn prediction_source(answer: Option<&Prediction>, user_data: &UserData, adapter: Option<&str>) -> String {
    let Some(result) = answer.map(|answer| &answer.result) else { return String::new() };
    let (engine, time) = (engine_with_article(result.engine), milliseconds(result.model_ms));
    match adapter {
        Some(adapter) => {
            format!("Read by the model “{}” on {engine} ({adapter}) in {time}.", user_data.title_of(&result.model))
        }
        None => format!("Read by the model “{}” on {engine} in {time}.", user_data.title_of(&result.model)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{EngineKind, GrayImage, Verdict};

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
            verdict: Verdict::Digit,
            digit_probability: None,
            number: None,
            parts: Vec::new(),
            image: GrayImage { width: 28, height: 28, pixels: vec![0; 784] },
            found: None,
            layers: Vec::new(),
            model_ms: 1.0,
            total_ms: 2.0,
        }
    }

    #[test]
    fn the_game_tells_the_best_score() {
        assert_eq!(game_task(8), "Draw an eight.");
        assert_eq!(game_standing(1, 3), "1 second left; 3 read so far.");
        assert_eq!(game_over(5, 9), "5 digits were read; your best is 9.");
        assert_eq!(game_over(9, 9), "9 digits were read: your best so far.");
        assert_eq!(game_over(0, 9), "No digit was read this time.");
    }

    #[test]
    fn a_sure_answer_names_no_other() {
        assert_eq!(verdict(Task::Digits, &result(&[(3, 0.98), (8, 0.01)])), "Three.");
        assert_eq!(announcement(Task::Digits, &result(&[(3, 0.98)])), "The model reads 3, 98.0%.");
    }

    #[test]
    fn a_doubtful_answer_names_the_runner_up() {
        assert_eq!(verdict(Task::Digits, &result(&[(3, 0.7), (8, 0.25)])), "Three, or maybe 8 (25.0%).");
        assert_eq!(verdict(Task::Digits, &result(&[(3, 0.4), (8, 0.35)])), "Not sure: 3, or maybe 8.");
        assert_eq!(
            announcement(Task::Digits, &result(&[(3, 0.4), (8, 0.35)])),
            "Not sure: the model reads 3, 40.0%, or maybe 8."
        );
    }

    #[test]
    fn a_number_is_read_with_each_digits_share() {
        let part = |digit: u8, share: f32| {
            let mut probabilities = vec![0.0; 10];
            probabilities[usize::from(digit)] = share;
            let image = GrayImage { width: 28, height: 28, pixels: vec![0; 784] };
            NumberPart { digit, probabilities, digit_probability: 0.9, bounds: [0.0; 4], image }
        };
        let number = Classification {
            verdict: Verdict::Number,
            number: Some("42".into()),
            parts: vec![part(4, 0.99), part(2, 0.875)],
            ..result(&[(8, 0.5)])
        };
        assert_eq!(verdict(Task::Digits, &number), "This is 42: 4 (99.0%), 2 (87.5%).");
        assert_eq!(written(Task::Digits, &number), "42");
    }

    #[test]
    fn what_is_no_digit_is_said_to_be_none() {
        let letter = Classification { verdict: Verdict::NotADigit, ..result(&[(4, 0.97)]) };
        assert_eq!(verdict(Task::Digits, &letter), "This does not look like a digit. The closest match is 4.");
        assert_eq!(announcement(Task::Digits, &letter), verdict(Task::Digits, &letter));
        assert_eq!(written(Task::Digits, &letter), "");
        let dot = Classification { verdict: Verdict::TooLittle, ..result(&[(1, 0.92)]) };
        assert_eq!(verdict(Task::Digits, &dot), "That is only a dot. Draw a little more.");
    }
}
