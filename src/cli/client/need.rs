//! What a project is opened for.

use tminus_core::seat::Wish;

/// What a project is opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OpenNeed {
    /// A screen, whose work outlives it.
    Cockpit,
    /// A screen that takes the engine as it is: it only looks, or comes back.
    Watch,
    /// A command that acts: what an earlier engine left is taken up.
    Act,
    /// A command that measures, approves or answers: what an earlier engine left stays as it is.
    Decide,
    /// A command that shows what another one would do: it looks, in the environment that the other would act in.
    Preview,
    /// A command that only looks: what an earlier engine left stays as it is.
    Look,
}

impl OpenNeed {
    /// Returns what a screen that opens with a wish needs. An observer may look at work that runs by another plan.
    pub const fn of(wish: Wish) -> Self {
        match wish {
            Wish::Act => Self::Cockpit,
            Wish::Observe => Self::Watch,
        }
    }
}
