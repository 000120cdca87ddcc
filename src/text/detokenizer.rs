//! From pieces back to a text that one can read: spelling and capitals from the source, spaces by rule.
//!
//! The model writes lower-cased pieces. A word that it copied is the source's word, byte for byte. A word that it wrote itself takes the
//! capitals that the source gives it, if it stands there; else it must be in the list of words, or it is made up, and whoever asked
//! is told so.

use std::{collections::HashMap, ops::Range};

use super::{Document, Encoding, Lexicon, TokenId, WordPieceVocabulary, abbreviations::starts_sentence};

/// One piece of an output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputToken {
    /// The piece.
    pub id: TokenId,
    /// The piece of the source that it was copied from, as an index into the source's [`Encoding`].
    pub source: Option<usize>,
}

/// Where a word of an output comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TokenOrigin {
    /// It was copied from this word of the source, an index into its document's words.
    Copied(usize),
    /// The model wrote it, and the source holds it too.
    InSource,
    /// The model wrote it, and it is a word.
    Listed,
    /// The model put it together, and nobody knows it: not to be said.
    MadeUp,
}

/// One word of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputWord {
    /// Its bytes in the restored text.
    pub span: Range<usize>,
    /// Where it comes from.
    pub origin: TokenOrigin,
    /// Its pieces, as indices into the output.
    pub tokens: Range<usize>,
}

/// An output as it is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DetokenizedText {
    /// The text.
    pub text: String,
    /// Its words, in order.
    pub words: Vec<OutputWord>,
}

impl DetokenizedText {
    /// Whether it holds a word that nobody knows.
    pub fn is_made_up(&self) -> bool {
        self.words.iter().any(|word| word.origin == TokenOrigin::MadeUp)
    }
}

/// A source, ready to give outputs their spelling and capitals.
pub struct Detokenizer<'a> {
    text: &'a str,
    document: &'a Document,
    encoding: &'a Encoding,
    vocabulary: &'a WordPieceVocabulary,
    list: &'a Lexicon,
    /// For each word, where the source holds it.
    places: HashMap<&'a str, Vec<usize>>,
    /// For each word of the source, whether it is the first of a sentence, and has its capital from that.
    begins: Vec<bool>,
}

/// So many places of a word are looked at: the commonest words stand everywhere.
const PLACES: usize = 64;

/// A word that is being put together.
struct WordBuilder {
    normal: String,
    /// The word of the source that all of its pieces are of, one after the other.
    copied: Option<usize>,
    tokens: Range<usize>,
}

impl<'a> Detokenizer<'a> {
    /// Reads a source once, for any number of outputs.
    pub fn new(
        text: &'a str,
        document: &'a Document,
        encoding: &'a Encoding,
        vocabulary: &'a WordPieceVocabulary,
        list: &'a Lexicon,
    ) -> Self {
        let mut places: HashMap<&str, Vec<usize>> = HashMap::with_capacity(document.words.len());
        let mut begins = vec![false; document.words.len()];
        for sentence in &document.sentences {
            let mut first = true;
            for at in sentence.words.clone() {
                let word = &document.words[at];
                begins[at] = first;
                places.entry(&word.text).or_default().push(at);
                // Quotation marks and bullets do not end the beginning.
                first = (first && !word.text.contains(char::is_alphanumeric)) || word.text == ":";
            }
        }
        Self { text, document, encoding, vocabulary, list, places, begins }
    }

    /// Puts an output together. Special pieces are left out.
    pub fn restore(&self, output: &[OutputToken]) -> DetokenizedText {
        let drafts = self.drafts(output);
        let mut restored = DetokenizedText::default();
        let mut marks = OpenQuotes::default();
        let mut begins = true;
        let mut place = None;
        for (at, draft) in drafts.iter().enumerate() {
            let origin = self.origin(draft);
            let before = place;
            place = self.place(&drafts, at, before);
            let turn = marks.turn(&drafts, at);
            // A mark that was not copied stands by its turn here, not by that in the source.
            let own_turn = turn != QuoteSide::None && draft.copied.is_none();
            let neighbors = before.zip(place).filter(|(before, place)| before + 1 == *place && !own_turn);
            let mut shown = match place {
                // Behind the same word it begins the same thing.
                Some(place) if neighbors.is_some() && draft.normal != "i" => self.source(place).to_owned(),
                Some(place) => self.spelled(place, draft),
                None => plain(&draft.normal).to_owned(),
            };
            // A quotation mark that was not copied opens or closes as it stands here.
            if draft.copied.is_none() && matches!(&*shown, "“" | "”") {
                shown = if turn == QuoteSide::Opens { "“" } else { "”" }.to_owned();
            }
            if begins && draft.normal.contains(char::is_alphanumeric) {
                shown = capitalized(&shown);
            }
            let spaced = match neighbors {
                // Neighbors in the source keep what was between them.
                Some((before, place)) => self.document.words[before].span.end < self.document.words[place].span.start,
                None => at > 0 && is_spaced(&drafts, at, turn, marks.before),
            };
            if spaced {
                restored.text.push(' ');
            }
            let start = restored.text.len();
            restored.text.push_str(&shown);
            restored.words.push(OutputWord { span: start..restored.text.len(), origin, tokens: draft.tokens.clone() });
            marks.before = turn;
            match &*draft.normal {
                "." | "!" | "?" => begins = true,
                normal if normal.contains(char::is_alphanumeric) => begins = false,
                _ => {}
            }
        }
        restored
    }

