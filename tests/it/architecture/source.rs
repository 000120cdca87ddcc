//! Rust sources, read just far enough to know what each file imports, declares and defines.

use std::collections::BTreeMap;
use std::path::Path;
use std::{fs, io};

use crate::lexer::{Token, tokenize};

/// A path of a `use` declaration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Use {
    /// Its segments; the last one is `*` for all names of a module.
    pub path: Vec<String>,
    /// What the name is called here.
    pub alias: String,
    /// Whether it has a `pub`, and so may only hand the name on.
    pub is_public: bool,
}

/// One file of the tree, tests left out.
#[derive(Clone, Debug, Default)]
pub struct SourceFile {
    /// From the root of the repository, with `/`.
    pub path: String,
    /// The path of its module; the first segment is the crate's name.
    pub module: Vec<String>,
    /// Names of `mod name;`.
    pub children: Vec<String>,
    pub uses: Vec<Use>,
    /// Paths in code, such as `crate::text::Document`, but for those of `use`.
    pub paths: Vec<Vec<String>>,
    /// Every name in code outside of `use` and `mod` declarations.
    pub names: Vec<String>,
    /// Structs, enums, traits and Yew components, at any depth.
    pub types: Vec<String>,
    /// Everything that can be imported from here: types, functions, constants, inline modules.
    pub items: Vec<String>,
    /// Lines, without those of tests.
    pub lines: usize,
}

/// All files.
#[derive(Debug, Default)]
pub struct Tree {
    pub files: Vec<SourceFile>,
}

impl Tree {
    /// Reads the `.rs` files below some folders of a repository.
    pub fn read(root: &Path, folders: &[&str]) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        for folder in folders {
            read_folder(root, folder, &mut files)?;
        }
        Ok(Self::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str()))))
    }

    /// A tree of files given as paths and texts.
    pub fn new<'a>(files: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut files: Vec<SourceFile> =
            files.into_iter().filter_map(|(path, text)| SourceFile::parse(path, text)).collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Self { files }
    }
}

fn read_folder(root: &Path, folder: &str, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            if entry.file_name() != "target" {
                read_folder(root, &path, files)?;
            }
        } else if path.ends_with(".rs") {
            files.insert(path, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}

impl SourceFile {
    /// Nothing for a file of tests (`tests.rs`, or in a folder `tests`), or one that lies in no crate's `src`.
    pub fn parse(path: &str, text: &str) -> Option<Self> {
        let module = module_of(path)?;
        let (tokens, lines) = without_tests(tokenize(text));
        let mut file = Self { path: path.to_owned(), module, lines: text.lines().count() - lines, ..Self::default() };
        file.read(&tokens);
        Some(file)
    }

    fn read(&mut self, tokens: &[(Token, usize)]) {
        let tokens: Vec<Token> = tokens.iter().map(|(token, _)| token.clone()).collect();
        let mut at = 0;
        let mut is_public = false;
        let mut is_component = false;
        while at < tokens.len() {
            let next = tokens.get(at + 1).and_then(Token::name);
            let next_mark = tokens.get(at + 2);
            match &tokens[at] {
                // `r#type` and lifetimes never come as names; `use<'a>` of a bound is not a declaration.
                Token::Name(word) if word == "use" && next_starts_path(tokens.get(at + 1)) => {
                    let end = end_of_statement(&tokens, at);
                    read_use(&tokens[at + 1..end], &mut Vec::new(), is_public, &mut self.uses);
                    at = end;
                    is_public = false;
                    continue;
                }
                Token::Name(word) if word == "mod" && next_mark.is_some_and(|mark| mark.is(';')) => {
                    self.children.extend(next.map(str::to_owned));
                    at += 3;
                    is_public = false;
                    continue;
                }
                Token::Name(word) => {
                    if let Some(name) = next {
                        let is_type = matches!(word.as_str(), "struct" | "enum" | "trait" | "union")
                            || (word == "fn" && std::mem::take(&mut is_component));
                        let is_item = is_type || matches!(word.as_str(), "fn" | "const" | "static" | "type" | "mod");
                        if is_type {
                            self.types.push(name.to_owned());
                        }
                        if is_item {
                            self.items.push(name.to_owned());
                        }
                    }
                    match word.as_str() {
                        "pub" => is_public = true,
                        "component" | "function_component" if at > 0 && tokens[at - 1].is('[') => is_component = true,
                        "macro_rules" => self.items.extend(next_mark.and_then(Token::name).map(str::to_owned)),
                        // `pub(in crate::app)` is no import.
                        "in" if is_public => at = end_of_group(&tokens, at),
                        _ => self.names.push(word.clone()),
                    }
                    let path = path_at(&tokens, at);
                    if path.len() > 1 && (at == 0 || tokens[at - 1] != Token::Colons) {
                        self.paths.push(path);
                    }
                }
                Token::Mark(';' | '{' | '}') => is_public = false,
                Token::Colons | Token::Mark(_) => {}
            }
            at += 1;
        }
    }
}

fn next_starts_path(token: Option<&Token>) -> bool {
    matches!(token, Some(Token::Name(_) | Token::Colons)) || token.is_some_and(|token| token.is('{'))
}

/// The path that begins at a token.
fn path_at(tokens: &[Token], mut at: usize) -> Vec<String> {
    let mut path = Vec::new();
    while let Some(name) = tokens.get(at).and_then(Token::name) {
        path.push(name.to_owned());
        if tokens.get(at + 1) != Some(&Token::Colons) {
            break;
        }
        at += 2;
    }
    path
}

/// Adds the paths of a `use` tree, whose segments so far are `prefix`.
fn read_use(tokens: &[Token], prefix: &mut Vec<String>, is_public: bool, uses: &mut Vec<Use>) {
    let depth = prefix.len();
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at] {
            Token::Mark('{') => {
                let end = end_of_group(tokens, at);
                for part in split(&tokens[at + 1..end]) {
                    read_use(part, prefix, is_public, uses);
                }
                prefix.truncate(depth);
                return;
            }
            Token::Mark('*') => prefix.push("*".to_owned()),
            Token::Name(name) if name == "as" => {
                let alias = tokens.get(at + 1).and_then(Token::name).unwrap_or("_").to_owned();
                uses.push(Use { path: prefix.clone(), alias, is_public });
                prefix.truncate(depth);
                return;
            }
            // `use a::{self}` is `use a`.
            Token::Name(name) if name == "self" && !prefix.is_empty() => {}
            Token::Name(name) => prefix.push(name.clone()),
            Token::Colons | Token::Mark(_) => {}
        }
        at += 1;
    }
    if let Some(alias) = prefix.last().cloned() {
        uses.push(Use { path: prefix.clone(), alias, is_public });
    }
    prefix.truncate(depth);
}

