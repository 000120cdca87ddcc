//! Guesses the language of a text: by its script, and in the Latin script by the commonest words of each language.
//!
//! The guess needs no model and no list of words that is fetched. It reads the first [`LONGEST_SAMPLE`] words, so it is cheap even for
//! long texts. The sentence splitter uses it to choose abbreviations, and a client may name it to the visitor.

mod function_words;
mod language_guess;

pub(super) use function_words::is_function_word;
use function_words::languages_with;
pub use language_guess::LanguageGuess;

/// So many words are looked at.
pub const LONGEST_SAMPLE: usize = 2_000;
/// Fewer words tell nothing.
const FEWEST_WORDS: usize = 5;

/// Letters by script.
#[derive(Default)]
struct ScriptCounts {
    latin: usize,
    cyrillic: usize,
    /// і, ї, є and ґ, which Russian lacks.
    ukrainian: usize,
    greek: usize,
    arabic: usize,
    /// پ, چ, ژ and گ, which Arabic lacks.
    persian: usize,
    hebrew: usize,
    devanagari: usize,
    thai: usize,
    hangul: usize,
    kana: usize,
    han: usize,
}

impl ScriptCounts {
    fn add(&mut self, letter: char) {
        match letter {
            'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => self.latin += 1,
            'і' | 'ї' | 'є' | 'ґ' | 'І' | 'Ї' | 'Є' | 'Ґ' => {
                self.cyrillic += 1;
                self.ukrainian += 1;
            }
            '\u{400}'..='\u{52f}' => self.cyrillic += 1,
            '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => self.greek += 1,
            'پ' | 'چ' | 'ژ' | 'گ' => {
                self.arabic += 1;
                self.persian += 1;
            }
            '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' => self.arabic += 1,
            '\u{590}'..='\u{5ff}' => self.hebrew += 1,
            '\u{900}'..='\u{97f}' => self.devanagari += 1,
            '\u{e00}'..='\u{e7f}' => self.thai += 1,
            '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7af}' => self.hangul += 1,
            '\u{3040}'..='\u{30ff}' => self.kana += 1,
            '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => self.han += 1,
            _ => {}
        }
    }

    /// The language of the commonest script, if the script alone tells it; none for the Latin script.
    fn language(&self) -> Option<LanguageGuess> {
        // A letter of these scripts stands for a syllable or a word.
        let han = 3 * (self.han + self.kana);
        let hangul = 2 * self.hangul;
        let other = [han, hangul, self.cyrillic, self.greek, self.arabic, self.hebrew, self.devanagari, self.thai];
        let most = other.into_iter().max().unwrap_or(0);
        if most <= self.latin || most < 3 * FEWEST_WORDS {
            return None;
        }
        Some(match most {
            _ if most == han && self.kana * 10 >= self.han + self.kana => LanguageGuess::Japanese,
            _ if most == han => LanguageGuess::Chinese,
            _ if most == hangul => LanguageGuess::Korean,
            _ if most == self.cyrillic && self.ukrainian * 50 >= self.cyrillic => LanguageGuess::Ukrainian,
            _ if most == self.cyrillic => LanguageGuess::Russian,
            _ if most == self.greek => LanguageGuess::Greek,
            _ if most == self.arabic && self.persian * 100 >= self.arabic => LanguageGuess::Persian,
            _ if most == self.arabic => LanguageGuess::Arabic,
            _ if most == self.hebrew => LanguageGuess::Hebrew,
            _ if most == self.devanagari => LanguageGuess::Hindi,
            _ => LanguageGuess::Thai,
        })
    }
}

