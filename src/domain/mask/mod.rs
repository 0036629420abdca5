//! Secrets are never shown: the book of known values, and the shapes that secrets come in.

mod book;
mod forms;
mod patterns;

pub use book::{BadPattern, Mask};
