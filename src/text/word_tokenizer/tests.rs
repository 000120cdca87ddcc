//! A page and a treebank must be read alike.

use proptest::prelude::*;

use super::*;

/// What a visitor pastes, and the same as a treebank has it: both must be read as the third.
const PAIRS: &[(&str, &str, &str)] = &[
    (
        "He said: “It’s 3.5% — isn’t it?”",
        "he said : `` it 's 3.5 % -- is n't it ? ''",
        r#"he said : " it 's 3.5 % -- is n't it ? ""#,
    ),
    ("Mr. Smith paid $41.1 million.", "mr. smith paid $ 41.1 million .", "mr. smith paid $ 41.1 million ."),
    ("The 14-year-old (a boy)", "the 14 - year - old -lrb- a boy -rrb-", "the 14 - year - old ( a boy )"),
    ("the U.S.-led war", "the u.s. - led war", "the u.s. - led war"),
    ("He can't, won't and cannot.", "he ca n't , wo n't and can not .", "he ca n't , wo n't and can not ."),
    ("They're gonna go!!!", "they 're gon na go !!!", "they 're gon na go !"),
    ("Ivins' e-mail; O'Brien's", "ivins ' e-mail ; o'brien 's", "ivins ' e - mail ; o'brien 's"),
    ("J. K. Rowling and J.K. Simmons", "j. k. rowling and j.k. simmons", "j. k. rowling and j.k. simmons"),
    ("at 3:30 p.m. on 9/11", "at 3:30 p.m. on 9/11", "at 3 : 30 p.m. on 9 / 11"),
    ("Well… I, er, don't know...", "well ... i , er , do n't know ...", "well ... i , er , do n't know ..."),
    ("from 2010–2015, Paris–Nice", "from 2010 - 2015 , paris - nice", "from 2010 - 2015 , paris - nice"),
    ("the '90s, the 1990s", "the ' 90s , the 1990s", "the ' 90s , the 1990s"),
    ("See No. 5. No. It is.", "see no. 5 . no . it is .", "see no. 5 . no . it is ."),
    ("£20m, 1,000 km & AT&T", "£ 20m , 1,000 km & at & t", "£ 20m , 1,000 km & at & t"),
    ("the boys’ toys", "the boys ' toys", "the boys ' toys"),
    ("the dog's [sic] tail", "the dog 's -lsb- sic -rsb- tail", "the dog 's [ sic ] tail"),
    ("the U.S.'s debt", "the u.s. 's debt", "the u.s. 's debt"),
    ("Apple Inc. said", "apple inc. said", "apple inc. said"),
    ("“Yes,” she said", "\" yes , \" she said", "\" yes , \" she said"),
    ("The end.The next", "the end . the next", "the end . the next"),
];

fn texts(text: &str) -> String {
    normalize(text)
}

#[test]
fn a_page_and_a_treebank_look_alike() {
    for (natural, treebank, normal) in PAIRS {
        assert_eq!(texts(natural), *normal, "{natural}");
        assert_eq!(texts(treebank), *normal, "{treebank}");
        assert_eq!(texts(normal), *normal);
    }
}

#[test]
fn spans_are_the_visitors_bytes() {
    let text = "“Don’t,” said Ms. O’Neil — twice.";
    let spans: Vec<&str> = words(text).iter().map(|word| &text[word.span.clone()]).collect();
    assert_eq!(spans, ["“", "Do", "n’t", ",", "”", "said", "Ms.", "O’Neil", "—", "twice", "."]);
}

#[test]
fn odd_characters() {
    assert_eq!(texts("super\u{200b}cali a\u{200b} b e\u{ad}f \u{feff}ﬁne"), "supercali a b ef fine");
    assert_eq!(texts("naïve CAFÉ İstanbul"), "naïve café istanbul");
    assert_eq!(texts("我去。你呢？"), "我 去 . 你 呢 ?");
    assert_eq!(texts("a ===== b ***** c ----- d"), "a = b * c -- d");
    assert_eq!(texts("👩‍👩‍👧 ok ❤️"), "👩👩👧 ok ❤");
    assert_eq!(texts("\u{2066}a\u{2069} \u{fe0f}"), "a \u{fe0f}");
    assert_eq!(texts("www.whitehouse.gov/back me@here.org"), "www.whitehouse.gov / back me @ here.org");
    assert_eq!(texts(" \t\r\n\u{a0}"), "");
}

proptest! {
    #[test]
    fn spans_are_valid_and_cover_what_shows(text in "(?s).{0,200}") {
        let mut end = 0;
        for word in words(&text) {
            prop_assert!(!word.text.is_empty() && !word.text.contains(is_white));
            prop_assert!(word.span.start >= end && word.span.end > word.span.start);
            prop_assert!(text[end..word.span.start].chars().all(is_white));
            prop_assert_eq!(text[word.span.clone()].trim_matches(is_white), &text[word.span.clone()]);
            end = word.span.end;
        }
        prop_assert!(text[end..].chars().all(is_white));
    }

    /// Prepared text is stored as text and read again.
    #[test]
    fn the_normal_form_is_its_own(
        text in r#"([A-Za-z]{1,6}|[0-9]{1,4}|Mr\.|U\.S\.|don't|it’s|[.,;:!?"“”'()\[\]$%/—–-]|\.\.\.|[ \n]){0,30}"#
    ) {
        let once = normalize(&text);
        prop_assert_eq!(normalize(&once), once);
    }
}
