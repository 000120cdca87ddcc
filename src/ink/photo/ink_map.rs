//! The ink of a picture, and boxes in it.

use crate::protocol::Polarity;

/// The ink of a picture: what is left when ground and specks are gone.
#[derive(Clone, Debug, PartialEq)]
pub struct InkMap {
    /// Pixels across; a large picture's map is smaller than the picture.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// The ink of each pixel from 0 to 1, rows from the top; 0 wherever there is no piece of writing.
    pub strength: Vec<f32>,
    /// How many pixels of the picture a pixel of the map is, along each side: 1 or more.
    pub scale: f32,
    /// What the ink is like.
    pub polarity: Polarity,
    /// The grey level between ink and ground.
    pub threshold: u8,
}

impl InkMap {
    /// The box around all ink; none without ink.
    pub fn bounds(&self) -> Option<InkBounds> {
        let (mut left, mut top, mut right, mut bottom) = (self.width, self.height, 0, 0);
        for (y, row) in self.strength.chunks(self.width).enumerate() {
            let ink = |ink: &f32| *ink >= 0.5;
            if let (Some(first), Some(last)) = (row.iter().position(ink), row.iter().rposition(ink)) {
                (left, right) = (left.min(first), right.max(last + 1));
                (top, bottom) = (top.min(y), y + 1);
            }
        }
        (left < right).then(|| InkBounds { left, top, width: right - left, height: bottom - top })
    }
}

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
