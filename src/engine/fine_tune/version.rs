//! What is written of a new version, and the refusal of a bad request.

use crate::{
    package::{FileEntry, Manifest, ModelSpec, WEIGHTS, WeightDType},
    protocol::{EvaluationComparison, Failure, FailureKind, FineTuneRequest, Metric, TrainableLayers},
};

/// One line for the model card that says how the version was trained.
pub(super) fn trained_on<D: ModelSpec>(
    ask: &FineTuneRequest,
    parent: &Manifest<D>,
    what: &str,
    beside: &str,
) -> String {
    let layers = match ask.plan.layers {
        TrainableLayers::EndToEnd => "end to end",
        TrainableLayers::Top => "only the top",
        TrainableLayers::Layered => "in layers",
    };
    let (name, count, epochs, rate) = (&parent.name, ask.lesson.len(), ask.plan.epochs, ask.plan.rate);
    format!("then from {name}: {count} {what}, mixed with {beside}; {layers}, {epochs} epochs of 10 steps, rate {rate}")
}

/// The manifest of the new version.
pub(super) fn version<D: ModelSpec>(
    ask: &FineTuneRequest,
    parent: &Manifest<D>,
    weights: &[u8],
    known: D::Known,
    trained: String,
    (name, figures, data): (&str, &EvaluationComparison, [&str; 2]),
) -> Manifest<D> {
    let metric = |([_, value], data): ([f64; 2], &str)| Metric {
        name: name.to_owned(),
        value,
        data: data.to_owned(),
        command: "measured in the page".to_owned(),
    };
    let mut training = parent.training.clone();
    training.push(trained);
    let others = parent.files.iter().filter(|file| file.name != WEIGHTS).cloned();
    Manifest {
        parent: parent.file(WEIGHTS).ok().map(|file| file.sha256.clone()),
        description: ask.title.clone(),
        element: WeightDType::F16,
        files: std::iter::once(FileEntry::of(WEIGHTS, weights)).chain(others).collect(),
        metrics: figures.main().into_iter().zip(data).map(metric).collect(),
        training,
        known,
        ..parent.clone()
    }
}

/// A failure for input that nothing can be done with.
pub(in crate::engine) fn bad(message: &str) -> Failure {
    Failure { kind: FailureKind::BadInput, message: message.to_owned() }
}
