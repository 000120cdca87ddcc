//! What a rejector is taught on: ink that is no digit, drawn at random, and digits in the hands of people in a hurry.

use super::{
    glyphs::{DIGIT_STYLES, Glyph, OTHER_SIGNS, parse_glyph},
    meaningless_ink::{doodle, line, outline, scribble, texture},
};
use crate::{
    ink::{Augmentation, Augmenter, Image, PEN_RADIUS, render_with_pen},
    protocol::{Drawing, Point, Stroke},
    rng::SeededRng,
};

/// Kinds of ink that is no digit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherInk {
    /// Letters and signs.
    Sign,
    /// A pen that goes round without meaning anything.
    Scribble,
    /// A few lines, arcs and circles that lie as they fall.
    Doodle,
    /// Digits side by side.
    SeveralDigits,
    /// A digit in a mirror, or lying, or on its head, where that is none.
    TurnedDigit,
    /// A piece of a digit.
    PieceOfDigit,
    /// A letter or sign without one of its strokes.
    PieceOfSign,
    /// A round or cornered outline with something in it.
    Outline,
    /// Two digits, one over the other.
    Overlay,
    /// Paper, hatching, blots.
    Texture,
}

impl OtherInk {
    /// How often each kind is drawn, out of 100.
    const SHARES: [(Self, u32); 10] = [
        (Self::Sign, 32),
        (Self::Scribble, 13),
        (Self::Doodle, 8),
        (Self::SeveralDigits, 18),
        (Self::TurnedDigit, 7),
        (Self::PieceOfDigit, 3),
        (Self::PieceOfSign, 6),
        (Self::Outline, 6),
        (Self::Overlay, 3),
        (Self::Texture, 4),
    ];
}

/// Draws ink at random, from the strokes of digits and from shapes that are written down.
pub struct InkGenerator<'a> {
    drawings: &'a [Drawing],
    labels: &'a [u8],
    signs: Vec<Glyph>,
    styles: Vec<(u8, Glyph)>,
}

impl<'a> InkGenerator<'a> {
    /// A generator over strokes of digits, with their labels.
    pub fn new(drawings: &'a [Drawing], labels: &'a [u8]) -> Self {
        let signs = OTHER_SIGNS.iter().map(|text| parse_glyph(text)).collect();
        let styles = DIGIT_STYLES.iter().map(|(label, text)| (*label, parse_glyph(text))).collect();
        Self { drawings, labels, signs, styles }
    }

    /// Ink that is no digit.
    pub fn other(&self, random: &mut SeededRng) -> (Image, OtherInk) {
        let mut dice = random.below(100) as u32;
        let mut kind = OtherInk::Sign;
        for (other, share) in OtherInk::SHARES {
            kind = other;
            if dice < share {
                break;
            }
            dice -= share;
        }
        let drawing = match kind {
            OtherInk::Texture => return (texture(random), kind),
            OtherInk::Sign => self.sign(random),
            OtherInk::Scribble => scribble(random),
            OtherInk::Doodle => doodle(random),
            OtherInk::SeveralDigits => self.several(random),
            OtherInk::TurnedDigit => self.turned(random),
            OtherInk::PieceOfDigit => self.piece(random),
            OtherInk::PieceOfSign => self.piece_of_sign(random),
            OtherInk::Outline => outline(random),
            OtherInk::Overlay => self.overlay(random),
        };
        (varied(&drawing, random), kind)
    }

    /// A digit as somebody writes it whose school taught it otherwise than MNIST's writers', or in a hurry.
    pub fn styled_digit(&self, random: &mut SeededRng) -> (Image, u8) {
        if random.uniform() < 0.5 {
            // 6s in a hurry and 1s with a long upstroke are what MNIST has too few of.
            let (label, glyph) = match random.uniform() {
                dice if dice < 0.3 => self.style_of(6, random),
                dice if dice < 0.4 => self.style_of(1, random),
                _ => &self.styles[random.below(self.styles.len())],
            };
            let drawing = hasty(&jittered(glyph, 5.0, random), random);
            return (varied(&squeezed(&drawing, 0.3, random), random), *label);
        }
        let index = random.below(self.drawings.len());
        (varied(&hasty(&self.digit(index), random), random), self.labels[index])
    }

    fn style_of(&self, digit: u8, random: &mut SeededRng) -> &(u8, Glyph) {
        let first = self.styles.iter().position(|(label, _)| *label == digit).unwrap_or(0);
        let count = self.styles.iter().filter(|(label, _)| *label == digit).count();
        &self.styles[first + random.below(count)]
    }

