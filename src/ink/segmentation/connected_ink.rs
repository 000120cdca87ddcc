//! The pieces of a picture: connected ink, and what a cut makes of ink that is too wide for one digit.

use super::pieces::{InkBox, MAX_ATOMS, Piece, Segmentation, around, candidates, overlaps};
use crate::{
    ink::{InkBounds, InkMap, fit_image},
    protocol::{Drawing, Polarity},
};

/// Ink weaker than this connects nothing.
const FAINT: f32 = 0.3;

/// Connected ink whose longer side is a smaller share of the height belongs to the ink beside it.
const SPECK: f32 = 0.12;

/// Connected ink wider than this share of its height is cut where it is thin.
const WIDE: f32 = 0.75;

/// The most cuts through connected ink.
const MAX_CUTS: usize = 6;

/// The height of a drawing that is parted by its ink, in pixels, and the radius of its pen.
const DRAWN_HEIGHT: f32 = 64.0;
const DRAWN_PEN: f32 = 3.0;

/// What speaks against a cut through a picture's connected ink: digits touch there by the width of the pen alone.
pub(super) const CUT_PICTURE: f32 = 0.2;

/// What speaks against a cut through a stroke: whoever writes digits lifts the pen.
pub(super) const CUT_STROKE: f32 = 0.8;

/// What speaks against a cut for each share of the height that is ink in its way.
const CUT_INK: f32 = 4.0;

/// The atoms of some ink, its pieces, and what speaks against parting it before each atom.
pub(super) struct PartedInk {
    pieces: Vec<Piece>,
    seams: Vec<f32>,
}

impl PartedInk {
    /// Makes these the pieces of a segmentation.
    pub(super) fn fill(self, segmentation: &mut Segmentation) {
        (segmentation.atoms, segmentation.pieces, segmentation.seams) = (self.seams.len(), self.pieces, self.seams);
    }
}

impl Segmentation {
    /// Parts a picture's ink. None without ink.
    pub fn of_picture(map: &InkMap) -> Option<Self> {
        segment(map)
    }
}

fn segment(map: &InkMap) -> Option<Segmentation> {
    let crop = map.bounds()?;
    let (left, top) = (crop.left as f32, crop.top as f32);
    let scaled = |bounds: InkBox| bounds.map(|place| place * map.scale);
    let bounds = scaled([left, top, left + crop.width as f32, top + crop.height as f32]);
    let mut segmentation = Segmentation { bounds, ..Segmentation::of_image(fit_image(map, crop)) };
    let mut parted = part(map, CUT_PICTURE);
    parted.pieces.iter_mut().for_each(|piece| piece.bounds = scaled(piece.bounds));
    parted.fill(&mut segmentation);
    Some(segmentation)
}

/// Parts a drawing by its ink: for strokes that are several digits. `all` is the drawing's box.
pub(super) fn part_drawing(drawing: &Drawing, all: InkBox, against: f32) -> Option<PartedInk> {
    let scale = DRAWN_HEIGHT / (all[3] - all[1]).max(1e-3);
    let margin = DRAWN_PEN + 2.0;
    let width = ((all[2] - all[0]) * scale + 2.0 * margin).ceil();
    // Wider than any number is.
    if width.is_nan() || width > 16.0 * DRAWN_HEIGHT {
        return None;
    }
    let (width, height) = (width as usize, (DRAWN_HEIGHT + 2.0 * margin).ceil() as usize);
    let mut strength = vec![0.0f32; width * height];
    for stroke in &drawing.strokes {
        let at: Vec<(f32, f32)> =
            stroke.points.iter().map(|p| ((p.x - all[0]) * scale + margin, (p.y - all[1]) * scale + margin)).collect();
        let single = (at.len() == 1).then(|| [at[0], at[0]]);
        for pair in at.windows(2).chain(single.as_ref().map(|pair| &pair[..])) {
            stamp(&mut strength, width, height, pair[0], pair[1]);
        }
    }
    let (polarity, threshold) = (Polarity::DarkOnLight, 0);
    let mut parted = part(&InkMap { width, height, strength, scale: 1.0, polarity, threshold }, against);
    for piece in &mut parted.pieces {
        let place = |value: f32, origin: f32| (value - margin) / scale + origin;
        let [left, top, right, bottom] = piece.bounds;
        piece.bounds = [place(left, all[0]), place(top, all[1]), place(right, all[0]), place(bottom, all[1])];
    }
    Some(parted)
}

