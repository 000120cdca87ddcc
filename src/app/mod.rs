//! The page: one [`state`](State), one action, one reduce function, and components that show it, one a file.
//!
//! What the page knows and decides is plain Rust and tested natively: the state and its reducer (`state`), what each engine is
//! asked next (`service`, `lane`), which engine answers (`choice`), what is kept and shared with other tabs (`shelf`, `rows`,
//! `sharing`, `turn`), every sentence (`words`). Only what touches the browser is wasm alone.
//!
//! The outermost element says how the page stands, for tests and for scripts of other people:
//!
//! | attribute | values |
//! |---|---|
//! | `data-phase` | `empty`, `reading`, or `settled` once what is shown belongs to what is drawn |
//! | `data-answer` | the digit, or nothing |
//! | `data-engine` | the engine that answers: `cpu`, `gpu`, or nothing |
//! | `data-cpu`, `data-gpu` | `empty`, `loading`, `ready` (with the model that is wanted), `failed` |
//! | `data-model` | the model that is wanted |
//! | `data-samples` | how many corrections of digits there are |
//! | `data-pairs` | how many corrected summaries there are |
//! | `data-measured` | how many models were measured beside one another |
//! | `data-learning` | `idle`, `waiting`, `running`, `resting`, `done`, `failed`, or `elsewhere` while another tab learns |
//! | `data-keeping` | `reading` what was kept, `writing` what is not kept yet, `kept` all of it, or `refused` |
//! | `data-versions` | how many versions of the visitor's own there are |
//! | `data-jobs-done` | how many answers were shown |
//! | `data-part` | the part that is shown: `digits`, `summaries` or `lab` |
//! | `data-summarizer` | the model for summaries on the engine that has it: `empty`, `loading`, `ready`, `failed` |
//! | `data-summary-engine` | the engine that summarizes: `cpu`, `gpu`, or nothing |
//! | `data-summary-model` | the model that summarizes |
//! | `data-summary` | `empty`, `waiting`, `reading`, `writing`, `done`, `stopped` or `failed` |
//! | `data-summary-lines` | how many lines the summary has so far |
//! | `data-summaries-done` | how many summaries were finished |
//! | `data-lab` | `idle`, `waiting`, `running`, `done`, `stopped` or `failed` |
//! | `data-labs-done` | how many trainings of the Lab came to their end |
//! | `data-lab-measured` | how many comparisons of digits with holes are shown |

#[cfg(target_family = "wasm")]
mod browser;
// The components say most of them, and are built for a browser alone.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
mod messages;
mod model;
mod update;
#[cfg(target_family = "wasm")]
mod view;

pub use model::State;

/// Starts the page in the element `#inkling`, or in the body where there is none.
#[cfg(target_family = "wasm")]
pub fn run() {
    console_error_panic_hook::set_once();
    let document = web_sys::window().and_then(|window| window.document());
    match document.and_then(|document| document.get_element_by_id("inkling")) {
        Some(place) => yew::Renderer::<view::root::App>::with_root(place).render(),
        None => yew::Renderer::<view::root::App>::new().render(),
    };
}

/// Elsewhere there is no page to start.
#[cfg(not(target_family = "wasm"))]
pub fn run() {
    eprintln!("The page runs in a browser: `cargo xtask run` builds and serves it.");
}
