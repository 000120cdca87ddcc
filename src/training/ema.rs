//! The running average of a model's weights over its training, which generalizes better than the last step's
//! (Polyak and Juditsky 1992; with exponential decay as Tarvainen and Valpola 2017).

use burn::{
    module::{Module, ModuleMapper, ModuleVisitor, Param, ParamId},
    tensor::{Tensor, container::TensorContainer},
};

/// The averaged values of every float parameter and running statistic, on the device of the model.
#[derive(Debug, Default)]
pub struct Ema {
    decay: f32,
    steps: u32,
    values: TensorContainer<ParamId>,
}

impl Ema {
    /// An average that forgets with the given decay a step, 0 to 1.
    pub fn new(decay: f32) -> Self {
        Self { decay, steps: 0, values: TensorContainer::new() }
    }

    /// Takes in the weights of a step: a model without gradients.
    pub fn update<M: Module>(&mut self, model: &M) {
        // A short memory at first, or the random start would weigh too much.
        self.steps += 1;
        let decay = self.decay.min((1.0 + self.steps as f32) / (10.0 + self.steps as f32));
        model.visit(&mut EmaUpdater { decay, values: &mut self.values });
    }

    /// The model with the averaged weights in place of its own; it keeps what was never averaged. Give it a model without
    /// gradients, that shares no running statistics with one in training.
    pub fn apply<M: Module>(&self, model: M) -> M {
        model.map(&mut EmaApplier { values: &self.values })
    }

    /// What a checkpoint holds: how many steps there were. The values are those of [`apply`](Self::apply).
    pub fn steps(&self) -> u32 {
        self.steps
    }

    /// An average whose values are a model's, from a checkpoint.
    pub fn restore<M: Module>(decay: f32, steps: u32, averaged: &M) -> Self {
        let mut values = TensorContainer::new();
        averaged.visit(&mut EmaUpdater { decay: 0.0, values: &mut values });
        Self { decay, steps, values }
    }
}

struct EmaUpdater<'a> {
    decay: f32,
    values: &'a mut TensorContainer<ParamId>,
}

impl ModuleVisitor for EmaUpdater<'_> {
    fn visit_float<const D: usize>(&mut self, param: &Param<Tensor<D>>) {
        let new = param.val();
        let value = match self.values.remove::<Tensor<D>>(&param.id) {
            Some(average) => average * self.decay + new * (1.0 - self.decay),
            None => new,
        };
        self.values.register(param.id, value);
    }
}

struct EmaApplier<'a> {
    values: &'a TensorContainer<ParamId>,
}

impl ModuleMapper for EmaApplier<'_> {
    fn map_float<const D: usize>(&mut self, param: Param<Tensor<D>>) -> Param<Tensor<D>> {
        match self.values.get::<Tensor<D>>(&param.id) {
            Some(value) => param.map(|_| value),
            None => param,
        }
    }
}
