//! The names and formats of the metrics that versions are judged by.

use crate::app::model::user_data::task::MainMetric;

/// The names of the three metrics in a comparison of versions, the main one first.
pub fn columns(metric: MainMetric) -> [&'static str; 3] {
    match metric {
        MainMetric::Accuracy => ["accuracy", "recall", "F1"],
        MainMetric::Rouge => ["ROUGE-1", "ROUGE-2", "ROUGE-L"],
    }
}

/// The name of the curve on held-out samples.
pub fn curve_name(metric: MainMetric) -> &'static str {
    match metric {
        MainMetric::Accuracy => "held-out accuracy",
        MainMetric::Rouge => "held-out ROUGE",
    }
}

/// The main metric, given as a share.
pub fn value(metric: MainMetric, share: f64) -> String {
    match metric {
        MainMetric::Accuracy => format!("{:.1}%", 100.0 * share),
        MainMetric::Rouge => format!("ROUGE {:.1}", 100.0 * share),
    }
}

/// The main metric before and after training, given as shares.
pub fn before_and_after(metric: MainMetric, [before, after]: [f64; 2]) -> String {
    match metric {
        MainMetric::Accuracy => format!("{:.1}% → {:.1}%", 100.0 * before, 100.0 * after),
        MainMetric::Rouge => format!("ROUGE {:.1} → {:.1}", 100.0 * before, 100.0 * after),
    }
}