    /// The word of the source that gives a word of the output its spelling: the one that was copied; else the one behind the word
    /// before, or before the word behind, as names stand together; else one that is spelled as most are.
    fn place(&self, drafts: &[WordBuilder], at: usize, before: Option<usize>) -> Option<usize> {
        let draft = &drafts[at];
        if draft.copied.is_some() {
            return draft.copied;
        }
        let places = self.places.get(&*draft.normal)?;
        let places = &places[..places.len().min(PLACES)];
        if let Some(next) = before.map(|before| before + 1)
            && self.normal(next) == draft.normal
        {
            return Some(next);
        }
        let behind = drafts.get(at + 1).map(|draft| &*draft.normal);
        let together = |place: &&usize| !self.begins[**place] && Some(self.normal(**place + 1)) == behind;
        if let Some(place) = places.iter().find(together) {
            return Some(*place);
        }
        let mut counts: HashMap<&str, usize> = HashMap::new();
        let inside = places.iter().filter(|place| !self.begins[**place]);
        inside.for_each(|place| *counts.entry(self.source(*place)).or_default() += 1);
        let best = counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then_with(|| a.0.cmp(b.0)));
        match best {
            Some((spelling, _)) => {
                places.iter().find(|place| !self.begins[**place] && self.source(**place) == spelling).copied()
            }
            None => places.first().copied(),
        }
    }

    /// The pieces of an output as words.
    fn drafts(&self, output: &[OutputToken]) -> Vec<WordBuilder> {
        let mut drafts: Vec<WordBuilder> = Vec::new();
        for (at, token) in output.iter().enumerate() {
            let source = token.source.and_then(|source| Some((source, *self.encoding.words.get(source)?)));
            let (text, goes_on) = match (self.vocabulary.text(token.id), source) {
                (Some(piece), _) => piece,
                // An unknown word can be copied, as it stands.
                (None, Some((_, word))) if token.id == TokenId::UNKNOWN => (self.normal(word), false),
                (None, _) if token.id == TokenId::UNKNOWN => ("\u{fffd}", false),
                (None, _) => continue,
            };
            match drafts.last_mut() {
                Some(last) if goes_on => {
                    let follows = source.is_some_and(|(source, word)| {
                        let before = output[last.tokens.end - 1].source;
                        last.copied == Some(word) && before.map(|before| before + 1) == Some(source)
                    });
                    if !follows {
                        last.copied = None;
                    }
                    last.normal.push_str(text);
                    last.tokens.end = at + 1;
                }
                _ => drafts.push(WordBuilder {
                    normal: text.to_owned(),
                    copied: source.map(|(_, word)| word),
                    tokens: at..at + 1,
                }),
            }
        }
        // A word of which only a part was copied is the model's own.
        for draft in &mut drafts {
            draft.copied = draft.copied.filter(|word| self.normal(*word) == draft.normal);
        }
        drafts
    }

    fn normal(&self, word: usize) -> &'a str {
        self.document.words.get(word).map_or("", |word| &word.text)
    }

    fn source(&self, word: usize) -> &'a str {
        self.document.words.get(word).and_then(|word| self.text.get(word.span.clone())).unwrap_or_default()
    }

    fn origin(&self, draft: &WordBuilder) -> TokenOrigin {
        match draft.copied {
            Some(word) => TokenOrigin::Copied(word),
            None if self.places.contains_key(&*draft.normal) => TokenOrigin::InSource,
            None if draft.normal != "\u{fffd}" && self.list.is_known(&draft.normal) => TokenOrigin::Listed,
            None => TokenOrigin::MadeUp,
        }
    }

    /// A word as the source spells it at a place, but for a capital that it has only because a sentence begins there.
    fn spelled(&self, place: usize, draft: &WordBuilder) -> String {
        let source = self.source(place);
        if draft.normal == "i" {
            return "I".to_owned();
        }
        if !self.begins[place] {
            return source.to_owned();
        }
        let lower = source.to_lowercase();
        let places = self.places.get(&*draft.normal).map(Vec::as_slice).unwrap_or_default();
        let elsewhere = places.iter().take(PLACES).any(|other| !self.begins[*other] && self.source(*other) == lower);
        if elsewhere || starts_sentence(&draft.normal) { lower } else { source.to_owned() }
    }
}

