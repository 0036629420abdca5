//! What the engine's errors mean, in its own words.

use bollard::errors::Error;
use tminus_core::ports::{FailureKind, PortError};

/// Makes a failure of what could not be done; the engine's own message is the cause.
pub(super) fn failure(what: impl Into<String>, error: &Error) -> PortError {
    let failed = PortError::new(kind(error), what);
    match error {
        Error::DockerResponseServerError { message, .. } => because(failed, message),
        other => failed.caused_by(other),
    }
}

/// Makes a failure of an answer that was read raw; the engine's own message is the cause.
pub(super) fn refused(what: impl Into<String>, status: u16, body: &[u8]) -> PortError {
    #[derive(serde::Deserialize)]
    struct EngineRefusal {
        message: String,
    }
    let message = serde_json::from_slice::<EngineRefusal>(body)
        .map_or_else(|_| String::from_utf8_lossy(body).into_owned(), |refusal| refusal.message);
    because(PortError::new(answered(status, &message), what), &message)
}

/// Each line is a cause: what is folded over lines is looked for over causes.
fn because(failed: PortError, message: &str) -> PortError {
    message.trim().lines().map(str::trim).filter(|line| !line.is_empty()).fold(failed, PortError::because)
}

/// Says whether the engine answered that there is no such thing.
pub(super) fn is_absent(error: &Error) -> bool {
    kind(error) == FailureKind::NotFound
}

/// Returns the kind of an error: what the engine answered, or why it did not.
pub(super) fn kind(error: &Error) -> FailureKind {
    match error {
        Error::DockerResponseServerError { status_code, message } => answered(*status_code, message),
        Error::DockerStreamError { error } => said(error),
        Error::RequestTimeoutError => FailureKind::Timeout,
        Error::JsonDataError { .. } | Error::JsonSerdeError { .. } | Error::APIVersionParseError {} => {
            FailureKind::Malformed
        }
        Error::IOError { .. }
        | Error::HyperResponseError { .. }
        | Error::HyperLegacyError { .. }
        | Error::SocketNotFoundError(_) => FailureKind::Unreachable,
        _ => FailureKind::Rejected,
    }
}

fn answered(status: u16, message: &str) -> FailureKind {
    match status {
        401 | 403 => FailureKind::Unauthorized,
        404 => FailureKind::NotFound,
        304 | 409 => FailureKind::Conflict,
        408 | 504 => FailureKind::Timeout,
        502 | 503 => FailureKind::Unreachable,
        _ => match said(message) {
            // An engine that says what it could not reach is not away itself: a log driver, a volume, a registry is.
            FailureKind::Unreachable => FailureKind::Rejected,
            kind => kind,
        },
    }
}

/// The engine passes a registry's refusals on as text only.
fn said(message: &str) -> FailureKind {
    let text = message.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| text.contains(word));
    if has(&["unauthorized", "no basic auth", "authentication required", "denied:"]) {
        FailureKind::Unauthorized
    } else if has(&["manifest unknown", "not found", "no such"]) {
        FailureKind::NotFound
    } else if has(&["connection refused", "no such host", "i/o timeout", "network is unreachable"]) {
        FailureKind::Unreachable
    } else {
        FailureKind::Rejected
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_engine_that_cannot_reach_something_is_not_away_itself() {
        let message = "failed to initialize logging driver: dial tcp 127.0.0.1:24224: connect: connection refused";
        assert_eq!(answered(500, message), FailureKind::Rejected);
        assert_eq!(answered(503, "service unavailable"), FailureKind::Unreachable);
    }

    #[test]
    fn what_a_registry_said_through_the_engine_keeps_its_meaning() {
        for (text, meant) in [
            (
                "Head \"http://127.0.0.1:5000/v2/\": dial tcp 127.0.0.1:5000: connect: connection refused",
                FailureKind::Unreachable,
            ),
            ("no basic auth credentials", FailureKind::Unauthorized),
            ("manifest for x:2 not found: manifest unknown: manifest unknown", FailureKind::NotFound),
            ("mkdir /x: no space left on device", FailureKind::Rejected),
        ] {
            assert_eq!(said(text), meant, "{text}");
        }
    }
}
