//! Weights without a manifest, as other programs write them: recognizes the model by its tensors' names or shapes, and converts them to
//! our form.

mod batch_norm;
mod layout;
mod naming;
mod recognize;
mod tensors;

pub use recognize::{ConvertedWeights, ForeignModel, ForeignWeights};
