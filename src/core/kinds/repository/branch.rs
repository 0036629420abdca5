//! The release's branch, created at its commit and checked out. A cut does it as it opens the release; no verb asks for it
//! alone, and a person takes it back.

use super::kind::{Direction, KindOfAct, RefMark};
use crate::branch::BranchState;
use crate::call::Call;
use crate::names::Commit;
use serde::{Deserialize, Serialize};

/// A branch. The fields are named as in the journals of a tminus that had a step of its own for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BranchAct {
    /// Its name.
    pub branch: String,
    /// Where it begins.
    pub at: Commit,
}

impl KindOfAct for BranchAct {
    fn title(&self, _: Direction) -> String {
        format!("Create the branch {} at {}", self.branch, self.at.short())
    }

    /// No command line: git is asked with the repository's hooks and programs kept from starting.
    fn calls(&self, _: Direction) -> Vec<Call> {
        let line = format!("branch {} {}, and check it out", self.branch, self.at.short());
        vec![Call::Request { service: "git".to_owned(), line, body: None }]
    }

    fn undo(&self, _: Direction) -> String {
        format!("git branch -D {}", self.branch)
    }

    /// The repository itself is asked before the release is opened.
    fn obstacle(&self, _: Direction, _: &BranchState) -> Option<String> {
        None
    }

    fn is_done(&self, state: &BranchState) -> bool {
        state.commit.as_ref() == Some(&self.at)
    }

    fn mark(&self) -> RefMark {
        RefMark { name: format!("refs/heads/{}", self.branch), commit: self.at.clone() }
    }

    fn cannot_stop(&self) -> Option<&'static str> {
        Some("git creates the branch and checks it out in one go")
    }

    /// One that is there is checked out.
    fn may_be_there(&self) -> bool {
        true
    }

    fn done(&self, _: Direction) -> String {
        "the branch is there and checked out".to_owned()
    }
}
