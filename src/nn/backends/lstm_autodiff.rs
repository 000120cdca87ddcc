//! The recurrence of an LSTM with gradients on the CPU: one node of the graph for a whole sequence, where tensor operations make
//! some forty a step. The derivatives are those of Hochreiter and Schmidhuber 1997 through all steps (Werbos 1990).

use burn::{
    backend::{
        Autodiff, Backend, Dispatch, DispatchTensorKind, Flex, TensorMetadata, backend_extension, ops::FloatTensorOps,
        tensor::FloatTensor,
    },
    tensor::Tensor,
};
use burn_autodiff::{
    checkpoint::{base::Checkpointer, strategy::CheckpointStrategy},
    grads::Gradients,
    ops::{Backward, Ops, OpsKind},
};
use inkling_simd as simd;

use super::{contiguous_slice::ContiguousSlice, flex::tensor};

/// A recurrence that autodiff can go back through.
#[backend_extension(Flex: cfg(feature = "cpu"), Autodiff: cfg(feature = "cpu"))]
pub trait FusedLstm: Backend {
    /// The steps of one direction. Gives `[batch, steps + 2, hidden]`: the states, zero where `visible` hides a step, then the last
    /// hidden and the last cell state.
    ///
    /// # Shapes
    /// - `projected`: `[batch, steps, 4 × hidden]`, the input's part of the gates, with the bias
    /// - `recurrent`: `[4 × hidden, hidden]`
    /// - `visible`: `[batch, steps]`
    /// - `hidden`, `cell`: `[batch, hidden]`
    fn recurrence(
        projected: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        visible: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
        cell: FloatTensor<Self>,
        reversed: bool,
    ) -> FloatTensor<Self>;
}

/// The two ways of a recurrence.
pub trait FusedLstmBackward: Backend {
    /// What the way forward gives, and what the way back needs of it.
    fn forward(given: &LstmInputs<Self>) -> (FloatTensor<Self>, LstmSavedForBackward<Self>);

    /// The gradients of `projected`, `recurrent`, `hidden` and `cell`, given that of the output.
    fn backward(
        gradient: FloatTensor<Self>,
        given: &LstmInputs<Self>,
        kept: LstmSavedForBackward<Self>,
    ) -> [FloatTensor<Self>; 4];
}

/// What a recurrence reads.
#[derive(Debug)]
pub struct LstmInputs<B: Backend> {
    projected: [usize; 3],
    recurrent: FloatTensor<B>,
    visible: FloatTensor<B>,
    reversed: bool,
    /// Read on the way forward alone.
    values: Option<[FloatTensor<B>; 3]>,
}

impl<B: Backend> Clone for LstmInputs<B> {
    fn clone(&self) -> Self {
        Self {
            projected: self.projected,
            recurrent: self.recurrent.clone(),
            visible: self.visible.clone(),
            reversed: self.reversed,
            values: self.values.clone(),
        }
    }
}

/// What the way forward leaves for the way back, step by step as it walked.
#[derive(Clone, Debug)]
pub struct LstmSavedForBackward<B: Backend> {
    /// `[steps × batch, 4 × hidden]`: the gates after their activations.
    gates: Vec<f32>,
    /// `[steps × batch, hidden]`: the state before each step.
    hidden: FloatTensor<B>,
    /// `[steps × batch, hidden]`
    cell: Vec<f32>,
    /// `[steps × batch, hidden]`: tanh of the cell state after each step.
    squashed: Vec<f32>,
}

