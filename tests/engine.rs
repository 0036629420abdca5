//! The engine over a played world and a real journal: what is written first, what happens when things break.

mod act;
mod asked;
mod beneath;
mod build;
mod every_fact;
mod laws;
mod looks;
mod old_journal;
mod patience;
mod recovery;
mod survive;
mod trouble;
mod untold;

use crate::slots::{Scarce, Slot, take};
use async_trait::async_trait;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;
use tminus_core::action::{HorizonWait, Request};
use tminus_core::command::{ActionCommand, Command, Consent, Refusal, ReleaseCommand};
use tminus_core::fact::Record;
use tminus_core::grammar::plan;
use tminus_core::mask::Mask;
use tminus_core::names::{ActionId, ArtifactName, Commit, EnvName, OrderId, Person, Version};
use tminus_core::order::{Call, Observation, Order, Readiness, Receipt, Ticket};
use tminus_core::plan::Plan;
use tminus_core::ports::{LogSource, PortError, ProgressSender, Target};
use tminus_core::release::{ActionState, Release};
use tminus_core::telemetry::Event;
use tminus_core::who::Who;
use tminus_engine::journal::{Journal, JournalReader};
use tminus_engine::{
    Accepted, Engine, EngineHandle, EngineNews, EventStream, PlanChange, Setup, Snapshot, Watch, World,
};
use tminus_rehearsal::{Rehearsal, Scenario, TimeKind};

const PLAN: &str = include_str!("../assets/plans/rehearsal.toml");

pub(crate) fn who(name: &str) -> Who {
    Who { name: Person::new(name), user: name.to_owned(), host: "bridge".to_owned() }
}

pub(crate) fn version(text: &str) -> Version {
    Version::parse(text).unwrap()
}

pub(crate) fn deploy(env: &str) -> Request {
    Request::Deploy { env: EnvName::new(env), version: version("1.0.0") }
}

fn verify(env: &str, patience: HorizonWait) -> Request {
    Request::Verify { env: EnvName::new(env), horizon: None, patience }
}

/// A folder with a journal and a played world in virtual time; engines come and go over it.
pub(crate) struct House {
    pub(crate) folder: TempDir,
    plan: Plan,
    scenario: Scenario,
    /// Where the journal is, when it is not beside the world.
    apart: Option<PathBuf>,
    /// Where the world is, when it is another house's.
    world: Option<PathBuf>,
    /// Who acts.
    who: Who,
    watch: Watch,
    /// Called after each commit with the number of its last fact.
    witness: Option<Arc<dyn Fn(u64) + Send + Sync>>,
    /// What is not as it was for the engine before.
    changed: Option<String>,
    /// By how much the clock was set forward meanwhile.
    clock_set: Option<jiff::SignedDuration>,
    _slot: Slot,
}

/// A running engine.
pub(crate) struct Flight {
    engine: Engine,
    pub(crate) handle: EngineHandle,
    rehearsal: Rehearsal,
    who: Who,
}

impl House {
    pub(crate) fn new(scenario: &str) -> Self {
        let _slot = take(Scarce::Processor);
        let plan = plan::read(Path::new("tminus.toml"), PLAN).unwrap().plan;
        Self {
            folder: tempfile::tempdir().unwrap(),
            plan,
            scenario: Scenario::named(scenario).unwrap(),
            apart: None,
            world: None,
            who: who("dana"),
            watch: Watch::OnDemand,
            witness: None,
            changed: None,
            clock_set: None,
            _slot,
        }
    }

    /// The same with somebody else who acts.
    fn of(self, name: &str) -> Self {
        Self { who: who(name), ..self }
    }

    /// The same with an engine that looks by itself, as one does that somebody watches.
    fn watching(self) -> Self {
        Self { watch: Watch::Live, ..self }
    }

    /// The same with its journal in another folder.
    fn with_journal(self, folder: &Path) -> Self {
        Self { apart: Some(folder.to_owned()), ..self }
    }

    /// The same over the world of another house.
    fn in_world_of(self, other: &Self) -> Self {
        Self { world: Some(other.folder.path().join("world")), ..self }
    }

    /// A house like this one over what another folder holds.
    fn over(&self, folder: PathBuf) -> Self {
        let (apart, world) = (Some(folder.clone()), Some(folder.join("world")));
        Self { folder: tempfile::tempdir().unwrap(), apart, world, ..Self::new(&self.scenario.name) }
    }

