//! Searching and filtering: the line that is written for it, and going from hit to hit in every list and page.

use super::logs::pattern;
use super::state::State;
use crate::action::SearchAction;
use crate::dialogs::{BeforePrompt, Dialog, Prompt, PromptKind};
use crate::filter::{Fields, Filter};
use crate::message::Effect;
use crate::panes::logs::{LookDirection, SavedView};
use crate::panes::{self, Sifting};
use crate::settings::theme::Role;
use tminus_logs::pattern::{GRAMMAR, Pattern};

impl State {
    pub(super) fn act_search(&mut self, action: SearchAction) -> Vec<Effect> {
        match action {
            // What is searched among keys is run.
            SearchAction::Open | SearchAction::Filter if self.view().help().is_some() => self.narrow(),
            SearchAction::Open => self.open_prompt(PromptKind::Search),
            SearchAction::Filter => self.open_prompt(PromptKind::Filter),
            SearchAction::Next => self.search_on(LookDirection::Down),
            SearchAction::Previous => self.search_on(LookDirection::Up),
            SearchAction::Earlier => self.turn_history(1),
            SearchAction::Later => self.turn_history(-1),
            SearchAction::Take => self.take_prompt(),
        }
        Vec::new()
    }

    /// Opens the line at the foot. It changes nothing in the world, so the keys that follow count at once.
    fn open_prompt(&mut self, kind: PromptKind) {
        self.pending.clear();
        let before = SavedView::of(&self.logs);
        let text = match kind {
            PromptKind::Search => String::new(),
            PromptKind::Filter if self.is_in_logs() => before.filter().to_owned(),
            PromptKind::Filter => self.written_filter(),
        };
        let mut prompt = Prompt::new(kind, &text);
        prompt.says = self.fields_say(kind);
        self.before_prompt = Some(match self.is_in_logs() {
            true => BeforePrompt::Logs(before),
            false => BeforePrompt::List {
                row: self.line(),
                filter: self.written_filter(),
                search: self.searched().to_owned(),
            },
        });
        self.dialog = Some(Box::new(prompt));
    }

    /// Returns the filter of what has the keys, as it was written.
    fn written_filter(&self) -> String {
        let of_list = || self.sieve(self.view()).map(|sieve| sieve.written().to_owned());
        self.filter().map(|f| f.text.clone()).or_else(of_list).unwrap_or_default()
    }

    /// Says what a filter may ask for where there are columns.
    fn fields_say(&self, kind: PromptKind) -> Option<(String, Role)> {
        let fields = self.fields().filter(|_| kind == PromptKind::Filter)?;
        let keys: Vec<String> = fields.keys.iter().map(|key| format!("{key}:")).collect();
        Some((format!("{GRAMMAR} · {}", keys.join(" ")), Role::Dim))
    }

    /// Writes what was searched or filtered for before, or after that.
    fn turn_history(&mut self, by: isize) {
        let Some(prompt) = self.dialog.as_deref_mut().and_then(<dyn Dialog>::of_mut::<Prompt>) else { return };
        prompt.look_back(by, &self.look.looking.history);
        self.prompted();
    }

    /// Shows the effect of what has been written so far.
    pub(super) fn prompted(&mut self) {
        let Some(prompt) = self.dialog_of::<Prompt>() else { return };
        let (kind, text) = (prompt.kind, prompt.written());
        let says = match self.is_in_logs() {
            true => Some(self.preview_logs(kind, &text)),
            false => self.preview_list(kind, &text),
        };
        if let Some(prompt) = self.dialog_mut::<Prompt>() {
            prompt.says = says;
        }
    }

    /// Shows what a text finds in a list, or lets through, and says how much; nothing is said of an empty one.
    fn preview_list(&mut self, kind: PromptKind, text: &str) -> Option<(String, Role)> {
        let Some(BeforePrompt::List { row, .. }) = self.before_prompt else { return None };
        let done = match kind {
            PromptKind::Search => {
                self.go_to_line(row);
                self.search_from(text, SearchStart::Here)
            }
            PromptKind::Filter => self.filtered_by(text),
        };
        let hint = self.hint.take();
        match (done, kind) {
            (Err(why), _) => Some((why, Role::Fail)),
            (Ok(()), _) if text.is_empty() => self.fields_say(kind),
            (Ok(()), PromptKind::Search) => Some((hint.unwrap_or_default(), Role::Dim)),
            (Ok(()), PromptKind::Filter) => {
                let page = self.here();
                let shown = page.shown(self).map_or_else(|| page.count(self), |shown| shown.len());
                Some((format!("{shown} shown"), if shown == 0 { Role::Warn } else { Role::Dim }))
            }
        }
    }

