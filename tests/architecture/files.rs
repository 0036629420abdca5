//! Circles of files inside a crate. A `mod.rs` or `lib.rs` only lists, so a path through it counts for the file that it leads to.

use super::source::Source;
use super::tokens::{self, Path};
use super::walls::{absolute, reach};
use std::collections::{BTreeMap, BTreeSet};

/// The names that a path has from the crate's root.
type Names = Vec<String>;

/// A file, and what it hands on or holds by name.
struct Module<'a> {
    path: &'a str,
    /// What it hands on of other files, by the name here.
    faces: BTreeMap<String, Names>,
    /// The modules of which it hands on everything.
    globs: Vec<Names>,
    /// What is declared in it.
    items: BTreeSet<String>,
}

/// Returns the circles of files, each once.
pub fn circles(sources: &[Source]) -> Vec<String> {
    let members: BTreeSet<&str> = sources.iter().map(Source::member).collect();
    let of_member = |member| sources.iter().filter(|source| source.member() == member).collect::<Vec<_>>();
    members.into_iter().flat_map(|member| circles_in(&of_member(member))).collect()
}

fn circles_in(sources: &[&Source]) -> Vec<String> {
    let modules: BTreeMap<Names, Module<'_>> = sources.iter().map(|source| (source.module(), module(source))).collect();
    let mut edges: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for source in sources.iter().filter(|source| !is_list(&source.path)) {
        let paths = tokens::paths(source);
        let named = paths.iter().filter_map(|path| Some((path, from_root(source, path, &modules)?)));
        // A module alone stands outside `use` only where it is said who may see something: `pub(super)`.
        let used = named.filter(|(path, names)| path.is_use || !modules.contains_key(names)).map(|(_, names)| names);
        let files = used.filter_map(|names| file_of(&names, &modules, 0));
        let others = files.filter(|file| *file != source.path && !is_list(file));
        edges.entry(source.path.clone()).or_default().extend(others);
    }
    let circle = |file: &String| {
        let reached = reach(&edges, file);
        let back = reached.iter().filter(|other| reach(&edges, other).contains(file));
        reached.contains(file).then(|| back.cloned().collect::<Vec<_>>().join(", "))
    };
    let circles: BTreeSet<String> = edges.keys().filter_map(circle).collect();
    circles.into_iter().map(|files| format!("a circle of files goes through {files}")).collect()
}

/// A `mod.rs` or `lib.rs` only lists.
fn is_list(path: &str) -> bool {
    path.ends_with("/mod.rs") || path.ends_with("/lib.rs")
}

fn module(source: &Source) -> Module<'_> {
    let (mut faces, mut globs, mut items) = (BTreeMap::new(), Vec::new(), BTreeSet::new());
    for item in &source.syntax.items {
        match item {
            syn::Item::Use(item) if !matches!(item.vis, syn::Visibility::Inherited) => {
                for (name, names) in leaves(&item.tree, &Vec::new()) {
                    let path = Path { names, line: 1, depth: 0, is_use: true };
                    let names = absolute(source, &path).unwrap_or_else(|| below(source, &path.names));
                    match name {
                        Some(name) => drop(faces.insert(name, names)),
                        None => globs.push(names),
                    }
                }
            }
            syn::Item::Const(item) => drop(items.insert(item.ident.to_string())),
            syn::Item::Enum(item) => drop(items.insert(item.ident.to_string())),
            syn::Item::Fn(item) => drop(items.insert(item.sig.ident.to_string())),
            syn::Item::Static(item) => drop(items.insert(item.ident.to_string())),
            syn::Item::Struct(item) => drop(items.insert(item.ident.to_string())),
            syn::Item::Trait(item) => drop(items.insert(item.ident.to_string())),
            syn::Item::Type(item) => drop(items.insert(item.ident.to_string())),
            _ => {}
        }
    }
    Module { path: &source.path, faces, globs, items }
}

/// Returns what a tree of `use` names, each with its name here; a glob has none.
fn leaves(tree: &syn::UseTree, before: &Names) -> Vec<(Option<String>, Names)> {
    let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Names>();
    match tree {
        syn::UseTree::Path(path) => leaves(&path.tree, &with(&path.ident)),
        syn::UseTree::Name(name) => vec![(Some(name.ident.to_string()), with(&name.ident))],
        syn::UseTree::Rename(name) => vec![(Some(name.rename.to_string()), with(&name.ident))],
        syn::UseTree::Glob(_) => vec![(None, before.clone())],
        syn::UseTree::Group(group) => group.items.iter().flat_map(|tree| leaves(tree, before)).collect(),
    }
}

/// Takes a path for one that begins in the module where it stands.
fn below(source: &Source, names: &[String]) -> Names {
    source.module().into_iter().chain(names.iter().skip_while(|name| *name == "self").cloned()).collect()
}

/// Returns a path from the crate's root, if it leads into this crate.
fn from_root(source: &Source, path: &Path, modules: &BTreeMap<Names, Module<'_>>) -> Option<Names> {
    let begins_here = || {
        let names = below(source, &path.names);
        let child = names.get(..=source.module().len())?;
        (path.names.len() > 1 && modules.contains_key(child)).then_some(names)
    };
    absolute(source, path).or_else(begins_here)
}

/// Returns the file that holds what a path from the root names.
fn file_of(names: &[String], modules: &BTreeMap<Names, Module<'_>>, depth: usize) -> Option<String> {
    let mut length = 0;
    while length < names.len() && modules.contains_key(&names[..=length]) {
        length += 1;
    }
    let module = modules.get(&names[..length])?;
    let Some(name) = names.get(length).filter(|_| depth < 8) else { return Some(module.path.to_owned()) };
    let onward = |to: &Names| {
        let names: Names = to.iter().cloned().chain(names[length + 1..].iter().cloned()).collect();
        file_of(&names, modules, depth + 1)
    };
    if let Some(to) = module.faces.get(name) {
        return onward(to);
    }
    let holds = |to: &&Names| modules.get(*to).is_some_and(|module| module.items.contains(name));
    match module.globs.iter().find(holds).filter(|_| !module.items.contains(name)) {
        Some(to) => modules.get(to).map(|module| module.path.to_owned()),
        None => Some(module.path.to_owned()),
    }
}
