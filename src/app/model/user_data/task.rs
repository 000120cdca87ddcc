//! The registry of tasks: one table says what the page knows of each, so that a new task is a row of it. Every `match` on a task
//! is without `_ =>`, so that the compiler names every place that a new one needs.

use serde::{Deserialize, Serialize};

use crate::app::model::summaries::{SEQ2SEQ_MODEL, SUMMARY_MODEL};
use crate::protocol::{TrainingConfig, TrainingData};

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

/// What a task is done with, which decides the part of the state that it uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskInput {
    /// A drawing or photo on the pad is classified.
    Drawing,
    /// A text is summarized.
    Text,
}

/// Whether models of a task learn in the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FineTuning {
    /// From the visitor's corrections.
    FromCorrections,
    /// They do not.
    Unsupported,
}

/// The metric that versions are judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MainMetric {
    /// The share of drawings that are classified correctly.
    Accuracy,
    /// The mean of ROUGE-1, -2 and -L.
    Rouge,
}

/// A class of a classifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClassName {
    /// As it is written: `8`.
    pub label: &'static str,
    /// As it is said: `eight`.
    pub spoken: &'static str,
}

/// What the page knows of a task.
#[derive(Debug)]
pub struct TaskFacts {
    /// The task in file names and `data-*` attributes.
    pub attribute: &'static str,
    /// What it is done with.
    pub input: TaskInput,
    /// The tasks that packages of its models name.
    pub packages: &'static [&'static str],
    /// The model that a page starts with.
    pub first_model: &'static str,
    /// The models that come with the page, known before the catalog is loaded.
    pub built_in: &'static [&'static str],
    /// The key in `localStorage` of the model that was active at the last visit.
    pub model_key: &'static str,
    /// The file of sample drawings.
    pub samples: Option<&'static str>,
    /// The classes of its models, in the order of their outputs.
    pub classes: &'static [ClassName],
    /// Whether its models learn.
    pub fine_tuning: FineTuning,
    /// How they learn until the visitor chooses otherwise.
    pub config: TrainingConfig,
    /// The metric of its versions.
    pub metric: MainMetric,
    /// Its sentences and labels.
    pub texts: TaskTexts,
}

/// The sentences and labels of a task.
#[derive(Debug)]
pub struct TaskTexts {
    /// An input, with its article.
    pub one: &'static str,
    /// An input.
    pub noun: &'static str,
    /// Inputs.
    pub plural: &'static str,
    /// The title of the training panel.
    pub teach_title: &'static str,
    /// What training does.
    pub teach_about: &'static str,
    /// The notice where there is no correction to learn from.
    pub nothing_to_learn: &'static str,
}

static DIGITS: TaskFacts = TaskFacts {
    attribute: "digits",
    input: TaskInput::Drawing,
    packages: &["digits"],
    first_model: "digits",
    built_in: &["digits", "seed-cnn"],
    model_key: "inkling.model",
    samples: Some("./samples/digits.json"),
    classes: &[
        class("0", "zero"),
        class("1", "one"),
        class("2", "two"),
        class("3", "three"),
        class("4", "four"),
        class("5", "five"),
        class("6", "six"),
        class("7", "seven"),
        class("8", "eight"),
        class("9", "nine"),
    ],
    fine_tuning: FineTuning::FromCorrections,
    config: TrainingConfig::DIGITS,
    metric: MainMetric::Accuracy,
    texts: TaskTexts {
        one: "a digit",
        noun: "digit",
        plural: "digits",
        teach_title: "Teach it your handwriting",
        teach_about: "The model learns from your samples, mixed with digits that it already knows so that it does not forget them.",
        nothing_to_learn: "There is nothing to learn from yet. Draw a digit and say which one it is.",
    },
};

static SUMMARIES: TaskFacts = TaskFacts {
    attribute: "texts",
    input: TaskInput::Text,
    packages: &["summary", "seq2seq"],
    first_model: SUMMARY_MODEL,
    built_in: &[SUMMARY_MODEL, SEQ2SEQ_MODEL],
    model_key: "inkling.summarizer",
    samples: None,
    classes: &[],
    fine_tuning: FineTuning::FromCorrections,
    config: TrainingConfig::TEXTS,
    metric: MainMetric::Rouge,
    texts: TaskTexts {
        one: "a text",
        noun: "text",
        plural: "texts",
        teach_title: "Teach it what you want",
        teach_about: "The model learns from the summaries that you corrected: which sentences to choose and how to write them. \
                      They are mixed with texts that it already knows, so that it does not forget them.",
        nothing_to_learn: "There is nothing to learn from yet. Correct a summary and save it.",
    },
};

