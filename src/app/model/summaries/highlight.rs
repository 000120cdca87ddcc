//! Highlighting: which sentences and words of the source belong to a position in the summary. Pure functions.

use std::collections::BTreeSet;

use crate::protocol::{SourceAnalysis, SummaryLine, SummaryWord, WordOrigin};

/// A position in a summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SummaryPosition {
    /// The index of a line.
    pub line: usize,
    /// The index of a word in it; none for the line as a whole.
    pub word: Option<usize>,
}

/// A highlighted word of the source.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct HighlightedWord {
    /// Its index.
    pub word: u32,
    /// Its attention from 0 to 1, relative to the largest.
    pub share: f32,
    /// Whether the model copied it.
    pub copied: bool,
}

/// The highlighted parts of the source.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Highlight {
    /// Sentences, in order.
    pub sentences: Vec<u32>,
    /// Words, in order.
    pub words: Vec<HighlightedWord>,
    /// The words that the line leaves out, in order.
    pub cut: Vec<u32>,
}

impl Highlight {
    /// The highlight for a position in a line, given the analyzed text.
    pub fn of(line: &SummaryLine, point: SummaryPosition, source: Option<&SourceAnalysis>) -> Self {
        let mut sentences = line.sources.clone();
        sentences.sort_unstable();
        sentences.dedup();
        let mut words: Vec<HighlightedWord> = Vec::new();
        if let Some(word) = point.word.and_then(|word| line.words.get(word)) {
            let most = word.attention.iter().map(|(_, share)| *share).fold(f32::MIN_POSITIVE, f32::max);
            words.extend(word.attention.iter().map(|(word, share)| HighlightedWord {
                word: *word,
                share: (share / most).clamp(0.0, 1.0),
                copied: false,
            }));
            if let WordOrigin::Copied { word: copied } = word.origin {
                words.retain(|one| one.word != copied);
                words.push(HighlightedWord { word: copied, share: 1.0, copied: true });
            }
            words.sort_by_key(|one| one.word);
        }
        let cut = source.map(|source| cut_words(line, source)).unwrap_or_default();
        Self { sentences, words, cut }
    }

    /// The part of it that lies in these sentences and words.
    pub fn within(&self, sentences: std::ops::Range<u32>, words: std::ops::Range<u32>) -> Self {
        Self {
            sentences: self.sentences.iter().copied().filter(|one| sentences.contains(one)).collect(),
            words: self.words.iter().copied().filter(|one| words.contains(&one.word)).collect(),
            cut: self.cut.iter().copied().filter(|one| words.contains(one)).collect(),
        }
    }

    /// The sentence to scroll to: that of the copied word, or the first one.
    pub fn first_sentence(&self, source: &SourceAnalysis) -> Option<u32> {
        let copied = self.words.iter().find(|one| one.copied).and_then(|one| sentence_of(source, one.word));
        copied.or_else(|| self.sentences.first().copied())
    }
}

/// The words of its sentence that a shortened line leaves out, in order; none of a line that is no shortened sentence.
pub fn cut_words(line: &SummaryLine, source: &SourceAnalysis) -> Vec<u32> {
    let Some(whole) = &line.whole else { return Vec::new() };
    // The number of an item of a list is in no line, and is not cut.
    let copied = |word: &SummaryWord| if let WordOrigin::Copied { word } = word.origin { Some(word) } else { None };
    let all: BTreeSet<u32> = whole.words.iter().filter_map(copied).collect();
    let sentences = line.sources.iter().filter_map(|index| source.sentences.get(*index as usize));
    let said: Vec<u32> = line
        .words
        .iter()
        .filter_map(|word| match word.origin {
            WordOrigin::Copied { word } => Some(word),
            // What the model wrote is there too, where it looked.
            WordOrigin::InSource => word.attention.first().map(|(word, _)| *word),
            WordOrigin::New => None,
        })
        .collect();
    let words = sentences.flat_map(|sentence| words_in(source, sentence.span));
    let cut: BTreeSet<u32> = words.filter(|word| all.contains(word) && !said.contains(word)).collect();
    cut.into_iter().collect()
}

/// A part of a sentence that looks the same all over.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SourceSegment {
    /// Its span.
    pub span: [u32; 2],
    /// The highlighted word that it is.
    pub lit: Option<HighlightedWord>,
    /// Whether the line leaves it out.
    pub cut: bool,
}

