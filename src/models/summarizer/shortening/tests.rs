//! Sentences with what may and what may not be left out of them.

use super::*;
use crate::text::{Document, words};

/// The longest line that leaves out all that may go.
fn shortest(sentence: &str) -> String {
    let all = words(sentence);
    line(&all, &shorten(&all, |_| false))
}

fn line(words: &[Word], kept: &[usize]) -> String {
    kept.iter().map(|at| words[*at].text.as_str()).collect::<Vec<_>>().join(" ")
}

/// What [`check_line`] says of a line that a model might write of a sentence.
fn checked(sentence: &str, shortened: &str) -> Result<(), Refusal> {
    check_line(&words(sentence), &words(shortened), ShorteningRule::Phrases)
}

#[test]
fn what_says_the_opposite_is_refused() {
    for (sentence, shortened) in [
        ("You must not take these tablets with alcohol.", "Take these tablets with alcohol."),
        ("There is no evidence that Mr. Crane stole the money.", "Mr. Crane stole the money."),
        (
            "They do not show that urban beekeeping causes declines of populations.",
            "Urban beekeeping causes declines of populations.",
        ),
        ("The report was two years late.", "The report was two years."),
        ("Payment is due in May if any undisputed invoice remains unpaid.", "Payment is due in May."),
        ("The company, police said, sold the bridge.", "The company sold the bridge."),
        ("The minister, who denied it, signed the paper.", "The minister signed the paper."),
        ("The mayor stole the money, according to her rival.", "The mayor stole the money."),
        ("The clinic fails to treat its patients.", "The clinic treat its patients."),
        ("Members may enter (but not on Sundays).", "Members may enter."),
        ("The suspect allegedly robbed a bank.", "The suspect robbed a bank."),
        ("The former president resigned.", "The president resigned."),
    ] {
        assert!(matches!(checked(sentence, shortened), Err(Refusal::Governing { .. })), "{sentence}");
    }
}

#[test]
fn what_breaks_the_sentence_is_refused() {
    let needed = |sentence, shortened| {
        assert!(matches!(checked(sentence, shortened), Err(Refusal::Needed { .. })), "{sentence}")
    };
    needed("The members are unwilling to turn a blind eye.", "The members to turn a blind eye.");
    needed("The question is for how long.", "For how long.");
    needed("There is a relationship between Jacobs and the firm.", "A relationship between Jacobs and the firm.");
    needed("The council opened a bridge and a school.", "The council opened a bridge.");
    // What narrows a sentence that denies or demands something stays.
    needed("On Sunday, no ferry will run.", "No ferry will run.");
    needed("He did not resign because he was ill.", "He did not resign.");
    needed("You must not drink and drive.", "You must not drink.");
    needed("Stir in the flour, a pinch of salt, and the eggs.", "Stir in the flour and the eggs.");
}

#[test]
fn words_of_a_line_stand_in_order_and_in_the_sentence() {
    let all = words("The dog bit the man.");
    assert_eq!(check(&all, &[1, 0], ShorteningRule::Phrases), Err(Refusal::OutOfOrder));
    assert_eq!(check(&all, &[0, 9], ShorteningRule::Phrases), Err(Refusal::OutOfOrder));
    assert_eq!(check(&all, &[], ShorteningRule::Phrases), Err(Refusal::OutOfOrder));
    assert_eq!(check(&all, &[0, 1, 2, 3, 4, 5], ShorteningRule::Phrases), Ok(()));
    assert_eq!(checked("The dog bit the man.", "The man bit the dog."), Err(Refusal::OutOfOrder));
    assert_eq!(checked("The dog bit the man.", "The dog bit a man."), Err(Refusal::OutOfOrder));
    assert_eq!(checked("The dog bit the man.", ""), Err(Refusal::OutOfOrder));
    assert_eq!(checked("The dog bit the man.", "The dog bit the man"), Ok(()));
    // Either "Gaza" may be the line's.
    assert_eq!(
        checked("GAZA (Reuters) - Gaza cleared the rubble on Friday.", "Gaza cleared the rubble on Friday."),
        Ok(())
    );
}

#[test]
fn phrases_that_their_marks_set_apart_may_go() {
    for (sentence, left) in [
        ("The mayor, a retired teacher, opened the bridge.", "the mayor opened the bridge ."),
        ("The mayor, who was born in Leeds, opened the bridge.", "the mayor opened the bridge ."),
        ("The storm hit the coast, killing 12 people.", "the storm hit the coast ."),
        ("The North Sea Council (NSC) opened a bridge [12].", "the north sea council opened a bridge ."),
        ("The birds walked like their ancestors [5], [6], [11].", "the birds walked like their ancestors ."),
        ("On Monday, the council opened a bridge.", "the council opened a bridge ."),
        ("The council opened a bridge on May 3.", "the council opened a bridge ."),
        ("However, the council opened a bridge.", "the council opened a bridge ."),
        ("She sold the house, and he bought a boat.", "she sold the house ."),
        ("LONDON (Reuters) -- The council has opened a bridge.", "the council has opened a bridge ."),
    ] {
        assert_eq!(shortest(sentence), left);
    }
}

