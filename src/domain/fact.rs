//! Facts: durable, past tense. What is not one of these in the journal did not happen.
//!
//! Stored as JSON for years: variants and fields are added, never renamed or removed, and a new field has
//! `#[serde(default)]`.

mod kind;

use super::action::{Outcome, Proposal, Step};
use super::branch::{BranchState, Changes};
use super::failure::Failure;
use super::lock::LockFact;
use super::names::{ActionId, ArtifactName, CheckName, Commit, EnvName, MetricName, OrderId, Person, Version};
use super::order::{Observation, Readiness, Receipt, Ticket};
use super::seat::SeatFact;
use super::time::Span;
use super::verdict::{Evidence, Verdict};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// A fact with its place in the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Its number, from 1, without gaps.
    pub seq: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// Who brought it about.
    pub who: Who,
    /// What happened.
    pub fact: Fact,
}

/// Who brought a fact about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Who {
    /// The name that they act under.
    pub name: Person,
    /// The system user, as the kernel tells it; two names of one user are one pair of eyes.
    pub user: String,
    /// The machine.
    pub host: String,
}

impl Who {
    /// The engine itself: what it observed, and what followed from an earlier command.
    pub fn engine() -> Self {
        Self { name: Person::new("tminus"), user: String::new(), host: String::new() }
    }

    /// Returns the name, with the user and the machine of a person; the engine has neither.
    pub fn in_full(&self) -> String {
        match (self.user.as_str(), self.host.as_str()) {
            ("", "") => self.name.to_string(),
            (user, host) => format!("{} ({user}@{host})", self.name),
        }
    }
}

/// What happened, by subject.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "subject", content = "fact", rename_all = "kebab-case")]
pub enum Fact {
    /// The plan.
    Plan(PlanFact),
    /// A release as a whole, and its branch.
    Release(ReleaseFact),
    /// A check or a metric.
    Check(CheckFact),
    /// A gate: approvals, waivers, bad versions.
    Gate(GateFact),
    /// An action.
    Action(ActionFact),
    /// A step of an action.
    Step(StepFact),
    /// What a target was seen to run.
    Target(TargetFact),
    /// Who is here, and in which seat.
    Seat(SeatFact),
    /// Who holds an environment.
    Lock(LockFact),
}

/// The plan was read, and is not the one known before.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PlanFact {
    /// From now on this plan counts.
    Adopted {
        /// The SHA-256 of the file.
        hash: String,
        /// The unified diff against the plan before; absent for the first.
        diff: Option<String>,
        /// The whole file, so that the next diff has something to stand on.
        text: String,
        /// What the change loosened, in words: it lapses the approvals given.
        loosened: Vec<String>,
    },
}

/// A release was opened, scheduled, moved, closed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseFact {
    /// A version is on its way.
    Opened {
        /// The version.
        version: Version,
        /// Its branch.
        branch: String,
        /// The commit that it stood at.
        commit: Commit,
        /// The version before it, where there is one.
        previous: Option<Version>,
    },
    /// T-0 was set.
    Scheduled {
        /// The version.
        version: Version,
        /// T-0.
        zero: Timestamp,
    },
    /// The branch, its tag or the checkout was seen to stand otherwise than before.
    Branch {
        /// The version.
        version: Version,
        /// How it stands now.
        state: BranchState,
        /// The files that changed since the commit before; absent when the commit is the same.
        changes: Option<Changes>,
    },
    /// The branch could not be read.
    BranchLost {
        /// The version.
        version: Version,
        /// Why.
        failure: Failure,
    },
    /// The release is over.
    Closed {
        /// The version.
        version: Version,
        /// What was written.
        note: String,
    },
}

