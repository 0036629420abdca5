//! The release on its T-clock: the plan's milestones, the phases that gate, and the ages at which a version is looked at.

use super::{CheckTally, Situation};
use crate::action::{Outcome, Request};
use crate::names::{EnvName, Phase};
use crate::plan::{Check, Environment, Milestone, Verifier};
use crate::time::{Offset, Span};
use crate::verdict::Verdict;
use crate::who::Who;
use jiff::Timestamp;

/// One moment on the T-clock.
#[derive(Clone, Debug, PartialEq)]
pub struct CourseMoment<'a> {
    /// The distance from T-0, where the plan says one.
    pub offset: Option<Offset>,
    /// When; absent while that cannot be told.
    pub at: Option<Timestamp>,
    /// What.
    pub event: CourseEvent<'a>,
    /// Where it stands.
    pub course: Course,
}

/// What a moment is about.
#[derive(Clone, Debug, PartialEq)]
pub enum CourseEvent<'a> {
    /// A milestone of the plan.
    Milestone {
        /// Its title.
        title: &'a str,
        /// When it was recorded as done, and by whom.
        done: Option<(Timestamp, &'a Who)>,
    },
    /// A phase that must be good by T-0, because an environment's gate waits for it.
    Phase {
        /// The phase.
        phase: &'a Phase,
        /// How many of its checks are good.
        good: usize,
        /// How many it has.
        total: usize,
    },
    /// A version is looked at again at an age.
    Horizon {
        /// Where.
        env: &'a EnvName,
        /// The age.
        horizon: Span,
    },
}

/// Where a moment stands. Only what was proved is ever good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Course {
    /// It is to come.
    Ahead,
    /// It was due, and nothing says whether what it names was done.
    Unrecorded,
    /// It is recorded as done.
    Done,
    /// It was due, nobody measured it, and it is too late to.
    Missed,
    /// It was due, and was not proved.
    Overdue,
    /// The checks were judged so, and it is not too late.
    Stands(Verdict),
    /// It was verified, and ended so.
    Ended(Outcome),
    /// The version does not run there yet.
    NotThere,
}

