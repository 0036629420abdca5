//! The command line as a whole: the options of every command, and the commands.

use super::acting::*;
use super::engine::*;
use super::known;
use super::lock::*;
use super::program::*;
use super::reading::*;
use crate::domain::names::{EnvName, Version};
use clap::{Args, Parser, Subcommand};
use clap_complete::ArgValueCandidates;

/// The release cockpit for the terminal: one screen from code freeze to the end of the first week, and one key from a
/// bad release to the last good one.
///
/// Without a command it opens the cockpit on the nearest tminus.toml, upwards.
///
/// Exit status: 0 done, and good; 1 done, and not good; 2 the command line or the plan is wrong; 3 refused (a closed
/// gate, a missing approval or confirmation, a lock, a plan not trusted); 4 could not tell, or nothing was measured.
#[derive(Debug, Parser)]
#[command(name = "tminus", bin_name = "tminus", version, max_term_width = 100)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Cmd>,
}

/// Options that every command takes. `-h` of a command leaves them out, `--help` has them under a heading of their own.
#[derive(Clone, Debug, Default, Args)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// The release, where more than one is open
    #[arg(long, global = true, hide_short_help = true, value_name = "V", value_parser = version,
        add = ArgValueCandidates::new(known::releases))]
    pub release: Option<Version>,
    /// Print JSON, versioned: {"schema": 1, …}
    #[arg(long, global = true, hide_short_help = true)]
    pub json: bool,
    /// Fly your own plan with every port simulated: nothing is started, no socket is opened
    #[arg(long, global = true, hide_short_help = true, value_name = "SCENARIO",
        add = ArgValueCandidates::new(known::scenarios))]
    pub rehearse: Option<String>,
    /// The cockpit as lines, with commands in words: for screen readers, and terminals that move no cursor
    #[arg(long, global = true, hide_short_help = true)]
    pub plain: bool,
    /// Only look: the cockpit begins nothing, and commands that act are refused ($TMINUS_READ_ONLY=on does the same)
    #[arg(long, global = true, hide_short_help = true)]
    pub read_only: bool,
    /// Keep the engine in this process; what it runs ends with it ($TMINUS_SOLO does the same)
    #[arg(long, global = true, hide_short_help = true)]
    pub solo: bool,
    /// Act under this name; only in a rehearsal
    #[arg(long = "as", global = true, hide_short_help = true, value_name = "NAME",
        add = ArgValueCandidates::new(known::people))]
    pub acting: Option<String>,
}

