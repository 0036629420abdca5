//! A socket of this machine that leads to an engine elsewhere, by `ssh` and `docker system dial-stdio`.
//!
//! The person's own `ssh` runs, with their own settings and agent; it asks for nothing, since nobody would see it ask.

use super::look::plain;
use crate::ports::{FailureKind, PortError};
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::process::{Child, Command};
use tokio::task::{JoinHandle, JoinSet};

/// How much `ssh` may say, in bytes.
const SAID: u64 = 16 << 10;

/// A way through; closed, with every process of it, when it is dropped.
pub(super) struct Tunnel {
    folder: TempDir,
    accepting: JoinHandle<()>,
    said: Said,
}

/// The last lines that `ssh` said, which are why there is no way.
type Said = Arc<Mutex<Vec<String>>>;

/// How many of its last lines an error quotes.
const TOLD: usize = 3;
/// How long its words are waited for when it has ended, and how often is looked.
const LAST_WORDS: (u32, Duration) = (20, Duration::from_millis(25));

impl Tunnel {
    /// Opens it; nothing is dialled before somebody connects.
    ///
    /// # Errors
    /// When there is no place for a socket.
    pub(super) fn open(host: &str) -> Result<Self, PortError> {
        let failed = |error: std::io::Error| {
            PortError::new(FailureKind::Unavailable, format!("there is no place for a way to {host}")).caused_by(&error)
        };
        let private = Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().prefix("tminus-").permissions(private).tempdir().map_err(failed)?;
        let listener = UnixListener::bind(socket(folder.path())).map_err(failed)?;
        let said = Said::default();
        let dialer = Dialer { host: host.to_owned(), shared: folder.path().join("ssh"), said: said.clone() };
        Ok(Self { folder, accepting: tokio::spawn(accept(listener, dialer)), said })
    }

    /// Returns where the engine is reached on this machine.
    pub(super) fn socket(&self) -> PathBuf {
        socket(self.folder.path())
    }

    /// Returns what `ssh` said last, which may come a moment after the connection has ended.
    pub(super) async fn said(&self) -> Option<String> {
        for _ in 0..LAST_WORDS.0 {
            let said = self.said.lock().unwrap_or_else(PoisonError::into_inner).join("; ");
            if !said.is_empty() {
                return Some(said);
            }
            tokio::time::sleep(LAST_WORDS.1).await;
        }
        None
    }
}

impl Drop for Tunnel {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn socket(folder: &Path) -> PathBuf {
    folder.join("engine.sock")
}

async fn accept(listener: UnixListener, dialer: Dialer) {
    let mut connections = JoinSet::new();
    let mut shared: Option<Child> = None;
    while let Ok((connection, _)) = listener.accept().await {
        // One login carries all connections; while it is not there, each has its own.
        if shared.as_mut().is_none_or(|child| !matches!(child.try_wait(), Ok(None))) {
            shared = dialer.share().spawn().ok();
        }
        while connections.try_join_next().is_some() {}
        connections.spawn(dialer.clone().carry(connection));
    }
}

#[derive(Clone)]
struct Dialer {
    host: String,
    /// The socket by which the connections share one login.
    shared: PathBuf,
    said: Said,
}

impl Dialer {
    fn ssh(&self) -> Command {
        let mut command = Command::new("ssh");
        let shared = format!("ControlPath={}", self.shared.display());
        for option in ["BatchMode=yes", "ConnectTimeout=10", "ServerAliveInterval=5", "RemoteCommand=none", &shared] {
            command.args(["-o", option]);
        }
        // Ctrl-C on the terminal is tminus's own business, so none of these is in its group.
        command.args(["-T", "-a", "-x"]).process_group(0).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    }

    fn share(&self) -> Command {
        let mut command = self.ssh();
        command.args(["-o", "ControlMaster=yes", "-N", "--"]).arg(format!("ssh://{}", self.host));
        command
    }

    fn dial(&self) -> Command {
        let mut command = self.ssh();
        command.args(["-o", "ControlMaster=no", "--"]).arg(format!("ssh://{}", self.host));
        command.args(["docker", "system", "dial-stdio"]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    async fn carry(self, connection: UnixStream) {
        let mut child = match self.dial().spawn() {
            Ok(child) => child,
            Err(error) => return self.say(&format!("ssh could not be started: {error}")),
        };
        let (Some(mut to), Some(mut from), Some(errors)) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take())
        else {
            return;
        };
        let (mut asked, mut answered) = connection.into_split();
        let carried = async {
            tokio::select! {
                _ended = tokio::io::copy(&mut asked, &mut to) => {}
                _ended = tokio::io::copy(&mut from, &mut answered) => {}
            }
        };
        tokio::join!(
            async {
                carried.await;
                drop(child.kill().await);
            },
            self.listen(errors)
        );
    }

    async fn listen(&self, errors: impl AsyncRead + Unpin) {
        let mut lines = BufReader::new(errors.take(SAID)).split(b'\n');
        while let Ok(Some(line)) = lines.next_segment().await {
            self.say(&String::from_utf8_lossy(&line));
        }
    }

    fn say(&self, text: &str) {
        let text = plain(text);
        let mut said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        // Each connection says the same again.
        if !text.is_empty() && !said.contains(&text) {
            said.push(text);
            let excess = said.len().saturating_sub(TOLD);
            said.drain(..excess);
        }
    }
}
