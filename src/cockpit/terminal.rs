//! The terminal itself: entered in one place, left in one place, whatever the way out.

use super::letters::Letters;
use super::message::Mouse;
use super::paint::Canvas;
use super::watched::watched;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use std::io;
use std::sync::{LazyLock, Mutex, MutexGuard, Once, PoisonError};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::Notify;

/// Whether the terminal is the cockpit's. Whoever writes a frame holds it meanwhile: a panic on another thread leaves the
/// terminal between two frames, and none comes after what the panic says there.
static IS_ENTERED: Mutex<bool> = Mutex::new(false);
/// A way to the terminal that never waits. It is one of our own: standard output is the shell's as well, and stays as it is.
static LINE: LazyLock<Option<OwnedFd>> = LazyLock::new(open_line);
static HOOK: Once = Once::new();
/// Something panicked, on whatever thread; the hook has left the terminal.
static PANICKED: Notify = Notify::const_new();

/// The other screen, marked pastes, reports of focus, no cursor.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?1004h\x1b[?25l";
/// Everything that was ever asked for, back; a terminal takes no harm from what it was not asked for: a frame that was
/// begun, the mouse, the keyboard's flags, focus, pastes, the pen, the cursor, and the screen of before.
const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[?2031l\x1b[?1006l\x1b[?1002l\x1b[?1000l\x1b[<u\x1b[?1004l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l\x1b[?25h";
const TAKE_MOUSE: &[u8] = b"\x1b[?1002h\x1b[?1006h";
const LEAVE_MOUSE: &[u8] = b"\x1b[?1006l\x1b[?1002l";
/// A frame between these appears at once, where the terminal has synchronized output (mode 2026).
const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";
/// So few bytes are taken in one piece anyhow.
const IN_ONE_PIECE: usize = 64;
/// How long a terminal that takes nothing is waited for on the way out.
const PATIENCE: rustix::event::Timespec = rustix::event::Timespec { tv_sec: 0, tv_nsec: 500_000_000 };

/// The terminal as the cockpit has it; dropped, it is as it was before.
pub(crate) struct TerminalGuard {
    canvas: Canvas,
    size: Size,
    mouse: Mouse,
    letters: Letters,
    /// What the terminal was requested to tell, or to tell otherwise; requested again after a stop.
    requests: Vec<u8>,
    /// What goes out before the next frame: the screen is made empty.
    before: Vec<u8>,
    /// What the terminal has not taken yet.
    rest: Vec<u8>,
    /// Where it is told that the terminal takes bytes again; there only while it does not.
    room: Option<AsyncFd<BorrowedFd<'static>>>,
    frames: FrameOutput,
}

/// How a frame comes to the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FrameOutput {
    AsTheyCome,
    /// At once: the terminal told that it has synchronized output.
    Whole,
}

impl TerminalGuard {
    /// Takes the terminal.
    pub(crate) fn new(mouse: Mouse, letters: Letters) -> io::Result<Self> {
        leave_on_panic();
        let mut held = Self {
            canvas: Canvas::new(0, 0),
            size: Size::ZERO,
            mouse,
            letters,
            requests: Vec::new(),
            before: Vec::new(),
            rest: Vec::new(),
            room: None,
            frames: FrameOutput::AsTheyCome,
        };
        held.again()?;
        Ok(held)
    }

    /// Takes it again after a stop.
    pub(crate) fn again(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        *entered() = true;
        let mouse = if self.mouse == Mouse::Taken { TAKE_MOUSE } else { b"" };
        // What was under way was for the screen of before.
        self.rest.clear();
        self.begin_anew();
        // It goes out with the first frame, so that nothing empty is seen before it.
        self.before.splice(0..0, [ENTER, mouse, &self.requests].concat());
        Ok(())
    }

    /// Begins with an empty screen in the size that the terminal has now.
    pub(crate) fn begin_anew(&mut self) {
        self.size = size();
        self.canvas = Canvas::new(self.size.width, self.size.height);
        // What waits to go out, the way in, goes out still.
        self.before.extend(self.canvas.clear());
    }

    /// Returns the size that frames are drawn in.
    pub(crate) const fn size(&self) -> Size {
        self.size
    }

    /// Draws a frame, in one piece; where nothing changed, nothing is sent.
    pub(crate) fn draw(&mut self, draw: impl FnOnce(&mut Buffer)) -> io::Result<()> {
        let mut picture = self.canvas.blank();
        if !picture.area.is_empty() {
            draw(&mut picture);
            self.letters.reduce(&mut picture);
        }
        let cells = self.canvas.paint(picture);
        if cells.is_empty() && self.before.is_empty() {
            return Ok(());
        }
        let mut bytes = std::mem::take(&mut self.before);
        bytes.extend(cells);
        if self.frames == FrameOutput::Whole && bytes.len() > IN_ONE_PIECE {
            bytes = [FRAME_BEGINS, &bytes, FRAME_ENDS].concat();
        }
        self.say(&bytes)
    }

    /// Says something to the terminal, behind what it has not taken yet.
    pub(crate) fn say(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.rest.extend_from_slice(bytes);
        push_frame(&mut self.rest)
    }

    /// Says whether the terminal takes nothing just now (somebody pressed Ctrl-S, or the line is slow): frames wait.
    pub(crate) const fn is_held_up(&self) -> bool {
        !self.rest.is_empty()
    }

    /// Returns once the terminal has taken everything.
    pub(crate) async fn flow(&mut self) -> io::Result<()> {
        while self.is_held_up() {
            let room = match self.room.take() {
                Some(room) => room,
                None => watched(line(), Interest::WRITABLE)?,
            };
            let room = self.room.insert(room);
            let mut ready = room.writable().await?;
            let pushed = push_frame(&mut self.rest);
            ready.clear_ready();
            pushed?;
        }
        self.room = None;
        Ok(())
    }

    /// Has frames come to the screen as the terminal can.
    pub(crate) const fn set_frames(&mut self, frames: FrameOutput) {
        self.frames = frames;
    }

    /// Requests something of the terminal for as long as the cockpit has it.
    pub(crate) fn request(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.requests.extend_from_slice(bytes);
        self.say(bytes)
    }

    /// Takes the mouse, or gives it back to the terminal.
    pub(crate) fn set_mouse(&mut self, mouse: Mouse) -> io::Result<()> {
        self.mouse = mouse;
        self.say(if mouse == Mouse::Taken { TAKE_MOUSE } else { LEAVE_MOUSE })
    }
}

impl Drop for TerminalGuard {
    fn drop(&mut self) {
        leave();
    }
}

fn entered() -> MutexGuard<'static, bool> {
    IS_ENTERED.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sends as much of a frame as the terminal takes. Where a panic has left the terminal, nothing is written over what the
/// person reads there.
fn push_frame(rest: &mut Vec<u8>) -> io::Result<()> {
    let is_entered = entered();
    if !*is_entered {
        rest.clear();
    }
    push(rest)
}

/// Sends as much as the terminal takes. One that is gone takes everything in silence: the loop ends of itself.
fn push(rest: &mut Vec<u8>) -> io::Result<()> {
    while !rest.is_empty() {
        match rustix::io::retry_on_intr(|| rustix::io::write(line(), rest)) {
            Ok(count) => drop(rest.drain(..count)),
            Err(Errno::AGAIN) => return Ok(()),
            Err(_) if is_gone() => rest.clear(),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Sends all bytes to the terminal, and waits for a moment when it takes none.
pub(crate) fn send(bytes: &[u8]) -> io::Result<()> {
    let mut rest = bytes.to_vec();
    push(&mut rest)?;
    while !rest.is_empty() {
        wait_for_room()?;
        push(&mut rest)?;
    }
    Ok(())
}

fn wait_for_room() -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    let line = line();
    let count = rustix::io::retry_on_intr(|| poll(&mut [PollFd::new(&line, PollFlags::OUT)], Some(&PATIENCE)))?;
    if count == 0 { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
}

/// Returns the way to the terminal; where it has no name here, as in some containers, it is standard output.
fn line() -> BorrowedFd<'static> {
    static STDOUT: LazyLock<io::Stdout> = LazyLock::new(io::stdout);
    LINE.as_ref().map_or_else(|| STDOUT.as_fd(), AsFd::as_fd)
}

fn open_line() -> Option<OwnedFd> {
    use rustix::fs::{Mode, OFlags, open};
    let stdout = io::stdout();
    let name = rustix::termios::ttyname(&stdout, Vec::new()).ok()?;
    open(name, OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty()).ok()
}

/// Returns the terminal's size; nothing by nothing when it tells none.
fn size() -> Size {
    rustix::termios::tcgetwinsize(io::stdout()).map_or_else(|_| Size::ZERO, |told| Size::new(told.ws_col, told.ws_row))
}

/// Says whether the other end of the terminal is closed.
pub(crate) fn is_gone() -> bool {
    rustix::termios::tcgetattr(io::stdin()).is_err()
}

/// Returns when something has panicked since the terminal was taken.
pub(crate) async fn panicked() {
    PANICKED.notified().await;
}

/// Leaves the terminal as it was; called again, it does nothing.
pub(crate) fn leave() {
    let mut is_entered = entered();
    if std::mem::take(&mut *is_entered) {
        // A terminal that is gone cannot be put right; the way out goes on.
        let _ = send(LEAVE);
        let _ = disable_raw_mode();
    }
}

fn leave_on_panic() {
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            leave();
            before(panic);
            PANICKED.notify_one();
        }));
    });
}
