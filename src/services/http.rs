//! The one HTTP client: bounded, impatient, and honest about why there was no answer.
//!
//! Redirects are never followed: a check wants to see them, and a credential must not travel to another host.

use jiff::Timestamp;
use reqwest::redirect::Policy;
use reqwest::{Client, Method, RequestBuilder, Response, Url};
use std::error::Error as _;
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use tminus_core::measurement::{BODY_BYTES, HttpAnswer};
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::Span;

/// How long a connection may take to come about.
const CONNECT: Duration = Duration::from_secs(10);

/// How many letters of a refusal are told.
const WORDS: usize = 200;

/// The client, cheap to clone. Proxies are those of the environment, but never for this machine itself.
#[derive(Clone, Debug, Default)]
pub struct Http {
    clients: Arc<HttpClients>,
}

/// Each is made for the first request that needs it: that reads all the certificates of the system, which takes longer than
/// the rest of an opening, and most openings ask nobody.
#[derive(Debug, Default)]
struct HttpClients {
    outside: OnceLock<Client>,
    loopback: OnceLock<Client>,
}

/// Whether a client may go by way of a proxy.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ProxyUse {
    AsTheEnvironmentSays,
    Straight,
}

impl HttpClients {
    /// Returns the client for an address; an error when the system's certificates cannot be read.
    fn of(&self, url: &Url) -> Result<&Client, PortError> {
        let (place, way) = match is_loopback(url) {
            true => (&self.loopback, ProxyUse::Straight),
            false => (&self.outside, ProxyUse::AsTheEnvironmentSays),
        };
        if let Some(client) = place.get() {
            return Ok(client);
        }
        let made = client(way).map_err(PortError::by(FailureKind::Unavailable, "the HTTP client could not be made"))?;
        // Of two that were made at once, one serves both.
        Ok(place.get_or_init(|| made))
    }
}

fn client(way: ProxyUse) -> reqwest::Result<Client> {
    let builder = Client::builder()
        .user_agent(concat!("tminus/", env!("CARGO_PKG_VERSION")))
        .redirect(Policy::none())
        .connect_timeout(CONNECT);
    if way == ProxyUse::Straight { builder.no_proxy().build() } else { builder.build() }
}

impl Http {
    /// Begins a request; an error when the address is none, or not of the web.
    pub fn request(&self, method: Method, address: &str) -> Result<RequestBuilder, PortError> {
        let malformed = |why: String| PortError::new(FailureKind::Malformed, "the address cannot be used").because(why);
        let url = Url::parse(address).map_err(|error| malformed(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(malformed(format!("{} is neither http nor https", url.scheme())));
        }
        Ok(self.clients.of(&url)?.request(method, url))
    }

    /// Sends a request and reads its answer, both within a time; any status is an answer.
    pub async fn send(&self, request: RequestBuilder, within: Duration) -> Result<HttpAnswer, PortError> {
        let response = request.timeout(within).send().await.map_err(|error| failure_of(&error))?;
        read(response).await
    }
}

/// Says whether an address is on this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    let Some(host) = url.host_str() else {
        return false;
    };
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    let is_address = bare.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback());
    is_address || bare.eq_ignore_ascii_case("localhost") || bare.to_ascii_lowercase().ends_with(".localhost")
}

async fn read(mut response: Response) -> Result<HttpAnswer, PortError> {
    let status = response.status().as_u16();
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers =
        response.headers().iter().map(|(name, value)| (name.as_str().to_owned(), text(value.as_bytes()))).collect();
    let mut body = Vec::new();
    let mut cut = false;
    while let Some(chunk) = response.chunk().await.map_err(|error| failure_of(&error))? {
        let room = BODY_BYTES - body.len();
        body.extend_from_slice(&chunk[..chunk.len().min(room)]);
        cut = chunk.len() > room;
        if cut {
            break;
        }
    }
    Ok(HttpAnswer { status, headers, body: text(&body), cut })
}

