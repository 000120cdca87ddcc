//! The page that summarizes texts.

use std::rc::Rc;

use yew::prelude::*;

use super::announcer::SummaryAnnouncer;
use super::comparison::SummaryComparison;
use super::options::SummaryOptions;
use super::summary_panel::SummaryPanel;
use super::text_input::{use_samples, use_saved_text, use_shortcuts, use_text_transfer};
use super::text_panel::TextPanel;
use crate::app::model::async_value::{AsyncValue, Progress, Shared};
use crate::app::model::engine_worker::EngineWorker;
use crate::app::model::summaries::highlight::{Highlight, PointerState, SummaryPosition};
use crate::app::model::summaries::request::SummaryRunStatus;
use crate::app::model::summaries::{SummariesAction, SummariesState};
use crate::app::model::user_data::UserData;
use crate::app::model::user_data::task::Task;
use crate::app::model::{Action, State};
use crate::app::view::drop_hover::DropHover;
use crate::app::view::fine_tuning::summary_list::SummaryCorrectionList;
use crate::app::view::fine_tuning::training_panel::TrainingPanel;
use crate::app::view::fine_tuning::version_list::VersionList;
use crate::protocol::{LineReason, ModelSummary};

/// Properties of the page.
#[derive(Properties, PartialEq)]
pub struct SummariesPageProps {
    /// The state of texts and their summaries.
    pub summary: SummariesState,
    /// The workers of both engines.
    pub workers: [EngineWorker; 2],
    /// The catalog.
    pub catalog: AsyncValue<Shared<Vec<ModelSummary>>>,
    /// Corrections, training runs and versions.
    pub user_data: UserData,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The page that summarizes texts.
#[component]
pub fn SummariesPage(props: &SummariesPageProps) -> Html {
    let summary = &props.summary;
    let act = {
        let dispatch = props.dispatch.clone();
        use_callback((), move |act: SummariesAction, ()| dispatch.dispatch(Action::Summaries(act)))
    };
    use_samples(&summary.samples, act.clone());
    use_saved_text(&summary.text, summary.last_request_number, act.clone());
    use_shortcuts(act.clone());
    let hover = use_text_transfer(act.clone(), props.dispatch.clone());

    let pointing = use_state_eq(PointerState::default);
    let number = summary.summary.as_ref().map(|run| run.order.number);
    let reset = pointing.setter();
    use_effect_with(number, move |_| reset.set(PointerState::default()));

    let line = |point: SummaryPosition| summary.summary.as_ref()?.lines.get(point.line);
    let point = pointing.point().filter(|point| line(*point).is_some());
    let source = summary.summary.as_ref().and_then(|run| run.source.as_deref());
    let lit = point.and_then(|point| Some(Rc::new(Highlight::of(line(point)?, point, source))));
    let mut chosen: Vec<u32> =
        summary.summary.iter().flat_map(|run| &run.lines).flat_map(|l| l.sources.clone()).collect();
    chosen.sort_unstable();
    chosen.dedup();

    let lines = summary.summary.iter().flat_map(|run| &run.lines);
    let reasons: Vec<(u32, LineReason)> =
        lines.filter_map(|line| Some((*line.sources.first()?, line.reason.as_deref()?.clone()))).collect();

    let load = load_state(summary, &props.workers);
    let adapter = summary.summary.as_ref().and_then(|run| match &run.stage {
        SummaryRunStatus::Done(done) => props.workers.iter().find(|worker| worker.kind == done.engine)?.info.ready(),
        _ => None,
    });
    let writer = summary.summary.as_ref().and_then(|run| match &run.stage {
        SummaryRunStatus::Done(done) => Some(props.user_data.title_of(&done.model).to_owned()),
        _ => None,
    });
    let plain_bytes = props
        .catalog
        .ready()
        .and_then(|all| all.iter().find(|model| model.name == crate::app::model::summaries::SEQ2SEQ_MODEL));

    html! {
        <div class={classes!("summaries", (hover == DropHover::Over).then_some("drop-here"))}>
            <div class="intro">
                <h1>{ "Paste a text" }</h1>
                <p>{ "A small neural network summarizes it, right here on your device." }</p>
            </div>
            <div class="texts">
                <TextPanel
                    text={summary.text.clone()}
                    view={summary.view}
                    order={summary.summary.as_ref().map(|run| run.order.clone())}
                    source={summary.summary.as_ref().and_then(|run| run.source.clone())}
                    {lit}
                    {chosen}
                    {reasons}
                    draft={summary.draft.clone()}
                    samples={summary.samples.clone()}
                    act={act.clone()}
                    dispatch={props.dispatch.clone()}
                />
                <section class="card outcome" aria-labelledby="outcome-title">
                    <SummaryOptions
                        kind={summary.kind}
                        length={summary.length}
                        amount={summary.amount}
                        shortness={summary.shortness}
                        busy={summary.busy()}
                        empty={summary.text.is_empty()}
                        act={act.clone()}
                    />
                    <SummaryPanel
                        run={summary.summary.clone()}
                        draft={summary.draft.clone()}
                        current={summary.current()}
                        trouble={summary.error.clone().map(AttrValue::from)}
                        {load}
                        pointing={*pointing}
                        set={pointing.setter()}
                        writer={AttrValue::from(writer.unwrap_or_default())}
                        adapter={adapter.map(|engine| AttrValue::from(engine.adapter.clone()))}
                        act={act.clone()}
                        dispatch={props.dispatch.clone()}
                    />
                </section>
            </div>
            <SummaryComparison
                compare={summary.compare}
                ours={summary.summary.clone()}
                plain={summary.baseline.clone()}
                offer={plain_bytes.map(|model| model.bytes)}
                load={baseline_load_progress(&props.workers)}
                act={act}
            />
            <div class="school">
                <SummaryCorrectionList user_data={props.user_data.clone()} dispatch={props.dispatch.clone()} />
                <TrainingPanel
                    task={Task::Summaries}
                    user_data={props.user_data.clone()}
                    model={summary.model.clone()}
                    ready={summary.engine_selection.engine.is_some()}
                    dispatch={props.dispatch.clone()}
                />
                <VersionList
                    task={Task::Summaries}
                    user_data={props.user_data.clone()}
                    catalog={props.catalog.clone()}
                    model={summary.model.clone()}
                    dispatch={props.dispatch.clone()}
                />
            </div>
            <SummaryAnnouncer run={summary.summary.clone()} trouble={summary.error.clone().map(AttrValue::from)} />
            <p class="drop-sign" aria-hidden="true">{ "Drop the text anywhere" }</p>
        </div>
    }
}

/// The state of loading the selected model: ready once an engine has it.
fn load_state(summary: &SummariesState, workers: &[EngineWorker; 2]) -> AsyncValue<()> {
    if summary.engine_selection.engine.is_some() {
        return AsyncValue::Ready(());
    }
    if summary.model_attribute() == "failed" {
        let why = crate::app::messages::engines::selection_reason(&summary.engine_selection.reason);
        return AsyncValue::Failed(why);
    }
    let of = |worker: &EngineWorker| match (worker.model(&summary.model), &worker.info) {
        (AsyncValue::Loading(progress), _) | (_, AsyncValue::Loading(progress)) => Some(*progress),
        _ => None,
    };
    AsyncValue::Loading(workers.iter().find_map(of).unwrap_or_default())
}

fn baseline_load_progress(workers: &[EngineWorker; 2]) -> Option<Progress> {
    workers.iter().find_map(|worker| match worker.model(crate::app::model::summaries::SEQ2SEQ_MODEL) {
        AsyncValue::Loading(progress) => Some(*progress),
        _ => None,
    })
}
