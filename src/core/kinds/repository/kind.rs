//! What a kind of repository action says of itself, and what others ask it without knowing which kind it is.

use crate::branch::{BranchState, TagObject};
use crate::call::Call;
use crate::names::{Commit, Version};
use crate::plan::{ReleaseRules, UnknownPlaceholder};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// Whether an action is done, or taken back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// It is done.
    Forward,
    /// It is taken back.
    Back,
}

/// The words for a kind in one direction.
#[derive(Debug)]
pub struct ActWords {
    /// The verb: `tag`.
    pub verb: &'static str,
    /// What is done while it runs: `tagging`.
    pub doing: &'static str,
    /// What would be done, in front of the version: `write the changelog of`.
    pub would: &'static str,
    /// The name that a keymap gives it: `release.tag`.
    pub key: &'static str,
    /// What the cockpit says that it does, as a sentence.
    pub help: &'static str,
}

/// The words for a kind.
#[derive(Debug)]
pub struct ActNames {
    /// What the command line says that it does, both ways in one line.
    pub about: &'static str,
    /// What the option says that opens a person's editor on its draft, of a kind that has one.
    pub edit: Option<&'static str>,
    /// The words for doing it.
    pub forward: ActWords,
    /// The words for taking it back.
    pub back: ActWords,
}

/// What an action is made of.
#[derive(Clone, Copy, Debug)]
pub struct ActInput<'a> {
    /// The project's name.
    pub project: &'a str,
    /// The release's version.
    pub version: &'a Version,
    /// The release's commit.
    pub commit: &'a Commit,
    /// The rules of the plan.
    pub rules: &'a ReleaseRules,
    /// The object that it left when it was done, where that is to be taken back.
    pub left: Option<&'a str>,
    /// Where the name that it moved stood before, where that is to be taken back.
    pub before: Option<&'a Commit>,
    /// The release's branch.
    pub branch: &'a str,
    /// The branch that it changes: the release's own, unless the kind goes to others.
    pub to: &'a str,
    /// How that was last seen.
    pub state: Option<&'a BranchState>,
    /// What a person wrote in place of what would be drafted.
    pub text: Option<&'a str>,
    /// The day.
    pub today: Date,
}

/// Where a name of the repository stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefTip {
    /// The commit.
    pub commit: Commit,
    /// The object that it names.
    pub object: TagObject,
}

/// What an action leaves behind: a name in the repository, at a commit. Unless the action moves a name, that is not there before,
/// and not there once the action is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefMark {
    /// The name, whole: `refs/tags/v1.0.0`.
    pub name: String,
    /// The commit.
    pub commit: Commit,
}

/// A commit that an action makes on a branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnCommit {
    /// The branch.
    pub branch: String,
    /// Where the branch stands before.
    pub parent: Commit,
    /// What the commit says.
    pub message: String,
    /// The words by which git undoes it with a commit of its own: `git revert`.
    pub revert: &'static str,
    /// The commit, once it is made.
    pub made: Option<Commit>,
}

impl OwnCommit {
    pub(super) fn mark(&self) -> RefMark {
        let commit = self.made.as_ref().unwrap_or(&self.parent).clone();
        RefMark { name: format!("refs/heads/{}", self.branch), commit }
    }

    /// Says why the branch is not moved back: only what is nowhere else is taken away.
    pub(super) fn is_kept(
        &self,
        foreign: String,
        (at, copies): (Option<&Commit>, &[Option<String>]),
    ) -> Option<String> {
        let Some(made) = &self.made else { return Some(foreign) };
        let (short, branch) = (made.short(), &self.branch);
        let moved = || format!("{branch} no longer ends with {short}");
        let why = (at != Some(made)).then(moved).or_else(|| copies.iter().flatten().next().cloned())?;
        Some(format!("{why}: `{} {short}` undoes it", self.revert))
    }

    /// Says why the release's own branch is not moved back.
    pub(super) fn is_kept_on(&self, foreign: String, (tag, state): (&str, &BranchState)) -> Option<String> {
        let made = self.made.as_ref().map(Commit::short).unwrap_or_default();
        let pushed = (state.pushed == Some(true)).then(|| format!("{made} is pushed"));
        let tagged = (state.tag.is_some() && state.tag == self.made).then(|| format!("{made} is tagged {tag}"));
        self.is_kept(foreign, (state.commit.as_ref(), &[pushed, tagged]))
    }
}

/// What a name of the repository tells of an action whose end nobody saw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ToldByName {
    /// It was done.
    Done,
    /// It was not done, or may be done once more.
    NotDone,
    /// What is there may be its own, or somebody else's.
    Unknown,
}

/// How a kind is named, and made.
pub(super) trait BuildAct: Sized {
    /// Its words.
    const NAMES: ActNames;

    /// Returns the branches that it changes, each in a step of its own.
    fn goes_to(branch: &str, _state: Option<&BranchState>) -> Vec<String> {
        vec![branch.to_owned()]
    }

    /// Makes the action of a release, with nothing left open.
    fn of(input: &ActInput<'_>) -> Result<Self, UnknownPlaceholder>;
}

/// The questions that every kind of repository action answers.
pub trait KindOfAct {
    /// Returns what it does, as a person would say it: `Tag 1a2b3c4 as v1.0.0`.
    fn title(&self, direction: Direction) -> String;

    /// Returns each call of git, in order.
    fn calls(&self, direction: Direction) -> Vec<Call>;

    /// Returns how it is undone.
    fn undo(&self, direction: Direction) -> String;

    /// Returns what stands in its way, as far as the repository was looked at.
    fn obstacle(&self, direction: Direction, state: &BranchState) -> Option<String>;

    /// Says whether it was done, as far as the repository was looked at.
    fn is_done(&self, state: &BranchState) -> bool;

    /// Returns what it leaves behind.
    fn mark(&self) -> RefMark;

    /// Says whether what its name stands for is what was asked for.
    fn is_asked_for(&self, tip: &RefTip) -> bool {
        tip.commit == self.mark().commit
    }

    /// Returns what its name at its commit tells, where nobody saw how git ended: a person may have given the same name to the
    /// same commit.
    fn told_by_name(&self) -> ToldByName {
        ToldByName::Done
    }

    /// Says why it cannot be stopped once it has begun; nothing where git can be ended in the middle.
    fn cannot_stop(&self) -> Option<&'static str> {
        None
    }

    /// Returns why what its name stands for at its commit is not taken back.
    fn keeps(&self, _there: &TagObject) -> Option<String> {
        None
    }

    /// Returns what stays as it is when it is taken back.
    fn stays(&self, _remote: &str) -> Option<String> {
        None
    }

    /// Returns where its name stands before it is done, of one that moves a name instead of making it.
    fn begins_at(&self) -> Option<Commit> {
        self.own_commit().map(|own| own.parent)
    }

    /// Returns the commit that it makes, of one that makes its own.
    fn own_commit(&self) -> Option<OwnCommit> {
        None
    }

    /// Returns why there is nothing to do.
    fn is_needless(&self) -> Option<String> {
        None
    }

    /// Returns what it would write, which a person may write instead.
    fn draft(&self) -> Option<&str> {
        None
    }

    /// Says whether its name may be there already, at its commit.
    fn may_be_there(&self) -> bool {
        false
    }

    /// Returns what was done, in one sentence: `tagged v1.0.0`.
    fn done(&self, direction: Direction) -> String;
}
