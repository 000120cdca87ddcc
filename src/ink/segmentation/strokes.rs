//! The pieces of a drawing: neighboring strokes.

use super::{InkBox, Piece, Segmentation, around, candidates, connected_ink};
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

pub(super) fn segment(drawing: &Drawing) -> Result<Segmentation, DrawingError> {
    let whole = render(drawing)?;
    let strokes: Vec<&Stroke> = drawing.strokes.iter().filter(|stroke| !stroke.points.is_empty()).collect();
    let boxes: Vec<InkBox> = strokes.iter().map(|stroke| bounds(stroke)).collect();
    let all = around(boxes.iter().copied());
    let height = all[3] - all[1];
    let mut segmentation = Segmentation {
        whole,
        bounds: all,
        dots_only: boxes.iter().all(|stroke| longer_side(*stroke) <= TAP),
        atoms: 1,
        pieces: Vec::new(),
    };
    if boxes.iter().any(|stroke| stroke[2] - stroke[0] > WIDE * height) {
        if let Some((atoms, pieces)) = connected_ink::pieces_of_drawing(drawing, all) {
            (segmentation.atoms, segmentation.pieces) = (atoms, pieces);
        }
        return Ok(segmentation);
    }
    let atoms = atoms(&boxes, SPECK * (all[2] - all[0]).min(height).max(0.5 * height));
    let atom_boxes: Vec<InkBox> =
        atoms.iter().map(|strokes| around(strokes.iter().map(|index| boxes[*index]))).collect();
    segmentation.atoms = atoms.len();
    for (range, bounds) in candidates(&atom_boxes, all) {
        let mut members: Vec<usize> = atoms[range.clone()].concat();
        members.sort_unstable();
        let strokes = members.into_iter().map(|index| strokes[index].clone()).collect();
        let image = render(&Drawing { strokes })?;
        segmentation.pieces.push(Piece { image, bounds, atoms: range });
    }
    Ok(segmentation)
}

pub(super) fn segment_by_ink(drawing: &Drawing) -> Result<Segmentation, DrawingError> {
    let whole = render(drawing)?;
    let bounds = around(drawing.points().map(|p| [p.x, p.y, p.x, p.y]));
    let (atoms, pieces) = connected_ink::pieces_of_drawing(drawing, bounds).unwrap_or((1, Vec::new()));
    Ok(Segmentation { whole, bounds, dots_only: false, atoms, pieces })
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
