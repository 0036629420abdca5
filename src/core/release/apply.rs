//! The fold itself: one fact after another, nothing else.

use super::{
    ActionState, Adoption, BadMark, CheckRun, ClockJump, Closing, Measure, OpenRelease, PlaceState, PlanStamp, Reached,
    ReadyState, Release, Waiver,
};
use crate::action::Request;
use crate::fact::{CheckFact, Fact, GateFact, PlanFact, Record, ReleaseFact, TargetFact};
use crate::names::{ArtifactName, EnvName, Version};
use crate::order::Delivered;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Release {
    /// Makes the state that a journal tells of.
    pub fn of<'a>(records: impl IntoIterator<Item = &'a Record>) -> Self {
        let mut release = Self::default();
        for record in records {
            release.apply(record);
        }
        release
    }

    /// Takes one more fact in. A fact that was taken in before changes nothing.
    pub fn apply(&mut self, record: &Record) {
        if record.seq <= self.seq {
            return;
        }
        self.seq = record.seq;
        self.trail.follow(record);
        self.keep(record);
        // Looks are many and change nothing; the clock that counts is that of what was decided, done and measured.
        if !matches!(record.fact, Fact::Target(_)) {
            self.latest = Some(self.moment(record).at);
        }
        match &record.fact {
            Fact::Plan(PlanFact::Adopted { hash, text, .. }) => {
                let (hash, text) = (hash.clone(), text.clone());
                self.plan = Some(PlanStamp { hash, text, at: record.at, who: record.who.clone() });
            }
            Fact::Release(fact) => self.apply_release(record, fact),
            Fact::Check(fact) => self.apply_check(record, fact),
            Fact::Gate(fact) => self.apply_mark(record, fact),
            Fact::Action(fact) => self.apply_action(record, fact),
            Fact::Step(fact) => self.apply_step(record, fact),
            Fact::Target(fact) => self.apply_target(record, fact),
            Fact::Seat(fact) => {
                self.seats.apply(fact, (record.at, &record.who));
                self.locks.see(record.at, fact, &self.seats);
            }
            Fact::Clock(fact) => self.jumps.push(ClockJump { seq: record.seq, by: fact.by() }),
            Fact::Lock(fact) => self.locks.apply(fact, (record.at, &record.who), &self.seats),
        }
    }

    fn keep(&mut self, record: &Record) {
        if self.story.len() >= Self::STORY_KEPT {
            // A tenth at once, so that a long journal is not moved with every fact.
            self.story.drain(..Self::STORY_KEPT / 10);
        }
        self.story.push(Arc::new(record.clone()));
    }

    fn apply_release(&mut self, record: &Record, fact: &ReleaseFact) {
        match fact {
            ReleaseFact::Opened { version, branch, commit, previous, hotfix_of } => {
                let opening = OpenRelease {
                    version: version.clone(),
                    previous: previous.clone(),
                    hotfix_of: hotfix_of.clone(),
                    branch: branch.clone(),
                    commit: commit.clone(),
                    first: commit.clone(),
                    opened: record.at,
                    by: record.who.clone(),
                    zero: None,
                    state: None,
                    lost: None,
                    moves: Vec::new(),
                    reached: BTreeMap::new(),
                    closed: None,
                };
                self.openings.insert(version.clone(), opening);
            }
            ReleaseFact::Scheduled { version, zero } => {
                self.with_opening(version, |o| o.zero = Some(*zero));
            }
            ReleaseFact::Branch { version, state, changes } => {
                self.with_opening(version, |o| o.see(state, changes.as_ref(), record.at));
            }
            ReleaseFact::BranchLost { version, failure } => {
                self.with_opening(version, |o| {
                    let since = o.lost.as_ref().map_or(record.at, |(since, _)| *since);
                    o.lost = Some((since, failure.clone().into_inner()));
                });
            }
            ReleaseFact::Closed { version, note, unmerged } => {
                let (note, unmerged) = (note.clone(), unmerged.clone());
                let closing = Closing { at: record.at, by: record.who.clone(), note, unmerged };
                self.with_opening(version, |o| o.closed = Some(closing));
            }
            ReleaseFact::Reached { version, milestone, note } => {
                let reached = Reached { at: record.at, by: record.who.clone(), note: note.clone() };
                self.with_opening(version, |o| drop(o.reached.insert(milestone.clone(), reached)));
            }
            ReleaseFact::Reopened { version } => self.with_opening(version, |o| o.closed = None),
            ReleaseFact::Withdrawn { version, .. } => {
                self.openings.remove(version);
            }
        }
    }

    fn with_opening(&mut self, version: &Version, change: impl FnOnce(&mut OpenRelease)) {
        if let Some(opening) = self.openings.get_mut(version) {
            change(opening);
        }
    }

    fn apply_check(&mut self, record: &Record, fact: &CheckFact) {
        match fact {
            CheckFact::Started { release, check, env } => {
                let state = self.checks.entry(release.clone()).or_default().entry(check.clone()).or_default();
                state.running = Some((record.at, env.clone()));
            }
            CheckFact::Finished { release, check, env, verdict, evidence } => {
                let state = self.checks.entry(release.clone()).or_default().entry(check.clone()).or_default();
                // The same check may run for another environment at the same time.
                if state.running.as_ref().is_some_and(|(_, of)| of == env) {
                    state.running = None;
                }
                state.keep(CheckRun {
                    seq: record.seq,
                    at: record.at,
                    who: record.who.clone(),
                    env: env.clone(),
                    verdict: *verdict,
                    evidence: evidence.as_ref().clone(),
                });
            }
            CheckFact::Measured { release, metric, env, horizon, verdict, evidence } => {
                self.measures.entry(release.clone()).or_default().push(Measure {
                    seq: record.seq,
                    at: record.at,
                    metric: metric.clone(),
                    env: env.clone(),
                    horizon: *horizon,
                    verdict: *verdict,
                    evidence: evidence.as_ref().clone(),
                });
            }
        }
    }

    fn apply_target(&mut self, record: &Record, fact: &TargetFact) {
        match fact {
            TargetFact::Observed { env, artifact, observation } => {
                let at = self.moment(record);
                let left = self.left_by_an_action(env, artifact);
                let deployed = self.deployed(env, artifact);
                self.place(env, artifact).see((record.at, at), observation, (left.as_ref(), deployed.as_ref()));
            }
            TargetFact::Lost { env, artifact, failure } => {
                let place = self.place(env, artifact);
                let since = place.lost.as_ref().map_or(record.at, |(since, _)| *since);
                place.lost = Some((since, failure.clone().into_inner()));
            }
            TargetFact::Ready { env, artifact, readiness } => {
                let state = ReadyState { at: record.at, readiness: readiness.clone() };
                self.place(env, artifact).ready.insert(readiness.version.clone(), state);
            }
        }
    }

    fn apply_mark(&mut self, record: &Record, fact: &GateFact) {
        match fact {
            GateFact::Waived { release, env, item, reason, commit, definition } => self.waivers.push(Waiver {
                seq: record.seq,
                release: release.clone(),
                env: env.clone(),
                item: item.clone(),
                reason: reason.clone(),
                commit: commit.clone(),
                definition: definition.clone(),
                who: record.who.clone(),
                at: record.at,
            }),
            GateFact::MarkedBad { version, env, reason } => {
                let mark = BadMark { reason: reason.clone(), env: env.clone(), who: record.who.clone(), at: record.at };
                self.bad.entry(version.clone()).or_default().push(mark);
                self.lapse_approvals_of(version, env);
            }
            GateFact::Adopted { action, .. } => {
                self.adopted.insert(action.clone());
            }
            GateFact::AdoptedVersion { env, artifact, delivered, commit, reason } => {
                let (who, at) = (record.who.clone(), record.at);
                let adoption = Adoption { commit: commit.clone(), reason: reason.clone(), who, at };
                let stay = self.place(env, artifact).stays.last_mut().filter(|stay| &stay.delivered == delivered);
                stay.into_iter().for_each(|stay| stay.adopted = Some(adoption.clone()));
            }
            GateFact::Approved { .. } | GateFact::Lapsed { .. } => self.apply_approval(record, fact),
        }
    }

    /// Returns what an action on its way takes away from a place: that it ends then says nothing about it.
    fn left_by_an_action(&self, env: &EnvName, artifact: &ArtifactName) -> Option<Delivered> {
        let action = self.active(env).filter(|a| a.proposal.request.is_changing())?;
        let moved = action.proposal.moves.iter().find(|m| &m.artifact == artifact)?;
        moved.from.clone().filter(|from| from != &moved.to)
    }

    /// Returns what the action that touched an environment last brings of an artifact, where that is a deploy.
    fn deployed(&self, env: &EnvName, artifact: &ArtifactName) -> Option<Delivered> {
        let is_of = |a: &&ActionState| a.proposal.request.env() == Some(env) && a.proposal.request.is_changing();
        let touched = self.actions.iter().filter(is_of).filter_map(|a| Some((a.touched?.seq, a)));
        let (_, last) = touched.max_by_key(|(seq, _)| *seq)?;
        let deploy = Some(&last.proposal).filter(|proposal| matches!(proposal.request, Request::Deploy { .. }))?;
        deploy.moves.iter().find(|m| &m.artifact == artifact).map(|m| m.to.clone())
    }

    fn place(&mut self, env: &EnvName, artifact: &ArtifactName) -> &mut PlaceState {
        self.environments.entry(env.clone()).or_default().places.entry(artifact.clone()).or_default()
    }
}
