//! A container's log through everything that happens to a container: no line is lost, and none doubled.

use super::engine::{self, Engine, block, client};
use super::image::{self, Behaviour};
use super::marked::Marked;
use bollard::models::{ContainerCreateBody, HostConfig, RestartPolicy, RestartPolicyNameEnum};
use bollard::query_parameters::{
    CreateContainerOptionsBuilder, KillContainerOptionsBuilder, RemoveContainerOptionsBuilder,
};
use jiff::Timestamp;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::open_line::LONGEST_LINE;
use tminus_core::ports::{FailureKind, LogSource};
use tminus_core::telemetry::LogLine;
use tminus_services::clock::SystemClock;
use tminus_services::docker::{ContainerLog, Link};
use tokio::sync::mpsc;

/// How long any of it may take.
const BOUND: Duration = Duration::from_secs(120);

/// Counts on standard output and standard error in turn, a hundred lines a second or so, and says in which run.
const COUNT: &str =
    "trap 'exit 0' TERM; run=0; [ -f /run-count ] && read run </run-count; run=$((run+1)); echo $run >/run-count
i=0; while :; do i=$((i+1)); if [ $((i%2)) = 0 ]; then echo \"$TAG $run $i\"; else echo \"$TAG $run $i\" >&2; fi
/bin/busybox usleep 5000; done";

struct Run<'a> {
    marked: &'a Marked,
    image: &'a str,
}

impl Run<'_> {
    /// Makes and starts a container that runs a script.
    fn start(&self, name: &str, script: &str, set: impl FnOnce(&mut ContainerCreateBody)) -> String {
        let name = self.marked.name(name);
        let words = ["/bin/busybox", "sh", "-c", script].map(String::from).to_vec();
        let host = HostConfig { network_mode: Some("none".into()), ..Default::default() };
        let mut body = ContainerCreateBody {
            image: Some(self.image.into()),
            entrypoint: Some(words),
            env: Some(vec!["TAG=a".into(), "PATH=/bin".into()]),
            host_config: Some(host),
            healthcheck: Some(bollard::models::HealthConfig { test: Some(vec!["NONE".into()]), ..Default::default() }),
            ..Default::default()
        };
        set(&mut body);
        block(async {
            let docker = client(&self.marked.socket).unwrap();
            let options = CreateContainerOptionsBuilder::new().name(&name).build();
            docker.create_container(Some(options), body).await.unwrap();
            docker.start_container(&name, None).await.unwrap();
        });
        name
    }
}

fn log(socket: &Path, container: &str) -> ContainerLog {
    let link = Link::new(Some(format!("unix://{}", socket.display())));
    ContainerLog::new("it".into(), container, link, Arc::new(SystemClock))
}

/// Follows a source as the log pump does: where it ends, it goes on from the last line.
fn pump(log: ContainerLog) -> (mpsc::Receiver<LogLine<String>>, tokio::task::JoinHandle<()>) {
    let (to, taken) = mpsc::channel(16);
    let pump = tokio::spawn(async move {
        let mut since: Option<Timestamp> = None;
        while !to.is_closed() {
            let (sender, mut lines) = mpsc::channel::<LogLine<String>>(16);
            let follow = log.follow(since, sender);
            let take = async {
                while let Some(line) = lines.recv().await {
                    since = Some(line.at);
                    if to.send(line).await.is_err() {
                        return;
                    }
                }
            };
            let (_ended, ()) = futures::join!(follow, take);
            tokio::task::yield_now().await;
        }
    });
    (taken, pump)
}

/// Takes lines until one is as expected.
async fn take_until(
    lines: &mut mpsc::Receiver<LogLine<String>>,
    taken: &mut Vec<LogLine<String>>,
    is_it: impl Fn(&LogLine<String>) -> bool,
) {
    let found = tokio::time::timeout(BOUND, async {
        while let Some(line) = lines.recv().await {
            let is_last = is_it(&line);
            taken.push(line);
            if is_last {
                return;
            }
        }
        panic!("the log ended");
    });
    if found.await.is_err() {
        panic!("it did not come; the last lines: {:?}", taken.iter().rev().take(5).collect::<Vec<_>>());
    }
}

