//! `inkling evaluate summary`: a summarizer on a data set, beside the beginnings of the texts.

use std::{
    collections::HashSet,
    fs::File,
    io::{BufWriter, Write},
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Context, Result, bail};
use burn::tensor::Device;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{
    line_faults::{FaultReport, FaultTally},
    summary_metrics::{MetricsAccumulator, SummaryMetrics},
    tested_summarizers::{LeadBaseline, ModelUnderTest, RewriteStats, SummarizerUnderTest, WrittenSummaries},
};
use crate::{
    cli::{
        arguments::{SummaryKindArg, SummaryLengthArg},
        datasets::jsonl,
        packages::text::{self as packages, LoadedSummarizer},
    },
    models::summarizer::{BeamSearchConfig, RougeScorer, SummaryKind, SummaryLength, line_faults::FaultSource},
    protocol::Metric,
    text,
};

/// What is evaluated, and on what.
#[derive(Args)]
pub struct EvaluateSummaryArgs {
    /// A package's name, or `lead`: the beginning of each text.
    #[arg(long)]
    model: String,
    /// JSON Lines (.jsonl or .jsonl.gz) of `{id, text, summaries}`.
    #[arg(long)]
    data: PathBuf,
    /// What is wanted.
    #[arg(long)]
    kind: SummaryKindArg,
    /// How much of it; `sentence` takes none.
    #[arg(long, default_value = "short")]
    length: SummaryLengthArg,
    /// Take the sentences as they are, and shorten none.
    #[arg(long)]
    extract: bool,
    /// Of headlines, only texts that hold at least half of the title's words of four letters or more.
    #[arg(long)]
    supported: bool,
    /// Where the packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// Another width of the search than the model's own.
    #[arg(long)]
    beam: Option<usize>,
    /// Another normalization of lengths than the model's own.
    #[arg(long)]
    normalization: Option<f32>,
    /// Another price of new words than the model's own.
    #[arg(long)]
    novelty: Option<f32>,
    /// Only the first so many texts.
    #[arg(long)]
    limit: Option<usize>,
    /// Write the figures into the package's card under this name of the data.
    #[arg(long, conflicts_with = "written")]
    record: Option<String>,
    /// Prints the figures as one JSON object.
    #[arg(long)]
    json: bool,
    /// Writes `{id, summary}` a line, a sentence of the summary a line in it.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Measures the summaries in a file that `--out` wrote, by whatever program, in place of the model's own.
    #[arg(long)]
    written: Option<PathBuf>,
}

impl EvaluateSummaryArgs {
    fn question(&self) -> EvaluationConfig<'_> {
        EvaluationConfig {
            data: &self.data,
            kind: self.kind.into(),
            length: self.length.into(),
            supported: self.supported,
            limit: self.limit,
        }
    }
}

/// The figures of a model and of the beginnings, as `--json` prints them.
#[derive(Serialize)]
pub struct EvaluationReport {
    #[serde(flatten)]
    pub model: SummaryMetrics,
    #[serde(flatten)]
    rewriting: RewriteStats,
    /// What a reader would find fault with in the lines.
    line_faults: FaultReport,
    baseline_line_faults: FaultReport,
    pub baseline: SummaryMetrics,
}

#[derive(Serialize)]
struct GeneratedSummaryJson<'a> {
    id: &'a str,
    summary: &'a str,
}

/// What is evaluated, for whoever has a model that is no package.
pub struct EvaluationConfig<'a> {
    /// JSON Lines.
    pub data: &'a Path,
    /// What is wanted.
    pub kind: SummaryKind,
    /// How much of it.
    pub length: SummaryLength,
    /// Only texts that hold their titles; see [`EvaluateSummaryArgs`].
    pub supported: bool,
    /// Only the first so many rows.
    pub limit: Option<usize>,
}

/// Measures a model on a data set. The sentences are only extracted if `extract` says so.
pub fn measure(summarizer: LoadedSummarizer, question: &EvaluationConfig, extract: bool) -> Result<EvaluationReport> {
    let mut model = ModelUnderTest::new(summarizer, Device::flex(), extract);
    evaluate(&mut model, question, |_, _| Ok(()))
}

