//! Searching and filtering: the line that is written for it, and going from hit to hit.

use crate::cockpit::action::SearchAction;
use crate::cockpit::dialogs::{Dialog, Prompt, PromptKind};
use crate::cockpit::message::Effect;
use crate::cockpit::panes;
use crate::cockpit::state::State;

impl State {
    pub(super) fn act_search(&mut self, action: SearchAction) -> Vec<Effect> {
        match action {
            SearchAction::Open => self.open_prompt(PromptKind::Search),
            SearchAction::Filter => self.open_prompt(PromptKind::Filter),
            SearchAction::Next => self.search_on(1),
            SearchAction::Previous => self.search_on(-1),
            SearchAction::Take => self.take_prompt(),
        }
        Vec::new()
    }

    /// Opens the line at the foot. It changes nothing in the world, so the keys that follow count at once.
    fn open_prompt(&mut self, kind: PromptKind) {
        self.pending.clear();
        self.dialog = Some(Dialog::Prompt(Box::new(Prompt::new(kind, ""))));
    }

    fn take_prompt(&mut self) {
        let Some(Dialog::Prompt(prompt)) = self.dialog.take() else { return };
        match prompt.kind {
            PromptKind::Search => {
                self.search = prompt.written();
                self.search_on(1);
            }
            PromptKind::Filter => {}
        }
        self.close();
    }

    /// Goes to the next row of the journal that has the text, around the end.
    fn search_on(&mut self, by: isize) {
        let rows = panes::journal::rows(self);
        let count = rows.len() as isize;
        let here = self.spot().row.min(rows.len().saturating_sub(1)) as isize;
        let hit =
            (1..=count).map(|far| (here + by * far).rem_euclid(count)).find(|at| rows[*at as usize].has(&self.search));
        match hit {
            Some(at) if !self.search.is_empty() => self.move_to(at as usize),
            Some(_) | None => self.hint = Some(format!("nothing has \"{}\"", self.search)),
        }
    }
}
