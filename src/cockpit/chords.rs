//! Which keys run an action, as the keymap in force says.

use super::action::{Action, AppAction};
use super::look::Look;
use super::spot::Pane;
use super::view::View;
use std::sync::LazyLock;

/// The contexts of dialogs.
const DIALOGS: [&str; 7] = [
    "dialog.confirm",
    "dialog.choose",
    "dialog.write",
    "dialog.message",
    "dialog.prompt",
    "dialog.palette",
    "dialog.sources",
];

/// The contexts that a keymap may have.
pub static CONTEXTS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let mut all = vec!["global", "list"];
    let views = View::CONTEXTS.iter().copied().filter(|context| context.starts_with("view."));
    for context in views.chain(Pane::ALL.map(Pane::context)).chain(DIALOGS) {
        if !all.contains(&context) {
            all.push(context);
        }
    }
    all
});

impl Look {
    /// Returns the contexts of the view, whatever dialog lies over it.
    pub(crate) fn contexts_beneath(&self) -> Vec<&'static str> {
        let inner = self.here().inner_context(self);
        inner.into_iter().chain([self.view().context(), "list", "global"]).collect()
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
