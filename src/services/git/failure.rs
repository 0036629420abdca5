//! What git says, as a failure with a way out where there is one.

use tminus_core::ports::{FailureKind, PortError};

/// Makes a failure of what git wrote to standard error.
pub(super) fn git_failure(said: &str) -> PortError {
    let lines = || said.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("hint:"));
    let bare = |line: &str| {
        let begins = ["fatal: ", "error: "].iter().find_map(|begin| line.strip_prefix(begin));
        begins.unwrap_or(line).trim_end_matches(['.', ':']).to_owned()
    };
    let has = |words: &str| said.contains(words);
    if let Some(object) = lacking(said) {
        let summary = format!("the clone is partial and does not hold the object {object}");
        let failure = PortError::new(FailureKind::NotFound, summary);
        return match has("not allowed") {
            true => failure
                .because("nothing is fetched to answer a question: `git fetch --refetch --no-filter` makes it whole"),
            false => lines().map(bare).take(MOST).fold(failure, PortError::because),
        };
    }
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

/// Returns what a partial clone lacks, shortened, where that is why git failed.
fn lacking(said: &str) -> Option<&str> {
    let id = said.lines().find_map(|line| line.trim().strip_prefix("fatal: could not fetch "))?;
    let (id, whence) = id.split_once(' ')?;
    whence.starts_with("from promisor remote").then(|| id.get(..SHORT).unwrap_or(id))
}

/// How many digits of an object's name are shown.
const SHORT: usize = 8;

/// How many lines of git's own words are shown.
const MOST: usize = 6;

/// Puts what could not be done before git's own words.
pub(super) fn under(what: &str, failure: PortError) -> PortError {
    let words = std::iter::once(failure.summary).chain(failure.causes);
    words.fold(PortError::new(failure.kind, what), PortError::because)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_partial_clone_lacks_is_named() {
        let lacks = "fatal: could not fetch d735d349cd07d14df2401dd401efccb2818872ab from promisor remote";
        let kept = git_failure(&format!("fatal: transport 'file' not allowed\n{lacks}\n"));
        assert_eq!(kept.summary, "the clone is partial and does not hold the object d735d349");
        assert!(kept.causes[0].contains("--refetch"), "{kept}");
        let tried = git_failure(&format!("fatal: '/gone' does not appear to be a git repository\n{lacks}\n"));
        assert_eq!(tried.causes[0], "'/gone' does not appear to be a git repository");
    }
}
