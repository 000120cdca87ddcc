//! What the page asks of the browser around it: the DOM, workers, storage and locks.

pub mod dom;
pub mod preferences;
pub mod startup;
pub mod timers;
pub mod use_storage;
pub mod use_training_lock;
pub mod use_workers;
pub mod worker_connection;
