//! The terminal itself: entered in one place, left in one place, whatever the way out.

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::style::force_color_output;
use crossterm::terminal::{
    Clear, ClearType, EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Rect, Size};
use ratatui::{Frame, Terminal, TerminalOptions, Viewport};
use std::future::pending;
use std::io::{self, Stdout, Write};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::io::Interest;
use tokio::io::unix::AsyncFd;
use tokio::sync::Notify;

static IS_ENTERED: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();
/// Something panicked, on whatever thread; the hook has left the terminal.
static PANICKED: Notify = Notify::const_new();

/// The terminal as the cockpit has it; dropped, it is as it was before.
pub(crate) struct Held {
    screen: Terminal<CrosstermBackend<Line>>,
    size: Size,
}

impl Held {
    /// Takes the terminal.
    pub(crate) fn new() -> io::Result<Self> {
        leave_on_panic();
        enter()?;
        let size = size();
        let screen = screen(size).inspect_err(|_| leave())?;
        Ok(Self { screen, size })
    }

    /// Takes it again after a stop.
    pub(crate) fn again(&mut self) -> io::Result<Size> {
        enter()?;
        self.begin_anew()
    }

    /// Begins with an empty screen in the size that the terminal has now.
    ///
    /// ratatui's own `clear` asks the terminal where its cursor is, and waits for the answer beside the task that reads the
    /// keys; one that does not answer would end the cockpit. So the viewport is fixed, and made anew here.
    pub(crate) fn begin_anew(&mut self) -> io::Result<Size> {
        self.size = size();
        execute!(io::stdout(), Clear(ClearType::All))?;
        self.screen = screen(self.size)?;
        Ok(self.size)
    }

    pub(crate) fn draw(&mut self, draw: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        if self.size.width > 0 && self.size.height > 0 {
            self.screen.draw(draw)?;
        }
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        leave();
    }
}

/// The way to the terminal. One that is gone takes everything in silence: the loop ends of itself, and ratatui, which shows the
/// cursor as it is dropped and prints a failure of that, would panic for want of a place to print it.
struct Line(Stdout);

impl Write for Line {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes).or_else(|error| if is_gone() { Ok(bytes.len()) } else { Err(error) })
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().or_else(|error| if is_gone() { Ok(()) } else { Err(error) })
    }
}

fn screen(size: Size) -> io::Result<Terminal<CrosstermBackend<Line>>> {
    let viewport = Viewport::Fixed(Rect::new(0, 0, size.width, size.height));
    Terminal::with_options(CrosstermBackend::new(Line(io::stdout())), TerminalOptions { viewport })
}

/// Returns the terminal's size; nothing by nothing when it tells none.
fn size() -> Size {
    rustix::termios::tcgetwinsize(io::stdout()).map_or_else(|_| Size::ZERO, |told| Size::new(told.ws_col, told.ws_row))
}

/// Says whether the other end of the terminal is closed.
pub(crate) fn is_gone() -> bool {
    rustix::termios::tcgetattr(io::stdin()).is_err()
}

/// Returns when the other end of the terminal is closed, also where no SIGHUP tells of it.
///
/// crossterm 0.29 reads on and on at the end of its input, so this cannot be left to the keys.
pub(crate) async fn gone() {
    // SAFETY: nothing in this program closes standard input, so the descriptor outlives its registration.
    let Ok(line) = (unsafe { AsyncFd::register_with_interest(io::stdin(), Interest::READABLE) }) else {
        return pending().await;
    };
    while let Ok(mut ready) = line.readable().await {
        if is_gone() {
            return;
        }
        ready.clear_ready();
    }
    pending().await
}

/// Returns when something has panicked since the terminal was taken.
pub(crate) async fn panicked() {
    PANICKED.notified().await;
}

fn enter() -> io::Result<()> {
    // NO_COLOR is honoured in the theme; crossterm would leave out reverse and bold as well.
    force_color_output(true);
    enable_raw_mode()?;
    IS_ENTERED.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, crossterm::cursor::Hide).inspect_err(|_| leave())
}

/// Leaves the terminal as it was; called again, it does nothing.
pub(crate) fn leave() {
    if IS_ENTERED.swap(false, Ordering::SeqCst) {
        // A terminal that is gone cannot be put right; the way out goes on.
        let _ = execute!(io::stdout(), DisableBracketedPaste, crossterm::cursor::Show, LeaveAlternateScreen);
        let _ = disable_raw_mode();
    }
}

/// Sends a text to the clipboard (OSC 52). Whether it is let in is the terminal's to say, and it tells nobody.
pub(crate) fn copy(text: &str) {
    // A terminal that is gone has no clipboard; the loop ends of itself.
    let _ = execute!(io::stdout(), crossterm::clipboard::CopyToClipboard::to_clipboard_from(text));
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
