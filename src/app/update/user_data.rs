//! The part of the state that deals with what is the visitor's own: corrections, learning, versions.

use crate::app::model::async_value::{Shared, Slot};
use crate::app::model::engine_worker::{Ask, Job, Worker};
use crate::app::model::pad_content::Subject;
use crate::app::model::route::Part;
use crate::app::model::summaries::SUMMARY;
use crate::app::model::user_data::Deed;
use crate::app::model::user_data::corrections::{Taught, read_samples};
use crate::app::model::user_data::evaluation::Measures;
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::training_lock::Whose;
use crate::app::model::user_data::training_run::{Course, Dot, Running};
use crate::app::model::user_data::version::{About, MAY_LOSE, Version};
use crate::app::model::user_data::write_queue::{Change, Key};
use crate::app::model::{FIRST_MODEL, State};
use crate::protocol::{
    EngineKind, FailureKind, From, Input, JobId, Kept, Learn, Learned, Reply, Rest, Sample, TextSample,
};

/// How often an engine may stop in the middle of one learning without having come any further.
const STUMBLES: u32 = 6;

const STOPPED: &str = "The engine stopped again and again in the middle of it, so it rests. It goes on from its last checkpoint when you open the page again, unless you learn something else.";

impl State {
    /// Does what the visitor wants with what is their own.
    pub(in crate::app) fn deed(&mut self, deed: Deed) {
        match deed {
            Deed::Correct(label) => self.correct(label),
            Deed::Relabel(id, label) => self.mine.edit(|all| {
                for one in all.iter_mut().filter(|one| one.id == id) {
                    if let Taught::Digit(sample) = &mut one.sample {
                        sample.label = label;
                    }
                }
            }),
            Deed::Keep(sample) => self.keep_text(sample),
            Deed::Rewrite(id, summary) => {
                let summary = summary.trim();
                self.mine.edit(|all| {
                    for one in all.iter_mut().filter(|one| one.id == id) {
                        if let Taught::Text(sample) = &mut one.sample
                            && !summary.is_empty()
                        {
                            summary.clone_into(&mut sample.summary);
                        }
                    }
                });
            }
            Deed::Delete(id) => self.mine.edit(|all| all.retain(|one| one.id != id)),
            Deed::DeleteAll(task) => self.mine.edit(|all| all.retain(|one| one.sample.task() != task)),
            Deed::Import(text) => match read_samples(&text) {
                Ok((samples, left_out)) => {
                    let count = samples.len();
                    self.mine.add(samples);
                    let came = if count == 1 { "1 sample came.".into() } else { format!("{count} samples came.") };
                    self.tell([Some(came), left_out].into_iter().flatten().collect::<Vec<_>>().join(" "));
                }
                Err(why) => self.tell(why),
            },
            Deed::Guide(asks) => {
                self.mine.guide = asks.then_some(0);
                if asks {
                    // What is on the pad is none of those that are asked for.
                    self.act(crate::app::model::Action::Clear);
                    // Goes past the digits that there are enough of.
                    self.mine.add(Vec::new());
                    if self.mine.guide.is_none() {
                        self.tell("There are enough of each digit already.".into());
                    }
                }
            }
            Deed::Plan(task, plan) => self.mine.plans[task as usize] = plan,
            Deed::Learn(task, title) => self.learn(task, title),
            Deed::Measure(task, models) => {
                self.mine.measures = Measures { asked: Some((task, models)), ..Measures::default() };
            }
            Deed::Rest(rest) => {
                if let Course::Running(running) = &mut self.mine.course {
                    running.rest = rest;
                    let (kind, target) = (running.engine.0, running.job);
                    self.aside(kind, Ask::Hold(target, rest));
                }
            }
            Deed::Stop => {
                if let Course::Running(running) = &self.mine.course {
                    let (kind, target) = (running.engine.0, running.job);
                    self.aside(kind, Ask::Cancel(target));
                }
                self.end_course(Course::Idle);
                self.tell("Learning was stopped, and nothing became of it: the model is as it was.".into());
            }
            Deed::Close => self.mine.course = Course::Idle,
            Deed::Rename(name, title) => {
                let title = title.trim().to_owned();
                if !title.is_empty() {
                    self.mine.edit_versions(|all| {
                        all.iter_mut()
                            .filter(|one| one.about.name == name)
                            .for_each(|one| one.about.title.clone_from(&title));
                    });
                }
            }
            Deed::Remove(name) => self.remove(&name),
            Deed::Bring(file, made, package) => {
                let name = self.mine.free_name();
                let title = file.trim_end_matches(".safetensors").to_owned();
                let about = About {
                    name: name.clone(),
                    // Until an engine has looked at it.
                    task: if self.part == Part::Summaries { Task::Texts } else { Task::Digits },
                    title,
                    parent: None,
                    made,
                    samples: 0,
                    plan: None,
                    held_out: None,
                    own: None,
                };
                let before = if about.task == Task::Texts { &self.summary.model } else { &self.model };
                self.mine.brought = Some((name.clone(), before.clone()));
                self.mine.edit_versions(|all| all.push(Version { about, package }));
                self.pick(name);
            }
            Deed::Read(tab, found, refusal) => self.read_kept(tab, found, refusal),
            Deed::Heard(found) => self.heard_kept(found),
            Deed::Kept(attempt) => self.kept(attempt),
            Deed::Refused(attempt, refusal) => self.refused(attempt, refusal),
            Deed::Turn(request, got) => self.turned(request, got),
        }
    }

