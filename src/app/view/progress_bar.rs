//! The progress bar of a load or a job.

use yew::prelude::*;

use crate::app::model::async_value::Progress;

/// A progress bar; its place is reserved while there is no progress.
pub fn progress_bar(progress: Option<Progress>) -> Html {
    let share = progress.map(|progress| progress.share());
    html! {
        <div class={classes!("progress", share.map(|share| if share.is_some() { "known" } else { "unknown" }))} aria-hidden="true">
            <span style={format!("--share:{:.3}", share.flatten().unwrap_or_default())}></span>
        </div>
    }
}
