//! A pixel of a feature map, explained: the map enlarged, the part of the input that the pixel depends on, and the sum that it is.

use web_sys::{Element, HtmlCanvasElement};
use yew::prelude::*;

use super::activation_maps::paint_map;
use super::number_grid::NumberGrid;
use crate::app::messages::layers;
use crate::app::model::async_value::Shared;
use crate::app::model::layers::receptive_field::{InputBox, KernelSum, kernel_sum, receptive_field};
use crate::app::model::layers::{
    MapPixel, SelectedUnit, activation, channel_count, map_size, next_pixel, strongest_pixel,
};
use crate::app::model::prediction::Prediction;
use crate::app::model::theme::ColorScheme;
use crate::app::view::canvas;
use crate::app::view::canvas::text_color;
use crate::app::view::lab::thumbnails::DigitThumbnail;
use crate::protocol::{GrayImage, LayerActivations};

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct LensProps {
    /// The prediction with the layers.
    pub answer: Shared<Prediction>,
    /// The map that is shown.
    pub unit: SelectedUnit,
    /// The pixel of it that is explained; none for the strongest.
    pub pixel: Option<MapPixel>,
    /// Whether the prediction is of what is on the pad.
    pub live: bool,
    /// The color scheme; a change repaints.
    pub color_scheme: ColorScheme,
    /// Called with the pixel that the mouse is on; none where it leaves.
    pub hover: Callback<Option<MapPixel>>,
    /// Called with the pixel that the visitor selects.
    pub pick: Callback<MapPixel>,
}

/// A pixel, explained. The enlarged map takes the arrow keys, which go from pixel to pixel.
#[component]
pub fn Lens(props: &LensProps) -> Html {
    let canvas = use_node_ref();
    let said = use_state_eq(String::new);
    let place = canvas.clone();
    use_effect_with(
        (props.answer.clone(), props.unit, props.live, props.color_scheme),
        move |(answer, unit, live, _)| {
            let canvas = place.cast::<HtmlCanvasElement>();
            let (Some(canvas), Some(layer)) = (canvas, answer.result.layers.get(unit.layer)) else { return };
            let (Some(window), Some(context)) = (web_sys::window(), canvas::context(&canvas)) else { return };
            let [height, width] = map_size(layer);
            canvas.set_width(width as u32);
            canvas.set_height(height as u32);
            paint_map(&context, layer, unit.channel, *live, text_color(&window, &canvas), 1, (0.0, 0.0));
        },
    );
    let result = &props.answer.result;
    let Some(layer) = result.layers.get(props.unit.layer) else { return Html::default() };
    let [height, width] = map_size(layer);
    let is_map = height * width > 1;
    let chosen = props.pixel.filter(|pixel| pixel.row < height && pixel.column < width);
    let pixel = chosen.unwrap_or_else(|| strongest_pixel(layer, props.unit.channel));
    let sum = explained_sum(&props.answer, props.unit, pixel).filter(|_| props.live);
    let field = receptive_field(&result.layers, props.unit.layer, pixel);

    let over = {
        let (canvas, hover) = (canvas.clone(), props.hover.clone());
        Callback::from(move |event: MouseEvent| hover.emit(pixel_at(&canvas, &event, [height, width])))
    };
    let click = {
        let (canvas, pick) = (canvas.clone(), props.pick.clone());
        Callback::from(move |event: MouseEvent| {
            if let Some(pixel) = pixel_at(&canvas, &event, [height, width]) {
                pick.emit(pixel);
            }
        })
    };
    let key = {
        let (pick, answer, unit, said) = (props.pick.clone(), props.answer.clone(), props.unit, said.setter());
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                return;
            }
            let Some(next) = next_pixel(&event.key(), pixel, [height, width]) else { return };
            event.prevent_default();
            let value = layers::pixel_value(next, pixel_activation(&answer, unit, next), true);
            let field = receptive_field(&answer.result.layers, unit.layer, next).map(layers::field_place);
            said.set(format!("{value}. {}", field.unwrap_or_default()));
            pick.emit(next);
        })
    };
    html! {
        <div class="lens" data-lens-pixel={format!("{},{}", pixel.row, pixel.column)}>
            <figure class="lens-part">
                <div class="lens-frame">
                    <canvas
                        ref={canvas}
                        id="lens-map"
                        class="pixels"
                        width="26"
                        height="26"
                        tabindex={is_map.then_some("0")}
                        role={if is_map { "application" } else { "img" }}
                        aria-label={if is_map { "The selected map, enlarged. Arrow keys go from pixel to pixel." } else { "The selected unit" }}
                        onmousemove={over}
                        onmouseleave={props.hover.reform(|_: MouseEvent| None)}
                        onclick={click}
                        onkeydown={key}
                    />
                    if is_map { { outline(InputBox { top: pixel.row as i32, left: pixel.column as i32, height: 1, width: 1 }, [height, width], "lens-pixel") } }
                </div>
                <figcaption class="caption">
                    <strong>{ layers::unit_title(layer, props.unit) }</strong>
                    <br/>{ if is_map && props.live { layers::pixel_value(pixel, pixel_activation(&props.answer, props.unit, pixel), chosen.is_some()) } else { layers::strongest_activation(layer, props.unit.channel, props.live) } }
                </figcaption>
            </figure>
            { input_view(props, layer, field) }
            { sum_view(sum) }
            <p class="unseen" role="status">{ (*said).clone() }</p>
        </div>
    }
}

