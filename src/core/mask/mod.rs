//! Secrets are never shown: the book of known values, the shapes that secrets come in, and the text that is free of both.

mod decoded;
mod escaped;
mod forms;
mod index;
mod key;
mod names;
mod patterns;
mod pieces;
mod read_back;
mod safe;
mod secret_set;
mod sentence;
mod setting;
mod views;

pub use key::{DroppedLines, has_key_block};
pub use names::is_secret_name;
pub use safe::{SafeFailure, SafeLine, SafeText, Washer, hides, hides_at_end, hides_at_start};
pub use secret_set::{BadPattern, Mask};
