//! Taking the steps of an action. `StepStarted` is on disk before anything here touches the world.

use super::dispatcher::Dispatcher;
use super::look_limits::{load, scaled};
use super::report::{Purpose, Report, SurveyFollowUp};
use super::waiting::Halt;
use super::world::within;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::action::{Request, StepTask};
use tminus_core::decide::{NextStep, Retrying, next};
use tminus_core::fact::{CheckFact, Fact, StepFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::measurement::ProbeQuestion;
use tminus_core::names::{ActionId, ArtifactName, EnvName, OrderId};
use tminus_core::order::{Order, Progress, Receipt, Ticket};
use tminus_core::plan::Check;
use tminus_core::ports::{ProgressSender, Target};
use tminus_core::release::{ActionState, StepState};
use tminus_core::time::Span;
use tminus_core::who::Who;

/// One step that is being taken.
#[derive(Clone)]
pub(super) struct RunningStep {
    pub action: ActionId,
    pub step: usize,
    pub env: Option<EnvName>,
    pub order: OrderId,
}

impl Dispatcher {
    /// Goes on with an action after something of it ended.
    pub(super) async fn go_on(&mut self, action: &ActionId) {
        self.advance(action, Retrying::No).await;
    }

    /// Takes the next step of an action, or ends it, or waits.
    pub(super) async fn advance(&mut self, id: &ActionId, retrying: Retrying) {
        if let (Retrying::Yes, Some((taking, target, ticket))) = (retrying, self.out_of_sight(id)) {
            return self.follow_again(taking, target, ticket).await;
        }
        let Some(action) = self.release.action(id) else { return };
        match next(&self.release, action, retrying) {
            NextStep::Wait => {}
            NextStep::Finish(facts) => {
                // The person who rolled a version back marked it bad, not the engine that carried the rollback out.
                let is_mark = |fact: &Fact| matches!(fact, Fact::Gate(_));
                let by = action.started.as_ref().filter(|_| facts.iter().any(is_mark)).map(|(_, who)| who.clone());
                self.steps.remove(id);
                if self.record(&by.unwrap_or_else(Who::engine), facts).await.is_ok() {
                    self.survey_all(SurveyFollowUp::Nothing);
                }
            }
            // The next engine continues here.
            NextStep::Step(..) if matches!(self.halt, Halt::Asked(_)) => {}
            NextStep::Step(step, order) => {
                let env = action.proposal.request.env().cloned();
                let is_begun = |s: &StepState| matches!(s.step.task, StepTask::Order { .. });
                let begins = action.steps.get(step).is_some_and(is_begun);
                let taking = RunningStep { action: id.clone(), step, env, order };
                match begins.then(|| self.apart.remove(id)).flatten() {
                    Some(apart) => self.hold_back(taking, &apart).await,
                    None => self.take(taking).await,
                }
            }
        }
    }

    /// Takes a step again that an earlier engine was in the middle of, and that may be taken twice.
    pub(super) async fn take_again(&mut self, taking: RunningStep) {
        let attempts =
            self.release.action(&taking.action).and_then(|a| a.steps.get(taking.step)).map_or(0, |s| s.attempts);
        let order = OrderId::new(format!("{}.{}.{}", taking.action, taking.step, attempts + 1));
        self.take(RunningStep { order, ..taking }).await;
    }

    async fn take(&mut self, taking: RunningStep) {
        let Some(action) = self.release.action(&taking.action).cloned() else { return };
        let Some(task) = action.steps.get(taking.step).map(|s| s.step.task.clone()) else { return };
        let started =
            StepFact::Started { action: taking.action.clone(), step: taking.step, order: taking.order.clone() };
        let mut facts = vec![Fact::Step(started)];
        if let StepTask::Check { check } = &task {
            let (release, check) = (action.proposal.release.clone(), check.clone());
            facts.push(Fact::Check(CheckFact::Started { release, check, env: taking.env.clone() }));
        }
        if self.record(&Who::engine(), facts).await.is_ok() {
            self.touch(taking, &action, task).await;
        }
    }

    /// Touches the world for a step that is recorded as begun.
    async fn touch(&mut self, taking: RunningStep, action: &ActionState, task: StepTask) {
        match task {
            StepTask::Look => self.look_for(taking),
            StepTask::Hold { until } => self.hold((taking.action, taking.step), until),
            StepTask::Check { check } => match self.plan.check(&check).cloned() {
                Some(check) => self.check_for(taking, action, check),
                None => self.fail(&taking, gone_from_plan(check.as_str())).await,
            },
            StepTask::Measure { metric, horizon } => match self.plan.metric(&metric).cloned() {
                Some(metric) => {
                    let window = self.window(action, horizon);
                    self.measure_for(taking, action, ProbeQuestion::Metric { metric, window });
                }
                None => self.fail(&taking, gone_from_plan(metric.as_str())).await,
            },
            StepTask::Order { artifact, task } => self.give(taking, artifact.as_ref(), *task).await,
        }
    }

    fn look_for(&mut self, taking: RunningStep) {
        let envs = taking.env.iter().cloned().collect();
        self.survey(envs, SurveyFollowUp::Looked { action: taking.action, step: taking.step });
    }

    pub(super) fn hold(&mut self, (action, step): (ActionId, usize), until: jiff::Timestamp) {
        let (clock, reporter) = (self.world.clock.clone(), self.reporter.clone());
        let report = Report::Waited { action: action.clone(), step };
        let progress = self.progress_of(&Purpose::Step { action: action.clone(), step });
        let began = clock.now();
        let task = self.tasks.spawn(async move {
            let total = tminus_core::time::age(until, began).as_secs();
            while clock.now() < until && !clock.is_virtual() {
                let done = tminus_core::time::age(clock.now(), began).as_secs();
                drop(progress.try_send(Progress::Share { done, total, of: "seconds".to_owned() }));
                clock.sleep_until(Span::seconds(1).after(clock.now()).min(until)).await;
            }
            clock.sleep_until(until).await;
            drop(reporter.send(report).await);
        });
        self.steps.insert(action, task);
    }

    /// Measures a metric again that had too few samples.
    pub(super) fn remeasure(&mut self, id: ActionId, step: usize) {
        if !self.is_waiting_for(&id, step) {
            return;
        }
        let Some(action) = self.release.action(&id).cloned() else { return };
        let Some(state) = action.steps.get(step) else { return };
        let StepTask::Measure { metric, horizon } = &state.step.task else { return };
        let Some(metric) = self.plan.metric(metric).cloned() else { return };
        let (env, order) = (action.proposal.request.env().cloned(), state.order.clone());
        let order = order.unwrap_or_else(|| OrderId::new(format!("{id}.{step}.1")));
        let window = self.window(&action, *horizon);
        self.measure_for(
            RunningStep { action: id, step, env, order },
            &action,
            ProbeQuestion::Metric { metric, window },
        );
    }

    /// Runs a check of a verification, unless another that it needs has not passed.
    fn check_for(&mut self, taking: RunningStep, action: &ActionState, check: Check) {
        let release = &action.proposal.release;
        let Some(need) = self.unmet_need(release, &check, taking.env.as_ref()) else {
            return self.measure_for(taking, action, ProbeQuestion::Check(check));
        };
        let ask = self.ask(release, ProbeQuestion::Check(check), taking.env.as_ref());
        let purpose = Purpose::Step { action: taking.action, step: taking.step };
        self.report_unmeasured((purpose, begun_by(action)), ask, need);
    }

    fn measure_for(&mut self, taking: RunningStep, action: &ActionState, question: ProbeQuestion) {
        let ask = self.ask(&action.proposal.release, question, taking.env.as_ref());
        let who = begun_by(action);
        let purpose = Purpose::Step { action: taking.action.clone(), step: taking.step };
        let task = self.measure((purpose, who), ask);
        self.steps.insert(taking.action, task);
    }

    /// Returns how far back a metric looks: to the horizon, but never to before the version ran there.
    fn window(&self, action: &ActionState, horizon: Span) -> Span {
        let env = action.proposal.request.env();
        let age = env.and_then(|env| self.situation(&action.proposal.release).age_in(env));
        age.map_or(horizon, |age| age.min(horizon).max(Span::seconds(1)))
    }

    async fn give(&mut self, taking: RunningStep, artifact: Option<&ArtifactName>, task: tminus_core::order::Task) {
        let env = taking.env.clone();
        let target = match self.world.target_of(env.as_ref(), artifact, &task) {
            Ok(target) => target,
            Err(failure) => return self.fail(&taking, failure).await,
        };
        let (reporter, progress) = (self.reporter.clone(), self.progress_for(&taking));
        let (action, step) = (taking.action.clone(), taking.step);
        let limit = self.limit(env.as_ref(), artifact);
        let order = Order { id: taking.order.clone(), action: taking.action.clone(), env, task };
        let handle = self.tasks.spawn(async move {
            let result = match within(limit, "the target", target.begin(&order)).await {
                Ok(ticket) => {
                    drop(
                        reporter.send(Report::Ticketed { action: action.clone(), step, ticket: ticket.clone() }).await,
                    );
                    follow(target, &ticket, progress).await
                }
                // It may have begun all the same: the service is asked, so that nobody begins it twice.
                Err(failure) if is_unanswered(failure.kind) => {
                    let result = within(limit, "the target", target.find(&order.id)).await;
                    let why = format!("this got no answer as it began ({})", failure.sentence());
                    drop(reporter.send(Report::Found { action, step, result, why }).await);
                    return;
                }
                Err(failure) => Err(failure),
            };
            drop(reporter.send(Report::Ended { action, step, result }).await);
        });
        self.steps.insert(taking.action, handle);
    }

    /// Returns how long a target may take to answer.
    pub(super) fn limit(&self, env: Option<&EnvName>, artifact: Option<&ArtifactName>) -> Duration {
        match env.zip(artifact) {
            Some((env, artifact)) => self.look_limits.limit(self.plan.limits.look.duration(), env, artifact),
            None => scaled(self.plan.limits.look.duration(), load()),
        }
    }

    /// Follows an order that is in flight already.
    pub(super) fn adopt(&mut self, taking: RunningStep, target: Arc<dyn Target>, ticket: Ticket) {
        let (reporter, progress) = (self.reporter.clone(), self.progress_for(&taking));
        let (action, step) = (taking.action.clone(), taking.step);
        let handle = self.tasks.spawn(async move {
            let result = follow(target, &ticket, progress).await;
            drop(reporter.send(Report::Ended { action, step, result }).await);
        });
        self.steps.insert(taking.action, handle);
    }

    fn progress_for(&mut self, taking: &RunningStep) -> ProgressSender {
        self.progress_of(&Purpose::Step { action: taking.action.clone(), step: taking.step })
    }

    /// Says whether the step that runs may be cut short: it changes nothing.
    pub(super) fn may_cut(action: &ActionState) -> bool {
        let is_look = matches!(action.proposal.request, Request::Verify { .. });
        is_look && action.current().is_some_and(|(_, s)| s.step.task.ordered().is_none())
    }
}

/// Follows an order to its end. A time-out is the target's own: it knows how long its kind may take.
async fn follow(target: Arc<dyn Target>, ticket: &Ticket, progress: ProgressSender) -> Result<Receipt, Failure> {
    target.follow(ticket, progress).await
}

fn begun_by(action: &ActionState) -> Who {
    action.started.as_ref().map_or_else(Who::engine, |(_, who)| who.clone())
}

fn is_unanswered(kind: FailureKind) -> bool {
    matches!(kind, FailureKind::Timeout | FailureKind::Unreachable)
}

fn gone_from_plan(name: &str) -> Failure {
    let says = format!("{name} is no longer in the plan");
    Failure::new(FailureKind::NotFound, says)
}
