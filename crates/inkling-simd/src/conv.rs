//! Convolution, ReLU and pooling in one pass, in SIMD.

use macerator::{Scalar, Simd, Vector, vload_unaligned, vstore_unaligned};

/// How much of the output is summed at a time: vectors of a row, and output channels that share each load of them. Eight sums fit in the
/// registers of every machine, and a narrow row that filled four vectors would be computed for nothing but its margin.
#[derive(Clone, Copy)]
enum OutputTile {
    Across1,
    Across2,
    Across4,
}

impl OutputTile {
    /// The one that sums least behind a row's end, which is so many vectors away; of those the widest.
    fn of(vectors: usize) -> Self {
        match vectors {
            n if n.is_multiple_of(4) => Self::Across4,
            n if n.is_multiple_of(2) => Self::Across2,
            _ => Self::Across1,
        }
    }

    /// Vectors of a row, and channels.
    fn sizes(self) -> (usize, usize) {
        match self {
            Self::Across1 => (1, 8),
            Self::Across2 => (2, 4),
            Self::Across4 => (4, 2),
        }
    }
}

/// The sizes of a convolution of stride 1 with a square kernel.
#[derive(Clone, Copy, Debug)]
pub struct ConvShape {
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

impl ConvShape {
    /// Height and width before pooling.
    pub(crate) fn convolved(&self) -> [usize; 2] {
        self.size.map(|side| (side + 2 * self.padding + 1).saturating_sub(self.kernel))
    }

    /// Height and width of the output; odd edges are dropped by pooling.
    pub fn output(&self) -> [usize; 2] {
        self.convolved().map(|side| if self.pool { side / 2 } else { side })
    }

    /// `ReLU(convolution)`, pooled, of a batch of images: `input` is `[batch, in, height, width]`, `weight` `[out, in, kernel, kernel]`,
    /// `output` `[batch, out, height, width]`.
    ///
    /// # Panics
    /// Where a slice is not as long as its shape.
    // Inlined, its loops would be compiled like whatever calls it, and that is compiled to be small.
    #[inline(never)]
    pub fn run(&self, input: &[f32], weight: &[f32], bias: &[f32], output: &mut [f32]) {
        self.check(input, weight, output);
        assert!(bias.len() == self.channels[1]);
        convolve(self, input, weight, bias, output, &mut []);
    }

    /// The same, and for [the way back](Self::back) from where each output was pooled, as `2 × lower + right`: `from` is as long as
    /// `output`, or empty where nothing is pooled.
    ///
    /// # Panics
    /// As [`run`](Self::run).
    #[inline(never)]
    pub fn run_kept(&self, input: &[f32], weight: &[f32], bias: &[f32], output: &mut [f32], from: &mut [u8]) {
        self.check(input, weight, output);
        assert!(bias.len() == self.channels[1] && from.len() == if self.pool { output.len() } else { 0 });
        convolve(self, input, weight, bias, output, from);
    }

    /// The convolution alone, without bias, ReLU and pooling.
    pub(crate) fn plain(&self, input: &[f32], weight: &[f32], output: &mut [f32]) {
        self.check(input, weight, output);
        convolve(self, input, weight, &[], output, &mut []);
    }

    /// Values of an image, and of what becomes of it.
    pub(crate) fn lengths(&self) -> [usize; 2] {
        let ([ins, outs], [height, width], [rows, columns]) = (self.channels, self.size, self.output());
        [ins * height * width, outs * rows * columns]
    }

    fn check(&self, input: &[f32], weight: &[f32], output: &[f32]) {
        let [ins, outs] = self.channels;
        let [read, written] = self.lengths();
        assert!(read > 0 && input.len().is_multiple_of(read) && output.len() == input.len() / read * written);
        assert!(weight.len() == outs * ins * self.kernel * self.kernel);
    }

