use super::*;
use crate::vectors::run_on_each;

/// Values between −`most` and `most` without a pattern.
fn noise(count: usize, seed: u32, most: f32) -> Vec<f32> {
    let mut state = seed.wrapping_mul(747_796_405).wrapping_add(2_891_336_453);
    (0..count)
        .map(|_| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) as f32 / (1 << 23) as f32 - 1.0) * most
        })
        .collect()
}

#[derive(Clone)]
struct Case {
    features: usize,
    hidden: usize,
    batch: usize,
    steps: usize,
    reversed: bool,
    weights: [Vec<f32>; 4],
    input: Vec<f32>,
    visible: Option<Vec<f32>>,
    start: [Vec<f32>; 2],
}

/// The states, and the last hidden and cell state.
type Outcome = [Vec<f32>; 3];

impl Case {
    fn new([features, hidden, batch, steps]: [usize; 4], reversed: bool, masked: bool) -> Self {
        let bound = 1.0 / (hidden as f32).sqrt();
        let gates = 4 * hidden;
        let weights = [
            noise(gates * features, 1, bound),
            noise(gates * hidden, 2, bound),
            noise(gates, 3, bound),
            noise(gates, 4, bound),
        ];
        let visible = (0..batch * steps).map(|i| if (i / steps + i % steps) % 3 == 0 { 0.0 } else { 1.0 }).collect();
        Self {
            features,
            hidden,
            batch,
            steps,
            reversed,
            weights,
            input: noise(batch * steps * features, 5, 1.0),
            visible: masked.then_some(visible),
            start: [noise(batch * hidden, 6, 1.0), noise(batch * hidden, 7, 3.0)],
        }
    }

    fn pack(&self, precision: Precision) -> PackedLstm {
        let [weight_ih, weight_hh, bias_ih, bias_hh] = &self.weights;
        PackedLstm::new(LstmParameters { weight_ih, weight_hh, bias_ih, bias_hh }, precision)
    }

    /// By plain loops of f64.
    fn plain(&self) -> Outcome {
        let [weight_ih, weight_hh, bias_ih, bias_hh] = &self.weights;
        let Self { features, hidden, batch, steps, .. } = *self;
        let mut states = vec![0.0; batch * steps * hidden];
        let [mut last, mut cells] = self.start.clone();
        for b in 0..batch {
            let mut h: Vec<f64> = self.start[0][b * hidden..][..hidden].iter().map(|v| f64::from(*v)).collect();
            let mut c: Vec<f64> = self.start[1][b * hidden..][..hidden].iter().map(|v| f64::from(*v)).collect();
            for walked in 0..steps {
                let step = if self.reversed { steps - 1 - walked } else { walked };
                if self.visible.as_ref().is_some_and(|visible| visible[b * steps + step] == 0.0) {
                    continue;
                }
                let x = &self.input[(b * steps + step) * features..][..features];
                let z: Vec<f64> = (0..4 * hidden)
                    .map(|row| {
                        let dot = |w: &[f32], v: &mut dyn Iterator<Item = f64>| -> f64 {
                            w.iter().zip(v).map(|(w, v)| f64::from(*w) * v).sum()
                        };
                        f64::from(bias_ih[row])
                            + f64::from(bias_hh[row])
                            + dot(&weight_ih[row * features..][..features], &mut x.iter().map(|v| f64::from(*v)))
                            + dot(&weight_hh[row * hidden..][..hidden], &mut h.iter().copied())
                    })
                    .collect();
                let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
                for j in 0..hidden {
                    c[j] = sigmoid(z[hidden + j]) * c[j] + sigmoid(z[j]) * z[2 * hidden + j].tanh();
                    h[j] = sigmoid(z[3 * hidden + j]) * c[j].tanh();
                    states[(b * steps + step) * hidden + j] = h[j] as f32;
                }
            }
            for j in 0..hidden {
                (last[b * hidden + j], cells[b * hidden + j]) = (h[j] as f32, c[j] as f32);
            }
        }
        [states, last, cells]
    }

