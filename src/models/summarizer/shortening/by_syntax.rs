//! Shortening by syntax: whole subtrees of a sentence's dependencies go, where the network judges that their words would not be kept.
//!
//! From the leaves up, a subtree stays if the logarithms of the odds of keeping its words, less those of what goes below, add up to more
//! than nothing (Filippova and Strube, *Dependency tree based sentence compression*, 2008, solve the same problem as an integer program).
//! Two judgments decide (Desai, Xu and Durrett 2020): whether a headline would be without it, and whether careful readers could be. What
//! may go at all is a table of relations and lists of words that govern or complete others.

use std::ops::Range;

use super::{
    ShorteningRule, ShorteningThreshold, check, governance,
    word_classes::{is_month, is_word},
};
use crate::{
    models::summarizer::network::{JudgedWord, RELATIONS, ShorteningStyle},
    protocol::Shortness,
    text::Word,
};

/// Subtrees with these relations to what stays may go: modifiers and additions. Subjects, objects, complements, auxiliaries, negations,
/// determiners and parts of names never go by themselves.
const OPTIONAL: [&str; 12] =
    ["acl", "advcl", "advmod", "agent", "appos", "conj", "intj", "meta", "npadvmod", "parataxis", "prep", "relcl"];
/// Words whose phrases complete what they stand beside: "of" says of what, "much" how much.
const COMPLETING: [&str; 12] =
    ["of", "much", "so", "too", "as", "even", "very", "more", "most", "enough", "such", "same"];
/// The mean of the logarithms of the odds of a phrase's words that goes, at most, as headlines are written; and of any one of them.
const LARGEST_MEAN: f32 = -0.5;
const LARGEST_ODDS: f32 = 1.5;
/// The mean as careful readers cut, at most: they would rather keep it, but not by much (read on 45 sentences of texts of other kinds:
/// with 2 some lines break).
const LARGEST_CAREFUL_MEAN: f32 = 1.0;

/// The places of a sentence that stay. All stay where nothing may go, or where what remains would be no sentence: beyond the usual
/// shortness, where less had to go.
///
/// How short is what headlines' odds decide; whether it holds is what careful readers' do, who do not grow less careful for it.
pub fn shorten_by_syntax(words: &[Word], judged: &[JudgedWord], shortness: Shortness) -> Vec<usize> {
    let all = || (0..words.len()).collect::<Vec<_>>();
    // Where several sentences stand in one, as in a message or a turn of talk, the reader saw a kind of sentence that it does not know.
    let stops = |word: &Word| matches!(word.text.as_str(), "." | "!" | "?" | "..." | ":");
    if words.len() != judged.len() || words.iter().rev().skip(2).any(stops) {
        return all();
    }
    let tree = DependencyTree::new(words, judged);
    // "equal to a third (33%) of it": without the phrase in the middle, "of" belongs to nothing.
    let is_torn = |kept: &[usize], at: usize| at > 0 && words[at].text == "of" && !kept.contains(&(at - 1));
    let holds = |kept: &Vec<usize>| {
        kept.len() < words.len()
            && !kept.iter().any(|at| is_torn(kept, *at))
            && check(words, kept, ShorteningRule::Subtrees).is_ok()
    };
    let shorter =
        ShorteningThreshold::and_lower(shortness).map(|threshold| tidied(words, &tree.without_phrases(threshold)));
    shorter.into_iter().find(holds).unwrap_or_else(all)
}

/// A sentence's dependencies with the odds of its words.
struct DependencyTree<'a> {
    texts: Vec<&'a str>,
    relations: Vec<&'static str>,
    judged: &'a [JudgedWord],
    children: Vec<Vec<usize>>,
    roots: Vec<usize>,
    /// The places between each pair of brackets.
    brackets: Vec<Range<usize>>,
}

