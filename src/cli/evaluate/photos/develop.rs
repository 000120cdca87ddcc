//! Synthetic photographs of digits: pen strokes on paper, under a lamp, on ruled lines, in a box, blurred, compressed.

use image::{RgbImage, codecs::jpeg::JpegEncoder};

use super::scene::{Color, PhotoKind, PrintedLines, Scene, between, chance, plan};
use crate::{protocol::Drawing, rng::SeededRng};

/// A photograph, as [`crate::ink::read_picture`] takes it.
pub struct SyntheticPhoto {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// RGBA, rows from the top.
    pub rgba: Vec<u8>,
}

/// Photographs a drawing.
pub fn photograph(kind: PhotoKind, drawing: &Drawing, random: &mut SeededRng) -> SyntheticPhoto {
    let scene = plan(kind, random);
    develop(&scene, drawing, random)
}

/// Smooth noise from -1 to 1 on a grid of `cell` pixels.
struct ValueNoise {
    cell: f32,
    seed: u64,
}

impl ValueNoise {
    fn at(&self, x: f32, y: f32) -> f32 {
        let knot = |x: i64, y: i64| {
            let seed = self.seed ^ (x as u64).wrapping_mul(0x9E37_79B9) ^ (y as u64).wrapping_mul(0x85EB_CA6B_C2B2);
            2.0 * SeededRng::new(seed).uniform() - 1.0
        };
        let (x, y) = (x / self.cell, y / self.cell);
        let (x0, y0) = (x.floor(), y.floor());
        let (fx, fy) = (x - x0, y - y0);
        let (x0, y0) = (x0 as i64, y0 as i64);
        let top = knot(x0, y0) * (1.0 - fx) + knot(x0 + 1, y0) * fx;
        let bottom = knot(x0, y0 + 1) * (1.0 - fx) + knot(x0 + 1, y0 + 1) * fx;
        top * (1.0 - fy) + bottom * fy
    }
}

/// A piece of a line, with ends in pixels of the picture.
type Piece = [(f32, f32); 2];

