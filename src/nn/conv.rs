//! The layers of a convolutional network, each on the path that suits the device.

use burn::{
    nn::{Linear, PaddingConfig2d, conv::Conv2d, pool::MaxPool2d},
    tensor::{Tensor, activation::relu},
};

use super::{ExecutionPath, backends};

/// Rows of a batch up to which a dense layer is bound by reading its weights; beyond, Burn's matrix product reuses them better.
const FEW_ROWS: usize = 4;

/// `ReLU(convolution)`, and the largest of each 2×2 of it where there is a `pool`.
///
/// # Shapes
/// - `x`: `[batch, channels, height, width]`
pub fn conv_relu_pool(x: Tensor<4>, conv: &Conv2d, pool: Option<&MaxPool2d>) -> Tensor<4> {
    conv_relu_pool_on(ExecutionPath::choose(&x, &conv.weight.val()), x, conv, pool)
}

/// [`conv_relu_pool`] on the given path, for comparing paths. What a kernel cannot do is done by tensor operations.
pub fn conv_relu_pool_on(path: ExecutionPath, x: Tensor<4>, conv: &Conv2d, pool: Option<&MaxPool2d>) -> Tensor<4> {
    match (path, fused_sizes(&x, conv, pool)) {
        (ExecutionPath::Fused, Some(sizes)) => {
            if let Some(y) = backends::convolve(&x, conv, sizes) {
                return y;
            }
        }
        #[cfg(feature = "cpu")]
        (ExecutionPath::Trained, Some(sizes)) if sizes.padding < sizes.kernel => {
            if let Some(bias) = &conv.bias {
                return backends::conv_autodiff::walk(x, conv.weight.val(), bias.val(), sizes);
            }
        }
        _ => {}
    }
    let x = conv.forward(x);
    // The maximum of ReLUs is the ReLU of the maximum: after the pooling there is a quarter of the work.
    relu(match pool {
        Some(pool) => pool.forward(x),
        None => x,
    })
}

/// Sizes, if the kernel can do this convolution: square, of stride 1, the same padding on all sides.
fn fused_sizes(x: &Tensor<4>, conv: &Conv2d, pool: Option<&MaxPool2d>) -> Option<backends::ConvShape> {
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
    (plain && halves && fits).then_some(backends::ConvShape {
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
        && ExecutionPath::choose(&x, &linear.weight.val()) == ExecutionPath::Fused
        && let Some(y) = backends::dense(&x, linear)
    {
        return y;
    }
    linear.forward(x)
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use burn::{
        nn::{conv::Conv2dConfig, pool::MaxPool2dConfig},
        tensor::{Device, Distribution, Tolerance},
    };

    use super::*;

    #[test]
    fn a_trained_convolution_gives_the_gradients_of_tensor_operations() {
        let device = Device::flex().autodiff();
        device.seed(7);
        for (channels, side, kernel, padding, pool) in [
            ([1, 32], [28, 28], 3, 0, true),
            ([16, 16], [26, 26], 3, 0, true),
            ([16, 9], [11, 11], 3, 1, true),
            ([32, 48], [4, 4], 3, 1, false),
            ([3, 2], [9, 37], 5, 2, false),
        ] {
            let conv = Conv2dConfig::new(channels, [kernel, kernel])
                .with_padding(PaddingConfig2d::Explicit(padding, padding, padding, padding))
                .init(&device);
            let pool = pool.then(|| MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init());
            let shape = [3, channels[0], side[0], side[1]];
            let x = Tensor::<4>::random(shape, Distribution::Normal(0.0, 1.0), &device).require_grad();
            let on = |path| {
                let y = conv_relu_pool_on(path, x.clone(), &conv, pool.as_ref());
                // Weighed, so that each output has a gradient of its own.
                let [a, b, c, d] = y.dims();
                let weights = Tensor::arange(0..(a * b * c * d) as i64, &device).float().sin().reshape([a, b, c, d]);
                let gradients = (y.clone() * weights).sum().backward();
                let bias = conv.bias.as_ref().unwrap().val().grad(&gradients).unwrap();
                let weight = conv.weight.val().grad(&gradients).unwrap();
                (y.into_data(), [x.grad(&gradients).unwrap().into_data(), weight.into_data(), bias.into_data()])
            };
            let ((y, gradients), (expected, reference)) = (on(ExecutionPath::Trained), on(ExecutionPath::Reference));
            let within = Tolerance::<f32>::rel_abs(1e-4, 1e-3);
            y.assert_approx_eq(&expected, within);
            gradients.iter().zip(&reference).for_each(|(a, b)| a.assert_approx_eq(b, within));
        }
    }
}
