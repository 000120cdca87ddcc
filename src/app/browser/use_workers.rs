//! Hook for the workers: starts, asks and stops each as its [`EngineWorker`] says.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use yew::prelude::*;

use super::dom::absolute_url;
use super::timers::Timer;
use super::worker_connection::WorkerConnection;
use crate::app::model::engine_worker::{EngineWorker, WorkerState};
use crate::app::model::job_table::{Job, JobLane, RunningJob};
use crate::app::model::{Action, State};
use crate::protocol::{ClientMessage, EngineKind, JobId, Request, VERSION};

/// The number of runs of a benchmark.
const BENCHMARK_RUNS: u32 = 100;

/// Keeps both workers in step with the state.
#[hook]
pub fn use_workers(state: &UseReducerHandle<State>) {
    use_worker(&state.cpu, state.reply_timeout(EngineKind::Cpu), state.dispatcher());
    use_worker(&state.gpu, state.reply_timeout(EngineKind::Gpu), state.dispatcher());
}

#[hook]
fn use_worker(worker: &EngineWorker, patience: Option<i32>, dispatch: UseReducerDispatcher<State>) {
    let channel = use_mut_ref(|| None::<WorkerConnection>);
    let (kind, source) = (worker.kind, worker.source);

    let (place, hear) = (channel.clone(), dispatch.clone());
    use_effect_with((worker.generation, worker.state != WorkerState::Stopped), move |&(generation, lives)| {
        // The old worker is terminated before the new one starts.
        place.borrow_mut().take();
        if lives {
            *place.borrow_mut() = Some(WorkerConnection::open(kind, generation, source, hear));
        }
    });

    let (place, gone, jobs) = (channel, dispatch.clone(), worker.jobs.clone());
    // Job ids grow in the order in which jobs are sent.
    let told = use_memo((), |_| Cell::new(JobId(0)));
    use_effect_with((worker.generation, worker.jobs.last_id()), move |&(generation, last)| {
        for job in jobs.sent_after(told.get()) {
            let sent = match (to_request(job), &*place.borrow()) {
                (Some(message), Some(channel)) => channel.post(&message),
                (Some(_), None) => Err(String::new()),
                (None, _) => Ok(()),
            };
            if let Err(why) = sent {
                gone.dispatch(Action::WorkerCrashed(kind, generation, why));
            }
        }
        if let Some(last) = last.filter(|last| last.0 > told.get().0) {
            told.set(last);
        }
    });

    let watched =
        (worker.generation, patience, worker.messages_received, worker.jobs.newest(JobLane::Main).map(|job| job.id));
    use_effect_with(watched, move |&(generation, patience, ..)| {
        let watch = patience.map(|ms| {
            SilenceTimer::new(ms, move || {
                dispatch.dispatch(Action::WorkerCrashed(kind, generation, silence_reason(kind, ms)))
            })
        });
        move || drop(watch)
    });
}

/// A timer for a silent worker, in two halves: a machine that slept wakes to a timer that has expired, and to a worker that has
/// had no time to reply.
struct SilenceTimer {
    _first: Option<Timer>,
    _second: Rc<RefCell<Option<Timer>>>,
}

impl SilenceTimer {
    fn new(ms: i32, silent: impl FnOnce() + 'static) -> Self {
        let second = Rc::new(RefCell::new(None));
        let place = second.clone();
        let first = Timer::after(ms / 2, move || drop(place.replace(Timer::after(ms / 2, silent))));
        Self { _first: first, _second: second }
    }
}

fn silence_reason(kind: EngineKind, ms: i32) -> String {
    let what = match kind {
        EngineKind::Cpu => "it",
        EngineKind::Gpu => "the graphics card",
    };
    format!("{what} has not answered for {} seconds", ms / 1000)
}

/// The message of a job. None where the pad is empty, which the state never asks for.
fn to_request(job: &RunningJob) -> Option<ClientMessage> {
    let request = match &job.ask {
        Job::Start => Request::Start { version: VERSION.into(), models: absolute_url("./models/") },
        Job::ListModels => Request::Catalogue,
        Job::LoadModel(model) => Request::Load { model: model.clone() },
        Job::ImportModel(name, package) => Request::Install { name: name.clone(), package: (**package).clone() },
        Job::FineTune(ask) => Request::Learn(Box::new((**ask).clone())),
        Job::Evaluate(model, lesson) => Request::Measure { model: model.clone(), lesson: (**lesson).clone() },
        Job::SetPaused(target, rest) => Request::Hold { target: *target, rest: *rest },
        Job::Finish(target) => Request::Finish { target: *target },
        Job::Cancel(target) => Request::Cancel { target: *target },
        Job::Classify(key, subject) => {
            Request::Classify { model: key.model.clone(), input: subject.input()?, layers: key.detail }
        }
        Job::Summarize(order) => Request::Summarize(Box::new(order.ask.clone())),
        Job::TrainFromScratch(ask) => Request::Lab(*ask),
        Job::EvaluateMissingData(ask) => Request::Missing(*ask),
        Job::Benchmark(model) => Request::Time { model: model.clone(), runs: BENCHMARK_RUNS },
    };
    Some(ClientMessage { job: job.id, request })
}
