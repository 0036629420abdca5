//! What comes to the cockpit, and what it wants done.

use crate::settings::keymap::Stroke;
use jiff::{SignedDuration, Timestamp};
use std::time::Instant;
use tminus_core::action::Request;
use tminus_core::command::{CheckCommand, Command, Refusal};
use tminus_core::names::Version;
use tminus_core::situation::Preview;
use tminus_core::telemetry::Telemetry;
use tminus_core::who::Who;
use tminus_engine::{Accepted, EngineNews, Snapshot};

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
    /// Many keys came in one go: a paste that the terminal did not mark as one.
    Poured(Vec<Press>),
    /// The mouse was used.
    Pointer {
        /// What it did.
        what: Pointed,
        /// Where, from the left.
        column: u16,
        /// Where, from the top.
        line: u16,
        /// When, by the machine's own clock.
        at: Instant,
    },
    /// The terminal's window has the keys.
    FocusGained,
    /// Another window has the keys: nobody may be looking.
    FocusLost,
    /// The terminal answers what it was asked.
    Told(TerminalReply),
    /// An editor has been left: what was written, or why there is nothing.
    Edited(Result<String, String>),
    /// A pager has been left, or why there was none.
    Paged(Result<(), String>),
    /// A text was sent to the clipboard, or why not.
    Copied(Result<usize, String>),
    /// A text was saved, and where; or why not.
    Saved(Result<String, String>),
    /// No shell waits behind the cockpit: what stopped here would never go on.
    NoShell,
    /// An editor or a pager stopped, and was let go on; why, in words.
    NotStopped(String),
    /// The terminal has another size.
    Size(u16, u16),
    /// How far the opening has come: `reading the plan`.
    Doing(&'static str),
    /// The cockpit joined the engine.
    Joined(Box<Snapshot>),
    /// The engine tells something.
    News(Box<EngineNews>),
    /// The engine answers.
    Reply(Box<Reply>),
    /// The engine is gone.
    EngineGone,
    /// What is done about that.
    Rejoining(Rejoining),
    /// A second has passed; the time by the engine's clock.
    Second(Timestamp),
    /// The engine's clock went so far ahead of the time that passed, or back: the machine slept, or its time was set.
    Leapt(SignedDuration),
}

/// What is done about an engine that has gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rejoining {
    /// Nothing: it was in this process.
    Never,
    /// One is being joined, or started.
    Trying,
    /// None could be joined or started.
    Later {
        /// Why, in words.
        why: String,
        /// When it is tried again, by the engine's clock.
        at: Timestamp,
    },
    /// Somebody stopped it: the next one that starts is joined, and none is started until a person asks for it.
    Stopped {
        /// Who.
        by: String,
    },
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

/// What a mouse did; only what has a use here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pointed {
    /// The first button was pressed.
    Click,
    /// The pointer was moved with the first button held.
    Drag,
    /// The wheel turned up.
    WheelUp,
    /// The wheel turned down.
    WheelDown,
}

/// What a terminal answers about itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TerminalReply {
    /// A private mode (DECRPM): 0 unknown, 1 set, 2 reset, 3 set for ever, 4 reset for ever.
    Mode {
        /// The number of the mode.
        mode: u16,
        /// How it is.
        state: u8,
    },
    /// One of its colours: 10 the text, 11 the background.
    Colour {
        /// Which one.
        which: u16,
        /// Its red part.
        red: u8,
        /// Its green part.
        green: u8,
        /// Its blue part.
        blue: u8,
    },
    /// Its scheme of colours has changed (mode 2031).
    Scheme {
        /// Whether it is a light one.
        is_light: bool,
    },
    /// The flags of its keyboard protocol: it has one.
    Keyboard {
        /// The flags.
        flags: u8,
    },
    /// What it is (DA1). Every terminal answers this one, so that what it did not answer before it does not know.
    Attributes,
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
    /// Read what a check printed; the engine tells it, and nobody waits for an answer.
    ReadOutput {
        /// Who asks.
        who: Who,
        /// Which.
        of: CheckCommand,
    },
    /// Tell the others where this seat looks.
    Look(Telemetry),
    /// Send a text to the clipboard of whoever sits at the terminal (OSC 52); it is told with [`Message::Copied`].
    Copy(String),
    /// Let a person write the text on in their own editor; it is told with [`Message::Edited`].
    Edit {
        /// What is written already.
        text: String,
    },
    /// Let a person read the text in their own pager; it is told with [`Message::Paged`].
    Page {
        /// The text, masked already.
        text: String,
    },
    /// Save a text to a file where one works; it is told with [`Message::Saved`].
    Save {
        /// The file's name.
        name: String,
        /// The text, masked already.
        text: String,
    },
    /// Call somebody who looks elsewhere, in the way that they want to be called.
    Call(String),
    /// Take the mouse, or give it back to the terminal.
    Mouse(Mouse),
    /// Draw the whole screen again, whatever the terminal shows.
    Redraw,
    /// Join the engine again now, or start one.
    Rejoin,
    /// Give the terminal to the shell, and stop until it says to go on; where there is none, it is told with
    /// [`Message::NoShell`].
    Suspend,
    /// End the cockpit.
    Quit,
}

/// Whether the cockpit has the mouse; without it the terminal selects text with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mouse {
    /// It has.
    #[default]
    Taken,
    /// The terminal has.
    Left,
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
