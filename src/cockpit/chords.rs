//! Which keys run an action, as the keymap in force says.

use super::action::{Action, AppAction};
use super::look::Look;
use super::spot::Pane;
use super::view::View;

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

impl Look {
    /// Returns the contexts of the view, whatever dialog lies over it.
    pub(crate) fn contexts_beneath(&self) -> Vec<&'static str> {
        let is_overview = self.view() == &View::Overview;
        let mut contexts: Vec<_> = is_overview.then(|| pane_context(self.panes.focus)).into_iter().collect();
        contexts.extend([self.view().context(), "list"]);
        contexts.push("global");
        contexts
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
        bindings.filter(|b| b.run == action.id()).map(|b| crate::settings::keymap::chord_text(&b.chord)).next()
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
