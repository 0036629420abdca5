//! The reader of the terminal: it sleeps until there is something, on the loop's own thread, and can be stopped at once.
//!
//! crossterm's own reader is not used: it reads on and on at the end of its input, blocks in the middle of a sequence, and
//! cannot be stopped for an editor that wants the terminal. Nor is a thread: each key would wake two.

use super::bytes::InputParser;
use super::heard::Heard;
use crate::message::{Message, Press};
use crate::settings::keymap::Key;
use crate::watched::watched;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::VecDeque;
use std::io::{self, Stdin};
use std::time::{Duration, Instant};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::time::timeout_at;

/// How long the rest of a sequence may be on its way; a lone escape is the key after that.
const SPLIT: Duration = Duration::from_millis(25);
/// How long the rest of an answer may be on its way.
const ANSWER: Duration = Duration::from_secs(1);
/// How long the rest of a paste may be on its way. It is long: what comes behind it would be keys.
const PASTE: Duration = Duration::from_secs(30);
/// So many letters in one go are no typing.
const TYPED_AT_ONCE: usize = 8;

/// The reader of the terminal; dropped, the terminal's input is anybody's.
pub(crate) struct Keyboard {
    line: Option<AsyncFd<Stdin>>,
    parser: InputParser,
    /// What was heard and not yet asked for.
    heard: VecDeque<Message>,
    /// When bytes came last.
    read: Instant,
}

/// What there is to read.
enum InputRead {
    Bytes(Vec<Heard>),
    Nothing,
    /// The terminal is gone.
    End,
}

impl Keyboard {
    /// Begins to read.
    pub(crate) fn open() -> io::Result<Self> {
        let line = watched(io::stdin(), Interest::READABLE)?;
        Ok(Self { line: Some(line), parser: InputParser::default(), heard: VecDeque::new(), read: Instant::now() })
    }

    /// Waits for the next message; none when the terminal is gone.
    pub(crate) async fn next(&mut self) -> Option<Message> {
        loop {
            if let Some(message) = self.ready() {
                return Some(message);
            }
            let limit = self.limit();
            let line = self.line.as_ref()?;
            let ready = match limit {
                Some(limit) => timeout_at((self.read + limit).into(), line.readable()).await,
                None => Ok(line.readable().await),
            };
            let heard = match ready {
                Err(_) => self.parser.expire(),
                Ok(Err(_)) => return None,
                Ok(Ok(mut ready)) => match read(&mut self.parser) {
                    InputRead::Bytes(heard) => {
                        self.read = Instant::now();
                        heard
                    }
                    InputRead::Nothing => {
                        ready.clear_ready();
                        continue;
                    }
                    InputRead::End => return None,
                },
            };
            self.heard.extend(messages(heard, Instant::now()));
        }
    }

    /// Returns the next message if it is there already.
    pub(crate) fn ready(&mut self) -> Option<Message> {
        self.heard.pop_front()
    }

    /// Ends the reading: from then on the terminal's input is anybody's.
    pub(crate) fn stop(&mut self) {
        self.line = None;
        self.heard.clear();
    }

    /// Returns how long the rest of what has begun is waited for.
    fn limit(&self) -> Option<Duration> {
        match (self.parser.is_pasting(), self.parser.is_told(), self.parser.is_waiting()) {
            (true, _, _) => Some(PASTE),
            (false, true, _) => Some(ANSWER),
            (false, false, true) => Some(SPLIT),
            (false, false, false) => None,
        }
    }
}

/// Reads what is there. It is looked for first: the line waits for bytes, and the loop must not.
fn read(parser: &mut InputParser) -> InputRead {
    let stdin = io::stdin();
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    match rustix::io::retry_on_intr(|| poll(&mut [PollFd::new(&stdin, PollFlags::IN)], Some(&at_once))) {
        Ok(0) => return InputRead::Nothing,
        Ok(_) => {}
        Err(_) => return InputRead::End,
    }
    let mut bytes = [0; 4_096];
    match rustix::io::retry_on_intr(|| rustix::io::read(&stdin, &mut bytes)) {
        Ok(0) => InputRead::End,
        Ok(count) => InputRead::Bytes(parser.feed(&bytes[..count])),
        Err(rustix::io::Errno::AGAIN) => InputRead::Nothing,
        Err(_) => InputRead::End,
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
        let heard = InputParser::default().feed(text.as_bytes());
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
