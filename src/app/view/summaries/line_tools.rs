//! What stands behind a line: the button that shows its whole sentence, and why that was chosen.

use yew::prelude::*;

use crate::app::messages::summary_reasons;
use crate::app::model::summaries::SummariesAction;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct LineToolsProps {
    /// The index of the line.
    pub index: usize,
    /// Whether its whole sentence is shown in its place; none of a line that leaves nothing out.
    pub whole: Option<bool>,
    /// Whether the reason is shown; none where there is no reason.
    pub reason: Option<bool>,
    /// Whether the Tab key stops here.
    pub stop: bool,
    /// Opens or closes the reason.
    pub turn: Callback<()>,
    /// Receives the visitor's actions.
    pub act: Callback<SummariesAction>,
}

/// The buttons of a line. The Tab key finds those of the line that it stops at.
#[component]
pub fn LineTools(props: &LineToolsProps) -> Html {
    let index = props.index;
    let tab = if props.stop { "0" } else { "-1" };
    let of_line = html! { <span class="unseen">{ summary_reasons::of_line(index) }</span> };
    // A click on a button is none on its line.
    let whole = {
        let act = props.act.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            act.emit(SummariesAction::ToggleWhole(index));
        })
    };
    let turn = {
        let turn = props.turn.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            turn.emit(());
        })
    };
    html! {
        <>
            if let Some(is_whole) = props.whole {
                { " " }
                <button
                    type="button"
                    class="badge line-tool"
                    data-whole={is_whole.to_string()}
                    tabindex={tab}
                    onclick={whole}
                >{ summary_reasons::whole_button(is_whole) }{ of_line.clone() }</button>
            }
            if let Some(open) = props.reason {
                { " " }
                <button
                    type="button"
                    class="badge line-tool"
                    data-why=""
                    aria-expanded={open.to_string()}
                    aria-controls={reason_id(index)}
                    tabindex={tab}
                    onclick={turn}
                >{ "why?" }{ of_line }</button>
            }
        </>
    }
}

/// The element that says why a line's sentence was chosen.
pub fn reason_id(index: usize) -> String {
    format!("reason-{index}")
}
