//! A socket in front of an engine that writes down every request, and can be cut off. What is sent passes unchanged.

use super::requests::Requests;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The recorder; it runs on a thread of its own until it is dropped.
pub struct Recorder {
    folder: TempDir,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

struct Shared {
    engine: PathBuf,
    /// The requests so far; who waits for one is told of each.
    lines: watch::Sender<Vec<String>>,
    /// Counted up to cut every connection there is.
    severed: watch::Sender<u64>,
    is_shut: AtomicBool,
    is_over: watch::Sender<bool>,
}

/// Puts a recorder in front of the engine at a socket.
pub fn in_front_of(engine: &Path) -> Recorder {
    let folder = tempfile::Builder::new().prefix("tm-recorder-").tempdir().unwrap();
    let shared = Arc::new(Shared {
        engine: engine.to_owned(),
        lines: watch::Sender::default(),
        severed: watch::Sender::new(0),
        is_shut: AtomicBool::new(false),
        is_over: watch::Sender::new(false),
    });
    let listener = std::os::unix::net::UnixListener::bind(folder.path().join("docker.sock")).unwrap();
    listener.set_nonblocking(true).unwrap();
    let served = Arc::clone(&shared);
    let thread = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async { serve(UnixListener::from_std(listener).unwrap(), served).await });
    });
    Recorder { folder, shared, thread: Some(thread) }
}

impl Recorder {
    /// Returns the socket that a client is given in place of the engine's.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("docker.sock")
    }

    /// Returns every request so far: the method, and the path with its query, without the version of the interface.
    pub fn requests(&self) -> Vec<(String, String)> {
        self.shared.lines.borrow().iter().map(|line| parts(line)).collect()
    }

    /// Returns the requests that may change something.
    pub fn mutating(&self) -> Vec<(String, String)> {
        mutating(&self.shared.lines.borrow())
    }

    /// Waits until the requests that may change something are as wanted.
    pub async fn until(&self, is_so: impl Fn(&[(String, String)]) -> bool) {
        let mut lines = self.shared.lines.subscribe();
        lines.wait_for(|lines| is_so(&mutating(lines))).await.expect("the recorder is gone");
    }

    /// Forgets what was requested so far.
    pub fn forget(&self) {
        self.shared.lines.send_modify(Vec::clear);
    }

    /// Cuts every connection; new ones are taken.
    pub fn sever(&self) {
        self.shared.severed.send_modify(|count| *count += 1);
    }

    /// Cuts every connection, and each new one at once: the engine is away.
    pub fn shut(&self) {
        self.shared.is_shut.store(true, Ordering::SeqCst);
        self.sever();
    }

    /// Takes connections again.
    pub fn open(&self) {
        self.shared.is_shut.store(false, Ordering::SeqCst);
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        self.shared.is_over.send_replace(true);
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(!matches!(ended, Some(Err(_))) || std::thread::panicking(), "the recorder panicked");
    }
}

async fn serve(listener: UnixListener, shared: Arc<Shared>) {
    let mut over = shared.is_over.subscribe();
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = over.wait_for(|is_over| *is_over) => break,
            Some(ended) = connections.join_next() => ended.unwrap(),
            Ok((client, _)) = listener.accept() => {
                if !shared.is_shut.load(Ordering::SeqCst) {
                    connections.spawn(connect(client, Arc::clone(&shared)));
                }
            }
        }
    }
    connections.shutdown().await;
}

async fn connect(client: UnixStream, shared: Arc<Shared>) {
    let mut severed = shared.severed.subscribe();
    let Ok(engine) = UnixStream::connect(&shared.engine).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_engine, to_engine) = engine.into_split();
    let is_upgraded = AtomicBool::new(false);
    let mut requests = Requests::new();
    let there = pump(from_client, to_engine, |bytes| {
        // Behind an upgrade there are no more requests.
        if !is_upgraded.load(Ordering::SeqCst) {
            shared.lines.send_modify(|lines| lines.extend(requests.read(bytes)));
        }
    });
    let back = pump(from_engine, to_client, |bytes| {
        if bytes.starts_with(b"HTTP/1.1 101 ") {
            is_upgraded.store(true, Ordering::SeqCst);
        }
    });
    tokio::select! {
        _ = severed.changed() => {}
        _ = both(there, back) => {}
    }
}

async fn both(there: impl Future<Output = ()>, back: impl Future<Output = ()>) {
    tokio::join!(there, back);
}

/// Passes bytes on until there are no more, and says so to the other side, which may go on.
async fn pump(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, mut see: impl FnMut(&[u8])) {
    let mut buffer = vec![0; 64 << 10];
    while let Ok(length @ 1..) = from.read(&mut buffer).await {
        see(&buffer[..length]);
        if to.write_all(&buffer[..length]).await.is_err() {
            return;
        }
    }
    drop(to.shutdown().await);
}

fn mutating(lines: &[String]) -> Vec<(String, String)> {
    let mut requests: Vec<_> = lines.iter().map(|line| parts(line)).collect();
    requests.retain(|(method, _)| method != "GET" && method != "HEAD");
    requests
}

fn parts(line: &str) -> (String, String) {
    let mut words = line.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let path = target.strip_prefix("/v").and_then(|rest| {
        let (version, _) = rest.split_once('/')?;
        let is_version = version.chars().all(|c| c.is_ascii_digit() || c == '.') && !version.is_empty();
        is_version.then(|| &rest[version.len()..])
    });
    (method.to_owned(), path.unwrap_or(target).to_owned())
}

#[test]
fn the_version_of_the_interface_is_not_part_of_a_path() {
    let path = |line| parts(line).1;
    assert_eq!(path("GET /v1.41/containers/json?all=1 HTTP/1.1"), "/containers/json?all=1");
    assert_eq!(path("GET /version HTTP/1.1"), "/version");
    assert_eq!(path("GET /volumes/x HTTP/1.1"), "/volumes/x");
}
