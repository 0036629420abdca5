//! Starting an engine: the journal is read, the plan taken in, what was left is taken up.

use super::clock_watch::ClockWatch;
use super::dispatcher::Dispatcher;
use super::event_bus::Events;
use super::handle::EngineHandle;
use super::join_cache::JoinCache;
use super::journal_writer::{JournalWriter, OnDurable};
use super::look_limits::LookLimits;
use super::presence::SeatPresences;
use super::quiet::Quiet;
use super::report::SurveyFollowUp;
use super::tail::LogTail;
use super::waiting::Halt;
use super::watch::Watch;
use super::world::World;
use crate::journal::{Journal, JournalError};
use jiff::SignedDuration;
use std::collections::HashMap;
use std::sync::Arc;
use tminus_core::fact::{Fact, GateFact, PlanFact};
use tminus_core::kept::Return;
use tminus_core::plan::Plan;
use tminus_core::ports::VisibleContainers;
use tminus_core::release::Release;
use tminus_core::who::Who;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};

/// How many calls and reports wait for the dispatcher; their senders wait, nothing is lost.
const INBOX: usize = 256;

/// What an engine is started with.
pub struct Setup {
    /// The plan.
    pub plan: Plan,
    /// What is new about it, when it is not the one that the journal knows.
    pub change: Option<PlanChange>,
    /// The doors to the world.
    pub world: World,
    /// The journal, open to write.
    pub journal: Journal,
    /// Who starts it.
    pub who: Who,
    /// Whether it keeps looking by itself.
    pub watch: Watch,
    /// Whether it continues what an earlier engine left.
    pub left: UnfinishedActions,
    /// How the environment differs from that of the engine that began the work which is continued.
    pub apart: Option<String>,
    /// By how much the clock was set since the engine before.
    pub clock_set: Option<SignedDuration>,
    /// Hears every sequence number that is on disk; a rehearsal cuts the power there.
    pub witness: Option<OnDurable>,
}

/// What becomes of the actions that an earlier engine was in the middle of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnfinishedActions {
    /// They are taken up where they are: somebody acts, or watches.
    TakenUp,
    /// They stay as they are: this engine only looks.
    Untouched,
}

/// A plan that the journal does not know yet.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanChange {
    /// The SHA-256 of the file.
    pub hash: String,
    /// The file.
    pub text: String,
    /// The unified diff against the one before.
    pub diff: Option<String>,
    /// What the change loosened, in words.
    pub loosened: Vec<String>,
}

/// Why an engine did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The journal could not be read.
    #[error("the journal could not be read")]
    Journal(#[from] JournalError),
    /// The journal could not be written.
    #[error("the journal cannot be written: {0}")]
    Lost(String),
    /// The system gave no thread.
    #[error("the system gave no thread for the journal")]
    Thread(#[from] std::io::Error),
}

/// A running engine.
pub struct Engine {
    /// What clients hold.
    pub handle: EngineHandle,
    task: JoinHandle<()>,
}

impl Engine {
    /// Starts an engine: from here on it owns the release.
    pub async fn start(setup: Setup) -> Result<Self, StartError> {
        let Setup { plan, change, world, journal, who, watch, left, apart, clock_set, witness } = setup;
        let records = journal.records(0)?;
        let (release, last) = (Release::of(&records), records.last().map(|record| record.at));
        let (calls, call_inbox) = mpsc::channel(INBOX);
        let (reporter, reports) = mpsc::channel(INBOX);
        let events = Events::new();
        let clock = world.clock.clone();
        let seen = (clock.now(), clock.since_boot());
        let handle = EngineHandle::of(calls, Arc::new(move || clock.now()));
        let mut dispatcher = Dispatcher {
            plan: Arc::new(plan),
            release: Arc::new(release),
            world,
            scribe: JournalWriter::start(journal, witness)?,
            events,
            calls: call_inbox,
            reports,
            reporter,
            tasks: JoinSet::new(),
            steps: HashMap::new(),
            batches: Vec::new(),
            batch_count: 0,
            looks: HashMap::new(),
            look_limits: LookLimits::default(),
            tail: LogTail::default(),
            join_cache: JoinCache::default(),
            presence: SeatPresences::default(),
            halt: Halt::default(),
            quiet: Quiet::default(),
            attention: watch::channel(VisibleContainers::new()).0,
            apart: HashMap::new(),
            clock: ClockWatch::new(seen.0, seen.1),
            longer: HashMap::new(),
            unwatched: None,
            lost: None,
        };
        // Before anything else: what is recorded from here on is dated by the clock as it is now.
        if let Some(by) = clock_set {
            dispatcher.clock_was_set(by).await;
        }
        dispatcher.adopt_plan(&who, change).await.map_err(|refusal| StartError::Lost(refusal.says))?;
        let way = match watch {
            Watch::Live => Return::Open,
            Watch::OnDemand => Return::Shut,
        };
        dispatcher.clear_seats(way, last).await;
        if left == UnfinishedActions::TakenUp {
            dispatcher.recover(apart).await;
        }
        if watch == Watch::Live {
            dispatcher.tail.start(&dispatcher.world, &dispatcher.events, &mut dispatcher.tasks);
            dispatcher.watch();
            dispatcher.survey_all(SurveyFollowUp::Nothing);
        }
        let task = tokio::spawn(dispatcher.run());
        Ok(Self { handle, task })
    }

    /// Ends the engine once every client is gone, and waits until it has.
    pub async fn end(self) {
        drop(self.handle);
        // The task only ends early when it panicked, and then there is nothing left to wait for.
        drop(self.task.await);
    }
}

impl Dispatcher {
    /// Takes a changed plan in; approvals were for the plan before, and lapse.
    async fn adopt_plan(&mut self, who: &Who, change: Option<PlanChange>) -> Result<(), tminus_core::command::Refusal> {
        let Some(PlanChange { hash, text, diff, loosened }) = change else { return Ok(()) };
        let open = self.release.actions.iter().filter(|a| a.is_open_proposal() && a.lapsed.is_none());
        let reason = match loosened.is_empty() {
            true => "the plan changed".to_owned(),
            false => format!("the plan was loosened: {}", loosened.join("; ")),
        };
        let lapsed = open.map(|a| Fact::Gate(GateFact::Lapsed { action: a.id.clone(), reason: reason.clone() }));
        let mut facts: Vec<Fact> = lapsed.collect();
        facts.insert(0, Fact::Plan(PlanFact::Adopted { hash, diff, text, loosened }));
        self.record(who, facts).await
    }
}
