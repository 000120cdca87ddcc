//! The Yew page, in five rooms.
//!
//! | room | what is in it | what it uses of the others |
//! |---|---|---|
//! | `model` | the state and the actions: plain data, and queries of it | nothing |
//! | `update` | the reducers: how actions and replies of the engines change the state | `messages`, `model` |
//! | `messages` | the sentences that a visitor reads | `model` |
//! | `browser` | hooks and DOM: workers, storage, locks, timers | `model` |
//! | `view` | the components, one a file; `view/dom_state.rs` writes the state as `data-*` attributes | `messages`, `browser`, `model` |
//!
//! `model`, `update` and `messages` are built and tested natively; `browser` and `view` are built for a browser alone. No room knows
//! a tensor: the page and the engines share `protocol`.

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

/// Starts the page in the element `#inkling`, or in the body where there is none, once no stroke is under way on the pad before it.
#[cfg(target_family = "wasm")]
pub fn run() {
    console_error_panic_hook::set_once();
    browser::first_seconds::when_pen_is_up(render);
}

#[cfg(target_family = "wasm")]
fn render() {
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
