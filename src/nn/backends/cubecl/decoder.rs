//! A greedy step of a decoder in five dispatches: what the cell reads, the cell, attention, the words' logits, and of those the
//! largest. Tokens and state stay on the device.

use burn::backend::ops::{FloatTensorOps, IntTensorOps};
use burn::{
    backend::{
        TensorMetadata,
        tensor::{FloatTensor, IntTensor},
    },
    tensor::{DType, IntDType},
};
use burn_cubecl::{
    CubeBackend,
    cubecl::{self, prelude::*},
};

use super::{
    super::fused_ops::{DecoderOutput, DecoderWeights, OptionalTensor},
    common::{UNITS, argument, bounded_tanh, empty, groups, halves, second_half, sigmoid},
};

/// Units that work on the cell and on the logits: many small workgroups fill a GPU better than a few large ones.
const SMALL: usize = 64;

/// Values in workgroup memory that attention needs, the most of all: context and hidden state side by side, query, weights.
pub(super) fn workgroup_values([_, hidden, memory, _]: [usize; 4], steps: usize) -> usize {
    (hidden + memory + memory + capacity(steps)).max(hidden + SMALL)
}

/// What the cell reads, in one buffer: the sum of the biases, then of each sequence the token's embedding, the hidden and the cell
/// state. (All of these and the weights would be more buffers than a kernel may have.)
#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments, reason = "a kernel's bindings")]
fn gather(
    tokens: &[i32],
    embedding: &[f32],
    hidden_state: &[f32],
    cell_state: &[f32],
    bias_ih: &[f32],
    bias_hh: &[f32],
    gathered: &mut [f32],
    all: u32,
    #[comptime] vocabulary: usize,
    #[comptime] features: usize,
    #[comptime] hidden: usize,
) {
    let place = ABSOLUTE_POS_X as usize;
    let biases = comptime!(4 * hidden);
    if place < biases {
        gathered[place] = bias_ih[place] + bias_hh[place];
    } else if place < all as usize {
        let row = comptime!(features + 2 * hidden);
        let sequence = (place - biases) / row;
        let k = (place - biases) % row;
        if k < features {
            // An impossible token reads the last row rather than what lies beyond.
            let token = clamp(tokens[sequence], 0, comptime!(vocabulary as i32 - 1)) as usize;
            gathered[place] = embedding[token * features + k];
        } else if k < comptime!(features + hidden) {
            gathered[place] = hidden_state[sequence * hidden + k - features];
        } else {
            gathered[place] = cell_state[sequence * hidden + k - comptime!(features + hidden)];
        }
    }
}

/// A unit for each cell: its four gates are four rows of the weights. `after` is `[sequence][cell]` twice: the hidden
/// state, and from `second` on the cell state.
#[cube(launch_unchecked)]
fn cell(
    gathered: &[f32],
    weight_ih: &[f32],
    weight_hh: &[f32],
    after: &mut [f32],
    second: u32,
    #[comptime] features: usize,
    #[comptime] hidden: usize,
) {
    let cell = ABSOLUTE_POS_X as usize;
    let sequence = CUBE_POS_Y as usize;
    if cell < hidden {
        let mut gates = Array::<f32>::new(4usize);
        #[unroll]
        for gate in 0..4usize {
            gates[gate] = gathered[gate * hidden + cell];
        }
        let start = comptime!(4 * hidden) + sequence * comptime!(features + 2 * hidden);
        for k in 0..features {
            let value = gathered[start + k];
            #[unroll]
            for gate in 0..4usize {
                gates[gate] += value * weight_ih[(gate * hidden + cell) * features + k];
            }
        }
        for k in 0..hidden {
            let value = gathered[start + features + k];
            #[unroll]
            for gate in 0..4usize {
                gates[gate] += value * weight_hh[(gate * hidden + cell) * hidden + k];
            }
        }
        let before = gathered[start + comptime!(features + hidden) + cell];
        let state = sigmoid(gates[1usize]) * before + sigmoid(gates[0usize]) * bounded_tanh(gates[2usize]);
        let place = sequence * hidden + cell;
        after[place] = sigmoid(gates[3usize]) * bounded_tanh(state);
        after[second as usize + place] = state;
    }
}

