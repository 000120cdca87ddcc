//! The pieces of a drawing: neighboring strokes.

use super::{
    connected_ink::{CUT_PICTURE, CUT_STROKE, part_drawing},
    pieces::{InkBox, Piece, Segmentation, around, candidates, overlaps},
};
use crate::{
    ink::{DrawingError, render},
    protocol::{Drawing, Stroke},
};

/// The longer side of a stroke that is a mere tap, in the pad's units: the pen slipped.
const TAP: f32 = 3.0;

/// Strokes smaller than this share of the whole belong to the stroke beside them: dots, and what a hand in a hurry leaves.
const SPECK: f32 = 0.12;

/// A stroke wider than this share of the drawing's height may be several digits written without lifting the pen.
const WIDE: f32 = 1.15;

/// Strokes closer than this share of the drawing's height touch.
const TOUCHING: f32 = 0.03;

/// What speaks against parting strokes that touch in one place.
const ONE_CONTACT: f32 = 0.1;

/// What each place speaks where they touch in several.
const EACH_OF_MORE: f32 = 0.5;

impl Segmentation {
    /// Parts a drawing by its strokes, and by its ink where a stroke is too wide for one digit.
    ///
    /// # Errors
    /// [`DrawingError`], as [`render`].
    pub fn of_drawing(drawing: &Drawing) -> Result<Self, DrawingError> {
        segment(drawing)
    }

    /// Parts a drawing by its ink alone, as if it were a picture.
    ///
    /// # Errors
    /// [`DrawingError`], as [`render`].
    pub fn of_inked_drawing(drawing: &Drawing) -> Result<Self, DrawingError> {
        segment_by_ink(drawing)
    }
}

fn segment(drawing: &Drawing) -> Result<Segmentation, DrawingError> {
    let whole = render(drawing)?;
    let strokes: Vec<&Stroke> = drawing.strokes.iter().filter(|stroke| !stroke.points.is_empty()).collect();
    let boxes: Vec<InkBox> = strokes.iter().map(|stroke| bounds(stroke)).collect();
    let all = around(boxes.iter().copied());
    let height = all[3] - all[1];
    let mut segmentation = Segmentation {
        whole,
        bounds: all,
        dots_only: boxes.iter().all(|stroke| longer_side(*stroke) <= TAP),
        whole_strokes: false,
        atoms: 1,
        pieces: Vec::new(),
        seams: vec![0.0],
    };
    if boxes.iter().any(|stroke| stroke[2] - stroke[0] > WIDE * height) {
        if let Some(parted) = part_drawing(drawing, all, CUT_STROKE) {
            parted.fill(&mut segmentation);
        }
        return Ok(segmentation);
    }
    let atoms = atoms(&boxes, SPECK * (all[2] - all[0]).min(height).max(0.5 * height));
    let atom_boxes: Vec<InkBox> =
        atoms.iter().map(|strokes| around(strokes.iter().map(|index| boxes[*index]))).collect();
    segmentation.whole_strokes = true;
    segmentation.atoms = atoms.len();
    segmentation.seams = overlaps(&atom_boxes, height);
    for (at, seam) in segmentation.seams.iter_mut().enumerate().skip(1) {
        let [before, behind] = [&atoms[..at], &atoms[at..]]
            .map(|atoms| atoms.concat().into_iter().map(|index| strokes[index]).collect::<Vec<_>>());
        *seam += contact(&before, &behind, TOUCHING * height);
    }
    for (range, bounds) in candidates(&atom_boxes, all) {
        let mut members: Vec<usize> = atoms[range.clone()].concat();
        members.sort_unstable();
        let strokes = members.into_iter().map(|index| strokes[index].clone()).collect();
        let image = render(&Drawing { strokes })?;
        segmentation.pieces.push(Piece { image, bounds, atoms: range });
    }
    Ok(segmentation)
}

fn segment_by_ink(drawing: &Drawing) -> Result<Segmentation, DrawingError> {
    let whole = render(drawing)?;
    let bounds = around(drawing.points().map(|p| [p.x, p.y, p.x, p.y]));
    let mut segmentation = Segmentation { bounds, ..Segmentation::of_image(whole) };
    if let Some(parted) = part_drawing(drawing, bounds, CUT_PICTURE) {
        parted.fill(&mut segmentation);
    }
    Ok(segmentation)
}

/// How much speaks against parting strokes that touch: little for one place, which happens between digits too, and much for several.
fn contact(before: &[&Stroke], behind: &[&Stroke], near: f32) -> f32 {
    let touches = |x: f32, y: f32| {
        before.iter().any(|stroke| {
            let single = (stroke.points.len() == 1).then(|| [stroke.points[0], stroke.points[0]]);
            stroke.points.windows(2).chain(single.as_ref().map(|pair| &pair[..])).any(|pair| {
                let (dx, dy) = (pair[1].x - pair[0].x, pair[1].y - pair[0].y);
                let (px, py) = (x - pair[0].x, y - pair[0].y);
                let length2 = dx * dx + dy * dy;
                let along = if length2 > 0.0 { ((px * dx + py * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
                (px - along * dx).hypot(py - along * dy) < near
            })
        })
    };
    let mut places: Vec<(f32, f32)> = Vec::new();
    for stroke in behind {
        for pair in stroke.points.windows(2) {
            // Between two points that are far apart a stroke may cross without either of them being near.
            let steps = ((pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y) / near).ceil().clamp(1.0, 60.0) as usize;
            for step in 0..=steps {
                let f = step as f32 / steps as f32;
                let (x, y) = (pair[0].x + (pair[1].x - pair[0].x) * f, pair[0].y + (pair[1].y - pair[0].y) * f);
                let apart = |place: &(f32, f32)| (place.0 - x).hypot(place.1 - y) > 6.0 * near;
                if places.len() < 4 && places.iter().all(apart) && touches(x, y) {
                    places.push((x, y));
                }
            }
        }
    }
    match places.len() {
        0 => 0.0,
        1 => ONE_CONTACT,
        more => EACH_OF_MORE * more as f32,
    }
}

/// Strokes from left to right, small ones with the one beside them.
fn atoms(boxes: &[InkBox], speck: f32) -> Vec<Vec<usize>> {
    let middle = |bounds: &InkBox| f32::midpoint(bounds[0], bounds[2]);
    let mut order: Vec<usize> = (0..boxes.len()).filter(|index| longer_side(boxes[*index]) > speck).collect();
    order.sort_by(|a, b| middle(&boxes[*a]).total_cmp(&middle(&boxes[*b])));
    let mut atoms: Vec<Vec<usize>> = order.into_iter().map(|index| vec![index]).collect();
    for small in (0..boxes.len()).filter(|index| longer_side(boxes[*index]) <= speck) {
        let away = |atom: &Vec<usize>| -> f32 {
            let other = boxes[atom[0]];
            (middle(&boxes[small]) - other[2]).max(other[0] - middle(&boxes[small])).max(0.0)
        };
        match atoms.iter_mut().min_by(|a, b| away(a).total_cmp(&away(b))) {
            Some(atom) => atom.push(small),
            None => atoms.push(vec![small]),
        }
    }
    atoms
}

fn bounds(stroke: &Stroke) -> InkBox {
    around(stroke.points.iter().map(|p| [p.x, p.y, p.x, p.y]))
}

fn longer_side(bounds: InkBox) -> f32 {
    (bounds[2] - bounds[0]).max(bounds[3] - bounds[1])
}
