//! Weights in the order in which kernels read them, as floats or as 16-bit integers.
//!
//! Outputs come in blocks of 32: a block's weights of one input (of two neighboring ones, of integers) lie beside one another, so
//! that a vector is that many outputs, each input is one value in all lanes, and no sum has to be added across a vector.

use crate::vectors::Vectors;

/// Outputs of a block.
pub(crate) const BLOCK: usize = 32;

/// Inputs whose products are added as integers; then the sum becomes a float. Shorter chunks allow finer numbers, since the sum of so
/// many products has to fit into 32 bits, and cost a conversion each.
const CHUNK: usize = 64;
/// What integer stands for the largest input of a row. With more, the weights would have to be coarser: with bell-shaped weights this
/// splits the rounding about evenly between the two.
const LARGEST_INPUT: f32 = 12_000.0;
/// No input smaller than this counts.
const SMALLEST_INPUT: f32 = 1e-30;

/// A number that weights and inputs are multiplied in.
pub(crate) trait Number: Copy + Default + Send + Sync + 'static {
    /// Inputs whose weights lie side by side.
    const TOGETHER: usize;
    /// What one of a state's units is worth; a state is within ±1.
    const STATE_UNIT: f32;

    /// Packs rows of weights, `[outputs, inputs]`, where `row(output)` says which row an output has, if any. Gives the numbers, and what
    /// a unit of each output is worth; none where the numbers cannot say what the weights are.
    fn pack(
        weights: &[f32],
        inputs: usize,
        outputs: usize,
        row: impl Fn(usize) -> Option<usize>,
    ) -> Option<(Vec<Self>, Vec<f32>)>;

    /// Writes a row of inputs as numbers, and says what a unit is worth: not a number where one of the inputs is not.
    unsafe fn write_row<V: Vectors>(row: &[f32], to: &mut [Self]) -> f32;

    /// Writes a vector of states.
    unsafe fn write_state<V: Vectors>(state: V::Floats, to: *mut Self);

    /// The products of `M` rows of inputs with `N` vectors of outputs, which are `apart` numbers apart, in units of both.
    ///
    /// # Safety
    /// Each row is `inputs` long, a multiple of [`TOGETHER`](Self::TOGETHER); `weights` is within a block of as many inputs.
    unsafe fn tile<V: Vectors, const M: usize, const N: usize>(
        rows: [*const Self; M],
        weights: *const Self,
        apart: usize,
        inputs: usize,
    ) -> [[V::Floats; N]; M];
}

/// Weights that were packed.
#[derive(Debug)]
pub(crate) struct PackedMatrix<T> {
    /// Inputs, filled up to a multiple of [`Number::TOGETHER`].
    pub(crate) inputs: usize,
    /// `[blocks][inputs / TOGETHER][BLOCK][TOGETHER]`
    pub(crate) numbers: Vec<T>,
    /// What a unit of each output is worth; as many as blocks have outputs.
    pub(crate) units: Vec<f32>,
}

impl<T: Number> PackedMatrix<T> {
    /// See [`Number::pack`].
    pub(crate) fn new(
        weights: &[f32],
        inputs: usize,
        outputs: usize,
        row: impl Fn(usize) -> Option<usize>,
    ) -> Option<Self> {
        let (numbers, units) = T::pack(weights, inputs, outputs.next_multiple_of(BLOCK), row)?;
        Some(Self { inputs: inputs.next_multiple_of(T::TOGETHER), numbers, units })
    }

    pub(crate) fn blocks(&self) -> usize {
        self.units.len() / BLOCK
    }

    /// The first number of a block.
    ///
    /// # Safety
    /// There is such a block.
    #[inline(always)]
    pub(crate) unsafe fn block(&self, block: usize) -> *const T {
        // SAFETY: the caller's.
        unsafe { self.numbers.as_ptr().add(block * BLOCK * self.inputs) }
    }
}

impl Number for f32 {
    const TOGETHER: usize = 1;
    const STATE_UNIT: f32 = 1.0;

