//! Backward through pooling by the places that it chose: of each four positions one has a gradient, and where ReLU cut off none has.
//!
//! Laid out like the input, with channels side by side, what a kernel's row saw at a position is one run. A gradient adds that run,
//! times itself, to its channel's weights, and its channel's weights, times itself, to the same run of the input's gradient.

use crate::{
    conv::{ConvShape, turn},
    vectors::{VectorKernel, Vectors},
};

/// The gradients of a convolution.
#[derive(Clone, Debug)]
pub struct ConvGradients {
    /// `[batch, in, height, width]`; empty where it is not wanted.
    pub input: Vec<f32>,
    /// `[out, in, kernel, kernel]`
    pub weight: Vec<f32>,
    /// `[out]`
    pub bias: Vec<f32>,
}

/// Input channels from which runs are long enough to be vectors.
pub(crate) const FEWEST_CHANNELS: usize = 4;

/// A batch on its way back.
pub(crate) struct PooledBackward<'a> {
    pub(crate) sizes: &'a ConvShape,
    pub(crate) gradient: &'a [f32],
    pub(crate) input: &'a [f32],
    pub(crate) output: &'a [f32],
    pub(crate) from: &'a [u8],
    pub(crate) weight: &'a [f32],
    /// Whether the gradient of the input is wanted.
    pub(crate) wanted: bool,
}

/// Where a gradient comes from: the first pixel that its kernel saw, as a place among the values of a padded image.
#[derive(Clone, Copy)]
struct ActiveGradient {
    pixel: usize,
    value: f32,
}

impl VectorKernel for PooledBackward<'_> {
    type Output = ConvGradients;

    #[inline(always)]
    unsafe fn run<V: Vectors>(self) -> ConvGradients {
        let Self { sizes, gradient, input, output, from, weight, wanted } = self;
        let [ins, outs] = sizes.channels;
        let (kernel, [read, written]) = (sizes.kernel, sizes.lengths());
        let [rows, columns] = sizes.output();
        let [height, width] = sizes.size.map(|side| side + 2 * sizes.padding);
        let (line, run) = (width * ins, kernel * ins);
        let turned_weight = turn_weights(weight, sizes);
        let mut turned_gradient = vec![0.0; weight.len()];
        let mut bias = vec![0.0; outs];
        let mut inputs = vec![0.0; if wanted { input.len() } else { 0 }];
        let mut pixels = vec![0.0; height * line];
        let mut pixel_gradients = vec![0.0; if wanted { height * line } else { 0 }];
        let mut active: Vec<ActiveGradient> = Vec::with_capacity(rows * columns);
        for (i, image) in input.chunks_exact(read).enumerate() {
            turn(sizes, image, &mut pixels);
            pixel_gradients.fill(0.0);
            for (channel, bias) in bias.iter_mut().enumerate() {
                let at = i * written + channel * rows * columns;
                let plane = || gradient[at..][..rows * columns].iter().zip(&output[at..]).zip(&from[at..]);
                active.clear();
                for (place, ((value, output), from)) in plane().enumerate() {
                    // Through what is not a number too, so that it is found.
                    if *output > 0.0 || output.is_nan() {
                        *bias += value;
                        let (y, x) = (place / columns, place % columns);
                        // The last two bits alone: what a caller gets wrong stays within the window.
                        let (y, x) = (2 * y + usize::from(from >> 1 & 1), 2 * x + usize::from(from & 1));
                        active.push(ActiveGradient { pixel: (y * width + x) * ins, value: *value });
                    }
                }
                for dy in 0..kernel {
                    let at = (channel * kernel + dy) * run;
                    let weights = &mut turned_gradient[at..][..run];
                    // SAFETY: the instructions are the caller's to answer for; a run from each pixel on is within the image.
                    unsafe {
                        add_to_weights::<V>(&active, &pixels[dy * line..], weights);
                        if wanted {
                            let weights = &turned_weight[at..][..run];
                            add_to_pixels::<V>(&active, weights, &mut pixel_gradients[dy * line..]);
                        }
                    }
                }
            }
            if wanted {
                turn_back(sizes, &pixel_gradients, &mut inputs[i * read..][..read]);
            }
        }
        ConvGradients { input: inputs, weight: turn_weights_back(&turned_gradient, sizes), bias }
    }
}

