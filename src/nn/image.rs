//! The layers of a convolutional network, each on the path that suits the device.

use burn::{
    nn::{Linear, PaddingConfig2d, conv::Conv2d, pool::MaxPool2d},
    tensor::{Tensor, activation::relu},
};

use super::{Path, kernels};

/// Rows of a batch up to which a dense layer is bound by reading its weights; beyond, Burn's matrix product reuses them better.
const FEW_ROWS: usize = 4;

/// `ReLU(convolution)`, and the largest of each 2×2 of it where there is a `pool`.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
pub fn conv_relu_pool(x: Tensor<4>, conv: &Conv2d, pool: Option<&MaxPool2d>) -> Tensor<4> {
    if Path::choose(&x, &conv.weight.val()) == Path::Fused
        && let Some(sizes) = fused_sizes(&x, conv, pool)
        && let Some(y) = kernels::convolve(&x, conv, sizes)
    {
        return y;
    }
    let x = conv.forward(x);
    // The maximum of ReLUs is the ReLU of the maximum: after the pooling there is a quarter of the work.
    relu(match pool {
        Some(pool) => pool.forward(x),
        None => x,
    })
}

/// Sizes, if the kernel can do this convolution: square, of stride 1, the same padding on all sides.
fn fused_sizes(x: &Tensor<4>, conv: &Conv2d, pool: Option<&MaxPool2d>) -> Option<kernels::Convolution> {
    let [_, channels, height, width] = x.dims();
    let [outputs, inputs, rows, columns] = conv.weight.dims();
    let padding = match &conv.padding {
        PaddingConfig2d::Valid => 0,
        PaddingConfig2d::Explicit(top, left, bottom, right) if [left, bottom, right].iter().all(|n| *n == top) => *top,
        _ => return None,
    };
    let plain = conv.stride == [1, 1] && conv.dilation == [1, 1] && conv.groups == 1;
    let halves = pool.is_none_or(|pool| pool.kernel_size == [2, 2] && pool.stride == [2, 2]);
    let fits = rows == columns && inputs == channels && height + 2 * padding >= rows && width + 2 * padding >= rows;
    (plain && halves && fits).then_some(kernels::Convolution {
        channels: [inputs, outputs],
        size: [height, width],
        kernel: rows,
        padding,
        pool: pool.is_some(),
    })
}

/// A dense layer.
///
/// # Shapes
/// - `x`: `[batch, inputs]`
pub fn dense(x: Tensor<2>, linear: &Linear) -> Tensor<2> {
    let [batch, inputs] = x.dims();
    if batch <= FEW_ROWS
        && inputs == linear.weight.dims()[0]
        && Path::choose(&x, &linear.weight.val()) == Path::Fused
        && let Some(y) = kernels::dense(&x, linear)
    {
        return y;
    }
    linear.forward(x)
}
