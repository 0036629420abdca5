//! What goes past the screen: the clipboard, a call to somebody who looks elsewhere, a person's own editor and pager.

use super::opening::{Clipboard, CompletionAlert, Notice};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustix::process::{
    Pid, Signal, WaitOptions, WaitStatus, kill_current_process_group, kill_process, kill_process_group, waitpid,
};
use std::io::{self, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Instant;
use tminus_logs::clean;
use tminus_storage::paths::{Paths, PathsError, private_folder, write_private};

/// The longest text in base64 that terminals take (OSC 52: 100,000 bytes in xterm, 74,994 in the strictest of those known).
const CLIPBOARD: usize = 74_994;

/// What is done when a program that has the terminal stops.
pub type OnStop<'a> = &'a mut dyn FnMut();

/// Returns the sequence that sends a text to the clipboard.
///
/// # Errors
/// When the text is longer than terminals take; it says so in words.
pub(crate) fn clipboard(text: &str) -> Result<Vec<u8>, String> {
    let encoded = STANDARD.encode(text);
    if encoded.len() > CLIPBOARD {
        let most = CLIPBOARD / 4 * 3;
        return Err(format!(
            "{} bytes are more than a terminal's clipboard takes ({most}): nothing was sent",
            text.len()
        ));
    }
    Ok(format!("\x1b]52;c;{encoded}\x07").into_bytes())
}

/// Returns the bytes that call somebody, in the way that they want to be called.
pub(crate) fn call(way: CompletionAlert, says: &str) -> Vec<u8> {
    match way {
        CompletionAlert::Never => Vec::new(),
        CompletionAlert::Bell => b"\x07".to_vec(),
        CompletionAlert::Message(notice) => {
            // A message cannot end its own sequence: it has no control characters.
            let says = clean::line(says);
            let body = match notice {
                Notice::Osc9 => format!("9;{says}"),
                Notice::Osc99 => format!("99;;{says}"),
                Notice::Osc777 => format!("777;notify;tminus;{}", says.replace(';', ",")),
            };
            format!("\x1b]{body}\x07").into_bytes()
        }
    }
}

/// The programs that desktops have for their clipboard, each with the variable that says that its desktop is here.
const DESKTOPS: [(Option<&str>, &[&str]); 4] = [
    (Some("WAYLAND_DISPLAY"), &["wl-copy"]),
    (Some("DISPLAY"), &["xclip", "-selection", "clipboard"]),
    (Some("DISPLAY"), &["xsel", "--clipboard", "--input"]),
    (None, &["pbcopy"]),
];
/// How long a clipboard is waited for.
const HANDED_OVER: std::time::Duration = std::time::Duration::from_secs(1);

/// Sends a text to the clipboard in the way that is wanted, and returns what the terminal is to be told.
///
/// # Errors
/// In words: it is too long, the program is missing, or it failed.
pub(crate) fn copy(way: Clipboard, text: &str) -> Result<Vec<u8>, String> {
    if text.is_empty() {
        // The terminal would take it for a request to clear what somebody copied before.
        return Err("the line is empty: nothing was sent".to_owned());
    }
    match way {
        Clipboard::Off => Err("nothing is copied: the setting clipboard is off".to_owned()),
        Clipboard::Terminal => clipboard(text),
        // It passes it to its own terminal wherever `set-clipboard` is not off, which what a pane says is not.
        Clipboard::Tmux => {
            hand_over(&["tmux", "load-buffer", "-w", "-"], text).map(|()| Vec::new()).map_err(HandOverError::says)
        }
        Clipboard::Native => {
            let is_here = |name: &Option<&str>| name.is_none_or(|name| std::env::var_os(name).is_some());
            let mut why = "this machine has no program for its clipboard: set clipboard = \"osc52\"".to_owned();
            for (_, program) in DESKTOPS.iter().filter(|(variable, _)| is_here(variable)) {
                match hand_over(program, text) {
                    Ok(()) => return Ok(Vec::new()),
                    Err(HandOverError::NotStarted(_)) => {}
                    Err(HandOverError::Failed(says)) => why = says,
                }
            }
            Err(why)
        }
    }
}

/// Why a program did not take a text, in words.
#[derive(Debug, PartialEq, Eq)]
enum HandOverError {
    /// It could not be started.
    NotStarted(String),
    /// It was started, and failed.
    Failed(String),
}

impl HandOverError {
    fn says(self) -> String {
        match self {
            Self::NotStarted(says) | Self::Failed(says) => says,
        }
    }
}

/// Gives a text to a program, and waits a moment for it to have it.
fn hand_over(words: &[&str], text: &str) -> Result<(), HandOverError> {
    let failed = |says: String| Err(HandOverError::Failed(says));
    let [name, arguments @ ..] = words else { return Ok(()) };
    let mut command = Command::new(name);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let child = command.spawn();
    let mut child = child.map_err(|error| HandOverError::NotStarted(format!("{name} cannot be run: {error}")))?;
    let (mut door, text) = (child.stdin.take(), text.to_owned());
    // A program that does not read holds up no key: whoever writes to it is another thread.
    let writer = std::thread::spawn(move || door.take().map_or(Ok(()), |mut door| door.write_all(text.as_bytes())));
    let until = Instant::now() + HANDED_OVER;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => {
                return match writer.join() {
                    Ok(Ok(())) => Ok(()),
                    Ok(Err(_)) | Err(_) => failed(format!("{name} did not take all of it")),
                };
            }
            Ok(Some(status)) => return failed(format!("{name} failed ({status})")),
            Ok(None) if Instant::now() < until => std::thread::sleep(std::time::Duration::from_millis(2)),
            Ok(None) => {
                let _ = child.kill();
                let _ = child.wait();
                return failed(format!("{name} took longer than {} s", HANDED_OVER.as_secs()));
            }
            Err(error) => return failed(format!("{name}: {error}")),
        }
    }
}

