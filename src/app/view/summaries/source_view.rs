//! The annotated source: highlighted sentences and words. Long texts are rendered in passages, so that a change of the
//! highlight renders one passage and not a hundred thousand words.

use std::ops::Range;
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement, ScrollBehavior, ScrollToOptions};
use yew::prelude::*;

use super::cut_words::segment_view;
use super::salience_strip::SalienceStrip;
use crate::app::browser::dom::reduced_motion;
use crate::app::messages::summary_reasons::{sentence_hint, sentence_importance};
use crate::app::model::async_value::Shared;
use crate::app::model::summaries::SummariesAction;
use crate::app::model::summaries::draft::sentences_in;
use crate::app::model::summaries::highlight::{Highlight, segments, slice, words_in};
use crate::app::model::summaries::request::SummaryRequest;
use crate::app::model::summaries::text_direction::text_direction;
use crate::protocol::{LineReason, SourceAnalysis};

/// Sentences per passage.
const PASSAGE: usize = 64;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct SourceViewProps {
    /// The request with the text.
    pub order: Shared<SummaryRequest>,
    /// The analyzed text; none until the engine has sent it.
    pub source: Option<Shared<SourceAnalysis>>,
    /// What is highlighted.
    pub lit: Option<Rc<Highlight>>,
    /// The sentences that the summary was made from.
    pub chosen: Vec<u32>,
    /// Why each of them was chosen.
    pub reasons: Vec<(u32, LineReason)>,
    /// The summary while the visitor corrects it: a click on a sentence adds the sentence to it.
    pub draft: Option<Shared<String>>,
    /// Receives the visitor's actions.
    pub act: Callback<SummariesAction>,
}

/// The annotated source, with a salience strip beside it.
#[component]
pub fn SourceView(props: &SourceViewProps) -> Html {
    let scroller = use_node_ref();
    let looked = use_state_eq(|| None::<(u32, u32)>);

    // The highlight is scrolled into view inside the text; the page itself does not scroll.
    let place = scroller.clone();
    let first = props.lit.as_ref().zip(props.source.as_ref()).and_then(|(lit, source)| lit.first_sentence(source));
    use_effect_with(first, move |first| {
        if let (Some(sentence), Some(scroller)) = (first, place.cast::<HtmlElement>()) {
            scroll_to_sentence(&scroller, *sentence, ScrollMode::IfHidden);
        }
    });
    // Another text starts at its top.
    let place = scroller.clone();
    use_effect_with(props.order.ask.text.len(), move |_| {
        if let Some(scroller) = place.cast::<Element>() {
            scroller.set_scroll_top(0);
        }
    });

    let text = &props.order.ask.text;
    let Some(source) = &props.source else {
        return html! {
            <>
                <div class="marked">
                    <div class="strip"></div>
                    <div id="source-text" class="marked-text" dir={text_direction(text)} tabindex="0" role="region" aria-label="The text">{ text }</div>
                </div>
                <p class="caption source-note"></p>
            </>
        };
    };
    let jump = {
        let scroller = scroller.clone();
        Callback::from(move |sentence: u32| {
            if let Some(scroller) = scroller.cast::<HtmlElement>() {
                scroll_to_sentence(&scroller, sentence, ScrollMode::Always);
            }
        })
    };
    // The strip wins over the summary, where a position may be pinned.
    let looked_at =
        looked.map(|(first, last)| Rc::new(Highlight { sentences: (first..=last).collect(), ..Highlight::default() }));
    let lit = looked_at.or_else(|| props.lit.clone());
    let correcting = props.draft.is_some();
    let added = props.draft.as_ref().map(|draft| sentences_in(draft, text, source)).unwrap_or_default();
    let pick = {
        let act = props.act.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(sentence) = sentence_at(event.target()) {
                act.emit(SummariesAction::ToggleInDraft(sentence));
            }
        })
    };
    let key = {
        let (scroller, act) = (scroller.clone(), props.act.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(sentence) = sentence_at(event.target()) else { return };
            match event.key().as_str() {
                "Enter" | " " => act.emit(SummariesAction::ToggleInDraft(sentence)),
                "ArrowDown" | "ArrowRight" => focus_sentence(&scroller, sentence + 1),
                "ArrowUp" | "ArrowLeft" => focus_sentence(&scroller, sentence.saturating_sub(1)),
                _ => return,
            }
            event.prevent_default();
        })
    };
    let note = (*looked).and_then(|(first, last)| {
        // A mark of a long text stands for several sentences: the most important one is told.
        let salience = |sentence: &u32| source.sentences.get(*sentence as usize).map_or(0.0, |one| one.salience);
        let sentence = (first..=last).max_by(|a, b| salience(a).total_cmp(&salience(b)))?;
        let reason = props.reasons.iter().find(|(of, _)| *of == sentence).map(|(_, reason)| reason);
        sentence_importance(source, sentence, reason)
    });
    let count = source.sentences.len();
    let passages = (0..count).step_by(PASSAGE).map(|from| {
        let range = from..(from + PASSAGE).min(count);
        let lit = lit.as_ref().map(|lit| restrict_to(lit, source, range.clone())).unwrap_or_default();
        let added = correcting.then(|| added.iter().copied().filter(|one| range.contains(&(*one as usize))).collect::<Vec<u32>>());
        html! { <Passage key={from} order={props.order.clone()} source={source.clone()} from={range.start} to={range.end} {lit} {added} act={props.act.clone()} /> }
    });
    html! {
        <>
        <div class="marked">
            <SalienceStrip source={source.clone()} chosen={props.chosen.clone()} {jump} look={looked.setter()} />
            <div ref={scroller} id="source-text" class="marked-text" dir={text_direction(text)} tabindex="0" role="region" aria-label="The text as the model read it"
                data-correcting={correcting.then_some("")} onclick={correcting.then_some(pick)} onkeydown={correcting.then_some(key)}>
                { for passages }
                if count == 0 { { text } }
            </div>
        </div>
        <p class="caption source-note" id="source-note">{ note.unwrap_or_else(|| sentence_hint(correcting).to_owned()) }</p>
        </>
    }
}

