//! A small square of numbers: the darker a cell, the larger its number, and a negative one has a minus sign and another color.

use yew::prelude::*;

use crate::app::messages::layers;

/// From this side on the numbers would be too small to read: the cells alone are shown.
const MAX_WRITTEN_SIDE: usize = 3;

/// Width and height of a cell in the picture's units.
const CELL: (usize, usize) = (44, 28);

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct NumberGridProps {
    /// What the numbers are.
    pub name: &'static str,
    /// The numbers, rows from the top.
    pub values: Vec<f32>,
    /// Numbers in a row.
    pub side: usize,
}

/// A square of numbers with its name below it.
#[component]
pub fn NumberGrid(props: &NumberGridProps) -> Html {
    let side = props.side.max(1);
    let most = props.values.iter().map(|value| value.abs()).fold(1e-6, f32::max);
    let written = side <= MAX_WRITTEN_SIDE;
    let cell = |(index, value): (usize, &f32)| {
        let (x, y) = (index % side * CELL.0, index / side * CELL.1);
        // A number on its cell stays readable.
        let strength = value.abs() / most * if written { 0.35 } else { 1.0 };
        html! {
            <g key={index}>
                <rect class={if *value < 0.0 { "negative" } else { "positive" }} x={x.to_string()} y={y.to_string()} width={CELL.0.to_string()} height={CELL.1.to_string()} fill-opacity={format!("{strength:.3}")} />
                if written { <text x={(x + CELL.0 / 2).to_string()} y={(y + CELL.1 / 2).to_string()}>{ layers::number(*value) }</text> }
            </g>
        }
    };
    html! {
        <figure class="number-grid">
            <svg viewBox={format!("-1 -1 {} {}", side * CELL.0 + 2, side * CELL.1 + 2)} role="img" aria-label={layers::grid_label(props.name, &props.values, side)}>
                { for props.values.iter().enumerate().map(cell) }
            </svg>
            <figcaption class="caption">{ props.name }</figcaption>
        </figure>
    }
}
