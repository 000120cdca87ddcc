//! Header and footer of the page.

use yew::prelude::*;

use crate::app::browser::dom;
use crate::app::browser::preferences::save_theme;
use crate::app::model::route::Page;
use crate::app::model::theme::{ColorScheme, ThemePreference};
use crate::app::model::{Action, State};

/// License and origin.
const FREE: &str = "Inkling is free software, MIT or Apache-2.0, written in Rust with Yew and Burn.";

/// Properties of the header.
#[derive(Properties, PartialEq)]
pub struct HeaderProps {
    /// The page that is shown.
    pub part: Page,
    /// The color scheme that the visitor prefers.
    pub theme: ThemePreference,
    /// Starts the tour.
    pub start_tour: Callback<MouseEvent>,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The header: name, tabs and color scheme.
#[component]
pub fn Header(props: &HeaderProps) -> Html {
    let next = props.theme.next();
    let turn = {
        let dispatch = props.dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            save_theme(next);
            dispatch.dispatch(Action::SetTheme(next));
        })
    };
    // The address says which page is shown, so the link does not change it.
    let skip = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        dom::focus("main");
    });
    let name = match props.theme {
        ThemePreference::System => "System",
        ThemePreference::Always(ColorScheme::Light) => "Light",
        ThemePreference::Always(ColorScheme::Dark) => "Dark",
    };
    html! {
        <header class="head">
            <a class="skip" href="#main" onclick={skip}>{ "Skip to the main content" }</a>
            <div class="brand">
                <svg class="logo" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
                    <path class="logo-drop" d="M16 1.5C12.6 8 5.5 13.2 5.5 20.2a10.5 10.5 0 0 0 21 0C26.5 13.2 19.4 8 16 1.5Z" />
                    <path class="logo-stroke" d="M12.2 17.4c.3-2.3 2-3.6 4-3.6 2.3 0 3.9 1.5 3.9 3.5 0 3.6-4.3 5-7.4 8.1h7.9" />
                </svg>
                <span class="wordmark">{ "Inkling" }</span>
            </div>
            <nav class="parts" aria-label="Pages">
                { for Page::ALL.map(|part| html! {
                    <a href={format!("#{}", part.as_attribute())} aria-current={(part == props.part).then_some("page")}>{ part.texts().tab }</a>
                }) }
            </nav>
            <button type="button" class="quiet tour-button" id="tour-button" aria-label="Tour" onclick={props.start_tour.clone()}>
                <span class="tour-name">{ "Tour" }</span><span class="tour-sign" aria-hidden="true">{ "?" }</span>
            </button>
            <button type="button" class="quiet theme" onclick={turn} aria-label={format!("Color scheme: {name}. Change it")}>
                <span class="theme-dot" aria-hidden="true"></span><span class="theme-name">{ name }</span>
            </button>
        </header>
    }
}

/// Properties of the footer.
#[derive(Properties, PartialEq)]
pub struct FooterProps {
    /// The page that is shown.
    pub part: Page,
}

/// The footer: privacy, data and license.
#[component]
pub fn Footer(props: &FooterProps) -> Html {
    let texts = props.part.texts();
    html! {
        <footer class="foot">
            <p><strong>{ texts.promise }</strong>{ " The models run on your own device, and no server is involved." }</p>
            { match texts.credit {
                Some(data) => html! {
                    <p>
                        { "Trained on " }<a href={data.address}>{ data.name }</a>
                        { format!(", whose {} are licensed under ", data.items) }
                        <a href={data.license_address}>{ data.license }</a>
                        { ". " }{ FREE }
                    </p>
                },
                None => html! { <p>{ FREE }</p> },
            } }
        </footer>
    }
}