/// `weights += Σ gradient · pixels`, over the run that each gradient's kernel saw.
///
/// # Safety
/// The machine has the instructions; from each gradient's pixel on there is a run as long as `weights`.
#[inline(always)]
unsafe fn add_to_weights<V: Vectors>(active: &[ActiveGradient], pixels: &[f32], weights: &mut [f32]) {
    let mut at = 0;
    // SAFETY: whole vectors, as many as are left of the run.
    unsafe {
        while at + 8 * V::LANES <= weights.len() {
            sum_run::<V, 8>(active, pixels.as_ptr().add(at), weights.as_mut_ptr().add(at));
            at += 8 * V::LANES;
        }
        while at + 2 * V::LANES <= weights.len() {
            sum_run::<V, 2>(active, pixels.as_ptr().add(at), weights.as_mut_ptr().add(at));
            at += 2 * V::LANES;
        }
        while at + V::LANES <= weights.len() {
            sum_run::<V, 1>(active, pixels.as_ptr().add(at), weights.as_mut_ptr().add(at));
            at += V::LANES;
        }
    }
    for (at, weight) in weights.iter_mut().enumerate().skip(at) {
        *weight += active.iter().map(|gradient| gradient.value * pixels[gradient.pixel + at]).sum::<f32>();
    }
}

/// `N` vectors of a run, whose sums stay in registers.
#[inline(always)]
unsafe fn sum_run<V: Vectors, const N: usize>(active: &[ActiveGradient], pixels: *const f32, weights: *mut f32) {
    // SAFETY: the caller's.
    unsafe {
        let mut sums = [V::splat(0.0); N];
        for (j, sum) in sums.iter_mut().enumerate() {
            *sum = V::load(weights.add(j * V::LANES));
        }
        for gradient in active {
            let (from, value) = (pixels.add(gradient.pixel), V::splat(gradient.value));
            for (j, sum) in sums.iter_mut().enumerate() {
                *sum = V::mul_add(V::load(from.add(j * V::LANES)), value, *sum);
            }
        }
        for (j, sum) in sums.into_iter().enumerate() {
            V::store(sum, weights.add(j * V::LANES));
        }
    }
}

/// `pixels += gradient · weights`, over the run that each gradient's kernel saw.
///
/// # Safety
/// As [`add_to_weights`].
#[inline(always)]
unsafe fn add_to_pixels<V: Vectors>(active: &[ActiveGradient], weights: &[f32], pixels: &mut [f32]) {
    let mut at = 0;
    // SAFETY: whole vectors, as many as are left of the run.
    unsafe {
        while at + 8 * V::LANES <= weights.len() {
            spread_run::<V, 8>(active, weights.as_ptr().add(at), pixels.as_mut_ptr().add(at));
            at += 8 * V::LANES;
        }
        while at + 2 * V::LANES <= weights.len() {
            spread_run::<V, 2>(active, weights.as_ptr().add(at), pixels.as_mut_ptr().add(at));
            at += 2 * V::LANES;
        }
        while at + V::LANES <= weights.len() {
            spread_run::<V, 1>(active, weights.as_ptr().add(at), pixels.as_mut_ptr().add(at));
            at += V::LANES;
        }
    }
    for (at, weight) in weights.iter().enumerate().skip(at) {
        active.iter().for_each(|gradient| pixels[gradient.pixel + at] += gradient.value * weight);
    }
}

/// `N` vectors of a run, whose weights stay in registers.
#[inline(always)]
unsafe fn spread_run<V: Vectors, const N: usize>(active: &[ActiveGradient], weights: *const f32, pixels: *mut f32) {
    // SAFETY: the caller's.
    unsafe {
        let mut factors = [V::splat(0.0); N];
        for (j, factor) in factors.iter_mut().enumerate() {
            *factor = V::load(weights.add(j * V::LANES));
        }
        for gradient in active {
            let (to, value) = (pixels.add(gradient.pixel), V::splat(gradient.value));
            for (j, factor) in factors.iter().enumerate() {
                let to = to.add(j * V::LANES);
                V::store(V::mul_add(*factor, value, V::load(to)), to);
            }
        }
    }
}

/// Weights `[out, in, kernel, kernel]` as runs: `[out, kernel, kernel, in]`.
fn turn_weights(weight: &[f32], sizes: &ConvShape) -> Vec<f32> {
    let ([ins, _], area) = (sizes.channels, sizes.kernel * sizes.kernel);
    let mut turned = Vec::with_capacity(weight.len());
    for channel in weight.chunks_exact(ins * area) {
        (0..area).for_each(|place| turned.extend(channel[place..].iter().step_by(area)));
    }
    turned
}

