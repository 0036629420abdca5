//! Waiting for something to be so, with a bound. Nothing here waits for a time.

use std::time::{Duration, Instant};

/// The time between two looks.
const LOOK: Duration = Duration::from_millis(50);

/// Returns what the look finds, as soon as it finds it.
///
/// # Panics
/// When it finds nothing within the bound.
#[track_caller]
pub fn until<T>(what: &str, bound: Duration, look: impl FnMut() -> Option<T>) -> T {
    found(bound, look).unwrap_or_else(|| panic!("{what} did not come within {bound:?}"))
}

/// Returns what the look finds within the bound.
pub fn found<T>(bound: Duration, mut look: impl FnMut() -> Option<T>) -> Option<T> {
    let end = Instant::now() + bound;
    loop {
        if let Some(found) = look() {
            return Some(found);
        }
        if Instant::now() >= end {
            return None;
        }
        std::thread::sleep(LOOK);
    }
}
