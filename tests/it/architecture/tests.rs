//! The rules on small trees, so that each is seen to fail.

use crate::graph::Graph;
use crate::rules::{self, Table};
use crate::source::{SourceFile, Tree};

fn tree(files: &[(&str, &str)]) -> Tree {
    Tree::new(files.iter().copied())
}

/// The imports between files, as `a.rs>b.rs`, without `src/`.
fn imports(files: &[(&str, &str)]) -> Vec<String> {
    let tree = tree(files);
    let graph = Graph::new(&tree);
    let short = |at: usize| graph.files[at].path.trim_start_matches("src/").to_owned();
    graph.edges.keys().map(|&(from, to)| format!("{}>{}", short(from), short(to))).collect()
}

fn cycles(files: &[(&str, &str)]) -> Vec<String> {
    rules::cycles(&Graph::new(&tree(files)))
}

#[test]
fn imports_are_found_in_use_declarations_and_in_code() {
    let files = [
        ("src/lib.rs", "pub mod a; pub mod b; pub mod c; pub mod d;"),
        ("src/a.rs", "use crate::{b::{self, B}, c as see};\nfn f(_: B) { b::g(); see::h::<u8>(); vec![super::d::D]; }"),
        ("src/b.rs", "pub struct B;\npub fn g() {}"),
        ("src/c.rs", "pub fn h<T>() {}"),
        ("src/d.rs", "pub struct D;"),
    ];
    assert_eq!(imports(&files), ["a.rs>b.rs", "a.rs>c.rs", "a.rs>d.rs"]);
}

#[test]
fn comments_strings_and_tests_are_no_imports() {
    let text = r####"
//! [`crate::b::B`]
/* crate::b::B /* nested */ */
const A: &str = "crate::b::B \" crate::b::B";
const B: &str = r#"crate::b::B "quoted" crate::b::B"#;
const C: char = '"';
const D: char = '\'';
fn f<'a>(x: &'a str) -> &'a str { x }
#[cfg(test)]
use crate::b::B;
#[cfg(all(test, unix))]
mod tests { use crate::b::B; fn g() { if true { crate::b::f(); } } }
"####;
    let files = [("src/lib.rs", "mod a; mod b;"), ("src/a.rs", text), ("src/b.rs", "use crate::a::f;")];
    assert_eq!(imports(&files), ["b.rs>a.rs"]);
    let file = SourceFile::parse("src/a.rs", text).unwrap();
    assert_eq!(file.lines, text.lines().count() - 4, "lines of tests do not count");
    assert!(SourceFile::parse("src/a/tests.rs", "").is_none());
    assert!(SourceFile::parse("src/a/tests/more.rs", "").is_none());
}

#[test]
fn imports_are_followed_through_re_exports() {
    let files = [
        ("src/lib.rs", "pub mod shapes; pub mod user; pub use shapes::Circle;"),
        ("src/shapes/mod.rs", "mod circle; mod square;\npub use circle::Circle;\npub use square::*;"),
        ("src/shapes/circle.rs", "pub struct Circle;"),
        ("src/shapes/square.rs", "pub struct Square;"),
        ("src/user.rs", "use crate::{Circle, shapes::Square};"),
    ];
    assert_eq!(imports(&files), ["user.rs>shapes/circle.rs", "user.rs>shapes/square.rs"]);
}

#[test]
fn a_parent_that_declares_and_re_exports_its_children_is_in_no_cycle() {
    let child = ("src/host/web.rs", "use super::Host;\npub struct Web;\nimpl Host for Web {}");
    let lib = ("src/lib.rs", "pub mod host;");
    let parent = "mod web;\npub use web::Web;\npub trait Host {}";
    assert_eq!(cycles(&[lib, child, ("src/host/mod.rs", parent)]), [""; 0]);
    let uses = "mod web;\npub use web::Web;\npub trait Host { fn web(&self) -> Web; }";
    assert_eq!(cycles(&[lib, child, ("src/host/mod.rs", uses)]).len(), 1);
    let calls = "mod web;\npub trait Host {}\nfn f() { web::f(); }";
    assert_eq!(cycles(&[lib, child, ("src/host/mod.rs", calls)]).len(), 1);
}

