//! What a package of digits may ask for: bounds of what its network costs, checked before anything of it is allocated.
//!
//! They are about ten times what the shipped networks cost, so that a reading stays a matter of milliseconds and learning, which holds
//! several copies of the weights and the values of a whole batch, stays within 200 MiB.

use super::{ConvNetConfig, ConvNetConfigError};

/// The digits that a package answers with.
const DIGITS: usize = 10;
/// The largest side of a kernel.
const LARGEST_KERNEL: usize = 9;
/// The most parameters. The article's network has 693,962.
const MOST_PARAMETERS: usize = 2_000_000;
/// The most multiply-adds of one reading. The shipped network needs 2.7 million.
const MOST_MULTIPLY_ADDS: usize = 12_000_000;
/// The most values that the convolutions compute for one image. The shipped network computes 27,000.
const MOST_VALUES: usize = 120_000;

/// What a network costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkCost {
    /// Number of trained parameters.
    pub parameters: usize,
    /// Multiply-adds of one reading.
    pub multiply_adds: usize,
    /// Values that the convolutions compute for one image, before pooling.
    pub values: usize,
}

impl ConvNetConfig {
    /// What a network of this configuration costs.
    ///
    /// # Errors
    /// What [`check`](Self::check) refuses; of what passes it no figure is too large for a number of 64 bits.
    pub fn cost(&self) -> Result<NetworkCost, ConvNetConfigError> {
        let sides = self.check()?;
        let mut cost = NetworkCost { parameters: 0, multiply_adds: 0, values: 0 };
        let (mut channels, mut side) = (1, crate::ink::SIDE);
        for (conv, next) in self.convolutions.iter().zip(sides) {
            let weights = channels * conv.channels * conv.kernel * conv.kernel;
            let computed = (side + 2 * conv.padding + 1).saturating_sub(conv.kernel);
            cost.parameters = cost.parameters.saturating_add(weights + conv.channels);
            cost.multiply_adds = cost.multiply_adds.saturating_add(weights.saturating_mul(computed * computed));
            cost.values = cost.values.saturating_add(conv.channels * computed * computed);
            (channels, side) = (conv.channels, next);
        }
        let features = channels * side * side;
        let mut dense = |widths: &[usize]| {
            for pair in widths.windows(2) {
                let weights = pair[0].saturating_mul(pair[1]);
                cost.parameters = cost.parameters.saturating_add(weights).saturating_add(pair[1]);
                cost.multiply_adds = cost.multiply_adds.saturating_add(weights);
            }
        };
        dense(&[&[features], &self.hidden[..], &[self.classes]].concat());
        if let Some(width) = self.rejector {
            dense(&[features, width, 1]);
        }
        Ok(cost)
    }

    /// Checks what a package of digits may ask for.
    ///
    /// # Errors
    /// [`ConvNetConfigError`]: which bound is passed.
    pub fn check_limits(&self) -> Result<(), ConvNetConfigError> {
        let cost = self.cost()?;
        if self.classes != DIGITS {
            return Err(ConvNetConfigError::Classes(self.classes));
        }
        let within = |what, value: usize, limit| {
            if value > limit { Err(ConvNetConfigError::Size { what, value, limit }) } else { Ok(()) }
        };
        for conv in &self.convolutions {
            within("a convolution's kernel", conv.kernel, LARGEST_KERNEL)?;
        }
        within("the number of parameters", cost.parameters, MOST_PARAMETERS)?;
        within("the number of multiply-adds of a reading", cost.multiply_adds, MOST_MULTIPLY_ADDS)?;
        within("the number of values that the convolutions compute", cost.values, MOST_VALUES)
    }
}

#[cfg(test)]
mod tests {
    use super::{super::ConvSpec, *};

    #[test]
    fn the_shipped_networks_are_well_within() {
        let seed = ConvNetConfig::seed_cnn();
        assert_eq!(seed.cost().map(|cost| cost.parameters), Ok(693_962));
        let digits = ConvNetConfig::digits_with_rejector();
        assert_eq!(digits.cost().map(|cost| cost.parameters), Ok(73_659));
        for config in [seed, digits, ConvNetConfig::digits()] {
            assert_eq!(config.check_limits(), Ok(()));
        }
    }

    /// One bound passed, and by what.
    fn refused(change: impl Fn(&mut ConvNetConfig)) -> String {
        let mut config = ConvNetConfig::seed_cnn();
        change(&mut config);
        config.check_limits().expect_err("refused").to_string()
    }

    #[test]
    fn each_bound_is_told() {
        let conv = |channels, kernel, padding| ConvSpec { channels, kernel, padding, pool: false };
        let told = [
            (refused(|c| c.classes = 1_000), "has 1000 classes"),
            (refused(|c| c.classes = 9), "has 9 classes"),
            (refused(|c| c.classes = 0), "the number of classes is 0"),
            (refused(|c| c.convolutions.clear()), "the number of convolutions is 0"),
            (refused(|c| c.convolutions = vec![conv(1, 1, 0); 17]), "the number of convolutions is 17"),
            (refused(|c| c.convolutions[0].kernel = 10), "kernel is 10"),
            (refused(|c| c.convolutions[0].kernel = 0), "kernel is 0"),
            (refused(|c| c.convolutions[0].padding = 8), "padding is 8"),
            (refused(|c| c.convolutions[0].channels = usize::MAX), "channels is 18446744073709551615"),
            (refused(|c| c.hidden = vec![1; 9]), "hidden layers is 9"),
            (refused(|c| c.hidden = vec![usize::MAX]), "width is 18446744073709551615"),
            (refused(|c| c.hidden = vec![512]), "the number of parameters is 2774"),
            (refused(|c| c.hidden = vec![64, 4_096, 4_096]), "the number of parameters is"),
            (refused(|c| c.rejector = Some(4_096)), "the number of parameters is"),
            (
                refused(|c| c.convolutions = vec![conv(16, 3, 7), conv(16, 9, 7), conv(8, 9, 0)]),
                "the number of multiply-adds of a reading is",
            ),
            (
                // The planes that grow at every layer.
                refused(|c| {
                    c.convolutions = vec![conv(1, 1, 7); 15];
                    c.convolutions.push(ConvSpec { pool: true, ..conv(1, 9, 0) });
                }),
                "the number of",
            ),
            (
                refused(|c| c.convolutions = vec![conv(200, 1, 0), ConvSpec { pool: true, ..conv(2, 1, 0) }]),
                "the number of values that the convolutions compute is",
            ),
        ];
        for (words, expected) in told {
            assert!(words.contains(expected), "{words:?} should tell {expected:?}");
        }
    }
}