/// A workgroup for each sequence: query, scores, weights, context, and what comes out of hidden state and context.
#[cube(launch_unchecked)]
#[allow(clippy::too_many_arguments, reason = "a kernel's bindings")]
#[allow(clippy::collapsible_if, reason = "the outer one is decided when the kernel is compiled")]
fn attend(
    state: &[f32],
    memory: &[f32],
    visible: &[f32],
    query: &[f32],
    combine: &[f32],
    combine_bias: &[f32],
    // `[sequence][weights of the steps, then the combined state]`
    output: &mut [f32],
    steps: u32,
    #[comptime] capacity: usize,
    #[comptime] hidden: usize,
    #[comptime] width: usize,
    #[comptime] units: usize,
    #[comptime] masked: bool,
) {
    let sequence = CUBE_POS_X as usize;
    let unit = UNIT_POS_X as usize;
    let steps = steps as usize;
    let mut joined = Shared::<[f32]>::new_slice(hidden + width);
    let mut asked = Shared::<[f32]>::new_slice(width);
    let mut weights = Shared::<[f32]>::new_slice(capacity);

    let mut k = unit;
    while k < hidden {
        joined[width + k] = state[sequence * hidden + k];
        k += units;
    }
    sync_cube();
    let mut m = unit;
    while m < width {
        let mut sum = 0.0f32;
        for k in 0..hidden {
            sum += joined[width + k] * query[k * width + m];
        }
        asked[m] = sum;
        m += units;
    }
    sync_cube();
    let mut step = unit;
    while step < steps {
        let mut sum = 0.0f32;
        let start = (sequence * steps + step) * width;
        for m in 0..width {
            sum += asked[m] * memory[start + m];
        }
        if comptime!(masked) {
            if visible[sequence * steps + step] == 0.0 {
                // Low enough for a weight of zero, and no infinity.
                sum = f32::new(-1e9);
            }
        }
        weights[step] = sum;
        step += units;
    }
    sync_cube();
    // Each unit looks for the top and the sum by itself: that is shorter than to do it together.
    let mut top = f32::new(-1e9);
    for step in 0..steps {
        top = max(top, weights[step]);
    }
    let mut sum = 0.0f32;
    for step in 0..steps {
        sum += (weights[step] - top).exp();
    }
    sync_cube();
    let row = sequence * (steps + hidden);
    let mut step = unit;
    while step < steps {
        let mut weight = (weights[step] - top).exp() / sum;
        if comptime!(masked) {
            weight *= visible[sequence * steps + step];
        }
        weights[step] = weight;
        output[row + step] = weight;
        step += units;
    }
    sync_cube();
    let mut m = unit;
    while m < width {
        let mut sum = 0.0f32;
        for step in 0..steps {
            sum += weights[step] * memory[(sequence * steps + step) * width + m];
        }
        joined[m] = sum;
        m += units;
    }
    sync_cube();
    let mut cell = unit;
    while cell < hidden {
        let mut sum = combine_bias[cell];
        for k in 0..comptime!(hidden + width) {
            sum += joined[k] * combine[k * hidden + cell];
        }
        output[row + steps + cell] = bounded_tanh(sum);
        cell += units;
    }
}

/// A unit for each word: its logit; of a workgroup's words the largest and its number.
#[cube(launch_unchecked)]
fn words(
    attended: &[f32],
    output: &[f32],
    output_bias: &[f32],
    best_logits: &mut [f32],
    best_words: &mut [i32],
    steps: u32,
    #[comptime] hidden: usize,
    #[comptime] vocabulary: usize,
    #[comptime] units: usize,
) {
    let sequence = CUBE_POS_Y as usize;
    let unit = UNIT_POS_X as usize;
    let word = ABSOLUTE_POS_X as usize;
    let mut combined = Shared::<[f32]>::new_slice(hidden);
    let mut logits = Shared::<[f32]>::new_slice(units);
    let row = sequence * (steps as usize + hidden) + steps as usize;
    let mut k = unit;
    while k < hidden {
        combined[k] = attended[row + k];
        k += units;
    }
    sync_cube();
    let column = min(word, comptime!(vocabulary - 1));
    let mut logit = output_bias[column];
    for k in 0..hidden {
        logit += combined[k] * output[k * vocabulary + column];
    }
    logits[unit] = logit;
    sync_cube();
    if unit == 0 {
        // The words beyond the last repeat it, and so never come before it.
        let mut best = 0usize;
        for n in 1..units {
            if logits[n] > logits[best] {
                best = n;
            }
        }
        let place = sequence * CUBE_COUNT_X as usize + CUBE_POS_X as usize;
        best_logits[place] = logits[best];
        best_words[place] = min(CUBE_POS_X as usize * units + best, comptime!(vocabulary - 1)) as i32;
    }
}

