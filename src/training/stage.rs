//! Stages of a training: which layers train, with what, for how long. A recipe is a list of them.

use burn::{
    module::Module,
    optim::{AdamConfig, AdamWConfig, ModuleOptimizer, SgdConfig, decay::WeightDecayConfig, momentum::MomentumConfig},
};
use serde::{Deserialize, Serialize};

use super::LrSchedule;
use crate::protocol::{OptimizerKind, TrainableLayers, TrainingConfig};

/// A group of layers: bottom, middle or top of a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LayerGroup {
    /// The features next to the input.
    Bottom,
    /// What is between.
    Middle,
    /// What answers.
    Top,
}

impl LayerGroup {
    /// All parts, from the bottom up.
    pub const ALL: [LayerGroup; 3] = [LayerGroup::Bottom, LayerGroup::Middle, LayerGroup::Top];
}

/// A model whose parameters belong to layer groups.
pub trait LayerGroups: Module {
    /// The part that a parameter belongs to, by its path in the model, as in `dense.1.weight`.
    fn part(&self, path: &str) -> LayerGroup;
}

/// The optimizer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Optimizer {
    /// Stochastic gradient descent.
    Sgd,
    /// … with momentum (Polyak 1964).
    Momentum {
        /// The share of the last step's velocity that is kept.
        momentum: f64,
    },
    /// Kingma and Ba 2015.
    Adam,
    /// Adam with decoupled weight decay (Loshchilov and Hutter 2019).
    AdamW,
}

impl From<OptimizerKind> for Optimizer {
    fn from(choice: OptimizerKind) -> Self {
        match choice {
            OptimizerKind::Sgd => Self::Sgd,
            OptimizerKind::Momentum => Self::Momentum { momentum: 0.9 },
            OptimizerKind::Adam => Self::Adam,
            OptimizerKind::AdamW => Self::AdamW,
        }
    }
}

impl Optimizer {
    /// Starts it. Weight decay is decoupled in AdamW, and a part of the gradient (L2) in the others.
    pub(crate) fn init(self, weight_decay: f32) -> ModuleOptimizer {
        let l2 = (weight_decay > 0.0).then(|| WeightDecayConfig::new(weight_decay));
        // Keras's epsilon is 1e-7, PyTorch's 1e-8; Burn's default of 1e-5 damps small gradients.
        match self {
            Optimizer::Sgd => SgdConfig::new().with_weight_decay(l2).init(),
            Optimizer::Momentum { momentum } => {
                // Without dampening, as PyTorch and Keras do it.
                let momentum = MomentumConfig::new().with_momentum(momentum).with_dampening(0.0);
                SgdConfig::new().with_weight_decay(l2).with_momentum(Some(momentum)).init()
            }
            Optimizer::Adam => AdamConfig::new().with_epsilon(1e-7).with_weight_decay(l2).init(),
            Optimizer::AdamW => AdamWConfig::new().with_epsilon(1e-7).with_weight_decay(weight_decay).init(),
        }
    }
}

/// The loss function.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Loss {
    /// [Cross-entropy](super::cross_entropy), for classes.
    CrossEntropy {
        /// Label smoothing.
        smoothing: f32,
    },
    /// Mean squared error, for reconstructions.
    MeanSquaredError,
}

/// One stage of a training. `V` says how a model's samples are varied, which is for the model to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stage<V> {
    /// What it is called where it is shown.
    pub name: String,
    /// The parts that train; the others are frozen.
    pub layers: Vec<LayerGroup>,
    /// What makes the steps.
    pub optimizer: Optimizer,
    /// The learning rate over the stage.
    pub schedule: LrSchedule,
    /// Weight decay; 0 is none.
    pub weight_decay: f32,
    /// Samples a step.
    pub batch: usize,
    /// Times every sample is seen.
    pub epochs: usize,
    /// The loss function.
    pub loss: Loss,
    /// The largest norm of all gradients together; longer ones are scaled down to it (Pascanu, Mikolov, Bengio 2013).
    pub clip: Option<f32>,
    /// Decay of the running average of the weights; 0 keeps the last step's weights.
    pub averaging: f32,
    /// Epochs without a better result on held-out samples after which the stage ends; none never ends it early.
    pub patience: Option<usize>,
    /// How the samples are varied.
    pub variation: V,
}

/// Why a recipe is invalid.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum RecipeError {
    /// There is nothing to do.
    #[error("the recipe has no stages")]
    NoStages,
    /// There is nothing to learn from.
    #[error("there are no samples")]
    NoSamples,
    /// A number is none that can be trained with.
    #[error("stage {stage:?}: {what} is {value}; {expected}")]
    Number {
        /// The stage's name.
        stage: String,
        /// Which number.
        what: &'static str,
        /// Its value.
        value: f64,
        /// What would be possible.
        expected: &'static str,
    },
    /// The model has no layers in the parts that the stage trains.
    #[error("stage {stage:?} trains no layer of this model")]
    NothingTrains {
        /// The stage's name.
        stage: String,
    },
}

