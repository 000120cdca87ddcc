//! The training panel: configuration, progress and result of a training run.

use wasm_bindgen::JsCast;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::app::browser::dom;
use crate::app::messages::{format, metrics, user_data};
use crate::app::model::charts::{Chart, ChartLine, LineStyle, Measure};
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::training_lock::LockOwner;
use crate::app::model::user_data::training_run::{ActiveRun, TrainingRun};
use crate::app::model::user_data::version::MAX_ACCURACY_DROP;
use crate::app::model::user_data::{UserData, UserDataAction};
use crate::app::model::{Action, State};
use crate::app::view::charts::{chart_figure, gradient_norms};
use crate::app::view::confusion_matrix::confusion_matrix;
use crate::protocol::{
    BeforeAfter, CheckpointStatus, ClassificationMetrics, EvaluationComparison, FineTuneResult, OptimizerKind,
    RunState, SummarizationMetrics, TrainableLayers, TrainingConfig,
};

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct TrainingPanelProps {
    /// The task.
    pub task: Task,
    /// Corrections, training runs and versions.
    pub user_data: UserData,
    /// The active model.
    pub model: AttrValue,
    /// Whether it is loaded.
    pub ready: bool,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The training panel.
#[component]
pub fn TrainingPanel(props: &TrainingPanelProps) -> Html {
    let (user_data, dispatch, task) = (&props.user_data, &props.dispatch, props.task);
    let act = |action: UserDataAction| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::UserData(action.clone())))
    };
    let start = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::UserData(UserDataAction::StartTraining(
                task,
                format!("Mine, {}", dom::now_in_words()),
            )));
        })
    };
    let elsewhere = user_data.training_lock.owner() == LockOwner::OtherTab;
    let busy = user_data.training.busy() || elsewhere;
    let texts = task.texts();
    let body = match &user_data.training {
        TrainingRun::Idle if elsewhere => html! {
            <p class="caption" role="status">{ "Another tab is training. Its result will appear here; if you close that tab, this one takes over." }</p>
        },
        _ if user_data.training_task() != Some(task) => match busy {
            true => {
                html! { <p class="caption" role="status">{ "Another model is being trained. Only one can be trained at a time." }</p> }
            }
            false => Html::default(),
        },
        TrainingRun::Idle => Html::default(),
        TrainingRun::Queued(_) => html! {
            <div>
                <p class="caption" role="status">{ if elsewhere { "Another tab is training. This training starts when that one is done." } else { "Waiting for the model…" } }</p>
                <div class="tools"><button type="button" class="button" data-next-focus="start-training training-state" onclick={act(UserDataAction::CancelTraining)}>{ "Stop" }</button></div>
            </div>
        },
        TrainingRun::Running(running) => active_run(running, &act),
        TrainingRun::Failed(_, why) => html! {
            <div role="alert"><p class="trouble">{ format::sentence(why) }</p>
            <button type="button" class="button" data-next-focus="start-training course-title" onclick={act(UserDataAction::DismissResult)}>{ "Close" }</button></div>
        },
        TrainingRun::Completed(name, learned) => completed_run(name, learned, props, &act),
    };
    html! {
        <section class="card course" aria-labelledby="course-title">
            <h2 id="course-title" tabindex="-1">{ texts.teach_title }</h2>
            <p class="caption">{ user_data::single_digit_hint(user_data, task).unwrap_or_else(|| texts.teach_about.into()) }</p>
            { training_config(task, user_data.config(task), busy, dispatch) }
            <div class="tools">
                <button type="button" id="start-training" class="button primary" data-next-focus="training-state" disabled={busy || !props.ready || user_data.correction_count(task) == 0} onclick={start}>{ "Learn" }</button>
            </div>
            <div id="training-state" tabindex="-1">{ body }</div>
        </section>
    }
}

fn training_config(task: Task, plan: &TrainingConfig, busy: bool, dispatch: &UseReducerDispatcher<State>) -> Html {
    let choose = |change: fn(&mut TrainingConfig, &str)| {
        let (dispatch, plan) = (dispatch.clone(), *plan);
        Callback::from(move |event: Event| {
            let select = event.target().and_then(|target| target.dyn_into::<HtmlSelectElement>().ok());
            if let Some(select) = select {
                let mut plan = plan;
                change(&mut plan, &select.value());
                dispatch.dispatch(Action::UserData(UserDataAction::SetTrainingConfig(task, plan)));
            }
        })
    };
    let select = |label: &'static str, now: usize, options: &[&str], change: fn(&mut TrainingConfig, &str)| {
        html! {
            <label class="setting"><span class="caption">{ label }</span>
                <select disabled={busy} onchange={choose(change)}>
                    { for options.iter().enumerate().map(|(i, option)| html! { <option value={i.to_string()} selected={i == now}>{ *option }</option> }) }
                </select>
            </label>
        }
    };
    let at =
        |options: &[f64], value: f64| options.iter().position(|option| (option - value).abs() < 1e-12).unwrap_or(0);
    html! {
        <details class="plan">
            <summary>{ "How it learns" }</summary>
            <div class="settings">
                { select("Layers", LAYERS.iter().position(|l| *l == plan.layers).unwrap_or(0), &["end to end", "only the top", "layered, from the bottom up"], |plan, value| {
                    plan.layers = parse_option(&LAYERS, value);
                }) }
                { select("Optimizer", OPTIMIZERS.iter().position(|o| *o == plan.optimizer).unwrap_or(0), &["Adam", "AdamW", "momentum", "SGD"], |plan, value| {
                    plan.optimizer = parse_option(&OPTIMIZERS, value);
                }) }
                { select("Learning rate", at(&RATES, plan.rate), &["0.0001", "0.0003", "0.001", "0.002", "0.003", "0.01", "0.1"], |plan, value| {
                    plan.rate = parse_option(&RATES, value);
                }) }
                { select("Epochs of 10 steps", EPOCHS.iter().position(|e| *e == plan.epochs).unwrap_or(0), &["2", "5", "10", "14", "20"], |plan, value| {
                    plan.epochs = parse_option(&EPOCHS, value);
                }) }
            </div>
        </details>
    }
}

