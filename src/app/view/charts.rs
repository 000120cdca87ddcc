//! Charts of training curves.

use yew::prelude::*;

use crate::app::model::user_data::training_run::CurvePoint;
use crate::app::view::progress_bar::share_bar;

/// A series of a chart.
pub struct ChartSeries<'a> {
    /// Its points, in the order of their steps.
    pub dots: &'a [CurvePoint],
    /// The values at the lower and upper edge of the chart.
    pub range: [f64; 2],
    /// Its CSS class: `loss` or `held`.
    pub class: &'static str,
}

impl<'a> ChartSeries<'a> {
    /// A loss, from zero to its maximum.
    pub fn loss(dots: &'a [CurvePoint]) -> Self {
        let most = dots.iter().map(|dot| dot.value).fold(1e-6, f64::max);
        Self { dots, range: [0.0, most], class: "loss" }
    }

    /// An accuracy, from `low` to 1.
    pub fn held(dots: &'a [CurvePoint], low: f64) -> Self {
        Self { dots, range: [low, 1.0], class: "held" }
    }
}

/// A chart of some series. `label` describes it in words.
pub fn curve_chart(label: String, steps: u32, lines: &[ChartSeries], caption: Html) -> Html {
    let steps = f64::from(steps.max(1));
    let path = |line: &ChartSeries| -> String {
        let [low, high] = line.range;
        let at = |dot: &CurvePoint| {
            let share = ((dot.value - low) / (high - low)).clamp(0.0, 1.0);
            (4.0 + 292.0 * f64::from(dot.step) / steps, 76.0 - 72.0 * share)
        };
        let points = line.dots.iter().map(at).enumerate();
        points.map(|(i, (x, y))| format!("{}{x:.1} {y:.1}", if i == 0 { 'M' } else { 'L' })).collect()
    };
    html! {
        <figure class="curves">
            <svg viewBox="0 0 300 80" role="img" aria-label={label}>
                { for lines.iter().map(|line| html! { <path class={classes!("curve", line.class)} d={path(line)} /> }) }
            </svg>
            <figcaption class="caption">{ caption }</figcaption>
        </figure>
    }
}

/// The gradient norm of each layer as a bar.
pub fn gradient_norms(norms: &[(String, f32)]) -> Html {
    let most = norms.iter().map(|(_, norm)| *norm).fold(1e-9, f32::max);
    html! {
        <details class="norms"><summary>{ "Gradients, layer by layer" }</summary>
            <ul>{ for norms.iter().map(|(layer, norm)| html! {
                <li key={layer.clone()}><span class="caption">{ layer }</span>
                    { share_bar(norm / most) }
                    <span class="caption">{ format!("{norm:.3}") }</span></li>
            }) }</ul>
        </details>
    }
}
