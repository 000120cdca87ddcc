//! What the engines are asked for summaries, and what their replies change.

use super::failure_policy::fails_whole;
use crate::app::model::State;
use crate::app::model::async_value::{Progress, Shared, Slot};
use crate::app::model::engine_selection::{Choice, Reason, Standing, Wish, choose_faster};
use crate::app::model::engine_worker::{Ask, Job, Lane, Loaded, Source, Worker};
use crate::app::model::summaries::request::{Run, Stage, View};
use crate::app::model::summaries::{Act, Compare, Opened, PLAIN, SUMMARY};
use crate::app::model::user_data::Deed;
use crate::protocol::{AdapterKind, EngineKind, Failure, FailureKind, JobId, Reply};

const OTHER_ANSWER: &str = "The engine answered something else than it was asked.";

const ENGINES: [EngineKind; 2] = [EngineKind::Cpu, EngineKind::Gpu];

impl State {
    /// Does what the visitor wants with texts and summaries.
    pub(super) fn act_on_summary(&mut self, act: Act) {
        if act == Act::Keep
            && let Some(sample) = self.summary.corrected()
        {
            self.summary.draft = None;
            self.deed(Deed::Keep(sample));
        }
        if act == Act::Retry {
            let model = &self.summary.model;
            for lane in [&mut self.cpu, &mut self.gpu] {
                lane.models.retain(|name, slot| !((name == model || name == PLAIN) && matches!(slot, Slot::Failed(_))));
            }
            if matches!(self.cpu.engine, Slot::Failed(_)) {
                self.cpu = Lane { life: self.cpu.life, ..Lane::new(EngineKind::Cpu) };
                self.cpu.call(Source::Cache);
            }
        }
        self.summary.act(act);
    }

    /// The model for summaries that an engine should load next, if any.
    fn summarizer_due(&self, kind: EngineKind) -> Option<String> {
        if self.summary.opened == Opened::Never || !self.summarizes(kind) {
            return None;
        }
        let lane = self.lane(kind);
        if *lane.model(&self.summary.model) == Slot::Empty {
            return Some(self.summary.model.clone());
        }
        let compares = self.summary.compare == Compare::Plain && self.summary.choice.engine == Some(kind);
        (compares && *lane.model(PLAIN) == Slot::Empty).then(|| PLAIN.to_owned())
    }

    /// Whether an engine should be able to summarize. WebGPU comes behind the CPU, so that the model is fetched once and not twice, and
    /// only where it could be the better one.
    fn summarizes(&self, kind: EngineKind) -> bool {
        if kind == EngineKind::Cpu {
            return true;
        }
        let cpu = self.cpu.standing(&self.summary.model);
        let fails = matches!(cpu, Standing::Failed(_));
        let hardware = self.gpu.engine.ready().is_some_and(|engine| engine.adapter_kind == AdapterKind::Hardware);
        match self.wish {
            Wish::Force(EngineKind::Gpu) => fails || matches!(cpu, Standing::Ready { .. }),
            Wish::Force(EngineKind::Cpu) => fails,
            Wish::Auto => fails || (hardware && matches!(cpu, Standing::Ready { .. })),
        }
    }

    /// Brings summaries into line: which engine, what is stopped, what is begun.
    pub(super) fn settle_summary(&mut self) {
        if self.summary.opened == Opened::Never {
            return;
        }
        self.leave_version();
        self.summary.choice = self.choose_summarizer();
        if self.summary.choice.engine.is_some() && self.summary.opened == Opened::Once {
            self.summary.opened = Opened::Served;
            // What was typed in the meantime is summarized now, but nobody is taken away from their typing.
            if self.summary.ours.is_none() && self.summary.has_words() {
                self.summary.order(View::Edit);
            }
        }
        for kind in ENGINES {
            let lane = self.lane(kind);
            if lane.worker == Worker::Awake
                && lane.engine.ready().is_some()
                && lane.load.is_none()
                && let Some(name) = self.summarizer_due(kind)
            {
                self.jobs += 1;
                let job = Job { id: JobId(self.jobs), ask: self.ask_for(&name) };
                let lane = self.lane_mut(kind);
                lane.models.insert(name, Slot::Loading(Progress::default()));
                lane.load = Some(job);
            }
        }
        self.give_up();
        self.begin_again();
        self.stop_unwanted();
        self.begin_next();
    }

    /// Goes back to the model that the page came with where a version of the visitor's own is gone, or no living engine takes it.
    fn leave_version(&mut self) {
        let model = &self.summary.model;
        let living = || ENGINES.into_iter().map(|kind| self.lane(kind)).filter(|lane| lane.engine.ready().is_some());
        let refused = |lane: &Lane| matches!(lane.model(model), Slot::Failed(_));
        let nobody = living().next().is_some() && living().all(refused);
        if *model != SUMMARY && (nobody || self.mine.version(model).is_none()) {
            self.tell(format!("The page goes on with the model {SUMMARY}."));
            self.summary.act(Act::Model(SUMMARY.to_owned()));
        }
    }

    fn choose_summarizer(&self) -> Choice {
        let model = &self.summary.model;
        let (cpu, gpu) = (self.cpu.standing(model), self.gpu.standing(model));
        let choice = choose_faster(self.wish, &cpu, &gpu);
        match (cpu, gpu) {
            // There is no other engine to wait for.
            (Standing::Failed(why), Standing::Off) if !self.gpu_is_due() => {
                Choice { engine: None, reason: Reason::NothingWorks(why) }
            }
            _ => choice,
        }
    }

