//! An action on the repository: what it comes to for the release, and what stands in its way.

use super::Situation;
use crate::action::{Outcome, Request, Step, StepTask, StepUndo};
use crate::command::Refusal;
use crate::kinds::repository::{ActInput, ActKind, BranchAct, Direction, RepositoryAct};
use crate::names::Commit;
use crate::release::ActionState;
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
        let (act, state) = match (self.act_of((kind, direction, text)), &opening.state) {
            (Err(refusal), _) => return vec![refusal.says],
            (Ok(_), None) => return reasons,
            (Ok(act), Some(state)) => (act, state),
        };
        reasons.extend(text.filter(|_| kind.names().edit.is_none()).map(|_| "this action takes no text".to_owned()));
        let is_foreign = direction == Direction::Back && act.is_done(state) && !self.was_done(kind);
        let obstacle = act.obstacle(direction, state).filter(|_| !is_foreign);
        let foreign = || {
            let (verb, undo) = (kind.words(Direction::Forward).verb, act.undo(Direction::Forward));
            format!("tminus did not {verb} {}, so it does not undo that: `{undo}` does", self.version)
        };
        reasons.extend(obstacle.or_else(|| is_foreign.then(foreign)));
        reasons
    }

    /// Returns what was done to the repository for the release, as it was last seen: `tagged v1.0.0`. Nothing while it cannot
    /// be seen.
    pub fn done_to_repository(&self) -> Vec<String> {
        let opening = self.opening().filter(|opening| opening.lost.is_none());
        let Some(state) = opening.and_then(|opening| opening.state.as_ref()) else { return Vec::new() };
        let acts = ActKind::ALL.iter().filter_map(|kind| self.act_of((*kind, Direction::Forward, None)).ok());
        acts.filter(|act| act.is_done(state)).map(|act| act.done(Direction::Forward)).collect()
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

    /// Returns the one step of an action on the repository.
    pub(super) fn act_step(&self, asked: (ActKind, Direction, Option<&str>)) -> Result<Step, Refusal> {
        Ok(step(self.act_of(asked)?, asked.1))
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
        let act = self.act_of((kind, direction, None)).ok().filter(|_| has_remote && direction == Direction::Back)?;
        act.stays(&self.plan.release.remote)
    }

    fn act_of(&self, (kind, direction, text): (ActKind, Direction, Option<&str>)) -> Result<RepositoryAct, Refusal> {
        let unknown = || Refusal::unknown(format!("the commit of {} is unknown", self.version));
        let opening = self.opening().ok_or_else(unknown)?;
        let (project, version, rules) = (self.plan.project.as_str(), self.version, &self.plan.release);
        let (branch, state) = (opening.branch.as_str(), opening.state.as_ref());
        let today = self.now.to_zoned(TimeZone::UTC).date();
        let of = |commit: &Commit, (left, before): (Option<&str>, Option<&Commit>)| {
            let input = ActInput { project, version, commit, rules, left, before, branch, state, text, today };
            kind.of(&input).map_err(|unknown| Refusal::held(unknown.to_string()))
        };
        if direction == Direction::Forward {
            return of(&opening.commit, (None, None));
        }
        let recorded = self.last_done(kind).filter(|(direction, _)| *direction == Direction::Forward);
        let recorded = recorded.and_then(|(_, action)| left_by(action));
        // Where nothing is recorded of the object that was left, no object counts as its own: anybody can write the same words.
        let Some((left, act)) = recorded else { return of(&opening.commit, (None, None)) };
        // The release may have gone on since: what is taken back is where it was left.
        of(&act.mark().commit, (Some(left), act.begins_at().as_ref()))
    }

    /// Says whether the newest good action of a kind did it, and did not take it back.
    fn was_done(&self, kind: ActKind) -> bool {
        self.last_done(kind).is_some_and(|(direction, _)| direction == Direction::Forward)
    }

    /// Returns the newest good action of a kind, and which way it went.
    fn last_done(&self, kind: ActKind) -> Option<(Direction, &ActionState)> {
        let of_kind = |request: &Request| match request {
            Request::Act { version, act, direction, .. } if *act == kind && version == self.version => Some(*direction),
            Request::Act { .. }
            | Request::Deploy { .. }
            | Request::Verify { .. }
            | Request::RollBack { .. }
            | Request::Build { .. }
            | Request::Cut { .. } => None,
        };
        let good = self.release.actions.iter().filter(|a| a.ended.as_ref().is_some_and(|e| e.outcome == Outcome::Good));
        good.filter_map(|a| Some((of_kind(&a.proposal.request)?, a))).next_back()
    }
}

fn step(act: RepositoryAct, direction: Direction) -> Step {
    let (title, undo) = (act.title(direction), StepUndo::By(act.undo(direction)));
    Step { title, task: StepTask::of_act(act, direction), calls: Vec::new(), undo }
}

/// Returns the object that an action left in the repository, and what it was.
fn left_by(action: &ActionState) -> Option<(&str, &RepositoryAct)> {
    action.steps.iter().find_map(|s| Some((s.receipt.as_ref()?.left.as_deref()?, s.step.task.acts()?)))
}
