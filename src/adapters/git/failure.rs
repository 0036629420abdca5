//! What git says, as a failure with a way out where there is one.

use crate::ports::{FailureKind, PortError};

/// Makes a failure of what git wrote to standard error.
pub(super) fn git_failure(said: &str) -> PortError {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    let bare = |line: &str| {
        let begins = ["fatal: ", "error: "].iter().find_map(|begin| line.strip_prefix(begin));
        begins.unwrap_or(line).trim_end_matches('.').to_owned()
    };
    let has = |words: &str| said.contains(words);
    let kind = if has("dubious ownership") {
        FailureKind::Unauthorized
    } else if has("not a git repository") || has("does not have any commits yet") {
        FailureKind::NotFound
    } else if has("would be overwritten") || has(".lock': File exists") || has("already exists") {
        FailureKind::Conflict
    } else {
        FailureKind::Rejected
    };
    let mut told: Vec<String> = lines().map(bare).take(MOST).collect();
    if told.is_empty() {
        told.push("git failed and did not say why".to_owned());
    }
    let failure = PortError::new(kind, told.remove(0));
    told.into_iter().fold(failure, PortError::because)
}

/// How many lines of git's own words are shown.
const MOST: usize = 6;

/// Puts what could not be done before git's own words.
pub(super) fn under(what: &str, failure: PortError) -> PortError {
    let words = std::iter::once(failure.summary).chain(failure.causes);
    words.fold(PortError::new(failure.kind, what), PortError::because)
}
