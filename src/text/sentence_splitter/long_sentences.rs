//! Where a sentence is cut that is too long to be read, scored and shown as one.

/// Longer sentences are cut, at a comma if there is one: without any mark at all, a text would be one sentence.
pub const LONGEST_SENTENCE: usize = 120;
/// Longer stretches of speech that nobody punctuated are cut, as a reader would breathe.
pub const LONGEST_SPEECH: usize = 60;
/// Fewer words are no piece of their own.
const SHORTEST_PIECE: usize = 8;

/// Lower-cased words in order, and whether white space follows each.
pub(super) trait WordSequence {
    fn word(&self, at: usize) -> &str;
    fn is_apart(&self, at: usize) -> bool;
}

/// Cuts the words from `start` to `end` into pieces and calls `piece` with each piece's end. Time is proportional to the words.
pub(super) fn cut(words: &impl WordSequence, start: usize, end: usize, mut piece: impl FnMut(usize)) {
    let is_speech = end - start > LONGEST_SPEECH && is_speech(words, start, end);
    let longest = if is_speech { LONGEST_SPEECH } else { LONGEST_SENTENCE };
    let mut start = start;
    while end - start > longest {
        let at = if is_speech { breath(words, start, end) } else { comma(words, start) };
        piece(at);
        start = at;
    }
    if start < end {
        piece(end);
    }
}

/// Whether words have hardly a mark: fewer than one in 30, and none at the end unless there are too many for any sentence.
fn is_speech(words: &impl WordSequence, start: usize, end: usize) -> bool {
    let is_mark =
        |at: usize| matches!(words.word(at), "," | ";" | ":" | "--" | "." | "!" | "?" | "..." | "\"" | "(" | "|");
    let closed = matches!(words.word(end - 1), "." | "!" | "?" | "..." | "\"" | ")");
    let marks = (start..end).filter(|at| is_mark(*at)).count();
    marks * 30 < end - start && !(closed && end - start <= LONGEST_SENTENCE)
}

/// The last comma in the second half of the longest sentence, or its end.
fn comma(words: &impl WordSequence, start: usize) -> usize {
    let last = start + LONGEST_SENTENCE;
    (start + LONGEST_SENTENCE / 2..last)
        .rev()
        .find(|at| matches!(words.word(*at), "," | ";" | ":" | "--") && words.is_apart(*at))
        .map_or(last, |at| at + 1)
}

/// The first word after the place where speech is cut best: the last good place that leaves a piece on either side.
fn breath(words: &impl WordSequence, start: usize, end: usize) -> usize {
    let last = (start + LONGEST_SPEECH).min(end - SHORTEST_PIECE);
    let places = || {
        (start + LONGEST_SPEECH / 3..=last)
            .rev()
            .filter(|at| !is_loose_end(words.word(at - 1)) && words.word(*at).starts_with(char::is_alphanumeric))
    };
    let joins = |at: &usize| is_joint(words.word(*at));
    let clause = |at: &usize| joins(at) && is_subject(words.word(at + 1));
    let comma = |at: &usize| matches!(words.word(at - 1), "," | ";");
    places()
        .find(|at| clause(at) || comma(at) && joins(at))
        .or_else(|| places().find(comma))
        .or_else(|| places().find(joins))
        .or_else(|| places().next())
        .unwrap_or(last)
}

/// Words that join clauses.
fn is_joint(word: &str) -> bool {
    matches!(
        word,
        "and"
            | "so"
            | "but"
            | "then"
            | "because"
            | "or"
            | "which"
            | "when"
            | "while"
            | "until"
            | "although"
            | "though"
            | "where"
            | "if"
            | "since"
            | "unless"
            | "except"
    )
}

