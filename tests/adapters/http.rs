//! The HTTP client against a server on loopback that answers what the test says.

use std::time::Duration;
use tminus_core::measurement::{BODY_BYTES, HttpAnswer};
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::Span;
use tminus_services::http::{Http, refusal, retry_after};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Serves each connection the next answer, raw; returns the address and what was asked.
pub async fn serve(answers: Vec<Vec<u8>>) -> (String, tokio::task::JoinHandle<Vec<String>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let mut asked = Vec::new();
        for answer in answers {
            let (mut stream, _) = listener.accept().await.unwrap();
            asked.push(read_request(&mut stream).await);
            let _gone = stream.write_all(&answer).await;
        }
        asked
    });
    (address, serving)
}

async fn read_request(stream: &mut tokio::net::TcpStream) -> String {
    let mut request = Vec::new();
    let mut bytes = [0; 4_096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        match stream.read(&mut bytes).await {
            Ok(0) | Err(_) => break,
            Ok(count) => request.extend_from_slice(&bytes[..count]),
        }
    }
    String::from_utf8_lossy(&request).into_owned()
}

pub fn ok(body: &str) -> Vec<u8> {
    format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}", body.len()).into_bytes()
}

async fn get(url: &str, within: Duration) -> Result<HttpAnswer, PortError> {
    let http = Http::default();
    http.send(http.request(reqwest::Method::GET, url)?, within).await
}

const LONG: Duration = Duration::from_secs(90);

#[tokio::test]
async fn an_answer_is_read_with_its_headers() {
    let (address, serving) = serve(vec![ok("hello")]).await;
    let answer = get(&address, LONG).await.unwrap();
    assert_eq!((answer.status, answer.body.as_str(), answer.cut), (200, "hello", false));
    assert!(answer.headers.contains(&("content-length".to_owned(), "5".to_owned())));
    assert!(serving.await.unwrap()[0].contains("user-agent: tminus/"));
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_cut_and_says_so() {
    let (address, _serving) = serve(vec![ok(&"x".repeat(BODY_BYTES + 9))]).await;
    let answer = get(&address, LONG).await.unwrap();
    assert_eq!((answer.body.len(), answer.cut), (BODY_BYTES, true));
    let (address, _serving) = serve(vec![ok(&"x".repeat(BODY_BYTES))]).await;
    assert!(!get(&address, LONG).await.unwrap().cut);
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let moved = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n".to_vec();
    let (address, _serving) = serve(vec![moved]).await;
    assert_eq!(get(&address, LONG).await.unwrap().status, 302);
}

#[tokio::test]
async fn a_refused_connection_says_so() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/?token=secret", listener.local_addr().unwrap());
    drop(listener);
    let failure = get(&address, LONG).await.unwrap_err();
    assert_eq!((failure.kind, failure.summary.as_str()), (FailureKind::Unreachable, "connection refused"));
    assert!(!failure.sentence().contains("secret"), "{}", failure.sentence());
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_no_answer() {
    let half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf".to_vec();
    let (address, _serving) = serve(vec![half]).await;
    assert_eq!(get(&address, LONG).await.unwrap_err().kind, FailureKind::Unreachable);
}

#[tokio::test]
async fn silence_is_a_time_out() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let failure = get(&address, Duration::from_millis(200)).await.unwrap_err();
    assert_eq!((failure.kind, failure.summary.as_str()), (FailureKind::Timeout, "no answer in time"));
    drop(listener);
}

#[tokio::test]
async fn plain_text_where_tls_should_be_is_no_trusted_connection() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("https://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = [0; 1];
        stream.read_exact(&mut hello).await.unwrap();
        let _gone = stream.write_all(&ok("hello")).await;
    });
    let failure = get(&address, LONG).await.unwrap_err();
    serving.await.unwrap();
    assert_eq!(
        (failure.kind, failure.summary.as_str()),
        (FailureKind::Unreachable, "no trusted connection"),
        "{failure:?}"
    );
}

#[tokio::test]
async fn an_address_that_is_none_is_refused_before_anything_is_sent() {
    for address in ["", "not an address", "file:///etc/passwd", "http://"] {
        assert_eq!(get(address, LONG).await.unwrap_err().kind, FailureKind::Malformed, "{address}");
    }
}

#[test]
fn a_service_that_asks_for_patience_is_understood() {
    let now = "1994-11-06T08:49:00Z".parse().unwrap();
    let header = |value: &str| vec![("retry-after".to_owned(), value.to_owned())];
    assert_eq!(retry_after(&header("120"), now), Some(Span::seconds(120)));
    assert_eq!(retry_after(&header("Sun, 06 Nov 1994 08:49:37 GMT"), now), Some(Span::seconds(37)));
    assert_eq!(retry_after(&header("Sun, 06 Nov 1994 08:00:00 GMT"), now), Some(Span::seconds(0)));
    assert_eq!(retry_after(&header("soon"), now), None);
    assert_eq!(retry_after(&[], now), None);
}

#[test]
fn each_refusal_has_its_kind() {
    let now = jiff::Timestamp::UNIX_EPOCH;
    for (status, kind) in [
        (401, FailureKind::Unauthorized),
        (404, FailureKind::NotFound),
        (409, FailureKind::Conflict),
        (422, FailureKind::Rejected),
        (429, FailureKind::RateLimited(None)),
        (503, FailureKind::Unreachable),
        (504, FailureKind::Timeout),
    ] {
        let answer = HttpAnswer { status, headers: Vec::new(), body: "why".to_owned(), cut: false };
        assert_eq!(refusal("registry", &answer, now).map(|failure| failure.kind), Some(kind));
    }
    let good = HttpAnswer { status: 204, headers: Vec::new(), body: String::new(), cut: false };
    assert_eq!(refusal("registry", &good, now), None);
}
