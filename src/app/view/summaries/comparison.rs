//! Comparison of the summary with the first sentences of the text, or with the plain Seq2Seq model's.

use yew::prelude::*;

use super::options::segment;
use crate::app::messages::format::bytes;
use crate::app::messages::summaries;
use crate::app::model::async_value::Progress;
use crate::app::model::summaries::request::{SummaryRun, SummaryRunStatus};
use crate::app::model::summaries::{ComparisonMode, SummariesAction};
use crate::app::view::progress_bar::progress_bar;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct SummaryComparisonProps {
    /// What the summary is compared with.
    pub compare: ComparisonMode,
    /// The run of the selected model.
    pub ours: Option<SummaryRun>,
    /// The run of the plain Seq2Seq model.
    pub plain: Option<SummaryRun>,
    /// The size of the plain model in bytes, where there is one to load.
    pub offer: Option<u64>,
    /// The progress of its load.
    pub load: Option<Progress>,
    /// Receives the visitor's actions.
    pub act: Callback<SummariesAction>,
}

/// The card that compares summaries.
#[component]
pub fn SummaryComparison(props: &SummaryComparisonProps) -> Html {
    let choice = |compare: ComparisonMode, name: String| {
        let choose = props.act.reform(move |_: Event| SummariesAction::SetComparison(compare));
        segment("compare", compare.as_attribute(), name, props.compare == compare, false, choose)
    };
    html! {
        <section class="card compare" aria-labelledby="compare-title" data-compare={props.compare.as_attribute()}>
            <h2 id="compare-title">{ "Compare the summary" }</h2>
            <fieldset class="segments">
                <legend class="unseen">{ "What the summary is compared with" }</legend>
                { choice(ComparisonMode::Off, "No comparison".into()) }
                { choice(ComparisonMode::LeadBaseline, "The first sentences".into()) }
                if let Some(size) = props.offer {
                    { choice(ComparisonMode::Seq2Seq, format!("The plain model ({})", bytes(size))) }
                }
            </fieldset>
            { match props.compare {
                ComparisonMode::Off => Html::default(),
                ComparisonMode::LeadBaseline => html! {
                    <>
                        <p class="caption">{ "The first sentences, cut to the same length: what you get without a model." }</p>
                        { side_by_side(props.ours.as_ref(), "The first sentences", lead_baseline(props.ours.as_ref())) }
                    </>
                },
                ComparisonMode::Seq2Seq => html! {
                    <>
                        <p class="caption">
                            { "A textbook model: one LSTM reads, another writes, and only a fixed-size state connects them. It has no \
                               attention and cannot copy words, so it loses names and numbers. Its lines are not checked against the \
                               text, so do not rely on them." }
                        </p>
                        { side_by_side(props.ours.as_ref(), "The plain model", seq2seq_baseline(props.plain.as_ref(), props.load)) }
                    </>
                },
            } }
        </section>
    }
}

fn side_by_side(ours: Option<&SummaryRun>, name: &'static str, theirs: Html) -> Html {
    let lines: Vec<String> = ours.iter().flat_map(|run| &run.lines).map(|line| line.text.clone()).collect();
    html! {
        <div class="pair">
            <div><h3>{ "Inkling" }</h3>{ line_list(&lines) }</div>
            <div class="theirs"><h3>{ name }</h3>{ theirs }</div>
        </div>
    }
}

fn line_list(lines: &[String]) -> Html {
    if lines.is_empty() {
        return html! { <p class="caption">{ "Nothing yet." }</p> };
    }
    html! { <ol class="pair-lines">{ for lines.iter().map(|line| html! { <li>{ line }</li> }) }</ol> }
}

fn lead_baseline(ours: Option<&SummaryRun>) -> Html {
    let lines = ours.and_then(|run| Some(summaries::lead_lines(&run.order.ask.text, run.source.as_deref()?)));
    line_list(&lines.unwrap_or_default())
}

fn seq2seq_baseline(run: Option<&SummaryRun>, load: Option<Progress>) -> Html {
    let lines: Vec<String> = run.iter().flat_map(|run| &run.lines).map(|line| line.text.clone()).collect();
    let standing = match (load, run.map(|run| &run.stage)) {
        (Some(progress), Some(SummaryRunStatus::Waiting) | None) => Some(summaries::load_status(&progress)),
        (_, Some(stage)) => summaries::run_status(stage),
        _ => None,
    };
    html! {
        <>
            if let Some(standing) = standing { <p class="caption">{ standing }</p> { progress_bar(load) } }
            if !lines.is_empty() { { line_list(&lines) } }
        </>
    }
}