/// Which way a quotation mark looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum QuoteSide {
    /// It is no quotation mark.
    #[default]
    None,
    Opens,
    Closes,
}

/// The quotations that are open.
#[derive(Default)]
struct OpenQuotes {
    double: bool,
    single: bool,
    /// What the word before was.
    before: QuoteSide,
}

impl OpenQuotes {
    /// Which way the word at a place looks, if it is a quotation mark or an apostrophe.
    fn turn(&mut self, drafts: &[WordBuilder], at: usize) -> QuoteSide {
        let last = at + 1 == drafts.len();
        let open = match &*drafts[at].normal {
            "\"" => &mut self.double,
            // The apostrophe of "the boys' toys" closes nothing, but stands as if it did.
            "'" if !self.single && at > 0 && drafts[at - 1].normal.ends_with('s') => return QuoteSide::Closes,
            "'" => &mut self.single,
            _ => return QuoteSide::None,
        };
        *open = !*open && !last;
        if *open { QuoteSide::Opens } else { QuoteSide::Closes }
    }
}

/// Whether a space stands before a word, by what the two are.
fn is_spaced(drafts: &[WordBuilder], at: usize, turn: QuoteSide, before: QuoteSide) -> bool {
    let normal = |at: usize| drafts.get(at).map_or("", |draft| &*draft.normal);
    let number = |word: &str| word.starts_with(|c: char| c.is_ascii_digit());
    match (normal(at - 1), normal(at)) {
        _ if turn == QuoteSide::Closes || before == QuoteSide::Opens => false,
        (_, "." | "," | "!" | "?" | ";" | ":" | ")" | "]" | "}" | "%" | "..." | "n't") => false,
        ("(" | "[" | "{" | "$" | "£" | "€" | "#" | "@", _) => false,
        (_, "-" | "/") | ("-" | "/", _) => false,
        (_, "'s" | "'re" | "'ve" | "'ll" | "'d" | "'m") => false,
        ("can", "not") | ("gon" | "wan", "na") | ("got", "ta") => false,
        (":", word) => !(number(word) && at > 1 && number(normal(at - 2))),
        _ => true,
    }
}

/// A word that the source does not hold, as English has it.
fn plain(normal: &str) -> &str {
    match normal {
        "i" => "I",
        "--" => "—",
        _ => normal,
    }
}

