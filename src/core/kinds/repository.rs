//! The kinds of repository action: one line each.

mod kind;
mod tag;

use crate::plan::UnknownPlaceholder;
use kind::Made;
pub use kind::{ActInput, ActNames, ActWords, Direction, KindOfAct, RefMark};
use serde::{Deserialize, Serialize};
use std::ops::Deref;
pub use tag::TagAct;

/// Makes both enums of a list of kinds, and leads from each kind to its file.
macro_rules! acts {
    ($( $(#[$doc:meta])* $kind:ident($act:ident) ),* $(,)?) => {
        /// A kind of action on the repository, as it is asked for.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum ActKind {
            $( $(#[$doc])* $kind ),*
        }

        /// An action on the repository, with nothing left open.
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "kebab-case")]
        pub enum RepositoryAct {
            $( $(#[$doc])* $kind($act) ),*
        }

        impl ActKind {
            /// All kinds, in the order of the help.
            pub const ALL: &'static [Self] = &[$( Self::$kind ),*];

            /// Returns its words.
            pub const fn names(self) -> &'static ActNames {
                match self {
                    $( Self::$kind => const { &<$act as Made>::NAMES } ),*
                }
            }

            /// Makes the action of a release.
            ///
            /// # Errors
            /// When the plan names something that has no value here.
            pub fn of(self, input: &ActInput<'_>) -> Result<RepositoryAct, UnknownPlaceholder> {
                match self {
                    $( Self::$kind => <$act as Made>::of(input).map(RepositoryAct::$kind) ),*
                }
            }
        }

        impl Deref for RepositoryAct {
            type Target = dyn KindOfAct;

            fn deref(&self) -> &Self::Target {
                match *self {
                    $( Self::$kind(ref act) => act ),*
                }
            }
        }
    };
}

acts! {
    /// `tag`: an annotated tag at the release's commit.
    Tag(TagAct),
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
