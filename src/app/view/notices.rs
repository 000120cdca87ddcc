//! Notices over the page, until they are dismissed or, where they offer nothing, have been shown for a while. They cover the page, so that nothing moves.

use yew::prelude::*;

use crate::app::browser::timers::Timer;
use crate::app::browser::use_updates::use_new_version;
use crate::app::messages::updates::RELOAD_TO_UPDATE;
use crate::app::model::{Action, Notice, NoticeOffer, State};

/// How long a notice stays that is neither dismissed nor pointed at, in milliseconds: three times the reading time of a long one.
const NOTICE_MS: i32 = 30_000;

/// Properties of the component.
#[derive(Properties, PartialEq)]
pub struct NoticeListProps {
    /// The notices, the newest last.
    pub notices: Vec<Notice>,
    /// Dispatches actions.
    pub dispatch: UseReducerDispatcher<State>,
}

/// The notices.
#[component]
pub fn NoticeList(props: &NoticeListProps) -> Html {
    html! {
        <div class="notices" id="notices" role="status" aria-live="polite">
            { for props.notices.iter().map(|notice| html! {
                <NoticeItem key={notice.id} notice={notice.clone()} dispatch={props.dispatch.clone()} />
            }) }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct NoticeProps {
    notice: Notice,
    dispatch: UseReducerDispatcher<State>,
}

#[component]
fn NoticeItem(props: &NoticeProps) -> Html {
    let held = use_state_eq(|| false);
    let dismiss = {
        let (dispatch, id) = (props.dispatch.clone(), props.notice.id);
        Callback::from(move |()| dispatch.dispatch(Action::DismissNotice(id)))
    };
    let stays = *held || props.notice.offer == NoticeOffer::Update;
    use_effect_with((stays, props.notice.id), {
        let dismiss = dismiss.clone();
        move |(stays, _)| {
            let later = if *stays { None } else { Timer::after(NOTICE_MS, move || dismiss.emit(())) };
            move || drop(later)
        }
    });
    let hold = |on: bool| {
        let held = held.setter();
        Callback::from(move |()| held.set(on))
    };
    let (hold, leave) = (hold(true), hold(false));
    html! {
        <div class="notice" onmouseenter={hold.reform(|_| ())} onmouseleave={leave.reform(|_| ())}
            onfocusin={hold.reform(|_| ())} onfocusout={leave.reform(|_| ())}>
            <p>{ &props.notice.text }</p>
            if props.notice.offer == NoticeOffer::Update {
                <button type="button" class="offer" id="update" onclick={|_| use_new_version()}>{ RELOAD_TO_UPDATE }</button>
            }
            <button type="button" class="quiet" onclick={dismiss.reform(|_| ())} aria-label="Dismiss this notice">{ "×" }</button>
        </div>
    }
}
