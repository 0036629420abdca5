//! The terminal itself: entered in one place, left in one place, whatever the way out.

use super::message::Mouse;
use super::paint::Canvas;
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};
use ratatui::buffer::Buffer;
use ratatui::layout::Size;
use std::io;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::Notify;

static IS_ENTERED: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();
/// Something panicked, on whatever thread; the hook has left the terminal.
static PANICKED: Notify = Notify::const_new();

/// The other screen, marked pastes, reports of focus, no cursor.
const ENTER: &[u8] = b"\x1b[?1049h\x1b[?2004h\x1b[?1004h\x1b[?25l";
/// Everything that was ever asked for, back; a terminal takes no harm from what it was not asked for: a frame that was
/// begun, the mouse, the keyboard's flags, focus, pastes, the pen, the cursor, and the screen of before.
const LEAVE: &[u8] =
    b"\x1b[?2026l\x1b[?1006l\x1b[?1000l\x1b[<u\x1b[?1004l\x1b[?2004l\x1b[0m\x1b[?25h\x1b[?1049l\x1b[?25h";
const TAKE_MOUSE: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const LEAVE_MOUSE: &[u8] = b"\x1b[?1006l\x1b[?1000l";
/// A frame between these appears at once, where the terminal has synchronized output (mode 2026); others pass over a private
/// mode that they do not know.
const FRAME_BEGINS: &[u8] = b"\x1b[?2026h";
const FRAME_ENDS: &[u8] = b"\x1b[?2026l";

/// The terminal as the cockpit has it; dropped, it is as it was before.
pub(crate) struct Held {
    canvas: Canvas,
    size: Size,
    mouse: Mouse,
    /// What goes out before the next frame: the screen is made empty.
    before: Vec<u8>,
}

impl Held {
    /// Takes the terminal.
    pub(crate) fn new(mouse: Mouse) -> io::Result<Self> {
        leave_on_panic();
        let mut held = Self { canvas: Canvas::new(0, 0), size: Size::ZERO, mouse, before: Vec::new() };
        held.again()?;
        Ok(held)
    }

    /// Takes it again after a stop.
    pub(crate) fn again(&mut self) -> io::Result<()> {
        enable_raw_mode()?;
        IS_ENTERED.store(true, Ordering::SeqCst);
        let mouse = if self.mouse == Mouse::Taken { TAKE_MOUSE } else { b"" };
        self.begin_anew();
        // It goes out with the first frame, so that nothing empty is seen before it.
        self.before.splice(0..0, [ENTER, mouse].concat());
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
        // A panic elsewhere has left it already: a frame would be written over what the person has there.
        if !IS_ENTERED.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut picture = self.canvas.blank();
        if !picture.area.is_empty() {
            draw(&mut picture);
        }
        let cells = self.canvas.paint(picture);
        if cells.is_empty() && self.before.is_empty() {
            return Ok(());
        }
        send(&[FRAME_BEGINS, &std::mem::take(&mut self.before), &cells, FRAME_ENDS].concat())
    }

    /// Takes the mouse, or gives it back to the terminal.
    pub(crate) fn set_mouse(&mut self, mouse: Mouse) -> io::Result<()> {
        self.mouse = mouse;
        send(if mouse == Mouse::Taken { TAKE_MOUSE } else { LEAVE_MOUSE })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        leave();
    }
}

/// Sends bytes to the terminal. One that is gone takes everything in silence: the loop ends of itself.
pub(crate) fn send(mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        match rustix::io::retry_on_intr(|| rustix::io::write(io::stdout(), bytes)) {
            Ok(count) => bytes = &bytes[count..],
            Err(rustix::io::Errno::AGAIN) => wait_for_room()?,
            Err(_) if is_gone() => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Another program may have left the line so that it does not wait by itself.
fn wait_for_room() -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, poll};
    let stdout = io::stdout();
    rustix::io::retry_on_intr(|| poll(&mut [PollFd::new(&stdout, PollFlags::OUT)], None))?;
    Ok(())
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
    if IS_ENTERED.swap(false, Ordering::SeqCst) {
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