/// Reads `tag run count`.
fn count(line: &LogLine<String>) -> (String, u64, u64) {
    let mut words = line.text.split(' ');
    let mut next = || words.next().unwrap_or_else(|| panic!("not counted: {:?}", line.text));
    (next().to_owned(), next().parse().unwrap(), next().parse().unwrap())
}

/// Checks that each run of each tag counts from 1 without a gap and without a line twice.
#[track_caller]
fn nothing_is_lost_or_doubled(taken: &[LogLine<String>]) {
    assert!(!taken.is_empty(), "no line was taken");
    let mut counts: std::collections::BTreeMap<(String, u64), Vec<u64>> = Default::default();
    for line in taken {
        let (tag, run, count) = count(line);
        counts.entry((tag, run)).or_default().push(count);
    }
    for ((tag, run), mut numbers) in counts {
        // The two streams of one container are written by two, so neighbours may change places.
        numbers.sort_unstable();
        let whole: Vec<u64> = (1..=numbers.len() as u64).collect();
        // So the neighbour of the last that was taken may not have come yet.
        let first = numbers.iter().zip(&whole).rev().skip(4).rev().find(|(a, b)| a != b);
        assert_eq!(first, None, "{tag} run {run} of {} lines", numbers.len());
    }
}

fn on_host(test: impl FnOnce(&Run<'_>)) {
    let Some(host) = engine::host() else { return };
    let marked = Marked::on(&host);
    let made = image::make(&marked, "log:1", Behaviour::Good);
    test(&Run { marked: &marked, image: &made.reference });
}

#[test]
fn what_a_container_writes_is_read_whatever_it_is() {
    on_host(|run| {
        // Standard error comes by a way of its own: the script waits until it is known that it is written down.
        let script = "go=; trap 'go=1' USR1; echo one; echo two >&2; until [ $go ]; do /bin/busybox usleep 5000; done; printf 'no \\377 text\\n'; printf 'open'; /bin/busybox head -c 200000 /dev/zero | /bin/busybox tr '\\0' x; echo; printf '\\033[2Jred\\r\\n'; echo last";
        for terminal in [false, true] {
            let name = run.start(&format!("terminal-{terminal}"), script, |body| body.tty = Some(terminal));
            let lines = block(async {
                let (mut lines, pump) = pump(log(&run.marked.socket, &name));
                let mut taken = Vec::new();
                take_until(&mut lines, &mut taken, |line| line.text == "two").await;
                let go = KillContainerOptionsBuilder::new().signal("USR1").build();
                client(&run.marked.socket).unwrap().kill_container(&name, Some(go)).await.unwrap();
                take_until(&mut lines, &mut taken, |line| line.text == "last").await;
                pump.abort();
                let newest = log(&run.marked.socket, &name).read(None, 2).await.unwrap().lines;
                assert_eq!(newest.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["\u{1b}[2Jred", "last"]);
                let since = log(&run.marked.socket, &name).read(Some(newest[1].at), 100).await.unwrap().lines;
                assert_eq!(since.last(), newest.last());
                taken
            });
            let mut texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
            texts.sort_unstable();
            assert_eq!(texts.len(), 6, "{texts:?}");
            for text in ["one", "two", "no \u{fffd} text", "last"] {
                assert!(texts.contains(&text), "{text}: {texts:?}");
            }
            let long = texts.iter().find(|text| text.starts_with("open")).unwrap();
            assert!(long.len() > 60_000 && long.len() <= LONGEST_LINE && long.ends_with(" bytes"), "{}", long.len());
            assert!(lines.iter().all(|line| Timestamp::now().duration_since(line.at).as_secs() < 60));
        }
    });
}

#[test]
fn a_container_that_restarts_keeps_its_log_whole() {
    on_host(|run| {
        let name = run.start("restarts", COUNT, |_| {});
        block(async {
            let docker = client(&run.marked.socket).unwrap();
            let (mut lines, pump) = pump(log(&run.marked.socket, &name));
            let mut taken = Vec::new();
            for round in 1..=3 {
                take_until(&mut lines, &mut taken, |line| count(line).1 == round && count(line).2 > 30).await;
                docker.restart_container(&name, None).await.unwrap();
            }
            take_until(&mut lines, &mut taken, |line| count(line).1 == 4 && count(line).2 > 30).await;
            pump.abort();
            nothing_is_lost_or_doubled(&taken);
        });
    });
}

#[test]
fn a_container_that_takes_the_name_of_another_goes_on_in_its_log() {
    on_host(|run| {
        let name = run.start("replaced", COUNT, |_| {});
        block(async {
            let docker = client(&run.marked.socket).unwrap();
            let (mut lines, pump) = pump(log(&run.marked.socket, &name));
            let mut taken = Vec::new();
            take_until(&mut lines, &mut taken, |line| count(line).2 > 30).await;
            let rename = |to: String| bollard::query_parameters::RenameContainerOptions { name: to };
            docker.rename_container(&name, rename(format!("{name}.old"))).await.unwrap();
            // The new one writes before the old one has ended, and both are read whole.
            run.start("replaced", COUNT, |body| body.env = Some(vec!["TAG=b".into(), "PATH=/bin".into()]));
            docker.stop_container(&format!("{name}.old"), None).await.unwrap();
            take_until(&mut lines, &mut taken, |line| count(line).0 == "b" && count(line).2 > 30).await;
            // And back again: what the old one wrote in its earlier days is not told twice.
            let remove = RemoveContainerOptionsBuilder::new().force(true).build();
            docker.remove_container(&name, Some(remove)).await.unwrap();
            docker.rename_container(&format!("{name}.old"), rename(name.clone())).await.unwrap();
            docker.start_container(&name, None).await.unwrap();
            take_until(&mut lines, &mut taken, |line| count(line).1 == 2 && count(line).2 > 30).await;
            pump.abort();
            nothing_is_lost_or_doubled(&taken);
        });
    });
}

#[test]
fn a_log_without_a_container_says_so() {
    on_host(|run| {
        let name = run.marked.name("nobody");
        block(async {
            let (sender, _lines) = mpsc::channel(1);
            let failure = log(&run.marked.socket, &name).follow(None, sender).await.unwrap_err();
            assert_eq!(failure.kind, FailureKind::NotFound, "{failure:?}");
            let failure = log(&run.marked.socket, &name).read(None, 1).await.unwrap_err();
            assert_eq!(failure.kind, FailureKind::NotFound, "{failure:?}");
        });
    });
}

/// Follows a container while its engine is restarted under it.
fn through_a_restart(own: Option<engine::OwnEngine>, policy: Option<RestartPolicyNameEnum>) {
    let Some(mut own) = own else { return };
    let marked = Marked::on(&own);
    let made = image::make(&marked, "log:1", Behaviour::Good);
    let run = Run { marked: &marked, image: &made.reference };
    let again = policy.map(|name| RestartPolicy { name: Some(name), maximum_retry_count: None });
    let name = run.start("counts", COUNT, |body| body.host_config.as_mut().unwrap().restart_policy = again);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let (mut lines, pump) = runtime.block_on(async { pump(log(own.socket(), &name)) });
    let mut taken = Vec::new();
    runtime.block_on(take_until(&mut lines, &mut taken, |line| count(line).2 > 30));
    own.restart();
    let runs = if policy.is_some() { 2 } else { 1 };
    let before = taken.len() as u64;
    runtime.block_on(take_until(&mut lines, &mut taken, |line| {
        let (_, run, number) = count(line);
        run == runs
            && (run == 2 || number > before)
            && Timestamp::now().duration_since(line.at).as_millis() < 500
            && number > 30
    }));
    pump.abort();
    nothing_is_lost_or_doubled(&taken);
}

#[test]
fn an_engine_that_restarts_with_its_containers_keeps_their_logs_whole() {
    through_a_restart(engine::own(), Some(RestartPolicyNameEnum::ALWAYS));
}

#[test]
fn an_engine_that_restarts_under_its_containers_keeps_their_logs_whole() {
    through_a_restart(engine::own_with(r#"{"live-restore": true}"#), None);
}
