//! A whole LSTM over a batch of sequences, with packed weights and gates that are computed where they were summed.

use crate::{
    lstm_parameters::{LstmParameters, Precision},
    packed::{BLOCK, Number, PackedMatrix},
    vectors::{VectorKernel, Vectors, run, sigmoid, tanh},
};

/// Cells of a block: each has four gates in it, all cells' first, then all cells' second.
const CELLS: usize = BLOCK / 4;
/// Values of the projected input that are held at a time: what is written is read again from a cache nearby.
const PROJECTED: usize = 1 << 18;

/// The weights of one direction, packed.
#[derive(Debug)]
pub struct PackedLstm {
    features: usize,
    hidden: usize,
    weights: PackedWeights,
    /// In the order of the blocks.
    bias: Vec<f32>,
}

#[derive(Debug)]
enum PackedWeights {
    Float32(GateWeights<f32>),
    Integer16(GateWeights<i16>),
}

/// What the gates multiply the input and the state with.
#[derive(Debug)]
struct GateWeights<T> {
    input: PackedMatrix<T>,
    recurrent: PackedMatrix<T>,
}

/// A batch of sequences, and which way they are walked.
#[derive(Clone, Copy, Debug)]
pub struct SequenceBatch<'a> {
    /// `[batch, steps, features]`
    pub input: &'a [f32],
    /// `[batch, steps]`: 0 where a step is hidden; `None` if none is.
    pub visible: Option<&'a [f32]>,
    /// Number of sequences.
    pub batch: usize,
    /// Steps of each.
    pub steps: usize,
    /// From the last step to the first.
    pub reversed: bool,
}

/// Where the states of a direction go among all: the row of a step is `width` wide, and the direction's part starts at `offset`.
#[derive(Debug)]
pub struct StateColumns<'a> {
    /// `[batch, steps, width]`
    pub states: &'a mut [f32],
    /// First column of this direction.
    pub offset: usize,
    /// Columns of all directions.
    pub width: usize,
}

impl PackedLstm {
    /// Packs the weights of one direction. What [`Precision::Integer16`] cannot say, weights that are not finite, is packed as floats.
    ///
    /// # Panics
    /// Where the slices' lengths do not fit one another.
    #[inline(never)]
    pub fn new(parameters: LstmParameters, precision: Precision) -> Self {
        let LstmParameters { weight_ih, weight_hh, bias_ih, bias_hh } = parameters;
        let (hidden, gates) = (bias_ih.len() / 4, bias_ih.len());
        assert!(gates == 4 * hidden && hidden > 0 && bias_hh.len() == gates && weight_hh.len() == gates * hidden);
        let features = weight_ih.len() / gates;
        assert!(weight_ih.len() == gates * features);
        let outputs = hidden.next_multiple_of(CELLS) * 4;
        // The row of a block's output; none behind the last cell.
        let row = |output: usize| {
            let (block, gate, cell) = (output / BLOCK, output % BLOCK / CELLS, output % CELLS);
            let cell = block * CELLS + cell;
            (cell < hidden).then_some(gate * hidden + cell)
        };
        let integers = (precision == Precision::Integer16)
            .then(|| GateWeights::<i16>::new(&parameters, [features, hidden], row))
            .flatten();
        let weights = match integers {
            Some(integers) => PackedWeights::Integer16(integers),
            None => match GateWeights::<f32>::new(&parameters, [features, hidden], row) {
                Some(floats) => PackedWeights::Float32(floats),
                None => unreachable!("floats hold whatever floats are"),
            },
        };
        let bias = (0..outputs).map(|output| row(output).map_or(0.0, |row| bias_ih[row] + bias_hh[row])).collect();
        Self { features, hidden, weights, bias }
    }

    /// Width of the state.
    pub fn hidden(&self) -> usize {
        self.hidden
    }

    /// Whether a walk may start from these hidden states: integers only reach from −1 to 1, where all states are but those that a
    /// caller brings.
    pub fn starts_from(&self, hidden: &[f32]) -> bool {
        match self.weights {
            PackedWeights::Float32(_) => true,
            PackedWeights::Integer16(_) => hidden.iter().all(|value| value.abs() <= 1.0),
        }
    }

