//! The lines of a summary. Lines and words can be pointed at with mouse, finger and keyboard.

use wasm_bindgen::JsCast;
use web_sys::{Element, EventTarget, HtmlElement};
use yew::prelude::*;

use super::cut_words::segment_view;
use super::line_tools::{LineTools, reason_id};
use crate::app::messages::{summaries, summary_reasons};
use crate::app::model::async_value::Shared;
use crate::app::model::summaries::SummariesAction;
use crate::app::model::summaries::highlight::{
    Highlight, PointerState, SourceSegment, SummaryPosition, cut_words, segments, slice,
};
use crate::app::model::summaries::request::SummaryRequest;
use crate::protocol::{LineSource, SourceAnalysis, SummaryKind, SummaryLine, WordOrigin};

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct SummaryLinesProps {
    /// The lines so far.
    pub lines: Vec<Shared<SummaryLine>>,
    /// Whether the last one is being generated.
    pub writing: bool,
    /// The request that they answer.
    pub order: Shared<SummaryRequest>,
    /// The analyzed text.
    pub source: Option<Shared<SourceAnalysis>>,
    /// The positions that are pointed at.
    pub pointing: PointerState,
    /// Sets them.
    pub set: UseStateSetter<PointerState>,
    /// The lines in whose place their whole sentence is shown.
    pub whole: Vec<usize>,
    /// Called when the source should be visible.
    pub show: Callback<()>,
    /// Receives the visitor's actions.
    pub act: Callback<SummariesAction>,
}

/// The lines. One stop of the Tab key: up and down go from line to line, right and left from word to word, Enter pins.
#[component]
pub fn SummaryLines(props: &SummaryLinesProps) -> Html {
    let list = use_node_ref();
    let stop = use_state_eq(|| SummaryPosition { line: 0, word: None });
    let pointing = props.pointing;
    let change = {
        let set = props.set.clone();
        move |change: &dyn Fn(&mut PointerState)| {
            let mut next = pointing;
            change(&mut next);
            set.set(next);
        }
    };

    let over = {
        let change = change.clone();
        Callback::from(move |event: MouseEvent| change(&|next| next.hover = position_of(event.target())))
    };
    let away = {
        let change = change.clone();
        Callback::from(move |_: MouseEvent| change(&|next| next.hover = None))
    };
    let focused = {
        let (change, stop) = (change.clone(), stop.setter());
        Callback::from(move |event: FocusEvent| {
            let point = position_of(event.target());
            change(&|next| next.focus = point);
            if let Some(point) = point {
                stop.set(point);
            }
        })
    };
    let left = {
        let change = change.clone();
        Callback::from(move |_: FocusEvent| change(&|next| next.focus = None))
    };
    let toggle = {
        let (change, show) = (change.clone(), props.show.clone());
        move |point: Option<SummaryPosition>| {
            change(&|next| next.pin = point.filter(|_| next.pin != point));
            show.emit(());
        }
    };
    let click = {
        let toggle = toggle.clone();
        Callback::from(move |event: MouseEvent| {
            if let Some(point) = position_of(event.target()) {
                toggle(Some(point));
            }
        })
    };
    let key = {
        let (list, lines) = (list.clone(), props.lines.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(at) = position_of(event.target()) else { return };
            let key = event.key();
            match (key.as_str(), at.word) {
                ("Enter" | " ", Some(_)) => toggle(Some(at)),
                ("Escape", _) => return change(&|next| next.pin = None),
                _ => match next_position(&key, at, &lines) {
                    Some(next) => focus_position(&list, next),
                    None => return,
                },
            }
            event.prevent_default();
        })
    };

    let point = pointing.point();
    let last = props.lines.len().saturating_sub(1);
    // A line that is gone cannot be a stop.
    let stop = if stop.line <= last { *stop } else { SummaryPosition { line: 0, word: None } };
    // Nor can a word that went when the line was shortened again.
    let words = props.lines.get(stop.line).map_or(0, |line| line.words.len());
    let stop = SummaryPosition { word: stop.word.filter(|word| *word < words), ..stop };
    html! {
        <ol
            ref={list}
            class={classes!("lines", (props.order.ask.kind == SummaryKind::KeyPoints).then_some("points"), (props.order.ask.kind == SummaryKind::Headline).then_some("headline"))}
            aria-label="Summary, line by line"
            onmouseover={over}
            onmouseleave={away}
            onfocusin={focused}
            onfocusout={left}
            onclick={click}
            onkeydown={key}
        >
            { for props.lines.iter().enumerate().map(|(index, line)| {
                let of = |point: Option<SummaryPosition>| point.filter(|point| point.line == index).map(|point| point.word);
                let pinned = of(pointing.pin).is_some();
                html! {
                    <SummaryLineRow
                        key={index}
                        {index}
                        line={line.clone()}
                        point={of(point)}
                        stop={of(Some(stop))}
                        {pinned}
                        caret={props.writing && index == last}
                        is_whole={props.whole.contains(&index)}
                        quote={if pinned { source_quote(line, props.source.as_deref()) } else { Vec::new() }}
                        order={props.order.clone()}
                        act={props.act.clone()}
                    />
                }
            }) }
        </ol>
    }
}

