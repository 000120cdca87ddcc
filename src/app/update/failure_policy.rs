//! What happens when a job, a worker or a whole engine fails.

use crate::app::model::State;
use crate::app::model::async_value::Slot;
use crate::app::model::engine_selection::Wish;
use crate::app::model::engine_worker::{Ask, Job, Source, Worker};
use crate::protocol::{EngineKind, Failure, FailureKind};

impl State {
    pub(super) fn failed(&mut self, kind: EngineKind, ask: Ask, failure: Failure) {
        use FailureKind::{DeviceLost, Internal, MissingFeature, NoAdapter, NoWebGpu, Version, WrongAnswer};
        let gpu = kind == EngineKind::Gpu;
        match (ask, failure.kind) {
            (_, Version) => self.other_version(kind),
            (_, DeviceLost) | (Ask::Start, _) => self.engine_failed(kind, failure),
            (_, NoWebGpu | NoAdapter | MissingFeature | WrongAnswer | Internal) if gpu => {
                self.engine_failed(kind, failure);
            }
            (ask @ (Ask::Load(_) | Ask::Install(..)), kind_of) => {
                let (Ask::Load(name) | Ask::Install(name, _)) = ask else { return };
                if kind_of == FailureKind::BadPackage {
                    self.refuse(&name, &failure.message);
                } else {
                    self.tell(failure.message.clone());
                }
                self.lane_mut(kind).models.insert(name, Slot::Failed(failure.message));
            }
            (Ask::Read(key, _), FailureKind::NoSuchModel) => {
                self.tell(failure.message.clone());
                self.lane_mut(kind).models.insert(key.model, Slot::Failed(failure.message));
            }
            (Ask::Read(key, _), _) => {
                if key.epoch == self.epoch {
                    self.answer = None;
                    self.trouble = Some(failure.message);
                }
                self.read = Some(key);
            }
            (Ask::Catalogue, _) => self.catalogue = Slot::Failed(failure.message),
            (Ask::Time(_), _) => self.timing = Slot::Failed(failure.message),
            // These are never a lane's job.
            (
                Ask::Learn(_)
                | Ask::Measure(..)
                | Ask::Hold(..)
                | Ask::Cancel(_)
                | Ask::Summarize(_)
                | Ask::Lab(_)
                | Ask::Missing(_),
                _,
            ) => {}
        }
    }

    /// The engine as a whole failed.
    pub(super) fn engine_failed(&mut self, kind: EngineKind, failure: Failure) {
        use FailureKind::{MissingFeature, NoAdapter, NoWebGpu, Version};
        match (kind, failure.kind) {
            (_, Version) => self.other_version(kind),
            (EngineKind::Cpu, _) => self.died(kind, self.cpu.life, &failure.message),
            // What this browser lacks is said beside the answer; it is worth no interruption unless the visitor asked for it.
            (EngineKind::Gpu, NoWebGpu | NoAdapter | MissingFeature) if self.wish == Wish::Auto => {
                self.leave(kind, failure.message, Volume::Quiet);
            }
            (EngineKind::Gpu, _) => self.leave(kind, failure.message, Volume::Loud),
        }
    }

    /// A worker stopped by itself. The CPU engine is called again, since the page has nothing else to fall back on, unless it stops again
    /// and again.
    pub(super) fn died(&mut self, kind: EngineKind, life: u32, why: &str) {
        let lane = self.lane_mut(kind);
        if lane.life != life || lane.worker == Worker::Absent {
            return;
        }
        if kind == EngineKind::Cpu && lane.revives() {
            // A worker that never spoke may have come from a damaged cache.
            let source = if lane.worker == Worker::Called { Source::Network } else { Source::Cache };
            self.release(kind);
            self.cpu.call(source);
            return;
        }
        let name = crate::app::messages::engines::engine(kind);
        let why = match why.trim() {
            "" => format!("The {name} engine stopped."),
            why => format!("The {name} engine stopped: {}", crate::app::messages::format::sentence(why)),
        };
        self.leave(kind, why, Volume::Loud);
    }

    /// A worker of another version came from a cache: it is fetched anew, once.
    pub(super) fn other_version(&mut self, kind: EngineKind) {
        if self.lane(kind).source == Source::Cache {
            self.release(kind);
            self.lane_mut(kind).call(Source::Network);
        } else {
            let name = crate::app::messages::engines::engine(kind);
            let why = format!("The {name} engine is of another version than this page. Please reload the page.");
            self.leave(kind, why, Volume::Loud);
        }
    }

    /// Frees what a worker was asked for the page as a whole, so that another one can be asked.
    fn release(&mut self, kind: EngineKind) {
        if let Some(Job { ask: Ask::Catalogue, .. }) = self.lane(kind).job {
            self.catalogue = Slot::Empty;
        }
    }

    fn leave(&mut self, kind: EngineKind, why: String, volume: Volume) {
        self.release(kind);
        self.lane_mut(kind).leave(why.clone());
        if volume == Volume::Loud {
            let other = if kind == EngineKind::Cpu { EngineKind::Gpu } else { EngineKind::Cpu };
            self.tell(match &self.lane(other).engine {
                // The engine's own sentence may say so already.
                Slot::Ready(_) if !why.contains(crate::app::messages::engines::engine(other)) => {
                    format!("{why} The {} engine goes on.", crate::app::messages::engines::engine(other))
                }
                _ => why,
            });
        }
    }
}

/// Whether the visitor is told at once, or finds it beside the answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Volume {
    Quiet,
    Loud,
}

/// Whether a failure is of the engine, not of what it was asked.
pub(super) fn fails_whole(kind: EngineKind, failure: FailureKind) -> bool {
    use FailureKind::{DeviceLost, Internal, MissingFeature, NoAdapter, NoWebGpu, WrongAnswer};
    match failure {
        DeviceLost => true,
        NoWebGpu | NoAdapter | MissingFeature | WrongAnswer | Internal => kind == EngineKind::Gpu,
        _ => false,
    }
}
