//! Convolution, ReLU and pooling in one pass, in SIMD.

use crate::vectors::{VectorKernel, Vectors, run};

/// Positions whose sums are held at a time, two vectors of channels each: eight sums fit in the registers of every machine.
const POSITIONS: usize = 4;
/// Floats of the longest vectors that there are, twice.
const WIDEST: usize = 16;

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
    pub fn forward(&self, input: &[f32], weight: &[f32], bias: &[f32], output: &mut [f32]) {
        self.check(input, weight, output);
        assert!(bias.len() == self.channels[1]);
        convolve(self, input, weight, bias, output, &mut []);
    }

    /// The same, and for [the way back](Self::back) from where each output was pooled, as `2 × lower + right`: `from` is as long as
    /// `output`, or empty where nothing is pooled.
    ///
    /// # Panics
    /// As [`forward`](Self::forward).
    #[inline(never)]
    pub fn forward_with_indices(
        &self,
        input: &[f32],
        weight: &[f32],
        bias: &[f32],
        output: &mut [f32],
        from: &mut [u8],
    ) {
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
fn convolve(sizes: &ConvShape, input: &[f32], weight: &[f32], bias: &[f32], output: &mut [f32], from: &mut [u8]) {
    run(Convolution { sizes, input, weight, bias, output, from });
}

struct Convolution<'a> {
    sizes: &'a ConvShape,
    input: &'a [f32],
    weight: &'a [f32],
    bias: &'a [f32],
    output: &'a mut [f32],
    from: &'a mut [u8],
}

impl VectorKernel for Convolution<'_> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vectors>(self) {
        // SAFETY: the caller's.
        unsafe { if self.sizes.channels[1] > V::LANES { self.by::<V, 2>() } else { self.by::<V, 1>() } }
    }
}

impl Convolution<'_> {
    /// With `N` vectors of channels at a time. Images are turned so that the channels of a pixel lie side by side, and what becomes of
    /// them is turned back: a vector is that many output channels, whose weights lie side by side, each value of the input is one in all
    /// lanes, and pooling is a maximum of vectors.
    #[inline(always)]
    unsafe fn by<V: Vectors, const N: usize>(self) {
        let Self { sizes, input, weight, bias, output, from } = self;
        let [ins, outs] = sizes.channels;
        let [read, written] = sizes.lengths();
        let [rows, columns] = sizes.output();
        let wide = outs.next_multiple_of(N * V::LANES);
        let weight = pack(sizes, weight, N * V::LANES);
        let mut biases = bias.to_vec();
        biases.resize(wide, 0.0);
        let layer = PackedConv { sizes, weight: &weight, bias: (!bias.is_empty()).then_some(&biases), wide };
        let [height, width] = sizes.size.map(|side| side + 2 * sizes.padding);
        let mut pixels = vec![0.0; height * width * ins];
        let mut turned = vec![0.0; rows * columns * wide];
        let mut places = vec![0; if from.is_empty() { 0 } else { turned.len() }];
        for (i, image) in input.chunks_exact(read).enumerate() {
            turn(sizes, image, &mut pixels);
            // SAFETY: the instructions are the caller's to answer for; the slices are as long as `sizes` says.
            unsafe { layer.image::<V, N>(&pixels, &mut turned, &mut places) };
            turn_back(&turned, wide, &mut output[i * written..][..written]);
            if !from.is_empty() {
                turn_back(&places, wide, &mut from[i * written..][..written]);
            }
        }
    }
}

/// An image of channels as pixels with their channels side by side, within margins, which are left as they are.
pub(crate) fn turn(sizes: &ConvShape, image: &[f32], pixels: &mut [f32]) {
    let (ins, padding) = (sizes.channels[0], sizes.padding);
    let width = sizes.size[1] + 2 * padding;
    for (line, row) in image.chunks_exact(sizes.size[1]).enumerate() {
        let (channel, y) = (line / sizes.size[0], line % sizes.size[0]);
        let at = ((y + padding) * width + padding) * ins + channel;
        pixels[at..].iter_mut().step_by(ins).zip(row).for_each(|(to, value)| *to = *value);
    }
}

/// From channels side by side, of which there are `wide`, to one channel after the other.
fn turn_back<T: Copy>(turned: &[T], wide: usize, output: &mut [T]) {
    let area = turned.len() / wide;
    for (channel, plane) in output.chunks_exact_mut(area).enumerate() {
        plane.iter_mut().zip(turned[channel..].iter().step_by(wide)).for_each(|(to, value)| *to = *value);
    }
}

/// Weights in the order in which they are read: of each group of output channels, those of one place of the kernel and one input
/// channel beside one another; zeros for channels that fill up the last group.
fn pack(sizes: &ConvShape, weight: &[f32], group: usize) -> Vec<f32> {
    let [ins, outs] = sizes.channels;
    let area = sizes.kernel * sizes.kernel;
    let mut packed = Vec::with_capacity(outs.next_multiple_of(group) * ins * area);
    for first in (0..outs).step_by(group) {
        for place in 0..area {
            for channel in 0..ins {
                let of = |out: usize| if out < outs { weight[(out * ins + channel) * area + place] } else { 0.0 };
                packed.extend((first..first + group).map(of));
            }
        }
    }
    packed
}

