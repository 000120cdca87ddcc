//! The engines: which one runs, on what, how fast, and why; and the choice between them.

use yew::prelude::*;

use crate::app::messages::{engines, format};
use crate::app::model::async_value::Slot;
use crate::app::model::engine_selection::{Choice, Wish};
use crate::app::model::engine_worker::{Lane, Timing, Worker};
use crate::app::model::{Action, State};
use crate::protocol::EngineKind;

/// What is shown.
#[derive(Properties, PartialEq)]
pub struct EnginesProps {
    /// The CPU engine.
    pub cpu: Lane,
    /// The WebGPU engine.
    pub gpu: Lane,
    /// The model whose times are shown.
    pub model: AttrValue,
    /// What the visitor wants.
    pub wish: Wish,
    /// Which engine answers, and why.
    pub choice: Choice,
    /// Times that the visitor asked for.
    pub timing: Slot<Timing>,
    /// Where actions go.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The engines.
#[component]
pub fn Engines(props: &EnginesProps) -> Html {
    let measure = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Measure))
    };
    let busy = props.choice.engine.is_none() || matches!(props.timing, Slot::Loading(_));
    html! {
        <section class="card engines" aria-labelledby="engines-title">
            <h2 id="engines-title">{ "The engine" }</h2>
            <fieldset class="choices">
                <legend class="unseen">{ "Which engine answers" }</legend>
                { for [Wish::Auto, Wish::Force(EngineKind::Cpu), Wish::Force(EngineKind::Gpu)].map(|wish| radio(wish, props)) }
            </fieldset>
            <p class="reason" id="engine-reason">{ engines::reason(&props.choice.reason) }</p>
            <ul class="engine-list">
                { for [&props.cpu, &props.gpu].map(|lane| row(lane, &props.model, props.choice.engine == Some(lane.kind))) }
            </ul>
            <div class="timing">
                <button type="button" class="button" disabled={busy} onclick={measure}>{ "Time 100 readings" }</button>
                <p class="caption" role="status">{ timing(&props.timing) }</p>
            </div>
        </section>
    }
}

fn radio(wish: Wish, props: &EnginesProps) -> Html {
    let dispatch = props.dispatch.clone();
    let choose = Callback::from(move |_: Event| {
        crate::app::browser::preferences::keep_wish(wish);
        dispatch.dispatch(Action::Wish(wish));
    });
    let name = match wish {
        Wish::Auto => "Automatic",
        Wish::Force(kind) => engines::engine(kind),
    };
    html! {
        <label class="choice">
            <input type="radio" name="engine" value={wish.word()} checked={props.wish == wish} onchange={choose} />
            <span>{ name }</span>
        </label>
    }
}

fn row(lane: &Lane, model: &str, answers: bool) -> Html {
    let share = match (&lane.engine, lane.model(model)) {
        (Slot::Loading(progress), _) | (Slot::Ready(_), Slot::Loading(progress)) => Some(progress.share()),
        _ => None,
    };
    let time = time(lane, model);
    html! {
        <li class={classes!("engine", answers.then_some("answers"))} data-state={lane.word(model)}>
            <div class="engine-words">
                <h3>{ engines::engine(lane.kind) }{ if answers { html! { <span class="badge">{ "answers" }</span> } } else { Html::default() } }</h3>
                <p class="caption">{ adapter(lane) }</p>
            </div>
            // A new text is a new element: one that only changed would count as a shift of what is aligned to the right.
            <p class="engine-time"><span key={format!("{answers} {time}")}>{ time }</span></p>
            <div class={classes!("progress", share.map(|share| if share.is_some() { "known" } else { "unknown" }))} aria-hidden="true">
                <span style={format!("--share:{:.3}", share.flatten().unwrap_or_default())}></span>
            </div>
        </li>
    }
}

fn adapter(lane: &Lane) -> String {
    match &lane.engine {
        Slot::Ready(engine) => format!("{} ({})", engine.adapter, engines::adapter(engine.adapter_kind)),
        Slot::Failed(why) => format::sentence(why),
        Slot::Loading(_) if lane.worker == Worker::Called => "Its program is on its way.".into(),
        Slot::Loading(_) => "Looking for a device.".into(),
        Slot::Empty => "Not started.".into(),
    }
}

fn time(lane: &Lane, model: &str) -> String {
    match (&lane.engine, lane.model(model)) {
        (Slot::Ready(_), Slot::Ready(loaded)) => format::milliseconds(loaded.check.median_ms),
        (Slot::Ready(_), Slot::Loading(progress)) => engines::progress(progress),
        (Slot::Ready(_), Slot::Failed(_)) => "refused".into(),
        (Slot::Failed(_), _) => "out".into(),
        (Slot::Loading(progress), _) => engines::progress(progress),
        _ => "–".into(),
    }
}

fn timing(timing: &Slot<Timing>) -> String {
    match timing {
        Slot::Empty => "\u{a0}".into(),
        Slot::Loading(_) => "Timing…".into(),
        Slot::Failed(why) => format::sentence(why),
        Slot::Ready(t) => format!(
            "{}: median {}, fastest {}, nine of ten within {}.",
            engines::engine(t.engine),
            format::milliseconds(t.median_ms),
            format::milliseconds(t.min_ms),
            format::milliseconds(t.p90_ms)
        ),
    }
}
