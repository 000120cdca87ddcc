//! Preferences in `localStorage`, and the text in `sessionStorage`. Where a browser refuses, they are not remembered.

use web_sys::Storage;

use crate::app::model::engine_selection::EnginePreference;
use crate::app::model::theme::ThemePreference;
use crate::app::model::user_data::task::{PerTask, Task};

pub const ENGINE_KEY: &str = "inkling.engine";

pub const THEME_KEY: &str = "inkling.theme";

const TEXT_KEY: &str = "inkling.text";

/// Saves the names of the active models.
pub fn save_active_models(models: &PerTask<String>) {
    Task::ALL.into_iter().for_each(|task| save_item(task.facts().model_key, models.get(task)));
}

/// The names of the models that were active at the last visit.
pub fn saved_active_models() -> PerTask<Option<String>> {
    PerTask::of(|task| load_item(task.facts().model_key))
}

/// Saves the preferred engine.
pub fn save_engine_preference(wish: EnginePreference) {
    save_item(ENGINE_KEY, wish.as_attribute());
}

/// Saves the preferred color scheme.
pub fn save_theme(theme: ThemePreference) {
    save_item(THEME_KEY, theme.as_attribute());
}

/// The text of before a reload.
pub fn saved_text() -> Option<String> {
    session_storage()?.get_item(TEXT_KEY).ok().flatten()
}

/// Saves the text until the tab is closed.
pub fn save_text(text: &str) {
    if let Some(session) = session_storage() {
        // Where storage is full or forbidden, the text is lost at a reload; an old text would be worse than none.
        if text.is_empty() || session.set_item(TEXT_KEY, text).is_err() {
            let _ = session.remove_item(TEXT_KEY);
        }
    }
}

fn session_storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

fn local_storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// A saved value.
pub fn load_item(key: &str) -> Option<String> {
    local_storage()?.get_item(key).ok().flatten()
}

/// Saves a value.
pub fn save_item(key: &str, value: &str) {
    if let Some(storage) = local_storage() {
        // Where storage is full or forbidden, the preference is not remembered.
        let _ = storage.set_item(key, value);
    }
}
