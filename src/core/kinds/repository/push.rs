//! `push`: the release's branch goes to the remote, with the release's tag where that is at the same commit: both or neither,
//! and never by force.

use super::kind::{ActInput, ActNames, ActWords, BuildAct, Direction, KindOfAct, RefMark, RefTip};
use crate::branch::BranchState;
use crate::call::Call;
use crate::names::Commit;
use crate::plan::{Placeholder, UnknownPlaceholder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A push. The branch goes as it was previewed, wherever it has moved since.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushAct {
    /// The remote.
    pub remote: String,
    /// The branch.
    pub branch: String,
    /// Its commit.
    pub commit: Commit,
    /// Where the remote's branch stood before; nowhere where it had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<Commit>,
    /// The tag that goes with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<PushedTag>,
}

/// A tag that goes with a branch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushedTag {
    /// Its name.
    pub name: String,
    /// The object that goes by this name.
    pub object: String,
}

impl BuildAct for PushAct {
    const NAMES: ActNames = ActNames {
        about: "Push the release's branch to the remote, with its tag where it is tagged, or take the branch back there",
        edit: None,
        forward: ActWords {
            verb: "push",
            doing: "pushing",
            would: "push",
            key: "release.push",
            help: "Preview the push of the release's branch and tag.",
        },
        back: ActWords {
            verb: "unpush",
            doing: "undoing the push",
            would: "undo the push of",
            key: "release.unpush",
            help: "Preview the way back of the remote's branch to where it was.",
        },
    };

    fn of(input: &ActInput<'_>) -> Result<Self, UnknownPlaceholder> {
        let values = BTreeMap::from([(Placeholder::Version, input.version.to_string())]);
        let name = input.rules.tag.fill(&values)?;
        let tagged = input.state.filter(|state| state.tag.as_ref() == Some(input.commit));
        let object = tagged.and_then(|state| state.tag_object.as_ref()).map(|object| object.id.clone());
        // Where it is taken back, what was there before is known of it, and nothing else counts.
        let before = match input.left {
            Some(_) => input.before.cloned(),
            None => input.state.and_then(|state| state.remote.clone()),
        };
        Ok(Self {
            remote: input.rules.remote.clone(),
            branch: input.branch.to_owned(),
            commit: input.commit.clone(),
            before,
            tag: object.map(|object| PushedTag { name, object }),
        })
    }
}

impl KindOfAct for PushAct {
    fn title(&self, direction: Direction) -> String {
        let (branch, remote, at) = (&self.branch, &self.remote, self.commit.short());
        match (direction, &self.before) {
            (Direction::Forward, _) => format!("Push {branch} at {at}{} to {remote}", self.with_tag()),
            (Direction::Back, Some(before)) => format!("Move {branch} on {remote} back to {}", before.short()),
            (Direction::Back, None) => format!("Remove {branch} from {remote}"),
        }
    }

    fn calls(&self, direction: Direction) -> Vec<Call> {
        let (name, commit) = (format!("refs/heads/{}", self.branch), &self.commit);
        let mut words = vec!["git".to_owned(), "push".to_owned(), "--porcelain".to_owned(), "--progress".to_owned()];
        let mut refs = Vec::new();
        match direction {
            Direction::Forward => {
                words.extend(self.tag.iter().map(|_| "--atomic".to_owned()));
                refs.push(format!("{commit}:{name}"));
                refs.extend(self.tag.iter().map(|tag| format!("{}:refs/tags/{}", tag.object, tag.name)));
            }
            // What somebody pushed on top of it stays, and then nothing moves.
            Direction::Back => {
                words.push(format!("--force-with-lease={name}:{commit}"));
                refs.push(format!("{}:{name}", self.before.as_ref().map_or("", Commit::as_str)));
            }
        }
        words.extend(["--".to_owned(), self.remote.clone()]);
        words.extend(refs);
        vec![Call::Process { words, dir: None }]
    }

