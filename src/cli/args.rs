//! The command line, as clap reads it. The doc comments are its help texts.

use crate::domain::names::{EnvName, Version};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// The release cockpit for the terminal: one screen from code freeze to the end of the first week, and one key from a
/// bad release to the last good one.
///
/// Without a command it opens the cockpit on the nearest tminus.toml, upwards.
///
/// Exit status: 0 done, and good; 1 done, and not good; 2 the command line or the plan is wrong; 3 refused (a closed
/// gate, a missing approval or confirmation, a lock, a plan not trusted); 4 could not tell.
#[derive(Debug, Parser)]
#[command(name = "tminus", version, max_term_width = 100)]
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

#[derive(Debug, Args)]
pub struct RehearseBackendArgs {
    /// Ask the backend beside this process whether it is well
    #[arg(long)]
    pub health: bool,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Which scenario
    #[arg(long, value_name = "NAME", default_value = "bad-release")]
    pub scenario: String,
    /// List the scenarios
    #[arg(long)]
    pub list: bool,
    /// Lay the rehearsal project down here, and keep it
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
    /// Do not open the cockpit
    #[arg(long)]
    pub no_open: bool,
    /// Fly it over the Docker engine of this machine: real containers, made from this program, removed on the way out
    #[arg(long, conflicts_with = "no_open")]
    pub docker: bool,
    /// Fly the whole scenario by its script, print the timeline, and compare the journal with what is expected
    #[arg(long, conflicts_with_all = ["dir", "no_open"])]
    pub headless: bool,
}

#[derive(Debug, Args)]
pub struct LintArgs {
    /// List the rules
    #[arg(long)]
    pub rules: bool,
}

#[derive(Debug, Args)]
pub struct TrustArgs {
    /// Do not ask
    #[arg(long)]
    pub yes: bool,
    /// Take the trust back
    #[arg(long, conflicts_with = "yes")]
    pub revoke: bool,
}

#[derive(Debug, Args)]
pub struct StatusArgs {
    /// Exit 0 for go, 1 for no-go, 4 when it cannot be told
    #[arg(long)]
    pub gate: bool,
}

#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Phases or checks; without any, everything that a gate needs
    #[arg(value_name = "PHASE|ID")]
    pub what: Vec<String>,
    /// Only what is stale, or was never measured
    #[arg(long)]
    pub stale: bool,
    /// Answer a manual check: it is true
    #[arg(long, conflicts_with = "no")]
    pub yes: bool,
    /// Answer a manual check: it is not true
    #[arg(long)]
    pub no: bool,
    /// What you write beside your answer
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
}

#[derive(Debug, Args)]
pub struct Confirm {
    /// Say what it would do, with the exact calls, and stop
    #[arg(long)]
    pub preview: bool,
    /// Go ahead
    #[arg(long)]
    pub yes: bool,
    /// The environment's name, for a protected one
    #[arg(long, value_name = "ENV")]
    pub confirm: Option<String>,
}

#[derive(Debug, Args)]
pub struct BuildArgs {
    /// Which artifact; all that the plan builds unless told
    #[arg(value_name = "ARTIFACT")]
    pub artifact: Option<String>,
    /// Say what it would do, with the exact calls, and stop
    #[arg(long)]
    pub preview: bool,
    /// Go ahead
    #[arg(long)]
    pub yes: bool,
}

#[derive(Debug, Args)]
pub struct DeployArgs {
    /// Where
    #[arg(value_name = "ENV")]
    pub env: String,
    #[command(flatten)]
    pub confirm: Confirm,
    /// Return at once with the action's id; the engine works on
    #[arg(long, conflicts_with = "preview")]
    pub detach: bool,
    /// Go on without a check of the gate, with the reason
    #[arg(long, value_name = "CHECK=REASON")]
    pub waive: Vec<String>,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Where
    #[arg(value_name = "ENV")]
    pub env: String,
    /// At which age: 30m, 24h, 7d; the next one that is due unless told
    #[arg(long, value_name = "AGE", value_parser = span)]
    pub horizon: Option<crate::domain::time::Span>,
    /// Wait until that age is reached
    #[arg(long)]
    pub wait: bool,
}

#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// Where
    #[arg(value_name = "ENV")]
    pub env: String,
    /// To which version; the last one that was good there unless told
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub to: Option<Version>,
    /// What is wrong with the version that is left; it is marked bad with this
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
    #[command(flatten)]
    pub confirm: Confirm,
}

#[derive(Debug, Args)]
pub struct ApproveArgs {
    /// The environment, or the action's id
    #[arg(value_name = "ENV|ACTION")]
    pub what: String,
    /// What you write beside your approval
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
}

