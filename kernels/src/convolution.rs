//! Convolution, ReLU and pooling of one image in one pass, in SIMD.

use macerator::{Scalar, Simd, Vector, vload_unaligned, vstore_unaligned};

/// Vectors of a row that are summed at a time, and output channels that share each load of them: as many sums as fit in registers.
const ACROSS: usize = 4;
const CHANNELS: usize = 2;
/// The widest vector there is, in values: rows have as much room behind their end.
const WIDEST: usize = 16;

/// The sizes of a convolution of stride 1 with a square kernel.
#[derive(Clone, Copy, Debug)]
pub struct Convolution {
    /// Channels in and out.
    pub channels: [usize; 2],
    /// Height and width of the input.
    pub size: [usize; 2],
    /// Side of the kernel.
    pub kernel: usize,
    /// Zeros on each side.
    pub padding: usize,
    /// Whether the largest of each 2×2 is taken.
    pub pool: bool,
}

impl Convolution {
    /// Height and width before pooling.
    fn convolved(&self) -> [usize; 2] {
        self.size.map(|side| (side + 2 * self.padding + 1).saturating_sub(self.kernel))
    }

    /// Height and width of the output; odd edges are dropped by pooling.
    pub fn output(&self) -> [usize; 2] {
        self.convolved().map(|side| if self.pool { side / 2 } else { side })
    }

    /// `ReLU(convolution)`, pooled, of one image: `input` is `[in, height, width]`, `weight` `[out, in, kernel, kernel]`, `output`
    /// `[out, height, width]`.
    ///
    /// # Panics
    /// Where a slice is not as long as its shape.
    pub fn run(&self, input: &[f32], weight: &[f32], bias: &[f32], output: &mut [f32]) {
        let [ins, outs] = self.channels;
        let [height, width] = self.size;
        let [rows, columns] = self.output();
        assert!(input.len() == ins * height * width && bias.len() == outs && output.len() == outs * rows * columns);
        assert!(weight.len() == outs * ins * self.kernel * self.kernel);
        // Rows with their margins, and room behind them for the vectors that stick out.
        let stride = width + 2 * self.padding + ACROSS * WIDEST;
        let plane = (height + 2 * self.padding) * stride;
        let mut padded = vec![0.0; ins * plane];
        for (i, row) in input.chunks_exact(width).enumerate() {
            let (channel, y) = (i / height, i % height);
            padded[channel * plane + (y + self.padding) * stride + self.padding..][..width].copy_from_slice(row);
        }
        convolve(self, &padded, plane, stride, weight, bias, output);
    }
}

#[macerator::with_simd]
fn convolve<S: Simd>(
    sizes: &Convolution,
    padded: &[f32],
    plane: usize,
    stride: usize,
    weight: &[f32],
    bias: &[f32],
    output: &mut [f32],
) {
    let [_, outs] = sizes.channels;
    let [rows, columns] = sizes.output();
    let [_, width] = sizes.convolved();
    let strip = ACROSS * S::lanes32();
    let room = width.next_multiple_of(strip);
    // One row of every channel of a group, or two to take the largest of.
    let lines = if sizes.pool { 2 } else { 1 };
    let mut sums = vec![0.0; CHANNELS * lines * room];
    let mut first = 0;
    while first < outs {
        let count = CHANNELS.min(outs - first);
        for row in 0..rows {
            for line in 0..lines {
                let mut x = 0;
                while x < width {
                    let place = Place { first, row: row * lines + line, x };
                    let to = &mut sums[line * room + x..];
                    if count == CHANNELS {
                        sum::<S, CHANNELS>(sizes, padded, plane, stride, weight, place, to, lines * room);
                    } else {
                        sum::<S, 1>(sizes, padded, plane, stride, weight, place, to, lines * room);
                    }
                    x += strip;
                }
            }
            for channel in 0..count {
                let bias = bias[first + channel];
                let to = &mut output[((first + channel) * rows + row) * columns..][..columns];
                let from = &sums[channel * lines * room..][..lines * room];
                if sizes.pool {
                    let (upper, lower) = from.split_at(room);
                    for (x, value) in to.iter_mut().enumerate() {
                        let top = upper[2 * x].max(upper[2 * x + 1]);
                        let bottom = lower[2 * x].max(lower[2 * x + 1]);
                        *value = (top.max(bottom) + bias).max(0.0);
                    }
                } else {
                    to.iter_mut().zip(from).for_each(|(value, sum)| *value = (sum + bias).max(0.0));
                }
            }
        }
        first += count;
    }
}

/// The first output channel, the row and the first column of a strip.
#[derive(Clone, Copy)]
struct Place {
    first: usize,
    row: usize,
    x: usize,
}

