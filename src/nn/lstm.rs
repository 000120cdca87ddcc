//! The long short-term memory (Hochreiter and Schmidhuber 1997), with PyTorch's gates, names and layouts.

use burn::{
    backend::Dispatch,
    config::Config,
    module::{Initializer, Module, Param},
    tensor::{
        Device, Tensor,
        activation::{sigmoid, tanh},
    },
};

use super::{
    ExecutionPath, SequenceMask, ShapeError,
    backends::{self, DirectionWeights, FusedOps, LstmWeights, OptionalState, Precision},
};

/// Which way an [`Lstm`] walks a sequence.
#[derive(Config, Debug, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the first step to the last.
    Forward,
    /// From the last step to the first.
    Reverse,
    /// Both, each with weights of its own, their states side by side.
    Both,
}

/// Makes an [`Lstm`].
#[derive(Config, Debug)]
pub struct LstmConfig {
    /// Features of a step.
    pub input: usize,
    /// Width of the state of one direction.
    pub hidden: usize,
    /// The way it walks.
    #[config(default = "Direction::Forward")]
    pub direction: Direction,
}

impl LstmConfig {
    /// A layer with random weights, uniform within ±1/√hidden, as PyTorch does.
    pub fn init(&self, device: &Device) -> Lstm {
        let gates = |wanted: bool| wanted.then(|| Gates::init(self.input, self.hidden, device));
        Lstm {
            forward: gates(self.direction != Direction::Reverse),
            reverse: gates(self.direction != Direction::Forward),
            precision: Precision::default(),
        }
    }
}

/// The weights of one direction: the four gates packed in PyTorch's order, input (i), forget (f), cell (g), output (o).
#[derive(Module, Debug)]
pub struct Gates {
    /// `[4 × hidden, input]`
    pub weight_ih: Param<Tensor<2>>,
    /// `[4 × hidden, hidden]`
    pub weight_hh: Param<Tensor<2>>,
    /// `[4 × hidden]`
    pub bias_ih: Param<Tensor<1>>,
    /// `[4 × hidden]`
    pub bias_hh: Param<Tensor<1>>,
}

impl Gates {
    fn init(input: usize, hidden: usize, device: &Device) -> Self {
        let bound = 1.0 / (hidden.max(1) as f64).sqrt();
        let uniform = || Initializer::Uniform { min: -bound, max: bound };
        Self {
            weight_ih: uniform().init([4 * hidden, input], device),
            weight_hh: uniform().init([4 * hidden, hidden], device),
            bias_ih: uniform().init([4 * hidden], device),
            bias_hh: uniform().init([4 * hidden], device),
        }
    }

    /// The weights as a kernel takes them.
    pub(super) fn for_kernel(&self) -> DirectionWeights<Dispatch> {
        DirectionWeights {
            weight_ih: self.weight_ih.val().into_dispatch(),
            weight_hh: self.weight_hh.val().into_dispatch(),
            bias_ih: self.bias_ih.val().into_dispatch(),
            bias_hh: self.bias_hh.val().into_dispatch(),
        }
    }

    /// `[input, hidden]`
    fn sizes(&self) -> [usize; 2] {
        let [gates, input] = self.weight_ih.dims();
        [input, gates / 4]
    }
}

/// A recurrent layer. Its files have PyTorch's names (`weight_ih_l0`, `weight_ih_l0_reverse`, …).
///
/// For a step `x`, hidden state `h` and cell state `c`:
///
/// ```text
/// i, f, o = σ(W_i x + U_i h + b), …      g = tanh(W_g x + U_g h + b)
/// c' = f ⊙ c + i ⊙ g                     h' = o ⊙ tanh(c')
/// ```
#[derive(Module, Debug)]
pub struct Lstm {
    forward: Option<Gates>,
    reverse: Option<Gates>,
    /// What the CPU computes in where no gradient is wanted.
    #[module(skip)]
    precision: Precision,
}

/// The state of an [`Lstm`] between two steps; the directions in PyTorch's order, forward first.
#[derive(Clone, Debug)]
pub struct LstmState {
    /// `[directions, batch, hidden]`
    pub hidden: Tensor<3>,
    /// `[directions, batch, hidden]`
    pub cell: Tensor<3>,
}

