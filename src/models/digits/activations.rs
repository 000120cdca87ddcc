//! What a forward pass leaves behind.

use burn::tensor::Tensor;

/// What a forward pass leaves behind for whoever wants to see inside.
#[derive(Debug, Default)]
pub struct ConvNetActivations {
    /// The output of each convolution after its ReLU and before its pooling, `[batch, channels, height, width]`.
    pub convolutions: Vec<Tensor<4>>,
    /// The output of each hidden dense layer after its ReLU, `[batch, width]`.
    pub hidden: Vec<Tensor<2>>,
}
