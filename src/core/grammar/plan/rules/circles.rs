//! Circles: checks that need each other, environments that come after each other.

use super::super::document::{KeyEntry, TomlNode};
use super::super::nearest::quote;
use super::super::shape::Checker;
use super::super::source::Problem;
use std::collections::HashMap;
use std::ops::Range;

/// How many names of a circle are shown.
const SHOWN: usize = 8;

pub(super) fn check(checker: &mut Checker<'_>, root: &TomlNode) {
    let checks = edges(root.entries_of("check"), |node| refer(node.items_of("needs").iter()));
    let environments =
        edges(root.entries_of("env"), |node| refer(node.items_of("after").iter().filter_map(|a| a.get("env"))));
    report(checker, &checks, "needs");
    report(checker, &environments, "comes after");
}

/// A name and where it is referred to.
type Reference<'n> = (&'n str, Range<usize>);

/// Each table's name, and the indices of the tables that it refers to.
struct Graph<'n> {
    names: Vec<&'n str>,
    edges: Vec<Vec<(usize, Range<usize>)>>,
}

fn refer<'n>(nodes: impl Iterator<Item = &'n TomlNode>) -> Vec<Reference<'n>> {
    nodes.filter_map(|n| Some((n.text()?, n.span.clone()))).collect()
}

fn edges<'n>(tables: &'n [KeyEntry], of: impl Fn(&'n TomlNode) -> Vec<Reference<'n>>) -> Graph<'n> {
    let names: Vec<&str> = tables.iter().map(|t| t.key.as_str()).collect();
    let index: HashMap<&str, usize> = names.iter().enumerate().map(|(at, name)| (*name, at)).collect();
    let resolve = |(name, span): Reference<'_>| Some((*index.get(name)?, span));
    let edges = tables.iter().map(|t| of(&t.node).into_iter().filter_map(resolve).collect()).collect();
    Graph { names, edges }
}

/// Reports each circle once, at the reference that closes it.
///
/// The walk keeps its own stack: a chain of checks may be longer than a thread's stack is deep.
fn report(checker: &mut Checker<'_>, graph: &Graph<'_>, verb: &str) {
    let mut is_done = vec![false; graph.names.len()];
    let mut depth: Vec<Option<usize>> = vec![None; graph.names.len()];
    for start in 0..graph.names.len() {
        let mut stack: Vec<(usize, usize)> = Vec::new();
        if !is_done[start] {
            depth[start] = Some(0);
            stack.push((start, 0));
        }
        while let Some((at, next)) = stack.last_mut() {
            let Some((to, span)) = graph.edges[*at].get(*next) else {
                is_done[*at] = true;
                depth[*at] = None;
                stack.pop();
                continue;
            };
            *next += 1;
            if let Some(from) = depth[*to] {
                let circle: Vec<&str> = stack[from..].iter().map(|(at, _)| graph.names[*at]).collect();
                checker.problems.push(circle_closed(&circle, verb, span));
            } else if !is_done[*to] {
                depth[*to] = Some(stack.len());
                stack.push((*to, 0));
            }
        }
    }
}

fn circle_closed(circle: &[&str], verb: &str, span: &Range<usize>) -> Problem {
    let first = circle.first().copied().unwrap_or_default();
    let shown: Vec<String> = circle.iter().take(SHOWN).map(|name| quote(name)).collect();
    let more = if circle.len() > SHOWN { " → …" } else { "" };
    let says = format!("{} {verb} itself", quote(first));
    let help = format!("the circle: {}{more} → {}", shown.join(" → "), quote(first));
    Problem::new(span.clone(), says).help(help)
}
