//! The backend in a process of its own, as it runs in a container of `demo --docker`: the same answers as everywhere,
//! with lines on a log and numbers to measure, and a pool that may run dry.

use super::answers::{answered, said};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::io::Write;
use std::net::Ipv4Addr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tminus_core::failure::{Failure, FailureKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio::time::Instant;

/// How long the start takes, so that there is one to see.
const START: Duration = Duration::from_millis(800);

/// How long a connection may last, and how long the head of a request may take.
const LASTS: Duration = Duration::from_secs(60);
const HEAD: Duration = Duration::from_secs(5);

/// How many connections are held at once.
const CONNECTIONS: usize = 64;

/// How long the health check waits for its answer.
const PATIENCE: Duration = Duration::from_secs(2);

/// A backend that stands alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alone {
    /// The port that it listens on.
    pub port: u16,
    /// The version that it says it is.
    pub version: String,
    /// How long after its start its pool has run dry; never when absent.
    pub dry_after: Option<Duration>,
}

struct RunningWorld {
    settings: Alone,
    since: Instant,
    /// How many requests were answered with each status.
    counts: Mutex<BTreeMap<u16, u64>>,
}

/// Serves until it is dropped.
///
/// # Errors
/// When the port cannot be had.
pub async fn serve_alone(settings: Alone) -> Result<(), Failure> {
    say("INFO  Started server process [1]");
    say("INFO  Waiting for application startup");
    tokio::time::sleep(START).await;
    let lost = Failure::by(FailureKind::Unreachable, format!("the backend could not get port {}", settings.port));
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, settings.port)).await.map_err(lost)?;
    say("INFO  Application startup complete");
    say(&format!("INFO  Listening on http://0.0.0.0:{}, version {}", settings.port, settings.version));
    let running = Arc::new(RunningWorld { settings, since: Instant::now(), counts: Mutex::default() });
    // Dropped with this future, and every connection with it.
    let mut connections = JoinSet::new();
    loop {
        while connections.len() >= CONNECTIONS {
            connections.join_next().await;
        }
        match listener.accept().await {
            Ok((stream, _)) => drop(connections.spawn(converse(stream, Arc::clone(&running)))),
            // Too many open files passes; a loop that spins until then does not help.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

/// Asks the backend on this machine's port whether it is well.
///
/// # Errors
/// When it does not answer, or says that it is not; its answer is in the words.
pub async fn ask_health(port: u16) -> Result<(), Failure> {
    let asked = async {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        stream.write_all(b"GET /api/health HTTP/1.1\r\nHost: backend\r\nConnection: close\r\n\r\n").await?;
        let mut answer = Vec::new();
        stream.take(16 << 10).read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
    };
    let silent = |why: &str| Failure::new(FailureKind::Unreachable, "the backend does not answer").because(why);
    let answer = match tokio::time::timeout(PATIENCE, asked).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(error)) => return Err(silent(&error.to_string())),
        Err(_elapsed) => return Err(silent("nothing came within 2 s")),
    };
    if answer.starts_with("HTTP/1.1 200 ") {
        return Ok(());
    }
    let body = answer.rsplit("\r\n").next().unwrap_or_default();
    Err(Failure::new(FailureKind::Unavailable, "the backend is not well").because(body))
}

async fn converse(stream: TcpStream, running: Arc<RunningWorld>) {
    let service = hyper::service::service_fn(|request| {
        let answer = running.answer(&request);
        async { Ok::<_, Infallible>(answer) }
    });
    let mut server = hyper::server::conn::http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(16 << 10);
    // A client that goes away in the middle is its own affair.
    let _ = tokio::time::timeout(LASTS, server.serve_connection(TokioIo::new(stream), service)).await;
}

impl RunningWorld {
    fn answer(&self, request: &Request<Incoming>) -> Response<Full<Bytes>> {
        let began = Instant::now();
        let path = request.uri().path();
        if path == "/metrics" {
            return response(StatusCode::OK, "text/plain; version=0.0.4", self.numbers());
        }
        let is_dry = self.is_dry();
        let (status, body) = match *request.method() {
            Method::GET | Method::HEAD => answered(path, &self.settings.version, (is_dry, is_dry)),
            _ => (405, said("method not allowed")),
        };
        *self.counts.lock().unwrap_or_else(PoisonError::into_inner).entry(status).or_default() += 1;
        if is_dry {
            say("ERROR TimeoutError: pool exhausted");
        }
        let level = if status < 500 { "INFO " } else { "ERROR" };
        say(&format!("{level} {} {path} {status} {}ms", request.method(), began.elapsed().as_millis()));
        let text = if *request.method() == Method::HEAD { String::new() } else { body.to_string() };
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response(status, "application/json; charset=utf-8", text)
    }

    fn is_dry(&self) -> bool {
        self.settings.dry_after.is_some_and(|after| self.since.elapsed() >= after)
    }

    /// Returns the counts as Prometheus reads them.
    fn numbers(&self) -> String {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let line = |(status, count): (&u16, &u64)| format!("http_requests_total{{status=\"{status}\"}} {count}\n");
        "# TYPE http_requests_total counter\n"
            .chars()
            .chain(counts.iter().map(line).collect::<String>().chars())
            .collect()
    }
}

fn response(status: StatusCode, kind: &'static str, text: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// Writes a line to the log, which is standard output; nobody who reads it is nothing to stop for.
fn say(line: &str) {
    drop(writeln!(std::io::stdout().lock(), "{line}"));
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn backend(dry_after: Option<Duration>) -> (u16, tokio::task::JoinHandle<Result<(), Failure>>) {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let server = tokio::spawn(serve_alone(Alone { port, version: "1.0.0".into(), dry_after }));
        let up = async {
            while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await.is_err() {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(10), up).await.unwrap();
        (port, server)
    }

    #[tokio::test]
    async fn a_backend_is_well_until_its_pool_has_run_dry() {
        let (well, first) = backend(None).await;
        assert_eq!(ask_health(well).await, Ok(()));
        let (dry, second) = backend(Some(Duration::ZERO)).await;
        let failure = ask_health(dry).await.unwrap_err();
        assert!(failure.sentence().contains("pool exhausted"), "{}", failure.sentence());
        first.abort();
        second.abort();
    }

    #[tokio::test]
    async fn nobody_who_answers_is_not_well() {
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        assert_eq!(ask_health(port).await.unwrap_err().kind, FailureKind::Unreachable);
    }
}
