//! What goes over the socket: a length of four bytes (big-endian), a kind of one byte, a ticket of eight bytes, and JSON.
//!
//! The client speaks first, with [`Hello`]; the engine answers with [`Welcome`], or with [`Unwelcome`] and hangs up. These
//! three, and the frame around them, never change, so that any two builds of tminus can tell each other in words that they
//! do not understand each other. Everything else is as [`PROTOCOL`] says. Whoever says anything else is hung up on.
//!
//! A ticket belongs to the question; the answer bears it. [`Kind::Attach`] is answered with [`Kind::Joined`], a snapshot, and
//! then with [`Kind::News`] for every event, each once and in order, until [`Kind::Lagged`] says that nothing more comes on
//! this ticket. The client then attaches anew. Facts bear their numbers, and a snapshot the number of lines that were passed
//! on, so that a client knows what it has, and how many lines it missed.
//!
//! What is bounded, so that no client takes the engine's memory or another's time:
//!
//! | | |
//! | --- | --- |
//! | clients | 256; 64 more are told why they are not let in |
//! | the first word | 16 KiB, within 5 s |
//! | a frame of a client, of an engine | 256 KiB, 256 MiB |
//! | of that a preview, an `Attend`, a `Look`; one that says nothing more | 32 KiB, 32 KiB, 4 KiB; 64 bytes |
//! | containers that one client looks at, that all do | 256 or 16 KiB of names, 1,024 or 64 KiB |
//! | questions of one client that are answered at once | 32, or 1 MiB of them |
//! | looks at the world for all clients at once: previews, refreshes | 64 |
//! | commands that the journal keeps, of one system user | 300 at once, 10 in a second; actions are not counted |
//! | looks (refreshes, previews) of one system user | 300 at once, 10 in a second; more are refused. Snapshots count, and wait |
//! | streams of one client | 8 |
//! | snapshots on their way to one client; to all | 2; 64 MiB, and 4 that are being made |
//! | until a snapshot is taken | 30 s; then the client is hung up on |
//! | events that wait for one client | 256 KiB, and the 64 KiB that are being written |
//! | events that wait in the engine, for all clients once | 8,192 or 32 MiB |
//! | lines in a snapshot | 500 or 1 MiB |
//! | events that wait in a client for a part of it | 4,096 or 8 MiB |

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::io;
use std::path::PathBuf;
use tminus_core::who::Who;
use tokio_util::bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio_util::codec::LengthDelimitedCodec;

/// What this build speaks. It changes with every change of a frame, a fact or the release's fold.
pub const PROTOCOL: u32 = 10;
/// How long a frame of a client may be, in bytes; [`Kind::longest`] says what each kind may be of that.
pub const FROM_CLIENT: usize = 256 * 1024;
/// How long a frame of an engine may be, in bytes: a snapshot with every action of years.
pub const FROM_ENGINE: usize = 256 * 1024 * 1024;

/// How long the kind and the ticket are, in bytes.
const HEAD: usize = 9;

/// What a client says first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// What it speaks.
    pub protocol: u32,
    /// Its version of tminus.
    pub tminus: String,
    /// Who it says that it is; the system user is the kernel's word, whatever stands here.
    pub who: Who,
}

/// What an engine answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    /// Its version of tminus.
    pub tminus: String,
    /// Its process.
    pub pid: u32,
    /// Since when it runs, by the wall clock.
    pub since: Timestamp,
    /// What time it is there: in a rehearsal the world's.
    pub now: Timestamp,
    /// Who the client is, as the kernel says.
    pub you: Who,
}

/// Why an engine does not talk to a client.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unwelcome {
    /// What the engine speaks.
    pub protocol: u32,
    /// Its version of tminus.
    pub tminus: String,
    /// Why, in words.
    pub says: String,
}

/// What an engine tells of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct About {
    /// How many clients are connected, the one that asks among them.
    pub clients: usize,
    /// How much memory the process holds, in bytes, where the system says.
    pub memory: Option<u64>,
    /// The folder of the plan that it works by.
    pub root: PathBuf,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $number:literal),* $(,)?) => {
        /// What a frame is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Kind {
            $($(#[$doc])* $name,)*
        }

        impl Kind {
            const fn number(self) -> u8 {
                match self { $(Self::$name => $number,)* }
            }

            const fn of(number: u8) -> Option<Self> {
                match number {
                    $($number => Some(Self::$name),)*
                    _ => None,
                }
            }
        }
    };
}

