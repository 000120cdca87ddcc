//! Watchdog: reply timeouts, and which replies count as proof of health.

use crate::app::model::State;
use crate::app::model::engine_worker::HEALTHY_AFTER_REPLIES;
use crate::app::model::user_data::training_run::TrainingRun;
use crate::protocol::{CheckpointStatus, EngineKind, Reply, RunState};

/// How long a worker may be silent while a reply is due, in milliseconds. A worker that hangs, or whose wasm did not start,
/// sends no error.
const REPLY_TIMEOUT_MS: i32 = 90_000;

/// The same between two training steps.
const STEP_TIMEOUT_MS: i32 = 30_000;

impl State {
    /// The timeout of an engine's next message in milliseconds; none where no message is due.
    pub(in crate::app) fn reply_timeout(&self, kind: EngineKind) -> Option<i32> {
        let worker = self.engine(kind);
        let learns = match &self.user_data.training {
            TrainingRun::Running(running)
                if running.engine == (kind, worker.generation) && running.rest == RunState::GoOn =>
            {
                // Between two steps it reports several times a second, on the slowest adapter every few seconds.
                let measures = running.measuring.is_some() || running.finishing;
                let steps = !measures && running.latest.as_ref().is_some_and(|step| step.done < step.steps);
                Some(if steps { STEP_TIMEOUT_MS } else { REPLY_TIMEOUT_MS })
            }
            _ => None,
        };
        let works = worker.awaits_reply().then_some(REPLY_TIMEOUT_MS);
        [learns, works].into_iter().flatten().min()
    }
}

/// What a reply counts as proof of health.
pub(super) fn health_credit(reply: &Reply) -> u32 {
    match reply {
        Reply::Learning(step) if step.kept == CheckpointStatus::Yes => HEALTHY_AFTER_REPLIES,
        Reply::Classified(_) | Reply::Learning(_) | Reply::Summarized(_) => 1,
        _ => 0,
    }
}
