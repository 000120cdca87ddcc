//! Texts as they are pasted, and what is left of them.

use proptest::prelude::*;

use super::*;

fn known(word: &str) -> bool {
    ["budget", "well", "known", "terminal", "monday", "summer"].contains(&word)
}

fn clean(text: &str) -> CleanText {
    CleanText::read(text, &[], &known)
}

/// The blocks that a summary may be made of.
fn running(text: &str) -> Vec<String> {
    let clean = clean(text);
    clean
        .blocks
        .iter()
        .filter(|block| block.kind.is_running_text())
        .map(|block| clean.text[block.span.clone()].to_owned())
        .collect()
}

#[test]
fn a_mail_is_what_its_sender_wrote() {
    let mail = "From: Nora Pell\nTo: Harbor board\nSubject: Re: The new crane is late\n\nHi all,\n\nthe maker moved the date. Please do not sell the old one.\n\nThanks\nNora\n\n-- \nNora Pell | Chair\nTel. 020 7946\n\nOn Mon, 4 May at 09:12 Theo Lorne <theo@example.org> wrote:\n> I would sell it now.\n>> Has anybody heard?\n\nCONFIDENTIALITY NOTICE: This e-mail is intended only for the named recipient.\n";
    assert_eq!(running(mail), ["the maker moved the date. Please do not sell the old one."]);
    let clean = clean(mail);
    assert_eq!(&clean.text[clean.blocks[0].span.clone()], "The new crane is late");
    assert_eq!(clean.blocks[0].kind, BlockKind::Heading);
    let reasons: Vec<SkipReason> = clean.skipped.iter().map(|passage| passage.reason).collect();
    for reason in [SkipReason::MailHeader, SkipReason::Signature, SkipReason::Quotation, SkipReason::Notice] {
        assert!(reasons.contains(&reason), "{reason:?} of {reasons:?}");
    }
    for passage in &clean.skipped {
        assert!(!mail[passage.span.clone()].contains("do not sell"), "{passage:?}");
    }
}

/// Texts whose lines are tagged by what they are; `tests/it/pasted_texts.rs` says how.
const TAGGED: &str = include_str!("../../../tests/it/pasted_texts_third.txt");

#[test]
fn running_text_is_what_is_tagged_as_the_authors() {
    let texts: Vec<&str> = TAGGED.split("=== ").filter(|text| !text.trim().is_empty()).collect();
    assert_eq!(texts.len(), 12);
    for tagged in texts {
        let (name, lines) = tagged.split_once('\n').unwrap();
        let (mut text, mut own, mut strange) = (String::new(), Vec::new(), Vec::new());
        for line in lines.lines() {
            let (tag, line) = line.split_once('|').unwrap();
            let span = text.len()..text.len() + line.len();
            match tag {
                "a" => own.push(span),
                "n" if line.contains(char::is_alphanumeric) => strange.push(span),
                _ => {}
            }
            text.push_str(line);
            text.push('\n');
        }
        let clean = clean(&text);
        let running: Vec<Range<usize>> = clean
            .blocks
            .iter()
            .filter(|block| block.kind.is_running_text())
            .map(|block| clean.source(&block.span))
            .collect();
        let is_running = |line: &Range<usize>| {
            let middle = line.start + line.len() / 2;
            let skipped = clean.skipped.iter().any(|passage| passage.span.contains(&middle));
            !skipped && running.iter().any(|block| block.contains(&middle))
        };
        for line in own {
            assert!(is_running(&line), "{name} lost {:?}", &text[line.clone()]);
        }
        for line in strange {
            assert!(!is_running(&line), "{name} kept {:?}", &text[line.clone()]);
        }
    }
}

#[test]
fn captions_of_one_voice_are_sentences() {
    let sentences = |text: &str| {
        let clean = clean(text);
        let mut document = crate::text::Document::read(&clean.text);
        document.join_sentences(40, |before, after| clean.is_one_message(before, after));
        document.sentences.len()
    };
    let cues = |lines: [&str; 2]| {
        format!("1\n00:00:01,000 --> 00:00:03,500\n{}\n\n2\n00:00:03,500 --> 00:00:06,200\n{}\n", lines[0], lines[1])
    };
    assert_eq!(sentences(&cues(["The boat is late.", "Its pump is broken."])), 2);
    assert_eq!(sentences(&cues(["Ana: The boat is late.", "Its pump is broken."])), 1);
}

#[test]
fn a_voice_that_goes_on_over_cues_is_named_once() {
    let captions = "WEBVTT\n\n00:02.000 --> 00:05.000\nNina Falk: The old library will close\n\n00:05.000 --> 00:08.000\nNina Falk: at the end of June.\n\n00:08.000 --> 00:11.000\nOmar Idris: Who will move the books?\n";
    assert_eq!(
        running(captions),
        ["Nina Falk: The old library will close at the end of June.", "Omar Idris: Who will move the books?"]
    );
}

