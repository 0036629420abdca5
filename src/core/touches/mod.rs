//! What a plan touches outside itself: what it runs, reads, asks, hands out, sets and changes, and which engines it talks to.
//!
//! One walk over the plan is the one place that knows. Whoever asks filters its [`Touch`]es: trust shows their lines, the
//! mask learns their secrets and environment files, lint reads their commands, doctor asks their engines. Every part of a
//! plan is taken apart whole there, so that a new kind or key does not compile before it is said what it touches.

mod runs;
mod touch;
mod walk;
pub(crate) mod words;

pub use touch::{FileUse, RunRole, Touch, TouchKind, TouchedCommand};
pub(crate) use words::{all, details, in_folder, of_one_line, one, plain, through};