#[test]
fn a_cycle_is_told_by_the_names_of_its_files() {
    let files = [
        ("src/lib.rs", "mod a; mod b; mod c;"),
        ("src/a.rs", "pub struct A(crate::b::B);"),
        ("src/b.rs", "use super::c::C;\npub struct B(C);"),
        ("src/c.rs", "use crate::a::A;\npub struct C(Box<A>);"),
    ];
    assert_eq!(cycles(&files), ["src/a.rs → src/b.rs (crate::b::B) → src/c.rs (super::c::C) → src/a.rs (crate::a::A)"]);
}

const PAGE: &str = "# Architecture
| another | table |
|---|---|
<!-- allowed dependencies: read by tests/it/architecture.rs -->

| layer | may use |
|---|---|
| `lib`, `protocol` | nothing |
| `app` | `app::view` |
| `app::view` | `protocol`, `ink::image` |
| `ink` | `fast` |
| `fast` | |

| `app` | `ink` |
";

#[test]
fn imports_against_the_table_are_found() {
    let table = Table::parse(PAGE).unwrap();
    let mut files = vec![
        ("src/lib.rs", ""),
        ("src/protocol.rs", "pub struct Request;"),
        ("src/app/mod.rs", "mod view; use view::View;"),
        ("src/app/view.rs", "use crate::{protocol::Request, ink::image::Image};\npub struct View;"),
        ("src/ink/mod.rs", "pub mod image; pub mod photo;"),
        ("src/ink/image.rs", "pub struct Image(fast::Fast);\nuse super::photo::Photo;"),
        ("src/ink/photo.rs", "pub struct Photo;"),
        ("crates/fast/src/lib.rs", "pub struct Fast;"),
    ];
    let check = |files: &[(&str, &str)]| rules::forbidden(&Graph::new(&tree(files)), &table);
    assert_eq!(check(&files), [""; 0]);
    files[1].1 = "use crate::ink::photo::Photo;";
    files[3].1 = "use crate::ink::photo::Photo;\npub struct View;";
    files.push(("src/other.rs", ""));
    files.remove(7);
    assert_eq!(
        check(&files),
        [
            "src/other.rs is in no layer of the table",
            "src/app/view.rs imports crate::ink::photo::Photo: `app::view` may not use `ink::photo`",
            "src/protocol.rs imports crate::ink::photo::Photo: `protocol` may not use `ink::photo`",
            "the table names `fast`, which is not in the tree",
        ]
    );
}

#[test]
fn a_page_without_the_table_is_refused() {
    assert!(Table::parse("| `a` | `b` |").is_none());
}

#[test]
fn type_names_with_two_meanings_are_found() {
    let files = [
        ("src/a.rs", "pub struct One; enum Two {} impl One { fn f() { struct Local; } }"),
        ("src/b.rs", "trait Two {}\n#[component]\npub fn One() -> Html {}\nfn Local() {} type Three = One;"),
        ("src/c.rs", "#[cfg(test)]\nmod tests { struct One; }\nstruct Three;"),
    ];
    assert_eq!(rules::ambiguous_types(&tree(&files)), ["One: src/a.rs, src/b.rs", "Two: src/a.rs, src/b.rs"]);
}

#[test]
fn long_files_and_crowded_folders_are_found() {
    let long = "fn f() {}\n".repeat(5);
    let tested = "#[test]\nfn f() {}\n".repeat(5);
    let files = [("src/app/a.rs", long.as_str()), ("src/app/b.rs", &tested), ("src/app/view/c.rs", "")];
    let tree = tree(&files);
    assert_eq!(rules::long_files(&tree, 4), ["src/app/a.rs: 5 lines"]);
    assert_eq!(rules::files_in(&tree, "src/app"), ["src/app/a.rs", "src/app/b.rs"]);
}

#[test]
fn missing_paths_are_found() {
    let page = "See `src/a.rs` and `src/b.rs`, `src/*.rs`, `a.rs`.\n```\nsrc/c.rs\n```\n| `models/x` |";
    assert_eq!(rules::missing_paths(page, |path| path == "src/a.rs"), ["models/x", "src/b.rs"]);
}
