//! `tag`: an annotated tag at the release's commit, by the plan's pattern. Nothing is pushed.

use super::kind::{ActInput, ActNames, ActWords, BuildAct, Direction, KindOfAct, RefMark, RefTip, ToldByName};
use crate::branch::{BranchState, TagObject};
use crate::call::Call;
use crate::names::Commit;
use crate::plan::{Placeholder, UnknownPlaceholder};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A tag. Whether it is signed where the plan does not say so is git's own setting (`tag.gpgSign`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TagAct {
    /// Its name.
    pub name: String,
    /// Where.
    pub commit: Commit,
    /// What it says.
    pub message: String,
    /// Whether the plan wants it signed.
    pub sign: bool,
    /// The tag that was made, where it is to be removed: another one of this name is left alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
}

impl BuildAct for TagAct {
    const NAMES: ActNames = ActNames {
        about: "Tag the release's commit, or remove the tag again; nothing is pushed",
        edit: None,
        forward: ActWords {
            verb: "tag",
            doing: "tagging",
            would: "tag",
            key: "release.tag",
            help: "Preview the tag of the release's commit.",
        },
        back: ActWords {
            verb: "untag",
            doing: "untagging",
            would: "remove the tag of",
            key: "release.untag",
            help: "Preview the removal of the release's tag.",
        },
    };

    fn of(input: &ActInput<'_>) -> Result<Self, UnknownPlaceholder> {
        let values = BTreeMap::from([(Placeholder::Version, input.version.to_string())]);
        Ok(Self {
            name: input.rules.tag.fill(&values)?,
            commit: input.commit.clone(),
            message: format!("{} {}", input.project, input.version),
            sign: input.rules.sign,
            object: input.left.map(str::to_owned),
        })
    }
}

impl KindOfAct for TagAct {
    fn title(&self, direction: Direction) -> String {
        match direction {
            Direction::Forward => format!("Tag {} as {}", self.commit.short(), self.name),
            Direction::Back => format!("Remove the tag {}", self.name),
        }
    }

    fn calls(&self, direction: Direction) -> Vec<Call> {
        let kind = if self.sign { "--sign" } else { "--annotate" };
        let message = format!("--message={}", self.message);
        let name = self.mark().name;
        let words: &[&str] = match (direction, &self.object) {
            // A project's name may begin with what git takes for a comment.
            (Direction::Forward, _) => {
                &["git", "tag", kind, "--cleanup=whitespace", &message, "--", &self.name, self.commit.as_str()]
            }
            // Compared and removed in one go: what came in its place meanwhile stays.
            (Direction::Back, Some(object)) => &["git", "update-ref", "-d", &name, object],
            // None is begun so.
            (Direction::Back, None) => &["git", "tag", "--delete", "--", &self.name],
        };
        vec![Call::Process { words: words.iter().map(ToString::to_string).collect(), dir: None }]
    }

    fn undo(&self, direction: Direction) -> String {
        match direction {
            Direction::Forward => format!("git tag --delete {}", self.name),
            Direction::Back => format!("tagging {} again", self.commit.short()),
        }
    }

    fn obstacle(&self, direction: Direction, state: &BranchState) -> Option<String> {
        let (name, at) = (&self.name, self.commit.short());
        match (direction, &state.tag) {
            (Direction::Forward, None) => state.no_tag.clone(),
            (Direction::Forward, Some(there)) if *there == self.commit => {
                Some(format!("already tagged: {name} is at {at}"))
            }
            (Direction::Back, Some(there)) if *there == self.commit => match &state.tag_object {
                Some(object) => self.keeps(object),
                None => Some(self.is_of_unknown_maker()),
            },
            (Direction::Forward | Direction::Back, Some(there)) => {
                Some(format!("the tag {name} is at {}, and the release is at {at}", there.short()))
            }
            (Direction::Back, None) => Some(format!("there is no tag {name}")),
        }
    }

    fn is_done(&self, state: &BranchState) -> bool {
        state.tag.as_ref() == Some(&self.commit)
    }

    /// An annotated one with its own words.
    fn is_asked_for(&self, tip: &RefTip) -> bool {
        tip.commit == self.commit && tip.object.subject.as_ref() == Some(&self.message)
    }

    /// Anybody can write the same words: only the id of the object that git made here tells.
    fn told_by_name(&self) -> ToldByName {
        ToldByName::Unknown
    }

    fn keeps(&self, there: &TagObject) -> Option<String> {
        match &self.object {
            Some(object) if *object == there.id => None,
            Some(_) => Some(format!(
                "the tag {0} is another one than tminus made: `git tag --delete {0}` removes it",
                self.name
            )),
            None => Some(self.is_of_unknown_maker()),
        }
    }

    fn stays(&self, remote: &str) -> Option<String> {
        let name = &self.name;
        Some(format!(
            "where {name} was pushed it stays: `git push {remote} --delete refs/tags/{name}` removes it there"
        ))
    }

    fn mark(&self) -> RefMark {
        RefMark { name: format!("refs/tags/{}", self.name), commit: self.commit.clone() }
    }

    fn done(&self, direction: Direction) -> String {
        match direction {
            Direction::Forward => format!("tagged {}", self.name),
            Direction::Back => format!("removed the tag {}", self.name),
        }
    }
}

impl TagAct {
    fn is_of_unknown_maker(&self) -> String {
        format!("whether tminus made the tag {0} is not known: `git tag --delete {0}` removes it", self.name)
    }
}
