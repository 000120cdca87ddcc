//! Products and activations in SIMD: AVX or NEON as the processor has it, wasm's 128 bits in the browser (macerator chooses).
//!
//! Weights are read where they lie and in the order they lie in, each once: at a batch of one, a layer is bound by memory.

use macerator::{Simd, Vector, vload_unaligned, vstore_unaligned};

/// `out[m][n] += Σₖ x[m][k] · w[n][k]`: weights as PyTorch lays out a linear layer, `[outputs, inputs]`.
///
/// # Panics
/// Where the slices are shorter than `rows × inputs`, `outputs × inputs` and `rows × outputs`.
pub fn matmul_nt(x: &[f32], w: &[f32], out: &mut [f32], inputs: usize) {
    if inputs == 0 {
        return;
    }
    let (rows, outputs) = (x.len() / inputs, w.len() / inputs);
    assert!(x.len() == rows * inputs && w.len() == outputs * inputs && out.len() == rows * outputs);
    add_rows_simd(x, w, out, inputs);
}

#[macerator::with_simd]
fn add_rows_simd<S: Simd>(x: &[f32], w: &[f32], out: &mut [f32], inputs: usize) {
    let (rows, outputs) = (x.len() / inputs, w.len() / inputs);
    let mut m = 0;
    while m + 4 <= rows {
        let n = tile_outputs::<S, 4, 2>(x, w, out, inputs, m, 0);
        tile_outputs::<S, 4, 1>(x, w, out, inputs, m, n);
        m += 4;
    }
    while m < rows {
        // One row alone: four outputs share each load of it.
        let n = tile_outputs::<S, 1, 4>(x, w, out, inputs, m, 0);
        tile_outputs::<S, 1, 1>(x, w, out, inputs, m, n);
        m += 1;
    }
    let _ = outputs;
}

/// Whole tiles of `M` rows and `N` outputs from `n` on; the first output that is left.
#[inline(always)]
fn tile_outputs<S: Simd, const M: usize, const N: usize>(
    x: &[f32],
    w: &[f32],
    out: &mut [f32],
    inputs: usize,
    m: usize,
    mut n: usize,
) -> usize {
    let outputs = w.len() / inputs;
    let lanes = S::lanes32();
    let whole = inputs / lanes * lanes;
    while n + N <= outputs {
        // Two chains a cell: an addition takes longer than the next one waits.
        let mut even: [[Vector<S, f32>; N]; M] = [[splat(0.0); N]; M];
        let mut odd: [[Vector<S, f32>; N]; M] = [[splat(0.0); N]; M];
        let x_rows: [&[f32]; M] = std::array::from_fn(|i| &x[(m + i) * inputs..][..inputs]);
        let w_rows: [&[f32]; N] = std::array::from_fn(|j| &w[(n + j) * inputs..][..inputs]);
        let mut k = 0;
        // SAFETY: k + lanes (twice lanes) stays within `inputs`, the length of every row.
        unsafe {
            while k + 2 * lanes <= whole {
                step(&x_rows, &w_rows, k, &mut even);
                step(&x_rows, &w_rows, k + lanes, &mut odd);
                k += 2 * lanes;
            }
            if k < whole {
                step(&x_rows, &w_rows, k, &mut even);
            }
        }
        for i in 0..M {
            for j in 0..N {
                let mut sum = (even[i][j] + odd[i][j]).reduce_add();
                for k in whole..inputs {
                    sum += x_rows[i][k] * w_rows[j][k];
                }
                out[(m + i) * outputs + n + j] += sum;
            }
        }
        n += N;
    }
    n
}

/// One vector of every row against one of every output.
///
/// # Safety
/// Every slice holds a vector from `k` on.
#[inline(always)]
unsafe fn step<S: Simd, const M: usize, const N: usize>(
    x: &[&[f32]; M],
    w: &[&[f32]; N],
    k: usize,
    sums: &mut [[Vector<S, f32>; N]; M],
) {
    // SAFETY: the caller's.
    unsafe {
        let w: [Vector<S, f32>; N] = std::array::from_fn(|j| vload_unaligned(w[j].as_ptr().add(k)));
        for i in 0..M {
            let x: Vector<S, f32> = vload_unaligned(x[i].as_ptr().add(k));
            for j in 0..N {
                sums[i][j] = w[j].mul_add(x, sums[i][j]);
            }
        }
    }
}

#[inline(always)]
fn splat<S: Simd>(value: f32) -> Vector<S, f32> {
    macerator::Scalar::splat(value)
}

