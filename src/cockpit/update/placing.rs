//! A letter of another script: with a Hebrew, Cyrillic, Greek or Arabic layout, keys that look and move work by their place on
//! the keyboard. What changes something never does: it says so.

use super::keys::KeyMatch;
use super::state::State;
use crate::action::{Action, AppAction, DialogAction, PaneAction, Risk};
use crate::dialogs::LetterUse;
use crate::guard::Intent;
use crate::message::Effect;
use crate::settings::keymap::layout::position;
use crate::settings::keymap::{Key, Stroke, chord_text};

impl State {
    /// Takes the strokes that are pending by their place, when the last one is a letter of another script that has no binding;
    /// `None` when it is not, or nothing lies there.
    pub(super) fn by_position(&mut self, intent: Intent) -> Option<Vec<Effect>> {
        if self.is_typed_into() {
            return None;
        }
        let (layout, stroke) = placed(*self.pending.last()?)?;
        let mut strokes = self.pending.clone();
        *strokes.last_mut()? = stroke;
        match self.find(&strokes) {
            KeyMatch::Nothing => None,
            KeyMatch::Begun => {
                self.pending = strokes;
                Some(Vec::new())
            }
            KeyMatch::Action(action) => {
                self.pending.clear();
                let chord = chord_text(&strokes);
                // On the help, what opens an entry runs it, whatever it does.
                let runs = action == Action::Pane(PaneAction::Open) && self.view().help().is_some();
                if runs || !is_by_position(action) {
                    let word = action.word();
                    self.hint =
                        Some(format!("layout: {layout}; \"{chord}\" ({word}) works only as itself: switch the layout"));
                    return Some(Vec::new());
                }
                let effects = self.take(action, intent);
                if self.hint.is_none() {
                    self.hint = Some(format!("layout: {layout}, key as \"{chord}\""));
                }
                Some(effects)
            }
        }
    }

    /// Says whether letters belong to a text now.
    fn is_typed_into(&self) -> bool {
        self.dialog().is_some_and(|dialog| dialog.letters() != LetterUse::Unused)
    }
}

/// Returns the layout, and the stroke in whose place a letter lies.
fn placed(stroke: Stroke) -> Option<(String, Stroke)> {
    let Key::Char(letter) = stroke.key else { return None };
    let found = position(letter).filter(|_| !stroke.ctrl && !stroke.alt)?;
    Some((found.layout, Stroke::plain(Key::Char(found.letter))))
}

/// Says whether an action only looks or moves, so that its place on the keyboard will do.
fn is_by_position(action: Action) -> bool {
    let moves = match action {
        Action::View(_) | Action::Pane(_) | Action::List(_) | Action::Logs(_) | Action::Search(_) => true,
        Action::Messages(_) => true,
        Action::App(action) => !matches!(action, AppAction::Quit | AppAction::ActAs | AppAction::Refresh),
        Action::Dialog(action) => matches!(action, DialogAction::Down | DialogAction::Up),
        Action::Act(_) | Action::Repository(_) | Action::Check(_) | Action::Run(_) => false,
        Action::Seat(_) | Action::Text(_) => false,
    };
    moves && action.risk() == Risk::Looks
}
