//! Which ink is writing: printed lines, boxes, the table beside the paper and specks are not.

use super::lines::{CLEAR, StraightLine, Strip};

/// So many small pieces are looked at.
const MOST_SPECKS: usize = 500;

/// A connected piece of ink.
#[derive(Clone, Copy, Debug)]
struct ConnectedPiece {
    area: usize,
    left: usize,
    top: usize,
    /// Past its last column.
    right: usize,
    /// Past its last row.
    bottom: usize,
    /// How many pixels lie on the picture's border.
    on_border: usize,
    /// Whether a pixel of it is as dark as ink.
    strong: bool,
}

impl ConnectedPiece {
    fn extent(&self) -> usize {
        (self.right - self.left).max(self.bottom - self.top)
    }

    /// Pixels between the boxes around two pieces.
    fn gap(&self, other: &Self) -> usize {
        let between = |a: (usize, usize), b: (usize, usize)| b.0.saturating_sub(a.1).max(a.0.saturating_sub(b.1));
        between((self.left, self.right), (other.left, other.right))
            .max(between((self.top, self.bottom), (other.top, other.bottom)))
    }
}

/// The mask of what is written, of contrasts from 0 (ground) to 1 (ink). Empty where nothing is.
pub(super) fn writing(contrast: &[f32], w: usize, h: usize, grain: f32) -> Vec<bool> {
    let over = |level: f32| contrast.iter().map(move |value| *value > level);
    let (low, high) = ((4.0 * grain).clamp(0.3, 0.45), 0.5);
    let side = w.max(h);
    let mut mask: Vec<bool> = over(low).collect();
    if side >= 64 {
        // Printed lines are often paler than ink.
        let mut pale: Vec<bool> = over((4.0 * grain).clamp(0.12, low)).collect();
        drop_printed_lines(&mut pale, w, h);
        mask.iter_mut().zip(pale).for_each(|(mask, pale)| *mask &= pale);
    }
    let (mut labels, mut pieces) = label(&mask, contrast, w, h, high);
    if side >= 64 && drop_boxes(&mut mask, &labels, &pieces, w) {
        (labels, pieces) = label(&mask, contrast, w, h, high);
    }
    let kept = choose(&pieces, w, h);
    labels.iter().map(|id| *id != 0 && kept[*id as usize]).collect()
}

/// Drops lines that run through the picture.
fn drop_printed_lines(mask: &mut [bool], w: usize, h: usize) {
    let thin = (w.max(h) / 60).max(3);
    let region = [0, 0, w, h];
    let printed = [false, true].map(|upright| {
        let mut lines = Strip { mask, stride: w, region, upright }.lines(thin, 0.4);
        // Beside printed lines that a digit leaves alone there are more, of which it covers a half.
        let clear = |line: &StraightLine| line.share >= CLEAR;
        let family = lines.iter().filter(|line| clear(line)).count() >= 3;
        lines.retain(|line| family || line.whole && clear(line));
        lines
    });
    for (upright, lines) in [false, true].into_iter().zip(printed) {
        Strip { mask, stride: w, region, upright }.erase(&lines, thin);
    }
}

/// Drops boxes that are drawn around something. Whether there were any.
fn drop_boxes(mask: &mut [bool], labels: &[u32], pieces: &[ConnectedPiece], w: usize) -> bool {
    let mut dropped = false;
    for (id, piece) in pieces.iter().enumerate().skip(1) {
        let (width, height) = (piece.right - piece.left, piece.bottom - piece.top);
        let (least, most) = (width.min(height), width.max(height));
        if least < 16 || piece.area * 2 > width * height {
            continue;
        }
        let thin = (least / 14).max(most / 40).max(3);
        let mut own: Vec<bool> = Vec::with_capacity(width * height);
        for y in piece.top..piece.bottom {
            own.extend(labels[y * w + piece.left..y * w + piece.right].iter().map(|label| *label as usize == id));
        }
        let region = [0, 0, width, height];
        let sides = [false, true].map(|upright| {
            let strip = Strip { mask: &mut own, stride: width, region, upright };
            let lines = strip.lines(thin, 0.72);
            let breadth = strip.breadth() as f32;
            let margin = 0.12 * breadth + lines.first().map_or(0.0, |line| line.drift.abs() / 2.0);
            let first = lines.iter().find(|line| line.at < margin).copied();
            let last = lines.iter().find(|line| line.at > breadth - margin).copied();
            [first, last].into_iter().flatten().collect::<Vec<_>>()
        });
        // One side may lie outside the picture, or under the digit.
        if sides.iter().map(Vec::len).sum::<usize>() < 3 {
            continue;
        }
        for (upright, lines) in [false, true].into_iter().zip(&sides) {
            Strip { mask: &mut own, stride: width, region, upright }.erase(lines, thin);
        }
        // A box is around something; what is left of an angular digit is not high enough.
        let within = |other: &&ConnectedPiece| {
            other.strong
                && other.left > piece.left
                && other.right < piece.right
                && other.top > piece.top
                && other.bottom < piece.bottom
        };
        let others = pieces.iter().filter(within).map(|other| other.bottom - other.top).max().unwrap_or(0);
        let left = own.chunks(width).filter(|row| row.contains(&true)).count();
        if others.max(left) * 20 < height * 7 {
            continue;
        }
        for (row, y) in own.chunks(width).zip(piece.top..) {
            for (own, x) in row.iter().zip(piece.left..) {
                let i = y * w + x;
                if labels[i] as usize == id {
                    mask[i] = *own;
                }
            }
        }
        dropped = true;
    }
    dropped
}

