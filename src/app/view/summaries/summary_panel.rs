//! The summary panel: status, lines, provenance and statistics.

use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::summary_lines::SummaryLines;
use crate::app::browser::dom;
use crate::app::browser::timers::Timer;
use crate::app::messages::engines::engine_name;
use crate::app::messages::format::{sentence, thousands};
use crate::app::messages::summaries;
use crate::app::messages::summaries::load_status_line;
use crate::app::model::async_value::{AsyncValue, Shared};
use crate::app::model::summaries::SummariesAction;
use crate::app::model::summaries::highlight::PointerState;
use crate::app::model::summaries::request::{SourceViewMode, SummaryRun, SummaryRunStatus};
use crate::app::model::{Action, State};
use crate::app::view::progress_bar::progress_bar;
use crate::protocol::Summary;

/// How long the button says that it copied, in milliseconds.
const COPIED_MS: i32 = 2_000;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct SummaryPanelProps {
    /// The run of the selected model.
    pub run: Option<SummaryRun>,
    /// The summary while the visitor edits it.
    pub draft: Option<Shared<String>>,
    /// Whether it is of the current text.
    pub current: bool,
    /// Why there is nothing to summarize.
    pub trouble: Option<AttrValue>,
    /// The state of loading the model.
    pub load: AsyncValue<()>,
    /// The positions that are pointed at.
    pub pointing: PointerState,
    /// Sets them.
    pub set: UseStateSetter<PointerState>,
    /// The title of the model that generated it.
    pub writer: AttrValue,
    /// The adapter that generated it.
    pub adapter: Option<AttrValue>,
    /// Receives the visitor's actions.
    pub act: Callback<SummariesAction>,
    /// Dispatches notices.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The lower part of the summary's card.
#[component]
pub fn SummaryPanel(props: &SummaryPanelProps) -> Html {
    let run = props.run.as_ref();
    let summary = run.and_then(|run| match &run.stage {
        SummaryRunStatus::Done(summary) => Some(&**summary),
        _ => None,
    });
    let lines = run.map_or(&[][..], |run| run.lines.as_slice());
    // Computed once a summary, not whenever something is pointed at; counted as the words of the text are, not as the model does.
    let whole: Vec<usize> = run.iter().flat_map(|run| run.shortened.keys().copied()).collect();
    let number = run.filter(|_| summary.is_some()).map(|run| run.order.number);
    let size = use_memo((number, whole.clone()), |(done, _)| {
        let counted = |text: &str| thousands(summaries::count_words(text) as u64);
        let run = run.filter(|_| done.is_some())?;
        Some(format!("{} → {}", counted(&run.order.ask.text), counted(&summaries::plain_text(run))))
    });
    let show = {
        let (act, current) = (props.act.clone(), props.current);
        Callback::from(move |()| {
            if current {
                act.emit(SummariesAction::SetSourceView(SourceViewMode::Annotated));
            }
        })
    };
    html! {
        <>
            <SummaryStatus run={props.run.clone()} trouble={props.trouble.clone()} load={props.load.clone()} writer={props.writer.clone()} adapter={props.adapter.clone()} act={props.act.clone()} />
            <div class="outcome-box">
                { match run {
                    Some(_) if props.draft.is_some() => html! { <SummaryEditor draft={props.draft.clone().unwrap_or_default()} act={props.act.clone()} /> },
                    Some(run) if !lines.is_empty() => html! {
                        <SummaryLines
                            lines={lines.to_vec()}
                            writing={run.stage == SummaryRunStatus::Generating}
                            order={run.order.clone()}
                            source={run.source.clone()}
                            pointing={props.pointing}
                            set={props.set.clone()}
                            {whole}
                            {show}
                            act={props.act.clone()}
                        />
                    },
                    Some(run) if matches!(run.stage, SummaryRunStatus::Done(_)) => html! { <p class="hint">{ "There is nothing to summarize in this text." }</p> },
                    Some(_) => Html::default(),
                    None => html! {
                        <div class="hint">
                            <p>{ "Paste an article to read its summary here." }</p>
                            <p class="caption">
                                { "Every line shows where it comes from. The text stays on this device and is never sent to a server." }
                            </p>
                        </div>
                    },
                } }
            </div>
            <ProvenanceNote run={props.run.clone()} pointing={props.pointing} current={props.current} />
            <div class="outcome-foot">
                <CopyButton run={props.run.clone()} dispatch={props.dispatch.clone()} />
                { edit_button(run, props.draft.is_some(), &props.act) }
                <ul class="origins" aria-label="Where the words come from">
                    <li><span class="word" data-origin="copied">{ "copied" }</span></li>
                    <li><span class="word" data-origin="in-source">{ "also in the text" }</span></li>
                    <li><span class="word" data-origin="new">{ "new" }</span></li>
                </ul>
            </div>
            { summary_figures((*size).clone(), summary) }
        </>
    }
}

/// The button that starts editing the summary.
fn edit_button(run: Option<&SummaryRun>, drafting: bool, act: &Callback<SummariesAction>) -> Html {
    let text = run.filter(|run| !run.stage.open() && !run.lines.is_empty()).map(summaries::editable_text);
    let press = {
        let (act, text) = (act.clone(), text.clone());
        Callback::from(move |_: MouseEvent| act.emit(SummariesAction::EditSummary(text.clone())))
    };
    html! {
        <button type="button" class="button" id="edit-summary" disabled={text.is_none() || drafting} onclick={press}>{ "Correct" }</button>
    }
}

#[derive(Properties, PartialEq)]
struct SummaryEditorProps {
    draft: Shared<String>,
    act: Callback<SummariesAction>,
}

/// The editor of the summary.
#[component]
fn SummaryEditor(props: &SummaryEditorProps) -> Html {
    let place = use_node_ref();
    let focus = place.clone();
    use_effect_with((), move |()| {
        if let Some(area) = focus.cast::<HtmlTextAreaElement>() {
            // An element that is on the page takes the focus.
            let _ = area.focus();
        }
    });
    let write = props.act.reform(|event: InputEvent| {
        SummariesAction::EditSummary(Some(event.target_unchecked_into::<HtmlTextAreaElement>().value()))
    });
    let empty = !props.draft.contains(char::is_alphanumeric);
    html! {
        <div class="draft">
            <textarea
                ref={place}
                id="draft"
                dir="auto"
                aria-label="The summary, one sentence per line"
                aria-describedby="draft-help"
                value={AttrValue::from(props.draft.to_string())}
                oninput={write}
            />
            <p class="caption" id="draft-help">
                { "Write the summary that you would have wanted, one sentence per line, using words of the text where possible. Once saved, the model can learn from it (see Learn below)." }
            </p>
            <div class="tools">
                <button type="button" class="button primary" id="keep-summary" data-next-focus="edit-summary" disabled={empty} onclick={props.act.reform(|_| SummariesAction::SaveCorrection)}>{ "Save as a sample" }</button>
                <button type="button" class="button" data-next-focus="edit-summary" onclick={props.act.reform(|_| SummariesAction::EditSummary(None))}>{ "Cancel" }</button>
            </div>
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SummaryStatusProps {
    run: Option<SummaryRun>,
    trouble: Option<AttrValue>,
    load: AsyncValue<()>,
    writer: AttrValue,
    adapter: Option<AttrValue>,
    act: Callback<SummariesAction>,
}

/// One place for every status message, so that nothing moves when it changes.
#[component]
fn SummaryStatus(props: &SummaryStatusProps) -> Html {
    let run = props.run.as_ref();
    let stage = run.map(|run| &run.stage);
    let notice = run.and_then(|run| run.source.as_deref()).and_then(summaries::language_notice);
    let failed = matches!(stage, Some(SummaryRunStatus::Failed(_))) || matches!(props.load, AsyncValue::Failed(_));
    let (text, progress) = match (&props.trouble, &props.load, stage) {
        (Some(trouble), ..) => (trouble.to_string(), None),
        (None, AsyncValue::Loading(progress), _) => {
            (load_status_line(progress, stage == Some(&SummaryRunStatus::Waiting)), Some(*progress))
        }
        (None, _, Some(stage)) => {
            let progress = match stage {
                SummaryRunStatus::Analyzing(progress) => Some(*progress),
                _ => None,
            };
            let writer = match stage {
                SummaryRunStatus::Done(summary) => {
                    Some(summaries::summary_source(summary, &props.writer, props.adapter.as_deref()))
                }
                _ => None,
            };
            let text = summaries::run_status(stage).or_else(|| notice.clone()).or(writer);
            (text.unwrap_or_default(), progress)
        }
        (None, AsyncValue::Failed(why), None) => (sentence(why), None),
        (None, _, None) => (String::new(), None),
    };
    let model_failed = matches!(props.load, AsyncValue::Failed(_));
    html! {
        <div
            id="summary-start"
            tabindex="-1"
            role="group"
            aria-label="The summary"
            class={classes!("standing", (failed || props.trouble.is_some()).then_some("trouble"))}
            data-language={run.and_then(|run| run.source.as_ref()).map(|source| summaries::language_attribute(source.language))}
        >
            <p key={text.clone()}>{ text }</p>
            if model_failed {
                <button type="button" class="quiet" data-next-focus="summarize" onclick={props.act.reform(|_| SummariesAction::Retry)}>{ "Try again" }</button>
            }
            { progress_bar(progress) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ProvenanceNoteProps {
    run: Option<SummaryRun>,
    pointing: PointerState,
    current: bool,
}

/// The provenance of the position that is pointed at; announced where the keyboard points.
#[component]
fn ProvenanceNote(props: &ProvenanceNoteProps) -> Html {
    let note = props.run.as_ref().and_then(|run| {
        let point = props.pointing.point()?;
        let line = run.lines.get(point.line)?;
        let word = point.word.and_then(|word| line.words.get(word));
        Some(match word {
            Some(word) => summaries::word_provenance(line, word, &run.order.ask.text, run.source.as_deref()),
            None => summaries::line_provenance(line),
        })
    });
    let by_keyboard = props.pointing.hover.is_none() && props.pointing.focus.is_some();
    let hint = match &props.run {
        Some(run) if !props.current && !run.stage.open() => "The text has changed since then.",
        Some(run) if !run.lines.is_empty() => "Point at a line or a word to see where it comes from.",
        _ => "\u{a0}",
    };
    html! {
        <p class="caption note" aria-live={if by_keyboard { "polite" } else { "off" }}>{ note.unwrap_or_else(|| hint.into()) }</p>
    }
}

#[derive(Properties, PartialEq)]
struct CopyButtonProps {
    run: Option<SummaryRun>,
    dispatch: UseReducerDispatcher<State>,
}

/// The button that copies the summary.
#[component]
fn CopyButton(props: &CopyButtonProps) -> Html {
    let copied = use_state_eq(|| false);
    let later = use_mut_ref(|| None::<Timer>);
    let text = props.run.as_ref().map(summaries::plain_text).filter(|text| !text.is_empty());
    let click = {
        let (text, copied, dispatch) = (text.clone(), copied.setter(), props.dispatch.clone());
        Callback::from(move |_: MouseEvent| {
            let (text, copied, dispatch, later) =
                (text.clone().unwrap_or_default(), copied.clone(), dispatch.clone(), later.clone());
            spawn_local(async move {
                if dom::copy_to_clipboard(&text).await.is_err() {
                    let why = "This browser did not allow copying. Select the summary and copy it yourself.";
                    return dispatch.dispatch(Action::ShowNotice(why.into()));
                }
                copied.set(true);
                *later.borrow_mut() = Timer::after(COPIED_MS, move || copied.set(false));
            });
        })
    };
    html! {
        <button type="button" class="button" id="copy" disabled={text.is_none()} onclick={click}>
            <span aria-live="polite">{ if *copied { "Copied" } else { "Copy" } }</span>
        </button>
    }
}

fn summary_figures(size: Option<String>, summary: Option<&Summary>) -> Html {
    let figure = |name: &'static str, value: Option<String>| {
        let value = value.unwrap_or_else(|| "–".into());
        // With a key, a new value is a new element: one that only changed would count as a layout shift.
        html! { <div class="figure"><dt>{ name }</dt><dd key={value.clone()}>{ value }</dd></div> }
    };
    html! {
        <dl class="summary-figures">
            { figure("words", size) }
            { figure("reading time saved", summary.map(summaries::reading_time_saved)) }
            { figure("time to first word", summary.map(|s| summaries::duration(s.first_ms))) }
            { figure("total time", summary.map(|s| summaries::duration(s.total_ms))) }
            { figure("words per second", summary.map(summaries::words_per_second)) }
            { figure("engine", summary.map(|s| engine_name(s.engine).to_owned())) }
        </dl>
    }
}
