//! The buttons that export, import and delete corrections.

use yew::prelude::*;

use crate::app::browser::dom::{confirm, download, open_file};
use crate::app::model::user_data::corrections::{CorrectionData, write_corrections};
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::{UserData, UserDataAction};
use crate::app::model::{Action, State};

/// The buttons that export, import and delete the corrections of a task.
pub fn import_export_buttons(user_data: &UserData, task: Task, dispatch: &UseReducerDispatcher<State>) -> Html {
    let export = {
        let samples: Vec<CorrectionData> = user_data.corrections_for(task).map(|one| one.sample.clone()).collect();
        Callback::from(move |_: MouseEvent| {
            let name = format!("inkling-{}.json", task.as_attribute());
            download(&name, "application/json", write_corrections(&samples).as_bytes());
        })
    };
    let import = {
        let dispatch = dispatch.clone();
        open_file(move |_, bytes| {
            dispatch.dispatch(Action::UserData(UserDataAction::ImportCorrections(
                String::from_utf8_lossy(&bytes).into_owned(),
            )));
        })
    };
    let delete = {
        let dispatch = dispatch.clone();
        let count = user_data.correction_count(task);
        let question = match count {
            1 => "Delete your sample?".to_owned(),
            count => format!("Delete all {count} of your samples?"),
        };
        Callback::from(move |_: MouseEvent| {
            if confirm(&question) {
                dispatch.dispatch(Action::UserData(UserDataAction::DeleteCorrections(task)));
            }
        })
    };
    let none = user_data.correction_count(task) == 0;
    html! {
        <>
            <button type="button" class="button" disabled={none} onclick={export}>{ "Export" }</button>
            <label class="button file">{ "Import" }<input class="unseen" type="file" accept=".json,application/json" data-import="samples" onchange={import} /></label>
            <button type="button" class="button" disabled={none} onclick={delete}>{ "Delete all" }</button>
        </>
    }
}
