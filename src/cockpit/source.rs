//! Where messages come from: the keyboard, the engine's events, and its answers, each on a task of its own.

use super::message::{Answer, Effect, Message, Press, Repeat, Reply};
use crate::config::keymap::{Key, Stroke};
use crate::engine::EngineHandle;
use crossterm::event::{Event, EventStream, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use futures::StreamExt;
use std::time::Instant;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// How often in a row the terminal may fail to tell what happened.
const FAILURES: u32 = 16;

/// A task that ends with its owner.
pub(crate) struct Owned(JoinHandle<()>);

impl Drop for Owned {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Follows the keyboard; the channel closes when the terminal is gone.
pub(crate) fn follow_keys() -> (mpsc::Receiver<Message>, Owned) {
    let (sender, keys) = mpsc::channel(64);
    let task = tokio::spawn(async move {
        let mut events = EventStream::new();
        let mut failures = 0;
        while let Some(event) = events.next().await {
            // A size that cannot be told is no end of the keys; errors without end are.
            let Ok(event) = event else {
                failures += 1;
                if failures > FAILURES {
                    return;
                }
                continue;
            };
            failures = 0;
            let Some(message) = message_of(event) else { continue };
            if sender.send(message).await.is_err() {
                return;
            }
        }
    });
    (keys, Owned(task))
}

/// Joins the engine and follows its events.
pub(crate) fn follow_engine(handle: EngineHandle) -> (mpsc::Receiver<Message>, Owned) {
    let (sender, news) = mpsc::channel(256);
    let task = tokio::spawn(async move {
        let Ok((snapshot, mut stream)) = handle.attach().await else {
            let _ = sender.send(Message::EngineGone).await;
            return;
        };
        let mut next = Message::Joined(Box::new(snapshot));
        // A cockpit that is slow makes this wait; the stream then says that it fell behind, and begins again.
        while sender.send(next).await.is_ok() {
            next = match stream.next().await {
                Ok(news) => Message::News(Box::new(news)),
                Err(_) => {
                    let _ = sender.send(Message::EngineGone).await;
                    return;
                }
            };
        }
    });
    (news, Owned(task))
}

/// Asks the engine, one task for each question; answers come back on a channel.
pub(crate) struct Asking {
    handle: EngineHandle,
    replies: mpsc::Sender<Reply>,
    /// Dropped with the cockpit: what the engine has taken on goes on there.
    tasks: JoinSet<()>,
}

impl Asking {
    pub(crate) fn new(handle: EngineHandle, replies: mpsc::Sender<Reply>) -> Self {
        Self { handle, replies, tasks: JoinSet::new() }
    }

    pub(crate) fn ask(&mut self, effect: Effect) {
        while self.tasks.try_join_next().is_some() {}
        let (handle, replies) = (self.handle.clone(), self.replies.clone());
        self.tasks.spawn(async move {
            let (ticket, answer) = match effect {
                Effect::Preview { ticket, version, request } => {
                    (ticket, Answer::Preview(Box::new(handle.preview(&version, request).await)))
                }
                Effect::Command { ticket, who, command } => {
                    (ticket, Answer::Command(handle.command(&who, *command).await))
                }
                Effect::Copy(_) | Effect::Quit => return,
            };
            // Nobody listens any more when the cockpit has been left.
            let _ = replies.send(Reply { ticket, at: Instant::now(), answer }).await;
        });
    }
}

/// Makes a message of what the terminal tells; `None` for what the cockpit has no use for.
fn message_of(event: Event) -> Option<Message> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            let repeat = if key.kind == KeyEventKind::Repeat { Repeat::Held } else { Repeat::Fresh };
            Some(Message::Key(Press { stroke: stroke_of(key)?, repeat, at: Instant::now() }))
        }
        Event::Paste(text) => Some(Message::Paste { text, at: Instant::now() }),
        Event::Resize(columns, lines) => Some(Message::Size(columns, lines)),
        Event::Key(_) | Event::Mouse(_) | Event::FocusGained | Event::FocusLost => None,
    }
}

fn stroke_of(key: KeyEvent) -> Option<Stroke> {
    let code = match key.code {
        KeyCode::Char(letter) => Key::Char(letter),
        KeyCode::Enter => Key::Enter,
        KeyCode::Esc => Key::Esc,
        KeyCode::Tab if key.modifiers.contains(KeyModifiers::SHIFT) => Key::BackTab,
        KeyCode::Tab => Key::Tab,
        KeyCode::BackTab => Key::BackTab,
        KeyCode::Backspace => Key::Backspace,
        KeyCode::Delete => Key::Delete,
        KeyCode::Up => Key::Up,
        KeyCode::Down => Key::Down,
        KeyCode::Left => Key::Left,
        KeyCode::Right => Key::Right,
        KeyCode::Home => Key::Home,
        KeyCode::End => Key::End,
        KeyCode::PageUp => Key::PageUp,
        KeyCode::PageDown => Key::PageDown,
        KeyCode::F(number) => Key::F(number),
        _ => return None,
    };
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    Some(Stroke { key: code, ctrl, alt: key.modifiers.contains(KeyModifiers::ALT) })
}
