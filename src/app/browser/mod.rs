//! The browser around the page: DOM, timers, storage, locks and workers.

pub mod dom;
pub mod first_seconds;
pub mod focus_keeper;
pub mod html_pieces;
pub mod preferences;
pub mod startup;
pub mod timers;
pub mod use_adapter;
pub mod use_css_variables;
pub mod use_game_clock;
pub mod use_lab_history;
pub mod use_storage;
pub mod use_training_lock;
pub mod use_updates;
pub mod use_workers;
pub mod worker_connection;
