//! What the cockpit is opened with, and why it may not open.

use super::letters::Letters;
use super::message::Mouse;
use super::signs::Signs;
use crate::config::settings::ConfigFolder;
use crate::config::theme::ThemeChoice;
use crate::domain::fact::Who;
use crate::domain::names::Version;
use crate::engine::EngineHandle;
use jiff::tz::TimeZone;
use std::path::PathBuf;
use tokio::sync::mpsc;

/// What the first frame shows, before anything is read.
pub struct Front {
    /// What is opened: the project's folder, or the scenario.
    pub project: String,
    /// How it looks, and which keys it has.
    pub settings: CockpitSettings,
    /// What is being done until it is open: `reading the plan`.
    pub doing: mpsc::Receiver<&'static str>,
}

/// What the cockpit shows once everything is read.
pub struct Opening {
    /// The project's name.
    pub project: String,
    /// The engine.
    pub handle: EngineHandle,
    /// Who acts.
    pub who: Who,
    /// The release that is looked at.
    pub version: Version,
    /// The scenario, in a rehearsal: the screen says so wherever it runs.
    pub rehearsal: Option<String>,
    /// Where the engine works.
    pub housing: Housing,
}

/// Where the engine works: whether it outlives this cockpit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Housing {
    /// In this process: it ends with the cockpit.
    #[default]
    Here,
    /// In a process of its own: it works on.
    Elsewhere,
}

/// For what an opening is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Try {
    /// Nothing is open yet.
    First,
    /// The engine has gone: join the next one, and start one unless somebody stopped it.
    #[default]
    Again,
    /// A person asks: join one, or start one whoever stopped it.
    Asked,
}

/// Why nothing was opened.
#[derive(Debug)]
pub enum Unopened<E> {
    /// Somebody stopped the engine, and no other runs yet.
    Stopped {
        /// Who.
        by: String,
    },
    /// It cannot be opened.
    Failed(E),
}

impl<E> From<E> for Unopened<E> {
    fn from(error: E) -> Self {
        Self::Failed(error)
    }
}

/// How the cockpit looks, and which keys it has.
#[derive(Clone, Debug, Default)]
pub struct CockpitSettings {
    /// Which theme.
    pub theme: ThemeChoice,
    /// The folder of own themes, where there is one.
    pub folder: Option<ConfigFolder>,
    /// The name of a built-in keymap; the default one for a name that is none.
    pub keymap: String,
    /// Keymap files that are laid over it, in this order.
    pub keymaps: Vec<PathBuf>,
    /// The zone that times are shown in; the machine's when absent.
    pub zone: Option<TimeZone>,
    /// What was set and does not count.
    pub problems: Vec<String>,
    /// Whether colours are left out (`NO_COLOR`).
    pub no_color: bool,
    /// Which signs are drawn.
    pub signs: Signs,
    /// Which letters the terminal reads.
    pub letters: Letters,
    /// Whether the cockpit takes the mouse.
    pub mouse: Mouse,
    /// How somebody is called who looks elsewhere when a long action ends.
    pub call: Call,
    /// The programs of the person at the terminal.
    pub programs: Programs,
}

/// The programs of the person at the terminal; each may have arguments.
#[derive(Clone, Debug)]
pub struct Programs {
    /// `$VISUAL`, or `$EDITOR`.
    pub editor: String,
    /// `$PAGER`.
    pub pager: String,
}

impl Default for Programs {
    fn default() -> Self {
        Self { editor: "vi".to_owned(), pager: "less".to_owned() }
    }
}

/// How somebody is called who looks elsewhere when a long action ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Call {
    /// Not at all.
    #[default]
    Never,
    /// With the terminal's bell.
    Bell,
    /// With a message on the desktop (OSC 9), where the terminal shows such.
    Message,
}

/// Why the cockpit ended, or did not open.
#[derive(Debug, thiserror::Error)]
pub enum CockpitError {
    /// The terminal cannot be used, or is gone.
    #[error("the terminal cannot be used")]
    Terminal(#[from] std::io::Error),
    /// A part of the program panicked; what it said stands on standard error.
    #[error("a part of tminus failed, and the cockpit with it; what was begun is in the journal")]
    Panicked,
}

/// How the cockpit ended where it did not end well: by itself, or because there was nothing to open.
#[derive(Debug)]
pub enum Ended<E> {
    /// The cockpit cannot go on.
    Cockpit(CockpitError),
    /// What it was to show could not be opened.
    Unopened(E),
}

impl<E> From<CockpitError> for Ended<E> {
    fn from(error: CockpitError) -> Self {
        Self::Cockpit(error)
    }
}

impl<E> From<std::io::Error> for Ended<E> {
    fn from(error: std::io::Error) -> Self {
        Self::Cockpit(error.into())
    }
}
