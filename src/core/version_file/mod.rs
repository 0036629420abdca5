//! The version as it stands in one file: read by the rules of that file's own language, or refused with the place.
//!
//! A value that two places disagree about, that something computes, or that stands where it may not count is an error:
//! a guess would be green by chance.

mod aliases;
mod builds;
mod bump;
mod cargo_lock;
mod changes;
mod element;
mod fields;
mod jsonc;
mod jsx;
mod kind;
mod language;
mod layout;
mod lines;
mod markup;
mod matches;
mod merged;
mod raise;
mod read;
mod scope;
mod source;
mod statement;
mod structured;
mod texts;
mod tokens;
mod yaml;

pub use bump::{BumpFiles, RaisedFiles, beside, raise_all};
pub use kind::{KINDS, VersionFileKind, refusal};
pub use matches::{UnreadVersion, WrittenVersion};
pub use read::read;
