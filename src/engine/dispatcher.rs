//! The one owner of the release: clients' commands and the tasks' reports come in one by one, facts go out.

use super::batch::{AfterBatch, Batch};
use super::handle::{Accepted, Call, Snapshot};
use super::report::{CommandReply, Report, Survey, Then};
use super::scribe::Scribe;
use super::tail::Tail;
use super::world::World;
use super::yard::Yard;
use crate::domain::action::Request;
use crate::domain::command::{Command, Refusal, RefusalKind};
use crate::domain::decide::{Decision, Follow, GateRun, Ground, Retrying, decide};
use crate::domain::fact::{ActionFact, Fact, Who};
use crate::domain::failure::{Failure, FailureKind};
use crate::domain::names::{ActionId, ArtifactName, EnvName, Version};
use crate::domain::plan::Plan;
use crate::domain::release::Release;
use crate::domain::situation::Situation;
use crate::domain::telemetry::{Event, Telemetry};
use crate::ports::Attention;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::{broadcast, mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinSet};

/// Owns the release; nothing else changes it.
pub(super) struct Dispatcher {
    pub plan: Arc<Plan>,
    pub release: Arc<Release>,
    pub world: World,
    pub scribe: Scribe,
    pub events: broadcast::Sender<Event>,
    pub calls: mpsc::Receiver<Call>,
    pub reports: mpsc::Receiver<Report>,
    pub reporter: mpsc::Sender<Report>,
    /// Every task that the engine started; they end with it.
    pub tasks: JoinSet<()>,
    /// The task of each action's running step.
    pub steps: HashMap<ActionId, AbortHandle>,
    pub batches: Vec<Batch>,
    pub batch_count: u64,
    /// When each place was last looked at, by the machine's own clock.
    pub looks: HashMap<(EnvName, ArtifactName), Instant>,
    pub tail: Tail,
    pub yard: Yard,
    /// The containers that are on a screen.
    pub attention: watch::Sender<Attention>,
    /// Why the journal cannot be written; from then on nothing is touched.
    pub lost: Option<String>,
}

impl Dispatcher {
    /// Works until the last client is gone.
    pub(super) async fn run(mut self) {
        loop {
            tokio::select! {
                biased;
                Some(report) = self.reports.recv() => self.report(report).await,
                call = self.calls.recv() => match call {
                    Some(call) => self.call(call).await,
                    None => break,
                },
                Some(ended) = self.tasks.join_next() => if let Err(error) = ended { self.broke(&error).await },
            }
        }
        self.tasks.shutdown().await;
        self.scribe.end().await;
    }

    async fn call(&mut self, call: Call) {
        match call {
            Call::Command { who, command, reply } => {
                // Nothing that a person wrote is recorded before the mask has seen it.
                let command = command.rewritten(&|text| self.world.mask.apply(text));
                self.command((who, command), GateRun::NotYet, reply).await
            }
            Call::Preview { version, request, reply } => self.preview(version, request, reply),
            Call::Attach { reply } => self.attach(reply),
            Call::Attend { containers } => drop(self.attention.send_replace(containers)),
        }
    }

    fn attach(&self, reply: oneshot::Sender<(Snapshot, broadcast::Receiver<Event>)>) {
        let snapshot = Snapshot {
            plan: self.plan.clone(),
            release: self.release.clone(),
            lines: self.tail.newest(),
            containers: self.yard.newest(),
        };
        drop(reply.send((snapshot, self.events.subscribe())));
    }

    fn preview(&mut self, version: Version, request: Request, reply: super::report::PreviewReply) {
        let envs = request.env().into_iter().cloned().collect();
        let named = match &request {
            Request::RollBack { to, .. } => to.clone(),
            Request::Deploy { .. } | Request::Verify { .. } | Request::Build { .. } | Request::Cut { .. } => None,
        };
        self.survey_for(envs, named.as_ref(), Then::Preview { version, request, reply });
    }

    /// Answers a preview once its targets were looked at.
    pub(super) fn answer_preview(&self, version: &Version, request: &Request, reply: super::report::PreviewReply) {
        let situation = self.situation(version);
        let preview = situation.propose(request).and_then(|proposal| situation.preview(&proposal, &self.world));
        drop(reply.send(preview));
    }

    /// Decides a command, records what it comes to, and does what follows.
    pub(super) async fn command(&mut self, (who, command): (Who, Command), gate_was_run: GateRun, reply: CommandReply) {
        if let Some(lost) = &self.lost {
            drop(reply.send(Err(journal_lost(lost))));
            return;
        }
        let decision = match self.decide(&who, &command, gate_was_run) {
            Ok(decision) => decision,
            Err(refusal) => {
                drop(reply.send(Err(refusal)));
                return;
            }
        };
        if let Err(refusal) = self.record(&who, decision.facts).await {
            drop(reply.send(Err(refusal)));
            return;
        }
        self.follow((who, command), decision.follow, reply).await;
    }

    fn decide(&self, who: &Who, command: &Command, gate_was_run: GateRun) -> Result<Decision, Refusal> {
        let (plan, release, now) = (&self.plan, &self.release, self.world.clock.now());
        decide(&Ground { plan, release, who, now, calls_of: &self.world, gate_was_run }, command)
    }

