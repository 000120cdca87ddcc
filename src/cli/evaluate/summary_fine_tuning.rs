//! `inkling evaluate summary-fine-tuning`: fine-tunes the summarizer on a few reference summaries, as the page does.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;

use crate::{
    cli::prepare,
    engine::Engine,
    host::NativeHost,
    protocol::{
        EngineKind, EvaluationComparison, FineTuneRequest, FineTuneResult, JobId, OptimizerKind, Reply, Request,
        StartFrom, SummarizationMetrics, TextSample, TrainableLayers, TrainingConfig, TrainingData,
    },
};

/// Arguments of `evaluate teaching`.
#[derive(clap::Args)]
pub struct EvaluateSummaryFineTuningArgs {
    /// The folder with the summary sets, or the one around it.
    #[arg(long)]
    data: PathBuf,
    /// Where the packages are.
    #[arg(long, default_value = "models")]
    models: PathBuf,
    /// Only so many pages are learned from.
    #[arg(long)]
    samples: Option<usize>,
    /// The highest learning rate; the page's if not given.
    #[arg(long)]
    rate: Option<f64>,
    /// Epochs of ten steps; the page's if not given.
    #[arg(long)]
    epochs: Option<u32>,
    /// Which layers train.
    #[arg(long, value_enum, default_value = "end-to-end")]
    layers: TrainableLayersArg,
    /// Stochastic gradient descent with momentum in place of Adam.
    #[arg(long)]
    momentum: bool,
    /// Write what was learned here, as the page exports it.
    #[arg(long)]
    out: Option<PathBuf>,
}

/// Which layers train.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum TrainableLayersArg {
    EndToEnd,
    Top,
    Layered,
}

/// Learns and prints.
pub fn run(arguments: &EvaluateSummaryFineTuningArgs) -> Result<()> {
    let mut pages = prepare::pages(&prepare::summary_folder(&arguments.data))?;
    pages.truncate(pages.len() - prepare::JUDGED_PAGES);
    pages.truncate(arguments.samples.unwrap_or(pages.len()));
    let plan = TrainingConfig {
        rate: arguments.rate.unwrap_or(TrainingConfig::TEXTS.rate),
        epochs: arguments.epochs.unwrap_or(TrainingConfig::TEXTS.epochs),
        layers: match arguments.layers {
            TrainableLayersArg::EndToEnd => TrainableLayers::EndToEnd,
            TrainableLayersArg::Top => TrainableLayers::Top,
            TrainableLayersArg::Layered => TrainableLayers::Layered,
        },
        optimizer: if arguments.momentum { OptimizerKind::Momentum } else { TrainingConfig::TEXTS.optimizer },
    };
    print_line!(
        "summary, {} pages of the government with a sentence that people wrote of each, {plan:?}",
        pages.len()
    )?;
    let learned = learn(arguments, pages, plan)?;
    let EvaluationComparison::Texts { held_out, own } = &learned.figures else {
        bail!("a summarizer has figures of texts")
    };
    print_line!("{:<34} {:>8} {:>8} {:>8} {:>8}", "", "ROUGE-1", "ROUGE-2", "-Lsum", "loss")?;
    let row = |name: &str, report: &SummarizationMetrics| -> Result<()> {
        let SummarizationMetrics { rouge1, rouge2, rouge_l, loss, texts } = report;
        print_line!("{:<34} {rouge1:>8.2} {rouge2:>8.2} {rouge_l:>8.2} {loss:>8.3}", format!("{name}, {texts} texts"))?;
        Ok(())
    };
    row("learned from, before", &own.before)?;
    row("learned from, after", &own.after)?;
    row("held out, before", &held_out.before)?;
    row("held out, after", &held_out.after)?;
    print_line!("{} steps in {:.1} s", learned.steps, learned.ms / 1e3)?;
    if let Some(path) = &arguments.out {
        std::fs::write(path, &learned.package).with_context(|| format!("writing {}", path.display()))?;
        print_line!("Wrote {}", path.display())?;
    }
    Ok(())
}

/// As the page does it, through the engine.
fn learn(
    arguments: &EvaluateSummaryFineTuningArgs,
    samples: Vec<TextSample>,
    plan: TrainingConfig,
) -> Result<FineTuneResult> {
    let host = NativeHost::new(&arguments.models);
    let engine = pollster::block_on(Engine::start(EngineKind::Cpu, host, || ()))?;
    let mut last = None;
    let load = Request::Load { model: "summary".to_owned() };
    pollster::block_on(engine.handle(JobId(1), load, &mut |reply| last = Some(reply)));
    if let Some(Reply::Failed(failure)) = last {
        return Err(failure.into());
    }
    let (lesson, title) = (TrainingData::Texts { samples }, "Taught with pages of the government".to_owned());
    let ask =
        FineTuneRequest { model: "summary".to_owned(), title, lesson, plan, from: StartFrom::Start, checkpoint: None };
    let mut last = None;
    pollster::block_on(engine.handle(JobId(2), Request::Learn(Box::new(ask)), &mut |reply| {
        if let Reply::Learning(step) = &reply
            && let Some(rouge) = step.held_out
        {
            print_note!(
                "step {} of {}: loss {:.3}, mean ROUGE of some held out {:.2}",
                step.done,
                step.steps,
                step.loss,
                100.0 * rouge
            );
        }
        last = Some(reply);
    }));
    match last {
        Some(Reply::Learned(learned)) => Ok(*learned),
        Some(Reply::Failed(failure)) => Err(failure.into()),
        _ => bail!("the engine did not answer"),
    }
}
