//! The reducers: how each action and each reply of an engine changes the state.

mod digit_game;
mod engines;
mod evaluation;
mod failure_policy;
mod imports;
mod lab;
mod summaries;
mod sync;
mod training;
mod user_data;
// Its timer runs in a browser.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
mod watchdog;
mod webgpu;

use std::rc::Rc;

use yew::Reducible;

use crate::app::messages::updates::UPDATE_READY;
use crate::app::model::async_value::{AsyncValue, Shared};
use crate::app::model::pad_content::{PadContent, first_points, fit_to_pad};
use crate::app::model::{Action, Notice, NoticeOffer, State};

/// How many changes of the pad can be undone.
const UNDO_LIMIT: usize = 100;

/// How many notices are shown at once; a newer one replaces the oldest.
const MAX_NOTICES: usize = 3;

impl State {
    /// The next state. Pure: the same state and action always give the same.
    pub fn reduced(&self, action: Action) -> State {
        let mut next = self.clone();
        next.apply(action);
        next.play_game();
        next.reconcile();
        next
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::PenDown(point) => {
                let other = !matches!(self.pad, PadContent::Drawing(_));
                self.replace_undoable(self.pad.with_stroke(point), other);
                self.animated_sample = None;
            }
            Action::PenMoved(points) => {
                self.pad = self.pad.with_points(&points);
                self.revision += 1;
            }
            Action::Erase { points, begins } => {
                if let Some(rest) = self.pad.without_strokes_near(&points) {
                    if begins {
                        self.replace_undoable(rest, true);
                    } else {
                        self.pad = rest;
                        self.revision += 1;
                    }
                }
            }
            Action::Undo => {
                if let Some(subject) = self.undo_stack.pop() {
                    // A sample that is being animated comes back whole.
                    let shown = self.animated_sample.take().map(PadContent::Drawing);
                    self.redo_stack.push(shown.unwrap_or_else(|| self.pad.clone()));
                    self.set_pad(subject);
                }
            }
            Action::Redo => {
                if let Some(subject) = self.redo_stack.pop() {
                    self.undo_stack.push(self.pad.clone());
                    self.set_pad(subject);
                }
            }
            Action::Clear => {
                if self.pad != PadContent::Empty || self.animated_sample.is_some() {
                    self.replace_undoable(PadContent::Empty, true);
                    self.animated_sample = None;
                }
            }
            Action::AnimateSample(drawing) => {
                self.replace_undoable(PadContent::Empty, true);
                self.animated_sample = Some(Shared::new(fit_to_pad(&drawing)));
            }
            Action::AdvanceAnimation(points) => {
                if let Some(drawing) = self.animated_sample.clone() {
                    self.pad = PadContent::drawing(first_points(&drawing, points));
                    self.revision += 1;
                    if points >= drawing.points().count() {
                        self.animated_sample = None;
                    }
                }
            }
            Action::LoadSample(drawing) => {
                self.replace_undoable(PadContent::drawing(fit_to_pad(&drawing)), true);
                self.animated_sample = None;
            }
            Action::LoadPhoto(photo) => {
                self.replace_undoable(PadContent::Photo(photo), true);
                self.animated_sample = None;
            }
            Action::WorkerStarted(kind, generation) => self.on_worker_started(kind, generation),
            Action::WorkerFetching(kind, generation, done, total) => {
                self.on_worker_fetching(kind, generation, done, total);
            }
            Action::WorkerMessage(kind, generation, message) => self.on_worker_message(kind, generation, message),
            Action::WorkerCrashed(kind, generation, why) => self.on_worker_crashed(kind, generation, &why),
            Action::AdapterFound(found) => self.on_adapter_found(found),
            Action::SetEnginePreference(wish) => self.set_engine_preference(wish),
            Action::SelectModel(model) => self.select_model(model),
            Action::BenchmarkInference => self.benchmark = AsyncValue::Loading(Default::default()),
            Action::SetLayerView(detail) => self.layer_view = detail,
            Action::Navigate(part) => self.navigate(part),
            Action::Summaries(act) => self.update_summaries(act),
            Action::Game(action) => self.update_game(action),
            Action::Lab(act) => self.update_lab(act),
            Action::UserData(action) => self.update_user_data(action),
            Action::Storage(event) => self.on_storage_event(event),
            Action::TrainingLockAnswered(request, result) => self.on_training_lock_answered(request, result),
            Action::SamplesLoaded(samples) => self.samples = samples,
            Action::ShowNotice(text) => self.notify(text),
            Action::DismissNotice(id) => self.notices.retain(|notice| notice.id != id),
            Action::UpdateReady => self.show_notice(UPDATE_READY.into(), NoticeOffer::Update),
            Action::SetTheme(theme) => self.theme = theme,
            Action::SystemColorSchemeChanged(color_scheme) => self.system_color_scheme = color_scheme,
        }
    }

    /// Replaces what is on the pad; this can be undone.
    fn replace_undoable(&mut self, subject: PadContent, other: bool) {
        if self.undo_stack.len() == UNDO_LIMIT {
            self.undo_stack.remove(0);
        }
        self.redo_stack.clear();
        self.user_data.saved_label = None;
        // A sample that is being animated is undone as a whole: what it replaced is on the stack already.
        if self.animated_sample.is_none() {
            self.undo_stack.push(self.pad.clone());
        }
        if other {
            self.set_pad(subject);
        } else {
            self.pad = subject;
            self.revision += 1;
        }
    }

    /// Replaces what is on the pad; predictions of what was there before are dropped.
    fn set_pad(&mut self, subject: PadContent) {
        let keeps = matches!((&self.pad, &subject), (PadContent::Drawing(_), PadContent::Drawing(_)));
        if !keeps {
            self.prediction = None;
        }
        self.error = None;
        self.user_data.saved_label = None;
        self.pad = subject;
        self.drawing_id += 1;
        self.revision += 1;
    }

    /// Shows a notice, once.
    fn notify(&mut self, text: String) {
        self.show_notice(text, NoticeOffer::Nothing);
    }

    fn show_notice(&mut self, text: String, offer: NoticeOffer) {
        self.notices.retain(|notice| notice.text != text);
        if self.notices.len() == MAX_NOTICES {
            // One that offers something is not displaced.
            let oldest = self.notices.iter().position(|notice| notice.offer == NoticeOffer::Nothing);
            self.notices.remove(oldest.unwrap_or_default());
        }
        self.last_notice_id += 1;
        self.notices.push(Notice { id: self.last_notice_id, text, offer });
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(self.reduced(action))
    }
}