const LAYERS: [TrainableLayers; 3] = [TrainableLayers::EndToEnd, TrainableLayers::Top, TrainableLayers::Layered];
const OPTIMIZERS: [OptimizerKind; 4] =
    [OptimizerKind::Adam, OptimizerKind::AdamW, OptimizerKind::Momentum, OptimizerKind::Sgd];
const RATES: [f64; 7] = [1e-4, 3e-4, 1e-3, 2e-3, 3e-3, 1e-2, 1e-1];
const EPOCHS: [u32; 5] = [2, 5, 10, 14, 20];

fn parse_option<T: Copy>(options: &[T], value: &str) -> T {
    options[value.parse::<usize>().unwrap_or(0).min(options.len() - 1)]
}

fn active_run(running: &ActiveRun, act: &dyn Fn(UserDataAction) -> Callback<MouseEvent>) -> Html {
    let (done, steps) = running.latest.as_ref().map_or((0, 0), |step| (step.done, step.steps));
    let (shown, of) = running.measuring.map_or((u64::from(done), u64::from(steps)), |by| (by.done, by.total));
    let (word, rest) = match running.rest {
        RunState::GoOn => ("Pause", RunState::Hold),
        RunState::Hold => ("Resume", RunState::GoOn),
    };
    let line = match &running.latest {
        None => "Loading examples that keep it from forgetting…".to_owned(),
        Some(step) if running.measuring.is_some() || running.finishing || step.done == step.steps => {
            let measured = running.measuring.filter(|progress| progress.total > 0);
            let count =
                measured.map_or_else(String::new, |by| format!(" {} of {} comparisons done.", by.done, by.total));
            format!("Step {done} of {steps}, loss {:.3}. Comparing it with the previous model…{count}", step.loss)
        }
        Some(step) => {
            let left = (step.left_ms / 1e3).ceil().max(0.0);
            format!("Step {done} of {steps}, {}; loss {:.3}, about {left:.0} s left", step.stage, step.loss)
        }
    };
    let ending = running.finishing || running.measuring.is_some();
    let refused = running.latest.as_ref().is_some_and(|step| step.kept == CheckpointStatus::Refused);
    html! {
        <div class="running">
            <progress value={shown.to_string()} max={of.max(1).to_string()} aria-label={if ending { "Comparison progress" } else { "Training progress" }}></progress>
            <p class="caption">{ line }{ if refused { " The last checkpoint could not be saved, so reloading the page would lose some progress." } else { "" } }</p>
            { run_charts(running) }
            { running.latest.as_ref().map(|step| gradient_norms(&step.norms)).unwrap_or_default() }
            <div class="tools">
                <button type="button" class="button" data-next-focus="training-state" disabled={ending} onclick={act(UserDataAction::SetPaused(rest))}>{ word }</button>
                <button type="button" class="button" disabled={ending || done == 0} data-next-focus="training-state" aria-describedby="finish-help" onclick={act(UserDataAction::FinishTraining)}>{ "Finish now" }</button>
                <button type="button" class="button" data-next-focus="start-training training-state" onclick={act(UserDataAction::CancelTraining)}>{ "Stop" }</button>
            </div>
            <p class="caption" id="finish-help">{ "“Finish now” keeps what has been learned so far as a version. “Stop” discards it." }</p>
        </div>
    }
}

