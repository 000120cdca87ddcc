//! A sentence with what the rules for cuts ask about it.

use std::ops::Range;

use super::{
    finite_verbs::{is_auxiliary, is_past, may_be_finite, may_be_imperative},
    governing_words::{Governance, governance},
    word_classes::{begins_adverbial, is_determiner, is_month, is_word},
};
use crate::text::Word;

/// A sentence with what all rules ask about it.
pub(super) struct ParsedSentence<'a> {
    pub(super) words: Vec<&'a str>,
    /// The place behind the last word: closing marks follow.
    pub(super) end: usize,
    /// The first possible finite verb.
    pub(super) verb: usize,
    /// Whether it denies, demands or allows something, or speaks of all.
    pub(super) is_scoped: bool,
    /// Whether it holds a condition or an exclusion.
    pub(super) is_conditional: bool,
    /// Whether its first finite verb is in the past tense.
    pub(super) is_past: bool,
}

const RELATIVES: [&str; 4] = ["who", "whom", "whose", "which"];
const UNIVERSALS: [&str; 8] = ["all", "each", "every", "any", "both", "everyone", "anyone", "can"];
/// Connectives of one word that may begin a sentence and go with their comma.
pub(super) const CONNECTIVES: [&str; 14] = [
    "however",
    "meanwhile",
    "moreover",
    "furthermore",
    "also",
    "additionally",
    "besides",
    "nevertheless",
    "nonetheless",
    "similarly",
    "indeed",
    "finally",
    "then",
    "so",
];

impl<'a> ParsedSentence<'a> {
    /// Reads a sentence; none if nothing of it may be left out: questions, commands, and what has no verb.
    pub(super) fn of(words: &'a [Word]) -> Option<Self> {
        let words: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let end =
            words.iter().rposition(|word| is_word(word) || matches!(*word, ")" | "]" | "%")).map_or(0, |at| at + 1);
        if words[end..].contains(&"?") || words.contains(&"?") {
            return None;
        }
        let first = words.iter().position(|word| is_word(word))?;
        let is_adjective = |at: usize| at > 0 && is_determiner(words[at - 1]) && words[at].ends_with("ed");
        let verb = (first..end).find(|at| may_be_finite(words[*at]) && !is_adjective(*at))?;
        // A command tells what to do, and every part of it counts.
        let second = words[first + 1..end].iter().position(|word| is_word(word)).map(|at| first + 1 + at);
        let is_command = |at: usize| may_be_imperative(words[at]);
        let connected = CONNECTIVES.contains(&words[first]) || matches!(words[first], "and" | "but" | "please");
        if is_command(first) && !is_auxiliary(words[first]) || connected && second.is_some_and(is_command) {
            return None;
        }
        if verb > first && words[verb - 1] == "," && begins_adverbial(words[first]) {
            return None;
        }
        let governance_at = |at: usize| governance(words[at]).filter(|_| !is_month(&words, at));
        let is_scoped = (first..end)
            .filter_map(governance_at)
            .any(|kind| matches!(kind, Governance::Negation | Governance::Modality))
            || words[..end].iter().any(|word| UNIVERSALS.contains(word));
        let conditional = |at: usize| {
            let is_opening = at < 3 && CONNECTIVES.contains(&words[at]);
            !is_opening && matches!(governance_at(at), Some(Governance::Condition | Governance::Exclusion))
        };
        let is_conditional = (first..end).any(conditional);
        let is_past = is_past(words[verb]);
        Some(Self { words, end, verb, is_scoped, is_conditional, is_past })
    }

    /// Whether nothing in the sentence makes it depend on its times and its coordinate clauses.
    pub(super) fn is_free(&self) -> bool {
        !self.is_scoped && !self.is_conditional
    }

    pub(super) fn word(&self, at: usize) -> &'a str {
        self.words.get(at).copied().unwrap_or("")
    }

    pub(super) fn is_relative(&self, at: usize) -> bool {
        RELATIVES.contains(&self.word(at))
    }

    pub(super) fn governs(&self, cut: &Range<usize>) -> bool {
        cut.clone().any(|at| governance(self.words[at]).is_some() && !is_month(&self.words, at))
    }

    /// The place behind the first word of a phrase, and behind a participle that follows a determiner: "a retired teacher".
    pub(super) fn behind_participle(&self, start: usize) -> usize {
        let participle = is_determiner(self.word(start)) && self.word(start + 1).ends_with("ed");
        start + 1 + usize::from(participle)
    }

    pub(super) fn has_verb(&self, words: Range<usize>) -> bool {
        self.words.get(words).is_some_and(|words| words.iter().any(|word| may_be_finite(word)))
    }

    /// Quotations are not shortened: who quotes leaves nothing out.
    pub(super) fn is_outside_quotations(&self, cut: &Range<usize>) -> bool {
        let marks = |words: &[&str]| words.iter().filter(|word| **word == "\"").count();
        let lone = self.words[cut.clone()].contains(&"'");
        !lone && marks(&self.words[..cut.start]).is_multiple_of(2) && marks(&self.words[cut.clone()]) == 0
    }
}
