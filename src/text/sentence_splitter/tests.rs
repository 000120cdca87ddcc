//! Hard cases for the splitter.

use proptest::prelude::*;

use super::*;

/// `‖` stands where a sentence ends; it is taken out before the text is split.
const CASES: &[&str] = &[
    // Plain.
    "",
    "One",
    "One sentence.",
    "He left.‖ She stayed.",
    "Did he leave?‖ He did!‖ She stayed.",
    "He left.‖\tShe stayed.‖\u{a0}They waited.",
    "What?!‖ Never!!!‖ Yes.",
    "He left.‖She stayed.",
    // Abbreviations.
    "Mr. Smith met Dr. Jones.‖ They talked.",
    "Gen. Lee and Sgt. Pepper left.‖ Lt. Col. Brown stayed.",
    "He works for Apple Inc. in Cupertino.",
    "He works for Apple Inc.‖ The company is big.",
    "Smith Jr. said so.‖ It was true.",
    "The U.S. Senate voted.‖ It passed.",
    "He moved to the U.S.‖ The move was hard.",
    "She lives in Washington, D.C.‖ He does too.",
    "Bring pens, paper, etc.‖ Leave phones at home.",
    "Bring pens, paper, etc. to class.",
    "Some fruits, e.g. Apples, are red, i.e. not green.",
    "It rained in Jan. 2010 and in Sept. 2011.",
    "See No. 5 and Fig. 3.‖ Then stop.",
    "Is it so?‖ No.‖ It is not.",
    "Smith et al. found it.‖ Others did not.",
    "The Hon. Rep. Kim spoke v. the bill, vs. the Gov. of Ohio.",
    "He lives on Main St. near St. Paul.",
    "Ltd. and Corp. are forms; so is Bros. in the U.K. today.",
    // Times.
    "We met at 5 p.m. Monday.‖ It rained.",
    "We met at 5 p.m. EST.‖ It rained.",
    "We met at 5 p.m.‖ Officials were late.",
    // Initials.
    "J. K. Rowling wrote it.‖ J.K. Simmons did not.",
    "George W. Bush and John F. Kennedy were presidents.",
    "So do I.‖ But not today.",
    "Eat vitamin C.‖ It is good.",
    // Numbers.
    "It grew 3.5 percent to $1.2 billion.‖ That is 1,000.50 more.",
    "Version 2.0.1 is out.‖ Get it at example.com.",
    "It costs $5.‖ 10 people paid.",
    "In 1999.‖ 2000 came next.",
    "See p. 12 of it.",
    "The score was 3.‖ Then it was 4.",
    // Quotations.
    "“It’s over.”‖ She left.",
    "\"It's over.\"‖ She left.",
    "\"It's over,\" she said.‖ \"Go.\"",
    "“Is it over?” she asked.‖ “No!” he said.",
    "\"Is it over?\" Smith asked.‖ Nobody knew.",
    "He said: ‘It is.’‖ Then he left.",
    "\"Go!\"‖ The crowd went wild.",
    "„Geh!“ rief er.",
    "«Fine.»‖ They left.",
    "“First.‖ Second.‖ Third.”‖ Then more.",
    // Brackets.
    "He left (at last).‖ She stayed.",
    "He left.‖ (She stayed.)‖ They waited.",
    "It was [...] a long day.‖ Indeed.",
    "He (Mr. X. Smith) came.‖ Fine.",
    "See the plan (Fig. 2) and go.",
    // Ellipses.
    "Well... I don't know.‖ You?",
    "He waited...‖ Then he left.",
    "He waited… and left.‖ So did she.",
    "She said . . . nothing at all.",
    // Names with marks.
    "Yahoo! said it grew.‖ Then it fell.",
    "A new Which? investigation reports it.",
    "The .NET framework and Node.js are used.‖ Rust too.",
    // A small letter begins a sentence.
    "He bought one.‖ iPhone sales grew.",
    "Hello there my friend.‖ how are you?‖ i am fine.‖ Thanks.",
    // Addresses.
    "See http://example.com/a.b?c=D.E for it.‖ Then go.",
    "Write to a.b@example.co.uk.‖ We answer.",
    "Visit www.example.org.‖ It is free.",
    "Run f(x).Next() in main.rs now.",
    // Lines.
    "A heading\n‖\nA sentence that follows.",
    "A heading\n‖A sentence that follows it in a much longer line than the heading was, so that nobody could take it for wrapped text, could they?",
    "By John Bacon\n‖USA TODAY\n‖The remnants of the storm lashed the coast with heavy rain, and with winds that nobody had seen there for ten years or more.",
    "This is a text that was wrapped at some\nsixty characters, as letters are, and it\ngoes on for a few lines.‖ It was sent by\nMary Smith on a day in May.",
    "This text is wrapped too and ends with a\nheading that is short\n‖Another part starts here and goes on and\non until it ends.",
    "# Title\n‖\n## Part\n‖Text of it.",
    "We need:\n‖- milk\n‖- eggs\n‖- bread",
    "1. First do this.\n‖2. Then do that.\n‖3. Rest.",
    "1. First do this.‖ 2. Then do that.‖ 3. Rest.",
    "a) one thing that is long enough to be a line\n‖b) another thing\n‖c) a last thing",
    "• one\n‖• two",
    "Roses are red\n‖Violets are blue\n‖Sugar is sweet",
    "| a | b |\n‖| 1 | 2 |",
    "First paragraph without a stop\r\n‖\r\nSecond paragraph.",
    "One page\u{c}‖Another page",
    // Tokenized and lower-cased, as training sets are.
    "mr. smith said . ‖\" it is , \" he added .",
    "london ( cnn ) -- he left . ‖she stayed .",
    "he said : `` it is . '' ‖she left .",
    "\" they were yelling . \" ‖watch a driver describe it .",
    "\" is it over ? \" he asked . ‖nobody knew .",
    "the u.s. said so . ‖john d. rockefeller iv , d - ohio , left at 5 p.m. monday .",
    "i was ... well , surprised . ‖he was not !",
    "it grew 3.5 % . ‖5 people left .",
    // Other scripts.
    "我去了。‖你呢？‖好！",
    "他说：「我去了。」‖她走了。",
    "هل أنت بخير؟‖ نعم.",
    "वह गया।‖ वह आई।",
    "Он ушёл.‖ Она осталась.",
    "¿Qué pasa?‖ ¡Nada!‖ Adiós.",
    // No text.
    "   \n\t ",
    "🙂 🙃",
    "...",
];