    fn journal(&self) -> PathBuf {
        self.apart.as_deref().unwrap_or(self.folder.path()).join("journal.db")
    }

    fn outputs(&self) -> PathBuf {
        self.folder.path().join("outputs")
    }

    fn rehearsal(&self) -> Rehearsal {
        let world = self.world.clone().unwrap_or_else(|| self.folder.path().join("world"));
        Rehearsal::open(&world, &self.plan, &self.scenario, TimeKind::Virtual).unwrap()
    }

    pub(crate) fn records(&self) -> Vec<Record> {
        JournalReader::open(&self.journal()).unwrap().records(0).unwrap()
    }

    fn release(&self) -> Release {
        Release::of(&self.records())
    }

    fn kinds(&self) -> Vec<&'static str> {
        self.records().iter().map(|r| r.fact.kind()).collect()
    }

    pub(crate) async fn start(&self) -> Flight {
        self.start_with(|_| {}).await
    }

    /// Starts an engine on the world that `change` makes of the played one.
    async fn start_with(&self, change: impl FnOnce(&mut World)) -> Flight {
        let rehearsal = self.rehearsal();
        let mut world = World {
            targets: rehearsal.targets.clone(),
            builders: std::collections::HashMap::new(),
            runner: rehearsal.runner.clone(),
            acts: rehearsal.acts.clone(),
            probe: rehearsal.probe.clone(),
            logs: rehearsal.logs.iter().map(|(name, log)| (name.clone(), safe(log))).collect(),
            repository: rehearsal.repository.clone(),
            clock: rehearsal.clock.clone(),
            outputs: std::sync::Arc::new(tminus_services::output_store::OutputFolder::new(self.outputs())),
            mask: Mask::new(),
        };
        change(&mut world);
        let change = self.release_if_any().plan.is_none().then(|| PlanChange {
            hash: "plan-1".into(),
            text: PLAN.into(),
            diff: None,
            loosened: Vec::new(),
        });
        let journal = open_journal(&self.journal());
        let setup = Setup {
            plan: self.plan.clone(),
            change,
            world,
            journal,
            who: self.who.clone(),
            watch: self.watch,
            left: tminus_engine::UnfinishedActions::TakenUp,
            apart: self.changed.clone(),
            clock_set: self.clock_set,
            witness: self.witness.clone(),
        };
        let engine = Engine::start(setup).await.unwrap();
        Flight { handle: engine.handle.clone(), engine, rehearsal, who: self.who.clone() }
    }

    fn release_if_any(&self) -> Release {
        JournalReader::open(&self.journal()).and_then(|r| r.records(0)).map(|r| Release::of(&r)).unwrap_or_default()
    }

    /// Starts an engine with 1.0.0 open and everything looked at.
    pub(crate) async fn open(&self) -> Flight {
        self.open_with(|_| {}).await
    }

    async fn open_with(&self, change: impl FnOnce(&mut World)) -> Flight {
        let flight = self.start_with(change).await;
        let commit = Commit::new("1111111111111111111111111111111111111111");
        flight.rehearsal.lay_branch("release/1.0.0", &commit).unwrap();
        let command = ReleaseCommand::Open {
            version: version("1.0.0"),
            branch: "release/1.0.0".into(),
            commit,
            previous: Some(version("0.9.4")),
        };
        flight.command(Command::Release(command)).await.unwrap();
        flight
    }
}

/// Opens a journal whose holder has ended. A program that another test starts at that moment has the lock too, until it has
/// become another program.
fn open_journal(path: &std::path::Path) -> Journal {
    try_journal(path).unwrap()
}

/// Opens a journal, or says why not, once no program that just started holds its lock any more.
fn try_journal(path: &std::path::Path) -> Result<Journal, tminus_engine::journal::JournalError> {
    let free = || match Journal::open(path) {
        Err(tminus_engine::journal::JournalError::Held { .. }) => None,
        opened => Some(opened),
    };
    crate::docker::wait::until("the journal's lock", std::time::Duration::from_secs(5), free)
}

impl Flight {
    async fn command(&self, command: Command) -> Result<Accepted, Refusal> {
        self.handle.command(&self.who, command).await
    }