/// The input with the outline of what the pixel depends on.
fn input_view(props: &LensProps, layer: &LayerActivations, field: Option<InputBox>) -> Html {
    let image = &props.answer.result.image;
    let picture =
        if props.live { image.clone() } else { GrayImage { pixels: vec![0; image.pixels.len()], ..image.clone() } };
    let caption = match field {
        Some(field) => layers::field_size(field),
        None if layer.convolution.is_none() && channel_count(layer) > 0 && map_size(layer) == [1, 1] => {
            layers::READS_EVERYTHING.into()
        }
        None => layers::UNKNOWN_FIELD.into(),
    };
    let label = match field {
        Some(field) => format!("The input. {}", layers::field_place(field)),
        None => "The input".into(),
    };
    html! {
        <figure class="lens-part">
            <div class="lens-frame" data-receptive-field={field.map(|field| format!("{},{},{},{}", field.top, field.left, field.height, field.width))}>
                <DigitThumbnail {picture} {label} color_scheme={props.color_scheme} />
                { field.map(|field| outline(field.within(image), [image.height as usize, image.width as usize], "lens-field")) }
            </div>
            <figcaption class="caption">{ caption }</figcaption>
        </figure>
    }
}

/// The sum that a pixel of the first layer is.
fn explained_sum(answer: &Prediction, unit: SelectedUnit, pixel: MapPixel) -> Option<KernelSum> {
    let first = answer.result.layers.first().filter(|_| unit.layer == 0)?;
    kernel_sum(&answer.result.image, first, unit.channel, pixel)
}

/// The activation of a pixel: of the first layer the sum itself, because a map tells 255 levels alone.
fn pixel_activation(answer: &Prediction, unit: SelectedUnit, pixel: MapPixel) -> Option<f32> {
    let sum = explained_sum(answer, unit, pixel).map(|sum| sum.activation());
    sum.or_else(|| activation(answer.result.layers.get(unit.layer)?, unit.channel, pixel))
}

/// Patch, kernel and their sum, of the first convolution; the place is kept for the others.
fn sum_view(sum: Option<KernelSum>) -> Html {
    html! {
        <div class="lens-sum">
            if let Some(sum) = sum {
                <div class="lens-grids">
                    <NumberGrid name="Patch" values={sum.patch.clone()} side={sum.side} />
                    <span class="lens-times" aria-hidden="true">{ "×" }</span>
                    <NumberGrid name="Kernel" values={sum.kernel.clone()} side={sum.side} />
                </div>
                <p class="caption" data-kernel-sum={format!("{:.4}", sum.activation())}>{ layers::sum_sentence(&sum) }</p>
            }
        </div>
    }
}

/// The outline of a rectangle of a picture.
fn outline(of: InputBox, [height, width]: [usize; 2], class: &'static str) -> Html {
    html! {
        <svg class="lens-outline" viewBox={format!("0 0 {width} {height}")} aria-hidden="true" focusable="false">
            { for ["under", "over"].map(|layer| html! {
                <rect class={classes!(class, layer)} x={of.left.to_string()} y={of.top.to_string()} width={of.width.to_string()} height={of.height.to_string()} vector-effect="non-scaling-stroke" />
            }) }
        </svg>
    }
}

/// The pixel under the mouse: the picture is as large as fits into the canvas element.
fn pixel_at(canvas: &NodeRef, event: &MouseEvent, [height, width]: [usize; 2]) -> Option<MapPixel> {
    let rect = canvas.cast::<Element>()?.get_bounding_client_rect();
    let unit = (rect.width() / width as f64).min(rect.height() / height as f64).max(0.01);
    let place = |at: i32, from: f64, room: f64, count: usize| {
        let inside = f64::from(at) - from - (room - unit * count as f64) / 2.0;
        let index = (inside / unit).floor();
        (index >= 0.0 && index < count as f64).then_some(index as usize)
    };
    let row = place(event.client_y(), rect.top(), rect.height(), height)?;
    Some(MapPixel { row, column: place(event.client_x(), rect.left(), rect.width(), width)? })
}