/// `out[m][n] += Σₖ x[m][k] · w[k][n]`: weights as Burn lays out a linear layer, `[inputs, outputs]`.
///
/// # Panics
/// Where the slices are shorter than `rows × inputs`, `inputs × outputs` and `rows × outputs`.
pub fn matmul_nn(x: &[f32], w: &[f32], out: &mut [f32], inputs: usize, outputs: usize) {
    if inputs == 0 || outputs == 0 {
        return;
    }
    let rows = x.len() / inputs;
    assert!(x.len() == rows * inputs && w.len() == inputs * outputs && out.len() == rows * outputs);
    add_columns_simd(x, w, out, inputs, outputs);
}

/// Outputs whose sums stay in the nearest cache while the weights pass by.
const COLUMNS: usize = 2048;

/// Inputs that share a load and a store of the sums.
const INPUTS: usize = 8;

#[macerator::with_simd]
fn add_columns_simd<S: Simd>(x: &[f32], w: &[f32], out: &mut [f32], inputs: usize, outputs: usize) {
    let rows = x.len() / inputs;
    let mut start = 0;
    while start < outputs {
        let width = COLUMNS.min(outputs - start);
        let mut k = 0;
        while k < inputs {
            let n = INPUTS.min(inputs - k);
            for m in 0..rows {
                let x = &x[m * inputs + k..][..n];
                let sums = &mut out[m * outputs + start..][..width];
                if n == INPUTS {
                    let w: [&[f32]; INPUTS] = std::array::from_fn(|i| &w[(k + i) * outputs + start..][..width]);
                    let x: [f32; INPUTS] = std::array::from_fn(|i| x[i]);
                    scaled_sum::<S, INPUTS>(x, w, sums);
                } else {
                    for (i, x) in x.iter().enumerate() {
                        scaled_sum::<S, 1>([*x], [&w[(k + i) * outputs + start..][..width]], sums);
                    }
                }
            }
            k += n;
        }
        start += width;
    }
}

/// `sums += Σᵢ x[i] · w[i]`.
#[inline(always)]
fn scaled_sum<S: Simd, const N: usize>(x: [f32; N], w: [&[f32]; N], sums: &mut [f32]) {
    let lanes = S::lanes32();
    let whole = sums.len() / lanes * lanes;
    let factors: [Vector<S, f32>; N] = x.map(splat);
    let mut n = 0;
    while n < whole {
        // SAFETY: n + lanes stays within the length that all slices share.
        unsafe {
            let mut sum: Vector<S, f32> = vload_unaligned(sums.as_ptr().add(n));
            for i in 0..N {
                sum = vload_unaligned::<S, f32>(w[i].as_ptr().add(n)).mul_add(factors[i], sum);
            }
            vstore_unaligned(sums.as_mut_ptr().add(n), sum);
        }
        n += lanes;
    }
    for n in whole..sums.len() {
        for i in 0..N {
            sums[n] += x[i] * w[i][n];
        }
    }
}

/// eˣ to about one unit in the last place, without a branch, so that loops over it become SIMD (Cephes' `expf`).
#[allow(clippy::excessive_precision, reason = "as Cephes has them")]
#[inline(always)]
fn exp(x: f32) -> f32 {
    // Adding 1.5 × 2²³ rounds to an integer, which then stands in the lowest bits.
    const ROUND: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = x - n * 0.693_359_375 + n * 2.121_944_4e-4;
    let p = 1.987_569_1e-4;
    let p = p * r + 1.398_199_9e-3;
    let p = p * r + 8.333_452e-3;
    let p = p * r + 4.166_579_6e-2;
    let p = p * r + 1.666_666_5e-1;
    let p = p * r + 5.000_000_1e-1;
    let power = f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23));
    (p * r * r + r + 1.0) * power
}

#[inline(always)]
fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

#[inline(always)]
fn tanh(x: f32) -> f32 {
    1.0 - 2.0 / (exp(2.0 * x) + 1.0)
}

/// `x = tanh(x)`, element by element.
#[macerator::with_simd]
#[allow(
    clippy::extra_unused_type_parameters,
    reason = "says what the loop is compiled for; the compiler vectorizes it"
)]
pub fn tanh_all<S: Simd>(x: &mut [f32]) {
    x.iter_mut().for_each(|x| *x = tanh(*x));
}

/// One LSTM cell for one sequence: the gates' sums (`[4 × hidden]`; input, forget, cell, output) and the state, which is replaced.
///
/// # Panics
/// Where `z` is shorter than four times the state.
pub fn lstm_cell(z: &[f32], hidden: &mut [f32], cell: &mut [f32]) {
    lstm_cell_simd(z, hidden, cell);
}

