//! What learning needs and no model is named in: stages and the training loop, losses, schedules, the averaging of weights, the order
//! of samples, metrics.

mod average;
mod gradients;
mod loss;
mod metrics;
mod order;
mod schedule;
mod stage;
mod trainer;
mod tuning;

pub use average::Average;
pub use loss::{cross_entropy, mean_squared_error};
pub use metrics::{ClassReport, Confusion};
pub use order::Order;
pub use schedule::Schedule;
pub use stage::{
    Layered, Loss, Optimizer, Part, RecipeError, Stage, end_to_end, layered, planned, top_only, weight_decay,
};
pub use trainer::{Batch, Checkpoint, Forward, Place, StepError, StepReport, Trainer, Verdict, Waiting};
pub use tuning::Tuning;