const fn class(label: &'static str, spoken: &'static str) -> ClassName {
    ClassName { label, spoken }
}

impl Task {
    /// How many there are.
    pub const COUNT: usize = 2;

    /// All tasks, in the order of their declaration.
    pub const ALL: [Self; Self::COUNT] = [Self::Digits, Self::Summaries];

    /// What the page knows of the task.
    pub fn facts(self) -> &'static TaskFacts {
        match self {
            Self::Digits => &DIGITS,
            Self::Summaries => &SUMMARIES,
        }
    }

    /// What the task is done with.
    pub fn input(self) -> TaskInput {
        self.facts().input
    }

    /// The sentences and labels of the task.
    pub fn texts(self) -> &'static TaskTexts {
        &self.facts().texts
    }

    /// The class of an output; another word where its models have no such output.
    pub fn class_name(self, index: usize) -> ClassName {
        self.facts().classes.get(index).copied().unwrap_or(class("?", "something else"))
    }

    /// The task that a package names; none for an unknown one.
    pub fn from_package(package: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|task| task.facts().packages.contains(&package))
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
        self.facts().attribute
    }
}

/// One value for each task.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PerTask<T>([T; Task::COUNT]);

impl<T> PerTask<T> {
    /// The values that a function has for the tasks.
    pub fn of(value: impl FnMut(Task) -> T) -> Self {
        Self(Task::ALL.map(value))
    }

    /// The value of a task.
    pub fn get(&self, task: Task) -> &T {
        &self.0[task as usize]
    }

    /// The value of a task, to change.
    pub fn get_mut(&mut self, task: Task) -> &mut T {
        &mut self.0[task as usize]
    }

    /// All values.
    pub fn into_values(self) -> impl Iterator<Item = T> {
        self.0.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_each_task_is_found_again() {
        let mut values = PerTask::of(|task| task.as_attribute().to_owned());
        for task in Task::ALL {
            assert_eq!(values.get(task), task.as_attribute());
            values.get_mut(task).push('!');
        }
        assert!(Task::ALL.into_iter().all(|task| values.get(task).ends_with('!')));
    }

    #[test]
    fn the_page_knows_every_model_that_it_comes_with() {
        let catalog: serde_json::Value =
            serde_json::from_str(include_str!("../../../../models/catalogue.json")).unwrap();
        let mut listed = 0;
        for model in catalog["models"].as_array().unwrap() {
            let (task, name) = (model["task"].as_str().unwrap(), model["name"].as_str().unwrap());
            let task = Task::from_package(task).unwrap_or_else(|| panic!("no task has packages of {task}"));
            assert!(task.facts().built_in.contains(&name), "{name} is missing in the table of tasks");
            listed += 1;
        }
        assert_eq!(Task::ALL.map(|task| task.facts().built_in.len()).iter().sum::<usize>(), listed);
        assert!(Task::ALL.iter().all(|task| task.facts().built_in.contains(&task.facts().first_model)));
        let shell = include_str!("../../../../www/first-seconds.js");
        let digits = Task::Digits.facts();
        assert_eq!(digits.built_in.first(), Some(&digits.first_model));
        assert!(shell.contains(&format!("BUILT_IN = ['{}']", digits.built_in.join("', '"))), "{:?}", digits.built_in);
        assert!(shell.contains(&format!("getItem('{}')", digits.model_key)));
    }

    #[test]
    fn no_two_tasks_share_a_name_or_a_place() {
        for one in Task::ALL {
            for other in Task::ALL.into_iter().filter(|other| *other != one) {
                let (one, other) = (one.facts(), other.facts());
                assert!(one.attribute != other.attribute && one.model_key != other.model_key);
                assert!(one.packages.iter().all(|package| !other.packages.contains(package)));
                assert!(one.built_in.iter().all(|model| !other.built_in.contains(model)));
            }
        }
    }
}
