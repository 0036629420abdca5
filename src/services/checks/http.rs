//! `http`: requests one after another, each measured, no answer an answer of its own.

use super::measured::{MeasureContext, MeasuredCheck};
use crate::probe::{ProbeDeps, limit};
use crate::process::Captured;
use crate::secrets::{SecretValue, exposed, shown};
use async_trait::async_trait;
use std::time::{Duration, Instant};
use tminus_core::kinds::check::{HttpCheck, Method};
use tminus_core::mask::Mask;
use tminus_core::measurement::{Ask, HttpAnswer, HttpTry, Measurement, Reading};
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::Span;

/// What is sent each time.
struct HttpRequest {
    method: reqwest::Method,
    url: String,
    headers: Vec<(String, SecretValue)>,
    body: Option<String>,
}

#[async_trait]
impl MeasuredCheck for HttpCheck {
    /// Sends every try of the check, as far as its time goes; tries that were not made count as unanswered.
    async fn measure(
        &self,
        MeasureContext { around, check, ask, .. }: &MeasureContext<'_>,
    ) -> Result<Measurement, PortError> {
        let allowed = limit(check);
        let request = fill(around, ask, self).await?;
        let mask = around.secrets.mask();
        let until = Instant::now() + allowed.saturating_sub(Duration::from_millis(100));
        let mut tries = Vec::new();
        let mut whole = Captured::default();
        for number in 1..=self.tries.max(1) {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                tries.push(unmade(self.tries.max(1) - number + 1, allowed));
                break;
            }
            let made = make(around, &request)?;
            // What is measured is the service: the first request of all makes the client first, and reads the certificates.
            let began = Instant::now();
            let answer = around.http.send(made, left).await;
            let took = Span::from(began.elapsed());
            if let Ok(answer) = &answer {
                whole.push(answer.body.as_bytes());
            }
            let answer = answer.map(|answer| masked(answer, mask)).map_err(|failure| mask.apply(&failure.sentence()));
            tries.push(HttpTry { took, answer });
        }
        Ok(Measurement {
            tail: whole.tail(mask),
            whole: whole.whole(mask),
            sha256: whole.sha256(),
            bytes: whole.bytes(),
            ..Measurement::quiet(mask.apply(&describe(&request, self.tries)), Reading::Http(tries))
        })
    }
}

async fn fill(around: &ProbeDeps, ask: &Ask, asked: &HttpCheck) -> Result<HttpRequest, PortError> {
    let malformed = |unknown: tminus_core::plan::UnknownPlaceholder| {
        PortError::new(FailureKind::Malformed, "the request cannot be made").because(unknown.to_string())
    };
    let mut headers = Vec::new();
    for (name, setting) in &asked.headers {
        headers.push((name.clone(), around.secrets.value(setting, &ask.values).await?));
    }
    Ok(HttpRequest {
        method: match asked.method {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
            Method::Post => reqwest::Method::POST,
        },
        url: asked.url.fill(&ask.values).map_err(malformed)?,
        headers,
        body: asked.body.as_ref().map(|body| body.fill(&ask.values)).transpose().map_err(malformed)?,
    })
}

/// Makes a request to be sent; the error is the plan's: an address or a header that cannot be sent.
fn make(around: &ProbeDeps, request: &HttpRequest) -> Result<reqwest::RequestBuilder, PortError> {
    let mut builder = around.http.request(request.method.clone(), &request.url)?;
    for (name, value) in &request.headers {
        let mut header = reqwest::header::HeaderValue::from_str(exposed(value)).map_err(|_| {
            PortError::new(FailureKind::Malformed, format!("the header {name} has a value that cannot be sent"))
        })?;
        header.set_sensitive(matches!(value, SecretValue::Secret(_)));
        builder = builder.header(name, header);
    }
    if let Some(body) = &request.body {
        builder = builder.body(body.clone());
    }
    Ok(builder)
}

fn unmade(count: u32, allowed: Duration) -> HttpTry {
    let why = format!("the time of {} was over before {count} more could be sent", Span::from(allowed));
    HttpTry { took: Span::seconds(0), answer: Err(why) }
}

fn masked(answer: HttpAnswer, mask: &Mask) -> HttpAnswer {
    let headers = answer.headers.into_iter().map(|(name, value)| (name, mask.apply(&value))).collect();
    HttpAnswer { headers, body: mask.apply(&answer.body), ..answer }
}

fn describe(request: &HttpRequest, tries: u32) -> String {
    let mut text = format!("{} {}", request.method, request.url);
    for (name, value) in &request.headers {
        text.push_str(&format!(", {name}: {}", shown(value)));
    }
    if tries > 1 {
        text.push_str(&format!(", {tries} times"));
    }
    text
}