impl Kind {
    /// Returns how long the text of such a frame may be when a client sends it, in bytes.
    #[must_use]
    pub const fn longest(self) -> usize {
        match self {
            Self::Command => FROM_CLIENT,
            Self::Preview | Self::Attend => 32 * 1024,
            Self::Hello | Self::Halt => 16 * 1024,
            Self::Look => 4 * 1024,
            Self::Attach | Self::Detach | Self::Inspect => 64,
            Self::Welcome | Self::Unwelcome | Self::Done | Self::Previewed | Self::Joined => 0,
            Self::News | Self::Lagged | Self::About | Self::Halted => 0,
        }
    }
}

kinds! {
    /// [`Hello`].
    Hello = 1,
    /// [`Welcome`].
    Welcome = 2,
    /// [`Unwelcome`].
    Unwelcome = 3,
    /// A client asks for something: who, and the command.
    Command = 16,
    /// A client asks what something would do: the release, and the request.
    Preview = 17,
    /// The containers on a client's screen.
    Attend = 18,
    /// Where a client looks.
    Look = 19,
    /// A client wants to follow; the ticket names what it follows from then on.
    Attach = 20,
    /// A client follows no more.
    Detach = 21,
    /// A client wants the engine to end at the next boundary; the answer comes when it is there.
    Halt = 22,
    /// A client asks how the engine is.
    Inspect = 23,
    /// What came of a command.
    Done = 64,
    /// A preview.
    Previewed = 65,
    /// A snapshot; the events from there on follow.
    Joined = 66,
    /// An event.
    News = 67,
    /// The client was too slow: nothing more comes for this ticket, and it asks to follow anew.
    Lagged = 68,
    /// [`About`].
    About = 69,
    /// Nothing runs, and the engine ends.
    Halted = 70,
}

/// A frame, whose text is not read yet.
#[derive(Clone, Debug)]
pub struct Frame {
    /// What it is.
    pub kind: Kind,
    /// What it belongs to.
    pub ticket: u64,
    text: Bytes,
}

impl Frame {
    /// Reads a frame as the codec cut it out.
    pub fn of(mut bytes: BytesMut) -> io::Result<Self> {
        if bytes.len() < HEAD {
            return Err(bad("a frame is too short"));
        }
        let number = bytes.get_u8();
        let ticket = bytes.get_u64();
        let kind = Kind::of(number).ok_or_else(|| bad(format!("{number} is no kind of frame")))?;
        Ok(Self { kind, ticket, text: bytes.freeze() })
    }

    /// Returns how many bytes are in it.
    pub fn size(&self) -> usize {
        self.text.len()
    }

    /// Reads what is in it.
    pub fn read<T: DeserializeOwned>(&self) -> io::Result<T> {
        serde_json::from_slice(&self.text).map_err(|error| bad(format!("a frame cannot be read: {error}")))
    }
}

/// Returns what cuts the frames out of a stream.
pub fn codec(longest: usize) -> LengthDelimitedCodec {
    LengthDelimitedCodec::builder().max_frame_length(longest).new_codec()
}

/// Writes a frame behind others.
pub fn put(to: &mut BytesMut, head: (Kind, u64), text: &[u8]) -> io::Result<()> {
    to.reserve(4 + HEAD + text.len());
    put_head(to, head, text.len())?;
    to.put_slice(text);
    Ok(())
}

/// Writes what stands before the text of a frame.
pub fn put_head(to: &mut BytesMut, (kind, ticket): (Kind, u64), text: usize) -> io::Result<()> {
    let length = u32::try_from(HEAD + text).map_err(|_| bad("a frame is too long"))?;
    to.put_u32(length);
    to.put_u8(kind.number());
    to.put_u64(ticket);
    Ok(())
}

/// Writes what goes into a frame.
pub fn text(of: &impl Serialize) -> io::Result<Vec<u8>> {
    serde_json::to_vec(of).map_err(io::Error::from)
}

fn bad(says: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, says.into())
}
