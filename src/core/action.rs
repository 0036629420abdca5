//! Actions: deploy, verify, roll back, cut, act on the repository; what was asked for, and the steps that it takes.

use super::definition::VerificationScope;
use super::kinds::repository::{ActKind, BranchAct, Direction, RepositoryAct};
use super::names::ArtifactName;
use super::names::{CheckName, Commit, EnvName, MetricName, Version};
use super::order::{Call, Delivered, Task};
use super::time::Span;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Request {
    /// Bring the release's version to an environment.
    Deploy {
        /// Where.
        env: EnvName,
        /// Which version.
        version: Version,
    },
    /// Find out whether what runs there is good.
    Verify {
        /// Where.
        env: EnvName,
        /// At which age; the next one that is due when absent.
        horizon: Option<Span>,
        /// Whether to wait until that age is reached.
        patience: HorizonWait,
    },
    /// Bring a version back.
    RollBack {
        /// Where.
        env: EnvName,
        /// To which version; the one that readiness names when absent.
        to: Option<Version>,
        /// What is wrong with the version that is left.
        reason: String,
    },
    /// Make the release's artifacts of its commit, and bring them to their registries.
    Build {
        /// Which version.
        version: Version,
        /// Which artifact; all that the plan builds when absent.
        artifact: Option<ArtifactName>,
    },
    /// Create the release's branch, and open the release.
    Cut {
        /// The version.
        version: Version,
    },
    /// Act on the repository for the release, or take that back.
    Act {
        /// The version.
        version: Version,
        /// What.
        act: ActKind,
        /// Which of the two.
        direction: Direction,
        /// What a person wrote in place of what would be drafted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
}

/// Whether a verification waits for its horizon.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HorizonWait {
    /// Measures now, whatever the age.
    Now,
    /// Waits for the age that was asked for.
    UntilDue,
}

impl Request {
    /// Returns the environment that it touches.
    pub const fn env(&self) -> Option<&EnvName> {
        match self {
            Self::Deploy { env, .. } | Self::Verify { env, .. } | Self::RollBack { env, .. } => Some(env),
            Self::Build { .. } | Self::Cut { .. } | Self::Act { .. } => None,
        }
    }

    /// Returns the verb: `deploy`, `verify`, `roll back`, `cut`.
    pub const fn verb(&self) -> &'static str {
        match self {
            Self::Deploy { .. } => "deploy",
            Self::Verify { .. } => "verify",
            Self::RollBack { .. } => "roll back",
            Self::Build { .. } => "build",
            Self::Cut { .. } => "cut",
            Self::Act { act, direction, .. } => act.words(*direction).verb,
        }
    }

    /// Returns what is done while it runs: `deploying`, `rolling back`.
    pub const fn doing(&self) -> &'static str {
        match self {
            Self::Deploy { .. } => "deploying",
            Self::Verify { .. } => "verifying",
            Self::RollBack { .. } => "rolling back",
            Self::Build { .. } => "building",
            Self::Cut { .. } => "cutting",
            Self::Act { act, direction, .. } => act.words(*direction).doing,
        }
    }

    /// Changes the text that a person wrote.
    #[must_use]
    pub fn rewritten(self, change: &dyn Fn(&str) -> String) -> Self {
        match self {
            Self::RollBack { env, to, reason } => Self::RollBack { env, to, reason: change(&reason) },
            Self::Act { version, act, direction, text } => {
                Self::Act { version, act, direction, text: text.map(|text| change(&text)) }
            }
            Self::Deploy { .. } | Self::Verify { .. } | Self::Build { .. } | Self::Cut { .. } => self,
        }
    }

    /// Says whether it changes something in the world.
    pub const fn is_changing(&self) -> bool {
        !matches!(self, Self::Verify { .. })
    }
}

/// What exactly was asked for: approvals are for this, and lapse when it changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proposal {
    /// The release that it belongs to.
    pub release: Version,
    /// What was asked for, with nothing left open.
    pub request: Request,
    /// What is there, and what shall be, for each artifact that moves.
    pub moves: Vec<Move>,
    /// The SHA-256 of the plan.
    pub plan: String,
    /// The commit of the release.
    pub commit: Option<Commit>,
    /// What a verification looks at; absent for what is none, and in what an older tminus recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<VerificationScope>,
}

