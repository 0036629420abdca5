//! How things look on a plain terminal, line by line: sign, word, and no colour.

use crate::domain::order::Health;
use crate::domain::verdict::Verdict;
use crate::logs::clean;

/// Returns the sign of a verdict; only a pass has the one that means good.
pub const fn sign(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "✓",
        Verdict::Fail => "✗",
        Verdict::Inconclusive => "?",
        Verdict::NoData => "∅",
        Verdict::Stale => "~",
        Verdict::Waived => "!",
        Verdict::Running => "…",
        Verdict::Pending => "·",
    }
}

/// Returns the sign of how a target is.
pub const fn health_sign(health: Health) -> &'static str {
    match health {
        Health::Healthy => "✓",
        Health::Starting => "…",
        Health::Unhealthy => "✗",
        Health::Stopped => "■",
        Health::Absent => "·",
        Health::Waiting => "◐",
        Health::Unknown => "?",
    }
}

/// Prints a line to standard output, made safe; a closed pipe ends the program quietly.
///
/// What stands in it comes from several places, so no part may overwrite or hide another, as a terminal would let it.
pub fn line(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let still: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if writeln!(out, "{}", clean::line(&still)).is_err() {
        std::process::exit(0);
    }
}

/// Says something on standard error, made safe; nobody who listens there is no error.
pub fn hint(text: &str) {
    use std::io::Write;
    drop(writeln!(std::io::stderr().lock(), "{}", clean::block(text)));
}

/// Prints text that tminus made itself, with its own line ends.
pub fn text(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    if write!(out, "{text}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}
