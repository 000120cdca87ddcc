//! Whether a line has a finite verb with its subject.

use crate::{
    models::summarizer::{
        network::{JudgedWord, PARTS_OF_SPEECH, RELATIONS},
        shortening::{is_word, may_be_finite, may_be_imperative},
    },
    text::Word,
};

/// Relations of a subject to its verb.
const SUBJECTS: [&str; 5] = ["nsubj", "nsubjpass", "csubj", "csubjpass", "expl"];
/// Relations by which a clause belongs to the root's and can stand for it: a second one, what is said in "…, he said".
const CO_CLAUSES: [&str; 4] = ["conj", "ccomp", "parataxis", "dep"];
/// Words that begin a clause which cannot stand by itself.
const DEPENDENT: [&str; 5] = ["that", "which", "who", "whose", "where"];

/// Whether a line has neither a finite verb with its subject nor an imperative.
pub(super) fn is_fragment(words: &[Word], syntax: Option<&[JudgedWord]>) -> bool {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    match syntax {
        Some(syntax) => !LineClauses { texts: &texts, syntax }.has_clause(),
        None => !may_have_clause(&texts),
    }
}

/// By words alone: in doubt, there is a clause.
fn may_have_clause(texts: &[&str]) -> bool {
    let spoken: Vec<&str> = texts.iter().copied().filter(|text| is_word(text)).collect();
    let Some(first) = spoken.first() else { return false };
    if may_be_imperative(first) && spoken.len() > 1 {
        return true;
    }
    // Behind a subject, and neither "to open" nor "the open".
    let is_verb =
        |pair: &[&str]| may_be_finite(pair[1]) && !matches!(pair[0], "to" | "a" | "an" | "the" | "of" | "for");
    let dependent = spoken.iter().position(|word| DEPENDENT.contains(word)).unwrap_or(spoken.len());
    // In "the man who came" the verb is the relative clause's; in "the man who came left" there is another.
    let verbs: Vec<usize> = (1..spoken.len()).filter(|at| is_verb(&spoken[at - 1..=*at])).collect();
    verbs.iter().any(|at| *at < dependent) || verbs.iter().filter(|at| **at > dependent).count() > 1
}

struct LineClauses<'a> {
    texts: &'a [&'a str],
    syntax: &'a [JudgedWord],
}

impl LineClauses<'_> {
    fn relation(&self, at: usize) -> &'static str {
        RELATIONS.get(self.syntax[at].relation).copied().unwrap_or("dep")
    }

    fn is_verb(&self, at: usize) -> bool {
        matches!(PARTS_OF_SPEECH.get(self.syntax[at].part_of_speech), Some(&("VERB" | "AUX")))
    }

    fn children(&self, at: usize) -> impl Iterator<Item = usize> {
        (0..self.texts.len()).filter(move |child| *child != at && self.syntax[*child].head == at)
    }

    /// Whether a verb or one of its auxiliaries is finite. A base form is, with a subject: "prices go up".
    fn is_finite(&self, at: usize) -> bool {
        let auxiliaries = self.children(at).filter(|child| matches!(self.relation(*child), "aux" | "auxpass"));
        let bare = self.is_verb(at) && !self.texts[at].ends_with("ing") && !self.is_infinitive(at);
        bare || std::iter::once(at).chain(auxiliaries).any(|at| may_be_finite(self.texts[at]))
    }

    fn is_infinitive(&self, at: usize) -> bool {
        self.children(at).any(|child| self.texts[child] == "to" && self.relation(child) == "aux")
    }

    fn has_subject(&self, at: usize) -> bool {
        self.children(at).any(|child| SUBJECTS.contains(&self.relation(child)))
    }

    /// "Mix the flour", "if it sticks, then please mix it": a base form with little before it in its clause.
    fn is_imperative(&self, at: usize) -> bool {
        let fills =
            |text: &&&str| matches!(**text, "please" | "then" | "now" | "do" | "n't" | "and" | "just" | "always");
        let before = self.texts[..at].iter().rev().find(|text| !fills(text));
        let opens = before.is_none_or(|text| !is_word(text) && *text != "-");
        self.is_verb(at)
            && may_be_imperative(self.texts[at])
            && !self.is_infinitive(at)
            && !self.has_subject(at)
            && opens
    }

    fn has_clause(&self) -> bool {
        let is_root = |at: usize| self.syntax[at].head == at || self.relation(at) == "ROOT";
        let mut open: Vec<usize> = (0..self.texts.len()).filter(|at| is_root(*at)).collect();
        let mut seen = vec![false; self.texts.len()];
        while let Some(at) = open.pop() {
            if std::mem::replace(&mut seen[at], true) {
                continue;
            }
            if self.is_finite(at) && self.has_subject(at) {
                return true;
            }
            open.extend(self.children(at).filter(|child| CO_CLAUSES.contains(&self.relation(*child))));
        }
        (0..self.texts.len()).any(|at| self.is_imperative(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{models::summarizer::network::ShorteningStyle, text::words};

    #[test]
    fn words_alone_tell_lines_without_a_verb() {
        for line in ["For long.", "A big yellow table.", "The man who came.", "For the city of London."] {
            assert!(is_fragment(&words(line), None), "{line}");
        }
        for line in ["The bridge opened.", "Mix the flour with water.", "The man who came left.", "It is for long."] {
            assert!(!is_fragment(&words(line), None), "{line}");
        }
    }

    /// Words with their heads, relations and parts of speech.
    fn parsed(rows: &[(&str, usize, &str, &str)]) -> bool {
        let line = rows.iter().map(|row| row.0).collect::<Vec<_>>().join(" ");
        let place = |names: &[&str], name: &str| names.iter().position(|known| *known == name).unwrap();
        let syntax: Vec<JudgedWord> = rows
            .iter()
            .map(|(_, head, relation, part)| JudgedWord {
                kept: [0.0; ShorteningStyle::COUNT],
                head: *head,
                relation: place(&RELATIONS, relation),
                part_of_speech: place(&PARTS_OF_SPEECH, part),
            })
            .collect();
        let words = words(&line);
        assert_eq!(words.len(), syntax.len());
        is_fragment(&words, Some(&syntax))
    }

    #[test]
    fn syntax_tells_whose_subject_a_word_is() {
        let lost = [
            ("more", 1, "amod", "ADJ"),
            ("americans", 1, "ROOT", "NOUN"),
            ("to", 3, "aux", "PART"),
            ("turn", 1, "acl", "VERB"),
            (".", 1, "punct", "PUNCT"),
        ];
        assert!(parsed(&lost));
        let whole = [
            ("americans", 1, "nsubj", "NOUN"),
            ("turn", 1, "ROOT", "VERB"),
            ("away", 1, "advmod", "ADV"),
            (".", 1, "punct", "PUNCT"),
        ];
        assert!(!parsed(&whole));
        assert!(!parsed(&[("mix", 0, "ROOT", "VERB"), ("the", 2, "det", "DET"), ("flour", 0, "dobj", "NOUN")]));
        let gerund = [("opening", 0, "ROOT", "VERB"), ("the", 2, "det", "DET"), ("bridge", 0, "dobj", "NOUN")];
        assert!(parsed(&gerund));
    }
}
