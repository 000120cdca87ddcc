//! Announces completed summaries to screen readers, and stays silent while they are generated.

use yew::prelude::*;

use crate::app::messages::summaries;
use crate::app::model::summaries::request::SummaryRun;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct SummaryAnnouncerProps {
    /// The run of the selected model.
    pub run: Option<SummaryRun>,
    /// Why there is nothing to summarize.
    pub trouble: Option<AttrValue>,
}

/// A visually hidden live region.
#[component]
pub fn SummaryAnnouncer(props: &SummaryAnnouncerProps) -> Html {
    let said =
        props.trouble.clone().or_else(|| props.run.as_ref().and_then(summaries::announcement).map(AttrValue::from));
    html! { <p class="unseen" id="summary-announcement" role="status" aria-live="polite">{ said.unwrap_or_default() }</p> }
}
