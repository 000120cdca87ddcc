//! The preprocessed 28×28 image that the model sees.

use wasm_bindgen::Clamped;
use web_sys::{HtmlCanvasElement, ImageData};
use yew::prelude::*;

use crate::app::messages::digits;
use crate::app::model::async_value::Shared;
use crate::app::model::prediction::Prediction;
use crate::app::model::theme::ColorScheme;
use crate::app::model::user_data::task::Task;
use crate::app::view::canvas;
use crate::app::view::canvas::text_color;
use crate::protocol::GrayImage;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct InputPreviewProps {
    /// What is classified.
    pub task: Task,
    /// The prediction with the image.
    pub answer: Option<Shared<Prediction>>,
    /// The color scheme; a change repaints.
    pub color_scheme: ColorScheme,
}

/// The preprocessed image.
#[component]
pub fn InputPreview(props: &InputPreviewProps) -> Html {
    let canvas = use_node_ref();
    let place = canvas.clone();
    use_effect_with((props.answer.clone(), props.color_scheme), move |(answer, _)| {
        if let Some(canvas) = place.cast::<HtmlCanvasElement>() {
            paint(&canvas, answer.as_ref().map(|answer| &answer.result.image));
        }
    });
    let result = props.answer.as_ref().map(|answer| &answer.result);
    let label = match result {
        Some(result) => {
            format!(
                "The {} by {} image that the model reads as {}",
                result.image.width,
                result.image.height,
                props.task.class_name(result.digit.into()).label
            )
        }
        None => "The image that the model sees, empty".into(),
    };
    let caption = match result.and_then(|result| result.found.as_ref()) {
        Some(found) => digits::photo_analysis(props.task, found),
        None => format!(
            "28 × 28 pixels, centered the same way as the {} that it was trained on.",
            props.task.texts().plural
        ),
    };
    html! {
        <section class="card seen" aria-labelledby="seen-title">
            <h2 id="seen-title">{ "What the model sees" }</h2>
            <div class="seen-body">
                <div class="seen-frame">
                    <canvas ref={canvas} class="pixels" width="28" height="28" role="img" aria-label={label} />
                </div>
                <p class="caption">{ caption }</p>
            </div>
        </section>
    }
}

fn paint(canvas: &HtmlCanvasElement, picture: Option<&GrayImage>) {
    let (Some(window), Some(context)) = (web_sys::window(), canvas::context(canvas)) else { return };
    context.clear_rect(0.0, 0.0, canvas.width().into(), canvas.height().into());
    let Some(picture) = picture else { return };
    if canvas.width() != picture.width || canvas.height() != picture.height {
        canvas.set_width(picture.width);
        canvas.set_height(picture.height);
    }
    let pixels = canvas::ink_pixels(picture.pixels.iter().copied(), text_color(&window, canvas), 0);
    // The engine makes no image of an invalid size.
    if let Ok(image) = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), picture.width, picture.height) {
        let _ = context.put_image_data(&image, 0.0, 0.0);
    }
}