impl FusedLstmBackward for Flex {
    fn forward(given: &LstmInputs<Self>) -> (FloatTensor<Self>, LstmSavedForBackward<Self>) {
        let [batch, steps, width] = given.projected;
        let size = width / 4;
        let Some([projected, hidden, cell]) = given.values.clone() else { unreachable!("the way forward reads them") };
        let (projected, recurrent) = (ContiguousSlice::new(projected), ContiguousSlice::new(given.recurrent.clone()));
        let visible = ContiguousSlice::new(given.visible.clone());
        let (mut h, mut c) = (ContiguousSlice::new(hidden).get().to_vec(), ContiguousSlice::new(cell).get().to_vec());
        let mut gates = vec![0.0; steps * batch * width];
        let row = steps * batch * size;
        let (mut hiddens, mut cells, mut squashed) = (Vec::with_capacity(row), Vec::with_capacity(row), vec![0.0; row]);
        let mut output = vec![0.0; batch * (steps + 2) * size];
        for walked in 0..steps {
            let step = if given.reversed { steps - 1 - walked } else { walked };
            hiddens.extend_from_slice(&h);
            cells.extend_from_slice(&c);
            let z = &mut gates[walked * batch * width..][..batch * width];
            for (b, z) in z.chunks_exact_mut(width).enumerate() {
                z.copy_from_slice(&projected.get()[(b * steps + step) * width..][..width]);
            }
            simd::matmul_nt(&h, recurrent.get(), z, size);
            let squashed = &mut squashed[walked * batch * size..][..batch * size];
            for b in (0..batch).filter(|b| visible.get()[b * steps + step] != 0.0) {
                let (h, c) = (&mut h[b * size..][..size], &mut c[b * size..][..size]);
                simd::lstm_cell_kept(&mut z[b * width..][..width], h, c, &mut squashed[b * size..][..size]);
                output[(b * (steps + 2) + step) * size..][..size].copy_from_slice(h);
            }
        }
        for b in 0..batch {
            let last = &mut output[(b * (steps + 2) + steps) * size..][..2 * size];
            last[..size].copy_from_slice(&h[b * size..][..size]);
            last[size..].copy_from_slice(&c[b * size..][..size]);
        }
        let hidden = tensor(hiddens, [steps * batch, size]);
        (tensor(output, [batch, steps + 2, size]), LstmSavedForBackward { gates, hidden, cell: cells, squashed })
    }

    fn backward(
        gradient: FloatTensor<Self>,
        given: &LstmInputs<Self>,
        kept: LstmSavedForBackward<Self>,
    ) -> [FloatTensor<Self>; 4] {
        let [batch, steps, width] = given.projected;
        let size = width / 4;
        let gradient = ContiguousSlice::new(gradient);
        let gradient = gradient.get();
        let (recurrent, visible) =
            (ContiguousSlice::new(given.recurrent.clone()), ContiguousSlice::new(given.visible.clone()));
        let part = |place: usize| -> Vec<f32> {
            (0..batch).flat_map(|b| gradient[(b * (steps + 2) + place) * size..][..size].iter().copied()).collect()
        };
        let (mut dh, mut dc) = (part(steps), part(steps + 1));
        let mut dz = kept.gates;
        let mut projected = vec![0.0; batch * steps * width];
        for walked in (0..steps).rev() {
            let step = if given.reversed { steps - 1 - walked } else { walked };
            let dz = &mut dz[walked * batch * width..][..batch * width];
            let at = walked * batch * size;
            for b in 0..batch {
                let dz = &mut dz[b * width..][..width];
                if visible.get()[b * steps + step] == 0.0 {
                    dz.fill(0.0);
                    continue;
                }
                simd::lstm_cell_back(
                    dz,
                    &gradient[(b * (steps + 2) + step) * size..][..size],
                    &mut dh[b * size..][..size],
                    &mut dc[b * size..][..size],
                    &kept.cell[at + b * size..][..size],
                    &kept.squashed[at + b * size..][..size],
                );
                projected[(b * steps + step) * width..][..width].copy_from_slice(dz);
            }
            // What is hidden has passed on nothing, and its own gradient waits for the step before.
            simd::matmul_nn(dz, recurrent.get(), &mut dh, width, size);
        }
        let dz = Self::float_swap_dims(tensor(dz, [steps * batch, width]), 0, 1);
        let recurrent = Self::float_matmul(dz, kept.hidden);
        [tensor(projected, [batch, steps, width]), recurrent, tensor(dh, [batch, size]), tensor(dc, [batch, size])]
    }
}