/// A convolution, ready for images.
struct PackedConv<'a> {
    sizes: &'a ConvShape,
    weight: &'a [f32],
    /// None where the convolution alone is wanted.
    bias: Option<&'a Vec<f32>>,
    /// Output channels with what fills up the last group.
    wide: usize,
}

impl PackedConv<'_> {
    /// One image with its margins, `[height, width, in]`, into `[rows, columns, wide]`.
    #[inline(always)]
    unsafe fn image<V: Vectors, const N: usize>(&self, pixels: &[f32], output: &mut [f32], places: &mut [u8]) {
        let ConvShape { channels: [ins, _], kernel, pool, .. } = *self.sizes;
        let [rows, columns] = self.sizes.output();
        let line = (self.sizes.size[1] + 2 * self.sizes.padding) * ins;
        let group = N * V::LANES;
        for first in (0..self.wide).step_by(group) {
            let weight = self.weight[first * ins * kernel * kernel..].as_ptr();
            for row in 0..rows {
                let mut x = 0;
                while x < columns {
                    // SAFETY: the pixels that so many positions see are within the image, and each position has its outputs.
                    unsafe {
                        if pool {
                            let from = pixels.as_ptr().add(2 * row * line + 2 * x * ins);
                            let sums = self.sum::<V, POSITIONS, N>(from, [0, ins, line, line + ins], weight, line);
                            let at = (row * columns + x) * self.wide + first;
                            self.put_largest::<V, N>(sums, first, &mut output[at..][..group]);
                            if let Some(places) = places.get_mut(at..at + group) {
                                put_places::<V, N>(sums, places);
                            }
                            x += 1;
                        } else if columns >= POSITIONS {
                            // The last strip of a row begins so early that it ends with the row.
                            let strip = x.min(columns - POSITIONS);
                            let from = pixels.as_ptr().add(row * line + strip * ins);
                            let sums = self.sum::<V, POSITIONS, N>(from, [0, ins, 2 * ins, 3 * ins], weight, line);
                            for (i, sums) in sums.into_iter().enumerate() {
                                let at = (row * columns + strip + i) * self.wide + first;
                                self.put::<V, N>(sums, first, &mut output[at..][..group]);
                            }
                            x += POSITIONS;
                        } else {
                            let from = pixels.as_ptr().add(row * line + x * ins);
                            let [sums] = self.sum::<V, 1, N>(from, [0], weight, line);
                            let at = (row * columns + x) * self.wide + first;
                            self.put::<V, N>(sums, first, &mut output[at..][..group]);
                            x += 1;
                        }
                    }
                }
            }
        }
    }

    /// The sums of `P` positions, which lie so far from the first, and `N` vectors of channels.
    #[inline(always)]
    unsafe fn sum<V: Vectors, const P: usize, const N: usize>(
        &self,
        from: *const f32,
        apart: [usize; P],
        weight: *const f32,
        line: usize,
    ) -> [[V::Floats; N]; P] {
        let (kernel, ins) = (self.sizes.kernel, self.sizes.channels[0]);
        // SAFETY: the caller's.
        unsafe {
            let mut sums = [[V::splat(0.0); N]; P];
            let mut weight = weight;
            for dy in 0..kernel {
                // The pixels of a kernel's row, with all their channels, are one run.
                let mut from = from.add(dy * line);
                for _ in 0..kernel * ins {
                    let mut factors = [V::splat(0.0); N];
                    for (j, factor) in factors.iter_mut().enumerate() {
                        *factor = V::load(weight.add(j * V::LANES));
                    }
                    for i in 0..P {
                        let value = V::splat(*from.add(apart[i]));
                        for j in 0..N {
                            sums[i][j] = V::mul_add(factors[j], value, sums[i][j]);
                        }
                    }
                    weight = weight.add(N * V::LANES);
                    from = from.add(1);
                }
            }
            sums
        }
    }

    /// ReLU of the sums with their bias; the sums alone where there is none.
    #[inline(always)]
    unsafe fn put<V: Vectors, const N: usize>(&self, sums: [V::Floats; N], first: usize, output: &mut [f32]) {
        for (j, sum) in sums.into_iter().enumerate() {
            // SAFETY: `output` and the biases hold a group from `first` on.
            unsafe {
                let value = match self.bias {
                    Some(bias) => {
                        let bias = V::load(bias.as_ptr().add(first + j * V::LANES));
                        // What is not a number stays so, as in Burn and PyTorch, so that divergence is detected.
                        V::at_least(V::add(sum, bias), V::splat(0.0))
                    }
                    None => sum,
                };
                V::store(value, output.as_mut_ptr().add(j * V::LANES));
            }
        }
    }

    /// The same of the largest of four positions.
    #[inline(always)]
    unsafe fn put_largest<V: Vectors, const N: usize>(
        &self,
        [a, b, c, d]: [[V::Floats; N]; POSITIONS],
        first: usize,
        output: &mut [f32],
    ) {
        // SAFETY: the caller's.
        unsafe {
            let mut largest = a;
            for j in 0..N {
                largest[j] = V::larger(V::larger(a[j], b[j]), V::larger(c[j], d[j]));
            }
            self.put::<V, N>(largest, first, output);
        }
    }
}

