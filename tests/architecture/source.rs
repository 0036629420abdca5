//! A source file: where it is, which room it belongs to, which of its lines are tests.

use super::rules::{ROOMS, Room};
use proc_macro2::TokenStream;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use syn::spanned::Spanned;
use syn::visit::Visit;

/// A parsed source file.
pub struct Source {
    /// Its path from the repository's root, with slashes.
    pub path: String,
    /// Its text.
    pub text: String,
    /// Its syntax.
    pub syntax: syn::File,
    /// The lines that are compiled for tests only.
    tests: Vec<RangeInclusive<usize>>,
}

impl Source {
    /// Reads every source under `src` that is not a test as a whole.
    pub fn all(root: &Path) -> Vec<Self> {
        let mut paths = Vec::new();
        collect(&root.join("src"), &mut paths);
        paths.sort();
        let read = |path: &PathBuf| {
            let name = path.strip_prefix(root).unwrap().to_string_lossy().into_owned();
            Self::new(&name, &std::fs::read_to_string(path).unwrap())
        };
        Self::without_test_files(paths.iter().map(read).collect())
    }

    /// Takes a source from a text.
    pub fn new(path: &str, text: &str) -> Self {
        let syntax = syn::parse_file(text).unwrap_or_else(|cause| panic!("{path}: {cause}"));
        let mut finder = TestFinder::default();
        finder.visit_file(&syntax);
        Self { path: path.into(), text: text.into(), syntax, tests: finder.lines }
    }

    /// Leaves out the files that their parent declares under `#[cfg(test)]`.
    pub fn without_test_files(sources: Vec<Self>) -> Vec<Self> {
        let tests: BTreeSet<String> = sources.iter().flat_map(Self::test_modules).collect();
        let is_test = |source: &Self| {
            let module = source.module().join("/");
            tests.iter().any(|test| module == *test || module.starts_with(&format!("{test}/")))
        };
        sources.into_iter().filter(|source| !is_test(source)).collect()
    }

    /// Returns the folder of its crate under `src`; `cli`, `lib` and `main` for what is the program's own.
    pub fn member(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        inside.split('/').next().unwrap_or(inside).trim_end_matches(".rs")
    }

    /// Returns the room that it is in: a part of its crate that has a wall, else the crate.
    pub fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let is_in = |room: &&Room| inside.strip_prefix(room.name).is_some_and(|rest| rest.starts_with(['/', '.']));
        ROOMS.iter().filter(is_in).map(|room| room.name).max_by_key(|name| name.len()).unwrap_or(self.member())
    }

    /// Returns the path of its module, without `crate`.
    pub fn module(&self) -> Vec<String> {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path).trim_end_matches(".rs");
        let of_crate = inside.split_once('/').filter(|(member, _)| *member != "cli").map_or(inside, |(_, rest)| rest);
        let mut module: Vec<String> = of_crate.split('/').map(str::to_owned).collect();
        if module.last().is_some_and(|last| matches!(last.as_str(), "mod" | "lib" | "main")) {
            module.pop();
        }
        module
    }

    /// Returns its tokens.
    pub fn tokens(&self) -> TokenStream {
        self.text.parse().unwrap_or_else(|cause| panic!("{}: {cause}", self.path))
    }

    /// Says whether a line is compiled for tests only.
    pub fn is_test(&self, line: usize) -> bool {
        self.tests.iter().any(|lines| lines.contains(&line))
    }

    /// Returns a fault at a line, as an editor can jump to it.
    pub fn fault(&self, line: usize, what: &str) -> String {
        format!("{}:{line}: {what}", self.path)
    }

    fn test_modules(&self) -> Vec<String> {
        let module = |item: &syn::Item| match item {
            syn::Item::Mod(item) if item.content.is_none() && is_for_tests(&item.attrs) => {
                let path = self.module().into_iter().chain([item.ident.to_string()]);
                Some(path.collect::<Vec<_>>().join("/"))
            }
            _ => None,
        };
        self.syntax.items.iter().filter_map(module).collect()
    }
}

fn collect(folder: &Path, paths: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect(&path, paths);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
}

/// Finds the lines of items that are tests.
#[derive(Default)]
struct TestFinder {
    lines: Vec<RangeInclusive<usize>>,
}

impl<'ast> Visit<'ast> for TestFinder {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        if is_for_tests(attributes(item)) {
            let span = item.span();
            self.lines.push(span.start().line..=span.end().line);
        }
        syn::visit::visit_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        if is_for_tests(&item.attrs) {
            let span = item.span();
            self.lines.push(span.start().line..=span.end().line);
        }
    }
}

/// Returns the attributes of the kinds of items that a test is made of.
fn attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Says whether an item exists in tests alone: `#[test]`, or exactly `#[cfg(test)]`.
pub fn is_for_tests(attributes: &[syn::Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let is_cfg_test = attribute.path().is_ident("cfg")
            && attribute.parse_args::<syn::Ident>().is_ok_and(|condition| condition == "test");
        is_cfg_test || attribute.path().is_ident("test")
    })
}
