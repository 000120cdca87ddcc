//! Calibration: probabilities that mean what they say.

use crate::models::digits::network::RejectorCalibration;

/// What a network says of an image, beside what it is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confidence {
    /// The probability of the most probable digit.
    pub probability: f32,
    /// Whether that is right.
    pub right: bool,
}

/// The expected calibration error (Naeini, Cooper, Hauskrecht 2015): how far the mean probability and the share of right answers lie
/// apart, in fifteen bins of equal width, weighted by how many answers each holds.
pub fn expected_calibration_error(answers: &[Confidence]) -> f64 {
    const BINS: usize = 15;
    let mut bins = [(0usize, 0.0f64, 0usize); BINS];
    for answer in answers {
        let bin = &mut bins[((answer.probability * BINS as f32) as usize).min(BINS - 1)];
        bin.0 += 1;
        bin.1 += f64::from(answer.probability);
        bin.2 += usize::from(answer.right);
    }
    let gap = |(_, probability, right): &(usize, f64, usize)| (probability - *right as f64).abs();
    bins.iter().map(gap).sum::<f64>() / answers.len().max(1) as f64
}

/// The temperature that makes the right labels of some logits most probable (Guo et al. 2017).
pub fn temperature(logits: &[Vec<f32>], labels: &[u8]) -> f32 {
    let loss = |temperature: f32| -> f64 {
        let one = |(row, label): (&Vec<f32>, &u8)| {
            let max = row.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let sum: f32 = row.iter().map(|logit| ((logit - max) / temperature).exp()).sum();
            f64::from(sum.ln() - (row[usize::from(*label)] - max) / temperature)
        };
        logits.iter().zip(labels).map(one).sum()
    };
    // The loss has one minimum over the temperature: looked for by thirds, in logarithms.
    let (mut low, mut high) = (0.1f32.ln(), 20.0f32.ln());
    for _ in 0..40 {
        let (a, b) = (low + (high - low) / 3.0, high - (high - low) / 3.0);
        if loss(a.exp()) < loss(b.exp()) { high = b } else { low = a }
    }
    f32::midpoint(low, high).exp()
}

/// The change of a rejector's logit by which one half is where the given share of digits is refused.
pub fn calibrate(digits: &mut [f32], refused: f64) -> RejectorCalibration {
    digits.sort_by(f32::total_cmp);
    let at = ((digits.len() as f64 * refused) as usize).min(digits.len().saturating_sub(1));
    RejectorCalibration { scale: 1.0, shift: -digits.get(at).copied().unwrap_or(0.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_says_ninety_percent_and_is_right_nine_times_of_ten_is_calibrated() {
        let answers = |right: usize| -> Vec<Confidence> {
            (0..10).map(|i| Confidence { probability: 0.9, right: i < right }).collect()
        };
        assert!(expected_calibration_error(&answers(9)) < 1e-6);
        assert!((expected_calibration_error(&answers(5)) - 0.4).abs() < 1e-6);
    }

    #[test]
    fn a_network_that_is_too_sure_is_cooled() {
        // Three of four right, said with a logit of 8.
        let logits = vec![vec![8.0, 0.0]; 4];
        let found = temperature(&logits, &[0, 0, 0, 1]);
        let probability = 1.0 / (1.0 + (-8.0 / found).exp());
        assert!((probability - 0.75).abs() < 0.01, "{found}");
    }

    #[test]
    fn the_share_that_may_be_refused_is() {
        let mut digits: Vec<f32> = (0..1000).map(|i| i as f32 / 100.0).collect();
        let change = calibrate(&mut digits, 0.002);
        assert_eq!(digits.iter().filter(|logit| **logit * change.scale + change.shift < 0.0).count(), 2);
    }
}
