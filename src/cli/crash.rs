//! What a failure inside tminus leaves: a file that says where, in which version, and how it came there, and no data.

use super::show;
use jiff::Timestamp;
use std::backtrace::Backtrace;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use tminus_storage::paths::{Paths, PathsError, private_folder, write_private};

/// How many of them are kept.
const KEPT: usize = 10;

/// From here on, a failure is written to a file, and its path told on standard error.
pub fn watch() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        before(panic);
        let thread = std::thread::current().name().unwrap_or("unnamed").to_owned();
        let text = report(panic, &thread, &Backtrace::force_capture().to_string());
        match Paths::of_state().and_then(|folder| write(&folder.join("crashes"), &text, Timestamp::now())) {
            Ok(path) => show::hint(&format!("what is known of this failure is in {}", path.display())),
            Err(error) => show::hint(&format!("what is known of this failure could not be written: {error}")),
        }
    }));
}

/// Writes what is known. What a failing line says may quote the data that it was about, so only its beginning is kept.
fn report(panic: &PanicHookInfo<'_>, thread: &str, backtrace: &str) -> String {
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), ToString::to_string);
    let said = panic.payload_as_str().unwrap_or("");
    format!(
        "tminus {} failed at {place}\nin the thread {thread}, on {} {}\n{}\n\n{backtrace}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        unquoted(said),
    )
}

/// Returns a text up to the first thing that it quotes.
fn unquoted(said: &str) -> String {
    let line = said.lines().next().unwrap_or_default();
    let end = line.find(['`', '"', '\'', '(', '{', '=', ':']).unwrap_or(line.len());
    let cut = if end < said.trim_end().len() { " …" } else { "" };
    format!("{}{cut}", tminus_logs::clean::line(line[..end].trim_end()))
}

fn write(folder: &Path, text: &str, now: Timestamp) -> Result<PathBuf, PathsError> {
    private_folder(folder)?;
    let path = folder.join(format!("crash-{}-{}.txt", now.strftime("%Y%m%dT%H%M%S%.3fZ"), std::process::id()));
    write_private(&path, text.as_bytes())?;
    let files = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|file| file.path());
    let is_ours = |path: &PathBuf| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("crash-"));
    let mut all: Vec<PathBuf> = files.filter(is_ours).collect();
    all.sort();
    let over = all.len().saturating_sub(KEPT);
    // One that cannot be removed stays.
    all.iter().take(over).for_each(|old| drop(std::fs::remove_file(old)));
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_failing_line_quotes_is_not_kept() {
        for (said, kept) in [
            ("index out of bounds: the len is 3 but the index is 7", "index out of bounds …"),
            (
                "byte index 5 is not a char boundary; it is inside 'é' of `secret`",
                "byte index 5 is not a char boundary; it is inside …",
            ),
            ("called `Option::unwrap()` on a `None` value", "called …"),
            ("attempt to subtract with overflow", "attempt to subtract with overflow"),
            ("one\ntoken", "one …"),
        ] {
            assert_eq!(unquoted(said), kept);
        }
    }

    #[test]
    fn the_newest_ten_are_kept() {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("crashes");
        for second in 0..13 {
            write(&folder, "x", Timestamp::from_second(second).unwrap()).unwrap();
        }
        let mut names: Vec<_> = std::fs::read_dir(&folder)
            .unwrap()
            .flatten()
            .map(|f| f.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(names.len(), KEPT);
        assert!(names[0].starts_with("crash-19700101T000003.000Z"), "{names:?}");
    }
}
