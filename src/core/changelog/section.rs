//! What was found of a version in a changelog.

use serde::{Deserialize, Serialize};

/// What a changelog has for a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChangelogSection {
    /// A section with a text.
    Written {
        /// The line of its heading, counted from 1.
        line: usize,
    },
    /// No heading for it.
    Missing,
    /// A heading that mentions it, and is that of something else.
    Mentioned {
        /// The line.
        line: usize,
    },
    /// A section that says of itself that the version is not out.
    Unreleased {
        /// The line.
        line: usize,
        /// The word that says so.
        word: String,
    },
    /// A heading with nothing under it.
    Empty {
        /// The line.
        line: usize,
    },
    /// Two sections of which either could be it.
    Several {
        /// The lines of their headings.
        lines: (usize, usize),
    },
}
