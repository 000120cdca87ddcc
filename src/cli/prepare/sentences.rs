//! `inkling prepare sentences`: texts split as the summarizer splits them, for the scripts that train it.

use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use crate::{
    cli::datasets::jsonl,
    models::summarizer::split_sentences,
    text::{BlockKind, CleanText},
};

/// A text's sentences.
#[derive(Debug, Serialize)]
struct SplitText {
    id: String,
    sentences: Vec<SplitSentence>,
}

/// A sentence, with what the scripts need to know of it.
#[derive(Debug, PartialEq, Eq, Serialize)]
struct SplitSentence {
    /// As it stands in the clean text, line breaks included.
    text: String,
    /// The place of its block among the text's; −1 where it is in none.
    block: i64,
    /// What the block is; `none` where it is in none.
    kind: &'static str,
    /// Its words and marks in the form that the vocabulary cuts into pieces, with spaces between them.
    words: String,
    /// The same as they are written.
    raw: Vec<String>,
}

/// Prints a JSON line a text.
pub fn run(data: &Path, verbatim: bool) -> Result<()> {
    for (at, row) in jsonl::open(data)?.enumerate() {
        let row = row?.with_context(|| format!("line {} of {}", at + 1, data.display()))?;
        let text = SplitText { id: row.id, sentences: split(&row.text, verbatim) };
        print_line!("{}", serde_json::to_string(&text)?)?;
    }
    Ok(())
}

fn split(text: &str, verbatim: bool) -> Vec<SplitSentence> {
    let clean = if verbatim { CleanText::verbatim(text) } else { CleanText::read(text, &[], &|_| false) };
    let document = split_sentences(&clean);
    let sentences = document.sentences.iter().map(|sentence| {
        let start = sentence.span.start;
        let block = clean.block_index(start).filter(|block| clean.blocks[*block].span.contains(&start));
        let words = document.words_of(sentence);
        SplitSentence {
            text: clean.text[sentence.span.clone()].to_owned(),
            block: block.map_or(-1, |block| block as i64),
            kind: block.map_or("none", |block| kind_name(clean.blocks[block].kind)),
            words: words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" "),
            raw: words.iter().map(|word| clean.text[word.span.clone()].to_owned()).collect(),
        }
    });
    sentences.collect()
}

/// What the scripts call a kind of block.
fn kind_name(kind: BlockKind) -> &'static str {
    match kind {
        BlockKind::Paragraph => "Paragraph",
        BlockKind::Heading => "Heading",
        BlockKind::ListItem => "ListItem",
        BlockKind::Speech => "Speech",
        BlockKind::Quotation => "Quotation",
        BlockKind::Caption => "Caption",
        BlockKind::Courtesy => "Courtesy",
        BlockKind::Label => "Label",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_know_their_words_and_blocks() {
        let text = "The old ferry\n\nThe ferry’s engine broke on Monday. It was\nrepaired by Ann Harper in two days.\n\nNobody \
                    had expected that it would sail again this summer.";
        let split = split(text, false);
        let blocks: Vec<_> = split.iter().map(|sentence| (sentence.block, sentence.kind)).collect();
        assert_eq!(blocks, [(0, "Heading"), (1, "Paragraph"), (1, "Paragraph"), (2, "Paragraph")]);
        assert_eq!(split[1].words, "the ferry 's engine broke on monday .");
        assert_eq!(split[1].raw, ["The", "ferry", "’s", "engine", "broke", "on", "Monday", "."]);
        for sentence in &split {
            assert_eq!(sentence.words.split(' ').count(), sentence.raw.len());
        }
    }

    #[test]
    fn a_message_is_one_sentence_unless_it_is_taken_as_it_is() {
        let chat = "Ann: The ferry is late. It will sail at nine.\nBob: I see. Thanks for telling me.\nAnn: Sorry about that. \
                    The engine broke again.\nBob: No harm done. I have a book with me.";
        let speech = split(chat, false);
        assert!(speech.iter().all(|sentence| sentence.kind == "Speech"), "{speech:?}");
        assert_eq!(speech.len(), 4);
        let verbatim = split(chat, true);
        assert!(verbatim.len() > 4 && verbatim.iter().all(|sentence| sentence.block == 0), "{verbatim:?}");
    }
}
