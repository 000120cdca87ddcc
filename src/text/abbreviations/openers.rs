//! Words that tell whether a capital after a stop begins a sentence.

use crate::text::language::{LanguageGuess, is_function_word};

const STARTERS: &str = "a after all although an and another any are as at because before both but by did do does during each either \
     even every few for from had has have he her here his how however i if in is it its just many meanwhile more \
     moreover most my neither no nor now of on once one only or other others our perhaps she since so some such \
     that the their then there these they this those though thus to today under until was we were what when where \
     which while who why will with without yes yet you your";

/// What the splitter takes for an opener beside [`STARTERS`]: no part of a name either, but not always spelled small inside a sentence.
const MORE_OPENERS: &str = "according additionally afterwards also apparently as besides can could dear despite eight either else everybody \
     everyone finally first five four fortunately furthermore give hello hence hi indeed instead later let \
     like maybe my nine nobody not nothing obviously ok okay otherwise our please second seven should sometimes soon \
     still ten thank thanks therefore third three two unfortunately unless using would";

/// What goes on after `CO.` or `P.M.` in capitals is as a rule no pronoun, article or question word.
const OPENERS_IN_CAPITALS: &str = "a an and but do he her his how however i if it its my no nobody our she so that the their then there these they \
     this those we what when where which who why yes you your";

const SPEECH_VERBS: &str = "added admitted adds announced answered argued argues asked asks begged blogged called claimed commented \
     concluded continued cried declared demanded explained insisted joked laughed murmured muttered noted posted \
     pleaded recalled remarked replied responded said says screamed shouted snapped stated suggested tells thought \
     told tweeted warned whispered wondered wrote writes yelled";

fn holds(list: &str, word: &str) -> bool {
    list.split_ascii_whitespace().any(|other| other == word)
}

/// Lower-cased words that begin a sentence where they stand with a capital after a stop: function words, which are part of no name.
pub(in crate::text) fn starts_sentence(word: &str) -> bool {
    holds(STARTERS, word)
}

/// The same in the text's own language, and with words that are names too seldom to matter to a splitter.
pub(in crate::text) fn opens_sentence(word: &str, language: LanguageGuess) -> bool {
    if language.reads_as_english() {
        starts_sentence(word) || holds(MORE_OPENERS, word)
    } else {
        // French and Italian articles and pronouns lose their vowel: `l'heure`, `c'est`.
        let first = word.split(['\'', '’']).next().unwrap_or(word);
        is_function_word(word, language) || is_function_word(first, language)
    }
}

/// Lower-cased words that begin a sentence after an abbreviation in a text all in capitals.
pub(in crate::text) fn opens_sentence_in_capitals(word: &str) -> bool {
    holds(OPENERS_IN_CAPITALS, word)
}

/// Verbs by which a quotation is given to somebody: after `"Is it?"` they go on with its sentence.
pub(in crate::text) fn is_speech_verb(word: &str) -> bool {
    holds(SPEECH_VERBS, word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openers() {
        assert!(["a", "the", "your", "he", "in"].into_iter().all(starts_sentence));
        assert!(!starts_sentence("senate") && !starts_sentence("seven"));
        assert!(opens_sentence("seven", LanguageGuess::Unknown));
        assert!(opens_sentence("der", LanguageGuess::German) && !opens_sentence("der", LanguageGuess::English));
        assert!(opens_sentence_in_capitals("the") && !opens_sentence_in_capitals("of"));
        assert!(is_speech_verb("asked") && !is_speech_verb("went"));
    }
}
