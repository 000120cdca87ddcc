//! Backward pass of convolution, ReLU and pooling, in SIMD.

use macerator::{Scalar, Simd, Vector, vload_unaligned, vstore_unaligned};

use super::{
    conv::{ConvShape, PaddedInput},
    conv_pooled_backward::{ConvGradients, FEWEST_CHANNELS, PooledBackward},
    vectors::run,
};

impl ConvShape {
    /// Back through a batch of images: `output` and `from` are what [`forward_with_indices`](Self::forward_with_indices) gave for `input`, `gradient` is that
    /// of the output. That of the input is computed where it is `wanted`.
    ///
    /// # Panics
    /// Where a slice is not as long as its shape, or the padding is as wide as the kernel.
    #[inline(never)]
    pub fn backward(
        &self,
        gradient: &[f32],
        (input, output, from): (&[f32], &[f32], &[u8]),
        weight: &[f32],
        wanted: bool,
    ) -> ConvGradients {
        let [ins, outs] = self.channels;
        let [read, written] = self.lengths();
        let [rows, columns] = self.output();
        let before = self.convolved();
        let batch = input.len() / read;
        assert!(self.padding < self.kernel && input.len() == batch * read && output.len() == batch * written);
        assert!(gradient.len() == output.len() && from.len() == if self.pool { output.len() } else { 0 });
        assert!(weight.len() == outs * ins * self.kernel * self.kernel);
        if self.pool && ins >= FEWEST_CHANNELS {
            return run(PooledBackward { sizes: self, gradient, input, output, from, weight, wanted });
        }
        let (mut weights, mut bias) = (vec![0.0; weight.len()], vec![0.0; outs]);
        // Through the ReLU, and to where each output was pooled from.
        let mut sums = vec![0.0; batch * outs * before[0] * before[1]];
        for line in 0..batch * outs * rows {
            let (plane, y) = (line / rows, line % rows);
            let bias = &mut bias[plane % outs];
            let gradient = &gradient[line * columns..][..columns];
            let output = &output[line * columns..][..columns];
            let from = if self.pool { &from[line * columns..][..columns] } else { &[] };
            for (x, (gradient, output)) in gradient.iter().zip(output).enumerate() {
                // Through what is not a number too, so that it is found.
                if *output > 0.0 || output.is_nan() {
                    *bias += gradient;
                    let (y, x) = match from.get(x) {
                        Some(from) => (2 * y + usize::from(from / 2), 2 * x + usize::from(from % 2)),
                        None => (y, x),
                    };
                    sums[(plane * before[0] + y) * before[1] + x] = *gradient;
                }
            }
        }
        for (input, sums) in input.chunks_exact(read).zip(sums.chunks_exact(outs * before[0] * before[1])) {
            correlate(self, input, sums, &mut weights);
        }
        let mut inputs = Vec::new();
        if wanted {
            let back = ConvShape {
                channels: [outs, ins],
                size: before,
                kernel: self.kernel,
                padding: self.kernel - 1 - self.padding,
                pool: false,
            };
            inputs.resize(input.len(), 0.0);
            back.plain(&sums, &self.flip_kernel(weight), &mut inputs);
        }
        ConvGradients { input: inputs, weight: weights, bias }
    }

    /// The weights for the backward pass: `[in, out, kernel, kernel]`, each kernel rotated by 180 degrees.
    fn flip_kernel(&self, weight: &[f32]) -> Vec<f32> {
        let [ins, outs] = self.channels;
        let area = self.kernel * self.kernel;
        let mut turned = Vec::with_capacity(weight.len());
        for channel in 0..ins {
            for out in 0..outs {
                turned.extend(weight[(out * ins + channel) * area..][..area].iter().rev());
            }
        }
        turned
    }
}

/// Output channels, and places of a kernel's row, whose sums are held at a time.
const OUTS: usize = 4;
const PLACES: usize = 3;

