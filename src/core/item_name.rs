//! What an item of a gate is called in a waiver: a check's name, or a word for what else a gate waits for, with its own name.
//!
//! The journal and the command line write it as text; only this file knows how.

use super::names::{ArtifactName, CheckName, EnvName};
use std::fmt;

/// An item of a gate, by what it is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ItemName {
    /// A check: its name alone.
    Check(CheckName),
    /// `after:ENV`: another environment where it must have been good.
    After(EnvName),
    /// `bad:VERSION`: a version that is known not to be good. It is text, because a journal may hold what is no version now.
    Bad(String),
    /// `gate:ENV`: that something is required at all.
    Empty(EnvName),
    /// `rollback:ARTIFACT`: the rollback that the deploy would leave.
    Rollback(ArtifactName),
    /// `tag:TAG`: the tag of the release.
    Tag(String),
    /// `branch:BRANCH`: the branch of the release.
    Branch(String),
    /// `start:NAME`: what a command of the deploy may not find.
    Start(String),
}

impl ItemName {
    /// Reads it as a person or a journal writes it; what has no such word before it is a check.
    pub fn read(text: &str) -> Self {
        match text.split_once(':') {
            Some(("after", env)) => Self::After(EnvName::new(env)),
            Some(("bad", version)) => Self::Bad(version.to_owned()),
            Some(("gate", env)) => Self::Empty(EnvName::new(env)),
            Some(("rollback", artifact)) => Self::Rollback(ArtifactName::new(artifact)),
            Some(("tag", tag)) => Self::Tag(tag.to_owned()),
            Some(("branch", branch)) => Self::Branch(branch.to_owned()),
            Some(("start", name)) => Self::Start(name.to_owned()),
            Some(_) | None => Self::Check(CheckName::new(text)),
        }
    }
}

impl fmt::Display for ItemName {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Check(check) => write!(out, "{check}"),
            Self::After(env) => write!(out, "after:{env}"),
            Self::Bad(version) => write!(out, "bad:{version}"),
            Self::Empty(env) => write!(out, "gate:{env}"),
            Self::Rollback(artifact) => write!(out, "rollback:{artifact}"),
            Self::Tag(tag) => write!(out, "tag:{tag}"),
            Self::Branch(branch) => write!(out, "branch:{branch}"),
            Self::Start(name) => write!(out, "start:{name}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_read_as_it_is_written() {
        let of_release = ["bad:1.0.0", "tag:v1.0.0", "branch:a:b"];
        let of_place = ["tests", "after:staging", "gate:staging", "rollback:backend", "start:ops/up.sh", "start:a:b"];
        for text in of_release.into_iter().chain(of_place) {
            assert_eq!(ItemName::read(text).to_string(), text);
        }
        assert_eq!(ItemName::read("tests"), ItemName::Check(CheckName::new("tests")));
        assert_eq!(ItemName::read("branch:a:b"), ItemName::Branch("a:b".to_owned()));
        assert_eq!(ItemName::read("adopt:backend"), ItemName::Check(CheckName::new("adopt:backend")));
    }
}
