//! The one way into the rules.

use super::{circles, counts, fits, places, readable};
use crate::grammar::plan::document::TomlNode;
use crate::grammar::plan::shape::Checker;

/// Looks at everything that one table alone cannot tell.
pub fn check(checker: &mut Checker<'_>, root: &TomlNode) {
    circles::check(checker, root);
    counts::check(checker, root);
    fits::check(checker, root);
    places::check(checker, root);
    readable::check(checker, root);
}