/// The part of a highlight in some sentences.
fn restrict_to(lit: &Highlight, source: &SourceAnalysis, range: Range<usize>) -> Highlight {
    let span = [source.sentences[range.start].span[0], source.sentences[range.end - 1].span[1]];
    lit.within(range.start as u32..range.end as u32, words_in(source, span))
}

/// When to scroll to a sentence.
#[derive(Clone, Copy, PartialEq)]
enum ScrollMode {
    Always,
    IfHidden,
}

fn scroll_to_sentence(scroller: &HtmlElement, sentence: u32, hurry: ScrollMode) {
    let found = scroller.query_selector(&format!("[data-sentence=\"{sentence}\"]")).ok().flatten();
    let Some(element) = found else { return };
    let (frame, rect) = (scroller.get_bounding_client_rect(), element.get_bounding_client_rect());
    if hurry == ScrollMode::IfHidden && rect.top() >= frame.top() && rect.bottom() <= frame.bottom() {
        return;
    }
    let room = f64::from(scroller.client_height());
    let top = f64::from(scroller.scroll_top()) + rect.top() - frame.top() - room / 4.0;
    let options = ScrollToOptions::new();
    options.set_top(top.max(0.0));
    options.set_behavior(if reduced_motion() { ScrollBehavior::Instant } else { ScrollBehavior::Smooth });
    scroller.scroll_to_with_scroll_to_options(&options);
}

#[derive(Properties, PartialEq)]
struct PassageProps {
    order: Shared<SummaryRequest>,
    source: Shared<SourceAnalysis>,
    from: usize,
    to: usize,
    lit: Highlight,
    /// While the summary is corrected, the sentences that are in it.
    added: Option<Vec<u32>>,
    act: Callback<SummariesAction>,
}

/// The sentence of an element.
fn sentence_at(target: Option<EventTarget>) -> Option<u32> {
    let element = target?.dyn_into::<Element>().ok()?.closest("[data-sentence]").ok().flatten()?;
    element.get_attribute("data-sentence")?.parse().ok()
}

fn focus_sentence(scroller: &NodeRef, sentence: u32) {
    let found = scroller
        .cast::<Element>()
        .and_then(|scroller| scroller.query_selector(&format!("[data-sentence=\"{sentence}\"]")).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that is on the page takes the focus.
        let _ = element.focus();
    }
}

/// What stands between two sentences: white space, and passages that are left out, each a button that includes it.
fn between(text: &str, source: &SourceAnalysis, [from, to]: [u32; 2], act: &Callback<SummariesAction>) -> Html {
    let first = source.skipped.partition_point(|passage| passage.span[1] <= from);
    let mut at = from;
    let mut shown = Vec::new();
    for passage in source.skipped[first..].iter().take_while(|passage| passage.span[0] < to) {
        let span = [passage.span[0].max(at), passage.span[1].min(to)];
        let whole = passage.span;
        let why = passage.reason.description();
        shown.push(html! { { slice(text, [at, span[0]]) } });
        shown.push(html! {
            <button
                type="button"
                class="skipped"
                data-next-focus="source-text"
                data-skipped={why}
                title={format!("Left out: {why}. Click to include it.")}
                onclick={act.reform(move |_: MouseEvent| SummariesAction::Include(whole))}
            >
                <span class="unseen">{ format!("Left out, {why}: ") }</span>
                { slice(text, span) }
            </button>
        });
        at = span[1].max(at);
    }
    shown.push(html! { { slice(text, [at, to]) } });
    html! { <>{ for shown }</> }
}

/// Some sentences with the text between them.
#[component]
fn Passage(props: &PassageProps) -> Html {
    let (text, source) = (props.order.ask.text.as_str(), &*props.source);
    let mut at = match props.from.checked_sub(1) {
        Some(before) => source.sentences[before].span[1],
        None => 0,
    };
    let mut shown = Vec::new();
    for index in props.from..props.to {
        let span = source.sentences[index].span;
        shown.push(between(text, source, [at, span[0]], &props.act));
        at = span[1];
        let lights = props.lit.sentences.contains(&(index as u32));
        let words = words_in(source, span);
        let marked = props.lit.words.iter().map(|one| &one.word).chain(&props.lit.cut).any(|word| words.contains(word));
        shown.push(html! {
            <span
                class="sentence"
                data-sentence={index.to_string()}
                role={props.added.as_ref().map(|_| "button")}
                tabindex={props.added.as_ref().map(|_| if index == 0 { "0" } else { "-1" })}
                aria-pressed={props.added.as_ref().map(|added| added.contains(&(index as u32)).to_string())}
                data-highlighted={lights.then_some("")} data-lit={lights.then_some("")}>
                { if marked { html! { { for segments(source, span, &props.lit).iter().map(|segment| segment_view(text, segment)) } } } else { html! { { slice(text, span) } } } }
            </span>
        });
    }
    if props.to == source.sentences.len() {
        shown.push(between(text, source, [at, text.len() as u32], &props.act));
    }
    html! { <>{ for shown }</> }
}
