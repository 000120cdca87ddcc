//! The models of a classifier, with what is known of each.

use yew::prelude::*;

use crate::app::messages::{engines, format};
use crate::app::model::async_value::{AsyncValue, Shared};
use crate::app::model::engine_worker::{EngineWorker, LoadedModel};
use crate::app::model::user_data::UserData;
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::version::ModelVersion;
use crate::app::model::{Action, State};
use crate::protocol::{ModelInfo, ModelSummary};

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct ModelPickerProps {
    /// What they classify.
    pub task: Task,
    /// The catalog.
    pub catalog: AsyncValue<Shared<Vec<ModelSummary>>>,
    /// The engines, which know more of the models that they loaded.
    pub workers: [EngineWorker; 2],
    /// The visitor's versions.
    pub user_data: UserData,
    /// The selected model.
    pub model: AttrValue,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The models of a classifier.
#[component]
pub fn ModelPicker(props: &ModelPickerProps) -> Html {
    // Places are reserved until the catalog is loaded.
    let models: Vec<ModelSummary> = match props.catalog.ready() {
        Some(models) => {
            models.iter().filter(|model| Task::from_package(&model.task) == Some(props.task)).cloned().collect()
        }
        None => props.task.facts().built_in.iter().map(|name| summary(name, "\u{a0}", 0)).collect(),
    };
    // Only the selected version is listed here: all of them are in the list of versions.
    let own = props.user_data.versions.iter().filter(|version| version.about.name == *props.model);
    html! {
        <section class="card models" aria-labelledby="models-title">
            <h2 id="models-title">{ "The model" }</h2>
            { match &props.catalog {
                AsyncValue::Failed(why) => html! { <p class="reason">{ format::sentence(why) }</p> },
                _ => Html::default(),
            } }
            <fieldset class="model-list">
                <legend class="unseen">{ "Which model reads" }</legend>
                { for models.iter().map(|model| model_card(model, props)) }
                { for own.map(|version| model_card(&version_summary(version), props)) }
            </fieldset>
        </section>
    }
}

/// What there is to say of a model that is not in the catalog.
fn summary(name: &str, description: &str, bytes: u64) -> ModelSummary {
    ModelSummary { task: String::new(), name: name.into(), description: description.into(), bytes }
}

fn version_summary(version: &ModelVersion) -> ModelSummary {
    summary(&version.about.name, "Your own version; see Versions below.", version.package.len() as u64)
}

fn model_card(model: &ModelSummary, props: &ModelPickerProps) -> Html {
    let slots = || props.workers.iter().map(|worker| worker.model(&model.name));
    let info = slots().find_map(|slot| slot.ready()).map(|LoadedModel { info, .. }| info);
    let refused = slots().find_map(|slot| match slot {
        AsyncValue::Failed(why) => Some(why.as_str()),
        _ => None,
    });
    let loading = slots().find_map(|slot| match slot {
        AsyncValue::Loading(progress) => Some(engines::load_progress(progress)),
        _ => None,
    });
    let (dispatch, name) = (props.dispatch.clone(), model.name.clone());
    let choose = Callback::from(move |_: Event| dispatch.dispatch(Action::SelectModel(name.clone())));
    let chosen = props.model == model.name;
    let description = match (info, refused) {
        (None, Some(why)) => format::sentence(why),
        _ => model.description.clone(),
    };
    let state = match (info, loading) {
        (Some(_), _) => String::new(),
        (None, Some(loading)) => loading,
        (None, None) => "not loaded yet".into(),
    };
    html! {
        <label key={model.name.clone()} class={classes!("model", chosen.then_some("chosen"))}>
            <input type="radio" name="model" value={model.name.clone()} checked={chosen} onchange={choose} />
            <span class="model-words">
                // With a key, a new text is a new element: one that only changed would count as a layout shift of its neighbors.
                <span class="model-name">{ props.user_data.title_of(&model.name).to_owned() }<span key={state.clone()} class="model-state">{ state }</span></span>
                <span class="caption">{ description }</span>
                <span key={format!("{} {}", info.is_some(), model.bytes)} class="facts">
                    { fact("parameters", info.map(|info| format::thousands(info.parameters))) }
                    { fact("of weights", Some(info.map_or(model.bytes, |info| info.bytes)).filter(|b| *b > 0).map(format::bytes)) }
                    { accuracy_fact(info) }
                </span>
            </span>
        </label>
    }
}

fn fact(name: &'static str, value: Option<String>) -> Html {
    html! {
        <span class="fact"><span class="fact-value">{ value.unwrap_or_else(|| "–".into()) }</span>{ " " }<span class="fact-name">{ name }</span></span>
    }
}

fn accuracy_fact(info: Option<&ModelInfo>) -> Html {
    let metric = info.and_then(|info| info.metrics.iter().find(|metric| metric.name == "accuracy"));
    let value = metric.map(|metric| format!("{:.2}%", metric.value * 100.0));
    let title = metric.map(|metric| format!("{}: {}", metric.data, metric.command));
    html! {
        <span class="fact" title={title}>
            <span class="fact-value">{ value.unwrap_or_else(|| "–".into()) }</span>{ " " }
            <span class="fact-name">{ metric.map_or_else(|| "accuracy".into(), |metric| format!("on {}", metric.data)) }</span>
        </span>
    }
}
