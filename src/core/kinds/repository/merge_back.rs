//! `merge-back`: the release's branch merged into its base, and into whatever else must have it, each by a merge commit of its own.
//! Nothing is pushed. A merge is never a fast-forward: so what tminus did is one commit, which a crash does not lose and an undo
//! takes away.

use super::kind::{ActInput, ActNames, ActWords, BuildAct, Direction, OwnCommit};
use super::own_commit::MakesCommit;
use crate::branch::{BranchState, MergeLook};
use crate::names::{Commit, Version};
use crate::plan::UnknownPlaceholder;
use serde::{Deserialize, Serialize};

/// A merge of the release's branch into another one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MergeBackAct {
    /// The branch that it goes to.
    pub into: String,
    /// Where that stands.
    pub parent: Commit,
    /// The release's branch.
    pub from: String,
    /// Where that stands.
    pub head: Commit,
    /// The version.
    pub version: Version,
    /// How many commits the other branch lacks; absent where that cannot be told.
    pub missing: Option<u64>,
    /// Why it is not done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
    /// The commit that was made, once it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Commit>,
}

impl BuildAct for MergeBackAct {
    const NAMES: ActNames = ActNames {
        about: "Merge the release's branch into its base, or undo that; nothing is pushed",
        edit: None,
        forward: ActWords {
            verb: "merge-back",
            doing: "merging back",
            would: "merge back",
            key: "release.merge-back",
            help: "Preview the merge of the release's branch into its base.",
        },
        back: ActWords {
            verb: "unmerge",
            doing: "undoing the merge",
            would: "take back the merge of",
            key: "release.unmerge",
            help: "Preview how the merge of the release's branch is undone.",
        },
    };

    /// Those that lack something; where none does, the first one says so.
    fn goes_to(_: &str, state: Option<&BranchState>) -> Vec<String> {
        let merges = state.map(|state| state.merges.as_slice()).unwrap_or_default();
        let lacking: Vec<String> =
            merges.iter().filter(|look| look.missing != Some(0)).map(|l| l.into.clone()).collect();
        if lacking.is_empty() { merges.first().map(|look| look.into.clone()).into_iter().collect() } else { lacking }
    }

    fn of(input: &ActInput<'_>) -> Result<Self, UnknownPlaceholder> {
        let made = input.left.map(Commit::new);
        let merges = input.state.map(|state| state.merges.as_slice()).unwrap_or_default();
        let look = merges.iter().find(|look| look.into == input.to);
        let MergeLook { at, missing, refused, .. } = look.cloned().unwrap_or_else(|| MergeLook {
            refused: vec![format!("what merging {} into {} comes to was not looked at yet", input.branch, input.to)],
            ..MergeLook::default()
        });
        Ok(Self {
            into: input.to.to_owned(),
            parent: input.before.cloned().or(at).unwrap_or_else(|| input.commit.clone()),
            from: input.branch.to_owned(),
            head: input.commit.clone(),
            version: input.version.clone(),
            missing,
            refused: if made.is_some() { Vec::new() } else { refused },
            made,
        })
    }
}

impl MakesCommit for MergeBackAct {
    const AGAIN: &'static str = "merging it again";

    fn own(&self) -> OwnCommit {
        let (branch, parent, made) = (self.into.clone(), self.parent.clone(), self.made.clone());
        // Of a merge git must be told which side stays.
        let revert = "git revert -m 1";
        OwnCommit { branch, parent, message: format!("Merge {} into {}", self.from, self.into), revert, made }
    }

    fn is_foreign(&self) -> String {
        let (into, version) = (&self.into, &self.version);
        format!(
            "tminus did not merge {version} into {into}, so it does not undo that: `git revert -m 1` undoes a merge"
        )
    }

    fn title(&self) -> String {
        format!("Merge {} into {}: {}", self.from, self.into, commits(self.missing))
    }

    fn lines(&self) -> Vec<String> {
        if !self.refused.is_empty() || self.missing == Some(0) {
            return Vec::new();
        }
        let OwnCommit { message, .. } = self.own();
        let (head, at, into) = (self.head.short(), self.parent.short(), &self.into);
        vec![
            format!("merge --no-ff --message={message:?} {head} on {into} at {at}, in a checkout of its own"),
            format!("move {into} from {at} to that merge"),
        ]
    }

    fn obstacle(&self) -> Option<String> {
        let refused = (!self.refused.is_empty()).then(|| self.refused.join("; "));
        refused.or_else(|| self.is_needless())
    }

    fn kept(&self, state: &BranchState) -> Option<String> {
        let Some(made) = self.made.as_ref().map(Commit::short) else { return Some(self.is_foreign()) };
        let own = self.own();
        // Only what the release goes back to now is looked at: a release that was closed since is not among it.
        let Some(look) = state.merges.iter().find(|look| look.into == self.into) else {
            return Some(format!("nobody looked at {}: `{} {made}` undoes it", self.into, own.revert));
        };
        let pushed = look.pushed.then(|| format!("{made} is pushed"));
        own.is_kept(self.is_foreign(), (look.at.as_ref(), &[pushed]))
    }

    fn held<'a>(&self, state: &'a BranchState, _: Direction) -> Vec<&'a String> {
        state.merges.iter().filter(|look| look.into == self.into).flat_map(|look| &look.held).collect()
    }

    fn is_needless(&self) -> Option<String> {
        let is_there = self.missing == Some(0) && self.refused.is_empty() && self.made.is_none();
        is_there.then(|| format!("nothing to merge back: {} has every change of {}", self.into, self.from))
    }

    fn done(&self) -> String {
        format!("merged {} into {}", self.from, self.into)
    }
}

impl MergeLook {
    /// Says what is not merged back; nothing where everything is.
    pub fn unmerged(&self) -> Option<String> {
        match self.missing {
            Some(0) => None,
            missing => Some(format!("not merged back into {}: {}", self.into, commits(missing))),
        }
    }
}

fn commits(missing: Option<u64>) -> String {
    match missing {
        Some(1) => "1 commit".to_owned(),
        Some(count) => format!("{count} commits"),
        None => "nobody can tell how many commits".to_owned(),
    }
}
