//! The programs that a command starts and the files outside the repository that it names: a verdict rests on them too, and
//! no commit says what they were. What a script or a program reads or starts in turn is not known here.

use super::ignored::{NAMED, named, pieces, too_many};
use crate::content::{FileContent, no_file};
use crate::process::found_on_path;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use tminus_core::lint::{programs_of, scripts_of};
use tminus_core::measurement::OutsideFile;
use tminus_core::plan::{CommandLine, Template};
use tminus_core::ports::{FailureKind, PortError};

/// Of a file up to this length, in bytes, the content counts; of a longer one its size, and when it was changed.
const MOST: u64 = 4 << 20;

/// What lies there for this process alone, and is no file to rest on.
const OWN: [&str; 5] = ["/dev/stdin", "/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"];

/// A command, and where it runs.
#[derive(Clone, Debug)]
pub(crate) struct CommandPlace {
    /// The top folder of the checkout.
    pub(crate) top: PathBuf,
    /// The folder that it runs in.
    pub(crate) dir: PathBuf,
    /// Whose checkout it is.
    pub(crate) owner: CheckoutOwner,
    /// `PATH`, where the plan sets it for this check.
    pub(crate) path: Option<String>,
    /// Its words.
    pub(crate) words: Vec<String>,
    /// All words that may name files.
    pub(crate) naming: Vec<String>,
}

/// Whose checkout a command runs in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CheckoutOwner {
    Person,
    Tminus,
}

impl CommandPlace {
    /// Looks at all that the command names, off the async threads.
    ///
    /// # Errors
    /// What cannot be rested on, by name: a FIFO, a device as a script, more files than a verdict keeps.
    pub(crate) async fn look(self) -> Result<Vec<OutsideFile>, PortError> {
        blocking(move || self.found()).await?
    }

    /// Looks once more at what was found before.
    pub(crate) async fn look_again(self, before: Vec<OutsideFile>) -> Result<Vec<OutsideFile>, PortError> {
        blocking(move || before.into_iter().map(|file| self.again(file.named)).collect()).await
    }

    fn found(&self) -> Result<Vec<OutsideFile>, PortError> {
        let line = CommandLine(self.words.iter().map(|word| Template::new(word.as_str())).collect());
        let programs = programs_of(&line).into_iter().map(|name| self.again(name));
        let mut found: Vec<OutsideFile> = programs.filter(|program| !program.path.is_empty()).collect();
        let scripts: Vec<PathBuf> = scripts_of(&line, None).iter().map(|script| self.dir.join(script)).collect();
        for path in named(&self.dir, &self.naming)? {
            self.refuse(&path, &scripts)?;
            if path.is_file() && self.leads_out(&path) {
                found.push(self.again(self.spelled(&path)));
            }
        }
        let absent = absent(&self.naming).into_iter().map(|path| self.again(self.spelled(&path)));
        found.extend(absent.filter(|file| file.path.is_empty()));
        if found.len() > NAMED {
            return Err(too_many(&format!("{} programs and files outside the repository", found.len())));
        }
        Ok(found)
    }

    /// Refuses what can never be the same again, and a link of tminus's own checkout that leads out of it.
    fn refuse(&self, path: &Path, scripts: &[PathBuf]) -> Result<(), PortError> {
        let kind = path.metadata().ok().and_then(|about| no_file(&about));
        let spelled = self.spelled(path);
        let says = match kind {
            Some(kind @ "a FIFO") if !is_own(path) => kind,
            Some(kind) if scripts.iter().any(|script| script == path) => kind,
            None if self.owner == CheckoutOwner::Tminus && spelled.starts_with("./") && self.leads_out(path) => {
                let summary = format!("{spelled} is a link that leads out of the checkout, to what is in no commit");
                let failed = PortError::new(FailureKind::Rejected, summary);
                return Err(failed.because("name that file by its absolute path"));
            }
            Some(_) | None => return Ok(()),
        };
        let summary = format!("its command names {spelled}, which is {says} and is not read");
        Err(PortError::new(FailureKind::Rejected, summary)
            .because("a verdict rests on files, whose content can be compared"))
    }