#[test]
fn what_a_player_shows_around_captions_is_left_out() {
    let page = "A chair from one board\nChair People\n48.2K subscribers\nTranscript\n0:00\nwelcome back today we build\n0:04\na chair from one board\n0:12\nfirst cut it into five parts\n0:15\nand sand the edges\n0:19\nbecause nobody likes splinters\nEnglish (auto-generated)\nAll\nFrom Chair People\n";
    assert_eq!(
        running(page),
        [
            "welcome back today we build a chair from one board first cut it into five parts and sand the edges because nobody likes splinters"
        ]
    );
}

#[test]
fn chats_without_times_and_answers_with_what_they_answer() {
    let messenger = "Bram\ncan you water my tomatoes next week?\nYou sent\nsure, how often do they need it?\nBram\nevery evening, about two liters for each\nYou sent\nI will do that\nBram reacted 😆 to your message\n";
    assert_eq!(
        running(messenger),
        [
            "can you water my tomatoes next week?",
            "sure, how often do they need it?",
            "every evening, about two liters for each",
            "I will do that"
        ]
    );
    let teams = "Inga Berg 09:02\nThe supplier cannot deliver the blue boxes before May.\n1\nRavi Nair 09:05\nInga Berg\nThe supplier cannot deliver the blue boxes before May.\nThen we should use the gray ones.\nInga Berg 09:11\nI will ask for a price.\nType a message\n";
    assert_eq!(
        running(teams),
        [
            "The supplier cannot deliver the blue boxes before May.",
            "Then we should use the gray ones.",
            "I will ask for a price."
        ]
    );
}

#[test]
fn lists_of_data_are_no_text() {
    let page = "The pump empties a barrel in six minutes and stops before it runs dry.\n\nPower: 400 W\nCable length: 10 m\nColor: Green\n\nIt hangs over the rim, and no tool is needed to mount it.\n";
    assert_eq!(clean(page).skipped.len(), 1);
    assert_eq!(clean(page).skipped[0].reason, SkipReason::Table);
    assert_eq!(running(page).len(), 2);
}

#[test]
fn notes_of_a_page_whose_superscripts_were_lost() {
    let page = "Women did 64 percent of the unpaid work in 2025, and men did the rest of it.5 The change is due to cooking.\n\n5 Weighted by age and region; see the appendix.\n\nOn weekends the difference is smaller.\n";
    assert_eq!(clean(page).skipped.len(), 1, "{:?}", clean(page).skipped);
    assert_eq!(clean(page).skipped[0].reason, SkipReason::References);
}

#[test]
fn who_wrote_a_page_is_not_what_it_says() {
    let page = "A winter of riding to work\nJanuary 9, 2027 by Tess Orly · 3 Comments\n\nI rode to work on eighty-one days between November and March and took the bus on nine.\n\nAbout Tess Orly\nTess rides and writes in Tampere. She has never owned a car.\n";
    assert_eq!(
        running(page),
        ["I rode to work on eighty-one days between November and March and took the bus on nine."]
    );
}

#[test]
fn a_page_of_ragged_lines_is_read_on() {
    let paper = "We study how to remove the influence of single training examples from\na trained network without training it again. Prior methods need a stored\ngradient for each example, which is not possible for large data sets, and\nthe sketch that we store takes less\nthan one part in a thousand of it.";
    let clean = clean(paper);
    assert!(clean.text.contains("from a trained network") && clean.text.contains("stored gradient"), "{}", clean.text);
}

#[test]
fn captions_are_running_text() {
    let captions = "1\n00:00:01,000 --> 00:00:03,500\nThe night boat will not run\n\n2\n00:00:03,500 --> 00:00:06,200\nnext week, because its pump is broken.\n\n3\n00:00:06,200 --> 00:00:09,000\n[music]\n";
    assert_eq!(running(captions), ["The night boat will not run next week, because its pump is broken."]);
}

#[test]
fn a_message_is_a_block() {
    let chat = "[10:02] Ana: the night boat broke down\n[10:03] Ben: same pump?\n[10:03] Ana: yes. the spare one is in Hull\n[10:04] Cem joined the channel\n";
    assert_eq!(
        running(chat),
        ["Ana: the night boat broke down", "Ben: same pump?", "Ana: yes. the spare one is in Hull"]
    );
}

