//! What the terminal itself is asked: which background it has, and whether it shows a frame at once.
//!
//! The cockpit asks behind its first frame and waits for nothing: an answer is taken when it comes, and is never a key.

use super::input::Keyboard;
use super::message::{Message, TerminalReply};
use super::opening::{CockpitSettings, TerminalUse};
use super::terminal::{FrameOutput, send};
use crate::settings::EnvLookup;
use crate::settings::theme::{Background, ThemeChoice, contrast};
use std::io;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};

/// Which background (OSC 11).
const BACKGROUND: &[u8] = b"\x1b]11;?\x1b\\";
/// Whether it has synchronized output (DECRQM).
const SYNCHRONIZED_OUTPUT: &[u8] = b"\x1b[?2026$p";
/// Which flags its keyboard protocol has: kitty's, where it has one.
const KEYBOARD: &[u8] = b"\x1b[?u";
/// It tells when its scheme of colours changes (mode 2031).
const SCHEMES: &[u8] = b"\x1b[?2031h";
/// Esc apart from what begins with it, keys held down, and what a key writes with shift: 1, 2 and 4 of kitty's flags.
pub(crate) const KEYS_APART: &[u8] = b"\x1b[>7u";
/// What every terminal answers (DA1): after that, nothing more will come.
const MARK: &[u8] = b"\x1b[c";

/// How long one who waits for an answer waits.
const PATIENCE: Duration = Duration::from_millis(300);

/// The mode of synchronized output.
const SYNCHRONIZED: u16 = 2026;
/// The number of the background among a terminal's colours.
const GROUND: u16 = 11;

/// What a terminal told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TerminalAnswers {
    /// Its background.
    pub background: Option<Background>,
    /// Whether it shows a frame at once.
    pub synchronized: Option<bool>,
}

/// Says why the terminal is not asked; `None` where it is.
pub fn why_not_asked(variables: EnvLookup<'_>) -> Option<&'static str> {
    let terminal = variables("TERM").unwrap_or_default();
    if terminal.is_empty() || terminal == "dumb" || terminal == "linux" {
        return Some("this kind of terminal does not answer");
    }
    let program = variables("TERM_PROGRAM").unwrap_or_default();
    if program == "tmux" {
        let version = variables("TERM_PROGRAM_VERSION").unwrap_or_default();
        return (!is_answering_tmux(&version)).then_some("tmux answers for its terminal since 3.6");
    }
    let is_inside = terminal.starts_with("screen") || terminal.starts_with("tmux") || variables("STY").is_some();
    is_inside.then_some("screen, and tmux before 3.6, do not answer for their terminal")
}

fn is_answering_tmux(version: &str) -> bool {
    let mut numbers = version.trim_start_matches("next-").split(|c: char| !c.is_ascii_digit());
    let mut next = || numbers.next().and_then(|number| number.parse::<u32>().ok()).unwrap_or(0);
    (next(), next()) >= (3, 6)
}

/// What the cockpit asks behind its first frame; whoever reads the terminal hears the answers.
pub(crate) fn questions(settings: &CockpitSettings) -> Vec<u8> {
    let background = if is_theme_asked(&settings.theme) { BACKGROUND } else { b"" };
    let of = |asks: TerminalUse, question: &'static [u8]| if asks == TerminalUse::Auto { question } else { b"" };
    [background, of(settings.sync, SYNCHRONIZED_OUTPUT), of(settings.keyboard, KEYBOARD)].concat()
}

/// What the cockpit has the terminal tell from now on.
pub(crate) const fn requests(settings: &CockpitSettings) -> &'static [u8] {
    if is_theme_asked(&settings.theme) { SCHEMES } else { b"" }
}

const fn is_theme_asked(theme: &ThemeChoice) -> bool {
    matches!(theme, ThemeChoice::Asked { .. })
}

/// Returns what is requested of a terminal that tells that it has a protocol for its keyboard.
pub(crate) const fn keys_apart(told: TerminalReply) -> Option<&'static [u8]> {
    if matches!(told, TerminalReply::Keyboard { .. }) { Some(KEYS_APART) } else { None }
}

