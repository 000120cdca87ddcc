//! A convolution with ReLU and pooling with gradients on the CPU: one node of the graph, forward and back in SIMD. Tensor
//! operations write out every patch of every image (im2col) for a matrix product of them, in both directions, and these networks' few
//! channels do not pay for it.

use burn::{
    backend::{Autodiff, Backend, Dispatch, Flex, TensorMetadata, backend_extension, tensor::FloatTensor},
    tensor::Tensor,
};
use burn_autodiff::{
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients,
    ops::{Backward, Ops, OpsKind},
};

use inkling_simd::ConvShape;

use super::{contiguous_slice::ContiguousSlice, flex::tensor};

/// A convolution that autodiff can go back through.
#[backend_extension(Flex: cfg(feature = "cpu"), Autodiff: cfg(feature = "cpu"))]
pub trait FusedConv: Backend {
    /// `ReLU(convolution)`, pooled: `[batch, out, height, width]`.
    ///
    /// # Shapes
    /// - `input`: `[batch, in, height, width]`
    /// - `weight`: `[out, in, kernel, kernel]`
    /// - `bias`: `[out]`
    fn convolve(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        sizes: ConvShape,
    ) -> FloatTensor<Self>;
}

/// The two ways of a convolution.
pub trait FusedConvBackward: Backend {
    /// What the way forward gives, and for each value of it from where it was pooled.
    fn forward(given: &ConvInputs<Self>) -> (FloatTensor<Self>, Vec<u8>);

    /// The gradients of `input` (where it is wanted), `weight` and `bias`, given that of the output.
    fn backward(
        gradient: FloatTensor<Self>,
        given: &ConvInputs<Self>,
        kept: ConvSavedForBackward<Self>,
        wanted: bool,
    ) -> [Option<FloatTensor<Self>>; 3];
}

/// What a convolution reads.
#[derive(Clone, Debug)]
pub struct ConvInputs<B: Backend> {
    input: FloatTensor<B>,
    weight: FloatTensor<B>,
    bias: FloatTensor<B>,
    sizes: ConvShape,
}

/// What the way forward leaves for the way back.
#[derive(Clone, Debug)]
pub struct ConvSavedForBackward<B: Backend> {
    output: FloatTensor<B>,
    from: Vec<u8>,
}

impl FusedConvBackward for Flex {
    fn forward(given: &ConvInputs<Self>) -> (FloatTensor<Self>, Vec<u8>) {
        let sizes = given.sizes;
        let [batch, _, _, _] = given.input.shape().dims();
        let (input, weight) = (ContiguousSlice::new(given.input.clone()), ContiguousSlice::new(given.weight.clone()));
        let bias = ContiguousSlice::new(given.bias.clone());
        let ([_, outs], [rows, columns]) = (sizes.channels, sizes.output());
        let mut output = vec![0.0; batch * outs * rows * columns];
        let mut from = vec![0; if sizes.pool { output.len() } else { 0 }];
        sizes.forward_with_indices(input.get(), weight.get(), bias.get(), &mut output, &mut from);
        (tensor(output, [batch, outs, rows, columns]), from)
    }

    fn backward(
        gradient: FloatTensor<Self>,
        given: &ConvInputs<Self>,
        kept: ConvSavedForBackward<Self>,
        wanted: bool,
    ) -> [Option<FloatTensor<Self>>; 3] {
        let sizes = given.sizes;
        let [batch, _, _, _] = given.input.shape().dims();
        let (gradient, output) = (ContiguousSlice::new(gradient), ContiguousSlice::new(kept.output));
        let (input, weight) = (ContiguousSlice::new(given.input.clone()), ContiguousSlice::new(given.weight.clone()));
        let ([height, width], [ins, outs]) = (sizes.size, sizes.channels);
        let kept = (input.get(), output.get(), kept.from.as_slice());
        let gradients = sizes.backward(gradient.get(), kept, weight.get(), wanted);
        [
            wanted.then(|| tensor(gradients.input, [batch, ins, height, width])),
            Some(tensor(gradients.weight, [outs, ins, sizes.kernel, sizes.kernel])),
            Some(tensor(gradients.bias, [outs])),
        ]
    }
}

impl FusedConv for Flex {
    fn convolve(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        sizes: ConvShape,
    ) -> FloatTensor<Self> {
        Self::forward(&ConvInputs { input, weight, bias, sizes }).0
    }
}

impl<B: Backend + FusedConv + FusedConvBackward, C: CheckpointStrategy> FusedConv for Autodiff<B, C> {
    fn convolve(
        input: FloatTensor<Self>,
        weight: FloatTensor<Self>,
        bias: FloatTensor<Self>,
        sizes: ConvShape,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct ConvBackwardOp;

        impl<B: Backend + FusedConvBackward> Backward<B, 3> for ConvBackwardOp {
            type State = (ConvInputs<B>, ConvSavedForBackward<B>);

            fn backward(self, ops: Ops<Self::State, 3>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
                let gradient = grads.consume::<B>(&ops.node);
                let (given, kept) = ops.state;
                let wanted = ops.parents[0].is_some();
                let gradients = B::backward(gradient, &given, kept, wanted);
                for (parent, gradient) in ops.parents.into_iter().zip(gradients) {
                    if let (Some(parent), Some(gradient)) = (parent, gradient) {
                        grads.register::<B>(parent.id, gradient);
                    }
                }
            }
        }

        let parents = [input.node(), weight.node(), bias.node()];
        let (input, weight, bias) = (input.into_primitive(), weight.into_primitive(), bias.into_primitive());
        let given = ConvInputs { input, weight, bias, sizes };
        let (output, from) = B::forward(&given);
        match ConvBackwardOp.prepare::<C>(parents).compute_bound().stateful() {
            OpsKind::Tracked(prep) => {
                let kept = ConvSavedForBackward { output: output.clone(), from };
                prep.finish((given, kept), output)
            }
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }
}

/// A batch of images through a convolution; all of it is the CPU's.
pub(in crate::nn) fn conv_forward(input: Tensor<4>, weight: Tensor<4>, bias: Tensor<1>, sizes: ConvShape) -> Tensor<4> {
    Tensor::from_dispatch(Dispatch::convolve(
        input.into_dispatch(),
        weight.into_dispatch(),
        bias.into_dispatch(),
        sizes,
    ))
}
