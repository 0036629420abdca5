//! The program that an engine is started from: this very build, also where its file was replaced since it was started.

use std::ffi::OsString;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::{Path, PathBuf};

/// What the kernel writes behind the name of a program whose file is gone (proc_pid_exe(5)).
const GONE: &[u8] = b" (deleted)";
/// This process's own program, as long as the process lives, whatever became of its file.
const OWN: &str = "/proc/self/exe";

/// A program, and what it is called in a list of processes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct ListedProgram {
    pub(super) path: PathBuf,
    pub(super) name: OsString,
}

impl ListedProgram {
    /// Returns the program that runs under a path, as `current_exe` names it.
    pub(super) fn of(named: PathBuf) -> Self {
        if named.exists() {
            return Self { name: named.clone().into_os_string(), path: named };
        }
        Self { path: PathBuf::from(OWN), name: without_mark(&named) }
    }
}

fn without_mark(named: &Path) -> OsString {
    let whole = named.as_os_str().as_bytes();
    OsString::from_vec(whole.strip_suffix(GONE).unwrap_or(whole).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_whose_file_is_there_is_started_by_its_name() {
        let own = std::env::current_exe().unwrap();
        assert_eq!(ListedProgram::of(own.clone()), ListedProgram { path: own.clone(), name: own.into_os_string() });
    }

    #[test]
    fn a_program_whose_file_was_replaced_is_the_same_build_under_the_same_name() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tminus");
        // Another build stands where this one was.
        std::fs::write(&file, "").unwrap();
        let marked = PathBuf::from(format!("{} (deleted)", file.display()));
        assert_eq!(ListedProgram::of(marked), ListedProgram { path: PathBuf::from(OWN), name: file.into_os_string() });
    }
}
