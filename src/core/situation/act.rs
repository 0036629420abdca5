//! An action on the repository: what it comes to for the release, and what stands in its way.

use super::Situation;
use crate::action::{Outcome, Request, Step, StepTask, StepUndo};
use crate::branch::{BranchState, MergeLook};
use crate::changelog::is_later;
use crate::command::Refusal;
use crate::kinds::repository::{ActInput, ActKind, BranchAct, Direction, RepositoryAct};
use crate::names::Commit;
use crate::release::OpenRelease;
use jiff::tz::TimeZone;

impl Situation<'_> {
    /// Returns why an action on the repository cannot begin, whatever anybody confirms.
    pub fn not_doable(&self, (kind, direction, text): (ActKind, Direction, Option<&str>)) -> Vec<String> {
        let Some(opening) = self.opening() else { return vec![format!("{} is not open", self.version)] };
        let mut reasons: Vec<String> =
            opening.closed.as_ref().map(|_| format!("{} is closed", self.version)).into_iter().collect();
        let is_of_kind = |request: &Request| matches!(request, Request::Act { act, .. } if *act == kind);
        let other = self.release.active_actions().find(|a| is_of_kind(&a.proposal.request));
        reasons.extend(other.map(|a| format!("{} has not ended", a.id)));
        reasons.extend(self.branch_gone().filter(|_| direction == Direction::Forward));
        let (acts, state) = match (self.acts_of((kind, direction, text)), &opening.state) {
            (Err(refusal), _) => return vec![refusal.says],
            (Ok(_), None) => return reasons,
            (Ok(acts), Some(state)) => (acts, state),
        };
        reasons.extend(text.filter(|_| kind.names().edit.is_none()).map(|_| "this action takes no text".to_owned()));
        reasons.extend(acts.iter().filter_map(|act| self.obstacle((kind, direction), (act, state))));
        reasons
    }

    fn obstacle(
        &self,
        (kind, direction): (ActKind, Direction),
        (act, state): (&RepositoryAct, &BranchState),
    ) -> Option<String> {
        if direction == Direction::Forward || !act.is_done(state) || self.was_done(kind) {
            return act.obstacle(direction, state);
        }
        let (verb, undo) = (kind.words(Direction::Forward).verb, act.undo(Direction::Forward));
        Some(format!("tminus did not {verb} {}, so it does not undo that: `{undo}` does", self.version))
    }

    /// Returns what was done to the repository for the release, as it was last seen: `tagged v1.0.0`. Nothing while it cannot
    /// be seen.
    pub fn done_to_repository(&self) -> Vec<String> {
        let opening = self.opening().filter(|opening| opening.lost.is_none());
        let Some(state) = opening.and_then(|opening| opening.state.as_ref()) else { return Vec::new() };
        let acts = ActKind::ALL.iter().filter_map(|kind| self.acts_of((*kind, Direction::Forward, None)).ok());
        acts.flatten().filter(|act| act.is_done(state)).map(|act| act.done(Direction::Forward)).collect()
    }

    /// Returns the branches that the release's own is merged back into.
    pub fn goes_back_to(&self) -> Vec<String> {
        let Some(opening) = self.opening() else { return Vec::new() };
        let is_next = |other: &OpenRelease| other.hotfix_of.is_none() || is_later(&other.version, &opening.version);
        let open = self.release.openings.values().filter(|other| other.closed.is_none() && is_next(other));
        // What a hotfix mends is broken in the release that is on its way too, and in a later hotfix.
        let others = open.filter(|_| opening.hotfix_of.is_some()).map(|other| &other.branch);
        let mut all: Vec<String> = Vec::new();
        for branch in std::iter::once(&self.plan.release.base).chain(others) {
            if *branch != opening.branch && !all.contains(branch) {
                all.push(branch.clone());
            }
        }
        all
    }

    /// Says what of the release's branch the branches lack that it goes back to, as far as anybody could look.
    pub fn unmerged(&self) -> Vec<String> {
        let state = self.opening().and_then(|opening| opening.state.as_ref());
        state.into_iter().flat_map(|state| &state.merges).filter_map(MergeLook::unmerged).collect()
    }

    /// Says why the release does not end yet: its commits are not where they must be, or nobody can tell.
    pub fn not_merged_back(&self) -> Vec<String> {
        let unseen = self.unseen_repository().map(|why| format!("whether it is merged back is unknown: {why}"));
        let gone = self.branch_gone().map(|gone| format!("{gone}: what it had after the last look is unknown"));
        unseen.into_iter().chain(gone).chain(self.unmerged()).collect()
    }

    /// Says why nobody knows how the repository stands, where that is so.
    pub(super) fn unseen_repository(&self) -> Option<String> {
        let opening = self.opening()?;
        match (&opening.lost, &opening.state) {
            (Some((_, failure)), _) => Some(format!("the repository cannot be read: {}", failure.sentence())),
            (None, None) => Some("the repository was not looked at yet".to_owned()),
            (None, Some(_)) => None,
        }
    }

    /// Returns the steps of an action on the repository.
    pub(super) fn act_steps(&self, asked: (ActKind, Direction, Option<&str>)) -> Result<Vec<Step>, Refusal> {
        Ok(self.acts_of(asked)?.into_iter().map(|act| step(act, asked.1)).collect())
    }

    /// Returns the one step of a cut.
    pub(super) fn cut_step(&self) -> Option<Step> {
        let opening = self.opening()?;
        let (branch, at) = (opening.branch.clone(), opening.commit.clone());
        Some(step(RepositoryAct::Branch(BranchAct { branch, at }), Direction::Forward))
    }

    /// Returns what stays as it is when an action is taken back.
    pub(super) fn stays_of_act(&self, kind: ActKind, direction: Direction) -> Option<String> {
        let has_remote = self.opening()?.state.as_ref()?.pushed.is_some();
        let acts = self.acts_of((kind, direction, None)).ok().filter(|_| has_remote && direction == Direction::Back)?;
        acts.iter().find_map(|act| act.stays(&self.plan.release.remote))
    }

    fn acts_of(
        &self,
        (kind, direction, text): (ActKind, Direction, Option<&str>),
    ) -> Result<Vec<RepositoryAct>, Refusal> {
        let unknown = || Refusal::unknown(format!("the commit of {} is unknown", self.version));
        let opening = self.opening().ok_or_else(unknown)?;
        let (project, version, rules) = (self.plan.project.as_str(), self.version, &self.plan.release);
        let (branch, state) = (opening.branch.as_str(), opening.state.as_ref());
        let today = self.now.to_zoned(TimeZone::UTC).date();
        let of = |(to, commit): (&str, &Commit), (left, before): (Option<&str>, Option<&Commit>)| {
            let input = ActInput { project, version, commit, rules, left, before, branch, to, state, text, today };
            kind.of(&input).map_err(|unknown| Refusal::held(unknown.to_string()))
        };
        let left = if direction == Direction::Back { self.left_by(kind) } else { Vec::new() };
        if left.is_empty() {
            // Where nothing is recorded of the object that was left, no object counts as its own: anybody can write the same words.
            let all = kind.goes_to(branch, state);
            let nowhere = || Refusal::held(format!("it is not known of any branch that {branch} goes back to it"));
            all.first().ok_or_else(nowhere)?;
            return all.iter().map(|to| of((to, &opening.commit), (None, None))).collect();
        }
        // The release may have gone on since: what is taken back is where it was left, the newest first.
        let back = |(left, act): &(&str, &RepositoryAct)| {
            let own = act.own_commit();
            let to = own.as_ref().map_or(branch, |own| own.branch.as_str());
            of((to, &act.mark().commit), (Some(left), act.begins_at().as_ref()))
        };
        left.iter().rev().map(back).collect()
    }

    /// Returns what the actions of a kind left in the repository and none of them took back, oldest first.
    fn left_by(&self, kind: ActKind) -> Vec<(&str, &RepositoryAct)> {
        let mut left: Vec<(&str, &RepositoryAct)> = Vec::new();
        for action in &self.release.actions {
            let Some(direction) = self.direction_of(kind, &action.proposal.request) else { continue };
            let is_good = action.ended.as_ref().is_some_and(|end| end.outcome == Outcome::Good);
            for state in &action.steps {
                let Some(act) = state.step.task.acts() else { continue };
                let receipt = state.receipt.as_ref();
                // What was there before is not what this one left.
                if act.own_commit().is_none() && act.begins_at().is_some_and(|before| before == act.mark().commit) {
                    continue;
                }
                // What a person called done left nothing that is known.
                if is_good || receipt.is_some() {
                    left.retain(|(_, before)| before.mark().name != act.mark().name);
                }
                let id = receipt.and_then(|receipt| receipt.left.as_deref());
                left.extend(id.filter(|_| direction == Direction::Forward).map(|id| (id, act)));
            }
        }
        left
    }

    /// Says which way a request of a kind goes, where it is one for this release.
    fn direction_of(&self, kind: ActKind, request: &Request) -> Option<Direction> {
        match request {
            Request::Act { version, act, direction, .. } if *act == kind && version == self.version => Some(*direction),
            Request::Act { .. }
            | Request::Deploy { .. }
            | Request::Verify { .. }
            | Request::RollBack { .. }
            | Request::Build { .. }
            | Request::Cut { .. } => None,
        }
    }

    /// Says whether the newest good action of a kind did it, and did not take it back.
    fn was_done(&self, kind: ActKind) -> bool {
        let good = self.release.actions.iter().filter(|a| a.ended.as_ref().is_some_and(|e| e.outcome == Outcome::Good));
        let newest = good.filter_map(|a| self.direction_of(kind, &a.proposal.request)).next_back();
        newest == Some(Direction::Forward)
    }
}

fn step(act: RepositoryAct, direction: Direction) -> Step {
    let (title, undo) = (act.title(direction), StepUndo::By(act.undo(direction)));
    Step { title, task: StepTask::of_act(act, direction), calls: Vec::new(), undo }
}