/// How much of each pixel is covered by lines of a width; the darkest counts.
fn cover(pieces: &[Piece], width: f32, side: usize, cover: &mut [f32]) {
    // A line thinner than a pixel is as faint as it is thin.
    let (radius, most) = (width.max(1.0) / 2.0, width.min(1.0));
    let reach = radius + 0.5;
    for [(x0, y0), (x1, y1)] in pieces {
        let (dx, dy) = (x1 - x0, y1 - y0);
        let length2 = dx * dx + dy * dy;
        let pixels = |low: f32, high: f32| {
            (low - reach).max(0.0) as usize..((high + reach + 1.0).clamp(0.0, side as f32) as usize)
        };
        for y in pixels(y0.min(*y1), y0.max(*y1)) {
            for x in pixels(x0.min(*x1), x0.max(*x1)) {
                let (px, py) = (x as f32 + 0.5 - x0, y as f32 + 0.5 - y0);
                let along = if length2 > 0.0 { ((px * dx + py * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
                let ink = most * (reach - (px - along * dx).hypot(py - along * dy)).clamp(0.0, 1.0);
                let value = &mut cover[y * side + x];
                *value = value.max(ink);
            }
        }
    }
}

/// The drawing's pieces in the picture, and the box around them: left, top, right, bottom.
fn place(scene: &Scene, drawing: &Drawing, random: &mut SeededRng) -> (Vec<Piece>, [f32; 4]) {
    let (sin, cos) = scene.turn.sin_cos();
    let strokes: Vec<Vec<(f32, f32)>> = drawing
        .strokes
        .iter()
        .map(|stroke| {
            // The strokes go from pixel to pixel: a mean of three points takes the stairs out of them.
            let points = &stroke.points;
            let smooth = |i: usize| {
                let around = [i.saturating_sub(1), i, (i + 1).min(points.len() - 1)];
                let ends = i == 0 || i + 1 == points.len();
                let mean = |of: fn(&crate::protocol::Point) -> f32| {
                    if ends { of(&points[i]) } else { around.iter().map(|i| of(&points[*i])).sum::<f32>() / 3.0 }
                };
                (mean(|p| p.x), mean(|p| p.y))
            };
            (0..points.len()).map(smooth).map(|(x, y)| (x * cos - y * sin, x * sin + y * cos)).collect()
        })
        .collect();
    let points = || strokes.iter().flatten();
    let low = points().fold((f32::MAX, f32::MAX), |low, p| (low.0.min(p.0), low.1.min(p.1)));
    let high = points().fold((f32::MIN, f32::MIN), |high, p| (high.0.max(p.0), high.1.max(p.1)));
    let side = scene.side as f32;
    let size = scene.share * side;
    let scale = size * (1.0 - scene.pen) / (high.0 - low.0).max(high.1 - low.1).max(0.1);
    let half = ((high.0 - low.0) * scale / 2.0, (high.1 - low.1) * scale / 2.0);
    let room = (side - size) / 2.0 * 0.6;
    let middle = (side / 2.0 + random.within(room), side / 2.0 + random.within(room));
    let at = |p: &(f32, f32)| ((p.0 - low.0) * scale - half.0 + middle.0, (p.1 - low.1) * scale - half.1 + middle.1);
    let mut pieces = Vec::new();
    for stroke in &strokes {
        let placed: Vec<(f32, f32)> = stroke.iter().map(at).collect();
        pieces.extend(placed.windows(2).map(|pair| [pair[0], pair[1]]));
        if let [only] = placed[..] {
            pieces.push([only, only]);
        }
    }
    let pen = scene.pen * size / 2.0;
    let bounds = [middle.0 - half.0 - pen, middle.1 - half.1 - pen, middle.0 + half.0 + pen, middle.1 + half.1 + pen];
    (pieces, bounds)
}

/// What is printed on the paper: pieces, their width, and how dark they are beside the ink.
fn printed(scene: &Scene, bounds: [f32; 4], random: &mut SeededRng) -> (Vec<Piece>, f32, Color) {
    let side = scene.side as f32;
    let pale = |color: Color, share: f32| {
        let mut mixed = scene.ground;
        mixed.iter_mut().zip(color).for_each(|(mixed, color)| *mixed += (color - *mixed) * share);
        mixed
    };
    let printed = if chance(random, 0.7) { [60.0, 90.0, 190.0] } else { [70.0, 70.0, 75.0] };
    let blue = pale(printed, between(random, 0.25, 0.9));
    let most = if chance(random, 0.3) { 0.15 } else { 0.03 };
    let turn = random.within(most);
    let mut pieces = Vec::new();
    match scene.lines {
        PrintedLines::None => (pieces, 0.0, blue),
        PrintedLines::Ruled | PrintedLines::Squared => {
            let step = side * between(random, 0.05, 0.16);
            let start = between(random, 0.0, step);
            for line in -2..(side / step) as i32 + 3 {
                let at = start + line as f32 * step;
                pieces.push([(-10.0, at - turn * side / 2.0), (side + 10.0, at + turn * side / 2.0)]);
                if scene.lines == PrintedLines::Squared {
                    pieces.push([(at + turn * side / 2.0, -10.0), (at - turn * side / 2.0, side + 10.0)]);
                }
            }
            (pieces, (side * between(random, 0.002, 0.006)).max(1.0), blue)
        }
        PrintedLines::Box => {
            let [left, top, right, bottom] = bounds;
            let gap = |random: &mut SeededRng| side * between(random, 0.01, 0.12);
            // Now and then the digit touches its box.
            let (l, t) = (left - gap(random), top - gap(random));
            let (r, b) =
                (right + gap(random), bottom + gap(random) - if chance(random, 0.2) { side * 0.05 } else { 0.0 });
            let lean = turn * (r - l);
            let corners = [(l - lean, t), (r, t + lean), (r + lean, b + lean), (l, b)];
            (0..4).for_each(|i| pieces.push([corners[i], corners[(i + 1) % 4]]));
            let color = pale(scene.ink, between(random, 0.5, 1.0));
            (pieces, (side * between(random, 0.003, 0.015)).max(1.0), color)
        }
    }
}

fn develop(scene: &Scene, drawing: &Drawing, random: &mut SeededRng) -> SyntheticPhoto {
    let side = scene.side;
    let size = side as f32;
    let (pieces, bounds) = place(scene, drawing, random);
    let (print, print_width, print_color) = printed(scene, bounds, random);
    let mut ink = vec![0.0f32; side * side];
    let mut lines = vec![0.0f32; side * side];
    if scene.pen > 0.0 {
        cover(&pieces, scene.pen * scene.share * size, side, &mut ink);
    }
    cover(&print, print_width, side, &mut lines);

    let pen = (scene.pen * scene.share * size).max(2.0);
    let streaks = ValueNoise { cell: pen * 0.35, seed: random.bits() };
    let gaps = ValueNoise { cell: pen * 1.5, seed: random.bits() };
    let grain = ValueNoise { cell: scene.grain.1, seed: random.bits() };
    let angle = between(random, 0.0, std::f32::consts::TAU);
    let (sin, cos) = angle.sin_cos();
    let edge = random.within(0.3) * size;
    let softness = size * between(random, 0.01, 0.05);
    let mut light = vec![[0.0f32; 3]; side * side];
    for y in 0..side {
        for x in 0..side {
            let i = y * side + x;
            let (fx, fy) = (x as f32, y as f32);
            let (u, v) = (fx / size - 0.5, fy / size - 0.5);
            let across = u * cos + v * sin;
            let soft = 1.0 - scene.shade * (across + 0.7).clamp(0.0, 1.4).powf(1.5) / 1.4f32.powf(1.5);
            let hard = 1.0 - scene.hard_shade * ((across * size - edge) / softness + 0.5).clamp(0.0, 1.0);
            let corner = 1.0 - scene.vignette * (u * u + v * v) * 2.0;
            let dry = if scene.dry > 0.0 {
                let streak = streaks.at(fx, fy) * 0.7 + gaps.at(fx, fy) * 0.6;
                ((streak + 1.0 - 1.2 * scene.dry) * 4.0).clamp(0.0, 1.0)
            } else {
                1.0
            };
            let noise =
                scene.grain.0 * if scene.grain.1 > 1.5 { 2.0 * grain.at(fx, fy) } else { 1.7 * random.within(1.0) };
            for channel in 0..3 {
                let mut value = scene.ground[channel];
                value += (print_color[channel] - value) * lines[i];
                value += (scene.ink[channel] - value) * ink[i] * dry;
                light[i][channel] = value * soft * hard * corner + noise;
            }
        }
    }
    let radius = (scene.blur * size / 2.0).round() as usize;
    (0..if radius > 0 { 2 } else { 0 }).for_each(|_| blur(&mut light, side, radius));
    let pixels: Vec<u8> = light.iter().flatten().map(|value| value.round().clamp(0.0, 255.0) as u8).collect();
    let pixels = match scene.quality {
        Some(quality) => compressed(pixels, side as u32, quality),
        None => pixels,
    };
    let rgba = pixels.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
    SyntheticPhoto { width: side as u32, height: side as u32, rgba }
}

/// A box blur of a square picture.
fn blur(light: &mut Vec<Color>, side: usize, radius: usize) {
    for transpose in [false, true] {
        let at = |line: usize, i: usize| if transpose { i * side + line } else { line * side + i };
        let mut out = light.clone();
        for line in 0..side {
            for i in 0..side {
                let range = i.saturating_sub(radius)..(i + radius + 1).min(side);
                let count = range.len() as f32;
                let mut sum = [0.0; 3];
                for j in range {
                    (0..3).for_each(|channel| sum[channel] += light[at(line, j)][channel]);
                }
                out[at(line, i)] = sum.map(|sum| sum / count);
            }
        }
        *light = out;
    }
}

/// What is left of pixels after a JPEG; unchanged if they cannot be encoded.
fn compressed(pixels: Vec<u8>, side: u32, quality: u8) -> Vec<u8> {
    let mut bytes = Vec::new();
    let Some(picture) = RgbImage::from_raw(side, side, pixels.clone()) else { return pixels };
    if JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&picture).is_err() {
        return pixels;
    }
    image::load_from_memory(&bytes).map_or(pixels, |picture| picture.to_rgb8().into_raw())
}
