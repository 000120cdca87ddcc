//! Shortening by syntax: whole subtrees of a sentence's dependencies go, where the network judges that their words would not be kept.
//!
//! The best set of subtrees is found exactly, from the leaves up: a subtree stays if the logarithms of the odds of keeping its words, less
//! those of what goes below, add up to more than nothing (Filippova and Strube, *Dependency tree based sentence compression*, 2008,
//! solve the same problem as an integer program). What may go at all is a table of relations and a list of words that govern others.

use super::{
    ShorteningRule, check, governance,
    word_classes::{is_month, is_word},
};
use crate::{
    models::summarizer::network::{JudgedWord, RELATIONS, ShorteningStyle},
    text::Word,
};

/// Subtrees with these relations to what stays may go: modifiers and additions. Subjects, objects, complements, auxiliaries, negations,
/// determiners and parts of names never go by themselves.
const OPTIONAL: [&str; 15] = [
    "acl",
    "advcl",
    "advmod",
    "agent",
    "appos",
    "conj",
    "dep",
    "intj",
    "meta",
    "nmod",
    "npadvmod",
    "parataxis",
    "preconj",
    "prep",
    "relcl",
];
/// A clause with one of these relations may stand by itself, without what stood above it: "…, officials said".
const CLAUSES: [&str; 3] = ["ccomp", "conj", "parataxis"];
/// What a clause needs to stand by itself.
const SUBJECTS: [&str; 4] = ["csubj", "expl", "nsubj", "nsubjpass"];
/// Taken off the odds of a word: above 0, more words go (chosen on a part of the training sets).
const PRICE: f32 = -0.2;

/// The places of a sentence that stay. All stay where nothing may go, or where what remains would be no sentence.
pub fn shorten_by_syntax(words: &[Word], judged: &[JudgedWord]) -> Vec<usize> {
    let tree = DependencyTree::new(words, judged);
    // A clause without what stood above it, else without single phrases; what remains must be a sentence.
    let attempts = [tree.without_frame(), Some(tree.without_phrases(tree.roots.clone()))];
    for kept in attempts.into_iter().flatten() {
        let kept = tidied(words, &kept);
        if kept.len() < words.len() && check(words, &kept, ShorteningRule::Subtrees).is_ok() {
            return kept;
        }
    }
    (0..words.len()).collect()
}

/// A sentence's dependencies with the odds of its words.
struct DependencyTree<'a> {
    relations: Vec<&'static str>,
    odds: Vec<f32>,
    /// Whether a word governs what is beside it, so that it may not be left out.
    governs: Vec<bool>,
    children: Vec<Vec<usize>>,
    roots: Vec<usize>,
    judged: &'a [JudgedWord],
}

impl<'a> DependencyTree<'a> {
    fn new(words: &[Word], judged: &'a [JudgedWord]) -> Self {
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let (mut children, mut roots) = (vec![Vec::new(); words.len()], Vec::new());
        for at in 0..words.len() {
            // The heads were found one by one: where they lead in a circle, each of the circle counts as a root.
            match judged[at].head {
                head if head != at && !leads_back(judged, at) => children[head].push(at),
                _ => roots.push(at),
            }
        }
        let odds = |at: usize| {
            if is_word(texts[at]) { judged[at].kept[ShorteningStyle::Headline.index()] - PRICE } else { 0.0 }
        };
        let governs = |at: usize| governance(texts[at]).is_some() && !is_month(&texts, at);
        Self {
            relations: judged.iter().map(|word| RELATIONS.get(word.relation).copied().unwrap_or("dep")).collect(),
            odds: (0..words.len()).map(odds).collect(),
            governs: (0..words.len()).map(governs).collect(),
            children,
            roots,
            judged,
        }
    }

    /// A word and all that depends on it.
    fn subtree(&self, root: usize) -> Vec<usize> {
        let mut found = vec![root];
        let mut next = 0;
        while let Some(at) = found.get(next).copied() {
            found.extend(&self.children[at]);
            next += 1;
        }
        found
    }