/// The parts between the commas of a group.
fn split(tokens: &[Token]) -> Vec<&[Token]> {
    let mut parts = Vec::new();
    let (mut start, mut depth) = (0, 0);
    for (at, token) in tokens.iter().enumerate() {
        match token {
            Token::Mark('{') => depth += 1,
            Token::Mark('}') => depth -= 1,
            Token::Mark(',') if depth == 0 => {
                parts.push(&tokens[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.push(&tokens[start..]);
    parts.retain(|part| !part.is_empty());
    parts
}

/// Where the group ends that begins at or encloses a token.
fn end_of_group(tokens: &[Token], from: usize) -> usize {
    let mut depth = i32::from(!matches!(tokens[from], Token::Mark('(' | '[' | '{')));
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match token {
            Token::Mark('(' | '[' | '{') => depth += 1,
            Token::Mark(')' | ']' | '}') => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at;
        }
    }
    tokens.len()
}

fn end_of_statement(tokens: &[Token], from: usize) -> usize {
    (from..tokens.len()).find(|&at| tokens[at].is(';')).unwrap_or(tokens.len())
}

/// The module of a file: `src/text/mod.rs` → `inkling::text`, `crates/inkling-simd/src/conv.rs` → `inkling_simd::conv`, and binaries
/// below `inkling::bin`.
fn module_of(path: &str) -> Option<Vec<String>> {
    let (krate, rest) = match path.strip_prefix("crates/") {
        Some(rest) => {
            let (name, rest) = rest.split_once("/src/")?;
            (name.replace('-', "_"), rest)
        }
        None => ("inkling".to_owned(), path.strip_prefix("src/")?),
    };
    let rest = rest.strip_suffix(".rs")?;
    let mut module = vec![krate];
    module.extend(rest.split('/').map(str::to_owned));
    if module.iter().any(|segment| segment == "tests") {
        return None;
    }
    if matches!(module.last().map(String::as_str), Some("mod" | "lib")) {
        module.pop();
    }
    Some(module)
}

/// Without the items under `#[cfg(test)]` and `#[test]`, and how many lines these have.
fn without_tests(tokens: Vec<(Token, usize)>) -> (Vec<(Token, usize)>, usize) {
    let plain: Vec<Token> = tokens.iter().map(|(token, _)| token.clone()).collect();
    let mut kept = Vec::new();
    let (mut at, mut lines) = (0, 0);
    while at < plain.len() {
        let is_attribute = plain[at].is('#') && plain.get(at + 1).is_some_and(|token| token.is('['));
        let end = if is_attribute { end_of_group(&plain, at + 1) } else { at };
        if !is_attribute || !is_test(&plain[at + 2..end.max(at + 2).min(plain.len())]) {
            kept.extend_from_slice(&tokens[at..=end.min(plain.len() - 1)]);
            at = end + 1;
            continue;
        }
        // The item ends with its first `;` or group of braces outside of other groups.
        let mut last = end + 1;
        while last < plain.len() && !plain[last].is(';') {
            match plain[last] {
                Token::Mark('{') => {
                    last = end_of_group(&plain, last);
                    break;
                }
                Token::Mark('(' | '[') => last = end_of_group(&plain, last) + 1,
                _ => last += 1,
            }
        }
        let last = last.min(plain.len() - 1);
        lines += tokens[last].1 - tokens[at].1 + 1;
        at = last + 1;
    }
    (kept, lines)
}

/// Whether an attribute's item exists for tests alone: `test`, `cfg(test)`, `cfg(all(test, …))`.
fn is_test(attribute: &[Token]) -> bool {
    let names: Vec<&str> = attribute.iter().filter_map(Token::name).collect();
    match names.as_slice() {
        ["test"] => true,
        ["cfg", rest @ ..] => rest.contains(&"test") && !rest.contains(&"any") && !rest.contains(&"not"),
        _ => false,
    }
}
