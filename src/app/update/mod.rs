//! The reducers: what each action and each reply of an engine changes in the state.

mod engines;
mod failure_policy;
mod lab;
mod summaries;
mod sync;
mod user_data;
mod watchdog;
