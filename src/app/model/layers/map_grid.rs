//! The places of a layer's maps on one canvas.

use super::{MapPixel, channel_count, map_size};
use crate::protocol::LayerActivations;

/// The layout of the maps on a canvas: in canvas pixels, except for the width on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MapGrid {
    /// Maps in a row.
    pub columns: usize,
    /// Rows of maps.
    pub rows: usize,
    /// Canvas pixels of one activation.
    pub zoom: usize,
    /// Canvas pixels between two maps.
    pub gap: usize,
    /// Width and height of a map with the gap behind it.
    pub cell: (usize, usize),
    /// The width of the canvas in CSS pixels.
    pub width: f64,
    count: usize,
    map: [usize; 2],
}

impl MapGrid {
    /// As many columns as fit into `room` CSS pixels, so that all rows are full where that is possible.
    pub fn new(layer: &LayerActivations, room: f64) -> Self {
        let [height, width] = map_size(layer);
        let count = channel_count(layer).max(1);
        let target = match width {
            20.. => 60.0,
            10.. => 48.0,
            2.. => 34.0,
            _ => 15.0,
        };
        let columns = balanced_columns(count, ((room / target) as usize).clamp(1, count));
        let zoom = 28_usize.div_ceil(width).max(1);
        let gap = (zoom * width / 10).max(1);
        let cell = (zoom * width + gap, zoom * height + gap);
        let width_on_page = room.min(columns as f64 * target * 1.3);
        let rows = count.div_ceil(columns);
        Self { columns, rows, zoom, gap, cell, width: width_on_page, count, map: [height, width] }
    }

    /// Width and height of the canvas.
    pub fn size(&self) -> (usize, usize) {
        (self.columns * self.cell.0 - self.gap, self.rows * self.cell.1 - self.gap)
    }

    /// The left upper corner of a map.
    pub fn corner(&self, channel: usize) -> (usize, usize) {
        ((channel % self.columns) * self.cell.0, (channel / self.columns) * self.cell.1)
    }

    /// The map and the pixel in it at a position, given as shares of the canvas's width and height. Where there is a gap, it is the
    /// nearest pixel of the map before it; none where there is no map.
    pub fn at(&self, x: f64, y: f64) -> Option<(usize, MapPixel)> {
        let (width, height) = self.size();
        let place = |share: f64, length: usize| ((share * length as f64).max(0.0) as usize).min(length - 1);
        let (x, y) = (place(x, width), place(y, height));
        let channel = y / self.cell.1 * self.columns + x / self.cell.0;
        let inside = |at: usize, cell: usize, length: usize| (at % cell / self.zoom).min(length - 1);
        let [rows, columns] = self.map;
        let pixel = MapPixel { row: inside(y, self.cell.1, rows), column: inside(x, self.cell.0, columns) };
        (channel < self.count).then_some((channel, pixel))
    }
}

/// Columns for some maps, at most so many: the most that fill every row, or where those are far fewer, the most that leave few places
/// empty.
fn balanced_columns(count: usize, most: usize) -> usize {
    let full = (most.div_ceil(2)..=most).rev().find(|columns| count.is_multiple_of(*columns));
    full.unwrap_or_else(|| count.div_ceil(count.div_ceil(most)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layer(shape: [u32; 3]) -> LayerActivations {
        let maps = vec![0; shape.iter().product::<u32>() as usize];
        LayerActivations { name: String::new(), shape, max: 1.0, maps, convolution: None }
    }

    #[test]
    fn every_row_is_full_where_that_is_possible() {
        for (shape, room) in [([32, 26, 26], 640.0), ([32, 26, 26], 300.0), ([48, 5, 5], 390.0), ([128, 1, 1], 700.0)] {
            let grid = MapGrid::new(&layer(shape), room);
            assert_eq!(grid.columns * grid.rows, shape[0] as usize, "{shape:?} in {room}");
            assert!(grid.width <= room);
        }
        // 7 is a prime: rows of 4 and 3.
        let grid = MapGrid::new(&layer([7, 26, 26]), 300.0);
        assert_eq!((grid.columns, grid.rows), (4, 2));
    }

    #[test]
    fn a_position_is_a_pixel_of_a_map() {
        let grid = MapGrid::new(&layer([4, 26, 26]), 130.0);
        assert_eq!((grid.columns, grid.rows, grid.zoom), (2, 2, 2));
        let (width, height) = grid.size();
        let (left, top) = grid.corner(3);
        let at = |x: usize, y: usize| grid.at((x as f64 + 0.5) / width as f64, (y as f64 + 0.5) / height as f64);
        assert_eq!(at(left, top), Some((3, MapPixel { row: 0, column: 0 })));
        assert_eq!(at(left + 2 * 7, top + 2 * 25 + 1), Some((3, MapPixel { row: 25, column: 7 })));
        assert_eq!(at(left - 1, 0), Some((0, MapPixel { row: 0, column: 25 })), "the gap belongs to the map before it");
        let grid = MapGrid::new(&layer([7, 26, 26]), 300.0);
        assert_eq!(grid.at(0.99, 0.99), None, "the last place is empty");
    }
}
