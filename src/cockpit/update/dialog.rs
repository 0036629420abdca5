//! The keys of a dialog, and what comes of them.

use super::state::State;
use crate::action::DialogAction;
use crate::dialogs::{Buttons, ConfirmDialog, Dialog, Keepsake, PaletteDialog, Pressed, PreviewDialog, WriteDialog};
use crate::layout::dialog_area;
use crate::message::Effect;
use crate::notices::Tone;
use tminus_core::action::Request;
use tminus_core::command::{ActionCommand, Command};
use tminus_core::names::Person;
use tminus_core::question::{AfterAnswer, AnswerKind, Asker, PersonQuestion, QuestionCommand, TextPurpose};
use tminus_core::who::Who;

/// What is said of a key that came before anybody can have read what it would do.
pub(super) const TOO_QUICK: &str = "too quick: press it again to continue";

impl State {
    pub(super) fn act_dialog(&mut self, action: DialogAction) -> Vec<Effect> {
        match action {
            DialogAction::Cancel => self.leave_dialog(),
            DialogAction::Next => self.turn_button(Buttons::turn),
            DialogAction::Previous => self.turn_button(Buttons::turn_back),
            DialogAction::Press => return self.press_button(),
            DialogAction::Down => self.scroll_dialog(1),
            DialogAction::Up => self.scroll_dialog(-1),
            DialogAction::Complete => self.complete_palette(),
            DialogAction::Calls => self.turn_calls(),
        }
        Vec::new()
    }

    fn leave_dialog(&mut self) {
        self.leave_prompt();
        self.close();
    }

    /// Closes the dialog, and keeps what is to be kept of it.
    pub(super) fn close(&mut self) {
        match self.dialog.take().map_or(Keepsake::Nothing, |dialog| dialog.closed()) {
            Keepsake::Nothing => {}
            Keepsake::Message(number) => self.look.said.read(number),
            Keepsake::Meanwhile => self.has_read_meanwhile(),
            Keepsake::Reason { env, words: Some(words) } => drop(self.why_back.insert(env, words)),
            Keepsake::Reason { env, words: None } => drop(self.why_back.remove(&env)),
        }
    }

    fn turn_button(&mut self, turn: fn(&mut Buttons)) {
        let open = self.dialog.as_deref_mut().filter(|dialog| dialog.is_open());
        open.and_then(Dialog::buttons_mut).into_iter().for_each(turn);
    }

    /// Returns how far down the open dialog can be scrolled; nothing where it has a cursor instead.
    pub(crate) fn reach(&self) -> Option<usize> {
        self.dialog()?.reach(self, dialog_area(self.size))
    }

    fn scroll_dialog(&mut self, by: isize) {
        let reach = self.reach().unwrap_or(0);
        if let Some(dialog) = &mut self.dialog {
            dialog.turn(&self.look, by, reach);
        }
    }

    fn complete_palette(&mut self) {
        if let Some(palette) = self.dialog.as_deref_mut().and_then(<dyn Dialog>::of_mut::<PaletteDialog>) {
            palette.complete(&self.look);
        }
    }

    fn turn_calls(&mut self) {
        if let Some(preview) = self.dialog_mut::<PreviewDialog>() {
            preview.turn_calls();
        }
        self.scroll_dialog(0);
    }

    fn press_button(&mut self) -> Vec<Effect> {
        let Some(dialog) = &mut self.dialog else { return Vec::new() };
        if self.guard.is_hasty() && dialog.buttons().is_some_and(Buttons::is_one_tab_away) {
            self.say_at_buttons(TOO_QUICK);
            return Vec::new();
        }
        match dialog.press(&self.look) {
            Pressed::Stays => return Vec::new(),
            Pressed::Says(says) => self.say_at_buttons(says),
            Pressed::NotNow { what, why } => self.say(Tone::Hint, what, why),
            Pressed::Closes => self.close(),
            Pressed::Cancelled => {
                self.close();
                self.hint = Some("cancelled: nothing was done".to_owned());
            }
            Pressed::Leads(next) => {
                self.close();
                return self.lead(next);
            }
            Pressed::ActsAs(name) => {
                self.close();
                self.act_as(&name);
            }
            Pressed::Takes(entry) => {
                self.close();
                return self.take_entry(*entry);
            }
            Pressed::Leaves(way) => {
                self.close();
                return self.leave(way);
            }
        }
        Vec::new()
    }

    /// Goes on to what an answer leads to.
    pub(super) fn lead(&mut self, next: AfterAnswer) -> Vec<Effect> {
        match next {
            AfterAnswer::Question(question) => self.put(*question),
            AfterAnswer::Preview(request) => return self.preview(request),
            AfterAnswer::Ask(QuestionCommand { what, command, proposes }) => {
                if let Command::Action(ActionCommand::Start { request: Request::RollBack { env, .. }, .. }) = &*command
                {
                    self.why_back.remove(env);
                }
                let effects = self.ask(what, *command);
                if let Some(asked) = self.asked.last_mut() {
                    asked.proposes = proposes;
                }
                return effects;
            }
        }
        Vec::new()
    }

    /// Asks a person.
    pub(super) fn put(&mut self, PersonQuestion { title, lines, answer }: PersonQuestion) {
        match answer {
            AnswerKind::Text { need, known, purpose } => {
                let kept_for = |purpose: &TextPurpose| {
                    if let TextPurpose::RollBack { env, .. } = purpose { self.why_back.get(env).cloned() } else { None }
                };
                let kept = kept_for(&purpose);
                self.open(WriteDialog::new(title, lines, (need, purpose)).beginning(kept.as_deref(), known));
            }
            AnswerKind::Yes { go, type_name, asks } => {
                self.open(ConfirmDialog::new(title, lines, (go, asks)).typing(type_name));
            }
        }
    }

    /// Makes a question of what is known now; before the engine has answered nobody is asked.
    pub(super) fn asking<T>(&self, make: impl FnOnce(&Asker<'_>) -> T) -> Option<T> {
        let asker = Asker { situation: self.situation()?, who: &self.who, lock_words: &|lock| self.lock_words(lock) };
        Some(make(&asker))
    }

    /// Says something where the eye is, until the next key: above the buttons, where the dialog has them.
    pub(super) fn say_at_buttons(&mut self, says: impl Into<String>) {
        match self.dialog.as_deref_mut().and_then(Dialog::buttons_mut) {
            Some(buttons) => buttons.says = Some(says.into()),
            None => self.hint = Some(says.into()),
        }
    }

    /// One person plays several in a rehearsal: each is a user of the rehearsal's own.
    fn act_as(&mut self, name: &Person) {
        let own = self.own().cloned();
        let played = || Who { name: name.clone(), user: format!("played:{name}"), host: self.who.host.clone() };
        self.look.who = own.filter(|own| own.name == *name).unwrap_or_else(played);
    }
}
