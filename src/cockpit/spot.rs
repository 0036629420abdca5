//! Where one is: a view with its cursors, the panes of the overview, and which of them has the keys or the whole screen.

use super::view::View;
use tminus_core::names::EnvName;

/// A view with its cursors.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Spot {
    pub(crate) view: View,
    pub(crate) row: usize,
    /// The cursor of the second pane, in a view that has two.
    pub(crate) second_row: usize,
    /// Which of the two panes has the keys.
    pub(crate) side: PaneSide,
    /// Whether that pane has the whole screen.
    pub(crate) zoom: Zoom,
    /// The environment that the action keys were said to be about, in a view that is about several.
    pub(crate) target: Option<EnvName>,
}

/// The panes of a view that has two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PaneSide {
    First,
    Second,
}

impl PaneSide {
    pub(crate) const fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

impl Spot {
    /// Begins at the top of a view.
    pub(crate) const fn top_of(view: View) -> Self {
        Self { view, row: 0, second_row: 0, side: PaneSide::First, zoom: Zoom::Shared, target: None }
    }
}

/// The panes of the overview, and what each remembers.
#[derive(Clone, Debug)]
pub(crate) struct Panes {
    pub(crate) focus: Pane,
    pub(crate) zoom: Zoom,
    pub(crate) env: usize,
    pub(crate) check: usize,
    pub(crate) branch: usize,
    pub(crate) way_back: usize,
    /// How many lines up from its newest the output of a step is scrolled; 0 follows.
    pub(crate) output: usize,
}

/// How much of the screen the pane with the keys has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Zoom {
    Shared,
    Alone,
    /// It has the lower half, where there is more than one other: in the overview.
    Half,
}

impl Zoom {
    /// Returns what comes after it in the overview: the whole screen, half of it, a share.
    pub(crate) const fn next(self) -> Self {
        match self {
            Self::Shared => Self::Alone,
            Self::Alone => Self::Half,
            Self::Half => Self::Shared,
        }
    }

    pub(crate) const fn other(self) -> Self {
        match self {
            Self::Shared => Self::Alone,
            Self::Alone | Self::Half => Self::Shared,
        }
    }
}

/// The panes of the overview.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pane {
    Environments,
    Checklist,
    Branch,
    WayBack,
    Logs,
}

impl Pane {
    pub(crate) const ALL: [Self; 5] = [Self::Environments, Self::Checklist, Self::Branch, Self::WayBack, Self::Logs];

    /// Returns the pane that comes so many after this one, around the end.
    pub(crate) fn after(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|pane| *pane == self).unwrap_or(0);
        Self::ALL[(at + by) % Self::ALL.len()]
    }

    /// Returns the context of its keys.
    pub(crate) const fn context(self) -> &'static str {
        match self {
            Self::Environments => "pane.environments",
            Self::Checklist => "pane.checklist",
            Self::Branch => "pane.branch",
            Self::WayBack => "pane.way-back",
            Self::Logs => "pane.logs",
        }
    }

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Environments => "Environments",
            Self::Checklist => "Checklist",
            Self::Branch => "Branch",
            Self::WayBack => "Rollback",
            Self::Logs => "Logs",
        }
    }
}
