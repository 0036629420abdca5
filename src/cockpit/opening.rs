//! What the cockpit is opened with, and why it may not open.

use super::letters::Letters;
use super::message::Mouse;
use super::signs::Signs;
use crate::settings::ConfigFolder;
use crate::settings::theme::ThemeChoice;
use jiff::tz::TimeZone;
use std::path::PathBuf;
use tminus_core::names::Version;
use tminus_core::read_only::ReadOnly;
use tminus_core::who::Who;
use tminus_engine::EngineHandle;
use tokio::sync::mpsc;

/// What the first frame shows, before anything is read.
pub struct FirstFrame {
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
    pub housing: EngineLocation,
    /// The file that remembers how somebody looked; none in a rehearsal, where every play begins anew.
    pub session: Option<PathBuf>,
}

/// Where the engine works: whether it outlives this cockpit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineLocation {
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
pub enum OpenFailure<E> {
    /// Somebody stopped the engine, and no other runs yet.
    Stopped {
        /// Who.
        by: String,
    },
    /// It cannot be opened.
    Failed(E),
}

impl<E> From<E> for OpenFailure<E> {
    fn from(error: E) -> Self {
        Self::Failed(error)
    }
}

/// How the cockpit looks, and which keys it has.
#[derive(Clone, Debug, Default)]
pub struct CockpitSettings {
    /// Which theme.
    pub theme: ThemeChoice,
    /// Which theme is put on while the keys act on a protected environment, where one is.
    pub protected_theme: Option<ThemeChoice>,
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
    /// How somebody is called who looks elsewhere.
    pub call: CompletionAlert,
    /// The programs of the person at the terminal.
    pub programs: Programs,
    /// How a copy is sent.
    pub clipboard: Clipboard,
    /// Whether the cockpit may change anything.
    pub read_only: ReadOnly,
    /// Whether frames appear at once.
    pub sync: TerminalUse,
    /// Whether the terminal tells keys apart as kitty does.
    pub keyboard: TerminalUse,
    /// How often the screen is drawn.
    pub bandwidth: Bandwidth,
    /// How the time of a log line is written; as the room allows when absent.
    pub time_format: Option<String>,
    /// Whether the view and the way lines are shown are remembered.
    pub has_session: bool,
}

/// Whether something of the terminal is used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TerminalUse {
    /// Where the terminal answers that it has it.
    #[default]
    Auto,
    /// Without asking.
    Always,
    /// Not at all.
    Never,
}

/// How often the screen is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Bandwidth {
    /// As often as a person can tell.
    #[default]
    Normal,
    /// Seldom: the line is slow, or is paid by the byte.
    Low,
}

/// How a copy is sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Clipboard {
    /// To the terminal (OSC 52).
    #[default]
    Terminal,
    /// To tmux, which keeps it and passes it to its own terminal.
    Tmux,
    /// To the program that the desktop has for it.
    Native,
    /// Not at all.
    Off,
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
pub enum CompletionAlert {
    /// Not at all.
    #[default]
    Never,
    /// With the terminal's bell.
    Bell,
    /// With a message on the desktop, where the terminal shows such.
    Message(Notice),
}

/// How a terminal is told to show a message on the desktop.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// OSC 9: iTerm2, WezTerm, Ghostty.
    Osc9,
    /// OSC 99: kitty.
    Osc99,
    /// OSC 777: rxvt, foot.
    Osc777,
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
pub enum CockpitExit<E> {
    /// The cockpit cannot go on.
    Cockpit(CockpitError),
    /// What it was to show could not be opened.
    Unopened(E),
}

impl<E> From<CockpitError> for CockpitExit<E> {
    fn from(error: CockpitError) -> Self {
        Self::Cockpit(error)
    }
}

impl<E> From<std::io::Error> for CockpitExit<E> {
    fn from(error: std::io::Error) -> Self {
        Self::Cockpit(error.into())
    }
}
