//! What learning needs and no model is named in: losses, schedules, the averaging of weights, order of samples, metrics.

mod average;
mod loss;
mod metrics;
mod order;
mod schedule;

pub use average::Average;
pub use loss::cross_entropy;
pub use metrics::{ClassReport, Confusion};
pub use order::Order;
pub use schedule::Schedule;
