//! Abbreviations whose full stop belongs to the word: `Mr.`, `Inc.`, `U.S.`, `J. K.`

/// How an abbreviation stands to the end of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Abbreviation {
    /// Stands before a name: never the last word of a sentence.
    Title,
    /// Stands before a number, and only there is it an abbreviation: `no. 5`.
    Reference,
    /// May well be the last word of a sentence: `Inc.`, `etc.`, `U.S.`
    Closing,
    /// Always goes on: `e.g.`
    Going,
    /// The first letter of a name. Hardly ever the last word of a sentence.
    Initial,
}

/// In lower case, without the stop. Words that are as often words as abbreviations (`in.`, `sat.`, `ill.`) are left out: a missed
/// abbreviation costs one sentence end too many only where a capital follows.
const TITLES: &[&str] = &[
    "adm", "amb", "brig", "capt", "cmdr", "col", "cpl", "det", "dr", "drs", "fr", "gen", "gens", "gov", "govs", "hon",
    "insp", "lt", "maj", "messrs", "mlle", "mme", "mr", "mrs", "ms", "mt", "pfc", "pres", "prof", "profs", "pvt",
    "rep", "reps", "rev", "sen", "sens", "sgt", "supt",
];
const REFERENCES: &[&str] =
    &["art", "ch", "eq", "fig", "figs", "mar", "no", "nos", "p", "pg", "pp", "sec", "vol", "vols"];
const GOING: &[&str] = &["approx", "cf", "e.g", "eg", "i.e", "ie", "viz", "vs"];
const CLOSING: &[&str] = &[
    "apr", "ariz", "assn", "assoc", "asst", "aug", "ave", "bldg", "blvd", "bros", "calif", "co", "colo", "conn",
    "corp", "cos", "dec", "dept", "dist", "div", "esq", "est", "etc", "ext", "feb", "fla", "ft", "govt", "hwy", "inc",
    "inst", "intl", "jan", "jr", "jul", "jun", "lb", "lbs", "ltd", "mich", "minn", "natl", "nov", "oct", "okla", "oz",
    "ph.d", "rd", "rte", "sept", "sq", "sr", "st", "tel", "tenn", "univ", "wis",
];

/// What a lower-cased word (without its stop) is before a stop, by its letters alone.
pub(super) fn abbreviation(word: &str) -> Option<Abbreviation> {
    let mut letters = word.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return letter.is_alphabetic().then_some(Abbreviation::Initial);
    }
    // "p" is an initial first, and a page before a number: what follows decides nothing there.
    [
        (TITLES, Abbreviation::Title),
        (REFERENCES, Abbreviation::Reference),
        (GOING, Abbreviation::Going),
        (CLOSING, Abbreviation::Closing),
    ]
    .into_iter()
    .find_map(|(list, kind)| list.binary_search(&word).is_ok().then_some(kind))
    .or_else(|| acronym(word).then_some(Abbreviation::Closing))
}

/// Single letters with stops between: `u.s`, `p.m`, `j.k`.
fn acronym(word: &str) -> bool {
    word.len() > 2
        && word.split('.').all(|part| {
            let mut letters = part.chars();
            letters.next().is_some_and(char::is_alphabetic) && letters.next().is_none()
        })
}

/// Whether a word with its stop is one of the two halves of the day, after which a capital is as a rule a day or a zone.
pub(super) fn half_day(word: &str) -> bool {
    matches!(word, "a.m." | "p.m.")
}

/// Lower-cased words that begin a sentence where they stand with a capital after a stop: function words, which are part of no name.
pub(super) fn starts_sentence(word: &str) -> bool {
    const STARTERS: &[&str] = &[
        "a",
        "after",
        "all",
        "although",
        "an",
        "and",
        "another",
        "any",
        "are",
        "as",
        "at",
        "because",
        "before",
        "both",
        "but",
        "by",
        "did",
        "do",
        "does",
        "during",
        "each",
        "either",
        "even",
        "every",
        "few",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "here",
        "his",
        "how",
        "however",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "just",
        "many",
        "meanwhile",
        "more",
        "moreover",
        "most",
        "my",
        "neither",
        "no",
        "nor",
        "now",
        "of",
        "on",
        "once",
        "one",
        "only",
        "or",
        "other",
        "others",
        "our",
        "perhaps",
        "she",
        "since",
        "so",
        "some",
        "such",
        "that",
        "the",
        "their",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "though",
        "thus",
        "to",
        "today",
        "under",
        "until",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "why",
        "will",
        "with",
        "without",
        "yes",
        "yet",
        "you",
        "your",
    ];
    STARTERS.binary_search(&word).is_ok()
}

/// Verbs by which a quotation is given to somebody: after `"Is it?"` they go on with its sentence.
pub(super) fn is_speech_verb(word: &str) -> bool {
    const VERBS: &[&str] = &[
        "added",
        "admitted",
        "adds",
        "announced",
        "answered",
        "argued",
        "argues",
        "asked",
        "asks",
        "begged",
        "blogged",
        "called",
        "claimed",
        "commented",
        "concluded",
        "continued",
        "cried",
        "declared",
        "demanded",
        "explained",
        "insisted",
        "joked",
        "laughed",
        "murmured",
        "muttered",
        "noted",
        "posted",
        "pleaded",
        "recalled",
        "remarked",
        "replied",
        "responded",
        "said",
        "says",
        "screamed",
        "shouted",
        "snapped",
        "stated",
        "suggested",
        "tells",
        "thought",
        "told",
        "tweeted",
        "warned",
        "whispered",
        "wondered",
        "wrote",
        "writes",
        "yelled",
    ];
    VERBS.contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_for_the_binary_search() {
        for list in [TITLES, REFERENCES, GOING, CLOSING] {
            assert!(list.is_sorted(), "{list:?}");
        }
        assert!(["a", "the", "your", "he", "in"].into_iter().all(starts_sentence));
    }

    #[test]
    fn kinds() {
        assert_eq!(abbreviation("mr"), Some(Abbreviation::Title));
        assert_eq!(abbreviation("no"), Some(Abbreviation::Reference));
        assert_eq!(abbreviation("inc"), Some(Abbreviation::Closing));
        assert_eq!(abbreviation("u.s"), Some(Abbreviation::Closing));
        assert_eq!(abbreviation("i.e"), Some(Abbreviation::Going));
        assert_eq!(abbreviation("k"), Some(Abbreviation::Initial));
        assert_eq!(abbreviation("whitehouse.gov"), None);
        assert_eq!(abbreviation("5"), None);
    }
}
