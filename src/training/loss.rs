//! Losses.

use burn::tensor::{Int, Tensor, activation::log_softmax};

/// The mean cross-entropy of logits against labels, with label smoothing: the label's share is `1 - smoothing`, the rest is
/// spread over all classes (Szegedy et al. 2016). 0 smooths nothing.
///
/// # Shapes
/// - `logits`: `[batch, classes]`
/// - `labels`: `[batch]`
/// - loss: `[1]`
pub fn cross_entropy(logits: Tensor<2>, labels: Tensor<1, Int>, smoothing: f32) -> Tensor<1> {
    let [batch, classes] = logits.dims();
    let log = log_softmax(logits, 1);
    // A product with one-hot rows, not a gather: its gradient is a product too, where a gather's is a scatter.
    let rest = smoothing / classes as f32;
    // Burn's `one_hot` reads its labels back to check them, which no browser can do in the middle of a step.
    let numbers = Tensor::arange(0..classes as i64, &labels.device()).reshape([1, classes]);
    let target = labels.reshape([batch, 1]).equal(numbers).float() * (1.0 - smoothing) + rest; // [batch, classes]
    -(log * target).sum() / batch as f32
}

/// The mean squared error between two tensors of one shape.
///
/// # Shapes
/// - loss: `[1]`
pub fn mean_squared_error<const D: usize>(output: Tensor<D>, target: Tensor<D>) -> Tensor<1> {
    (output - target).square().mean()
}

#[cfg(all(test, feature = "cpu"))]
mod tests {
    use burn::tensor::Device;

    use super::*;

    fn value(logits: [[f32; 3]; 1], label: i64, smoothing: f32) -> f32 {
        let device = Device::flex();
        cross_entropy(Tensor::from_data(logits, &device), Tensor::from_data([label], &device), smoothing)
            .into_data()
            .iter::<f32>()
            .next()
            .unwrap()
    }

    #[test]
    fn cross_entropy_is_minus_the_logarithm_of_the_probability() {
        // softmax(0, ln 2, ln 5) = (1, 2, 5) / 8
        let logits = [[0.0, 2f32.ln(), 5f32.ln()]];
        assert!((value(logits, 1, 0.0) - 4f32.ln()).abs() < 1e-6);
        let smoothed = 0.7 * 4f32.ln() + 0.1 * (8f32.ln() + 4f32.ln() + 1.6f32.ln());
        assert!((value(logits, 1, 0.3) - smoothed).abs() < 1e-6);
    }

    #[test]
    fn squared_errors_are_averaged() {
        let device = Device::flex();
        let tensor = |values: [[f32; 2]; 1]| Tensor::<2>::from_data(values, &device);
        let loss = mean_squared_error(tensor([[1.0, 2.0]]), tensor([[4.0, 2.0]])).into_data();
        assert_eq!(loss.iter::<f32>().next(), Some(4.5));
    }
}
