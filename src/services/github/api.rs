//! One GET of GitHub's REST API, with the token of the plan.

use crate::connects::{host_of, unasked};
use crate::deps::Deps;
use crate::http::{Http, refusal};
use crate::secrets::Secrets;
use jiff::Timestamp;
use reqwest::{Method, Url};
use secrecy::ExposeSecret as _;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::connect::{ConnectKind, GitHubConnect};
use tminus_core::measurement::HttpAnswer;
use tminus_core::ports::{Clock, FailureKind, PortError};
use tminus_core::time::Span;

/// Where the API is, unless the plan names a server of one's own.
const PUBLIC: &str = "https://api.github.com";

/// The version of the API that is spoken here.
const VERSION: &str = "2022-11-28";

/// GitHub, as the plan names it.
pub(super) struct GitHubApi {
    settings: GitHubConnect,
    http: Http,
    secrets: Arc<Secrets>,
    clock: Arc<dyn Clock>,
}

impl GitHubApi {
    /// Makes it of a service of the plan; nothing where that is another kind.
    pub(super) fn of(kind: &ConnectKind, deps: &Deps) -> Option<Self> {
        let ConnectKind::GitHub(settings) = kind else { return None };
        let (http, secrets, clock) = (deps.http.clone(), deps.secrets.clone(), deps.clock.clone());
        Some(Self { settings: settings.clone(), http, secrets, clock })
    }

    /// Returns the repository: `owner/name`.
    pub(super) fn repository(&self) -> &str {
        &self.settings.repo
    }

    /// Returns the host that is asked.
    pub(super) fn host(&self) -> String {
        host_of(self.base())
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn base(&self) -> &str {
        self.settings.url.as_deref().unwrap_or(PUBLIC)
    }

    /// Asks for something of the repository; any status is an answer.
    pub(super) async fn get(
        &self,
        below: &[&str],
        query: &[(&str, &str)],
        within: Duration,
    ) -> Result<HttpAnswer, PortError> {
        let address = self.address(below, query)?;
        let request = self.http.request(Method::GET, address.as_str())?;
        let token = self.secrets.resolve(&self.settings.token).await?;
        let request = request.bearer_auth(token.expose_secret());
        let request = request.header("accept", "application/vnd.github+json").header("x-github-api-version", VERSION);
        self.http.send(request, within).await.map_err(|failure| unasked(&self.host(), failure))
    }

    /// Returns an address below the repository, each word as one part of the path whatever is in it.
    fn address(&self, below: &[&str], query: &[(&str, &str)]) -> Result<Url, PortError> {
        let malformed = |why: &str| PortError::new(FailureKind::Malformed, why);
        let parts: Vec<&str> = self.settings.repo.split('/').collect();
        let is_name = |part: &&str| !part.is_empty() && !part.chars().all(|c| c == '.');
        if parts.len() != 2 || !parts.iter().all(is_name) {
            return Err(malformed("the repository is not `owner/name`"));
        }
        if !below.iter().all(is_name) {
            return Err(malformed("the workflow has no name of a file"));
        }
        let mut address = Url::parse(self.base()).map_err(|_| malformed("the address cannot be used"))?;
        let mut path = address.path_segments_mut().map_err(|()| malformed("the address cannot be used"))?;
        path.pop_if_empty().push("repos").extend(parts).extend(below);
        drop(path);
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        Ok(address)
    }

    /// Says why an answer tells nothing of what was asked for; nothing where it does.
    pub(super) fn refusal(&self, answer: &HttpAnswer) -> Option<PortError> {
        if let Some(wait) = self.is_limited(answer) {
            let failure = PortError::new(
                FailureKind::RateLimited(wait),
                format!("{} limits how often it can be asked", self.host()),
            );
            return Some(failure);
        }
        if answer.status == 200 {
            return None;
        }
        let senseless =
            || PortError::new(FailureKind::Malformed, format!("{} answered {}", self.host(), answer.status));
        Some(refusal(&self.host(), answer, self.now()).unwrap_or_else(senseless))
    }

    /// Returns how long to wait where too much was asked: GitHub says so with 403 or 429, and none left of the limit.
    fn is_limited(&self, answer: &HttpAnswer) -> Option<Option<Span>> {
        let header = |name: &str| {
            let found = answer.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value.trim())
        };
        let is_used_up = header("x-ratelimit-remaining") == Some("0") || header("retry-after").is_some();
        if !(matches!(answer.status, 403 | 429) && is_used_up) {
            return None;
        }
        let reset = header("x-ratelimit-reset").and_then(|at| Timestamp::from_second(at.parse().ok()?).ok());
        let until = reset.map(|at| at.duration_since(self.now()).as_secs().max(0).unsigned_abs());
        Some(crate::http::retry_after(&answer.headers, self.now()).or(until.map(|s| Duration::from_secs(s).into())))
    }
}
