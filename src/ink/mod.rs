//! From strokes or pictures to the 28×28 image that the models read, made as MNIST was made.
//!
//! Knows no DOM, no worker, no file and no tensor.

mod augment;
mod image;
mod photo;
mod rasterize;
mod segmentation;
mod slant;

pub use crate::protocol::{Drawing, Point, Stroke};
pub use augment::{Augmentation, Augmenter};
pub use image::{Image, SIDE};
pub use photo::{InkBounds, InkMap, MAX_SIDE, PhotoError, PhotoInterpretation, fit_image, photo_ink, read_picture};
pub use rasterize::{DrawingError, PEN_RADIUS, render, render_with_pen};
pub use segmentation::{InkBox, MAX_DIGITS, Piece, Segmentation};
pub use slant::{lean, slant};
