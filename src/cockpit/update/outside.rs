//! What the terminal does besides keys: keys poured in, focus, answers, and what comes back from other programs.

use super::state::{Attending, State};
use crate::dialogs::{Dialog, LetterUse, WriteDialog};
use crate::message::{Effect, Mouse, Press};
use crate::notices::Tone;
use tminus_core::notation::counted;
use tminus_core::read_only::ReadOnly;

impl State {
    /// Takes keys that came in one go. Where a text is written they are its letters; anywhere else each of them would
    /// act, which nobody meant.
    pub(crate) fn poured(&mut self, presses: &[Press]) -> Vec<Effect> {
        let mut effects = Vec::new();
        for press in presses {
            // One of the keys may have closed what was written in: the rest of them are nobody's.
            if !self.is_written_in() {
                self.refuse_paste();
                self.guard.go_deaf(press.at);
                break;
            }
            effects.extend(self.press(press));
        }
        effects
    }

    /// A name that stands for a consent is typed by a person, not poured in.
    fn is_written_in(&self) -> bool {
        self.dialog().is_some_and(|dialog| dialog.letters() == LetterUse::Text)
    }

    pub(crate) fn refuse_paste(&mut self) {
        self.pending.clear();
        let name = self.dialog().and_then(<dyn Dialog>::must_type);
        self.hint = Some(match name {
            Some(name) => format!("a paste does not count: type {name} letter by letter"),
            None => "that was a paste: nothing was done".to_owned(),
        });
    }

    pub(crate) const fn look(&mut self, gaze: Attending) {
        self.gaze = gaze;
    }

    /// Takes the mouse, or gives it back to the terminal.
    pub(super) fn turn_mouse(&mut self) -> Vec<Effect> {
        let (mouse, says) = match self.mouse {
            Mouse::Taken => (Mouse::Left, "the mouse is the terminal's: it selects text"),
            Mouse::Left => (Mouse::Taken, "the mouse is the cockpit's: it selects rows, and scrolls"),
        };
        self.look.mouse = mouse;
        self.hint = Some(says.to_owned());
        vec![Effect::Mouse(mouse)]
    }

    /// Turns read-only on or off; where it was meant for protected environments, it is that again.
    pub(super) fn turn_read_only(&mut self) {
        (self.look.read_only, self.read_only_set) = match self.read_only {
            ReadOnly::Off => (self.read_only_set, ReadOnly::Off),
            held @ (ReadOnly::Protected | ReadOnly::On) => (ReadOnly::Off, held),
        };
        if self.read_only == ReadOnly::Off && self.read_only_set == ReadOnly::Off {
            self.look.read_only = ReadOnly::On;
        }
        self.hint = Some(
            match self.read_only {
                ReadOnly::Off => "you may act again",
                ReadOnly::Protected => "read-only in protected environments",
                ReadOnly::On => "read-only: no key changes anything",
            }
            .to_owned(),
        );
    }

    /// Takes what an editor left; without one the text is as it was.
    pub(crate) fn edited(&mut self, left: Result<String, String>) {
        match (left, self.dialog_mut::<WriteDialog>()) {
            (Ok(text), Some(dialog)) => {
                if let Some(cut) = dialog.rewrite(&text) {
                    self.say(Tone::Hint, "editor", cut);
                }
            }
            (Ok(_), None) => {}
            (Err(why), _) => self.say(Tone::Trouble, "editor", why),
        }
    }

    pub(crate) fn paged(&mut self, read: Result<(), String>) {
        if let Err(why) = read {
            self.say(Tone::Trouble, "pager", why);
        }
    }

    /// Whether it has arrived, no terminal tells.
    pub(crate) fn no_shell(&mut self) {
        let says = "no shell waits behind this terminal, so nothing would bring the cockpit back";
        self.hint = Some(says.to_owned());
    }

    pub(crate) fn not_stopped(&mut self, why: &str) {
        self.hint = Some(format!("it was not stopped: {why}"));
    }

    pub(crate) fn saved(&mut self, saved: Result<String, String>) {
        match saved {
            Ok(path) => self.say(Tone::Done, "save", format!("the lines are in {path}")),
            Err(why) => self.say(Tone::Trouble, "save", why),
        }
    }

    pub(crate) fn copied(&mut self, sent: Result<usize, String>) {
        self.hint = Some(match sent {
            Ok(lines) => format!("{} sent to the clipboard", counted(lines as u64, "line")),
            Err(why) => why,
        });
    }
}