/// The segments of a span of the source. Words that are left out one after the other are one segment, with what is between them.
pub fn segments(source: &SourceAnalysis, [from, to]: [u32; 2], lit: &Highlight) -> Vec<SourceSegment> {
    let mut found: Vec<SourceSegment> = Vec::new();
    let mut push = |span: [u32; 2], lit: Option<HighlightedWord>, cut: bool| match found.last_mut() {
        _ if span[0] >= span[1] => {}
        Some(last) if last.lit.is_none() && lit.is_none() && last.cut == cut => last.span[1] = span[1],
        _ => found.push(SourceSegment { span, lit, cut }),
    };
    let (mut at, mut after_cut) = (from, false);
    for index in words_in(source, [from, to]) {
        let word = source.words[index as usize];
        let cut = lit.cut.binary_search(&index).is_ok();
        push([at, word[0]], None, cut && after_cut);
        push(word, lit.words.iter().copied().find(|one| one.word == index), cut);
        (at, after_cut) = (word[1], cut);
    }
    push([at, to], None, false);
    found
}

/// The text of a span; empty where the span is not valid for the text.
pub fn slice(text: &str, [from, to]: [u32; 2]) -> &str {
    text.get(from as usize..to as usize).unwrap_or_default()
}

/// The sentence that contains a word.
pub fn sentence_of(source: &SourceAnalysis, word: u32) -> Option<u32> {
    let [from, _] = *source.words.get(word as usize)?;
    let after = source.sentences.partition_point(|sentence| sentence.span[0] <= from);
    let index = after.checked_sub(1)?;
    (from < source.sentences[index].span[1]).then_some(index as u32)
}

/// The words that start within a span, as a range of indices.
pub fn words_in(source: &SourceAnalysis, [from, to]: [u32; 2]) -> std::ops::Range<u32> {
    let place = |at: u32| source.words.partition_point(|word| word[0] < at) as u32;
    place(from)..place(to)
}

/// A mark of the salience strip: one sentence, or several adjacent ones where there are too many to tell apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SalienceMark {
    /// The first sentence.
    pub first: u32,
    /// The last sentence.
    pub last: u32,
    /// Its share of the length of the text.
    pub height: f32,
    /// The highest salience in it, from 0 to 1.
    pub salience: f32,
}

/// The marks of a source, at most `most`.
pub fn marks(source: &SourceAnalysis, most: usize) -> Vec<SalienceMark> {
    let count = source.sentences.len();
    let bytes = |span: [u32; 2]| span[1].saturating_sub(span[0]) as f32;
    let total: f32 = source.sentences.iter().map(|one| bytes(one.span)).sum::<f32>().max(1.0);
    let size = count.div_ceil(most.max(1)).max(1);
    source
        .sentences
        .chunks(size)
        .enumerate()
        .map(|(index, chunk)| SalienceMark {
            first: (index * size) as u32,
            last: (index * size + chunk.len() - 1) as u32,
            height: chunk.iter().map(|one| bytes(one.span)).sum::<f32>() / total,
            salience: chunk.iter().map(|one| one.salience).fold(0.0, f32::max).clamp(0.0, 1.0),
        })
        .collect()
}

/// The positions that mouse, keyboard and clicks point at.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PointerState {
    /// The position under the mouse.
    pub hover: Option<SummaryPosition>,
    /// The position with the keyboard focus.
    pub focus: Option<SummaryPosition>,
    /// The position that was clicked, until another is.
    pub pin: Option<SummaryPosition>,
}

