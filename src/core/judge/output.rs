//! What a command left behind, and the limits that a number in it is held against.

use crate::plan::Expect;

/// What a command left behind.
pub(crate) struct CommandOutput<'a> {
    pub(crate) exit: Option<i32>,
    pub(crate) text: &'a str,
    pub(crate) stderr: &'a str,
    pub(crate) cut: bool,
}

/// Says the limits of a number: `above 80`.
pub(super) fn limits(expect: &Expect) -> Option<String> {
    let above = expect.above.map(|limit| format!("above {limit}"));
    let below = expect.below.map(|limit| format!("below {limit}"));
    match (above, below) {
        (Some(above), Some(below)) => Some(format!("{above} and {below}")),
        (above, below) => above.or(below),
    }
}
