//! Thumbnails of digits and filters.

use wasm_bindgen::Clamped;
use web_sys::{HtmlCanvasElement, ImageData};
use yew::prelude::*;

use crate::app::model::async_value::Shared;
use crate::app::model::theme::ColorScheme;
use crate::app::view::canvas;
use crate::app::view::canvas::text_color;
use crate::protocol::{FilterSnapshot, GrayImage};

/// Properties of a digit's thumbnail.
#[derive(Properties, PartialEq)]
pub struct DigitThumbnailProps {
    /// The image.
    pub picture: GrayImage,
    /// Its description for screen readers.
    pub label: AttrValue,
    /// The color scheme; a change repaints.
    pub color_scheme: ColorScheme,
}

/// A digit as a thumbnail.
#[component]
pub fn DigitThumbnail(props: &DigitThumbnailProps) -> Html {
    let canvas = use_node_ref();
    let place = canvas.clone();
    use_effect_with((props.picture.clone(), props.color_scheme), move |(picture, _)| {
        let (Some(canvas), Some(window)) = (place.cast::<HtmlCanvasElement>(), web_sys::window()) else { return };
        let pixels = canvas::ink_pixels(picture.pixels.iter().copied(), text_color(&window, &canvas), 0);
        put_pixels(&canvas, &pixels, [picture.width, picture.height]);
    });
    html! { <canvas ref={canvas} class="pixels lab-digit" width="28" height="28" role="img" aria-label={props.label.clone()} /> }
}

/// Properties of the filters' thumbnail.
#[derive(Properties, PartialEq)]
pub struct FilterGridProps {
    /// The filters.
    pub filters: Shared<FilterSnapshot>,
    /// The color scheme; a change repaints.
    pub color_scheme: ColorScheme,
}

/// Filters in a row.
const COLUMNS: u32 = 8;

/// Canvas pixels of a weight.
const CELL: u32 = 3;

/// All filters of a convolution on one canvas: positive weights are filled cells in the text color, negative ones are hollow cells in
/// that of the parent.
#[component]
pub fn FilterGrid(props: &FilterGridProps) -> Html {
    let canvas = use_node_ref();
    let place = canvas.clone();
    use_effect_with((props.filters.clone(), props.color_scheme), move |(filters, _)| {
        let (Some(canvas), Some(window)) = (place.cast::<HtmlCanvasElement>(), web_sys::window()) else { return };
        let ink = text_color(&window, &canvas);
        let seal = canvas.parent_element().map_or(ink, |parent| text_color(&window, &parent));
        let (side, cell) = (filters.side, filters.side + 1);
        let [width, height] = [COLUMNS * cell - 1, filters.count.div_ceil(COLUMNS) * cell - 1];
        let (width, height) = (width * CELL, height * CELL);
        let mut pixels = vec![0; (width * height * 4) as usize];
        for (place, weight) in filters.weights.iter().enumerate() {
            let (filter, pixel) = (place as u32 / (side * side), place as u32 % (side * side));
            let x = filter % COLUMNS * cell + pixel % side;
            let y = filter / COLUMNS * cell + pixel / side;
            let [r, g, b] = if *weight >= 128 { ink } else { seal };
            // The lowest level still shows where the filter is.
            let level = 20 + (u32::from(weight.abs_diff(128)) * 235 / 128) as u8;
            for (dx, dy) in (0..CELL * CELL).map(|i| (i % CELL, i / CELL)) {
                let hollow = *weight < 128 && (dx, dy) == (CELL / 2, CELL / 2);
                let at = (((y * CELL + dy) * width + x * CELL + dx) * 4) as usize;
                pixels[at..at + 4].copy_from_slice(&[r, g, b, if hollow { 0 } else { level }]);
            }
        }
        put_pixels(&canvas, &pixels, [width, height]);
    });
    let label = format!("The {} filters of the first layer", props.filters.count);
    html! { <div class="lab-filters"><canvas ref={canvas} class="pixels" width="93" height="45" role="img" aria-label={label} /></div> }
}

fn put_pixels(canvas: &HtmlCanvasElement, pixels: &[u8], [width, height]: [u32; 2]) {
    canvas.set_width(width);
    canvas.set_height(height);
    let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), width, height);
    if let (Some(context), Ok(image)) = (canvas::context(canvas), image) {
        // There is none of an invalid size; the engine makes none.
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}
