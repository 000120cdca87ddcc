//! The order in which samples are seen.

use crate::rng::SeededRng;

/// A new order of the samples for each epoch, the same for the same seed.
#[derive(Clone, Copy, Debug)]
pub struct ShuffledBatches {
    /// Number of samples.
    pub samples: usize,
    /// Samples a batch.
    pub batch: usize,
    /// Where the randomness comes from.
    pub seed: u64,
}

impl ShuffledBatches {
    /// Batches an epoch; the last one may be smaller.
    pub fn batches(&self) -> usize {
        self.samples.div_ceil(self.batch)
    }

    /// The batches of an epoch, as indices of samples (Fisher and Yates).
    pub fn epoch(&self, epoch: usize) -> Vec<Vec<usize>> {
        let mut random = SeededRng::new(self.seed ^ (epoch as u64 + 1).wrapping_mul(0xA076_1D64_78BD_642F));
        let mut indices: Vec<usize> = (0..self.samples).collect();
        for i in (1..indices.len()).rev() {
            indices.swap(i, random.below(i + 1));
        }
        indices.chunks(self.batch.max(1)).map(<[usize]>::to_vec).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_is_seen_once_in_an_order_of_its_own() {
        let order = ShuffledBatches { samples: 103, batch: 10, seed: 9 };
        let epochs = [order.epoch(0), order.epoch(1)].map(|batches| batches.concat());
        assert_eq!(order.batches(), order.epoch(0).len());
        assert_ne!(epochs[0], epochs[1]);
        for mut epoch in epochs {
            epoch.sort_unstable();
            assert_eq!(epoch, (0..103).collect::<Vec<_>>());
        }
    }
}
