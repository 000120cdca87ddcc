//! What `docs/architecture.md` promises of the tree, each rule as the list of what breaks it.

use std::collections::{BTreeMap, BTreeSet};

use crate::graph::Graph;
use crate::source::{SourceFile, Tree};

/// Groups of files that import each other in a circle.
pub fn cycles(graph: &Graph) -> Vec<String> {
    let path = |at: usize| graph.files[at].path.as_str();
    let tell = |(group, cycle): (BTreeSet<usize>, Vec<usize>)| {
        let mut text = path(cycle[0]).to_owned();
        for pair in cycle.windows(2) {
            let names = &graph.edges[&(pair[0], pair[1])];
            let names: Vec<&str> = names.iter().map(String::as_str).take(3).collect();
            text += &format!(" → {} ({})", path(pair[1]), names.join(", "));
        }
        match group.len() - (cycle.len() - 1) {
            0 => text,
            more => format!("{text}, and {more} more files in circles with these"),
        }
    };
    graph.cycles().into_iter().map(tell).collect()
}

/// The table of allowed dependencies.
pub struct Table {
    /// Layers and what each may use, as paths of modules.
    rows: Vec<(String, Vec<String>)>,
}

/// What stands above the table in `docs/architecture.md`.
const MARKER: &str = "<!-- allowed dependencies: read by tests/it/architecture.rs -->";

impl Table {
    /// Reads the table below the marker: names between backticks, layers in the first column, what they may use in the second.
    pub fn parse(page: &str) -> Option<Self> {
        let (_, table) = page.split_once(MARKER)?;
        let lines = table.lines().skip_while(|line| !line.starts_with('|')).take_while(|line| line.starts_with('|'));
        let mut rows = Vec::new();
        for line in lines.skip(2) {
            let mut cells = line.trim_matches('|').split('|').map(quoted);
            let (layers, uses) = (cells.next()?, cells.next()?);
            rows.extend(layers.into_iter().map(|layer| (layer, uses.clone())));
        }
        (!rows.is_empty()).then_some(Self { rows })
    }

    /// The row of the innermost layer that a module is in.
    fn row(&self, module: &str) -> Option<&(String, Vec<String>)> {
        self.rows.iter().filter(|(layer, _)| is_in(module, layer)).max_by_key(|(layer, _)| layer.len())
    }

    /// Why a module may not use another, if it may not.
    fn refuses(&self, from: &str, to: &str) -> Option<String> {
        let (layer, uses) = self.row(from)?;
        let own = self.row(to).is_some_and(|(other, _)| other == layer);
        (!own && !uses.iter().any(|allowed| is_in(to, allowed))).then(|| format!("`{layer}` may not use `{to}`"))
    }
}

fn quoted(cell: &str) -> Vec<String> {
    cell.split('`').skip(1).step_by(2).map(str::to_owned).collect()
}

fn is_in(module: &str, layer: &str) -> bool {
    module.strip_prefix(layer).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}

/// A file's module as the table writes it: without the name of the main crate, whose root is `lib`.
fn name(file: &SourceFile) -> String {
    match file.module.as_slice() {
        [krate] if krate == "inkling" => "lib".to_owned(),
        [krate, rest @ ..] if krate == "inkling" => rest.join("::"),
        module => module.join("::"),
    }
}

/// Imports that the table does not allow, files that it has no layer for, and names in it that are not in the tree.
pub fn forbidden(graph: &Graph, table: &Table) -> Vec<String> {
    let names: Vec<String> = graph.files.iter().map(name).collect();
    let mut violations = Vec::new();
    for (file, name) in graph.files.iter().zip(&names) {
        if table.row(name).is_none() {
            violations.push(format!("{} is in no layer of the table", file.path));
        }
    }
    for (&(from, to), paths) in &graph.edges {
        if let Some(why) = table.refuses(&names[from], &names[to]) {
            let paths: Vec<&str> = paths.iter().map(String::as_str).take(3).collect();
            violations.push(format!("{} imports {}: {why}", graph.files[from].path, paths.join(", ")));
        }
    }
    let known = table.rows.iter().flat_map(|(layer, uses)| uses.iter().chain([layer]));
    let unknown: BTreeSet<&String> = known.filter(|layer| !names.iter().any(|name| is_in(name, layer))).collect();
    violations.extend(unknown.into_iter().map(|layer| format!("the table names `{layer}`, which is not in the tree")));
    violations
}

/// Names that are defined as a struct, enum, trait or component in several places.
pub fn ambiguous_types(tree: &Tree) -> Vec<String> {
    let mut places: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for file in &tree.files {
        for name in &file.types {
            places.entry(name).or_default().push(&file.path);
        }
    }
    let several = places.into_iter().filter(|(_, files)| files.len() > 1);
    several.map(|(name, files)| format!("{name}: {}", files.join(", "))).collect()
}

/// Files with more lines than that, tests aside.
pub fn long_files(tree: &Tree, most: usize) -> Vec<String> {
    let long = tree.files.iter().filter(|file| file.lines > most);
    long.map(|file| format!("{}: {} lines", file.path, file.lines)).collect()
}

/// The files that lie directly in a folder.
pub fn files_in(tree: &Tree, folder: &str) -> Vec<String> {
    let paths = tree.files.iter().map(|file| &file.path);
    paths.filter(|path| path.rsplit_once('/').is_some_and(|(parent, _)| parent == folder)).cloned().collect()
}

/// Folders that paths on a page of documentation begin with.
const FOLDERS: [&str; 8] = ["src/", "crates/", "tests/", "xtask/", "docs/", "www/", "assets/", "models/"];

/// Paths between backticks on a page that do not exist.
pub fn missing_paths(page: &str, exists: impl Fn(&str) -> bool) -> Vec<String> {
    let is_path =
        |text: &&str| FOLDERS.iter().any(|folder| text.starts_with(folder)) && !text.contains(['*', ' ', '{']);
    let names: BTreeSet<&str> =
        page.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).filter(is_path).collect();
    names.into_iter().filter(|path| !exists(path)).map(str::to_owned).collect()
}