impl LstmState {
    /// The state that a sequence starts from if none is given.
    pub fn zeros(directions: usize, batch: usize, hidden: usize, device: &Device) -> Self {
        let zeros = || Tensor::zeros([directions, batch, hidden], device);
        Self { hidden: zeros(), cell: zeros() }
    }
}

/// A batch of sequences after an [`Lstm`].
#[derive(Clone, Debug)]
pub struct LstmSequenceOutput {
    /// `[batch, steps, directions × hidden]`; zero where the mask hides a step.
    pub states: Tensor<3>,
    /// The state after the last visible step of each direction; the reverse direction's last is the first of the sequence.
    pub last: LstmState,
    /// The mask that was given.
    pub mask: Option<SequenceMask>,
}

impl Lstm {
    /// The same layer, which the CPU computes in these numbers where no gradient is wanted. What was tested with them only: 16-bit
    /// integers change the last digits.
    #[must_use]
    pub fn with_precision(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }

    /// Width of the state of one direction.
    pub fn width(&self) -> usize {
        self.sizes()[2]
    }

    /// The directions there are, forward first; the flag says which one is reversed.
    pub(super) fn directions(&self) -> impl Iterator<Item = (bool, &Gates)> {
        [(false, &self.forward), (true, &self.reverse)]
            .into_iter()
            .filter_map(|(reversed, gates)| gates.as_ref().map(|gates| (reversed, gates)))
    }

    /// `[directions, input, hidden]`
    fn sizes(&self) -> [usize; 3] {
        let mut sizes = [0; 3];
        for (_, gates) in self.directions() {
            let [input, hidden] = gates.sizes();
            sizes = [sizes[0] + 1, input, hidden];
        }
        sizes
    }

    /// Walks a batch of sequences. A step that the mask hides leaves the state as it is and gives zeros.
    ///
    /// # Shapes
    /// - `input`: `[batch, steps, input]`
    /// - `mask`: `[batch, steps]`
    /// - `state`: `[directions, batch, hidden]` twice; zeros if `None`
    ///
    /// # Errors
    /// [`ShapeError`] for shapes that do not fit, or with nothing in them.
    pub fn forward(
        &self,
        input: Tensor<3>,
        mask: Option<SequenceMask>,
        state: Option<LstmState>,
    ) -> Result<LstmSequenceOutput, ShapeError> {
        let path = self
            .directions()
            .next()
            .map_or(ExecutionPath::TensorOps, |(_, gates)| ExecutionPath::choose(&input, &gates.weight_hh.val()));
        self.forward_on(path, input, mask, state)
    }

    /// [`forward`](Self::forward) on a given path. A path that cannot do it, as the kernels where the hidden state exceeds
    /// the adapter's workgroup memory, gives way to the reference.
    ///
    /// # Errors
    /// As `forward`.
    pub fn forward_on(
        &self,
        path: ExecutionPath,
        input: Tensor<3>,
        mask: Option<SequenceMask>,
        state: Option<LstmState>,
    ) -> Result<LstmSequenceOutput, ShapeError> {
        let [directions, features, hidden] = self.sizes();
        let [batch, steps, _] = input.dims();
        ShapeError::check("an LSTM's input", [batch, steps, features], input.dims())?;
        if let Some(mask) = &mask {
            ShapeError::check("an LSTM's mask", [batch, steps], mask.dims())?;
        }
        if let Some(state) = &state {
            ShapeError::check("an LSTM's hidden state", [directions, batch, hidden], state.hidden.dims())?;
            ShapeError::check("an LSTM's cell state", [directions, batch, hidden], state.cell.dims())?;
        }
        let visible = mask.as_ref().map(SequenceMask::visible);
        let (states, last) = match path {
            ExecutionPath::FusedInference if backends::lstm_fits(&input, hidden) => self.fused(input, visible, state),
            _ => self.reference(path, input, visible, state),
        };
        Ok(LstmSequenceOutput { states, last, mask })
    }