    /// The input with its margins of zeros, and as much room behind each row as vectors stick out.
    pub(crate) fn padded(&self, input: &[f32], room: usize) -> PaddedInput {
        let [height, width] = self.size;
        let stride = width + 2 * self.padding + room;
        let plane = (height + 2 * self.padding) * stride;
        let mut values = vec![0.0; self.channels[0] * plane];
        for (i, row) in input.chunks_exact(width).enumerate() {
            let (channel, y) = (i / height, i % height);
            values[channel * plane + (y + self.padding) * stride + self.padding..][..width].copy_from_slice(row);
        }
        PaddedInput { values, plane, stride }
    }
}

/// An image's channels with margins.
pub(crate) struct PaddedInput {
    values: Vec<f32>,
    plane: usize,
    stride: usize,
}

impl PaddedInput {
    /// So many values of a channel's row from a column on.
    #[inline(always)]
    pub(crate) fn line(&self, channel: usize, row: usize, x: usize, length: usize) -> &[f32] {
        &self.values[channel * self.plane + row * self.stride + x..][..length]
    }
}

/// Without a bias the convolution alone: neither ReLU nor pooling.
#[macerator::with_simd]
fn convolve<S: Simd>(
    sizes: &ConvShape,
    input: &[f32],
    weight: &[f32],
    bias: &[f32],
    output: &mut [f32],
    from: &mut [u8],
) {
    let [_, width] = sizes.convolved();
    let tile = OutputTile::of(width.div_ceil(S::lanes32()));
    let (across, channels) = tile.sizes();
    let packed = &packed(sizes, weight, channels);
    let [read, written] = sizes.lengths();
    let kept = if from.is_empty() { 0 } else { written };
    for (i, image) in input.chunks_exact(read).enumerate() {
        let padded = &sizes.padded(image, across * S::lanes32());
        let (output, from) = (&mut output[i * written..][..written], &mut from[i * kept..][..kept]);
        convolve_one::<S>(sizes, padded, tile, packed, bias, output, from);
    }
}

/// Weights in the order in which they are read: of each group of output channels, those of all channels beside one another. What is
/// left of the last group is channel by channel.
fn packed(sizes: &ConvShape, weight: &[f32], channels: usize) -> Vec<f32> {
    let [ins, outs] = sizes.channels;
    let one = ins * sizes.kernel * sizes.kernel;
    let whole = outs / channels * channels;
    let mut packed = Vec::with_capacity(weight.len());
    for group in weight[..whole * one].chunks_exact(channels * one) {
        (0..one).for_each(|place| packed.extend(group.iter().skip(place).step_by(one)));
    }
    packed.extend_from_slice(&weight[whole * one..]);
    packed
}

#[inline(always)]
fn convolve_one<S: Simd>(
    sizes: &ConvShape,
    padded: &PaddedInput,
    tile: OutputTile,
    weight: &[f32],
    bias: &[f32],
    output: &mut [f32],
    from: &mut [u8],
) {
    let [ins, outs] = sizes.channels;
    let [rows, columns] = sizes.output();
    let [_, width] = sizes.convolved();
    let one = ins * sizes.kernel * sizes.kernel;
    let (across, channels) = tile.sizes();
    let step = across * S::lanes32();
    let room = width.next_multiple_of(step);
    // One row of every channel of a group, or two to take the largest of.
    let lines = if sizes.pool { 2 } else { 1 };
    let mut sums = vec![0.0; channels * lines * room];
    let mut first = 0;
    while first < outs {
        // A group, or what is left of one, channel by channel.
        let count = if outs - first < channels { 1 } else { channels };
        let weight = &weight[first * one..][..count * one];
        for row in 0..rows {
            for line in 0..lines {
                for x in (0..width).step_by(step) {
                    let place = StripPosition { row: row * lines + line, x };
                    let (to, apart) = (&mut sums[line * room + x..], lines * room);
                    match (tile, count) {
                        (OutputTile::Across1, 1) => sum::<S, 1, 1>(sizes, padded, weight, place, to, apart),
                        (OutputTile::Across2, 1) => sum::<S, 1, 2>(sizes, padded, weight, place, to, apart),
                        (OutputTile::Across4, 1) => sum::<S, 1, 4>(sizes, padded, weight, place, to, apart),
                        (OutputTile::Across1, _) => sum::<S, 8, 1>(sizes, padded, weight, place, to, apart),
                        (OutputTile::Across2, _) => sum::<S, 4, 2>(sizes, padded, weight, place, to, apart),
                        (OutputTile::Across4, _) => sum::<S, 2, 4>(sizes, padded, weight, place, to, apart),
                    }
                }
            }
            for channel in 0..count {
                let at = ((first + channel) * rows + row) * columns;
                let to = &mut output[at..][..columns];
                let sums = &sums[channel * lines * room..][..lines * room];
                let Some(&bias) = bias.get(first + channel) else {
                    to.copy_from_slice(&sums[..columns]);
                    continue;
                };
                if !sizes.pool {
                    to.iter_mut().zip(sums).for_each(|(value, sum)| *value = relu(sum + bias));
                    continue;
                }
                let (upper, lower) = sums.split_at(room);
                let pairs = || upper.chunks_exact(2).zip(lower.chunks_exact(2));
                for (value, (upper, lower)) in to.iter_mut().zip(pairs()) {
                    *value = relu(larger(larger(upper[0], upper[1]), larger(lower[0], lower[1])) + bias);
                }
                if let Some(from) = from.get_mut(at..at + columns) {
                    for (from, (upper, lower)) in from.iter_mut().zip(pairs()) {
                        let four = [upper[0], upper[1], lower[0], lower[1]];
                        *from = (1..4).fold(0, |most, i| if exceeds(four[i], four[most]) { i } else { most }) as u8;
                    }
                }
            }
        }
        first += count;
    }
}

/// What is not a number stays so, as in Burn and PyTorch and unlike with `f32::max`: a training that diverges must be seen to.
fn relu(value: f32) -> f32 {
    if value <= 0.0 { 0.0 } else { value }
}

/// Whether `a` is larger, or not a number.
fn exceeds(a: f32, b: f32) -> bool {
    a > b || a.is_nan()
}

fn larger(a: f32, b: f32) -> f32 {
    if exceeds(a, b) { a } else { b }
}

/// The row and the first column of a strip.
#[derive(Clone, Copy)]
struct StripPosition {
    row: usize,
    x: usize,
}

/// `A` vectors of a row in `N` output channels.
#[inline(always)]
fn sum<S: Simd, const N: usize, const A: usize>(
    sizes: &ConvShape,
    padded: &PaddedInput,
    weight: &[f32],
    StripPosition { row, x }: StripPosition,
    to: &mut [f32],
    apart: usize,
) {
    let [ins, _] = sizes.channels;
    let kernel = sizes.kernel;
    let lanes = S::lanes32();
    let zero: Vector<S, f32> = Scalar::splat(0.0);
    let mut sums = [[zero; A]; N];
    let mut weight = weight.chunks_exact(N);
    for channel in 0..ins {
        for dy in 0..kernel {
            let line = padded.line(channel, row + dy, x, kernel - 1 + A * lanes);
            for (dx, factors) in (&mut weight).take(kernel).enumerate() {
                let values: [Vector<S, f32>; A] = std::array::from_fn(|i| {
                    // SAFETY: dx + (i + 1) × lanes is at most the length of `line`.
                    unsafe { vload_unaligned(line.as_ptr().add(dx + i * lanes)) }
                });
                // One factor at a time: all of them would not fit in the registers beside the sums.
                for (sums, factor) in sums.iter_mut().zip(factors) {
                    let factor: Vector<S, f32> = Scalar::splat(*factor);
                    for (sum, values) in sums.iter_mut().zip(values) {
                        *sum = values.mul_add(factor, *sum);
                    }
                }
            }
        }
    }
    for (n, sums) in sums.iter().enumerate() {
        let to = &mut to[n * apart..][..A * lanes];
        for (i, sum) in sums.iter().enumerate() {
            // SAFETY: `to` holds A vectors.
            unsafe { vstore_unaligned(to.as_mut_ptr().add(i * lanes), *sum) };
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn ramp(n: usize, step: f32) -> Vec<f32> {
        (0..n).map(|i| ((i as f32 * step) % 2.0) - 1.0).collect()
    }

    /// By plain loops.
    fn plain(sizes: &ConvShape, input: &[f32], weight: &[f32], bias: &[f32]) -> Vec<f32> {
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
            let sizes = ConvShape { channels, size, kernel, padding, pool };
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