/// What rustls and the system's verifier say when a connection is not to be trusted; they have no common error type here.
const TLS_WORDS: [&str; 6] = ["certificate", "tls", "handshake", "corrupt message", "fatal alert", "peer misbehaved"];

/// Says in words why there was no answer. The address is left out: it may carry a credential.
pub fn failure_of(error: &reqwest::Error) -> PortError {
    let mut causes = Vec::new();
    let mut next = error.source();
    while let Some(cause) = next {
        causes.push(cause.to_string());
        next = cause.source();
    }
    causes.retain(|cause| !cause.contains("://"));
    let all = causes.join(": ").to_lowercase();
    let (kind, summary) = if error.is_timeout() {
        (FailureKind::Timeout, "no answer in time")
    } else if error.is_builder() {
        (FailureKind::Malformed, "the request cannot be sent")
    } else if all.contains("dns error") || all.contains("failed to lookup") {
        (FailureKind::Unreachable, "the name is not known")
    } else if TLS_WORDS.iter().any(|word| all.contains(word)) {
        (FailureKind::Unreachable, "no trusted connection")
    } else if all.contains("connection refused") {
        (FailureKind::Unreachable, "connection refused")
    } else {
        (FailureKind::Unreachable, "the connection broke")
    };
    let mut failure = PortError::new(kind, summary);
    // The innermost cause says what happened, in plain words where it has none.
    let told = failure_chain(error).filter(|cause| !cause.eq_ignore_ascii_case(summary) && !cause.contains("://"));
    failure.causes.extend(told);
    failure
}

fn failure_chain(error: &reqwest::Error) -> Option<String> {
    PortError::new(FailureKind::Unreachable, "").caused_by(error.source()?).causes.pop()
}

/// Makes a failure of a status that says no; `None` for one that says yes.
///
/// `now` is for a `Retry-After` that names a moment.
pub fn refusal(service: &str, answer: &HttpAnswer, now: Timestamp) -> Option<PortError> {
    let kind = match answer.status {
        200..=399 => return None,
        401 | 403 => FailureKind::Unauthorized,
        404 | 410 => FailureKind::NotFound,
        408 | 504 => FailureKind::Timeout,
        409 | 412 => FailureKind::Conflict,
        429 => FailureKind::RateLimited(retry_after(&answer.headers, now)),
        500..=599 => FailureKind::Unreachable,
        _ => FailureKind::Rejected,
    };
    let failure = PortError::new(kind, format!("{service} answered {}", answer.status));
    let words = words_of(&answer.body);
    let failure = if words.is_empty() { failure } else { failure.because(words) };
    Some(match kind {
        FailureKind::RateLimited(Some(wait)) => failure.because(format!("it asks to wait {wait}")),
        _ => failure,
    })
}

/// Returns a service's own words: of the messages that a registry puts into JSON, else of the text.
fn words_of(body: &str) -> String {
    #[derive(serde::Deserialize)]
    struct RegistryRefusal {
        errors: Vec<RegistryMessage>,
    }
    #[derive(serde::Deserialize)]
    struct RegistryMessage {
        message: String,
    }
    let told = serde_json::from_str::<RegistryRefusal>(body).ok().map(|refusal| {
        let messages = refusal.errors.into_iter().map(|error| error.message).filter(|message| !message.is_empty());
        messages.collect::<Vec<_>>().join("; ")
    });
    let told = told.filter(|told| !told.is_empty());
    told.as_deref().unwrap_or(body).trim().chars().take(WORDS).collect()
}

/// Reads `Retry-After`, in seconds or as a moment; nothing less than zero.
pub fn retry_after(headers: &[(String, String)], now: Timestamp) -> Option<Span> {
    let (_, value) = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("retry-after"))?;
    if let Ok(seconds) = value.trim().parse() {
        return Some(Span::seconds(seconds));
    }
    let moment = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value.trim()).ok()?;
    Some(Duration::try_from(moment.duration_since(now)).unwrap_or(Duration::ZERO).into())
}