    fn pack(
        weights: &[f32],
        inputs: usize,
        outputs: usize,
        row: impl Fn(usize) -> Option<usize>,
    ) -> Option<(Vec<f32>, Vec<f32>)> {
        let rows: Vec<Option<usize>> = (0..outputs).map(row).collect();
        let mut numbers = Vec::with_capacity(outputs * inputs);
        for block in rows.chunks_exact(BLOCK) {
            for input in 0..inputs {
                numbers.extend(block.iter().map(|row| row.map_or(0.0, |row| weights[row * inputs + input])));
            }
        }
        Some((numbers, vec![1.0; outputs]))
    }

    #[inline(always)]
    unsafe fn write_row<V: Vectors>(row: &[f32], to: &mut [f32]) -> f32 {
        to[..row.len()].copy_from_slice(row);
        1.0
    }

    #[inline(always)]
    unsafe fn write_state<V: Vectors>(state: V::Floats, to: *mut f32) {
        // SAFETY: the caller's.
        unsafe { V::store(state, to) }
    }

    #[inline(always)]
    unsafe fn tile<V: Vectors, const M: usize, const N: usize>(
        rows: [*const f32; M],
        weights: *const f32,
        apart: usize,
        inputs: usize,
    ) -> [[V::Floats; N]; M] {
        // SAFETY: the caller's.
        unsafe {
            let mut sums = [[V::splat(0.0); N]; M];
            let mut weights = weights;
            // A plain loop: unrolled, browsers' compilers run out of registers.
            for input in 0..inputs {
                let mut vectors = [V::splat(0.0); N];
                for (j, vector) in vectors.iter_mut().enumerate() {
                    *vector = V::load(weights.add(j * apart));
                }
                for i in 0..M {
                    let value = V::splat(*rows[i].add(input));
                    for j in 0..N {
                        sums[i][j] = V::mul_add(vectors[j], value, sums[i][j]);
                    }
                }
                weights = weights.add(BLOCK);
            }
            sums
        }
    }
}

impl Number for i16 {
    const TOGETHER: usize = 2;
    const STATE_UNIT: f32 = 1.0 / LARGEST_INPUT;

    fn pack(
        weights: &[f32],
        inputs: usize,
        outputs: usize,
        row: impl Fn(usize) -> Option<usize>,
    ) -> Option<(Vec<i16>, Vec<f32>)> {
        let rows: Vec<Option<&[f32]>> =
            (0..outputs).map(|output| row(output).map(|row| &weights[row * inputs..][..inputs])).collect();
        let mut units = Vec::with_capacity(outputs);
        for row in &rows {
            let row = row.unwrap_or_default();
            if row.iter().any(|weight| !weight.is_finite()) {
                return None;
            }
            // As fine as 16 bits allow, and so coarse that the sum of a chunk's products with the largest inputs fits into 32. A
            // thousandth is for what rounding adds.
            let largest = row.iter().fold(0.0, |most: f32, weight| most.max(weight.abs()));
            let sum_of = |chunk: &[f32]| chunk.iter().map(|weight| f64::from(weight.abs())).sum::<f64>();
            let sum = row.chunks(CHUNK).map(sum_of).fold(0.0, f64::max);
            let for_sums = sum * f64::from(LARGEST_INPUT) / (f64::from(i32::MAX) * 0.999);
            let finest = (f64::from(largest) / f64::from(i16::MAX)).max(for_sums);
            units.push(if finest > f64::from(f32::MIN_POSITIVE) { finest as f32 * 1.000_001 } else { 1.0 });
        }
        let pairs = inputs.div_ceil(2);
        let mut numbers = Vec::with_capacity(outputs * 2 * pairs);
        for (rows, units) in rows.chunks_exact(BLOCK).zip(units.chunks_exact(BLOCK)) {
            for input in (0..2 * pairs).step_by(2) {
                for (row, unit) in rows.iter().zip(units) {
                    let number = |input: usize| {
                        let weight = row.and_then(|row| row.get(input)).copied().unwrap_or(0.0);
                        (weight / unit).round() as i16
                    };
                    numbers.extend([number(input), number(input + 1)]);
                }
            }
        }
        Some((numbers, units))
    }