impl PointerState {
    /// The position that is shown: that of the mouse, else that of the keyboard, else the clicked one.
    pub fn point(self) -> Option<SummaryPosition> {
        self.hover.or(self.focus).or(self.pin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Language, LineSource, SourceSentence, WholeSentence};

    fn source() -> SourceAnalysis {
        // "Ab cd. Ef."
        SourceAnalysis {
            sentences: vec![
                SourceSentence { span: [0, 6], salience: 0.2 },
                SourceSentence { span: [7, 10], salience: 0.9 },
            ],
            words: vec![[0, 2], [3, 5], [5, 6], [7, 9], [9, 10]],
            baseline: Vec::new(),
            language: Language::English,
            language_name: None,
            skipped: Vec::new(),
        }
    }

    fn line() -> SummaryLine {
        SummaryLine {
            index: 0,
            text: "cd ef".into(),
            words: vec![
                SummaryWord {
                    span: [0, 2],
                    origin: WordOrigin::Copied { word: 1 },
                    attention: vec![(1, 0.6), (0, 0.3)],
                },
                SummaryWord { span: [3, 5], origin: WordOrigin::New, attention: vec![(3, 0.5)] },
            ],
            sources: vec![1, 0, 1],
            making: LineSource::Rewritten,
            finished: true,
            whole: None,
            reason: None,
        }
    }

    #[test]
    fn words_know_their_sentence() {
        let source = source();
        let of: Vec<_> = (0..6).map(|word| sentence_of(&source, word)).collect();
        assert_eq!(of, [Some(0), Some(0), Some(0), Some(1), Some(1), None]);
        assert_eq!(words_in(&source, [7, 10]), 3..5);
    }

    #[test]
    fn a_line_lights_sentences_and_a_word_what_it_looked_at() {
        let line = line();
        assert_eq!(Highlight::of(&line, SummaryPosition { line: 0, word: None }, None).sentences, [0, 1]);
        let lit = Highlight::of(&line, SummaryPosition { line: 0, word: Some(0) }, None);
        assert_eq!(lit.words[0], HighlightedWord { word: 0, share: 0.5, copied: false });
        assert_eq!(lit.words[1], HighlightedWord { word: 1, share: 1.0, copied: true });
        assert_eq!(lit.first_sentence(&source()), Some(0));
        assert!(lit.within(1..2, 3..5).words.is_empty());
        assert!(
            Highlight::of(&line, SummaryPosition { line: 0, word: Some(9) }, None).words.is_empty(),
            "a word that is not there"
        );
    }

    #[test]
    fn what_a_shortened_line_leaves_out_is_cut() {
        let (source, mut line) = (source(), line());
        line.words[1] = SummaryWord { span: [3, 5], origin: WordOrigin::InSource, attention: vec![(3, 0.5)] };
        let point = SummaryPosition { line: 0, word: None };
        assert!(Highlight::of(&line, point, Some(&source)).cut.is_empty(), "it is no shortened sentence");
        let copied = |word| SummaryWord { span: [0, 0], origin: WordOrigin::Copied { word }, attention: Vec::new() };
        line.whole = Some(Box::new(WholeSentence { text: "Ab cd.".into(), words: (0..5).map(copied).collect() }));
        assert_eq!(Highlight::of(&line, point, Some(&source)).cut, [0, 2, 4]);
        line.sources = vec![0];
        let lit = Highlight::of(&line, point, Some(&source));
        assert_eq!((&lit.cut, lit.within(0..1, 1..3).cut), (&vec![0, 2], vec![2]));
        let plain = |span, cut| SourceSegment { span, lit: None, cut };
        assert_eq!(
            segments(&source, [0, 6], &lit),
            [plain([0, 2], true), plain([2, 5], false), plain([5, 6], true)],
            "the space before a word that stays is not cut"
        );
        // A word that is pointed at stands for itself, and words without one between them go together.
        let word = Highlight::of(&line, SummaryPosition { line: 0, word: Some(0) }, Some(&source));
        let lights: Vec<_> = segments(&source, [0, 6], &word).iter().map(|one| (one.lit.is_some(), one.cut)).collect();
        assert_eq!(lights, [(true, true), (false, false), (true, false), (false, true)]);
        let all = Highlight { cut: vec![0, 1, 2], ..Highlight::default() };
        assert_eq!(segments(&source, [0, 6], &all), [plain([0, 6], true)]);
        assert_eq!(segments(&source, [0, 6], &Highlight::default()), [plain([0, 6], false)]);
    }

    #[test]
    fn marks_are_sentences_until_there_are_too_many() {
        let marks = marks(&source(), 10);
        assert_eq!(marks.len(), 2);
        assert!((marks[0].height - 6.0 / 9.0).abs() < 1e-6);
        let one = super::marks(&source(), 1);
        assert_eq!((one.len(), one[0].first, one[0].last, one[0].salience), (1, 0, 1, 0.9));
    }

    #[test]
    fn a_span_that_is_none_of_the_text_is_nothing() {
        assert_eq!(slice("Grüße", [0, 2]), "Gr");
        assert_eq!(slice("Grüße", [3, 4]), "", "in the middle of a letter");
        assert_eq!(slice("Grüße", [4, 900]), "");
    }
}
