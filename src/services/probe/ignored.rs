//! The files that a command names, that lie in the checkout, and that git ignores: a verdict rests on them too, and no
//! commit says what they held.

use super::probe_deps::ProbeDeps;
use crate::git::GitRepository;
use crate::process::from_root;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use tminus_core::hex::hex;
use tminus_core::lint;
use tminus_core::measurement::{Ask, IgnoredInput};
use tminus_core::names::Commit;
use tminus_core::plan::{Check, CommandLine, EnvValue, Template};
use tminus_core::ports::{FailureKind, PortError};

/// How much of a file is hashed, in bytes; of a longer one its length counts too.
const MOST: u64 = 64 << 20;

/// How many ignored files a verdict may rest on, and in how many folders a command may name them. With more of them it is not
/// measured: what is left out could change unseen.
pub(crate) const NAMED: usize = 64;

/// The longest path that a system knows, in bytes.
const LONGEST: usize = 4_096;

/// Looks at the files that a command names, in the checkout whose top folder is given.
pub(crate) async fn look(
    (repository, commit): (&GitRepository, &Commit),
    (top, dir): (&Path, &Path),
    words: &[String],
) -> Result<Vec<IgnoredInput>, PortError> {
    let named = named(dir, words)?;
    let files = named.iter().filter(|path| path.is_file());
    let paths: BTreeSet<String> = files.flat_map(|path| spellings(top, path)).collect();
    let paths: Vec<String> = paths.into_iter().collect();
    let ignored = if paths.is_empty() { paths } else { repository.ignored_among(&paths, commit).await? };
    if ignored.len() > NAMED {
        return Err(too_many(&format!("{} files that git ignores", ignored.len())));
    }
    let top = top.to_owned();
    let hashed = move || ignored.into_iter().filter_map(|path| hash(&top, path)).collect();
    tokio::task::spawn_blocking(hashed)
        .await
        .map_err(PortError::by(FailureKind::Malformed, "the files that it names could not be read"))
}

/// Looks once more, at the files that a check's command names in the person's checkout.
pub(crate) async fn look_again(
    around: &ProbeDeps,
    (check, ask): (&Check, &Ask),
    (command, dir): (&CommandLine, Option<&str>),
) -> Result<Vec<IgnoredInput>, PortError> {
    let Some(commit) = &ask.commit else { return Ok(Vec::new()) };
    let words = words_of(command, check, ask)?;
    let dir = from_root(&around.root, dir)?;
    look((around.repository.as_ref(), commit), (around.repository.root(), &dir), &words).await
}

/// Returns the words of a command, as they stand and as a shell puts them together, and the values of the variables that the
/// plan shows: all of them may name files.
pub(crate) fn words_of(command: &CommandLine, check: &Check, ask: &Ask) -> Result<Vec<String>, PortError> {
    let plain = check.env.iter().filter_map(|(name, setting)| match setting {
        EnvValue::Plain(text) => Some((name, text)),
        EnvValue::Secret(_) => None,
    });
    let fill = |text: &Template| {
        text.fill(&ask.values).map_err(|unknown| PortError::new(FailureKind::Malformed, unknown.to_string()))
    };
    let words: Vec<String> = command.0.iter().map(fill).collect::<Result<_, _>>()?;
    let set = plain.map(|(name, text)| Ok((name.as_str(), fill(text)?)));
    let set: BTreeMap<&str, String> = set.collect::<Result<_, PortError>>()?;
    let line = CommandLine(words.iter().map(|word| Template::new(word.as_str())).collect());
    let known = |name: &str| set.get(name).cloned().or_else(|| std::env::var(name).ok());
    let together = lint::words_of(&line, known);
    Ok([words, together, set.into_values().collect()].concat())
}

/// Returns what is there and no folder among the words of a command, and in the scripts among them, as it is written.
///
/// A script may go into a folder first, so a name also counts from each folder that is named.
pub(crate) fn named(dir: &Path, words: &[String]) -> Result<BTreeSet<PathBuf>, PortError> {
    named_from((dir, std::env::var_os("HOME").map(PathBuf::from).as_deref()), words)
}

fn named_from((dir, home): (&Path, Option<&Path>), words: &[String]) -> Result<BTreeSet<PathBuf>, PortError> {
    let mut files = BTreeSet::new();
    let mut folders: Vec<PathBuf> = vec![dir.to_owned()];
    for piece in pieces(words) {
        for at in 0..folders.len() {
            // A shell puts the home folder in place of `~`.
            let at_home = home.zip(piece.strip_prefix("~/")).map(|(home, rest)| home.join(rest));
            let Some(path) = at_home.or_else(|| Some(folders.get(at)?.join(piece))) else { continue };
            let Ok(about) = path.metadata() else { continue };
            if !about.is_dir() {
                files.insert(path);
            } else if !folders.contains(&path) {
                if folders.len() == NAMED {
                    return Err(too_many(&format!("more than {NAMED} folders")));
                }
                folders.push(path);
            }
        }
    }
    Ok(files)
}

