//! The command line as a whole: the options of every command, and the commands.

use super::acting::*;
use super::engine::*;
use super::lock::*;
use super::program::*;
use super::reading::*;
use crate::domain::names::{EnvName, Version};
use clap::{Args, Parser, Subcommand};

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

/// Options that every command takes.
#[derive(Clone, Debug, Default, Args)]
pub struct Global {
    /// The release, where more than one is open
    #[arg(long, global = true, value_name = "V", value_parser = version)]
    pub release: Option<Version>,
    /// Print JSON, versioned: {"schema": 1, …}
    #[arg(long, global = true)]
    pub json: bool,
    /// Fly your own plan with every port simulated: nothing is started, no socket is opened
    #[arg(long, global = true, value_name = "SCENARIO")]
    pub rehearse: Option<String>,
    /// The cockpit as lines, with commands in words: for screen readers, and terminals that move no cursor
    #[arg(long, global = true)]
    pub plain: bool,
    /// Keep the engine in this process; what it runs ends with it ($TMINUS_SOLO does the same)
    #[arg(long, global = true)]
    pub solo: bool,
    /// Act under this name; only in a rehearsal
    #[arg(long = "as", global = true, value_name = "NAME")]
    pub acting: Option<String>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Cmd {
    /// Open the cockpit on the rehearsal world
    Demo(DemoArgs),
    /// Write a first tminus.toml from what the repository holds
    Init,
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
    /// Say what is set, and where each setting comes from
    Config(ConfigArgs),
    /// Print what a shell needs to complete a command line
    Completions(CompletionsArgs),
    /// Print the manual
    Man(ManArgs),
    /// Be the backend of `demo --docker`, inside its container
    #[command(hide = true)]
    RehearseBackend(RehearseBackendArgs),
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
