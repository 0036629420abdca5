//! Searching, filtering and lifting both.

use super::state::State;
use crate::filter::Filter;
use crate::panes::{self, Sifting};
use tminus_core::fact::Record;
use tminus_logs::pattern::Pattern;

/// How many texts that were searched for are remembered.
const REMEMBERED: usize = 50;

impl State {
    /// Remembers what was searched or filtered for.
    pub(crate) fn remember_search(&mut self, text: &str) {
        if text.is_empty() {
            return;
        }
        let history = &mut self.look.looking.history;
        history.retain(|known| known != text);
        history.push(text.to_owned());
        let over = history.len().saturating_sub(REMEMBERED);
        history.drain(..over);
    }

    /// Shows only what matches in a plain list; nothing shows all. The cursor stands on what is shown.
    pub(crate) fn sift_list(&mut self, sieve: Option<Pattern>) {
        let view = self.view().clone();
        self.look.looking.sieves.retain(|(of, _)| *of != view);
        self.look.looking.sieves.extend(sieve.map(|sieve| (view.clone(), sieve)));
        let shown = self.here().shown(self);
        let Some(shown) = shown else { return self.move_to(0) };
        let here = self.panes.env;
        if !shown.contains(&here) {
            self.move_to(shown.first().copied().unwrap_or(here));
        }
    }

    pub(crate) fn search_for(&mut self, text: String) {
        let place = self.place();
        self.look.looking.searches.retain(|(of, _)| *of != place);
        if !text.is_empty() {
            self.look.looking.searches.push((place, text));
        }
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
        if self.sifting() == Sifting::Facts {
            let here = panes::journal::selected(self).map(|r| r.seq);
            self.look.looking.facts = filter;
            self.sift_journal();
            let row = here.and_then(|seq| panes::journal::row_of(self, seq)).unwrap_or(usize::MAX);
            self.move_to(row);
        } else if self.is_whole_checklist() {
            let here = panes::checklist::selected(self).map(|c| c.name.clone());
            self.look.looking.checks = filter;
            let row = here.and_then(|name| panes::checklist::row_of(self, &name)).unwrap_or(0);
            self.move_to(row);
        }
    }

    /// Looks through the journal again for what its filter lets through.
    pub(crate) fn sift_journal(&mut self) {
        let Some(world) = &self.world else { return };
        let Some(filter) = &self.looking.facts else { return self.look.looking.let_through.clear() };
        let all = world.release.story.iter();
        let seqs = all.filter(|r| panes::journal::is_let_through(filter, r, &world.release)).map(|r| r.seq);
        self.look.looking.let_through = seqs.collect();
    }

    /// Looks at a new fact: whether the journal's filter lets it through.
    pub(crate) fn sift_in(&mut self, record: &Record) {
        let (Some(world), Some(filter)) = (&self.world, &self.looking.facts) else { return };
        if panes::journal::is_let_through(filter, record, &world.release) {
            self.look.looking.let_through.push(record.seq);
        }
    }
}