impl<V> Stage<V> {
    /// Checks a stage.
    ///
    /// # Errors
    /// [`RecipeError::Number`].
    pub fn check(&self) -> Result<(), RecipeError> {
        let number = |what, value: f64, possible: bool, expected| match possible {
            true => Ok(()),
            false => Err(RecipeError::Number { stage: self.name.clone(), what, value, expected }),
        };
        let share = |value: f64| (0.0..1.0).contains(&value);
        number("the batch", self.batch as f64, (1..=65_536).contains(&self.batch), "it must be 1 to 65,536")?;
        number(
            "the number of epochs",
            self.epochs as f64,
            (1..=100_000).contains(&self.epochs),
            "it must be at least 1",
        )?;
        let rate = self.schedule.peak();
        number("the learning rate", rate, rate.is_finite() && rate > 0.0, "it must be above 0")?;
        let decay = f64::from(self.weight_decay);
        number("the weight decay", decay, decay.is_finite() && decay >= 0.0, "it must not be below 0")?;
        number(
            "the averaging",
            self.averaging.into(),
            share(self.averaging.into()),
            "it must be at least 0 and below 1",
        )?;
        if let Some(clip) = self.clip {
            number("the largest gradient", clip.into(), clip.is_finite() && clip > 0.0, "it must be above 0")?;
        }
        if let Optimizer::Momentum { momentum } = self.optimizer {
            number("the momentum", momentum, share(momentum), "it must be at least 0 and below 1")?;
        }
        if let Loss::CrossEntropy { smoothing } = self.loss {
            number(
                "the label smoothing",
                smoothing.into(),
                share(smoothing.into()),
                "it must be at least 0 and below 1",
            )?;
        }
        Ok(())
    }
}

/// The weight decay that goes with an optimizer which a visitor chose: AdamW is Adam where there is none.
pub fn weight_decay(choice: OptimizerKind) -> f32 {
    if choice == OptimizerKind::AdamW { 0.01 } else { 0.0 }
}

/// The stages that a visitor's plan makes of one stage, for a model that has `parts`.
pub fn stages_from_config<V: Clone>(plan: &TrainingConfig, stage: Stage<V>, parts: &[LayerGroup]) -> Vec<Stage<V>> {
    let stage = Stage {
        optimizer: plan.optimizer.into(),
        schedule: LrSchedule::Cosine { peak: plan.rate, warmup: 0.1 },
        weight_decay: weight_decay(plan.optimizer),
        epochs: plan.epochs.clamp(1, 1_000) as usize,
        ..stage
    };
    match plan.layers {
        TrainableLayers::EndToEnd => end_to_end(stage),
        TrainableLayers::Top => top_only(stage),
        TrainableLayers::Layered => layered(&stage, parts),
    }
}

/// One stage that trains every layer.
pub fn end_to_end<V>(stage: Stage<V>) -> Vec<Stage<V>> {
    vec![Stage { name: "end to end".to_owned(), layers: LayerGroup::ALL.to_vec(), ..stage }]
}

/// One stage that trains the top alone, on frozen features.
pub fn top_only<V>(stage: Stage<V>) -> Vec<Stage<V>> {
    vec![Stage { name: "top".to_owned(), layers: vec![LayerGroup::Top], ..stage }]
}

/// From the bottom up: each stage trains a part and what is above it, and what is below is frozen. `parts` are those that the
/// model has.
pub fn layered<V: Clone>(stage: &Stage<V>, parts: &[LayerGroup]) -> Vec<Stage<V>> {
    let above = |part: &LayerGroup| parts.iter().copied().filter(|other| other >= part).collect();
    let name = |part: &LayerGroup| match part {
        LayerGroup::Bottom => "bottom and above",
        LayerGroup::Middle => "middle and above",
        LayerGroup::Top => "top",
    };
    parts.iter().map(|part| Stage { name: name(part).to_owned(), layers: above(part), ..stage.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stage() -> Stage<()> {
        Stage {
            name: "one".to_owned(),
            layers: LayerGroup::ALL.to_vec(),
            optimizer: Optimizer::Momentum { momentum: 0.9 },
            schedule: LrSchedule::Constant { rate: 0.1 },
            weight_decay: 0.0,
            batch: 8,
            epochs: 1,
            loss: Loss::CrossEntropy { smoothing: 0.0 },
            clip: Some(1.0),
            averaging: 0.0,
            patience: None,
            variation: (),
        }
    }

    #[test]
    fn layered_freezes_from_below() {
        let stages = layered(&stage(), &[LayerGroup::Bottom, LayerGroup::Top]);
        let layers: Vec<_> = stages.iter().map(|stage| stage.layers.as_slice()).collect();
        assert_eq!(layers, [&[LayerGroup::Bottom, LayerGroup::Top][..], &[LayerGroup::Top]]);
        assert_eq!(top_only(stage())[0].layers, [LayerGroup::Top]);
        assert_eq!(end_to_end(top_only(stage()).remove(0))[0].layers, LayerGroup::ALL);
    }

    #[test]
    fn a_stage_is_written_and_read_as_json() {
        let json = serde_json::to_string(&stage()).unwrap();
        assert_eq!(serde_json::from_str::<Stage<()>>(&json).unwrap(), stage());
        assert!(serde_json::from_str::<Stage<()>>(&json.replace("\"batch\"", "\"batches\"")).is_err());
    }

    #[test]
    fn impossible_numbers_are_named() {
        type Change = fn(&mut Stage<()>);
        let cases: [(Change, &str); 8] = [
            (|s| s.batch = 0, "the batch"),
            (|s| s.epochs = 0, "the number of epochs"),
            (|s| s.schedule = LrSchedule::Constant { rate: f64::NAN }, "the learning rate"),
            (|s| s.weight_decay = -1.0, "the weight decay"),
            (|s| s.averaging = 1.0, "the averaging"),
            (|s| s.clip = Some(0.0), "the largest gradient"),
            (|s| s.optimizer = Optimizer::Momentum { momentum: 1.5 }, "the momentum"),
            (|s| s.loss = Loss::CrossEntropy { smoothing: -0.1 }, "the label smoothing"),
        ];
        for (change, expected) in cases {
            let mut stage = stage();
            change(&mut stage);
            assert!(matches!(stage.check(), Err(RecipeError::Number { what, .. }) if what == expected), "{expected}");
        }
        assert_eq!(stage().check(), Ok(()));
    }
}
