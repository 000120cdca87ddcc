//! The page that trains networks from scratch.

use yew::prelude::*;

use super::missing_data::MissingDataPanel;
use super::run_view::TrainingColumn;
use super::settings::LabSettings;
use crate::app::messages::format::thousands;
use crate::app::messages::lab;
use crate::app::model::lab::{LabAction, LabRun, LabRunStatus, LabState};
use crate::app::model::theme::ColorScheme;
use crate::app::model::{Action, State};
use crate::protocol::{ClassificationMetrics, LabOutcome, LabResult};

/// Properties of the page.
#[derive(Properties, PartialEq)]
pub struct LabPageProps {
    /// The state of the Lab.
    pub lab: LabState,
    /// Whether an engine is ready.
    pub ready: bool,
    /// Whether the networks trained last are still there.
    pub networks: bool,
    /// The color scheme; a change repaints.
    pub color_scheme: ColorScheme,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The page that trains networks from scratch.
#[component]
pub fn LabPage(props: &LabPageProps) -> Html {
    let lab = &props.lab;
    let act = {
        let dispatch = props.dispatch.clone();
        use_callback((), move |act: LabAction, ()| dispatch.dispatch(Action::Lab(act)))
    };
    let failed = matches!(lab.run.as_ref().map(|run| &run.status), Some(LabRunStatus::Failed(_)));
    html! {
        <>
            <div class="intro">
                <h1>{ "Train a network from scratch" }</h1>
                <p>{ "The same small network learns to read digits in two ways, side by side, right here on your device." }</p>
            </div>
            <div class="lab">
                <LabSettings plan={lab.plan} busy={lab.busy()} ready={props.ready} act={act.clone()} />
                <p class={classes!("lab-line", failed.then_some("trouble"))}>{ lab::run_status(lab.run.as_ref()) }</p>
                <p class="unseen" id="lab-announcement" role="status" aria-live="polite">{ lab::announcement(lab.run.as_ref()) }</p>
                if let Some(run) = &lab.run {
                    <div class="lab-lanes">
                        { for run.tracks.iter().map(|track| html! { <TrainingColumn track={track.clone()} color_scheme={props.color_scheme} /> }) }
                    </div>
                    if matches!(run.status, LabRunStatus::Done(..)) { { result_table(run) } }
                }
                <MissingDataPanel
                    missing={lab.missing}
                    measuring={lab.measuring.clone()}
                    measured={lab.measured.clone()}
                    networks={props.networks}
                    ends={lab.run.iter().flat_map(|run| &run.tracks).filter_map(|track| track.end.clone()).collect::<Vec<LabResult>>()}
                    color_scheme={props.color_scheme}
                    {act}
                />
            </div>
        </>
    }
}

/// The results of both methods, side by side.
fn result_table(run: &LabRun) -> Html {
    let ends: Vec<&LabResult> = run.tracks.iter().filter_map(|track| track.end.as_ref()).collect();
    let row = |name: &'static str, of: fn(&ClassificationMetrics) -> f64| {
        let cell = |end: &&LabResult| match &end.outcome {
            LabOutcome::Finished(report) => html! { <td>{ lab::percent(of(report)) }</td> },
            LabOutcome::Diverged { .. } => html! { <td>{ "–" }</td> },
        };
        html! { <tr><th scope="row">{ name }</th>{ for ends.iter().map(cell) }</tr> }
    };
    html! {
        <section class="card lab-figures" aria-labelledby="lab-figures-title">
            <h2 id="lab-figures-title">{ "Results" }</h2>
            <table class="figures">
                <thead><tr><td></td>{ for ends.iter().map(|end| html! { <th scope="col">{ lab::method_name(end.way) }</th> }) }</tr></thead>
                <tbody>
                    { row("Accuracy", |report| report.accuracy) }
                    { row("Precision", |report| report.precision) }
                    { row("Recall", |report| report.recall) }
                    { row("F1", |report| report.f1) }
                    <tr><th scope="row">{ "Steps" }</th>{ for ends.iter().map(|end| html! { <td>{ thousands(end.steps.into()) }</td> }) }</tr>
                    <tr><th scope="row">{ "Time" }</th>{ for ends.iter().map(|end| html! { <td>{ lab::seconds(end.ms) }</td> }) }</tr>
                </tbody>
            </table>
            <p class="caption">
                { "Measured on 1,000 digits that were not used for training. Precision, recall and F1 are averages over the digits. The time counts only the steps of each method; layered first learns without labels, so it takes more steps." }
            </p>
        </section>
    }
}
