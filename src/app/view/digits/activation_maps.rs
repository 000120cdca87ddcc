//! The activation maps of a layer on one canvas, and a single map, enlarged.

use wasm_bindgen::Clamped;
use web_sys::{CanvasRenderingContext2d, Element, HtmlCanvasElement, ImageData};
use yew::prelude::*;

use crate::app::model::async_value::Shared;
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
    pub pick_one: Callback<SelectedUnit>,
}

/// The layout of the maps on a canvas: in canvas pixels, except for the width on the page.
#[derive(Clone, Copy, Debug, PartialEq)]
struct MapGrid {
    columns: usize,
    rows: usize,
    /// Canvas pixels of one activation.
    zoom: usize,
    gap: usize,
    cell: (usize, usize),
    /// The width of the canvas in CSS pixels.
    width: f64,
}

impl MapGrid {
    /// As many columns as fit, in rows of equal length.
    fn new(layer: &LayerActivations, room: f64) -> Self {
        let [_, height, width] = layer.shape.map(|n| n.max(1) as usize);
        let count = channel_count(layer).max(1);
        let target = match width {
            20.. => 60.0,
            10.. => 48.0,
            2.. => 34.0,
            _ => 15.0,
        };
        let most = ((room / target) as usize).clamp(1, count);
        let rows = count.div_ceil(most);
        let columns = count.div_ceil(rows);
        let zoom = 28_usize.div_ceil(width).max(1);
        let gap = (zoom * width / 10).max(1);
        let cell = (zoom * width + gap, zoom * height + gap);
        Self { columns, rows, zoom, gap, cell, width: room.min(columns as f64 * target * 1.15) }
    }

    fn size(&self) -> (usize, usize) {
        (self.columns * self.cell.0 - self.gap, self.rows * self.cell.1 - self.gap)
    }

    /// The channel at a position, given as shares of the canvas's width and height.
    fn channel_at(&self, x: f64, y: f64) -> usize {
        let place = |share: f64, count: usize| ((share * count as f64).max(0.0) as usize).min(count - 1);
        place(y, self.rows) * self.columns + place(x, self.columns)
    }
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

    let click = {
        let (canvas, answer, index, pick) = (canvas.clone(), props.answer.clone(), props.index, props.pick_one.clone());
        Callback::from(move |event: MouseEvent| {
            let (Some(canvas), Some(layer)) = (canvas.cast::<Element>(), answer.result.layers.get(index)) else {
                return;
            };
            let rect = canvas.get_bounding_client_rect();
            let share = |at: i32, from: f64, length: f64| (f64::from(at) - from) / length.max(1.0);
            let channel = MapGrid::new(layer, available_width(&canvas)).channel_at(
                share(event.client_x(), rect.left(), rect.width()),
                share(event.client_y(), rect.top(), rect.height()),
            );
            if channel < channel_count(layer) {
                pick.emit(SelectedUnit { layer: index, channel });
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
            pick.emit(SelectedUnit { layer, channel });
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
        let (left, top) = ((channel % grid.columns) * grid.cell.0, (channel / grid.columns) * grid.cell.1);
        paint_map(&context, layer, channel, live, color, grid.zoom, (left as f64, top as f64));
    }
    if let Some(channel) = chosen {
        let accent = canvas.parent_element().map_or(color, |parent| text_color(&window, &parent));
        let [r, g, b] = accent;
        let line = grid.gap as f64 / 2.0;
        let (left, top) = ((channel % grid.columns) * grid.cell.0, (channel / grid.columns) * grid.cell.1);
        context.set_stroke_style_str(&format!("rgb({r} {g} {b})"));
        context.set_line_width(line.max(1.0));
        let (w, h) = (grid.cell.0 - grid.gap, grid.cell.1 - grid.gap);
        context.stroke_rect(left as f64 + line / 2.0, top as f64 + line / 2.0, w as f64 - line, h as f64 - line);
    }
}

/// Paints one map at a position, each activation a square.
fn paint_map(
    context: &CanvasRenderingContext2d,
    layer: &LayerActivations,
    channel: usize,
    live: bool,
    color: [u8; 3],
    zoom: usize,
    (left, top): (f64, f64),
) {
    let (height, width) = (layer.shape[1].max(1) as usize, layer.shape[2].max(1) as usize);
    let Some(map) = layer.maps.chunks_exact(height * width).nth(channel) else { return };
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

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct ActivationMapProps {
    /// The prediction with the layers.
    pub answer: Shared<Prediction>,
    /// The selected map.
    pub pick: SelectedUnit,
    /// Whether the prediction is of what is on the pad.
    pub live: bool,
    /// The color scheme; a change repaints.
    pub color_scheme: ColorScheme,
}

/// A single map, enlarged.
#[component]
pub fn ActivationMap(props: &ActivationMapProps) -> Html {
    let canvas = use_node_ref();
    let place = canvas.clone();
    use_effect_with(
        (props.answer.clone(), props.pick, props.live, props.color_scheme),
        move |(answer, pick, live, _)| {
            let canvas = place.cast::<HtmlCanvasElement>();
            let (Some(canvas), Some(layer)) = (canvas, answer.result.layers.get(pick.layer)) else { return };
            let (Some(window), Some(context)) = (web_sys::window(), canvas::context(&canvas)) else { return };
            canvas.set_width(layer.shape[2].max(1));
            canvas.set_height(layer.shape[1].max(1));
            paint_map(&context, layer, pick.channel, *live, text_color(&window, &canvas), 1, (0.0, 0.0));
        },
    );
    html! { <canvas ref={canvas} class="pixels" width="26" height="26" role="img" aria-label="The selected map, enlarged" /> }
}

/// A selected channel of a layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SelectedUnit {
    /// The index of the layer, from the bottom.
    pub layer: usize,
    /// The index of the channel.
    pub channel: usize,
}

/// The number of channels of a layer.
pub fn channel_count(layer: &LayerActivations) -> usize {
    layer.shape[0] as usize
}

/// The noun for a channel of a layer.
pub fn channel_noun(layer: &LayerActivations) -> &'static str {
    if layer.shape[1] * layer.shape[2] > 1 { "map" } else { "unit" }
}

/// The strongest activation of a channel, in words.
pub fn strongest_activation(layer: &LayerActivations, channel: usize, live: bool) -> String {
    if !live {
        return "Inactive.".into();
    }
    let area = (layer.shape[1] * layer.shape[2]) as usize;
    let level =
        layer.maps.chunks(area.max(1)).nth(channel).and_then(|map| map.iter().max()).copied().unwrap_or_default();
    format!("Strongest activation {:.2}.", f32::from(level) / 255.0 * layer.max)
}
