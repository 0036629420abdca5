//! How things look on a plain terminal, line by line: sign, word, and no colour; and what becomes of a command whose
//! output could not be written.

use super::appearance;
use super::exit::Exit;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use std::collections::HashSet;
use std::io;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use tminus_cockpit::{Letters, Signs};
use tminus_core::notation::printable;
use tminus_core::verdict::Verdict;
use tminus_logs::clean;

/// Why standard output could not be written, from the first failure on.
static UNWRITTEN: OnceLock<io::Error> = OnceLock::new();

/// What is to be said once the cockpit has left the screen; nothing while lines are said at once.
static KEPT: Mutex<Option<Vec<String>>> = Mutex::new(None);

/// Prints a last word, where it can be printed at once: a terminal that accepts no output must not delay the end.
pub fn last_word(text: &str) {
    let err = io::stderr();
    let mut ready = [PollFd::new(&err, PollFlags::OUT)];
    if poll(&mut ready, Some(&Timespec::default())).is_ok_and(|count| count > 0) {
        hint(text);
    }
}

/// Keeps what is said on standard error: the cockpit has the screen.
pub fn keep_hints() {
    *KEPT.lock().unwrap_or_else(PoisonError::into_inner) = Some(Vec::new());
}

/// Says what was kept, each line once.
pub fn say_hints() {
    let mut kept = KEPT.lock().unwrap_or_else(PoisonError::into_inner).take().unwrap_or_default();
    let mut said = HashSet::new();
    kept.retain(|text| said.insert(text.clone()));
    kept.iter().for_each(|text| last_word(text));
}

/// Which signs are written: those of the screen, by the same setting.
pub fn signs() -> Signs {
    written().0
}

/// Returns which signs and letters are written, looked up once.
fn written() -> (Signs, Letters) {
    static WRITTEN: LazyLock<(Signs, Letters)> = LazyLock::new(appearance::of_lines);
    *WRITTEN
}

/// Says whether other letters than ASCII are written.
pub fn has_letters() -> bool {
    written().1 == Letters::Utf8
}

/// Writes a text in the signs and letters of this terminal.
fn write(text: String) -> String {
    let (signs, letters) = written();
    letters.write(&signs.write(text)).into_owned()
}

/// Returns the sign of a verdict.
pub fn sign(verdict: Verdict) -> &'static str {
    signs().verdict(verdict)
}

/// Returns the sign of what is as it should be, or is not.
pub fn sign_of(is_good: bool) -> &'static str {
    sign(if is_good { Verdict::Pass } else { Verdict::Fail })
}

/// Prints a line to standard output, made safe.
///
/// What stands in it comes from several places, so no part may overwrite or hide another, as a terminal would let it.
pub fn line(text: &str) {
    let still: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    put(format!("{}\n", write(clean::line(&still).into_owned())).as_bytes());
}

/// Says something on standard error, made safe; nobody who listens there is no error.
///
/// While the cockpit has the screen it is kept, and said once the terminal is free again.
pub fn hint(text: &str) {
    use io::Write;
    if let Some(kept) = KEPT.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
        kept.push(text.to_owned());
        return;
    }
    drop(writeln!(io::stderr().lock(), "{}", write(clean::block(text))));
}

/// Asks something on standard error, and leaves the cursor behind it.
pub fn question(text: &str) {
    use io::Write;
    drop(write!(io::stderr().lock(), "{} ", write(clean::block(text))));
}

/// Prints text that tminus made itself, with its own line ends.
pub fn text(text: &str) {
    put(written().1.write(text).as_bytes());
}

/// Prints JSON and a line end; nothing in it speaks to a terminal.
pub fn json(json: &str) {
    let safe: String = json.lines().map(|line| format!("{}\n", printable(line))).collect();
    put(written().1.write_json(&safe).as_bytes());
}

/// Standard output for what writes JSON line by line, each line in whole pieces: a failure is remembered, and stops nothing.
pub struct JsonOutput;

impl io::Write for JsonOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match std::str::from_utf8(bytes) {
            Ok(text) => put(written().1.write_json(text).as_bytes()),
            Err(_) => put(bytes),
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Says whether nothing more can be written to standard output: what only prints has nothing left to do.
pub fn is_unwritable() -> bool {
    UNWRITTEN.get().is_some()
}

/// Remembers why standard output could not be written.
pub fn unwritten(why: io::Error) {
    drop(UNWRITTEN.set(why));
}

/// Returns how a command ends that came to `exit`. A reader who closed the pipe has read enough; where the output is lost
/// otherwise, what was asked for did not arrive, and that is never good.
pub fn ended(exit: Exit) -> Exit {
    let Some(why) = UNWRITTEN.get().filter(|why| why.kind() != io::ErrorKind::BrokenPipe) else { return exit };
    hint(&format!("error: standard output could not be written: {why}"));
    match exit {
        Exit::Good => Exit::CannotTell,
        Exit::NotGood | Exit::Wrong | Exit::Refused | Exit::CannotTell => exit,
    }
}

/// Writes to standard output. A failure does not end the command: what it does matters more than what it says of it.
fn put(bytes: &[u8]) {
    // Held so that no two lines run into each other.
    let _turn = io::stdout().lock();
    if !is_unwritable()
        && let Err(why) = write_all(bytes)
    {
        unwritten(why.into());
    }
}

/// Writes all of it without the library's buffer, which takes a descriptor that cannot be written for one that can.
fn write_all(mut rest: &[u8]) -> Result<(), Errno> {
    let out = rustix::stdio::stdout();
    while !rest.is_empty() {
        match rustix::io::write(out, rest) {
            Ok(0) => return Err(Errno::IO),
            Ok(count) => rest = rest.get(count..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            // A pipe that another program made non-blocking: it is waited for, as for any other.
            Err(Errno::AGAIN) => {
                poll(&mut [PollFd::new(&out, PollFlags::OUT)], None)?;
            }
            Err(why) => return Err(why),
        }
    }
    Ok(())
}
