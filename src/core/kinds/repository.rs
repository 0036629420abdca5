//! The kinds of repository action: one line each.

mod acts;
mod branch;
mod bump;
mod changelog;
mod kind;
mod merge_back;
mod own_commit;
mod push;
mod tag;

use crate::branch::BranchState;
use crate::names::Commit;
use crate::plan::UnknownPlaceholder;
use acts::acts;
pub use branch::BranchAct;
pub use bump::BumpAct;
pub use changelog::{ChangelogAct, LONGEST_SECTION};
use kind::BuildAct;
pub use kind::{ActInput, ActNames, ActWords, Direction, KindOfAct, OwnCommit, RefMark, RefTip, ToldByName};
pub use merge_back::MergeBackAct;
pub use push::{PushAct, PushedTag};
use serde::{Deserialize, Serialize};
use std::ops::Deref;
pub use tag::TagAct;

acts! {
    by verb {
        /// `tag`: an annotated tag at the release's commit.
        Tag(TagAct),
        /// `bump`: the version files raised to the release's version, as one commit on its branch.
        Bump(BumpAct),
        /// `changelog`: the release's section of the changelog, as one commit on its branch.
        Changelog(ChangelogAct),
        /// `merge-back`: the release's branch merged into its base, and what else must have it.
        MergeBack(MergeBackAct),
        /// `push`: the release's branch, and its tag, on the remote.
        Push(PushAct),
    }
    of a cut {
        /// The release's branch.
        Branch(BranchAct),
    }
}

impl RepositoryAct {
    /// Returns it with the commit that it made; one that makes none of its own stays as it is.
    #[must_use]
    pub fn with_made(self, made: Commit) -> Self {
        let made = Some(made);
        match self {
            Self::Bump(act) => Self::Bump(BumpAct { made, ..act }),
            Self::Changelog(act) => Self::Changelog(ChangelogAct { made, ..act }),
            Self::MergeBack(act) => Self::MergeBack(MergeBackAct { made, ..act }),
            Self::Tag(_) | Self::Push(_) | Self::Branch(_) => self,
        }
    }

    /// Returns why it cannot begin, by where its name stands.
    pub fn conflict(&self, direction: Direction, there: Option<&RefTip>) -> Option<String> {
        let mark = self.mark();
        match (direction, there) {
            (Direction::Forward, None) if self.begins_at().is_none() => None,
            (Direction::Forward, Some(there)) if self.begins_at().as_ref() == Some(&there.commit) => None,
            (Direction::Forward, Some(there)) if there.commit == mark.commit && self.may_be_there() => None,
            (Direction::Back, Some(there)) if there.commit == mark.commit => self.keeps(&there.object),
            (Direction::Forward | Direction::Back, Some(there)) => {
                Some(format!("{} is at {}", mark.name, there.commit.short()))
            }
            (Direction::Forward | Direction::Back, None) => Some(format!("there is no {}", mark.name)),
        }
    }

    /// Says whether the repository shows what was asked for, by where its name stands.
    pub fn is_done_at(&self, direction: Direction, there: Option<&RefTip>) -> bool {
        match direction {
            Direction::Forward => there.is_some_and(|there| self.is_asked_for(there)),
            Direction::Back => there.map(|there| &there.commit) == self.begins_at().as_ref(),
        }
    }

    /// Says what its name alone tells, where nobody saw how git ended.
    pub fn told_by_name(&self, direction: Direction, there: Option<&RefTip>) -> ToldByName {
        match (self.is_done_at(direction, there), direction) {
            (false, _) => ToldByName::NotDone,
            (true, Direction::Back) => ToldByName::Done,
            (true, Direction::Forward) => (**self).told_by_name(),
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