/// Guesses the language of a text. Needs about five words; less, or program code, is [`LanguageGuess::Unknown`].
///
/// ```
/// # use inkling::text::{LanguageGuess, guess_language};
/// let german = guess_language("Der Rat hat am Montag beschlossen, dass die Fähre wieder fährt.");
/// assert_eq!(german, LanguageGuess::German);
/// assert_eq!(german.name(), Some("German"));
/// ```
pub fn guess_language(text: &str) -> LanguageGuess {
    let mut scripts = ScriptCounts::default();
    let mut scores = [0.0f32; LanguageGuess::BY_WORDS.len()];
    // How many words each language has that English lacks.
    let mut foreign = [0usize; LanguageGuess::BY_WORDS.len()];
    let (mut words, mut symbols, mut shown) = (0usize, 0usize, 0usize);
    let mut lower = String::new();
    // Texts without white space have no words to count, so bytes are limited too.
    for chunk in text.split_whitespace().take(LONGEST_SAMPLE) {
        let is_address = chunk.contains("://") || chunk.contains('@') || chunk.starts_with("www.");
        if shown > 16 * LONGEST_SAMPLE {
            break;
        }
        for c in chunk.chars().take(1_000) {
            shown += 1;
            symbols += usize::from(
                !is_address
                    && matches!(c, '{' | '}' | '(' | ')' | ';' | '=' | '<' | '>' | '_' | '\\' | '$' | '&' | '|'),
            );
            scripts.add(c);
            add_hints(c, &mut scores);
        }
        if is_address {
            continue;
        }
        for word in chunk.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty() && word.len() < 40) {
            words += 1;
            lower.clear();
            lower.extend(word.chars().flat_map(char::to_lowercase));
            let languages = languages_with(&lower);
            // Single letters are as often names of things.
            let single = if lower.len() == 1 { 0.5 } else { 1.0 };
            let weight = single / languages.count_ones().max(1) as f32;
            for (at, score) in scores.iter_mut().enumerate() {
                if languages & (1 << at) != 0 {
                    *score += weight;
                    foreign[at] += usize::from(languages & 1 == 0);
                }
            }
        }
    }
    if let Some(language) = scripts.language() {
        return language;
    }
    if words < FEWEST_WORDS || symbols * 14 > shown {
        return LanguageGuess::Unknown;
    }
    best(&scores, &foreign, words)
}

/// The language with the highest score, if it is high enough and clearly the highest.
fn best(scores: &[f32], foreign: &[usize], words: usize) -> LanguageGuess {
    let (mut first, mut second) = ((0, f32::NEG_INFINITY), f32::NEG_INFINITY);
    for (at, score) in scores.iter().copied().enumerate() {
        if score > first.1 {
            second = first.1;
            first = (at, score);
        } else {
            second = second.max(score);
        }
    }
    let language = LanguageGuess::BY_WORDS[first.0];
    // English is what visitors paste most, and headlines and notes have few of its commonest words.
    let is_sure = language == LanguageGuess::English || foreign[first.0] >= 2;
    let least = if language == LanguageGuess::English { 0.06 } else { 0.11 };
    let lowest = if language == LanguageGuess::English { 0.7 } else { 1.2 };
    if is_sure && first.1 >= lowest && first.1 >= least * words as f32 && first.1 > 1.25 * second {
        language
    } else {
        LanguageGuess::Unknown
    }
}

/// Letters and marks that few languages have.
fn add_hints(c: char, scores: &mut [f32; LanguageGuess::BY_WORDS.len()]) {
    let (languages, weight): (&[LanguageGuess], f32) = match c {
        'ß' => (&[LanguageGuess::German], 1.0),
        'ü' | 'Ü' => (&[LanguageGuess::German], 0.3),
        'ä' | 'ö' | 'Ä' | 'Ö' => (&[LanguageGuess::German, LanguageGuess::Swedish], 0.2),
        'å' | 'Å' => (&[LanguageGuess::Swedish, LanguageGuess::Danish], 0.3),
        'ø' | 'æ' | 'Ø' => (&[LanguageGuess::Danish], 0.5),
        'ñ' | '¿' | '¡' => (&[LanguageGuess::Spanish], 0.5),
        'ã' | 'õ' => (&[LanguageGuess::Portuguese], 0.5),
        'ł' | 'ą' | 'ę' | 'ż' | 'ś' | 'ć' => (&[LanguageGuess::Polish], 0.3),
        'è' => (&[LanguageGuess::French, LanguageGuess::Italian], 0.2),
        'é' => (&[LanguageGuess::French], 0.1),
        'ê' | 'œ' => (&[LanguageGuess::French], 0.2),
        _ => return,
    };
    for (score, language) in scores.iter_mut().zip(LanguageGuess::BY_WORDS) {
        if languages.contains(&language) {
            *score += weight;
        }
    }
}

#[cfg(test)]
mod tests;
