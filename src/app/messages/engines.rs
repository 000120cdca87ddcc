//! Messages about the engines: which one runs, why, and how far it is.

use super::format::{capitalize, milliseconds, sentence};
use crate::app::model::async_value::{AsyncValue, Progress};
use crate::app::model::engine_selection::SelectionReason;
use crate::app::model::engine_worker::EngineWorker;
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
        AdapterKind::Hardware => "graphics card",
        AdapterKind::Software => "software rendering",
    }
}

/// Why an engine was selected.
pub fn selection_reason(reason: &SelectionReason) -> String {
    match reason {
        SelectionReason::Waiting => "The engine is loading.".into(),
        SelectionReason::NoEngineWorks(why) => format!("No engine works in this browser. {}", sentence(why)),
        SelectionReason::Preferred(kind) => format!("You chose {}.", engine_with_article(*kind)),
        SelectionReason::PreferredStarting(kind) => {
            format!(
                "You chose {}, which is still loading; the other engine answers until then.",
                engine_with_article(*kind)
            )
        }
        SelectionReason::PreferredFailed(kind, why) => {
            format!("You chose {}, which does not work in this browser. {}", engine_with_article(*kind), sentence(why))
        }
        SelectionReason::OnlyOneReady(kind) => format!("{} was ready first.", capitalize(engine_with_article(*kind))),
        SelectionReason::OtherFailed(kind, why) => {
            // The engine's own sentence may say so already.
            let other = match kind {
                EngineKind::Cpu => EngineKind::Gpu,
                EngineKind::Gpu => EngineKind::Cpu,
            };
            let why = why.trim();
            if why.contains(engine_name(other)) {
                return sentence(why);
            }
            let bare = why.trim_end_matches('.');
            if bare.contains(", so ") || bare.contains(". ") {
                return format!("{} {} answers.", sentence(why), capitalize(engine_with_article(other)));
            }
            format!("{bare}, so {} answers.", engine_with_article(other))
        }
        SelectionReason::GpuFaster(gpu, cpu) => {
            format!("WebGPU is faster here: {} compared with {}.", milliseconds(*gpu), milliseconds(*cpu))
        }
        SelectionReason::GpuWithinFrame(gpu) => {
            format!("WebGPU answers within one frame ({}) and leaves the processor free.", milliseconds(*gpu))
        }
        SelectionReason::SoftwareAdapter => {
            "WebGPU has no graphics card here and would run on the processor too, so the CPU engine answers.".into()
        }
        SelectionReason::SavesData => {
            "Your browser is set to save data, so WebGPU is not downloaded until you choose it. The CPU answers.".into()
        }
        SelectionReason::GpuSlower(gpu, cpu) => {
            format!("WebGPU is slower here: {} compared with {}.", milliseconds(*gpu), milliseconds(*cpu))
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
        Some(Activity::Fetching) => "Downloading",
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

/// How far an engine and its model are, while they load; nothing where they do not.
pub fn loading_line(worker: &EngineWorker, model: &str) -> String {
    let (what, progress) = match (&worker.info, worker.model(model)) {
        (AsyncValue::Loading(progress), _) => ("Engine", progress),
        (AsyncValue::Ready(_), AsyncValue::Loading(progress)) => ("Model", progress),
        _ => return String::new(),
    };
    format!("{what}: {}", load_progress(progress).to_lowercase())
}

/// The reason of a selection where the engine that the visitor wants fails. One that is merely missing is explained in the engine
/// panel, once.
pub fn selection_fault(why: &SelectionReason) -> Option<String> {
    matches!(why, SelectionReason::PreferredFailed(..) | SelectionReason::NoEngineWorks(_))
        .then(|| selection_reason(why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_end_once() {
        assert_eq!(sentence("no adapter "), "no adapter.");
        assert_eq!(sentence("No adapter."), "No adapter.");
        let failed = |why: &str| selection_reason(&SelectionReason::OtherFailed(EngineKind::Gpu, why.into()));
        assert_eq!(failed("This browser has no WebGPU."), "This browser has no WebGPU, so the CPU answers.");
        assert_eq!(failed("No adapter, so the models run on the CPU."), "No adapter, so the models run on the CPU.");
    }
}
