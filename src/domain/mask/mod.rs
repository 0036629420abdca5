//! Secrets are never shown: the book of known values, the shapes that secrets come in, and the text that is free of both.

mod book;
mod forms;
mod key;
mod patterns;
mod pieces;
mod safe;
mod setting;
mod views;

pub use book::{BadPattern, Mask};
pub use safe::{SafeFailure, SafeLine, SafeText, Washer};

/// Says whether a secret is hidden in a text: what is not seen in it may be there.
pub fn hides(text: &str) -> bool {
    text.contains(book::SIGN)
}

/// Says whether a text begins with a secret that is hidden.
pub fn hides_at_start(text: &str) -> bool {
    text.starts_with(book::SIGN)
}

/// Says whether a text ends with a secret that is hidden.
pub fn hides_at_end(text: &str) -> bool {
    text.ends_with(book::SIGN)
}
