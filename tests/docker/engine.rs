//! Engines: the one of this machine, which is shared and left alone, and one of the test's own, which it may end.

use super::need::{need, netns, present};
use super::wait;
use crate::slots::{Scarce, Slot, take};
use bollard::{API_DEFAULT_VERSION, Docker};
use std::ffi::OsStr;
use std::fs;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tempfile::TempDir;

/// An engine answers within this time of its start.
const START: Duration = Duration::from_secs(90);
/// It ends within this time of being asked to.
const END: Duration = Duration::from_secs(60);
/// How long one request may take, in seconds.
const PATIENCE: u64 = 60;

/// An engine that answers at a socket.
pub trait Engine {
    fn socket(&self) -> &Path;

    /// Returns a new client: a client's connections belong to the runtime that made them.
    fn docker(&self) -> Docker {
        client(self.socket()).unwrap()
    }
}

/// The engine of this machine. Others use it too: nothing of theirs is touched, and it is never stopped.
pub struct HostEngine {
    socket: PathBuf,
}

impl Engine for HostEngine {
    fn socket(&self) -> &Path {
        &self.socket
    }
}

/// Returns the engine that `DOCKER_HOST` names, or the one of this machine.
///
/// # Panics
/// When none answers and `TMINUS_CI` is set.
pub fn host() -> Option<HostEngine> {
    let named = std::env::var("DOCKER_HOST").ok().filter(|host| !host.is_empty());
    let socket = named.as_deref().unwrap_or("unix:///var/run/docker.sock").strip_prefix("unix://").map(PathBuf::from);
    present("a Docker engine that answers", socket.filter(|socket| answers(socket)).map(|socket| HostEngine { socket }))
}

/// A second engine, with a network, folders and containers of its own. It has no bridge: its containers want
/// `--network none` and a health check that is run inside. It cannot reach what listens on this machine.
pub struct OwnEngine {
    /// Also the name of its network and the parent of its control groups.
    name: String,
    folder: TempDir,
    nsenter: PathBuf,
    dockerd: PathBuf,
    socket: PathBuf,
    daemon: Option<Child>,
    host: Option<String>,
    _slot: Slot,
}

impl Engine for OwnEngine {
    fn socket(&self) -> &Path {
        &self.socket
    }
}

/// Starts an engine of the test's own.
///
/// # Panics
/// When what it needs is missing and `TMINUS_CI` is set, or when it does not start.
pub fn own() -> Option<OwnEngine> {
    own_with("{}")
}

/// Starts an engine of the test's own with settings, as its `daemon.json` holds them.
///
/// # Panics
/// As [`own`].
pub fn own_with(settings: &str) -> Option<OwnEngine> {
    own_at(settings, None)
}

/// The same, listening at an address more, which is one of its own network.
///
/// # Panics
/// As [`own`].
pub fn own_at(settings: &str, host: Option<String>) -> Option<OwnEngine> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let ((ip, nsenter), dockerd) = (netns()?, need("dockerd")?);
    let name = format!("tm-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
    let folder = tempfile::Builder::new().prefix("tm-engine-").tempdir().unwrap();
    let socket = folder.path().join("docker.sock");
    fs::write(folder.path().join("daemon.json"), settings).unwrap();
    let _slot = take(Scarce::Docker);
    // A second engine in the network of the first would delete its bridge.
    run(&ip, &["netns", "add", &name]);
    let mut engine = OwnEngine { name, folder, nsenter, dockerd, socket, daemon: None, host, _slot };
    run(&ip, &["-n", &engine.name, "link", "set", "lo", "up"]);
    engine.start();
    Some(engine)
}

impl OwnEngine {
    /// Starts it, and waits until it answers.
    pub fn start(&mut self) {
        assert!(self.daemon.is_none(), "{} runs", self.name);
        let daemon = self.daemon.insert(self.command().spawn().unwrap());
        let is_up = wait::found(START, || {
            let ended = daemon.try_wait().unwrap().map(|_| false);
            ended.or_else(|| answers(&self.socket).then_some(true))
        });
        assert_eq!(is_up, Some(true), "the engine {} did not start:\n{}", self.name, self.log());
    }

    /// Ends it as its service would; its containers are stopped.
    pub fn stop(&mut self) {
        let Some(mut daemon) = self.daemon.take() else { return };
        signal(daemon.id(), "TERM");
        if wait::found(END, || daemon.try_wait().unwrap()).is_none() {
            daemon.kill().unwrap();
            daemon.wait().unwrap();
        }
    }

    /// Ends it and starts it again.
    pub fn restart(&mut self) {
        self.stop();
        self.start();
    }

    /// Ends it without a word, as a lack of memory does. Its containers may run on.
    pub fn kill(&mut self) {
        let Some(mut daemon) = self.daemon.take() else { return };
        daemon.kill().unwrap();
        daemon.wait().unwrap();
        fs::remove_file(&self.socket).ok();
        // Its containerd ends with it, a moment later; an engine started in that moment would wait for it in vain. So
        // would one that finds the number of a process that ended and that nobody waited for.
        let file = self.folder.path().join("exec/containerd/containerd.pid");
        let pid = fs::read_to_string(&file).ok().and_then(|pid| pid.trim().parse::<u32>().ok());
        let is_gone = || pid.is_none_or(|pid| processes().iter().all(|process| process.0 != pid)).then_some(());
        wait::until("the end of containerd", END, is_gone);
        fs::remove_file(&file).ok();
    }

