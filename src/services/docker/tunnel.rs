//! A socket of this machine that leads to an engine elsewhere, by `ssh` and `docker system dial-stdio`.
//!
//! The person's own `ssh` runs, with their own settings and agent; it asks for nothing, since nobody would see it ask.

use super::look::plain;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempDir;
use tminus_core::ports::{FailureKind, PortError};
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::process::{Child, Command};
use tokio::task::{JoinHandle, JoinSet};

/// How much `ssh` may say, in bytes.
const SAID: u64 = 16 << 10;

/// A way through; closed, with every process of it, when it is dropped.
pub(super) struct Tunnel {
    folder: TempDir,
    accepting: JoinHandle<()>,
    said: TunnelOutput,
}

/// The last lines that `ssh` said, which are why there is no way.
type TunnelOutput = Arc<Mutex<Vec<String>>>;

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
        Self::open_by(Path::new("ssh"), host)
    }

    fn open_by(program: &Path, host: &str) -> Result<Self, PortError> {
        let failed = PortError::by(FailureKind::Unavailable, format!("there is no place for a way to {host}"));
        let private = Permissions::from_mode(0o700);
        let folder = tempfile::Builder::new().prefix("tminus-").permissions(private).tempdir().map_err(&failed)?;
        let listener = UnixListener::bind(socket(folder.path())).map_err(&failed)?;
        let said = TunnelOutput::default();
        let (program, shared) = (program.to_owned(), folder.path().join("ssh"));
        let dialer = Dialer { program, host: host.to_owned(), shared, said: said.clone() };
        Ok(Self { folder, accepting: tokio::spawn(accept(listener, dialer)), said })
    }

    /// Returns where the engine is reached on this machine.
    pub(super) fn socket(&self) -> PathBuf {
        socket(self.folder.path())
    }

    /// Returns what `ssh` said last, which may come a moment after the connection has ended.
    pub(super) async fn said(&self) -> Option<String> {
        for _ in 0..LAST_WORDS.0 {
            let said = self.said.lock().unwrap_or_else(PoisonError::into_inner).join("\n");
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
            if let Some(errors) = shared.as_mut().and_then(|child| child.stderr.take()) {
                // When the login breaks later, only it says why.
                let dialer = dialer.clone();
                connections.spawn(async move { dialer.listen(errors).await });
            }
        }
        while connections.try_join_next().is_some() {}
        connections.spawn(dialer.clone().carry(connection));
    }
}

/// How much of an answer is read at first, in bytes.
const FIRST: usize = 4 << 10;

/// How a connection ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Carried {
    /// One of the two closed it.
    Closed,
    /// `ssh` ended before the engine had answered anything.
    Nothing,
}

#[derive(Clone)]
struct Dialer {
    program: PathBuf,
    host: String,
    /// The socket by which the connections share one login.
    shared: PathBuf,
    said: TunnelOutput,
}

impl Dialer {
    fn ssh(&self) -> Command {
        let mut command = Command::new(&self.program);
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
        command.stderr(Stdio::piped());
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
            let up = async {
                // An `ssh` that reads no more may still say why.
                if tokio::io::copy(&mut asked, &mut to).await.is_err() {
                    std::future::pending::<()>().await;
                }
            };
            tokio::select! {
                () = up => Carried::Closed,
                carried = self.answer(&mut from, &mut answered) => carried,
            }
        };
        let (carried, ()) = tokio::join!(
            async {
                let carried = carried.await;
                drop(child.kill().await);
                carried
            },
            self.listen(errors)
        );
        if carried == Carried::Nothing {
            // Whoever asked is not there any more, or reads it.
            drop(answered.write_all(&self.refusal()).await);
        }
    }

    /// Hands on what comes from the engine; with its first word, what `ssh` said before is no reason for anything.
    async fn answer(&self, from: &mut (impl AsyncRead + Unpin), to: &mut (impl AsyncWrite + Unpin)) -> Carried {
        let mut first = vec![0; FIRST];
        let count = from.read(&mut first).await.unwrap_or(0);
        if count == 0 {
            return Carried::Nothing;
        }
        self.said.lock().unwrap_or_else(PoisonError::into_inner).clear();
        if to.write_all(&first[..count]).await.is_ok() {
            let _broken = tokio::io::copy(from, to).await;
        }
        Carried::Closed
    }

    /// Answers for the engine as a gateway does, so that a request says why there is no way.
    fn refusal(&self) -> Vec<u8> {
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner).join("\n");
        let said = if said.is_empty() { "it ended without a word".to_owned() } else { said };
        let body = serde_json::json!({ "message": format!("ssh: {said}") }).to_string();
        let head = "HTTP/1.1 502 Bad Gateway\r\nContent-Type: application/json\r\nConnection: close\r\n";
        format!("{head}Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
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

#[cfg(test)]
mod tests {
    use super::*;

    /// Answers the first request in part and dies; after that there is no way.
    const FAKE: &str = r#"#!/bin/sh
case "$*" in *ControlMaster=yes*) exit 255 ;; esac
if [ -e "$0.once" ]; then
    echo "ssh: connect to host shop port 22: No route to host" >&2
    exit 255
fi
: >"$0.once"
head -c 18 >/dev/null
printf 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello'
echo "Timeout, server shop not responding." >&2
exit 255
"#;

    async fn asked(tunnel: &Tunnel) -> String {
        let mut connection = UnixStream::connect(tunnel.socket()).await.unwrap();
        connection.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
        let mut answer = Vec::new();
        connection.read_to_end(&mut answer).await.unwrap();
        String::from_utf8(answer).unwrap()
    }

    #[tokio::test]
    async fn the_last_words_of_ssh_are_kept_when_it_dies_later_and_answer_whoever_asks_then() {
        let dir = tempfile::tempdir().unwrap();
        let program = dir.path().join("ssh");
        std::fs::write(&program, FAKE).unwrap();
        std::fs::set_permissions(&program, Permissions::from_mode(0o755)).unwrap();
        let tunnel = Tunnel::open_by(&program, "shop").unwrap();
        assert!(asked(&tunnel).await.ends_with("hello"));
        assert_eq!(tunnel.said().await.as_deref(), Some("Timeout, server shop not responding."));
        let answer = asked(&tunnel).await;
        assert!(answer.starts_with("HTTP/1.1 502 Bad Gateway\r\n"), "{answer}");
        assert!(answer.contains("No route to host\"}"), "{answer}");
    }
}