fn capitalized(word: &str) -> String {
    // iPhone and eBay keep their small letter.
    if word.chars().skip(1).any(char::is_uppercase) {
        return word.to_owned();
    }
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::text::SPECIALS;

    const SOURCE: &str = "The U.S. Senate met on Monday. \"It’s a 14-year-old law,\" Ms. O’Neil (R-Ohio) said. Senators paid $5 \
        for iPhones — 3.5% more. Officials can't wait. Zyxwv spoke; then officials left.";

    struct Set {
        vocabulary: WordPieceVocabulary,
        list: Lexicon,
    }

    fn set() -> Set {
        let letters: Vec<String> = ('!'..='~').flat_map(|c| [c.to_string(), format!("##{c}")]).collect();
        let whole = ["the", "--", "'s", "n't", "senate", "un", "##able", "mr.", "u.s.", "..."].map(String::from);
        let pieces: Vec<&str> = SPECIALS.into_iter().chain(letters.iter().chain(&whole).map(String::as_str)).collect();
        let list =
            Lexicon::to_file(["i", "he", "able", "unable", "will", "do", "n't", "not", "can", "'s", "mr.", "new", "a"]);
        Set { vocabulary: WordPieceVocabulary::new(pieces).unwrap(), list: Lexicon::parse(list.as_bytes()).unwrap() }
    }

    /// Restores words: those after `=` are copied from the source, from where it has them first.
    fn restore(words: &str) -> DetokenizedText {
        let Set { vocabulary, list } = set();
        let document = Document::read(SOURCE);
        let encoding = vocabulary.encode(SOURCE, &document);
        let mut output = Vec::new();
        let mut last = 0;
        for word in words.split(' ') {
            let (word, copied) = word.strip_prefix('=').map_or((word, false), |word| (word, true));
            if copied {
                let at =
                    (last..document.words.len()).chain(0..last).find(|at| document.words[*at].text == word).unwrap();
                last = at + 1;
                for source in encoding.tokens_of(&(at..at + 1)) {
                    output.push(OutputToken { id: encoding.ids[source], source: Some(source) });
                }
            } else {
                output.extend(vocabulary.ids(word).into_iter().map(|id| OutputToken { id, source: None }));
            }
        }
        Detokenizer::new(SOURCE, &document, &encoding, &vocabulary, &list).restore(&output)
    }

    #[test]
    fn texts_are_as_people_write_them() {
        for (words, expected) in [
            ("=the =u.s. =senate =met", "The U.S. Senate met"),
            ("=officials =met =the =senate .", "Officials met the Senate."),
            ("he said a =14 =- =year =- =old =law .", "He said a 14-year-old law."),
            ("a - year - old , new ( r ) law : 5 % .", "A-year-old, new (R) law: 5%."),
            ("\" =it ='s =a \" =law", "\"It’s a\" law"),
            ("=ms. =o'neil 's =iphones", "Ms. O’Neil’s iPhones"),
            ("i do n't =wait -- i can not", "I don't wait — I cannot"),
            ("=iphones will wait", "iPhones will wait"),
            ("$ 5 / 3.5 ...", "$5/3.5..."),
            ("he met . then he left !", "He met. Then he left!"),
            ("=paid =$ =5 =for =iphones =-- =3.5 =% =more", "Paid $5 for iPhones — 3.5% more"),
            ("senate mr. monday", "Senate mr. Monday"),
            ("he said the senate met on monday at 3 : 30 .", "He said the Senate met on Monday at 3:30."),
            ("the cats ' law \" will do \"", "The cats' law \"will do\""),
            ("he will do . \"", "He will do.\""),
            ("", ""),
        ] {
            assert_eq!(restore(words).text, expected, "{words}");
        }
    }

    #[test]
    fn every_word_knows_where_it_comes_from() {
        let restored = restore("=senate monday unable zorgable 7 .");
        let origins: Vec<_> = restored.words.iter().map(|word| word.origin.clone()).collect();
        assert_eq!(
            origins,
            [
                TokenOrigin::Copied(2),
                TokenOrigin::InSource,
                TokenOrigin::Listed,
                TokenOrigin::MadeUp,
                TokenOrigin::MadeUp,
                TokenOrigin::InSource
            ]
        );
        assert!(restored.is_made_up());
        let texts: Vec<_> = restored.words.iter().map(|word| &restored.text[word.span.clone()]).collect();
        assert_eq!(texts, ["Senate", "Monday", "unable", "zorgable", "7", "."]);
        assert!(!restore("=officials do wait").is_made_up() && !restore("=zyxwv").is_made_up());
    }

    #[test]
    fn half_a_copy_is_no_copy() {
        let Set { vocabulary, list } = set();
        let document = Document::read(SOURCE);
        let encoding = vocabulary.encode(SOURCE, &document);
        let restorer = Detokenizer::new(SOURCE, &document, &encoding, &vocabulary, &list);
        let law = document.words.iter().position(|word| word.text == "law").unwrap();
        let tokens = encoding.tokens_of(&(law..law + 1));
        // "la" without the "w", and "law" with its end from elsewhere.
        let output: Vec<_> =
            tokens.clone().take(2).map(|at| OutputToken { id: encoding.ids[at], source: Some(at) }).collect();
        assert_eq!(restorer.restore(&output).words[0].origin, TokenOrigin::MadeUp);
        let mut output: Vec<_> = tokens.map(|at| OutputToken { id: encoding.ids[at], source: Some(at) }).collect();
        output[2].source = Some(0);
        assert_eq!(restorer.restore(&output).words[0].origin, TokenOrigin::InSource);
        // Out of range, special, unknown.
        let odd = [TokenId::PAD, TokenId::UNKNOWN, TokenId::END, TokenId(60_000)]
            .map(|id| OutputToken { id, source: Some(99_999) });
        assert!(restorer.restore(&odd).is_made_up());
    }

    proptest! {
        /// A model may write anything.
        #[test]
        fn no_output_is_too_odd(output in proptest::collection::vec((0u16..220, proptest::option::of(0usize..200)), 0..40)) {
            let Set { vocabulary, list } = set();
            let document = Document::read(SOURCE);
            let encoding = vocabulary.encode(SOURCE, &document);
            let restorer = Detokenizer::new(SOURCE, &document, &encoding, &vocabulary, &list);
            let output: Vec<_> = output.into_iter().map(|(id, source)| OutputToken { id: TokenId(id), source }).collect();
            let restored = restorer.restore(&output);
            let mut end = 0;
            for word in &restored.words {
                prop_assert!(word.span.start >= end && word.tokens.end <= output.len());
                prop_assert!(restored.text.get(word.span.clone()).is_some_and(|text| !text.is_empty()));
                end = word.span.end;
            }
            prop_assert_eq!(end, restored.text.len());
        }
    }
}
