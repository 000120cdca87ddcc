//! The pages, and their routes in the URL.

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

impl Page {
    /// All pages, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Digits, Self::Summaries, Self::Lab];

    /// The page as a value of the page's `data-*` attributes and, after a `#`, in the URL.
    pub fn as_attribute(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Summaries => "summaries",
            Self::Lab => "lab",
        }
    }

    /// The page of a URL's hash. An unknown hash is the first page, so that old links work.
    pub fn from_hash(hash: &str) -> Self {
        let word = hash.trim_start_matches('#');
        Self::ALL.into_iter().find(|part| part.as_attribute() == word).unwrap_or_default()
    }

    /// The label of its tab.
    pub fn name(self) -> &'static str {
        match self {
            Self::Digits => "Digits",
            Self::Summaries => "Summaries",
            Self::Lab => "Lab",
        }
    }

    /// The title of the document.
    pub fn title(self) -> &'static str {
        match self {
            Self::Digits => "Inkling: draw a digit",
            Self::Summaries => "Inkling: summarize a text",
            Self::Lab => "Inkling: the Lab",
        }
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
}
