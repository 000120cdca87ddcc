//! Engine selection: which engine runs, and why. One pure function.

use crate::protocol::{AdapterKind, EngineKind};

/// Milliseconds of one frame at 60 Hz. An engine that answers within a frame keeps up with the pen, whatever the other one does.
const FRAME_MS: f64 = 16.0;

/// The engine that the visitor prefers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EnginePreference {
    /// The better one, by measurement.
    #[default]
    Auto,
    /// This one, if it works at all.
    Only(EngineKind),
}

impl EnginePreference {
    /// The preference as it is written in URLs, in storage and in the form.
    pub fn as_attribute(self) -> &'static str {
        match self {
            EnginePreference::Auto => "auto",
            EnginePreference::Only(EngineKind::Cpu) => "cpu",
            EnginePreference::Only(EngineKind::Gpu) => "gpu",
        }
    }

    /// Parses [`EnginePreference::as_attribute`].
    pub fn from_attribute(word: &str) -> Option<EnginePreference> {
        [EnginePreference::Auto, EnginePreference::Only(EngineKind::Cpu), EnginePreference::Only(EngineKind::Gpu)]
            .into_iter()
            .find(|w| w.as_attribute() == word)
    }
}

/// Status of an engine with the selected model.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineStatus {
    /// Not started.
    Off,
    /// Starting its worker, starting its device or loading the model.
    Starting,
    /// It has passed its self-test.
    Ready {
        /// The kind of adapter that it runs on.
        adapter: AdapterKind,
        /// The median time of one prediction.
        median_ms: f64,
    },
    /// It does not work; a sentence with the reason.
    Failed(String),
}

/// The selected engine, with the reason.
#[derive(Clone, Debug, PartialEq)]
pub struct EngineSelection {
    /// None while no engine is ready.
    pub engine: Option<EngineKind>,
    /// Why this engine was selected.
    pub reason: SelectionReason,
}

/// Why an engine was selected.
#[derive(Clone, Debug, PartialEq)]
pub enum SelectionReason {
    /// No engine is ready yet.
    Waiting,
    /// No engine works; the sentence of the last one that failed.
    NoEngineWorks(String),
    /// The visitor chose it.
    Preferred(EngineKind),
    /// The visitor chose the other one, which is still starting.
    PreferredStarting(EngineKind),
    /// The visitor chose the other one, which does not work.
    PreferredFailed(EngineKind, String),
    /// The other one is not ready yet.
    OnlyOneReady(EngineKind),
    /// The other one does not work.
    OtherFailed(EngineKind, String),
    /// WebGPU is faster: milliseconds of WebGPU and of the CPU.
    GpuFaster(f64, f64),
    /// WebGPU is not faster, but answers within a frame and leaves the processor free: milliseconds of WebGPU.
    GpuWithinFrame(f64),
    /// The graphics adapter is software, so the CPU does the work either way.
    SoftwareAdapter,
    /// The browser asks pages to save data, so WebGPU is not downloaded by itself.
    SavesData,
    /// WebGPU takes longer than a frame and longer than the CPU: milliseconds of WebGPU and of the CPU.
    GpuSlower(f64, f64),
}

/// Selects the engine that classifies. WebGPU on a hardware adapter is the default once it has passed its self-test and answers
/// within a frame or faster than the CPU. The CPU stays the default where the adapter is software or clearly slower. A
/// preference is followed unless that engine does not work.
pub fn select_engine(wish: EnginePreference, cpu: &EngineStatus, gpu: &EngineStatus) -> EngineSelection {
    select(wish, cpu, gpu, FRAME_MS)
}

/// Selects the engine for jobs that take longer than a frame on either: as [`select_engine`], but WebGPU must be the faster one.
pub fn select_fastest(wish: EnginePreference, cpu: &EngineStatus, gpu: &EngineStatus) -> EngineSelection {
    select(wish, cpu, gpu, 0.0)
}

