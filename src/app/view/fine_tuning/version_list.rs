//! The list of model versions: to select, rename, compare, export, import and delete.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use crate::app::browser::dom;
use crate::app::browser::dom::{download, open_file};
use crate::app::messages::{format, metrics};
use crate::app::model::async_value::{AsyncValue, Shared};
use crate::app::model::summaries::SEQ2SEQ_MODEL;
use crate::app::model::user_data::evaluation::VersionComparison;
use crate::app::model::user_data::task::{FineTuning, Task};
use crate::app::model::user_data::version::{ModelVersion, VersionInfo};
use crate::app::model::user_data::{UserData, UserDataAction};
use crate::app::model::{Action, State};
use crate::protocol::{ClassificationMetrics, Evaluation, ModelSummary, SummarizationMetrics, TrainableLayers};

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct VersionListProps {
    /// The task.
    pub task: Task,
    /// Corrections, training runs and versions.
    pub user_data: UserData,
    /// The built-in models.
    pub catalog: AsyncValue<Shared<Vec<ModelSummary>>>,
    /// The active model.
    pub model: AttrValue,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The versions.
#[component]
pub fn VersionList(props: &VersionListProps) -> Html {
    let bring = {
        let dispatch = props.dispatch.clone();
        open_file(move |name, bytes| {
            let made = dom::now_in_words();
            dispatch.dispatch(Action::UserData(UserDataAction::ImportVersion(name, made, Shared::new(bytes))));
        })
    };
    // What is compared is evaluated on the visitor's corrections, too.
    let learns = props.task.facts().fine_tuning == FineTuning::FromCorrections;
    let own: Vec<&ModelVersion> =
        props.user_data.versions.iter().filter(|version| version.about.task == props.task).collect();
    // The plain Seq2Seq model is there for comparison, and is not a version.
    let ours =
        |model: &&ModelSummary| Task::from_package(&model.task) == Some(props.task) && model.name != SEQ2SEQ_MODEL;
    let built_in: Vec<&ModelSummary> =
        props.catalog.ready().map(|all| all.iter().filter(ours).collect()).unwrap_or_default();
    let names: Vec<(String, String)> = built_in
        .iter()
        .map(|model| (model.name.clone(), model.name.clone()))
        .chain(own.iter().map(|version| (version.about.name.clone(), version.about.title.clone())))
        .collect();
    html! {
        <section class="card versions" aria-labelledby="versions-title">
            <div class="card-head">
                <h2 id="versions-title" tabindex="-1">{ "Versions" }</h2>
                <span class="caption" role="status">{ props.user_data.imports.last().map(|import| format!("Reading “{}”…", import.title)) }</span>
                <label class="button file">{ "Import" }<input class="unseen" type="file" accept=".safetensors" data-import="version" onchange={bring} /></label>
            </div>
            if own.is_empty() && learns {
                <p class="caption">{ "Every time you train, a new version appears here. The built-in models stay as they are." }</p>
            }
            <ul class="version-list">
                { for built_in.into_iter().map(|model| builtin_version(model, props)) }
                { for own.into_iter().map(|version| version_card(version, props)) }
            </ul>
            if learns {
                { version_comparison(&names, props) }
            }
        </section>
    }
}

/// A built-in model.
fn builtin_version(model: &ModelSummary, props: &VersionListProps) -> Html {
    let active = props.model == model.name;
    let (dispatch, name) = (props.dispatch.clone(), model.name.clone());
    let pick = Callback::from(move |_: MouseEvent| dispatch.dispatch(Action::SelectModel(name.clone())));
    html! {
        <li key={model.name.clone()} class={classes!("version", active.then_some("chosen"))} id={format!("version-{}", model.name)} tabindex="-1" data-version={model.name.clone()}>
            <p class="version-name">{ &model.name }</p>
            <p class="caption">{ format!("built in · {}", format::bytes(model.bytes)) }</p>
            <div class="tools">
                if active {
                    <span class="model-state">{ "active" }</span>
                } else {
                    <button type="button" class="button" data-next-focus={format!("version-{}", model.name)} onclick={pick}>{ "Use" }</button>
                }
            </div>
        </li>
    }
}

/// The comparison of all versions on the same samples.
fn version_comparison(names: &[(String, String)], props: &VersionListProps) -> Html {
    let VersionComparison { asked, done, .. } = &props.user_data.comparison;
    let of_task = asked.as_ref().filter(|(task, _)| *task == props.task);
    let busy = asked.as_ref().is_some_and(|(_, models)| done.len() < models.len());
    let measure = {
        let (dispatch, task) = (props.dispatch.clone(), props.task);
        let models: Vec<String> = names.iter().map(|(name, _)| name.clone()).collect();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(Action::UserData(UserDataAction::CompareVersions(task, models.clone())))
        })
    };
    let columns = metrics::columns(props.task.facts().metric);
    let title = |name: &str| names.iter().find(|(known, _)| known == name).map_or(name, |(_, title)| title).to_owned();
    html! {
        <div class="comparing">
            <div class="tools">
                <button type="button" class="button" id="compare" data-next-focus="comparison-state versions-title" disabled={busy || names.len() < 2} onclick={measure}>{ "Compare versions" }</button>
                if busy { <span class="caption" role="status" id="comparison-state" tabindex="-1">{ comparison_progress(&props.user_data.comparison) }</span> }
            </div>
            if of_task.is_some() && !done.is_empty() {
                <div class="lab-table" tabindex="0" role="region" aria-label="Comparison of versions"><table class="figures">
                    <thead><tr><td></td><th colspan="3" scope="colgroup">{ "Held out" }</th><th scope="colgroup">{ "Your samples" }</th></tr>
                        <tr><td></td>{ for columns.iter().map(|column| html! { <th scope="col">{ *column }</th> }) }<th scope="col">{ columns[0] }</th></tr></thead>
                    <tbody>{ for done.iter().map(|(name, measured)| html! {
                        <tr key={name.clone()}><th scope="row">{ title(name) }</th>{ match measured {
                            Ok(measured) => html! { <>{ for metric_values(measured).into_iter().map(|value| html! { <td>{ value }</td> }) }</> },
                            Err(why) => html! { <td colspan="4" class="trouble">{ format::sentence(why) }</td> },
                        } }</tr>
                    }) }</tbody>
                </table></div>
            }
        </div>
    }
}