fn stamp(strength: &mut [f32], width: usize, height: usize, from: (f32, f32), to: (f32, f32)) {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let length2 = dx * dx + dy * dy;
    let reach = DRAWN_PEN + 0.5;
    let range =
        |a: f32, b: f32, end: usize| (a.min(b) - reach).max(0.0) as usize..((a.max(b) + reach + 1.0) as usize).min(end);
    for y in range(from.1, to.1, height) {
        for x in range(from.0, to.0, width) {
            let (px, py) = (x as f32 - from.0, y as f32 - from.1);
            let along = if length2 > 0.0 { ((px * dx + py * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
            let cover = (reach - (px - along * dx).hypot(py - along * dy)).clamp(0.0, 1.0);
            let value = &mut strength[y * width + x];
            *value = value.max(cover);
        }
    }
}

/// Ink that stays together.
struct Atom {
    /// Indices of the map's pixels.
    pixels: Vec<usize>,
    bounds: InkBox,
}

impl Atom {
    fn new(pixels: Vec<usize>, width: usize) -> Self {
        let bounds = around(pixels.iter().map(|pixel| {
            let (x, y) = ((pixel % width) as f32, (pixel / width) as f32);
            [x, y, x + 1.0, y + 1.0]
        }));
        Self { pixels, bounds }
    }
}

fn part(map: &InkMap, against: f32) -> PartedInk {
    let atoms = connected(map);
    let all = around(atoms.iter().map(|atom| atom.bounds));
    let height = all[3] - all[1];
    let longer_side = |atom: &Atom| (atom.bounds[2] - atom.bounds[0]).max(atom.bounds[3] - atom.bounds[1]);
    let (mut large, small): (Vec<Atom>, Vec<Atom>) =
        atoms.into_iter().partition(|atom| longer_side(atom) > SPECK * height);
    if large.len() > MAX_ATOMS {
        return PartedInk { pieces: Vec::new(), seams: vec![0.0; large.len()] };
    }
    for speck in small {
        let middle = f32::midpoint(speck.bounds[0], speck.bounds[2]);
        let away = |atom: &Atom| (middle - atom.bounds[2]).max(atom.bounds[0] - middle).max(0.0);
        if let Some(near) = large.iter_mut().min_by(|a, b| away(a).total_cmp(&away(b))) {
            let pixels = [std::mem::take(&mut near.pixels), speck.pixels].concat();
            *near = Atom::new(pixels, map.width);
        }
    }
    let middle = |atom: &Atom| f32::midpoint(atom.bounds[0], atom.bounds[2]);
    large.sort_by(|a, b| middle(a).total_cmp(&middle(b)));
    let (mut atoms, mut cuts) = (Vec::new(), Vec::new());
    for atom in large {
        cuts.push(0.0);
        for (part, ink) in cut(map, atom) {
            if ink > 0.0 {
                cuts.push(against + CUT_INK * ink / height);
            }
            atoms.push(part);
        }
    }
    let boxes: Vec<InkBox> = atoms.iter().map(|atom| atom.bounds).collect();
    let seams = overlaps(&boxes, height).iter().zip(cuts).map(|(overlap, cut)| overlap + cut).collect();
    let pieces = candidates(&boxes, all)
        .into_iter()
        .map(|(range, bounds)| Piece { image: image(map, &atoms[range.clone()], bounds), bounds, atoms: range })
        .collect();
    PartedInk { pieces, seams }
}

/// Some atoms as an image, without the ink around them.
fn image(map: &InkMap, atoms: &[Atom], bounds: InkBox) -> crate::ink::Image {
    let (left, top) = (bounds[0] as usize, bounds[1] as usize);
    let (width, height) = (bounds[2] as usize - left, bounds[3] as usize - top);
    let mut strength = vec![0.0; width * height];
    for pixel in atoms.iter().flat_map(|atom| &atom.pixels) {
        strength[(pixel / map.width - top) * width + pixel % map.width - left] = map.strength[*pixel];
    }
    let cropped =
        InkMap { width, height, strength, scale: map.scale, polarity: map.polarity, threshold: map.threshold };
    fit_image(&cropped, InkBounds { left: 0, top: 0, width, height })
}

/// The connected ink of a map: eight neighbors, faint ink aside.
fn connected(map: &InkMap) -> Vec<Atom> {
    let (width, height) = (map.width, map.height);
    let mut seen: Vec<bool> = map.strength.iter().map(|ink| *ink < FAINT).collect();
    let mut found = Vec::new();
    for start in 0..seen.len() {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let (mut pixels, mut next) = (vec![start], 0);
        while next < pixels.len() {
            let (x, y) = (pixels[next] % width, pixels[next] / width);
            next += 1;
            for ny in y.saturating_sub(1)..(y + 2).min(height) {
                for nx in x.saturating_sub(1)..(x + 2).min(width) {
                    let neighbor = ny * width + nx;
                    if !seen[neighbor] {
                        seen[neighbor] = true;
                        pixels.push(neighbor);
                    }
                }
            }
        }
        found.push(Atom::new(pixels, width));
    }
    found
}

/// Cuts an atom that is too wide for one digit from top to bottom, where there is least ink in the way; with each part but the first
/// the ink of the cut before it.
fn cut(map: &InkMap, atom: Atom) -> Vec<(Atom, f32)> {
    let [left, top, right, bottom] = atom.bounds;
    let (width, height) = ((right - left) as usize, (bottom - top) as usize);
    if (width as f32) < WIDE * height as f32 || width < 8 {
        return vec![(atom, 0.0)];
    }
    let mut ink = vec![0.0f32; width];
    for pixel in &atom.pixels {
        ink[pixel % map.width - left as usize] += map.strength[*pixel];
    }
    // Columns in the order of their ink; cuts keep a distance, which is what a thin digit is wide.
    let apart = (0.22 * height as f32).max(2.0) as usize;
    let mut columns: Vec<usize> = (apart.min(width / 3)..width - apart.min(width / 3)).collect();
    columns.sort_by(|a, b| ink[*a].total_cmp(&ink[*b]));
    let mut cuts: Vec<usize> = Vec::new();
    for column in columns {
        let low = ink[column] < 0.45 * height as f32;
        if cuts.len() < MAX_CUTS && low && cuts.iter().all(|other| other.abs_diff(column) >= apart) {
            cuts.push(column);
        }
    }
    cuts.sort_unstable();
    let mut parts = vec![Vec::new(); cuts.len() + 1];
    for pixel in atom.pixels {
        let column = pixel % map.width - left as usize;
        parts[cuts.iter().filter(|cut| **cut <= column).count()].push(pixel);
    }
    // Every column of connected ink has some, so that no part is empty.
    let before = std::iter::once(0.0).chain(cuts.iter().map(|cut| ink[*cut].max(0.1)));
    parts.into_iter().map(|pixels| Atom::new(pixels, map.width)).zip(before).collect()
}
