//! What must fit together across tables: circles, counts, and what goes with what.

use super::document::Node;
use super::shape::Checker;

/// Looks at everything that one table alone cannot tell.
pub(super) fn check(_checker: &mut Checker<'_>, _root: &Node) {}