    fn undo(&self, direction: Direction) -> String {
        let (name, remote, at) = (format!("refs/heads/{}", self.branch), &self.remote, &self.commit);
        let before = self.before.as_ref().map_or("", Commit::as_str);
        match direction {
            Direction::Forward if self.before.as_ref() == Some(at) => {
                let tag = self.tag.as_ref().map(|tag| tag.name.as_str()).unwrap_or_default();
                let words = ["git", "push", "--delete", "--", remote, &format!("refs/tags/{tag}")].map(str::to_owned);
                Call::Process { words: words.to_vec(), dir: None }.display()
            }
            Direction::Forward => {
                let (lease, to) = (format!("--force-with-lease={name}:{at}"), format!("{before}:{name}"));
                let words = ["git", "push", &lease, "--", remote, &to].map(str::to_owned).to_vec();
                Call::Process { words, dir: None }.display()
            }
            Direction::Back => format!("pushing {} again", at.short()),
        }
    }

    fn obstacle(&self, direction: Direction, state: &BranchState) -> Option<String> {
        let Self { remote, branch, commit, tag, .. } = self;
        let at = commit.short();
        if state.pushed.is_none() {
            return Some(format!("there is no remote {remote}"));
        }
        match (direction, &state.remote) {
            (Direction::Forward, Some(there)) if there == commit && tag.is_none() => {
                Some(format!("already pushed: {branch} on {remote} is at {at}"))
            }
            (Direction::Forward, _) if state.remote_ahead.is_some_and(|count| count > 0) => {
                Some(format!("{branch} on {remote} has commits that {branch} here lacks: merge or rebase it first"))
            }
            (Direction::Forward, _) if state.commit.as_ref() != Some(commit) => {
                Some(format!("{branch} is not at {at}, where the release is"))
            }
            (Direction::Forward, _) => None,
            (Direction::Back, Some(_)) if self.before.as_ref() == Some(commit) => {
                Some(format!("{branch} was at {at} on {remote} before tminus pushed"))
            }
            (Direction::Back, Some(there)) if there == commit => None,
            (Direction::Back, Some(there)) => {
                Some(format!("{branch} on {remote} is at {}, and {at} was pushed", there.short()))
            }
            (Direction::Back, None) => Some(format!("nothing here says that {remote} has {branch}")),
        }
    }

    fn is_done(&self, state: &BranchState) -> bool {
        state.remote.as_ref() == Some(&self.commit)
    }

    /// The remote's branch: the remote is asked, since a clone may keep no copy of it, or an old one.
    fn mark(&self) -> RefMark {
        RefMark { name: Self::name(&self.remote, &self.branch), commit: self.commit.clone() }
    }

    /// The object is that of the tag, where one goes with it.
    fn is_asked_for(&self, tip: &RefTip) -> bool {
        tip.commit == self.commit && self.tag.as_ref().is_none_or(|tag| tag.object == tip.object.id)
    }

    fn stays(&self, remote: &str) -> Option<String> {
        let tag = self.tag.as_ref().map(|tag| {
            format!(" The tag {0} stays: `git push {remote} --delete refs/tags/{0}` removes it there.", tag.name)
        });
        Some(format!("whoever fetched the branch from {remote} keeps it.{}", tag.unwrap_or_default()))
    }

    fn begins_at(&self) -> Option<Commit> {
        self.before.clone()
    }

    /// The branch may have been pushed before its tag was made.
    fn may_be_there(&self) -> bool {
        true
    }

    fn done(&self, direction: Direction) -> String {
        let (branch, remote) = (&self.branch, &self.remote);
        match (direction, &self.before) {
            (Direction::Forward, _) => format!("pushed {branch}{} to {remote}", self.with_tag()),
            (Direction::Back, Some(before)) => format!("moved {branch} on {remote} back to {}", before.short()),
            (Direction::Back, None) => format!("removed {branch} from {remote}"),
        }
    }
}

impl PushAct {
    /// Returns how the branch of a remote is called.
    pub fn name(remote: &str, branch: &str) -> String {
        format!("{branch} on {remote}")
    }

    fn with_tag(&self) -> String {
        self.tag.as_ref().map(|tag| format!(" with the tag {}", tag.name)).unwrap_or_default()
    }
}
