//! What acts: build, deploy, verify, roll back, approve, settle, and the release itself.

use super::act::ActCmd;
use super::global::{Timeout, span, version};
use clap::{Args, Subcommand};
use tminus_core::command::Consent;
use tminus_core::names::Version;

#[derive(Debug, Args)]
pub struct Confirm {
    /// Say what it would do, with the exact calls, and stop
    #[arg(long, conflicts_with = "detach")]
    pub preview: bool,
    /// Go ahead
    #[arg(long)]
    pub yes: bool,
    /// The environment's name, for a protected one
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
pub struct Detach {
    /// Return at once with the action's id; the engine works on, and `tminus wait ID` follows it
    #[arg(long)]
    pub detach: bool,
}

#[derive(Debug, Args)]
pub struct BuildArgs {
    /// Which artifact; all that the plan builds by default
    #[arg(value_name = "ARTIFACT")]
    pub artifact: Option<String>,
    #[command(flatten)]
    pub detach: Detach,
    #[command(flatten)]
    pub timeout: Timeout,
    /// Say what it would do, with the exact calls, and stop
    #[arg(long, conflicts_with = "detach")]
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
    #[command(flatten)]
    pub detach: Detach,
    #[command(flatten)]
    pub timeout: Timeout,
    /// Go on without a check of the gate, with the reason
    #[arg(long, value_name = "CHECK=REASON")]
    pub waive: Vec<String>,
}

#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Where
    #[arg(value_name = "ENV")]
    pub env: String,
    /// At which age: 30m, 24h, 7d; the next one that is due by default
    #[arg(long, value_name = "AGE", value_parser = span)]
    pub horizon: Option<tminus_core::time::Span>,
    /// Wait until that age is reached
    #[arg(long)]
    pub wait: bool,
    #[command(flatten)]
    pub detach: Detach,
    #[command(flatten)]
    pub timeout: Timeout,
}

#[derive(Debug, Args)]
pub struct RollbackArgs {
    /// Where
    #[arg(value_name = "ENV")]
    pub env: String,
    /// To which version; the last one that was good there by default
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub to: Option<Version>,
    /// What is wrong with the version that is left; it is marked bad with this
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub reason: String,
    #[command(flatten)]
    pub confirm: Confirm,
    #[command(flatten)]
    pub detach: Detach,
    #[command(flatten)]
    pub timeout: Timeout,
    /// Go back to a version that is known not to be good, with the reason
    #[arg(long, value_name = "bad:VERSION=REASON")]
    pub waive: Vec<String>,
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
    /// Go on from what an action of another journal left in the environment; say why
    #[arg(long, value_name = "REASON", group = "how")]
    pub adopt: Option<String>,
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
        /// Where the branch begins; the base branch by default
        #[arg(long, value_name = "COMMIT")]
        at: Option<String>,
        /// Cut from the base branch also where the remote has commits that it lacks
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
        /// When
        #[arg(value_name = "TIME")]
        time: String,
    },
    /// Record that a milestone of the plan was reached
    Done {
        /// Its title, or its offset: "Review the release branch, sign off", or -1d
        #[arg(value_name = "MILESTONE", allow_hyphen_values = true)]
        milestone: String,
        /// What you write beside it
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
    },
    /// Close the release; `tminus release open VERSION` opens it again
    Close {
        /// What you write beside it
        #[arg(long, value_name = "TEXT", default_value = "")]
        note: String,
        /// The release that this entry of the journal opened, for one that no command line can name
        #[arg(long, value_name = "N", conflicts_with = "release")]
        entry: Option<u64>,
        /// Go ahead without a question
        #[arg(long)]
        yes: bool,
    },
}
