//! Keeps the keyboard focus on the page: where the control that has it is removed or disabled, the logical next one gets it.
//!
//! An element may name who is next by ids in `data-next-focus`; the first that can take the focus gets it. Otherwise it is the next
//! control in the same place: after a deleted row of a list, the next row.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, FocusOptions, HtmlElement, MutationObserver, MutationObserverInit, Node};
use yew::prelude::*;

use super::timers::Timer;

const FOCUSABLE: &str = "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), summary, [tabindex]:not([tabindex=\"-1\"])";

/// Ancestors of an element whose focusable descendants are looked at.
const LEVELS: usize = 8;

/// The element that had the focus last, and what is needed to find the next one when it is gone.
struct FocusedElement {
    element: HtmlElement,
    next: Vec<String>,
    /// Its ancestors, the innermost first, each with the index of the element among the focusable ones in it.
    places: Vec<(Element, usize)>,
}

#[derive(Default)]
struct FocusMemory {
    last: Option<FocusedElement>,
    /// The element that had the focus before a notice did.
    before_notice: Option<HtmlElement>,
    /// Whether the visitor uses a pointer: then the page is not scrolled to the next element.
    by_pointer: bool,
    /// Whether the timer is to run.
    waits: bool,
    timer: Option<Timer>,
}

/// What hears of the focus and of changes of the page. Dropped, it hears nothing more.
struct FocusObserver {
    observer: MutationObserver,
    _changed: Closure<dyn FnMut()>,
    _listeners: [EventListener; 3],
}

impl Drop for FocusObserver {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Keeps the focus on the page while the component is shown. A browser that cannot observe the page loses it as it ever did.
#[hook]
pub fn use_focus_keeper() {
    use_effect_with((), |()| {
        let document = web_sys::window().and_then(|window| window.document());
        let observer = document.and_then(|document| observe(&document).ok());
        move || drop(observer)
    });
}

fn observe(document: &Document) -> Result<FocusObserver, JsValue> {
    let memory = Rc::new(RefCell::new(FocusMemory::default()));
    let focused = {
        let memory = memory.clone();
        EventListener::new(document, "focusin", move |event| {
            if let Some(element) = event.target().and_then(|target| target.dyn_into::<HtmlElement>().ok()) {
                memory.borrow_mut().on_focus(element);
            }
        })
    };
    let pressed = {
        let (memory, page) = (memory.clone(), document.clone());
        EventListener::new(document, "pointerdown", move |event| {
            let on = event.target().and_then(|target| target.dyn_into::<Element>().ok());
            let on = on.and_then(|element| element.closest(FOCUSABLE).ok().flatten());
            let mut memory = memory.borrow_mut();
            memory.by_pointer = true;
            // A press beside the focused element takes the focus from it on purpose.
            if on.is_none() || on != page.active_element() {
                memory.last = None;
            }
        })
    };
    let typed = {
        let memory = memory.clone();
        EventListener::new(document, "keydown", move |_| memory.borrow_mut().by_pointer = false)
    };
    let page = document.clone();
    let changed = Closure::<dyn FnMut()>::new(move || {
        let gone = |last: &FocusedElement| !last.element.is_connected() || is_disabled(&last.element);
        let due = !memory.borrow().waits && memory.borrow().last.as_ref().is_some_and(gone) && is_lost(&page);
        if !due {
            return;
        }
        // What takes the place of the element may be rendered in the same turn.
        let (later, page) = (memory.clone(), page.clone());
        let timer = Timer::after(0, move || {
            let next = later.borrow_mut().next_focus(&page);
            if let Some((element, options)) = next {
                // An element that is on the page takes the focus.
                let _ = element.focus_with_options(&options);
            }
        });
        let mut memory = memory.borrow_mut();
        memory.waits = timer.is_some();
        memory.timer = timer;
    });
    let observer = MutationObserver::new(changed.as_ref().unchecked_ref())?;
    let options = MutationObserverInit::new();
    options.set_child_list(true);
    options.set_subtree(true);
    options.set_attributes(true);
    options.set_attribute_filter(&js_sys::Array::of1(&"disabled".into()));
    let body = document.body().ok_or(JsValue::NULL)?;
    observer.observe_with_options(&body, &options)?;
    Ok(FocusObserver { observer, _changed: changed, _listeners: [focused, pressed, typed] })
}

impl FocusMemory {
    fn on_focus(&mut self, element: HtmlElement) {
        let in_notice = element.closest("#notices").ok().flatten().is_some();
        if in_notice {
            if let Some(last) = self.last.take().filter(|_| self.before_notice.is_none()) {
                self.before_notice = Some(last.element);
            }
        } else {
            self.before_notice = None;
        }
        let next = element.get_attribute("data-next-focus").unwrap_or_default();
        let mut places = Vec::new();
        let mut ancestor = element.parent_element();
        // Past the main element there is another page, which has its own beginning.
        let inside = |place: &Element| !matches!(place.tag_name().as_str(), "MAIN" | "BODY");
        while let Some(place) = ancestor.filter(|place| places.len() < LEVELS && inside(place)) {
            let index = focusable_in(&place).iter().position(|one| *one == element).unwrap_or_default();
            ancestor = place.parent_element();
            places.push((place, index));
        }
        let next = next.split_whitespace().map(str::to_owned).collect();
        self.last = Some(FocusedElement { element, next, places });
    }