/// A unit for each sequence: the largest of what the workgroups found, the first of equals.
#[cube(launch_unchecked)]
fn choose(best_logits: &[f32], best_words: &[i32], tokens: &mut [i32], sequences: u32, groups: u32) {
    let sequence = ABSOLUTE_POS_X as usize;
    if sequence < sequences as usize {
        let start = sequence * groups as usize;
        let mut best = start;
        for place in start + 1..start + groups as usize {
            if best_logits[place] > best_logits[best] {
                best = place;
            }
        }
        tokens[sequence] = best_words[best];
    }
}

/// The five dispatches.
pub(super) fn run(
    tokens: IntTensor<CubeBackend>,
    hidden_state: FloatTensor<CubeBackend>,
    cell_state: FloatTensor<CubeBackend>,
    weights: DecoderWeights<CubeBackend>,
    memory: FloatTensor<CubeBackend>,
    visible: OptionalTensor<CubeBackend>,
) -> DecoderOutput<CubeBackend> {
    let [batch, steps, width] = memory.shape().dims();
    let [vocabulary, features] = weights.embedding.shape().dims();
    let [_, hidden] = hidden_state.shape().dims();
    let client = memory.client.clone();
    let small = CubeDim::new_1d(SMALL as u32);
    let (float, int) = (DType::F32, DType::I32);
    let tokens = if tokens.dtype == int { tokens } else { CubeBackend::int_cast(tokens, IntDType::I32) };

    let all = 4 * hidden + batch * (features + 2 * hidden);
    let gathered = empty(&memory, [all], float);
    let second = second_half(batch * hidden);
    let after = empty(&memory, [2 * second], float);
    let attended = empty(&memory, [batch, steps + hidden], float);
    let teams = groups(vocabulary, SMALL);
    let best_logits = empty(&memory, [batch, teams as usize], float);
    let best_words = empty(&memory, [batch, teams as usize], int);
    let chosen = empty(&memory, [batch], int);
    // What is not there is bound to something that is, and not read.
    let (masked, visible) = match &visible {
        OptionalTensor::Some(visible) => (true, visible),
        OptionalTensor::None => (false, &memory),
    };
    let units = UNITS.min(client.properties().hardware.max_units_per_cube as usize);
    // SAFETY: each kernel reads and writes within the lengths that its buffers were made with.
    unsafe {
        gather::launch_unchecked(
            &client,
            CubeCount::Static(groups(all, SMALL), 1, 1),
            small,
            argument(&tokens, 1),
            argument(&weights.embedding, 1),
            argument(&hidden_state, 1),
            argument(&cell_state, 1),
            argument(&weights.cell.bias_ih, 1),
            argument(&weights.cell.bias_hh, 1),
            argument(&gathered, 1),
            all as u32,
            vocabulary,
            features,
            hidden,
        );
        cell::launch_unchecked(
            &client,
            CubeCount::Static(groups(hidden, SMALL), batch as u32, 1),
            small,
            argument(&gathered, 1),
            argument(&weights.cell.weight_ih, 1),
            argument(&weights.cell.weight_hh, 1),
            argument(&after, 1),
            second as u32,
            features,
            hidden,
        );
        attend::launch_unchecked(
            &client,
            CubeCount::Static(batch as u32, 1, 1),
            CubeDim::new_1d(units as u32),
            argument(&after, 1),
            argument(&memory, 1),
            argument(visible, 1),
            argument(&weights.query, 1),
            argument(&weights.combine, 1),
            argument(&weights.combine_bias, 1),
            argument(&attended, 1),
            steps as u32,
            capacity(steps),
            hidden,
            width,
            units,
            masked,
        );
        words::launch_unchecked(
            &client,
            CubeCount::Static(teams, batch as u32, 1),
            small,
            argument(&attended, 1),
            argument(&weights.output, 1),
            argument(&weights.output_bias, 1),
            argument(&best_logits, 1),
            argument(&best_words, 1),
            steps as u32,
            hidden,
            vocabulary,
            SMALL,
        );
        choose::launch_unchecked(
            &client,
            CubeCount::Static(groups(batch, SMALL), 1, 1),
            small,
            argument(&best_logits, 1),
            argument(&best_words, 1),
            argument(&chosen, 1),
            batch as u32,
            teams,
        );
    }
    let [new_hidden, new_cell] = halves(&after, [batch, hidden]);
    let weights = CubeBackend::float_slice(attended, &[(0..batch).into(), (0..steps).into()]);
    DecoderOutput { tokens: chosen, weights, hidden: new_hidden, cell: new_cell }
}

/// Room for the weights of so many steps: few sizes, so that few kernels are compiled.
fn capacity(steps: usize) -> usize {
    steps.next_multiple_of(256)
}
