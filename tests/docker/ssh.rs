//! An engine behind SSH: the person's own `ssh`, a real `sshd` on loopback, `docker system dial-stdio` at its end.

use super::engine::{self, Engine, block};
use super::need::{need, present};
use super::wait;
use std::fs;
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use tminus::adapters::clock::SystemClock;
use tminus::adapters::docker::{ContainerLog, Link};
use tminus::ports::{FailureKind, LogSource};

pub const BOUND: Duration = Duration::from_secs(20);
/// Tells the test's other half where the server is.
pub const PORT: &str = "TMINUS_TEST_SSH_PORT";

/// A server that ends with the test.
pub struct Server {
    folder: TempDir,
    child: Child,
    port: u16,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

fn run(program: &Path, words: &[&str]) {
    assert!(Command::new(program).args(words).stdout(Stdio::null()).status().unwrap().success(), "{program:?}");
}

pub fn server(engine: &dyn Engine) -> Option<Server> {
    let (sshd, ssh, keygen) = (need("sshd")?, need("ssh")?, need("ssh-keygen")?);
    let id = Command::new("id").arg("-u").output().unwrap();
    present("the right to let root log in (root)", (id.stdout == b"0\n").then_some(()))?;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    for key in ["host", "own"] {
        run(&keygen, &["-q", "-t", "ed25519", "-N", "", "-f", &at(key)]);
    }
    fs::copy(at("own.pub"), at("allowed")).unwrap();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let settings = format!(
        "Port {port}\nListenAddress 127.0.0.1\nHostKey {}\nAuthorizedKeysFile {}\nPidFile none\nStrictModes no\n\
         UsePAM no\nPermitRootLogin prohibit-password\nPasswordAuthentication no\nSetEnv DOCKER_HOST=unix://{}\n",
        at("host"),
        at("allowed"),
        // The engine on the other side may be one that only the tests know.
        engine.socket().display()
    );
    fs::write(at("sshd"), settings).unwrap();
    fs::create_dir_all("/run/sshd").unwrap();
    let child = Command::new(sshd).args(["-D", "-f", &at("sshd")]).stderr(Stdio::null()).spawn().unwrap();
    let known = format!("[127.0.0.1]:{port} {}", fs::read_to_string(at("host.pub")).unwrap());
    fs::write(at("known"), known).unwrap();
    wrap(folder.path(), &ssh);
    let server = Server { folder, child, port };
    wait::until("the server", BOUND, || TcpStream::connect(("127.0.0.1", port)).ok());
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
pub fn other_half(server: &Server, test: &str) {
    let path = std::env::var("PATH").unwrap();
    let path = format!("{}:{path}", server.folder.path().join("bin").display());
    let mut half = Command::new(std::env::current_exe().unwrap());
    half.args([test, "--exact", "--ignored", "--nocapture"]).env("PATH", path).env(PORT, server.port.to_string());
    let done = half.env_remove("SSH_AUTH_SOCK").output().unwrap();
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
