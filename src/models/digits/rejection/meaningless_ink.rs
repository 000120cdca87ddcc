//! Ink that means nothing: scribbles, doodles, outlines, textures.

use super::glyphs::{Glyph, GlyphStroke};
use crate::{
    ink::{Image, SIDE},
    protocol::{Drawing, Point, Stroke},
    rng::SeededRng,
};

pub(super) fn line(x0: f32, y0: f32, x1: f32, y1: f32) -> Stroke {
    let at = |f: f32| Point::new(x0 + (x1 - x0) * f, y0 + (y1 - y0) * f);
    Stroke { points: (0..=12).map(|i| at(i as f32 / 12.0)).collect() }
}

pub(super) fn scribble(random: &mut SeededRng) -> Drawing {
    let mut points = Vec::new();
    match random.below(6) {
        0 => {
            // A walk that turns.
            let (mut x, mut y, mut angle, mut turn) = (0.0f32, 0.0f32, 6.0 * random.uniform(), 0.0);
            for _ in 0..60 + random.below(120) {
                turn = 0.85 * turn + random.within(0.35);
                angle += turn;
                (x, y) = (0.985 * x + 6.0 * angle.cos(), 0.985 * y + 6.0 * angle.sin());
                points.push(Point::new(x, y));
            }
        }
        1 => {
            // To and fro.
            let (rows, slope) = (5 + random.below(9), random.within(0.5));
            for row in 0..rows {
                let y = row as f32 * 100.0 / rows as f32;
                let x = if row % 2 == 0 { 0.0 } else { 100.0 };
                points.push(Point::new(x + random.within(15.0), y + slope * x + random.within(8.0)));
            }
        }
        2 => {
            // Loops along a line.
            let (radius, pitch, phase) =
                (15.0 + 25.0 * random.uniform(), 2.0 + 4.0 * random.uniform(), random.uniform());
            for i in 0..90 + random.below(60) {
                let angle = i as f32 * 0.3 + phase;
                points.push(Point::new(i as f32 * pitch * 0.4 + radius * angle.cos(), radius * angle.sin() * 1.3));
            }
        }
        _ => points
            .extend((0..6 + random.below(16)).map(|_| Point::new(100.0 * random.uniform(), 100.0 * random.uniform()))),
    }
    Drawing { strokes: vec![Stroke { points }] }
}

/// A ring, a heap or a polygon with corners where they fall, and marks in or through it.
pub(super) fn outline(random: &mut SeededRng) -> Drawing {
    let corners = 3 + random.below(4);
    let round = random.uniform() < 0.5;
    let (turn, wide) = (6.3 * random.uniform(), 0.7 + 0.6 * random.uniform());
    let count = if round { 12 } else { corners };
    let uneven = if round { 0.06 } else { 0.2 };
    let mut ring: Vec<(f32, f32)> = (0..count)
        .map(|i| {
            let angle = turn + std::f32::consts::TAU * i as f32 / count as f32;
            let radius = 50.0 * (1.0 + random.within(uneven));
            (50.0 + wide * radius * angle.cos(), 50.0 + radius * angle.sin())
        })
        .collect();
    ring.push(ring[0]);
    let mut strokes = Glyph { strokes: vec![GlyphStroke { round, points: ring }] }.drawing().strokes;
    // A polygon of few corners is none already; a ring is a 0 unless there is more in it than a slash or a dot.
    let marks = if round { 2 + random.below(3) } else { random.below(4) };
    for mark in 0..marks {
        let (x, y) = (25.0 + 50.0 * random.uniform(), 20.0 + 60.0 * random.uniform());
        let (dx, dy) = (random.within(30.0), random.within(30.0));
        strokes.push(match mark == 0 || random.uniform() < 0.7 {
            true => line(x - dx, y - dy, x + dx, y + dy),
            false => Stroke { points: vec![Point::new(x, y)] },
        });
    }
    // Five corners and more with nothing in them are a 0 in a shaky hand.
    if !round && corners > 4 && marks == 0 {
        strokes.push(line(20.0, 50.0 + random.within(25.0), 80.0, 50.0 + random.within(25.0)));
        strokes.push(line(50.0 + random.within(25.0), 15.0, 50.0 + random.within(25.0), 85.0));
    }
    Drawing { strokes }
}

pub(super) fn doodle(random: &mut SeededRng) -> Drawing {
    let count = 3 + random.below(4);
    let mut at = || 100.0 * random.uniform();
    let mut strokes = Vec::new();
    for _ in 0..count {
        let (x, y, u, v, dice) = (at(), at(), at(), at(), at());
        strokes.push(match dice {
            dice if dice < 55.0 => line(x, y, u, v),
            dice if dice < 90.0 => {
                let (radius, start, sweep) = (10.0 + 0.35 * v, u / 16.0, 1.5 + dice / 20.0);
                let at = |i: usize| {
                    let angle = start + sweep * i as f32 / 24.0;
                    Point::new(x + radius * angle.cos(), y + radius * angle.sin())
                };
                Stroke { points: (0..=24).map(at).collect() }
            }
            _ => Stroke { points: vec![Point::new(x, y)] },
        });
    }
    Drawing { strokes }
}

pub(super) fn texture(random: &mut SeededRng) -> Image {
    let mut values = [0.0f32; SIDE * SIDE];
    let kind = random.below(6);
    let (a, b, c) = (random.uniform(), random.uniform(), random.uniform());
    let waves: Vec<[f32; 3]> =
        (0..4).map(|_| [random.within(1.2), random.within(1.2), 6.3 * random.uniform()]).collect();
    for (i, value) in values.iter_mut().enumerate() {
        let (x, y) = ((i % SIDE) as f32 - 13.5, (i / SIDE) as f32 - 13.5);
        let inside = x.abs() < 10.5 && y.abs() < 10.5;
        let ink = match kind {
            // Grain.
            0 => f32::from(random.uniform() < 0.1 + 0.5 * a),
            // Hatching.
            1 => f32::from(((x * (a * 6.3).cos() + y * (a * 6.3).sin()) * (0.6 + 1.2 * b)).sin() > 0.3),
            // A blot.
            2 => f32::from((x / (3.0 + 7.0 * a)).powi(2) + (y / (3.0 + 7.0 * b)).powi(2) < 1.0),
            // A full area.
            3 => f32::from(x.abs() < 3.0 + 8.0 * a && y.abs() < 3.0 + 8.0 * b),
            // Stains.
            4 => f32::from(waves.iter().map(|[u, v, w]| (x * u + y * v + w).sin()).sum::<f32>() > 0.4 + c),
            // An edge.
            _ => f32::from(x * (a * 6.3).cos() + y * (a * 6.3).sin() > 6.0 * b),
        };
        *value = if inside { ink * (0.7 + 0.3 * random.uniform()) } else { 0.0 };
    }
    Image::new(values)
}