/// A check or a metric was measured.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckFact {
    /// A check began.
    Started {
        /// The release.
        release: Version,
        /// The check.
        check: CheckName,
        /// The environment that it is asked about, for a check of a verification.
        env: Option<EnvName>,
    },
    /// A check has a verdict.
    Finished {
        /// The release.
        release: Version,
        /// The check.
        check: CheckName,
        /// The environment that it was asked about.
        env: Option<EnvName>,
        /// The verdict.
        verdict: Verdict,
        /// What it rests on.
        evidence: Box<Evidence>,
    },
    /// A metric has a verdict.
    Measured {
        /// The release.
        release: Version,
        /// The metric.
        metric: MetricName,
        /// The environment.
        env: EnvName,
        /// The horizon that it was asked for.
        horizon: Span,
        /// The verdict.
        verdict: Verdict,
        /// What it rests on.
        evidence: Box<Evidence>,
    },
}

/// People decided about a gate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GateFact {
    /// A proposal was approved.
    Approved {
        /// The proposal.
        action: ActionId,
        /// What was written.
        note: String,
        /// Whether the plan let a second approval of one system user count.
        #[serde(default)]
        same_user: bool,
    },
    /// The approvals of a proposal count no longer.
    Lapsed {
        /// The proposal.
        action: ActionId,
        /// Why.
        reason: String,
    },
    /// A gate goes on without something.
    Waived {
        /// The release.
        release: Version,
        /// The environment whose gate it is.
        env: EnvName,
        /// What it goes on without: a check's name, `after:ENV`, or `bad:VERSION`.
        item: String,
        /// Why.
        reason: String,
        /// The commit that it was decided on; another commit ends it.
        commit: Option<Commit>,
    },
    /// A version is not to be deployed again.
    MarkedBad {
        /// The version.
        version: Version,
        /// The environment that it was rolled back in.
        env: EnvName,
        /// Why.
        reason: String,
    },
}

/// An action was proposed, begun, ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActionFact {
    /// Somebody asked for it, and it may wait for approvals.
    Proposed {
        /// The action.
        action: ActionId,
        /// What exactly was asked for.
        proposal: Proposal,
    },
    /// It goes ahead with these steps.
    Started {
        /// The action.
        action: ActionId,
        /// What exactly was asked for.
        proposal: Proposal,
        /// The steps, in order.
        steps: Vec<Step>,
    },
    /// Somebody asked it to stop at the next boundary.
    StopRequested {
        /// The action.
        action: ActionId,
    },
    /// It is over.
    Finished {
        /// The action.
        action: ActionId,
        /// How it ended.
        outcome: Outcome,
        /// In words.
        summary: String,
    },
}

/// A step went its way. `Started` is on disk before anything touches the world.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepFact {
    /// It is about to begin.
    Started {
        /// The action.
        action: ActionId,
        /// The step, counted from 0.
        step: usize,
        /// The order that a target gets; a new one for each attempt.
        order: OrderId,
    },
    /// Its order was begun, and can be followed.
    Ticketed {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
        /// What to follow it by.
        ticket: Ticket,
    },
    /// It is done.
    Succeeded {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
        /// What was done, in one sentence.
        summary: String,
        /// The verdict, for a step that measured something.
        verdict: Option<Verdict>,
        /// What the target gave, for a step that changed something.
        receipt: Option<Receipt>,
    },
    /// It failed.
    Failed {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
        /// Why, in the service's own words.
        failure: Failure,
    },
    /// tminus was interrupted, and nobody can tell whether the order was begun: a person must look.
    Unclear {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
        /// What is known.
        reason: String,
    },
    /// The engine came back and follows an order that was begun before.
    Adopted {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
    },
    /// A person looked, and says that the step is done.
    Accepted {
        /// The action.
        action: ActionId,
        /// The step.
        step: usize,
        /// What they wrote.
        note: String,
    },
}

/// What a target was seen to run; recorded when it changes, and only then.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TargetFact {
    /// It runs this.
    Observed {
        /// The environment.
        env: EnvName,
        /// The artifact.
        artifact: ArtifactName,
        /// What was seen.
        observation: Observation,
    },
    /// It cannot be seen.
    Lost {
        /// The environment.
        env: EnvName,
        /// The artifact.
        artifact: ArtifactName,
        /// Why.
        failure: Failure,
    },
    /// Whether a version can be brought there.
    Ready {
        /// The environment.
        env: EnvName,
        /// The artifact.
        artifact: ArtifactName,
        /// For which version, and whether.
        readiness: Readiness,
    },
}
