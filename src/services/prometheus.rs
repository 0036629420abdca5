//! Prometheus: instant queries over its HTTP API.

use crate::deps::Deps;
use crate::http::{Http, refusal};
use crate::secrets::Secrets;
use async_trait::async_trait;
use jiff::Timestamp;
use reqwest::{Method, RequestBuilder, Url};
use secrecy::ExposeSecret as _;
use serde::Deserialize;
use serde_json::Value;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::kinds::connect::{ConnectKind, PrometheusConnect};
use tminus_core::measurement::HttpAnswer;
use tminus_core::ports::{Clock, FailureKind, MetricAnswer, MetricFound, MetricSource, PortError, SampleAge};
use tminus_core::time::Span;

/// How long one query may take, and a little less for the server, so that its own words arrive.
const LIMIT: Duration = Duration::from_secs(15);
const SERVER_LIMIT: &str = "14s";

/// Opens a Prometheus of the plan.
pub fn open(kind: &ConnectKind, deps: &Deps) -> Option<Arc<dyn MetricSource>> {
    let ConnectKind::Prometheus(settings) = kind else { return None };
    let (http, secrets) = (deps.http.clone(), deps.secrets.clone());
    Some(Arc::new(Prometheus { settings: settings.clone(), http, secrets, clock: deps.clock.clone() }))
}

/// A Prometheus server.
pub struct Prometheus {
    /// Where it is, and who asks.
    pub settings: PrometheusConnect,
    /// The HTTP client.
    pub http: Http,
    /// Where its password and token come from.
    pub secrets: Arc<Secrets>,
    /// The clock, for an answer that says when to come again.
    pub clock: Arc<dyn Clock>,
}

/// Returns the address of an instant query, as of the server's own now.
///
/// Source: prometheus docs/querying/api.md, "Instant queries".
fn address(url: &str, query: &str) -> Result<Url, PortError> {
    let base = format!("{}/api/v1/query", url.trim_end_matches('/'));
    Url::parse_with_params(&base, [("query", query), ("timeout", SERVER_LIMIT)])
        .map_err(|error| PortError::new(FailureKind::Malformed, "the address cannot be used").caused_by(&error))
}

/// Returns the query for how many seconds ago a series had its newest sample. It finds nothing once a series has ended:
/// Prometheus marks that when the target that it came from is gone, and looks back five minutes at most.
fn age_of(series: &str) -> String {
    format!("time() - max(timestamp({series}))")
}

#[async_trait]
impl MetricSource for Prometheus {
    async fn ask(&self, query: &str) -> Result<MetricAnswer, PortError> {
        let request = self.http.request(Method::GET, address(&self.settings.url, query)?.as_str())?;
        let answer = self.http.send(self.signed(request).await?, LIMIT).await?;
        read(&answer, self.clock.now())
    }

    async fn newest(&self, query: &str) -> Result<SampleAge, PortError> {
        let series = PrometheusConnect::ranged_series(query);
        let mut newest: Option<f64> = None;
        for one in &series {
            if let MetricFound::Number(age) = self.ask(&age_of(one)).await?.found {
                newest = Some(newest.map_or(age, |newest| newest.min(age)));
            }
        }
        Ok(match newest {
            Some(seconds) => SampleAge::Old(Span::seconds(seconds.max(0.0) as u64)),
            None if series.is_empty() => SampleAge::Unknown,
            None => SampleAge::Ended,
        })
    }
}

impl Prometheus {
    async fn signed(&self, request: RequestBuilder) -> Result<RequestBuilder, PortError> {
        let PrometheusConnect { url: _, user, password, token } = &self.settings;
        if let Some(token) = token {
            return Ok(request.bearer_auth(self.secrets.resolve(token).await?.expose_secret()));
        }
        if user.is_none() && password.is_none() {
            return Ok(request);
        }
        let password = match password {
            Some(password) => Some(self.secrets.resolve(password).await?),
            None => None,
        };
        let user = user.as_deref().unwrap_or_default();
        let password = password.as_ref().map(|password| password.expose_secret());
        // Learned together too, because that is how it travels.
        self.secrets.mask().learn(&format!("{user}:{}", password.unwrap_or_default()));
        Ok(request.basic_auth(user, password))
    }
}

