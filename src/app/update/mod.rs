//! The reducers: what each action and each reply of an engine changes in the state.

mod engines;
mod evaluation;
mod failure_policy;
mod lab;
mod summaries;
mod sync;
mod training;
mod user_data;
// Its timer is in the browser.
#[cfg_attr(not(target_family = "wasm"), allow(dead_code))]
mod watchdog;

use std::rc::Rc;

use yew::Reducible;

use crate::app::model::async_value::{AsyncValue, Shared};
use crate::app::model::pad_content::{PadContent, first_points, fit_to_pad};
use crate::app::model::{Action, Notice, State};

/// How many steps can be undone.
const PAST: usize = 100;

/// How many notices are shown at once; an older one gives way.
const NOTICES: usize = 3;

impl State {
    /// The next state: pure, so that the same state and action always give the same.
    pub fn reduced(&self, action: Action) -> State {
        let mut next = self.clone();
        next.apply(action);
        next.reconcile();
        next
    }

    fn apply(&mut self, action: Action) {
        match action {
            Action::PenDown(point) => {
                let other = !matches!(self.subject, PadContent::Drawing(_));
                self.replace_undoable(self.subject.with_stroke(point), other);
                self.playing = None;
            }
            Action::PenMoved(points) => {
                self.subject = self.subject.with_points(&points);
                self.revision += 1;
            }
            Action::Undo => {
                if let Some(subject) = self.past.pop() {
                    self.set_pad(subject);
                    self.playing = None;
                }
            }
            Action::Clear => {
                if self.subject != PadContent::Empty || self.playing.is_some() {
                    self.replace_undoable(PadContent::Empty, true);
                    self.playing = None;
                }
            }
            Action::AnimateSample(drawing) => {
                self.replace_undoable(PadContent::Empty, true);
                self.playing = Some(Shared::new(fit_to_pad(&drawing)));
            }
            Action::AdvanceAnimation(points) => {
                if let Some(drawing) = self.playing.clone() {
                    self.subject = PadContent::drawing(first_points(&drawing, points));
                    self.revision += 1;
                    if points >= drawing.points().count() {
                        self.playing = None;
                    }
                }
            }
            Action::LoadSample(drawing) => {
                self.replace_undoable(PadContent::drawing(fit_to_pad(&drawing)), true);
                self.playing = None;
            }
            Action::LoadPhoto(photo) => {
                self.replace_undoable(PadContent::Photo(photo), true);
                self.playing = None;
            }
            Action::WorkerStarted(kind, life) => self.on_worker_started(kind, life),
            Action::WorkerMessage(kind, life, message) => self.on_worker_message(kind, life, message),
            Action::WorkerCrashed(kind, life, why) => self.on_worker_crashed(kind, life, &why),
            Action::SetEnginePreference(wish) => self.set_engine_preference(wish),
            Action::SelectModel(model) => self.select_model(model),
            Action::BenchmarkInference => self.timing = AsyncValue::Loading(Default::default()),
            Action::SetLayerView(detail) => self.detail = detail,
            Action::Navigate(part) => self.navigate(part),
            Action::Summaries(act) => self.update_summaries(act),
            Action::Lab(act) => self.update_lab(act),
            Action::UserData(deed) => self.update_user_data(deed),
            Action::Storage(event) => self.on_storage_event(event),
            Action::TrainingLockAnswered(request, result) => self.on_training_lock_answered(request, result),
            Action::SamplesLoaded(samples) => self.samples = samples,
            Action::ShowNotice(text) => self.notify(text),
            Action::DismissNotice(id) => self.notices.retain(|notice| notice.id != id),
            Action::SetTheme(theme) => self.theme = theme,
            Action::SystemColorSchemeChanged(shade) => self.system = shade,
        }
    }

    /// Puts a subject in place of the one there is, which can be had back.
    fn replace_undoable(&mut self, subject: PadContent, other: bool) {
        if self.past.len() == PAST {
            self.past.remove(0);
        }
        // A sample that is still being drawn is undone as a whole: what it took the place of is in the past already.
        if self.playing.is_none() {
            self.past.push(self.subject.clone());
        }
        if other {
            self.set_pad(subject);
        } else {
            self.subject = subject;
            self.revision += 1;
        }
    }

    /// Puts another subject in place of the one there is; no answer to that one counts any more.
    fn set_pad(&mut self, subject: PadContent) {
        let keeps = matches!((&self.subject, &subject), (PadContent::Drawing(_), PadContent::Drawing(_)));
        if !keeps {
            self.answer = None;
        }
        self.trouble = None;
        self.subject = subject;
        self.epoch += 1;
        self.revision += 1;
    }

    /// Tells the visitor something, once.
    fn notify(&mut self, text: String) {
        self.notices.retain(|notice| notice.text != text);
        if self.notices.len() == NOTICES {
            self.notices.remove(0);
        }
        self.told += 1;
        self.notices.push(Notice { id: self.told, text });
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(self.reduced(action))
    }
}
