//! The versions of the visitor's own: to use, rename, take away, bring and delete.

use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::browser::{self, download, open_file};
use super::mine::{About, Deed, Mine, Version};
use super::slot::Shared;
use super::state::{Action, State};
use super::words;
use crate::protocol::Layers;

/// What is shown.
#[derive(Properties, PartialEq)]
pub struct VersionsProps {
    /// What is the visitor's own.
    pub mine: Mine,
    /// The model that is active.
    pub model: AttrValue,
    /// Where actions go.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The versions.
#[component]
pub fn Versions(props: &VersionsProps) -> Html {
    let bring = {
        let dispatch = props.dispatch.clone();
        open_file(move |name, bytes| {
            let made = browser::now_in_words();
            dispatch.dispatch(Action::Mine(Deed::Bring(name, made, Shared::new(bytes))));
        })
    };
    html! {
        <section class="card versions" aria-labelledby="versions-title">
            <div class="card-head">
                <h2 id="versions-title">{ "Your versions" }</h2>
                <label class="button file">{ "Import" }<input class="unseen" type="file" accept=".safetensors" data-import="version" onchange={bring} /></label>
            </div>
            if props.mine.versions.is_empty() {
                <p class="caption">{ "What you teach becomes a version here. The models that the page came with stay as they are." }</p>
            }
            <ul class="version-list">{ for props.mine.versions.iter().map(|version| card(version, props)) }</ul>
        </section>
    }
}

fn card(version: &Version, props: &VersionsProps) -> Html {
    let about = &version.about;
    let act = |action: Action| {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };
    let rename = {
        let (dispatch, name) = (props.dispatch.clone(), about.name.clone());
        Callback::from(move |event: Event| {
            if let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
                dispatch.dispatch(Action::Mine(Deed::Rename(name.clone(), input.value())));
            }
        })
    };
    let export = {
        let (package, file) = (version.package.clone(), format!("{}.safetensors", about.name));
        Callback::from(move |_: MouseEvent| download(&file, "application/octet-stream", &package))
    };
    let active = props.model == about.name;
    let back = about.parent.clone().filter(|parent| active && known(parent, &props.mine));
    html! {
        <li key={about.name.clone()} class={classes!("version", active.then_some("chosen"))} data-version={about.name.clone()}>
            <input class="version-title" type="text" value={about.title.clone()} aria-label={format!("The name of {}", about.name)} onchange={rename} />
            <p class="caption">{ facts(about, version.package.len(), &props.mine) }</p>
            <div class="tools">
                if active {
                    <span class="model-state">{ "active" }</span>
                } else {
                    <button type="button" class="button" onclick={act(Action::Pick(about.name.clone()))}>{ "Use" }</button>
                }
                if let Some(parent) = back {
                    <button type="button" class="button" onclick={act(Action::Pick(parent))}>{ "Back to its parent" }</button>
                }
                <button type="button" class="button" onclick={export}>{ "Export" }</button>
                <button type="button" class="button" onclick={act(Action::Mine(Deed::Remove(about.name.clone())))}>{ "Delete" }</button>
            </div>
        </li>
    }
}

fn known(parent: &str, mine: &Mine) -> bool {
    !parent.starts_with("mine-") || mine.version(parent).is_some()
}

/// What is known of a version, in one line.
fn facts(about: &About, bytes: usize, mine: &Mine) -> String {
    let mut facts = Vec::new();
    if let Some(parent) = &about.parent {
        let title = mine.version(parent).map_or(parent.as_str(), |version| version.about.title.as_str());
        facts.push(format!("from {title}"));
    } else {
        facts.push("brought from a file".into());
    }
    facts.push(about.made.clone());
    if about.samples > 0 {
        facts.push(format!("{} samples", about.samples));
    }
    if let Some(plan) = about.plan {
        let layers = match plan.layers {
            Layers::EndToEnd => "end to end",
            Layers::Top => "the top alone",
            Layers::Layered => "layered",
        };
        facts.push(format!("{layers}, {} epochs, rate {}", plan.epochs, plan.rate));
    }
    let percent = |share: f64| format!("{:.1}%", 100.0 * share);
    if let Some([before, after]) = about.held_out {
        facts.push(format!("held out {} → {}", percent(before), percent(after)));
    }
    if let Some([before, after]) = about.own {
        facts.push(format!("your samples {} → {}", percent(before), percent(after)));
    }
    facts.push(words::bytes(bytes as u64));
    facts.retain(|fact| !fact.is_empty());
    facts.join(" · ")
}