    /// Keeps what is on the pad as a sample.
    fn correct(&mut self, label: u8) {
        let Some(input) = self.shown() else { return };
        let sample = Taught::Digit(Sample { label, input: input.clone() });
        if self.mine.corrections.iter().any(|one| one.sample == sample) {
            self.tell("This drawing is among your samples already.".into());
            return;
        }
        // Said twice, the second word counts: one drawing has one label.
        let other = |one: &Taught| !matches!(one, Taught::Digit(sample) if sample.input == input);
        self.mine.edit(|all| all.retain(|one| other(&one.sample)));
        self.mine.add(vec![sample]);
        if self.mine.guide.is_some() {
            self.act(crate::app::model::Action::Clear);
        }
    }

    /// Keeps a summary as it should have been: the last word about its text counts.
    fn keep_text(&mut self, sample: TextSample) {
        let other = |one: &Taught| {
            let of =
                |one: &TextSample| (one.kind, one.length) == (sample.kind, sample.length) && one.text == sample.text;
            !matches!(one, Taught::Text(one) if of(one))
        };
        self.mine.edit(|all| all.retain(|one| other(&one.sample)));
        self.mine.add(vec![Taught::Text(sample)]);
        self.tell("Your summary is kept as a sample. The model learns from your samples further down.".into());
    }

    fn learn(&mut self, task: Task, title: String) {
        if self.mine.count(task) == 0 {
            self.tell(match task {
                Task::Digits => "There is nothing to learn from yet. Draw a digit, and say what it really is.".into(),
                Task::Texts => "There is nothing to learn from yet. Correct a summary, and keep it.".into(),
            });
            return;
        }
        let model = match task {
            Task::Digits => self.model.clone(),
            Task::Texts => self.summary.model.clone(),
        };
        let (lesson, plan) = (self.mine.lesson(task), *self.mine.plan(task));
        let ask = Learn { model, title, lesson, plan, from: From::Start };
        self.mine.course = Course::Wanted(Shared::new(ask));
        self.mine.stumbles = 0;
        if self.mine.turn.whose() == Whose::Ours {
            self.mine.shelf.mark(Key::Course, Change::New);
        }
        self.mine.turn.ask();
    }

