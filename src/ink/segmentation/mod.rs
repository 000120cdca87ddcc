//! Segmentation: which pieces of a drawing or a picture may each be a digit.
//!
//! Ink is parted into atoms from left to right: the strokes of a drawing, the connected ink of a picture, and the parts of what is too
//! wide to be one digit. A piece is some neighboring atoms. Whoever can read says how likely each piece is a digit, and
//! [`Segmentation::best`] finds the pieces that together are read best.

mod connected_ink;
mod pieces;
mod strokes;
#[cfg(test)]
mod tests;

pub use pieces::{InkBox, MAX_DIGITS, Piece, Segmentation};