/// A strip of a row in `N` output channels.
#[inline(always)]
#[allow(clippy::too_many_arguments, reason = "inlined into the loop that holds them")]
fn sum<S: Simd, const N: usize>(
    sizes: &Convolution,
    padded: &[f32],
    plane: usize,
    stride: usize,
    weight: &[f32],
    Place { first, row, x }: Place,
    to: &mut [f32],
    apart: usize,
) {
    let [ins, _] = sizes.channels;
    let kernel = sizes.kernel;
    let lanes = S::lanes32();
    let zero: Vector<S, f32> = Scalar::splat(0.0);
    let mut sums = [[zero; ACROSS]; N];
    for channel in 0..ins {
        for dy in 0..kernel {
            let line = &padded[channel * plane + (row + dy) * stride + x..][..kernel - 1 + ACROSS * lanes];
            for dx in 0..kernel {
                let factors: [Vector<S, f32>; N] = std::array::from_fn(|n| {
                    Scalar::splat(weight[(((first + n) * ins + channel) * kernel + dy) * kernel + dx])
                });
                for i in 0..ACROSS {
                    // SAFETY: dx + (i + 1) × lanes is at most the length of `line`.
                    let values: Vector<S, f32> = unsafe { vload_unaligned(line.as_ptr().add(dx + i * lanes)) };
                    for (sums, factor) in sums.iter_mut().zip(factors) {
                        sums[i] = values.mul_add(factor, sums[i]);
                    }
                }
            }
        }
    }
    for (n, sums) in sums.iter().enumerate() {
        let to = &mut to[n * apart..][..ACROSS * lanes];
        for (i, sum) in sums.iter().enumerate() {
            // SAFETY: `to` holds ACROSS vectors.
            unsafe { vstore_unaligned(to.as_mut_ptr().add(i * lanes), *sum) };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(n: usize, step: f32) -> Vec<f32> {
        (0..n).map(|i| ((i as f32 * step) % 2.0) - 1.0).collect()
    }

    /// By plain loops.
    fn plain(sizes: &Convolution, input: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
        let [ins, outs] = sizes.channels;
        let [height, width] = sizes.size;
        let (k, p) = (sizes.kernel, sizes.padding as isize);
        let [rows, columns] = sizes.output();
        let at = |c: usize, y: isize, x: isize| {
            let inside = y >= 0 && x >= 0 && y < height as isize && x < width as isize;
            if inside { input[(c * height + y as usize) * width + x as usize] } else { 0.0 }
        };
        let value = |o: usize, y: usize, x: usize| {
            let mut sum = bias[o];
            for c in 0..ins {
                for (dy, dx) in (0..k).flat_map(|dy| (0..k).map(move |dx| (dy, dx))) {
                    let pixel = at(c, (y + dy) as isize - p, (x + dx) as isize - p);
                    sum += pixel * weight[((o * ins + c) * k + dy) * k + dx];
                }
            }
            sum.max(0.0)
        };
        let mut output = Vec::new();
        for o in 0..outs {
            for (y, x) in (0..rows).flat_map(|y| (0..columns).map(move |x| (y, x))) {
                let around = [(0, 0), (0, 1), (1, 0), (1, 1)];
                let largest = || around.iter().map(|(dy, dx)| value(o, 2 * y + dy, 2 * x + dx)).fold(0.0, f32::max);
                output.push(if sizes.pool { largest() } else { value(o, y, x) });
            }
        }
        output
    }

    #[test]
    fn it_is_what_plain_loops_give() {
        for (channels, size, kernel, padding, pool) in [
            ([1, 32], [28, 28], 3, 0, true),
            ([16, 16], [26, 26], 3, 0, true),
            ([3, 5], [7, 9], 3, 1, false),
            ([2, 1], [5, 4], 5, 2, true),
            ([1, 3], [1, 1], 1, 0, false),
            ([2, 3], [40, 70], 4, 1, false),
        ] {
            let sizes = Convolution { channels, size, kernel, padding, pool };
            let input = ramp(channels[0] * size[0] * size[1], 0.37);
            let weight = ramp(channels[0] * channels[1] * kernel * kernel, 0.11);
            let bias = ramp(channels[1], 0.7);
            let expected = plain(&sizes, &input, &weight, &bias);
            let mut output = vec![f32::NAN; expected.len()];
            sizes.run(&input, &weight, &bias, &mut output);
            for (a, b) in output.iter().zip(&expected) {
                assert!((a - b).abs() < 1e-4, "{sizes:?}: {a} and {b}");
            }
        }
    }
}
