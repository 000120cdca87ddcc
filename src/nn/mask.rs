//! Which steps of a batch of sequences are there.

use burn::tensor::{Device, Tensor, TensorData};

use super::ShapeError;

/// Which steps of each sequence are tokens, and which only fill the batch up. Steps may be hidden anywhere, not only at the end.
#[derive(Clone, Debug)]
pub struct SequenceMask {
    /// `[batch, steps]`: 1 for a token, 0 for what is hidden.
    visible: Tensor<2>,
}

impl SequenceMask {
    /// Sequences of these lengths, each from the first step on.
    ///
    /// # Errors
    /// [`ShapeError`]: no sequence, no step, or a length beyond `steps`.
    pub fn from_lengths(lengths: &[usize], steps: usize, device: &Device) -> Result<Self, ShapeError> {
        ShapeError::check_some("a mask", [lengths.len(), steps])?;
        let mut visible = Vec::with_capacity(lengths.len() * steps);
        for (sequence, length) in lengths.iter().copied().enumerate() {
            if length > steps {
                return Err(ShapeError::Length { sequence, length, steps });
            }
            visible.extend((0..steps).map(|step| if step < length { 1.0f32 } else { 0.0 }));
        }
        Ok(Self { visible: Tensor::from_data(TensorData::new(visible, [lengths.len(), steps]), device) })
    }

    /// From a tensor `[batch, steps]` that holds 1 for a token and 0 for what is hidden.
    pub fn from_visible(visible: Tensor<2>) -> Self {
        Self { visible }
    }

    /// `[batch, steps]`: 1 for a token, 0 for what is hidden.
    pub fn visible(&self) -> Tensor<2> {
        self.visible.clone()
    }

    /// Sequences and steps.
    pub fn dims(&self) -> [usize; 2] {
        self.visible.dims()
    }
}
