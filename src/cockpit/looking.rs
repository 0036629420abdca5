//! What the one who looks has set for themselves: what is searched where, what is left out, what is folded.

use super::filter::Filter;
use super::spot::Pane;
use super::view::View;
use std::collections::BTreeSet;
use tminus_logs::pattern::Pattern;

/// Where a text is searched: a view, and the pane of it that has the keys.
pub(super) type SearchPlace = (View, Option<Pane>);

/// What is the screen's own beside cursors.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looking {
    pub(super) searches: Vec<(SearchPlace, String)>,
    /// What was searched or filtered for, the newest last.
    pub(crate) history: Vec<String>,
    /// What a plain list shows alone.
    pub(super) sieves: Vec<(View, Pattern)>,
    /// What the checklist leaves out.
    pub(crate) checks: Option<Filter>,
    /// What the journal leaves out.
    pub(crate) facts: Option<Filter>,
    /// The numbers of the facts that the journal's filter lets through, oldest first.
    pub(crate) let_through: Vec<u64>,
    /// The folded phases and groups of the checklist.
    pub(crate) folded: BTreeSet<String>,
    /// The selected row of the whole checklist.
    pub(crate) check: usize,
    /// The first line shown of what is known of the selected environment's verification.
    pub(crate) verify_first: usize,
}