    fn remove(&mut self, name: &str) {
        if self.mine.version(name).is_some() {
            self.mine.shelf.mark(Key::Version(name.to_owned()), Change::Gone);
            self.drop_version(name);
        }
    }

    /// Takes a version from the list, wherever it was that it was not wanted any more.
    pub(in crate::app) fn drop_version(&mut self, name: &str) {
        let Some(version) = self.mine.version(name) else { return };
        let parent = version.about.parent.clone();
        let rest = self.mine.versions.iter().filter(|version| version.about.name != name).cloned();
        self.mine.versions = Shared::new(rest.collect());
        self.forget_model(name);
        let known = parent.filter(|parent| !parent.starts_with("mine-") || self.mine.version(parent).is_some());
        if self.model == name {
            self.pick(known.unwrap_or_else(|| FIRST_MODEL.to_owned()));
        } else if self.summary.model == name {
            self.pick(known.unwrap_or_else(|| SUMMARY.to_owned()));
        }
    }

    /// An engine has looked at a version from a file: it may do something else than was thought.
    pub(in crate::app) fn installed(&mut self, name: &str, task: &str) {
        let (Some(task), Some(version)) = (Task::of(task), self.mine.version(name)) else { return };
        if version.about.task == task {
            return;
        }
        self.mine.edit_versions(|all| {
            all.iter_mut().filter(|one| one.about.name == name).for_each(|one| one.about.task = task);
        });
        match task {
            Task::Digits => self.summary.model = SUMMARY.to_owned(),
            Task::Texts => self.model = FIRST_MODEL.to_owned(),
        }
        self.pick(name.to_owned());
    }

    /// What a model does.
    pub(in crate::app) fn task_of(&self, model: &str) -> Task {
        match self.mine.version(model) {
            Some(version) => version.about.task,
            None if model == SUMMARY => Task::Texts,
            None => Task::Digits,
        }
    }

    /// What the engines loaded under a name counts no more.
    pub(in crate::app) fn forget_model(&mut self, name: &str) {
        for lane in [&mut self.cpu, &mut self.gpu] {
            lane.models.remove(name);
        }
    }

    /// An engine refused a package: says why, and leaves it out where it came from a file, so that what was active before is active
    /// again; one that was learned here may do on the other engine.
    pub(in crate::app) fn refuse(&mut self, name: &str, why: &str) {
        let Some(version) = self.mine.version(name).filter(|version| version.about.parent.is_none()) else {
            return self.tell(why.to_owned());
        };
        // The engine knows it by a name that the visitor never saw.
        let reason = why.split_once("is refused: ").map_or(why, |(_, reason)| reason);
        let text = format!("The file “{}” is refused as a model: {reason}", version.about.title);
        self.tell(text);
        self.mine.edit_versions(|all| all.retain(|one| one.about.name != name));
        if let Some((_, before)) = self.mine.brought.take_if(|(brought, _)| brought == name)
            && [&self.model, &self.summary.model].into_iter().any(|model| model == name)
        {
            self.pick(before);
        }
    }

    /// What is on the pad, as a sample has it.
    fn shown(&self) -> Option<Input> {
        match &self.subject {
            Subject::Drawing(drawing) if self.playing.is_none() => Some(Input::Drawing((**drawing).clone())),
            // A photo is large; what the model saw of it is not.
            Subject::Picture(_) => Some(Input::Image(self.answer.as_ref()?.result.image.clone())),
            _ => None,
        }
    }

    /// What the drawing on the pad was said to be, if it is a sample.
    pub(in crate::app) fn kept_label(&self) -> Option<u8> {
        // It is asked at every stroke: mostly there is nothing to look through.
        self.mine.of(Task::Digits).next()?;
        let input = self.shown()?;
        self.mine.of(Task::Digits).find_map(|one| match &one.sample {
            Taught::Digit(sample) if sample.input == input => Some(sample.label),
            _ => None,
        })
    }

