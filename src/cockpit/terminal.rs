//! The terminal itself: entered in one place, left in one place, whatever the way out.

use crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use crossterm::execute;
use crossterm::style::force_color_output;
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use std::io::{self, Stdout};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) type Screen = Terminal<CrosstermBackend<Stdout>>;

static IS_ENTERED: AtomicBool = AtomicBool::new(false);
static HOOK: Once = Once::new();

/// The terminal as the cockpit has it; dropped, it is as it was before.
pub(crate) struct Held {
    pub(crate) screen: Screen,
}

impl Held {
    /// Takes the terminal.
    pub(crate) fn new() -> io::Result<Self> {
        leave_on_panic();
        enter()?;
        match Terminal::new(CrosstermBackend::new(io::stdout())) {
            Ok(screen) => Ok(Self { screen }),
            Err(error) => {
                leave();
                Err(error)
            }
        }
    }

    /// Takes it again after a stop.
    pub(crate) fn again(&mut self) -> io::Result<()> {
        enter()?;
        self.screen.clear()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        leave();
    }
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

fn leave_on_panic() {
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            leave();
            before(panic);
        }));
    });
}
