//! How well sentence boundaries are found in texts that were written for it, before the splitter was tried on them.

use std::collections::BTreeSet;

use inkling::text::{is_white, sentences};

/// Mails, papers, chats, articles and texts in other languages, with invented names: `=== section`, documents with `---` between, `‖`
/// where a sentence ends.
const TEXTS: &str = include_str!("sentence_boundaries.txt");

/// Boundaries that were found and that there are, and how many of them agree.
#[derive(Clone, Copy, Debug, Default)]
struct BoundaryCounts {
    found: usize,
    gold: usize,
    right: usize,
}

impl BoundaryCounts {
    fn f1(self) -> f64 {
        2.0 * self.right as f64 / (self.found + self.gold) as f64
    }
}

/// The boundaries inside a document, as numbers of characters before them that show: white space at a boundary belongs to neither side.
fn count(document: &str) -> BoundaryCounts {
    let shown = |text: &str| text.chars().filter(|c| !is_white(*c)).count();
    let text = document.replace('‖', "");
    let total = shown(&text);
    let mut before = 0;
    let gold: BTreeSet<usize> = document
        .split('‖')
        .map(|part| {
            before += shown(part);
            before
        })
        .filter(|at| (1..total).contains(at))
        .collect();
    let found: BTreeSet<usize> =
        sentences(&text).iter().map(|span| shown(&text[..span.end])).filter(|at| *at < total).collect();
    BoundaryCounts { found: found.len(), gold: gold.len(), right: found.intersection(&gold).count() }
}

/// `cargo test --features cli --test it sentence_boundaries -- --nocapture` prints the figures.
#[test]
fn boundaries_are_found() {
    let mut all = BoundaryCounts::default();
    for section in TEXTS.split("=== ").skip(1) {
        let (name, body) = section.split_once('\n').unwrap();
        let mut counts = BoundaryCounts::default();
        for document in body.split("\n---\n") {
            let one = count(document);
            counts.found += one.found;
            counts.gold += one.gold;
            counts.right += one.right;
        }
        println!("{name:16} {counts:?} F1 {:.4}", counts.f1());
        assert!(counts.f1() >= 0.95, "{name}: {counts:?}, F1 {:.4}", counts.f1());
        all.found += counts.found;
        all.gold += counts.gold;
        all.right += counts.right;
    }
    println!("all              {all:?} F1 {:.4}", all.f1());
    assert!(all.gold >= 300, "{all:?}");
    assert!(all.f1() >= 0.985, "{all:?}, F1 {:.4}", all.f1());
}
