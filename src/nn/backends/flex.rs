//! Fused operations on the CPU.

use std::borrow::Cow;

use burn::{
    backend::{
        BackendTensor, DispatchAutodiffContext, DispatchTensor, DispatchTensorKind, Flex, TensorMetadata,
        ops::IntTensorOps,
        tensor::{FloatTensor, IntTensor},
    },
    tensor::{DType, Tensor, TensorData},
};
use inkling_simd::{self as simd, ConvShape, Precision, SequenceBatch, StateColumns};

use super::{
    contiguous_slice::ContiguousSlice,
    fused_ops::{DecoderOutput, DecoderWeights, FusedOps, LstmOutput, LstmWeights, OptionalState, OptionalTensor},
    packed_weights,
};

/// Values as a tensor.
pub(super) fn tensor<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> FloatTensor<Flex> {
    FloatTensor::<Flex>::from_data(TensorData::new(values, shape))
}

/// Token numbers, whatever integers they are kept as.
fn tokens(tensor: &IntTensor<Flex>) -> Cow<'_, [i64]> {
    match tensor.dtype() {
        DType::I64 => tensor.as_slice::<i64>().map(Cow::Borrowed),
        DType::I32 => tensor.as_slice::<i32>().map(|values| values.iter().map(|value| i64::from(*value)).collect()),
        _ => None,
    }
    .unwrap_or_else(|| Cow::Owned(tensor.clone().into_data().iter::<i64>().collect()))
}

/// A tensor's values, if it is on the CPU and no gradient is wanted.
pub(super) fn values<const D: usize>(tensor: &Tensor<D>) -> Option<(ContiguousSlice, [usize; D])> {
    let dispatch = tensor.clone().into_dispatch();
    match dispatch.kind {
        DispatchTensorKind::Flex(BackendTensor::Float(values)) => Some((ContiguousSlice::new(values), tensor.dims())),
        #[allow(unreachable_patterns, reason = "which backends there are is for the build to say")]
        _ => None,
    }
}

/// A tensor of the CPU's as one of any device.
pub(super) fn tensor_of(tensor: FloatTensor<Flex>) -> DispatchTensor {
    let kind = DispatchTensorKind::Flex(BackendTensor::Float(tensor));
    DispatchTensor { kind, autodiff: DispatchAutodiffContext::Disabled }
}

/// See [`ConvShape::forward`].
pub(super) fn convolve(
    (x, [batch, ..]): (ContiguousSlice, [usize; 4]),
    (weight, _): (ContiguousSlice, [usize; 4]),
    bias: Option<(ContiguousSlice, [usize; 1])>,
    sizes: ConvShape,
) -> FloatTensor<Flex> {
    let [_, outputs] = sizes.channels;
    let [rows, columns] = sizes.output();
    let zeros = vec![0.0; outputs];
    let bias = bias.as_ref().map_or(zeros.as_slice(), |(bias, _)| bias.get());
    let mut output = vec![0.0; batch * outputs * rows * columns];
    sizes.forward(x.get(), weight.get(), bias, &mut output);
    tensor(output, [batch, outputs, rows, columns])
}

/// Row by row.
pub(super) fn dense(
    (x, [batch, _]): (ContiguousSlice, [usize; 2]),
    (weight, [inputs, outputs]): (ContiguousSlice, [usize; 2]),
    bias: Option<(ContiguousSlice, [usize; 1])>,
) -> FloatTensor<Flex> {
    let mut y = match &bias {
        Some((bias, _)) => bias.get().repeat(batch),
        None => vec![0.0; batch * outputs],
    };
    simd::matmul_nn(x.get(), weight.get(), &mut y, inputs, outputs);
    tensor(y, [batch, outputs])
}