/// Adds to each weight the products of the gradient `[out, height, width]` with the input where that weight met it.
#[macerator::with_simd]
fn correlate<S: Simd>(sizes: &ConvShape, input: &[f32], gradient: &[f32], weight: &mut [f32]) {
    let [ins, outs] = sizes.channels;
    let [rows, width] = sizes.convolved();
    let lanes = S::lanes32();
    let padded = &sizes.padded(input, lanes);
    // Rows that end in zeros, so that what a vector reads behind them counts nothing.
    let own = ConvShape { channels: [outs, ins], size: [rows, width], padding: 0, ..*sizes };
    let gradient = &own.padded(gradient, lanes);
    let kernel = sizes.kernel;
    let mut first = 0;
    while first < outs {
        let count = if outs - first < OUTS { 1 } else { OUTS };
        for channel in 0..ins {
            for dy in 0..kernel {
                let mut dx = 0;
                while dx < kernel {
                    let places = if kernel - dx < PLACES { 1 } else { PLACES };
                    let place = KernelTapBlock { first, channel, dy, dx };
                    match (count, places) {
                        (OUTS, PLACES) => meet::<S, OUTS, PLACES>(sizes, padded, gradient, place, weight),
                        (OUTS, _) => meet::<S, OUTS, 1>(sizes, padded, gradient, place, weight),
                        (_, PLACES) => meet::<S, 1, PLACES>(sizes, padded, gradient, place, weight),
                        _ => meet::<S, 1, 1>(sizes, padded, gradient, place, weight),
                    }
                    dx += places;
                }
            }
        }
        first += count;
    }
}

/// The first of some output channels, an input channel, and the first of some places of a kernel's row.
#[derive(Clone, Copy)]
struct KernelTapBlock {
    first: usize,
    channel: usize,
    dy: usize,
    dx: usize,
}

