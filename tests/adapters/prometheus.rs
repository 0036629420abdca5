//! Prometheus: the real one of Debian with an exporter of the test's own, and a double for what it says only when it fails.

use super::world::secrets;
use crate::contract::metrics::{KnownQueries, contract};
use crate::docker::need::need;
use crate::slots::{Scarce, Slot, take};
use std::collections::{BTreeMap, HashMap};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use tminus_core::kinds::connect::PrometheusConnect;
use tminus_core::measurement::{Ask, Measurement, ProbeQuestion, Reading};
use tminus_core::plan::{Limit, Metric, MetricForm, Placeholder, Secret, Template};
use tminus_core::ports::{FailureKind, MetricFound, MetricSource, PortError, Probe, SampleAge};
use tminus_core::time::Span;
use tminus_services::clock::SystemClock;
use tminus_services::http::Http;
use tminus_services::prometheus::Prometheus;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

fn source(url: &str, dir: &TempDir) -> Prometheus {
    Prometheus {
        settings: PrometheusConnect { url: url.to_owned(), user: None, password: None, token: None },
        http: Http::default(),
        secrets: secrets(dir.path()),
        clock: Arc::new(SystemClock),
    }
}

/// Answers every request on loopback by its path and query, until it is dropped.
async fn serve(answer: impl Fn(&str) -> (u16, String) + Send + 'static) -> (String, JoinHandle<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let serving = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (mut request, mut bytes) = (Vec::new(), [0; 4_096]);
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut bytes).await {
                    Ok(0) | Err(_) => break,
                    Ok(count) => request.extend_from_slice(&bytes[..count]),
                }
            }
            let (status, body) = answer(&String::from_utf8_lossy(&request));
            let length = body.len();
            let head = format!("HTTP/1.1 {status} X\r\ncontent-type: text/plain\r\ncontent-length: {length}\r\n");
            let _gone = stream.write_all(format!("{head}connection: close\r\n\r\n{body}").as_bytes()).await;
        }
    });
    (address, serving)
}

/// Returns the query that a request asks.
fn query_of(request: &str) -> String {
    let path = request.split_whitespace().nth(1).unwrap_or_default();
    let url = reqwest::Url::parse(&format!("http://x{path}")).unwrap();
    url.query_pairs().find(|(key, _)| key == "query").map(|(_, query)| query.into_owned()).unwrap_or_default()
}

