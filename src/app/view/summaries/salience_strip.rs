//! The salience strip along the source: a mark for each sentence, the darker the more salient.

use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::app::browser::use_css_variables::use_css_variables;
use crate::app::model::async_value::Shared;
use crate::app::model::summaries::highlight::{SalienceMark, marks};
use crate::protocol::SourceAnalysis;

/// The largest number of marks; more could not be told apart.
const MAX_MARKS: usize = 160;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct SalienceStripProps {
    /// The analyzed text.
    pub source: Shared<SourceAnalysis>,
    /// The sentences that the summary was made from.
    pub chosen: Vec<u32>,
    /// Called with the sentence to scroll to.
    pub jump: Callback<u32>,
    /// Sets the sentences of the mark that is pointed at.
    pub look: UseStateSetter<Option<(u32, u32)>>,
}

/// The strip. One stop of the Tab key; arrow keys go from mark to mark.
#[component]
pub fn SalienceStrip(props: &SalienceStripProps) -> Html {
    let marks = use_memo(props.source.clone(), |source| marks(source, MAX_MARKS));
    let stop = use_state_eq(|| 0_usize);
    let most = marks.iter().map(|mark| mark.salience).fold(f32::MIN_POSITIVE, f32::max);

    let index_at = |target: Option<web_sys::EventTarget>| {
        let element = target?.dyn_into::<Element>().ok()?.closest("[data-salience-mark]").ok().flatten()?;
        element.get_attribute("data-salience-mark")?.parse::<usize>().ok()
    };
    let look = {
        let (marks, look) = (marks.clone(), props.look.clone());
        move |index: Option<usize>| look.set(index.and_then(|i| marks.get(i)).map(|mark| (mark.first, mark.last)))
    };
    let over = {
        let look = look.clone();
        Callback::from(move |event: MouseEvent| look(index_at(event.target())))
    };
    let away = {
        let look = look.clone();
        Callback::from(move |_: MouseEvent| look(None))
    };
    let focused = {
        let (look, stop) = (look.clone(), stop.setter());
        Callback::from(move |event: FocusEvent| {
            let index = index_at(event.target());
            look(index);
            if let Some(index) = index {
                stop.set(index);
            }
        })
    };
    let left = Callback::from(move |_: FocusEvent| look(None));
    let click = {
        let (marks, jump) = (marks.clone(), props.jump.clone());
        Callback::from(move |event: MouseEvent| {
            if let Some(mark) = index_at(event.target()).and_then(|index| marks.get(index)) {
                jump.emit(mark.first);
            }
        })
    };
    let strip = use_node_ref();
    let key = {
        let (strip, stop, count) = (strip.clone(), *stop, marks.len());
        Callback::from(move |event: KeyboardEvent| {
            let next = match event.key().as_str() {
                "ArrowDown" | "ArrowRight" => stop + 1,
                "ArrowUp" | "ArrowLeft" => stop.saturating_sub(1),
                "Home" => 0,
                "End" => count.saturating_sub(1),
                _ => return,
            };
            event.prevent_default();
            let next = next.min(count.saturating_sub(1));
            let place = strip.cast::<Element>();
            let mark = place
                .and_then(|place| place.query_selector(&format!("[data-salience-mark=\"{next}\"]")).ok().flatten());
            if let Some(mark) = mark.and_then(|mark| mark.dyn_into::<HtmlElement>().ok()) {
                // An element that is on the page takes the focus.
                let _ = mark.focus();
            }
        })
    };

    html! {
        <div
            ref={strip}
            class="strip"
            role="group"
            aria-label="Sentences by importance"
            onmouseover={over}
            onmouseleave={away}
            onfocusin={focused}
            onfocusout={left}
            onclick={click}
            onkeydown={key}
        >
            { for marks.iter().enumerate().map(|(index, mark)| {
                let chosen = props.chosen.iter().any(|one| (mark.first..=mark.last).contains(one));
                let label = mark_label(mark, chosen);
                let stop = index == (*stop).min(marks.len() - 1);
                html! {
                    <SentenceMark key={index} {index} {chosen} {stop} {label} height={mark.height.max(1e-4)} salience={mark.salience / most} />
                }
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SentenceMarkProps {
    index: usize,
    /// Whether its sentences are in the summary.
    chosen: bool,
    /// Whether the Tab key stops here.
    stop: bool,
    label: AttrValue,
    height: f32,
    salience: f32,
}

/// The mark of some sentences.
#[component]
fn SentenceMark(props: &SentenceMarkProps) -> Html {
    let height = ("--height", format!("{:.4}", props.height));
    let element = use_css_variables([height, ("--salience", format!("{:.2}", props.salience))]);
    html! {
        <button
            ref={element}
            type="button"
            class={classes!("mark", props.chosen.then_some("chosen"))}
            data-salience-mark={props.index.to_string()}
            data-mark={props.index.to_string()}
            tabindex={if props.stop { "0" } else { "-1" }}
            title={props.label.clone()}
            aria-label={props.label.clone()}
        ></button>
    }
}

fn mark_label(mark: &SalienceMark, chosen: bool) -> String {
    let which = if mark.first == mark.last {
        format!("Sentence {}", mark.first + 1)
    } else {
        format!("Sentences {} to {}", mark.first + 1, mark.last + 1)
    };
    let used = if chosen { ", in the summary" } else { "" };
    format!("{which}, importance {:.0}%{used}", mark.salience * 100.0)
}
