//! Reading ink: one digit, a number, no digit, or too little to tell.

use burn::tensor::{Device, ExecutionError};

use super::{ConvNet, ConvNetActivations, argmax, batch_tensor};
use crate::{
    ink::{Image, InkBox, Segmentation},
    protocol::Verdict,
};

/// The least probability of being one digit with which something counts as one.
const ONE_DIGIT: f32 = 0.5;

/// The least probability of being one digit for a digit of a number: pieces of letters are like digits, too.
const DIGIT_OF_NUMBER: f32 = 0.7;

/// From this probability on, the whole is one digit without a look at its pieces.
const SURELY_ONE: f32 = 0.99;

/// The least sum of the logarithms of the certainties of a number's digits, less what speaks against parting them, for each place
/// where they are parted.
const NUMBER: f32 = -1.6;

/// The same two where all pieces stand apart: that there are several digits is sure, and only what they are may be in doubt.
const DIGIT_APART: f32 = 0.2;
const NUMBER_APART: f32 = -3.0;

/// The largest difference of shares that say nothing: a network that has learned anything has a preference, however slight.
const EVEN_SHARES: f32 = 1e-4;

/// The least gap between pieces that stand apart, as a share of their height.
const CLEAR_GAP: f32 = 0.12;

/// What was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What it is.
    pub verdict: Verdict,
    /// The whole, read as one digit.
    pub whole: DigitReading,
    /// The digits of a number, from left to right; none of anything else.
    pub parts: Vec<DigitReading>,
}

/// Ink read as one digit.
#[derive(Clone, Debug, PartialEq)]
pub struct DigitReading {
    /// The image that was read.
    pub image: Image,
    /// Where it lies.
    pub bounds: InkBox,
    /// What the probabilities are the softmax of.
    pub logits: Vec<f32>,
    /// The probability of each digit, given that it is one.
    pub probabilities: Vec<f32>,
    /// The probability of being one digit; none of a network that cannot tell.
    pub one_digit: Option<f32>,
}

impl DigitReading {
    fn new(image: Image, bounds: InkBox, mut answer: Vec<f32>, rejects: bool) -> Self {
        let one_digit = if rejects { answer.pop().map(sigmoid) } else { None };
        Self { image, bounds, probabilities: softmax(&answer), logits: answer, one_digit }
    }

    /// The most probable digit.
    pub fn digit(&self) -> u8 {
        argmax(&self.probabilities) as u8
    }

    /// Whether all of it is numbers.
    fn is_finite(&self) -> bool {
        self.logits.iter().chain(&self.one_digit).all(|value| value.is_finite())
    }

    /// Whether it finds every digit as probable as any other.
    fn is_even(&self) -> bool {
        let (least, most) = (self.probabilities.iter().copied())
            .fold((1.0f32, 0.0f32), |(least, most), share| (least.min(share), most.max(share)));
        most - least < EVEN_SHARES
    }
}

impl Reading {
    /// Whether all of it is numbers. What is not, no network of finite weights has said.
    pub fn is_finite(&self) -> bool {
        self.readings().all(DigitReading::is_finite)
    }

    /// Whether it says nothing: not numbers, or every digit as probable as any other. So answers a device that computes nothing.
    pub fn is_blank(&self) -> bool {
        self.readings().any(|reading| !reading.is_finite() || reading.is_even())
    }

    fn readings(&self) -> impl Iterator<Item = &DigitReading> {
        std::iter::once(&self.whole).chain(&self.parts)
    }

    /// The digits of a number, one after the other.
    pub fn number(&self) -> Option<String> {
        (self.verdict == Verdict::Number).then(|| self.parts.iter().map(|part| part.digit().to_string()).collect())
    }
}

/// Reads ink. The network, on `device`, looks at the whole, and at the pieces where the whole is not surely one digit. `trace`, where
/// there is one, gets every layer's output for the whole.
///
/// # Errors
/// If the device fails.
pub async fn read(
    network: &ConvNet,
    segmentation: &Segmentation,
    trace: Option<&mut ConvNetActivations>,
    device: &Device,
) -> Result<Reading, ExecutionError> {
    let rejects = network.has_rejector();
    let whole = answers(network, std::slice::from_ref(&segmentation.whole), trace, device).await?;
    let answer = whole.into_iter().next().unwrap_or_default();
    let whole = DigitReading::new(segmentation.whole.clone(), segmentation.bounds, answer, rejects);
    let told = |verdict, parts| Reading { verdict, whole: whole.clone(), parts };
    if segmentation.dots_only {
        return Ok(told(Verdict::TooLittle, Vec::new()));
    }
    let Some(one_digit) = whole.one_digit else { return Ok(told(Verdict::Digit, Vec::new())) };
    if one_digit >= SURELY_ONE || segmentation.pieces.is_empty() {
        let verdict = if one_digit >= ONE_DIGIT { Verdict::Digit } else { Verdict::NotADigit };
        return Ok(told(verdict, Vec::new()));
    }
    let images: Vec<Image> = segmentation.pieces.iter().map(|piece| piece.image.clone()).collect();
    let rows = answers(network, &images, None, device).await?;
    let pieces: Vec<DigitReading> = segmentation
        .pieces
        .iter()
        .zip(rows)
        .map(|(piece, row)| DigitReading::new(piece.image.clone(), piece.bounds, row, rejects))
        .collect();
    let (verdict, chosen) = decide(one_digit, segmentation, &pieces);
    Ok(told(verdict, chosen.into_iter().map(|index| pieces[index].clone()).collect()))
}

