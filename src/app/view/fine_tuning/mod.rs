//! Fine-tuning: corrections, training runs and model versions.

pub mod correction_buttons;
pub mod correction_list;
pub mod exchange_buttons;
pub mod summary_list;
pub mod training_panel;
pub mod version_list;
