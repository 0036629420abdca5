//! What comes of a step: it succeeded, it failed, and the action goes on or waits for a person.

use super::dispatcher::Dispatcher;
use super::execute::RunningStep;
use super::report::SurveyFollowUp;
use std::collections::BTreeMap;
use tminus_core::action::{Move, Proposal, Request, StepTask};
use tminus_core::fact::{Fact, StepFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ActionId, ArtifactName};
use tminus_core::order::{Delivered, Health, Receipt, Ticket};
use tminus_core::release::{ActionState, PlaceState, StepPhase};
use tminus_core::verdict::Verdict;
use tminus_core::who::Who;

type StepOf = (ActionId, usize);

impl Dispatcher {
    pub(super) async fn ticketed(&mut self, action: ActionId, step: usize, ticket: Ticket) {
        let fact = StepFact::Ticketed { action: action.clone(), step, ticket };
        if self.record(&Who::engine(), vec![Fact::Step(fact)]).await.is_ok() {
            self.cancel_order(&action);
        }
    }

    pub(super) async fn ended(&mut self, action: ActionId, step: usize, result: Result<Receipt, Failure>) {
        match result {
            // It may have done its work: that is no failure, and a person looks.
            Err(failure) if failure.kind == FailureKind::Unclear => {
                if self.is_waiting_for(&action, step) {
                    let reason = self.world.masked(failure).sentence();
                    self.unclear(action, step, reason).await;
                }
            }
            Err(failure) => self.failed((action, step), failure).await,
            Ok(receipt) => {
                let env = self.release.action(&action).and_then(|a| a.proposal.request.env().cloned());
                self.survey(env.into_iter().collect(), SurveyFollowUp::Delivered { action, step, receipt });
            }
        }
    }

    /// An order says that it is done: whether it took is what the target shows.
    pub(super) async fn delivered(&mut self, (action, step): StepOf, receipt: Receipt) {
        match self.took(&action, step) {
            Ok(untold) => {
                let untold = untold.map(|why| format!("; {why}")).unwrap_or_default();
                let summary = format!("{}{untold}", self.world.mask.line(&receipt.summary));
                let receipt = Receipt { summary, ..receipt };
                self.succeeded((action, step), receipt.summary.clone(), Some(receipt)).await;
            }
            Err(failure) => self.failed((action, step), failure).await,
        }
    }

