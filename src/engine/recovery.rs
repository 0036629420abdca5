//! After a crash: what was begun is found again and followed, or a person is asked. Nothing is begun twice.

use super::dispatcher::Dispatcher;
use super::execute::RunningStep;
use super::report::{Report, SurveyFollowUp};
use super::world::within;
use jiff::Timestamp;
use tminus_core::action::StepTask;
use tminus_core::decide::Retrying;
use tminus_core::evidence::Evidence;
use tminus_core::fact::{CheckFact, Fact, StepFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::judge::judge_failure;
use tminus_core::kept::{KEPT, Return};
use tminus_core::names::{ActionId, CheckName, EnvName, OrderId, Person, Version};
use tminus_core::order::{Task, Ticket};
use tminus_core::release::StepPhase;
use tminus_core::time::Span;
use tminus_core::who::Who;

/// How often an action of the repository is begun by itself before a person is asked.
const ATTEMPTS: u32 = 3;

/// Why a check has no result that an engine's end, or a stop, cut short.
const INTERRUPTED: &str = "it was interrupted before it ended";

impl Dispatcher {
    /// Takes up what an earlier engine left: checks that never ended, and actions in the middle of a step.
    ///
    /// Where the environment is another one by now, what is begun is followed, and nothing more is begun without a word.
    pub(super) async fn recover(&mut self, apart: Option<String>) {
        let unfinished = self.unfinished_checks();
        if self.record(&Who::engine(), unfinished).await.is_err() {
            return;
        }
        let active: Vec<ActionId> = self.release.active_actions().map(|a| a.id.clone()).collect();
        if let Some(apart) = apart {
            let changing = self.release.active_actions().filter(|a| a.proposal.request.is_changing());
            self.apart = changing.map(|a| (a.id.clone(), apart.clone())).collect();
        }
        for id in active {
            self.take_up(&id).await;
        }
    }

    /// Takes the next step of an action that began in another environment, as far as that a person decides on it.
    pub(super) async fn hold_back(&mut self, taking: RunningStep, apart: &str) {
        let started =
            StepFact::Started { action: taking.action.clone(), step: taking.step, order: taking.order.clone() };
        if self.record(&Who::engine(), vec![Fact::Step(started)]).await.is_err() {
            return;
        }
        let why = "retry to go on with the current value, or set it as it was and resume from there";
        self.fail(&taking, Failure::new(FailureKind::Rejected, apart).because(why)).await;
    }

    /// Frees the seats of an earlier engine. The driver's is kept, where the driver can come back.
    pub(super) async fn clear_seats(&mut self, way: Return, last: Option<Timestamp>) {
        let left = self.release.seats.left_behind(way, last).into_iter().map(Fact::Seat).collect();
        // Where it cannot be written, nothing else is done either.
        drop(self.record(&Who::engine(), left).await);
        if self.release.seats.kept().is_some() {
            let reporter = self.reporter.clone();
            self.tasks.spawn(async move {
                // By the machine's own time: the wall's may leap, and a rehearsal's is not a person's.
                tokio::time::sleep(KEPT.duration()).await;
                drop(reporter.send(Report::Unclaimed).await);
            });
        }
    }

    /// Frees the driver's seat when its driver did not come back.
    pub(super) async fn free_seat(&mut self) {
        let freed = self.release.seats.unclaimed().into_iter().map(Fact::Seat).collect();
        drop(self.record(&Who::engine(), freed).await);
    }

    async fn take_up(&mut self, id: &ActionId) {
        let Some(action) = self.release.action(id) else { return };
        let running = action.current().filter(|(_, s)| s.phase == StepPhase::Running);
        let Some((step, state)) = running else {
            // Between two steps, or at a failure that waits for a person: both are known exactly.
            self.advance(id, Retrying::No).await;
            return;
        };
        let (task, ticket) = (state.step.task.clone(), state.ticket.clone());
        let order = state.order.clone().unwrap_or_else(|| OrderId::new(format!("{id}.{step}")));
        let taking = RunningStep { action: id.clone(), step, env: action.proposal.request.env().cloned(), order };
        match task {
            StepTask::Order { artifact, task } => {
                match self.world.target_of(taking.env.as_ref(), artifact.as_ref(), &task) {
                    Ok(target) => match ticket {
                        Some(ticket) => {
                            self.follow_again(taking, target, ticket).await;
                            self.cancel_order(id);
                        }
                        None => self.search(taking, target),
                    },
                    // It was begun, and whoever could tell what came of it is not here.
                    Err(failure) => {
                        let failure = self.world.masked(failure);
                        let reason = format!(
                            "tminus was interrupted in the middle of this, and it cannot be found out what came of it: {}",
                            failure.sentence()
                        );
                        self.unclear(taking.action, taking.step, reason).await;
                    }
                }
            }
            // These only look, or do no harm when done twice.
            StepTask::Look | StepTask::Hold { .. } | StepTask::Check { .. } | StepTask::Measure { .. } => {
                self.take_again(taking).await;
            }
        }
    }

    /// Follows an order that was begun before.
    pub(super) async fn follow_again(
        &mut self,
        taking: RunningStep,
        target: std::sync::Arc<dyn tminus_core::ports::Target>,
        ticket: Ticket,
    ) {
        let adopted = StepFact::Adopted { action: taking.action.clone(), step: taking.step };
        if self.record(&Who::engine(), vec![Fact::Step(adopted)]).await.is_ok() {
            self.adopt(taking, target, ticket);
        }
    }

    /// Asks the service whether it knows the order.
    fn search(&mut self, taking: RunningStep, target: std::sync::Arc<dyn tminus_core::ports::Target>) {
        let reporter = self.reporter.clone();
        let limit = self.limit(None, None);
        self.tasks.spawn(async move {
            let result = within(limit, "the target", target.find(&taking.order)).await;
            let why = "tminus was interrupted just as this began".to_owned();
            drop(reporter.send(Report::Found { action: taking.action, step: taking.step, result, why }).await);
        });
    }

    /// Follows an order that the service knows; where it cannot tell, a person is asked.
    pub(super) async fn found(
        &mut self,
        (action, step): (ActionId, usize),
        result: Result<Option<Ticket>, Failure>,
        why: &str,
    ) {
        if !self.is_waiting_for(&action, step) {
            return;
        }
        let why = self.world.mask.line(why);
        match result {
            Ok(Some(ticket)) => {
                self.ticketed(action.clone(), step, ticket.clone()).await;
                if let Some((taking, target)) = self.taking_of(&action, step) {
                    self.follow_again(taking, target, ticket).await;
                }
            }
            // What the repository does not show was not done, and git does it once. One that hangs is not asked for ever.
            Ok(None) if self.is_task(&action, step, |task| matches!(task, Task::Act { .. })) => {
                match self.was_tried_enough(&action, step) {
                    false => self.take_again_here(&action, step).await,
                    true => self.unclear(action, step, format!("{why}, and the repository does not show it. Look, then try again, or say that it is done.")).await,
                }
            }
            // A pull may be done twice.
            Ok(None) if self.is_task(&action, step, |task| matches!(task, Task::Provide { .. })) => {
                self.take_again_here(&action, step).await;
            }
            Err(_) if self.is_task(&action, step, |task| matches!(task, Task::Provide { .. })) => {
                self.take_again_here(&action, step).await;
            }
            Ok(None) => {
                let reason = format!(
                    "{why}, and the service knows nothing of it. Look, then try again, or say that it is done."
                );
                self.unclear(action, step, reason).await;
            }
            Err(failure) => {
                let failure = self.world.masked(failure);
                let reason = format!("{why}, and it cannot be found out whether it did: {}", failure.sentence());
                self.unclear(action, step, reason).await;
            }
        }
    }

    /// Says whether a step is not to be begun once more by itself: somebody asked to stop, or it was begun often.
    fn was_tried_enough(&self, action: &ActionId, step: usize) -> bool {
        self.release.action(action).is_some_and(|action| {
            let attempts = action.steps.get(step).map_or(0, |state| state.attempts);
            action.stop_requested.is_some() || attempts >= ATTEMPTS
        })
    }

    /// Takes a step again that may be taken twice, unless it began in another environment.
    async fn take_again_here(&mut self, action: &ActionId, step: usize) {
        let Some((taking, _)) = self.taking_of(action, step) else { return };
        match self.apart.remove(action) {
            Some(apart) => self.hold_back(taking, &apart).await,
            None => self.take_again(taking).await,
        }
    }

    /// Returns the order of a failed step that was only lost out of sight: it may still go on, so it is not begun again.
    pub(super) fn out_of_sight(
        &self,
        id: &ActionId,
    ) -> Option<(RunningStep, std::sync::Arc<dyn tminus_core::ports::Target>, Ticket)> {
        let (step, state) = self.release.action(id)?.current()?;
        let is_unseen = matches!(
            state.failure.as_ref()?.kind,
            FailureKind::Unreachable | FailureKind::RateLimited(_) | FailureKind::Unauthorized
        );
        let ticket = state.ticket.clone().filter(|_| is_unseen)?;
        let (taking, target) = self.taking_of(id, step)?;
        Some((taking, target, ticket))
    }

    pub(super) async fn unclear(&mut self, action: ActionId, step: usize, reason: String) {
        let is_act = self.is_task(&action, step, |task| matches!(task, Task::Act { .. }));
        let fact = Fact::Step(StepFact::Unclear { action, step, reason });
        if self.record(&Who::engine(), vec![fact]).await.is_ok() && is_act {
            // Whoever decides on it sees how the repository stands.
            self.survey(Vec::new(), SurveyFollowUp::Nothing);
        }
    }

    /// Says whether a step gives an order of such a kind.
    fn is_task(&self, id: &ActionId, step: usize, is_it: impl Fn(&Task) -> bool) -> bool {
        let state = self.release.action(id).and_then(|action| action.steps.get(step));
        state.is_some_and(|state| state.step.task.ordered().is_some_and(|(_, task)| is_it(task)))
    }

    fn taking_of(
        &self,
        id: &ActionId,
        step: usize,
    ) -> Option<(RunningStep, std::sync::Arc<dyn tminus_core::ports::Target>)> {
        let action = self.release.action(id)?;
        let state = action.steps.get(step)?;
        let env = action.proposal.request.env().cloned();
        let StepTask::Order { artifact, task } = &state.step.task else { return None };
        let target = self.world.target_of(env.as_ref(), artifact.as_ref(), task).ok()?;
        Some((RunningStep { action: id.clone(), step, env, order: state.order.clone()? }, target))
    }

    /// Closes the checks that an earlier engine began and never ended.
    fn unfinished_checks(&self) -> Vec<Fact> {
        let all = self
            .release
            .checks
            .iter()
            .flat_map(|(version, checks)| checks.iter().map(move |(name, state)| (version, name, state)));
        let running = all.filter_map(|(version, name, state)| Some((version, name, state.running.as_ref()?)));
        running
            .map(|(version, name, (since, env))| self.cut_short((version, name), env.clone(), (*since, INTERRUPTED)))
            .collect()
    }

    /// Closes the check of a step that was cut short.
    pub(super) fn interrupted_check(&self, id: &ActionId, step: usize) -> Option<Fact> {
        let action = self.release.action(id)?;
        let StepTask::Check { check } = &action.steps.get(step)?.step.task else { return None };
        let (version, env) = (&action.proposal.release, action.proposal.request.env().cloned());
        let (since, _) = self.release.checks.get(version)?.get(check)?.running.clone()?;
        Some(self.cut_short((version, check), env, (since, INTERRUPTED)))
    }

    /// Ends a check that has no result, and says why.
    pub(super) fn cut_short(
        &self,
        (version, check): (&Version, &CheckName),
        env: Option<EnvName>,
        (began, why): (jiff::Timestamp, &str),
    ) -> Fact {
        let judgement = judge_failure(&Failure::new(FailureKind::Cancelled, why));
        let evidence = Evidence {
            asked: self.world.mask.text(check.as_str()),
            expected: self.world.mask.text(&judgement.expected),
            found: self.world.mask.text(&judgement.found),
            numbers: Vec::new(),
            tail: self.world.mask.text(""),
            output: None,
            sha256: String::new(),
            bytes: 0,
            by: Person::new("tminus"),
            host: String::new(),
            began,
            took: Span::from(tminus_core::time::age(self.world.clock.now(), began)),
            commit: None,
            env: env.clone(),
            version: Some(version.clone()),
            digest: None,
            definition: None,
            ignored: Vec::new(),
            given: Vec::new(),
            outside: Vec::new(),
        };
        let (release, check, verdict) = (version.clone(), check.clone(), judgement.verdict);
        Fact::Check(CheckFact::Finished { release, check, env, verdict, evidence: Box::new(evidence) })
    }
}
