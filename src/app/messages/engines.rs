//! Messages about the engines: which one runs, why, and how far it is.

use super::format::{capitalize, milliseconds, sentence};
use crate::app::model::async_value::Progress;
use crate::app::model::engine_selection::SelectionReason;
use crate::protocol::{Activity, AdapterKind, EngineKind};

/// The name of an engine.
pub fn engine_name(kind: EngineKind) -> &'static str {
    match kind {
        EngineKind::Cpu => "CPU",
        EngineKind::Gpu => "WebGPU",
    }
}

/// The kind of an adapter.
pub fn adapter_kind(kind: AdapterKind) -> &'static str {
    match kind {
        AdapterKind::Processor => "processor",
        AdapterKind::Hardware => "graphics adapter",
        AdapterKind::Software => "software adapter",
    }
}

/// Why an engine was selected.
pub fn selection_reason(reason: &SelectionReason) -> String {
    match reason {
        SelectionReason::Waiting => "The engine is on its way.".into(),
        SelectionReason::NoEngineWorks(why) => format!("No engine works here. {}", sentence(why)),
        SelectionReason::Preferred(kind) => format!("You chose {}.", engine_with_article(*kind)),
        SelectionReason::PreferredStarting(kind) => {
            format!("You chose {}, which is on its way; until then the other one answers.", engine_with_article(*kind))
        }
        SelectionReason::PreferredFailed(kind, why) => {
            format!("You chose {}, which does not work here: {}", engine_with_article(*kind), sentence(why))
        }
        SelectionReason::OnlyOneReady => "It was the first to be ready.".into(),
        SelectionReason::OtherFailed(kind, why) => {
            format!("{} is out: {}", capitalize(engine_with_article(*kind)), sentence(why))
        }
        SelectionReason::GpuFaster(gpu, cpu) => {
            format!("WebGPU is the faster one here: {} against {}.", milliseconds(*gpu), milliseconds(*cpu))
        }
        SelectionReason::GpuWithinFrame(gpu) => {
            format!("WebGPU answers within a frame ({}) and leaves the processor free.", milliseconds(*gpu))
        }
        SelectionReason::SoftwareAdapter => {
            "WebGPU runs on a software adapter here, which is the processor again.".into()
        }
        SelectionReason::GpuSlower(gpu, cpu) => {
            format!("WebGPU is slower here: {} against {}.", milliseconds(*gpu), milliseconds(*cpu))
        }
    }
}

pub fn engine_with_article(kind: EngineKind) -> &'static str {
    match kind {
        EngineKind::Cpu => "the CPU",
        EngineKind::Gpu => "WebGPU",
    }
}

/// The progress of a load.
pub fn load_progress(progress: &Progress) -> String {
    let doing = match progress.doing {
        None => "Starting",
        Some(Activity::Fetching) => "Fetching",
        Some(Activity::Checking) => "Checking",
        Some(Activity::WarmingUp) => "Warming up",
        Some(Activity::Timing) => "Timing",
        Some(Activity::Measuring) => "Measuring",
        Some(Activity::Reading) => "Reading",
    };
    match progress.share() {
        Some(share) => format!("{doing}, {:.0}%", share * 100.0),
        None => format!("{doing}…"),
    }
}

/// The reason of a selection where it is a failure.
pub fn selection_fault(why: &SelectionReason) -> Option<String> {
    matches!(
        why,
        SelectionReason::PreferredFailed(..) | SelectionReason::OtherFailed(..) | SelectionReason::NoEngineWorks(_)
    )
    .then(|| selection_reason(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_once() {
        assert_eq!(sentence("no adapter "), "no adapter.");
        assert_eq!(sentence("No adapter."), "No adapter.");
        assert!(
            selection_reason(&SelectionReason::OtherFailed(EngineKind::Gpu, "No adapter".into()))
                .ends_with("No adapter.")
        );
    }
}