    /// Brings learning into line: starts it where an engine can, and starts it again where its engine is gone.
    pub(in crate::app) fn settle_course(&mut self) {
        if let Course::Running(running) = &self.mine.course {
            let lane = self.lane(running.engine.0);
            if lane.life != running.engine.1 || lane.worker != Worker::Awake {
                let ask = Learn { from: From::Checkpoint, ..(*running.ask).clone() };
                let task = Task::of_lesson(&ask.lesson);
                self.mine.stumbles += 1;
                match self.mine.stumbles {
                    // What stops every engine would otherwise do so for ever. What is kept of it stays.
                    STUMBLES => self.mine.course = Course::Failed(task, STOPPED.into()),
                    _ => self.mine.course = Course::Wanted(Shared::new(ask)),
                }
            }
        }
        let Course::Wanted(ask) = &self.mine.course else { return };
        if self.mine.turn.whose() != Whose::Ours {
            return;
        }
        let ask = ask.clone();
        let task = Task::of_lesson(&ask.lesson);
        let Some(kind) = self.engine_of(task) else { return };
        match self.lane(kind).model(&ask.model) {
            Slot::Ready(_) => {}
            Slot::Failed(why) => {
                self.end_course(Course::Failed(task, why.clone()));
                return;
            }
            // It is asked for next.
            Slot::Empty | Slot::Loading(_) => return,
        }
        let life = self.lane(kind).life;
        let job = self.aside(kind, Ask::Learn(ask.clone()));
        self.mine.course = Course::Running(Running {
            ask,
            engine: (kind, life),
            job,
            rest: Rest::GoOn,
            latest: None,
            loss: Vec::new(),
            held_out: Vec::new(),
        });
    }

    /// The engine that does what a task asks.
    pub(in crate::app) fn engine_of(&self, task: Task) -> Option<EngineKind> {
        match task {
            Task::Digits => self.choice.engine,
            // Before the summaries are opened, nobody has chosen one for them.
            Task::Texts => self.summary.choice.engine.or(self.choice.engine),
        }
    }

    /// The parent that learning waits for on an engine, or the model that is to be measured.
    pub(in crate::app) fn parent_due(&self, kind: EngineKind) -> Option<String> {
        let learns = match &self.mine.course {
            Course::Wanted(ask) => Some((Task::of_lesson(&ask.lesson), ask.model.clone())),
            _ => None,
        };
        let due = |(task, model): &(Task, String)| {
            self.engine_of(*task) == Some(kind) && *self.lane(kind).model(model) == Slot::Empty
        };
        [learns, self.measured_next()].into_iter().flatten().find(due).map(|(_, model)| model)
    }

    /// The model that is to be measured next.
    fn measured_next(&self) -> Option<(Task, String)> {
        let (task, models) = self.mine.measures.asked.as_ref()?;
        Some((*task, models.get(self.mine.measures.done.len())?.clone()))
    }

    /// Brings measuring into line: one model after the other, on the engine that does the task.
    pub(in crate::app) fn settle_measures(&mut self) {
        if let Some((kind, life, _)) = self.mine.measures.running {
            let lane = self.lane(kind);
            if lane.life == life && lane.worker == Worker::Awake {
                return;
            }
            self.mine.measures.running = None;
        }
        let Some((task, model)) = self.measured_next() else { return };
        let Some(kind) = self.engine_of(task) else { return };
        match self.lane(kind).model(&model) {
            Slot::Ready(_) => {
                let (life, lesson) = (self.lane(kind).life, self.mine.lesson(task));
                let job = self.aside(kind, Ask::Measure(model, Shared::new(lesson)));
                self.mine.measures.running = Some((kind, life, job));
            }
            Slot::Failed(why) => {
                let why = why.clone();
                self.mine.measures.done.push((model, Err(why)));
                self.settle_measures();
            }
            // It is asked for next.
            Slot::Empty | Slot::Loading(_) => {}
        }
    }

