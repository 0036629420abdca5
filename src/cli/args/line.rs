//! The command line as a whole: the commands.

use super::act::*;
use super::acting::*;
use super::engine::*;
use super::global::Global;
use super::lock::*;
use super::program::*;
use super::reading::*;
use crate::cli::manual;
use clap::{Parser, Subcommand};
use tminus_core::admit::Deed;
use tminus_core::names::EnvName;

/// The release cockpit for the terminal: one screen from code freeze to the end of the first week, and one key from a
/// bad release to the last good one.
///
/// Without a command it opens the cockpit on the nearest tminus.toml, upwards.
///
/// Exit status: 0 done, and good; 1 done, and not good; 2 the command line or the plan is wrong; 3 refused (a closed
/// gate, a missing approval or confirmation, a lock, a plan not trusted); 4 unknown, or nothing was measured.
#[derive(Debug, Parser)]
#[command(name = "tminus", bin_name = "tminus", version, max_term_width = 100, after_help = manual::list())]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Cmd>,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Cmd {
    /// Open the cockpit on a rehearsal
    Demo(DemoArgs),
    /// Write a first tminus.toml from what the repository holds
    Init(InitArgs),
    /// Find mistakes in the plan, and checks that would mislead you
    Lint(LintArgs),
    /// Report what tminus found here: terminal, git, engines, services, files
    Doctor,
    /// Allow the plan's commands to run; until then nothing runs and no secret is read
    Trust(TrustArgs),
    /// Show where the release stands
    Status(StatusArgs),
    /// Run checks
    Check(CheckArgs),
    /// Build the release's artifacts from its commit, and push them to their registries
    Build(BuildArgs),
    /// Deploy the release to an environment
    Deploy(DeployArgs),
    /// Verify what runs in an environment
    Verify(VerifyArgs),
    /// Roll an environment back to its last good version
    Rollback(RollbackArgs),
    /// Approve the pending proposal of an environment
    Approve(ApproveArgs),
    /// Resolve an action that waits for a decision: retry, accept or leave
    Settle(SettleArgs),
    /// Lock an environment: nobody else can deploy there, and everybody sees the reason
    Lock(LockArgs),
    /// Unlock an environment that you locked
    Unlock(UnlockArgs),
    /// Follow an action to its end
    Wait(WaitArgs),
    /// Open the cockpit on the running engine
    Attach(AttachArgs),
    /// Run, stop and inspect the engine, which continues when every terminal is closed
    #[command(subcommand)]
    Engine(EngineCmd),
    /// Print log lines
    Logs(LogsArgs),
    /// Cut, open, schedule, tag and close a release
    #[command(subcommand)]
    Release(ReleaseCmd),
    /// Print, verify and export the journal
    Journal(JournalArgs),
    /// Print the reference of the plan file, or its JSON schema
    Plan(PlanArgs),
    /// Show the settings and where each comes from; print the schema of a file
    Config(ConfigArgs),
    /// Print the completion script of a shell
    Completions(CompletionsArgs),
    /// Print the manual
    Man(ManArgs),
    /// Run the backend of `demo --docker` inside its container
    #[command(hide = true)]
    RehearseBackend(RehearseBackendArgs),
}

/// What a command is, before it is obeyed.
#[derive(Clone, Copy, Debug, Default)]
pub struct CmdKind<'a> {
    /// How long it waits, where that was said.
    pub timeout: Option<tminus_core::time::Span>,
    /// What it changes of the release, or decides; nothing where it looks.
    pub change: Option<CmdChange<'a>>,
}

/// What a command changes.
#[derive(Clone, Copy, Debug)]
pub struct CmdChange<'a> {
    /// Its name.
    pub name: &'static str,
    /// What that is.
    pub deed: Deed,
    /// The environment where, or the action that it is about, as it was typed.
    pub place: Option<&'a str>,
}

impl Cmd {
    /// Returns what it is.
    pub fn kind(&self) -> CmdKind<'_> {
        let change = |name, deed, place| CmdChange { name, deed, place };
        let here = |name, deed, place| CmdKind { timeout: None, change: Some(change(name, deed, Some(place))) };
        match self {
            Self::Status(args) => CmdKind { timeout: args.timeout.timeout, change: None },
            Self::Wait(args) => CmdKind { timeout: args.timeout.timeout, change: None },
            Self::Check(args) if args.only_reads() => CmdKind { timeout: args.timeout.timeout, change: None },
            Self::Check(args) => {
                CmdKind { timeout: args.timeout.timeout, change: Some(change("check", Deed::Check, None)) }
            }
            Self::Verify(args) => CmdKind {
                timeout: args.timeout.timeout,
                change: Some(change("verify", Deed::Act, Some(args.env.as_str()))),
            },
            Self::Build(args) => CmdKind {
                timeout: args.timeout.timeout,
                change: (!args.go.preview).then(|| change("build", Deed::Act, None)),
            },
            Self::Deploy(args) => CmdKind {
                timeout: args.timeout.timeout,
                change: (!args.confirm.go.preview).then(|| change("deploy", Deed::Act, Some(args.env.as_str()))),
            },
            Self::Rollback(args) => CmdKind {
                timeout: args.timeout.timeout,
                change: (!args.confirm.go.preview).then(|| change("rollback", Deed::Act, Some(args.env.as_str()))),
            },
            Self::Approve(args) => here("approve", Deed::Approve, &args.what),
            Self::Settle(args) => here("settle", Deed::Act, &args.what),
            Self::Lock(args) => here("lock", Deed::Hold, &args.env),
            Self::Unlock(args) => here("unlock", Deed::Hold, &args.env),
            Self::Release(ReleaseCmd::Act(ActCmd { args, .. })) => CmdKind {
                timeout: args.timeout.timeout,
                change: (!args.go.preview).then(|| change("release", Deed::Act, None)),
            },
            Self::Release(_) => CmdKind { timeout: None, change: Some(change("release", Deed::Decide, None)) },
            Self::Engine(EngineCmd::Stop) => {
                CmdKind { timeout: None, change: Some(change("engine stop", Deed::Act, None)) }
            }
            Self::Init(_) => CmdKind { timeout: None, change: Some(change("init", Deed::Decide, None)) },
            Self::Trust(args) => CmdKind {
                timeout: None,
                change: (args.yes || args.revoke).then(|| change("trust", Deed::Decide, None)),
            },
            // An engine that would take something up refuses that itself.
            Self::Engine(EngineCmd::Run { .. } | EngineCmd::Inspect | EngineCmd::Unit)
            | Self::Demo(_)
            | Self::Lint(_)
            | Self::Doctor
            | Self::Attach(_)
            | Self::Logs(_)
            | Self::Journal(_)
            | Self::Plan(_)
            | Self::Config(_)
            | Self::Completions(_)
            | Self::Man(_)
            | Self::RehearseBackend(_) => CmdKind::default(),
        }
    }
}

/// Makes the name of an environment that was typed.
pub fn env(text: &str) -> EnvName {
    EnvName::new(text)
}