    /// What each kind of vectors gives; states among columns that are not theirs.
    fn packed(&self, precision: Precision, mut then: impl FnMut(&'static str, Outcome)) {
        let layer = self.pack(precision);
        let width = self.hidden + 3;
        let blank = vec![-7.0; self.batch * self.steps * width];
        let sequences = SequenceBatch {
            input: &self.input,
            visible: self.visible.as_deref(),
            batch: self.batch,
            steps: self.steps,
            reversed: self.reversed,
        };
        for name in ["portable", "SSE2", "AVX2"] {
            let mut states = blank.clone();
            let [mut hidden, mut cell] = self.start.clone();
            let mut ran = false;
            match &layer.weights {
                PackedWeights::Float32(weights) => {
                    ran = walk_on(name, &layer, weights, sequences, &mut hidden, &mut cell, &mut states);
                }
                PackedWeights::Integer16(weights) => {
                    ran |= walk_on(name, &layer, weights, sequences, &mut hidden, &mut cell, &mut states);
                }
            }
            if !ran {
                continue;
            }
            let mut own = Vec::new();
            for (row, columns) in states.chunks_exact(width).enumerate() {
                assert!(columns[..2].iter().chain(&columns[width - 1..]).all(|value| *value == -7.0), "{name}");
                let shown = self.visible.as_ref().is_none_or(|visible| visible[row] != 0.0);
                assert!(shown || columns.iter().all(|value| *value == -7.0), "{name}: a hidden step was written");
                own.extend(columns[2..width - 1].iter().map(|value| if shown { *value } else { 0.0 }));
            }
            then(name, [own, hidden, cell]);
        }
    }
}

/// Whether this machine has such vectors.
fn walk_on<T: Number>(
    wanted: &str,
    layer: &PackedLstm,
    weights: &GateWeights<T>,
    sequences: SequenceBatch,
    hidden: &mut [f32],
    cell: &mut [f32],
    states: &mut [f32],
) -> bool {
    struct Only<'a, T>(Option<Walk<'a, T>>);
    impl<T: Number> VectorKernel for Only<'_, T> {
        type Output = bool;
        #[inline(always)]
        unsafe fn run<V: Vectors>(self) -> bool {
            let Some(walk) = self.0 else { return false };
            // SAFETY: the caller's.
            unsafe { walk.run::<V>() };
            true
        }
    }
    let width = layer.hidden + 3;
    let mut walk =
        Some(Walk { layer, weights, sequences, hidden, cell, columns: StateColumns { states, offset: 2, width } });
    let mut ran = false;
    run_on_each(|name| Only(if name == wanted { walk.take() } else { None }), |_, this| ran |= this);
    ran
}

fn largest(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter()
        .zip(b)
        .map(|(a, b)| if a == b { 0.0 } else { (a - b).abs() })
        .fold(0.0, |most, d| if d.is_nan() { d } else { most.max(d) })
}

const SHAPES: [[usize; 4]; 9] = [
    [1, 1, 1, 1],
    [3, 5, 2, 4],
    [8, 8, 3, 7],
    [7, 9, 1, 12],
    [128, 16, 5, 3],
    [33, 31, 4, 9],
    [206, 96, 1, 20],
    [128, 192, 3, 15],
    [384, 100, 2, 30],
];

#[test]
fn every_shape_is_what_plain_loops_give() {
    for shape in SHAPES {
        for (reversed, masked) in [(false, false), (true, false), (false, true), (true, true)] {
            let case = Case::new(shape, reversed, masked);
            let expected = case.plain();
            // Where many inputs meet few cells, whose weights are larger, there is more to round.
            let rounded = 1e-4 * (1.0 + shape[0] as f32 / shape[1] as f32 / 8.0);
            for (precision, within) in [(Precision::Float32, 2e-6), (Precision::Integer16, rounded)] {
                case.packed(precision, |name, outcome| {
                    // A cell's state may grow with every step, and its rounding with it.
                    for (found, (expected, by)) in outcome.iter().zip(expected.iter().zip([1.0, 1.0, 5.0])) {
                        let off = largest(found, expected);
                        assert!(off < within * by, "{shape:?} {precision:?} {name} reversed {reversed}: off by {off}");
                    }
                });
            }
        }
    }
}

