//! ROUGE against Google's package, see `tests/golden/rouge.py`.

use inkling::models::summarizer::{RougeScore, RougeScorer, stem};
use serde::Deserialize;

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

/// Precision, recall and F1 of each score.
#[derive(Deserialize)]
struct Case {
    reference: String,
    candidate: String,
    rouge1: [f64; 3],
    rouge2: [f64; 3],
    #[serde(rename = "rougeLsum")]
    rouge_lsum: [f64; 3],
}

#[derive(Deserialize)]
struct Stems {
    stems: String,
}

#[test]
fn scores_are_those_of_rouge_score() {
    let golden: Golden = serde_json::from_str(include_str!("../golden/rouge.json")).unwrap();
    assert!(golden.cases.len() >= 60);
    let mut scorer = RougeScorer::new();
    for case in &golden.cases {
        let rouge = scorer.score(&case.reference, &case.candidate);
        for (name, score, expected) in
            [("1", rouge.one, case.rouge1), ("2", rouge.two, case.rouge2), ("Lsum", rouge.lsum, case.rouge_lsum)]
        {
            let RougeScore { precision, recall } = score;
            for (value, expected) in [precision, recall, score.f1()].into_iter().zip(expected) {
                assert!((value - expected).abs() < 1e-6, "ROUGE-{name} {value} {expected}: {:?}", case.candidate);
            }
        }
    }
}

#[test]
fn stems_are_those_of_nltk() {
    let golden: Stems = serde_json::from_str(include_str!("../golden/porter.json")).unwrap();
    let mut count = 0;
    for (word, expected) in golden.stems.split(' ').filter_map(|pair| pair.split_once(':')) {
        assert_eq!(stem(word), expected, "{word}");
        count += 1;
    }
    assert!(count > 5_000, "{count}");
}