/// Returns how frames come to the screen of a terminal that tells so; `None` when it tells something else.
pub(crate) fn frames(told: TerminalReply) -> Option<FrameOutput> {
    let TerminalReply::Mode { mode: SYNCHRONIZED, state } = told else { return None };
    Some(if matches!(state, 1..=2) { FrameOutput::Whole } else { FrameOutput::AsTheyCome })
}

/// Returns the background that a terminal tells; `None` when it tells something else.
pub(crate) fn background(told: TerminalReply) -> Option<Background> {
    if let TerminalReply::Scheme { is_light } = told {
        return Some(if is_light { Background::Light } else { Background::Dark });
    }
    let TerminalReply::Colour { which: GROUND, red, green, blue } = told else { return None };
    let ground = (red, green, blue);
    let is_light = contrast(ground, (0, 0, 0)) > contrast(ground, (255, 255, 255));
    Some(if is_light { Background::Light } else { Background::Dark })
}

/// Asks a terminal that shows no cockpit, and waits a moment for what it answers.
///
/// # Errors
/// When the terminal cannot be used.
pub async fn ask() -> io::Result<TerminalAnswers> {
    crossterm::terminal::enable_raw_mode()?;
    let answers = listen().await;
    // What else came in was meant for nobody: the next program shall not take it for keys.
    let _ = rustix::termios::tcflush(io::stdin(), rustix::termios::QueueSelector::IFlush);
    crossterm::terminal::disable_raw_mode()?;
    answers
}

async fn listen() -> io::Result<TerminalAnswers> {
    let mut keyboard = Keyboard::open()?;
    send(&[BACKGROUND, SYNCHRONIZED_OUTPUT, MARK].concat())?;
    let until = Instant::now() + PATIENCE;
    let mut answers = TerminalAnswers::default();
    while let Ok(Some(message)) = timeout_at(until, keyboard.next()).await {
        let Message::Told(told) = message else { continue };
        answers.background = answers.background.or(background(told));
        answers.synchronized = answers.synchronized.or(frames(told).map(|frames| frames == FrameOutput::Whole));
        if told == TerminalReply::Attributes {
            break;
        }
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn light_and_dark_are_told_apart_and_other_colours_say_nothing() {
        let of = |which, (red, green, blue)| background(TerminalReply::Colour { which, red, green, blue });
        for dark in [(0x1c, 0x1c, 0x1c), (0, 0x2b, 0x36), (0, 0, 0), (0x28, 0x2a, 0x36)] {
            assert_eq!(of(11, dark), Some(Background::Dark), "{dark:?}");
        }
        for light in [(255, 255, 255), (0xfd, 0xf6, 0xe3), (0xee, 0xee, 0xee)] {
            assert_eq!(of(11, light), Some(Background::Light), "{light:?}");
        }
        assert_eq!(of(10, (255, 255, 255)), None);
        assert_eq!(background(TerminalReply::Attributes), None);
        assert_eq!(background(TerminalReply::Scheme { is_light: true }), Some(Background::Light));
    }

    #[test]
    fn only_what_is_left_to_the_terminal_is_asked_of_it() {
        let all = questions(&CockpitSettings::default());
        assert_eq!(all, [BACKGROUND, SYNCHRONIZED_OUTPUT, KEYBOARD].concat());
        let theme = ThemeChoice::Always("grey".to_owned());
        let set = CockpitSettings {
            theme,
            sync: TerminalUse::Always,
            keyboard: TerminalUse::Never,
            ..CockpitSettings::default()
        };
        assert_eq!((questions(&set), requests(&set)), (Vec::new(), &b""[..]));
    }

    #[test]
    fn only_terminals_that_answer_are_asked() {
        let why = |all: &[(&str, &str)]| {
            why_not_asked(&|name| all.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(why(&[("TERM", "xterm-256color")]), None);
        let tmux =
            |version| why(&[("TERM", "tmux-256color"), ("TERM_PROGRAM", "tmux"), ("TERM_PROGRAM_VERSION", version)]);
        assert!(tmux("3.3a").is_some() && tmux("3.5").is_some() && tmux("").is_some());
        assert!(tmux("3.6").is_none() && tmux("next-3.8").is_none() && tmux("4.0").is_none());
        for terminal in ["linux", "dumb", "", "screen-256color", "tmux"] {
            assert!(why(&[("TERM", terminal)]).is_some(), "{terminal}");
        }
    }
}
