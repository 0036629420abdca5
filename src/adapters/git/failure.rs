//! What libgit2 says, as a failure with a way out where there is one.

use crate::ports::{FailureKind, PortError};
use git2::ErrorCode;

/// Makes a failure of an error of libgit2.
pub(super) fn git_failure(what: &str, error: &git2::Error) -> PortError {
    let kind = match error.code() {
        ErrorCode::Owner => {
            return PortError::new(FailureKind::Unauthorized, what)
                .because("the repository belongs to another user")
                .because("if you trust it: git config --global --add safe.directory FOLDER");
        }
        ErrorCode::NotFound | ErrorCode::UnbornBranch => FailureKind::NotFound,
        ErrorCode::Exists | ErrorCode::Conflict | ErrorCode::Locked | ErrorCode::Modified | ErrorCode::Uncommitted => {
            FailureKind::Conflict
        }
        ErrorCode::InvalidSpec | ErrorCode::Ambiguous => FailureKind::Malformed,
        _ => FailureKind::Rejected,
    };
    let cause = error.message().trim();
    let failure = PortError::new(kind, what);
    if cause.is_empty() { failure } else { failure.because(cause) }
}
