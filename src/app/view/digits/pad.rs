//! The pad: a square to draw on with mouse, touch, pen or keyboard.

use js_sys::{Function, Reflect};
use wasm_bindgen::JsCast;
use web_sys::{HtmlCanvasElement, PointerEvent};
use yew::prelude::*;

use crate::app::model::drawing_pointer::{DrawingPointer, PointerDevice, PointerPress, PressEffect};
use crate::app::model::pad_content::{PAD_SIDE, PadContent};
use crate::app::model::pad_cursor::{CursorEffect, CursorPen, PadCursor};
use crate::app::model::theme::ColorScheme;
use crate::app::model::user_data::task::Task;
use crate::app::model::{Action, State};
use crate::app::view::canvas;
use crate::app::view::canvas::{text_color, use_resizes};
use crate::ink::Point;

/// Properties of the pad.
#[derive(Properties, PartialEq)]
pub struct PadProps {
    /// What is drawn.
    pub task: Task,
    /// What is on the pad.
    pub subject: PadContent,
    /// Whether nothing is on the pad, and no sample is being animated.
    pub empty: bool,
    /// The bounding box of the ink in a photo, once it is known.
    pub bounds: Option<[u32; 4]>,
    /// The boxes around the digits of a number, in pad units or the photo's pixels.
    pub parts: Vec<[f32; 4]>,
    /// The color scheme; a change repaints.
    pub color_scheme: ColorScheme,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The pad.
#[component]
pub fn Pad(props: &PadProps) -> Html {
    let canvas = use_node_ref();
    // The pointer that draws; others are ignored until it is lifted, but a pen takes over from a hand.
    let pen = use_mut_ref(DrawingPointer::default);
    let size = use_resizes();

    let place = canvas.clone();
    // The keyboard's cursor, and whether it is shown: from the first key on until a pointer draws or the focus is elsewhere.
    let cursor = use_mut_ref(PadCursor::default);
    let shown = use_state_eq(|| None::<PadCursor>);
    let painted = (props.subject.clone(), props.bounds, props.parts.clone(), props.color_scheme, size, *shown);
    use_effect_with(painted, move |(subject, bounds, parts, _, _, cursor)| {
        if let Some(canvas) = place.cast::<HtmlCanvasElement>() {
            paint(&canvas, subject, *bounds, parts, *cursor);
        }
    });
    // A stroke ends with the drawing that it belongs to.
    {
        let (cursor, shown) = (cursor.clone(), shown.clone());
        use_effect_with(matches!(props.subject, PadContent::Drawing(_)), move |draws| {
            if !draws && cursor.borrow().pen == CursorPen::Down {
                cursor.borrow_mut().rest();
                shown.set(Some(*cursor.borrow()));
            }
        });
    }

    let dispatch = props.dispatch.clone();
    let down = {
        let (canvas, pen, dispatch) = (canvas.clone(), pen.clone(), dispatch.clone());
        let (cursor, shown) = (cursor.clone(), shown.setter());
        Callback::from(move |event: PointerEvent| {
            let Some(canvas) = canvas.cast::<HtmlCanvasElement>() else { return };
            cursor.borrow_mut().rest();
            shown.set(None);
            let effect = pen.borrow_mut().press(press_of(&event));
            if effect == PressEffect::Ignore {
                return;
            }
            // A pointer that is gone cannot be captured; its stroke is a dot.
            let _ = canvas.set_pointer_capture(event.pointer_id());
            let point = pointer_position(&canvas, &event);
            match effect {
                PressEffect::Ignore => {}
                PressEffect::Erase => dispatch.dispatch(Action::Erase { points: vec![point], begins: true }),
                PressEffect::Draw => dispatch.dispatch(Action::PenDown(point)),
                PressEffect::DrawInstead => {
                    dispatch.dispatch(Action::Undo);
                    dispatch.dispatch(Action::PenDown(point));
                }
            }
        })
    };
    let moved = {
        let (canvas, pen, dispatch) = (canvas.clone(), pen.clone(), dispatch.clone());
        Callback::from(move |event: PointerEvent| {
            let Some(canvas) = canvas.cast::<HtmlCanvasElement>() else { return };
            let Some(erases) = pen.borrow_mut().moves(event.pointer_id(), event.time_stamp()) else { return };
            let points = coalesced_events(&event).iter().map(|e| pointer_position(&canvas, e)).collect();
            dispatch.dispatch(match erases {
                true => Action::Erase { points, begins: false },
                false => Action::PenMoved(points),
            });
        })
    };
    let up = Callback::from(move |event: PointerEvent| {
        pen.borrow_mut().lift(event.pointer_id(), event.time_stamp());
    });
    let key = {
        let (cursor, shown) = (cursor.clone(), shown.setter());
        Callback::from(move |event: KeyboardEvent| {
            if event.ctrl_key() || event.meta_key() || event.alt_key() {
                // Undo takes the stroke in hand away: what comes next is another one.
                if cursor.borrow().pen == CursorPen::Down {
                    cursor.borrow_mut().rest();
                    shown.set(Some(*cursor.borrow()));
                }
                return;
            }
            // A held Space is one press.
            if event.repeat() && event.key() == " " {
                return;
            }
            let Some(effect) = cursor.borrow_mut().press(&event.key(), event.shift_key()) else { return };
            event.prevent_default();
            let PadCursor { x, y, .. } = *cursor.borrow();
            let point = Point { x, y, t: event.time_stamp() as f32, pressure: None };
            match effect {
                CursorEffect::Moved => {}
                CursorEffect::StrokeBegan => dispatch.dispatch(Action::PenDown(point)),
                CursorEffect::Drew => dispatch.dispatch(Action::PenMoved(vec![point])),
                CursorEffect::Clear => dispatch.dispatch(Action::Clear),
            }
            shown.set(Some(*cursor.borrow()));
        })
    };
    let released = {
        let cursor = cursor.clone();
        Callback::from(move |event: KeyboardEvent| cursor.borrow_mut().release(&event.key()))
    };
    let left = {
        let shown = shown.setter();
        Callback::from(move |_: FocusEvent| {
            cursor.borrow_mut().rest();
            shown.set(None);
        })
    };

    html! {
        <div class="pad">
            <canvas
                ref={canvas}
                id="pad"
                data-pad=""
                class="pad-canvas"
                width="280"
                height="280"
                tabindex="0"
                role="application"
                aria-roledescription="drawing pad"
                aria-label={pad_label(&props.subject)}
                aria-describedby="pad-keys pad-help"
                onpointerdown={down}
                onpointermove={moved}
                onpointerup={up.clone()}
                onpointercancel={up.clone()}
                onlostpointercapture={up}
                onkeydown={key}
                onkeyup={released}
                onblur={left}
            />
            <p class="unseen" id="pad-keys">{ "Arrow keys move the cursor, with Shift in small steps. Space puts the pen down and up, Escape lifts it." }</p>
            <p class="unseen" role="status">{ (*shown).map(cursor_status) }</p>
            <p class={classes!("pad-hint", (!props.empty).then_some("gone"))} aria-hidden="true">
                <span class="pad-hint-large">{ format!("Draw {}", props.task.texts().one) }</span>
                <span>{ "or drop a picture of one" }</span>
            </p>
        </div>
    }
}

fn pad_label(subject: &PadContent) -> String {
    match subject {
        PadContent::Empty => "Drawing pad, empty".into(),
        PadContent::Drawing(drawing) if drawing.strokes.len() == 1 => "Drawing pad with 1 stroke".into(),
        PadContent::Drawing(drawing) => format!("Drawing pad with {} strokes", drawing.strokes.len()),
        PadContent::Photo(photo) => format!("The picture {}", photo.name),
    }
}

/// Where the keyboard's cursor is, for those who do not see it. While it moves without a stop, screen readers say the last.
fn cursor_status(cursor: PadCursor) -> String {
    let percent = |at: f32| 100.0 * at / PAD_SIDE;
    let pen = match cursor.pen {
        CursorPen::Up => "Pen up",
        CursorPen::Down => "Pen down",
    };
    format!("{pen}, {:.0}% from the left, {:.0}% from the top", percent(cursor.x), percent(cursor.y))
}

fn paint(
    canvas: &HtmlCanvasElement,
    subject: &PadContent,
    bounds: Option<[u32; 4]>,
    parts: &[[f32; 4]],
    cursor: Option<PadCursor>,
) {
    let (Some(window), Some(context)) = (web_sys::window(), canvas::context(canvas)) else { return };
    let side = canvas::fit_to_screen(canvas);
    context.clear_rect(0.0, 0.0, side, side);
    let color = text_color(&window, canvas);
    match subject {
        PadContent::Empty => {}
        PadContent::Drawing(drawing) => {
            canvas::paint(&context, side, drawing, color);
            let accent = canvas.parent_element().map_or(color, |parent| text_color(&window, &parent));
            canvas::paint_boxes(&context, side / f64::from(PAD_SIDE), (0.0, 0.0), parts, accent);
        }
        PadContent::Photo(photo) => {
            let accent = canvas.parent_element().map_or(color, |parent| text_color(&window, &parent));
            let whole = bounds.map(|bounds| bounds.map(|length| length as f32));
            let boxes = if parts.is_empty() { whole.as_slice() } else { parts };
            // A photo that cannot be shown can still be classified.
            let _ = canvas::paint_photo(&context, side, photo, boxes, accent);
        }
    }
    if let Some(PadCursor { x, y, pen, .. }) = cursor {
        let accent = canvas.parent_element().map_or(color, |parent| text_color(&window, &parent));
        canvas::paint_cursor(&context, side, (x, y), pen == CursorPen::Down, accent);
    }
}

/// A press as the platform tells of it: button 5 is the eraser of a pen (Pointer Events, level 3).
fn press_of(event: &PointerEvent) -> PointerPress {
    PointerPress {
        id: event.pointer_id(),
        device: PointerDevice::of(&event.pointer_type()),
        primary: event.is_primary(),
        erases: event.button() == 5,
        other_button: event.button() != 0,
        time: event.time_stamp(),
        contact: f64::from(event.width().max(event.height())),
    }
}

/// The position of a pointer in pad units.
fn pointer_position(canvas: &HtmlCanvasElement, event: &PointerEvent) -> Point {
    let rect = canvas.get_bounding_client_rect();
    let scale = f64::from(PAD_SIDE) / rect.width().max(1.0);
    Point {
        x: ((f64::from(event.client_x()) - rect.left()) * scale) as f32,
        y: ((f64::from(event.client_y()) - rect.top()) * scale) as f32,
        t: event.time_stamp() as f32,
        pressure: (event.pointer_type() == "pen").then(|| event.pressure()),
    }
}

/// All pointer events since the last one, where the browser keeps them; some (Safari before 18.2) do not.
fn coalesced_events(event: &PointerEvent) -> Vec<PointerEvent> {
    let events = Reflect::get(event, &"getCoalescedEvents".into())
        .ok()
        .and_then(|function| function.dyn_into::<Function>().ok())
        .and_then(|function| function.call0(event).ok())
        .and_then(|events| events.dyn_into::<js_sys::Array>().ok())
        .map(|events| events.iter().filter_map(|event| event.dyn_into().ok()).collect::<Vec<PointerEvent>>());
    events.filter(|events| !events.is_empty()).unwrap_or_else(|| vec![event.clone()])
}