    /// Says whether a file lies elsewhere than in the checkout, or among git's own files, links followed.
    fn leads_out(&self, path: &Path) -> bool {
        let (Ok(real), Ok(top)) = (path.canonicalize(), self.top.canonicalize()) else { return false };
        let is_inside = real.strip_prefix(&top).is_ok_and(|inside| !inside.starts_with(".git"));
        !is_inside && !is_own(path)
    }

    /// Writes a path as it is kept: from the top with `./`, or absolute.
    fn spelled(&self, path: &Path) -> String {
        let clean: PathBuf = path.components().collect();
        match clean.strip_prefix(self.top.components().collect::<PathBuf>()) {
            Ok(inside) => format!("./{}", inside.display()),
            Err(_) => clean.display().to_string(),
        }
    }

    /// Looks at one program or file, by the name that is kept of it.
    fn again(&self, named: String) -> OutsideFile {
        let path = match named.strip_prefix("./") {
            Some(inside) => self.top.join(inside).canonicalize().ok(),
            None if named.contains('/') => Path::new(&named).canonicalize().ok(),
            None => found_on_path(&named, self.path.as_deref(), &self.dir),
        };
        let holds = path.as_deref().map(holds).unwrap_or_default();
        OutsideFile { named, path: path.map(|path| path.display().to_string()).unwrap_or_default(), holds }
    }
}

/// Returns the absolute paths among some words that lead to nothing, in a folder that is there: a command that asks whether
/// a file exists rests on its absence, too.
fn absent(words: &[String]) -> Vec<PathBuf> {
    let is_absent = |path: &&Path| {
        let folder = path.parent().filter(|folder| folder.components().count() > 1);
        !is_own(path) && path.symlink_metadata().is_err() && folder.is_some_and(Path::is_dir)
    };
    let paths = pieces(words).filter(|piece| piece.starts_with('/')).map(Path::new);
    paths.filter(is_absent).map(Path::to_owned).collect::<BTreeSet<_>>().into_iter().collect()
}

fn is_own(path: &Path) -> bool {
    OWN.iter().any(|own| path.starts_with(own))
}

fn holds(path: &Path) -> String {
    match FileContent::of(path, MOST) {
        FileContent::Hash(hash) => hash,
        FileContent::Long(bytes, (seconds, rest)) => format!("{bytes} bytes, changed at {seconds}.{rest:09}"),
        FileContent::NoFile(kind) => kind.to_owned(),
        FileContent::Missing => String::new(),
        FileContent::Unreadable(_) => unread(path),
    }
}

/// What may be run and not read is told by its size and its time.
fn unread(path: &Path) -> String {
    match FileContent::of(path, 0) {
        FileContent::Long(bytes, (seconds, rest)) => format!("{bytes} bytes, changed at {seconds}.{rest:09}"),
        FileContent::Hash(_) | FileContent::NoFile(_) | FileContent::Missing | FileContent::Unreadable(_) => {
            "unreadable".to_owned()
        }
    }
}

