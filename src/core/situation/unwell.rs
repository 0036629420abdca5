//! What is wrong with the release: in its environments, with its version, with its branch.

use super::Situation;
use super::gate::{GateItem, ItemKind};
use super::outlook::Reason;
use crate::action::{Move, Outcome, Proposal, Request};
use crate::item_name::ItemName;
use crate::names::EnvName;
use crate::order::Health;
use crate::plan::Environment;
use crate::release::OpenRelease;
use crate::verdict::Verdict;

impl Situation<'_> {
    pub(super) fn environment_reasons(&self) -> Vec<Reason> {
        self.plan.environments.iter().flat_map(|e| self.reasons_in(e)).collect()
    }

    /// Says what is wrong with what runs in an environment, for whoever goes back from it and has written nothing.
    pub fn reason_to_go_back(&self, env: &EnvName) -> Option<String> {
        let mut wrong = self.plan.environment(env).map(|here| self.reasons_in(here)).unwrap_or_default();
        wrong.sort_by_key(|reason| reason.verdict != Verdict::Fail);
        wrong.into_iter().next().map(|reason| reason.says)
    }

    fn reasons_in(&self, environment: &Environment) -> Vec<Reason> {
        let name = &environment.name;
        let reason = |verdict, short: &str, says| {
            let short = Some(format!("{name} {short}"));
            Reason { short, ..Reason::new(name, Some(name), verdict, says) }
        };
        let Some(state) = self.release.environments.get(name) else { return Vec::new() };
        let mut reasons = Vec::new();
        // What is stopped while it is replaced is on its way; that it is being changed is a reason of its own.
        let changing = self.release.active(name).filter(|a| a.proposal.request.is_changing() && !a.is_stuck());
        let is_ill = |health| match health {
            Health::Unhealthy => true,
            Health::Stopped => changing.is_none(),
            Health::Healthy | Health::Starting | Health::Absent | Health::Waiting | Health::Unknown => false,
        };
        for (artifact, place) in &state.places {
            if let Some((_, failure)) = &place.lost {
                let says = format!("{name} cannot be reached: {}", failure.sentence());
                reasons.push(reason(Verdict::NoData, "unreachable", says));
            } else if let (true, Some((_, seen))) = (is_ill(place.health()), &place.seen) {
                let word = place.health().word();
                let words = seen.words.as_ref().filter(|words| *words != word);
                let words = words.map(|words| format!(": {words}")).unwrap_or_default();
                let version = seen.version.as_ref().map(|v| format!(" {v}")).unwrap_or_default();
                let says = format!("{artifact}{version} in {name} is {word}{words}");
                reasons.push(reason(Verdict::Fail, word, says));
            }
        }
        for (health, says) in self.drift_from_release(name) {
            // What is gone is known not to run; of what somebody else brought nobody has proved anything.
            let verdict = if health == Health::Absent { Verdict::Fail } else { Verdict::Stale };
            reasons.push(reason(verdict, "runs something that tminus did not deploy", says));
        }
        let is_over = self.release.active(name).is_none();
        let unknown = self.unknown_commits(name).into_iter().filter(|_| is_over);
        reasons.extend(unknown.map(|(short, says)| reason(Verdict::NoData, short, says)));
        reasons.extend(self.stuck_reason(environment));
        reasons.extend(self.half_done_reason(name).map(|says| reason(Verdict::Fail, "half done", says)));
        let verified = self.verification_reason(name).map(|says| reason(Verdict::Fail, "not good", says));
        reasons.extend(verified.map(|reason| Reason { is_of_verification: true, ..reason }));
        reasons
    }

    fn stuck_reason(&self, environment: &Environment) -> Option<Reason> {
        let action = self.release.active(&environment.name).filter(|a| a.is_stuck())?;
        let (_, step) = action.current()?;
        let says = format!(
            "{} of {} stopped at \"{}\": {}",
            action.proposal.request.verb(),
            environment.name,
            step.step.title,
            step.summary
        );
        let short = Some(format!("{} of {} stopped", action.proposal.request.verb(), environment.name));
        Some(Reason { short, ..Reason::new(&action.id, Some(&environment.name), Verdict::Fail, says) })
    }

    /// Says so when the last verification of what runs there now that could tell was not good, or does not hold any more.
    fn verification_reason(&self, env: &EnvName) -> Option<String> {
        let last = self.told_last(env)?;
        if last.outcome != Outcome::NotGood {
            return self.failed_since(env).map(|failed| failed.says);
        }
        let action = self.release.action(&last.action);
        let summary = action.and_then(|a| a.ended.as_ref()).map(|e| e.summary.clone()).unwrap_or_default();
        Some(format!("{env} failed its verification: {summary}"))
    }

    /// Says so when the last action that changed something there ended before it was done, and what runs is of it.
    fn half_done_reason(&self, env: &EnvName) -> Option<String> {
        let action = self.release.action(self.failed_in(env)?)?;
        let (_, step) = action.current()?;
        let (verb, ended) = (action.proposal.request.verb(), action.ended.as_ref()?.outcome.words());
        let said = [step.step.title.as_str(), step.summary.as_str()].into_iter().filter(|words| !words.is_empty());
        let said: Vec<&str> = said.collect();
        Some(format!("{verb} of {env} ended before it was done ({ended}): {}", said.join(": ")))
    }

    pub(super) fn bad_reason(&self) -> Option<Reason> {
        let Some(says) = self.bad_words(self.version) else { return self.leaving_reason() };
        let env = self.release.marks(self.version).last().map(|mark| &mark.env);
        let short = Some(format!("{} was rolled back", self.version));
        Some(Reason { short, ..Reason::new(self.version, env, Verdict::Fail, says) })
    }

    /// Says so while the version is being rolled back: it is no release to go on with, and is marked bad at the end.
    fn leaving_reason(&self) -> Option<Reason> {
        let is_left = |m: &Move| m.from.as_ref().is_some_and(|from| &from.version == self.version && *from != m.to);
        let back = self.release.active_actions().find(|a| a.proposal.moves.iter().any(is_left))?;
        let (Request::RollBack { env, .. }, Some((_, who))) = (&back.proposal.request, &back.started) else {
            return None;
        };
        let says = format!("{} is rolling {} back from {env}", who.label(), self.version);
        Some(Reason::new(self.version, Some(env), Verdict::Fail, says))
    }

    pub(super) fn branch_reasons(&self) -> Vec<Reason> {
        let Some(opening) = self.opening() else { return Vec::new() };
        let tag = self.tag_fault().map(|(item, says)| Reason::new(item, None, Verdict::Fail, says));
        tag.into_iter().chain(self.branch_reason(opening)).collect()
    }

    /// Says so where the branch of an open release is gone: nothing is to be made of its last commit then.
    pub(super) fn branch_gone(&self) -> Option<String> {
        let opening = self.opening().filter(|opening| opening.closed.is_none())?;
        let is_gone = opening.state.as_ref().is_some_and(|state| state.commit.is_none());
        is_gone.then(|| format!("the branch {} is gone", opening.branch))
    }

    /// Says why nobody can tell where the branch of the release is.
    pub fn branch_fault(&self) -> Option<Reason> {
        self.opening().and_then(|opening| self.branch_reason(opening))
    }

    fn branch_reason(&self, opening: &OpenRelease) -> Option<Reason> {
        if let Some(says) = self.branch_gone() {
            return Some(Reason::new(&opening.branch, None, Verdict::NoData, says));
        }
        let (_, failure) = opening.lost.as_ref()?;
        let says = format!("{} cannot be read: {}", opening.branch, failure.sentence());
        Some(Reason::new(&opening.branch, None, Verdict::NoData, says))
    }

    /// Says whether a gate may have this item for the tag or the branch of the release: whoever waives it may do so before
    /// anybody has looked again.
    pub fn is_of_release(&self, environment: &Environment, item: &str) -> bool {
        let tag = self.plan.release.tag.fill(&self.values(None)).unwrap_or_default();
        let is_it = match ItemName::read(item) {
            ItemName::Tag(name) => name == tag,
            ItemName::Branch(name) => self.opening().is_some_and(|opening| opening.branch == name),
            ItemName::Check(_) | ItemName::After(_) | ItemName::Bad(_) => false,
            ItemName::Empty(_) | ItemName::Rollback(_) | ItemName::Start(_) => false,
        };
        environment.is_gated() && is_it
    }

    /// Returns what keeps the gate of a deploy closed while the tag of the release is at another commit, or nobody can tell
    /// where its branch is.
    pub(super) fn release_items(&self, environment: &Environment, proposal: &Proposal) -> Vec<GateItem> {
        let is_gated = environment.is_gated() && matches!(proposal.request, Request::Deploy { .. });
        if is_gated { self.release_faults() } else { Vec::new() }
    }

    fn release_faults(&self) -> Vec<GateItem> {
        let tag = self.tag_fault().map(|(item, why)| {
            let title = "The tag is at the release's commit".to_owned();
            GateItem { item, kind: ItemKind::Tag, title, verdict: Verdict::Fail, why }
        });
        let branch = self.branch_fault().map(|reason| {
            let item = ItemName::Branch(reason.subject).to_string();
            let title = "The release's branch can be read".to_owned();
            GateItem { item, kind: ItemKind::Branch, title, verdict: reason.verdict, why: reason.says }
        });
        tag.into_iter().chain(branch).collect()
    }

    /// Returns the tag of an open release that is at another commit, and says so.
    fn tag_fault(&self) -> Option<(String, String)> {
        let opening = self.opening().filter(|opening| opening.closed.is_none())?;
        let at = opening.state.as_ref()?.tag.as_ref().filter(|at| **at != opening.commit)?;
        let tag = self.plan.release.tag.fill(&self.values(None)).unwrap_or_default();
        let says = format!("the tag {tag} is at {}, and the release at {}", at.short(), opening.commit.short());
        Some((ItemName::Tag(tag).to_string(), says))
    }
}
