//! # Inkling
//!
//! Small models that run and learn on the visitor's own device: a convolutional network reads drawn digits, a sequence-to-sequence model
//! summarizes texts. The page is Yew; the models are Burn, on WebGPU or on the CPU, each engine in a worker of its own. Nothing that a
//! visitor draws or pastes leaves the page. `docs/architecture.md` is the whole map; this is one screen of it.
//!
//! | module | what it does |
//! |---|---|
//! | [`protocol`] | everything that crosses the boundary between a client and an engine: plain data |
//! | [`ink`] | strokes or a photo → the 28×28 image, made as MNIST was; augmentation |
//! | [`text`] | text → sentences → words → subword tokens, and back |
//! | [`nn`] | layers that Burn lacks or that a browser needs faster, and their fused kernels |
//! | [`training`] | the training loop, stages, losses, schedules, metrics; knows no model |
//! | [`package`] | model packages: manifest, weights, checksums, self-tests; all bytes are untrusted; knows no model |
//! | [`models`] | `digits`, `summarizer` and `lab`: networks, training, fine-tuning, evaluation |
//! | [`host`] | what an engine needs from outside: files with progress, storage, a clock |
//! | [`engine`] | the service: a device, the loaded models, one async function from a request to its replies |
//! | `engine_worker` | `postMessage` ⇄ engine (wasm only) |
//! | [`storage`] | records in IndexedDB or memory; Web Locks |
//! | [`rng`] | seeded random numbers |
//! | `app` | the Yew page: `model`, `update`, `messages`, `view`, `browser` |
//! | `cli` | train, evaluate, classify, summarize, inspect, export, import, prepare |
//! | `probe` | a second worker for browser tests and benchmarks, never shipped |
//!
//! Features draw the lines that crates would: `app` (Yew, no Burn), `engine` (Burn, no backend), `cpu` and `gpu` (a backend each),
//! `cli` (native), `probe`. `crates/inkling-simd` holds the CPU engine's inner loops, which are compiled for speed where all else that
//! a page loads is compiled for size.
//!
//! ## Invariants
//!
//! - `ink`, `models`, `text` and `training` know no DOM, no worker and no file system.
//! - `engine` reaches the outside through `host` only, so that one engine runs in the worker, on the command line and in tests.
//! - `app` knows no tensor.
//! - Every match on a model family or a task names all of them, without `_ =>`.
//! - One `forward` a model, for training, evaluation, the page and the command line. Reads are async everywhere.
//! - Weights, catalogs and imported files are checked before anything reaches a device.
//! - What a summary's line leaves out of its sentence is decided in `models::summarizer::shortening`, for every kind.
//! - No number without a command that prints it.

#[cfg(feature = "app")]
pub mod app;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "engine")]
pub mod engine;
#[cfg(all(feature = "engine", target_family = "wasm"))]
pub mod engine_worker;
#[cfg(feature = "engine")]
pub mod host;
pub mod ink;
#[cfg(feature = "engine")]
pub mod models;
#[cfg(feature = "engine")]
pub mod nn;
#[cfg(feature = "engine")]
pub mod package;
#[cfg(feature = "probe")]
pub mod probe;
pub mod protocol;
pub mod rng;
pub mod storage;
#[cfg(feature = "engine")]
pub mod text;
#[cfg(feature = "engine")]
pub mod training;
