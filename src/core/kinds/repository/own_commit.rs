//! What is alike in every kind that makes a commit of its own: the commit exists and is written down before its branch moves to
//! it, and the branch moves back while nothing else has it.

use super::kind::{Direction, KindOfAct, OwnCommit, RefMark, RefTip};
use crate::branch::{BranchState, TagObject};
use crate::call::Call;

/// What only the kind itself knows of the commit that it makes.
pub(super) trait MakesCommit {
    /// How it is done once more: `bumping again`.
    const AGAIN: &'static str;

    /// Returns the commit.
    fn own(&self) -> OwnCommit;

    /// Says that tminus made no such commit, and what to do.
    fn is_foreign(&self) -> String;

    /// Returns what it does, as a person would say it.
    fn title(&self) -> String;

    /// Returns what git is asked for, line by line.
    fn lines(&self) -> Vec<String>;

    /// Returns why it is not done, as far as the repository was looked at.
    fn obstacle(&self) -> Option<String>;

    /// Returns why the commit is not taken away again, as far as the repository was looked at.
    fn kept(&self, state: &BranchState) -> Option<String>;

    /// Returns why git does not move its branch now, forward or back.
    fn held<'a>(&self, state: &'a BranchState, direction: Direction) -> Vec<&'a String> {
        let unsaved = state.unsaved.iter().filter(|_| direction == Direction::Back);
        state.held.iter().chain(unsaved).collect()
    }

    /// Returns why there is nothing to do.
    fn is_needless(&self) -> Option<String> {
        None
    }

    /// Returns what was done, in one sentence.
    fn done(&self) -> String;

    /// Returns what it would write, which a person may write instead.
    fn draft(&self) -> Option<&str> {
        None
    }
}

impl<T: MakesCommit> KindOfAct for T {
    fn title(&self, direction: Direction) -> String {
        match (direction, self.own()) {
            (Direction::Forward, _) => MakesCommit::title(self),
            (Direction::Back, own) => format!("Move {} back to {}", own.branch, own.parent.short()),
        }
    }

    /// No command line: git is asked several times, in a checkout of its own, and the branch moves last.
    fn calls(&self, direction: Direction) -> Vec<Call> {
        let lines = match (direction, self.own()) {
            (Direction::Forward, _) => self.lines(),
            (Direction::Back, own) => vec![format!("move {} back to {}", own.branch, own.parent.short())],
        };
        let request = |line| Call::Request { service: "git".to_owned(), line, body: None };
        lines.into_iter().map(request).collect()
    }

    fn undo(&self, direction: Direction) -> String {
        let OwnCommit { branch, revert, .. } = self.own();
        match direction {
            Direction::Forward => {
                format!("`--undo`, while {branch} ends with it and nothing else has it; then `{revert}`")
            }
            Direction::Back => Self::AGAIN.to_owned(),
        }
    }

    fn obstacle(&self, direction: Direction, state: &BranchState) -> Option<String> {
        let own = match direction {
            Direction::Forward => MakesCommit::obstacle(self),
            Direction::Back => self.kept(state),
        };
        let held = self.held(state, direction);
        let held = || held.iter().map(|why| why.as_str()).collect::<Vec<_>>().join("; ");
        own.or_else(|| Some(held()).filter(|held| !held.is_empty()))
    }

    /// What a branch holds says nothing of who put it there.
    fn is_done(&self, _: &BranchState) -> bool {
        false
    }

    fn mark(&self) -> RefMark {
        self.own().mark()
    }

    fn is_asked_for(&self, tip: &RefTip) -> bool {
        self.own().made.as_ref() == Some(&tip.commit)
    }

    fn own_commit(&self) -> Option<OwnCommit> {
        Some(self.own())
    }

    fn is_needless(&self) -> Option<String> {
        MakesCommit::is_needless(self)
    }

    fn draft(&self) -> Option<&str> {
        MakesCommit::draft(self)
    }

    fn cannot_stop(&self) -> Option<&'static str> {
        Some("git commits in one go, and the branch moves last")
    }

    fn keeps(&self, _: &TagObject) -> Option<String> {
        self.own().made.is_none().then(|| self.is_foreign())
    }

    fn done(&self, direction: Direction) -> String {
        match (direction, self.own()) {
            (Direction::Forward, _) => MakesCommit::done(self),
            (Direction::Back, own) => format!("moved {} back to {}", own.branch, own.parent.short()),
        }
    }
}