impl<'a> Situation<'a> {
    /// Returns the moments of the release, in the order of time; those whose time cannot be told come where the plan has them.
    pub fn course(&self) -> Vec<CourseMoment<'a>> {
        let mut moments = self.milestones();
        moments.extend(self.gating_phases());
        moments.extend(self.plan.environments.iter().flat_map(|e| self.horizon_moments(e)));
        let zero = self.zero();
        let place = |m: &CourseMoment<'_>| match (zero, m.at) {
            (_, Some(at)) => at,
            (zero, None) => m.offset.map_or(Timestamp::MAX, |o| o.from(zero.unwrap_or(self.now))),
        };
        moments.sort_by_key(place);
        moments
    }

    /// Returns the distances from T-0 that the plan names, in order, each once.
    pub fn offsets(&self) -> Vec<Offset> {
        let horizons = self.plan.environments.iter().flat_map(|e| self.measured_at(e)).map(Offset::at_age);
        let mut all: Vec<Offset> = self.plan.milestones.iter().map(|m| m.at).chain(horizons).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// Returns T-0, once it is set.
    pub fn zero(&self) -> Option<Timestamp> {
        self.opening()?.zero
    }

    fn milestones(&self) -> Vec<CourseMoment<'a>> {
        let milestones = self.plan.milestones.iter().map(|milestone| {
            let at = self.zero().map(|zero| milestone.at.from(zero));
            let done = self.reached(milestone);
            let course = match done {
                Some(_) => Course::Done,
                None if at.is_some_and(|at| at <= self.now) => Course::Unrecorded,
                None => Course::Ahead,
            };
            let event = CourseEvent::Milestone { title: &milestone.title, done };
            CourseMoment { offset: Some(milestone.at), at, event, course }
        });
        milestones.collect()
    }

    /// Returns when a milestone was reached, and by whom: as a person recorded it, or by the cut that it names.
    fn reached(&self, milestone: &Milestone) -> Option<(Timestamp, &'a Who)> {
        let opening = self.release.openings.get(self.version)?;
        if let Some(reached) = opening.reached.get(&milestone.title) {
            return Some((reached.at, &reached.by));
        }
        let cut = self.release.actions.iter().rev().filter(|_| names_the_cut(&milestone.title)).find(|action| {
            let is_good = action.ended.as_ref().is_some_and(|ending| ending.outcome == Outcome::Good);
            is_good && matches!(&action.proposal.request, Request::Cut { version } if version == self.version)
        })?;
        let (_, who) = cut.started.as_ref()?;
        Some((cut.ended.as_ref()?.at, who))
    }

    /// A phase is due at T-0 while an environment whose gate waits for it does not run the version.
    fn gating_phases(&self) -> Vec<CourseMoment<'a>> {
        let waiting = |phase: &Phase| self.plan.environments.iter().any(|e| e.gate.contains(phase) && !self.runs_it(e));
        let gating = |phase: &&Phase| self.plan.environments.iter().any(|e| e.gate.contains(phase));
        let moment = |phase: &'a Phase| {
            let checks: Vec<(&Check, Verdict)> =
                self.plan.checks_of(phase).map(|c| (c, self.standing(c, None).verdict)).collect();
            let CheckTally { good, total, verdict: worst } = CheckTally::of(checks.iter().copied());
            let is_late = self.zero().is_some_and(|zero| zero < self.now) && waiting(phase);
            let course = if is_late && !worst.is_good_enough() { Course::Overdue } else { Course::Stands(worst) };
            let event = CourseEvent::Phase { phase, good, total };
            CourseMoment { offset: Some(Offset::ZERO), at: self.zero(), event, course }
        };
        let has_checks = |phase: &&Phase| self.plan.checks_of(phase).any(|c| c.required);
        self.plan.phases.iter().filter(gating).filter(has_checks).map(moment).collect()
    }

    /// What the release or its rollback brought to an environment has real moments; what is still to come there has those that the plan names from T-0.
    fn horizon_moments(&self, environment: &'a Environment) -> Vec<CourseMoment<'a>> {
        let env = &environment.name;
        if self.was_brought(environment) {
            let due = self.due(env).into_iter().map(|due| {
                let course = match due.outcome {
                    Some(outcome) => Course::Ended(outcome),
                    None if due.at > self.now => Course::Ahead,
                    None if due.is_missed(self.now) => Course::Missed,
                    None => Course::Overdue,
                };
                let event = CourseEvent::Horizon { env, horizon: due.horizon };
                CourseMoment { offset: None, at: Some(due.at), event, course }
            });
            return due.collect();
        }
        let measured = self.measured_at(environment);
        let planned = self.horizons(env).into_iter().map(|horizon| {
            let offset = measured.contains(&horizon).then(|| Offset::at_age(horizon));
            let at = offset.and_then(|offset| Some(offset.from(self.zero()?)));
            CourseMoment { offset, at, event: CourseEvent::Horizon { env, horizon }, course: Course::NotThere }
        });
        planned.collect()
    }

    /// Returns the ages at which the metrics of an environment are measured.
    fn measured_at(&self, environment: &Environment) -> Vec<Span> {
        let metrics = environment.verify.iter().filter_map(|name| match self.plan.verifier(name) {
            Some(Verifier::Metric(metric)) => Some(metric.horizons.clone()),
            Some(Verifier::Check(_)) | None => None,
        });
        metrics.flatten().collect()
    }
}

/// Says whether a title is about what a cut does: "Cut the release branch", "Create the release branch".
fn names_the_cut(title: &str) -> bool {
    let title = title.to_lowercase();
    ["cut ", "create "].iter().any(|verb| title.starts_with(verb)) && title.contains("branch")
}