/// Lets a person write a text on in their editor, and returns what they left. What is done when the editor stops is the
/// caller's.
///
/// # Errors
/// In words: the editor is missing, or failed. The text that was given is kept by whoever asked.
pub fn edit(editor: &str, text: &str, on_stop: OnStop<'_>) -> Result<String, String> {
    let file = written(text, ".txt")?;
    run(editor, file.path(), on_stop)?;
    let left = std::fs::read_to_string(file.path())
        .map_err(|error| format!("what {editor} left cannot be read: {error}; your text is as it was"))?;
    Ok(left.trim_end_matches('\n').to_owned())
}

/// Lets a person read a text in their pager. What is done when the pager stops is the caller's.
///
/// # Errors
/// In words: the pager is missing, or failed.
pub(crate) fn page(pager: &str, text: &str, on_stop: OnStop<'_>) -> Result<(), String> {
    let file = written(text, ".log")?;
    run(pager, file.path(), on_stop)
}

/// Saves a text to a file of its owner's own, and returns where. It is not the working folder: a file more there is a change
/// of the checkout that checks are about.
///
/// # Errors
/// In words: it cannot be written.
pub(crate) fn save(name: &str, text: &str) -> Result<String, String> {
    let write = || {
        let folder = Paths::of_state()?.join("saved");
        private_folder(&folder)?;
        let path = folder.join(name);
        write_private(&path, text.as_bytes()).map(|()| path.display().to_string())
    };
    write().map_err(|error: PathsError| format!("nothing was saved: {error}"))
}

/// Writes a file that nobody else can read; it is gone when it is dropped.
fn written(text: &str, ends: &str) -> Result<tempfile::NamedTempFile, String> {
    // Made with 0600, whatever the umask.
    let made = tempfile::Builder::new().prefix("tminus-").suffix(ends).tempfile();
    let wrote = made.and_then(|mut file| file.write_all(text.as_bytes()).and_then(|()| file.flush()).map(|()| file));
    wrote.map_err(|error| format!("no temporary file can be written: {error}"))
}

/// Runs a program of a person on a file, in the terminal, without a shell, and waits until it has ended.
fn run(program: &str, file: &Path, on_stop: OnStop<'_>) -> Result<(), String> {
    let words = shell_words::split(program).map_err(|error| format!("{program:?} is no command: {error}"))?;
    let Some((name, arguments)) = words.split_first() else {
        return Err("no program is named: set VISUAL, EDITOR or PAGER".to_owned());
    };
    match Command::new(name).args(arguments).arg(file).spawn().and_then(|child| ended(&child, on_stop)) {
        Ok(status) if status.exit_status() == Some(0) => Ok(()),
        Ok(status) => Err(format!("{name} failed ({}); your text is as it was", how(status))),
        Err(error) => Err(format!("{name} cannot be run: {error}; your text is as it was")),
    }
}

