//! The text panel: the text, editable or annotated.

use std::rc::Rc;

use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

use super::source_view::SourceView;
use super::text_input;
use crate::app::browser::dom;
use crate::app::messages::summaries;
use crate::app::model::State;
use crate::app::model::async_value::{AsyncValue, Shared};
use crate::app::model::summaries::highlight::Highlight;
use crate::app::model::summaries::request::{SourceViewMode, SummaryRequest};
use crate::app::model::summaries::text_direction::text_direction;
use crate::app::model::summaries::{SampleText, SummariesAction};
use crate::protocol::{LineReason, SourceAnalysis};

/// How many sample texts there are, so that their places are reserved.
const SAMPLES: usize = 4;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct TextPanelProps {
    /// The text.
    pub text: Shared<String>,
    /// How it is shown.
    pub view: SourceViewMode,
    /// The request with the analyzed text.
    pub order: Option<Shared<SummaryRequest>>,
    /// The analyzed text.
    pub source: Option<Shared<SourceAnalysis>>,
    /// What is highlighted in it.
    pub lit: Option<Rc<Highlight>>,
    /// The sentences that the summary was made from.
    pub chosen: Vec<u32>,
    /// Why each of them was chosen.
    pub reasons: Vec<(u32, LineReason)>,
    /// The summary while the visitor corrects it.
    pub draft: Option<Shared<String>>,
    /// The sample texts.
    pub samples: AsyncValue<Shared<Vec<SampleText>>>,
    /// Receives the visitor's actions.
    pub act: Callback<SummariesAction>,
    /// Dispatches notices.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The text panel.
#[component]
pub fn TextPanel(props: &TextPanelProps) -> Html {
    let count = use_memo(props.text.clone(), |text| summaries::count_words(text));
    let value = use_memo(props.text.clone(), |text| AttrValue::from(text.to_string()));
    let area = use_node_ref();
    // After a click on Edit, the text area takes the focus.
    let place = area.clone();
    let asked = use_mut_ref(|| false);
    let focus = asked.clone();
    use_effect_with(props.view, move |view| {
        if *view == SourceViewMode::Edit
            && focus.replace(false)
            && let Some(area) = place.cast::<HtmlTextAreaElement>()
        {
            // An element that is on the page takes the focus.
            let _ = area.focus();
        }
    });

    let write = props.act.reform(|event: InputEvent| {
        let text = event.target_unchecked_into::<HtmlTextAreaElement>().value();
        // An event that an extension makes need not have a type.
        let kind = js_sys::Reflect::get(&event, &"inputType".into()).ok().and_then(|kind| kind.as_string());
        match kind.as_deref() {
            Some("insertFromPaste" | "insertFromDrop") => SummariesAction::ReplaceText(text),
            _ => SummariesAction::EditText(text),
        }
    });
    let marked = props.order.clone().filter(|_| props.view == SourceViewMode::Annotated);
    let other = match props.view {
        SourceViewMode::Annotated => SourceViewMode::Edit,
        SourceViewMode::Edit => SourceViewMode::Annotated,
    };
    let can_read = props.source.is_some() && props.order.as_ref().is_some_and(|order| order.ask.text == *props.text);
    let turn = {
        let (act, asked) = (props.act.clone(), asked.clone());
        Callback::from(move |_: MouseEvent| {
            *asked.borrow_mut() = other == SourceViewMode::Edit;
            act.emit(SummariesAction::SetSourceView(other));
        })
    };
    let open = {
        let (act, dispatch) = (props.act.clone(), props.dispatch.clone());
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                text_input::open_text_file(file, act.clone(), dispatch.clone());
            }
            // So that the same file can be opened again.
            input.set_value("");
        })
    };

    html! {
        <section class="card paper" aria-labelledby="paper-title" data-view={if marked.is_some() { "read" } else { "edit" }}>
            <div class="card-head">
                <h2 id="paper-title">{ "The text" }</h2>
                <p class="caption word-count" key={*count}>{ summaries::word_count_label(*count) }</p>
                <button
                    type="button"
                    class={classes!("quiet", "turn", (props.view == SourceViewMode::Edit && !can_read).then_some("away"))}
                    onclick={turn}
                >
                    { if props.view == SourceViewMode::Annotated { "Edit" } else { "Highlights" } }
                </button>
            </div>
            <div class="paper-box">
                { match marked {
                    Some(order) => html! {
                        <SourceView {order} source={props.source.clone()} lit={props.lit.clone()} chosen={props.chosen.clone()} reasons={props.reasons.clone()} draft={props.draft.clone()} act={props.act.clone()} />
                    },
                    None => html! {
                        <textarea
                            ref={area}
                            id="text"
                            data-next-focus="source-text"
                            dir={text_direction(&props.text)}
                            aria-labelledby="paper-title"
                            aria-describedby="text-help"
                            placeholder="Paste or type an English text here, or drop a file."
                            spellcheck="false"
                            value={(*value).clone()}
                            oninput={write}
                        />
                    },
                } }
            </div>
            { skipped_line(props) }
            <div class="tools">
                <label class="button">
                    <input id="text-file" type="file" accept=".txt,.md,.markdown,.html,.htm,.srt,.vtt,.eml,text/plain,text/markdown,text/html,text/vtt" class="unseen" onchange={open} />
                    <span>{ "Open a file" }</span>
                </label>
                <button type="button" class="button" id="clear-text" data-next-focus="text" disabled={props.text.is_empty()} onclick={props.act.reform(|_| SummariesAction::Clear)}>
                    { "Clear" }
                </button>
            </div>
            <p class="caption help" id="text-help">
                <kbd>{ "Ctrl Enter" }</kbd>{ " summarizes, " }<kbd>{ "Esc" }</kbd>{ " stops. The text stays on this device." }
            </p>
            <h3>{ "Or try one of these" }</h3>
            <ul class="text-samples">
                { for (0..SAMPLES).map(|index| sample_button(index, &props.samples, &props.act)) }
            </ul>
        </section>
    }
}