#[macerator::with_simd]
#[allow(
    clippy::extra_unused_type_parameters,
    reason = "says what the loop is compiled for; the compiler vectorizes it"
)]
fn lstm_cell_simd<S: Simd>(z: &[f32], hidden: &mut [f32], cell: &mut [f32]) {
    let n = hidden.len();
    let (i, f, g, o) = (&z[..n], &z[n..2 * n], &z[2 * n..3 * n], &z[3 * n..4 * n]);
    let cell = &mut cell[..n];
    for j in 0..n {
        cell[j] = sigmoid(f[j]) * cell[j] + sigmoid(i[j]) * tanh(g[j]);
        hidden[j] = sigmoid(o[j]) * tanh(cell[j]);
    }
}

/// [`lstm_cell`], and what the way back needs: `z` becomes the gates after their activations, `squashed` tanh of the new cell state.
///
/// # Panics
/// Where `z` is shorter than four times the state, or `squashed` shorter than it.
#[macerator::with_simd]
#[allow(
    clippy::extra_unused_type_parameters,
    reason = "says what the loop is compiled for; the compiler vectorizes it"
)]
pub fn lstm_cell_kept<S: Simd>(z: &mut [f32], hidden: &mut [f32], cell: &mut [f32], squashed: &mut [f32]) {
    let n = hidden.len();
    let (i, rest) = z.split_at_mut(n);
    let (f, rest) = rest.split_at_mut(n);
    let (g, o) = rest.split_at_mut(n);
    let (o, cell, squashed) = (&mut o[..n], &mut cell[..n], &mut squashed[..n]);
    for j in 0..n {
        i[j] = sigmoid(i[j]);
        f[j] = sigmoid(f[j]);
        g[j] = tanh(g[j]);
        o[j] = sigmoid(o[j]);
        cell[j] = f[j] * cell[j] + i[j] * g[j];
        squashed[j] = tanh(cell[j]);
        hidden[j] = o[j] * squashed[j];
    }
}

/// Back through an LSTM cell. `z`, the gates that [`lstm_cell_kept`] left, becomes the gradient of their sums; `dh`, the gradient of
/// the hidden state after the step, becomes zero (what of it goes back, goes through the sums); `dc`, that of the cell state after
/// the step, becomes that of the one before. `state` is the gradient of the step's output.
///
/// # Panics
/// Where the slices' lengths do not fit.
#[macerator::with_simd]
#[allow(
    clippy::extra_unused_type_parameters,
    reason = "says what the loop is compiled for; the compiler vectorizes it"
)]
pub fn lstm_cell_back<S: Simd>(
    z: &mut [f32],
    state: &[f32],
    dh: &mut [f32],
    dc: &mut [f32],
    cell: &[f32],
    squashed: &[f32],
) {
    let n = dh.len();
    let (i, rest) = z.split_at_mut(n);
    let (f, rest) = rest.split_at_mut(n);
    let (g, o) = rest.split_at_mut(n);
    let (o, dc, state, cell, squashed) = (&mut o[..n], &mut dc[..n], &state[..n], &cell[..n], &squashed[..n]);
    for j in 0..n {
        let h = dh[j] + state[j];
        dh[j] = 0.0;
        let c = dc[j] + h * o[j] * (1.0 - squashed[j] * squashed[j]);
        let (di, df, dg, d_o) = (c * g[j], c * cell[j], c * i[j], h * squashed[j]);
        dc[j] = c * f[j];
        i[j] = di * i[j] * (1.0 - i[j]);
        f[j] = df * f[j] * (1.0 - f[j]);
        g[j] = dg * (1.0 - g[j] * g[j]);
        o[j] = d_o * o[j] * (1.0 - o[j]);
    }
}

/// Scores become weights that sum to 1, or to 0 where `visible` hides all.
pub fn masked_softmax(scores: &mut [f32], visible: Option<&[f32]>) {
    let shown = |step: usize| visible.is_none_or(|visible| visible[step] != 0.0);
    let top = scores.iter().enumerate().filter(|(step, _)| shown(*step)).map(|(_, score)| *score);
    let top = top.fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for (step, score) in scores.iter_mut().enumerate() {
        *score = if shown(step) { exp(*score - top) } else { 0.0 };
        sum += *score;
    }
    if sum > 0.0 {
        scores.iter_mut().for_each(|score| *score /= sum);
    }
}

