//! A whole batch of sequences through an LSTM in three dispatches.
//!
//! 1. *pack*: PyTorch's row-major weights, so that the four gates of a cell lie side by side and neighboring units read neighboring
//!    memory. Done anew each time: it costs less than knowing when weights have changed.
//! 2. *project*: the input's product with its weights, for all steps at once.
//! 3. *walk*: a workgroup walks a sequence in one direction, a unit for each cell, with one barrier a step; the hidden state is in
//!    workgroup memory, twice, so that no unit reads what another is about to write.

use burn::{
    backend::{TensorMetadata, tensor::FloatTensor},
    tensor::DType,
};
use burn_cubecl::{
    CubeBackend,
    cubecl::{self, prelude::*},
};

use super::{
    super::fused_ops::{LstmOutput, LstmWeights, OptionalState, OptionalTensor},
    common::{UNITS, Vec4, argument, bounded_tanh, empty, groups, halves, second_half, sigmoid},
};

/// Steps (of any sequence) whose projection shares each load of a weight.
const ROWS: usize = 8;

/// The width of the state as it is stored: whole vectors, the rest zero.
fn padded(hidden: usize) -> usize {
    hidden.next_multiple_of(4)
}

/// Values in workgroup memory: the hidden state twice, the cell state once.
pub(super) fn workgroup_values(hidden: usize) -> usize {
    3 * padded(hidden)
}

/// `[direction][input, then hidden][cell]`, a vector of four gates each.
#[cube(launch_unchecked)]
fn pack(
    ih_first: &[f32],
    ih_second: &[f32],
    hh_first: &[f32],
    hh_second: &[f32],
    packed: &mut [Vec4],
    #[comptime] input: usize,
    #[comptime] hidden: usize,
    #[comptime] rows: usize,
) {
    let position = ABSOLUTE_POS_X as usize;
    let direction = CUBE_POS_Y as usize;
    if position < rows * hidden {
        let k = position / hidden;
        let cell = position % hidden;
        let mut gates = Vec4::new(0.0);
        #[unroll]
        for gate in 0..4usize {
            let row = gate * hidden + cell;
            let mut value = 0.0f32;
            if k < input {
                let place = row * input + k;
                if direction == 0 {
                    value = ih_first[place];
                } else {
                    value = ih_second[place];
                }
            } else if k - input < hidden {
                let place = row * hidden + (k - input);
                if direction == 0 {
                    value = hh_first[place];
                } else {
                    value = hh_second[place];
                }
            }
            gates.insert(gate, value);
        }
        packed[direction * rows * hidden + position] = gates;
    }
}

/// `[direction][step of a sequence][cell]`, a vector of four gates each: weights times input, and the biases.
#[cube(launch_unchecked)]
fn project(
    input: &[f32],
    packed: &[Vec4],
    ih_first: &[f32],
    hh_first: &[f32],
    ih_second: &[f32],
    hh_second: &[f32],
    projected: &mut [Vec4],
    steps: u32,
    #[comptime] features: usize,
    #[comptime] hidden: usize,
    #[comptime] rows: usize,
) {
    let cell = ABSOLUTE_POS_X as usize;
    let first = CUBE_POS_Y as usize * ROWS;
    let direction = CUBE_POS_Z as usize;
    let steps = steps as usize;
    if cell < hidden {
        let mut bias = Vec4::new(0.0);
        #[unroll]
        for gate in 0..4usize {
            let place = gate * hidden + cell;
            if direction == 0 {
                bias.insert(gate, ih_first[place] + hh_first[place]);
            } else {
                bias.insert(gate, ih_second[place] + hh_second[place]);
            }
        }
        let mut sums = Array::<Vec4>::new(ROWS);
        // Beyond the last step the last is computed again, and not written.
        let mut starts = Array::<u32>::new(ROWS);
        #[unroll]
        for row in 0..ROWS {
            sums[row] = bias;
            starts[row] = (min(first + row, steps - 1) * features) as u32;
        }
        let base = direction * rows * hidden + cell;
        for k in 0..features {
            let weights = packed[base + k * hidden];
            #[unroll]
            for row in 0..ROWS {
                sums[row] += weights * Vec4::new(input[starts[row] as usize + k]);
            }
        }
        #[unroll]
        for row in 0..ROWS {
            if first + row < steps {
                projected[(direction * steps + first + row) * hidden + cell] = sums[row];
            }
        }
    }
}

