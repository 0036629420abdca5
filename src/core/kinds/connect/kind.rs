//! What is asked of every service.

use crate::plan::{CommandLine, Secret};
use crate::touches::plain;

/// What is asked of a service.
pub trait KindOfConnection {
    /// Returns how it is reached.
    fn reach(&self) -> Reach<'_>;

    /// Says whether the number that a metric asks it for depends on a time that the query itself names.
    fn looks_back(&self) -> bool {
        false
    }

    /// Says whether it counts sessions of people, by the hour.
    fn counts_sessions(&self) -> bool {
        false
    }
}

/// How a service is reached.
pub enum Reach<'a> {
    /// At an address, which is sent these secrets.
    Address(String, Vec<&'a Secret>),
    /// By a command.
    Command(&'a CommandLine),
}

/// Writes an address with the user who asks there.
pub(super) fn as_user(url: &str, user: Option<&String>) -> String {
    match user {
        Some(user) => format!("{url} as {}", plain(user)),
        None => url.to_owned(),
    }
}

/// Returns the address of a service, or its usual one.
pub(super) fn or(url: Option<&String>, usual: &str) -> String {
    url.cloned().unwrap_or_else(|| usual.to_owned())
}
