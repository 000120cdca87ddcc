//! The engine panel: which engine runs, on what, how fast, and why; and the preference.

use yew::prelude::*;

use crate::app::messages::{engines, format};
use crate::app::model::async_value::AsyncValue;
use crate::app::model::engine_selection::{EnginePreference, EngineSelection};
use crate::app::model::engine_worker::{BenchmarkTimes, EngineWorker, WorkerState};
use crate::app::model::{Action, State};
use crate::app::view::progress_bar::share_progress;
use crate::protocol::EngineKind;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct EnginePanelProps {
    /// The CPU engine.
    pub cpu: EngineWorker,
    /// The WebGPU engine.
    pub gpu: EngineWorker,
    /// The model whose times are shown.
    pub model: AttrValue,
    /// The engine that the visitor prefers.
    pub wish: EnginePreference,
    /// The selected engine, and why.
    pub choice: EngineSelection,
    /// The result of the benchmark.
    pub timing: AsyncValue<BenchmarkTimes>,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The engine panel.
#[component]
pub fn EnginePanel(props: &EnginePanelProps) -> Html {
    let measure = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::BenchmarkInference))
    };
    let busy = props.choice.engine.is_none() || matches!(props.timing, AsyncValue::Loading(_));
    html! {
        <section class="card engines" aria-labelledby="engines-title">
            <h2 id="engines-title">{ "The engine" }</h2>
            <fieldset class="choices">
                <legend class="unseen">{ "Which engine answers" }</legend>
                { for [EnginePreference::Auto, EnginePreference::Only(EngineKind::Cpu), EnginePreference::Only(EngineKind::Gpu)].map(|wish| preference_radio(wish, props)) }
            </fieldset>
            <p class="reason" id="engine-reason">{ engines::selection_reason(&props.choice.reason) }</p>
            <ul class="engine-list">
                { for [&props.cpu, &props.gpu].map(|worker| engine_row(worker, props)) }
            </ul>
            <div class="timing">
                <button type="button" class="button" data-next-focus="timing-state" disabled={busy} onclick={measure}>{ "Time 100 predictions" }</button>
                <p class="caption" role="status" id="timing-state" tabindex="-1">{ benchmark_label(&props.timing) }</p>
            </div>
        </section>
    }
}

fn preference_radio(wish: EnginePreference, props: &EnginePanelProps) -> Html {
    let dispatch = props.dispatch.clone();
    let choose = Callback::from(move |_: Event| {
        crate::app::browser::preferences::save_engine_preference(wish);
        dispatch.dispatch(Action::SetEnginePreference(wish));
    });
    let name = match wish {
        EnginePreference::Auto => "Automatic",
        EnginePreference::Only(kind) => engines::engine_name(kind),
    };
    html! {
        <label class="choice">
            <input type="radio" name="engine" value={wish.as_attribute()} checked={props.wish == wish} onchange={choose} />
            <span>{ name }</span>
        </label>
    }
}

fn engine_row(worker: &EngineWorker, props: &EnginePanelProps) -> Html {
    let (model, answers) = (props.model.as_str(), props.choice.engine == Some(worker.kind));
    let share = match (&worker.info, worker.model(model)) {
        (AsyncValue::Loading(progress), _) | (AsyncValue::Ready(_), AsyncValue::Loading(progress)) => {
            Some(progress.share())
        }
        _ => None,
    };
    let time = time_label(worker, model);
    html! {
        <li class={classes!("engine", answers.then_some("answers"))} data-state={worker.as_attribute(model)}>
            <div class="engine-words">
                <h3>{ engines::engine_name(worker.kind) }{ if answers { html! { <span class="badge">{ "answers" }</span> } } else { Html::default() } }</h3>
                <p class="caption">{ adapter_label(worker, &engines::selection_reason(&props.choice.reason)) }</p>
            </div>
            // With a key, a new text is a new element: one that only changed would count as a layout shift of text aligned to
            // the right.
            <p class="engine-time"><span key={format!("{answers} {time}")}>{ time }</span></p>
            { share_progress(share) }
        </li>
    }
}

/// The adapter, or why there is none, unless the reason of the selection says so already.
fn adapter_label(worker: &EngineWorker, reason: &str) -> String {
    match &worker.info {
        AsyncValue::Ready(engine) => format!("{} ({})", engine.adapter, engines::adapter_kind(engine.adapter_kind)),
        AsyncValue::Failed(why) if reason.contains(why.trim().trim_end_matches('.')) => "Not available.".into(),
        AsyncValue::Failed(why) => format::sentence(why),
        AsyncValue::Loading(_) if worker.state == WorkerState::Starting => "Downloading the engine.".into(),
        AsyncValue::Loading(_) => "Looking for a device.".into(),
        AsyncValue::NotRequested => "Not started.".into(),
    }
}

fn time_label(worker: &EngineWorker, model: &str) -> String {
    match (&worker.info, worker.model(model)) {
        (AsyncValue::Ready(_), AsyncValue::Ready(loaded)) => format::milliseconds(loaded.check.median_ms),
        (AsyncValue::Ready(_), AsyncValue::Loading(progress)) => engines::load_progress(progress),
        (AsyncValue::Ready(_), AsyncValue::Failed(_)) => "not usable".into(),
        (AsyncValue::Failed(_), _) => "–".into(),
        (AsyncValue::Loading(progress), _) => engines::load_progress(progress),
        _ => "–".into(),
    }
}

fn benchmark_label(timing: &AsyncValue<BenchmarkTimes>) -> String {
    match timing {
        AsyncValue::NotRequested => "\u{a0}".into(),
        AsyncValue::Loading(_) => "Timing…".into(),
        AsyncValue::Failed(why) => format::sentence(why),
        AsyncValue::Ready(t) => format!(
            "{}: median {}, fastest {}, 90% within {}.",
            engines::engine_name(t.engine),
            format::milliseconds(t.median_ms),
            format::milliseconds(t.min_ms),
            format::milliseconds(t.p90_ms)
        ),
    }
}
