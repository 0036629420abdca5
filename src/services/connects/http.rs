//! `kind = "http"`: one GET, with the token where the plan names one. Only a status that says yes lets tminus in.

use super::asked::{ConnectAnswer, ConnectedService};
use super::web::{host_of, redirection, unasked, unsaid, words};
use crate::deps::Deps;
use crate::http::Http;
use crate::secrets::Secrets;
use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::Method;
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::connect::{ConnectKind, HttpConnect};
use tminus_core::measurement::HttpAnswer;
use tminus_core::ports::{Clock, PortError};

/// Opens a service of the plan that answers requests.
pub fn open_http(kind: &ConnectKind, deps: &Deps) -> Option<Arc<dyn ConnectedService>> {
    let ConnectKind::Http(settings) = kind else { return None };
    let (http, secrets) = (deps.http.clone(), deps.secrets.clone());
    Some(Arc::new(HttpService { settings: settings.clone(), http, secrets, clock: deps.clock.clone() }))
}

struct HttpService {
    settings: HttpConnect,
    http: Http,
    secrets: Arc<Secrets>,
    clock: Arc<dyn Clock>,
}

#[async_trait]
impl ConnectedService for HttpService {
    fn question(&self) -> String {
        let with = if self.settings.token.is_some() { " with its token" } else { "" };
        format!("GET {}{with}", self.settings.url)
    }

    async fn connect(&self, within: Duration) -> Result<ConnectAnswer, PortError> {
        let HttpConnect { url, token } = &self.settings;
        let mut request = self.http.request(Method::GET, url)?;
        if let Some(token) = token {
            request = request.bearer_auth(self.secrets.resolve(token).await?.expose_secret());
        }
        let host = host_of(url);
        let answer = self.http.send(request, within).await.map_err(|failure| unasked(&host, failure))?;
        let sent = if token.is_some() { SentToken::One } else { SentToken::None };
        said(url, &answer, sent, self.clock.now())
    }
}

/// Whether a token went with a request.
#[derive(Clone, Copy, Debug)]
enum SentToken {
    One,
    None,
}

/// Reads what an answer says.
fn said(url: &str, answer: &HttpAnswer, sent: SentToken, now: Timestamp) -> Result<ConnectAnswer, PortError> {
    let (host, status) = (host_of(url), answer.status);
    if let Some(redirection) = redirection(url, answer) {
        let does = if redirection.is_login { "redirects to a login at" } else { "redirects to" };
        return Ok(Err(format!("{host} {does} {} ({status})", redirection.to)));
    }
    let words = words(&host, answer, now);
    Ok(match (status, sent) {
        (200..=299, SentToken::One) => Ok(format!("it answers {status} to the token")),
        (200..=299, SentToken::None) => Ok(format!("it answers {status}")),
        (401 | 403, SentToken::One) => Err(format!("{host} refuses the token ({status}){words}")),
        (401 | 403, SentToken::None) => {
            Err(format!("{host} wants credentials, and the plan names none ({status}){words}"))
        }
        // Whether it would let tminus in is not known: it, or a proxy on the way, did not look.
        (407 | 408 | 425 | 429, _) => return Err(unsaid(&host, answer, now)),
        (404 | 410, _) => Err(format!("{host} has nothing at this address ({status}){words}")),
        (400..=599, _) => Err(format!("{host} answers with the error {status}{words}")),
        _ => return Err(unsaid(&host, answer, now)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use tminus_core::ports::FailureKind;

    fn answer(status: u16, headers: &[(&str, &str)], body: &str) -> HttpAnswer {
        let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        HttpAnswer { status, headers, body: body.to_owned(), cut: false }
    }

    fn asked(answer: &HttpAnswer, sent: SentToken) -> Result<ConnectAnswer, PortError> {
        said("https://api.example.com/health?key=abc", answer, sent, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn only_a_status_that_says_yes_lets_in() {
        for status in 100..=999 {
            let green = matches!(asked(&answer(status, &[], ""), SentToken::One), Ok(Ok(_)));
            assert_eq!(green, (200..300).contains(&status), "{status}");
        }
    }

    #[test]
    fn a_refusal_a_login_and_an_error_are_told_apart() {
        let no = |status, headers: &[_], sent| asked(&answer(status, headers, "why"), sent).unwrap().unwrap_err();
        assert_eq!(no(401, &[], SentToken::One), "api.example.com refuses the token (401): why");
        assert_eq!(
            no(403, &[], SentToken::None),
            "api.example.com wants credentials, and the plan names none (403): why"
        );
        let to = |place| no(302, &[("Location", place)], SentToken::One);
        assert_eq!(
            to("/users/sign_in?secret=abc"),
            "api.example.com redirects to a login at api.example.com/users/sign_in (302)"
        );
        assert_eq!(to("https://www.example.com/"), "api.example.com redirects to www.example.com/ (302)");
        assert_eq!(to("http://["), "api.example.com redirects to nowhere (302)");
        assert_eq!(no(503, &[], SentToken::One), "api.example.com answers with the error 503: why");
        assert_eq!(no(404, &[], SentToken::One), "api.example.com has nothing at this address (404): why");
    }

    #[test]
    fn one_that_asks_for_patience_has_not_answered() {
        let failure = asked(&answer(429, &[("Retry-After", "7")], ""), SentToken::One).unwrap_err();
        assert!(matches!(failure.kind, FailureKind::RateLimited(Some(_))), "{failure:?}");
        assert_eq!(asked(&answer(407, &[], ""), SentToken::One).unwrap_err().kind, FailureKind::Rejected);
    }
}