#[derive(Debug, Args)]
pub struct SettleArgs {
    /// The action's id, or the environment that it holds
    #[arg(value_name = "ENV|ACTION")]
    pub what: String,
    /// Try the step again
    #[arg(long, group = "how")]
    pub retry: bool,
    /// You looked: an unclear step is done; say what you saw
    #[arg(long, value_name = "TEXT", group = "how")]
    pub accept: Option<String>,
    /// Leave everything as it is, and end the action
    #[arg(long, group = "how")]
    pub leave: bool,
}

#[derive(Debug, Args)]
pub struct LockArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub env: String,
    /// Why; whoever is held by it reads this
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// How long: 30m, 2h; until it is unlocked unless told
    #[arg(long = "for", value_name = "SPAN", value_parser = span)]
    pub lapse: Option<crate::domain::time::Span>,
    /// Take it over from whoever holds it, by their name; it stands in the journal
    #[arg(long, value_name = "HOLDER")]
    pub take_over: Option<String>,
    /// The environment's name, to take over the lock of a protected one
    #[arg(long, value_name = "ENV", requires = "take_over")]
    pub confirm: Option<String>,
}

#[derive(Debug, Args)]
pub struct UnlockArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub env: String,
}

#[derive(Debug, Args)]
pub struct WaitArgs {
    /// The action's id, or the environment that it holds
    #[arg(value_name = "ENV|ACTION")]
    pub what: String,
}

#[derive(Debug, Args)]
pub struct AttachArgs {
    /// Only look: an observer cannot act
    #[arg(long)]
    pub observe: bool,
}

#[derive(Debug, Subcommand)]
pub enum EngineCmd {
    /// Be the project's engine until nothing is to be done, here in the foreground
    Run {
        /// How long to stay when nothing runs, no horizon is open and nobody is attached
        #[arg(long, value_name = "SPAN", default_value = "60s", value_parser = span)]
        grace: crate::domain::time::Span,
        /// Say on standard output how the start went, then leave the terminal alone
        #[arg(long, hide = true)]
        detached: bool,
    },
    /// End the engine at its next step boundary; what was begun is taken up by the next one
    Stop,
    /// Say whether an engine runs, since when, with how many clients
    Inspect,
    /// Print a systemd unit that keeps the engine of this project running
    Unit,
}

#[derive(Debug, Args)]
pub struct LogsArgs {
    /// The sources; all of them unless told
    #[arg(value_name = "SOURCE")]
    pub sources: Vec<String>,
    /// Go on with the lines that come
    #[arg(short, long)]
    pub follow: bool,
    /// Only lines that match this regular expression
    #[arg(long, value_name = "RE")]
    pub grep: Option<String>,
    /// How far back
    #[arg(long, value_name = "AGE", default_value = "10m", value_parser = span)]
    pub since: crate::domain::time::Span,
}

#[derive(Debug, Subcommand)]
pub enum ReleaseCmd {
    /// Create the release's branch, and open the release
    Cut {
        /// The version
        #[arg(value_parser = version)]
        version: Version,
        /// Where the branch begins; the base branch unless told
        #[arg(long, value_name = "COMMIT")]
        at: Option<String>,
    },
    /// Open a release whose branch exists
    Open {
        /// The version
        #[arg(value_parser = version)]
        version: Version,
    },
    /// Set T-0: a time (2026-11-22T14:00:00Z), or `+2h`
    Schedule {
        /// When
        #[arg(value_name = "TIME")]
        time: String,
    },
    /// End the release
    Close {
        /// What you write beside it
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
}

#[derive(Debug, Args)]
pub struct JournalArgs {
    #[command(subcommand)]
    pub what: Option<JournalCmd>,
    /// Also what was only observed, and the beginnings of steps
    #[arg(long)]
    pub all: bool,
}

#[derive(Debug, Subcommand)]
pub enum JournalCmd {
    /// Check every entry against the chain; print the count and the head hash
    Verify,
    /// Print every entry with its hash, one JSON object a line
    Export,
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
}

#[derive(Debug, Subcommand)]
pub enum ConfigCmd {
    /// Print the folder of config.toml, keymap.toml and themes
    Path,
    /// Say what is wrong in config.toml, keymap.toml and the themes in use; exit 2 when something is
    Check,
}

#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// Which shell
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}

#[derive(Debug, Args)]
pub struct ManArgs {
    /// Write a page for every command into this folder
    #[arg(long, value_name = "DIR")]
    pub dir: Option<PathBuf>,
}

fn version(text: &str) -> Result<Version, String> {
    Version::parse(text).map_err(|error| error.to_string())
}

fn span(text: &str) -> Result<crate::domain::time::Span, String> {
    crate::domain::time::Span::parse(text).map_err(|error| error.to_string())
}

impl Confirm {
    /// Says whether a person or a script has said yes.
    pub fn consent(&self) -> crate::domain::command::Consent {
        crate::domain::command::Consent { typed: self.confirm.clone(), seen: None }
    }
}

/// Makes the name of an environment that was typed.
pub fn env(text: &str) -> EnvName {
    EnvName::new(text)
}