    #[inline(always)]
    unsafe fn write_row<V: Vectors>(row: &[f32], to: &mut [i16]) -> f32 {
        // By bits: so what is not a number is larger than all others, and the loop becomes vectors.
        let largest = row.iter().fold(0, |most, value| (value.to_bits() & 0x7fff_ffff).max(most));
        let largest = f32::from_bits(largest);
        if !(SMALLEST_INPUT..=f32::MAX).contains(&largest) {
            to.fill(0);
            return if largest < SMALLEST_INPUT { 0.0 } else { f32::NAN };
        }
        let per_value = LARGEST_INPUT / largest;
        let whole = row.len() / V::LANES * V::LANES;
        for at in (0..whole).step_by(V::LANES) {
            // SAFETY: both slices hold a vector from `at` on: `to` is no shorter than `row`.
            unsafe {
                let values = V::mul(V::load(row.as_ptr().add(at)), V::splat(per_value));
                V::store_rounded(values, to[at..at + V::LANES].as_mut_ptr());
            }
        }
        for (to, value) in to[whole..].iter_mut().zip(&row[whole..]) {
            *to = (value * per_value).round_ties_even() as i16;
        }
        largest / LARGEST_INPUT
    }

    #[inline(always)]
    unsafe fn write_state<V: Vectors>(state: V::Floats, to: *mut i16) {
        // SAFETY: the caller's.
        unsafe { V::store_rounded(V::mul(state, V::splat(LARGEST_INPUT)), to) }
    }

    #[inline(always)]
    unsafe fn tile<V: Vectors, const M: usize, const N: usize>(
        rows: [*const i16; M],
        weights: *const i16,
        apart: usize,
        inputs: usize,
    ) -> [[V::Floats; N]; M] {
        // SAFETY: the caller's.
        unsafe {
            let mut floats = [[V::splat(0.0); N]; M];
            let mut weights = weights;
            let mut input = 0;
            while input < inputs {
                let end = (input + CHUNK).min(inputs);
                let mut sums = [[V::zeros(); N]; M];
                while input < end {
                    let mut vectors = [V::zeros(); N];
                    for (j, vector) in vectors.iter_mut().enumerate() {
                        *vector = V::load_pairs(weights.add(j * apart));
                    }
                    for i in 0..M {
                        let pair = V::splat_pair(rows[i].add(input));
                        for j in 0..N {
                            sums[i][j] = V::add_products(sums[i][j], vectors[j], pair);
                        }
                    }
                    weights = weights.add(2 * BLOCK);
                    input += 2;
                }
                for i in 0..M {
                    for j in 0..N {
                        floats[i][j] = V::add(floats[i][j], V::to_floats(sums[i][j]));
                    }
                }
            }
            floats
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_as_fine_as_their_sums_allow() {
        // One weight alone has all of 16 bits; many leave room for their sum.
        let (numbers, units) = i16::pack(&[0.5], 1, BLOCK, |output| (output == 0).then_some(0)).unwrap();
        assert_eq!((numbers.len(), numbers[0], numbers[1]), (2 * BLOCK, 32_767, 0));
        assert!((units[0] * 32_767.0 - 0.5).abs() < 1e-6);
        let many = vec![-1.0; 1000];
        let (numbers, _) = i16::pack(&many, 1000, BLOCK, |output| (output == 0).then_some(0)).unwrap();
        let pair = |pair: usize| i64::from(numbers[pair * 2 * BLOCK]) + i64::from(numbers[pair * 2 * BLOCK + 1]);
        let most = (0..CHUNK / 2).map(pair).sum::<i64>() * -(LARGEST_INPUT as i64);
        assert!(most < i64::from(i32::MAX) && most > i64::from(i32::MAX) / 100 * 98, "{most}");
    }

    #[test]
    fn what_is_no_number_is_not_packed_as_integers() {
        for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            assert!(i16::pack(&[1.0, odd], 2, BLOCK, |output| (output == 0).then_some(0)).is_none());
        }
        let (numbers, units) = i16::pack(&[0.0, 1e-44], 2, BLOCK, |output| (output == 0).then_some(0)).unwrap();
        assert!(numbers.iter().all(|number| *number == 0) && units[0] == 1.0);
    }
}
