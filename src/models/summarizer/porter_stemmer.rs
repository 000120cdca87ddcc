//! Porter's stemmer as NLTK extends it, which Google's `rouge-score` stems with.
//!
//! M. F. Porter, *An algorithm for suffix stripping*, Program 14(3), 1980, with the departures of `nltk.stem.PorterStemmer` in its
//! mode `NLTK_EXTENSIONS`: a table of irregular words, `y` → `i` after any consonant, short words in `-ies` and `-ied`, `alli`, `bli`,
//! `fulli` and `logi`. Snowball's "english" is Porter's second algorithm and stems otherwise.

/// The stem of a word of lower-cased ASCII letters and digits.
pub fn stem(word: &str) -> String {
    if let Some(irregular) = irregular(word) {
        return irregular.to_owned();
    }
    if word.len() <= 2 || !word.is_ascii() {
        return word.to_owned();
    }
    let word = step_1a(word.to_owned());
    let word = step_1b(word);
    let word = step_1c(word);
    let word = step_2(word);
    let word = apply(word, STEP_3, |stem| measure(stem) > 0);
    let word = step_4(word);
    step_5(word)
}

fn irregular(word: &str) -> Option<&'static str> {
    Some(match word {
        "sky" | "skies" => "sky",
        "dying" => "die",
        "lying" => "lie",
        "tying" => "tie",
        "news" => "news",
        "innings" | "inning" => "inning",
        "outings" | "outing" => "outing",
        "cannings" | "canning" => "canning",
        "howe" => "howe",
        "proceed" => "proceed",
        "exceed" => "exceed",
        "succeed" => "succeed",
        _ => return None,
    })
}

/// Whether each letter is a consonant: none of a, e, i, o, u, and no y after a consonant.
fn consonants(word: &[u8]) -> impl Iterator<Item = bool> {
    let mut before = false;
    word.iter().map(move |letter| {
        before = match letter {
            b'a' | b'e' | b'i' | b'o' | b'u' => false,
            b'y' => !before,
            _ => true,
        };
        before
    })
}

/// How often a consonant follows a vowel: Porter's m.
fn measure(word: &[u8]) -> usize {
    let mut vowel = false;
    consonants(word)
        .filter(|consonant| {
            let counts = vowel && *consonant;
            vowel = !consonant;
            counts
        })
        .count()
}

fn has_vowel(word: &[u8]) -> bool {
    consonants(word).any(|consonant| !consonant)
}

fn ends_in_consonant(word: &[u8]) -> bool {
    consonants(word).last().unwrap_or(false)
}

/// Porter's *d.
fn ends_doubled(word: &[u8]) -> bool {
    word.len() >= 2 && word[word.len() - 1] == word[word.len() - 2] && ends_in_consonant(word)
}

/// Porter's *o, and NLTK's: a word of a vowel and a consonant.
fn ends_cvc(word: &[u8]) -> bool {
    let kinds: Vec<bool> = consonants(word).collect();
    match kinds.as_slice() {
        [false, true] => true,
        [.., true, false, true] => !matches!(word.last(), Some(b'w' | b'x' | b'y')),
        _ => false,
    }
}

fn replaced(mut word: String, suffix: &str, replacement: &str) -> String {
    word.truncate(word.len() - suffix.len());
    word.push_str(replacement);
    word
}

/// The first rule whose suffix fits decides, whether its condition on the rest holds or not.
fn apply(word: String, rules: &[(&str, &str)], holds: impl Fn(&[u8]) -> bool) -> String {
    for (suffix, replacement) in rules {
        if let Some(rest) = word.strip_suffix(suffix) {
            return if holds(rest.as_bytes()) { replaced(word, suffix, replacement) } else { word };
        }
    }
    word
}

fn step_1a(word: String) -> String {
    if word.ends_with("ies") && word.len() == 4 {
        return replaced(word, "ies", "ie");
    }
    apply(word, &[("sses", "ss"), ("ies", "i"), ("ss", "ss"), ("s", "")], |_| true)
}

