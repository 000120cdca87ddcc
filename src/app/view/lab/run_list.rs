//! The runs of this and earlier visits, and the comparison of two of them.

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::run_charts::comparison_charts;
use super::settings::{chosen_index, select};
use crate::app::browser::dom;
use crate::app::messages::{lab, lab_runs};
use crate::app::model::async_value::Shared;
use crate::app::model::csv::to_csv;
use crate::app::model::lab::LabAction;
use crate::app::model::lab_history::{LabHistory, SavedRun};
use crate::protocol::TrainingMethod;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct LabRunListProps {
    /// The runs.
    pub history: Shared<LabHistory>,
    /// Whether a training run is queued or runs, so that its settings cannot be changed.
    pub busy: bool,
    /// Receives the visitor's actions.
    pub act: Callback<LabAction>,
}

/// The list of runs.
#[component]
pub fn LabRunList(props: &LabRunListProps) -> Html {
    let way = use_state_eq(|| TrainingMethod::EndToEnd);
    let choose_way = {
        let way = way.setter();
        Callback::from(move |event: Event| {
            if let Some(index) = chosen_index(&event) {
                way.set(TrainingMethod::ALL[index.min(1)]);
            }
        })
    };
    if props.history.runs.is_empty() {
        return Html::default();
    }
    html! {
        <section class="card lab-runs" aria-labelledby="lab-runs-title">
            <h2 id="lab-runs-title" tabindex="-1">{ "Your runs" }</h2>
            <p class="caption">{ lab_runs::HELP }</p>
            <ul class="lab-run-list">{ for props.history.runs.iter().rev().map(|run| run_item(run, props)) }</ul>
            if let Some(runs) = props.history.compared() {
                <div class="lab-comparison">
                    <h3>{ format!("{} and {}", lab_runs::run_name(runs[0].number), lab_runs::run_name(runs[1].number)) }</h3>
                    <div class="settings">
                        { select("Curves of", false, *way as usize, &TrainingMethod::ALL.map(lab::method_name), choose_way) }
                    </div>
                    { comparison_charts(runs, *way) }
                    { comparison_table(runs) }
                </div>
            }
        </section>
    }
}

fn run_item(run: &SavedRun, props: &LabRunListProps) -> Html {
    let (number, config) = (run.number, run.config);
    let name = lab_runs::run_name(number);
    let chosen = props.history.chosen.contains(&number);
    let toggle = {
        let act = props.act.clone();
        Callback::from(move |event: Event| {
            act.emit(LabAction::ToggleCompared(number));
            // A third choice takes the place of another one: the boxes show what is compared.
            event.target_unchecked_into::<HtmlInputElement>().set_checked(!chosen);
        })
    };
    let again = props.act.reform(move |_: MouseEvent| LabAction::SetConfig(config));
    let forget = props.act.reform(move |_: MouseEvent| LabAction::ForgetRun(number));
    html! {
        <li key={number} class="lab-run" data-run={number.to_string()}>
            <label class="lab-run-choice">
                <input type="checkbox" checked={chosen} onchange={toggle} aria-describedby={format!("lab-run-{number}")} />
                <span><strong>{ &name }</strong>{ format!(", {}", lab_runs::ending(&run.ending)) }</span>
            </label>
            <p class="caption" id={format!("lab-run-{number}")}>{ lab_runs::settings_line(&config) }<br/>{ lab_runs::results_line(run) }</p>
            <div class="lab-run-tools">
                <button type="button" class="quiet" disabled={props.busy} onclick={again} aria-label={format!("Use the settings of {name}")}>{ "Use settings" }</button>
                <button type="button" class="quiet" onclick={forget} data-next-focus="lab-runs-title" aria-label={format!("Delete {name}")}>{ "Delete" }</button>
            </div>
        </li>
    }
}

fn comparison_table(runs: [&SavedRun; 2]) -> Html {
    let table = lab_runs::comparison(runs);
    let save = {
        let csv = to_csv(&table);
        Callback::from(move |_: MouseEvent| dom::download("inkling-comparison.csv", "text/csv", csv.as_bytes()))
    };
    let (head, rows) = table.split_at(1);
    html! {
        <>
            <div class="chart-head">
                <p class="caption">{ lab_runs::difference_sentence(runs) }</p>
                <button type="button" class="quiet save" onclick={save} aria-label="Save this comparison as CSV">{ "CSV" }</button>
            </div>
            <table class="figures" id="lab-compared">
                <thead><tr><td></td>{ for head.iter().flatten().skip(1).map(|cell| html! { <th scope="col">{ cell }</th> }) }</tr></thead>
                <tbody>{ for rows.iter().map(|row| html! {
                    <tr><th scope="row">{ &row[0] }</th>{ for row.iter().skip(1).map(|cell| html! { <td>{ cell }</td> }) }</tr>
                }) }</tbody>
            </table>
        </>
    }
}
