//! The charts of a training method, and those that lay the curves of two runs over each other.

use yew::prelude::*;

use crate::app::messages::{lab, lab_runs};
use crate::app::model::charts::{Chart, ChartLine, LineStyle, Measure};
use crate::app::model::lab::TrainingTrace;
use crate::app::model::lab_history::SavedRun;
use crate::app::model::user_data::training_run::CurvePoint;
use crate::app::view::charts::chart_figure;
use crate::protocol::TrainingMethod;

/// The charts of a training method. All are there from the start, so that nothing below them moves when another stage begins.
pub fn method_charts(track: &TrainingTrace) -> Html {
    let steps = track.latest.as_ref().map_or(1, |step| step.steps);
    let file = |what: &str| format!("inkling-{}-{what}", lab::method_name(track.way).to_lowercase().replace(' ', "-"));
    let split = usize::from(track.way == TrainingMethod::Layered).min(track.losses.len());
    let (restoring, classifying) = track.losses.split_at(split);
    let chart = |title: &str, measure: Measure, style: LineStyle, name: String, parts: Vec<Vec<CurvePoint>>| Chart {
        title: title.to_owned(),
        measure,
        steps,
        lines: vec![ChartLine { name, style, parts }],
    };
    let held_out = track.held_out.last().map_or_else(|| "–".into(), |dot| lab::percent(dot.value));
    html! {
        <div class="lab-charts">
            if track.way == TrainingMethod::Layered {
                { chart_figure(
                    chart(lab::RESTORING, Measure::Loss, LineStyle::Solid, "squared error per pixel".into(), restoring.to_vec()),
                    "Error of the autoencoder over the steps".into(),
                    &file("restoring"),
                ) }
            }
            { chart_figure(
                chart(lab::CLASSIFYING, Measure::Loss, LineStyle::Solid, "cross-entropy".into(), classifying.to_vec()),
                "Loss of the classifier over the steps".into(),
                &file("loss"),
            ) }
            { chart_figure(
                chart(lab::HELD_OUT, Measure::Share, LineStyle::Dashed, format!("now {held_out}"), vec![track.held_out.clone()]),
                format!("Held-out accuracy over the steps; now {held_out}"),
                &file("accuracy"),
            ) }
        </div>
    }
}

/// The curves of two runs, one over the other.
pub fn comparison_charts(runs: [&SavedRun; 2], way: TrainingMethod) -> Html {
    let steps = runs.iter().map(|run| run.method(way).steps).max().unwrap_or(1);
    let styles = [LineStyle::Solid, LineStyle::Dashed];
    let lines = |parts: &dyn Fn(&SavedRun) -> Vec<Vec<CurvePoint>>| -> Vec<ChartLine> {
        let line = |(run, style): (&&SavedRun, LineStyle)| ChartLine {
            name: lab_runs::run_name(run.number),
            style,
            parts: parts(run),
        };
        runs.iter().zip(styles).map(line).collect()
    };
    let name = lab::method_name(way);
    let loss = Chart {
        title: format!("{name}: {}", lab::CLASSIFYING.to_lowercase()),
        measure: Measure::Loss,
        steps,
        lines: lines(&|run| run.method(way).comparable_losses(way)),
    };
    let accuracy = Chart {
        title: format!("{name}: {}", lab::HELD_OUT.to_lowercase()),
        measure: Measure::Share,
        steps,
        lines: lines(&|run| vec![run.method(way).held_out_curve()]),
    };
    let [first, second] = runs.map(|run| lab_runs::run_name(run.number));
    html! {
        <div class="lab-charts">
            { chart_figure(loss, format!("Loss of {first} and {second}"), "inkling-compared-loss") }
            { chart_figure(accuracy, format!("Held-out accuracy of {first} and {second}"), "inkling-compared-accuracy") }
        </div>
    }
}
