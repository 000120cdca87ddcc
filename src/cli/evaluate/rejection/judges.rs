//! What the rejection is judged by: letters, scribbles, shapes, taps and hasty 6s from formulas that no training has seen.

use std::f32::consts::{PI, TAU};

use crate::{
    protocol::{Drawing, Point, Stroke},
    rng::SeededRng,
};

/// Kinds of ink that is no digit.
pub const KINDS: [&str; 4] = ["letters", "scribbles", "shapes", "taps"];

type Curve = Vec<(f32, f32)>;

/// Points of an ellipse, in degrees clockwise from the right.
fn arc(cx: f32, cy: f32, rx: f32, ry: f32, start: f32, end: f32) -> Curve {
    let at = |i: u8| {
        let angle = (start + (end - start) * f32::from(i) / 28.0).to_radians();
        (cx + rx * angle.cos(), cy + ry * angle.sin())
    };
    (0..=28).map(at).collect()
}

fn line(points: &[(f32, f32)]) -> Curve {
    let mut curve: Curve = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        curve.extend((1..=10u8).map(|i| {
            let f = f32::from(i) / 10.0;
            (pair[0].0 + (pair[1].0 - pair[0].0) * f, pair[0].1 + (pair[1].1 - pair[0].1) * f)
        }));
    }
    curve
}

/// The capitals that are like no digit. All lie between 0 and 1; `w` is a letter's width and `m` the height of its waist.
fn letter(index: usize, w: f32, m: f32) -> (char, Vec<Curve>) {
    let l = |points: &[(f32, f32)]| line(points);
    let stem = |x: f32| line(&[(x, 0.0), (x, 1.0)]);
    match index {
        0 => (
            'A',
            vec![
                l(&[(w / 2.0, 0.0), (0.0, 1.0)]),
                l(&[(w / 2.0, 0.0), (w, 1.0)]),
                l(&[(w * 0.2, m + 0.1), (w * 0.8, m + 0.1)]),
            ],
        ),
        1 => ('C', vec![arc(w * 0.6, 0.5, w * 0.6, 0.5, -50.0, -310.0)]),
        2 => {
            ('E', vec![stem(0.0), l(&[(0.0, 0.0), (w, 0.0)]), l(&[(0.0, m), (w * 0.8, m)]), l(&[(0.0, 1.0), (w, 1.0)])])
        }
        3 => ('F', vec![stem(0.0), l(&[(0.0, 0.0), (w, 0.0)]), l(&[(0.0, m), (w * 0.75, m)])]),
        4 => ('H', vec![stem(0.0), stem(w), l(&[(0.0, m), (w, m)])]),
        5 => {
            ('J', vec![[l(&[(w * 0.7, 0.0), (w * 0.7, 0.7)]), arc(w * 0.35, 0.7, w * 0.35, 0.3, 0.0, 170.0)].concat()])
        }
        6 => ('K', vec![stem(0.0), l(&[(w, 0.0), (0.0, m)]), l(&[(w * 0.25, m - 0.05), (w, 1.0)])]),
        7 => ('L', vec![l(&[(0.0, 0.0), (0.0, 1.0), (w, 1.0)])]),
        8 => ('M', vec![l(&[(0.0, 1.0), (w * 0.05, 0.0), (w * 0.55, m + 0.2), (w * 1.05, 0.0), (w * 1.1, 1.0)])]),
        9 => ('N', vec![l(&[(0.0, 1.0), (0.0, 0.0), (w, 1.0), (w, 0.0)])]),
        10 => (
            'P',
            vec![
                stem(0.0),
                [
                    l(&[(0.0, 0.0), (w * 0.5, 0.0)]),
                    arc(w * 0.5, m / 2.0, w * 0.5, m / 2.0, -90.0, 90.0),
                    l(&[(w * 0.5, m), (0.0, m)]),
                ]
                .concat(),
            ],
        ),
        11 => (
            'R',
            vec![
                stem(0.0),
                [
                    l(&[(0.0, 0.0), (w * 0.5, 0.0)]),
                    arc(w * 0.5, m / 2.0, w * 0.45, m / 2.0, -90.0, 90.0),
                    l(&[(w * 0.5, m), (0.0, m)]),
                ]
                .concat(),
                l(&[(w * 0.3, m), (w, 1.0)]),
            ],
        ),
        12 => ('T', vec![l(&[(0.0, 0.0), (w, 0.0)]), stem(w / 2.0)]),
        13 => (
            'U',
            vec![
                [l(&[(0.0, 0.0), (0.0, 0.6)]), arc(w / 2.0, 0.6, w / 2.0, 0.4, 180.0, 0.0), l(&[(w, 0.6), (w, 0.0)])]
                    .concat(),
            ],
        ),
        14 => ('V', vec![l(&[(0.0, 0.0), (w / 2.0, 1.0), (w, 0.0)])]),
        15 => ('W', vec![l(&[(0.0, 0.0), (w * 0.3, 1.0), (w * 0.6, 0.25), (w * 0.9, 1.0), (w * 1.2, 0.0)])]),
        16 => ('X', vec![l(&[(0.0, 0.0), (w, 1.0)]), l(&[(w, 0.0), (0.0, 1.0)])]),
        _ => ('Y', vec![l(&[(0.0, 0.0), (w / 2.0, m)]), l(&[(w, 0.0), (w / 2.0, m), (w / 2.0, 1.0)])]),
    }
}

