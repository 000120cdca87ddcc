//! The list of summary corrections.

use web_sys::HtmlTextAreaElement;
use yew::prelude::*;

use super::exchange_buttons::import_export_buttons;
use crate::app::messages::summaries::{KINDS, count_words, word_count_label};
use crate::app::model::user_data::corrections::CorrectionData;
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::write_queue::CorrectionId;
use crate::app::model::user_data::{UserData, UserDataAction};
use crate::app::model::{Action, State};
use crate::protocol::TextSample;

/// How many words of a text are shown.
const BEGINNING: usize = 14;

/// Properties of the list.
#[derive(Properties, PartialEq)]
pub struct SummaryCorrectionListProps {
    /// Corrections, training runs and versions.
    pub user_data: UserData,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The corrections of summaries: to edit, delete, export and import.
#[component]
pub fn SummaryCorrectionList(props: &SummaryCorrectionListProps) -> Html {
    let user_data = &props.user_data;
    let count = match user_data.correction_count(Task::Summaries) {
        0 => "none yet".into(),
        1 => "1 sample".into(),
        n => format!("{n} samples"),
    };
    html! {
        <section class="card lessons" aria-labelledby="pairs-title">
            <div class="card-head">
                <h2 id="pairs-title">{ "Your samples" }</h2>
                <span class="caption">{ count }</span>
            </div>
            <p class="caption">
                { "Choose Correct under a summary, write what you would have wanted, and save it. The model can learn from it. Samples stay on this device." }
            </p>
            <div class="tools">{ import_export_buttons(user_data, Task::Summaries, &props.dispatch) }</div>
            <ul class="pair-list">{ for user_data.corrections_for(Task::Summaries).filter_map(|one| match &one.sample {
                CorrectionData::Text(sample) => Some(correction_item(one.id, sample, &props.dispatch)),
                CorrectionData::Digit(_) => None,
            }) }</ul>
        </section>
    }
}

fn correction_item(id: CorrectionId, sample: &TextSample, dispatch: &UseReducerDispatcher<State>) -> Html {
    let number = id.number;
    let rewrite = {
        let dispatch = dispatch.clone();
        Callback::from(move |event: Event| {
            let summary = event.target_unchecked_into::<HtmlTextAreaElement>().value();
            dispatch.dispatch(Action::UserData(UserDataAction::EditSummary(id, summary)));
        })
    };
    let delete = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::UserData(UserDataAction::DeleteCorrection(id))))
    };
    let kind = KINDS.iter().find(|(kind, _)| *kind == sample.kind).map_or("", |(_, name)| *name);
    let mut beginning: Vec<&str> = sample.text.split_whitespace().take(BEGINNING + 1).collect();
    if beginning.len() > BEGINNING {
        beginning[BEGINNING] = "…";
    }
    let beginning = beginning.join(" ");
    let rows = sample.summary.lines().map(|line| 1 + line.len() / 60).sum::<usize>().clamp(2, 12);
    html! {
        <li key={id.to_string()} class="pair-sample" data-summary-correction={number.to_string()} data-pair={number.to_string()}>
            <p class="caption">{ format!("{kind} of {}: “{beginning}”", word_count_label(count_words(&sample.text))) }</p>
            <textarea rows={rows.to_string()} dir="auto" aria-label={format!("The summary of sample {number}, one sentence per line")} value={sample.summary.clone()} onchange={rewrite} />
            <button type="button" class="quiet" aria-label={format!("Delete sample {number}")} onclick={delete}>{ "Delete" }</button>
        </li>
    }
}