    async fn start(&self, request: Request) -> Result<ActionId, Refusal> {
        let typed = request.env().map(|env| env.to_string());
        let consent = Consent { typed, seen: None };
        let command = ActionCommand::Start { release: version("1.0.0"), request, consent };
        match self.command(Command::Action(command)).await? {
            Accepted::Started(action) => Ok(action),
            other @ (Accepted::Recorded(_) | Accepted::Seated(_)) => panic!("{other:?}, not begun"),
        }
    }

    async fn act(&self, command: ActionCommand) -> Result<Accepted, Refusal> {
        self.command(Command::Action(command)).await
    }

    async fn attach(&self) -> (Snapshot, EventStream) {
        self.handle.attach().await.unwrap()
    }

    /// Waits until the release looks like this.
    pub(crate) async fn until(&self, is_so: impl Fn(&Release) -> bool) -> Arc<Release> {
        let (mut snapshot, mut events) = self.attach().await;
        while !is_so(&snapshot.release) {
            match events.next().await.unwrap() {
                EngineNews::Resync(fresh) => snapshot = fresh,
                EngineNews::Event(Event::Fact(record)) => Arc::make_mut(&mut snapshot.release).apply(&record),
                EngineNews::Event(Event::Telemetry(_)) => {}
            }
        }
        snapshot.release
    }

    /// Waits until an action is over, or stands still.
    pub(crate) async fn settled(&self, id: &ActionId) -> ActionState {
        let is_settled = |a: &ActionState| a.ended.is_some() || a.is_stuck();
        let release = self.until(|release| release.action(id).is_some_and(is_settled)).await;
        release.action(id).unwrap().clone()
    }

    /// Ends the engine as a process that is killed does: what runs is dropped where it is.
    pub(crate) async fn end(self) -> Rehearsal {
        drop(self.handle);
        self.engine.end().await;
        self.rehearsal
    }
}

fn backend(env: &str) -> (EnvName, ArtifactName) {
    (EnvName::new(env), ArtifactName::new("backend"))
}

/// What a test does to one target's answers; everything that is left out goes on to the real one.
#[async_trait]
trait Meddler: Send + Sync {
    async fn observe(&self, inner: &dyn Target) -> Result<Observation, PortError> {
        inner.observe().await
    }
    async fn readiness(&self, inner: &dyn Target, version: &Version) -> Result<Readiness, PortError> {
        inner.readiness(version).await
    }
    async fn begin(&self, inner: &dyn Target, order: &Order) -> Result<Ticket, PortError> {
        inner.begin(order).await
    }
    async fn follow(
        &self,
        inner: &dyn Target,
        ticket: &Ticket,
        progress: ProgressSender,
    ) -> Result<Receipt, PortError> {
        inner.follow(ticket, progress).await
    }
    async fn find(&self, inner: &dyn Target, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        inner.find(order).await
    }
}

/// A target with a meddler before it.
struct Meddled<M> {
    inner: Arc<dyn Target>,
    meddler: Arc<M>,
}

#[async_trait]
impl<M: Meddler> Target for Meddled<M> {
    async fn observe(&self) -> Result<Observation, PortError> {
        self.meddler.observe(&*self.inner).await
    }
    async fn readiness(&self, version: &Version) -> Result<Readiness, PortError> {
        self.meddler.readiness(&*self.inner, version).await
    }
    fn calls(&self, order: &Order) -> Vec<Call> {
        self.inner.calls(order)
    }
    async fn begin(&self, order: &Order) -> Result<Ticket, PortError> {
        self.meddler.begin(&*self.inner, order).await
    }
    async fn follow(&self, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, PortError> {
        self.meddler.follow(&*self.inner, ticket, progress).await
    }
    async fn find(&self, order: &OrderId) -> Result<Option<Ticket>, PortError> {
        self.meddler.find(&*self.inner, order).await
    }
    async fn cancel(&self, ticket: &Ticket) -> Result<(), PortError> {
        self.inner.cancel(ticket).await
    }
}

/// Puts a meddler before the backend's target of an environment.
fn meddle<M: Meddler + 'static>(world: &mut World, env: &str, meddler: Arc<M>) {
    let inner = world.targets[&backend(env)].clone();
    world.targets.insert(backend(env), Arc::new(Meddled { inner, meddler }));
}

/// The lines of a played source as the engine takes them.
fn safe(log: &Arc<dyn LogSource<String>>) -> Arc<dyn LogSource> {
    Arc::new(tminus_services::logs::SafeLog::new(log.clone(), Mask::new(), None))
}
