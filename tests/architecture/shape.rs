//! How a file is shaped, and what lies where.

use super::rules::{CRATES, FORBIDDEN_MACROS, FORBIDDEN_METHODS, LONGEST_FILE, LONGEST_FUNCTION, PROGRAM, TOP};
use super::source::{Source, is_for_tests};
use super::tokens;
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::path::Path;
use syn::spanned::Spanned;
use syn::visit::Visit;

/// Returns whatever is wrong with the shape of a file.
pub fn file(source: &Source) -> Vec<String> {
    let mut faults = Vec::new();
    if !source.text.starts_with("//!") {
        faults.push(source.fault(1, "does not open with `//!`"));
    }
    let lines = (1..=source.text.lines().count()).filter(|line| !source.is_test(*line)).count();
    if lines > LONGEST_FILE {
        faults.push(source.fault(1, &format!("has {lines} lines, {LONGEST_FILE} at most")));
    }
    if source.path.ends_with("/mod.rs") || source.path.ends_with("/lib.rs") {
        faults.extend(listing(source));
    }
    faults.extend(functions(source));
    words(source, source.tokens(), &mut faults);
    faults.extend(tokens::paths(source).iter().filter_map(|path| by_path(source, path)));
    faults
}

/// A `mod.rs` or `lib.rs` only lists: docs, `mod`, `use`.
fn listing(source: &Source) -> Vec<String> {
    let is_listed = |item: &&syn::Item| match item {
        syn::Item::Use(_) => true,
        syn::Item::Mod(item) => item.content.is_none() || is_for_tests(&item.attrs),
        _ => false,
    };
    let others = source.syntax.items.iter().filter(|item| !is_listed(item));
    let others = others.filter(|item| !source.is_test(item.span().start().line));
    let name = source.path.rsplit('/').next().unwrap_or_default();
    let more = format!("{name} holds more than docs, `mod` and `use`");
    others.map(|item| source.fault(item.span().start().line, &more)).collect()
}

fn functions(source: &Source) -> Vec<String> {
    let mut finder = Functions::default();
    finder.visit_file(&source.syntax);
    let too_long = finder.found.into_iter().filter(|(start, end, _)| end - start + 1 > LONGEST_FUNCTION);
    let too_long = too_long.filter(|(start, _, _)| !source.is_test(*start));
    let say = |(start, end, name): (usize, usize, String)| {
        source.fault(start, &format!("function {name} has {} lines, {LONGEST_FUNCTION} at most", end - start + 1))
    };
    too_long.map(say).collect()
}

#[derive(Default)]
struct Functions {
    found: Vec<(usize, usize, String)>,
}

impl Functions {
    fn note(&mut self, signature: &syn::Signature, block: &syn::Block) {
        self.found.push((signature.span().start().line, block.span().end().line, signature.ident.to_string()));
    }
}

impl<'ast> Visit<'ast> for Functions {
    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.note(&item.sig, &item.block);
        syn::visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.note(&item.sig, &item.block);
        syn::visit::visit_impl_item_fn(self, item);
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.note(&item.sig, block);
        }
        syn::visit::visit_trait_item_fn(self, item);
    }
}

/// Finds the words that have no place outside tests, in code and in macros.
fn words(source: &Source, stream: TokenStream, faults: &mut Vec<String>) {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    for (index, tree) in trees.iter().enumerate() {
        let line = tree.span().start().line;
        let before = index.checked_sub(1).and_then(|before| trees.get(before));
        let after = trees.get(index + 1);
        match tree {
            TokenTree::Ident(name) if !source.is_test(line) => {
                let name = name.to_string();
                if FORBIDDEN_METHODS.contains(&name.as_str()) && is_punct(before, '.') && is_call(after) {
                    faults.push(source.fault(line, &format!("`.{name}(…)` outside tests")));
                }
                if FORBIDDEN_MACROS.contains(&name.as_str()) && is_punct(after, '!') {
                    faults.push(source.fault(line, &format!("`{name}!` outside tests")));
                }
            }
            TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket && is_attribute(&trees, index) => {
                if !source.is_test(line) && holds_allow(group.stream()) {
                    faults.push(source.fault(line, "`#[allow(…)]`: write `#[expect(…, reason = \"…\")]`"));
                }
            }
            TokenTree::Group(group) => words(source, group.stream(), faults),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// `map(Option::unwrap)` ends the program as well as `.unwrap()` does.
fn by_path(source: &Source, path: &tokens::Path) -> Option<String> {
    let [.., owner, name] = path.names.as_slice() else { return None };
    let is_forbidden = matches!(owner.as_str(), "Option" | "Result") && FORBIDDEN_METHODS.contains(&name.as_str());
    is_forbidden.then(|| source.fault(path.line, &format!("`{owner}::{name}` outside tests")))
}

fn is_punct(tree: Option<&TokenTree>, character: char) -> bool {
    matches!(tree, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

fn is_call(tree: Option<&TokenTree>) -> bool {
    matches!(tree, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}

fn is_attribute(trees: &[TokenTree], index: usize) -> bool {
    let before = |back: usize| index.checked_sub(back).and_then(|before| trees.get(before));
    is_punct(before(1), '#') || is_punct(before(1), '!') && is_punct(before(2), '#')
}

fn holds_allow(stream: TokenStream) -> bool {
    let trees: Vec<TokenTree> = stream.into_iter().collect();
    trees.iter().enumerate().any(|(index, tree)| match tree {
        TokenTree::Ident(name) => name == "allow" && is_call(trees.get(index + 1)),
        TokenTree::Group(group) => holds_allow(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// Returns what stands in `src` beside the crates, and the crates that are missing.
pub fn crates(folder: &Path) -> Vec<String> {
    let expected = CRATES.iter().map(|(name, _)| *name).chain(PROGRAM.iter().copied()).map(str::to_owned);
    let (expected, found) = (expected.collect::<BTreeSet<_>>(), names(folder));
    let beside = found.difference(&expected).map(|name| format!("src/{name}: is no crate of the house"));
    let missing = expected.difference(&found).map(|name| format!("src/{name}: is missing"));
    beside.chain(missing).collect()
}

/// Says where the manifest of a crate lists another one that the table does not allow.
pub fn manifest(member: &str, text: &str) -> Vec<String> {
    let may_use = CRATES.iter().find(|(name, _)| *name == member).map_or(&[][..], |(_, may_use)| *may_use);
    let dependencies = text.split("\n[dependencies]\n").nth(1).unwrap_or_default();
    let dependencies = dependencies.split("\n[").next().unwrap_or_default();
    let used = dependencies.lines().filter_map(|line| line.strip_prefix("tminus-")?.split(['.', ' ', '=']).next());
    let foreign = used.filter(|name| !may_use.contains(name));
    foreign.map(|name| format!("src/{member}/Cargo.toml: {member} may not use {name}")).collect()
}

/// Returns what lies at the top of the repository and is not listed.
pub fn top(root: &Path) -> Vec<String> {
    let listed = |name: &&String| TOP.contains(&name.as_str()) || matches!(name.as_str(), ".git" | "target");
    names(root).iter().filter(|name| !listed(name)).map(|name| format!("{name}: does not belong at the top")).collect()
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}
