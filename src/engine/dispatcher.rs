//! The one owner of the release: clients' commands and the tasks' reports come in one by one, facts go out.

use super::clock_watch::ClockWatch;
use super::event_bus::Events;
use super::handle::{Accepted, EngineCall, Join, Snapshot};
use super::join_cache::JoinCache;
use super::journal_writer::JournalWriter;
use super::look_limits::LookLimits;
use super::presence::SeatPresences;
use super::quiet::Quiet;
use super::report::{CommandReply, LookedFor, Report, SubmittedCommand, Survey, SurveyFollowUp};
use super::tail::LogTail;
use super::waiting::{AfterBatch, Batch, Halt};
use super::world::World;
use jiff::SignedDuration;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;
use tminus_core::action::Request;
use tminus_core::command::{ActionCommand, Command, Refusal, ReleaseCommand};
use tminus_core::decide::{Decision, DecisionInput, Follow, GateRun, Retrying, decide};
use tminus_core::names::{ActionId, EnvName, Version};
use tminus_core::plan::Plan;
use tminus_core::ports::VisibleContainers;
use tminus_core::release::Release;
use tminus_core::seat::SeatCommand;
use tminus_core::situation::Situation;
use tminus_core::telemetry::Telemetry;
use tminus_core::who::Who;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::{AbortHandle, JoinSet};

