//! What is searched, left out and folded in the view that has the keys.

use super::filter::Filter;
use super::look::Look;
use super::looking::SearchPlace;
use super::panes::{self, Sifting};
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

    pub(super) fn place(&self) -> SearchPlace {
        let pane = self.is_overview().then_some(self.panes.focus);
        (self.view().clone(), pane)
    }

    pub(crate) fn is_overview(&self) -> bool {
        self.view() == &View::Overview
    }

    /// Returns the text that is searched in what has the keys; empty when none is.
    pub(crate) fn searched(&self) -> &str {
        let place = self.place();
        self.looking.searches.iter().find(|(of, _)| *of == place).map_or("", |(_, text)| text)
    }

    /// Says whether the whole checklist is shown, not the overview's pane of it.
    pub(crate) fn is_whole_checklist(&self) -> bool {
        self.sifting() == Sifting::Checks
    }

    /// Says whether log lines have the keys.
    pub(crate) fn is_in_logs(&self) -> bool {
        self.sifting() == Sifting::LogLines
    }

    /// Says how what has the keys can be filtered.
    pub(crate) fn sifting(&self) -> Sifting {
        self.here().sifting(self)
    }

    /// Says how what is beneath the help can be filtered.
    pub(crate) fn sifting_beneath(&self) -> Sifting {
        panes::page(&self.beneath().view).sifting(self)
    }

    /// Returns the filter of what has the keys.
    pub(crate) fn filter(&self) -> Option<&Filter> {
        match self.sifting() {
            Sifting::Facts => self.looking.facts.as_ref(),
            Sifting::Checks => self.looking.checks.as_ref(),
            Sifting::None | Sifting::Rows | Sifting::LogLines => None,
        }
    }
}
