//! `demo --docker`: a release day over real containers, of which nothing is left.

use super::engine::{self, Engine, block, client};
use super::wait;
use crate::slots::{Scarce, Slot, take};
use bollard::query_parameters::{ListContainersOptionsBuilder, ListImagesOptionsBuilder};
use std::collections::HashMap;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;

const LABEL: &str = "tminus.demo";
/// The whole flight waits for a pool to run dry, and takes about a minute where nothing else runs.
const FLIGHT: Duration = Duration::from_secs(600);
const BOUND: Duration = Duration::from_secs(240);
/// A demo removes what a dead one left, so two tests of it would get into each other's way.
static ONE: Mutex<()> = Mutex::new(());

/// A demo that runs in a home of its own.
struct Demo {
    child: Child,
    home: TempDir,
    _slot: Slot,
}

impl Demo {
    fn start(scenario: &str, engine: &str) -> Self {
        let slot = take(Scarce::Docker);
        let home = tempfile::tempdir().unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_tminus"));
        command.args(["demo", "--docker", "--headless", "--scenario", scenario]).current_dir(home.path());
        command
            .env("TMINUS_SOLO", "1")
            .env("HOME", home.path())
            .env("DOCKER_HOST", engine)
            .env_remove("DOCKER_CONTEXT");
        for (name, folder) in [("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config"), ("XDG_DATA_HOME", "share")] {
            command.env(name, home.path().join(folder));
        }
        // A pipe that nobody reads would hold it up; what it says fits into a file.
        let said = |name| std::fs::File::create(home.path().join(name)).unwrap();
        command.stdin(Stdio::null()).stdout(said("out")).stderr(said("err"));
        Self { child: command.spawn().unwrap(), home, _slot: slot }
    }

    fn signal(&self, name: &str) {
        let done = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(done.success());
    }

    /// Waits until its containers run.
    #[track_caller]
    fn runs(&mut self, host: &dyn Engine) {
        let pid = self.child.id();
        let are_there = wait::found(BOUND, || {
            let ended = self.child.try_wait().unwrap().map(|_| false);
            ended.or_else(|| (held(host.socket(), pid).0 >= 2).then_some(true))
        });
        let said = |name: &str| std::fs::read_to_string(self.home.path().join(name)).unwrap_or_default();
        assert_eq!(are_there, Some(true), "its containers did not come\n{}{}", said("out"), said("err"));
    }

    fn end(mut self, bound: Duration) -> Output {
        let status = wait::until("the demo's end", bound, || self.child.try_wait().unwrap());
        let said = |name: &str| std::fs::read(self.home.path().join(name)).unwrap();
        Output { status, stdout: said("out"), stderr: said("err") }
    }
}

impl Drop for Demo {
    /// Asked to end, it takes its containers with it.
    fn drop(&mut self) {
        if self.child.try_wait().unwrap().is_none() {
            self.signal("TERM");
            if wait::found(BOUND, || self.child.try_wait().unwrap()).is_none() {
                self.child.kill().unwrap();
            }
        }
    }
}

/// Returns what an engine holds of the demo of a process: containers, networks and images.
fn held(socket: &Path, pid: u32) -> (usize, usize, usize) {
    let owner = format!("{pid}-");
    let is_its = |labels: Option<&HashMap<String, String>>| {
        labels.and_then(|labels| labels.get(LABEL)).is_some_and(|label| label.starts_with(&owner))
    };
    block(async {
        let docker = client(socket).unwrap();
        let options = ListContainersOptionsBuilder::new().all(true).build();
        let containers = docker.list_containers(Some(options)).await.unwrap();
        let networks = docker.list_networks(None).await.unwrap();
        let images = docker.list_images(Some(ListImagesOptionsBuilder::new().all(true).build())).await.unwrap();
        (
            containers.iter().filter(|container| is_its(container.labels.as_ref())).count(),
            networks.iter().filter(|network| is_its(network.labels.as_ref())).count(),
            images.iter().filter(|image| is_its(Some(&image.labels))).count(),
        )
    })
}

fn address(engine: &dyn Engine) -> String {
    format!("unix://{}", engine.socket().display())
}

#[track_caller]
fn assert_ended(output: &Output, code: i32, words: &str) {
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let says = format!("{:?}\n--- out\n{out}\n--- err\n{err}", output.status);
    assert_eq!(output.status.code(), Some(code), "{says}");
    assert!(out.contains(words) || err.contains(words), "{words:?} is not said: {says}");
}

#[test]
fn a_bad_release_is_flown_over_real_containers_and_nothing_is_left() {
    let Some(host) = engine::host() else { return };
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut demo = Demo::start("bad-release", &address(&host));
    let pid = demo.child.id();
    demo.runs(&host);
    let output = demo.end(FLIGHT);
    assert_ended(&output, 0, "✓ bad-release: the journal says what the scenario expects");
    assert_eq!(held(host.socket(), pid), (0, 0, 0));
}

#[test]
fn what_a_killed_demo_left_is_removed_by_the_next_one_which_ends_when_it_is_asked_to() {
    let Some(host) = engine::host() else { return };
    let _one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
    let mut first = Demo::start("smooth", &address(&host));
    let killed = first.child.id();
    first.runs(&host);
    first.signal("KILL");
    first.end(BOUND);
    assert!(held(host.socket(), killed).0 >= 2, "nobody was there to remove it");
    let mut second = Demo::start("smooth", &address(&host));
    let asked = second.child.id();
    second.runs(&host);
    assert_eq!(held(host.socket(), killed), (0, 0, 0));
    second.signal("TERM");
    assert_ended(&second.end(BOUND), 4, "interrupted");
    assert_eq!(held(host.socket(), asked), (0, 0, 0));
}

#[test]
fn without_an_engine_of_this_machine_there_is_a_sentence_and_status_4() {
    let output = Demo::start("smooth", "unix:///nowhere/docker.sock").end(BOUND);
    assert_ended(&output, 4, "there is no way to the Docker engine");
    let output = Demo::start("smooth", "tcp://127.0.0.1:1").end(BOUND);
    assert_ended(&output, 4, "the demo needs a Docker engine of this machine");
    let output = Demo::start("no-such", "unix:///nowhere/docker.sock").end(BOUND);
    assert_ended(&output, 2, "no scenario is called \"no-such\"");
}