fn split(text: &str) -> Vec<&str> {
    sentences(text).into_iter().map(|span| &text[span]).collect()
}

#[test]
fn hard_cases() {
    assert!(CASES.len() >= 80, "{}", CASES.len());
    let mut wrong = String::new();
    for case in CASES {
        let expected: Vec<&str> =
            case.split('‖').map(|part| part.trim_matches(is_white)).filter(|p| !p.is_empty()).collect();
        let text = case.replace('‖', "");
        let found = split(&text);
        if found != expected {
            wrong += &format!("{text:?}\n  expected {expected:?}\n  found    {found:?}\n");
        }
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}

#[test]
fn text_without_marks_is_cut() {
    let text = "word ".repeat(1_000);
    let document = Document::read(&text);
    assert_eq!(document.sentences.len(), 9);
    let text = "one two three four five, ".repeat(60);
    assert!(split(&text).iter().all(|sentence| sentence.ends_with(',')));
}

/// Twice the text, about twice the time, whatever is in it; the bound is generous, as test machines are busy.
#[test]
fn a_hundred_thousand_words_take_no_time() {
    for part in ["The quick (brown) fox said: “No.” ", "a.b.c ", "\"\"\"", "word\n", "1. ", "a.B", "( . . . "] {
        let text = part.repeat(600_000 / part.len());
        let start = std::time::Instant::now();
        let document = Document::read(&text);
        assert!(!document.sentences.is_empty());
        assert!(start.elapsed().as_secs() < 10, "{part:?} took {:?}", start.elapsed());
    }
}

fn check(text: &str) -> Result<(), TestCaseError> {
    let document = Document::read(text);
    let (mut end, mut word) = (0, 0);
    for sentence in &document.sentences {
        prop_assert!(sentence.span.start >= end && sentence.span.end > sentence.span.start);
        prop_assert!(text[end..sentence.span.start].chars().all(is_white));
        let inside = &text[sentence.span.clone()];
        prop_assert_eq!(inside.trim_matches(is_white), inside);
        prop_assert_eq!(sentence.words.start, word);
        prop_assert!(sentence.words.len() <= LONGEST_SENTENCE);
        (end, word) = (sentence.span.end, sentence.words.end);
    }
    prop_assert_eq!(word, document.words.len());
    prop_assert!(text[end..].chars().all(is_white));
    Ok(())
}

proptest! {
    #[test]
    fn spans_are_valid_and_cover_what_shows(text in "(?s).{0,300}") {
        check(&text)?;
    }

    #[test]
    fn so_they_do_in_likely_text(text in r#"([A-Za-z]{1,4}|[0-9]|Mr\.|[.!?"“”'()…。-]|\.\.\.|[ \n]){0,60}"#) {
        check(&text)?;
    }
}
