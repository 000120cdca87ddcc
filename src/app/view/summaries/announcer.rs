//! Says to screen readers once that a summary stands, and nothing while it is written.

use yew::prelude::*;

use crate::app::messages::summaries;
use crate::app::model::summaries::request::SummaryRun;

/// What is announced.
#[derive(Properties, PartialEq)]
pub struct SummaryAnnouncerProps {
    /// Our model's run.
    pub run: Option<SummaryRun>,
    /// Why there is nothing to summarize.
    pub trouble: Option<AttrValue>,
}

/// A live region that is heard and not seen.
#[component]
pub fn SummaryAnnouncer(props: &SummaryAnnouncerProps) -> Html {
    let said =
        props.trouble.clone().or_else(|| props.run.as_ref().and_then(summaries::announcement).map(AttrValue::from));
    html! { <p class="unseen" id="summary-announcement" role="status" aria-live="polite">{ said.unwrap_or_default() }</p> }
}
