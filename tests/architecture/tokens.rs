//! Every path of a file, found in its tokens: so those in macros count as those in code do.

use super::source::Source;
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

/// A path as it is written, groups taken apart: `a::{b, c::d}` is `a::b` and `a::c::d`.
#[derive(Debug, PartialEq)]
pub struct Path {
    /// The names, `*` for a glob.
    pub names: Vec<String>,
    /// The line of its last name.
    pub line: usize,
    /// How many modules are open around it inside the file.
    pub depth: usize,
    /// Whether it follows `use`, where a single name is a path too.
    pub is_use: bool,
}

/// Returns the paths of a file, those of its tests left out.
pub fn paths(source: &Source) -> Vec<Path> {
    let mut paths = Vec::new();
    walk(&mut Walk::new(source.tokens()), 0, &mut paths);
    paths.retain(|path| !source.is_test(path.line));
    paths
}

/// Tokens with a look ahead.
struct Walk {
    trees: Vec<TokenTree>,
    at: usize,
}

impl Walk {
    fn new(stream: TokenStream) -> Self {
        Self { trees: stream.into_iter().collect(), at: 0 }
    }

    fn next(&mut self) -> Option<TokenTree> {
        let tree = self.trees.get(self.at).cloned();
        self.at += 1;
        tree
    }

    fn peek(&self, ahead: usize) -> Option<&TokenTree> {
        self.trees.get(self.at + ahead)
    }

    fn takes_colons(&mut self) -> bool {
        let is_colon = |tree: Option<&TokenTree>| matches!(tree, Some(TokenTree::Punct(p)) if p.as_char() == ':');
        let found = is_colon(self.peek(0)) && is_colon(self.peek(1));
        self.at += if found { 2 } else { 0 };
        found
    }
}

fn walk(walk_on: &mut Walk, depth: usize, paths: &mut Vec<Path>) {
    let mut is_use = false;
    while let Some(tree) = walk_on.next() {
        match tree {
            TokenTree::Ident(name) if name == "use" => {
                is_use = true;
                walk_on.takes_colons();
                if let Some(TokenTree::Group(group)) = walk_on.peek(0) {
                    let group = group.clone();
                    members(&group, &Start { names: Vec::new(), depth, is_use }, paths);
                }
            }
            TokenTree::Ident(name) if name == "mod" => {
                if let (Some(TokenTree::Ident(_)), Some(TokenTree::Group(group))) = (walk_on.peek(0), walk_on.peek(1)) {
                    let inner = group.stream();
                    walk_on.at += 2;
                    walk(&mut Walk::new(inner), depth + 1, paths);
                }
            }
            TokenTree::Ident(name) => {
                let start = Start { names: vec![name.to_string()], depth, is_use };
                follow(walk_on, start, name.span().start().line, paths);
                is_use = false;
            }
            TokenTree::Group(group) => walk(&mut Walk::new(group.stream()), depth, paths),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}

/// What is known of a path where it begins.
struct Start {
    names: Vec<String>,
    depth: usize,
    is_use: bool,
}

/// Follows a path from its first name to its end.
fn follow(walk_on: &mut Walk, mut start: Start, mut line: usize, paths: &mut Vec<Path>) {
    while walk_on.takes_colons() {
        match walk_on.peek(0).cloned() {
            Some(TokenTree::Ident(name)) => {
                start.names.push(name.to_string());
                line = name.span().start().line;
            }
            Some(TokenTree::Punct(star)) if star.as_char() == '*' => start.names.push("*".into()),
            Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => {
                walk_on.at += 1;
                return members(&group, &start, paths);
            }
            // A turbofish, or the end: what is between the brackets is walked through as it comes.
            _ => break,
        }
        walk_on.at += 1;
    }
    paths.push(Path { names: start.names, line, depth: start.depth, is_use: start.is_use });
}

/// Follows every member of a group behind a common start.
fn members(group: &Group, start: &Start, paths: &mut Vec<Path>) {
    let mut inner = Walk::new(group.stream());
    let mut is_renamed = false;
    while let Some(tree) = inner.next() {
        match tree {
            TokenTree::Ident(name) if name == "as" => is_renamed = true,
            TokenTree::Ident(_) if is_renamed => is_renamed = false,
            TokenTree::Ident(name) => {
                let names = start.names.iter().cloned().chain([name.to_string()]).collect();
                let member = Start { names, depth: start.depth, is_use: start.is_use };
                follow(&mut inner, member, name.span().start().line, paths);
            }
            TokenTree::Punct(star) if star.as_char() == '*' => {
                let names = start.names.iter().cloned().chain(["*".into()]).collect();
                let line = star.span().start().line;
                paths.push(Path { names, line, depth: start.depth, is_use: start.is_use });
            }
            TokenTree::Group(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
    }
}
