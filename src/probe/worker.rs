//! `postMessage` ⇄ probe.

use futures_channel::mpsc::unbounded;
use futures_util::StreamExt;
use js_sys::global;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use super::{BenchRunner, Benchmark, BenchmarkResult, golden, training_step};
use crate::{
    engine::{device_lost_failure, start_device},
    host::{Host, WorkerHost},
    protocol::EngineKind,
};

unsafe extern "C" {
    /// The module's static constructors. Unless it runs them itself, the linker wraps every export to run them on each call.
    fn __wasm_call_ctors();
}

/// What every message to the probe has.
#[derive(Deserialize)]
struct ProbeMessage {
    id: u32,
    #[serde(flatten)]
    ask: ProbeRequest,
}

/// What the probe can be asked; a new kind of question is a variant here and an arm in [`answer`].
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
enum ProbeRequest {
    Measure {
        work: Benchmark,
        runs: u32,
    },
    /// The text of `tests/golden/layers.json`.
    Golden {
        cases: String,
    },
    /// The text of `tests/golden/learning.json`.
    Learning {
        figures: String,
    },
}

/// What it answers.
#[derive(Serialize)]
#[serde(untagged)]
enum ProbeReply {
    Hello {
        hello: &'static str,
        engine: EngineKind,
    },
    Measured {
        id: u32,
        #[serde(flatten)]
        measured: BenchmarkResult,
    },
    Golden {
        id: u32,
        golden: Vec<golden::GoldenResult>,
    },
    Learning {
        id: u32,
        learning: training_step::Deviation,
    },
    Failed {
        id: Option<u32>,
        error: String,
    },
}

/// Starts the worker; called once, from the binary's `main`.
pub fn run(kind: EngineKind) {
    // SAFETY: called once, before anything that the constructors prepare is used.
    unsafe { __wasm_call_ctors() };
    std::panic::set_hook(Box::new(|info| {
        console_error_panic_hook::hook(info);
        post(&ProbeReply::Failed { id: None, error: format!("The probe panicked: {info}") });
    }));
    let _ = console_log::init_with_level(log::Level::Warn);
    let Ok(scope) = global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    spawn_local(async move {
        let host = WorkerHost::new(scope.clone(), String::new());
        let on_lost = || post(&ProbeReply::Failed { id: None, error: device_lost_failure().message });
        let device = match start_device(kind, &host, on_lost).await {
            Ok((device, _)) => device,
            Err(failure) => return post(&ProbeReply::Failed { id: None, error: failure.message }),
        };
        // One at a time, or one measurement would disturb another.
        let (sender, mut messages) = unbounded::<JsValue>();
        let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let _ = sender.unbounded_send(event.data());
        });
        scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        on_message.forget();
        post(&ProbeReply::Hello { hello: "probe", engine: kind });
        let mut bench = BenchRunner::new(device);
        while let Some(message) = messages.next().await {
            post(&answer(&mut bench, &host, message).await);
        }
    });
}

async fn answer(bench: &mut BenchRunner, host: &WorkerHost, message: JsValue) -> ProbeReply {
    let id = js_sys::Reflect::get(&message, &"id".into()).ok().and_then(|id| id.as_f64()).map(|id| id as u32);
    match serde_wasm_bindgen::from_value(message) {
        Ok(ProbeMessage { id, ask: ProbeRequest::Measure { work, runs } }) => {
            match bench.measure(work, runs, || host.now()).await {
                Ok(measured) => ProbeReply::Measured { id, measured },
                Err(error) => ProbeReply::Failed { id: Some(id), error },
            }
        }
        Ok(ProbeMessage { id, ask: ProbeRequest::Golden { cases } }) => match golden::run(&cases, bench.device()).await
        {
            Ok(golden) => ProbeReply::Golden { id, golden },
            Err(error) => ProbeReply::Failed { id: Some(id), error },
        },
        Ok(ProbeMessage { id, ask: ProbeRequest::Learning { figures } }) => {
            match training_step::run(&figures, bench.device()).await {
                Ok(learning) => ProbeReply::Learning { id, learning },
                Err(error) => ProbeReply::Failed { id: Some(id), error },
            }
        }
        Err(error) => ProbeReply::Failed { id, error: format!("The probe did not understand a message: {error}") },
    }
}

/// Sends an answer as a plain object.
fn post(answer: &ProbeReply) {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_maps_as_objects(true);
    let Ok(scope) = global().dyn_into::<DedicatedWorkerGlobalScope>() else { return };
    if let Ok(message) = answer.serialize(&serializer) {
        let _ = scope.post_message(&message);
    }
}