    /// Lets it stand still: it takes connections, and answers none.
    pub fn freeze(&self) {
        self.daemon.iter().for_each(|daemon| signal(daemon.id(), "STOP"));
    }

    /// Lets it go on.
    pub fn thaw(&self) {
        self.daemon.iter().for_each(|daemon| signal(daemon.id(), "CONT"));
    }

    /// Returns a command that is run in its network.
    pub fn inside(&self, program: &Path) -> Command {
        let mut command = Command::new(&self.nsenter);
        command.arg(format!("--net=/run/netns/{}", self.name)).arg(program);
        command
    }

    /// Returns the last that it wrote.
    pub fn log(&self) -> String {
        let log = fs::read(self.folder.path().join("log")).unwrap_or_default();
        let log = String::from_utf8_lossy(&log);
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }

    fn command(&self) -> Command {
        let at = |name: &str| self.folder.path().join(name).display().to_string();
        let log = fs::File::options().create(true).append(true).open(at("log")).unwrap();
        // Not `ip netns exec`: it mounts /sys again, and the engine misses its control groups there.
        let mut command = self.inside(&self.dockerd);
        command.args(["--config-file", &at("daemon.json"), "--data-root", &at("data"), "--exec-root", &at("exec")]);
        command.args(["--pidfile", &at("pid"), "--host", &format!("unix://{}", self.socket.display())]);
        command.args(self.host.iter().flat_map(|host| ["--host", host]));
        command.args(["--bridge=none", "--iptables=false", "--shutdown-timeout=5"]);
        command.args(["--cgroup-parent", &format!("/{}", self.name)]);
        // A containerd of this machine is not the first engine's alone.
        let plugins = format!("{}-plugins", self.name);
        command.args(["--containerd-namespace", &self.name, "--containerd-plugins-namespace", &plugins]);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        command
    }

    /// Ends what outlived the engine: containerd, shims, and what runs in containers. All of them name its folder,
    /// or descend from one that does.
    fn end_others(&self) {
        let folder = self.folder.path().as_os_str();
        let found = wait::found(END, || {
            let all = processes();
            let mut doomed: Vec<u32> = all.iter().filter(|p| names(p.0, folder)).map(|p| p.0).collect();
            let mut seen = 0;
            while let Some(parent) = doomed.get(seen).copied() {
                doomed.extend(all.iter().filter(|p| p.1 == parent).map(|p| p.0));
                seen += 1;
            }
            doomed.iter().for_each(|pid| signal(*pid, "KILL"));
            doomed.is_empty().then_some(())
        });
        if found.is_none() {
            eprintln!("something of the engine {} still runs", self.name);
        }
    }

    fn unmount(&self) {
        let mounts = fs::read_to_string("/proc/self/mountinfo").unwrap_or_default();
        let ours = mounts.lines().filter_map(|line| line.split(' ').nth(4));
        let mut ours: Vec<&str> = ours.filter(|place| Path::new(place).starts_with(self.folder.path())).collect();
        ours.sort_by_key(|place| std::cmp::Reverse(place.len()));
        ours.iter().for_each(|place| quietly("umount", &["-l", place]));
    }
}

impl Drop for OwnEngine {
    fn drop(&mut self) {
        self.stop();
        self.end_others();
        self.unmount();
        for group in fs::read_dir("/sys/fs/cgroup").into_iter().flatten().flatten() {
            remove_groups(&group.path().join(&self.name));
        }
        quietly("ip", &["netns", "delete", &self.name]);
    }
}

/// Runs a future to its end, wherever the caller stands: in a runtime or outside one.
pub fn block<T: Send>(work: impl Future<Output = T> + Send) -> T {
    let run = || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work);
    std::thread::scope(|scope| scope.spawn(run).join()).unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Returns a client for a socket.
pub fn client(socket: &Path) -> Option<Docker> {
    Docker::connect_with_unix(socket.to_str()?, PATIENCE, API_DEFAULT_VERSION).ok()
}

fn answers(socket: &Path) -> bool {
    let Some(docker) = client(socket) else { return false };
    block(async { matches!(tokio::time::timeout(Duration::from_secs(2), docker.ping()).await, Ok(Ok(_))) })
}

#[track_caller]
fn run(program: &Path, words: &[&str]) {
    let done = Command::new(program).args(words).output().unwrap();
    assert!(done.status.success(), "{program:?} {words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

fn quietly(program: &str, words: &[&str]) {
    drop(Command::new(program).args(words).stderr(Stdio::null()).status());
}

fn signal(pid: u32, name: &str) {
    quietly("kill", &["-s", name, &pid.to_string()]);
}

/// Returns every process with its parent; not those that have ended and wait to be read.
fn processes() -> Vec<(u32, u32)> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let pids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let parent = |pid: u32| {
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let mut rest = stat.rsplit_once(')')?.1.split_whitespace();
        (rest.next()? != "Z").then_some(())?;
        Some((pid, rest.next()?.parse().ok()?))
    };
    pids.filter_map(parent).collect()
}

/// Says whether a process was started with words that name the folder.
fn names(pid: u32, folder: &OsStr) -> bool {
    let words = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let folder = folder.as_encoded_bytes();
    pid != std::process::id() && words.windows(folder.len()).any(|window| window == folder)
}

fn remove_groups(group: &Path) {
    for inner in fs::read_dir(group).into_iter().flatten().flatten().filter(|inner| inner.path().is_dir()) {
        remove_groups(&inner.path());
    }
    fs::remove_dir(group).ok();
}