/// How many letters there are.
pub const LETTERS: usize = 18;

/// Ink of a kind, with what it is called.
pub fn other(kind: &str, index: usize, random: &mut SeededRng) -> (String, Drawing) {
    match kind {
        "letters" => {
            let (name, curves) = letter(index % LETTERS, 0.6 + 0.35 * random.uniform(), 0.42 + 0.14 * random.uniform());
            (name.to_string(), by_hand(curves, random))
        }
        "scribbles" => scribble(index, random),
        "shapes" => shape(index, random),
        _ => {
            let count = 1 + index % 4;
            let tap = |random: &mut SeededRng| {
                let (x, y) = (280.0 * random.uniform(), 280.0 * random.uniform());
                let slip = random.within(1.4);
                let points = if random.uniform() < 0.5 { vec![(x, y)] } else { vec![(x, y), (x + slip, y + 1.0)] };
                stroke(points)
            };
            (format!("{count} taps"), Drawing { strokes: (0..count).map(|_| tap(random)).collect() })
        }
    }
}

fn stroke(points: Curve) -> Stroke {
    Stroke { points: points.into_iter().map(|(x, y)| Point::new(x, y)).collect() }
}

/// Curves as a hand makes them: slanted, in perspective, wavering, with ends that overshoot, on a pad of 280.
fn by_hand(curves: Vec<Curve>, random: &mut SeededRng) -> Drawing {
    let (slant, lift, narrow) = (random.within(0.22), random.within(0.12), random.within(0.15));
    let (waver, phase, pitch) = (0.02 * random.uniform(), TAU * random.uniform(), 4.0 + 6.0 * random.uniform());
    let size = 90.0 + 120.0 * random.uniform();
    let strokes = curves.into_iter().map(|curve| {
        let (dx, dy) = (random.within(0.035), random.within(0.035));
        let points = curve.into_iter().map(|(x, y)| {
            let (x, y) = (x + dx + waver * (pitch * y + phase).sin(), y + dy + waver * (pitch * x + 2.0 * phase).cos());
            let (x, y) = (x * (1.0 + narrow * (y - 0.5)) - slant * (y - 0.5), y + lift * (x - 0.5));
            (40.0 + size * x, 40.0 + size * y)
        });
        stroke(points.collect())
    });
    Drawing { strokes: strokes.collect() }
}

fn scribble(index: usize, random: &mut SeededRng) -> (String, Drawing) {
    let mut fold = |count: usize| -> Vec<[f32; 4]> {
        (0..count)
            .map(|i| {
                [
                    random.within(1.0 / (1.0 + i as f32 * 0.4)),
                    random.within(1.0),
                    TAU * random.uniform(),
                    (i + 1) as f32,
                ]
            })
            .collect()
    };
    let (name, curve): (&str, Curve) = match index % 4 {
        0 => {
            // Closed curves of many waves.
            let waves = fold(7);
            let at = |t: f32| {
                waves.iter().fold((0.5, 0.5), |(x, y), [a, b, phase, n]| {
                    (x + 0.3 * a * (n * t + phase).cos(), y + 0.3 * b * (n * t + 1.7 * phase).sin())
                })
            };
            ("tangle", (0..=160).map(|i| at(TAU * i as f32 / 160.0)).collect())
        }
        1 => {
            let (a, b) = (1.3 + 0.8 * random.uniform(), 1.9 + 0.9 * random.uniform());
            let at = |i: usize| {
                let t = i as f32;
                (0.5 + 0.5 * (t * a).sin() * (i % 7) as f32 / 7.0, 0.5 + 0.5 * (t * b).cos() * (i % 5) as f32 / 5.0)
            };
            ("burst", line(&(0..40 + random.below(30)).map(at).collect::<Vec<_>>()))
        }
        2 => {
            let rows = 7 + random.below(8);
            let at = |row: usize| {
                (f32::from(u8::from(row % 2 == 1)) + 0.1 * (row as f32 * 1.3).sin(), row as f32 / rows as f32)
            };
            ("hatching", line(&(0..=rows).map(at).collect::<Vec<_>>()))
        }
        _ => {
            let (turns, drift) = (5.0 + 4.0 * random.uniform(), 0.5 + random.uniform());
            let at = |i: usize| {
                let t = i as f32 / 150.0;
                (drift * t + 0.25 * (TAU * turns * t).cos(), 0.5 + 0.35 * (TAU * turns * t).sin())
            };
            ("coils", (0..=150).map(at).collect())
        }
    };
    (name.to_owned(), by_hand(vec![curve], random))
}