impl FusedOps for Flex {
    fn lstm(
        input: FloatTensor<Self>,
        weights: LstmWeights<Self>,
        reversed: bool,
        visible: OptionalTensor<Self>,
        state: OptionalState<Self>,
        precision: Precision,
    ) -> LstmOutput<Self> {
        let [batch, steps, _] = input.shape().dims();
        let directions = match weights {
            LstmWeights::One(one) => vec![(reversed, one)],
            LstmWeights::Both(forward, reverse) => vec![(false, forward), (true, reverse)],
        };
        let count = directions.len();
        let size = directions.first().map_or(0, |(_, weights)| weights.bias_ih.shape().num_elements() / 4);
        let input = ContiguousSlice::new(input);
        let visible = match visible {
            OptionalTensor::Some(visible) => Some(ContiguousSlice::new(visible)),
            OptionalTensor::None => None,
        };
        let (mut hidden, mut cell) = match state {
            OptionalState::Some(hidden, cell) => {
                (ContiguousSlice::new(hidden).get().to_vec(), ContiguousSlice::new(cell).get().to_vec())
            }
            OptionalState::None => (vec![0.0; count * batch * size], vec![0.0; count * batch * size]),
        };
        let mut states = vec![0.0; batch * steps * count * size];
        for (d, (reversed, weights)) in directions.into_iter().enumerate() {
            let hidden = &mut hidden[d * batch * size..][..batch * size];
            let sequences = SequenceBatch {
                input: input.get(),
                visible: visible.as_ref().map(ContiguousSlice::get),
                batch,
                steps,
                reversed,
            };
            packed_weights::lstm(&weights, precision, hidden).forward(
                sequences,
                hidden,
                &mut cell[d * batch * size..][..batch * size],
                StateColumns { states: &mut states, offset: d * size, width: count * size },
            );
        }
        LstmOutput {
            states: tensor(states, [batch, steps, count * size]),
            hidden: tensor(hidden, [count, batch, size]),
            cell: tensor(cell, [count, batch, size]),
        }
    }

    fn decoder_step(
        before: IntTensor<Self>,
        hidden: FloatTensor<Self>,
        cell: FloatTensor<Self>,
        weights: DecoderWeights<Self>,
        memory: FloatTensor<Self>,
        visible: OptionalTensor<Self>,
    ) -> DecoderOutput<Self> {
        let [batch, steps, width] = memory.shape().dims();
        let [vocabulary, features] = weights.embedding.shape().dims();
        let [_, size] = hidden.shape().dims();
        let device = hidden.device();
        let dtype = before.dtype();
        let (mut hidden, mut cell) =
            (ContiguousSlice::new(hidden).get().to_vec(), ContiguousSlice::new(cell).get().to_vec());
        let embedding = ContiguousSlice::new(weights.embedding);
        let memory = ContiguousSlice::new(memory);
        let visible = match visible {
            OptionalTensor::Some(visible) => Some(ContiguousSlice::new(visible)),
            OptionalTensor::None => None,
        };

        // The recurrent cell.
        let embedded: Vec<f32> = tokens(&before)
            .iter()
            .flat_map(|token| {
                // As the gather on a GPU does: an impossible token reads the last row rather than what lies beyond.
                let token = usize::try_from(*token).unwrap_or(0).min(vocabulary - 1);
                embedding.get()[token * features..][..features].iter().copied()
            })
            .collect();
        let mut states = vec![0.0; batch * size];
        packed_weights::lstm(&weights.cell, Precision::Float32, &hidden).forward(
            SequenceBatch { input: &embedded, visible: None, batch, steps: 1, reversed: false },
            &mut hidden,
            &mut cell,
            StateColumns { states: &mut states, offset: 0, width: size },
        );

        // Attention.
        let mut queries = vec![0.0; batch * width];
        simd::matmul_nn(&hidden, ContiguousSlice::new(weights.query).get(), &mut queries, size, width);
        let mut attention = vec![0.0; batch * steps];
        let mut joined = vec![0.0; batch * (size + width)];
        for b in 0..batch {
            let states = &memory.get()[b * steps * width..][..steps * width];
            let weights = &mut attention[b * steps..][..steps];
            simd::matmul_nt(&queries[b * width..][..width], states, weights, width);
            simd::masked_softmax(weights, visible.as_ref().map(|visible| &visible.get()[b * steps..][..steps]));
            let (context, h) = joined[b * (size + width)..][..size + width].split_at_mut(width);
            h.copy_from_slice(&hidden[b * size..][..size]);
            simd::matmul_nn(weights, states, context, steps, width);
        }

        // The words.
        let mut combined = ContiguousSlice::new(weights.combine_bias).get().repeat(batch);
        simd::matmul_nn(&joined, ContiguousSlice::new(weights.combine).get(), &mut combined, size + width, size);
        simd::tanh_all(&mut combined);
        let mut logits = ContiguousSlice::new(weights.output_bias).get().repeat(batch);
        simd::matmul_nn(&combined, ContiguousSlice::new(weights.output).get(), &mut logits, size, vocabulary);
        let chosen: Vec<i64> = logits.chunks_exact(vocabulary).map(|logits| simd::arg_max(logits) as i64).collect();
        let chosen = TensorData::new(chosen, [batch]).convert_dtype(dtype);

        DecoderOutput {
            tokens: Flex::int_from_data(chosen, &device),
            weights: tensor(attention, [batch, steps]),
            hidden: tensor(hidden, [batch, size]),
            cell: tensor(cell, [batch, size]),
        }
    }
}
