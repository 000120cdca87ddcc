//! A drawing as a small picture.

use yew::prelude::*;

use crate::app::model::pad_content::bounds;
use crate::ink::Drawing;

/// A drawing as a small picture.
pub fn stroke_thumbnail(drawing: &Drawing) -> Html {
    let Some([left, top, right, bottom]) = bounds(drawing) else { return Html::default() };
    let scale = 24.0 / (right - left).max(bottom - top).max(1e-3);
    let (x, y) = ((left + right) / 2.0, (top + bottom) / 2.0);
    let path: String = drawing
        .strokes
        .iter()
        .flat_map(|stroke| stroke.points.iter().enumerate())
        .map(|(i, p)| format!("{}{:.1} {:.1}", if i == 0 { 'M' } else { 'L' }, (p.x - x) * scale, (p.y - y) * scale))
        .collect();
    html! { <svg class="ink" viewBox="-16 -16 32 32" aria-hidden="true" focusable="false"><path d={path} /></svg> }
}