    /// Whether a reply belongs to what is measured; then it is dealt with.
    pub(in crate::app) fn measure_heard(&mut self, kind: EngineKind, job: JobId, reply: &Reply) -> bool {
        let life = self.lane(kind).life;
        if self.mine.measures.running != Some((kind, life, job)) {
            return false;
        }
        let outcome = match reply {
            Reply::Measured { figures } => Ok(Shared::new((**figures).clone())),
            Reply::Failed(failure) if matches!(failure.kind, FailureKind::DeviceLost | FailureKind::Internal) => {
                return false;
            }
            Reply::Failed(failure) => Err(failure.message.clone()),
            _ => return true,
        };
        self.mine.measures.running = None;
        if let Some((_, model)) = self.measured_next() {
            self.mine.measures.done.push((model, outcome));
        }
        true
    }

    /// How an engine comes to a model: from the visitor's versions, or from the catalogue.
    pub(in crate::app) fn ask_for(&self, model: &str) -> Ask {
        match self.mine.version(model) {
            Some(version) => Ask::Install(model.to_owned(), version.package.clone()),
            None => Ask::Load(model.to_owned()),
        }
    }

    /// Tells a worker something beside its job.
    pub(in crate::app) fn aside(&mut self, kind: EngineKind, ask: Ask) -> JobId {
        self.jobs += 1;
        let id = JobId(self.jobs);
        self.lane_mut(kind).tell(Job { id, ask });
        id
    }

    /// Whether a reply belongs to the learning under way; then it is dealt with.
    pub(in crate::app) fn course_heard(&mut self, kind: EngineKind, job: JobId, reply: &Reply) -> bool {
        let life = self.lane(kind).life;
        let Course::Running(running) = &mut self.mine.course else { return false };
        if running.engine != (kind, life) || running.job != job {
            return false;
        }
        match reply {
            Reply::Learning(step) => {
                running.loss.push(Dot { step: step.done, value: step.loss.into() });
                if let Some(value) = step.held_out {
                    running.held_out.push(Dot { step: step.done, value });
                }
                running.latest = Some((**step).clone());
                if step.kept == Kept::Yes {
                    self.mine.stumbles = 0;
                }
            }
            Reply::Learned(learned) => {
                let ask = running.ask.clone();
                self.learned(&ask, (**learned).clone());
            }
            Reply::Failed(failure) => match failure.kind {
                FailureKind::Cancelled => self.end_course(Course::Idle),
                // The whole engine failed: the lane hears of it, and learning goes on elsewhere.
                FailureKind::DeviceLost | FailureKind::Internal => return false,
                _ => {
                    let task = Task::of_lesson(&running.ask.lesson);
                    self.end_course(Course::Failed(task, failure.message.clone()));
                }
            },
            _ => {}
        }
        true
    }

    /// Puts a new version into the list, and in its parent's place where it lost nothing.
    fn learned(&mut self, ask: &Learn, learned: Learned) {
        let name = self.mine.free_name();
        let [held_out, own] = learned.figures.main();
        let about = About {
            name: name.clone(),
            task: Task::of_lesson(&ask.lesson),
            title: ask.title.clone(),
            parent: Some(ask.model.clone()),
            made: ask.title.split_once(", ").map_or_else(String::new, |(_, made)| made.to_owned()),
            samples: ask.lesson.len(),
            plan: Some(ask.plan),
            held_out: Some(held_out),
            own: Some(own),
        };
        let lost = learned.figures.lost();
        let package = Shared::new(learned.package.clone());
        self.mine.edit_versions(|all| all.push(Version { about, package }));
        // With the version, in one change: whenever the page ends, it has learned this or goes on learning it.
        self.end_course(Course::Done(name.clone(), Shared::new(learned)));
        if lost <= MAY_LOSE {
            self.pick(name);
        }
    }
}