fn step_1b(word: String) -> String {
    if word.ends_with("ied") {
        let replacement = if word.len() == 4 { "ie" } else { "i" };
        return replaced(word, "ied", replacement);
    }
    if let Some(rest) = word.strip_suffix("eed") {
        return if measure(rest.as_bytes()) > 0 { replaced(word, "eed", "ee") } else { word };
    }
    let Some(suffix) = ["ed", "ing"]
        .into_iter()
        .find(|suffix| word.strip_suffix(suffix).is_some_and(|rest| has_vowel(rest.as_bytes())))
    else {
        return word;
    };
    let mut rest = replaced(word, suffix, "");
    if rest.ends_with("at") || rest.ends_with("bl") || rest.ends_with("iz") {
        rest.push('e');
    } else if ends_doubled(rest.as_bytes()) {
        if !rest.ends_with(['l', 's', 'z']) {
            rest.pop();
        }
    } else if measure(rest.as_bytes()) == 1 && ends_cvc(rest.as_bytes()) {
        rest.push('e');
    }
    rest
}

fn step_1c(word: String) -> String {
    apply(word, &[("y", "i")], |rest| rest.len() > 1 && ends_in_consonant(rest))
}

const STEP_2: &[(&str, &str)] = &[
    ("ational", "ate"),
    ("tional", "tion"),
    ("enci", "ence"),
    ("anci", "ance"),
    ("izer", "ize"),
    ("bli", "ble"),
    ("alli", "al"),
    ("entli", "ent"),
    ("eli", "e"),
    ("ousli", "ous"),
    ("ization", "ize"),
    ("ation", "ate"),
    ("ator", "ate"),
    ("alism", "al"),
    ("iveness", "ive"),
    ("fulness", "ful"),
    ("ousness", "ous"),
    ("aliti", "al"),
    ("iviti", "ive"),
    ("biliti", "ble"),
    ("fulli", "ful"),
];

fn step_2(mut word: String) -> String {
    // "alli" is taken first, and what it leaves is looked at again.
    while word.strip_suffix("alli").is_some_and(|rest| measure(rest.as_bytes()) > 0) {
        word = replaced(word, "alli", "al");
    }
    // The l of "logi" counts with the rest, so that "geologi" is long enough.
    if word.ends_with("logi") {
        return if measure(&word.as_bytes()[..word.len() - 3]) > 0 { replaced(word, "logi", "log") } else { word };
    }
    apply(word, STEP_2, |rest| measure(rest) > 0)
}

const STEP_3: &[(&str, &str)] =
    &[("icate", "ic"), ("ative", ""), ("alize", "al"), ("iciti", "ic"), ("ical", "ic"), ("ful", ""), ("ness", "")];

const STEP_4: &[&str] = &[
    "al", "ance", "ence", "er", "ic", "able", "ible", "ant", "ement", "ment", "ent", "ion", "ou", "ism", "ate", "iti",
    "ous", "ive", "ize",
];

fn step_4(word: String) -> String {
    for suffix in STEP_4 {
        if let Some(rest) = word.strip_suffix(suffix) {
            let holds = measure(rest.as_bytes()) > 1 && (*suffix != "ion" || rest.ends_with(['s', 't']));
            return if holds { rest.to_owned() } else { word };
        }
    }
    word
}

fn step_5(mut word: String) -> String {
    if let Some(rest) = word.strip_suffix('e') {
        let m = measure(rest.as_bytes());
        if m > 1 || m == 1 && !ends_cvc(rest.as_bytes()) {
            word.pop();
        }
    }
    if word.ends_with("ll") && measure(&word.as_bytes()[..word.len() - 1]) > 1 {
        word.pop();
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_papers_examples() {
        for (word, expected) in [
            ("caresses", "caress"),
            ("ponies", "poni"),
            ("agreed", "agre"),
            ("motoring", "motor"),
            ("hopping", "hop"),
            ("filing", "file"),
            ("relational", "relat"),
            ("electriciti", "electr"),
            ("adjustment", "adjust"),
            ("controll", "control"),
            ("probate", "probat"),
            ("died", "die"),
            ("spied", "spi"),
            ("enjoy", "enjoy"),
            ("happy", "happi"),
            ("geology", "geolog"),
            ("skies", "sky"),
            ("2015", "2015"),
            ("yyyy", "yyyi"),
        ] {
            assert_eq!(stem(word), expected, "{word}");
        }
    }
}