/// Waits until a program has ended, and says whenever it has stopped (Ctrl-Z).
fn ended(child: &Child, on_stop: OnStop<'_>) -> io::Result<WaitStatus> {
    let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
    loop {
        let told = rustix::io::retry_on_intr(|| waitpid(pid, WaitOptions::UNTRACED))?;
        match told {
            Some((stopped, status)) if status.stopped() => {
                on_stop();
                // One that gave itself a group is not reached by what goes to ours.
                let _ = kill_process_group(stopped, Signal::CONT);
                let _ = kill_process(stopped, Signal::CONT);
            }
            Some((_, status)) => return Ok(status),
            None => {}
        }
    }
}

/// Lets a program that has stopped go on. Ctrl-Z stops everybody who shares the terminal's foreground with it, so all of them go on.
pub(crate) fn go_on() {
    let _ = kill_current_process_group(Signal::CONT);
}

fn how(status: WaitStatus) -> String {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(signal)) => format!("signal {signal}"),
        (None, None) => "nobody knows how".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_goes_to_the_clipboard_whole_or_not_at_all() {
        assert_eq!(clipboard("digest").unwrap(), b"\x1b]52;c;ZGlnZXN0\x07");
        assert!(clipboard(&"x".repeat(56_244)).is_ok());
        assert!(clipboard(&"x".repeat(56_248)).unwrap_err().contains("nothing was sent"));
    }

    #[test]
    fn a_text_is_handed_over_whole_and_a_program_that_does_not_take_it_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("got");
        let words = ["sh", "-c", "cat >\"$0\"", file.to_str().unwrap()];
        let text = "x".repeat(300_000);
        assert_eq!(hand_over(&words, &text), Ok(()));
        assert_eq!(std::fs::read_to_string(&file).unwrap(), text);
        let missing = hand_over(&["tminus-no-such-program"], "x").unwrap_err();
        assert!(matches!(&missing, HandOverError::NotStarted(says) if says.contains("cannot be run")), "{missing:?}");
        let failed = hand_over(&["sh", "-c", "echo this cannot be run; exit 1"], "x").unwrap_err();
        assert!(matches!(&failed, HandOverError::Failed(says) if says.contains("sh failed")), "{failed:?}");
        for way in [Clipboard::Terminal, Clipboard::Tmux, Clipboard::Native] {
            assert!(copy(way, "").unwrap_err().contains("nothing was sent"), "an empty text clears a clipboard");
        }
        assert!(copy(Clipboard::Off, "x").unwrap_err().contains("clipboard is off"));
    }

    #[test]
    fn a_call_cannot_end_its_own_sequence() {
        for notice in [Notice::Osc9, Notice::Osc99, Notice::Osc777] {
            let bytes = call(CompletionAlert::Message(notice), "deploy \x07\x1b]0;pwned\x07 ended");
            assert_eq!(bytes.iter().filter(|byte| **byte < 0x20).count(), 2, "{}", bytes.escape_ascii());
        }
        assert_eq!(call(CompletionAlert::Message(Notice::Osc777), "a;b"), b"\x1b]777;notify;tminus;a,b\x07");
        assert_eq!(call(CompletionAlert::Never, "x"), b"");
    }

    #[test]
    fn an_editor_gets_the_text_and_what_it_leaves_comes_back() {
        assert_eq!(edit("sed -i s/slow/fast/", "it is slow", &mut go_on), Ok("it is fast".to_owned()));
    }

    #[test]
    fn an_editor_that_stops_is_told_of_and_goes_on_when_it_is_let() {
        let mut stops = 0;
        let editor = "sh -c 'kill -STOP $$; echo on >>\"$0\"; kill -STOP $$; echo and on >>\"$0\"'";
        let left = edit(editor, "it was slow\n", &mut || {
            stops += 1;
            go_on();
        });
        assert_eq!((left, stops), (Ok("it was slow\non\nand on".to_owned()), 2));
    }

    #[test]
    fn an_editor_that_fails_or_is_missing_says_so() {
        assert!(edit("false", "kept", &mut go_on).unwrap_err().contains("false failed"));
        assert!(edit("tminus-no-such-editor -w", "kept", &mut go_on).unwrap_err().contains("cannot be run"));
        assert!(edit("ed 'unclosed", "kept", &mut go_on).unwrap_err().contains("is no command"));
        assert!(edit("", "kept", &mut go_on).unwrap_err().contains("no program is named"));
    }
}
