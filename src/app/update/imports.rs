//! Reducer of imports: files of samples, and model packages, which an engine reads before they become versions.

use crate::app::messages::user_data::{import_notice, samples_notice};
use crate::app::model::State;
use crate::app::model::async_value::Shared;
use crate::app::model::user_data::corrections::{CorrectionData, read_corrections};
use crate::app::model::user_data::task::Task;
use crate::app::model::user_data::version::{ModelVersion, PendingImport, VersionInfo};
use crate::protocol::{EngineKind, ImportTrial};

impl State {
    /// Adds the samples of a file, except for those that are there already. Each goes to the list of its task.
    pub(super) fn import_corrections(&mut self, text: &str) {
        let (samples, left_out) = match read_corrections(text) {
            Ok(read) => read,
            Err(why) => return self.notify(why),
        };
        let total = samples.len();
        let mut new: Vec<CorrectionData> = Vec::new();
        for sample in samples {
            let known = self.user_data.corrections.iter().map(|one| &one.sample).chain(&new);
            if !known.into_iter().any(|one| one.is_of_the_same(&sample)) {
                new.push(sample);
            }
        }
        let elsewhere = |task: Task| (Some(task) != self.page.task()).then_some(task);
        let count = |task: Task| new.iter().filter(|sample| sample.task() == task).count();
        let other: Vec<(Task, usize)> = Task::ALL
            .into_iter()
            .filter_map(elsewhere)
            .map(|task| (task, count(task)))
            .filter(|(_, n)| *n > 0)
            .collect();
        let notice = samples_notice(new.len(), total - new.len(), &other);
        self.user_data.add(new);
        self.notify([Some(notice), left_out].into_iter().flatten().collect::<Vec<_>>().join(" "));
    }

    /// Queues a package for an engine to read: only it can tell which task the package is for.
    pub(super) fn import_version(&mut self, file: &str, made: String, package: Shared<Vec<u8>>) {
        self.user_data.last_import_number += 1;
        let name = format!("import-{}", self.user_data.last_import_number);
        let title = file.trim_end_matches(".safetensors").to_owned();
        self.user_data.imports.push(PendingImport { name, title, made, package });
    }

    /// The engine that reads imported packages: one that answers, or any that is ready.
    pub(super) fn import_engine(&self) -> Option<EngineKind> {
        let ready =
            || [EngineKind::Cpu, EngineKind::Gpu].into_iter().find(|kind| self.engine(*kind).info.ready().is_some());
        self.engine_selection.engine.or(self.summaries.engine_selection.engine).or_else(ready)
    }

    /// An engine has read a package. An imported one becomes a version of its task; nothing is activated. Says whether it was one.
    pub(super) fn on_import_read(&mut self, name: &str, task: &str, trial: Option<&ImportTrial>) -> bool {
        let Some(import) = self.take_import(name) else { return false };
        let Some(task) = Task::from_package(task) else {
            self.notify(format!("“{}” is a model for “{task}”, which this page cannot use.", import.title));
            return true;
        };
        let notice = import_notice(&import.title, task, self.page.task(), trial);
        let about = VersionInfo {
            name: self.user_data.unused_name(),
            task,
            title: import.title,
            parent: None,
            made: import.made,
            samples: 0,
            plan: None,
            held_out: trial.map(|trial| [trial.accuracy(); 2]),
            own: None,
        };
        self.user_data.edit_versions(|all| all.push(ModelVersion { about, package: import.package }));
        self.notify(notice);
        true
    }

    /// An engine rejected a package. Says whether it was one that is being imported.
    pub(super) fn reject_import(&mut self, name: &str, why: &str) -> bool {
        let Some(import) = self.take_import(name) else { return false };
        // The engine knows it by a name that the visitor never saw.
        let reason = why.split_once("cannot be used: ").map_or(why, |(_, reason)| reason);
        self.notify(format!("The file “{}” could not be imported: {reason}", import.title));
        true
    }

    fn take_import(&mut self, name: &str) -> Option<PendingImport> {
        let place = self.user_data.imports.iter().position(|import| import.name == name)?;
        self.forget_model(name);
        Some(self.user_data.imports.remove(place))
    }
}
