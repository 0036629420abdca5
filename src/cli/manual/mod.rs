//! The documentation inside the program: the files of `docs/`, printed as plain text by `tminus help TOPIC`.

mod inline;
mod page;
mod table;
mod topics;
mod wrap;

#[cfg(test)]
mod tests;

pub use page::page;
pub use topics::{TOPICS, list, named};
