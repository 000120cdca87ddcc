//! From strokes or pictures to the 28×28 image that the models read, made as MNIST was made.
//!
//! Knows no DOM, no worker, no file and no tensor.

mod augment;
mod image;
mod picture;
mod render;
mod slant;
mod stroke;

pub use augment::{Augmentation, Augmenter};
pub use image::{Image, SIDE};
pub use picture::{PictureError, Reading, read_picture};
pub use render::{InkError, PEN_RADIUS, render, render_with_pen};
pub use slant::{lean, slant};
pub use stroke::{Drawing, Point, Stroke};
