//! When WebGPU joins: after what the visitor looks at, and only where it can be the better engine.

use crate::app::model::State;
use crate::app::model::async_value::AsyncValue;
use crate::app::model::engine_selection::{EnginePreference, EngineSelection, EngineStatus, SelectionReason};
use crate::app::model::pad_content::PadContent;
use crate::app::model::prediction::PredictionStatus;
use crate::app::model::startup::WebGpuSupport;
use crate::app::model::user_data::task::TaskInput;
use crate::protocol::EngineKind;

impl State {
    /// Whether to start WebGPU now.
    pub(super) fn should_start_gpu(&self) -> bool {
        self.gpu.info == AsyncValue::NotRequested && self.view_is_served() && self.should_run(EngineKind::Gpu)
    }

    /// Whether an engine should be ready.
    pub(super) fn should_run(&self, kind: EngineKind) -> bool {
        if kind == EngineKind::Cpu || matches!(self.cpu.info, AsyncValue::Failed(_)) {
            return true;
        }
        match self.engine_preference {
            EnginePreference::Only(wish) => wish == kind,
            EnginePreference::Auto => self.webgpu == WebGpuSupport::Available && !self.saves_data,
        }
    }

    /// Whether to ask the browser for an adapter, which decides whether WebGPU starts by itself.
    pub fn should_request_adapter(&self) -> bool {
        self.webgpu == WebGpuSupport::Unknown
            && self.gpu.info == AsyncValue::NotRequested
            && self.engine_preference == EnginePreference::Auto
            && !self.saves_data
            && self.view_is_served()
    }

    /// Whether the model that the visitor looks at has answered, or never will: before that, nothing else takes its bytes.
    fn view_is_served(&self) -> bool {
        let done = |model: &str| matches!(self.cpu.status(model), EngineStatus::Ready { .. } | EngineStatus::Failed(_));
        let waits = self.pad != PadContent::Empty
            && self.prediction_status() == PredictionStatus::Pending
            && self.engine_selection.engine == Some(EngineKind::Cpu);
        match self.page.task().map(|task| task.input()) {
            Some(TaskInput::Text) => done(&self.summaries.model),
            Some(TaskInput::Drawing) => done(self.model()) && !waits,
            None => done(self.model()),
        }
    }

    /// The browser was asked for an adapter.
    pub(super) fn on_adapter_found(&mut self, found: WebGpuSupport) {
        self.webgpu = found;
        if found == WebGpuSupport::Refused && self.gpu.info == AsyncValue::NotRequested {
            let why = "The browser gives this page no graphics adapter, so the models run on the CPU.";
            self.gpu.disable(why.into());
        }
    }

    /// A selection with the reason why WebGPU was not even downloaded, if it was left out.
    pub(super) fn with_left_out_reason(&self, selection: EngineSelection) -> EngineSelection {
        let left_out = selection.reason == SelectionReason::OnlyOneReady(EngineKind::Cpu)
            && self.gpu.info == AsyncValue::NotRequested;
        let reason = match self.webgpu {
            WebGpuSupport::SoftwareOnly if left_out => SelectionReason::SoftwareAdapter,
            WebGpuSupport::Unknown | WebGpuSupport::Available if left_out && self.saves_data => {
                SelectionReason::SavesData
            }
            _ => return selection,
        };
        EngineSelection { reason, ..selection }
    }
}