/// A sequence in one direction; `last` is `[direction][sequence][cell]` twice: the hidden state, and from `second` on
/// the cell state.
#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments, reason = "a kernel's bindings")]
#[allow(clippy::collapsible_if, reason = "the outer one is decided when the kernel is compiled")]
fn lstm_forward(
    projected: &[Vec4],
    packed: &[Vec4],
    visible: &[f32],
    first_hidden: &[f32],
    first_cell: &[f32],
    states: &mut [f32],
    last: &mut [f32],
    steps: u32,
    second: u32,
    #[comptime] features: usize,
    #[comptime] hidden: usize,
    #[comptime] units: usize,
    #[comptime] masked: bool,
    #[comptime] started: bool,
    #[comptime] reversed: bool,
) {
    let sequence = CUBE_POS_X as usize;
    let sequences = CUBE_COUNT_X as usize;
    let direction = CUBE_POS_Y as usize;
    let directions = CUBE_COUNT_Y as usize;
    let unit = UNIT_POS_X as usize;
    let steps = steps as usize;
    let width = comptime!(hidden.next_multiple_of(4));
    let rows = comptime!(features + hidden.next_multiple_of(4));
    let cells = comptime!(hidden.next_multiple_of(4).div_ceil(units));

    let mut h = Shared::<[f32]>::new_slice(2 * width);
    let mut c = Shared::<[f32]>::new_slice(width);
    let state = (direction * sequences + sequence) * hidden;
    #[unroll]
    for n in 0..cells {
        let cell = unit + n * units;
        if cell < width {
            h[cell] = 0.0;
            h[width + cell] = 0.0;
            c[cell] = 0.0;
            if comptime!(started) {
                if cell < hidden {
                    h[cell] = first_hidden[state + cell];
                    c[cell] = first_cell[state + cell];
                }
            }
        }
    }
    sync_cube();

    let backwards = comptime!(reversed) || direction == 1;
    let weights = (direction * rows + features) * hidden;
    for i in 0..steps {
        let mut step = i;
        if backwards {
            step = steps - 1 - i;
        }
        let now = (i % 2) * width;
        let next = width - now;
        let mut shown = true;
        if comptime!(masked) {
            shown = visible[sequence * steps + step] != 0.0;
        }
        #[unroll]
        for n in 0..cells {
            let cell = unit + n * units;
            if cell < hidden {
                let place = (sequence * steps + step) * directions * hidden + direction * hidden + cell;
                if shown {
                    let mut even = projected[(direction * sequences * steps + sequence * steps + step) * hidden + cell];
                    let mut odd = Vec4::new(0.0);
                    let mut at = weights + cell;
                    let mut k = now;
                    for _ in 0..comptime!(width / 4) {
                        even += packed[at] * Vec4::new(h[k]);
                        odd += packed[at + hidden] * Vec4::new(h[k + 1]);
                        even += packed[at + 2 * hidden] * Vec4::new(h[k + 2]);
                        odd += packed[at + 3 * hidden] * Vec4::new(h[k + 3]);
                        at += 4 * hidden;
                        k += 4;
                    }
                    let gates = even + odd;
                    let kept = sigmoid(gates.extract(1usize)) * c[cell];
                    let new = sigmoid(gates.extract(0usize)) * bounded_tanh(gates.extract(2usize));
                    let cell_state = kept + new;
                    let output = sigmoid(gates.extract(3usize)) * bounded_tanh(cell_state);
                    c[cell] = cell_state;
                    h[next + cell] = output;
                    states[place] = output;
                } else {
                    h[next + cell] = h[now + cell];
                    states[place] = 0.0;
                }
            }
        }
        sync_cube();
    }

    let end = (steps % 2) * width;
    #[unroll]
    for n in 0..cells {
        let cell = unit + n * units;
        if cell < hidden {
            last[state + cell] = h[end + cell];
            last[second as usize + state + cell] = c[cell];
        }
    }
}

/// The three dispatches.
pub(super) fn run(
    input: FloatTensor<CubeBackend>,
    weights: LstmWeights<CubeBackend>,
    reversed: bool,
    visible: OptionalTensor<CubeBackend>,
    state: OptionalState<CubeBackend>,
) -> LstmOutput<CubeBackend> {
    let [batch, steps, features] = input.shape().dims();
    // One direction is bound twice where the kernel has places for two.
    let (directions, first, second) = match &weights {
        LstmWeights::One(one) => (1, one, one),
        LstmWeights::Both(first, second) => (2, first, second),
    };
    let hidden = first.bias_ih.shape().num_elements() / 4;
    let rows = features + padded(hidden);
    let client = input.client.clone();
    let all = batch * steps;
    let float = DType::F32;

    let packed = empty(&input, [directions, rows, hidden, 4], float);
    let dim = CubeDim::new_1d(64);
    // SAFETY, here and below: a kernel reads and writes within the lengths that its buffers were made with.
    unsafe {
        pack::launch_unchecked(
            &client,
            CubeCount::Static(groups(rows * hidden, 64), directions as u32, 1),
            dim,
            argument(&first.weight_ih, 1),
            argument(&second.weight_ih, 1),
            argument(&first.weight_hh, 1),
            argument(&second.weight_hh, 1),
            argument(&packed, 4),
            features,
            hidden,
            rows,
        );
    }

    let projected = empty(&input, [directions, all, hidden, 4], float);
    unsafe {
        project::launch_unchecked(
            &client,
            CubeCount::Static(groups(hidden, 64), groups(all, ROWS), directions as u32),
            dim,
            argument(&input, 1),
            argument(&packed, 4),
            argument(&first.bias_ih, 1),
            argument(&first.bias_hh, 1),
            argument(&second.bias_ih, 1),
            argument(&second.bias_hh, 1),
            argument(&projected, 4),
            all as u32,
            features,
            hidden,
            rows,
        );
    }

    let states = empty(&input, [batch, steps, directions * hidden], float);
    let second = second_half(directions * batch * hidden);
    let last = empty(&input, [2 * second], float);
    // What is not there is bound to something that is, and not read.
    let (masked, visible) = match &visible {
        OptionalTensor::Some(visible) => (true, visible),
        OptionalTensor::None => (false, &input),
    };
    let (started, first_hidden, first_cell) = match &state {
        OptionalState::Some(hidden, cell) => (true, hidden, cell),
        OptionalState::None => (false, &input, &input),
    };
    let units = padded(hidden).min(UNITS).min(client.properties().hardware.max_units_per_cube as usize);
    unsafe {
        lstm_forward::launch_unchecked(
            &client,
            CubeCount::Static(batch as u32, directions as u32, 1),
            CubeDim::new_1d(units as u32),
            argument(&projected, 4),
            argument(&packed, 4),
            argument(visible, 1),
            argument(first_hidden, 1),
            argument(first_cell, 1),
            argument(&states, 1),
            argument(&last, 1),
            steps as u32,
            second as u32,
            features,
            hidden,
            units,
            masked,
            started,
            reversed,
        );
    }

    let [hidden, cell] = halves(&last, [directions, batch, hidden]);
    LstmOutput { states, hidden, cell }
}
