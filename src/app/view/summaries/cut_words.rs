//! Words of a sentence that its line leaves out: struck out, and said to be so.

use yew::prelude::*;

use crate::app::browser::use_css_variables::use_css_variables;
use crate::app::messages::summary_reasons::CUT;
use crate::app::model::summaries::highlight::{SourceSegment, slice};

/// A segment of the source.
pub fn segment_view(text: &str, segment: &SourceSegment) -> Html {
    let itself = slice(text, segment.span);
    let shown = match segment.lit {
        Some(lit) => html! {
            <LitWord share={lit.share} copied={lit.copied} word={lit.word} text={itself.to_owned()} />
        },
        None => html! { { itself } },
    };
    if !segment.cut {
        return shown;
    }
    html! {
        <del class="cut"><span class="unseen">{ CUT[0] }</span><span class="cut-words">{ shown }</span><span class="unseen">{ CUT[1] }</span></del>
    }
}

#[derive(Properties, PartialEq)]
struct LitWordProps {
    share: f32,
    copied: bool,
    word: u32,
    text: String,
}

/// A word that a word of the summary came from, the stronger the more of it did.
#[component]
fn LitWord(props: &LitWordProps) -> Html {
    let element = use_css_variables([("--share", format!("{:.2}", props.share))]);
    html! {
        <mark ref={element} class={classes!("lit-word", props.copied.then_some("copied"))} data-source-word={props.word.to_string()}>
            { &props.text }
        </mark>
    }
}