/// The place of the largest value, the first of equals; 0 if there is none.
pub fn arg_max(values: &[f32]) -> usize {
    // The largest first, in lanes that the compiler makes vectors of, and then where it is: no branch depends on a value.
    const LANES: usize = 16;
    let larger = |most: f32, value: f32| if value > most { value } else { most };
    let mut lanes = [f32::NEG_INFINITY; LANES];
    let chunks = values.chunks_exact(LANES);
    let rest = chunks.remainder();
    for chunk in chunks {
        for (most, value) in lanes.iter_mut().zip(chunk) {
            *most = larger(*most, *value);
        }
    }
    let largest = lanes.iter().chain(rest).copied().fold(f32::NEG_INFINITY, larger);
    if largest == f32::NEG_INFINITY {
        return 0;
    }
    values.iter().position(|value| *value == largest).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(n: usize, step: f32) -> Vec<f32> {
        (0..n).map(|i| ((i as f32 * step) % 2.0) - 1.0).collect()
    }

    #[test]
    fn products_are_those_of_plain_loops_for_any_shape() {
        for rows in [1, 2, 3, 4, 5, 9] {
            for inputs in [1, 3, 7, 8, 16, 33, 70] {
                for outputs in [1, 2, 3, 4, 5, 31, 64] {
                    let x = ramp(rows * inputs, 0.37);
                    let w = ramp(outputs * inputs, 0.11);
                    let (mut by_rows, mut by_columns) = (ramp(rows * outputs, 0.5), ramp(rows * outputs, 0.5));
                    let transposed: Vec<f32> = (0..inputs)
                        .flat_map(|k| (0..outputs).map(move |n| (n, k)))
                        .map(|(n, k)| w[n * inputs + k])
                        .collect();
                    let expected: Vec<f32> = (0..rows * outputs)
                        .map(|i| {
                            let (m, n) = (i / outputs, i % outputs);
                            by_rows[i] + (0..inputs).map(|k| x[m * inputs + k] * w[n * inputs + k]).sum::<f32>()
                        })
                        .collect();
                    matmul_nt(&x, &w, &mut by_rows, inputs);
                    matmul_nn(&x, &transposed, &mut by_columns, inputs, outputs);
                    for i in 0..expected.len() {
                        assert!((by_rows[i] - expected[i]).abs() < 1e-4, "{rows} {inputs} {outputs}");
                        assert!((by_columns[i] - expected[i]).abs() < 1e-4, "{rows} {inputs} {outputs}");
                    }
                }
            }
        }
    }

    #[test]
    fn activations_are_those_of_the_standard_library() {
        for i in -12_000..12_000 {
            let x = i as f32 * 0.01;
            assert!((tanh(x) - x.tanh()).abs() < 3e-7, "tanh {x}");
            assert!((sigmoid(x) - 1.0 / (1.0 + (-x).exp())).abs() < 3e-7, "sigmoid {x}");
            if x.abs() < 80.0 {
                assert!((exp(x) / x.exp() - 1.0).abs() < 3e-7, "exp {x}");
            }
        }
        assert!(exp(f32::NAN).is_nan() && tanh(f32::NAN).is_nan());
        assert_eq!((tanh(f32::INFINITY), tanh(f32::NEG_INFINITY)), (1.0, -1.0));
    }

    #[test]
    fn a_softmax_of_nothing_is_nothing() {
        let mut scores = vec![1.0, 2.0];
        masked_softmax(&mut scores, Some(&[0.0, 0.0]));
        assert_eq!(scores, [0.0, 0.0]);
        let mut scores = vec![1e30, 5.0, 5.0];
        masked_softmax(&mut scores, Some(&[0.0, 1.0, 1.0]));
        assert_eq!(scores, [0.0, 0.5, 0.5]);
    }

    #[test]
    fn the_first_of_equals_is_the_largest() {
        assert_eq!(arg_max(&[1.0, 3.0, 3.0]), 1);
        assert_eq!(arg_max(&[]), 0);
        assert_eq!(arg_max(&[f32::NAN, f32::NEG_INFINITY, f32::NAN]), 0);
        assert_eq!(arg_max(&[f32::NAN, f32::NEG_INFINITY, -7.0, f32::NAN]), 2);
        for count in [15, 16, 17, 100, 10_000] {
            for place in [0, 1, count / 2, count - 2, count - 1] {
                let mut values = ramp(count, 0.37);
                values[place] = 5.0;
                values[count - 1] = 5.0;
                assert_eq!(arg_max(&values), place, "{count}");
            }
        }
    }
}
