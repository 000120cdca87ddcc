//! The registry of tasks. Every `match` on a task is without `_ =>`, so that the compiler names every place that a new task
//! needs.

use serde::{Deserialize, Serialize};

use crate::protocol::TrainingData;

/// What a model does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Task {
    /// Classify digits.
    #[default]
    Digits,
    /// Summarize texts. Stored versions call it `texts`.
    #[serde(rename = "texts")]
    Summaries,
}

impl Task {
    /// The task that a package names; none for an unknown one.
    pub fn from_package(package: &str) -> Option<Self> {
        match package {
            "digits" => Some(Self::Digits),
            "summary" | "seq2seq" => Some(Self::Summaries),
            _ => None,
        }
    }

    /// The task of training data.
    pub fn of_training_data(lesson: &TrainingData) -> Self {
        match lesson {
            TrainingData::Digits { .. } => Self::Digits,
            TrainingData::Texts { .. } => Self::Summaries,
        }
    }

    /// The task in file names and `data-*` attributes.
    pub fn as_attribute(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Summaries => "texts",
        }
    }
}

/// One value for each task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerTask<T> {
    /// For classifying digits.
    pub digits: T,
    /// For summarizing texts.
    pub summaries: T,
}

impl<T> PerTask<T> {
    /// The value of a task.
    pub fn get(&self, task: Task) -> &T {
        match task {
            Task::Digits => &self.digits,
            Task::Summaries => &self.summaries,
        }
    }

    /// The value of a task, to change.
    pub fn get_mut(&mut self, task: Task) -> &mut T {
        match task {
            Task::Digits => &mut self.digits,
            Task::Summaries => &mut self.summaries,
        }
    }

    /// Another value for each task, made of this one.
    pub fn map<U>(self, change: impl Fn(T) -> U) -> PerTask<U> {
        PerTask { digits: change(self.digits), summaries: change(self.summaries) }
    }

    /// All values.
    pub fn into_values(self) -> impl Iterator<Item = T> {
        [self.digits, self.summaries].into_iter()
    }
}
