//! One key: weighed by the guard, looked up in the contexts that count now, then done or said why not.

use super::dialog::TOO_QUICK;
use super::keys::KeyMatch;
use super::state::State;
use crate::action::{Action, AppAction, DialogAction, Risk, TextAction};
use crate::dialogs::{Dialog, LetterUse, Prompt, WriteDialog, text_width};
use crate::guard::Intent;
use crate::layout::dialog_area;
use crate::message::{Effect, Press};
use crate::notices::{NoticeLine, Tone};
use crate::settings::keymap::{Key, Stroke, chord_text};
use std::time::Instant;

impl State {
    /// Takes a key.
    pub(crate) fn press(&mut self, press: &Press) -> Vec<Effect> {
        let intent = self.guard.weigh(press);
        self.hint = None;
        self.keep_open();
        if let Some(buttons) = self.dialog.as_deref_mut().and_then(Dialog::buttons_mut) {
            buttons.says = None;
        }
        if intent == Intent::Deaf {
            self.pending.clear();
            return self.unheard(press.stroke);
        }
        if self.is_help_letter(press.stroke) {
            self.narrow();
            self.write_on(press.stroke);
            return Vec::new();
        }
        self.pending.push(press.stroke);
        self.pending_for = 0;
        match self.find(&self.pending) {
            KeyMatch::Begun => Vec::new(),
            KeyMatch::Action(action) => {
                self.pending.clear();
                self.take(action, intent)
            }
            KeyMatch::Nothing => match self.by_position(intent) {
                Some(effects) => effects,
                None => self.unbound(press.stroke, intent),
            },
        }
    }

    /// Says whether a key is a letter among the keys of the help: there it begins to look for one.
    fn is_help_letter(&self, stroke: Stroke) -> bool {
        let is_letter = matches!(stroke.key, Key::Char(letter) if letter.is_alphanumeric());
        is_letter && !stroke.ctrl && !stroke.alt && self.dialog.is_none() && self.view().help().is_some()
    }

    /// Says whether the text that is written leads to a question, and begins nothing by itself.
    fn is_asked_again(&self) -> bool {
        self.dialog_of::<WriteDialog>().is_some_and(|dialog| dialog.then.is_asked_again())
    }

    /// Only buttons have a dead time: in it a text is written as ever, a cursor moves, and a dialog is left.
    fn unheard(&mut self, stroke: Stroke) -> Vec<Effect> {
        match self.find(&[stroke]) {
            KeyMatch::Action(
                action @ Action::Dialog(DialogAction::Cancel | DialogAction::Down | DialogAction::Up)
                | action @ Action::Text(TextAction::NewLine | TextAction::Undo | TextAction::Redo),
            ) => return self.act(action),
            // The question that follows has a dead time of its own.
            KeyMatch::Action(action @ Action::Text(TextAction::Submit)) if self.is_asked_again() => {
                return self.act(action);
            }
            KeyMatch::Action(_) | KeyMatch::Begun if self.dialog.is_some() => {
                if stroke.key == Key::Enter {
                    self.say_at_buttons(TOO_QUICK);
                }
            }
            KeyMatch::Action(_) | KeyMatch::Begun => {}
            KeyMatch::Nothing => self.write_on(stroke),
        }
        Vec::new()
    }

    /// Gives a key to the text that is written, where one is.
    fn write_on(&mut self, stroke: Stroke) {
        let columns = text_width(dialog_area(self.size));
        if let Some(dialog) = &mut self.dialog {
            dialog.stroke(stroke, columns);
            self.prompted();
        }
    }

    /// A stroke that ends no chord counts for itself; in a text it is a letter.
    fn unbound(&mut self, stroke: Stroke, intent: Intent) -> Vec<Effect> {
        let had_begun = self.pending.len() > 1;
        self.pending.clear();
        self.write_on(stroke);
        match self.find(&[stroke]) {
            KeyMatch::Action(action) if had_begun => self.take(action, intent),
            KeyMatch::Begun if had_begun => {
                self.pending.push(stroke);
                Vec::new()
            }
            KeyMatch::Nothing if had_begun && self.dialog.is_none() => {
                self.pending.push(stroke);
                let effects = self.by_position(intent);
                effects.unwrap_or_else(|| {
                    self.pending.clear();
                    Vec::new()
                })
            }
            KeyMatch::Nothing if self.dialog.is_none() && self.hint.is_none() && !had_begun => {
                let help = self.key_to(Action::App(AppAction::Help));
                self.hint = Some(format!("{} does nothing here: {help} shows the keys that do", chord_text(&[stroke])));
                Vec::new()
            }
            KeyMatch::Action(_) | KeyMatch::Begun | KeyMatch::Nothing => Vec::new(),
        }
    }

    pub(super) fn take(&mut self, action: Action, intent: Intent) -> Vec<Effect> {
        if action.risk() == Risk::Changes && intent != Intent::Meant {
            return Vec::new();
        }
        if let Some(why) = self.why_not(action) {
            self.say(Tone::Hint, action.word(), why);
            return Vec::new();
        }
        let is_about_the_dialog = matches!(action, Action::Dialog(_) | Action::Messages(_));
        if self.dialog().is_some_and(Dialog::is_only_read) && !is_about_the_dialog {
            // What is gone on from was read.
            self.close();
        }
        self.act(action)
    }

    fn act(&mut self, action: Action) -> Vec<Effect> {
        match action {
            Action::App(action) => self.act_app(action),
            Action::View(action) => self.act_view(action),
            Action::Pane(action) => self.act_pane(action),
            Action::List(action) => self.act_list(action),
            Action::Logs(action) => self.act_logs(action),
            Action::Search(action) => self.act_search(action),
            Action::Act(action) => self.act_on_release(action),
            Action::Repository(action) => self.preview(action.request(&self.version)),
            Action::Check(action) => self.act_check(action),
            Action::Run(action) => self.act_run(action),
            Action::Seat(action) => self.act_seat(action),
            Action::Messages(action) => self.act_messages(action),
            Action::Dialog(action) => self.act_dialog(action),
            Action::Text(action) => self.act_text(action),
        }
    }

    /// Takes a pasted text: letters for a text that is written, nothing anywhere else.
    pub(crate) fn paste(&mut self, text: &str, at: Instant) {
        match self.dialog.as_deref_mut().filter(|dialog| dialog.letters() == LetterUse::Text) {
            Some(dialog) => {
                if let Some(cut) = dialog.paste(text) {
                    self.say(Tone::Hint, "paste", cut);
                }
            }
            None => self.refuse_paste(),
        }
        if self.dialog_of::<Prompt>().is_some() {
            return self.prompted();
        }
        self.guard.go_deaf(at);
    }

    /// Says something in the footer, until the next key, and keeps it among the messages.
    pub(crate) fn say(&mut self, tone: Tone, what: impl Into<String>, says: impl Into<String>) {
        let entry = NoticeLine::new(self.now, tone, what, says);
        self.hint = Some(if tone == Tone::Done { entry.whole() } else { entry.says.clone() });
        self.look.said.keep(entry);
    }

    /// Opens a dialog; keys are ignored for a moment.
    pub(crate) fn open(&mut self, dialog: impl Dialog) {
        self.open_boxed(Box::new(dialog));
    }

    pub(super) fn open_boxed(&mut self, dialog: Box<dyn Dialog>) {
        self.dialog = Some(dialog);
        self.appeared();
    }

    /// Something is shown that nobody can have read: keys are ignored for a moment.
    pub(super) fn appeared(&mut self) {
        self.pending.clear();
        if let Some(now) = self.guard.now {
            self.guard.go_deaf(now);
        }
    }
}
