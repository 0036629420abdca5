//! The one way into the rules, and how they find their tables.

use super::{circles, counts, fits, places, readable};
use crate::config::plan::document::{Entry, Node};
use crate::config::plan::shape::Checker;

/// Looks at everything that one table alone cannot tell.
pub(in crate::config::plan) fn check(checker: &mut Checker<'_>, root: &Node) {
    circles::check(checker, root);
    counts::check(checker, root);
    fits::check(checker, root);
    places::check(checker, root);
    readable::check(checker, root);
}

/// Returns the tables of one kind, by name: `[check.*]`.
pub(super) fn tables<'n>(root: &'n Node, kind: &str) -> &'n [Entry] {
    root.get(kind).map(Node::entries).unwrap_or_default()
}

/// Returns the items of a list behind a key.
pub(super) fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    node.get(key).map(Node::items).unwrap_or_default()
}
