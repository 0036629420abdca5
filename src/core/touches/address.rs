//! Where the services of a plan are, and which secrets are sent there.

use super::words::plain;
use crate::plan::{CommandLine, ConnectKind, Secret};

/// Returns where a service is and what is sent there, or the command that reaches it.
pub(super) fn address_of(kind: &ConnectKind) -> Result<(String, Vec<&Secret>), &CommandLine> {
    let as_user = |url: &str, user: &Option<String>| match user {
        Some(user) => format!("{url} as {}", plain(user)),
        None => url.to_owned(),
    };
    let or = |url: &Option<String>, usual: &str| url.clone().unwrap_or_else(|| usual.to_owned());
    Ok(match kind {
        ConnectKind::Registry { url, user, password } => (as_user(url, user), password.iter().collect()),
        ConnectKind::Prometheus { url, user, password, token } => {
            (as_user(url, user), token.iter().chain(password).collect())
        }
        ConnectKind::Http { url, token } => (url.clone(), token.iter().collect()),
        ConnectKind::Sentry { url, org, project, token } => {
            (format!("{} for {org}/{project}", or(url, "sentry.io")), vec![token])
        }
        ConnectKind::GitHub { url, repo, token } => (format!("{} for {repo}", or(url, "api.github.com")), vec![token]),
        ConnectKind::LaunchDarkly { url, token } => (or(url, "app.launchdarkly.com"), vec![token]),
        ConnectKind::Unleash { url, token } => (url.clone(), vec![token]),
        ConnectKind::AppStoreConnect { issuer, key_id, key } => {
            (format!("api.appstoreconnect.apple.com as {issuer} with the key {key_id}"), vec![key])
        }
        ConnectKind::MongoDb { uri } => ("the address in it".to_owned(), vec![uri]),
        ConnectKind::Slack { url } => ("the address in it".to_owned(), vec![url]),
        ConnectKind::PagerDuty { key } => ("events.pagerduty.com".to_owned(), vec![key]),
        ConnectKind::CloudWatch { region, profile } => {
            let profile = profile.as_ref().map(|p| format!(" with the profile {p:?}")).unwrap_or_default();
            (format!("{region}{profile}"), Vec::new())
        }
        ConnectKind::Command { run } => return Err(run),
    })
}