/// The next position for a key.
fn next_position(key: &str, at: SummaryPosition, lines: &[Shared<SummaryLine>]) -> Option<SummaryPosition> {
    let last = lines.len().checked_sub(1)?;
    let words = lines.get(at.line)?.words.len();
    let line = |line: usize| Some(SummaryPosition { line: line.min(last), word: None });
    let word = |word: Option<usize>| Some(SummaryPosition { line: at.line, word });
    match (key, at.word) {
        ("ArrowDown", _) => line(at.line + 1),
        ("ArrowUp", _) => line(at.line.saturating_sub(1)),
        ("ArrowRight", None) => (words > 0).then_some(SummaryPosition { line: at.line, word: Some(0) }),
        ("ArrowRight", Some(here)) => word(Some((here + 1).min(words.saturating_sub(1)))),
        ("ArrowLeft", Some(here)) => word(here.checked_sub(1)),
        ("Home", None) => line(0),
        ("End", None) => line(last),
        ("Home", Some(_)) => word(Some(0)),
        ("End", Some(_)) => word(words.checked_sub(1)),
        _ => None,
    }
}

fn focus_position(list: &NodeRef, point: SummaryPosition) {
    let selector = match point.word {
        Some(word) => format!("[data-line=\"{}\"] [data-word=\"{word}\"]", point.line),
        None => format!("[data-line=\"{}\"] .line-button", point.line),
    };
    let found = list.cast::<Element>().and_then(|list| list.query_selector(&selector).ok().flatten());
    if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        // An element that is on the page takes the focus.
        let _ = element.focus();
    }
}

fn position_of(target: Option<EventTarget>) -> Option<SummaryPosition> {
    let element = target?.dyn_into::<Element>().ok()?;
    let number = |name: &str| {
        let found = element.closest(&format!("[{name}]")).ok().flatten()?;
        found.get_attribute(name)?.parse::<usize>().ok()
    };
    Some(SummaryPosition { line: number("data-line")?, word: number("data-word") })
}

/// The source sentences of a line, with what it leaves out: on a narrow screen the source itself is not visible.
fn source_quote(line: &SummaryLine, source: Option<&SourceAnalysis>) -> Vec<Vec<SourceSegment>> {
    let Some(source) = source else { return Vec::new() };
    let lit = Highlight { cut: cut_words(line, source), ..Highlight::default() };
    let sentences = line.sources.iter().filter_map(|index| source.sentences.get(*index as usize));
    sentences.map(|sentence| segments(source, sentence.span, &lit)).collect()
}

