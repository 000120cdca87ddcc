//! What learning needs and no model is named in: stages and the training loop, losses, schedules, the averaging of weights, the order
//! of samples, metrics.

mod ema;
mod fine_tuner;
mod gradients;
mod layer_freezing;
mod loss;
mod lr_schedule;
mod metrics;
mod shuffle;
mod stage;
mod trainer;

pub use ema::Ema;
pub use fine_tuner::FineTuner;
pub use loss::{cross_entropy, mean_squared_error};
pub use lr_schedule::LrSchedule;
pub use metrics::{ClassReport, ConfusionMatrix};
pub use shuffle::ShuffledBatches;
pub use stage::{
    LayerGroup, LayerGroups, Loss, Optimizer, RecipeError, Stage, end_to_end, layered, stages_from_config, top_only,
    weight_decay,
};
pub use trainer::{
    Batch, Checkpoint, EarlyStoppingDecision, EarlyStoppingState, ForwardOutput, StepError, StepPosition, StepReport,
    Trainer,
};
