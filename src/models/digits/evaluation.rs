//! Probabilities of a classifier, its loss and accuracy, and its confusion matrix.

use burn::tensor::{Device, Int, Tensor, TensorData, activation::softmax};

use super::{ConvNet, Dataset, batch_tensor};
use crate::{
    ink::Image,
    training::{ConfusionMatrix, ForwardOutput, Loss, cross_entropy, mean_squared_error},
};

/// The probabilities of each class for a batch of images, `[batch][class]`.
///
/// # Errors
/// If the device fails.
pub async fn predict(
    model: &ConvNet,
    images: &[Image],
    device: &Device,
) -> Result<Vec<Vec<f32>>, burn::tensor::ExecutionError> {
    let logits = model.forward(batch_tensor(images, device), None);
    let classes = logits.dims()[1];
    let data = softmax(logits, 1).into_data_async().await?;
    let values: Vec<f32> = data.iter::<f32>().collect();
    Ok(values.chunks(classes).map(<[f32]>::to_vec).collect())
}

/// Reads every image of a data set, and counts.
///
/// # Errors
/// If the device fails.
pub async fn confusion(
    model: &ConvNet,
    digits: &Dataset,
    device: &Device,
) -> Result<ConfusionMatrix, burn::tensor::ExecutionError> {
    let mut confusion = ConfusionMatrix::new(digits.classes);
    for (images, labels) in digits.images.chunks(250).zip(digits.labels.chunks(250)) {
        for (row, label) in predict(model, images, device).await?.iter().zip(labels) {
            confusion.add(usize::from(*label), argmax(row));
        }
    }
    Ok(confusion)
}

/// The index of the largest value.
pub fn argmax(row: &[f32]) -> usize {
    row.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0, |(index, _)| index)
}

/// The loss of a network on some images, and how many it reads correctly.
pub(crate) fn loss_and_accuracy(
    model: &ConvNet,
    images: &[Image],
    labels: &[u8],
    loss: Loss,
    device: &Device,
) -> ForwardOutput {
    let plain = device.clone().without_autodiff();
    judge(model.forward(batch_tensor(images, &plain).autodiff(), None), labels, loss, device)
}

/// The loss of answers `[images, classes]` with gradients, and how many of them are right.
pub(super) fn judge(logits: Tensor<2>, labels: &[u8], loss: Loss, device: &Device) -> ForwardOutput {
    let plain = device.clone().without_autodiff();
    let count = labels.len();
    let labels: Vec<i64> = labels.iter().map(|label| i64::from(*label)).collect();
    let targets = Tensor::<1, Int>::from_data(TensorData::new(labels, [count]), &plain);
    let answers = logits.clone().without_autodiff().argmax(1).reshape([count]);
    let correct = answers.equal(targets.clone()).int().sum();
    let loss = match loss {
        Loss::CrossEntropy { smoothing } => cross_entropy(logits, targets.autodiff(), smoothing),
        Loss::MeanSquaredError => {
            let classes = logits.dims()[1];
            mean_squared_error(logits, targets.one_hot::<2>(classes).float().autodiff())
        }
    };
    ForwardOutput { loss, correct: Some(correct) }
}
