//! An engine behind SSH: the person's own `ssh`, a real `sshd` on loopback, `docker system dial-stdio` at its end.

use super::engine::{self, Engine, block};
use super::need::need;
use super::sshd::Sshd;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::ports::{FailureKind, LogSource};
use tminus_services::clock::SystemClock;
use tminus_services::docker::{ContainerLog, Link};

pub const BOUND: Duration = Duration::from_secs(60);
/// Tells the test's other half where the server is.
pub const PORT: &str = "TMINUS_TEST_SSH_PORT";

/// Starts a server behind which an engine is found, and puts an `ssh` beside it that knows it.
pub fn server(engine: &dyn Engine) -> Option<Sshd> {
    // The engine on the other side may be one that only the tests know.
    let server = Sshd::with(&format!("SetEnv DOCKER_HOST=unix://{}\n", engine.socket().display()))?;
    wrap(server.folder(), &need("ssh")?);
    Some(server)
}

/// Puts an `ssh` before the others in the path: the same, with settings that a person would have in their own.
fn wrap(folder: &Path, ssh: &Path) {
    let bin = folder.join("bin");
    fs::create_dir(&bin).unwrap();
    let settings = format!(
        "IdentityFile {0}/own\nIdentitiesOnly yes\nUserKnownHostsFile {0}/known\nStrictHostKeyChecking yes\n",
        folder.display()
    );
    fs::write(folder.join("settings"), settings).unwrap();
    let script = format!("#!/bin/sh\nexec {} -F {}/settings \"$@\"\n", ssh.display(), folder.display());
    fs::write(bin.join("ssh"), script).unwrap();
    fs::set_permissions(bin.join("ssh"), fs::Permissions::from_mode(0o755)).unwrap();
}

/// Runs the other half of a test in a process of its own, whose path has the other `ssh`.
pub fn other_half(server: &Sshd, test: &str) {
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", server.folder().join("bin").display());
    let mut half = Command::new(std::env::current_exe().unwrap());
    half.args([test, "--exact", "--ignored", "--nocapture"]).env("PATH", path).env(PORT, server.port().to_string());
    // What it says is not to drown in a trace of its frames.
    let done = half.env_remove("SSH_AUTH_SOCK").env("RUST_BACKTRACE", "0").output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout);
    assert!(done.status.success() && said.contains("1 passed"), "{said}{}", String::from_utf8_lossy(&done.stderr));
}

fn link(host: &str) -> Link {
    Link::new(Some(format!("ssh://{host}:{}", std::env::var(PORT).unwrap())))
}

#[test]
fn an_engine_behind_ssh_is_read() {
    let (Some(host), Some(_docker)) = (engine::host(), need("docker")) else { return };
    let Some(server) = server(&host) else { return };
    other_half(&server, "docker::ssh::it_is_read");
    other_half(&server, "docker::ssh::it_refuses");
}

#[test]
#[ignore = "the other half of a test that gives it a path of its own"]
fn it_is_read() {
    let host = engine::host().unwrap();
    let marked = super::marked::Marked::on(&host);
    let image = super::image::make(&marked, "ssh:1", super::image::Behaviour::Crashes);
    let name = marked.name("ssh");
    block(async {
        let docker = host.docker();
        let body = bollard::models::ContainerCreateBody { image: Some(image.reference), ..Default::default() };
        let options = bollard::query_parameters::CreateContainerOptionsBuilder::new().name(&name).build();
        docker.create_container(Some(options), body).await.unwrap();
        docker.start_container(&name, None).await.unwrap();
        let log = ContainerLog::new("it".into(), &name, link("root@127.0.0.1"), Arc::new(SystemClock));
        let (to, mut lines) = tokio::sync::mpsc::channel(16);
        let follow = tokio::spawn(async move { log.follow(None, to).await });
        let line = tokio::time::timeout(BOUND, lines.recv()).await.unwrap().unwrap();
        assert!(line.text.contains("no database"), "{line:?}");
        drop(lines);
        assert_eq!(tokio::time::timeout(BOUND, follow).await.unwrap().unwrap(), Ok(()));
    });
}

#[test]
#[ignore = "the other half of a test that gives it a path of its own"]
fn it_refuses() {
    block(async {
        let log = ContainerLog::new("it".into(), "x", link("no-such-person@127.0.0.1"), Arc::new(SystemClock));
        let failure = log.read(None, 1).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Unreachable);
        assert!(failure.sentence().contains("Permission denied"), "{}", failure.sentence());
    });
}
