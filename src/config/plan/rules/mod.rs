//! What must fit together across tables, which no single key can tell.

mod circles;
mod counts;
mod fits;
mod places;

use super::document::{Entry, Node};
use super::shape::Checker;

/// Looks at everything that one table alone cannot tell.
pub(super) fn check(checker: &mut Checker<'_>, root: &Node) {
    circles::check(checker, root);
    counts::check(checker, root);
    fits::check(checker, root);
    places::check(checker, root);
}

/// Returns the tables of one kind, by name: `[check.*]`.
fn tables<'n>(root: &'n Node, kind: &str) -> &'n [Entry] {
    root.get(kind).map(Node::entries).unwrap_or_default()
}

/// Returns the items of a list behind a key.
fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).map(Node::items).unwrap_or_default()
}