/// Evaluates it.
pub fn run(arguments: &EvaluateSummaryArgs) -> Result<()> {
    let mut model: Box<dyn SummarizerUnderTest> = match &*arguments.model {
        "lead" => Box::new(LeadBaseline),
        name => {
            let device = Device::flex();
            let mut summarizer = packages::open(&arguments.models, name, &device)?;
            if let LoadedSummarizer::Summary(summarizer) = &mut summarizer {
                let BeamSearchConfig { beam, normalization, novelty } = BeamSearchConfig::of(arguments.kind.into());
                summarizer.search = Some(BeamSearchConfig {
                    beam: arguments.beam.unwrap_or(beam),
                    normalization: arguments.normalization.unwrap_or(normalization),
                    novelty: arguments.novelty.unwrap_or(novelty),
                });
            }
            Box::new(ModelUnderTest::new(summarizer, device, arguments.extract))
        }
    };
    if let Some(file) = &arguments.written {
        model = Box::new(WrittenSummaries::read(file, model)?);
    }
    let mut out = arguments.out.as_deref().map(create).transpose()?;
    let outcome = evaluate(model.as_mut(), &arguments.question(), |id, summary| {
        if let Some(out) = &mut out {
            serde_json::to_writer(&mut *out, &GeneratedSummaryJson { id, summary })?;
            out.write_all(b"\n")?;
        }
        Ok(())
    })?;
    if let Some(data) = &arguments.record {
        packages::record(&arguments.models, &arguments.model, metrics(arguments, &outcome, data))?;
    }
    if let Some(mut out) = out {
        out.flush().context("writing the summaries")?;
    }
    if arguments.json {
        print_line!("{}", serde_json::to_string(&outcome)?)?;
    } else {
        print_line!("{} on {} texts of {}", arguments.model, outcome.model.pairs, arguments.data.display())?;
        print_line!("  {:<20} {:>9} {:>9}", "", "model", "baseline")?;
        let row = |name: &str, of: fn(&SummaryMetrics) -> f64| -> Result<()> {
            print_line!("  {name:<20} {:>9.3} {:>9.3}", of(&outcome.model), of(&outcome.baseline))?;
            Ok(())
        };
        row("ROUGE-1", |figures| figures.rouge1)?;
        row("ROUGE-2", |figures| figures.rouge2)?;
        row("ROUGE-Lsum", |figures| figures.rouge_l)?;
        row("kept-token F1", |figures| figures.kept_f1)?;
        row("novel words", |figures| figures.novel_words)?;
        row("repeated trigrams", |figures| figures.repeated_trigrams)?;
        row("seconds", |figures| figures.seconds)?;
        let RewriteStats { rewritten, shorter, refused } = outcome.rewriting;
        let (rewritten, shorter) = (100.0 * rewritten, 100.0 * shorter);
        print_line!(
            "  {rewritten:.1}% of the lines shortened, those {shorter:.1}% shorter; {refused} do not pass the gate"
        )?;
        outcome.line_faults.print(&outcome.baseline_line_faults)?;
    }
    Ok(())
}

/// Whether at least half of a title's words of four letters or more stand in the text.
fn is_supported(title: &str, text: &str) -> bool {
    let of = |text: &str| text::words(text).into_iter().map(|word| word.text).collect::<Vec<_>>();
    let held: HashSet<String> = of(text).into_iter().collect();
    let long: Vec<String> =
        of(title).into_iter().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 4).collect();
    2 * long.iter().filter(|word| held.contains(*word)).count() >= long.len()
}

/// The figures for a card.
fn metrics(arguments: &EvaluateSummaryArgs, outcome: &EvaluationReport, data: &str) -> Vec<Metric> {
    let kind = arguments.kind.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let length = arguments.length.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default();
    let file = arguments.data.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let mut command = format!(
        "cargo run --release -- evaluate summary --model {} --data DATA/summary/{file} --kind {kind} --length {length}",
        arguments.model
    );
    for (given, flag) in [(arguments.extract, " --extract"), (arguments.supported, " --supported")] {
        if given {
            command += flag;
        }
    }
    if let Some(limit) = arguments.limit {
        command += &format!(" --limit {limit}");
    }
    let extract = if arguments.extract { ", extracted" } else { "" };
    let metric = |of: &str, value: f64| Metric {
        name: format!("{of}, {kind} {length}{extract}"),
        value,
        data: data.to_owned(),
        command: command.clone(),
    };
    let SummaryMetrics { rouge1, rouge2, rouge_l, kept_f1, novel_words, repeated_trigrams, .. } = outcome.model;
    let mut metrics = vec![
        metric("ROUGE-1", rouge1),
        metric("ROUGE-1 of the baseline", outcome.baseline.rouge1),
        metric("ROUGE-2", rouge2),
        metric("ROUGE-2 of the baseline", outcome.baseline.rouge2),
        metric("ROUGE-Lsum", rouge_l),
        metric("ROUGE-Lsum of the baseline", outcome.baseline.rouge_l),
    ];
    if SummaryKind::from(arguments.kind) == SummaryKind::Sentence {
        metrics.push(metric("kept-token F1", kept_f1));
    }
    if !arguments.extract {
        metrics.push(metric("share of words that the source does not hold", novel_words));
        metrics.push(metric("share of repeated trigrams", repeated_trigrams));
        metrics.push(metric("share of the lines that are shortened", outcome.rewriting.rewritten));
    }
    metrics.extend(outcome.line_faults.shares().map(|(of, share)| metric(&of, share)));
    metrics
}

