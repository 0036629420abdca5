//! From strokes to actions: the contexts that count now, chords, and the guards against a key that was not meant.

use super::state::State;
use crate::action::{Action, DialogAction, LogsAction};
use crate::dialogs::Dialog;
use crate::settings::keymap::Stroke;

/// What the strokes typed so far amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Action(Action),
    /// The beginning of a chord.
    Begun,
    Nothing,
}

impl State {
    /// Says why an action cannot be taken now; `None` when it can.
    pub(crate) fn why_not(&self, action: Action) -> Option<String> {
        let is_in_sources = matches!(self.dialog, Some(Dialog::Sources(_)));
        match (action, &self.dialog) {
            (Action::Dialog(DialogAction::Calls), Some(Dialog::Preview(_))) => None,
            (Action::Dialog(DialogAction::Next | DialogAction::Previous), Some(dialog)) => dialog.why_no_other_button(),
            (Action::Logs(LogsAction::TurnSource | LogsAction::OnlySource | LogsAction::AllSources), _)
                if is_in_sources =>
            {
                None
            }
            (action, _) => action.why_not(self),
        }
    }

    /// Returns the contexts that count now, inner first.
    pub(crate) fn contexts(&self) -> Vec<&'static str> {
        if let Some(dialog) = &self.dialog {
            return vec![dialog_context(dialog)];
        }
        self.contexts_beneath()
    }

    /// Finds what the strokes typed so far run.
    pub(crate) fn find(&self, strokes: &[Stroke]) -> Found {
        // What is only read is no wall before the keys of what lies beneath.
        let is_wall = self.dialog.as_ref().is_none_or(|dialog| !dialog.is_only_read());
        let beneath = if is_wall { Vec::new() } else { self.contexts_beneath() };
        for context in self.contexts().into_iter().chain(beneath) {
            for binding in self.keymap.bindings(context) {
                if binding.chord == strokes {
                    return Action::find(&binding.run).map_or(Found::Nothing, Found::Action);
                }
                if binding.chord.starts_with(strokes) {
                    return Found::Begun;
                }
            }
        }
        Found::Nothing
    }
}

fn dialog_context(dialog: &Dialog) -> &'static str {
    match dialog {
        Dialog::Preview(_) | Dialog::Confirm(_) => "dialog.confirm",
        Dialog::Choose(_) | Dialog::Leave(_) => "dialog.choose",
        Dialog::Write(_) => "dialog.write",
        Dialog::Saying(_) | Dialog::Meanwhile(_) => "dialog.message",
        Dialog::Prompt(_) => "dialog.prompt",
        Dialog::Palette(_) => "dialog.palette",
        Dialog::Sources(_) => "dialog.sources",
    }
}
