//! Which step of an action has its output shown.

use crate::look::Look;
use tminus_core::release::ActionState;

/// The step whose output is shown, and how it was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ShownStep {
    /// The one that runs, whichever it is.
    Current(usize),
    /// One that a person went to.
    Chosen(usize),
}

impl ShownStep {
    pub(crate) const fn at(self) -> usize {
        match self {
            Self::Current(at) | Self::Chosen(at) => at,
        }
    }
}

/// Returns the step whose output is shown: the one that a person went to, else the one that runs.
///
/// A row of 0 follows what runs; row *n* is step *n*, counted from 1.
pub(crate) fn shown(look: &Look, action: &ActionState) -> ShownStep {
    let last = action.steps.len().saturating_sub(1);
    match look.spot().row {
        0 => ShownStep::Current(current(action)),
        row => ShownStep::Chosen((row - 1).min(last)),
    }
}

fn current(action: &ActionState) -> usize {
    action.current().map_or(action.steps.len().saturating_sub(1), |(at, _)| at)
}

/// Returns the row of a step as the cursor counts: 0 where the step is the one that runs.
pub(crate) fn row_of(action: &ActionState, step: usize) -> usize {
    if step == current(action) { 0 } else { step + 1 }
}
