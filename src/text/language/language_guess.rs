//! The languages that are told apart.

/// What language a text is written in, as far as can be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum LanguageGuess {
    /// English, with or without capitals, tokenized or not.
    English,
    /// German.
    German,
    /// French.
    French,
    /// Spanish.
    Spanish,
    /// Italian.
    Italian,
    /// Portuguese.
    Portuguese,
    /// Dutch.
    Dutch,
    /// Swedish.
    Swedish,
    /// Danish or Norwegian, which share their commonest words.
    Danish,
    /// Polish.
    Polish,
    /// Russian, or another language in Cyrillic letters but Ukrainian.
    Russian,
    /// Ukrainian.
    Ukrainian,
    /// Greek.
    Greek,
    /// Arabic.
    Arabic,
    /// Persian.
    Persian,
    /// Hebrew.
    Hebrew,
    /// Hindi, or another language in Devanagari.
    Hindi,
    /// Thai.
    Thai,
    /// Korean.
    Korean,
    /// Chinese.
    Chinese,
    /// Japanese.
    Japanese,
    /// Too little text, program code, numbers, or a language that is not in this list.
    #[default]
    Unknown,
}

impl LanguageGuess {
    /// The languages that are told apart by their commonest words, in the order of the scores.
    pub(super) const BY_WORDS: [Self; 10] = [
        Self::English,
        Self::German,
        Self::French,
        Self::Spanish,
        Self::Italian,
        Self::Portuguese,
        Self::Dutch,
        Self::Swedish,
        Self::Danish,
        Self::Polish,
    ];

    /// The language's English name, and none if it is not known.
    pub fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::English => "English",
            Self::German => "German",
            Self::French => "French",
            Self::Spanish => "Spanish",
            Self::Italian => "Italian",
            Self::Portuguese => "Portuguese",
            Self::Dutch => "Dutch",
            Self::Swedish => "Swedish",
            Self::Danish => "Danish or Norwegian",
            Self::Polish => "Polish",
            Self::Russian => "Russian",
            Self::Ukrainian => "Ukrainian",
            Self::Greek => "Greek",
            Self::Arabic => "Arabic",
            Self::Persian => "Persian",
            Self::Hebrew => "Hebrew",
            Self::Hindi => "Hindi",
            Self::Thai => "Thai",
            Self::Korean => "Korean",
            Self::Chinese => "Chinese",
            Self::Japanese => "Japanese",
            Self::Unknown => return None,
        })
    }

    /// Whether abbreviations and sentence openers are those of English: unknown text is read as English.
    pub(in crate::text) fn reads_as_english(self) -> bool {
        matches!(self, Self::English | Self::Unknown)
    }
}
