//! The page that trains networks from scratch.

use yew::prelude::*;

use super::missing_data::MissingDataPanel;
use super::run_list::LabRunList;
use super::run_view::TrainingColumn;
use super::settings::LabSettings;
use crate::app::browser::dom;
use crate::app::messages::lab;
use crate::app::model::csv::to_csv;
use crate::app::model::lab::{LabAction, LabRun, LabRunStatus, LabState};
use crate::app::model::theme::ColorScheme;
use crate::app::model::{Action, State};
use crate::protocol::LabResult;

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
                <LabRunList history={lab.history.clone()} busy={lab.busy()} act={act.clone()} />
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
    let table = lab::result_table(run);
    let save = {
        let csv = to_csv(&table);
        Callback::from(move |_: MouseEvent| dom::download("inkling-results.csv", "text/csv", csv.as_bytes()))
    };
    let (head, rows) = table.split_at(1);
    html! {
        <section class="card lab-figures" aria-labelledby="lab-figures-title">
            <div class="chart-head">
                <h2 id="lab-figures-title">{ "Results" }</h2>
                <button type="button" class="quiet save" onclick={save} aria-label="Save the results as CSV">{ "CSV" }</button>
            </div>
            <table class="figures">
                <thead><tr><td></td>{ for head.iter().flatten().skip(1).map(|cell| html! { <th scope="col">{ cell }</th> }) }</tr></thead>
                <tbody>{ for rows.iter().map(|row| html! {
                    <tr><th scope="row">{ &row[0] }</th>{ for row.iter().skip(1).map(|cell| html! { <td>{ cell }</td> }) }</tr>
                }) }</tbody>
            </table>
            <p class="caption">
                { "Measured on 1,000 digits that were not used for training. Precision, recall and F1 are averages over the digits. The time counts only the steps of each method; layered first learns without labels, so it takes more steps." }
            </p>
        </section>
    }
}
