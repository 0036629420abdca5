//! What is searched, left out and folded in the view that has the keys.

use super::filter::Filter;
use super::look::Look;
use super::looking::Place;
use super::spot::{Pane, Zoom};
use super::view::View;
use tminus_logs::pattern::Pattern;

impl Look {
    /// Returns what a plain list shows alone; nothing where it shows all.
    pub(crate) fn sieve(&self, view: &View) -> Option<&Pattern> {
        self.looking.sieves.iter().find(|(of, _)| of == view).map(|(_, pattern)| pattern)
    }

    /// Says whether a plain list shows a row.
    pub(crate) fn lets_through(&self, view: &View, text: &str) -> bool {
        self.sieve(view).is_none_or(|sieve| sieve.is_in(text))
    }

    pub(super) fn place(&self) -> Place {
        let view = self.view().clone();
        let pane = (view == View::Overview).then_some(self.panes.focus);
        (view, pane)
    }

    /// Returns the text that is searched in what has the keys; empty when none is.
    pub(crate) fn searched(&self) -> &str {
        let place = self.place();
        self.looking.searches.iter().find(|(of, _)| *of == place).map_or("", |(_, text)| text)
    }

    /// Says whether the whole checklist is shown, not the overview's pane of it.
    pub(crate) fn is_whole_checklist(&self) -> bool {
        self.has_whole_checklist(self.view())
    }

    /// Says whether a view has the whole checklist; asked of what is beneath the help, too.
    pub(crate) fn has_whole_checklist(&self, view: &View) -> bool {
        let is_zoomed = self.panes.focus == Pane::Checklist && self.panes.zoom == Zoom::Alone;
        view == &View::Checklist || (view == &View::Overview && is_zoomed)
    }

    /// Says whether log lines have the keys.
    pub(crate) fn is_in_logs(&self) -> bool {
        self.has_logs(self.view())
    }

    fn has_logs(&self, view: &View) -> bool {
        view == &View::Logs || (view == &View::Overview && self.panes.focus == Pane::Logs)
    }

    /// Says whether what is in a view can be filtered.
    pub(crate) fn can_be_filtered(&self, view: &View) -> bool {
        let is_list = match view {
            View::Tasks | View::Messages | View::Environments | View::Help(_) => true,
            View::Calls | View::People | View::Evidence(_) => true,
            View::Overview
            | View::Logs
            | View::Checklist
            | View::Release
            | View::Verify
            | View::Incident
            | View::Journal
            | View::Environment(_)
            | View::Check(_)
            | View::Looks(_)
            | View::Reasons
            | View::Fact(_)
            | View::Run(_)
            | View::Line(_) => false,
        };
        is_list || view == &View::Journal || self.has_logs(view) || self.has_whole_checklist(view)
    }

    /// Returns the filter of what has the keys.
    pub(crate) fn filter(&self) -> Option<&Filter> {
        if self.view() == &View::Journal {
            return self.looking.facts.as_ref();
        }
        self.looking.checks.as_ref().filter(|_| self.is_whole_checklist())
    }
}
