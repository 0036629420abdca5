//! What the engine's own tasks bring back to the dispatcher. Everything that happens to the release comes through here or from a client.

use super::handle::Accepted;
use super::look_limits::LookEnd;
use jiff::Timestamp;
use tminus_core::action::Request;
use tminus_core::branch::{BranchState, Changes};
use tminus_core::branch_log::BranchLog;
use tminus_core::command::{Command, Refusal};
use tminus_core::decide::GateRun;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::kept_output::KeptOutput;
use tminus_core::measurement::Measurement;
use tminus_core::names::{ActionId, ArtifactName, CheckName, Commit, EnvName, SeatId, Version};
use tminus_core::order::{Observation, Readiness, Receipt, Ticket};
use tminus_core::seat::Seats;
use tminus_core::situation::Preview;
use tminus_core::who::Who;
use tokio::sync::oneshot;

pub(super) type CommandReply = oneshot::Sender<Result<Accepted, Refusal>>;
/// Held until the look at a move has ended, however it ends: its drop lets the next one begin.
pub(super) type MoveLook = oneshot::Sender<()>;
pub(super) type PreviewReply = oneshot::Sender<Result<Preview, Refusal>>;

/// A command, and who asks for it.
#[derive(Clone)]
pub(super) struct SubmittedCommand {
    pub who: Who,
    /// From which seat; none for a command of the shell.
    pub seat: Option<SeatId>,
    pub command: Command,
}

impl SubmittedCommand {
    /// Says whether it was withdrawn: when a shell command ends, nothing more is begun for it. A cockpit that
    /// goes has only detached, and the engine works on.
    pub(super) fn is_taken_back(&self, reply: &CommandReply) -> bool {
        self.seat.is_none() && reply.is_closed()
    }

    /// Drops the seat if it detached after the command was admitted.
    pub(super) fn by_whoever_left(self, seats: &Seats) -> Self {
        let seat = self.seat.filter(|seat| seats.find(seat).is_some());
        Self { seat, ..self }
    }
}

/// What a look asks.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum LookedFor {
    /// What runs in a place, or whether a version can be brought there.
    Place(EnvName, ArtifactName, Option<Version>),
    /// Where the branch of a release stands, with the commits around it.
    Branch(Version),
}

/// What a task found out.
pub(super) enum Report {
    /// Targets and branches were looked at.
    Surveyed { survey: Survey, then: SurveyFollowUp },
    /// It is time to look at everything again.
    Due,
    /// Something in the repository moved.
    RepositoryMoved(MoveLook),
    /// The repository no longer reports moves, and why.
    RepositoryUnwatched(Failure),
    /// The time is up for which the driver's seat was kept.
    Unclaimed,
    /// An order was begun, or found again.
    Ticketed { action: ActionId, step: usize, ticket: Ticket },
    /// An order ended.
    Ended { action: ActionId, step: usize, result: Result<Receipt, Failure> },
    /// A wait is over.
    Waited { action: ActionId, step: usize },
    /// The repository has said whether a branch can be created.
    BranchTried { asked: SubmittedCommand, reply: CommandReply, result: Result<(), Failure> },
    /// There may be samples enough by now.
    Remeasure { action: ActionId, step: usize },
    /// A service was asked about an order that may have been begun; `why` says how it came that nobody knows.
    Found { action: ActionId, step: usize, result: Result<Option<Ticket>, Failure>, why: String },
    /// A check or a metric was measured.
    Measured(Box<Measured>),
}

/// What a measurement was for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Purpose {
    /// A check of a batch.
    Batch { batch: u64, check: CheckName },
    /// A step of a verification.
    Step { action: ActionId, step: usize },
}

/// A measurement, and what it was for.
pub(super) struct Measured {
    pub purpose: Purpose,
    pub answer: ProbeAnswer,
}

/// What came back to a question.
pub(super) struct ProbeAnswer {
    pub who: Who,
    pub ask: tminus_core::measurement::Ask,
    pub result: Result<Measurement, Failure>,
    /// Where all that came back is kept.
    pub kept: Option<KeptOutput>,
    pub began: Timestamp,
    pub took: std::time::Duration,
}

/// One look at some of the world.
#[derive(Default)]
pub(super) struct Survey {
    pub places: Vec<PlaceReport>,
    pub branches: Vec<BranchReport>,
    pub outside: Vec<OutsideReport>,
}

/// Something that no commit holds was looked at again.
pub(super) struct OutsideReport {
    /// The release whose check it is.
    pub version: Version,
    /// What came back.
    pub answer: ProbeAnswer,
    /// What it was looked at for.
    pub of: OutsideOf,
}

/// What was looked at again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum OutsideOf {
    /// What the check is about, or what its command rests on.
    Subject,
    /// The file in which all that it printed is kept: it was changed.
    Output,
}

/// One target.
pub(super) struct PlaceReport {
    pub env: EnvName,
    pub artifact: ArtifactName,
    /// When the look began, by the machine's own clock.
    pub asked: std::time::Instant,
    /// How long the look took; absent where the target reported it unasked.
    pub took: Option<std::time::Duration>,
    pub seen: Result<Observation, Failure>,
    pub ready: Vec<(Version, Result<Readiness, Failure>)>,
}

impl PlaceReport {
    /// Returns how the look ended, for the next one to be given its time.
    pub(super) fn end(&self) -> Option<LookEnd> {
        let took = self.took?;
        let is_late = |failure: &Failure| failure.kind == FailureKind::Timeout;
        let answers = self.ready.iter().map(|(_, answer)| answer.as_ref().err());
        let failures: Vec<Option<&Failure>> = answers.chain([self.seen.as_ref().err()]).collect();
        let late = failures.iter().flatten().filter(|failure| is_late(failure)).count();
        Some(match late {
            0 => LookEnd::Answered(took),
            late if late < failures.len() => LookEnd::Partly(took),
            _ => LookEnd::Nothing(took),
        })
    }
}

/// One branch.
pub(super) struct BranchReport {
    pub version: Version,
    /// When the look began, by the machine's own clock.
    pub asked: std::time::Instant,
    /// The commit that its changes are counted from.
    pub known: Commit,
    pub state: Result<(BranchState, Option<Changes>), Failure>,
    /// The commits around it, where they were asked for.
    pub log: Option<Result<BranchLog, Failure>>,
}

/// What a survey was for.
#[expect(clippy::large_enum_variant, reason = "it travels with its survey, once")]
pub(super) enum SurveyFollowUp {
    /// To know.
    Nothing,
    /// To know, after something in the repository moved.
    Moved(MoveLook),
    /// A client waits for it.
    Reply(CommandReply),
    /// A client waits for a preview.
    Preview { version: Version, request: Request, reply: PreviewReply },
    /// A client waits for a decision that rests on it.
    Decide { asked: SubmittedCommand, gate_was_run: GateRun, reply: CommandReply },
    /// A step was a look.
    Looked { action: ActionId, step: usize },
    /// A step delivered something, and it is time to see whether it took.
    Delivered { action: ActionId, step: usize, receipt: Receipt },
}
