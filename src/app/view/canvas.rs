//! Painting on a canvas.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, ImageData, Window};
use yew::prelude::*;

use crate::app::model::pad_content::{PAD_SIDE, Photo};
use crate::ink::{Drawing, Point, Stroke};

/// The width of a slow pen in pad units.
const PEN: f64 = 18.0;

/// The share of its width that a fast pen loses.
const THINNING: f64 = 0.28;

/// The speed in pad units per millisecond at which the pen is thinnest.
const FAST: f64 = 1.6;

/// The two-dimensional context of a canvas.
pub fn context(canvas: &HtmlCanvasElement) -> Option<CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// Gives a canvas as many pixels as the screen shows of it, and returns its side.
pub fn fit_to_screen(canvas: &HtmlCanvasElement) -> f64 {
    let side = (f64::from(canvas.client_width()) * crate::app::browser::dom::pixel_ratio()).round().clamp(1.0, 4096.0);
    if canvas.width() != side as u32 || canvas.height() != side as u32 {
        canvas.set_width(side as u32);
        canvas.set_height(side as u32);
    }
    side
}

/// Paints a drawing on a square canvas.
pub fn paint(context: &CanvasRenderingContext2d, side: f64, drawing: &Drawing, color: [u8; 3]) {
    let [r, g, b] = color;
    let color = format!("rgb({r} {g} {b})");
    context.set_fill_style_str(&color);
    context.set_stroke_style_str(&color);
    context.set_line_cap("round");
    context.set_line_join("round");
    context.save();
    let scale = side / f64::from(PAD_SIDE);
    // A context that refuses to scale draws too small, and nothing worse.
    let _ = context.scale(scale, scale);
    for stroke in &drawing.strokes {
        paint_stroke(context, stroke);
    }
    context.restore();
}

/// Paints a stroke as a chain of curves between the middles of its segments, each as wide as the pen was there.
fn paint_stroke(context: &CanvasRenderingContext2d, stroke: &Stroke) {
    let points = &stroke.points;
    let Some(first) = points.first() else { return };
    let mut width = pen_width(first, first);
    if points.len() == 1 {
        context.begin_path();
        let _ = context.arc(first.x.into(), first.y.into(), width / 2.0, 0.0, std::f64::consts::TAU);
        context.fill();
        return;
    }
    let mut from = (f64::from(first.x), f64::from(first.y));
    for pair in points.windows(2) {
        let (a, b) = (&pair[0], &pair[1]);
        let middle = (f64::from(a.x + b.x) / 2.0, f64::from(a.y + b.y) / 2.0);
        // The width follows the speed with a lag, so that a jittery clock does not show.
        width += (pen_width(a, b) - width) * 0.22;
        curve(context, width, from, (a.x.into(), a.y.into()), middle);
        from = middle;
    }
    if let Some(last) = points.last() {
        let end = (f64::from(last.x), f64::from(last.y));
        curve(context, width, from, end, end);
    }
}

fn curve(context: &CanvasRenderingContext2d, width: f64, from: (f64, f64), by: (f64, f64), to: (f64, f64)) {
    context.set_line_width(width);
    context.begin_path();
    context.move_to(from.0, from.1);
    context.quadratic_curve_to(by.0, by.1, to.0, to.1);
    context.stroke();
}

/// The width of the pen between two points: by pressure where the device reports it, otherwise by speed.
fn pen_width(a: &Point, b: &Point) -> f64 {
    if let Some(pressure) = b.pressure {
        return PEN * (0.55 + 0.75 * f64::from(pressure.clamp(0.0, 1.0)));
    }
    let time = f64::from(b.t - a.t);
    if time <= 0.0 || !time.is_finite() {
        return PEN;
    }
    let speed = f64::from((b.x - a.x).hypot(b.y - a.y)) / time;
    PEN * (1.0 - THINNING * (speed / FAST).min(1.0))
}

