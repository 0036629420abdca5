//! The cockpit's whole state: what everything on the screen reads, and what only keys and answers change.

use crate::dialogs::{BeforePrompt, Dialog};
use crate::guard::Guard;
use crate::look::Look;
use crate::notices::NoticeLine;
use crate::presence::OwnGlance;
use crate::session::Session;
use crate::settings::keymap::Stroke;
use crate::settings::theme::Background;
use crate::theme::Palettes;
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::ops::Deref;
use tminus_core::names::{ActionId, EnvName};
use tminus_core::read_only::ReadOnly;

/// The whole state. It is read as a [`Look`]; only the update sees its fields.
pub(crate) struct State {
    /// The run whose output was asked for since its page is shown.
    pub(crate) output_read: Option<u64>,
    pub(super) look: Look,
    /// What this seat told of where it looks.
    pub(super) glance: OwnGlance,
    pub(super) palettes: Palettes,
    /// What the palette that is on was chosen for: the background, and whether a protected environment is acted on.
    pub(super) dressed: (Background, bool),
    /// How everything was before what is being written at the foot.
    pub(super) before_prompt: Option<BeforePrompt>,
    /// How somebody looked the last time, until that counts again.
    pub(super) session: Option<Session>,
    /// What the key that turns it goes back to; off where that is everything.
    pub(super) read_only_set: ReadOnly,
    pub(super) dialog: Option<Box<dyn Dialog>>,
    /// Why somebody wanted to go back from an environment, until that has begun.
    pub(super) why_back: BTreeMap<EnvName, String>,
    /// What was answered to a proposal that has not been heard of yet.
    pub(super) unheard: Option<NoticeLine>,
    pub(super) asked: Vec<PendingCall>,
    pub(super) tickets: u64,
    pub(super) guard: Guard,
    pub(super) pending: Vec<Stroke>,
    /// For how many seconds it has been pending.
    pub(super) pending_for: u8,
    /// A word for the footer about the last key, until the next one, or until it has stood long enough to be read.
    pub(super) hint: Option<String>,
    /// The word that stood there at the last second, and since when.
    pub(super) hinted: Option<(String, Timestamp)>,
    pub(super) gaze: Attending,
    pub(super) leaving: Leaving,
}

impl Deref for State {
    type Target = Look;

    fn deref(&self) -> &Look {
        &self.look
    }
}

/// Whether somebody may be looking, as far as the terminal tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Attending {
    /// It has told nothing yet: tmux tells nothing by itself, and others only when it changes.
    Untold,
    Here,
    Elsewhere,
}

/// Whether the cockpit leaves by itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Leaving {
    #[default]
    Not,
    /// Once nothing runs any more.
    OnceOver,
}

/// A question that the engine has not answered yet.
#[derive(Clone, Debug)]
pub(crate) struct PendingCall {
    pub(crate) ticket: u64,
    /// In words, for the footer: `deploy staging`.
    pub(crate) what: String,
    pub(crate) since: Timestamp,
    /// Where a proposal is wanted, which the engine answers with a refusal that leaves it open.
    pub(crate) proposes: Option<EnvName>,
    /// The proposal that it approves.
    pub(crate) approves: Option<ActionId>,
}

impl State {
    pub(crate) fn dialog(&self) -> Option<&dyn Dialog> {
        self.dialog.as_deref()
    }

    /// Returns the open dialog where it is the one that is meant.
    pub(super) fn dialog_of<D: Dialog>(&self) -> Option<&D> {
        self.dialog.as_deref()?.of()
    }

    /// Returns the open dialog where it is the one that is meant, to be changed.
    pub(super) fn dialog_mut<D: Dialog>(&mut self) -> Option<&mut D> {
        self.dialog.as_deref_mut()?.of_mut()
    }

    /// Returns the word about the last key.
    pub(crate) fn hint(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    /// Returns the beginning of a chord.
    pub(crate) fn pending(&self) -> &[Stroke] {
        &self.pending
    }

    /// Returns what is waited for first.
    pub(crate) fn first_asked(&self) -> Option<&PendingCall> {
        self.asked.first()
    }

    pub(crate) fn leaves_once_over(&self) -> bool {
        self.leaving == Leaving::OnceOver
    }

    /// Puts on the palette for a background; what the terminal did not tell changes nothing.
    pub(crate) fn dress(&mut self, background: Option<Background>) {
        if let Some(background) = background {
            self.dressed.0 = background;
            self.look.palette = self.palettes.on(background).clone();
            self.dressed.1 = false;
        }
    }

    /// Puts on the palette that a protected environment has of its own while the keys act on one, and takes it off again.
    pub(crate) fn dress_for_environment(&mut self) {
        let (background, was_protected) = self.dressed;
        let Some(guarded) = self.palettes.guarded_on(background) else { return };
        let is_protected = self.environment().is_some_and(|environment| environment.protected);
        if is_protected != was_protected {
            let next = if is_protected { guarded } else { self.palettes.on(background) };
            self.look.palette = next.clone();
            self.dressed.1 = is_protected;
        }
    }
}
