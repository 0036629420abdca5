//! `changelog`: the section of the release in the changelog, as one commit on the release's branch. It is what stood under
//! `Unreleased`, else a draft from the commits since the last release, else what a person made of it. Nothing is pushed.

use super::kind::{ActInput, ActNames, ActWords, BuildAct, OwnCommit};
use super::own_commit::MakesCommit;
use crate::branch::{BranchState, ChangelogLook};
use crate::changelog::DAY;
use crate::clean;
use crate::mask::hides;
use crate::names::{Commit, Version};
use crate::plan::{Placeholder, UnknownPlaceholder};
use serde::{Deserialize, Serialize};
use similar::{ChangeTag, TextDiff};
use std::collections::BTreeMap;

/// How long a section may be, in bytes.
pub const LONGEST_SECTION: usize = 16 * 1024;

/// The commit of a changelog. What was previewed is part of it, and nothing else is done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChangelogAct {
    /// The branch that the commit is made on.
    pub branch: String,
    /// The commit that it is made on top of.
    pub parent: Commit,
    /// The version.
    pub version: Version,
    /// Its tag, which a heading may say in place of the version.
    pub tag: String,
    /// The file, by its path from the plan.
    pub file: String,
    /// The line that the section begins in, counted from 1.
    pub line: usize,
    /// What it takes the place of: what stood under `Unreleased`.
    pub replaces: String,
    /// The section with its heading.
    pub section: String,
    /// Whether that is its heading alone.
    #[serde(default)]
    pub is_empty: bool,
    /// The tag of the release before; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// Why it is not done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refused: Vec<String>,
    /// The commit that was made, once it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub made: Option<Commit>,
}

impl BuildAct for ChangelogAct {
    const NAMES: ActNames = ActNames {
        about: "Write the release's section of the changelog from its commits in one commit, or undo that; nothing is pushed",
        edit: Some("Open your editor on the draft; what you save is what is previewed and written"),
        forward: ActWords {
            verb: "changelog",
            doing: "writing the changelog",
            would: "write the changelog section of",
            key: "release.changelog",
            help: "Preview the commit that writes the release's section of the changelog.",
        },
        back: ActWords {
            verb: "unchangelog",
            doing: "undoing the changelog",
            would: "take back the changelog section of",
            key: "release.unchangelog",
            help: "Preview how the commit that wrote the changelog's section is undone.",
        },
    };

    fn of(input: &ActInput<'_>) -> Result<Self, UnknownPlaceholder> {
        let values = BTreeMap::from([(Placeholder::Version, input.version.to_string())]);
        let made = input.left.map(Commit::new);
        let seen = input.state.filter(|state| state.commit.as_ref() == Some(input.commit));
        let unseen = || ChangelogLook {
            refused: vec!["the changelog was not looked at yet".to_owned()],
            ..ChangelogLook::default()
        };
        let look = seen.and_then(|state| state.changelog.clone()).unwrap_or_else(unseen);
        let ChangelogLook { line, heading, unreleased, drafted, since, refused } = look;
        let heading = heading.replace(DAY, &input.today.to_string());
        let body = if unreleased.is_empty() { &drafted } else { &unreleased };
        let section = input.text.map_or_else(|| format!("{heading}\n\n{}", body.trim()), |text| text.trim().to_owned());
        Ok(Self {
            branch: input.branch.to_owned(),
            parent: input.before.unwrap_or(input.commit).clone(),
            version: input.version.clone(),
            tag: input.rules.tag.fill(&values)?,
            file: input.rules.changelog_file().to_owned(),
            line,
            replaces: unreleased,
            is_empty: section.trim() == heading,
            section,
            since,
            refused: if made.is_some() { Vec::new() } else { refused },
            made,
        })
    }
}

impl MakesCommit for ChangelogAct {
    const AGAIN: &'static str = "writing it again";

    fn own(&self) -> OwnCommit {
        let (branch, parent, made) = (self.branch.clone(), self.parent.clone(), self.made.clone());
        OwnCommit { branch, parent, message: self.message(), revert: "git revert", made }
    }

    fn is_foreign(&self) -> String {
        let version = &self.version;
        format!(
            "tminus did not write the changelog of {version}, so it does not undo that: `git revert` undoes a commit"
        )
    }

    fn title(&self) -> String {
        format!("Write the section of {} in {} on {}", self.version, self.file, self.branch)
    }

    /// The lines that come and go, and the commit.
    fn lines(&self) -> Vec<String> {
        if !self.refused.is_empty() {
            return Vec::new();
        }
        let diff = TextDiff::from_lines(&self.replaces, &self.section);
        let changes = diff.iter_all_changes().filter_map(|change| {
            let text = clean::line(change.value().trim_end());
            let (sign, at) = match change.tag() {
                ChangeTag::Equal => return None,
                ChangeTag::Delete => ('-', change.old_index()?),
                ChangeTag::Insert => ('+', change.new_index()?),
            };
            Some(format!("{}:{}: {sign} {text}", self.file, self.line + at).trim_end().to_owned())
        });
        changes.chain([format!("commit --message={:?} on {}", self.message(), self.branch)]).collect()
    }

    fn obstacle(&self) -> Option<String> {
        if !self.refused.is_empty() {
            return Some(self.refused.join("; "));
        }
        if self.is_empty {
            let since = self.since.as_ref().map_or_else(String::new, |tag| format!(" since {tag}"));
            return Some(format!(
                "there is nothing to write: no commit{since} has an entry, and nothing is unreleased"
            ));
        }
        if !self.section.starts_with('#') {
            return Some("the section begins without its heading".to_owned());
        }
        if hides(&self.section) {
            return Some("the section holds what looks like a secret: leave it out with `--edit`".to_owned());
        }
        let long = self.section.len();
        (long > LONGEST_SECTION)
            .then(|| format!("the section has {long} bytes, and at most {LONGEST_SECTION} are written"))
    }

    fn kept(&self, state: &BranchState) -> Option<String> {
        self.own().is_kept_on(self.is_foreign(), (&self.tag, state))
    }

    fn done(&self) -> String {
        format!("wrote the section of {} in {}", self.version, self.file)
    }

    fn draft(&self) -> Option<&str> {
        Some(self.section.as_str()).filter(|_| self.refused.is_empty())
    }
}

impl ChangelogAct {
    /// Returns what the commit of a version says.
    pub fn message_of(version: &Version) -> String {
        format!("Changelog of {version}")
    }

    fn message(&self) -> String {
        Self::message_of(&self.version)
    }
}
