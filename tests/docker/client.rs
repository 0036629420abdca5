//! A client that asks all the time, and counts what it was answered: it sees every moment that nobody serves.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The time limit of one request, generous for a busy machine. A refused connection counts as lost at once.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long it rests between two requests.
const PAUSE: Duration = Duration::from_millis(5);

/// What a client saw.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// How many requests were answered with success.
    pub answered: usize,
    /// When the others were sent, counted from the start, and what came instead.
    pub lost: Vec<(Duration, String)>,
    /// The versions that answered, each once, in the order that they were first seen.
    pub versions: Vec<String>,
    /// The longest time from one success to the next.
    pub longest_gap: Duration,
}

impl Tally {
    /// Says what the client met, in one line.
    pub fn words(&self) -> String {
        format!("{} answered, {} lost, longest gap {:?}", self.answered, self.lost.len(), self.longest_gap)
    }
}

/// A client that runs until it is stopped.
pub struct Hammer {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<Tally>>,
}

/// Starts a client of an address like `http://127.0.0.1:8000/api/version`, each request on a connection of its own.
pub fn hammer(url: &str) -> Hammer {
    hammer_within(url, PATIENCE)
}

/// Starts one that waits longer for each answer: where the way there is slow of itself.
pub fn hammer_within(url: &str, patience: Duration) -> Hammer {
    let rest = url.strip_prefix("http://").unwrap_or_else(|| panic!("{url} is not http://…"));
    let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
    let (at, path) = (host.parse().unwrap(), format!("/{path}"));
    let is_over = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_over);
    let thread = std::thread::spawn(move || ask_on((at, patience), &path, &asked));
    Hammer { is_over, thread: Some(thread) }
}

impl Hammer {
    /// Stops it, and returns what it saw.
    pub fn stop(mut self) -> Tally {
        self.is_over.store(true, Ordering::SeqCst);
        self.thread.take().unwrap().join().unwrap()
    }
}

impl Drop for Hammer {
    fn drop(&mut self) {
        self.is_over.store(true, Ordering::SeqCst);
        drop(self.thread.take().map(JoinHandle::join));
    }
}

fn ask_on(at: (SocketAddr, Duration), path: &str, is_over: &AtomicBool) -> Tally {
    let (began, mut tally) = (Instant::now(), Tally::default());
    let mut last = None;
    while !is_over.load(Ordering::SeqCst) {
        let sent = began.elapsed();
        match ask(at, path) {
            Ok(body) => {
                tally.answered += 1;
                let now = began.elapsed();
                tally.longest_gap = tally.longest_gap.max(now - last.replace(now).unwrap_or(now));
                tally.versions.extend(version(&body).filter(|version| !tally.versions.contains(version)));
            }
            Err(why) => tally.lost.push((sent, why)),
        }
        std::thread::sleep(PAUSE);
    }
    tally
}

fn ask((at, patience): (SocketAddr, Duration), path: &str) -> Result<String, String> {
    let words = |error: std::io::Error| error.to_string();
    let mut stream = TcpStream::connect_timeout(&at, patience).map_err(words)?;
    stream.set_read_timeout(Some(patience)).map_err(words)?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {at}\r\nConnection: close\r\n\r\n").map_err(words)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(words)?;
    let status = answer.split(' ').nth(1).unwrap_or("nothing").to_owned();
    let Some((_, body)) = answer.split_once("\r\n\r\n") else { return Err("nothing was answered".into()) };
    if status.starts_with('2') { Ok(body.to_owned()) } else { Err(format!("status {status}")) }
}

/// Returns the version that a body of JSON tells.
fn version(body: &str) -> Option<String> {
    let body: serde_json::Value = serde_json::from_str(body).ok()?;
    Some(body["version"].as_str()?.to_owned())
}