fn create(path: &Path) -> Result<BufWriter<File>> {
    Ok(BufWriter::new(File::create(path).with_context(|| format!("making {}", path.display()))?))
}

fn evaluate(
    model: &mut dyn SummarizerUnderTest,
    question: &EvaluationConfig,
    mut each: impl FnMut(&str, &str) -> Result<()>,
) -> Result<EvaluationReport> {
    let EvaluationConfig { data, kind, length, supported, limit } = *question;
    let mut scorer = RougeScorer::new();
    let (mut tally, mut baseline) = (MetricsAccumulator::default(), MetricsAccumulator::default());
    let (mut faults, mut baseline_faults) = (FaultTally::default(), FaultTally::default());
    let is_headline = kind == SummaryKind::Headline;
    for row in jsonl::open(data)?.take(limit.unwrap_or(usize::MAX)) {
        let row = row?.with_context(|| data.display().to_string())?;
        let references: Vec<String> = row.summaries.iter().map(|summary| summary.text().to_owned()).collect();
        if supported && !references.iter().any(|title| is_supported(title, &row.text)) {
            continue;
        }
        let timed = |model: &mut dyn SummarizerUnderTest| -> Result<(String, f64)> {
            let started = Instant::now();
            let summary = model.summarize(&row.id, &row.text, kind, length)?;
            Ok((summary, started.elapsed().as_secs_f64()))
        };
        let (summary, seconds) = timed(model)?;
        tally.add(&mut scorer, &row.text, &references, &summary, seconds);
        let (first, seconds) = timed(&mut LeadBaseline)?;
        baseline.add(&mut scorer, &row.text, &references, &first, seconds);
        let source = FaultSource::read(&row.text);
        faults.add(&source, &summary, is_headline, |line| model.syntax(line))?;
        baseline_faults.add(&source, &first, is_headline, |line| model.syntax(line))?;
        each(&row.id, &summary)?;
    }
    if tally.figures().pairs == 0 {
        bail!("{} holds no texts", data.display());
    }
    Ok(EvaluationReport {
        model: tally.figures(),
        rewriting: model.rewriting(),
        line_faults: faults.report(),
        baseline_line_faults: baseline_faults.report(),
        baseline: baseline.figures(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_beginning_is_its_own_baseline() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("texts.jsonl");
        let lines = [
            r#"{"id": "a", "text": "It rained. It snowed. It froze. Then it thawed.", "summaries": ["It rained.\nIt froze."]}"#,
            r#"{"id": "b", "text": "The sun rose.", "summaries": ["The sun rose."]}"#,
        ];
        std::fs::write(&data, lines.join("\n")).unwrap();
        let arguments = EvaluateSummaryArgs {
            model: "lead".into(),
            data,
            kind: SummaryKindArg::KeyPoints,
            length: SummaryLengthArg::Short,
            extract: false,
            supported: false,
            models: "models".into(),
            beam: None,
            normalization: None,
            novelty: None,
            limit: None,
            record: None,
            json: true,
            out: None,
            written: None,
        };
        let mut written = Vec::new();
        let outcome = evaluate(&mut LeadBaseline, &arguments.question(), |id, summary| {
            written.push((id.to_owned(), summary.to_owned()));
            Ok(())
        })
        .unwrap();
        assert_eq!(written[0], ("a".to_owned(), "It rained.\nIt snowed.\nIt froze.".to_owned()));
        assert_eq!(written[1].1, "The sun rose.");
        let json = serde_json::to_value(&outcome).unwrap();
        for key in ["rouge1", "rouge2", "rougeL", "kept_f1", "novel_words", "repeated_trigrams", "pairs", "seconds"] {
            assert!(json[key].is_number() && json["baseline"][key].is_number(), "{key}");
        }
        assert_eq!(json["rouge1"], json["baseline"]["rouge1"]);
        assert!((outcome.model.rouge1 - 90.0).abs() < 1e-9, "{}", outcome.model.rouge1);
        assert_eq!(outcome.model.novel_words, 0.0);
        // "It snowed." follows the line that it follows in the text.
        assert_eq!(json["line_faults"]["lines"], 4);
        assert_eq!(json["line_faults"]["subsequences"], 1.0);
        assert_eq!(json["line_faults"]["dangling"], 0.0);
    }
}