    /// The fused operation, without gradients.
    fn fused(&self, input: Tensor<3>, visible: Option<Tensor<2>>, state: Option<LstmState>) -> (Tensor<3>, LstmState) {
        let mut directions = self.directions();
        let first = directions.next();
        let reversed = first.is_some_and(|(reversed, _)| reversed);
        let weights = match (first, directions.next()) {
            (Some((_, a)), Some((_, b))) => LstmWeights::Both(a.for_kernel(), b.for_kernel()),
            (Some((_, a)), None) => LstmWeights::One(a.for_kernel()),
            (None, _) => unreachable!("an LSTM has a direction"),
        };
        let state = state.map_or(OptionalState::None, |state| {
            OptionalState::Some(state.hidden.into_dispatch(), state.cell.into_dispatch())
        });
        let output =
            Dispatch::lstm(input.into_dispatch(), weights, reversed, backends::maybe(visible), state, self.precision);
        (
            Tensor::from_dispatch(output.states),
            LstmState { hidden: Tensor::from_dispatch(output.hidden), cell: Tensor::from_dispatch(output.cell) },
        )
    }

    /// Tensor operations, the input's product with its weights hoisted out of the loop.
    fn reference(
        &self,
        path: ExecutionPath,
        input: Tensor<3>,
        visible: Option<Tensor<2>>,
        state: Option<LstmState>,
    ) -> (Tensor<3>, LstmState) {
        let [directions, _, hidden] = self.sizes();
        let [batch, ..] = input.dims();
        let state = state.unwrap_or_else(|| LstmState::zeros(directions, batch, hidden, &input.device()));
        let (mut all, mut hiddens, mut cells) = (vec![], vec![], vec![]);
        for (direction, (reversed, gates)) in self.directions().enumerate() {
            let pick = |tensor: &Tensor<3>| tensor.clone().narrow(0, direction, 1).squeeze_dim::<2>(0);
            let (states, h, c) = lstm_forward(
                path,
                gates,
                reversed,
                input.clone(),
                visible.clone(),
                pick(&state.hidden),
                pick(&state.cell),
            );
            all.push(states);
            hiddens.push(h);
            cells.push(c);
        }
        let last = LstmState { hidden: Tensor::stack(hiddens, 0), cell: Tensor::stack(cells, 0) };
        let states = if all.len() == 1 { all.remove(0) } else { Tensor::cat(all, 2) };
        (states, last)
    }
}

/// One direction over the whole batch: the states `[batch, steps, hidden]`, and the last hidden and cell state `[batch, hidden]`.
#[allow(unused_variables, reason = "only the CPU has a path of its own for training")]
fn lstm_forward(
    path: ExecutionPath,
    gates: &Gates,
    reversed: bool,
    input: Tensor<3>,
    visible: Option<Tensor<2>>,
    mut h: Tensor<2>,
    mut c: Tensor<2>,
) -> (Tensor<3>, Tensor<2>, Tensor<2>) {
    let [batch, steps, features] = input.dims();
    let [_, hidden] = gates.sizes();
    let bias = (gates.bias_ih.val() + gates.bias_hh.val()).unsqueeze::<2>();
    let projected = input.reshape([batch * steps, features]).matmul(gates.weight_ih.val().transpose()) + bias;
    let projected = projected.reshape([batch, steps, 4 * hidden]);
    #[cfg(feature = "cpu")]
    if path == ExecutionPath::FusedTraining {
        let visible = visible.unwrap_or_else(|| Tensor::ones([batch, steps], &projected.device()));
        return backends::lstm_autodiff::lstm_forward(gates.weight_hh.val(), reversed, projected, visible, h, c);
    }
    let recurrent = gates.weight_hh.val().transpose();

    let mut states = Vec::with_capacity(steps);
    for i in 0..steps {
        let step = if reversed { steps - 1 - i } else { i };
        let z = projected.clone().narrow(1, step, 1).squeeze_dim::<2>(1) + h.clone().matmul(recurrent.clone());
        let gate = |n: usize| z.clone().narrow(1, n * hidden, hidden);
        let next_c = sigmoid(gate(1)) * c.clone() + sigmoid(gate(0)) * tanh(gate(2));
        let next_h = sigmoid(gate(3)) * tanh(next_c.clone());
        let state = match &visible {
            None => {
                (h, c) = (next_h.clone(), next_c);
                next_h
            }
            Some(visible) => {
                let m = visible.clone().narrow(1, step, 1); // [batch, 1]
                h = h.clone() + (next_h.clone() - h) * m.clone();
                c = c.clone() + (next_c - c) * m.clone();
                next_h * m
            }
        };
        states.push(state.unsqueeze_dim::<3>(1));
    }
    if reversed {
        states.reverse();
    }
    (Tensor::cat(states, 1), h, c)
}
