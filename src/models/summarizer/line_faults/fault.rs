//! What may be wrong with a line, and what each fault is called.

/// What may be wrong with a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LineFault {
    /// Its words are not, in order, words of one sentence of the text, nor sentences side by side word for word. `a` and `an` count as
    /// one word.
    NotSubsequence,
    /// A word of negation, condition, modality, doubt or attribution came or went with what it governs kept.
    Polarity,
    /// It has no finite verb with its subject, and is no imperative.
    Fragment,
    /// It begins with a pronoun or connective whose sentence is not among the lines before it.
    Dangling,
    /// It is a question.
    Question,
    /// It greets, thanks or signs.
    Greeting,
    /// It begins with a speaker's name or another label, or is one.
    Label,
    /// It is a heading.
    Heading,
    /// It has no final stop, or breaks off.
    Unfinished,
    /// It begins in lower case, or spells a word with capitals that the text has not.
    Capitals,
    /// `a` stands where `an` should, or the other way round.
    Article,
}

impl LineFault {
    /// All of them, in the order in which they are reported.
    pub const ALL: [Self; 11] = [
        Self::NotSubsequence,
        Self::Polarity,
        Self::Fragment,
        Self::Dangling,
        Self::Question,
        Self::Greeting,
        Self::Label,
        Self::Heading,
        Self::Unfinished,
        Self::Capitals,
        Self::Article,
    ];

    /// Its name in reports and in the stored sample.
    pub fn name(self) -> &'static str {
        match self {
            Self::NotSubsequence => "not_subsequence",
            Self::Polarity => "polarity",
            Self::Fragment => "fragment",
            Self::Dangling => "dangling",
            Self::Question => "question",
            Self::Greeting => "greeting",
            Self::Label => "label",
            Self::Heading => "heading",
            Self::Unfinished => "unfinished",
            Self::Capitals => "capitals",
            Self::Article => "article",
        }
    }

    /// What it says of a line.
    pub fn description(self) -> &'static str {
        match self {
            Self::NotSubsequence => "no subsequence of one sentence",
            Self::Polarity => "polarity or modality changed",
            Self::Fragment => "no finite verb with its subject",
            Self::Dangling => "pronoun or connective without what it refers to",
            Self::Question => "questions",
            Self::Greeting => "greetings",
            Self::Label => "labels",
            Self::Heading => "headings",
            Self::Unfinished => "unfinished",
            Self::Capitals => "wrong capitals",
            Self::Article => "wrong a or an",
        }
    }
}
