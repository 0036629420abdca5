//! `kind = "api-key"`: whether a key is valid, asked at an address that a valid key may read.
//!
//! An answer that says nothing of the key is no answer: an error of the service, a redirection, a request for patience.

use super::asked::{ConnectAnswer, ConnectedService};
use super::web::{host_of, redirection, unasked, unsaid, words};
use crate::deps::Deps;
use crate::http::Http;
use crate::secrets::{SecretValue, Secrets, exposed};
use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Method;
use reqwest::header::HeaderValue;
use secrecy::ExposeSecret as _;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::connect::{ApiKeyConnect, ConnectKind};
use tminus_core::measurement::HttpAnswer;
use tminus_core::ports::{Clock, FailureKind, PortError};

/// Opens a service of the plan that takes a key.
pub fn open_api_key(kind: &ConnectKind, deps: &Deps) -> Option<Arc<dyn ConnectedService>> {
    let ConnectKind::ApiKey(settings) = kind else { return None };
    let (http, secrets) = (deps.http.clone(), deps.secrets.clone());
    Some(Arc::new(KeyedService { settings: settings.clone(), http, secrets, clock: deps.clock.clone() }))
}

struct KeyedService {
    settings: ApiKeyConnect,
    http: Http,
    secrets: Arc<Secrets>,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl ConnectedService for KeyedService {
    fn question(&self) -> String {
        let mut carried: Vec<&str> = self.settings.header.iter().map(|(name, _)| name.as_str()).collect();
        carried.extend(self.settings.token.iter().map(|_| "a bearer token"));
        format!("GET {} with {}", self.settings.url, carried.join(", "))
    }

    async fn connect(&self, within: Duration) -> Result<ConnectAnswer, PortError> {
        let ApiKeyConnect { url, header, token, .. } = &self.settings;
        let mut request = self.http.request(Method::GET, url)?;
        for (name, setting) in header {
            let value = self.secrets.value(setting, &BTreeMap::new()).await?;
            let mut sent = HeaderValue::from_str(exposed(&value)).map_err(|_| {
                PortError::new(FailureKind::Malformed, format!("the header {name} has a value that cannot be sent"))
            })?;
            sent.set_sensitive(matches!(value, SecretValue::Secret(_)));
            request = request.header(name, sent);
        }
        if let Some(token) = token {
            request = request.bearer_auth(self.secrets.resolve(token).await?.expose_secret());
        }
        let answer = self.http.send(request, within).await.map_err(|failure| unasked(&host_of(url), failure))?;
        said(&self.settings, &answer, self.clock.now())
    }
}

/// Reads what an answer says of the key.
fn said(settings: &ApiKeyConnect, answer: &HttpAnswer, now: Timestamp) -> Result<ConnectAnswer, PortError> {
    let (host, status) = (host_of(&settings.url), answer.status);
    if settings.is_ok(status) {
        return Ok(Ok(format!("the key is valid ({status})")));
    }
    if let Some(text) = settings.limited_by(status).filter(|text| answer.body.contains(text.as_str())) {
        return Ok(Ok(format!("the key is valid, with a limited scope ({status} {text})")));
    }
    let unknown = |failure: PortError| failure.because("whether the key is valid is not known");
    if let Some(redirection) = redirection(&settings.url, answer) {
        let summary = format!("{host} redirects to {} ({status}), and a key is not sent on", redirection.to);
        return Err(unknown(PortError::new(FailureKind::Malformed, summary)));
    }
    let words = words(&host, answer, now);
    match status {
        401 | 403 => Ok(Err(format!("{host} refuses the key ({status}){words}"))),
        402 => Ok(Err(format!("{host} takes the key, and wants to be paid ({status}){words}"))),
        429 => {
            let failure = unsaid(&host, answer, now);
            let summary = format!("{host} answered 429: the quota of the key is used up, or it is asked too often");
            let limited = PortError::new(failure.kind, summary);
            Err(unknown(failure.causes.into_iter().fold(limited, PortError::because)))
        }
        _ => Err(unknown(unsaid(&host, answer, now))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tminus_core::plan::{Secret, Template};

    fn elevenlabs() -> ApiKeyConnect {
        ApiKeyConnect {
            url: "https://api.elevenlabs.io/v1/user".to_owned(),
            header: Vec::new(),
            token: Some(Secret::Env("KEY".to_owned())),
            ok: vec![200],
            limited: vec![("401".to_owned(), Template::new("missing_permissions"))],
        }
    }

    fn asked(status: u16, body: &str) -> Result<ConnectAnswer, PortError> {
        let answer = HttpAnswer { status, headers: Vec::new(), body: body.to_owned(), cut: false };
        said(&elevenlabs(), &answer, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_valid_a_limited_and_a_refused_key_are_told_apart() {
        assert_eq!(asked(200, "{}").unwrap(), Ok("the key is valid (200)".to_owned()));
        let narrow = r#"{"detail":{"status":"missing_permissions"}}"#;
        assert_eq!(
            asked(401, narrow).unwrap(),
            Ok("the key is valid, with a limited scope (401 missing_permissions)".to_owned())
        );
        assert_eq!(
            asked(401, "invalid_api_key").unwrap(),
            Err("api.elevenlabs.io refuses the key (401): invalid_api_key".to_owned())
        );
        // The text belongs to its status.
        assert!(asked(403, narrow).unwrap().is_err());
        assert!(asked(402, "").unwrap().unwrap_err().contains("wants to be paid"));
    }

    #[test]
    fn an_answer_that_says_nothing_of_the_key_is_no_answer() {
        for (status, says) in [
            (204, "answered 204"),
            (302, "redirects to nowhere (302), and a key is not sent on"),
            (404, "answered 404"),
            (429, "the quota of the key is used up, or it is asked too often"),
            (500, "answered 500"),
        ] {
            let failure = asked(status, "").unwrap_err();
            let sentence = failure.sentence();
            assert!(
                sentence.contains(says) && sentence.contains("whether the key is valid is not known"),
                "{sentence}"
            );
        }
    }

    #[test]
    fn no_status_but_the_plans_own_is_green() {
        for status in 100..=999 {
            assert_eq!(matches!(asked(status, "x"), Ok(Ok(_))), status == 200, "{status}");
        }
    }
}
