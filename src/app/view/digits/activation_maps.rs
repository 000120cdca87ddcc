//! The activation maps of a layer on one canvas.

use wasm_bindgen::Clamped;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, ImageData};
use yew::prelude::*;

use crate::app::messages::layers::{channel_noun, strongest_activation};
use crate::app::model::async_value::Shared;
use crate::app::model::layers::map_grid::MapGrid;
use crate::app::model::layers::{MapPixel, SelectedUnit, channel_count, map_levels, map_size};
use crate::app::model::prediction::Prediction;
use crate::app::model::theme::ColorScheme;
use crate::app::view::canvas;
use crate::app::view::canvas::{text_color, use_resizes};
use crate::protocol::LayerActivations;

/// The alpha of the lowest level, which still shows as a tile.
const GROUND: u8 = 15;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct ActivationMapsProps {
    /// The prediction with the layers.
    pub answer: Shared<Prediction>,
    /// The index of the layer.
    pub index: usize,
    /// Whether the prediction is of what is on the pad; otherwise the maps are empty.
    pub live: bool,
    /// The color scheme; a change repaints.
    pub color_scheme: ColorScheme,
    /// The enlarged channel, if it is of this layer.
    pub chosen: Option<usize>,
    /// Called with the map that the visitor selects.
    pub pick_one: Callback<(SelectedUnit, Option<MapPixel>)>,
    /// Called with the pixel that the mouse is on; none where it leaves.
    pub hover: Callback<Option<(SelectedUnit, MapPixel)>>,
}

/// The maps of one layer. The canvas is a slider, since one map is enlarged: arrow keys go from map to map.
#[component]
pub fn ActivationMaps(props: &ActivationMapsProps) -> Html {
    let canvas = use_node_ref();
    let size = use_resizes();
    let place = canvas.clone();
    use_effect_with(
        (props.answer.clone(), props.index, props.live, props.color_scheme, props.chosen, size),
        move |(answer, index, live, _, chosen, _)| {
            if let (Some(canvas), Some(layer)) = (place.cast::<HtmlCanvasElement>(), answer.result.layers.get(*index)) {
                paint_maps(&canvas, layer, *live, *chosen);
            }
        },
    );
    let Some(layer) = props.answer.result.layers.get(props.index) else { return Html::default() };
    let count = channel_count(layer);
    let chosen = props.chosen.unwrap_or_default();

    let at = {
        let (canvas, answer, index) = (canvas.clone(), props.answer.clone(), props.index);
        move |event: &MouseEvent| {
            let canvas = canvas.cast::<Element>()?;
            let rect = canvas.get_bounding_client_rect();
            let share = |at: i32, from: f64, length: f64| (f64::from(at) - from) / length.max(1.0);
            let (channel, pixel) = MapGrid::new(answer.result.layers.get(index)?, available_width(&canvas)).at(
                share(event.client_x(), rect.left(), rect.width()),
                share(event.client_y(), rect.top(), rect.height()),
            )?;
            Some((SelectedUnit { layer: index, channel }, pixel))
        }
    };
    let over = {
        let (at, hover) = (at.clone(), props.hover.clone());
        Callback::from(move |event: MouseEvent| hover.emit(at(&event)))
    };
    let click = {
        let pick = props.pick_one.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some((unit, pixel)) = at(&event) {
                pick.emit((unit, Some(pixel)));
            }
        })
    };
    let key = {
        let (layer, pick) = (props.index, props.pick_one.clone());
        Callback::from(move |event: KeyboardEvent| {
            let channel = match event.key().as_str() {
                "ArrowRight" | "ArrowUp" => (chosen + 1).min(count.saturating_sub(1)),
                "ArrowLeft" | "ArrowDown" => chosen.saturating_sub(1),
                "Home" | "Enter" | " " => 0,
                "End" => count.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            pick.emit((SelectedUnit { layer, channel }, None));
        })
    };

    html! {
        <div class="maps">
            <canvas
                ref={canvas}
                class="pixels"
                tabindex="0"
                role="slider"
                aria-label={format!("{}: the {} shown enlarged", layer.name, channel_noun(layer))}
                aria-valuemin="1"
                aria-valuemax={count.to_string()}
                aria-valuenow={(chosen + 1).to_string()}
                aria-valuetext={format!("{} {} of {count}. {}", channel_noun(layer), chosen + 1, strongest_activation(layer, chosen, props.live))}
                onmousemove={over}
                onmouseleave={props.hover.reform(|_: MouseEvent| None)}
                onclick={click}
                onkeydown={key}
            />
        </div>
    }
}

/// The width available for the maps, in CSS pixels.
fn available_width(canvas: &Element) -> f64 {
    canvas.parent_element().map_or(280.0, |parent| f64::from(parent.client_width())).max(60.0)
}

fn paint_maps(canvas: &HtmlCanvasElement, layer: &LayerActivations, live: bool, chosen: Option<usize>) {
    let Some(window) = web_sys::window() else { return };
    let Some(context) = canvas::context(canvas) else { return };
    let grid = MapGrid::new(layer, available_width(canvas));
    let (width, height) = grid.size();
    canvas.set_width(width as u32);
    canvas.set_height(height as u32);
    // The height follows from the aspect ratio; a browser without styles shows canvas pixels.
    let _ = canvas.style().set_property("width", &format!("{:.0}px", grid.width));
    let color = text_color(&window, canvas);
    for channel in 0..channel_count(layer) {
        let (left, top) = grid.corner(channel);
        paint_map(&context, layer, channel, live, color, grid.zoom, (left as f64, top as f64));
    }
    if let Some(channel) = chosen {
        let accent = canvas.parent_element().map_or(color, |parent| text_color(&window, &parent));
        let [r, g, b] = accent;
        let line = grid.gap as f64 / 2.0;
        let (left, top) = grid.corner(channel);
        context.set_stroke_style_str(&format!("rgb({r} {g} {b})"));
        context.set_line_width(line.max(1.0));
        let (w, h) = (grid.cell.0 - grid.gap, grid.cell.1 - grid.gap);
        context.stroke_rect(left as f64 + line / 2.0, top as f64 + line / 2.0, w as f64 - line, h as f64 - line);
    }
}

/// Paints one map at a position, each activation a square.
pub fn paint_map(
    context: &CanvasRenderingContext2d,
    layer: &LayerActivations,
    channel: usize,
    live: bool,
    color: [u8; 3],
    zoom: usize,
    (left, top): (f64, f64),
) {
    let [height, width] = map_size(layer);
    let Some(map) = map_levels(layer, channel) else { return };
    let level = |i: usize| {
        let (x, y) = (i % (width * zoom) / zoom, i / (width * zoom) / zoom);
        if live { display_level(map[y * width + x]) } else { 0 }
    };
    let pixels = canvas::ink_pixels((0..height * width * zoom * zoom).map(level), color, GROUND);
    let (width, height) = ((width * zoom) as u32, (height * zoom) as u32);
    // The engine makes no map of an invalid size.
    if let Ok(image) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), width, height) {
        let _ = context.put_image_data(&image, left, top);
    }
}

/// The display level of an activation: most are far below the strongest of their layer, and would hardly be visible.
fn display_level(level: u8) -> u8 {
    ((f32::from(level) / 255.0).powf(0.7) * 255.0) as u8
}