    /// Says of what waits for a model that will not come that it failed.
    fn give_up(&mut self) {
        let ours = match &self.summary.choice.reason {
            Reason::NothingWorks(why) => Some(why.clone()),
            _ => None,
        };
        let plain = self.summary.choice.engine.and_then(|kind| match self.lane(kind).model(PLAIN) {
            Slot::Failed(why) => Some(why.clone()),
            _ => None,
        });
        let runs = [(&mut self.summary.ours, ours.clone()), (&mut self.summary.plain, ours.or(plain))];
        for (run, why) in runs {
            if let (Some(run), Some(why)) = (run, why)
                && run.stage == Stage::Waiting
            {
                run.stage = Stage::Failed(why);
            }
        }
    }

    /// Where an engine is gone, what it was at waits again.
    fn begin_again(&mut self) {
        let at: Vec<u32> = ENGINES.into_iter().filter_map(|kind| number_of(self.lane(kind))).collect();
        for run in self.summary.runs_mut() {
            if run.stage.runs() && !at.contains(&run.order.number) {
                run.again();
            }
        }
    }

    /// Stops what an engine is at and nobody waits for any more.
    fn stop_unwanted(&mut self) {
        for kind in ENGINES {
            let Some(Job { id, .. }) = &self.lane(kind).text else { continue };
            let (id, number) = (*id, number_of(self.lane(kind)));
            let wanted = self.summary.runs().any(|run| run.stage.runs() && Some(run.order.number) == number);
            if !wanted && self.summary.stopping != Some(id) {
                self.summary.stopping = Some(id);
                self.aside(kind, Ask::Cancel(id));
            }
        }
    }

    fn begin_next(&mut self) {
        let Some(kind) = self.summary.choice.engine else { return };
        let lane = self.lane(kind);
        if lane.worker != Worker::Awake || ENGINES.into_iter().any(|kind| self.lane(kind).text.is_some()) {
            return;
        }
        let due = self.summary.runs().find(|run| run.stage == Stage::Waiting).map(|run| run.order.clone());
        let Some(order) = due.filter(|order| lane.model(&order.ask.model).ready().is_some()) else { return };
        self.jobs += 1;
        let id = JobId(self.jobs);
        if let Some(run) = self.run_mut(order.number) {
            run.stage = Stage::Reading(Progress::default());
        }
        self.lane_mut(kind).text = Some(Job { id, ask: Ask::Summarize(order) });
    }

    fn run_mut(&mut self, number: u32) -> Option<&mut Run> {
        self.summary.runs_mut().find(|run| run.order.number == number)
    }

    /// A worker replied to the loading of a model for texts. The page has a place to say what became of it, so no notice does.
    pub(super) fn summarizer_heard(&mut self, kind: EngineKind, reply: Reply) {
        let lane = self.lane_mut(kind);
        let Some(Job { ask: Ask::Load(name) | Ask::Install(name, _), .. }) = lane.load.clone() else { return };
        if reply.is_final() {
            lane.load = None;
        }
        let slot = match reply {
            Reply::Progress { doing, done, total } => Slot::Loading(Progress { doing: Some(doing), done, total }),
            Reply::Loaded { model, check } => {
                self.installed(&name, &model.task);
                Slot::Ready(Loaded { info: model, check })
            }
            // An engine that gets this model wrong may still get digits right, so it is not left as a whole.
            Reply::Failed(failure) if failure.kind != FailureKind::WrongAnswer && fails_whole(kind, failure.kind) => {
                return self.engine_failed(kind, failure);
            }
            Reply::Failed(failure) => {
                if failure.kind == FailureKind::BadPackage && self.mine.version(&name).is_some() {
                    self.refuse(&name, &failure.message);
                }
                Slot::Failed(failure.message)
            }
            _ => Slot::Failed(OTHER_ANSWER.into()),
        };
        self.lane_mut(kind).models.insert(name, slot);
    }

    /// A worker replied to a summary's job.
    pub(super) fn summary_heard(&mut self, kind: EngineKind, id: JobId, reply: Reply) {
        use FailureKind::{Cancelled, NoSuchModel};
        let Some(number) = number_of(self.lane(kind)) else { return };
        if reply.is_final() {
            self.lane_mut(kind).text = None;
            if self.summary.stopping == Some(id) {
                self.summary.stopping = None;
            }
        }
        if let Reply::Failed(failure) = &reply
            && fails_whole(kind, failure.kind)
        {
            // The lane is left, and what it was at begins again elsewhere.
            return self.engine_failed(kind, failure.clone());
        }
        let (model, view) = match self.run_mut(number) {
            Some(run) if run.stage.runs() => (run.order.ask.model.clone(), run.order.view),
            // Nobody waits for it any more.
            _ => return,
        };
        let Some(run) = self.run_mut(number) else { return };
        match reply {
            Reply::Progress { doing, done, total } => {
                if matches!(run.stage, Stage::Reading(_)) {
                    run.stage = Stage::Reading(Progress { doing: Some(doing), done, total });
                }
            }
            Reply::Source(source) => {
                run.source = Some(Shared::new(*source));
                if view == View::Read {
                    self.summary.view = View::Read;
                }
            }
            Reply::Line(line) => run.put(*line),
            Reply::Summarized(summary) => {
                run.finish(*summary);
                if model != PLAIN {
                    self.summary.finished += 1;
                }
            }
            Reply::Failed(Failure { kind: Cancelled, .. }) => run.stage = Stage::Stopped,
            Reply::Failed(Failure { kind: failure, message }) => {
                run.stage = Stage::Failed(message.clone());
                if failure == NoSuchModel {
                    self.lane_mut(kind).models.insert(model, Slot::Failed(message));
                }
            }
            _ => run.stage = Stage::Failed(OTHER_ANSWER.into()),
        }
    }
}

fn number_of(lane: &Lane) -> Option<u32> {
    match &lane.text {
        Some(Job { ask: Ask::Summarize(order), .. }) => Some(order.number),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