/// How far the comparison is: the model, and how many samples it was measured on.
fn comparison_progress(comparison: &VersionComparison) -> String {
    let VersionComparison { asked, done, progress, .. } = comparison;
    let models = asked.as_ref().map_or(0, |(_, models)| models.len());
    let samples = progress
        .filter(|by| by.total > 0)
        .map_or_else(String::new, |by| format!(" ({:.0}%)", 100.0 * by.share().unwrap_or_default()));
    format!("Measuring model {} of {models}{samples}…", done.len() + 1)
}

/// Three metrics on held-out samples, and the first of them on the corrections.
fn metric_values(measured: &Evaluation) -> [String; 4] {
    let percent = |share: f64| format!("{:.1}%", 100.0 * share);
    let rouge = |value: f64| format!("{value:.2}");
    let none = || "–".to_owned();
    match measured {
        Evaluation::Digits { held_out, own } => {
            let ClassificationMetrics { accuracy, recall, f1, .. } = held_out;
            let own = own.as_ref().map_or_else(none, |own| percent(own.accuracy));
            [percent(*accuracy), percent(*recall), percent(*f1), own]
        }
        Evaluation::Texts { held_out, own } => {
            let SummarizationMetrics { rouge1, rouge2, rouge_l, .. } = held_out;
            let own = own.as_ref().map_or_else(none, |own| rouge(own.rouge1));
            [rouge(*rouge1), rouge(*rouge2), rouge(*rouge_l), own]
        }
    }
}

