//! The tour: a card beside the page that points at one control after the other. The page stays usable, and nothing waits for it.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};
use yew::prelude::*;

use crate::app::browser::dom;
use crate::app::browser::timers::Timer;
use crate::app::model::route::Page;
use crate::app::model::tour::{TOUR, TourPlace};

/// Marks the element that the tour points at.
const MARK: &str = "data-tour-target";

/// Properties of the card.
#[derive(Properties, PartialEq)]
pub struct TourCardProps {
    /// The page that is shown.
    pub part: Page,
    /// Where the tour is.
    pub place: TourPlace,
    /// Sets it.
    pub go: Callback<TourPlace>,
}

/// The card of the tour; nothing while it does not run.
#[component]
pub fn TourCard(props: &TourCardProps) -> Html {
    let (place, part) = (props.place, props.part);
    let title = use_node_ref();
    let pending = use_mut_ref(|| None::<Timer>);

    // The page of a step is opened when the step begins; a visitor who goes elsewhere meanwhile is left in peace.
    use_effect_with(place, |place| {
        if let Some((_, step)) = place.step() {
            dom::open_page(step.page.as_attribute());
        }
    });
    use_effect_with((place, part), move |(place, part)| {
        let target = place.step().filter(|(_, step)| step.page == *part).map(|(_, step)| step.target);
        let marked = std::rc::Rc::new(std::cell::RefCell::new(None::<Element>));
        if let Some(target) = target {
            let later = marked.clone();
            // What the page shows is rendered in the same turn.
            *pending.borrow_mut() = Timer::after(0, move || {
                if let Some(element) = dom::find(target) {
                    // The page's own code does not know the attribute, so it stays.
                    let _ = element.set_attribute(MARK, "");
                    dom::bring_into_view(&element);
                    *later.borrow_mut() = Some(element);
                }
            });
        }
        move || {
            if let Some(element) = marked.borrow_mut().take() {
                let _ = element.remove_attribute(MARK);
            }
        }
    });
    let focus = title.clone();
    use_effect_with(place.step().is_some(), move |open| {
        if let (true, Some(title)) = (*open, focus.cast::<HtmlElement>()) {
            // An element that is on the page takes the focus.
            let _ = title.focus();
        }
    });
    use_escape(place, props.go.clone());

    let Some((index, step)) = place.step() else { return Html::default() };
    let go = |to: TourPlace| props.go.reform(move |_: MouseEvent| to);
    let example = step.example.map(|(label, selector)| {
        let press = Callback::from(move |_: MouseEvent| {
            if let Some(control) = dom::find(selector).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                control.click();
            }
        });
        html! { <button type="button" class="button" disabled={step.page != part} onclick={press}>{ label }</button> }
    });
    html! {
        <aside class="tour" id="tour" aria-labelledby="tour-title">
            <div aria-live="polite">
                <p class="caption">{ format!("Tour, step {} of {}", index + 1, TOUR.len()) }</p>
                <h2 ref={title} id="tour-title" tabindex="-1">{ step.title }</h2>
                <p>{ step.text }</p>
            </div>
            <div class="tour-tools">
                { example }
                if index > 0 { <button type="button" class="button" data-next-focus="tour-next" onclick={go(place.back())}>{ "Back" }</button> }
                <button type="button" class="button primary" id="tour-next" data-next-focus="tour-button" onclick={go(place.next())}>{ if place.is_last() { "Done" } else { "Next" } }</button>
                <button type="button" class="quiet" id="tour-end" data-next-focus="tour-button" onclick={go(TourPlace::default())}>{ "End the tour" }</button>
            </div>
        </aside>
    }
}

/// Escape ends the tour, except on the pad, where it lifts the pen.
#[hook]
fn use_escape(place: TourPlace, go: Callback<TourPlace>) {
    use_effect_with((place.step().is_some(), go), move |(open, go)| {
        let document = web_sys::window().and_then(|window| window.document()).filter(|_| *open);
        let go = go.clone();
        let listener = document.map(|document| {
            EventListener::new(&document, "keydown", move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
                let on = event.target().and_then(|target| target.dyn_into::<Element>().ok());
                if event.key() != "Escape" || on.as_ref().is_some_and(|element| element.id() == "pad") {
                    return;
                }
                let inside = on.is_some_and(|element| element.closest("#tour").ok().flatten().is_some());
                go.emit(TourPlace::default());
                if inside {
                    dom::focus("tour-button");
                }
            })
        });
        move || drop(listener)
    });
}
