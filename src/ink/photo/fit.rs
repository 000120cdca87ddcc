//! Ink in a box → the 28×28 image, fitted and centered as MNIST was made, and drawn with a pen as wide.

use super::ink_map::{InkBounds, InkMap};
use crate::ink::{Image, PEN_RADIUS, SIDE};

/// The longer side of the ink in the image, in pixels.
const BOX: f32 = 20.0;
/// Widths of a pen, in pixels of the image, that are left as they are.
const USUAL_PEN: [f32; 2] = [1.9, 4.2];
/// What a wider pen is made.
const WIDE_PEN: f32 = 3.4;

/// Scales the ink in a box into 20×20 and puts its center of mass in the middle of 28×28. Lines that are thinner than a pen on
/// MNIST's scale are drawn with one, and a marker's are made thinner: by averaging areas alone, a hairline would vanish. Ink outside
/// the box (and its soft edge) does not count.
pub fn fit_image(map: &InkMap, bounds: InkBounds) -> Image {
    let longer = bounds.width.max(bounds.height).max(1) as f32;
    let pen = pen_width(map, bounds);
    let relative = pen * BOX / longer;
    // What widens the line by so much on each side, in pixels of the map. A wider pen makes the whole larger:
    // wanted / BOX = (pen + 2 widen) / (longer + 2 widen).
    let to = |wanted: f32| (wanted / BOX * longer - pen) / (2.0 * (1.0 - wanted / BOX));
    if relative < USUAL_PEN[0] && longer >= BOX {
        redrawn(map, bounds, to(2.0 * PEN_RADIUS))
    } else if relative > USUAL_PEN[1] {
        redrawn(map, bounds, to(WIDE_PEN))
    } else {
        averaged(map, bounds)
    }
}

/// The mean width of the lines in a box: twice their area by the length of their edges.
fn pen_width(map: &InkMap, bounds: InkBounds) -> f32 {
    let ink = |x: usize, y: usize| map.strength[y * map.width + x] >= 0.5;
    let (mut area, mut edges) = (0.0f32, 0.0f32);
    for y in bounds.top..(bounds.top + bounds.height).min(map.height) {
        for x in bounds.left..(bounds.left + bounds.width).min(map.width) {
            if ink(x, y) {
                area += 1.0;
                let open = [
                    x == 0 || !ink(x - 1, y),
                    y == 0 || !ink(x, y - 1),
                    x + 1 >= map.width || !ink(x + 1, y),
                    y + 1 >= map.height || !ink(x, y + 1),
                ];
                edges += open.iter().filter(|open| **open).count() as f32;
            }
        }
    }
    // Edges of pixels are longer than the line that they follow: by 4/π in the mean of all directions.
    2.0 * area / (edges * std::f32::consts::FRAC_PI_4).max(1.0)
}

/// Draws the ink anew, wider (or thinner, below 0) by so many pixels of the map on each side.
fn redrawn(map: &InkMap, bounds: InkBounds, widen: f32) -> Image {
    /// Pixels of the canvas to one of the image.
    const FINE: usize = 6;
    const CANVAS: usize = SIDE * FINE;
    let longer = bounds.width.max(bounds.height) as f32 + 2.0 * widen;
    let scale = BOX * FINE as f32 / longer;
    let center = CANVAS as f32 / 2.0;
    let mut on = vec![false; CANVAS * CANVAS];
    let cells = |start: f32| {
        let end = (start + scale).ceil().clamp(0.0, CANVAS as f32) as usize;
        (start.clamp(0.0, CANVAS as f32) as usize).min(end)..end
    };
    for y in 0..bounds.height.min(map.height - bounds.top) {
        for x in 0..bounds.width.min(map.width - bounds.left) {
            if map.strength[(bounds.top + y) * map.width + bounds.left + x] >= 0.5 {
                for row in cells((y as f32 - bounds.height as f32 / 2.0) * scale + center) {
                    on[row * CANVAS..][cells((x as f32 - bounds.width as f32 / 2.0) * scale + center)].fill(true);
                }
            }
        }
    }
    // To make a line thinner is to make the ground wider.
    let grows = widen > 0.0;
    let radius = widen.abs() * scale;
    let reach = (radius + 0.5) as isize;
    let at = |x: isize, y: isize| {
        let inside = (0..CANVAS as isize).contains(&x) && (0..CANVAS as isize).contains(&y);
        inside && on[y as usize * CANVAS + x as usize]
    };
    let mut ink: Vec<f32> = on.iter().map(|on| f32::from(u8::from(*on == grows))).collect();
    for y in 0..CANVAS as isize {
        for x in 0..CANVAS as isize {
            let edge = || [(-1, 0), (1, 0), (0, -1), (0, 1)].iter().any(|(dx, dy)| at(x + dx, y + dy) != grows);
            if at(x, y) != grows || !edge() {
                continue;
            }
            for row in (y - reach).max(0)..(y + reach + 1).min(CANVAS as isize) {
                for column in (x - reach).max(0)..(x + reach + 1).min(CANVAS as isize) {
                    let off = ((row - y) as f32).hypot((column - x) as f32);
                    let value = &mut ink[row as usize * CANVAS + column as usize];
                    *value = value.max((radius + 0.5 - off).clamp(0.0, 1.0));
                }
            }
        }
    }
    if !grows {
        ink.iter_mut().for_each(|value| *value = 1.0 - *value);
    }
    let (mut mass, mut sum_x, mut sum_y) = (0.0f32, 0.0f32, 0.0f32);
    for (i, value) in ink.iter().enumerate() {
        mass += value;
        sum_x += value * (i % CANVAS) as f32;
        sum_y += value * (i / CANVAS) as f32;
    }
    if mass <= 0.0 {
        return averaged(map, bounds);
    }
    let middle = (CANVAS as f32 - 1.0) / 2.0;
    let (dx, dy) = ((middle - sum_x / mass).round() as isize, (middle - sum_y / mass).round() as isize);
    let mut values = [0.0f32; SIDE * SIDE];
    for (i, value) in ink.iter().enumerate() {
        let (x, y) = ((i % CANVAS) as isize + dx, (i / CANVAS) as isize + dy);
        if (0..CANVAS as isize).contains(&x) && (0..CANVAS as isize).contains(&y) {
            values[y as usize / FINE * SIDE + x as usize / FINE] += value / (FINE * FINE) as f32;
        }
    }
    Image::new(values)
}

/// The image by averaging areas.
fn averaged(map: &InkMap, crop: InkBounds) -> Image {
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