/// Which of four positions is the largest in each channel, the first of equals; the last that is not a number, if one is.
#[inline(always)]
unsafe fn put_places<V: Vectors, const N: usize>(sums: [[V::Floats; N]; POSITIONS], places: &mut [u8]) {
    let mut values = [[0.0; WIDEST]; POSITIONS];
    for (values, sums) in values.iter_mut().zip(sums) {
        for (j, sum) in sums.into_iter().enumerate() {
            // SAFETY: no group of vectors is wider than `values`.
            unsafe { V::store(sum, values[j * V::LANES..].as_mut_ptr()) };
        }
    }
    for (channel, place) in places.iter_mut().enumerate() {
        let four = values.map(|values| values[channel]);
        *place = (1..4).fold(0, |most, i| if exceeds(four[i], four[most]) { i } else { most }) as u8;
    }
}

/// Whether `a` is larger, or not a number.
fn exceeds(a: f32, b: f32) -> bool {
    a > b || a.is_nan()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::vectors::run_on_each;

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
            ([32, 48], [4, 4], 3, 1, false),
            ([5, 17], [6, 3], 3, 1, false),
            ([3, 9], [11, 7], 3, 1, true),
        ] {
            let sizes = ConvShape { channels, size, kernel, padding, pool };
            let input = ramp(channels[0] * size[0] * size[1], 0.37);
            let weight = ramp(channels[0] * channels[1] * kernel * kernel, 0.11);
            let bias = ramp(channels[1], 0.7);
            let expected = plain(&sizes, &input, &weight, &bias);
            let mut output = vec![f32::NAN; expected.len()];
            sizes.forward(&input, &weight, &bias, &mut output);
            let near = |name: &str, output: &[f32]| {
                for (a, b) in output.iter().zip(&expected) {
                    assert!((a - b).abs() < 1e-4, "{sizes:?} {name}: {a} and {b}");
                }
            };
            near("chosen", &output);
            for kept in [false, pool] {
                run_on_each(
                    |_| Kept { sizes, input: &input, weight: &weight, bias: &bias, kept },
                    |name, (output, from)| {
                        near(name, &output);
                        assert!(!kept || from.iter().all(|place| *place < 4), "{name}");
                    },
                );
            }
        }
    }

    /// A convolution that brings its output.
    struct Kept<'a> {
        sizes: ConvShape,
        input: &'a [f32],
        weight: &'a [f32],
        bias: &'a [f32],
        kept: bool,
    }

    impl VectorKernel for Kept<'_> {
        type Output = (Vec<f32>, Vec<u8>);

        #[inline(always)]
        unsafe fn run<V: Vectors>(self) -> (Vec<f32>, Vec<u8>) {
            let [_, written] = self.sizes.lengths();
            let mut output = vec![f32::NAN; written];
            let mut from = vec![9; if self.kept { written } else { 0 }];
            let (sizes, input, weight, bias) = (&self.sizes, self.input, self.weight, self.bias);
            // SAFETY: the caller's.
            unsafe { Convolution { sizes, input, weight, bias, output: &mut output, from: &mut from }.run::<V>() };
            (output, from)
        }
    }

    #[test]
    fn pooling_tells_the_first_of_equals_and_passes_on_what_is_no_number() {
        let sizes = ConvShape { channels: [1, 2], size: [2, 4], kernel: 1, padding: 0, pool: true };
        let input = [1.0, 3.0, f32::NAN, 1.0, 3.0, 2.0, 0.0, 1.0];
        run_on_each(
            |_| Kept { sizes, input: &input, weight: &[1.0, -1.0], bias: &[0.0, 4.0], kept: true },
            |name, (output, from)| {
                assert_eq!([output[0], output[2]], [3.0, 3.0], "{name}");
                assert!(output[1].is_nan() && output[3].is_nan(), "{name}: {output:?}");
                assert_eq!(from, [1, 0, 0, 0], "{name}");
            },
        );
        for place in 0..4 {
            let mut input = [1.0; 4];
            input[place] = f32::NAN;
            let sizes = ConvShape { size: [2, 2], ..sizes };
            run_on_each(
                |_| Kept { sizes, input: &input, weight: &[1.0, -1.0], bias: &[0.0, 4.0], kept: true },
                |name, (output, from)| {
                    assert!(output.iter().all(|value| value.is_nan()), "{name} {place}");
                    assert_eq!(from, [place as u8; 2], "{name}");
                },
            );
        }
    }
}
