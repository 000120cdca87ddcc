//! Weights that lie another way round than PyTorch's: dense layers as `[in, out]`, convolutions as `[height, width, in, out]`.

use super::tensors::ForeignTensor;
use crate::package::{PackageError, TensorSlot};

/// How a tensor of a foreign file lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TensorOrder {
    /// As PyTorch has it.
    Straight,
    /// As Keras has it; Burn and NumPy's users have dense layers so.
    Turned,
}

/// The shape that a tensor has if it lies the other way round; none if it is of a kind that is never turned.
fn turned_shape(slot: &TensorSlot) -> Option<Vec<usize>> {
    match slot.file_shape()[..] {
        [out, inputs] if slot.is_dense() => Some(vec![inputs, out]),
        [out, inputs, height, width] => Some(vec![height, width, inputs, out]),
        _ => None,
    }
}

/// Whether a shape is a slot's, either way round.
pub(super) fn fits(slot: &TensorSlot, shape: &[usize]) -> bool {
    shape == slot.file_shape() || turned_shape(slot).is_some_and(|turned| shape == turned)
}

/// How each tensor lies. What would fit either way, a square one, lies as the others of its kind do.
///
/// # Errors
/// [`PackageError::Shape`] for a tensor that fits neither way, [`PackageError::EitherWayRound`] where the others do not tell.
pub(super) fn orders(slots: &[TensorSlot], tensors: &[&ForeignTensor]) -> Result<Vec<TensorOrder>, PackageError> {
    let mut certain: Vec<Option<TensorOrder>> = Vec::with_capacity(slots.len());
    for (slot, tensor) in slots.iter().zip(tensors) {
        let (expected, turned) = (slot.file_shape(), turned_shape(slot));
        certain.push(match (tensor.shape == expected, turned.as_ref() == Some(&tensor.shape)) {
            (true, true) if tensor.is_keras() => Some(TensorOrder::Turned),
            (true, true) => None,
            (true, false) => Some(TensorOrder::Straight),
            (false, true) => Some(TensorOrder::Turned),
            (false, false) => {
                let (name, actual) = (tensor.file_name.clone(), tensor.shape.clone());
                return Err(PackageError::Shape { name, expected, actual });
            }
        });
    }
    let others = |rank: usize, order: TensorOrder| {
        let same_kind = |slot: &TensorSlot| slot.file_shape().len() == rank && turned_shape(slot).is_some();
        slots.iter().zip(&certain).any(|(slot, known)| same_kind(slot) && *known == Some(order))
    };
    let order = |((slot, tensor), known): ((&TensorSlot, &&ForeignTensor), &Option<TensorOrder>)| {
        let rank = slot.file_shape().len();
        match (*known, others(rank, TensorOrder::Straight), others(rank, TensorOrder::Turned)) {
            (Some(order), _, _) => Ok(order),
            (None, true, true) => Err(PackageError::EitherWayRound { name: tensor.file_name.clone() }),
            (None, false, true) => Ok(TensorOrder::Turned),
            // Where nothing speaks against it, weights are PyTorch's.
            (None, _, false) => Ok(TensorOrder::Straight),
        }
    };
    slots.iter().zip(tensors).zip(&certain).map(order).collect()
}

/// Values as PyTorch lays them out.
pub(super) fn straightened(order: TensorOrder, shape: &[usize], values: Vec<f32>) -> Vec<f32> {
    match (order, shape) {
        (TensorOrder::Straight, _) => values,
        // The last axis comes first; of a kernel, the one before it second.
        (TensorOrder::Turned, [inputs, out]) => transposed(&values, *inputs, *out),
        (TensorOrder::Turned, [height, width, inputs, out]) => {
            let area = height * width;
            let place = |o: usize, i: usize, at: usize| values[(at * inputs + i) * out + o];
            let rows = (0..*out).flat_map(|o| (0..*inputs).map(move |i| (o, i)));
            rows.flat_map(|(o, i)| (0..area).map(move |at| (o, i, at))).map(|(o, i, at)| place(o, i, at)).collect()
        }
        (TensorOrder::Turned, _) => values,
    }
}

fn transposed(values: &[f32], rows: usize, columns: usize) -> Vec<f32> {
    (0..columns).flat_map(|column| (0..rows).map(move |row| values[row * columns + column])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_and_dense_layers_are_turned_back() {
        let turned = |shape: &[usize], values: &[f32]| straightened(TensorOrder::Turned, shape, values.to_vec());
        assert_eq!(turned(&[2, 3], &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0]), [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]);
        // Height 1, width 2, 1 channel in, 2 out.
        assert_eq!(turned(&[1, 2, 1, 2], &[1.0, 2.0, 3.0, 4.0]), [1.0, 3.0, 2.0, 4.0]);
        assert_eq!(straightened(TensorOrder::Straight, &[2, 1], vec![1.0, 2.0]), [1.0, 2.0]);
    }
}