    /// Returns what is to be said beside the success: that nobody can tell how it is.
    fn took(&self, action: &ActionId, step: usize) -> Result<Option<&'static str>, Failure> {
        let Some(state) = self.release.action(action) else { return Ok(None) };
        let ordered = state.steps.get(step).and_then(|state| state.step.task.ordered());
        let Some((Some(artifact), Some(to))) = ordered.map(|(artifact, task)| (artifact, task.brings())) else {
            return Ok(None);
        };
        let env = state.proposal.request.env();
        let place = env.and_then(|env| self.release.environments.get(env)).and_then(|e| e.places.get(artifact));
        let Some(place) = place else { return Ok(None) };
        let untold = self.unknown_health(&state.proposal, artifact, place);
        shows(place, to, untold.is_some())?;
        Ok(untold)
    }

    /// Compares what a look found with what the preview showed.
    pub(super) async fn looked(&mut self, action: ActionId, step: usize) {
        if !self.is_waiting_for(&action, step) {
            return;
        }
        let Some(proposal) = self.release.action(&action).map(as_begun) else { return };
        match self.look_result(&proposal) {
            Ok((summary, verdict)) => {
                let fact = StepFact::Succeeded { action: action.clone(), step, summary, verdict, receipt: None };
                if self.record(&Who::engine(), vec![Fact::Step(fact)]).await.is_ok() {
                    self.go_on(&action).await;
                }
            }
            Err(failure) => self.failed((action, step), failure).await,
        }
    }

    /// The gate opened for one commit; a deploy of another one starts over. A rollback depends on no commit.
    fn is_on_its_commit(&self, proposal: &Proposal) -> Result<(), Failure> {
        let now = self.release.openings.get(&proposal.release).map(|o| &o.commit);
        match (&proposal.request, now, &proposal.commit) {
            (Request::Deploy { .. }, Some(now), Some(then)) if now != then => {
                let says =
                    format!("{} is at {} now, the preview showed {}", proposal.release, now.short(), then.short());
                Err(Failure::new(FailureKind::Conflict, says))
            }
            // What runs is what is checked out; it may have moved while somebody read the preview.
            (Request::Deploy { env, version }, ..) => {
                let situation = self.situation(&proposal.release);
                let says =
                    situation.other_files(env, version).or_else(|| situation.cannot_start(env).into_iter().next());
                says.map_or(Ok(()), |says| Err(Failure::new(FailureKind::Conflict, says)))
            }
            _ => Ok(()),
        }
    }

    fn look_result(&self, proposal: &Proposal) -> Result<(String, Option<Verdict>), Failure> {
        self.is_on_its_commit(proposal)?;
        let is_verify = matches!(proposal.request, Request::Verify { .. });
        let places = proposal.request.env().and_then(|env| self.release.environments.get(env)).map(|e| &e.places);
        for moved in &proposal.moves {
            let Some(place) = places.and_then(|p| p.get(&moved.artifact)) else { continue };
            match &place.lost {
                Some((_, failure)) if !is_verify => return Err(failure.clone()),
                Some(_) => {}
                None => self.is_as_shown(place, moved, proposal)?,
            }
            if let Request::Deploy { .. } = &proposal.request {
                is_still_there(place, moved)?;
            }
        }
        match is_verify {
            true => Ok(self.look_verdict(proposal, places)),
            false => Ok(("it is what the preview showed".to_owned(), None)),
        }
    }

    /// Returns the worst that the look of a verification found, of everything that the plan delivers there.
    fn look_verdict(
        &self,
        proposal: &Proposal,
        places: Option<&BTreeMap<ArtifactName, PlaceState>>,
    ) -> (String, Option<Verdict>) {
        let looks = places.into_iter().flatten().map(|(artifact, place)| match &place.lost {
            Some((_, failure)) => (format!("{artifact} cannot be seen: {}", failure.sentence()), Some(Verdict::NoData)),
            None => match self.unknown_health(proposal, artifact, place) {
                Some(why) => (format!("it runs; {why}"), None),
                None => {
                    let health = place.health();
                    (format!("it runs, and is {}", health.word()), Some(verdict_of(health)))
                }
            },
        });
        let badness = |verdict: Option<Verdict>| verdict.unwrap_or(Verdict::Pass);
        let worst = looks.reduce(|worst, look| match badness(worst.1).and(badness(look.1)) == badness(worst.1) {
            true => worst,
            false => look,
        });
        worst.unwrap_or_else(|| ("nothing runs there".to_owned(), Some(Verdict::NoData)))
    }

    /// Says why nobody can tell how an artifact is: its way of delivery never does, or what runs has no health check.
    fn unknown_health(&self, proposal: &Proposal, artifact: &ArtifactName, place: &PlaceState) -> Option<&'static str> {
        let environment = proposal.request.env().and_then(|env| self.plan.environment(env));
        let is_up = place.seen.as_ref().is_some_and(|(_, seen)| seen.health == Health::Unknown);
        environment.and_then(|e| e.delivery(artifact))?.kind.unknown_health(is_up)
    }

    fn is_as_shown(&self, place: &PlaceState, moved: &Move, proposal: &Proposal) -> Result<(), Failure> {
        let conflict = |says: String| Err(Failure::new(FailureKind::Conflict, says));
        // Who released is said before what: that something else runs now follows from it.
        let label = place.seen.as_ref().and_then(|(_, o)| o.action.as_ref());
        if let Some(stranger) = label.filter(|id| proposal.request.is_changing() && !self.release.knows(id)) {
            return conflict(format!(
                "{} carries {stranger}, which is not in this journal: somebody else released",
                moved.artifact
            ));
        }
        let running = place.running();
        if running != moved.from {
            let words = |d: Option<&Delivered>| d.map_or_else(|| "nothing".to_owned(), ToString::to_string);
            let (now, then) = (words(running.as_ref()), words(moved.from.as_ref()));
            return conflict(format!("{} is {now} now, the preview showed {then}", moved.artifact));
        }
        // What is verified is what runs, whatever its tag names by now.
        if matches!(proposal.request, Request::Verify { .. }) {
            return Ok(());
        }
        let is_back = matches!(proposal.request, Request::RollBack { .. });
        let ready = place.ready.get(&moved.to.version).map(|r| &r.readiness);
        let is_held = |then| ready.is_some_and(|ready| is_back && ready.has(then));
        match (ready.and_then(|ready| ready.digest.as_ref()), &moved.to.digest) {
            (Some(now), Some(then)) if now != then && !is_held(then) => {
                conflict(format!("{} is {} now, the preview showed {}", moved.to.version, now.short(), then.short()))
            }
            _ => Ok(()),
        }
    }

    pub(super) async fn succeeded(&mut self, (action, step): StepOf, summary: String, receipt: Option<Receipt>) {
        if !self.is_waiting_for(&action, step) {
            return;
        }
        let fact = StepFact::Succeeded { action: action.clone(), step, summary, verdict: None, receipt };
        if self.record(&Who::engine(), vec![Fact::Step(fact)]).await.is_ok() {
            self.go_on(&action).await;
        }
    }

    pub(super) async fn fail(&mut self, taking: &RunningStep, failure: Failure) {
        self.failed((taking.action.clone(), taking.step), failure).await;
    }

    /// Records a failure; the action then waits for a person, unless its first look ended it.
    pub(super) async fn failed(&mut self, (action, step): StepOf, failure: Failure) {
        if !self.is_waiting_for(&action, step) {
            return;
        }
        let failure = self.world.masked(failure);
        let fact = StepFact::Failed { action: action.clone(), step, failure };
        if self.record(&Who::engine(), vec![Fact::Step(fact)]).await.is_ok() {
            Box::pin(self.go_on(&action)).await;
        }
    }

    /// A task that panicked leaves its step without an end: nobody can tell what it did, so a person looks.
    pub(super) async fn broke(&mut self, error: &tokio::task::JoinError) {
        let Some(action) = self.steps.iter().find(|(_, task)| task.id() == error.id()).map(|(id, _)| id.clone()) else {
            return;
        };
        let step = self.release.action(&action).and_then(|a| a.current()).map(|(index, _)| index);
        self.steps.remove(&action);
        if let Some(step) = step.filter(|step| error.is_panic() && self.is_waiting_for(&action, *step)) {
            let reason = "tminus itself failed in the middle of it. Look, then try again, or say that it is done.";
            self.unclear(action, step, reason.to_owned()).await;
        }
    }

    /// Cuts a step short that changes nothing, when somebody asked its action to stop.
    pub(super) async fn stop_if_asked(&mut self, id: &ActionId) {
        let Some(action) = self.release.action(id).filter(|a| a.stop_requested.is_some()) else { return };
        let Some((step, StepPhase::Running)) = action.current().map(|(i, s)| (i, s.phase)) else { return };
        if !Self::may_cut(action) {
            return self.cancel_order(id);
        }
        if let Some(task) = self.steps.remove(id) {
            task.abort();
        }
        let failure = self.world.masked(Failure::new(FailureKind::Cancelled, "stopped because somebody asked"));
        let fact = StepFact::Failed { action: id.clone(), step, failure };
        let mut facts = vec![Fact::Step(fact)];
        facts.extend(self.interrupted_check(id, step));
        drop(self.record(&Who::engine(), facts).await);
    }
}