    /// Walks a batch of sequences. `hidden` and `cell` (`[batch, hidden]`) are replaced by the last; a hidden step leaves them as they
    /// are and writes nothing.
    ///
    /// # Panics
    /// Where the slices' lengths do not fit.
    pub fn forward(&self, sequences: SequenceBatch, hidden: &mut [f32], cell: &mut [f32], columns: StateColumns) {
        let SequenceBatch { input, visible, batch, steps, .. } = sequences;
        assert!(input.len() == batch * steps * self.features);
        assert!(visible.is_none_or(|visible| visible.len() == batch * steps));
        assert!(hidden.len() == batch * self.hidden && cell.len() == hidden.len());
        assert!(columns.offset + self.hidden <= columns.width && columns.states.len() == batch * steps * columns.width);
        match &self.weights {
            PackedWeights::Float32(weights) => run(Walk { layer: self, weights, sequences, hidden, cell, columns }),
            PackedWeights::Integer16(weights) => run(Walk { layer: self, weights, sequences, hidden, cell, columns }),
        }
    }
}

impl<T: Number> GateWeights<T> {
    fn new(
        parameters: &LstmParameters,
        [features, hidden]: [usize; 2],
        row: impl Fn(usize) -> Option<usize> + Copy,
    ) -> Option<Self> {
        let outputs = hidden.next_multiple_of(CELLS) * 4;
        let input = PackedMatrix::new(parameters.weight_ih, features, outputs, row)?;
        let mut recurrent = PackedMatrix::new(parameters.weight_hh, hidden, outputs, row)?;
        recurrent.units.iter_mut().for_each(|unit| *unit *= T::STATE_UNIT);
        Some(Self { input, recurrent })
    }
}

/// A walk of one direction.
struct Walk<'a, T> {
    layer: &'a PackedLstm,
    weights: &'a GateWeights<T>,
    sequences: SequenceBatch<'a>,
    hidden: &'a mut [f32],
    cell: &'a mut [f32],
    columns: StateColumns<'a>,
}

/// The states of a batch while it is walked; a row of each is filled up to whole blocks.
struct WalkState<T> {
    /// Cells with what fills them up.
    cells: usize,
    hidden: Vec<f32>,
    cell: Vec<f32>,
    /// The hidden states as numbers, which all cells of a step read, and those of the next step.
    numbers: Vec<T>,
    next: Vec<T>,
}

