//! One training method: its curves, its filters and its result.

use yew::prelude::*;

use super::run_charts::method_charts;
use super::thumbnails::{DigitThumbnail, FilterGrid};
use crate::app::messages::format::{capitalize, number_with_article};
use crate::app::messages::lab;
use crate::app::model::lab::TrainingTrace;
use crate::app::model::theme::ColorScheme;
use crate::app::view::charts::gradient_norms;
use crate::app::view::confusion_matrix::confusion_matrix;
use crate::protocol::{ClassificationMetrics, LabOutcome, TrainingMethod};

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct TrainingColumnProps {
    /// The trace of the training.
    pub track: TrainingTrace,
    /// The color scheme; a change repaints.
    pub color_scheme: ColorScheme,
}

/// One training method, in a column.
#[component]
pub fn TrainingColumn(props: &TrainingColumnProps) -> Html {
    let track = &props.track;
    let name = lab::method_name(track.way);
    let word = match track.way {
        TrainingMethod::EndToEnd => "end-to-end",
        TrainingMethod::Layered => "layered",
    };
    let (done, steps) = track.latest.as_ref().map_or((0, 0), |step| (step.done, step.steps));
    let outcome = track.end.as_ref().map(|end| &end.outcome);
    let trouble = matches!(outcome, Some(LabOutcome::Diverged { .. }));
    html! {
        <section class="card lab-lane" data-training-method={word} data-lane={word} aria-labelledby={format!("lab-{word}")}>
            <h2 id={format!("lab-{word}")}>{ name }</h2>
            <p class="caption">{ lab::method_description(track.way) }</p>
            <progress value={done.to_string()} max={steps.max(1).to_string()} aria-label={format!("Progress of {}", name.to_lowercase())}></progress>
            <p class={classes!("caption", "lab-standing", trouble.then_some("trouble"))}>{ lab::training_status(track) }</p>
            { method_charts(track) }
            if let Some(step) = &track.latest { { gradient_norms(&step.norms) } }
            if let Some(filters) = &track.filters {
                <div class="lab-look">
                    <h3>{ "What the first layer looks for" }</h3>
                    <FilterGrid filters={filters.clone()} color_scheme={props.color_scheme} />
                    <p class="caption">{ "Each small square is one filter. Filled cells look for ink, hollow cells look for paper; the stronger the color, the more it matters." }</p>
                </div>
            }
            if !track.rebuilt.is_empty() {
                <div class="lab-look">
                    <h3>{ "What the autoencoder restores" }</h3>
                    <div class="lab-rebuilt">
                        <p class="caption">{ "damaged" }</p>
                        { for track.rebuilt.iter().map(|one| html! { <DigitThumbnail picture={one.holes.clone()} label={format!("{}, damaged", capitalize(&number_with_article(one.label)))} color_scheme={props.color_scheme} /> }) }
                        <p class="caption">{ "restored" }</p>
                        { for track.rebuilt.iter().map(|one| html! { <DigitThumbnail picture={one.output.clone()} label={format!("The {}, restored", one.label)} color_scheme={props.color_scheme} /> }) }
                        <p class="caption">{ "original" }</p>
                        { for track.rebuilt.iter().map(|one| html! { <DigitThumbnail picture={one.whole.clone()} label={format!("The {}, original", one.label)} color_scheme={props.color_scheme} /> }) }
                    </div>
                    <p class="caption">{ "These digits were not used for training." }</p>
                </div>
            }
            if let Some(LabOutcome::Finished(report)) = outcome { { confusion_details(report) } }
        </section>
    }
}

fn confusion_details(report: &ClassificationMetrics) -> Html {
    html! {
        <details class="confusion"><summary>{ "Which digits it mixes up" }</summary>
            <div class="matrices" tabindex="0" role="region" aria-label="Which digits it mixes up">{ confusion_matrix("held out", report) }</div>
        </details>
    }
}
