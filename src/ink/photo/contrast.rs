//! How far each pixel is from the ground, in the direction in which the ink's color lies.

use super::{
    ground::Ground,
    pixels::{Color, Colors, luma},
};

/// Ink must be so far from the ground, as a share of the ground's brightness.
const LEAST_CONTRAST: f32 = 0.07;
/// And so many times farther than the ground's own grain.
const LEAST_OVER_GRAIN: f32 = 6.5;

/// The contrast of each pixel: 0 is ground, 1 is ink.
pub(super) struct Contrast {
    pub values: Vec<f32>,
    /// The grain of the ground, as a share of the ink's contrast.
    pub grain: f32,
}

/// The contrast of a picture's pixels; none if there is no more than the ground's grain.
pub(super) fn contrast(picture: &Colors, ground: &Ground) -> Option<Contrast> {
    let (w, h) = (picture.width, picture.height);
    // Light scales what ink and ground send back alike: what counts is the share of the ground's brightness.
    let mut off: Vec<Color> = Vec::with_capacity(w * h);
    for (y, colors) in picture.pixels.chunks(w).enumerate() {
        off.extend(ground.row(y, colors).zip(colors).map(|(ground, color)| {
            let by = 1.0 / (luma(ground) + 40.0);
            std::array::from_fn(|c| (color[c] - ground[c]) * by)
        }));
    }
    let direction = direction(&off);
    let mut values: Vec<f32> = off.iter().map(|off| (0..3).map(|c| off[c] * direction[c]).sum()).collect();
    let (mut grain, mut level) = levels(&values)?;
    if grain > 0.06 * level {
        soften(&mut values, w, h);
        (grain, level) = levels(&values)?;
    }
    if level < LEAST_CONTRAST || level < LEAST_OVER_GRAIN * grain {
        return None;
    }
    values.iter_mut().for_each(|value| *value /= level);
    Some(Contrast { values, grain: grain / level })
}

/// The direction in which the pixels lie that are far from the ground: the first principal axis, by the power method.
fn direction(off: &[Color]) -> Color {
    let mut moments = [[0.0f32; 3]; 3];
    let mut skew = [0.0f32; 3];
    for off in off {
        let square: f32 = off.iter().map(|value| value * value).sum();
        if square < 4e-4 {
            continue;
        }
        // Far pixels count most, or the grain of a large ground would outweigh a hairline.
        for (row, a) in moments.iter_mut().zip(off) {
            row.iter_mut().zip(off).for_each(|(sum, b)| *sum += square * a * b);
        }
        (0..3).for_each(|c| skew[c] += square * off[c]);
    }
    let mut axis = [0.7, 0.6, 0.5];
    for _ in 0..24 {
        let next: Color = std::array::from_fn(|r| (0..3).map(|c| moments[r][c] * axis[c]).sum());
        let length = next.iter().map(|value| value * value).sum::<f32>().sqrt();
        if length <= 0.0 {
            break;
        }
        axis = next.map(|value| value / length);
    }
    // Ink is where the far pixels are.
    let side: f32 = (0..3).map(|c| axis[c] * skew[c]).sum();
    if side < 0.0 { axis.map(|value| -value) } else { axis }
}

/// The standard deviation of the ground's grain, and the level of the ink. None if nothing is farther from the ground than its grain.
fn levels(values: &[f32]) -> Option<(f32, f32)> {
    const STEPS: f32 = 2_000.0;
    let mut histogram = [0u32; 4_096];
    values.iter().for_each(|value| histogram[((value.abs() * STEPS) as usize).min(4_095)] += 1);
    let mut below = 0;
    let median = histogram.iter().position(|count| {
        below += *count as usize;
        below * 2 >= values.len()
    })?;
    let grain = ((median as f32 + 0.5) / STEPS / 0.6745).max(0.003);
    // A mean that the far ones weigh most in, then the mean of what lies beyond its half.
    let (mut fourth, mut third) = (0.0f64, 0.0f64);
    for value in values.iter().filter(|value| **value > 4.0 * grain) {
        let cube = f64::from(*value).powi(3);
        (fourth, third) = (fourth + cube * f64::from(*value), third + cube);
    }
    if third <= 0.0 {
        return None;
    }
    Some((grain, (fourth / third) as f32))
}

/// Averages each pixel with its neighbors, 1-2-1 along both sides.
fn soften(values: &mut [f32], w: usize, h: usize) {
    for (step, length) in [(1, w), (w, h)] {
        let lines = w * h / length;
        for line in 0..lines {
            let start = if step == 1 { line * w } else { line };
            let mut before = values[start];
            for i in 0..length {
                let at = start + i * step;
                let after = if i + 1 < length { values[at + step] } else { values[at] };
                let here = values[at];
                values[at] = (before + 2.0 * here + after) / 4.0;
                before = here;
            }
        }
    }
}
