//! The kinds of repository action: one line each.

mod acts;
mod branch;
mod kind;
mod tag;

use crate::plan::UnknownPlaceholder;
use acts::acts;
pub use branch::BranchAct;
use kind::BuildAct;
pub use kind::{ActInput, ActNames, ActWords, Direction, KindOfAct, RefMark, RefTip};
use serde::{Deserialize, Serialize};
use std::ops::Deref;
pub use tag::TagAct;

acts! {
    by verb {
        /// `tag`: an annotated tag at the release's commit.
        Tag(TagAct),
    }
    of a cut {
        /// The release's branch.
        Branch(BranchAct),
    }
}

impl RepositoryAct {
    /// Returns why it cannot begin, by where its name stands.
    pub fn conflict(&self, direction: Direction, there: Option<&RefTip>) -> Option<String> {
        let mark = self.mark();
        match (direction, there) {
            (Direction::Forward, None) => None,
            (Direction::Forward, Some(there)) if there.commit == mark.commit && self.may_be_there() => None,
            (Direction::Back, Some(there)) if there.commit == mark.commit => self.keeps(&there.object),
            (Direction::Forward | Direction::Back, Some(there)) => {
                Some(format!("{} is at {}", mark.name, there.commit.short()))
            }
            (Direction::Back, None) => Some(format!("there is no {}", mark.name)),
        }
    }

    /// Says whether it is done, by where its name stands.
    pub fn is_done_at(&self, direction: Direction, there: Option<&RefTip>) -> bool {
        match direction {
            Direction::Forward => there.is_some_and(|there| self.is_own(there)),
            Direction::Back => there.is_none(),
        }
    }
}

impl ActKind {
    /// Returns its words in one direction.
    pub const fn words(self, direction: Direction) -> &'static ActWords {
        match direction {
            Direction::Forward => &self.names().forward,
            Direction::Back => &self.names().back,
        }
    }

    /// Finds the kind of a verb.
    pub fn named(verb: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.names().forward.verb == verb)
    }
}
