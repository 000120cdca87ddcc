//! Keeps what is the visitor's own over a reload, and brings it back. Where the browser refuses, the visitor is told once, and
//! everything goes on in memory.

use serde::{Deserialize, Serialize};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::mine::{About, Deed, Version, read_samples, write_samples};
use super::slot::Shared;
use super::state::{Action, State};
use crate::keeping::{forget, keep, kept};
use crate::protocol::Learn;

const SAMPLES: &str = "samples";
const VERSIONS: &str = "versions";
const PENDING: &str = "pending";

/// The list of versions as it is kept; each one's package is kept under its own name.
#[derive(Default, Serialize, Deserialize)]
struct Index {
    versions: Vec<About>,
}

fn package(name: &str) -> String {
    format!("package/{name}")
}

/// Reads what was kept, once, and from then on keeps what changes.
#[hook]
pub fn use_keeping(state: &UseReducerHandle<State>) {
    let dispatch = state.dispatcher();
    use_effect_with((), move |()| {
        spawn_local(async move {
            match read().await {
                Ok(deed) => dispatch.dispatch(Action::Mine(deed)),
                Err(why) => {
                    dispatch.dispatch(Action::Mine(Deed::Read(Vec::new(), Vec::new(), None)));
                    dispatch.dispatch(Action::Tell(refused(&why)));
                }
            }
        });
    });

    let read = state.mine.read;
    let dispatch = state.dispatcher();
    use_effect_with((read, state.mine.corrections.clone()), move |(read, corrections)| {
        if *read {
            let samples: Vec<_> = corrections.iter().map(|one| one.sample.clone()).collect();
            keep_or_tell(dispatch, async move { keep(SAMPLES, write_samples(&samples).as_bytes()).await });
        }
    });

    let dispatch = state.dispatcher();
    let known = use_mut_ref(Vec::<String>::new);
    use_effect_with((read, state.mine.versions.clone()), move |(read, versions)| {
        if !*read {
            return;
        }
        let names: Vec<String> = versions.iter().map(|version| version.about.name.clone()).collect();
        let before = known.replace(names.clone());
        let versions = versions.clone();
        keep_or_tell(dispatch, async move {
            // Packages first, then the list of them: what the list names is always there, and whole.
            for version in versions.iter().filter(|version| !before.contains(&version.about.name)) {
                keep(&package(&version.about.name), &version.package).await?;
            }
            let index = Index { versions: versions.iter().map(|version| version.about.clone()).collect() };
            keep(VERSIONS, &serde_json::to_vec(&index).map_err(|error| error.to_string())?).await?;
            for name in before.iter().filter(|name| !names.contains(name)) {
                forget(&package(name)).await?;
            }
            Ok(())
        });
    });

    let pending = state.mine.pending();
    let dispatch = state.dispatcher();
    use_effect_with((read, pending), move |(read, pending)| {
        if *read {
            let pending = pending.clone();
            keep_or_tell(dispatch, async move {
                match pending {
                    Some(ask) => keep(PENDING, &serde_json::to_vec(&ask).map_err(|error| error.to_string())?).await,
                    None => forget(PENDING).await,
                }
            });
        }
    });
}

fn keep_or_tell(dispatch: UseReducerDispatcher<State>, work: impl Future<Output = Result<(), String>> + 'static) {
    spawn_local(async move {
        if let Err(why) = work.await {
            dispatch.dispatch(Action::Tell(refused(&why)));
        }
    });
}

fn refused(why: &str) -> String {
    let why = super::words::sentence(why);
    format!("This browser keeps nothing here, so your samples and versions last until you close the page. ({why})")
}

async fn read() -> Result<Deed, String> {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap_or_default();
    let samples = match kept(SAMPLES).await? {
        // What cannot be read any more is left out; the rows that can are not.
        Some(bytes) => read_samples(&text(bytes)).map(|(samples, _)| samples).unwrap_or_default(),
        None => Vec::new(),
    };
    let index: Index = kept(VERSIONS).await?.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let mut versions = Vec::new();
    for about in index.versions {
        if let Some(bytes) = kept(&package(&about.name)).await? {
            versions.push(Version { about, package: Shared::new(bytes) });
        }
    }
    let pending: Option<Learn> = kept(PENDING).await?.and_then(|bytes| serde_json::from_slice(&bytes).ok());
    Ok(Deed::Read(samples, versions, pending))
}
