//! Words of a sentence that its line leaves out: struck out, and said to be so.

use yew::prelude::*;

use crate::app::messages::summary_reasons::CUT;
use crate::app::model::summaries::highlight::{SourceSegment, slice};

/// A segment of the source.
pub fn segment_view(text: &str, segment: &SourceSegment) -> Html {
    let itself = slice(text, segment.span);
    let shown = match segment.lit {
        Some(lit) => html! {
            <mark
                class={classes!("lit-word", lit.copied.then_some("copied"))}
                data-source-word={lit.word.to_string()}
                style={format!("--share:{:.2}", lit.share)}
            >{ itself }</mark>
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
