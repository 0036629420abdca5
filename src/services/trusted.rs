//! The files that are trusted by their content, `[trust] files`: what they are now, and whether they still are what a person
//! trusted. An engine may run for days, so that is asked each time before something of the plan is started.

use super::content::FileContent;
use super::git::{FileMark, GitRepository, file_mark};
use jiff::Timestamp;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::situation::path_pattern;
use tminus_core::size::size;
use tminus_storage::paths::Paths;
use tminus_storage::trust::Trust;

/// What the line of a file begins with.
const FILE: &str = "trust.files has ";
/// How long a file may be that is trusted by its content, in bytes.
const MOST: u64 = 256 << 20;
/// How old a change must be, in seconds, to be told from a further one: a file's time is not written more finely than a tick.
const SETTLED: i64 = 2;

/// Reads the files that some patterns name, one line each; what is no file to be read, and no repository, have a line of
/// their own, and with it nothing is run.
///
/// What lies in the checkout counts, because that is what a command of the plan runs. A link is followed, also out of the
/// repository.
pub async fn lines(repository: Result<&GitRepository, &PortError>, patterns: &[String]) -> Vec<String> {
    if patterns.is_empty() {
        return Vec::new();
    }
    let found = match repository {
        Ok(repository) => repository.inventory().await.map(|found| (repository.root().to_owned(), found.files)),
        Err(failure) => Err(failure.clone()),
    };
    let (root, files) = match found {
        Ok(found) => found,
        Err(failure) => return vec![format!("trust.files could not be looked up: {}", failure.sentence())],
    };
    let (outside, patterns): (Vec<&String>, Vec<&String>) = patterns.iter().partition(|path| is_outside(path));
    let globs: Vec<_> = patterns.into_iter().filter_map(|pattern| path_pattern(pattern)).collect();
    let named = files.into_iter().filter(move |file| globs.iter().any(|glob| glob.is_match(file)));
    let named: Vec<String> = named.chain(outside.into_iter().cloned()).collect();
    let line = move |file: &String| match content(&root.join(file)) {
        Ok(content) => format!("{FILE}{file:?}: {content}"),
        Err(why) => format!("trust.files names {file:?}, which {why}"),
    };
    let read = move || named.iter().map(line).collect();
    tokio::task::spawn_blocking(read).await.unwrap_or_else(|_| vec!["trust.files could not be read".to_owned()])
}

/// What a person trusted when a project was opened, and how it is looked at again.
#[derive(Debug)]
pub struct TrustedFiles {
    repository: Result<Arc<GitRepository>, PortError>,
    checkout: PathBuf,
    paths: Paths,
    patterns: Vec<String>,
    /// Every line that was trusted when the project was opened.
    begun: Vec<String>,
    /// What was looked at when all was well, so that nothing is read twice.
    good: tokio::sync::Mutex<Option<TrustedFileMarks>>,
}

/// What its file system notes of each file.
type TrustedFileMarks = BTreeMap<PathBuf, [Option<FileMark>; 2]>;

impl TrustedFiles {
    /// Makes it of the plan's patterns and the lines that are trusted now.
    pub fn new(
        repository: Result<Arc<GitRepository>, PortError>,
        (checkout, paths): (&Path, &Paths),
        (patterns, begun): (&[String], Vec<String>),
    ) -> Self {
        let (checkout, paths, patterns) = (checkout.to_owned(), paths.clone(), patterns.to_vec());
        Self { repository, checkout, paths, patterns, begun, good: tokio::sync::Mutex::default() }
    }

    /// Refuses what would be run where a file is no longer the one that was trusted, and where the trust was taken back.
    ///
    /// # Errors
    /// [`FailureKind::Unauthorized`], naming the first such file; `what` says what is not done then.
    pub async fn allow(&self, what: &str) -> Result<(), PortError> {
        let mut good = self.good.lock().await;
        if good.as_ref().is_some_and(|before| is_settled(before) && marks(before.keys()) == *before) {
            return Ok(());
        }
        // Before anything is read, so that a change meanwhile is seen next time.
        let own = self.begun.iter().filter_map(|line| file_of(line));
        let root = self.repository.as_ref().ok().map(|repository| repository.root().to_owned()).unwrap_or_default();
        let index = self.repository.as_ref().ok().map(|repository| repository.index());
        let files: Vec<PathBuf> = own.map(|file| root.join(file)).chain(index).chain([self.paths.trust()]).collect();
        let before = marks(files.iter());
        let refused = |why: String| {
            let failed = PortError::new(FailureKind::Unauthorized, format!("{what}: {why}"));
            Err(failed.because("read it, then run `tminus trust`"))
        };
        let now = lines(self.repository.as_deref(), &self.patterns).await;
        *good = None;
        let trust = Trust::load(&self.paths)
            .map_err(|error| PortError::new(FailureKind::Unauthorized, format!("{what}: {error}")))?;
        match trust.granted(&self.checkout) {
            None if !self.begun.is_empty() => refused("the plan is no longer trusted".to_owned()),
            granted => match changed(&self.begun, granted.unwrap_or_default(), &now) {
                Some(why) => refused(why),
                None => {
                    *good = Some(before);
                    Ok(())
                }
            },
        }
    }
}

