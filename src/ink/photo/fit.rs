//! Ink in a box → the 28×28 image, fitted and centered as MNIST was made.

use super::InkMap;
use crate::ink::{Image, SIDE};

/// A box in an [`InkMap`], in pixels of the map.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InkBounds {
    /// Its first column.
    pub left: usize,
    /// Its first row.
    pub top: usize,
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

/// Scales the ink in a box into 20×20 by averaging areas and puts its center of mass in the middle of 28×28. Ink outside the box
/// (and its soft edge) does not count.
pub fn fit_image(map: &InkMap, crop: InkBounds) -> Image {
    let (w, h, strength) = (map.width, map.height, &map.strength);
    let rows = crop.top.saturating_sub(1)..(crop.top + crop.height + 1).min(h);
    let columns = crop.left.saturating_sub(1)..(crop.left + crop.width + 1).min(w);
    let scale = 20.0 / crop.width.max(crop.height) as f32;
    let draw = |shift: (f32, f32)| {
        let mut values = [0.0f32; SIDE * SIDE];
        let middle = (crop.left as f32 + crop.width as f32 / 2.0, crop.top as f32 + crop.height as f32 / 2.0);
        let center = SIDE as f32 / 2.0;
        if scale < 1.0 {
            // Scaling down: every source pixel spreads its ink over the (up to four) target pixels that it covers.
            for y in rows.clone() {
                for x in columns.clone() {
                    let ink = strength[y * w + x];
                    if ink <= 0.0 {
                        continue;
                    }
                    let tx = (x as f32 - middle.0) * scale + center + shift.0;
                    let ty = (y as f32 - middle.1) * scale + center + shift.1;
                    for (cell_y, cover_y) in cells(ty, scale) {
                        for (cell_x, cover_x) in cells(tx, scale) {
                            if let (0..28, 0..28) = (cell_x, cell_y) {
                                values[cell_y as usize * SIDE + cell_x as usize] += ink * cover_x * cover_y;
                            }
                        }
                    }
                }
            }
        } else {
            // Scaling up: interpolate between source pixels.
            let at = |x: isize, y: isize| {
                let inside = x >= 0 && y >= 0 && columns.contains(&(x as usize)) && rows.contains(&(y as usize));
                if inside { strength[y as usize * w + x as usize] } else { 0.0 }
            };
            for (i, value) in values.iter_mut().enumerate() {
                let sx = ((i % SIDE) as f32 + 0.5 - center - shift.0) / scale + middle.0 - 0.5;
                let sy = ((i / SIDE) as f32 + 0.5 - center - shift.1) / scale + middle.1 - 0.5;
                let (x0, y0) = (sx.floor(), sy.floor());
                let (fx, fy) = (sx - x0, sy - y0);
                let (x0, y0) = (x0 as isize, y0 as isize);
                let top = at(x0, y0) * (1.0 - fx) + at(x0 + 1, y0) * fx;
                let bottom = at(x0, y0 + 1) * (1.0 - fx) + at(x0 + 1, y0 + 1) * fx;
                *value = top * (1.0 - fy) + bottom * fy;
            }
        }
        Image::new(values)
    };
    let centered = (SIDE as f32 - 1.0) / 2.0;
    let (x, y) = draw((0.0, 0.0)).center_of_mass().unwrap_or((centered, centered));
    draw((centered - x, centered - y))
}

/// The target cells that the interval from `start` of the given length covers, with the share of a cell that it covers.
fn cells(start: f32, length: f32) -> impl Iterator<Item = (i32, f32)> {
    let end = start + length;
    (start.floor() as i32..=end.floor() as i32).filter_map(move |cell| {
        let cover = end.min(cell as f32 + 1.0) - start.max(cell as f32);
        (cover > 0.0).then_some((cell, cover))
    })
}