    /// Leaves the line that is written, and everything as it was before.
    pub(super) fn leave_prompt(&mut self) {
        // Another view may have come up meanwhile; the lines are as they were all the same.
        if self.dialog_of::<Prompt>().is_none() {
            self.before_prompt = None;
            return;
        }
        match self.before_prompt.take() {
            None => {}
            Some(BeforePrompt::Logs(before)) => before.restore(&mut self.look.logs),
            Some(BeforePrompt::List { row, filter, search }) => {
                if self.written_filter() != filter {
                    // It was taken once, so it is taken again.
                    let _ = self.filtered_by(&filter);
                }
                self.search_for(search);
                self.go_to_line(row);
            }
        }
    }

    fn take_prompt(&mut self) {
        let Some(prompt) = self.dialog_of::<Prompt>() else { return };
        let (kind, text) = (prompt.kind, prompt.written());
        let wrong = match kind {
            kind if self.is_in_logs() => self.take_for_logs(kind, &text),
            PromptKind::Search => self.search(&text),
            PromptKind::Filter => self.filtered_by(&text),
        };
        match wrong {
            Err(says) => {
                if let Some(prompt) = self.dialog_mut::<Prompt>() {
                    prompt.says = Some((says, Role::Warn));
                }
            }
            Ok(()) => {
                self.before_prompt = None;
                self.remember_search(&text);
                self.close();
            }
        }
    }

    /// Takes the text of a search, and goes to its first place from where one was; an empty one lifts the search.
    fn search(&mut self, text: &str) -> Result<(), String> {
        if let Some(BeforePrompt::List { row, .. }) = self.before_prompt {
            self.go_to_line(row);
        }
        self.search_from(text, SearchStart::Here)
    }

    fn search_from(&mut self, text: &str, from: SearchStart) -> Result<(), String> {
        let is_lifted = pattern(text)?.is_none();
        self.search_for(text.trim().to_owned());
        if !is_lifted {
            self.search_list(LookDirection::Down, from);
        }
        Ok(())
    }

    fn search_on(&mut self, way: LookDirection) {
        match self.is_in_logs() {
            true => self.search_logs_on(way),
            false => self.search_list(way, SearchStart::Next),
        }
    }

    /// Goes to the next row that has the text, around the end, and says which of how many it is.
    fn search_list(&mut self, way: LookDirection, from: SearchStart) {
        let text = self.searched().to_owned();
        let Ok(Some(pattern)) = pattern(&text) else {
            return self.hint = Some("no search here yet".to_owned());
        };
        let (hits, here) = self.hits(&pattern);
        let straight = match way {
            LookDirection::Down if from == SearchStart::Here => hits.iter().position(|hit| *hit >= here),
            LookDirection::Down => hits.iter().position(|hit| *hit > here),
            LookDirection::Up => hits.iter().rposition(|hit| *hit < here),
        };
        let (around, again) = match way {
            LookDirection::Down => (hits.first().map(|_| 0), ", continued from the top"),
            LookDirection::Up => (hits.len().checked_sub(1), ", continued from the bottom"),
        };
        let Some(at) = straight.or(around) else {
            return self.hint = Some(format!("nothing has \"{text}\""));
        };
        self.go_to_line(hits[at]);
        let again = if straight.is_some() { "" } else { again };
        self.hint = Some(format!("\"{text}\": {} of {}{again}", at + 1, hits.len()));
    }

    /// Returns the rows that have what is searched, and the row that one is on. What a filter leaves out is not gone to.
    fn hits(&self, pattern: &Pattern) -> (Vec<usize>, usize) {
        let page = self.here();
        let rows = page.rows(self);
        let is_shown = |at: &usize| page.shown(self).is_none() || page.stop(self, (*at, *at)) == *at;
        let hits = rows.iter().enumerate().filter(|(_, row)| pattern.is_in(&row.whole())).map(|(at, _)| at);
        (hits.filter(is_shown).collect(), self.line().min(rows.len().saturating_sub(1)))
    }

    /// Returns what the thing that has the keys can be filtered by; nothing where it cannot.
    pub(crate) fn fields(&self) -> Option<Fields> {
        match self.sifting() {
            Sifting::Facts => Some(panes::journal::FIELDS),
            Sifting::Checks => Some(panes::checklist::FIELDS),
            Sifting::None | Sifting::Rows | Sifting::LogLines => None,
        }
    }

    fn filtered_by(&mut self, text: &str) -> Result<(), String> {
        match self.fields() {
            Some(fields) => {
                let filter = Filter::read(text, fields)?;
                self.filter_by(filter);
            }
            None => {
                let sieve = pattern(text)?;
                self.sift_list(sieve);
            }
        }
        Ok(())
    }
}

/// Where a search begins.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SearchStart {
    /// With the row that one is on.
    Here,
    /// Behind it.
    Next,
}
