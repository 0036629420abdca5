//! TOML as people write it: a tree that knows its places, the name that was probably meant, and mistakes with their line and caret.

pub(in crate::config) mod document;
mod mistake;
pub(in crate::config) mod nearest;
pub(in crate::config) mod source;

pub use mistake::{Mistake, Mistakes};
