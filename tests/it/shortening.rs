//! The shipped summarizer on sentences that a shortened line could turn into their opposite.

use inkling::{
    models::summarizer::{
        NullObserver, Shortness, Summarizer, SummaryKind, SummaryLength, WantedSummary,
        network::SummarizerConfig,
        shortening::{ShorteningRule, check_line, governance},
    },
    package::{Manifest, PackageFiles},
    text::{Document, words},
};

/// 200 sentences of mail, law, medicine, news, recipes and research, written for this project: `domain<TAB>sentence`. Each holds words of
/// negation, exclusion, condition, modality, doubt or attribution.
const SENTENCES: &str = include_str!("governed_sentences.tsv");

/// The shipped summarizer.
pub fn summarizer() -> (Summarizer, burn::tensor::Device) {
    let device = burn::tensor::Device::flex();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/models/summary/summary");
    let read = |name: &str| std::fs::read(format!("{folder}/{name}")).unwrap();
    let manifest = Manifest::<SummarizerConfig>::parse(&read("model.json")).unwrap();
    let files = PackageFiles {
        weights: read("weights.safetensors"),
        vocabulary: read("vocabulary.txt"),
        words: read("words.txt"),
    };
    (Summarizer::open(&manifest, &files, &device).unwrap(), device)
}

/// Every line of every kind is, in order, words of one sentence, and left out no word that governs what it kept.
#[test]
fn no_line_says_the_opposite_of_its_sentence() {
    let (summarizer, device) = summarizer();
    let rows: Vec<(&str, &str)> = SENTENCES.lines().map(|line| line.split_once('\t').unwrap()).collect();
    assert_eq!(rows.len(), 200);
    let governed = |sentence: &str| words(sentence).iter().any(|word| governance(&word.text).is_some());
    assert!(rows.iter().filter(|(_, sentence)| governed(sentence)).count() >= 195);
    let mut checked = 0;
    // Five sentences a text, so that each kind chooses among them as well.
    for rows in rows.chunks(5) {
        let text = rows.iter().map(|(_, sentence)| *sentence).collect::<Vec<_>>().join(" ");
        let document = Document::read(&text);
        for (kind, length) in [
            (SummaryKind::KeyPoints, SummaryLength::Long),
            (SummaryKind::Tldr, SummaryLength::Short),
            (SummaryKind::Teaser, SummaryLength::Medium),
            (SummaryKind::Sentence, SummaryLength::Short),
            (SummaryKind::Headline, SummaryLength::Short),
        ] {
            let lines = pollster::block_on(summarizer.summarize(
                &text,
                &WantedSummary::new(kind, length),
                &device,
                &mut NullObserver,
            ))
            .unwrap();
            for line in lines {
                checked += 1;
                let mut said = words(&line.text);
                let [source] = line.sources[..] else { panic!("{kind:?} is made of several sentences: {}", line.text) };
                let sentence = document.words_of(&document.sentences[source as usize]);
                // A headline has no final stop.
                if kind == SummaryKind::Headline {
                    said.extend(sentence.last().filter(|last| last.text == ".").cloned());
                }
                let rule = match kind {
                    SummaryKind::Sentence | SummaryKind::Headline => ShorteningRule::Subtrees,
                    _ => ShorteningRule::Phrases,
                };
                assert_eq!(check_line(sentence, &said, rule), Ok(()), "{kind:?}: {}", line.text);
            }
        }
    }
    assert!(checked > 400, "{checked}");
}

/// At every shortness a line holds what [`check_line`] asks for, and the shorter it is wanted, the fewer words all have together.
#[test]
fn lines_hold_at_every_shortness() {
    let (summarizer, device) = summarizer();
    let rows: Vec<&str> = SENTENCES.lines().map(|line| line.split_once('\t').unwrap().1).collect();
    for (kind, rule) in
        [(SummaryKind::KeyPoints, ShorteningRule::Phrases), (SummaryKind::Sentence, ShorteningRule::Subtrees)]
    {
        let mut counts = Vec::new();
        for shortness in [0.0, 20.0, 50.0, 80.0, 100.0] {
            let shortness = Shortness::try_from(shortness).unwrap();
            let wanted = WantedSummary { shortness, ..WantedSummary::new(kind, SummaryLength::Long) };
            let mut count = 0;
            for rows in rows.chunks(5) {
                let text = rows.join(" ");
                let document = Document::read(&text);
                let lines =
                    pollster::block_on(summarizer.summarize(&text, &wanted, &device, &mut NullObserver)).unwrap();
                for line in lines {
                    let said = words(&line.text);
                    let [source] = line.sources[..] else { panic!("it is made of several sentences: {}", line.text) };
                    let sentence = document.words_of(&document.sentences[source as usize]);
                    // Beyond the usual shortness, whole subtrees go of every kind.
                    let rule = if shortness > Shortness::DEFAULT { ShorteningRule::Subtrees } else { rule };
                    assert_eq!(check_line(sentence, &said, rule), Ok(()), "{shortness:?}: {}", line.text);
                    if shortness == Shortness::AS_IT_STANDS {
                        assert_eq!(said.len(), sentence.len(), "{}", line.text);
                    }
                    let whole = line.whole.as_ref().map_or(said.len(), |whole| whole.words.len());
                    assert_eq!(whole, sentence.len(), "{}", line.text);
                    assert!(line.reason.as_ref().is_some_and(|reason| reason.place == source + 1));
                    count += said.len();
                }
            }
            counts.push(count);
        }
        println!("{kind:?}: words at shortness 0, 20, 50, 80, 100: {counts:?}");
        assert!(counts.is_sorted_by(|a, b| a >= b) && counts[0] > counts[2], "{counts:?}");
        // One sentence is usually as short as it holds already.
        assert!(kind == SummaryKind::Sentence || counts[2] > counts[4], "{counts:?}");
    }
}

/// What the page made of these texts before there was a gate.
#[test]
fn lines_that_were_wrong_once() {
    let (summarizer, device) = summarizer();
    let line = |text: &str, kind| {
        let lines = pollster::block_on(summarizer.summarize(
            text,
            &WantedSummary::new(kind, SummaryLength::Short),
            &device,
            &mut NullObserver,
        ))
        .unwrap();
        lines.into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n")
    };
    for text in [
        "You must not take these tablets with alcohol or on an empty stomach, unless your doctor tells you so.",
        "There is no evidence that Mr. Crane stole the money, the court said on Monday.",
        "They do not show that urban beekeeping causes declines of populations of wild bees in any of the cities.",
        "NO FERRY WILL RUN ON SUNDAY BETWEEN THE TOWN AND THE ISLAND BECAUSE OF THE STORM.",
        "The supplier may suspend the service after ten days if any undisputed invoice remains unpaid.",
        "The bridge was opened two years late, after the money for it had run out twice.",
    ] {
        for kind in [
            SummaryKind::Sentence,
            SummaryKind::KeyPoints,
            SummaryKind::Tldr,
            SummaryKind::Teaser,
            SummaryKind::Headline,
        ] {
            let line = line(text, kind);
            for word in words(text).iter().filter(|word| governance(&word.text).is_some()) {
                assert!(
                    words(&line).iter().any(|kept| kept.text == word.text),
                    "{kind:?} lost {:?}: {line}",
                    word.text
                );
            }
        }
    }
}
