//! The checks that this build measures: one line each. What is not listed is not available in this build.

mod changelog;
mod connects;
pub(crate) mod dns;
mod dotenv;
mod file;
mod files;
mod http;
mod ignored;
mod image;
mod log;
mod measured;
mod run;
mod secrets;
mod tls;
mod versions;
mod workflow;

pub(crate) use measured::{LookedAgain, MeasureContext, MeasuredCheck};
use tminus_core::kinds::check::{ChangelogCheck, CheckKind, VersionsCheck};

/// Returns what measures a kind of check; nothing where this build has nothing that does.
pub(crate) fn measures(kind: &CheckKind) -> Option<&dyn MeasuredCheck> {
    Some(match kind {
        CheckKind::Run(asked) => asked,
        CheckKind::Http(asked) => asked,
        CheckKind::Versions => &VersionsCheck,
        CheckKind::Ignored(asked) => asked,
        CheckKind::Dotenv(asked) => asked,
        CheckKind::Secrets(asked) => asked,
        CheckKind::Changelog => &ChangelogCheck,
        CheckKind::File(asked) => asked,
        CheckKind::Connects(asked) => asked,
        CheckKind::Tls(asked) => asked,
        CheckKind::Dns(asked) => asked,
        CheckKind::Image(asked) => asked,
        CheckKind::Workflow(asked) => asked,
        CheckKind::Log(asked) => asked,
        CheckKind::Metric(_) => return None,
        // A person answers.
        CheckKind::Manual(_) => return None,
    })
}
