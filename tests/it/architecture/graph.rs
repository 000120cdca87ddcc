//! Which file imports which.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::source::{SourceFile, Tree, Use};

/// Re-exports that are followed before a path is given up.
const MAX_DEPTH: usize = 16;

/// The files of a tree, and the imports between them.
pub struct Graph<'a> {
    pub files: &'a [SourceFile],
    /// From one file to another, with the paths that say so.
    pub edges: BTreeMap<(usize, usize), BTreeSet<String>>,
    modules: BTreeMap<&'a [String], usize>,
}

/// What a path leads to.
enum Target {
    /// A file that defines the name.
    Item(usize),
    /// A module as a whole, of which nothing is used yet.
    Module,
}

impl<'a> Graph<'a> {
    pub fn new(tree: &'a Tree) -> Self {
        let modules = tree.files.iter().enumerate().map(|(at, file)| (file.module.as_slice(), at)).collect();
        let mut graph = Self { files: &tree.files, edges: BTreeMap::new(), modules };
        for from in 0..tree.files.len() {
            for (to, path) in graph.imports_of(from) {
                graph.edges.entry((from, to)).or_default().insert(path);
            }
        }
        graph
    }

    /// The files that one imports, with the path that does.
    fn imports_of(&self, from: usize) -> Vec<(usize, String)> {
        let file = &self.files[from];
        let mut imports = Vec::new();
        for import in &file.uses {
            if let Some(Target::Item(to)) = self.resolve(file, &import.path, MAX_DEPTH)
                && !self.only_names_a_child(file, import, to)
            {
                imports.push((to, import.path.join("::")));
            }
        }
        for path in &file.paths {
            if let Some(Target::Item(to)) = self.resolve(file, path, MAX_DEPTH) {
                imports.push((to, path.join("::")));
            }
        }
        imports.retain(|(to, _)| *to != from);
        imports
    }

    /// Whether a `pub use` only gives a name of a module further down to others: the file's own code does not use it.
    fn only_names_a_child(&self, file: &SourceFile, import: &Use, to: usize) -> bool {
        let target = &self.files[to];
        let is_below = target.module.len() > file.module.len() && target.module.starts_with(&file.module);
        let is_used = |name: &String| file.names.contains(name);
        let used = if import.alias == "*" { target.items.iter().any(is_used) } else { is_used(&import.alias) };
        import.is_public && is_below && !used
    }

    /// Where a path of a file leads; nothing for one into another crate, or a local name.
    fn resolve(&self, file: &SourceFile, path: &[String], depth: usize) -> Option<Target> {
        let path = self.absolute(file, path, depth)?;
        self.look_up(&path, depth)
    }

    /// A path from the root of its crate.
    fn absolute(&self, file: &SourceFile, path: &[String], depth: usize) -> Option<Vec<String>> {
        let depth = depth.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        let below = |module: &[String]| [module, rest].concat();
        match first.as_str() {
            "crate" => Some(below(&file.module[..1])),
            "self" => Some(below(&file.module)),
            "super" => {
                let mut module = &file.module[..];
                let mut rest = path;
                while let Some(("super", tail)) = rest.split_first().map(|(first, tail)| (first.as_str(), tail)) {
                    module = module.split_last()?.1;
                    rest = tail;
                }
                Some([module, rest].concat())
            }
            name if file.children.iter().any(|child| child == name) => Some([&file.module[..], path].concat()),
            name => {
                // A name that a `use` brought in, unless it is this very `use`.
                let import = file.uses.iter().find(|import| import.alias == name && import.path[0] != name);
                match import {
                    Some(import) => Some([&self.absolute(file, &import.path, depth)?[..], rest].concat()),
                    None => self.modules.contains_key(&path[..1]).then(|| path.to_vec()),
                }
            }
        }
    }

    fn look_up(&self, path: &[String], depth: usize) -> Option<Target> {
        let depth = depth.checked_sub(1)?;
        let (length, at) = (1..=path.len()).rev().find_map(|n| Some((n, *self.modules.get(&path[..n])?)))?;
        let file = &self.files[at];
        let Some((name, rest)) = path[length..].split_first() else { return Some(Target::Module) };
        if file.items.contains(name) || name == "*" {
            return Some(Target::Item(at));
        }
        if let Some(import) = file.uses.iter().find(|import| import.alias == *name) {
            // A name of another crate is no import from here.
            let path = self.absolute(file, &import.path, depth)?;
            return self.look_up(&[&path[..], rest].concat(), depth);
        }
        for import in file.uses.iter().filter(|import| import.alias == "*") {
            let module = &import.path[..import.path.len() - 1];
            if let Some(module) = self.absolute(file, module, depth)
                && self.defines(&module, name, depth)
            {
                return self.look_up(&[&module[..], &path[length..]].concat(), depth);
            }
        }
        Some(Target::Item(at))
    }

    /// Whether a module has a name, of its own or by a re-export.
    fn defines(&self, module: &[String], name: &String, depth: usize) -> bool {
        let Some(&at) = self.modules.get(module) else { return false };
        let file = &self.files[at];
        depth > 0 && (file.items.contains(name) || file.uses.iter().any(|import| import.alias == *name))
    }

    /// The files that one imports.
    fn next(&self, from: usize) -> impl Iterator<Item = usize> {
        self.edges.range((from, 0)..=(from, usize::MAX)).map(|(&(_, to), _)| to)
    }

    /// The shortest way along imports from a file to another, both included; at least one import long.
    fn way(&self, from: usize, to: usize) -> Option<Vec<usize>> {
        let mut before = BTreeMap::new();
        let mut waiting = VecDeque::from([from]);
        while let Some(at) = waiting.pop_front() {
            for next in self.next(at) {
                if before.contains_key(&next) {
                    continue;
                }
                before.insert(next, at);
                if next == to {
                    let mut way = vec![to];
                    let mut at = to;
                    while let Some(&last) = before.get(&at) {
                        way.push(last);
                        at = last;
                        if at == from {
                            break;
                        }
                    }
                    way.reverse();
                    return Some(way);
                }
                waiting.push_back(next);
            }
        }
        None
    }

    /// Groups of files that reach one another, each with its shortest cycle.
    pub fn cycles(&self) -> Vec<(BTreeSet<usize>, Vec<usize>)> {
        let mut cycles = Vec::new();
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        for at in 0..self.files.len() {
            if seen.contains(&at) || self.way(at, at).is_none() {
                continue;
            }
            let reached = self.reached(at);
            let group: BTreeSet<usize> =
                reached.into_iter().filter(|&other| self.reached(other).contains(&at)).collect();
            seen.extend(&group);
            let shortest = group.iter().filter_map(|&at| self.way(at, at)).min_by_key(Vec::len);
            cycles.extend(shortest.map(|shortest| (group, shortest)));
        }
        cycles
    }

    fn reached(&self, from: usize) -> BTreeSet<usize> {
        let mut reached = BTreeSet::new();
        let mut waiting = vec![from];
        while let Some(at) = waiting.pop() {
            waiting.extend(self.next(at).filter(|&next| reached.insert(next)));
        }
        reached
    }
}
