//! What is said of a new version of the page.

/// A new version waits until the visitor reloads, or closes every tab of the page.
pub const UPDATE_READY: &str = "A new version of Inkling is ready. Fine-tuning continues after a reload, but your drawing and any training in the Lab are lost.";

/// The button of the notice.
pub const RELOAD_TO_UPDATE: &str = "Reload to update";