    async fn follow(&mut self, (who, command): (Who, Command), follow: Follow, reply: CommandReply) {
        match follow {
            Follow::Nothing => drop(reply.send(Ok(Accepted::Recorded(self.release.seq)))),
            Follow::Refuse(refusal) => drop(reply.send(Err(refusal))),
            Follow::Look => self.survey_all(Then::Reply(reply)),
            Follow::RunChecks(version, checks) => {
                self.begin_batch((who, version), checks, AfterBatch::Reply(reply)).await;
            }
            Follow::RunFirst(version, checks) => {
                let after = AfterBatch::Decide { who: who.clone(), command, reply };
                self.begin_batch((who, version), checks, after).await;
            }
            Follow::Advance(action) => {
                let retrying = match command {
                    Command::Action(crate::domain::command::ActionCommand::Retry { .. }) => Retrying::Yes,
                    Command::Action(_)
                    | Command::Release(_)
                    | Command::Check(_)
                    | Command::Gate(_)
                    | Command::Refresh => Retrying::No,
                };
                drop(reply.send(Ok(Accepted::Started(action.clone()))));
                self.stop_if_asked(&action).await;
                self.advance(&action, retrying).await;
            }
        }
    }

    async fn report(&mut self, report: Report) {
        if let Some(lost) = &self.lost {
            // Nothing is recorded any more, but whoever waits is told.
            if let Report::Surveyed { then, .. } = report {
                refuse(then, journal_lost(lost));
            }
            return;
        }
        match report {
            Report::Surveyed { survey, then } => self.surveyed(survey, then).await,
            Report::Due => self.survey_all(Then::Nothing),
            Report::Ticketed { action, step, ticket } => self.ticketed(action, step, ticket).await,
            Report::Ended { action, step, result } => self.ended(action, step, result).await,
            Report::Waited { action, step } => self.succeeded((action, step), "waited".to_owned(), None).await,
            Report::Branched { action, step, result } => self.branched(action, step, result).await,
            Report::Found { action, step, result, why } => self.found((action, step), result, &why).await,
            Report::Measured(measured) => self.measured(*measured).await,
        }
    }

    /// Writes facts, folds them, and tells everybody. The only place where the release changes.
    pub(super) async fn record(&mut self, who: &Who, facts: Vec<Fact>) -> Result<(), Refusal> {
        if facts.is_empty() {
            return Ok(());
        }
        if let Some(lost) = &self.lost {
            return Err(journal_lost(lost));
        }
        let records = match self.scribe.write(who, self.world.clock.now(), facts).await {
            Ok(records) => records,
            Err(why) => return Err(self.lose_journal(why)),
        };
        let release = Arc::make_mut(&mut self.release);
        for record in records {
            release.apply(&record);
            if let Fact::Action(ActionFact::Finished { action, .. }) = &record.fact
                && let Some(step) = self.steps.remove(action)
            {
                // A verification that a rollback took the place of measures no further.
                step.abort();
            }
            // No receiver is no error: the journal has it.
            drop(self.events.send(Event::Fact(Arc::new(record))));
        }
        Ok(())
    }

    /// Stops touching the world: what cannot be recorded must not be done.
    fn lose_journal(&mut self, why: String) -> Refusal {
        let failure = Failure::new(FailureKind::Rejected, "the journal cannot be written").because(why.clone());
        self.tell(Telemetry::JournalLost { failure });
        let refusal = journal_lost(&why);
        self.lost = Some(why);
        for batch in std::mem::take(&mut self.batches) {
            batch.refuse(&refusal);
        }
        refusal
    }

    pub(super) fn tell(&self, telemetry: Telemetry) {
        drop(self.events.send(Event::Telemetry(telemetry)));
    }

    pub(super) fn situation<'a>(&'a self, version: &'a Version) -> Situation<'a> {
        Situation { plan: &self.plan, release: &self.release, version, now: self.world.clock.now() }
    }

    pub(super) async fn surveyed(&mut self, survey: Survey, then: Then) {
        let facts = self.changes_of(survey);
        if let Err(refusal) = self.record(&Who::engine(), facts).await {
            refuse(then, refusal);
            return;
        }
        match then {
            Then::Nothing => {}
            Then::Reply(reply) => drop(reply.send(Ok(Accepted::Recorded(self.release.seq)))),
            Then::Preview { version, request, reply } => self.answer_preview(&version, &request, reply),
            Then::Decide { who, command, reply } => Box::pin(self.command((who, command), GateRun::Done, reply)).await,
            Then::Looked { action, step } => self.looked(action, step).await,
            Then::Delivered { action, step, receipt } => self.delivered((action, step), receipt).await,
        }
    }
}

fn refuse(then: Then, refusal: Refusal) {
    match then {
        Then::Reply(reply) | Then::Decide { reply, .. } => drop(reply.send(Err(refusal))),
        Then::Preview { reply, .. } => drop(reply.send(Err(refusal))),
        Then::Nothing | Then::Looked { .. } | Then::Delivered { .. } => {}
    }
}

fn journal_lost(why: &str) -> Refusal {
    let says =
        format!("the journal cannot be written, so nothing is touched: {why}. What stands in it can still be read.");
    Refusal::new(RefusalKind::JournalLost, says)
}
