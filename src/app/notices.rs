//! Sentences over the page, until they are dismissed. They lie above it, so that nothing moves.

use yew::prelude::*;

use super::state::{Action, Notice, State};

/// What is shown.
#[derive(Properties, PartialEq)]
pub struct NoticesProps {
    /// The notices, the newest last.
    pub notices: Vec<Notice>,
    /// Where actions go.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The notices.
#[component]
pub fn Notices(props: &NoticesProps) -> Html {
    html! {
        <div class="notices" id="notices" role="status" aria-live="polite">
            { for props.notices.iter().map(|notice| {
                let (dispatch, id) = (props.dispatch.clone(), notice.id);
                let dismiss = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::Dismiss(id)));
                html! {
                    <div key={id} class="notice">
                        <p>{ &notice.text }</p>
                        <button type="button" class="quiet" onclick={dismiss} aria-label="Dismiss this notice">{ "×" }</button>
                    </div>
                }
            }) }
        </div>
    }
}
