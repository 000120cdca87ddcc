//! Abbreviations whose full stop belongs to the word: `Mr.`, `Inc.`, `U.S.`, `J. K.`, and those of some other languages.

mod openers;
mod other_languages;
mod table;

pub(super) use openers::{is_speech_verb, opens_sentence, opens_sentence_in_capitals, starts_sentence};
pub(super) use table::Abbreviation;
use table::AbbreviationTable;

use super::language::LanguageGuess;

/// Words that are as often words as abbreviations (`in.`, `sat.`, `ill.`) are left out: a missed abbreviation costs one sentence end
/// too many only where a capital follows.
const ENGLISH: AbbreviationTable = AbbreviationTable {
    titles: &[
        "adm", "amb", "brig", "capt", "cmdr", "col", "cpl", "det", "dr", "drs", "fr", "gen", "gens", "gov", "govs",
        "hon", "insp", "lt", "maj", "messrs", "mlle", "mme", "mr", "mrs", "ms", "mt", "mx", "pfc", "pres", "prof",
        "profs", "pvt", "rep", "reps", "rev", "sen", "sens", "sgt", "supt", "wm",
    ],
    references: &[
        "alg", "app", "art", "ch", "chap", "cl", "cor", "def", "eq", "eqn", "eqns", "eqs", "ex", "fig", "figs", "lem",
        "mar", "no", "nos", "p", "par", "para", "paras", "pg", "pp", "prop", "ref", "refs", "sec", "secs", "sect",
        "tab", "thm", "vol", "vols",
    ],
    going: &[
        "approx", "ca", "cf", "e.g", "eg", "esp", "excl", "i.e", "ie", "incl", "n.b", "nb", "p.p.s", "p.s", "resp",
        "supp", "suppl", "viz", "vs",
    ],
    closing: &[
        "apr", "ariz", "assn", "assoc", "asst", "aug", "ave", "biol", "bldg", "blvd", "bros", "calif", "chem", "co",
        "colo", "conn", "corp", "cos", "dec", "dept", "dist", "div", "esq", "est", "etc", "ext", "feb", "fla", "ft",
        "govt", "hist", "hwy", "inc", "inst", "intl", "jan", "jr", "jul", "jun", "lb", "lbs", "ltd", "mich", "minn",
        "natl", "nov", "oct", "okla", "oz", "ph.d", "phys", "psychol", "rd", "rte", "sept", "sq", "sr", "st", "tbsp",
        "tel", "tenn", "tsp", "univ", "wis",
    ],
};

/// What a lower-cased word (without its stop) is before a stop, by its letters alone.
pub(super) fn abbreviation(word: &str, language: LanguageGuess) -> Option<Abbreviation> {
    // `l'ing. Holt`
    let word = if language.reads_as_english() { word } else { word.rsplit('\'').next().unwrap_or(word) };
    if let Some(kind) = other_languages::table(language).and_then(|table| table.find(word)) {
        return Some(kind);
    }
    let mut letters = word.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return letter.is_alphabetic().then_some(Abbreviation::Initial);
    }
    // "p" is an initial first, and a page before a number: what follows decides nothing there.
    let table = if language.reads_as_english() { &ENGLISH } else { &other_languages::SHARED };
    table.find(word).or_else(|| acronym(word).then_some(Abbreviation::Closing))
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

/// Days are abbreviations with a capital only, and before a date: `sat` and `sun` are words.
pub(super) fn is_short_day(word: &str) -> bool {
    matches!(word, "Mon" | "Tue" | "Tues" | "Wed" | "Thu" | "Thur" | "Thurs" | "Fri" | "Sat" | "Sun")
}

/// What goes on after `5 p.m.` or `Sat.` with a capital: a day, a month or a time zone.
pub(super) fn is_day_or_zone(word: &str) -> bool {
    const NAMES: &str = "monday tuesday wednesday thursday friday saturday sunday mondays tuesdays wednesdays thursdays \
        fridays saturdays sundays mon tue tues wed thu thur thurs fri sat sun january february march april may june july \
        august september october november december jan feb mar apr jun jul aug sep sept oct nov dec est edt et cst cdt ct \
        mst mdt mt pst pdt pt gmt utc bst cet cest eastern central mountain pacific local";
    let word = word.trim_end_matches('.');
    NAMES.split_ascii_whitespace().any(|name| name == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted_for_the_binary_search() {
        let tables = other_languages::LANGUAGES.iter().filter_map(|language| other_languages::table(*language));
        for table in tables.chain([&ENGLISH, &other_languages::SHARED]) {
            for list in [table.titles, table.references, table.going, table.closing] {
                assert!(list.is_sorted(), "{list:?}");
            }
        }
    }

    #[test]
    fn kinds() {
        let abbreviation = |word| abbreviation(word, LanguageGuess::Unknown);
        assert_eq!(abbreviation("mr"), Some(Abbreviation::Title));
        assert_eq!(abbreviation("no"), Some(Abbreviation::Reference));
        assert_eq!(abbreviation("inc"), Some(Abbreviation::Closing));
        assert_eq!(abbreviation("u.s"), Some(Abbreviation::Closing));
        assert_eq!(abbreviation("i.e"), Some(Abbreviation::Going));
        assert_eq!(abbreviation("k"), Some(Abbreviation::Initial));
        assert_eq!(abbreviation("whitehouse.gov"), None);
        assert_eq!(abbreviation("5"), None);
        assert_eq!(abbreviation("bzw"), None);
    }

    #[test]
    fn kinds_in_other_languages() {
        assert_eq!(abbreviation("bzw", LanguageGuess::German), Some(Abbreviation::Going));
        assert_eq!(abbreviation("m", LanguageGuess::French), Some(Abbreviation::Title));
        assert_eq!(abbreviation("dott", LanguageGuess::Italian), Some(Abbreviation::Title));
        assert_eq!(abbreviation("inc", LanguageGuess::German), Some(Abbreviation::Closing));
        assert_eq!(abbreviation("est", LanguageGuess::French), None);
    }

    #[test]
    fn days_and_zones() {
        assert!(["monday", "sept", "sept.", "utc", "may"].into_iter().all(is_day_or_zone));
        assert!(["mayor", "seven", "junk", "decent", "novel"].into_iter().all(|word| !is_day_or_zone(word)));
    }
}