#[test]
fn every_kind_of_vectors_gives_nearly_the_same() {
    let case = Case::new([130, 50, 3, 20], false, true);
    for precision in [Precision::Float32, Precision::Integer16] {
        let mut outcomes = Vec::new();
        case.packed(precision, |name, outcome| outcomes.push((name, outcome)));
        assert!(cfg!(not(target_arch = "x86_64")) || outcomes.len() >= 2);
        // Integers that are rounded the other way are a step of 1/12000 apart.
        let within = if precision == Precision::Float32 { 2e-6 } else { 1e-4 };
        for (name, outcome) in &outcomes[1..] {
            assert!(largest(&outcome[0], &outcomes[0].1[0]) < within, "{name} {precision:?}");
        }
    }
}

#[test]
fn weights_that_are_no_numbers_stay_floats_and_show() {
    for odd in [f32::NAN, f32::INFINITY] {
        let mut case = Case::new([6, 10, 1, 3], false, false);
        case.weights[1][17] = odd;
        let layer = case.pack(Precision::Integer16);
        assert!(matches!(layer.weights, PackedWeights::Float32(_)));
        case.packed(Precision::Integer16, |name, [states, ..]| {
            // Cell 1's input gate.
            assert!(odd.is_infinite() || states[1].is_nan(), "{name}");
            assert!(states[0].is_finite(), "{name}");
        });
    }
}

#[test]
fn inputs_that_are_no_numbers_are_not_hidden_by_integers() {
    for odd in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut case = Case::new([6, 10, 2, 3], false, false);
        case.input[7] = odd;
        case.packed(Precision::Integer16, |name, [states, ..]| {
            assert!(states[..10].iter().all(|value| value.is_finite()), "{name}");
            assert!(states[10..20].iter().all(|value| value.is_nan()), "{name}: {:?}", &states[10..20]);
            assert!(states[30..].iter().all(|value| value.is_finite()), "{name}: the other sequence");
        });
    }
}

#[test]
fn inputs_of_any_size_have_units_of_their_own() {
    let mut case = Case::new([40, 24, 1, 6], false, false);
    for (step, by) in [1e-38, 1e-20, 1e-3, 1.0, 30.0, 0.0].into_iter().enumerate() {
        case.input[step * 40..][..40].iter_mut().for_each(|value| *value *= by);
    }
    let expected = case.plain();
    case.packed(Precision::Integer16, |name, outcome| {
        // The step with inputs of 60 has sums that are off in proportion.
        assert!(largest(&outcome[0][..24 * 4], &expected[0][..24 * 4]) < 1e-4, "{name}");
        assert!(largest(&outcome[0], &expected[0]) < 3e-3, "{name}");
    });
}

#[test]
fn integers_start_only_from_what_they_can_say() {
    let case = Case::new([4, 8, 1, 2], false, false);
    let layer = case.pack(Precision::Integer16);
    assert!(layer.starts_from(&[1.0, -1.0, 0.0]));
    for odd in [1.1, -40.0, f32::NAN, f32::INFINITY] {
        assert!(!layer.starts_from(&[0.0, odd]));
        assert!(case.pack(Precision::Float32).starts_from(&[0.0, odd]));
    }
}

#[test]
fn a_long_batch_is_projected_piece_by_piece() {
    // 9 × 4 × 2048 gates: more than are held at a time after a few steps.
    let case = Case::new([2, 500, 9, 20], true, true);
    let expected = case.plain();
    case.packed(Precision::Float32, |name, outcome| assert!(largest(&outcome[0], &expected[0]) < 2e-6, "{name}"));
}