/// Numbers the connected pieces of a mask from 1; pixel by pixel, and piece by piece (the first is none).
fn label(mask: &[bool], contrast: &[f32], w: usize, h: usize, high: f32) -> (Vec<u32>, Vec<ConnectedPiece>) {
    let mut labels = vec![0u32; w * h];
    let none = ConnectedPiece { area: 0, left: w, top: h, right: 0, bottom: 0, on_border: 0, strong: false };
    let mut pieces = vec![none];
    let mut stack = Vec::new();
    for start in 0..w * h {
        if !mask[start] || labels[start] != 0 {
            continue;
        }
        let id = pieces.len() as u32;
        let mut piece = none;
        labels[start] = id;
        stack.push(start);
        while let Some(i) = stack.pop() {
            let (x, y) = (i % w, i / w);
            piece.area += 1;
            piece.strong |= contrast[i] > high;
            piece.on_border += usize::from(x == 0 || y == 0 || x + 1 == w || y + 1 == h);
            (piece.left, piece.right) = (piece.left.min(x), piece.right.max(x + 1));
            (piece.top, piece.bottom) = (piece.top.min(y), piece.bottom.max(y + 1));
            for ny in y.saturating_sub(1)..(y + 2).min(h) {
                for nx in x.saturating_sub(1)..(x + 2).min(w) {
                    let n = ny * w + nx;
                    if mask[n] && labels[n] == 0 {
                        labels[n] = id;
                        stack.push(n);
                    }
                }
            }
        }
        pieces.push(piece);
    }
    (labels, pieces)
}

/// Which pieces are writing.
fn choose(pieces: &[ConnectedPiece], w: usize, h: usize) -> Vec<bool> {
    let side = w.max(h);
    let mut kept = vec![false; pieces.len()];
    let large = |piece: &ConnectedPiece| piece.strong && piece.extent() * 33 >= side && piece.extent() >= 4;
    // What runs along the border is a line or an edge that the picture cuts off.
    let cut_off = |piece: &ConnectedPiece| piece.on_border * 2 > piece.extent() && side >= 64;
    // A table or a finger reaches in from the border along much of it; a digit that touches it does not.
    let from_outside = |piece: &ConnectedPiece| piece.on_border * 6 > w.min(h) && side >= 64;
    let inside = pieces.iter().any(|piece| large(piece) && !from_outside(piece));
    let candidate = |piece: &ConnectedPiece| piece.strong && !cut_off(piece) && !(inside && from_outside(piece));
    let Some(main) =
        (1..pieces.len()).filter(|id| candidate(&pieces[*id]) && large(&pieces[*id])).max_by_key(|id| pieces[*id].area)
    else {
        return kept;
    };
    let main_area = pieces[main].area;
    let (mut written, mut small): (Vec<usize>, Vec<usize>) = (1..pieces.len())
        .filter(|id| candidate(&pieces[*id]) && pieces[*id].area * 150 >= main_area)
        .partition(|id| pieces[*id].area * 25 >= main_area);
    // What is smaller is a speck, unless it continues the writing, as the line of a pen that runs dry.
    let reach = (pieces[main].extent() / 12).max(1);
    // So many are a pattern.
    small.truncate(MOST_SPECKS);
    loop {
        let joins = |id: &usize| written.iter().any(|of| pieces[*id].gap(&pieces[*of]) <= reach);
        let (join, apart): (Vec<usize>, Vec<usize>) = small.iter().partition(|id| joins(id));
        if join.is_empty() {
            break;
        }
        written.extend(join);
        small = apart;
    }
    written.into_iter().for_each(|id| kept[id] = true);
    kept
}
