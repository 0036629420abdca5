//! The thread that reads the terminal: it sleeps until there is something, and can be stopped at once.
//!
//! crossterm's own reader is not used: it reads on and on at the end of its input, blocks in the middle of a sequence, and
//! cannot be stopped for an editor that wants the terminal.

use super::bytes::Parser;
use super::heard::Heard;
use crate::cockpit::message::{Message, Press};
use crate::config::keymap::Key;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::io::{self, PipeReader, PipeWriter};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::sync::mpsc;

/// How long the rest of a sequence may be on its way; a lone escape is the key after that.
const SPLIT: Duration = Duration::from_millis(25);
/// How long the rest of a paste, or of an answer, may be on its way.
const PASTE: Duration = Duration::from_secs(1);
/// So many letters in one go are no typing.
const TYPED_AT_ONCE: usize = 8;

/// The reader of the terminal; dropped, it has ended, and the terminal's input is anybody's.
pub(crate) struct Keyboard {
    messages: Option<mpsc::Receiver<Message>>,
    stop: Option<PipeWriter>,
    thread: Option<JoinHandle<()>>,
}

impl Keyboard {
    /// Begins to read.
    pub(crate) fn open() -> io::Result<Self> {
        let (stopped, stop) = io::pipe()?;
        let (sender, messages) = mpsc::channel(64);
        let reader = Reader { stopped, parser: Parser::default(), sender };
        let thread = std::thread::Builder::new().name("keyboard".to_owned()).spawn(move || reader.run())?;
        Ok(Self { messages: Some(messages), stop: Some(stop), thread: Some(thread) })
    }

    /// Waits for the next message; none when the terminal is gone.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        self.messages.as_mut()?.recv().await
    }

    /// Returns the next message if it is there already.
    pub(crate) fn ready(&mut self) -> Option<Message> {
        self.messages.as_mut()?.try_recv().ok()
    }
}

impl Keyboard {
    /// Ends the reading, and returns when it has ended: from then on the terminal's input is anybody's.
    pub(crate) fn stop(&mut self) {
        // Closed first: the thread may be waiting for room in the channel.
        self.messages = None;
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
    }
}

impl Drop for Keyboard {
    fn drop(&mut self) {
        self.stop();
    }
}

struct Reader {
    stopped: PipeReader,
    parser: Parser,
    sender: mpsc::Sender<Message>,
}

/// What there is to read.
enum Ready {
    Bytes,
    /// Nothing came in time.
    Silence,
    /// It is stopped.
    Stop,
}

impl Reader {
    fn run(mut self) {
        let mut bytes = [0; 4_096];
        loop {
            let heard = match self.wait() {
                Ok(Ready::Stop) | Err(_) => return,
                Ok(Ready::Silence) => self.parser.expire(),
                Ok(Ready::Bytes) => match rustix::io::read(io::stdin(), &mut bytes) {
                    // The terminal is gone.
                    Ok(0) => return,
                    Ok(count) => self.parser.feed(&bytes[..count]),
                    Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => continue,
                    Err(_) => return,
                },
            };
            for message in messages(heard, Instant::now()) {
                if self.sender.blocking_send(message).is_err() {
                    return;
                }
            }
        }
    }

    fn wait(&self) -> io::Result<Ready> {
        let limit = match (self.parser.is_pasting() || self.parser.is_told(), self.parser.is_waiting()) {
            (true, _) => Some(PASTE),
            (false, true) => Some(SPLIT),
            (false, false) => None,
        };
        let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
        let stdin = io::stdin();
        let mut wanted = [PollFd::new(&self.stopped, PollFlags::IN), PollFd::new(&stdin, PollFlags::IN)];
        let count = rustix::io::retry_on_intr(|| poll(&mut wanted, limit.as_ref()))?;
        Ok(match (count, wanted[0].revents().is_empty()) {
            (0, _) => Ready::Silence,
            (_, false) => Ready::Stop,
            (_, true) => Ready::Bytes,
        })
    }
}

/// Makes messages of what was heard in one go. Many letters at once were poured in by a paste that nobody marked as one.
fn messages(heard: Vec<Heard>, at: Instant) -> Vec<Message> {
    let first = heard.iter().find_map(letter_of);
    let letters = heard.iter().filter_map(letter_of);
    // A key held down over a slow line arrives in heaps too, but it is one key.
    let is_poured = letters.clone().count() > TYPED_AT_ONCE && letters.clone().any(|letter| Some(letter) != first);
    if is_poured {
        let presses = heard.into_iter().filter_map(|heard| match heard {
            Heard::Key(stroke, repeat) => Some(Press { stroke, repeat, at }),
            Heard::Paste(_) | Heard::Pointer { .. } | Heard::FocusGained | Heard::FocusLost | Heard::Told(_) => None,
        });
        return vec![Message::Poured(presses.collect())];
    }
    heard.into_iter().map(|heard| message(heard, at)).collect()
}

fn message(heard: Heard, at: Instant) -> Message {
    match heard {
        Heard::Key(stroke, repeat) => Message::Key(Press { stroke, repeat, at }),
        Heard::Paste(text) => Message::Paste { text, at },
        Heard::Pointer { what, column, line } => Message::Pointer { what, column, line, at },
        Heard::FocusGained => Message::FocusGained,
        Heard::FocusLost => Message::FocusLost,
        Heard::Told(told) => Message::Told(told),
    }
}

const fn letter_of(heard: &Heard) -> Option<char> {
    match heard {
        Heard::Key(stroke, _) => match stroke.key {
            Key::Char(letter) if !stroke.ctrl && !stroke.alt => Some(letter),
            _ => None,
        },
        Heard::Paste(_) | Heard::Pointer { .. } | Heard::FocusGained | Heard::FocusLost | Heard::Told(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn poured(text: &str) -> bool {
        let heard = Parser::default().feed(text.as_bytes());
        matches!(messages(heard, Instant::now())[..], [Message::Poured(_)])
    }

    #[test]
    fn many_letters_in_one_go_are_a_paste_and_a_key_held_down_is_none() {
        assert!(poured("deploy production\r"));
        assert!(!poured("jjjjjjjjjjjjjjjjjjjj"));
        assert!(!poured("\u{1b}[A\u{1b}[B\u{1b}[A\u{1b}[B\u{1b}[A\u{1b}[B\u{1b}[A\u{1b}[B\u{1b}[A\u{1b}[B"));
        assert!(!poured("gg"));
    }
}