    /// The words above first, so that the other way round each comes after all that depends on it.
    fn top_down(&self, roots: &[usize]) -> Vec<usize> {
        roots.iter().flat_map(|root| self.subtree(*root)).collect()
    }

    /// For each word what its subtree is worth, and whether it goes.
    fn judge(&self, roots: &[usize]) -> (Vec<f32>, Vec<bool>) {
        let order = self.top_down(roots);
        let (mut worth, mut goes) = (self.odds.clone(), vec![false; self.odds.len()]);
        let mut governs = self.governs.clone();
        for at in order.into_iter().rev() {
            for child in &self.children[at] {
                governs[at] |= governs[*child];
                let optional = OPTIONAL.contains(&self.relations[*child]) && !governs[*child];
                goes[*child] = optional && worth[*child] < 0.0;
                if !goes[*child] {
                    worth[at] += worth[*child];
                }
            }
        }
        (worth, goes)
    }

    /// What stays below some roots.
    fn without_phrases(&self, roots: Vec<usize>) -> Vec<usize> {
        let (_, goes) = self.judge(&roots);
        let mut kept = Vec::new();
        let mut open = roots;
        while let Some(at) = open.pop() {
            kept.push(at);
            for child in self.children[at].iter().copied() {
                // "and" goes with the last of what it joins.
                let joins = matches!(self.relations[child], "cc" | "preconj");
                let joined = |other: &usize| self.relations[*other] == "conj" && !goes[*other];
                let alone = joins
                    && self.children[at].iter().any(|other| self.relations[*other] == "conj")
                    && !self.children[at].iter().any(joined);
                if !goes[child] && !alone {
                    open.push(child);
                }
            }
        }
        kept.sort_unstable();
        kept
    }

    /// The one clause that is worth more than the whole sentence, if there is one and what stands above it may go.
    fn without_frame(&self) -> Option<Vec<usize>> {
        let (worth, _) = self.judge(&self.roots);
        let whole: f32 = self.roots.iter().map(|root| worth[*root]).sum();
        let is_clause = |at: &usize| {
            CLAUSES.contains(&self.relations[*at])
                && self.children[*at].iter().any(|child| SUBJECTS.contains(&self.relations[*child]))
        };
        let best = (0..worth.len()).filter(is_clause).max_by(|a, b| worth[*a].total_cmp(&worth[*b]))?;
        let inside = self.subtree(best);
        let governed = (0..worth.len()).any(|at| self.governs[at] && !inside.contains(&at));
        // "that" before the clause goes with what it belonged to.
        let kept = || {
            let kept = self.without_phrases(vec![best]);
            kept.into_iter().filter(|at| self.relations[*at] != "mark" || self.judged[*at].head != best).collect()
        };
        (worth[best] > whole && !governed).then(kept)
    }
}

/// Whether the heads above a word lead back to it.
fn leads_back(judged: &[JudgedWord], from: usize) -> bool {
    let mut at = judged[from].head;
    for _ in 0..judged.len() {
        if at == from {
            return true;
        }
        if judged[at].head == at {
            return false;
        }
        at = judged[at].head;
    }
    // It leads into a circle that it is no part of.
    false
}

/// Without marks that have lost what they set apart; the final stop stays.
fn tidied(words: &[Word], kept: &[usize]) -> Vec<usize> {
    let text = |at: usize| words[at].text.as_str();
    let separates = |at: usize| matches!(text(at), "," | ";" | ":" | "--" | "-");
    let mut tidy: Vec<usize> = Vec::with_capacity(kept.len() + 1);
    for at in kept.iter().copied().filter(|at| is_word(text(*at)) || !matches!(text(*at), "." | "!" | "...")) {
        let before = tidy.last().copied();
        // Nothing is set apart at the beginning, or behind another mark.
        let behind_mark =
            before.is_none_or(|before| !is_word(text(before)) && !matches!(text(before), ")" | "]" | "\""));
        if separates(at) && behind_mark {
            continue;
        }
        if before.is_some_and(|before| separates(before) && was_set_apart(words, before, at)) {
            tidy.pop();
        }
        tidy.push(at);
    }
    while tidy.last().is_some_and(|last| separates(*last)) {
        tidy.pop();
    }
    let stop = (0..words.len()).rev().find(|at| is_word(text(*at)) || matches!(text(*at), "." | "!" | "?" | "..."));
    if let Some(stop) = stop.filter(|stop| !is_word(text(*stop)) && !tidy.contains(stop)) {
        let place = tidy.partition_point(|at| *at < stop);
        tidy.insert(place, stop);
    }
    tidy
}