/// The loss and the metric on held-out samples over the steps.
fn run_charts(running: &ActiveRun) -> Html {
    let metric = Task::of_training_data(&running.ask.lesson).facts().metric;
    let name = metrics::curve_name(metric);
    let steps = running.latest.as_ref().map_or(1, |step| step.steps);
    let held_out = running.held_out.last().map_or_else(|| "–".into(), |dot| metrics::value(metric, dot.value));
    let loss = Chart {
        title: "Loss".into(),
        measure: Measure::Loss,
        steps,
        lines: vec![ChartLine { name: "loss".into(), style: LineStyle::Solid, parts: vec![running.loss.clone()] }],
    };
    let held = Chart {
        title: format::capitalize(name),
        measure: Measure::Share,
        steps,
        lines: vec![ChartLine {
            name: format!("{name}, {held_out}"),
            style: LineStyle::Dashed,
            parts: vec![running.held_out.clone()],
        }],
    };
    html! {
        <>
            { chart_figure(loss, "Loss over the steps".into(), "inkling-loss") }
            { chart_figure(held, format!("{name} over the steps; now {held_out}"), "inkling-held-out") }
        </>
    }
}

fn completed_run(
    name: &str,
    learned: &FineTuneResult,
    props: &TrainingPanelProps,
    act: &dyn Fn(UserDataAction) -> Callback<MouseEvent>,
) -> Html {
    let active = props.model == name;
    let lost = learned.figures.lost();
    let unseen = props.task.texts().plural;
    let verdict = match (active, lost > MAX_ACCURACY_DROP) {
        (_, true) => {
            format!(
                "It got worse by {lost:.1} points on {unseen} that it had not seen, so the previous model stays active."
            )
        }
        (true, false) => "The new version is now active.".to_owned(),
        (false, false) => "Another model is active.".to_owned(),
    };
    let activate = {
        let (dispatch, name) = (props.dispatch.clone(), name.to_owned());
        Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::SelectModel(name.clone())))
    };
    html! {
        <div class="done">
            <p class="verdict" role="status">{ format!("Trained in {:.1} s ({} steps). {verdict}", learned.ms / 1e3, learned.steps) }</p>
            { metric_table(&learned.figures) }
            <div class="tools">
                if !active { <button type="button" class="button" onclick={activate}>{ "Use it anyway" }</button> }
                <button type="button" class="button" data-next-focus="start-training course-title" onclick={act(UserDataAction::DismissResult)}>{ "Close" }</button>
            </div>
        </div>
    }
}

/// The metrics before and after, on held-out samples and on the corrections.
fn metric_table(figures: &EvaluationComparison) -> Html {
    let (held_out, rows, caption, matrices) = match figures {
        EvaluationComparison::Digits { held_out, own } => {
            let percent = |of: fn(&ClassificationMetrics) -> f64| {
                [held_out, own]
                    .map(|both| [&both.before, &both.after].map(|report| format!("{:.1}%", 100.0 * of(report))))
            };
            (
                held_out.after.confusion.iter().flatten().sum::<u32>(),
                vec![
                    ("Accuracy", percent(|report| report.accuracy)),
                    ("Precision", percent(|report| report.precision)),
                    ("Recall", percent(|report| report.recall)),
                    ("F1", percent(|report| report.f1)),
                ],
                "Precision, recall and F1 are averages over the digits. The model was trained on your samples, so those figures are \
                 optimistic; the held-out digits come from MNIST's test images.",
                html! { <>{ confusion_details("Confusion, held out", held_out) }{ confusion_details("Confusion, your samples", own) }</> },
            )
        }
        EvaluationComparison::Texts { held_out, own } => {
            let number = |of: fn(&SummarizationMetrics) -> f64| {
                [held_out, own].map(|both| [&both.before, &both.after].map(|report| format!("{:.2}", of(report))))
            };
            (
                held_out.after.texts,
                vec![
                    ("ROUGE-1", number(|report| report.rouge1)),
                    ("ROUGE-2", number(|report| report.rouge2)),
                    ("ROUGE-L", number(|report| report.rouge_l)),
                    ("Loss", number(|report| report.loss)),
                ],
                "ROUGE (0 to 100) says how many words, word pairs and word sequences a summary shares with one written by a person. The \
                 model was trained on your samples, so those figures are optimistic; the held-out texts are abstracts and pages of the \
                 United States government.",
                Html::default(),
            )
        }
    };
    html! {
        <>
            <table class="figures">
                <thead><tr><td></td><th colspan="2" scope="colgroup">{ format!("Held out ({})", format::thousands(held_out.into())) }</th><th colspan="2" scope="colgroup">{ "Your samples" }</th></tr>
                    <tr><td></td>{ for ["before", "after", "before", "after"].map(|column| html! { <th scope="col">{ column }</th> }) }</tr></thead>
                <tbody>{ for rows.into_iter().map(|(name, values)| html! {
                    <tr><th scope="row">{ name }</th>{ for values.into_iter().flatten().map(|value| html! { <td>{ value }</td> }) }</tr>
                }) }</tbody>
            </table>
            <p class="caption">{ caption }</p>
            { matrices }
        </>
    }
}

fn confusion_details(title: &'static str, both: &BeforeAfter<ClassificationMetrics>) -> Html {
    html! {
        <details class="confusion"><summary>{ title }</summary>
            <div class="matrices" tabindex="0" role="region" aria-label={title}>{ confusion_matrix("before", &both.before) }{ confusion_matrix("after", &both.after) }</div>
        </details>
    }
}
