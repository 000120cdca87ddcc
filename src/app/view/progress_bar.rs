//! Bars: the progress of a load or a job, and a share of a whole.

use yew::prelude::*;

use crate::app::browser::use_css_variables::use_css_variables;
use crate::app::model::async_value::Progress;

/// A progress bar; its place is reserved while there is no progress.
pub fn progress_bar(progress: Option<Progress>) -> Html {
    share_progress(progress.map(|progress| progress.share()))
}

/// A progress bar of a share, where that is known.
pub fn share_progress(share: Option<Option<f64>>) -> Html {
    html! {
        <div class={classes!("progress", share.map(|share| if share.is_some() { "known" } else { "unknown" }))} aria-hidden="true">
            <Filled share={share.flatten().unwrap_or_default() as f32} />
        </div>
    }
}

/// A bar beside a number that says the same.
pub fn share_bar(share: f32) -> Html {
    html! { <span class="bar-track" aria-hidden="true"><Filled class="bar-fill" {share} /></span> }
}

#[derive(Properties, PartialEq)]
struct FilledProps {
    #[prop_or_default]
    class: Option<&'static str>,
    share: f32,
}

/// The filled part of a bar.
#[component]
fn Filled(props: &FilledProps) -> Html {
    let element = use_css_variables([("--share", format!("{:.4}", props.share))]);
    html! { <span ref={element} class={props.class}></span> }
}