const KNOWN: KnownQueries = KnownQueries {
    number: ("vector(42)", 42.0),
    nothing: "nothing_is_called_this",
    several: (r#"label_replace(vector(1), "a", "x", "", "") or label_replace(vector(1), "a", "y", "", "")"#, 2),
    not_a_number: "vector(0) / 0",
    no_number: "up[5m]",
    refused: "sum(",
};

/// What Prometheus 2.42 answered to them.
fn recorded(query: &str) -> (u16, String) {
    let vector =
        |result: &str| format!(r#"{{"status":"success","data":{{"resultType":"vector","result":[{result}]}}}}"#);
    let one = |labels: &str, value: &str| format!(r#"{{"metric":{{{labels}}},"value":[1796022000.123,"{value}"]}}"#);
    match query {
        q if q == KNOWN.number.0 => (200, vector(&one("", "42"))),
        q if q == KNOWN.nothing => (200, vector("")),
        q if q == KNOWN.several.0 => (200, vector(&[one(r#""a":"x""#, "1"), one(r#""a":"y""#, "1")].join(","))),
        q if q == KNOWN.not_a_number => (200, vector(&one("", "NaN"))),
        q if q == KNOWN.no_number => {
            (200, r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#.to_owned())
        }
        _ => {
            let says = r#"invalid parameter \"query\": 1:5: parse error: unclosed left parenthesis"#;
            (400, format!(r#"{{"status":"error","errorType":"bad_data","error":"{says}"}}"#))
        }
    }
}

#[tokio::test]
async fn the_double_keeps_the_contract_of_a_metric_source() {
    let dir = tempfile::tempdir().unwrap();
    let (url, _serving) = serve(|request| recorded(&query_of(request))).await;
    contract(&source(&url, &dir), &KNOWN).await;
}

#[tokio::test]
async fn a_server_that_cannot_answer_measured_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let late = r#"{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}"#;
    let (url, serving) = serve(move |_| (503, late.to_owned())).await;
    let failure = source(&url, &dir).ask("up").await.unwrap_err();
    assert_eq!(failure.kind, FailureKind::Timeout);
    assert!(failure.sentence().contains("query timed out"), "{failure:?}");
    serving.abort();
    let _ended = serving.await;
    assert_eq!(source(&url, &dir).ask("up").await.unwrap_err().kind, FailureKind::Unreachable);
}

#[tokio::test]
async fn a_token_is_sent_and_never_shown() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join(".env"), "TOKEN=prom-s3cret-token\n").unwrap();
    let (url, _serving) = serve(|request| match request.contains("authorization: Bearer prom-s3cret-token") {
        true => recorded(KNOWN.number.0),
        false => (401, "who are you".to_owned()),
    })
    .await;
    let open = source(&url, &dir);
    assert_eq!(open.ask("up").await.unwrap_err().kind, FailureKind::Unauthorized);
    let token = Some(Secret::Dotenv { file: ".env".to_owned(), key: "TOKEN".to_owned() });
    let known = Prometheus { settings: PrometheusConnect { token, ..open.settings.clone() }, ..open };
    assert_eq!(known.ask("up").await.unwrap().found, MetricFound::Number(42.0));
    assert_eq!(known.secrets.mask().text("prom-s3cret-token").to_string(), "•••");
}

/// Debian's Prometheus in a folder of its own, which scrapes an exporter of the test.
struct Server {
    child: Child,
    dir: TempDir,
    url: String,
    exporter: JoinHandle<()>,
    _slot: Slot,
}

impl Drop for Server {
    fn drop(&mut self) {
        self.exporter.abort();
        let _ended = self.child.kill();
        let _reaped = self.child.wait();
    }
}

impl Server {
    async fn start() -> Option<Self> {
        let program = need("prometheus")?;
        let (dir, _slot) = (tempfile::tempdir().unwrap(), take(Scarce::Program));
        let scrapes = AtomicU64::new(0);
        let (target, exporter) = serve(move |_| {
            // A hundred requests and one that is slow at each look, and none that failed: that series is not there yet.
            let scrape = scrapes.fetch_add(1, Ordering::Relaxed);
            let (all, slow) = (scrape * 100, scrape);
            (200, format!("requests_total{{code=\"200\"}} {all}\nslow_total {slow}\n"))
        })
        .await;
        let target = target.trim_start_matches("http://");
        let config = format!(
            "global:\n  scrape_interval: 1s\n  scrape_timeout: 1s\nscrape_configs:\n- job_name: shop\n  static_configs:\n  - targets: ['{target}']\n"
        );
        std::fs::write(dir.path().join("prometheus.yml"), config).unwrap();
        let port = crate::ports::free();
        let child = Command::new(program)
            .arg(format!("--config.file={}", dir.path().join("prometheus.yml").display()))
            .arg(format!("--storage.tsdb.path={}", dir.path().join("data").display()))
            .arg(format!("--web.listen-address=127.0.0.1:{port}"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Some(Self { child, dir, url: format!("http://127.0.0.1:{port}"), exporter, _slot })
    }

    fn source(&self) -> Prometheus {
        source(&self.url, &self.dir)
    }

    /// Waits until the answer to a query is as it should be.
    async fn until(&self, query: &str, is_so: impl Fn(&MetricFound) -> bool) {
        let source = self.source();
        let waiting = async {
            let mut every = tokio::time::interval(Duration::from_millis(50));
            loop {
                every.tick().await;
                if source.ask(query).await.is_ok_and(|answer| is_so(&answer.found)) {
                    return;
                }
            }
        };
        tokio::time::timeout(Duration::from_secs(60), waiting)
            .await
            .unwrap_or_else(|_| panic!("{query} never came true"));
    }

    async fn until_counted(&self) {
        self.until(
            "sum(increase(requests_total[300s]))",
            |found| matches!(found, MetricFound::Number(number) if *number >= 200.0),
        )
        .await;
    }

    async fn measure(&self, metric: Metric) -> Result<Measurement, PortError> {
        let source: Arc<dyn MetricSource> = Arc::new(self.source());
        let world = super::probe::World::new(&[("a", "1")]);
        let probe = world.measuring(HashMap::from([("prometheus".into(), source)]));
        let ask = Ask {
            question: ProbeQuestion::Metric { metric, window: Span::seconds(300) },
            values: BTreeMap::from([(Placeholder::Horizon, "300s".to_owned())]),
            commit: None,
            env: Some("production".into()),
            version: None,
            since: None,
            settled: None,
        };
        probe.measure(&ask, super::world::progress().0).await
    }
}

/// Returns a metric over the last five minutes; a share where it counts.
fn metric(form: MetricForm, query: &str, count: Option<&str>) -> Metric {
    Metric {
        name: "errors".into(),
        title: "Errors".to_owned(),
        from: "prometheus".into(),
        query: Template::new(query),
        form,
        absent_is_zero: form == MetricForm::Bad,
        count: count.map(Template::new),
        below: Some(Limit::Share(0.05)),
        above: None,
        horizons: vec![Span::seconds(30)],
        baseline: None,
    }
}

const ALL: &str = "sum(increase(requests_total[{horizon}]))";

#[tokio::test]
async fn the_real_prometheus_keeps_the_contract_of_a_metric_source() {
    let Some(server) = Server::start().await else { return };
    server.until(KNOWN.number.0, |_| true).await;
    contract(&server.source(), &KNOWN).await;
}

#[tokio::test]
async fn a_share_is_measured_by_the_real_prometheus_and_none_is_zero_only_beside_what_was_counted() {
    let Some(server) = Server::start().await else { return };
    server.until_counted().await;
    let slow =
        server.measure(metric(MetricForm::Bad, "sum(increase(slow_total[{horizon}]))", Some(ALL))).await.unwrap();
    let Reading::Metric { value: Some(value), count: Some(count), .. } = slow.reading else { panic!("{slow:?}") };
    assert!((value - 0.01).abs() < 0.005 && count >= 200.0, "{value} of {count}");
    let age = slow.tail.split_once("the newest sample is ").and_then(|(_, rest)| rest.split_once("s old"));
    assert!(age.is_some_and(|(seconds, _)| seconds.parse::<u32>().is_ok_and(|s| s < 60)), "{}", slow.tail);
    let failed = "sum(increase(requests_total{code=~\"5..\"}[{horizon}]))";
    let none = server.measure(metric(MetricForm::Bad, failed, Some(ALL))).await.unwrap();
    assert!(matches!(none.reading, Reading::Metric { value: Some(0.0), count: Some(_), .. }), "{none:?}");
    let strict = Metric { absent_is_zero: false, ..metric(MetricForm::Bad, failed, Some(ALL)) };
    let unknown = server.measure(strict).await.unwrap();
    assert!(matches!(&unknown.reading, Reading::Unmeasured(why) if why.contains("no series")), "{unknown:?}");
}

#[tokio::test]
async fn a_series_that_has_ended_is_no_data_though_its_window_still_has_a_number() {
    let Some(server) = Server::start().await else { return };
    server.until_counted().await;
    server.exporter.abort();
    server.until("requests_total", |found| *found == MetricFound::NoSeries).await;
    let source = server.source();
    let last = source.ask("sum(increase(requests_total[1h]))").await.unwrap().found;
    assert!(matches!(last, MetricFound::Number(number) if number > 0.0), "{last:?}");
    assert_eq!(source.newest("sum(increase(requests_total[1h]))").await.unwrap(), SampleAge::Ended);
    let wide = "sum(increase(requests_total[1h]))";
    let measured = server.measure(metric(MetricForm::Number, wide, None)).await.unwrap();
    assert!(matches!(&measured.reading, Reading::Unmeasured(why) if why.contains("have ended")), "{measured:?}");
}
