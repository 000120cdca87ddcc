//! What learning needs and no model is named in: stages and the training loop, losses, schedules, the averaging of weights, the order
//! of samples, metrics.

mod ema;
mod fine_tuner;
mod gradients;
mod loss;
mod lr_schedule;
mod metrics;
mod shuffle;
mod stage;
mod trainer;

pub use ema::Average;
pub use fine_tuner::Tuning;
pub use loss::{cross_entropy, mean_squared_error};
pub use lr_schedule::Schedule;
pub use metrics::{ClassReport, Confusion};
pub use shuffle::Order;
pub use stage::{
    Layered, Loss, Optimizer, Part, RecipeError, Stage, end_to_end, layered, planned, top_only, weight_decay,
};
pub use trainer::{Batch, Checkpoint, Forward, Place, StepError, StepReport, Trainer, Verdict, Waiting};