/// Words that begin a clause after such a word.
fn is_subject(word: &str) -> bool {
    matches!(
        word,
        "i" | "you"
            | "he"
            | "she"
            | "it"
            | "we"
            | "they"
            | "there"
            | "this"
            | "that"
            | "these"
            | "those"
            | "the"
            | "a"
            | "an"
            | "my"
            | "your"
            | "his"
            | "her"
            | "our"
            | "their"
            | "its"
            | "nobody"
            | "everybody"
            | "everyone"
            | "someone"
            | "people"
            | "what"
            | "then"
            | "now"
            | "some"
            | "all"
            | "no"
            | "so"
            | "because"
            | "if"
            | "when"
    )
}

/// Words that no piece ends on, since they belong to what follows.
fn is_loose_end(word: &str) -> bool {
    is_joint(word)
        || matches!(
            word,
            "the"
                | "a"
                | "an"
                | "of"
                | "to"
                | "in"
                | "on"
                | "at"
                | "by"
                | "for"
                | "from"
                | "with"
                | "into"
                | "as"
                | "than"
                | "that"
                | "my"
                | "your"
                | "his"
                | "her"
                | "our"
                | "their"
                | "its"
                | "this"
                | "these"
                | "those"
                | "is"
                | "are"
                | "was"
                | "were"
                | "be"
                | "been"
                | "has"
                | "have"
                | "had"
                | "not"
                | "no"
                | "very"
                | "will"
                | "would"
                | "can"
                | "could"
                | "should"
                | "do"
                | "does"
                | "did"
                | "we"
                | "i"
                | "he"
                | "she"
                | "they"
                | "you"
                | "about"
                | "under"
                | "over"
                | "between"
                | "who"
                | "whose"
                | "how"
                | "why"
                | "what"
                | "("
                | "["
                | "$"
                | "-"
                | "--"
                | "every"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Spoken(Vec<String>);

    impl WordSequence for Spoken {
        fn word(&self, at: usize) -> &str {
            self.0.get(at).map_or("", String::as_str)
        }

        fn is_apart(&self, _: usize) -> bool {
            true
        }
    }

    fn pieces(text: &str) -> Vec<String> {
        let words = Spoken(text.split_whitespace().map(str::to_owned).collect());
        let (mut start, mut pieces) = (0, Vec::new());
        cut(&words, 0, words.0.len(), |end| {
            pieces.push(words.0[start..end].join(" "));
            start = end;
        });
        assert_eq!(start, words.0.len());
        pieces
    }

    #[test]
    fn speech_is_cut_between_clauses() {
        let text = "we rowed out to the island early in the morning and it was cold and grey and there was a wind from the north that \
                    went through everything we had on and my sister said that we should turn back but the old man at the oars \
                    laughed and told us that it was nothing and then the sun came out over the hill and we saw the seals on the \
                    rocks below the light";
        let pieces = pieces(text);
        assert_eq!(pieces.len(), 2, "{pieces:?}");
        assert!(
            pieces[0].ends_with("oars laughed") || pieces[1].starts_with("and ") || pieces[1].starts_with("but "),
            "{pieces:?}"
        );
    }

    #[test]
    fn no_piece_ends_on_a_loose_word() {
        let text = "of the boat to the quay ".repeat(60);
        let pieces = pieces(&text);
        assert!(pieces.iter().all(|piece| piece.split(' ').count() <= LONGEST_SPEECH), "{pieces:?}");
        let ends = pieces.iter().filter_map(|piece| piece.split(' ').next_back());
        assert!(ends.clone().all(|end| !is_loose_end(end)), "{:?}", ends.collect::<Vec<_>>());
    }

    #[test]
    fn sentences_with_marks_may_be_longer() {
        let text = format!("{}, {} .", "word ".repeat(50).trim(), "word ".repeat(50).trim());
        assert_eq!(pieces(&text).len(), 1);
        assert_eq!(
            pieces(&"the ".repeat(200)).iter().map(|piece| piece.split(' ').count()).max(),
            Some(LONGEST_SPEECH)
        );
        assert_eq!(pieces("").len(), 0);
    }
}