/// Says which file is another one than the one that was trusted: last, and where the last plan that was trusted covers it
/// no more, at the beginning.
fn changed(begun: &[String], granted: &[String], now: &[String]) -> Option<String> {
    let of_files = |lines: &[String]| -> BTreeMap<String, String> {
        lines.iter().filter_map(|line| Some((file_of(line)?, line.clone()))).collect()
    };
    if let Some(unread) = now.iter().find(|line| file_of(line).is_none()) {
        return Some(unread.clone());
    }
    let (begun, granted, now) = (of_files(begun), of_files(granted), of_files(now));
    let is_other = |(file, line): &(&String, &String)| granted.get(*file).or(begun.get(*file)) != Some(*line);
    if let Some((file, _)) = now.iter().find(is_other) {
        let was_trusted = granted.contains_key(file) || begun.contains_key(file);
        let says =
            if was_trusted { "has changed since it was trusted" } else { "is new, and `[trust] files` covers it" };
        return Some(format!("{file} {says}"));
    }
    let gone = begun.keys().find(|file| granted.contains_key(*file) && !now.contains_key(*file));
    gone.map(|file| format!("{file} was trusted, and git no longer tracks it"))
}

/// Returns the file that a line is about.
fn file_of(line: &str) -> Option<String> {
    let quoted = line.strip_prefix(FILE)?.rsplit_once("\": ")?.0;
    // As it was written, so that each line has a file of its own.
    Some(quoted.trim_start_matches('"').to_owned())
}

fn marks<'a>(files: impl Iterator<Item = &'a PathBuf>) -> TrustedFileMarks {
    files.map(|file| (file.clone(), mark(file))).collect()
}

/// Notes a file, and where it leads.
fn mark(file: &Path) -> [Option<FileMark>; 2] {
    [file_mark(file), file.canonicalize().ok().and_then(|real| file_mark(&real))]
}

fn is_settled(marks: &TrustedFileMarks) -> bool {
    let now = Timestamp::now().as_second();
    marks.values().flatten().flatten().all(|(.., (changed, _))| now.saturating_sub(*changed) > SETTLED)
}

/// Says what a file is, so that another content is another line: a link is where it points, and what is found there.
///
/// # Errors
/// Why it is not read: it is a FIFO or a device, or too long.
fn content(path: &Path) -> Result<String, String> {
    let behind = match FileContent::of(path, MOST) {
        FileContent::Hash(hash) => format!("sha256 {hash}"),
        FileContent::NoFile(kind @ "a folder") => kind.to_owned(),
        FileContent::NoFile(kind) => return Err(format!("is {kind} and is not read")),
        FileContent::Long(bytes, _) => {
            return Err(format!("is too long to be trusted by its content ({})", size(bytes)));
        }
        FileContent::Missing => "missing".to_owned(),
        FileContent::Unreadable(why) => format!("cannot be read: {why}"),
    };
    Ok(match std::fs::read_link(path) {
        Ok(target) => format!("a link to {:?}, {behind}", target.display().to_string()),
        Err(_) => behind,
    })
}

/// Says whether a pattern names a file outside the repository: those are absolute.
pub fn is_outside(pattern: &str) -> bool {
    pattern.starts_with('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_content_is_another_line_also_behind_a_link_and_what_is_no_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("s.sh");
        std::fs::write(&file, "echo x").unwrap();
        let before = content(&file);
        std::fs::write(&file, "echo y").unwrap();
        assert_ne!(content(&file), before);
        let link = dir.path().join("l.sh");
        std::os::unix::fs::symlink(&file, &link).unwrap();
        let (before, marked) = (content(&link).unwrap(), mark(&link));
        assert!(before.starts_with(&format!("a link to {file:?}, sha256 ")), "{before}");
        std::fs::write(&file, "echo longer").unwrap();
        assert_ne!(content(&link).unwrap(), before);
        assert_ne!(mark(&link), marked, "it is not taken for the one that was looked at before");
        std::os::unix::fs::symlink("/dev/zero", dir.path().join("z.sh")).unwrap();
        assert_eq!(content(&dir.path().join("z.sh")), Err("is a device and is not read".to_owned()));
        assert_eq!(content(&dir.path().join("none")).as_deref(), Ok("missing"));
    }

    #[test]
    fn what_counts_is_what_was_trusted_last() {
        let file = |name: &str, is: &str| format!("trust.files has {name:?}: sha256 {is}");
        let (a1, a2, b1) = (file("a.sh", "1"), file("a.sh", "2"), file("b.sh", "1"));
        let of = |granted: &[&String], now: &[&String]| {
            let owned = |lines: &[&String]| lines.iter().map(|line| (*line).clone()).collect::<Vec<_>>();
            changed(std::slice::from_ref(&a1), &owned(granted), &owned(now))
        };
        assert_eq!(of(&[&a1], &[&a1]), None);
        assert_eq!(of(&[&a1], &[&a2]).as_deref(), Some("a.sh has changed since it was trusted"));
        assert_eq!(of(&[&a2], &[&a2]), None, "it was trusted again");
        assert_eq!(of(&[&a2], &[&a1]).as_deref(), Some("a.sh has changed since it was trusted"));
        assert_eq!(of(&[&a1], &[&a1, &b1]).as_deref(), Some("b.sh is new, and `[trust] files` covers it"));
        assert_eq!(of(&[&a1], &[]).as_deref(), Some("a.sh was trusted, and git no longer tracks it"));
        assert_eq!((of(&[], &[]), of(&[], &[&a1])), (None, None), "the plan that was trusted since covers it no more");
    }
}