impl<'a> DependencyTree<'a> {
    fn new(words: &'a [Word], judged: &'a [JudgedWord]) -> Self {
        let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
        let (mut children, mut roots) = (vec![Vec::new(); words.len()], Vec::new());
        for at in 0..words.len() {
            // The heads were found one by one: where they lead in a circle, each of the circle counts as a root.
            match judged[at].head {
                head if head != at && head < words.len() && !leads_back(judged, at) => children[head].push(at),
                _ => roots.push(at),
            }
        }
        let (mut open, mut brackets) = (Vec::new(), Vec::new());
        for (at, text) in texts.iter().enumerate() {
            match *text {
                "(" | "[" => open.push(at),
                ")" | "]" => brackets.extend(open.pop().map(|open| open + 1..at)),
                _ => {}
            }
        }
        let relations = judged.iter().map(|word| RELATIONS.get(word.relation).copied().unwrap_or("dep")).collect();
        Self { texts, relations, judged, children, roots, brackets }
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

    /// Whether a phrase may go at all: what remains stays true and whole, and neither headlines nor careful readers would miss it.
    fn may_go(&self, root: usize, threshold: ShorteningThreshold) -> bool {
        let phrase = self.subtree(root);
        let spoken: Vec<usize> = phrase.iter().copied().filter(|at| is_word(self.texts[*at])).collect();
        let governs = |at: &usize| governance(self.texts[*at]).is_some() && !is_month(&self.texts, *at);
        // "except for the tower": what a word governs belongs to it.
        let is_governed = governs(&self.judged[root].head);
        if spoken.is_empty()
            || !OPTIONAL.contains(&self.relations[root])
            || COMPLETING.contains(&self.texts[root])
            || is_governed
            || phrase.iter().any(governs)
        {
            return false;
        }
        // In one piece: where it is not, a head was mistaken.
        let (first, last) = phrase.iter().fold((root, root), |(first, last), at| (first.min(*at), last.max(*at)));
        let in_one_piece = (first..=last).all(|at| phrase.contains(&at) || !is_word(self.texts[at]));
        let last_word = spoken.iter().copied().max().unwrap_or(last);
        // Behind it a mark stands, or nothing: "equal [to a third] of it" breaks.
        let ends_apart = self.texts.get(last_word + 1).is_none_or(|next| !is_word(next) && *next != "-");
        // Of what stands in brackets, all or nothing.
        let opened = |inside: &Range<usize>| {
            let words = || inside.clone().filter(|at| is_word(self.texts[*at]));
            words().any(|at| phrase.contains(&at)) && !words().all(|at| phrase.contains(&at))
        };
        let mean = |style: ShorteningStyle| {
            let odds = spoken.iter().map(|at| self.judged[*at].kept[style.index()]);
            odds.sum::<f32>() / spoken.len() as f32
        };
        in_one_piece
            && ends_apart
            && !self.brackets.iter().any(opened)
            && mean(ShorteningStyle::Headline) <= LARGEST_MEAN + threshold.odds()
            && mean(ShorteningStyle::Careful) <= LARGEST_CAREFUL_MEAN + threshold.odds().min(0.0)
            && spoken
                .iter()
                .all(|at| self.judged[*at].kept[ShorteningStyle::Headline.index()] <= LARGEST_ODDS + threshold.odds())
    }

    /// Whether each word's subtree goes: those whose words, less what goes below, are worth less than nothing.
    fn going(&self, threshold: ShorteningThreshold) -> Vec<bool> {
        let top_down: Vec<usize> = self.roots.iter().flat_map(|root| self.subtree(*root)).collect();
        let odds = |at: usize| match is_word(self.texts[at]) {
            true => self.judged[at].kept[ShorteningStyle::Headline.index()] - threshold.odds(),
            false => 0.0,
        };
        let mut worth: Vec<f32> = (0..self.texts.len()).map(odds).collect();
        let mut goes = vec![false; self.texts.len()];
        for at in top_down.into_iter().rev() {
            for child in &self.children[at] {
                goes[*child] = worth[*child] < 0.0 && self.may_go(*child, threshold);
                if !goes[*child] {
                    worth[at] += worth[*child];
                }
            }
        }
        goes
    }

    /// What stays.
    fn without_phrases(&self, threshold: ShorteningThreshold) -> Vec<usize> {
        let goes = self.going(threshold);
        let (mut kept, mut open) = (Vec::new(), self.roots.clone());
        while let Some(at) = open.pop() {
            kept.push(at);
            let joined = |other: &usize| self.relations[*other] == "conj";
            let joins_nothing = self.children[at].iter().any(joined)
                && !self.children[at].iter().any(|other| joined(other) && !goes[*other]);
            // "and" goes with the last of what it joins.
            let alone = |child: usize| joins_nothing && matches!(self.relations[child], "cc" | "preconj");
            open.extend(self.children[at].iter().copied().filter(|child| !goes[*child] && !alone(*child)));
        }
        kept.sort_unstable();
        kept
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
        let opens_quotation = tidy.iter().filter(|at| text(**at) == "\"").count() % 2 == 1;
        let behind_mark = before.is_none_or(|before| {
            let ends = matches!(text(before), ")" | "]") || text(before) == "\"" && !opens_quotation;
            !is_word(text(before)) && !ends
        });
        if separates(at) && behind_mark {
            continue;
        }
        if before.is_some_and(|before| separates(before) && was_set_apart(words, before, at)) {
            tidy.pop();
        }
        tidy.push(at);
    }
    // Brackets with nothing inside.
    while let Some(at) =
        tidy.windows(2).position(|pair| matches!((text(pair[0]), text(pair[1])), ("(", ")") | ("[", "]")))
    {
        tidy.drain(at..at + 2);
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
        let kept = shorten_by_syntax(&words, &judged, Shortness::DEFAULT);
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
    fn a_choice_of_shortness_moves_what_goes() {
        let rows = [
            ("the", 1, "det", true),
            ("company", 2, "nsubj", true),
            ("opened", 2, "ROOT", true),
            ("a", 4, "det", true),
            ("shop", 2, "dobj", true),
            ("in", 2, "prep", true),
            ("town", 5, "pobj", true),
            (",", 2, "punct", true),
            ("after", 2, "prep", true),
            ("years", 8, "pobj", true),
            (".", 2, "punct", true),
        ];
        let (words, mut judged) = parsed(&rows);
        // Headlines would leave out the years, and sooner or later the town; careful readers would miss neither much.
        let headline = ShorteningStyle::Headline.index();
        for (word, odds) in judged.iter_mut().zip([6.0, 6.0, 6.0, 6.0, 6.0, 0.5, 0.5, 0.0, -2.0, -2.0, 6.0]) {
            word.kept = [-4.0; ShorteningStyle::COUNT];
            word.kept[headline] = odds;
        }
        let line = |percent: f64, judged: &[JudgedWord]| {
            let kept = shorten_by_syntax(&words, judged, Shortness::try_from(percent).unwrap());
            kept.into_iter().map(|at| words[at].text.clone()).collect::<Vec<_>>().join(" ")
        };
        let whole = "the company opened a shop in town , after years .";
        assert_eq!(line(0.0, &judged), whole);
        assert_eq!(line(5.0, &judged), whole);
        assert_eq!(line(50.0, &judged), "the company opened a shop in town .");
        assert_eq!(line(100.0, &judged), "the company opened a shop .");
        // Whom it would harm is asked at every shortness.
        judged.iter_mut().for_each(|word| word.kept[ShorteningStyle::Careful.index()] = 3.0);
        assert_eq!(line(100.0, &judged), whole);
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
    fn what_completes_and_a_part_of_a_bracket_stay() {
        let rows = [
            ("none", 5, "nsubj", true),
            ("of", 0, "prep", false),
            ("them", 1, "pobj", false),
            ("(", 4, "punct", true),
            ("both", 0, "appos", true),
            ("sail", 5, "ROOT", true),
            (".", 5, "punct", true),
        ];
        assert!(line(&rows).starts_with("none of them"));
        let rows = [
            ("boats", 6, "nsubj", true),
            ("(", 2, "punct", true),
            ("built", 0, "acl", false),
            ("here", 2, "advmod", false),
            (")", 2, "punct", true),
            ("still", 6, "advmod", true),
            ("sail", 6, "ROOT", true),
            (".", 6, "punct", true),
        ];
        assert_eq!(line(&rows), "boats still sail .");
        let mut half = rows;
        half[2].3 = true;
        assert_eq!(line(&half), "boats ( built here ) still sail .");
    }

    #[test]
    fn no_comma_opens_a_quotation() {
        let rows = [
            ("\"", 5, "punct", true),
            ("in", 5, "prep", false),
            ("summer", 1, "pobj", false),
            (",", 5, "punct", true),
            ("boats", 5, "nsubj", true),
            ("sail", 5, "ROOT", true),
            ("\"", 5, "punct", true),
            (".", 5, "punct", true),
        ];
        assert_eq!(line(&rows), "\" boats sail \" .");
    }

    #[test]
    fn what_runs_on_and_several_sentences_stay() {
        let rows = [
            ("fees", 1, "nsubj", true),
            ("equal", 1, "ROOT", true),
            ("to", 1, "prep", false),
            ("half", 2, "pobj", false),
            ("of", 1, "prep", true),
            ("it", 4, "pobj", true),
            (".", 1, "punct", true),
        ];
        assert_eq!(line(&rows), "fees equal to half of it .");
        let rows = [
            ("boats", 1, "nsubj", true),
            ("sail", 1, "ROOT", true),
            (".", 1, "punct", true),
            ("birds", 4, "nsubj", true),
            ("fly", 1, "parataxis", true),
            ("away", 4, "advmod", false),
            (".", 4, "punct", true),
        ];
        assert_eq!(line(&rows), "boats sail . birds fly away .");
    }

    #[test]
    fn heads_in_a_circle_are_roots() {
        let rows =
            [("boats", 1, "nsubj", true), ("sail", 2, "dep", true), ("far", 1, "dep", false), (".", 1, "punct", true)];
        assert_eq!(line(&rows), "boats sail far .");
    }
}