#[derive(Properties, PartialEq)]
struct SummaryLineRowProps {
    index: usize,
    line: Shared<SummaryLine>,
    /// Whether it is pointed at, and at which word.
    point: Option<Option<usize>>,
    /// Whether the Tab key stops here, and at which word.
    stop: Option<Option<usize>>,
    pinned: bool,
    caret: bool,
    /// Whether its whole sentence is shown in its place.
    is_whole: bool,
    /// The segments of each of its sentences; none where they are not shown.
    quote: Vec<Vec<SourceSegment>>,
    order: Shared<SummaryRequest>,
    act: Callback<SummariesAction>,
}

/// One line.
#[component]
fn SummaryLineRow(props: &SummaryLineRowProps) -> Html {
    let line = &props.line;
    let text = &props.order.ask.text;
    let explained = use_state_eq(|| false);
    let turn = {
        let explained = explained.clone();
        Callback::from(move |()| explained.set(!*explained))
    };
    let reason = line.reason.as_deref();
    let tab = |here: bool| if here { "0" } else { "-1" };
    let mut at = 0;
    let mut shown = Vec::new();
    for (index, word) in line.words.iter().enumerate() {
        let before = slice(&line.text, [at, word.span[0]]);
        at = word.span[1];
        // With keys, and in an element of their own, so that an added word leaves the others in place.
        shown.push(html! {
            <key={index}>
                { before }
                <span
                    class={classes!("word", (props.point == Some(Some(index))).then_some("pointed"))}
                    data-word={index.to_string()}
                    data-origin={origin_attribute(word.origin)}
                    tabindex={tab(props.stop == Some(Some(index)))}
                >{ slice(&line.text, word.span) }</span>
            </>
        });
    }
    let rest = line.text.get(at as usize..).unwrap_or_default();
    let source = match line.making {
        LineSource::Rewritten => "rewritten",
        LineSource::Extracted => "extracted",
    };
    let extracted = line.finished && line.making == LineSource::Extracted;
    html! {
        <li
            class={classes!("line", props.caret.then_some("writing"), props.point.is_some().then_some("pointed"), props.pinned.then_some("pinned"))}
            data-line={props.index.to_string()}
            data-line-source={source}
            data-completed={line.finished.then_some("")}
            data-making={source}
            data-finished={line.finished.then_some("")}
        >
            <button
                type="button"
                class="line-button"
                tabindex={tab(props.stop == Some(None))}
                aria-pressed={props.pinned.to_string()}
                aria-label={summaries::line_button_label(props.index, line)}
            ></button>
            <div class="line-body">
                <p class="line-text" dir="auto">
                    <span class="words">{ for shown }</span>
                    { rest }
                </p>
                // A row of its own, which is there before what stands in it: what comes when the line is finished moves no word.
                <div class="line-tools">
                    if extracted { <span class="badge">{ "word for word" }</span> }
                    <LineTools
                        index={props.index}
                        whole={(props.is_whole || line.whole.is_some()).then_some(props.is_whole)}
                        reason={reason.is_some().then_some(*explained)}
                        stop={props.stop.is_some()}
                        {turn}
                        act={props.act.clone()}
                    />
                </div>
                <p class="line-reason" id={reason_id(props.index)} onclick={|event: MouseEvent| event.stop_propagation()} hidden={reason.is_none() || !*explained}>
                    { reason.map(summary_reasons::reason_sentence).unwrap_or_default() }
                </p>
                if !props.quote.is_empty() {
                    <blockquote class="line-source">
                        { for props.quote.iter().enumerate().map(|(at, sentence)| html! {
                            <>
                                { if at > 0 { " … " } else { "" } }
                                { for sentence.iter().map(|segment| segment_view(text, segment)) }
                            </>
                        }) }
                    </blockquote>
                }
            </div>
        </li>
    }
}

fn origin_attribute(origin: WordOrigin) -> &'static str {
    match origin {
        WordOrigin::Copied { .. } => "copied",
        WordOrigin::InSource => "in-source",
        WordOrigin::New => "new",
    }
}