async fn blocking<T: Send + 'static>(look: impl FnOnce() -> T + Send + 'static) -> Result<T, PortError> {
    tokio::task::spawn_blocking(look)
        .await
        .map_err(PortError::by(FailureKind::Malformed, "the programs and files that it names could not be looked at"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn scene(top: &Path, words: &[&str], path: &str) -> CommandPlace {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let (top, dir, path) = (top.to_owned(), top.to_owned(), Some(path.to_owned()));
        CommandPlace { top, dir, owner: CheckoutOwner::Person, path, naming: words.clone(), words }
    }

    fn program(path: &Path, text: &str) {
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn the_programs_of_a_command_are_found_as_the_path_leads_to_them_and_another_one_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let (a, b) = (dir.path().join("a"), dir.path().join("b"));
        program(&a.join("tool"), "one");
        program(&b.join("tool"), "two");
        std::fs::write(dir.path().join("beside"), "not to be run").unwrap();
        let [a, b] = [a, b].map(|folder| folder.display().to_string());
        let of = |words: &[&str], path: &str| scene(dir.path(), words, path).found().unwrap();
        let before = of(&["tool"], &format!("{a}:{b}"));
        assert_eq!(
            before.iter().map(|file| (file.named.as_str(), file.path.clone())).collect::<Vec<_>>(),
            [("tool", format!("{a}/tool"))]
        );
        for shell in [&["sh", "-c", "cd x && tool --all | cat"][..], &["env", "A=b", "tool"]] {
            assert!(of(shell, &a).contains(&before[0]), "{shell:?}");
        }
        let now = of(&["tool"], &format!("{b}:{a}"));
        assert_eq!(
            before[0].another(now.first()),
            Some(format!("`tool` is another program than when it ran: {a}/tool, then {b}/tool; run it again"))
        );
        assert_eq!(before[0].another(Some(&before[0])), None);
        program(&Path::new(&a).join("tool"), "new");
        let again = scene(dir.path(), &["tool"], &a).again("tool".to_owned());
        assert!(before[0].another(Some(&again)).unwrap().contains(&format!("{a}/tool has changed")));
        let gone = scene(dir.path(), &["tool"], "/none").again("tool".to_owned());
        assert!(before[0].another(Some(&gone)).unwrap().contains("is not on the PATH now"));
    }

    #[test]
    fn a_file_outside_that_was_not_there_is_told_once_it_is() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let freeze = other.path().join("FREEZE");
        let text = format!("test ! -e {}", freeze.display());
        let named = freeze.display().to_string();
        for words in [&["test", "!", "-e", &named][..], &["sh", "-c", &text]] {
            let scene = scene(dir.path(), words, "/none");
            let before = scene.found().unwrap();
            assert_eq!(before.iter().map(|file| (&*file.named, &*file.path)).collect::<Vec<_>>(), [(&*named, "")]);
            std::fs::write(&freeze, "").unwrap();
            let again = scene.again(named.clone());
            assert!(before[0].another(Some(&again)).unwrap().contains("did not exist when it ran, and exists now"));
            std::fs::remove_file(&freeze).unwrap();
        }
        let none = scene(dir.path(), &["curl", "/health", "/no/such/folder/x", "/dev/stdin"], "/none").found().unwrap();
        assert_eq!(none, []);
    }

    #[test]
    fn a_file_outside_is_followed_through_a_link_and_what_is_no_file_is_refused_by_name() {
        let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let script = other.path().join("x.sh").canonicalize().unwrap_or_else(|_| other.path().join("x.sh"));
        std::fs::write(&script, "true").unwrap();
        std::fs::write(dir.path().join("own.sh"), "true").unwrap();
        std::os::unix::fs::symlink(&script, dir.path().join("link.sh")).unwrap();
        let of = |words: &[&str]| scene(dir.path(), words, "/none").found();
        let named = |words: &[&str]| of(words).unwrap().into_iter().map(|file| file.named).collect::<Vec<_>>();
        let absolute = script.display().to_string();
        assert_eq!(named(&["sh", &absolute]), std::slice::from_ref(&absolute));
        assert_eq!(named(&["./link.sh"]), ["./link.sh"]);
        assert_eq!(named(&["sh", "own.sh", ">", "/dev/null"]), Vec::<String>::new());
        let before = of(&["./link.sh"]).unwrap();
        std::fs::write(&script, "false").unwrap();
        let now = of(&["./link.sh"]).unwrap();
        assert_eq!(
            before[0].another(now.first()),
            Some("./link.sh, which lies outside the repository, changed since it ran; run it again".to_owned())
        );
        let own = CommandPlace { owner: CheckoutOwner::Tminus, ..scene(dir.path(), &["./link.sh"], "/none") };
        assert!(own.found().unwrap_err().sentence().contains("./link.sh is a link that leads out of the checkout"));
        let pipe = other.path().join("pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0).unwrap();
        std::os::unix::fs::symlink(&pipe, dir.path().join("pipe.sh")).unwrap();
        let refused = |words: &[&str]| of(words).unwrap_err().sentence();
        assert!(refused(&["tool", "pipe.sh"]).contains("./pipe.sh, which is a FIFO and is not read"));
        assert!(refused(&["sh", "/dev/zero"]).contains("/dev/zero, which is a device and is not read"));
    }
}