    /// A digit's strokes, 100 high or wide.
    fn digit(&self, index: usize) -> Drawing {
        sized(&self.drawings[index], 100.0)
    }

    fn sign(&self, random: &mut SeededRng) -> Drawing {
        let glyph = &self.signs[random.below(self.signs.len())];
        squeezed(&jittered(glyph, 6.0, random), 0.4, random)
    }

    fn several(&self, random: &mut SeededRng) -> Drawing {
        let count = if random.uniform() < 0.7 { 2 } else { 3 + random.below(2) };
        let signs = random.uniform() < 0.12;
        let (mut strokes, mut right) = (Vec::new(), 0.0);
        for place in 0..count {
            let piece = if signs && (place == 0 || random.uniform() < 0.5) {
                self.sign(random)
            } else if random.uniform() < 0.15 {
                // Ones are what stands closest, and what a 4, an H or an 11 are taken for.
                Drawing { strokes: vec![line(50.0, 0.0, 50.0 + random.within(20.0), 100.0)] }
            } else {
                self.digit(random.below(self.drawings.len()))
            };
            let piece = sized(&piece, 75.0 + 30.0 * random.uniform());
            let ([left, top], [end, bottom]) = bounds(&piece);
            let gap = if place == 0 { 0.0 } else { -8.0 + 45.0 * random.uniform() * random.uniform() + 4.0 };
            let (dx, dy) = (right + gap - left, random.within(12.0) - (top + bottom) / 2.0);
            right += gap + end - left;
            strokes.extend(piece.map(|p| Point::new(p.x + dx, p.y + dy)).strokes);
        }
        Drawing { strokes }
    }

    fn turned(&self, random: &mut SeededRng) -> Drawing {
        loop {
            let index = random.below(self.drawings.len());
            let turn: fn(Point) -> Point = match (self.labels[index], random.below(3)) {
                (3 | 4 | 6 | 7 | 9, 0) => |p| Point::new(-p.x, p.y),
                (2 | 3 | 4 | 5 | 7, 1) => |p| Point::new(-p.y, p.x),
                (3 | 4 | 7, 2) => |p| Point::new(-p.x, -p.y),
                _ => continue,
            };
            return self.digit(index).map(turn);
        }
    }

    fn piece(&self, random: &mut SeededRng) -> Drawing {
        loop {
            let index = random.below(self.drawings.len());
            let drawing = self.digit(index);
            if !matches!(self.labels[index], 0 | 2 | 3 | 5 | 6 | 8) {
                continue;
            }
            let Some(stroke) = drawing.strokes.iter().max_by_key(|stroke| stroke.points.len()) else { continue };
            let count = stroke.points.len();
            let length = (count as f32 * (0.25 + 0.2 * random.uniform())) as usize;
            if length < 4 {
                continue;
            }
            let start = random.below(count - length);
            let points = stroke.points[start..start + length].to_vec();
            // A straight piece is a 1, and a closed one a 0.
            if is_bent(&points) {
                return Drawing { strokes: vec![Stroke { points }] };
            }
        }
    }

    fn piece_of_sign(&self, random: &mut SeededRng) -> Drawing {
        loop {
            let mut drawing = self.sign(random);
            if drawing.strokes.len() < 2 {
                continue;
            }
            drawing.strokes.remove(random.below(drawing.strokes.len()));
            // A line alone is a 1, and a ring a 0.
            if drawing.strokes.len() > 1 || drawing.strokes.iter().all(|stroke| is_bent(&stroke.points)) {
                return drawing;
            }
        }
    }

    fn overlay(&self, random: &mut SeededRng) -> Drawing {
        let mut strokes = self.digit(random.below(self.drawings.len())).strokes;
        let (dx, dy) = (random.within(30.0), 25.0 + 50.0 * random.uniform());
        let other = self.digit(random.below(self.drawings.len()));
        strokes.extend(other.map(|p| Point::new(p.x + dx, p.y + dy)).strokes);
        Drawing { strokes }
    }
}

/// Whether a stroke is neither about straight nor about closed.
fn is_bent(points: &[Point]) -> bool {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return false };
    let path: f32 = points.windows(2).map(|pair| (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y)).sum();
    let chord = (last.x - first.x).hypot(last.y - first.y);
    chord < 0.85 * path && chord > 0.3 * path
}