#[test]
fn words_that_a_page_broke_are_whole() {
    let pdf = "The council approved the new ferry on Mon-\nday and set aside a bud-\nget of 2.4 million pounds for the well-\nknown crossing, which had been closed for six\nyears. It will leave from the old ter-\nminal until a new one is built in the sum-\nmer. Nobody voted against it.";
    let text = running(pdf).join("\n\n");
    assert!(
        ["Monday and", "a budget of", "the well-known crossing", "old terminal", "the summer. Nobody"]
            .iter()
            .all(|part| text.contains(part)),
        "{text}"
    );
}

#[test]
fn spans_lead_back() {
    let text = "## Ferry\n\nIt **sails** again.[1] Soon.\n\n```sh\nmake\n```\n";
    let clean = clean(text);
    assert_eq!(clean.text, "Ferry\n\nIt sails again. Soon.");
    let at = clean.text.find("sails").unwrap();
    assert_eq!(&text[clean.source(&(at..at + 5))], "sails");
    let whole = clean.blocks[1].span.clone();
    assert_eq!(&text[clean.source(&whole)], "It **sails** again.[1] Soon.");
    assert_eq!(clean.skipped[0].reason, SkipReason::Code);
}

#[test]
fn what_is_asked_for_is_included() {
    let text = "The ferry is back. It sails on Saturday.\n\nAdvertisement\n\nMore text follows here.";
    let skipped = clean(text).skipped;
    assert_eq!(skipped.len(), 1);
    let all = CleanText::read(text, &[skipped[0].span.clone()], &known);
    assert!(all.skipped.is_empty() && all.text.contains("Advertisement"));
}

#[test]
fn an_element_of_a_page_can_be_included() {
    let page =
        "<html><body><p>The ferry is back.</p><aside>It sails at nine.</aside><p>More follows.</p></body></html>";
    let skipped = clean(page).skipped;
    assert!(!clean(page).text.contains("nine") && skipped.len() == 1, "{skipped:?}");
    let all = CleanText::read(page, &[skipped[0].span.clone()], &known);
    assert!(all.text.contains("nine") && all.skipped.is_empty(), "{all:?}");
}

/// Twice the text, about twice the time; the bound is generous, as test machines are busy.
#[test]
fn marks_that_never_end_take_no_time() {
    for part in [
        "[",
        "[[",
        "[a](",
        "*",
        "*a ",
        "`a",
        "``a `",
        "<b ",
        "Ana: x\nBen: y\n",
        "a¹ ",
        "1 A\n\n",
        "> a\n",
        "&",
        "<p>",
        "<!--",
    ] {
        let text = part.repeat(300_000 / part.len());
        let start = std::time::Instant::now();
        let _ = clean(&text);
        assert!(start.elapsed().as_secs() < 10, "{part:?} took {:?}", start.elapsed());
    }
}

#[test]
fn what_is_no_text_says_what_it_is() {
    assert_eq!(clean("name,port,berth\nAda,Hull,3\nBea,York,4\nCia,Wex,5\n").main_reason(), Some(SkipReason::Table));
    assert_eq!(clean("fn main() {\n    let x = f(1);\n    g(x);\n}\n").main_reason(), Some(SkipReason::Code));
    assert_eq!(clean("").main_reason(), None);
}

#[test]
fn plain_text_stays_as_it_is() {
    for text in [
        "One sentence.",
        "He said: “It is over.” She left (at last).\n\nThey waited – for 3 * 4 hours – and a_b was 5.",
        "mr. smith said . `` it is , '' he added . -lrb- cnn -rrb- -- the end .",
        "我去了。你呢？",
    ] {
        assert_eq!(clean(text).text, text);
        assert!(clean(text).skipped.is_empty());
    }
}

proptest! {
    #[test]
    fn every_span_is_one_of_the_text(text in "(?s)([a-zA-Z ]{0,9}|[0-9]|\\*\\*|<p>|</p>|<b>|&amp;|\\[1\\]|>|- |: |On x@y wrote:|\\r\\n|\\n|\\n\\n|```|\\||#|--|é|¹|[.!?,]){0,60}") {
        let clean = CleanText::read(&text, &[], &known);
        let mut end = 0;
        for block in &clean.blocks {
            prop_assert!(block.span.start >= end && block.span.end <= clean.text.len());
            prop_assert!(clean.text.get(block.span.clone()).is_some());
            let source = clean.source(&block.span);
            prop_assert!(text.get(source).is_some());
            end = block.span.end;
        }
        for passage in &clean.skipped {
            prop_assert!(text.get(passage.span.clone()).is_some(), "{:?}", passage);
        }
    }

    #[test]
    fn so_it_is_for_any_text(text in "(?s).{0,200}") {
        let clean = CleanText::read(&text, &[], &known);
        for block in &clean.blocks {
            prop_assert!(text.get(clean.source(&block.span)).is_some());
        }
    }
}
