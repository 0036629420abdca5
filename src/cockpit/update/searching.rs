//! Searching and filtering: the line that is written for it, and going from hit to hit in every list and page.

use crate::cockpit::action::SearchAction;
use crate::cockpit::dialogs::{Dialog, Prompt, PromptKind};
use crate::cockpit::filter::{Fields, Filter};
use crate::cockpit::message::Effect;
use crate::cockpit::panes;
use crate::cockpit::panes::logs::{Before, Way};
use crate::cockpit::state::State;
use crate::cockpit::view::View;
use crate::config::theme::Role;
use crate::logs::pattern::Pattern;

impl State {
    pub(super) fn act_search(&mut self, action: SearchAction) -> Vec<Effect> {
        match action {
            // What is searched among keys is run.
            SearchAction::Open if matches!(self.view(), View::Help(_)) => self.narrow(),
            SearchAction::Open => self.open_prompt(PromptKind::Search),
            SearchAction::Filter => self.open_prompt(PromptKind::Filter),
            SearchAction::Next => self.search_on(Way::Down),
            SearchAction::Previous => self.search_on(Way::Up),
            SearchAction::Take => self.take_prompt(),
        }
        Vec::new()
    }

    /// Opens the line at the foot. It changes nothing in the world, so the keys that follow count at once.
    fn open_prompt(&mut self, kind: PromptKind) {
        self.pending.clear();
        let before = Before::of(&self.logs);
        let text = match kind {
            PromptKind::Search => String::new(),
            PromptKind::Filter if self.is_in_logs() => before.filter().to_owned(),
            PromptKind::Filter => self.filter().map(|f| f.text.clone()).unwrap_or_default(),
        };
        let mut prompt = Prompt::new(kind, &text);
        if let (PromptKind::Filter, Some(fields)) = (kind, self.fields()) {
            let keys: Vec<String> = fields.keys.iter().map(|key| format!("{key}:")).collect();
            prompt.says = Some((format!("words, {} · ! turns one around", keys.join(" ")), Role::Dim));
        }
        self.logs_before = self.is_in_logs().then_some(before);
        self.dialog = Some(Dialog::Prompt(Box::new(prompt)));
    }

    /// Shows in the logs the effect of what has been written so far.
    pub(super) fn prompted(&mut self) {
        let Some(Dialog::Prompt(prompt)) = &self.dialog else { return };
        if !self.is_in_logs() {
            return;
        }
        let (kind, text) = (prompt.kind, prompt.written());
        let says = self.preview_logs(kind, &text);
        if let Some(Dialog::Prompt(prompt)) = &mut self.dialog {
            prompt.says = Some(says);
        }
    }

    /// Leaves the line that is written, and the logs as they were before.
    pub(super) fn leave_prompt(&mut self) {
        let before = self.logs_before.take();
        // Another view may have come up meanwhile; the lines are as they were all the same.
        if matches!(self.dialog, Some(Dialog::Prompt(_))) {
            before.into_iter().for_each(|before| before.restore(&mut self.logs));
        }
    }

    fn take_prompt(&mut self) {
        let Some(Dialog::Prompt(mut prompt)) = self.dialog.take() else { return };
        let text = prompt.written();
        let wrong = match prompt.kind {
            kind if self.is_in_logs() => self.take_for_logs(kind, &text),
            PromptKind::Search => self.search(text),
            PromptKind::Filter => self.filtered_by(&text),
        };
        match wrong {
            Err(says) => {
                prompt.says = Some((says, Role::Warn));
                self.dialog = Some(Dialog::Prompt(prompt));
            }
            Ok(()) => {
                self.logs_before = None;
                self.close();
            }
        }
    }

    /// Takes the text of a search, and goes to its first place; an empty one lifts the search.
    fn search(&mut self, text: String) -> Result<(), String> {
        Pattern::literal(&text).map_err(|error| error.to_string())?;
        let is_lifted = text.is_empty();
        self.search_for(text);
        if !is_lifted {
            self.search_on(Way::Down);
        }
        Ok(())
    }

    /// Goes to the next row that has the text, around the end, and says which of how many it is.
    fn search_on(&mut self, way: Way) {
        if self.is_in_logs() {
            return self.search_logs_on(way);
        }
        let text = self.searched().to_owned();
        let Some(pattern) = Pattern::literal(&text).ok().filter(|_| !text.is_empty()) else {
            return self.hint = Some("nothing is searched here yet".to_owned());
        };
        let rows = panes::texts(self);
        let hits: Vec<usize> =
            rows.iter().enumerate().filter(|(_, row)| pattern.is_in(&row.whole())).map(|(at, _)| at).collect();
        let here = self.line().min(rows.len().saturating_sub(1));
        let straight = match way {
            Way::Down => hits.iter().position(|hit| *hit > here),
            Way::Up => hits.iter().rposition(|hit| *hit < here),
        };
        let (around, again) = match way {
            Way::Down => (hits.first().map(|_| 0), ", from the top again"),
            Way::Up => (hits.len().checked_sub(1), ", from the bottom again"),
        };
        let Some(at) = straight.or(around) else {
            return self.hint = Some(format!("nothing has \"{text}\""));
        };
        self.go_to_line(hits[at]);
        let again = if straight.is_some() { "" } else { again };
        self.hint = Some(format!("\"{text}\": {} of {}{again}", at + 1, hits.len()));
    }

    /// Returns what the thing that has the keys can be filtered by; nothing where it cannot.
    pub(crate) fn fields(&self) -> Option<Fields> {
        if self.view() == &View::Journal {
            return Some(panes::journal::FIELDS);
        }
        self.is_whole_checklist().then_some(panes::checklist::FIELDS)
    }

    fn filtered_by(&mut self, text: &str) -> Result<(), String> {
        let Some(fields) = self.fields() else { return Ok(()) };
        let filter = Filter::read(text, fields)?;
        self.filter_by(filter);
        Ok(())
    }
}