fn bounds(drawing: &Drawing) -> ([f32; 2], [f32; 2]) {
    drawing.points().fold(([f32::MAX; 2], [f32::MIN; 2]), |(low, high), p| {
        ([low[0].min(p.x), low[1].min(p.y)], [high[0].max(p.x), high[1].max(p.y)])
    })
}

/// The drawing with its longer side of that length, from the origin.
fn sized(drawing: &Drawing, side: f32) -> Drawing {
    let (low, high) = bounds(drawing);
    let scale = side / (high[0] - low[0]).max(high[1] - low[1]).max(1e-3);
    drawing.map(|p| Point::new((p.x - low[0]) * scale, (p.y - low[1]) * scale))
}

/// The drawing, wider or narrower by up to a share.
fn squeezed(drawing: &Drawing, by: f32, random: &mut SeededRng) -> Drawing {
    let factor = 1.0 + random.within(by);
    drawing.map(|p| Point::new(p.x * factor, p.y))
}

/// A shape with each of its points moved a little, some of its strokes moved too.
fn jittered(glyph: &Glyph, by: f32, random: &mut SeededRng) -> Drawing {
    let mut glyph = glyph.clone();
    for stroke in &mut glyph.strokes {
        let (dx, dy) = (random.within(by * 0.7), random.within(by * 0.7));
        // Some hands are round, some are not.
        if random.uniform() < 0.1 {
            stroke.round = !stroke.round;
        }
        stroke.points.iter_mut().for_each(|(x, y)| {
            *x += dx + random.within(by);
            *y += dy + random.within(by);
        });
    }
    glyph.drawing()
}

/// The drawing as a hand in a hurry, or one that shakes, makes it: it begins late, ends early, cuts corners, wavers.
fn hasty(drawing: &Drawing, random: &mut SeededRng) -> Drawing {
    let (late, early) = (0.05 * random.uniform(), 0.1 * random.uniform());
    let every = 1 + random.below(4);
    let shake = if random.uniform() < 0.5 { 0.0 } else { 4.0 * random.uniform() };
    let strokes = drawing.strokes.iter().map(|stroke| {
        let count = stroke.points.len();
        let cut = |share: f32| if count > 8 { (count as f32 * share) as usize } else { 0 };
        let kept = &stroke.points[cut(late)..count - cut(early)];
        let last = kept.len().saturating_sub(1);
        let (mut sx, mut sy) = (0.0, 0.0);
        let points = kept.iter().enumerate().filter(|(i, _)| last < 8 || i % every == 0 || *i == last).map(|(_, p)| {
            sx = 0.6 * sx + random.within(shake);
            sy = 0.6 * sy + random.within(shake);
            Point::new(p.x + sx, p.y + sy)
        });
        Stroke { points: points.collect() }
    });
    Drawing { strokes: strokes.collect() }
}

/// A drawing as an image: turned, slanted, bent, with a thinner or thicker pen.
fn varied(drawing: &Drawing, random: &mut SeededRng) -> Image {
    const BY: Augmentation = Augmentation { rotation: 12.0, shear: 0.25, scale: 0.12, ..Augmentation::DIGITS };
    let drawing = sized(drawing, 100.0);
    let mut augmenter = Augmenter::new(random.bits());
    if random.uniform() < 0.6 {
        return augmenter.vary_drawing(&drawing, &BY.scaled(random.uniform())).unwrap_or_default();
    }
    // A picture's pen is as wide as it is.
    let radius = PEN_RADIUS * (0.6 + 0.9 * random.uniform());
    let image = render_with_pen(&drawing, radius).unwrap_or_default();
    augmenter.vary_image(&image, &BY.scaled(random.uniform()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_draws_the_same_ink() {
        let strokes: Vec<Drawing> = DIGIT_STYLES.iter().map(|(_, text)| parse_glyph(text).drawing()).collect();
        let labels: Vec<u8> = DIGIT_STYLES.iter().map(|(label, _)| *label).collect();
        let generator = InkGenerator::new(&strokes, &labels);
        let draw = |seed| {
            let mut random = SeededRng::new(seed);
            (0..300).map(|_| generator.other(&mut random)).collect::<Vec<_>>()
        };
        let images = draw(1);
        assert_eq!(images, draw(1));
        assert_ne!(images, draw(2));
        for (kind, _) in OtherInk::SHARES {
            assert!(images.iter().any(|(image, other)| *other == kind && image.mass() > 5.0), "{kind:?}");
        }
        let mut random = SeededRng::new(3);
        assert!((0..100).all(|_| generator.styled_digit(&mut random).0.mass() > 5.0));
    }
}