/// Paints a photo on a square canvas, whole and centered, and the bounding box of its ink if that is known.
pub fn paint_photo(
    context: &CanvasRenderingContext2d,
    side: f64,
    photo: &Photo,
    boxes: &[[f32; 4]],
    color: [u8; 3],
) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.dyn_into()?;
    canvas.set_width(photo.width);
    canvas.set_height(photo.height);
    let pixels =
        ImageData::new_with_u8_clamped_array_and_sh(wasm_bindgen::Clamped(&photo.rgba), photo.width, photo.height)?;
    self::context(&canvas).ok_or(JsValue::NULL)?.put_image_data(&pixels, 0.0, 0.0)?;

    let (width, height) = (f64::from(photo.width), f64::from(photo.height));
    let scale = side * 0.92 / width.max(height);
    let (left, top) = ((side - width * scale) / 2.0, (side - height * scale) / 2.0);
    context.set_image_smoothing_enabled(scale < 4.0);
    context.draw_image_with_html_canvas_element_and_dw_and_dh(&canvas, left, top, width * scale, height * scale)?;
    paint_boxes(context, scale, (left, top), boxes, color);
    Ok(())
}

/// Paints the outlines of boxes (left, top, width, height).
pub fn paint_boxes(
    context: &CanvasRenderingContext2d,
    scale: f64,
    (left, top): (f64, f64),
    boxes: &[[f32; 4]],
    color: [u8; 3],
) {
    let [r, g, b] = color;
    context.set_stroke_style_str(&format!("rgb({r} {g} {b})"));
    context.set_line_width(2.0 * crate::app::browser::dom::pixel_ratio());
    for [x, y, w, h] in boxes.iter().map(|bounds| bounds.map(|length| f64::from(length) * scale)) {
        context.stroke_rect(left + x, top + y, w, h);
    }
}

/// Paints the keyboard's cursor at a position in pad units: a cross in a ring, which is filled while the pen is down.
pub fn paint_cursor(context: &CanvasRenderingContext2d, side: f64, (x, y): (f32, f32), down: bool, color: [u8; 3]) {
    let [r, g, b] = color;
    let color = format!("rgb({r} {g} {b})");
    let scale = side / f64::from(PAD_SIDE);
    let (x, y) = (f64::from(x) * scale, f64::from(y) * scale);
    context.set_stroke_style_str(&color);
    context.set_fill_style_str(&color);
    context.set_line_width(2.0 * scale);
    context.begin_path();
    let _ = context.arc(x, y, 9.0 * scale, 0.0, std::f64::consts::TAU);
    if down {
        context.fill();
    }
    for (dx, dy) in [(1.0, 0.0), (-1.0, 0.0), (0.0, 1.0), (0.0, -1.0)] {
        context.move_to(x + 9.0 * scale * dx, y + 9.0 * scale * dy);
        context.line_to(x + 16.0 * scale * dx, y + 16.0 * scale * dy);
    }
    context.stroke();
}

/// Gray levels as pixels of a color: 255 is opaque, and the lowest level is still visible.
pub fn ink_pixels(levels: impl Iterator<Item = u8>, color: [u8; 3], ground: u8) -> Vec<u8> {
    let [r, g, b] = color;
    let reach = 255 - u32::from(ground);
    levels.flat_map(|level| [r, g, b, (u32::from(ground) + u32::from(level) * reach / 255) as u8]).collect()
}

/// The text color of an element as red, green and blue, for what CSS cannot paint.
pub fn text_color(window: &Window, element: &web_sys::Element) -> [u8; 3] {
    let style = window.get_computed_style(element).ok().flatten();
    let text = style.and_then(|style| style.get_property_value("color").ok()).unwrap_or_default();
    let mut parts = text.split(|c: char| !c.is_ascii_digit() && c != '.').filter(|part| !part.is_empty());
    let mut next = || parts.next().and_then(|part| part.parse::<f32>().ok()).map_or(0, |value| value as u8);
    [next(), next(), next()]
}

/// A number that changes whenever the window is resized, so that canvases are repainted.
#[hook]
pub fn use_resizes() -> u32 {
    let count = use_state_eq(|| 0_u32);
    let latest = use_mut_ref(|| 0_u32);
    let changed = count.setter();
    use_effect_with((), move |()| {
        let listener = web_sys::window().map(|window| {
            EventListener::new(&window, "resize", move |_| {
                let next = latest.borrow().wrapping_add(1);
                *latest.borrow_mut() = next;
                changed.set(next);
            })
        });
        move || drop(listener)
    });
    *count
}