/// Whether what stood between a comma and a word that follows it now ended in a mark of its own: the comma belonged to it.
fn was_set_apart(words: &[Word], comma: usize, next: usize) -> bool {
    comma + 2 < next && matches!(words[next - 1].text.as_str(), "," | ";" | "--" | "-" | ")")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::words;

    /// Words with their heads and relations, and whether the network would keep them: `word head relation keep`.
    fn parsed(rows: &[(&str, usize, &str, bool)]) -> (Vec<Word>, Vec<JudgedWord>) {
        let sentence = rows.iter().map(|(word, ..)| *word).collect::<Vec<_>>().join(" ");
        let judged = rows.iter().map(|(_, head, relation, keep)| JudgedWord {
            kept: [if *keep { 2.0 } else { -2.0 }; ShorteningStyle::COUNT],
            head: *head,
            relation: RELATIONS.iter().position(|known| known == relation).unwrap(),
            part_of_speech: 0,
        });
        (words(&sentence), judged.collect())
    }

    fn line(rows: &[(&str, usize, &str, bool)]) -> String {
        let (words, judged) = parsed(rows);
        assert_eq!(words.len(), judged.len());
        let kept = shorten_by_syntax(&words, &judged);
        kept.into_iter().map(|at| words[at].text.clone()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn whole_subtrees_go_with_their_marks() {
        let rows = [
            ("the", 1, "det", true),
            ("company", 7, "nsubj", true),
            (",", 1, "punct", true),
            ("a", 4, "det", false),
            ("group", 1, "appos", false),
            (",", 1, "punct", true),
            ("has", 7, "aux", true),
            ("opened", 7, "ROOT", true),
            ("a", 9, "det", true),
            ("shop", 7, "dobj", true),
            ("in", 7, "prep", false),
            ("town", 10, "pobj", false),
            (".", 7, "punct", true),
        ];
        assert_eq!(line(&rows), "the company has opened a shop .");
        // A word that would be kept keeps what it depends on.
        let mut kept = rows;
        kept[11].3 = true;
        kept[11].0 = "town";
        assert!(line(&kept).ends_with("in town ."));
    }

    #[test]
    fn what_is_needed_or_governs_stays() {
        let rows = [
            ("the", 1, "det", true),
            ("ferry", 2, "nsubj", true),
            ("runs", 2, "ROOT", true),
            ("its", 4, "poss", false),
            ("route", 2, "dobj", false),
            ("on", 2, "prep", false),
            ("sunday", 5, "pobj", false),
            ("only", 5, "advmod", false),
            (".", 2, "punct", true),
        ];
        assert_eq!(line(&rows), "the ferry runs its route on sunday only .");
    }

    #[test]
    fn a_clause_may_stand_without_what_tells_it() {
        let rows = [
            ("police", 1, "compound", false),
            ("officers", 2, "nsubj", false),
            ("think", 2, "ROOT", false),
            ("that", 6, "mark", false),
            ("the", 5, "det", true),
            ("road", 6, "nsubj", true),
            ("closes", 2, "ccomp", true),
            ("today", 6, "npadvmod", true),
            (".", 2, "punct", true),
        ];
        assert_eq!(line(&rows), "the road closes today .");
        // Nothing of it goes where the frame says that it is not so.
        let mut doubted = rows;
        doubted[2].0 = "doubt";
        assert_eq!(line(&doubted), "police officers doubt that the road closes today .");
    }

    #[test]
    fn heads_in_a_circle_are_roots() {
        let rows =
            [("boats", 1, "nsubj", true), ("sail", 2, "dep", true), ("far", 1, "dep", false), (".", 1, "punct", true)];
        assert_eq!(line(&rows), "boats sail far .");
    }
}
