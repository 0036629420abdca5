//! Taking in what a look found: facts where something changed, telemetry where nothing did.

use super::dispatcher::Dispatcher;
use super::report::{BranchReport, LookedFor, PlaceReport, Survey};
use std::time::Instant;
use tminus_core::branch::{BranchState, BumpLook, ChangelogLook, Changes, MergeLook};
use tminus_core::fact::{Fact, ReleaseFact, TargetFact};
use tminus_core::failure::Failure;
use tminus_core::names::{ArtifactName, EnvName, Version};
use tminus_core::order::{Observation, Readiness};
use tminus_core::release::OpenRelease;
use tminus_core::telemetry::Telemetry;

impl Dispatcher {
    /// Turns a survey into facts where something changed, and into telemetry where nothing did.
    pub(super) fn changes_of(&mut self, survey: Survey) -> Vec<Fact> {
        let mut facts = Vec::new();
        for place in survey.places {
            if let Some(end) = place.end() {
                self.look_limits.learn(&place.env, &place.artifact, end);
            }
            self.place_changes(place, &mut facts);
        }
        for mut branch in survey.branches {
            if !self.is_news(LookedFor::Branch(branch.version.clone()), branch.asked) {
                continue;
            }
            if let Some(log) = branch.log.take() {
                self.log_change(&branch.version, log);
            }
            facts.extend(self.branch_change(branch));
        }
        facts.extend(survey.outside.into_iter().filter_map(|report| self.outside_change(report)));
        facts
    }

    /// Says whether nobody has asked the same since; an answer that comes late tells what was, not what is.
    fn is_news(&mut self, question: LookedFor, asked: Instant) -> bool {
        let newest = self.looks.entry(question).or_insert(asked);
        let is_news = asked >= *newest;
        *newest = asked.max(*newest);
        is_news
    }

    /// Each answer counts by itself: a later look at what runs there does not undo what this one found out
    /// about a version.
    fn place_changes(&mut self, report: PlaceReport, facts: &mut Vec<Fact>) {
        let PlaceReport { env, artifact, seen, ready, asked, took: _ } = report;
        // What an engine before this one could not see, it may not have seen for another reason.
        let is_first = !self.looks.contains_key(&LookedFor::Place(env.clone(), artifact.clone(), None));
        let mut is_news = |version: Option<&Version>| {
            self.is_news(LookedFor::Place(env.clone(), artifact.clone(), version.cloned()), asked)
        };
        let seen = is_news(None).then_some(seen);
        let ready: Vec<_> = ready.into_iter().filter(|(version, _)| is_news(Some(version))).collect();
        if let Some(seen) = seen {
            facts.extend(self.seen_change((&env, &artifact), seen, is_first));
        }
        facts.extend(ready.into_iter().filter_map(|answer| self.ready_change((&env, &artifact), answer)));
    }

    fn seen_change(
        &self,
        (env, artifact): (&EnvName, &ArtifactName),
        seen: Result<Observation, Failure>,
        is_first: bool,
    ) -> Option<Fact> {
        let known = self.release.environments.get(env).and_then(|e| e.places.get(artifact));
        let (env, artifact) = (env.clone(), artifact.clone());
        match seen {
            Ok(observation) => {
                let observation = self.world.masked_seen(observation);
                let is_known =
                    known.is_some_and(|k| k.lost.is_none() && k.seen.as_ref().is_some_and(|(_, o)| o == &observation));
                if is_known {
                    self.tell(Telemetry::StillSo { env, artifact, at: self.world.clock.now() });
                    return None;
                }
                Some(Fact::Target(TargetFact::Observed { env, artifact, observation }))
            }
            Err(failure) => {
                let failure = self.world.masked(failure);
                let before = known.and_then(|k| k.lost.as_ref()).map(|(_, before)| before);
                let is_known = before.is_some_and(|b| is_of_one_kind(b, &failure) && (!is_first || *b == *failure));
                (!is_known).then_some(Fact::Target(TargetFact::Lost { env, artifact, failure }))
            }
        }
    }