/// Owns the release; nothing else changes it.
pub(super) struct Dispatcher {
    pub plan: Arc<Plan>,
    pub release: Arc<Release>,
    pub world: World,
    pub scribe: JournalWriter,
    pub events: Events,
    pub calls: mpsc::Receiver<EngineCall>,
    pub reports: mpsc::Receiver<Report>,
    pub reporter: mpsc::Sender<Report>,
    /// Every task that the engine started; they end with it.
    pub tasks: JoinSet<()>,
    /// The task of each action's running step.
    pub steps: HashMap<ActionId, AbortHandle>,
    pub batches: Vec<Batch>,
    pub batch_count: u64,
    /// When each thing was last asked that a look has answered, by the machine's own clock.
    pub looks: HashMap<LookedFor, Instant>,
    /// How long places take to answer.
    pub look_limits: LookLimits,
    pub tail: LogTail,
    pub join_cache: JoinCache,
    pub presence: SeatPresences,
    pub halt: Halt,
    pub quiet: Quiet,
    /// The containers that are on a screen.
    pub attention: watch::Sender<VisibleContainers>,
    /// The actions that began in another environment, with what is another one here: they wait for a person before they go on.
    pub apart: HashMap<ActionId, String>,
    /// What was last seen on the clock.
    pub clock: ClockWatch,
    /// How much longer the waits are that the clock was set under; shorter is less than nothing.
    pub longer: HashMap<ActionId, SignedDuration>,
    /// Why moves of the repository are not told; absent where they are.
    pub unwatched: Option<String>,
    /// Why the journal cannot be written; from then on nothing is begun.
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
            self.halt_at_boundary();
        }
        self.tasks.shutdown().await;
        self.scribe.end().await;
    }

    async fn call(&mut self, call: EngineCall) {
        if let EngineCall::Command { .. } | EngineCall::Preview { .. } | EngineCall::Attach { .. } = &call {
            self.look_after_journal().await;
        }
        self.look_at_clock().await;
        match call {
            EngineCall::Command { who, seat, command, reply } => {
                // Nothing that a person wrote is recorded before the mask has seen it.
                let command = command.rewritten(&|text| self.world.mask.apply(text));
                let asked = SubmittedCommand { who, seat, command };
                let after = self.after_of(&asked.command);
                // What is not merged back may have been committed a moment ago.
                let closes = matches!(&asked.command, Command::Release(ReleaseCommand::Close { .. }));
                if after.is_empty() && !closes && !self.rests_outside(&asked.command) {
                    return self.command(asked, GateRun::NotYet, reply).await;
                }
                match self.release.seats.admit(asked.seat.as_ref(), &asked.who, &asked.command) {
                    Err(refusal) => drop(reply.send(Err(refusal))),
                    Ok(()) => {
                        self.survey(after, SurveyFollowUp::Decide { asked, gate_was_run: GateRun::NotYet, reply })
                    }
                }
            }
            EngineCall::Visited(is_visited) => {
                if self.quiet.visited(is_visited) {
                    self.survey_all(SurveyFollowUp::Nothing);
                }
            }
            EngineCall::Halt { who, seat, reply } => self.halt(&who, seat.as_ref(), reply),
            EngineCall::Look(present) => self.look(present),
            EngineCall::Preview { version, request, reply } => self.preview(version, request, reply),
            EngineCall::Attach { reply } => self.attach(reply),
            EngineCall::Attend { containers } => drop(self.attention.send_replace(containers)),
        }
    }

    /// Returns what a deploy comes after: how it is there is looked at again before anything is decided, however long ago
    /// its preview was made.
    fn after_of(&self, command: &Command) -> Vec<EnvName> {
        let Command::Action(ActionCommand::Start { request: request @ Request::Deploy { .. }, .. }) = command else {
            return Vec::new();
        };
        self.rests_on(request).into_iter().skip(1).collect()
    }

    fn attach(&self, reply: oneshot::Sender<Join>) {
        let (lines, passed, lost_logs, events) = self.tail.join(&self.events);
        let (plan, release, newest) = (self.plan.clone(), self.release.clone(), self.join_cache.newest());
        let (present, lost) = (self.presence.newest(), self.lost.clone());
        let snapshot = Snapshot { plan, release, lines, passed, newest, present, lost_logs, lost };
        drop(reply.send(Join::here(snapshot, events)));
    }

    fn preview(&mut self, version: Version, request: Request, reply: super::report::PreviewReply) {
        // What is previewed is what is done.
        let request = request.rewritten(&|text| self.world.mask.apply(text));
        let envs = self.rests_on(&request);
        let named = match &request {
            Request::RollBack { to, .. } => to.clone(),
            Request::Deploy { .. }
            | Request::Verify { .. }
            | Request::Build { .. }
            | Request::Cut { .. }
            | Request::Act { .. } => None,
        };
        self.survey_for(envs, named.as_ref(), SurveyFollowUp::Preview { version, request, reply });
    }

    /// Answers a preview once its targets were looked at.
    pub(super) fn answer_preview(&self, version: &Version, request: &Request, reply: super::report::PreviewReply) {
        let situation = self.situation(version);
        let preview = situation.propose(request).and_then(|proposal| situation.preview(&proposal, &self.world));
        drop(reply.send(preview));
    }

    /// Decides a command, records what it comes to, and does what follows.
    pub(super) async fn command(&mut self, asked: SubmittedCommand, gate_was_run: GateRun, reply: CommandReply) {
        if let Some(refusal) = self.journal_refusal() {
            drop(reply.send(Err(refusal)));
            return;
        }
        let decided = self.held_by_halt(&asked.command).and_then(|()| self.decide(&asked, gate_was_run));
        let decision = match decided {
            Ok(decision) => decision,
            Err(refusal) => {
                drop(reply.send(Err(refusal)));
                return;
            }
        };
        if let Err(refusal) = self.record(&asked.who, decision.facts).await {
            drop(reply.send(Err(refusal)));
            return;
        }
        self.follow(asked, decision.follow, reply).await;
    }

    fn decide(
        &self,
        SubmittedCommand { who, seat, command }: &SubmittedCommand,
        gate_was_run: GateRun,
    ) -> Result<Decision, Refusal> {
        let (plan, release, now) = (&self.plan, &self.release, self.world.clock.now());
        let driver_away = release.seats.driver().and_then(|driver| self.presence.away(&driver.id));
        let seat = seat.as_ref();
        decide(
            &DecisionInput { plan, release, who, seat, driver_away, now, calls_of: &self.world, gate_was_run },
            command,
        )
    }

    async fn follow(&mut self, asked: SubmittedCommand, follow: Follow, reply: CommandReply) {
        match follow {
            Follow::Nothing => drop(reply.send(Ok(self.accepted(&asked.command)))),
            Follow::Refuse(refusal) => drop(reply.send(Err(refusal))),
            Follow::TryBranch { branch, at } => self.try_branch(asked, (branch, at), reply),
            Follow::Look => self.survey_all(SurveyFollowUp::Reply(reply)),
            Follow::RunChecks(version, checks) => {
                self.begin_batch((asked.who, version), checks, AfterBatch::Reply(reply)).await;
            }
            Follow::CancelChecks(version, checks) => self.cancel_checks(&asked.who, (&version, &checks), reply).await,
            Follow::ReadOutput(file) => self.read_output(file, reply),
            Follow::RunFirst(version, checks) => {
                let who = asked.who.clone();
                self.begin_batch((who, version), checks, AfterBatch::Decide { asked, reply }).await;
            }
            Follow::Advance(action) => {
                let is_retry = matches!(asked.command, Command::Action(ActionCommand::Retry { .. }));
                let retrying = if is_retry { Retrying::Yes } else { Retrying::No };
                drop(reply.send(Ok(Accepted::Started(action.clone()))));
                self.stop_if_asked(&action).await;
                self.advance(&action, retrying).await;
            }
        }
    }

    /// Returns the answer to a command whose facts are all that comes of it.
    fn accepted(&self, command: &Command) -> Accepted {
        let seated = match command {
            Command::Seat(SeatCommand::Sit { .. }) => self.release.seats.iter().last(),
            Command::Seat(_)
            | Command::Release(_)
            | Command::Check(_)
            | Command::Gate(_)
            | Command::Action(_)
            | Command::Lock(_)
            | Command::Refresh => None,
        };
        seated.map_or(Accepted::Recorded(self.release.seq), |seat| Accepted::Seated(seat.id.clone()))
    }

    /// Tells everybody where a seat looks.
    fn look(&mut self, present: Telemetry) {
        if self.presence.take(&present) {
            self.tell(present);
        }
    }

    async fn report(&mut self, report: Report) {
        if let Some(refusal) = self.journal_refusal() {
            // Nothing is recorded now, but the callers that wait must hear of it.
            if let Report::Surveyed { then, .. } = report {
                refuse(then, refusal);
            } else if let Report::BranchTried { reply, .. } = report {
                drop(reply.send(Err(refusal)));
            }
            return;
        }
        self.look_at_clock().await;
        match report {
            Report::Surveyed { survey, then } => self.surveyed(survey, then).await,
            Report::Due => {
                self.look_after_journal().await;
                let is_busy = !self.batches.is_empty() || self.release.active_actions().next().is_some();
                if self.quiet.is_due(is_busy) {
                    self.survey_all(SurveyFollowUp::Nothing);
                }
            }
            Report::RepositoryMoved(look) => self.repository_moved(look),
            Report::RepositoryUnwatched(failure) => self.unwatched = Some(failure.sentence()),
            Report::Unclaimed => self.free_seat().await,
            Report::Ticketed { action, step, ticket } => self.ticketed(action, step, ticket).await,
            Report::Ended { action, step, result } => self.ended(action, step, result).await,
            Report::Waited { action, step } => self.waited((action, step)).await,
            Report::BranchTried { asked, reply, result } => self.branch_tried(asked, reply, result).await,
            Report::Remeasure { action, step } => self.remeasure(action, step),
            Report::Found { action, step, result, why } => self.found((action, step), result, &why).await,
            Report::Measured(measured) => self.measured(*measured).await,
        }
    }

    pub(super) fn tell(&self, telemetry: Telemetry) {
        self.events.telemetry(telemetry);
    }

    pub(super) fn situation<'a>(&'a self, version: &'a Version) -> Situation<'a> {
        Situation { plan: &self.plan, release: &self.release, version, now: self.world.clock.now() }
    }

    pub(super) async fn surveyed(&mut self, survey: Survey, then: SurveyFollowUp) {
        let facts = self.changes_of(survey);
        if let Err(refusal) = self.record(&Who::engine(), facts).await {
            refuse(then, refusal);
            return;
        }
        match then {
            SurveyFollowUp::Nothing => {}
            SurveyFollowUp::Moved(look) => drop(look),
            SurveyFollowUp::Reply(reply) => drop(reply.send(Ok(Accepted::Recorded(self.release.seq)))),
            SurveyFollowUp::Preview { version, request, reply } => self.answer_preview(&version, &request, reply),
            SurveyFollowUp::Decide { asked, gate_was_run: _, reply } if asked.is_taken_back(&reply) => {}
            SurveyFollowUp::Decide { asked, gate_was_run, reply } => {
                let asked = asked.by_whoever_left(&self.release.seats);
                Box::pin(self.command(asked, gate_was_run, reply)).await;
            }
            SurveyFollowUp::Looked { action, step } => self.looked(action, step).await,
            SurveyFollowUp::Delivered { action, step, receipt } => self.delivered((action, step), receipt).await,
        }
    }
}

fn refuse(then: SurveyFollowUp, refusal: Refusal) {
    match then {
        SurveyFollowUp::Reply(reply) | SurveyFollowUp::Decide { reply, .. } => drop(reply.send(Err(refusal))),
        SurveyFollowUp::Preview { reply, .. } => drop(reply.send(Err(refusal))),
        SurveyFollowUp::Moved(look) => drop(look),
        SurveyFollowUp::Nothing | SurveyFollowUp::Looked { .. } | SurveyFollowUp::Delivered { .. } => {}
    }
}
