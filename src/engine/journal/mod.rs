//! Durable facts: append, read, verify, export, and the lock on a journal.
//!
//! A journal is read for years, by older and newer builds of tminus. What holds between them:
//!
//! - A field that a newer tminus added to a fact is not seen by an older one; everything else in the fact is. A field
//!   that an older one did not write yet takes its default. Neither touches the stored text, so the hashes hold.
//! - A kind of fact, or a version of a payload, that this build does not know stops reading with
//!   [`JournalError::UnknownFact`]: a state without it would be a wrong one. `verify` and `export` still go through,
//!   because they need not know what an entry means.
//! - A file format that is newer than this build is refused with [`JournalError::Newer`], to read and to write.
//! - Numbers that JSON cannot hold (NaN, infinities) are refused at [`Journal::append`], not found out years later.
//!
//! The chain shows that nothing was changed, removed or put in between. A cut tail, an older copy, and a journal that is
//! gone show against the [`HeadWitness`] beside it; against somebody who may write both stands a count and a head hash that
//! lie elsewhere. Files that are removed, replaced or changed beneath the one writer are noticed before it writes again.

mod beside;
mod chain;
mod entry;
mod error;
mod lock;
mod mark;
mod reader;
mod rescue;
mod store;
mod witness;
mod writer;

pub use beside::{HeadWitness, Keeper, rescued_beside};
pub use error::{Broken, Fault, JournalError};
pub use mark::Meddled;
pub use reader::{Head, JournalReader, Verified, export, verify};
pub use writer::Journal;

#[cfg(test)]
mod tests;
