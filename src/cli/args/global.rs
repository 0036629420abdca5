//! The options of every command, and how values are read from their texts.

use clap::Args;
use tminus_core::names::Version;
use tminus_core::time::Span;

/// Options that every command takes. `-h` of a command leaves them out, `--help` has them under a heading of their own.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// The release, when more than one is open
    #[arg(long, global = true, hide_short_help = true, value_name = "V", value_parser = version)]
    pub release: Option<Version>,
    /// Print JSON, versioned: {"schema": 1, …}
    #[arg(long, global = true, hide_short_help = true)]
    pub json: bool,
    /// Rehearse your own plan against simulated services: no process is started, no socket is opened
    #[arg(long, global = true, hide_short_help = true, value_name = "SCENARIO")]
    pub rehearse: Option<String>,
    /// Run the cockpit as lines of text, with commands in words: for screen readers and dumb terminals
    #[arg(long, global = true, hide_short_help = true)]
    pub plain: bool,
    /// Change nothing: the cockpit starts no action, and commands that act are refused ($TMINUS_READ_ONLY=on does the same)
    #[arg(long, global = true, hide_short_help = true)]
    pub read_only: bool,
    /// Keep the engine in this process; what it runs ends with it ($TMINUS_SOLO does the same)
    #[arg(long, global = true, hide_short_help = true)]
    pub solo: bool,
    /// Act under this name; only in a rehearsal
    #[arg(long = "as", global = true, hide_short_help = true, value_name = "NAME")]
    pub acting: Option<String>,
}

/// How long a command waits.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Timeout {
    /// Give up after this time (30s, 5m) with exit 4; the engine continues, or with --solo ends with the command
    #[arg(long, value_name = "DURATION", value_parser = span)]
    pub timeout: Option<Span>,
}

/// Whether a command waits at all.
#[derive(Debug, Args)]
pub struct Detach {
    /// Return at once with the action's id; the engine continues, and `tminus wait ID` follows it
    #[arg(long)]
    pub detach: bool,
}

/// Whether an action begins, or is only shown.
#[derive(Clone, Copy, Debug, Args)]
pub struct GoAhead {
    /// Show the steps with their exact calls, and do nothing
    #[arg(long, conflicts_with = "detach")]
    pub preview: bool,
    /// Go ahead
    #[arg(long)]
    pub yes: bool,
}

impl GoAhead {
    /// Says whether it begins.
    pub const fn begins(self) -> bool {
        self.yes && !self.preview
    }
}

pub(super) fn version(text: &str) -> Result<Version, String> {
    Version::parse(text).map_err(|error| error.to_string())
}

pub(super) fn span(text: &str) -> Result<Span, String> {
    Span::parse(text).map_err(|error| error.to_string())
}