/// Selects an engine. Within `soon_ms`, WebGPU is fast enough even where the CPU is faster.
fn select(wish: EnginePreference, cpu: &EngineStatus, gpu: &EngineStatus, soon_ms: f64) -> EngineSelection {
    use EngineKind::{Cpu, Gpu};
    use EngineStatus::{Failed, Ready};

    let of = |kind| if kind == Cpu { cpu } else { gpu };
    let other = |kind| if kind == Cpu { Gpu } else { Cpu };
    let answer = |engine, reason| EngineSelection { engine: Some(engine), reason };

    if let EnginePreference::Only(wished) = wish {
        return match (of(wished), of(other(wished))) {
            (Ready { .. }, _) => answer(wished, SelectionReason::Preferred(wished)),
            (Failed(why), Ready { .. }) => answer(other(wished), SelectionReason::PreferredFailed(wished, why.clone())),
            (_, Ready { .. }) => answer(other(wished), SelectionReason::PreferredStarting(wished)),
            (Failed(why), Failed(_)) => {
                EngineSelection { engine: None, reason: SelectionReason::NoEngineWorks(why.clone()) }
            }
            _ => EngineSelection { engine: None, reason: SelectionReason::Waiting },
        };
    }
    match (cpu, gpu) {
        (Ready { median_ms: cpu_ms, .. }, Ready { adapter, median_ms: gpu_ms }) => {
            let (cpu_ms, gpu_ms) = (*cpu_ms, *gpu_ms);
            if *adapter != AdapterKind::Hardware {
                answer(Cpu, SelectionReason::SoftwareAdapter)
            } else if gpu_ms < cpu_ms {
                answer(Gpu, SelectionReason::GpuFaster(gpu_ms, cpu_ms))
            } else if gpu_ms <= soon_ms {
                answer(Gpu, SelectionReason::GpuWithinFrame(gpu_ms))
            } else {
                answer(Cpu, SelectionReason::GpuSlower(gpu_ms, cpu_ms))
            }
        }
        (Ready { .. }, Failed(why)) => answer(Cpu, SelectionReason::OtherFailed(Gpu, why.clone())),
        (Ready { .. }, _) => answer(Cpu, SelectionReason::OnlyOneReady(Cpu)),
        (Failed(why), Ready { .. }) => answer(Gpu, SelectionReason::OtherFailed(Cpu, why.clone())),
        (_, Ready { .. }) => answer(Gpu, SelectionReason::OnlyOneReady(Gpu)),
        (Failed(why), Failed(_)) => {
            EngineSelection { engine: None, reason: SelectionReason::NoEngineWorks(why.clone()) }
        }
        _ => EngineSelection { engine: None, reason: SelectionReason::Waiting },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use EngineKind::{Cpu, Gpu};

    fn cpu(median_ms: f64) -> EngineStatus {
        EngineStatus::Ready { adapter: AdapterKind::Processor, median_ms }
    }

    fn gpu(median_ms: f64) -> EngineStatus {
        EngineStatus::Ready { adapter: AdapterKind::Hardware, median_ms }
    }

    fn failed() -> EngineStatus {
        EngineStatus::Failed("This browser has no WebGPU.".into())
    }

    #[test]
    fn hardware_within_a_frame_is_the_default_even_when_the_cpu_is_faster() {
        assert_eq!(select_engine(EnginePreference::Auto, &cpu(1.0), &gpu(FRAME_MS)).engine, Some(Gpu));
        assert_eq!(
            select_engine(EnginePreference::Auto, &cpu(1.0), &gpu(3.0)).reason,
            SelectionReason::GpuWithinFrame(3.0)
        );
    }

    #[test]
    fn hardware_slower_than_a_frame_must_beat_the_cpu() {
        assert_eq!(
            select_engine(EnginePreference::Auto, &cpu(30.0), &gpu(20.0)).reason,
            SelectionReason::GpuFaster(20.0, 30.0)
        );
        assert_eq!(select_engine(EnginePreference::Auto, &cpu(5.0), &gpu(16.1)).engine, Some(Cpu));
        assert_eq!(
            select_engine(EnginePreference::Auto, &cpu(5.0), &gpu(16.1)).reason,
            SelectionReason::GpuSlower(16.1, 5.0)
        );
    }

    #[test]
    fn what_takes_long_goes_to_the_faster_one() {
        assert_eq!(select_fastest(EnginePreference::Auto, &cpu(1.0), &gpu(3.0)).engine, Some(Cpu));
        assert_eq!(select_fastest(EnginePreference::Auto, &cpu(30.0), &gpu(20.0)).engine, Some(Gpu));
        assert_eq!(select_fastest(EnginePreference::Only(Gpu), &cpu(1.0), &gpu(3.0)).engine, Some(Gpu));
    }

    #[test]
    fn a_software_adapter_never_wins_by_itself() {
        let software = EngineStatus::Ready { adapter: AdapterKind::Software, median_ms: 0.1 };
        assert_eq!(select_engine(EnginePreference::Auto, &cpu(9.0), &software).engine, Some(Cpu));
        assert_eq!(select_engine(EnginePreference::Only(Gpu), &cpu(9.0), &software).engine, Some(Gpu));
    }

    #[test]
    fn the_cpu_answers_until_webgpu_is_ready_and_after_it_fails() {
        assert_eq!(
            select_engine(EnginePreference::Auto, &cpu(1.0), &EngineStatus::Starting).reason,
            SelectionReason::OnlyOneReady(Cpu)
        );
        let left = select_engine(EnginePreference::Auto, &cpu(1.0), &failed());
        assert_eq!(left.engine, Some(Cpu));
        assert!(matches!(left.reason, SelectionReason::OtherFailed(Gpu, why) if why.contains("no WebGPU")));
    }

    #[test]
    fn a_wish_is_granted_unless_it_cannot_be() {
        assert_eq!(select_engine(EnginePreference::Only(Cpu), &cpu(90.0), &gpu(1.0)).engine, Some(Cpu));
        assert_eq!(select_engine(EnginePreference::Only(Gpu), &cpu(1.0), &gpu(90.0)).engine, Some(Gpu));
        assert_eq!(
            select_engine(EnginePreference::Only(Gpu), &cpu(1.0), &EngineStatus::Starting).reason,
            SelectionReason::PreferredStarting(Gpu)
        );
        let refused = select_engine(EnginePreference::Only(Gpu), &cpu(1.0), &failed());
        assert_eq!(refused.engine, Some(Cpu));
        assert!(matches!(refused.reason, SelectionReason::PreferredFailed(Gpu, _)));
    }

    #[test]
    fn without_any_engine_nobody_answers() {
        assert_eq!(
            select_engine(EnginePreference::Auto, &EngineStatus::Starting, &EngineStatus::Off).reason,
            SelectionReason::Waiting
        );
        assert_eq!(
            select_engine(EnginePreference::Auto, &failed(), &EngineStatus::Starting).reason,
            SelectionReason::Waiting
        );
        assert!(matches!(
            select_engine(EnginePreference::Auto, &failed(), &failed()).reason,
            SelectionReason::NoEngineWorks(_)
        ));
        assert_eq!(select_engine(EnginePreference::Auto, &failed(), &gpu(90.0)).engine, Some(Gpu));
    }

    #[test]
    fn words_read_back() {
        for wish in [EnginePreference::Auto, EnginePreference::Only(Cpu), EnginePreference::Only(Gpu)] {
            assert_eq!(EnginePreference::from_attribute(wish.as_attribute()), Some(wish));
        }
        assert_eq!(EnginePreference::from_attribute("tpu"), None);
    }
}
