//! Charts of training curves, with axes, units and a legend; each can be saved as SVG.

use yew::prelude::*;

use crate::app::browser::dom;
use crate::app::messages::layers;
use crate::app::model::charts::{CHART_SIZE, Chart};

/// A chart with its title, legend and the button that saves it. `label` describes it in words; `file` is the name of the saved file.
pub fn chart_figure(chart: Chart, label: String, file: &str) -> Html {
    let layout = chart.layout();
    let [left, top, right, bottom] = layout.plot;
    let save = {
        let (chart, file) = (chart.clone(), format!("{file}.svg"));
        Callback::from(move |_: MouseEvent| dom::download(&file, "image/svg+xml", chart.to_svg().as_bytes()))
    };
    html! {
        <figure class="chart">
            <div class="chart-head">
                <p class="chart-title">{ &chart.title }</p>
                <button type="button" class="quiet save" onclick={save} aria-label={format!("Save the chart “{}” as SVG", chart.title)}>{ "SVG" }</button>
            </div>
            <svg viewBox={format!("0 0 {} {}", CHART_SIZE.0, CHART_SIZE.1)} role="img" aria-label={label}>
                { for layout.y.iter().map(|tick| html! {
                    <g class="tick">
                        <path d={format!("M{left} {:.1}H{right}", tick.at)} />
                        <text class="y" x={(left - 6.0).to_string()} y={format!("{:.1}", tick.at)}>{ &tick.label }</text>
                    </g>
                }) }
                { for layout.x.iter().map(|tick| html! {
                    <text class="x" x={format!("{:.1}", tick.at)} y={(bottom + 14.0).to_string()}>{ &tick.label }</text>
                }) }
                <path class="axes" d={format!("M{left} {top}V{bottom}H{right}")} />
                <text class="x unit" x={((left + right) / 2.0).to_string()} y={(bottom + 30.0).to_string()}>{ "steps" }</text>
                { for layout.paths.iter().map(|(line, path)| html! {
                    <path class={classes!("curve", chart.lines[*line].style.class())} d={path.clone()} />
                }) }
            </svg>
            <figcaption class="legend">
                { for chart.lines.iter().map(|line| html! {
                    <span class="key">
                        <svg viewBox="0 0 26 8" aria-hidden="true" focusable="false"><path class={classes!("curve", line.style.class())} d="M1 4H25" /></svg>
                        { &line.name }
                    </span>
                }) }
            </figcaption>
        </figure>
    }
}

/// The gradient norm of each layer as a bar.
pub fn gradient_norms(norms: &[(String, f32)]) -> Html {
    let most = norms.iter().map(|(_, norm)| *norm).fold(1e-9, f32::max);
    html! {
        <details class="norms"><summary>{ "Gradients, layer by layer" }</summary>
            <p class="caption">{ layers::GRADIENTS_HELP }</p>
            <ul>{ for norms.iter().map(|(layer, norm)| html! {
                <li key={layer.clone()}><span class="caption">{ layers::layer_name(layer) }</span>
                    <svg class="norm-bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" focusable="false">
                        <rect class="track" width="100" height="8" /><rect class="fill" width={format!("{:.1}", 100.0 * (norm / most).clamp(0.0, 1.0))} height="8" />
                    </svg>
                    <span class="caption">{ format!("{norm:.3}") }</span></li>
            }) }</ul>
        </details>
    }
}