/// How long a command waits.
#[derive(Clone, Copy, Debug, Default, Args)]
pub struct Timeout {
    /// Give up after so long (30s, 5m) with exit 4; what was begun goes on
    #[arg(long, value_name = "DURATION", value_parser = span)]
    pub timeout: Option<crate::domain::time::Span>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Cmd {
    /// Open the cockpit on the rehearsal world
    Demo(DemoArgs),
    /// Write a first tminus.toml from what the repository holds
    Init(InitArgs),
    /// Say what is wrong with the plan, and what would fool you
    Lint(LintArgs),
    /// Say what tminus found here: terminal, git, engines, services, where it keeps things
    Doctor,
    /// Let this plan's commands run; nothing in a plan runs, no secret is read, before that
    Trust(TrustArgs),
    /// Where the release stands
    Status(StatusArgs),
    /// Run checks
    Check(CheckArgs),
    /// Make the release's artifacts of its commit, and bring them to their registries
    Build(BuildArgs),
    /// Bring the release to an environment
    Deploy(DeployArgs),
    /// Find out whether what runs in an environment is good
    Verify(VerifyArgs),
    /// Bring the last good version back to an environment
    Rollback(RollbackArgs),
    /// Approve the proposal that waits in an environment
    Approve(ApproveArgs),
    /// Decide about an action that stands still: retry, accept, leave
    Settle(SettleArgs),
    /// Hold an environment: nobody else deploys there, and who tries reads why
    Lock(LockArgs),
    /// Let an environment go that you hold
    Unlock(UnlockArgs),
    /// Follow an action to its end
    Wait(WaitArgs),
    /// Join the running cockpit
    Attach(AttachArgs),
    /// Run, stop and inspect the engine that works on when every terminal is closed
    #[command(subcommand)]
    Engine(EngineCmd),
    /// Print log lines
    Logs(LogsArgs),
    /// Cut, open, schedule, close a release
    #[command(subcommand)]
    Release(ReleaseCmd),
    /// Print the journal; verify it; export it
    Journal(JournalArgs),
    /// Print the reference of the plan file, or its JSON schema
    Plan(PlanArgs),
    /// Say what is set, and where each setting comes from; print the schema of a file
    Config(ConfigArgs),
    /// Print what a shell needs to complete a command line
    Completions(CompletionsArgs),
    /// Print the manual
    Man(ManArgs),
    /// Be the backend of `demo --docker`, inside its container
    #[command(hide = true)]
    RehearseBackend(RehearseBackendArgs),
}

impl Cmd {
    /// Returns how long it waits, where that was said.
    pub const fn timeout(&self) -> Option<crate::domain::time::Span> {
        match self {
            Self::Status(args) => args.timeout.timeout,
            Self::Check(args) => args.timeout.timeout,
            Self::Build(args) => args.timeout.timeout,
            Self::Deploy(args) => args.timeout.timeout,
            Self::Verify(args) => args.timeout.timeout,
            Self::Rollback(args) => args.timeout.timeout,
            Self::Wait(args) => args.timeout.timeout,
            Self::Demo(_)
            | Self::Init(_)
            | Self::Lint(_)
            | Self::Doctor
            | Self::Trust(_)
            | Self::Approve(_)
            | Self::Settle(_)
            | Self::Lock(_)
            | Self::Unlock(_)
            | Self::Attach(_)
            | Self::Engine(_)
            | Self::Logs(_)
            | Self::Release(_)
            | Self::Journal(_)
            | Self::Plan(_)
            | Self::Config(_)
            | Self::Completions(_)
            | Self::Man(_)
            | Self::RehearseBackend(_) => None,
        }
    }

    /// Returns its name where it changes something of the release, or records a decision.
    pub const fn acts(&self) -> Option<&'static str> {
        match self {
            Self::Build(args) if !args.preview => Some("build"),
            Self::Deploy(args) if !args.confirm.preview => Some("deploy"),
            Self::Rollback(args) if !args.confirm.preview => Some("rollback"),
            Self::Verify(_) => Some("verify"),
            Self::Check(_) => Some("check"),
            Self::Approve(_) => Some("approve"),
            Self::Settle(_) => Some("settle"),
            Self::Lock(_) => Some("lock"),
            Self::Unlock(_) => Some("unlock"),
            Self::Release(_) => Some("release"),
            Self::Build(_)
            | Self::Deploy(_)
            | Self::Rollback(_)
            | Self::Demo(_)
            | Self::Init(_)
            | Self::Lint(_)
            | Self::Doctor
            | Self::Trust(_)
            | Self::Status(_)
            | Self::Wait(_)
            | Self::Attach(_)
            | Self::Engine(_)
            | Self::Logs(_)
            | Self::Journal(_)
            | Self::Plan(_)
            | Self::Config(_)
            | Self::Completions(_)
            | Self::Man(_)
            | Self::RehearseBackend(_) => None,
        }
    }
}

pub(super) fn version(text: &str) -> Result<Version, String> {
    Version::parse(text).map_err(|error| error.to_string())
}

pub(super) fn span(text: &str) -> Result<crate::domain::time::Span, String> {
    crate::domain::time::Span::parse(text).map_err(|error| error.to_string())
}

/// Makes the name of an environment that was typed.
pub fn env(text: &str) -> EnvName {
    EnvName::new(text)
}