    fn ready_change(
        &self,
        (env, artifact): (&EnvName, &ArtifactName),
        (version, answer): (Version, Result<Readiness, Failure>),
    ) -> Option<Fact> {
        let known = self.release.environments.get(env).and_then(|e| e.places.get(artifact));
        let readiness = answer.unwrap_or_else(|failure| unknown_health(version, &failure));
        let readiness = self.world.masked_ready(readiness);
        let is_known = known.and_then(|k| k.ready.get(&readiness.version)).is_some_and(|r| r.readiness == readiness);
        let (env, artifact) = (env.clone(), artifact.clone());
        (!is_known).then_some(Fact::Target(TargetFact::Ready { env, artifact, readiness }))
    }

    fn branch_change(&self, report: BranchReport) -> Option<Fact> {
        let BranchReport { version, asked: _, known, state, log: _ } = report;
        let opening = self.release.openings.get(&version)?;
        // The files were compared with a commit that another look has moved on from: without a list, everything is touched.
        let state =
            state.map(|(state, changes)| self.news_of(opening, state, changes.filter(|_| known == opening.commit)));
        match state {
            Ok((state, _)) if opening.lost.is_none() && opening.state.as_ref() == Some(&state) => {
                self.tell(Telemetry::BranchStillSo { at: self.world.clock.now() });
                None
            }
            Ok((state, changes)) => {
                Some(Fact::Release(ReleaseFact::Branch { version, state: Box::new(state), changes }))
            }
            Err(failure) if opening.lost.as_ref().is_some_and(|(_, before)| is_of_one_kind(before, &failure)) => None,
            Err(failure) => {
                let failure = self.world.masked(failure);
                Some(Fact::Release(ReleaseFact::BranchLost { version, failure }))
            }
        }
    }

    /// Returns what a look at a branch tells of a release, safe to record: a closed one keeps its branch as it was, and only
    /// what the plan's commands need is news.
    fn news_of(
        &self,
        opening: &OpenRelease,
        state: BranchState,
        changes: Option<Changes>,
    ) -> (BranchState, Option<Changes>) {
        let masked = |why: String| self.world.mask.line(&why).into_string();
        let unlooked = state.unlooked.map(masked);
        let safe = |BumpLook { edits, refused }| BumpLook { edits, refused: refused.into_iter().map(masked).collect() };
        let bump = state.bump.map(safe);
        let safe = |look: MergeLook| MergeLook {
            held: look.held.into_iter().map(masked).collect(),
            refused: look.refused.into_iter().map(masked).collect(),
            ..look
        };
        let merges = state.merges.into_iter().map(safe).collect();
        let held = state.held.into_iter().map(masked).collect();
        let unsaved = state.unsaved.into_iter().map(masked).collect();
        let changelog = state.changelog.map(|look| self.safe_section(look));
        match opening.state.clone().filter(|_| opening.closed.is_some()) {
            Some(kept) => (BranchState { unmet: state.unmet, unlooked, ..kept }, None),
            None => (BranchState { unlooked, bump, changelog, merges, held, unsaved, ..state }, changes),
        }
    }

    /// What stands in a file stays as it is, so where a part of it is masked it is not committed again.
    fn safe_section(&self, look: ChangelogLook) -> ChangelogLook {
        let mask = |text: &String| self.world.mask.apply(text);
        let (unreleased, drafted) = (mask(&look.unreleased), mask(&look.drafted));
        let mut refused: Vec<String> = look.refused.iter().map(|why| self.world.mask.line(why).into_string()).collect();
        if unreleased != look.unreleased {
            refused.push("what stands under Unreleased looks like a secret".to_owned());
        }
        ChangelogLook { unreleased, drafted, heading: mask(&look.heading), refused, ..look }
    }
}

/// Says whether two failures are of one kind: what one says in detail may change with each try, and is no news.
fn is_of_one_kind(one: &Failure, other: &Failure) -> bool {
    std::mem::discriminant(&one.kind) == std::mem::discriminant(&other.kind)
}

/// What could not be found out is neither ready nor blocked, and says so.
fn unknown_health(version: Version, failure: &Failure) -> Readiness {
    Readiness { unknown: vec![format!("it cannot be told: {}", failure.sentence())], ..Readiness::of(version) }
}
