//! The registry of pages: one table has the route of each in the URL, its task and its texts.

use super::user_data::task::{Task, TaskInput};

/// A page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Draw digits, and have them classified.
    #[default]
    Digits,
    /// Summarize texts.
    Summaries,
    /// Train networks from scratch.
    Lab,
}

/// What is known of a page.
#[derive(Debug)]
pub struct PageFacts {
    /// The page as a value of the page's `data-*` attributes and, after a `#`, in the URL.
    pub attribute: &'static str,
    /// The task that is done there.
    pub task: Option<Task>,
    /// Its labels and sentences.
    pub texts: PageTexts,
}

/// The labels and sentences of a page.
#[derive(Debug)]
pub struct PageTexts {
    /// The label of its tab.
    pub tab: &'static str,
    /// The title of the document.
    pub title: &'static str,
    /// What is promised of the visitor's data.
    pub promise: &'static str,
    /// The data that its models were trained on, where their license asks for it to be named.
    pub credit: Option<&'static DataCredit>,
}

/// A data set and its license.
#[derive(Debug)]
pub struct DataCredit {
    /// Its name.
    pub name: &'static str,
    /// Its URL.
    pub address: &'static str,
    /// What it is made of.
    pub items: &'static str,
    /// The name of its license.
    pub license: &'static str,
    /// The URL of its license.
    pub license_address: &'static str,
}

static MNIST: DataCredit = DataCredit {
    name: "MNIST",
    address: "https://yann.lecun.org/exdb/mnist/",
    items: "digits",
    license: "CC BY-SA 3.0",
    license_address: "https://creativecommons.org/licenses/by-sa/3.0/",
};

static DIGITS: PageFacts = PageFacts {
    attribute: "digits",
    task: Some(Task::Digits),
    texts: PageTexts {
        tab: "Digits",
        title: "Inkling: draw a digit",
        promise: "Nothing you draw leaves this page.",
        credit: Some(&MNIST),
    },
};

static SUMMARIES: PageFacts = PageFacts {
    attribute: "summaries",
    task: Some(Task::Summaries),
    texts: PageTexts {
        tab: "Summaries",
        title: "Inkling: summarize a text",
        promise: "Nothing you paste leaves this page.",
        credit: None,
    },
};

static LAB: PageFacts = PageFacts {
    attribute: "lab",
    task: None,
    texts: PageTexts {
        tab: "Lab",
        title: "Inkling: the Lab",
        promise: "Nothing leaves this page.",
        credit: Some(&MNIST),
    },
};

impl Page {
    /// All pages, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Digits, Self::Summaries, Self::Lab];

    fn facts(self) -> &'static PageFacts {
        match self {
            Self::Digits => &DIGITS,
            Self::Summaries => &SUMMARIES,
            Self::Lab => &LAB,
        }
    }

    /// The page as a value of the page's `data-*` attributes and, after a `#`, in the URL.
    pub fn as_attribute(self) -> &'static str {
        self.facts().attribute
    }

    /// The page of a URL's hash. An unknown hash is the first page, so that old links work.
    pub fn from_hash(hash: &str) -> Self {
        let word = hash.trim_start_matches('#');
        Self::ALL.into_iter().find(|part| part.as_attribute() == word).unwrap_or_default()
    }

    /// The task that is done there.
    pub fn task(self) -> Option<Task> {
        self.facts().task
    }

    /// The task whose models classify what is drawn there; none where nothing is drawn.
    pub fn draws(self) -> Option<Task> {
        self.task().filter(|task| task.input() == TaskInput::Drawing)
    }

    /// Its labels and sentences.
    pub fn texts(self) -> &'static PageTexts {
        &self.facts().texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_read_back_and_unknown_ones_open_the_first_part() {
        for part in Page::ALL {
            assert_eq!(Page::from_hash(&format!("#{}", part.as_attribute())), part);
        }
        assert_eq!(Page::from_hash(""), Page::Digits);
        assert_eq!(Page::from_hash("#nothing"), Page::Digits);
    }

    #[test]
    fn every_task_has_one_page() {
        for task in Task::ALL {
            assert_eq!(Page::ALL.into_iter().filter(|page| page.task() == Some(task)).count(), 1, "{task:?}");
        }
    }
}
