//! What the one who looks has set for themselves: what is searched where, what is left out, what is folded.

use super::filter::Filter;
use super::panes;
use super::spot::{Pane, Zoom};
use super::state::State;
use super::view::View;
use crate::domain::fact::Record;
use crate::logs::pattern::Pattern;
use std::collections::BTreeSet;

/// How many texts that were searched for are remembered.
const REMEMBERED: usize = 50;

/// Where a text is searched: a view, and the pane of it that has the keys.
type Place = (View, Option<Pane>);

/// What is the screen's own beside cursors.
#[derive(Clone, Debug, Default)]
pub(crate) struct Looking {
    searches: Vec<(Place, String)>,
    /// What was searched or filtered for, the newest last.
    pub(crate) history: Vec<String>,
    /// What a plain list shows alone.
    sieves: Vec<(View, Pattern)>,
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

impl State {
    /// Remembers what was searched or filtered for.
    pub(crate) fn remember_search(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let history = &mut self.looking.history;
        history.retain(|known| known != text);
        history.push(text.to_owned());
        let over = history.len().saturating_sub(REMEMBERED);
        history.drain(..over);
    }

    /// Returns what a plain list shows alone; nothing where it shows all.
    pub(crate) fn sieve(&self, view: &View) -> Option<&Pattern> {
        self.looking.sieves.iter().find(|(of, _)| of == view).map(|(_, pattern)| pattern)
    }

    /// Says whether a plain list shows a row.
    pub(crate) fn lets_through(&self, view: &View, text: &str) -> bool {
        self.sieve(view).is_none_or(|sieve| sieve.is_in(text))
    }

    /// Shows only what matches in a plain list; nothing shows all. The cursor stands on what is shown.
    pub(crate) fn sift_list(&mut self, sieve: Option<Pattern>) {
        let view = self.view().clone();
        self.looking.sieves.retain(|(of, _)| *of != view);
        self.looking.sieves.extend(sieve.map(|sieve| (view.clone(), sieve)));
        if view != View::Environments {
            return self.move_to(0);
        }
        let (here, shown) = (self.panes.env, panes::environments::shown(self));
        if !shown.contains(&here) {
            self.move_to(shown.first().copied().unwrap_or(here));
        }
    }

    fn place(&self) -> Place {
        let view = self.view().clone();
        let pane = (view == View::Overview).then_some(self.panes.focus);
        (view, pane)
    }

    /// Returns the text that is searched in what has the keys; empty when none is.
    pub(crate) fn searched(&self) -> &str {
        let place = self.place();
        self.looking.searches.iter().find(|(of, _)| *of == place).map_or("", |(_, text)| text)
    }

    pub(crate) fn search_for(&mut self, text: String) {
        let place = self.place();
        self.looking.searches.retain(|(of, _)| *of != place);
        if !text.is_empty() {
            self.looking.searches.push((place, text));
        }
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

    /// Lifts the search and the filter of what has the keys, and says whether there were any. The selection stays.
    pub(crate) fn lift(&mut self) -> bool {
        if self.is_in_logs() {
            return self.lift_logs();
        }
        let is_sifted = self.sieve(self.view()).is_some();
        let had = is_sifted || !self.searched().is_empty() || self.filter().is_some();
        self.search_for(String::new());
        if is_sifted {
            self.sift_list(None);
        }
        if self.filter().is_some() {
            self.filter_by(None);
        }
        had
    }

    /// Sets the filter of what has the keys; the selected line stays selected where it is still shown.
    pub(crate) fn filter_by(&mut self, filter: Option<Filter>) {
        if self.view() == &View::Journal {
            let here = panes::journal::selected(self).map(|r| r.seq);
            self.looking.facts = filter;
            self.sift_journal();
            let row = here.and_then(|seq| panes::journal::row_of(self, seq)).unwrap_or(usize::MAX);
            self.move_to(row);
        } else if self.is_whole_checklist() {
            let here = panes::checklist::selected(self).map(|c| c.name.clone());
            self.looking.checks = filter;
            let row = here.and_then(|name| panes::checklist::row_of(self, &name)).unwrap_or(0);
            self.move_to(row);
        }
    }

    /// Looks through the journal again for what its filter lets through.
    pub(crate) fn sift_journal(&mut self) {
        let Some(world) = &self.world else { return };
        let Some(filter) = &self.looking.facts else { return self.looking.let_through.clear() };
        let all = world.release.story.iter();
        let seqs = all.filter(|r| panes::journal::is_let_through(filter, r, &world.release)).map(|r| r.seq);
        self.looking.let_through = seqs.collect();
    }

    /// Looks at a new fact: whether the journal's filter lets it through.
    pub(crate) fn sift_in(&mut self, record: &Record) {
        let (Some(world), Some(filter)) = (&self.world, &self.looking.facts) else { return };
        if panes::journal::is_let_through(filter, record, &world.release) {
            self.looking.let_through.push(record.seq);
        }
    }
}
