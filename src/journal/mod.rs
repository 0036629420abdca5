//! Durable facts: append, read, verify, export, and the lock on a journal.

mod entry;
mod error;
mod lock;
mod reader;
mod store;
mod writer;

pub use error::{Broken, Fault, JournalError};
pub use reader::{Head, Reader, Verified, export, verify};
pub use writer::Journal;

#[cfg(test)]
mod tests;
