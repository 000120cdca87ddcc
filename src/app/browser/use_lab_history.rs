//! Keeps the Lab's settings and runs in `localStorage`, so that a reload loses no curve. Weights are not kept.

use yew::prelude::*;

use super::preferences::{load_item, save_item};
use crate::app::model::lab::LabAction;
use crate::app::model::lab_history::SavedRun;
use crate::app::model::{Action, State};
use crate::protocol::LabConfig;

const SETTINGS_KEY: &str = "inkling.lab.settings";

const RUNS_KEY: &str = "inkling.lab.runs";

/// How often a run under way is saved, over its length.
const SAVES_A_RUN: u64 = 25;

/// Reads the settings and runs of earlier visits, and saves those of this one.
#[hook]
pub fn use_lab_history(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    let is_read = use_state_eq(|| false);
    let read = is_read.setter();
    use_effect_with((), move |()| {
        let settings = load_item(SETTINGS_KEY).and_then(|json| serde_json::from_str::<LabConfig>(&json).ok());
        // What another version of the page saved, and this one does not understand, is left out.
        let runs = load_item(RUNS_KEY).and_then(|json| serde_json::from_str::<Vec<serde_json::Value>>(&json).ok());
        let runs: Vec<SavedRun> =
            runs.into_iter().flatten().filter_map(|run| serde_json::from_value(run).ok()).collect();
        dispatch.dispatch(Action::Lab(LabAction::Restore(settings, runs)));
        read.set(true);
    });
    let lab = &state.lab;
    let plan = lab.plan;
    use_effect_with((*is_read, plan), |(is_read, plan)| {
        if let (true, Ok(json)) = (*is_read, serde_json::to_string(plan)) {
            save_item(SETTINGS_KEY, &json);
        }
    });
    let step = lab.run.as_ref().filter(|_| lab.busy()).map(|run| {
        let latest = run.tracks.iter().filter_map(|track| track.latest.as_ref());
        let part = |done: u32, steps: u32| u64::from(done) * SAVES_A_RUN / u64::from(steps.max(1));
        (run.number, latest.map(|step| part(step.done, step.steps)).sum::<u64>())
    });
    let state = state.clone();
    use_effect_with((*is_read, lab.history.clone(), step), move |(is_read, history, _)| {
        if !is_read {
            return;
        }
        let mut all = (**history).clone();
        if let Some(run) = state.lab.run.as_ref().filter(|_| state.lab.busy()) {
            all.record(SavedRun::of(run));
        }
        if let Ok(json) = serde_json::to_string(&all.runs) {
            save_item(RUNS_KEY, &json);
        }
    });
}