/// The other way.
fn turn_weights_back(turned: &[f32], sizes: &ConvShape) -> Vec<f32> {
    let ([ins, _], area) = (sizes.channels, sizes.kernel * sizes.kernel);
    let mut weight = Vec::with_capacity(turned.len());
    for channel in turned.chunks_exact(ins * area) {
        (0..ins).for_each(|input| weight.extend(channel[input..].iter().step_by(ins)));
    }
    weight
}

/// An image of pixels with margins as channels without.
fn turn_back(sizes: &ConvShape, pixels: &[f32], image: &mut [f32]) {
    let (ins, padding) = (sizes.channels[0], sizes.padding);
    let width = sizes.size[1] + 2 * padding;
    for (line, row) in image.chunks_exact_mut(sizes.size[1]).enumerate() {
        let (channel, y) = (line / sizes.size[0], line % sizes.size[0]);
        let at = ((y + padding) * width + padding) * ins + channel;
        row.iter_mut().zip(pixels[at..].iter().step_by(ins)).for_each(|(to, value)| *to = *value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{conv::tests::ramp, vectors::run_on_each};

    /// By plain loops, in f64.
    fn plain(of: &PooledBackward) -> [Vec<f64>; 3] {
        let ConvShape { channels: [ins, outs], size: [height, width], kernel, padding, .. } = *of.sizes;
        let [rows, columns] = of.sizes.output();
        let mut inputs = vec![0.0; of.input.len()];
        let (mut weights, mut bias) = (vec![0.0; of.weight.len()], vec![0.0; outs]);
        for (at, gradient) in of.gradient.iter().enumerate().filter(|(at, _)| of.output[*at] > 0.0) {
            let (x, y) = (at % columns, at / columns % rows);
            let (out, image) = (at / columns / rows % outs, at / columns / rows / outs);
            let (y, x) = (2 * y + usize::from(of.from[at] / 2), 2 * x + usize::from(of.from[at] % 2));
            let gradient = f64::from(*gradient);
            bias[out] += gradient;
            for (channel, dy, dx) in
                (0..ins).flat_map(|c| (0..kernel * kernel).map(move |place| (c, place / kernel, place % kernel)))
            {
                let (Some(y), Some(x)) = ((y + dy).checked_sub(padding), (x + dx).checked_sub(padding)) else {
                    continue;
                };
                if y < height && x < width {
                    let pixel = ((image * ins + channel) * height + y) * width + x;
                    let weight = ((out * ins + channel) * kernel + dy) * kernel + dx;
                    weights[weight] += gradient * f64::from(of.input[pixel]);
                    inputs[pixel] += gradient * f64::from(of.weight[weight]);
                }
            }
        }
        [inputs, weights, bias]
    }

    #[test]
    fn gradients_are_those_of_plain_loops() {
        for (channels, size, kernel, padding) in [
            ([4, 3], [6, 6], 3, 0),
            ([16, 16], [26, 26], 3, 0),
            ([5, 7], [9, 11], 3, 1),
            ([32, 9], [10, 10], 3, 0),
            ([7, 2], [4, 5], 2, 0),
            ([4, 1], [6, 8], 5, 2),
            ([6, 3], [2, 2], 1, 0),
        ] {
            let sizes = &ConvShape { channels, size, kernel, padding, pool: true };
            let (input, weight) = (
                ramp(2 * channels[0] * size[0] * size[1], 0.377),
                ramp(channels[0] * channels[1] * kernel * kernel, 0.119),
            );
            let [_, written] = sizes.lengths();
            let (mut output, mut from) = (vec![0.0; 2 * written], vec![0; 2 * written]);
            sizes.forward_with_indices(&input, &weight, &ramp(channels[1], 0.7), &mut output, &mut from);
            let gradient = ramp(output.len(), 0.531);
            let make = |wanted| PooledBackward {
                sizes,
                gradient: &gradient,
                input: &input,
                output: &output,
                from: &from,
                weight: &weight,
                wanted,
            };
            let [inputs, weights, bias] = plain(&make(true));
            for wanted in [true, false] {
                run_on_each(
                    |_| make(wanted),
                    |name, gradients| {
                        let near = |what: &str, found: &[f32], expected: &[f64]| {
                            assert_eq!(found.len(), expected.len(), "{name} {what}");
                            for (a, b) in found.iter().zip(expected) {
                                assert!(
                                    (f64::from(*a) - b).abs() < 1e-4 * b.abs().max(1.0),
                                    "{sizes:?} {name} {what}: {a} and {b}"
                                );
                            }
                        };
                        near("input", &gradients.input, if wanted { &inputs } else { &[] });
                        near("weight", &gradients.weight, &weights);
                        near("bias", &gradients.bias, &bias);
                    },
                );
            }
        }
    }
}
