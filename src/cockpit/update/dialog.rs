//! The keys of a dialog.

use super::state::State;
use crate::action::{Action, DialogAction, SeatAction};
use crate::dialogs::{
    Amiss, Button, Buttons, Choice, ChooseDialog, ConfirmDialog, Dialog, Need, PreviewDialog, Then, WriteDialog,
    Writing,
};
use crate::layout::dialog_area;
use crate::message::Effect;
use tminus_core::action::Request;
use tminus_core::command::{ActionCommand, Command, Consent};
use tminus_core::names::Person;
use tminus_core::situation::Go;
use tminus_core::who::Who;

/// What is said of a key that came before anybody can have read what it would do.
pub(super) const TOO_QUICK: &str = "too quick: press it once more to go on";

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

    /// Closes the dialog.
    pub(super) fn close(&mut self) {
        match self.dialog.take() {
            Some(Dialog::Saying(saying)) => self.look.said.read(saying.number),
            Some(Dialog::Meanwhile(_)) => self.has_read_meanwhile(),
            Some(Dialog::Write(dialog)) => self.keep_reason(&dialog),
            Some(
                Dialog::Preview(_)
                | Dialog::Confirm(_)
                | Dialog::Choose(_)
                | Dialog::Prompt(_)
                | Dialog::Palette(_)
                | Dialog::Leave(_)
                | Dialog::Sources(_),
            )
            | None => {}
        }
    }

    /// Whoever looks at something else first finds their reason for a rollback there again.
    fn keep_reason(&mut self, dialog: &WriteDialog) {
        let Writing::RollBack { env, .. } = &dialog.then else { return };
        match dialog.own_words().filter(|words| !words.is_empty()) {
            Some(words) => self.why_back.insert(env.clone(), words),
            None => self.why_back.remove(env),
        };
    }

    fn turn_button(&mut self, turn: fn(&mut Buttons)) {
        match &mut self.dialog {
            Some(Dialog::Preview(dialog)) if dialog.go().is_open() => turn(&mut dialog.buttons),
            Some(Dialog::Confirm(dialog)) => turn(&mut dialog.buttons),
            Some(
                Dialog::Preview(_)
                | Dialog::Choose(_)
                | Dialog::Write(_)
                | Dialog::Saying(_)
                | Dialog::Prompt(_)
                | Dialog::Palette(_)
                | Dialog::Leave(_)
                | Dialog::Meanwhile(_)
                | Dialog::Sources(_),
            )
            | None => {}
        }
    }

    /// Returns how far down the open dialog can be scrolled; nothing where it has a cursor instead.
    pub(crate) fn reach(&self) -> Option<usize> {
        let area = dialog_area(self.size);
        match &self.dialog {
            Some(Dialog::Preview(dialog)) => Some(dialog.reach(self, area)),
            Some(Dialog::Confirm(dialog)) => Some(dialog.reach(self, area)),
            Some(Dialog::Saying(dialog)) => Some(dialog.reach(self, area)),
            Some(Dialog::Meanwhile(dialog)) => Some(dialog.reach(self, area)),
            Some(
                Dialog::Choose(_)
                | Dialog::Write(_)
                | Dialog::Prompt(_)
                | Dialog::Palette(_)
                | Dialog::Leave(_)
                | Dialog::Sources(_),
            )
            | None => None,
        }
    }

    fn scroll_dialog(&mut self, by: isize) {
        if let Some(Dialog::Palette(mut palette)) = self.dialog.take_if(|d| matches!(d, Dialog::Palette(_))) {
            palette.turn(self, by);
            self.dialog = Some(Dialog::Palette(palette));
            return;
        }
        // A dialog is scrolled no further than there is something to see.
        let reach = self.reach().unwrap_or(0);
        let further = |first: usize, by: isize| first.min(reach).saturating_add_signed(by).min(reach);
        match &mut self.dialog {
            Some(Dialog::Preview(dialog)) => dialog.first = further(dialog.first, by * 3),
            Some(Dialog::Confirm(dialog)) => dialog.first = further(dialog.first, by),
            Some(Dialog::Saying(dialog)) => dialog.first = further(dialog.first, by),
            Some(Dialog::Meanwhile(dialog)) => dialog.first = further(dialog.first, by),
            Some(Dialog::Choose(dialog)) => dialog.turn(by),
            Some(Dialog::Sources(dialog)) => dialog.turn(by),
            Some(Dialog::Leave(dialog)) => dialog.turn(by),
            Some(Dialog::Write(_) | Dialog::Prompt(_) | Dialog::Palette(_)) | None => {}
        }
    }

    fn complete_palette(&mut self) {
        if let Some(Dialog::Palette(mut palette)) = self.dialog.take_if(|d| matches!(d, Dialog::Palette(_))) {
            palette.complete(self);
            self.dialog = Some(Dialog::Palette(palette));
        }
    }

    fn turn_calls(&mut self) {
        if let Some(Dialog::Preview(dialog)) = &mut self.dialog {
            dialog.turn_calls();
        }
        self.scroll_dialog(0);
    }

    fn press_button(&mut self) -> Vec<Effect> {
        if self.guard.is_hasty() && self.dialog.as_ref().is_some_and(Dialog::is_one_tab_away) {
            self.say_at_buttons(TOO_QUICK);
            return Vec::new();
        }
        match self.dialog.clone() {
            Some(Dialog::Preview(dialog)) => self.press_preview(&dialog),
            Some(Dialog::Confirm(dialog)) => self.press_confirm(*dialog),
            Some(Dialog::Choose(dialog)) => self.press_choice(*dialog),
            Some(Dialog::Palette(palette)) => self.press_palette(&palette),
            Some(Dialog::Leave(dialog)) => self.press_leave(dialog),
            Some(Dialog::Saying(_) | Dialog::Meanwhile(_)) => {
                self.close();
                Vec::new()
            }
            Some(Dialog::Write(_) | Dialog::Prompt(_) | Dialog::Sources(_)) | None => Vec::new(),
        }
    }

    /// Says something where the eye is, until the next key: above the buttons, where the dialog has them.
    pub(super) fn say_at_buttons(&mut self, says: impl Into<String>) {
        match self.dialog.as_mut().and_then(Dialog::buttons_mut) {
            Some(buttons) => buttons.says = Some(says.into()),
            None => self.hint = Some(says.into()),
        }
    }

    /// Says why a name that is typed opens nothing yet, and whether there was something to say.
    fn is_amiss(&mut self, buttons: &Buttons) -> bool {
        let key = self.chord_of(Action::Dialog(DialogAction::Cancel), &["dialog.confirm"]);
        let or = key.map(|key| format!(", or {key} to leave")).unwrap_or_default();
        let says = match buttons.amiss() {
            None => return false,
            Some(Amiss::Nothing { name }) => format!("type {name} first{or}"),
            Some(Amiss::Half { name }) => format!("the name is not whole: type {name} to its end{or}"),
            Some(Amiss::Other { name }) => format!("that is not the name: it is {name}{or}"),
        };
        self.say_at_buttons(says);
        true
    }

    /// The only place where an action is started.
    fn press_preview(&mut self, dialog: &PreviewDialog) -> Vec<Effect> {
        let Some(preview) = dialog.preview.as_ref() else {
            self.close();
            return Vec::new();
        };
        let is_held = !dialog.go().is_open();
        if !is_held && self.is_amiss(&dialog.buttons) {
            return Vec::new();
        }
        if dialog.buttons.focus == Button::Cancel || is_held || !dialog.buttons.is_name_typed() {
            self.close();
            self.hint = Some("cancelled: nothing was done".to_owned());
            return Vec::new();
        }
        let typed = dialog.buttons.must_type.as_ref().map(|_| dialog.buttons.typed.clone());
        let consent = Consent { typed, seen: Some(preview.proposal.clone()) };
        let request = preview.proposal.request.clone();
        let what = format!("{} {}", request.verb(), request.subject());
        self.close();
        let release = preview.proposal.release.clone();
        if let Request::RollBack { env, .. } = &request {
            self.why_back.remove(env);
        }
        let proposes = request.env().filter(|_| matches!(dialog.go(), Go::Propose(_))).cloned();
        let effects = self.ask(what, Command::Action(ActionCommand::Start { release, request, consent }));
        if let Some(asked) = self.asked.last_mut() {
            asked.proposes = proposes;
        }
        effects
    }

    fn press_confirm(&mut self, dialog: ConfirmDialog) -> Vec<Effect> {
        if self.is_amiss(&dialog.buttons) {
            return Vec::new();
        }
        self.close();
        match (dialog.buttons.focus, dialog.then) {
            (Button::Cancel, _) => Vec::new(),
            (Button::Go, _) if !dialog.buttons.is_name_typed() => Vec::new(),
            (Button::Go, Then::Ask { what, command }) => self.ask(what, *command),
        }
    }

    /// One person plays several in a rehearsal: each is a user of the rehearsal's own.
    fn act_as(&mut self, name: &Person) {
        let own = self.own().cloned();
        let played = || Who { name: name.clone(), user: format!("played:{name}"), host: self.who.host.clone() };
        self.look.who = own.filter(|own| own.name == *name).unwrap_or_else(played);
    }

    fn press_choice(&mut self, dialog: ChooseDialog) -> Vec<Effect> {
        self.close();
        match dialog.then {
            Choice::ActAs(names) => {
                if let Some(name) = names.get(dialog.row) {
                    self.act_as(name);
                }
            }
            Choice::Give(seats) => return self.chosen_seat(seats.get(dialog.row), SeatAction::Give),
            Choice::Decline(seats) => return self.chosen_seat(seats.get(dialog.row), SeatAction::Decline),
            Choice::Waive { env, items } => {
                let Some(item) = items.get(dialog.row).cloned() else { return Vec::new() };
                let lines = vec![dialog.options.get(dialog.row).cloned().unwrap_or_default()];
                let then = Writing::Waive { env, item };
                self.open(Dialog::Write(Box::new(WriteDialog::new("Waive it: why", lines, Need::Required, then))));
            }
            Choice::Answer(check) => {
                let yes = dialog.row == 1;
                let title = if yes { "Yes: you may write a note" } else { "No: what is missing" };
                let then = Writing::Answer { check, yes };
                let need = if yes { Need::Optional } else { Need::Required };
                self.open(Dialog::Write(Box::new(WriteDialog::new(title, vec![dialog.title], need, then))));
            }
        }
        Vec::new()
    }
}
