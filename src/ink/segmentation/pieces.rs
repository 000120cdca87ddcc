//! Pieces of ink that may be digits, and the choice of those that together are read best.

use crate::ink::{Image, SIDE};

/// A box: left, top, right, bottom, in the ink's own units.
pub type InkBox = [f32; 4];

/// Some neighboring atoms as one image.
#[derive(Clone, Debug, PartialEq)]
pub struct Piece {
    /// The image, as a model sees it.
    pub image: Image,
    /// Where it lies.
    pub bounds: InkBox,
    /// The atoms.
    pub atoms: std::ops::Range<usize>,
}

/// The whole of some ink, and its pieces.
#[derive(Clone, Debug, PartialEq)]
pub struct Segmentation {
    /// All ink as one image.
    pub whole: Image,
    /// Where all of it lies.
    pub bounds: InkBox,
    /// Whether there is no more than a few taps of the pen.
    pub dots_only: bool,
    /// Whether the atoms are whole strokes, between which the pen was lifted.
    pub whole_strokes: bool,
    /// Atoms, from left to right.
    pub atoms: usize,
    /// The pieces that may be digits; none of them is the whole.
    pub pieces: Vec<Piece>,
    /// How much speaks against parting the ink before each atom: 0 where there is a gap, more where ink touches, crosses or has to be
    /// cut.
    pub seams: Vec<f32>,
}

/// The most atoms that are looked at: more is a scribble, and no number.
pub(super) const MAX_ATOMS: usize = 20;

/// The most atoms of a piece: a digit is written in no more.
const MAX_PIECE: usize = 5;

/// The most digits of a number.
pub const MAX_DIGITS: usize = 8;

/// The share of the whole's height that a digit of a number has at least.
const MIN_HEIGHT: f32 = 0.4;

/// What speaks against a digit lower than this share of the whole's height, for each share that it is lower.
const LOW_FROM: f32 = 0.75;
const LOW: f32 = 6.0;

/// How much of what speaks against parting counts in the choice between numbers, and what speaks for each digit more. Chosen on numbers
/// that were written with MNIST's training strokes.
const CHOICE_SEAM: f32 = 0.25;
const ANOTHER_DIGIT: f32 = 0.5;

/// How much wider than high a digit may be.
const MAX_WIDTH: f32 = 1.7;

impl Segmentation {
    /// An image as it is, in one piece.
    pub fn of_image(image: Image) -> Self {
        let side = SIDE as f32;
        Self {
            whole: image,
            bounds: [0.0, 0.0, side, side],
            dots_only: false,
            whole_strokes: false,
            atoms: 1,
            pieces: Vec::new(),
            seams: vec![0.0],
        }
    }

    /// The two or more pieces from left to right that hold all the ink and are read best; and the sum of their scores, less the seams
    /// between them. `scores` are of the [pieces](Self::pieces), 0 at best: logarithms of probabilities.
    ///
    /// Between whole strokes, what speaks against parting counts less here than in the sum. The sum is to tell whether there is a number
    /// at all; which of the possible numbers it is, the scores say better: two digits that touch are seldom read well as one.
    pub fn best(&self, scores: &[f32]) -> Option<(Vec<usize>, f32)> {
        let (seams, another) = if self.whole_strokes { (CHOICE_SEAM, ANOTHER_DIGIT) } else { (1.0, 0.0) };
        // best[digits][atoms]: the sum, and the last piece.
        let mut best = vec![vec![(f32::NEG_INFINITY, usize::MAX); self.atoms + 1]; MAX_DIGITS + 1];
        best[0][0] = (0.0, usize::MAX);
        for digits in 0..MAX_DIGITS {
            for (index, (piece, score)) in self.pieces.iter().zip(scores).enumerate() {
                let gain = score + another - seams * self.seam_before(piece) - self.lowness(piece);
                let sum = best[digits][piece.atoms.start].0 + gain;
                let end = &mut best[digits + 1][piece.atoms.end];
                if sum > end.0 {
                    *end = (sum, index);
                }
            }
        }
        let mut digits = (2..=MAX_DIGITS)
            .map(|digits| (digits, best[digits][self.atoms].0))
            .max_by(|a, b| a.1.total_cmp(&b.1))
            .filter(|(_, sum)| sum.is_finite())?
            .0;
        let (mut chosen, mut atoms) = (Vec::new(), self.atoms);
        while digits > 0 {
            let index = best[digits][atoms].1;
            chosen.push(index);
            atoms = self.pieces[index].atoms.start;
            digits -= 1;
        }
        chosen.reverse();
        let sum = chosen
            .iter()
            .map(|index| scores[*index] - self.seam_before(&self.pieces[*index]) - self.lowness(&self.pieces[*index]))
            .sum();
        Some((chosen, sum))
    }

    /// What speaks against parting the ink before a piece.
    fn seam_before(&self, piece: &Piece) -> f32 {
        if piece.atoms.start > 0 { self.seams[piece.atoms.start] } else { 0.0 }
    }

    /// What speaks against a digit as low as a piece.
    fn lowness(&self, piece: &Piece) -> f32 {
        let height = (piece.bounds[3] - piece.bounds[1]) / (self.bounds[3] - self.bounds[1]).max(1e-6);
        LOW * (LOW_FROM - height).max(0.0)
    }
}

/// The box around some boxes.
pub(super) fn around(boxes: impl IntoIterator<Item = InkBox>) -> InkBox {
    boxes.into_iter().fold([f32::MAX, f32::MAX, f32::MIN, f32::MIN], |[l, t, r, b], [left, top, right, bottom]| {
        [l.min(left), t.min(top), r.max(right), b.max(bottom)]
    })
}

/// How much speaks against parting ink where boxes overlap: before each atom, by the widest overlap of an atom before with one behind,
/// as a share of the narrower one. Digits that lean overlap too, by less than half.
pub(super) fn overlaps(atoms: &[InkBox], height: f32) -> Vec<f32> {
    let width = |atom: &InkBox| (atom[2] - atom[0]).max(0.15 * height);
    let between = |a: &InkBox, b: &InkBox| (a[2].min(b[2]) - a[0].max(b[0])) / width(a).min(width(b));
    let before = |at: usize| {
        let pairs = atoms[..at].iter().flat_map(|a| atoms[at..].iter().map(move |b| between(a, b)));
        let widest = pairs.fold(0.0, f32::max);
        (3.0 * (widest - 0.5)).max(0.0)
    };
    (0..atoms.len()).map(before).collect()
}

/// The ranges of neighboring atoms that may be digits, by the boxes of the atoms and of all ink.
pub(super) fn candidates(atoms: &[InkBox], all: InkBox) -> Vec<(std::ops::Range<usize>, InkBox)> {
    if !(2..=MAX_ATOMS).contains(&atoms.len()) {
        return Vec::new();
    }
    let height = all[3] - all[1];
    let mut found = Vec::new();
    for start in 0..atoms.len() {
        for end in start + 1..=(start + MAX_PIECE).min(atoms.len()) {
            let bounds = around(atoms[start..end].iter().copied());
            let (w, h) = (bounds[2] - bounds[0], bounds[3] - bounds[1]);
            if end - start < atoms.len() && h >= MIN_HEIGHT * height && w <= MAX_WIDTH * h {
                found.push((start..end, bounds));
            }
        }
    }
    found
}