/// What Prometheus answers, good or bad.
#[derive(Deserialize)]
struct Envelope {
    status: String,
    data: Option<QueryResult>,
    #[serde(rename = "errorType", default)]
    error_type: String,
    #[serde(default)]
    error: String,
    #[serde(default)]
    warnings: Vec<String>,
    #[serde(default)]
    infos: Vec<String>,
}

#[derive(Deserialize)]
struct QueryResult {
    #[serde(rename = "resultType")]
    kind: String,
    result: Value,
}

/// Reads an answer. A query that is refused is answered with 400 or 422, one that took too long with 503.
fn read(answer: &HttpAnswer, now: Timestamp) -> Result<MetricAnswer, PortError> {
    let envelope = serde_json::from_str::<Envelope>(&answer.body);
    if let Some(refused) = envelope.as_ref().ok().filter(|e| e.status == "error") {
        let kind = match (refused.error_type.as_str(), answer.status) {
            ("timeout" | "canceled", _) => FailureKind::Timeout,
            (_, 500..) => FailureKind::Unreachable,
            (_, _) => FailureKind::Rejected,
        };
        let says = format!("{}: {}", refused.error_type, refused.error);
        return Err(PortError::new(kind, "prometheus did not answer the query").because(says));
    }
    if let Some(failure) = refusal("prometheus", answer, now) {
        return Err(failure);
    }
    let malformed = || PortError::new(FailureKind::Malformed, "this is no answer of prometheus");
    let envelope = envelope.map_err(|error| malformed().caused_by(&error))?;
    let data = envelope.data.filter(|_| envelope.status == "success" && !answer.cut).ok_or_else(malformed)?;
    let found = found(&data).ok_or_else(malformed)?;
    Ok(MetricAnswer { found, warnings: envelope.warnings, notes: envelope.infos })
}

/// Reads what was found; `None` where the answer is not built as the API says.
fn found(QueryResult { kind, result }: &QueryResult) -> Option<MetricFound> {
    // A moment, and the number as a text: `[1700000000.1, "NaN"]`.
    let number = |pair: &Value| pair.get(1)?.as_str()?.parse().ok().map(MetricFound::Number);
    match kind.as_str() {
        "scalar" => number(result),
        "vector" => match result.as_array()?.as_slice() {
            [] => Some(MetricFound::NoSeries),
            [one] => match one.get("value") {
                Some(pair) => number(pair),
                None => Some(MetricFound::Other("a histogram".to_owned())),
            },
            many => Some(MetricFound::Series(many.len())),
        },
        "matrix" => Some(MetricFound::Other("a range of numbers".to_owned())),
        "string" => Some(MetricFound::Other("a text".to_owned())),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(status: u16, body: &str) -> Result<MetricAnswer, PortError> {
        let answer = HttpAnswer { status, headers: Vec::new(), body: body.to_owned(), cut: false };
        read(&answer, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn an_empty_prometheus_vector_is_no_series_and_not_zero() {
        let answer = of(200, r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#).unwrap();
        assert_eq!(answer.found, MetricFound::NoSeries);
    }

    #[test]
    fn numbers_come_as_text_and_warnings_beside_them() {
        let body = r#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1.5,"+Inf"]}]},
            "warnings":["a store is gone"],"infos":["it might be no counter"]}"#;
        let answer = of(200, body).unwrap();
        assert_eq!(answer.found, MetricFound::Number(f64::INFINITY));
        assert_eq!(
            (answer.warnings, answer.notes),
            (vec!["a store is gone".to_owned()], vec!["it might be no counter".to_owned()])
        );
    }

    #[test]
    fn what_is_no_answer_is_an_error_by_its_kind() {
        let refused = r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#;
        let late = r#"{"status":"error","errorType":"timeout","error":"query timed out"}"#;
        let kind = |status, body| of(status, body).unwrap_err().kind;
        assert_eq!(kind(400, refused), FailureKind::Rejected);
        assert_eq!(kind(503, late), FailureKind::Timeout);
        assert_eq!(kind(503, "no backend"), FailureKind::Unreachable);
        assert_eq!(kind(401, ""), FailureKind::Unauthorized);
        assert_eq!(kind(200, "<html>log in</html>"), FailureKind::Malformed);
        assert_eq!(
            kind(200, r#"{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"x"]}]}}"#),
            FailureKind::Malformed
        );
    }
}
