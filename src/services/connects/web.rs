//! What the kinds over HTTP have in common: where an answer sends somebody, and why there was none.

use crate::http::refusal;
use jiff::Timestamp;
use reqwest::Url;
use tminus_core::measurement::HttpAnswer;
use tminus_core::ports::{FailureKind, PortError};

/// How many letters of an address are told.
const ADDRESS: usize = 120;

/// What stands in the path of a page where somebody logs in.
const LOGIN: [&str; 9] = ["login", "log-in", "signin", "sign-in", "sign_in", "sso", "oauth", "saml", "authorize"];

/// Where an answer redirects to. The query is left out: it may carry a secret.
pub(super) struct Redirection {
    /// The address.
    pub(super) to: String,
    /// Whether somebody logs in there.
    pub(super) is_login: bool,
}

/// Returns where an answer redirects to; nothing where it does not.
pub(super) fn redirection(asked: &str, answer: &HttpAnswer) -> Option<Redirection> {
    if !(300..400).contains(&answer.status) || answer.status == 304 {
        return None;
    }
    let location = answer.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("location"));
    let place = location.and_then(|(_, place)| Url::parse(asked).ok()?.join(place.trim()).ok());
    let Some(place) = place else {
        return Some(Redirection { to: "nowhere".to_owned(), is_login: false });
    };
    let path = place.path().to_lowercase();
    let words = path.split(['/', '.']);
    let is_login = words.into_iter().any(|word| LOGIN.contains(&word) || word == "auth");
    let to = format!("{}{}", place.host_str().unwrap_or_default(), place.path());
    Some(Redirection { to: to.chars().take(ADDRESS).collect(), is_login })
}

/// Says why a service was not asked, with its name before what happened.
pub(crate) fn unasked(host: &str, failure: PortError) -> PortError {
    let away = PortError::new(failure.kind, format!("{host} cannot be asked"));
    failure.causes.into_iter().fold(away.because(failure.summary), PortError::because)
}

/// Returns the host and port of an address, for messages: an address may carry a credential.
pub(crate) fn host_of(url: &str) -> String {
    let Ok(url) = Url::parse(url) else { return "the address".to_owned() };
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Says what an answer that tells nothing of what was asked is.
pub(super) fn unsaid(host: &str, answer: &HttpAnswer, now: Timestamp) -> PortError {
    let senseless = || PortError::new(FailureKind::Malformed, format!("{host} answered {}", answer.status));
    refusal(host, answer, now).unwrap_or_else(senseless)
}

/// Returns a service's own words about a status that says no.
pub(super) fn words(host: &str, answer: &HttpAnswer, now: Timestamp) -> String {
    let causes = refusal(host, answer, now).map(|failure| failure.causes).unwrap_or_default();
    causes.into_iter().map(|cause| format!(": {cause}")).collect()
}
