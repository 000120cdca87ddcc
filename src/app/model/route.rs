//! The parts of the page, and their places in its address.

/// A part of the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Page {
    /// Digits are drawn and read.
    #[default]
    Digits,
    /// Texts are summarized.
    Summaries,
    /// Networks are trained from zero.
    Lab,
}

impl Page {
    /// All, in the order of the tabs.
    pub const ALL: [Self; 3] = [Self::Digits, Self::Summaries, Self::Lab];

    /// The word for it in the page's data attributes, and, after a `#`, in its address.
    pub fn as_attribute(self) -> &'static str {
        match self {
            Self::Digits => "digits",
            Self::Summaries => "summaries",
            Self::Lab => "lab",
        }
    }

    /// The part that an address's hash means. One that means nothing is the first part, so that old links work.
    pub fn from_hash(hash: &str) -> Self {
        let word = hash.trim_start_matches('#');
        Self::ALL.into_iter().find(|part| part.as_attribute() == word).unwrap_or_default()
    }

    /// What the visitor reads on its tab.
    pub fn name(self) -> &'static str {
        match self {
            Self::Digits => "Digits",
            Self::Summaries => "Summaries",
            Self::Lab => "Lab",
        }
    }

    /// The document's title.
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