impl<T: Number> VectorKernel for Walk<'_, T> {
    type Output = ();

    #[inline(always)]
    unsafe fn run<V: Vectors>(self) {
        let Self { layer, weights, sequences, hidden, cell, columns } = self;
        let SequenceBatch { input, visible, batch, steps, reversed } = sequences;
        let (size, features) = (layer.hidden, layer.features);
        let cells = size.next_multiple_of(CELLS);
        let mut state = WalkState {
            cells,
            hidden: vec![0.0; batch * cells],
            cell: vec![0.0; batch * cells],
            numbers: vec![T::default(); batch * cells],
            next: vec![T::default(); batch * cells],
        };
        for b in 0..batch {
            state.hidden[b * cells..][..size].copy_from_slice(&hidden[b * size..][..size]);
            state.cell[b * cells..][..size].copy_from_slice(&cell[b * size..][..size]);
        }
        for at in (0..batch * cells).step_by(V::LANES) {
            // SAFETY: rows are a multiple of eight long.
            unsafe { T::write_state::<V>(V::load(state.hidden.as_ptr().add(at)), state.numbers.as_mut_ptr().add(at)) };
        }
        let shown = |b: usize, step: usize| visible.is_none_or(|visible| visible[b * steps + step] != 0.0);
        let gates = 4 * cells;
        let chunk = (PROJECTED / (batch * gates).max(1)).max(1);
        // Of some steps, what the sequences show: a row each, in the order of the walk.
        let (mut rows, mut firsts) = (Vec::new(), Vec::new());
        let (mut numbers, mut units, mut projected) = (Vec::new(), Vec::new(), Vec::new());
        let mut walked = 0;
        while walked < steps {
            let count = chunk.min(steps - walked);
            let step_at = |walked: usize| if reversed { steps - 1 - walked } else { walked };
            rows.clear();
            firsts.clear();
            for step in (walked..walked + count).map(step_at) {
                firsts.push(rows.len());
                rows.extend((0..batch).filter(|b| shown(*b, step)));
            }
            firsts.push(rows.len());
            let length = weights.input.inputs;
            numbers.resize(rows.len() * length, T::default());
            units.resize(rows.len(), 0.0);
            projected.resize(rows.len() * gates, 0.0);
            for (i, range) in firsts.windows(2).enumerate() {
                let step = step_at(walked + i);
                for row in range[0]..range[1] {
                    let values = &input[(rows[row] * steps + step) * features..][..features];
                    // SAFETY: the instructions are there, as the caller said.
                    units[row] = unsafe { T::write_row::<V>(values, &mut numbers[row * length..][..length]) };
                }
            }
            // SAFETY: as above; the slices have a row for each of `units`.
            unsafe { project::<V, T>(&weights.input, &numbers, &units, &layer.bias, &mut projected) };
            for (i, range) in firsts.windows(2).enumerate() {
                let step = step_at(walked + i);
                let active = &rows[range[0]..range[1]];
                // SAFETY: as above; there is a row of gates for each active sequence.
                unsafe { step_all::<V, T>(&weights.recurrent, active, &projected[range[0] * gates..], &mut state) };
                for b in active {
                    let from = b * cells..(b + 1) * cells;
                    state.numbers[from.clone()].copy_from_slice(&state.next[from]);
                    columns.states[(b * steps + step) * columns.width + columns.offset..][..size]
                        .copy_from_slice(&state.hidden[b * cells..][..size]);
                }
            }
            walked += count;
        }
        for b in 0..batch {
            hidden[b * size..][..size].copy_from_slice(&state.hidden[b * cells..][..size]);
            cell[b * size..][..size].copy_from_slice(&state.cell[b * cells..][..size]);
        }
    }
}

/// `out = bias + x · W`, a row for each of `units`.
///
/// # Safety
/// The machine has the instructions; the slices have a row for each of `units`.
#[inline(always)]
unsafe fn project<V: Vectors, T: Number>(
    weights: &PackedMatrix<T>,
    rows: &[T],
    units: &[f32],
    bias: &[f32],
    out: &mut [f32],
) {
    let (count, outputs, inputs) = (units.len(), weights.units.len(), weights.inputs);
    for block in 0..weights.blocks() {
        for part in (0..BLOCK).step_by(4 * V::LANES) {
            // SAFETY: the block and its part are there, and so are the rows.
            unsafe {
                let from = weights.block(block).add(part * T::TOGETHER);
                let at = block * BLOCK + part;
                let mut row = 0;
                while row + 2 <= count {
                    let pair = [rows.as_ptr().add(row * inputs), rows.as_ptr().add((row + 1) * inputs)];
                    let sums = T::tile::<V, 2, 4>(pair, from, V::LANES * T::TOGETHER, inputs);
                    for (i, sums) in sums.into_iter().enumerate() {
                        put::<V>(
                            sums,
                            &weights.units,
                            units[row + i],
                            bias,
                            at,
                            out.as_mut_ptr().add((row + i) * outputs),
                        );
                    }
                    row += 2;
                }
                if row < count {
                    let one = [rows.as_ptr().add(row * inputs)];
                    let [sums] = T::tile::<V, 1, 4>(one, from, V::LANES * T::TOGETHER, inputs);
                    put::<V>(sums, &weights.units, units[row], bias, at, out.as_mut_ptr().add(row * outputs));
                }
            }
        }
    }
}

