//! Measures the packed kernels against those that they replaced, by turns in one process: `cargo run --release -p inkling-simd --example
//! by_turns`. Prints each one's fastest time, and the smallest and the median ratio of the rounds, so that a busy machine slows down both.

use std::time::Instant;

use inkling_simd::{LstmParameters, PackedLstm, Precision, SequenceBatch, StateColumns, lstm_cell, matmul_nt};

const ROUNDS: usize = 25;
/// What an LSTM held of its projected input before it was packed.
const PROJECTED: usize = 1 << 21;

fn main() {
    println!("{:34} {:>10} {:>10} {:>9} {:>9} {:>9}", "kernel", "old, ms", "new, ms", "smallest", "median", "error");
    for (name, [features, hidden, batch, steps]) in [
        ("bilstm-64", [128, 256, 1, 64]),
        ("bilstm-400", [128, 256, 1, 400]),
        ("reader 1, 16 sentences", [128, 192, 16, 40]),
        ("reader 2, 16 sentences", [384, 192, 16, 40]),
        ("reader 2, one sentence", [384, 192, 1, 30]),
        ("document, 30 sentences", [206, 96, 1, 30]),
    ] {
        lstm(name, [features, hidden, batch, steps]);
    }
}

/// Runs both by turns; each gives its output.
fn by_turns(name: &str, mut old: impl FnMut() -> Vec<f32>, mut new: impl FnMut() -> Vec<f32>) {
    let error = old().iter().zip(new()).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    let time = |work: &mut dyn FnMut() -> Vec<f32>| {
        let start = Instant::now();
        std::hint::black_box(work());
        start.elapsed().as_secs_f64() * 1e3
    };
    let (mut olds, mut news, mut ratios) = (vec![], vec![], vec![]);
    for _ in 0..ROUNDS {
        let best = |work: &mut dyn FnMut() -> Vec<f32>| (0..5).map(|_| time(work)).fold(f64::INFINITY, f64::min);
        let (old, new) = (best(&mut old), best(&mut new));
        olds.push(old);
        news.push(new);
        ratios.push(new / old);
    }
    let least = |times: &[f64]| times.iter().copied().fold(f64::INFINITY, f64::min);
    ratios.sort_by(f64::total_cmp);
    let (old, new) = (least(&olds), least(&news));
    println!("{name:34} {old:10.4} {new:10.4} {:9.2} {:9.2} {error:9.1e}", new / old, ratios[ROUNDS / 2]);
}

/// Values without a pattern within ±`most`.
fn noise(count: usize, seed: u32, most: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * most
        })
        .collect()
}

/// Both directions of a layer.
fn lstm(name: &str, [features, hidden, batch, steps]: [usize; 4]) {
    let (gates, bound) = (4 * hidden, 1.0 / (hidden as f32).sqrt());
    let weights: Vec<[Vec<f32>; 4]> = (0..2)
        .map(|d| {
            [(gates * features, 1), (gates * hidden, 2), (gates, 3), (gates, 4)]
                .map(|(count, seed)| noise(count, 10 * d + seed, bound))
        })
        .collect();
    let input = noise(batch * steps * features, 99, 1.0);
    // Sentences of about one length are read together.
    let visible: Vec<f32> = (0..batch * steps).map(|i| if i % steps < steps - i / steps { 1.0 } else { 0.0 }).collect();
    let width = 2 * hidden;
    for precision in [Precision::Float32, Precision::Integer16] {
        let packed: Vec<PackedLstm> = weights
            .iter()
            .map(|[weight_ih, weight_hh, bias_ih, bias_hh]| {
                PackedLstm::new(LstmParameters { weight_ih, weight_hh, bias_ih, bias_hh }, precision)
            })
            .collect();
        let new = || {
            let mut states = vec![0.0; batch * steps * width];
            for (d, layer) in packed.iter().enumerate() {
                let sequences =
                    SequenceBatch { input: &input, visible: Some(&visible), batch, steps, reversed: d == 1 };
                let columns = StateColumns { states: &mut states, offset: d * hidden, width };
                layer.forward(sequences, &mut vec![0.0; batch * hidden], &mut vec![0.0; batch * hidden], columns);
            }
            states
        };
        let old = || {
            let mut states = vec![0.0; batch * steps * width];
            for (d, weights) in weights.iter().enumerate() {
                old_lstm(&input, [batch, steps, features, hidden], weights, d, &visible, &mut states);
            }
            states
        };
        by_turns(&format!("{name}, {precision:?}"), old, new);
    }
}

/// An LSTM as it was before it was packed.
fn old_lstm(
    input: &[f32],
    [batch, steps, features, size]: [usize; 4],
    [input_weights, recurrent, bias_ih, bias_hh]: &[Vec<f32>; 4],
    d: usize,
    visible: &[f32],
    states: &mut [f32],
) {
    let bias: Vec<f32> = bias_ih.iter().zip(bias_hh).map(|(a, b)| a + b).collect();
    let (mut hidden, mut cell) = (vec![0.0; batch * size], vec![0.0; batch * size]);
    let gates = 4 * size;
    let chunk = (PROJECTED / (batch * gates)).clamp(1, steps);
    let mut projected = vec![0.0; batch * chunk * gates];
    let mut z = vec![0.0; batch * gates];
    let mut done = 0;
    while done < steps {
        let n = chunk.min(steps - done);
        let first = if d == 1 { steps - done - n } else { done };
        for b in 0..batch {
            let rows = &mut projected[b * chunk * gates..][..n * gates];
            rows.chunks_exact_mut(gates).for_each(|row| row.copy_from_slice(&bias));
            matmul_nt(&input[(b * steps + first) * features..][..n * features], input_weights, rows, features);
        }
        for i in 0..n {
            let local = if d == 1 { n - 1 - i } else { i };
            let step = first + local;
            let shown = |b: usize| visible[b * steps + step] != 0.0;
            if !(0..batch).any(shown) {
                continue;
            }
            for b in 0..batch {
                z[b * gates..][..gates].copy_from_slice(&projected[(b * chunk + local) * gates..][..gates]);
            }
            matmul_nt(&hidden, recurrent, &mut z, size);
            for b in (0..batch).filter(|b| shown(*b)) {
                let h = &mut hidden[b * size..][..size];
                lstm_cell(&z[b * gates..][..gates], h, &mut cell[b * size..][..size]);
                states[(b * steps + step) * 2 * size + d * size..][..size].copy_from_slice(h);
            }
        }
        done += n;
    }
}
