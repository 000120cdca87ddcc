//! What is remembered over a visit in `localStorage`, and over a reload in `sessionStorage`. A browser that refuses costs no more than that.

use web_sys::Storage;

use crate::app::model::engine_selection::EnginePreference;
use crate::app::model::theme::ThemePreference;
use crate::app::model::user_data::task::PerTask;

pub const ENGINE_KEY: &str = "inkling.engine";

pub const THEME_KEY: &str = "inkling.theme";

const TEXT_KEY: &str = "inkling.text";

pub const MODEL_KEYS: PerTask<&str> = PerTask { digits: "inkling.model", summaries: "inkling.summarizer" };

/// Keeps the names of the models that are active, of digits and of texts, for the next visit.
pub fn save_active_models(models: PerTask<&str>) {
    MODEL_KEYS.into_values().zip(models.into_values()).for_each(|(key, model)| save_item(key, model));
}

/// Keeps the visitor's choice of engine for the next visit, where the browser lets it.
pub fn save_engine_preference(wish: EnginePreference) {
    save_item(ENGINE_KEY, wish.as_attribute());
}

/// Keeps the visitor's theme for the next visit, where the browser lets it.
pub fn save_theme(theme: ThemePreference) {
    save_item(THEME_KEY, theme.as_attribute());
}

/// The visitor's text of before a reload.
pub fn saved_text() -> Option<String> {
    session_storage()?.get_item(TEXT_KEY).ok().flatten()
}

/// Keeps the visitor's text until the tab is closed, where the browser lets it.
pub fn save_text(text: &str) {
    if let Some(session) = session_storage() {
        // A storage that is full or forbidden costs no more than the text after a reload; an old text would be worse than none.
        if text.is_empty() || session.set_item(TEXT_KEY, text).is_err() {
            let _ = session.remove_item(TEXT_KEY);
        }
    }
}

pub fn session_storage() -> Option<Storage> {
    web_sys::window()?.session_storage().ok().flatten()
}

pub fn local_storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

pub fn load_item(key: &str) -> Option<String> {
    local_storage()?.get_item(key).ok().flatten()
}

pub fn save_item(key: &str, value: &str) {
    if let Some(storage) = local_storage() {
        // A full or forbidden storage costs no more than the memory of a choice.
        let _ = storage.set_item(key, value);
    }
}