/// What happens to one artifact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    /// The artifact.
    pub artifact: ArtifactName,
    /// What is there.
    pub from: Option<Delivered>,
    /// What shall be there.
    pub to: Delivered,
}

/// One step of an action.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// What it does, as a person would say it.
    pub title: String,
    /// What is done.
    #[serde(deserialize_with = "recorded")]
    pub task: StepTask,
    /// The calls that it makes, exactly.
    pub calls: Vec<Call>,
    /// How it is taken back.
    pub undo: StepUndo,
}

/// What a step does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepTask {
    /// Looks at the target again, and stops when it is not what the preview showed.
    Look,
    /// Waits until a moment: the horizon of a verification.
    Hold {
        /// Until when.
        until: Timestamp,
    },
    /// Runs a check.
    Check {
        /// The check.
        check: CheckName,
    },
    /// Measures a metric.
    Measure {
        /// The metric.
        metric: MetricName,
        /// The horizon that it is asked for.
        horizon: Span,
    },
    /// Gives an order to a target.
    Order {
        /// The artifact whose target it is, or that is built; absent for a command of the plan and for the repository.
        artifact: Option<ArtifactName>,
        /// What it asks for.
        task: Box<Task>,
    },
}

/// What a step does, as journals have it: an earlier tminus had a step of its own for the branch of a cut.
#[derive(Deserialize)]
#[serde(untagged)]
enum RecordedTask {
    Task(StepTask),
    Cut { branch: BranchAct },
}

fn recorded<'de, D: Deserializer<'de>>(task: D) -> Result<StepTask, D::Error> {
    Ok(match RecordedTask::deserialize(task)? {
        RecordedTask::Task(task) => task,
        RecordedTask::Cut { branch } => StepTask::of_act(RepositoryAct::Branch(branch), Direction::Forward),
    })
}

impl StepTask {
    /// Makes the step of an action on the repository.
    pub fn of_act(act: RepositoryAct, direction: Direction) -> Self {
        Self::Order { artifact: None, task: Box::new(Task::Act { act, direction }) }
    }

    /// Says whether it creates the branch of a release.
    pub fn creates_branch(&self) -> bool {
        matches!(self.ordered(), Some((_, Task::Act { act: RepositoryAct::Branch(_), .. })))
    }

    /// Returns what it does to the repository, where it acts there.
    pub fn acts(&self) -> Option<&RepositoryAct> {
        match self.ordered()?.1 {
            Task::Act { act, .. } => Some(act),
            Task::Provide { .. }
            | Task::Deliver { .. }
            | Task::Restore { .. }
            | Task::Run { .. }
            | Task::Build { .. } => None,
        }
    }

    /// Returns what is ordered, and of which artifact, where it orders something.
    pub fn ordered(&self) -> Option<(Option<&ArtifactName>, &Task)> {
        match self {
            Self::Order { artifact, task } => Some((artifact.as_ref(), task)),
            Self::Look | Self::Hold { .. } | Self::Check { .. } | Self::Measure { .. } => None,
        }
    }

    /// Says whether it is a command of the plan.
    pub fn is_command(&self) -> bool {
        matches!(self.ordered(), Some((_, Task::Run { .. })))
    }

    /// Returns what it brings of an artifact.
    pub fn brings(&self, artifact: &ArtifactName) -> Option<&Delivered> {
        let (of, task) = self.ordered()?;
        task.brings().filter(|_| of == Some(artifact))
    }
}

/// How a step is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepUndo {
    /// It changes nothing.
    Nothing,
    /// By this, in words.
    By(String),
    /// Not at all, and why.
    Irreversible(String),
    /// The plan does not say.
    Unsaid,
}

/// How an action ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Done, and good.
    Good,
    /// Done, and not good: a verification that failed.
    NotGood,
    /// It could not be told: no data, inconclusive, out of reach.
    Unclear,
    /// Good so far; the horizon is not reached yet.
    GoodSoFar,
    /// A step failed, and it was left as it is.
    Failed,
    /// Stopped at a step boundary because somebody asked.
    Stopped,
    /// Its first look found something else than the preview showed; nothing was done.
    Refused,
}

impl Outcome {
    /// Returns the words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::NotGood => "not good",
            Self::Unclear => "inconclusive",
            Self::GoodSoFar => "good so far",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
            Self::Refused => "refused",
        }
    }
}
