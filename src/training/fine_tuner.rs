//! A fine-tuning: a trainer with the forward pass that it was begun with, so that whoever drives it need not know the model.

use super::{Batch, Checkpoint, ForwardOutput, LayerGroups, StepError, StepReport, Trainer};

/// The forward pass of a batch.
type ForwardFn<M, V> = Box<dyn Fn(&M, &Batch<V>) -> ForwardOutput>;

/// A fine-tuning under way.
pub struct FineTuner<M, V> {
    trainer: Trainer<M, V>,
    forward: ForwardFn<M, V>,
}

impl<M: LayerGroups, V> FineTuner<M, V> {
    /// A fine-tuning at its start. Each layer's gradient norm is reported.
    pub fn new(mut trainer: Trainer<M, V>, forward: impl Fn(&M, &Batch<V>) -> ForwardOutput + 'static) -> Self {
        trainer.watch();
        Self { trainer, forward: Box::new(forward) }
    }

    /// Steps done and steps in all.
    pub fn progress(&self) -> (usize, usize) {
        self.trainer.progress()
    }

    /// The stage that the next step belongs to, by its name; after the last step, the last stage.
    pub fn stage(&self) -> &str {
        let index = self.trainer.place().map_or(self.trainer.stages().len() - 1, |place| place.stage);
        &self.trainer.stages()[index].name
    }

    /// Does the next step.
    ///
    /// # Errors
    /// [`StepError`].
    pub async fn step(&mut self) -> Result<StepReport, StepError> {
        self.trainer.step(&self.forward).await
    }

    /// The network as it stands.
    pub fn network(&self) -> M {
        self.trainer.averaged()
    }

    /// A network like it, to load weights into.
    pub fn blank(&self) -> M {
        self.trainer.blank()
    }

    /// A checkpoint, without the optimizer's state.
    pub fn weights(&self) -> Checkpoint<M> {
        self.trainer.weights()
    }

    /// Goes on where [`weights`](Self::weights) were taken.
    ///
    /// # Errors
    /// None where the optimizer's state is not part of the checkpoint.
    pub fn restore(&mut self, checkpoint: Checkpoint<M>) -> Result<(), burn::store::RecordError> {
        self.trainer.restore(checkpoint)
    }
}