impl FusedLstm for Flex {
    fn recurrence(
        projected: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        visible: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
        cell: FloatTensor<Self>,
        reversed: bool,
    ) -> FloatTensor<Self> {
        let shape = projected.shape().dims();
        let given =
            LstmInputs { projected: shape, recurrent, visible, reversed, values: Some([projected, hidden, cell]) };
        Self::forward(&given).0
    }
}

impl<B: Backend + FusedLstm + FusedLstmBackward, C: CheckpointStrategy> FusedLstm for Autodiff<B, C> {
    fn recurrence(
        projected: FloatTensor<Self>,
        recurrent: FloatTensor<Self>,
        visible: FloatTensor<Self>,
        hidden: FloatTensor<Self>,
        cell: FloatTensor<Self>,
        reversed: bool,
    ) -> FloatTensor<Self> {
        #[derive(Debug)]
        struct LstmBackwardOp;

        impl<B: Backend + FusedLstmBackward> Backward<B, 4> for LstmBackwardOp {
            type State = (LstmInputs<B>, LstmSavedForBackward<B>);

            fn backward(self, ops: Ops<Self::State, 4>, grads: &mut Gradients, _checkpointer: &mut Checkpointer) {
                let gradient = grads.consume::<B>(&ops.node);
                let (given, kept) = ops.state;
                let gradients = B::backward(gradient, &given, kept);
                for (parent, gradient) in ops.parents.into_iter().zip(gradients) {
                    if let Some(parent) = parent {
                        grads.register::<B>(parent.id, gradient);
                    }
                }
            }
        }

        let shape = projected.shape().dims();
        let parents = [projected.node(), recurrent.node(), hidden.node(), cell.node()];
        let values = [projected.into_primitive(), hidden.into_primitive(), cell.into_primitive()];
        let (recurrent, visible) = (recurrent.into_primitive(), visible.into_primitive());
        let mut given = LstmInputs { projected: shape, recurrent, visible, reversed, values: Some(values) };
        let (output, kept) = B::forward(&given);
        given.values = None;
        match LstmBackwardOp.prepare::<C>(parents).compute_bound().stateful() {
            OpsKind::Tracked(prep) => prep.finish((given, kept), output),
            OpsKind::UnTracked(prep) => prep.finish(output),
        }
    }
}

/// Whether a tensor is one of the CPU's, with or without gradients.
pub(in crate::nn) fn is_supported<const D: usize>(tensor: &Tensor<D>) -> bool {
    match tensor.clone().into_dispatch().kind {
        DispatchTensorKind::Flex(_) => true,
        DispatchTensorKind::Autodiff(inner) => matches!(*inner, DispatchTensorKind::Flex(_)),
        #[allow(unreachable_patterns, reason = "which backends there are is for the build to say")]
        _ => false,
    }
}

/// One direction over a batch of sequences: the states `[batch, steps, hidden]`, and the last hidden and cell state.
pub(in crate::nn) fn lstm_forward(
    recurrent: Tensor<2>,
    reversed: bool,
    projected: Tensor<3>,
    visible: Tensor<2>,
    hidden: Tensor<2>,
    cell: Tensor<2>,
) -> (Tensor<3>, Tensor<2>, Tensor<2>) {
    let [_, steps, _] = projected.dims();
    let output: Tensor<3> = Tensor::from_dispatch(Dispatch::recurrence(
        projected.into_dispatch(),
        recurrent.into_dispatch(),
        visible.into_dispatch(),
        hidden.into_dispatch(),
        cell.into_dispatch(),
        reversed,
    ));
    let last = |place| output.clone().narrow(1, place, 1).squeeze_dim::<2>(1);
    (output.clone().narrow(1, 0, steps), last(steps), last(steps + 1))
}
