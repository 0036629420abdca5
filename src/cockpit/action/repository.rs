//! The actions on the repository: two for each kind, to do it and to take it back.

use super::subjects::Risk;
use tminus_core::action::Request;
use tminus_core::kinds::repository::{ActKind, ActWords, Direction};
use tminus_core::names::Version;

/// Acting on the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RepositoryAction {
    pub(super) kind: ActKind,
    pub(super) direction: Direction,
}

impl RepositoryAction {
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let both =
            |kind: &ActKind| [Direction::Forward, Direction::Back].map(|direction| Self { kind: *kind, direction });
        ActKind::ALL.iter().flat_map(both)
    }

    const fn words(self) -> &'static ActWords {
        self.kind.words(self.direction)
    }

    pub(super) const fn id(self) -> &'static str {
        self.words().key
    }

    pub(super) const fn help(self) -> &'static str {
        self.words().help
    }

    pub(super) const fn word(self) -> &'static str {
        self.words().verb
    }

    pub(super) const fn risk(self) -> Risk {
        Risk::Changes
    }

    /// Returns what it asks for.
    pub(crate) fn request(self, version: &Version) -> Request {
        Request::Act { version: version.clone(), act: self.kind, direction: self.direction, text: None }
    }
}
