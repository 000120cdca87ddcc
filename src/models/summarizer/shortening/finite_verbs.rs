//! Which words may be a finite verb, without a part-of-speech tagger.
//!
//! The list holds verb forms of the English Web Treebank and of GUM (training parts) whose tokens are finite verbs in at least 8% of
//! cases, or verbs in at least half, and irregular past forms. Forms in `-ed`, and in `-s` of a listed form, are recognized by rule. The
//! answer errs toward "yes": a phrase that holds a possible verb is not left out.

/// Listed forms, sorted, one a line.
const LISTED: &str = include_str!("finite_verbs.txt");

/// Forms of auxiliary verbs and contractions.
const AUXILIARIES: [&str; 34] = [
    "'d", "'ll", "'m", "'re", "'s", "'ve", "am", "are", "ca", "can", "could", "did", "do", "does", "had", "has",
    "have", "is", "may", "might", "must", "need", "needs", "ought", "shall", "should", "was", "were", "wo", "will",
    "would", "ai", "dare", "gon",
];

/// Past forms of `be`, `have` and `do`.
const PAST_AUXILIARIES: [&str; 4] = ["was", "were", "had", "did"];

/// Irregular past forms that are no present form of the same verb.
const IRREGULAR_PAST: [&str; 72] = [
    "ate", "became", "began", "bled", "blew", "bore", "bought", "bred", "broke", "brought", "built", "came", "caught",
    "chose", "dealt", "drank", "drew", "drove", "dug", "fed", "fell", "felt", "fled", "flew", "forgot", "fought",
    "found", "froze", "gave", "got", "grew", "heard", "held", "hid", "hung", "kept", "knew", "laid", "led", "left",
    "lent", "lit", "lost", "made", "meant", "met", "paid", "ran", "rang", "rode", "rose", "said", "sang", "sank",
    "sat", "saw", "sent", "shook", "shot", "sold", "sought", "spent", "spoke", "stood", "struck", "taught", "thought",
    "threw", "told", "took", "went", "won",
];

/// Whether a word is an auxiliary verb, `is`, `has` or `will`, say.
pub(super) fn is_auxiliary(word: &str) -> bool {
    AUXILIARIES.contains(&word)
}

/// Whether a word may be a finite verb. `'s` may be a possessive; it counts only where the caller says so.
pub(in crate::models::summarizer) fn may_be_finite(word: &str) -> bool {
    if word == "'s" {
        return false;
    }
    is_auxiliary(word)
        || word.len() > 3 && word.ends_with("ed")
        || is_listed(word)
        || word.strip_suffix("ies").is_some_and(|stem| is_listed(&format!("{stem}y")))
        || word.strip_suffix("es").is_some_and(is_listed)
        || word.strip_suffix('s').is_some_and(is_listed)
}

/// Whether a word may be the base form of a verb, as imperatives begin with.
pub(in crate::models::summarizer) fn may_be_imperative(word: &str) -> bool {
    matches!(word, "do" | "be" | "please" | "let") || is_listed(word) && !IRREGULAR_PAST.contains(&word)
}

/// Whether a word is clearly a verb in the past tense or a past participle.
pub(super) fn is_past(word: &str) -> bool {
    PAST_AUXILIARIES.contains(&word) || IRREGULAR_PAST.contains(&word) || word.len() > 3 && word.ends_with("ed")
}

fn is_listed(word: &str) -> bool {
    // Lines have no common length, so the search goes by bytes and then to the beginning of the line.
    let (mut low, mut high) = (0, LISTED.len());
    while low < high {
        let middle = usize::midpoint(low, high);
        let start = LISTED[..middle].rfind('\n').map_or(0, |at| at + 1);
        let end = LISTED[start..].find('\n').map_or(LISTED.len(), |at| start + at);
        match LISTED[start..end].cmp(word) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = end + 1,
            std::cmp::Ordering::Greater => high = start,
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_listed_form_is_found() {
        let forms: Vec<&str> = LISTED.lines().collect();
        assert!(forms.is_sorted() && forms.len() > 1_000);
        assert!(forms.iter().all(|form| is_listed(form)));
        assert!(!is_listed("") && !is_listed("aardvark") && !is_listed("zzz"));
    }

    #[test]
    fn inflected_forms_are_recognized() {
        for word in ["is", "walked", "carries", "watches", "takes", "took", "wo", "steals", "opened"] {
            assert!(may_be_finite(word), "{word}");
        }
        for word in ["table", "of", "city", "london", "'s", "red"] {
            assert!(!may_be_finite(word), "{word}");
        }
        assert!(is_past("opened") && is_past("was") && !is_past("opens"));
        assert!(may_be_imperative("take") && !may_be_imperative("took"));
    }
}
