//! What the cockpit is opened with, and why it may not open.

use crate::domain::fact::Who;
use crate::domain::names::Version;
use crate::engine::EngineHandle;
use std::path::PathBuf;

/// What the cockpit is opened with.
pub struct Opening {
    /// The engine.
    pub handle: EngineHandle,
    /// Who acts.
    pub who: Who,
    /// The release that is looked at.
    pub version: Version,
    /// The scenario, in a rehearsal: the screen says so wherever it runs.
    pub rehearsal: Option<String>,
    /// How it looks, and which keys it has.
    pub settings: CockpitSettings,
}

/// How the cockpit looks, and which keys it has.
#[derive(Clone, Debug, Default)]
pub struct CockpitSettings {
    /// The name of a built-in theme; `dark` when absent.
    pub theme: Option<String>,
    /// Keymap files that are laid over the built-in one, in this order.
    pub keymaps: Vec<PathBuf>,
    /// Whether colours are left out (`NO_COLOR`).
    pub no_color: bool,
    /// Which signs are drawn.
    pub signs: Signs,
}

/// Which signs are drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Signs {
    /// `✓ ✗ ◌ ╭─╮`.
    #[default]
    Unicode,
    /// `+ x o .-.`, for terminals and fonts that have no others.
    Ascii,
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
    /// The theme is not one.
    #[error("there is no theme {0}; there are dark and light")]
    NoSuchTheme(String),
    /// The theme cannot be read.
    #[error(transparent)]
    Theme(#[from] crate::config::theme::ThemeError),
}