/// What ink is, by the probability that the whole is one digit, and what its pieces were read as; and the pieces of a number.
fn decide(one_digit: f32, segmentation: &Segmentation, pieces: &[DigitReading]) -> (Verdict, Vec<usize>) {
    let certainty =
        |piece: &DigitReading| piece.one_digit.unwrap_or(0.0) * piece.probabilities.iter().copied().fold(0.0, f32::max);
    let scores: Vec<f32> = pieces.iter().map(|piece| certainty(piece).max(1e-9).ln()).collect();
    let number = segmentation.best(&scores).filter(|(chosen, sum)| {
        let (digit, number) = match stand_apart(chosen, pieces) {
            true => (DIGIT_APART, NUMBER_APART),
            false => (DIGIT_OF_NUMBER, NUMBER),
        };
        let digits = chosen.iter().all(|index| pieces[*index].one_digit.is_some_and(|share| share >= digit));
        digits && *sum > number * (chosen.len() - 1) as f32 && *sum > one_digit.max(1e-9).ln()
    });
    match number {
        Some((chosen, _)) => (Verdict::Number, chosen),
        None if one_digit >= ONE_DIGIT => (Verdict::Digit, Vec::new()),
        None => (Verdict::NotADigit, Vec::new()),
    }
}

/// Whether pieces have clear ground between them, as no letter's parts have.
fn stand_apart(chosen: &[usize], pieces: &[DigitReading]) -> bool {
    chosen.windows(2).all(|pair| {
        let ([_, top, right, bottom], [left, next_top, _, next_bottom]) =
            (pieces[pair[0]].bounds, pieces[pair[1]].bounds);
        let height = (bottom - top).max(next_bottom - next_top);
        left - right >= CLEAR_GAP * height && height > 0.0
    })
}

async fn answers(
    network: &ConvNet,
    images: &[Image],
    trace: Option<&mut ConvNetActivations>,
    device: &Device,
) -> Result<Vec<Vec<f32>>, ExecutionError> {
    let answers = network.answers(batch_tensor(images, device), trace);
    let width = answers.dims()[1];
    let values: Vec<f32> = answers.into_data_async().await?.iter::<f32>().collect();
    Ok(values.chunks(width).map(<[f32]>::to_vec).collect())
}

fn sigmoid(logit: f32) -> f32 {
    1.0 / (1.0 + (-logit).exp())
}

/// Probabilities of logits; they add up to 1.
pub fn softmax(logits: &[f32]) -> Vec<f32> {
    let max = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let exponents: Vec<f32> = logits.iter().map(|logit| (logit - max).exp()).collect();
    let sum: f32 = exponents.iter().sum();
    exponents.iter().map(|exponent| exponent / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Drawing, Point, Stroke};

    /// Two strokes side by side, of which each is a piece.
    fn pair() -> Segmentation {
        let bar = |x| Stroke { points: vec![Point::new(x, 0.0), Point::new(x, 90.0)] };
        Segmentation::of_drawing(&Drawing { strokes: vec![bar(0.0), bar(50.0)] }).unwrap()
    }

    fn piece(one_digit: f32) -> DigitReading {
        let mut probabilities = vec![0.01; 10];
        probabilities[1] = 0.91;
        let logits = vec![0.0; 10];
        DigitReading { image: Image::default(), bounds: [0.0; 4], logits, probabilities, one_digit: Some(one_digit) }
    }

    #[test]
    fn two_digits_are_a_number_where_the_whole_is_none() {
        assert_eq!(decide(0.05, &pair(), &[piece(0.99), piece(0.98)]), (Verdict::Number, vec![0, 1]));
    }

    #[test]
    fn a_digit_whose_strokes_look_like_digits_stays_one() {
        assert_eq!(decide(0.96, &pair(), &[piece(0.9), piece(0.9)]), (Verdict::Digit, vec![]));
    }

    #[test]
    fn digits_that_stand_apart_may_be_in_doubt() {
        let at = |left: f32, share| DigitReading { bounds: [left, 0.0, left + 40.0, 90.0], ..piece(share) };
        assert_eq!(decide(0.05, &pair(), &[at(0.0, 0.9), at(55.0, 0.4)]), (Verdict::Number, vec![0, 1]));
        assert_eq!(decide(0.05, &pair(), &[at(0.0, 0.9), at(42.0, 0.4)]), (Verdict::NotADigit, vec![]));
    }

    #[test]
    fn a_digit_beside_what_is_none_is_no_number() {
        assert_eq!(decide(0.05, &pair(), &[piece(0.99), piece(0.2)]), (Verdict::NotADigit, vec![]));
    }

    #[test]
    fn what_says_nothing_is_blank() {
        let reading = |logits: Vec<f32>, one_digit| {
            let whole = DigitReading { probabilities: softmax(&logits), logits, one_digit, ..piece(1.0) };
            Reading { verdict: Verdict::Digit, whole, parts: vec![] }
        };
        let slight: Vec<f32> = (0..10).map(|digit| if digit == 3 { 0.01 } else { 0.0 }).collect();
        for (logits, one_digit, is_blank, is_finite) in [
            (slight.clone(), Some(0.5), false, true),
            (vec![0.0; 10], Some(0.5), true, true),
            (vec![-7.5; 10], None, true, true),
            (vec![f32::NAN; 10], None, true, false),
            (slight, Some(f32::NAN), true, false),
        ] {
            let reading = reading(logits, one_digit);
            assert_eq!((reading.is_blank(), reading.is_finite()), (is_blank, is_finite), "{reading:?}");
        }
    }

    #[test]
    fn probabilities_add_up_even_for_large_logits() {
        let probabilities = softmax(&[1000.0, 1001.0, -1000.0]);
        assert!((probabilities.iter().sum::<f32>() - 1.0).abs() < 1e-6);
        assert!((probabilities[1] / probabilities[0] - std::f32::consts::E).abs() < 1e-4);
    }
}
