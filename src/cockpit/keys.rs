//! From strokes to actions: the contexts that count now, chords, and the guards against a key that was not meant.

use super::action::{Action, AppAction};
use super::dialogs::Dialog;
use super::message::{Press, Repeat};
use super::spot::Pane;
use super::state::State;
use super::view::View;
use crate::config::keymap::{Key, Stroke};
use std::time::{Duration, Instant};

/// The contexts that a keymap may have.
pub const CONTEXTS: [&str; 28] = [
    "global",
    "list",
    "view.overview",
    "view.environments",
    "view.release",
    "view.verify",
    "view.incident",
    "view.journal",
    "view.run",
    "view.check",
    "view.fact",
    "view.tasks",
    "view.messages",
    "view.calls",
    "view.help",
    "view.page",
    "pane.environments",
    "pane.checklist",
    "pane.branch",
    "pane.way-back",
    "pane.logs",
    "dialog.confirm",
    "dialog.choose",
    "dialog.write",
    "dialog.message",
    "dialog.prompt",
    "dialog.palette",
    "dialog.sources",
];

/// How long keys are ignored after a dialog has opened, or a text was pasted.
const DEAD_TIME: Duration = Duration::from_millis(400);
/// The same key again within this time is a key held down.
const REPEATING: Duration = Duration::from_millis(60);

/// An Enter this soon after another key was poured in, not pressed: a paste that the terminal did not mark as one.
const POURED: Duration = Duration::from_millis(10);
/// A button is pressed by nobody so soon after the key that went to it: keys mashed at random, or a cat.
const READING: Duration = Duration::from_millis(250);

/// What is remembered to tell a key that was meant from one that was not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Guard {
    deaf_until: Option<Instant>,
    last: Option<(Stroke, Instant)>,
    /// How long after the key before it the last one came.
    gap: Option<Duration>,
    /// What the last key was.
    intent: Option<Intent>,
    /// When something was pressed or pasted last; dialogs open at that moment.
    pub(crate) now: Option<Instant>,
}

/// What a key is, as far as the guard can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Intent {
    Meant,
    /// Held down: good for moving, never for confirming.
    Held,
    /// Too soon after a dialog opened or a text was pasted.
    Deaf,
}

impl Guard {
    /// Weighs a key.
    pub(crate) fn weigh(&mut self, press: &Press) -> Intent {
        let again = self
            .last
            .is_some_and(|(stroke, at)| stroke == press.stroke && press.at.saturating_duration_since(at) < REPEATING);
        let after = self.last.map(|(_, at)| press.at.saturating_duration_since(at));
        let poured = press.stroke.key == Key::Enter && after.is_some_and(|gap| gap < POURED);
        self.last = Some((press.stroke, press.at));
        self.gap = after;
        self.now = Some(press.at);
        let intent = if self.deaf_until.is_some_and(|until| press.at < until) {
            Intent::Deaf
        } else if again || poured || press.repeat == Repeat::Held {
            Intent::Held
        } else {
            Intent::Meant
        };
        self.intent = Some(intent);
        intent
    }

    /// Returns what the last key was; nothing was meant before there was one.
    pub(crate) fn intent(&self) -> Intent {
        self.intent.unwrap_or(Intent::Deaf)
    }

    /// Says whether the last key came so soon after the one before it that nobody can have read in between.
    pub(crate) fn is_hasty(&self) -> bool {
        self.gap.is_some_and(|gap| gap < READING)
    }

    /// Begins the dead time: a dialog has opened, or a text was pasted.
    pub(crate) fn go_deaf(&mut self, at: Instant) {
        self.now = Some(at);
        self.deaf_until = Some(at + DEAD_TIME);
    }
}

/// What the strokes typed so far amount to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Action(Action),
    /// The beginning of a chord.
    Begun,
    Nothing,
}

impl State {
    /// Returns the contexts that count now, inner first.
    pub(crate) fn contexts(&self) -> Vec<&'static str> {
        if let Some(dialog) = &self.dialog {
            return vec![dialog_context(dialog)];
        }
        self.contexts_beneath()
    }

    /// Returns the contexts of the view, whatever dialog lies over it.
    pub(crate) fn contexts_beneath(&self) -> Vec<&'static str> {
        let is_overview = self.view() == &View::Overview;
        let mut contexts: Vec<_> = is_overview.then(|| pane_context(self.panes.focus)).into_iter().collect();
        contexts.extend([self.view().context(), "list"]);
        contexts.push("global");
        contexts
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

    /// Returns what one presses for an action: its key in the keymap in force, else its name in the palette.
    pub(crate) fn key_to(&self, action: Action) -> String {
        let bound = self.chord_of(action, &self.contexts_beneath()).or_else(|| self.chord_of(action, &CONTEXTS));
        bound.unwrap_or_else(|| {
            let palette = self.chord_of(Action::App(AppAction::Palette), &CONTEXTS).unwrap_or_default();
            format!("{palette} {}", action.word()).trim_start().to_owned()
        })
    }

    /// Says what keys do in one context: `Enter chooses it · Esc cancels`; what has no key there is left out.
    pub(crate) fn keys_say(&self, context: &str, all: &[(Action, &str)]) -> String {
        let says = all.iter().filter_map(|(action, says)| Some((self.chord_of(*action, &[context])?, says)));
        says.map(|(chord, says)| format!("{chord} {says}")).collect::<Vec<_>>().join(" · ")
    }

    /// Returns the chord that runs an action in these contexts, as people read it.
    pub(crate) fn chord_of(&self, action: Action, contexts: &[&str]) -> Option<String> {
        let bindings = contexts.iter().flat_map(|context| self.keymap.bindings(context));
        bindings.filter(|b| b.run == action.id()).map(|b| crate::config::keymap::chord_text(&b.chord)).next()
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

const fn pane_context(pane: Pane) -> &'static str {
    match pane {
        Pane::Environments => "pane.environments",
        Pane::Checklist => "pane.checklist",
        Pane::Logs => "pane.logs",
        Pane::Branch => "pane.branch",
        Pane::WayBack => "pane.way-back",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: Key, at: Instant) -> Press {
        Press { stroke: Stroke { key, ctrl: false, alt: false }, repeat: Repeat::Fresh, at }
    }

    #[test]
    fn an_enter_that_is_poured_in_behind_a_text_confirms_nothing() {
        let (mut guard, at) = (Guard::default(), Instant::now());
        guard.weigh(&press(Key::Char('n'), at));
        assert_eq!(guard.weigh(&press(Key::Enter, at + Duration::from_millis(2))), Intent::Held);
        assert_eq!(guard.weigh(&press(Key::Enter, at + Duration::from_millis(200))), Intent::Meant);
    }
}
