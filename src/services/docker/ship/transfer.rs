//! What an engine tells while it pushes: all layers together as one share, and the digest at the end.

use crate::docker::failure::failure;
use crate::docker::look::plain;
use bollard::errors::Error;
use reqwest::Response;
use serde::Deserialize;
use std::collections::BTreeMap;
use tminus_core::names::Digest;
use tminus_core::order::Progress;
use tminus_core::ports::{FailureKind, PortError, ProgressSender};

/// The most layers that are believed.
const LAYERS: usize = 1_000;

/// The longest piece of news that is read, in bytes.
const LONGEST: usize = 64 << 10;

/// A piece of news as the engine writes it, one to a line; what the client library reads leaves out `id` and `aux`.
#[derive(Default, Deserialize)]
struct TransferNews {
    id: Option<String>,
    status: Option<String>,
    #[serde(rename = "progressDetail")]
    detail: Option<Detail>,
    #[serde(rename = "errorDetail")]
    error: Option<TransferTrouble>,
    aux: Option<Pushed>,
}

#[derive(Default, Deserialize)]
struct Detail {
    #[serde(default)]
    current: u64,
    #[serde(default)]
    total: u64,
}

#[derive(Deserialize)]
struct TransferTrouble {
    message: Option<String>,
}

#[derive(Deserialize)]
struct Pushed {
    #[serde(rename = "Digest")]
    digest: Option<String>,
}

/// Reads a push to its end, and returns the digest that the registry gave it, where the engine tells.
///
/// # Errors
/// In the engine's words, of the kind that the registry meant; [`FailureKind::Unreachable`] when the answer breaks off.
pub(super) async fn read(mut answer: Response, what: &str, to: &ProgressSender) -> Result<Option<Digest>, PortError> {
    let mut transfer = Transfer { to: to.clone(), layers: BTreeMap::new(), digest: None };
    let mut open = Vec::new();
    let broken = || PortError::new(FailureKind::Unreachable, format!("{what} broke off"));
    while let Some(bytes) = answer.chunk().await.map_err(|error| broken().caused_by(&error.without_url()))? {
        open.extend_from_slice(&bytes);
        while let Some(end) = open.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = open.drain(..=end).collect();
            transfer.see(&line, what)?;
        }
        if open.len() > LONGEST {
            return Err(PortError::new(FailureKind::Malformed, format!("{what}: the engine's answer makes no sense")));
        }
    }
    transfer.see(&open, what)?;
    Ok(transfer.digest)
}

struct Transfer {
    to: ProgressSender,
    /// How many bytes of each layer are sent, of how many.
    layers: BTreeMap<String, (u64, u64)>,
    digest: Option<Digest>,
}

impl Transfer {
    /// Takes a line; one that is no news is passed over.
    fn see(&mut self, line: &[u8], what: &str) -> Result<(), PortError> {
        let Ok(news) = serde_json::from_slice::<TransferNews>(line) else { return Ok(()) };
        if let Some(message) = news.error.and_then(|error| error.message) {
            return Err(failure(format!("{what} failed"), &Error::DockerStreamError { error: plain(&message) }));
        }
        let digest = news.aux.and_then(|aux| aux.digest).filter(|digest| digest.starts_with("sha256:"));
        self.digest = digest.map(Digest::new).or_else(|| self.digest.take());
        match (news.status, news.id) {
            (Some(status), Some(id)) => self.layer(id, &status, &news.detail.unwrap_or_default()),
            (Some(status), None) => drop(self.to.try_send(Progress::Line(plain(&status)))),
            (None, _) => {}
        }
        Ok(())
    }

    fn layer(&mut self, id: String, status: &str, detail: &Detail) {
        if self.layers.len() >= LAYERS && !self.layers.contains_key(&id) {
            return;
        }
        if matches!(status, "Pushed" | "Layer already exists") || status.starts_with("Mounted") {
            drop(self.to.try_send(Progress::Line(format!("{}: {}", plain(&id), plain(status)))));
        }
        let known = self.layers.entry(id).or_default();
        *known = match status {
            "Pushed" => (known.1, known.1),
            // An archive is a little longer than what it holds, so that more may be sent than was said.
            _ if detail.current > 0 => (detail.current, detail.total.max(detail.current)),
            _ => *known,
        };
        let sum = |(done, all): (u64, u64), (d, a): &(u64, u64)| (done.saturating_add(*d), all.saturating_add(*a));
        let (done, total) = self.layers.values().fold((0, 0), sum);
        if total > 0 {
            drop(self.to.try_send(Progress::Share { done, total, of: "bytes pushed".to_owned() }));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_are_one_share_and_the_digest_is_told_at_the_end() {
        let (to, mut from) = tokio::sync::mpsc::channel(64);
        let mut transfer = Transfer { to, layers: BTreeMap::new(), digest: None };
        for line in [
            r#"{"status":"The push refers to repository [127.0.0.1:5000/a]"}"#,
            r#"{"status":"Preparing","progressDetail":{},"id":"aa"}"#,
            r#"{"status":"Pushing","progressDetail":{"current":512,"total":1000},"id":"aa"}"#,
            r#"{"status":"Pushing","progressDetail":{"current":3000,"total":2000},"id":"bb"}"#,
            r#"{"status":"Pushed","progressDetail":{},"id":"aa"}"#,
            r#"{"status":"1: digest: sha256:ab size: 1"}"#,
            r#"{"progressDetail":{},"aux":{"Tag":"1","Digest":"sha256:ab","Size":1}}"#,
            "no news",
        ] {
            transfer.see(line.as_bytes(), "the push").unwrap();
        }
        assert_eq!(transfer.digest, Some(Digest::new("sha256:ab")));
        let mut shares = Vec::new();
        while let Ok(told) = from.try_recv() {
            if let Progress::Share { done, total, .. } = told {
                shares.push((done, total));
            }
        }
        assert_eq!(shares, [(512, 1000), (3512, 4000), (4000, 4000)]);
        let refused = br#"{"errorDetail":{"message":"unauthorized: authentication required"},"error":"x"}"#;
        assert_eq!(transfer.see(refused, "the push").unwrap_err().kind, FailureKind::Unauthorized);
    }
}
