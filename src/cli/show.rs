//! How things look on a plain terminal, line by line: sign, word, and no colour.

use super::looks;
use crate::cockpit::Signs;
use crate::domain::verdict::Verdict;
use crate::logs::clean;
use std::sync::LazyLock;

/// Which signs are written: those of the screen, by the same setting.
pub fn signs() -> Signs {
    static SIGNS: LazyLock<Signs> = LazyLock::new(looks::signs);
    *SIGNS
}

/// Returns the sign of a verdict.
pub fn sign(verdict: Verdict) -> &'static str {
    signs().verdict(verdict)
}

/// Returns the sign of what is as it should be, or is not.
pub fn sign_of(is_good: bool) -> &'static str {
    sign(if is_good { Verdict::Pass } else { Verdict::Fail })
}

/// Prints a line to standard output, made safe; a closed pipe ends the program quietly.
///
/// What stands in it comes from several places, so no part may overwrite or hide another, as a terminal would let it.
pub fn line(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    let still: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if writeln!(out, "{}", signs().write(clean::line(&still).into_owned())).is_err() {
        std::process::exit(0);
    }
}

/// Says something on standard error, made safe; nobody who listens there is no error.
pub fn hint(text: &str) {
    use std::io::Write;
    drop(writeln!(std::io::stderr().lock(), "{}", signs().write(clean::block(text))));
}

/// Prints text that tminus made itself, with its own line ends.
pub fn text(text: &str) {
    use std::io::Write;
    let mut out = std::io::stdout().lock();
    if write!(out, "{text}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}
