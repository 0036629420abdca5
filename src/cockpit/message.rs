//! What comes to the cockpit, and what it wants done.

use crate::config::keymap::Stroke;
use crate::domain::action::Request;
use crate::domain::command::{Command, Refusal};
use crate::domain::fact::Who;
use crate::domain::names::Version;
use crate::domain::situation::Preview;
use crate::engine::{Accepted, News, Snapshot};
use jiff::Timestamp;
use std::time::Instant;

/// What comes to the cockpit.
#[derive(Debug)]
pub enum Message {
    /// A key was pressed.
    Key(Press),
    /// A text was pasted.
    Paste {
        /// The text.
        text: String,
        /// When, by the machine's own clock.
        at: Instant,
    },
    /// The terminal has another size.
    Size(u16, u16),
    /// The cockpit joined the engine.
    Joined(Box<Snapshot>),
    /// The engine tells something.
    News(Box<News>),
    /// The engine answers.
    Reply(Box<Reply>),
    /// The engine is gone.
    EngineGone,
    /// A second has passed; the time by the engine's clock.
    Second(Timestamp),
}

/// A key, and when it was pressed.
#[derive(Clone, Copy, Debug)]
pub struct Press {
    /// The key.
    pub stroke: Stroke,
    /// Whether the terminal says that it is held down.
    pub repeat: Repeat,
    /// When, by the machine's own clock.
    pub at: Instant,
}

/// Whether a key was pressed anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Pressed.
    Fresh,
    /// Held down.
    Held,
}

/// What the cockpit wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask the engine what an action would do.
    Preview {
        /// The number of the question.
        ticket: u64,
        /// The release.
        version: Version,
        /// What.
        request: Request,
    },
    /// Ask the engine to do something.
    Command {
        /// The number of the question.
        ticket: u64,
        /// Who asks.
        who: Who,
        /// What.
        command: Box<Command>,
    },
    /// Send a text to the clipboard of the one who looks.
    Copy(String),
    /// End the cockpit.
    Quit,
}

/// What the engine answers.
#[derive(Debug)]
pub struct Reply {
    /// The number of the question.
    pub ticket: u64,
    /// When it came, by the machine's own clock.
    pub at: Instant,
    /// The answer.
    pub answer: Answer,
}

/// An answer to a question.
#[derive(Debug)]
pub enum Answer {
    /// To a preview.
    Preview(Box<Result<Preview, Refusal>>),
    /// To a command.
    Command(Result<Accepted, Refusal>),
}
