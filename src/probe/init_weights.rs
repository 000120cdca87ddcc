//! Noise for the parameters of a layer.

use burn::{
    module::{ModuleMapper, Param},
    tensor::{Tensor, TensorData},
};

use super::noise;

/// Gives every parameter, in the layer's order, the noise of the next seed within the next bound; the rest stay as they are.
pub struct FillMapper<I>(I);

impl<I: Iterator<Item = (u32, f64)>> FillMapper<I> {
    /// From seeds and bounds.
    pub fn new(seeds: I) -> Self {
        Self(seeds)
    }
}

impl<I: Iterator<Item = (u32, f64)>> ModuleMapper for FillMapper<I> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        let Some((seed, bound)) = self.0.next() else { return param };
        param.map(|tensor| {
            let values = noise(seed, tensor.shape().num_elements(), -bound, bound);
            Tensor::from_data(TensorData::new(values, tensor.shape()), &tensor.device())
                .set_require_grad(tensor.is_require_grad())
        })
    }
}
