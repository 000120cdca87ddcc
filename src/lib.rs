//! # Inkling
//!
//! Small models that run and learn on the visitor's own device: draw a digit, and a convolutional network that this project
//! trained reads it; paste a text, and a sequence-to-sequence model summarizes it. The page is Yew, the models are Burn, on WebGPU or
//! on the CPU, each in a worker of its own. Nothing that a visitor draws or pastes leaves the page.
//!
//! ## The map, in the order data meets it
//!
//! | module | what it does |
//! |---|---|
//! | [`ink`] | strokes or pictures → the 28×28 image, made as MNIST was; augmentation for training |
//! | [`models::digits`] | the classifiers: one convolutional network, two configurations; data sets; training, fine-tuning, evaluation |
//! | [`models::lab`] | the seed network trained from zero, end to end and layered, with an autoencoder for its bottom; missing data |
//! | [`text`] | text → sentences → words → pieces of the vocabulary, and back again with its capitals |
//! | [`nn`] | layers that Burn lacks or that a browser needs faster: recurrent layer, attention, a decoder's step; their kernels |
//! | [`models::summarizer`] | the summarizer: layers (`network`), training, fine-tuning, search (`beam_search`), from a text to its lines (`pipeline`), what may be left out of a line (`shortening`); the plain model; ROUGE and other measures; the baseline |
//! | [`training`] | stages and the training loop, losses, schedules, averaging of weights, metrics; knows no model |
//! | [`package`] | model packages: manifest, safetensors, checksums, the catalogue, one-file form, weights of PyTorch's; all bytes untrusted |
//! | [`engine`] | the service: a device, the loaded models, one async function from a request to its replies |
//! | [`host`] | what the engine needs from outside: the bytes of a package with progress, a place to keep checkpoints, a clock |
//! | [`rng`] | random numbers that a seed fixes |
//! | [`storage`] | what is kept over a reload, in IndexedDB, by all tabs together |
//! | `storage::web_locks` | the browser's locks: which tab learns, whether a worker lives (wasm alone) |
//! | [`protocol`] | everything that crosses the worker's boundary |
//! | `engine_worker` | `postMessage` ⇄ engine (wasm alone) |
//! | `app` | the Yew page, its parts for digits, for summaries and for the Lab: state and reducer, one component a file; which of the two engines answers |
//! | `probe` | a second worker around the models, for browser tests and benches alone: it reaches what the protocol does not |
//! | `cli` | train, evaluate, classify, summarize, inspect, export, import, prepare |
//!
//! Features draw the lines that crates would: `app` (Yew, no Burn), `engine` (models), `cpu` and `gpu` (a backend each), `cli`
//! (native), `probe`. The binaries are `inkling` (the command line), `app` (the page), `engine_cpu` and `engine_gpu` (a worker each),
//! and `probe_cpu` and `probe_gpu`, which are never shipped. Beside the crate, `crates/inkling-simd` holds the loops over slices that the CPU
//! engine computes with, which are compiled for speed where all else that a page loads is for size; `xtask` builds, serves, tests and
//! measures; `models/` holds the packages.
//!
//! ## Invariants
//!
//! - `ink`, `models`, `text` and `training` know no DOM, no worker and no file system (readers take bytes).
//! - `engine` reaches the outside through `host` alone, so that one engine runs in the worker, on the command line and in tests.
//! - `app` knows no tensor; `protocol` (and the plain types of `ink` in it) is all that page and engine share.
//! - One `forward` a model, for training, evaluation, the page and the command line. Reads are async everywhere.
//! - Weights, catalogues and imported files are untrusted bytes: sizes, names, shapes, finiteness and SHA-256 are checked before
//!   anything reaches a device.
//! - No number without a command that prints it.
//!
//! ## Where it is otherwise than one might expect
//!
//! - The page, not the engine, chooses between the engines (`app::choice`): each engine knows only itself, and the one that must
//!   take over when a device is lost is the one that did not lose it.
//! - Batch normalization exists in training alone: a package holds convolutions into which it was fused, so that what is shipped,
//!   drawn and later fine-tuned is one plain network.
//! - The summarizer's decoder is not told of its attention to earlier words, but of the words of the source that were said
//!   (`summarizer::network::Pointer`): both training and generation know these without walking through attention, so that a whole target
//!   is one pass, and the recurrence of a whole sequence one node of autodiff's graph, as is a convolution (`nn::Path::Trained`).
//! - The page, not the engine, forgets a checkpoint, in the one change that keeps the version that came of it: whenever something ends,
//!   one of the two is there (`app::shelf`). Of several tabs one learns, whose turn is a lock of the browser's (`app::turn`).
//! - A worker's first words are "hello": its script starts asynchronously, and what is sent before it listens is lost.

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
