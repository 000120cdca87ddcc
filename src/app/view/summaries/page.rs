//! The part of the page that summarizes: the text, its summary, and what is pointed at between the two.

use std::rc::Rc;

use yew::prelude::*;

use super::announcer::Say;
use super::comparison::Comparison;
use super::options::Controls;
use super::summary_panel::Outcome;
use super::text_input::{use_kept_text, use_keys, use_samples, use_texts};
use super::text_panel::Paper;
use crate::app::model::async_value::{Progress, Shared, Slot};
use crate::app::model::engine_worker::Lane;
use crate::app::model::summaries::highlight::{Lit, Point, Pointing};
use crate::app::model::summaries::request::Stage;
use crate::app::model::summaries::{Act, Summaries};
use crate::app::model::user_data::Mine;
use crate::app::model::user_data::task::Task;
use crate::app::model::{Action, State};
use crate::app::view::drop_hover::Hover;
use crate::app::view::fine_tuning::summary_list::Pairs;
use crate::app::view::fine_tuning::training_panel::Course;
use crate::app::view::fine_tuning::version_list::Versions;
use crate::protocol::ModelSummary;

/// What the desk needs.
#[derive(Properties, PartialEq)]
pub struct DeskProps {
    /// Texts and summaries.
    pub summary: Summaries,
    /// The engines.
    pub lanes: [Lane; 2],
    /// What can be loaded.
    pub catalogue: Slot<Shared<Vec<ModelSummary>>>,
    /// What is the visitor's own.
    pub mine: Mine,
    /// Where actions go.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The part of the page that summarizes.
#[component]
pub fn Desk(props: &DeskProps) -> Html {
    let summary = &props.summary;
    let act = {
        let dispatch = props.dispatch.clone();
        use_callback((), move |act: Act, ()| dispatch.dispatch(Action::Summary(act)))
    };
    use_samples(&summary.samples, act.clone());
    use_kept_text(&summary.text, summary.orders, act.clone());
    use_keys(act.clone());
    let hover = use_texts(act.clone(), props.dispatch.clone());

    let pointing = use_state_eq(Pointing::default);
    let number = summary.ours.as_ref().map(|run| run.order.number);
    let reset = pointing.setter();
    use_effect_with(number, move |_| reset.set(Pointing::default()));

    let line = |point: Point| summary.ours.as_ref()?.lines.get(point.line);
    let point = pointing.point().filter(|point| line(*point).is_some());
    let lit = point.and_then(|point| Some(Rc::new(Lit::of(line(point)?, point))));
    let mut chosen: Vec<u32> = summary.ours.iter().flat_map(|run| &run.lines).flat_map(|l| l.sources.clone()).collect();
    chosen.sort_unstable();
    chosen.dedup();

    let load = load(summary, &props.lanes);
    let adapter = summary.ours.as_ref().and_then(|run| match &run.stage {
        Stage::Done(done) => props.lanes.iter().find(|lane| lane.kind == done.engine)?.engine.ready(),
        _ => None,
    });
    let writer = summary.ours.as_ref().and_then(|run| match &run.stage {
        Stage::Done(done) => Some(props.mine.called(&done.model).to_owned()),
        _ => None,
    });
    let plain_bytes = props
        .catalogue
        .ready()
        .and_then(|all| all.iter().find(|model| model.name == crate::app::model::summaries::PLAIN));

    html! {
        <div class={classes!("summaries", (hover == Hover::Over).then_some("drop-here"))}>
            <div class="intro">
                <h1>{ "Paste a text" }</h1>
                <p>{ "A small neural network says what is in it, here on your own device." }</p>
            </div>
            <div class="texts">
                <Paper
                    text={summary.text.clone()}
                    view={summary.view}
                    order={summary.ours.as_ref().map(|run| run.order.clone())}
                    source={summary.ours.as_ref().and_then(|run| run.source.clone())}
                    {lit}
                    {chosen}
                    samples={summary.samples.clone()}
                    act={act.clone()}
                    dispatch={props.dispatch.clone()}
                />
                <section class="card outcome" aria-labelledby="outcome-title">
                    <Controls
                        kind={summary.kind}
                        length={summary.length}
                        busy={summary.busy()}
                        empty={summary.text.is_empty()}
                        act={act.clone()}
                    />
                    <Outcome
                        run={summary.ours.clone()}
                        draft={summary.draft.clone()}
                        current={summary.current()}
                        trouble={summary.trouble.clone().map(AttrValue::from)}
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
            <Comparison
                compare={summary.compare}
                ours={summary.ours.clone()}
                plain={summary.plain.clone()}
                offer={plain_bytes.map(|model| model.bytes)}
                load={plain_load(&props.lanes)}
                act={act}
            />
            <div class="school">
                <Pairs mine={props.mine.clone()} dispatch={props.dispatch.clone()} />
                <Course
                    task={Task::Texts}
                    mine={props.mine.clone()}
                    model={summary.model.clone()}
                    ready={summary.choice.engine.is_some()}
                    dispatch={props.dispatch.clone()}
                />
                <Versions
                    task={Task::Texts}
                    mine={props.mine.clone()}
                    catalogue={props.catalogue.clone()}
                    model={summary.model.clone()}
                    dispatch={props.dispatch.clone()}
                />
            </div>
            <Say run={summary.ours.clone()} trouble={summary.trouble.clone().map(AttrValue::from)} />
            <p class="drop-sign" aria-hidden="true">{ "Drop the text anywhere" }</p>
        </div>
    }
}

/// How the loading of our model stands: empty once an engine has it.
fn load(summary: &Summaries, lanes: &[Lane; 2]) -> Slot<()> {
    if summary.choice.engine.is_some() {
        return Slot::Ready(());
    }
    if summary.model_word() == "failed" {
        let why = crate::app::messages::engines::reason(&summary.choice.reason);
        return Slot::Failed(why);
    }
    let of = |lane: &Lane| match lane.model(&summary.model) {
        Slot::Loading(progress) => Some(*progress),
        _ => None,
    };
    Slot::Loading(lanes.iter().find_map(of).unwrap_or_default())
}

fn plain_load(lanes: &[Lane; 2]) -> Option<Progress> {
    lanes.iter().find_map(|lane| match lane.model(crate::app::model::summaries::PLAIN) {
        Slot::Loading(progress) => Some(*progress),
        _ => None,
    })
}
