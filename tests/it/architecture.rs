//! Holds the source tree to `docs/architecture.md`: no import cycles, no import against the table of allowed dependencies, one meaning a
//! type name, files of at most 400 lines, and few files directly in `src/app`.
//!
//! A test target of its own, in xtask's package, so that it waits for no other crate: `cargo test -p xtask --test architecture --
//! --nocapture` prints what it counts.
//!
//! **What an import is.** A path in a `use` declaration or in code that leads to another file of the tree, followed through re-exports to
//! the file that defines the name (`architecture/graph.rs`). Code under `#[cfg(test)]` does not count.
//!
//! **Parent modules.** `mod child;` is no import, and neither is `pub use child::Name` in a parent of that child: both only say what the
//! module is called. They count as an import as soon as the parent's own code uses the name. So a `mod.rs` that declares and re-exports
//! its children is in no cycle with them, even if they implement a trait that it defines; one that also calls them is.

#[path = "architecture/graph.rs"]
mod graph;
#[path = "architecture/lexer.rs"]
mod lexer;
#[path = "architecture/rules.rs"]
mod rules;
#[path = "architecture/source.rs"]
mod source;
#[path = "architecture/tests.rs"]
mod tests;

use std::fs;
use std::path::PathBuf;

use graph::Graph;
use rules::Table;
use source::Tree;

/// Lines a file may have, tests aside.
const MAX_LINES: usize = 400;
/// Files that may lie directly in `src/app`.
const MAX_APP_FILES: usize = 2;

/// The repository's root. Not fixed when it is compiled, since several clones may share one target folder.
fn root() -> PathBuf {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
    xtask.parent().expect("xtask lies in the repository").to_owned()
}

fn tree() -> Tree {
    Tree::read(&root(), &["src", "crates"]).expect("the sources are readable")
}

fn table() -> Table {
    let page = fs::read_to_string(root().join("docs/architecture.md")).expect("docs/architecture.md is readable");
    Table::parse(&page).expect("docs/architecture.md has a table of allowed dependencies")
}

/// Fails with the list of violations, and prints how many there are either way.
fn assert_none(what: &str, violations: &[String]) {
    println!("{what}: {}", violations.len());
    assert!(violations.is_empty(), "{what}: {}\n  {}", violations.len(), violations.join("\n  "));
}

#[test]
fn files_import_each_other_without_cycles() {
    let tree = tree();
    assert_none("import cycles between files", &rules::cycles(&Graph::new(&tree)));
}

#[test]
fn imports_are_in_the_table_of_allowed_dependencies() {
    let tree = tree();
    assert_none("imports against docs/architecture.md", &rules::forbidden(&Graph::new(&tree), &table()));
}

#[test]
fn every_type_name_has_one_meaning() {
    assert_none("type names with more than one meaning", &rules::ambiguous_types(&tree()));
}

#[test]
fn files_have_at_most_400_lines() {
    assert_none("files over 400 lines", &rules::long_files(&tree(), MAX_LINES));
}

#[test]
fn few_files_lie_directly_in_the_app_folder() {
    let files = rules::files_in(&tree(), "src/app");
    println!("files directly in src/app: {}", files.len());
    assert!(files.len() <= MAX_APP_FILES, "files directly in src/app:\n  {}", files.join("\n  "));
}

#[test]
fn paths_in_the_documentation_exist() {
    let pages = [
        "README.md",
        "docs/architecture.md",
        "docs/benchmarks.md",
        "docs/cli.md",
        "docs/service.md",
        "docs/training.md",
    ];
    let missing = pages.iter().flat_map(|page| {
        let text = fs::read_to_string(root().join(page)).unwrap_or_default();
        let missing = rules::missing_paths(&text, |path| root().join(path).exists());
        missing.into_iter().map(move |path| format!("{page}: {path}"))
    });
    assert_none("paths in the documentation that do not exist", &missing.collect::<Vec<_>>());
}