#[inline(always)]
fn meet<S: Simd, const N: usize, const P: usize>(
    sizes: &ConvShape,
    padded: &PaddedInput,
    gradient: &PaddedInput,
    KernelTapBlock { first, channel, dy, dx }: KernelTapBlock,
    weight: &mut [f32],
) {
    let [rows, width] = sizes.convolved();
    let lanes = S::lanes32();
    let zero: Vector<S, f32> = Scalar::splat(0.0);
    let mut sums = [[zero; P]; N];
    let room = width.next_multiple_of(lanes);
    for y in 0..rows {
        let line = padded.line(channel, y + dy, dx, room + P - 1);
        let lines: [&[f32]; N] = std::array::from_fn(|n| gradient.line(first + n, y, 0, room));
        for x in (0..width).step_by(lanes) {
            // SAFETY: x + lanes is at most `room`, by which `lines` are long; `line` is longer by the places behind the first.
            let values: [Vector<S, f32>; P] =
                std::array::from_fn(|p| unsafe { vload_unaligned(line.as_ptr().add(x + p)) });
            for (sums, line) in sums.iter_mut().zip(lines) {
                // SAFETY: as above.
                let gradient: Vector<S, f32> = unsafe { vload_unaligned(line.as_ptr().add(x)) };
                for (sum, values) in sums.iter_mut().zip(values) {
                    *sum = gradient.mul_add(values, *sum);
                }
            }
        }
    }
    let [ins, _] = sizes.channels;
    let mut lanes = [0.0; 64];
    for (n, sums) in sums.iter().enumerate() {
        let at = (((first + n) * ins + channel) * sizes.kernel + dy) * sizes.kernel + dx;
        for (weight, sum) in weight[at..][..P].iter_mut().zip(sums) {
            // SAFETY: no vector has more than 64 values.
            unsafe { vstore_unaligned(lanes.as_mut_ptr(), *sum) };
            *weight += lanes[..S::lanes32()].iter().sum::<f32>();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conv::tests::ramp;

    /// Half the difference that a small step to either side makes of the outputs, each weighed.
    fn slope(values: &[f32], index: usize, weighed: impl Fn(&[f32]) -> f64) -> f64 {
        let step = 1e-3;
        let at = |by: f32| {
            let mut values = values.to_vec();
            values[index] += by;
            weighed(&values)
        };
        (at(step) - at(-step)) / (2.0 * f64::from(step))
    }

    #[test]
    fn what_is_not_a_number_stays_so_on_both_ways() {
        for (pool, ins) in [(false, 2), (true, 2), (true, 4)] {
            let sizes = ConvShape { channels: [ins, 3], size: [6, 6], kernel: 3, padding: 0, pool };
            let (input, bias) = (ramp(36 * ins, 0.377), [0.0; 3]);
            let mut weight = ramp(27 * ins, 0.119);
            // Of the second channel alone.
            weight[10 * ins] = f32::NAN;
            let [_, written] = sizes.lengths();
            let (mut output, mut from) = (vec![0.0; written], vec![0; if pool { written } else { 0 }]);
            sizes.forward_with_indices(&input, &weight, &bias, &mut output, &mut from);
            let channels: Vec<bool> = output.chunks(written / 3).map(|c| c.iter().all(|v| v.is_nan())).collect();
            assert_eq!(channels, [false, true, false]);
            assert!(output[..written / 3].iter().all(|value| value.is_finite()));
            let gradients = sizes.backward(&vec![1.0; written], (&input, &output, &from), &weight, true);
            assert!(gradients.input.iter().any(|value| value.is_nan()));
            assert!(gradients.bias[1] > 0.0);
        }
    }

    #[test]
    fn gradients_are_the_slopes_of_the_outputs() {
        for (channels, size, kernel, padding, pool) in [
            ([1, 5], [9, 11], 3, 0, true),
            ([3, 9], [7, 6], 3, 1, false),
            ([2, 1], [6, 4], 5, 2, true),
            ([2, 3], [2, 5], 1, 0, false),
            ([2, 3], [9, 21], 4, 1, false),
            ([5, 3], [9, 8], 3, 1, true),
        ] {
            let sizes = ConvShape { channels, size, kernel, padding, pool };
            let input = ramp(2 * channels[0] * size[0] * size[1], 0.377);
            let weight = ramp(channels[0] * channels[1] * kernel * kernel, 0.119);
            let bias = ramp(channels[1], 0.7);
            let [rows, columns] = sizes.output();
            let mut output = vec![0.0; 2 * channels[1] * rows * columns];
            let mut from = vec![0; if pool { output.len() } else { 0 }];
            sizes.forward_with_indices(&input, &weight, &bias, &mut output, &mut from);
            let gradient = ramp(output.len(), 0.531);
            let gradients = sizes.backward(&gradient, (&input, &output, &from), &weight, true);
            let weighed = |input: &[f32], weight: &[f32], bias: &[f32]| {
                let mut output = vec![0.0; output.len()];
                sizes.forward(input, weight, bias, &mut output);
                output.iter().zip(&gradient).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>()
            };
            // A step may cross the bend of a ReLU, or where another is the largest: few of the slopes may be off.
            let check = |what: &str, found: &[f32], values: &[f32], weighed: &dyn Fn(&[f32]) -> f64| {
                let off = (0..found.len())
                    .filter(|i| {
                        let slope = slope(values, *i, weighed);
                        (f64::from(found[*i]) - slope).abs() > 2e-2 * slope.abs().max(1.0)
                    })
                    .count();
                assert!(off * 4 <= found.len(), "{sizes:?}: {off} of {} gradients of the {what}", found.len());
            };
            check("input", &gradients.input, &input, &|input| weighed(input, &weight, &bias));
            check("weight", &gradients.weight, &weight, &|weight| weighed(&input, weight, &bias));
            check("bias", &gradients.bias, &bias, &|bias| weighed(&input, &weight, bias));
        }
    }
}
