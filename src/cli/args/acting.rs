//! What acts: build, deploy, verify, roll back, approve, settle, and the release itself.

use super::act::ActCmd;
use super::global::{Detach, GoAhead, Timeout, span, version};
use clap::{Args, Subcommand};
use tminus_core::command::Consent;
use tminus_core::names::Version;

#[derive(Debug, Args)]
pub struct Confirm {
    #[command(flatten)]
    pub go: GoAhead,
    /// The environment's name; a protected one requires it
    #[arg(long, value_name = "ENV")]
    pub confirm: Option<String>,
}

impl Confirm {
    /// Says whether a person or a script has said yes.
    pub fn consent(&self) -> Consent {
        Consent { typed: self.confirm.clone(), seen: None }
    }
}

#[derive(Debug, Args)]
pub struct BuildArgs {
    /// The artifact; defaults to every artifact that the plan builds
    #[arg(value_name = "ARTIFACT")]
    pub artifact: Option<String>,
    #[command(flatten)]
    pub detach: Detach,
    #[command(flatten)]
    pub timeout: Timeout,
    #[command(flatten)]
    pub go: GoAhead,
}

#[derive(Debug, Args)]
pub struct DeployArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub env: String,
    #[command(flatten)]
    pub confirm: Confirm,
    #[command(flatten)]
    pub detach: Detach,
    #[command(flatten)]
    pub timeout: Timeout,
    /// Waive a check of the gate, with a reason
    #[arg(long, value_name = "CHECK=REASON")]
    pub waive: Vec<String>,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub env: String,
    /// The horizon to verify (30m, 24h, 7d); defaults to the next one due
    #[arg(long, value_name = "AGE", value_parser = span)]
    pub horizon: Option<tminus_core::time::Span>,
    /// Wait until that horizon is due
    #[arg(long)]
    pub wait: bool,
    #[command(flatten)]
    pub detach: Detach,
    #[command(flatten)]
    pub timeout: Timeout,
}

#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// The environment
    #[arg(value_name = "ENV")]
    pub env: String,
    /// The version to roll back to; defaults to the last good one there
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub to: Option<Version>,
    /// Why you are rolling back; the version is marked bad with this reason
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
    #[command(flatten)]
    pub confirm: Confirm,
    #[command(flatten)]
    pub detach: Detach,
    #[command(flatten)]
    pub timeout: Timeout,
    /// Roll back to a version that is marked bad, with a reason
    #[arg(long, value_name = "bad:VERSION=REASON")]
    pub waive: Vec<String>,
}

#[derive(Debug, Args)]
pub struct ApproveArgs {
    /// The environment, or the action's id
    #[arg(value_name = "ENV|ACTION")]
    pub what: String,
    /// A note to record with your approval
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub note: String,
}

#[derive(Debug, Args)]
pub struct SettleArgs {
    /// The action's id, or its environment
    #[arg(value_name = "ENV|ACTION")]
    pub what: String,
    /// Try the step again
    #[arg(long, group = "how")]
    pub retry: bool,
    /// Record that an unclear step succeeded, with what you saw
    #[arg(long, value_name = "TEXT", group = "how")]
    pub accept: Option<String>,
    /// Leave everything as it is, and end the action
    #[arg(long, group = "how")]
    pub leave: bool,
    /// Adopt what tminus did not deliver there, or an action of another journal did, with a reason
    #[arg(long, value_name = "REASON", group = "how")]
    pub adopt: Option<String>,
    /// Adopt without a question
    #[arg(long, requires = "adopt")]
    pub yes: bool,
    /// The environment's name, to adopt in a protected one
    #[arg(long, value_name = "ENV", requires = "adopt")]
    pub confirm: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum ReleaseCmd {
    #[command(flatten)]
    Act(ActCmd),
    /// Create the release's branch, and open the release
    Cut {
        /// The version
        #[arg(value_parser = version)]
        version: Version,
        /// The commit to branch from; defaults to the base branch
        #[arg(long, value_name = "COMMIT")]
        at: Option<String>,
        /// Cut even if the remote has commits that the base branch lacks
        #[arg(long)]
        yes: bool,
    },
    /// Create the branch of a hotfix at a release's tag, and open it as a release beside the one that is on its way
    Hotfix {
        /// Its version
        #[arg(value_parser = version)]
        version: Version,
        /// The tag of the release that it mends; defaults to the last one
        #[arg(long, value_name = "TAG")]
        from: Option<String>,
        /// Show where it would begin, and do nothing
        #[arg(long)]
        preview: bool,
        /// Go ahead
        #[arg(long)]
        yes: bool,
    },
    /// Open a release whose branch exists, or open a closed one again
    Open {
        /// The version
        #[arg(value_parser = version)]
        version: Version,
    },
    /// Set T-0: a time (2026-11-22T14:00:00Z), or `+2h`
    Schedule {
        /// The time
        #[arg(value_name = "TIME")]
        time: String,
    },
    /// Record that a milestone of the plan was reached
    Done {
        /// Its title, or its offset: "Review the release branch, sign off", or -1d
        #[arg(value_name = "MILESTONE", allow_hyphen_values = true)]
        milestone: String,
        /// A note to record with it
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// Close the release; `tminus release open VERSION` opens it again
    Close {
        /// A note to record with it
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
        /// Close the release that journal entry N opened, when its version cannot be typed
        #[arg(long, value_name = "N", conflicts_with = "release")]
        entry: Option<u64>,
        /// Close it though its branch is not merged back
        #[arg(long, requires = "why")]
        without_merge_back: bool,
        /// Why it is closed without being merged back
        #[arg(long, value_name = "REASON", requires = "without_merge_back")]
        why: Option<String>,
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}
