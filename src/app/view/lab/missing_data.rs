//! Missing data: occlusion, imputation, and the accuracy with each.

use yew::prelude::*;

use super::settings::{chosen_index, select};
use super::thumbnails::DigitThumbnail;
use crate::app::messages::engines::load_progress;
use crate::app::messages::format::{capitalize, number_with_article, sentence};
use crate::app::messages::lab;
use crate::app::model::async_value::Shared;
use crate::app::model::lab::{ComparisonStatus, LabAction};
use crate::app::model::theme::ColorScheme;
use crate::protocol::{
    Imputation, LabOutcome, LabResult, MissingDataRequest, MissingReport, Occlusion, TrainingMethod,
};

const HIDDEN: [Occlusion; 7] = [
    Occlusion::Pixels { share: 0.25 },
    Occlusion::Pixels { share: 0.5 },
    Occlusion::Pixels { share: 0.75 },
    Occlusion::Pixels { share: 0.9 },
    Occlusion::Stroke { width: 3.0 },
    Occlusion::Stroke { width: 5.0 },
    Occlusion::Stroke { width: 8.0 },
];

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct MissingDataPanelProps {
    /// The occlusion and the network.
    pub missing: MissingDataRequest,
    /// The status of the comparison.
    pub measuring: ComparisonStatus,
    /// The comparisons so far.
    pub measured: Shared<Vec<MissingReport>>,
    /// Whether there are trained networks.
    pub networks: bool,
    /// The results of training.
    pub ends: Vec<LabResult>,
    /// The color scheme; a change repaints.
    pub color_scheme: ColorScheme,
    /// Receives the visitor's actions.
    pub act: Callback<LabAction>,
}

/// The panel of missing data.
#[component]
pub fn MissingDataPanel(props: &MissingDataPanelProps) -> Html {
    let missing = props.missing;
    let change = |change: fn(&mut MissingDataRequest, usize)| {
        let act = props.act.clone();
        Callback::from(move |event: Event| {
            if let Some(index) = chosen_index(&event) {
                let mut missing = missing;
                change(&mut missing, index);
                act.emit(LabAction::SetOcclusion(missing));
            }
        })
    };
    let measure = props.act.reform(|_: MouseEvent| LabAction::EvaluateMissingData);
    let busy = matches!(props.measuring, ComparisonStatus::Queued | ComparisonStatus::Running(_));
    let of = |way: TrainingMethod| {
        props.ends.iter().any(|end| end.way == way && matches!(end.outcome, LabOutcome::Finished(_)))
    };
    let possible = props.networks && of(missing.way);
    let hidden = HIDDEN.map(lab::occlusion_label);
    let options: Vec<&str> = hidden.iter().map(String::as_str).collect();
    let now = HIDDEN.iter().position(|hide| *hide == missing.hide).unwrap_or(1);
    html! {
        <section class="card lab-holes" aria-labelledby="lab-holes-title">
            <h2 id="lab-holes-title">{ "When data is missing" }</h2>
            <p class="caption">
                { "Hide part of each held-out digit from a network that you trained, and see what helps it most: leaving the holes empty, filling them with the average of all training digits, or letting the autoencoder fill them in." }
            </p>
            <div class="settings">
                { select("Network", busy, missing.way as usize, &TrainingMethod::ALL.map(lab::method_name), change(|missing, i| missing.way = TrainingMethod::ALL[i.min(1)])) }
                { select("Hide", busy, now, &options, change(|missing, i| missing.hide = HIDDEN[i.min(HIDDEN.len() - 1)])) }
            </div>
            <div class="tools">
                <button type="button" id="lab-measure" class="button" data-next-focus="lab-measure-state" disabled={busy || !possible} onclick={measure}>{ "Hide and compare" }</button>
                <p class="caption" role="status" id="lab-measure-state" tabindex="-1">{ status_message(props, possible) }</p>
            </div>
            if !props.measured.is_empty() { { comparison_table(&props.measured) } }
            if let Some(report) = props.measured.last() { { example_grid(report, props.color_scheme) } }
        </section>
    }
}

fn status_message(props: &MissingDataPanelProps, possible: bool) -> String {
    match &props.measuring {
        ComparisonStatus::Failed(why) => sentence(why),
        ComparisonStatus::Queued => "Waiting for the engine…".into(),
        ComparisonStatus::Running(by) => load_progress(by),
        ComparisonStatus::Idle if possible => String::new(),
        ComparisonStatus::Idle if props.networks => "That training failed, so there is no network to try.".into(),
        ComparisonStatus::Idle => "Train the networks first.".into(),
    }
}

fn comparison_table(measured: &[MissingReport]) -> Html {
    let row = |report: &MissingReport| {
        let share = |fill: Imputation| report.filled.iter().find(|(other, _)| *other == fill).map(|(_, share)| *share);
        let best = report.filled.iter().map(|(_, share)| *share).fold(0.0, f64::max);
        let cell = |fill: Imputation| match share(fill) {
            Some(share) => html! { <td class={(share >= best).then_some("best")}>{ lab::percent(share) }</td> },
            None => html! { <td>{ "–" }</td> },
        };
        html! {
            <tr>
                <th scope="row">{ format!("{}, {}", lab::method_name(report.ask.way), lab::occlusion_label(report.ask.hide)) }</th>
                <td>{ lab::percent(report.whole) }</td>
                { for Imputation::ALL.map(cell) }
            </tr>
        }
    };
    html! {
        <div class="lab-table" tabindex="0" role="region" aria-label="Digits read correctly">
            <table class="figures">
                <caption class="caption">{ "Digits read correctly" }</caption>
                <thead><tr><td></td><th scope="col">{ "original" }</th>{ for Imputation::ALL.map(|fill| html! { <th scope="col">{ lab::imputation_name(fill) }</th> }) }</tr></thead>
                <tbody>{ for measured.iter().map(row) }</tbody>
            </table>
        </div>
    }
}

/// Some of the digits of a comparison, a column each.
fn example_grid(report: &MissingReport, color_scheme: ColorScheme) -> Html {
    let rows = report.filled.iter().enumerate().map(|(row, (fill, _))| {
        html! {
            <>
                <p class="caption">{ lab::imputation_name(*fill) }</p>
                { for report.examples.iter().map(|example| match example.filled.get(row) {
                    Some((picture, answer)) => html! {
                        <figure class={(*answer != example.label).then_some("wrong")}>
                            <DigitThumbnail picture={picture.clone()} label={format!("{}, holes: {}", capitalize(&number_with_article(example.label)), lab::imputation_name(*fill))} {color_scheme} />
                            <figcaption class="caption">{ *answer }</figcaption>
                        </figure>
                    },
                    None => html! { <span></span> },
                }) }
            </>
        }
    });
    html! {
        <div class="lab-rebuilt lab-examples">
            <p class="caption">{ "original" }</p>
            { for report.examples.iter().map(|example| html! {
                <figure>
                    <DigitThumbnail picture={example.whole.clone()} label={capitalize(&number_with_article(example.label))} {color_scheme} />
                    <figcaption class="caption">{ example.label }</figcaption>
                </figure>
            }) }
            { for rows }
        </div>
    }
}