fn shape(index: usize, random: &mut SeededRng) -> (String, Drawing) {
    let polygon = |corners: usize, step: usize, turn: f32| {
        let at = |i: usize| {
            let angle = turn + TAU * (i * step) as f32 / corners as f32;
            (0.5 + 0.5 * angle.cos(), 0.5 + 0.5 * angle.sin())
        };
        line(&(0..=corners).map(at).collect::<Vec<_>>())
    };
    let (name, curves): (&str, Vec<Curve>) = match index % 10 {
        0 => ("triangle", vec![polygon(3, 1, -PI / 2.0 + random.within(0.3))]),
        1 => ("square", vec![polygon(4, 1, PI / 4.0 + random.within(0.15))]),
        2 => ("star", vec![polygon(5, 2, -PI / 2.0 + random.within(0.3))]),
        3 => {
            let at = |i: usize| {
                let t = i as f32 / 120.0;
                (0.5 + 0.5 * t * (TAU * 3.2 * t).cos(), 0.5 + 0.5 * t * (TAU * 3.2 * t).sin())
            };
            ("spiral", vec![(0..=120).map(at).collect()])
        }
        4 => {
            let at = |i: usize| {
                let t = TAU * i as f32 / 60.0;
                let y = 13.0 * t.cos() - 5.0 * (2.0 * t).cos() - 2.0 * (3.0 * t).cos() - (4.0 * t).cos();
                (0.5 + 0.5 * t.sin().powi(3), 0.45 - y / 34.0)
            };
            ("heart", vec![(0..=60).map(at).collect()])
        }
        5 => ("arrow", vec![line(&[(0.0, 0.5), (1.0, 0.5)]), line(&[(0.72, 0.25), (1.0, 0.5), (0.72, 0.75)])]),
        6 => ("plus", vec![line(&[(0.5, 0.0), (0.5, 1.0)]), line(&[(0.0, 0.5), (1.0, 0.5)])]),
        7 => {
            let at = |i: usize| (i as f32 / 60.0 * 1.6, 0.5 + 0.25 * (TAU * 2.5 * i as f32 / 60.0).sin());
            ("wave", vec![(0..=60).map(at).collect()])
        }
        8 => {
            let face = arc(0.5, 0.5, 0.5, 0.5, 0.0, 360.0);
            let eye = |x: f32| line(&[(x, 0.3), (x, 0.42)]);
            ("face", vec![face, eye(0.35), eye(0.65), arc(0.5, 0.55, 0.25, 0.2, 20.0, 160.0)])
        }
        _ => (
            "house",
            vec![
                line(&[(0.05, 1.0), (0.05, 0.45), (0.5, 0.0), (0.95, 0.45), (0.95, 1.0), (0.05, 1.0)]),
                line(&[(0.05, 0.45), (0.95, 0.45)]),
            ],
        ),
    };
    (name.to_owned(), by_hand(curves, random))
}

/// A 6 as a hand in a hurry writes it (the loop stays open, corners are cut), or one that shakes. The shape is that of a plain hand:
/// a straight stem, and a loop that is drawn over its top.
pub fn six(index: usize, random: &mut SeededRng) -> Drawing {
    let hasty = index.is_multiple_of(2);
    let end = if hasty { 560.0 - 45.0 * random.uniform() } else { 560.0 };
    let points = [line(&[(170.0, 55.0), (120.0, 110.0)]), arc(138.0, 172.0, 45.0, 48.0, 205.0, end)].concat();
    let (slant, wide) = (random.within(0.25), 1.0 + random.within(0.2));
    let every = if hasty { 2 + random.below(3) } else { 1 };
    let tremble = if hasty { 1.5 } else { 2.0 + 2.5 * random.uniform() };
    let (pitch, phase) = (0.8 + random.uniform(), TAU * random.uniform());
    let last = points.len() - 1;
    let kept = points.into_iter().enumerate().filter(|(i, _)| i % every == 0 || *i == last);
    let kept = kept.map(|(i, (x, y))| {
        let t = i as f32 * pitch + phase;
        let (x, y) = (
            x + 0.6 * tremble * t.sin() + random.within(0.6 * tremble),
            y + 0.6 * tremble * (1.3 * t).cos() + random.within(0.6 * tremble),
        );
        (140.0 + (x - 140.0) * wide - slant * (y - 140.0), y)
    });
    Drawing { strokes: vec![stroke(kept.collect())] }
}