/// Four vectors of a row's outputs from the output `at` on.
#[inline(always)]
unsafe fn put<V: Vectors>(
    sums: [V::Floats; 4],
    of_outputs: &[f32],
    of_row: f32,
    bias: &[f32],
    at: usize,
    out: *mut f32,
) {
    // SAFETY: the caller's.
    unsafe {
        let of_row = V::splat(of_row);
        for (j, sum) in sums.into_iter().enumerate() {
            let at = at + j * V::LANES;
            let unit = V::mul(V::load(of_outputs.as_ptr().add(at)), of_row);
            V::store(V::mul_add(sum, unit, V::load(bias.as_ptr().add(at))), out.add(at));
        }
    }
}

/// One step of some sequences, whose projected inputs lie row by row.
///
/// # Safety
/// The machine has the instructions; there is a row of `projected` for each of `active`.
#[inline(always)]
unsafe fn step_all<V: Vectors, T: Number>(
    weights: &PackedMatrix<T>,
    active: &[usize],
    projected: &[f32],
    state: &mut WalkState<T>,
) {
    for block in 0..weights.blocks() {
        let pairs = active.len() / 2;
        for pair in 0..pairs {
            let rows = [active[2 * pair], active[2 * pair + 1]];
            let z = [2 * pair, 2 * pair + 1];
            for lane in (0..CELLS).step_by(V::LANES) {
                // SAFETY: the caller's.
                unsafe { advance::<V, T, 2, 4>(weights, block, lane, rows, z, projected, state) };
            }
        }
        if let Some(last) = active.get(2 * pairs) {
            // One row has room for a whole block's sums, whatever the vectors are.
            // SAFETY: the caller's.
            unsafe {
                if V::LANES == CELLS {
                    advance::<V, T, 1, 4>(weights, block, 0, [*last], [2 * pairs], projected, state);
                } else {
                    advance::<V, T, 1, 8>(weights, block, 0, [*last], [2 * pairs], projected, state);
                }
            }
        }
    }
}

/// `N / 4` vectors of cells of a block, from its cell `lane` on, of `M` sequences.
#[inline(always)]
unsafe fn advance<V: Vectors, T: Number, const M: usize, const N: usize>(
    weights: &PackedMatrix<T>,
    block: usize,
    lane: usize,
    rows: [usize; M],
    z: [usize; M],
    projected: &[f32],
    state: &mut WalkState<T>,
) {
    let (cells, outputs) = (state.cells, weights.units.len());
    // SAFETY: the caller's.
    unsafe {
        let from = weights.block(block).add(lane * T::TOGETHER);
        let apart = if N == 4 { CELLS } else { V::LANES } * T::TOGETHER;
        let mut inputs = [state.numbers.as_ptr(); M];
        for i in 0..M {
            inputs[i] = inputs[i].add(rows[i] * cells);
        }
        let sums = T::tile::<V, M, N>(inputs, from, apart, weights.inputs);
        for i in 0..M {
            for v in 0..N / 4 {
                let lane = lane + v * V::LANES;
                let mut gates = [V::splat(0.0); 4];
                for (gate, value) in gates.iter_mut().enumerate() {
                    let at = block * BLOCK + gate * CELLS + lane;
                    let unit = V::load(weights.units.as_ptr().add(at));
                    let before = V::load(projected.as_ptr().add(z[i] * outputs + at));
                    *value = V::mul_add(sums[i][gate * (N / 4) + v], unit, before);
                }
                let at = rows[i] * cells + block * CELLS + lane;
                let cell = state.cell.as_mut_ptr().add(at);
                let [input, forget, candidate, output] = gates;
                let kept = V::mul(sigmoid::<V>(forget), V::load(cell));
                let new = V::mul_add(sigmoid::<V>(input), tanh::<V>(candidate), kept);
                V::store(new, cell);
                let hidden = V::mul(sigmoid::<V>(output), tanh::<V>(new));
                V::store(hidden, state.hidden.as_mut_ptr().add(at));
                T::write_state::<V>(hidden, state.next.as_mut_ptr().add(at));
            }
        }
    }
}

#[cfg(test)]
mod tests;
