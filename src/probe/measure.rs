//! What can be measured, and how.

use std::collections::HashMap;

use burn::tensor::{Device, ExecutionError};
use serde::Serialize;

use super::{
    Benchmark,
    cnn::{ConvForwardBench, ConvTrainingBench},
    lstm::Recurrent,
};

/// Untimed runs before the first timed one: they compile kernels and lay out memory.
const WARM_UP: u32 = 2;
/// More runs than anybody waits for.
const MOST_RUNS: u32 = 10_000;

/// What a measurement found.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BenchmarkResult {
    /// Milliseconds of each run, in their order.
    pub times: Vec<f64>,
    /// The sum of the last run's result.
    pub check: f64,
}

/// A device, and the works that are built on it so far.
pub struct BenchRunner {
    device: Device,
    tasks: HashMap<Benchmark, BenchTask>,
}

impl BenchRunner {
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
    pub async fn measure(
        &mut self,
        work: Benchmark,
        runs: u32,
        now: impl Fn() -> f64,
    ) -> Result<BenchmarkResult, String> {
        let failed = |error: ExecutionError| format!("The device failed while it computed: {error}");
        if !self.tasks.contains_key(&work) {
            let mut task = BenchTask::new(work, &self.device)?;
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
        Ok(BenchmarkResult { times, check })
    }
}

/// A work on a device, ready to run.
#[allow(clippy::large_enum_variant, reason = "there are a few of them")]
enum BenchTask {
    Forward(ConvForwardBench),
    Training(ConvTrainingBench),
    Recurrent(Recurrent),
}

impl BenchTask {
    fn new(work: Benchmark, device: &Device) -> Result<Self, String> {
        Ok(match work {
            Benchmark::Cnn1 => Self::Forward(ConvForwardBench::new(1, device)?),
            Benchmark::Cnn64 => Self::Forward(ConvForwardBench::new(64, device)?),
            Benchmark::CnnTrain32 => Self::Training(ConvTrainingBench::new(32, device)?),
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

#[cfg(all(test, feature = "cli"))]
mod tests {
    use super::*;

    fn measure(bench: &mut BenchRunner, work: Benchmark, runs: u32) -> Result<BenchmarkResult, String> {
        pollster::block_on(bench.measure(work, runs, || 0.0))
    }

    #[test]
    fn a_measurement_has_a_time_for_each_run_and_a_finite_check() {
        let mut bench = BenchRunner::new(Device::flex());
        let measured = measure(&mut bench, Benchmark::Cnn1, 3).unwrap();
        assert_eq!(measured.times.len(), 3);
        assert!(measured.check.is_finite());
        assert_eq!(measure(&mut bench, Benchmark::Cnn1, 0).unwrap().times.len(), 1);
    }

    #[test]
    fn steps_of_training_lower_the_loss() {
        let mut bench = BenchRunner::new(Device::flex());
        let first = measure(&mut bench, Benchmark::CnnTrain32, 1).unwrap().check;
        let later = measure(&mut bench, Benchmark::CnnTrain32, 10).unwrap().check;
        assert!(later < first && later > 0.0, "{first} then {later}");
    }
}
