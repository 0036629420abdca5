//! What an image of this program holds: the program, its loader, and the libraries that are loaded with it now.

use super::elf::Elf;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tminus_core::ports::{FailureKind, PortError};

/// Where the libraries lie in the image.
const LIBRARIES: &str = "lib";

/// Returns the files of an image that can run this program, by their paths without the first slash.
///
/// What is mapped into this process is what it needs, so nothing is started to find out.
///
/// # Errors
/// When this program, or one of its libraries, cannot be read, or is of a kind that no Linux container runs.
pub(super) fn files() -> Result<BTreeMap<PathBuf, Vec<u8>>, PortError> {
    let unreadable = |path: &Path, error: &std::io::Error| {
        PortError::new(FailureKind::Unavailable, format!("{} cannot be read", path.display())).caused_by(error)
    };
    let read = |path: &Path| std::fs::read(path).map_err(|error| unreadable(path, &error));
    // Not the path that it was started by: another build may lie there by now.
    let own = read(Path::new("/proc/self/exe"))?;
    let strange = || PortError::new(FailureKind::Rejected, "this program is no Linux program of 64 bits");
    let loader = Elf::read(&own).ok_or_else(strange)?.interpreter().map(PathBuf::from);
    let mut files = BTreeMap::new();
    if let Some(loader) = loader {
        files.insert(below_root(&loader), read(&loader)?);
        let maps = read(Path::new("/proc/self/maps"))?;
        for path in mapped(&String::from_utf8_lossy(&maps)) {
            let library = read(&path)?;
            if let Some(name) = Elf::read(&library).and_then(|elf| elf.soname()) {
                files.insert(Path::new(LIBRARIES).join(name), library);
            }
        }
    }
    files.insert(PathBuf::from("tminus"), own);
    Ok(files)
}

/// Returns the variable that leads the loader to the libraries, whatever system they come from.
pub(super) fn library_path() -> String {
    format!("LD_LIBRARY_PATH=/{LIBRARIES}")
}

/// Returns the files that are mapped to be run (proc_pid_maps(5)), each once.
fn mapped(maps: &str) -> Vec<PathBuf> {
    let run = maps.lines().filter_map(|line| {
        let mut words = line.splitn(6, ' ');
        let is_run = words.nth(1)?.contains('x');
        let path = words.nth(3)?.trim_start();
        (is_run && path.starts_with('/') && !path.ends_with(" (deleted)")).then(|| PathBuf::from(path))
    });
    let mut paths: Vec<PathBuf> = run.collect();
    paths.sort();
    paths.dedup();
    paths
}

fn below_root(path: &Path) -> PathBuf {
    path.strip_prefix("/").unwrap_or(path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_are_run_are_taken_each_once() {
        let maps = "\
55d0-55d1 r--p 00000000 fe:00 1 /usr/bin/tminus
55d1-55d2 r-xp 00001000 fe:00 1                          /usr/bin/tminus
7f00-7f01 r-xp 00000000 fe:00 2                          /usr/lib/libc.so.6
7f01-7f02 r-xp 00000000 fe:00 2                          /usr/lib/libc.so.6
7f02-7f03 r-xp 00000000 fe:00 3                          /tmp/old (deleted)
7ffd-7ffe r-xp 00000000 00:00 0                          [vdso]
7f04-7f05 rw-p 00000000 00:00 0 
";
        assert_eq!(mapped(maps), [Path::new("/usr/bin/tminus"), Path::new("/usr/lib/libc.so.6")]);
    }

    #[test]
    fn an_image_of_this_program_holds_it_with_its_loader() {
        let files = files().unwrap();
        let own = std::fs::read("/proc/self/exe").unwrap();
        assert!(files[Path::new("tminus")] == own);
        let loader = Elf::read(&own).unwrap().interpreter();
        assert!(loader.is_none_or(|loader| files.contains_key(&below_root(Path::new(loader)))));
    }
}