#[test]
fn what_is_needed_stays() {
    for sentence in [
        "The meeting was on Monday.",
        "Nina Chahine, 19, who lived in Tyre, said her wedding was near.",
        "Nina Chahine, the mayor, who lived in Tyre, said her wedding was near.",
        "He was born in 1958.",
        "The last wolf was killed in the park in 1943.",
        "The council opened a bridge on May 3, 2019.",
        "Is the bridge, a new one, open?",
        "Take the tablet, and wait an hour.",
        "He grows apples, pears, and plums.",
        "The deal was signed two days after the minister left.",
        "He said: \"The bridge (our bridge) is open.\"",
        "The drug works in mice.",
        "The birds walked like these [5], (first half only), [11].",
        "The airport offers free parking (first half-hour free).",
        "Call the office (713) 345 and ask.",
        "He won a prize in 2003 and a medal in 2008.",
        "Only members, who paid a fee, were admitted.",
        "He did not stay, because he was ill.",
    ] {
        let all = words(sentence);
        assert_eq!(line(&all, &shorten(&all, |_| false)), line(&all, &(0..all.len()).collect::<Vec<_>>()));
    }
}

#[test]
fn a_phrase_goes_only_if_the_model_left_all_of_it_out() {
    let sentence = words("The mayor, a retired teacher, opened the bridge.");
    let teacher = sentence.iter().position(|word| word.text == "teacher").unwrap();
    assert_eq!(shorten(&sentence, |at| at == teacher).len(), sentence.len());
    assert!(shorten(&sentence, |at| at < 2).len() < sentence.len());
}

#[test]
fn headlines_are_cut_at_phrases_until_they_fit() {
    let all = words(
        "However, the mayor, a retired teacher, opened the bridge on Monday, thanking everybody who had worked on it.",
    );
    assert_eq!(
        line(&all, &shorten_to(&all, 30)),
        "the mayor , a retired teacher , opened the bridge on monday , thanking everybody who had worked on it ."
    );
    assert_eq!(line(&all, &shorten_to(&all, 10)), "the mayor , a retired teacher , opened the bridge on monday .");
    let fixed = words("You must not take these tablets with alcohol or with food.");
    assert_eq!(shorten_to(&fixed, 3).len(), fixed.len());
}

#[test]
fn titles() {
    let of = |text: &str| {
        let document = Document::read(text);
        title(text, &document, |_| false).map(|words| {
            text[document.words[words.start].span.start..document.words[words.end - 1].span.end].to_owned()
        })
    };
    let body = "\n\nThe council met on Monday. It voted to reopen the ferry.\n";
    assert_eq!(of(&format!("# Ferry to reopen in May{body}")).as_deref(), Some("Ferry to reopen in May"));
    assert_eq!(of(&format!("No ferry on Sundays{body}")).as_deref(), Some("No ferry on Sundays"));
    assert_eq!(
        of(&format!("From: Ann\nSubject: Re: The ferry stays shut{body}")).as_deref(),
        Some("The ferry stays shut")
    );
    assert_eq!(
        of(&format!("[PATCH v2 3/4] ferry: moor before loading{body}")).as_deref(),
        Some("[PATCH v2 3/4] ferry: moor before loading")
    );
    assert_eq!(of(&format!("Hi all the rest,{body}")), None);
    assert_eq!(of(&format!("From: Ann Harper of Leeds{body}")), None);
    assert_eq!(of(&format!("Skip to main content{body}")), None);
    assert_eq!(of(&format!("[Skip to main content]{body}")), None);
    assert_eq!(of(&format!("Home > News > Harbor{body}")), None);
    assert_eq!(of(&format!("Wednesday, October 3, 2007{body}")), None);
    assert_eq!(of("The council met on Monday. It voted to reopen the ferry."), None);
    assert_eq!(of("Only a title of a text"), None);
    assert_eq!(of(""), None);
}

/// Whatever a model leaves out, what remains passes the gate or is the whole sentence.
mod any_choice {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn of_words_is_safe(
            text in "((The|a|man|who|which|not|said|on|Monday|was|opened|bridge|and|because|if|in|2019|only|leaving) |, |\\(|\\) |\" ){1,40}\\.",
            left in proptest::collection::vec(any::<bool>(), 120),
        ) {
            let all = words(&text);
            let kept = shorten(&all, |at| left.get(at).copied().unwrap_or(true));
            prop_assert!(kept.len() == all.len() || check(&all, &kept, ShorteningRule::Phrases).is_ok());
            let short = shorten_to(&all, 5);
            prop_assert!(short.len() == all.len() || check(&all, &short, ShorteningRule::Phrases).is_ok());
        }
    }
}
