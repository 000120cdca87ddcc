//! Learning rates over time.

use serde::{Deserialize, Serialize};

/// How the learning rate goes from the first step to the last.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum LrSchedule {
    /// One rate throughout.
    Constant {
        /// The rate.
        rate: f64,
    },
    /// Linear warm-up, then half a cosine down to zero (Loshchilov and Hutter 2017).
    Cosine {
        /// The highest rate.
        peak: f64,
        /// The share of the steps that warm up, 0 to 1.
        warmup: f64,
    },
}

impl LrSchedule {
    /// The highest rate.
    pub fn peak(&self) -> f64 {
        match *self {
            LrSchedule::Constant { rate } => rate,
            LrSchedule::Cosine { peak, .. } => peak,
        }
    }

    /// The rate of a step, counted from 0, out of `steps`.
    pub fn rate(&self, step: usize, steps: usize) -> f64 {
        match *self {
            LrSchedule::Constant { rate } => rate,
            LrSchedule::Cosine { peak, warmup } => {
                let warm = (steps as f64 * warmup).max(1.0);
                let step = step as f64;
                if step < warm {
                    return peak * (step + 1.0) / warm;
                }
                let progress = ((step - warm) / (steps as f64 - warm).max(1.0)).min(1.0);
                peak * 0.5 * (1.0 + (std::f64::consts::PI * progress).cos())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cosine_rises_peaks_and_ends_at_zero() {
        let schedule = LrSchedule::Cosine { peak: 0.1, warmup: 0.1 };
        assert!((schedule.rate(0, 100) - 0.01).abs() < 1e-12);
        assert!((schedule.rate(9, 100) - 0.1).abs() < 1e-12);
        assert!((schedule.rate(55, 100) - 0.05).abs() < 1e-12);
        assert!(schedule.rate(100, 100) < 1e-12);
    }
}
