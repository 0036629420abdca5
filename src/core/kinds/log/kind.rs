//! What is asked of every place that log lines come from.

use crate::touches::TouchKind;

/// What is asked of a place that log lines come from.
pub trait KindOfLog {
    /// Returns what reading it touches, and the words for it: `log.NAME reads …`.
    fn touch(&self) -> (TouchKind<'_>, String);

    /// Returns the container whose lines it has, and the context of its engine.
    fn container(&self) -> Option<(&str, Option<&str>)> {
        None
    }
}