/// Returns the words, and what stands in them between the signs of a shell: whatever may be a path.
pub(crate) fn pieces(words: &[String]) -> impl Iterator<Item = &str> {
    let is_between = |c: char| c.is_whitespace() || ";|&()<>\"'`=,:{}$".contains(c);
    let pieces = words.iter().flat_map(move |word| std::iter::once(word.as_str()).chain(word.split(is_between)));
    pieces.filter(|piece| !piece.is_empty() && piece.len() < LONGEST)
}

pub(crate) fn too_many(what: &str) -> PortError {
    let summary = format!("its command names {what}, and a verdict rests on {NAMED} at most");
    PortError::new(FailureKind::Malformed, summary).because("name fewer of them, or commit what it needs")
}

/// Returns a path from the top as it is written, and as it is behind links; nothing for what lies elsewhere.
fn spellings(top: &Path, path: &Path) -> Vec<String> {
    let Ok(top) = top.canonicalize() else { return Vec::new() };
    let real = path.canonicalize().ok();
    // Of what is written only the folders are followed, so that a link itself is found.
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    let written = folder.zip(path.file_name()).map(|(folder, name)| folder.join(name));
    let within = |path: PathBuf| Some(path.strip_prefix(&top).ok()?.to_str()?.to_owned());
    let is_outside = |path: &String| path.starts_with(".git/");
    [written, real].into_iter().flatten().filter_map(within).filter(|path| !is_outside(path)).collect()
}

fn hash(top: &Path, path: String) -> Option<IgnoredInput> {
    let file = std::fs::File::open(top.join(&path)).ok()?;
    let length = file.metadata().ok()?.len();
    let (mut hash, mut file) = (Sha256::new(), file.take(MOST));
    let mut bytes = vec![0; 64 << 10];
    loop {
        let count = file.read(&mut bytes).ok()?;
        if count == 0 {
            break;
        }
        hash.update(&bytes[..count]);
    }
    if length > MOST {
        hash.update(length.to_le_bytes());
    }
    let sha256 = hex(hash.finalize());
    Some(IgnoredInput { path, sha256 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_that_a_command_names_are_found_wherever_it_names_them() {
        let dir = tempfile::tempdir().unwrap();
        let top = dir.path();
        std::fs::create_dir_all(top.join("scripts")).unwrap();
        std::fs::write(top.join("scripts/x.sh"), "").unwrap();
        std::fs::write(top.join("conf.toml"), "").unwrap();
        let of = |words: &[&str]| {
            let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
            let files = named(top, &words).unwrap();
            files.iter().flat_map(|path| spellings(top, path)).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>()
        };
        assert_eq!(of(&["sh", "scripts/x.sh"]), ["scripts/x.sh"]);
        assert_eq!(of(&["./scripts/x.sh"]), ["scripts/x.sh"]);
        assert_eq!(of(&["sh", "-c", "cd scripts && ./x.sh; true"]), ["scripts/x.sh"]);
        assert_eq!(of(&["tool", "--config=conf.toml"]), ["conf.toml"]);
        assert_eq!(of(&["tool", top.join("conf.toml").to_str().unwrap()]), ["conf.toml"]);
        assert_eq!(of(&["cat", "/etc/passwd", "none.sh"]), Vec::<String>::new());
    }

    #[test]
    fn a_file_in_the_home_folder_is_found_as_a_shell_finds_it() {
        let (dir, home) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::fs::write(home.path().join("f"), "").unwrap();
        let of = |word: &str| named_from((dir.path(), Some(home.path())), &["sh".into(), "-c".into(), word.into()]);
        for word in ["test -s ~/f", "grep -q x <~/f", "A=~/f tool", "cd ~/ && cat f"] {
            assert_eq!(of(word).unwrap().into_iter().collect::<Vec<_>>(), [home.path().join("f")], "{word}");
        }
        assert!(of("cat ~/none").unwrap().is_empty());
    }

    #[test]
    fn no_file_is_left_out_because_there_are_many_and_too_many_folders_are_told() {
        let dir = tempfile::tempdir().unwrap();
        let names: Vec<String> = (0..100).map(|at| format!("f{at:03}")).collect();
        names.iter().for_each(|name| std::fs::write(dir.path().join(name), "").unwrap());
        let paths: Vec<PathBuf> = names.iter().map(|name| dir.path().join(name)).collect();
        assert_eq!(named(dir.path(), &names).unwrap().into_iter().collect::<Vec<_>>(), paths);
        let folders: Vec<String> = (0..NAMED).map(|at| format!("d{at}")).collect();
        folders.iter().for_each(|name| std::fs::create_dir(dir.path().join(name)).unwrap());
        assert!(named(dir.path(), &folders[1..]).is_ok());
        let refused = named(dir.path(), &folders).unwrap_err().sentence();
        assert!(refused.contains("names more than 64 folders"), "{refused}");
    }
}