/// What is left out of the text, and the way back.
fn skipped_line(props: &TextPanelProps) -> Html {
    if props.view != SourceViewMode::Annotated {
        return html! {};
    }
    let count = props.source.as_ref().map_or(0, |source| source.skipped.len());
    let included = props.order.as_ref().is_some_and(|order| !order.ask.included.is_empty());
    html! {
        <>
            if let Some(notice) = summaries::skipped_notice(count) {
                <p class="caption" id="skipped-notice" data-count={count.to_string()}>{ notice }</p>
            }
            if included {
                <button type="button" class="quiet" id="skip-again" onclick={props.act.reform(|_| SummariesAction::IncludeNothing)}>
                    { "Leave these passages out again" }
                </button>
            }
        </>
    }
}

fn sample_button(index: usize, samples: &AsyncValue<Shared<Vec<SampleText>>>, act: &Callback<SummariesAction>) -> Html {
    let Some(sample) = samples.ready().and_then(|all| all.get(index)) else {
        // Its place is reserved while the samples load.
        return html! { <li key={index}><button type="button" class="text-sample" disabled=true>{ "\u{a0}" }</button></li> };
    };
    let text = sample.text.clone();
    let pick = {
        let act = act.clone();
        Callback::from(move |_: MouseEvent| {
            act.emit(SummariesAction::LoadSampleText(text.clone()));
            // On a phone the summary starts below the screen.
            dom::go_to_if_below("summary-start");
        })
    };
    let size = summaries::word_count_label(summaries::count_words(&sample.text));
    html! {
        <li key={index}>
            <button type="button" class="text-sample" data-text-sample={index.to_string()} onclick={pick}>
                <span class="text-sample-title">{ &sample.title }</span>
                <span class="caption">{ size }</span>
            </button>
            <a class="caption" href={sample.source.clone()} aria-label={format!("Source of {}, {}", sample.title, sample.license)}>
                { &sample.license }
            </a>
        </li>
    }
}
