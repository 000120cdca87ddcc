//! What can be measured, and how.

use std::collections::HashMap;

use burn::tensor::{Device, ExecutionError, TensorData};
use serde::{Deserialize, Serialize};

use super::{
    cnn::{Forward, Training},
    lstm::Recurrent,
};

/// Untimed runs before the first timed one: they compile kernels and lay out memory.
const WARM_UP: u32 = 2;
/// More runs than anybody waits for.
const MOST_RUNS: u32 = 10_000;

/// The work that this project and its peers are timed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub enum Work {
    /// The seed's network reads one image.
    #[serde(rename = "cnn-1")]
    Cnn1,
    /// The seed's network reads a batch of 64 images.
    #[serde(rename = "cnn-64")]
    Cnn64,
    /// The seed's network learns from a batch of 32 images: cross-entropy, Adam.
    #[serde(rename = "cnn-train-32")]
    CnnTrain32,
    /// A bidirectional LSTM, 128 → 2×256, over 64 tokens.
    #[serde(rename = "bilstm-64")]
    Bilstm64,
    /// The same over 400 tokens.
    #[serde(rename = "bilstm-400")]
    Bilstm400,
    /// 16 greedy steps of a decoder with attention over 64 states, and 10,000 words.
    #[serde(rename = "decode-16")]
    Decode16,
    /// A batch of 16 sequences of 64 tokens through the bidirectional LSTM.
    #[serde(rename = "bilstm-16x64")]
    Bilstm16x64,
    /// One direction over 64 tokens.
    #[serde(rename = "lstm-64")]
    Lstm64,
    /// The same by `burn::nn::Lstm`.
    #[serde(rename = "burn-lstm-64")]
    BurnLstm64,
}

/// What a measurement found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Milliseconds of each run, in their order.
    pub times: Vec<f64>,
    /// The sum of the last run's result.
    pub check: f64,
}

/// A device, and the works that are built on it so far.
pub struct Bench {
    device: Device,
    tasks: HashMap<Work, Task>,
}

impl Bench {
    /// Nothing is built yet.
    pub fn new(device: Device) -> Self {
        Self { device, tasks: HashMap::new() }
    }

    /// The device.
    pub fn device(&self) -> &Device {
        &self.device
    }

    /// Times a work by a clock of milliseconds; builds it and warms it up if it was not measured before.
    ///
    /// # Errors
    /// A sentence: the work cannot be built, or the device failed.
    pub async fn measure(&mut self, work: Work, runs: u32, now: impl Fn() -> f64) -> Result<Measured, String> {
        let failed = |error: ExecutionError| format!("The device failed while it computed: {error}");
        if !self.tasks.contains_key(&work) {
            let mut task = Task::new(work, &self.device)?;
            for _ in 0..WARM_UP {
                task.run().await.map_err(failed)?;
            }
            self.tasks.insert(work, task);
        }
        let task = self.tasks.get_mut(&work).ok_or("The work that was just built is gone.")?;
        let (mut times, mut check) = (Vec::new(), 0.0);
        for _ in 0..runs.clamp(1, MOST_RUNS) {
            let start = now();
            check = task.run().await.map_err(failed)?;
            times.push(now() - start);
        }
        Ok(Measured { times, check })
    }
}

/// A work on a device, ready to run.
#[allow(clippy::large_enum_variant, reason = "there are a few of them")]
enum Task {
    Forward(Forward),
    Training(Training),
    Recurrent(Recurrent),
}

impl Task {
    fn new(work: Work, device: &Device) -> Result<Self, String> {
        Ok(match work {
            Work::Cnn1 => Self::Forward(Forward::new(1, device)?),
            Work::Cnn64 => Self::Forward(Forward::new(64, device)?),
            Work::CnnTrain32 => Self::Training(Training::new(32, device)?),
            _ => Self::Recurrent(Recurrent::new(work, device)?),
        })
    }

    /// Does the work once and reads its result; the sum of that.
    async fn run(&mut self) -> Result<f64, ExecutionError> {
        match self {
            Self::Forward(forward) => forward.run().await,
            Self::Training(training) => training.run().await,
            Self::Recurrent(recurrent) => recurrent.run().await,
        }
    }
}

/// The sum of a result's values.
pub(super) fn sum(data: &TensorData) -> f64 {
    data.iter::<f64>().sum()
}

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    fn measure(bench: &mut Bench, work: Work, runs: u32) -> Result<Measured, String> {
        pollster::block_on(bench.measure(work, runs, || 0.0))
    }

    #[test]
    fn a_measurement_has_a_time_for_each_run_and_a_finite_check() {
        let mut bench = Bench::new(Device::flex());
        let measured = measure(&mut bench, Work::Cnn1, 3).unwrap();
        assert_eq!(measured.times.len(), 3);
        assert!(measured.check.is_finite());
        assert_eq!(measure(&mut bench, Work::Cnn1, 0).unwrap().times.len(), 1);
    }

    #[test]
    fn steps_of_training_lower_the_loss() {
        let mut bench = Bench::new(Device::flex());
        let first = measure(&mut bench, Work::CnnTrain32, 1).unwrap().check;
        let later = measure(&mut bench, Work::CnnTrain32, 10).unwrap().check;
        assert!(later < first && later > 0.0, "{first} then {later}");
    }
}