fn version_card(version: &ModelVersion, props: &VersionListProps) -> Html {
    let about = &version.about;
    let act = |action: Action| {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };
    let rename = {
        let (dispatch, name) = (props.dispatch.clone(), about.name.clone());
        Callback::from(move |event: Event| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                dispatch.dispatch(Action::UserData(UserDataAction::RenameVersion(name.clone(), input.value())));
            }
        })
    };
    let export = {
        let (package, file) = (version.package.clone(), format!("{}.safetensors", about.name));
        Callback::from(move |_: MouseEvent| download(&file, "application/octet-stream", &package))
    };
    let remove = {
        let (dispatch, about) = (props.dispatch.clone(), about.clone());
        Callback::from(move |_: MouseEvent| {
            if dom::confirm(&format!("Delete the version “{}”?", about.title)) {
                dispatch.dispatch(Action::UserData(UserDataAction::DeleteVersion(about.name.clone())));
            }
        })
    };
    let active = props.model == about.name;
    let back = about.parent.clone().filter(|parent| active && is_available(parent, &props.user_data));
    html! {
        <li key={about.name.clone()} class={classes!("version", active.then_some("chosen"))} id={format!("version-{}", about.name)} tabindex="-1" data-version={about.name.clone()}>
            <input class="version-title" type="text" value={about.title.clone()} aria-label={format!("Name of {}", about.title)} onchange={rename} />
            <p class="caption">{ version_facts(about, version.package.len(), &props.user_data) }</p>
            <div class="tools">
                if active {
                    <span class="model-state">{ "active" }</span>
                } else {
                    <button type="button" class="button" data-next-focus={format!("version-{}", about.name)} onclick={act(Action::SelectModel(about.name.clone()))}>{ "Use" }</button>
                }
                if let Some(parent) = back {
                    <button type="button" class="button" data-next-focus={format!("version-{}", about.name)} onclick={act(Action::SelectModel(parent))}>{ "Back to the previous version" }</button>
                }
                <button type="button" class="button" onclick={export}>{ "Export" }</button>
                <button type="button" class="button" onclick={remove}>{ "Delete" }</button>
            </div>
        </li>
    }
}

fn is_available(parent: &str, user_data: &UserData) -> bool {
    !parent.starts_with("mine-") || user_data.version(parent).is_some()
}

/// What is known of a version, in one line.
fn version_facts(about: &VersionInfo, bytes: usize, user_data: &UserData) -> String {
    let mut facts = Vec::new();
    if let Some(parent) = &about.parent {
        facts.push(format!("from {}", user_data.title_of(parent)));
    } else {
        facts.push("imported from a file".into());
    }
    facts.push(about.made.clone());
    if about.samples > 0 {
        facts.push(if about.samples == 1 { "1 sample".into() } else { format!("{} samples", about.samples) });
    }
    if let Some(plan) = about.plan {
        let layers = match plan.layers {
            TrainableLayers::EndToEnd => "end to end",
            TrainableLayers::Top => "only the top",
            TrainableLayers::Layered => "layered",
        };
        facts.push(format!("{layers}, {} epochs, rate {}", plan.epochs, plan.rate));
    }
    let metric = about.task.facts().metric;
    match (about.held_out, &about.parent) {
        (Some([_, own]), None) => facts.push(format!("held out {}", metrics::value(metric, own))),
        (Some(shares), Some(_)) => facts.push(format!("held out {}", metrics::before_and_after(metric, shares))),
        (None, _) => {}
    }
    if let Some(shares) = about.own {
        facts.push(format!("your samples {}", metrics::before_and_after(metric, shares)));
    }
    facts.push(format::bytes(bytes as u64));
    facts.retain(|fact| !fact.is_empty());
    facts.join(" · ")
}
