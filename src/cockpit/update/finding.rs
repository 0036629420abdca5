//! The palette and the help: any action by its name, through the same guards as by its key.

use super::state::State;
use crate::action::MessagesAction;
use crate::dialogs::{EntryTarget, PaletteDialog, PaletteEntry, PaletteScope, SayingDialog};
use crate::message::Effect;
use crate::notices::Tone;
use crate::panes;
use crate::view::View;

impl State {
    /// Opens the palette. It changes nothing in the world, so the keys that follow count at once.
    pub(super) fn open_palette(&mut self, scope: PaletteScope) {
        self.pending.clear();
        self.dialog = Some(Box::new(PaletteDialog::new(scope)));
    }

    /// Leaves the help, and offers its keys to be filtered while one types.
    pub(super) fn narrow(&mut self) {
        let Some(contexts) = self.view().help().cloned() else { return };
        self.back();
        self.open_palette(PaletteScope::Here(contexts));
    }

    /// Runs the selected key of the help where one came from.
    pub(super) fn run_help(&mut self) -> Vec<Effect> {
        let Some(contexts) = self.view().help() else { return Vec::new() };
        let Some(action) = panes::help::selected(self, contexts) else { return Vec::new() };
        if let Some(why) = self.why_not(action) {
            self.say(Tone::Hint, action.word(), why);
            return Vec::new();
        }
        let intent = self.guard.intent();
        self.back();
        self.take(action, intent)
    }

    /// Does what an entry of the palette names.
    pub(super) fn take_entry(&mut self, entry: PaletteEntry) -> Vec<Effect> {
        match entry.target {
            EntryTarget::Action(action) => {
                let intent = self.guard.intent();
                return self.take(action, intent);
            }
            EntryTarget::In(action, env) => return self.act_in(action, env),
            EntryTarget::BackTo(env, version) => self.begin_roll_back(env, Some(version)),
            EntryTarget::Environment(env) => self.go(View::Environment(env)),
            EntryTarget::Check(check) => self.go(View::Check(check)),
            EntryTarget::Task(action) => self.go(View::Run(action)),
        }
        Vec::new()
    }

    pub(super) fn act_messages(&mut self, action: MessagesAction) -> Vec<Effect> {
        match action {
            MessagesAction::Copy => {
                let open = match self.dialog_of::<SayingDialog>() {
                    Some(saying) => self.said.entry(saying.number),
                    None => panes::messages::selected(self),
                };
                let Some(text) = open.map(crate::notices::NoticeLine::whole) else { return Vec::new() };
                // Whether the terminal let it in, it tells nobody.
                self.hint = Some("sent to the clipboard".to_owned());
                // It goes past the screen, to wherever it is pasted.
                return vec![Effect::Copy(tminus_logs::clean::block(&text))];
            }
            MessagesAction::ReadAll => self.look.said.read_all(),
        }
        Vec::new()
    }
}
