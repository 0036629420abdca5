//! What reads: where it stands, checks, logs, the journal, the plan, the settings.

use super::global::{Timeout, span};
use clap::{Args, Subcommand};

#[derive(Debug, Args)]
pub struct StatusArgs {
    #[command(flatten)]
    pub timeout: Timeout,
    /// Exit with 0 for GO, 1 for NO-GO, 4 when it is unknown
    #[arg(long)]
    pub gate: bool,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Phases, groups or checks; defaults to everything that a gate needs
    #[arg(value_name = "PHASE|GROUP|ID")]
    pub what: Vec<String>,
    /// Only checks that are not good now: stale, failed, or never run
    #[arg(long)]
    pub stale: bool,
    /// Run nothing: print what each check asks, where it stands, and every run of it in every release
    #[arg(long, conflicts_with_all = ["stale", "yes", "no", "output", "cancel"])]
    pub history: bool,
    /// Run nothing: print all that the newest run of one check printed
    #[arg(long, conflicts_with_all = ["stale", "yes", "no", "cancel"])]
    pub output: bool,
    /// End checks that run or wait, whoever began them; without names, all of the release
    #[arg(long, conflicts_with_all = ["stale", "yes", "no"])]
    pub cancel: bool,
    /// Answer a manual check: it is true
    #[arg(long, conflicts_with = "no")]
    pub yes: bool,
    /// Answer a manual check: it is not true
    #[arg(long)]
    pub no: bool,
    /// A note to record with your answer
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
    #[command(flatten)]
    pub timeout: Timeout,
}

#[derive(Debug, Args)]
pub struct LogsArgs {
    /// The sources; defaults to all of them
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Keep printing new lines
    #[arg(short, long)]
    pub follow: bool,
    /// Only lines that match this regular expression
    #[arg(long, value_name = "RE")]
    pub grep: Option<String>,
    /// How far back to look
    #[arg(long, value_name = "AGE", default_value = "10m", value_parser = span)]
    pub since: tminus_core::time::Span,
}

#[derive(Debug, Args)]
pub struct JournalArgs {
    #[command(subcommand)]
    pub what: Option<JournalCmd>,
    /// Also print observations and the starts of steps
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Subcommand)]
pub enum JournalCmd {
    /// Check every entry against the chain; print the count and the head hash
    ///
    /// With --head or --count the journal must also contain what it contained when `tminus journal head` printed them. Keep
    /// that line elsewhere: anybody who can write the journal can also write the files beside it.
    Verify(VerifyJournalArgs),
    /// Print the count and the head hash; keep them elsewhere
    Head,
    /// Print every entry with its hash, one JSON object per line
    Export,
}

#[derive(Debug, Args)]
pub struct VerifyJournalArgs {
    /// The hash that the journal must contain; with --count N, as that of entry N
    #[arg(long, value_name = "HASH")]
    pub head: Option<String>,
    /// The minimum number of entries it must contain
    #[arg(long, value_name = "N")]
    pub count: Option<u64>,
}

#[derive(Debug, Args)]
pub struct PlanArgs {
    /// The JSON schema, for editors
    #[arg(long)]
    pub schema: bool,
}

#[derive(Debug, Args)]
pub struct ConfigArgs {
    #[command(subcommand)]
    pub what: Option<ConfigCmd>,
    /// Print the JSON schema of a file, for editors: config.toml by default
    #[arg(long, value_name = "FILE", num_args = 0..=1, default_missing_value = "config", exclusive = true)]
    pub schema: Option<SchemaOf>,
}

/// The files that a person writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum SchemaOf {
    /// config.toml
    Config,
    /// keymap.toml
    Keymap,
    /// A theme
    Theme,
    /// tminus.toml
    Plan,
}

#[derive(Debug, Subcommand)]
pub enum ConfigCmd {
    /// Print the folder of config.toml, keymap.toml and themes
    Path,
    /// Check config.toml, keymap.toml and the themes in use; exit with 2 for mistakes
    Check,
}

impl CheckArgs {
    /// Says whether it only reads what was measured before.
    pub const fn only_reads(&self) -> bool {
        self.history || self.output
    }
}
