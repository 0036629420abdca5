//! TOML as people write it: a tree that knows its places, the name that was probably meant, and mistakes with their line and caret.

pub mod document;
mod mistake;
pub mod nearest;
pub mod source;

pub use mistake::{Mistake, Mistakes};
