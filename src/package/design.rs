//! What a package knows of the model in it without knowing the model: its family, and what its configuration must be able to do.

use burn::{module::Module, tensor::Device};
use serde::{Serialize, de::DeserializeOwned};

use super::PackageError;

/// The registry of model families. Each has a task, which is the folder that its packages lie in. Every match on a family names all
/// of them, so that the compiler finds the places that a new one needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModelFamily {
    /// Classifiers of handwritten digits.
    Digits,
    /// The summarizer: extraction, then rewriting.
    Summarizer,
    /// The plain sequence-to-sequence model that the summarizer is compared with.
    Seq2Seq,
}

impl ModelFamily {
    /// Every family.
    pub const ALL: [Self; 3] = [Self::Digits, Self::Seq2Seq, Self::Summarizer];

    /// The task as manifests, catalogs and folders name it.
    pub const fn task(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Summarizer => "summary",
            Self::Seq2Seq => "seq2seq",
        }
    }

    /// Which kind of summarizer it is; none for a family that reads images.
    pub const fn reads_text(self) -> Option<TextFamily> {
        match self {
            Self::Digits => None,
            Self::Summarizer => Some(TextFamily::Summarizer),
            Self::Seq2Seq => Some(TextFamily::Seq2Seq),
        }
    }

    /// The family whose task has this name.
    ///
    /// # Errors
    /// [`PackageError::Task`] if there is none.
    pub fn of_task(task: &str) -> Result<Self, PackageError> {
        let family = Self::ALL.into_iter().find(|family| family.task() == task);
        family.ok_or_else(|| PackageError::Task { found: task.to_owned(), expected: Self::Digits.task() })
    }
}

/// The families that read texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextFamily {
    /// [`ModelFamily::Summarizer`].
    Summarizer,
    /// [`ModelFamily::Seq2Seq`].
    Seq2Seq,
}

/// The configuration of a model of some family, as its manifest holds it.
pub trait ModelSpec: Clone + std::fmt::Debug + PartialEq + Serialize + DeserializeOwned {
    /// A question with its answer.
    type Known: Clone + std::fmt::Debug + PartialEq + Serialize + DeserializeOwned;
    /// The layers.
    type Network: Module;
    /// The family that the model belongs to.
    const FAMILY: ModelFamily;
    /// The family's task.
    const TASK: &'static str = Self::FAMILY.task();

    /// Checks the configuration and the self-test.
    ///
    /// # Errors
    /// [`PackageError`].
    fn check_with(&self, known: &Self::Known) -> Result<(), PackageError>;

    /// The configurations that weights without a manifest are compared with, by the names of their tensors.
    fn known_designs() -> Vec<Self>;

    /// A network to load weights into. A parameter is made when it is first used, so that none of this one is ever on the device.
    ///
    /// # Errors
    /// [`PackageError`] for what makes no network.
    fn blank(&self, device: &Device) -> Result<Self::Network, PackageError>;
}