/// Returns what an action was begun from: what an unfinished rollback brought back runs already, and is not brought again.
fn as_begun(action: &ActionState) -> Proposal {
    let mut proposal = action.proposal.clone();
    let brings = |m: &Move| {
        let is_of = |task: &StepTask| matches!(task, StepTask::Order { artifact: Some(of), .. } if of == &m.artifact);
        action.steps.iter().any(|s| is_of(&s.step.task))
    };
    if let Request::RollBack { .. } = proposal.request {
        for moved in proposal.moves.iter_mut().filter(|m| !brings(m)) {
            moved.from = Some(moved.to.clone());
        }
    }
    proposal
}

/// What would be brought is looked for before any step that cannot be undone.
fn is_still_there(place: &PlaceState, moved: &Move) -> Result<(), Failure> {
    let Some(ready) = place.ready.get(&moved.to.version).map(|r| &r.readiness) else { return Ok(()) };
    match ready.blockers.iter().chain(&ready.deploy).next() {
        None => Ok(()),
        Some(why) => {
            Err(Failure::new(FailureKind::Conflict, format!("{} {}: {why}", moved.artifact, moved.to.version)))
        }
    }
}

fn shows(place: &PlaceState, to: &Delivered, is_untold: bool) -> Result<(), Failure> {
    let rejected = |says: String| Err(Failure::new(FailureKind::Rejected, says));
    if let Some((_, failure)) = &place.lost {
        return Err(failure.clone());
    }
    let is_it =
        place.running().is_some_and(|r| r.version == to.version && (to.digest.is_none() || r.digest == to.digest));
    if !is_it {
        let now = place.running().as_ref().map_or_else(|| "nothing".to_owned(), ToString::to_string);
        return rejected(format!("the order says that it is done, and {now} runs there"));
    }
    match place.health() {
        Health::Healthy | Health::Waiting => Ok(()),
        Health::Unknown if is_untold => Ok(()),
        Health::Starting | Health::Unhealthy | Health::Stopped | Health::Absent | Health::Unknown => {
            let words = place.seen.as_ref().and_then(|(_, o)| o.words.clone()).unwrap_or_default();
            rejected(format!("{} runs there and is {}: {words}", to.version, place.health().word()))
        }
    }
}

fn verdict_of(health: Health) -> Verdict {
    match health {
        Health::Healthy => Verdict::Pass,
        Health::Unhealthy | Health::Stopped | Health::Absent => Verdict::Fail,
        Health::Starting | Health::Waiting => Verdict::Inconclusive,
        Health::Unknown => Verdict::NoData,
    }
}
