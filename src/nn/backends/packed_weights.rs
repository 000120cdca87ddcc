//! Weights that were packed for the CPU's kernels, kept as long as the layers that they are of.
//!
//! What is kept beside a packed copy are the very tensors that it was made of: while they are held nobody writes to their memory (a
//! tensor that is shared is copied before it changes), so that the same memory is the same weights, and changed weights lie elsewhere
//! and are packed anew.

use std::sync::{Arc, Mutex, PoisonError};

use burn::backend::{Flex, tensor::FloatTensor};
use inkling_simd::{LstmParameters, PackedLstm, Precision};

use super::{contiguous_slice::ContiguousSlice, fused_ops::DirectionWeights};

/// Packed layers that are kept: more than the directions of any model.
const KEPT: usize = 24;

/// A packed layer, and what it was made of.
struct PackedLayer {
    tensors: [FloatTensor<Flex>; 4],
    precision: Precision,
    packed: Arc<PackedLstm>,
}

/// The layers that were used last, the latest last.
static LAYERS: Mutex<Vec<PackedLayer>> = Mutex::new(Vec::new());

/// The packed weights of one direction, for a walk that starts from these hidden states. Weights and states that integers cannot say
/// are floats.
pub(super) fn lstm(weights: &DirectionWeights<Flex>, precision: Precision, hidden: &[f32]) -> Arc<PackedLstm> {
    let packed = kept(weights, precision);
    if packed.starts_from(hidden) { packed } else { kept(weights, Precision::Float32) }
}

fn kept(weights: &DirectionWeights<Flex>, precision: Precision) -> Arc<PackedLstm> {
    let DirectionWeights { weight_ih, weight_hh, bias_ih, bias_hh } = weights;
    let tensors = [weight_ih, weight_hh, bias_ih, bias_hh];
    let mut layers = LAYERS.lock().unwrap_or_else(PoisonError::into_inner);
    let this = |layer: &PackedLayer| {
        layer.precision == precision && layer.tensors.iter().zip(tensors).all(|(a, b)| is_same(a, b))
    };
    if let Some(at) = layers.iter().position(this) {
        let layer = layers.remove(at);
        let packed = Arc::clone(&layer.packed);
        layers.push(layer);
        return packed;
    }
    let slices = tensors.map(|tensor| ContiguousSlice::new(tensor.clone()));
    let [weight_ih, weight_hh, bias_ih, bias_hh] = slices.each_ref().map(ContiguousSlice::get);
    let packed = Arc::new(PackedLstm::new(LstmParameters { weight_ih, weight_hh, bias_ih, bias_hh }, precision));
    // What nobody else holds is of a model that is gone, or that has learned since.
    layers.retain(|layer| !layer.tensors.iter().all(|tensor| tensor.is_unique()));
    if layers.len() == KEPT {
        layers.remove(0);
    }
    layers.push(PackedLayer { tensors: tensors.map(Clone::clone), precision, packed: Arc::clone(&packed) });
    packed
}

/// Whether two tensors are the same part of the same memory.
fn is_same(a: &FloatTensor<Flex>, b: &FloatTensor<Flex>) -> bool {
    std::ptr::eq(a.bytes(), b.bytes()) && a.layout() == b.layout()
}

#[cfg(test)]
mod tests {
    use burn::tensor::TensorData;

    use super::*;

    fn tensor(count: usize, value: f32) -> FloatTensor<Flex> {
        FloatTensor::<Flex>::from_data(TensorData::new(vec![value; count], [count]))
    }

    #[test]
    fn what_was_packed_is_kept_until_the_weights_change() {
        let weights = DirectionWeights::<Flex> {
            weight_ih: tensor(24, 0.1),
            weight_hh: tensor(16, 0.2),
            bias_ih: tensor(8, 0.3),
            bias_hh: tensor(8, 0.4),
        };
        let first = lstm(&weights, Precision::Integer16, &[0.0; 2]);
        assert!(Arc::ptr_eq(&first, &lstm(&weights, Precision::Integer16, &[1.0; 2])));
        // Another precision, and a state that integers cannot say, are floats.
        let floats = lstm(&weights, Precision::Float32, &[0.0; 2]);
        assert!(!Arc::ptr_eq(&first, &floats));
        assert!(Arc::ptr_eq(&floats, &lstm(&weights, Precision::Integer16, &[0.0, 1.5])));
        // The same values elsewhere may change by themselves.
        let changed = DirectionWeights { weight_hh: tensor(16, 0.2), ..weights };
        assert!(!Arc::ptr_eq(&first, &lstm(&changed, Precision::Integer16, &[0.0; 2])));
    }

    #[test]
    fn a_tensor_that_is_written_to_is_another_one() {
        let mut weight_hh = tensor(16, 0.2);
        let of = |weight_hh: &FloatTensor<Flex>| DirectionWeights::<Flex> {
            weight_ih: tensor(24, 0.1),
            weight_hh: weight_hh.clone(),
            bias_ih: tensor(8, 0.3),
            bias_hh: tensor(8, 0.4),
        };
        let weights = of(&weight_hh);
        let before = lstm(&weights, Precision::Integer16, &[0.0; 2]);
        weight_hh.storage_mut::<f32>()[3] = 7.0;
        let changed = DirectionWeights { weight_hh, ..weights };
        assert!(!Arc::ptr_eq(&before, &lstm(&changed, Precision::Integer16, &[0.0; 2])));
    }
}
