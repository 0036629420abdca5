//! From strokes to actions: the contexts that count now, chords, and the guards against a key that was not meant.

use super::state::State;
use crate::action::{Action, DialogAction};
use crate::settings::keymap::Stroke;

/// What the strokes typed so far amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeyMatch {
    Action(Action),
    /// The beginning of a chord.
    Begun,
    Nothing,
}

impl State {
    /// Says why an action cannot be taken now; `None` when it can.
    pub(crate) fn why_not(&self, action: Action) -> Option<String> {
        match (action, self.dialog()) {
            (action, Some(dialog)) if dialog.allows(action) => None,
            (Action::Dialog(DialogAction::Next | DialogAction::Previous), Some(dialog)) => dialog.why_no_other_button(),
            (action, _) => action.why_not(self),
        }
    }

    /// Returns the contexts that count now, inner first.
    pub(crate) fn contexts(&self) -> Vec<&'static str> {
        self.dialog().map_or_else(|| self.contexts_beneath(), |dialog| vec![dialog.context()])
    }

    /// Finds what the strokes typed so far run.
    pub(crate) fn find(&self, strokes: &[Stroke]) -> KeyMatch {
        // What is only read is no wall before the keys of what lies beneath.
        let is_wall = self.dialog.as_ref().is_none_or(|dialog| !dialog.is_only_read());
        let beneath = if is_wall { Vec::new() } else { self.contexts_beneath() };
        for context in self.contexts().into_iter().chain(beneath) {
            for binding in self.keymap.bindings(context) {
                if binding.chord == strokes {
                    return Action::find(&binding.run).map_or(KeyMatch::Nothing, KeyMatch::Action);
                }
                if binding.chord.starts_with(strokes) {
                    return KeyMatch::Begun;
                }
            }
        }
        KeyMatch::Nothing
    }
}
