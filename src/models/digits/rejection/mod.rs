//! Rejection: how a digit network learns to tell what is no digit, or more than one.
//!
//! A rejector is a second head on the network's features. It learns from MNIST's digits on the one side, and on the other from letters,
//! signs, scribbles, shapes, textures, and digits that are broken, turned over or more than one.

mod calibration;
mod glyphs;
mod meaningless_ink;
mod other_ink;
mod training;

pub use calibration::{Confidence, calibrate, expected_calibration_error, temperature};
pub use glyphs::{DIGIT_STYLES, Glyph, OTHER_SIGNS, parse_glyph};
pub use other_ink::{InkGenerator, OtherInk};
pub use training::{RejectorRecipe, RejectorSession, answers};