    /// The element that gets the focus where the last one is gone or disabled.
    fn next_focus(&mut self, document: &Document) -> Option<(HtmlElement, FocusOptions)> {
        self.waits = false;
        let last = self.last.as_ref().filter(|_| is_lost(document))?;
        // It may have been disabled for a moment alone.
        let itself = Some(last.element.clone()).filter(can_take);
        let named = || {
            let elements = last.next.iter().filter_map(|id| document.get_element_by_id(id));
            elements.filter_map(|element| element.dyn_into::<HtmlElement>().ok()).find(can_take)
        };
        let before = self.before_notice.clone().filter(can_take);
        let main = || document.query_selector("main").ok().flatten()?.dyn_into::<HtmlElement>().ok();
        let next = itself.or_else(named).or(before).or_else(|| last.neighbor()).or_else(main)?;
        let options = FocusOptions::new();
        options.set_prevent_scroll(self.by_pointer || next.tag_name() == "MAIN");
        Some((next, options))
    }
}

impl FocusedElement {
    /// The next focusable element in the innermost place that still has one.
    fn neighbor(&self) -> Option<HtmlElement> {
        let places = self.places.iter().filter(|(place, _)| place.is_connected());
        places.into_iter().find_map(|(place, index)| {
            let all = focusable_in(place);
            if !self.element.is_connected() {
                return all.get((*index).min(all.len().saturating_sub(1))).cloned();
            }
            let follows = |one: &&HtmlElement| {
                self.element.compare_document_position(one) & Node::DOCUMENT_POSITION_FOLLOWING != 0
            };
            all.iter().find(follows).or(all.last()).cloned()
        })
    }
}

/// Whether no control that works has the focus.
fn is_lost(document: &Document) -> bool {
    document.active_element().is_none_or(|active| active.tag_name() == "BODY" || is_disabled(&active))
}

fn is_disabled(element: &Element) -> bool {
    element.matches(":disabled").unwrap_or(false)
}

/// Whether an element is on the page, shown and enabled.
fn can_take(element: &HtmlElement) -> bool {
    element.is_connected() && !is_disabled(element) && (element.offset_width() > 0 || element.offset_height() > 0)
}

fn focusable_in(place: &Element) -> Vec<HtmlElement> {
    let Ok(found) = place.query_selector_all(FOCUSABLE) else { return Vec::new() };
    let elements = (0..found.length()).filter_map(|index| found.item(index)?.dyn_into::<HtmlElement>().ok());
    elements.filter(can_take).collect()
}
