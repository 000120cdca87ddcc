//! The state of the page as `data-*` attributes of its outermost element: a contract with tests and with scripts of other
//! people. No other file writes it.
//!
//! | attribute | values | older name | its older values |
//! |---|---|---|---|
//! | `data-page` | the page that is shown: `digits`, `summaries`, `lab` | `data-part` | |
//! | `data-prediction-status` | `empty`, `pending`, or `current` once the prediction belongs to what is on the pad | `data-phase` | `reading`, `settled` |
//! | `data-prediction` | the predicted class or number, as it is written, or nothing | `data-answer` | |
//! | `data-verdict` | `digit`, `number`, `not-a-digit` or `too-little`, or nothing while there is no prediction | | |
//! | `data-predictions-done` | number of predictions shown | `data-jobs-done` | |
//! | `data-engine`, `data-model` | the engine that classifies (`cpu`, `gpu` or nothing) and the selected model | | |
//! | `data-cpu-status`, `data-gpu-status` | `not-requested`, `loading`, `ready` (with the selected model), `failed` | `data-cpu`, `data-gpu` | `empty` |
//! | `data-digit-corrections`, `data-summary-corrections` | number of corrections | `data-samples`, `data-pairs` | |
//! | `data-versions` | number of the visitor's model versions | | |
//! | `data-versions-evaluated` | number of models evaluated in the last comparison | `data-measured` | |
//! | `data-training` | `idle`, `queued`, `running`, `paused`, `completed`, `failed`, or `other-tab` while another tab trains | `data-learning` | `waiting`, `resting`, `done`, `elsewhere` |
//! | `data-storage` | `loading`, `saving`, `saved` or `failed` | `data-keeping` | `reading`, `writing`, `kept`, `refused` |
//! | `data-summarizer-status` | `not-requested`, `loading`, `ready`, `failed` | `data-summarizer` | `empty` |
//! | `data-summary-engine`, `data-summary-model` | the engine that summarizes, and the selected model | | |
//! | `data-summary-status` | `empty`, `waiting`, `analyzing`, `generating`, `done`, `stopped`, `failed` | `data-summary` | `reading`, `writing` |
//! | `data-summary-lines`, `data-summaries-done` | number of lines so far, and of summaries completed | | |
//! | `data-lab-status` | `idle`, `waiting`, `running`, `done`, `stopped`, `failed` | `data-lab` | |
//! | `data-lab-runs-done` | number of training runs completed in the Lab | `data-labs-done` | |
//! | `data-lab-comparisons` | number of missing-data comparisons shown | `data-lab-measured` | |
//!
//! The older names stay beside the new ones for one release.

use yew::prelude::*;

use crate::app::messages::{digits, user_data};
use crate::app::model::State;
use crate::app::model::user_data::task::Task;
use crate::app::view::digits::verdict_attribute;
use crate::app::view::drop_hover::DropHover;
use crate::protocol::EngineKind;

/// The outermost element of the page, with the state in its attributes.
pub fn page_element(state: &State, hover: DropHover, content: Html) -> Html {
    let page = state.page.as_attribute();
    let phase = state.prediction_status().as_attribute();
    let result = state.prediction.as_ref().map(|answer| &answer.result);
    let prediction = result.map_or_else(String::new, |result| digits::written(state.classifier, result));
    let verdict = result.map_or("", |result| verdict_attribute(result.verdict));
    let predictions = state.predictions_shown.to_string();
    let [cpu, gpu] = [&state.cpu, &state.gpu].map(|engine| engine.as_attribute(state.model()));
    let [digit_corrections, summaries] =
        [Task::Digits, Task::Summaries].map(|task| state.user_data.correction_count(task).to_string());
    let evaluated = state.user_data.comparison.done.len().to_string();
    let training = user_data::training_status_attribute(&state.user_data);
    let storage = user_data::storage_status_attribute(&state.user_data);
    let summarizer = state.summaries.model_attribute();
    let summary = state.summaries.as_attribute();
    let lab = state.lab.as_attribute();
    let lab_runs = state.lab.finished.to_string();
    let lab_comparisons = state.lab.measured.len().to_string();
    html! {
        <div
            class={classes!("page", (hover == DropHover::Over).then_some("drop-here"))}
            data-page={page}
            data-prediction-status={renamed(phase, &[("reading", "pending"), ("settled", "current")])}
            data-prediction={prediction.clone()}
            data-verdict={verdict}
            data-predictions-done={predictions.clone()}
            data-engine={engine_attribute(state.engine_selection.engine)}
            data-model={state.model().to_owned()}
            data-cpu-status={renamed(cpu, &[("empty", "not-requested")])}
            data-gpu-status={renamed(gpu, &[("empty", "not-requested")])}
            data-digit-corrections={digit_corrections.clone()}
            data-summary-corrections={summaries.clone()}
            data-versions={state.user_data.versions.len().to_string()}
            data-versions-evaluated={evaluated.clone()}
            data-training={renamed(training, &[("waiting", "queued"), ("resting", "paused"), ("done", "completed"), ("elsewhere", "other-tab")])}
            data-storage={renamed(storage, &[("reading", "loading"), ("writing", "saving"), ("kept", "saved"), ("refused", "failed")])}
            data-summarizer-status={renamed(summarizer, &[("empty", "not-requested")])}
            data-summary-engine={engine_attribute(state.summaries.engine_selection.engine)}
            data-summary-model={state.summaries.model.clone()}
            data-summary-status={renamed(summary, &[("reading", "analyzing"), ("writing", "generating")])}
            data-summary-lines={state.summaries.summary.as_ref().map_or(0, |run| run.lines.len()).to_string()}
            data-summaries-done={state.summaries.finished.to_string()}
            data-lab-status={lab}
            data-lab-runs-done={lab_runs.clone()}
            data-lab-comparisons={lab_comparisons.clone()}
            data-part={page}
            data-phase={phase}
            data-answer={prediction}
            data-jobs-done={predictions}
            data-cpu={cpu}
            data-gpu={gpu}
            data-samples={digit_corrections}
            data-pairs={summaries}
            data-measured={evaluated}
            data-learning={training}
            data-keeping={storage}
            data-summarizer={summarizer}
            data-summary={summary}
            data-lab={lab}
            data-labs-done={lab_runs}
            data-lab-measured={lab_comparisons}
        >
            { content }
        </div>
    }
}

/// The new word for an older value of an attribute; most values keep their word.
fn renamed(word: &'static str, renames: &[(&str, &'static str)]) -> &'static str {
    renames.iter().find(|(old, _)| *old == word).map_or(word, |(_, new)| new)
}

fn engine_attribute(engine: Option<EngineKind>) -> &'static str {
    match engine {
        Some(EngineKind::Cpu) => "cpu",
        Some(EngineKind::Gpu) => "gpu",
        None => "",
    }
}
