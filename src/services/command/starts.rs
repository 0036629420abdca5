//! Whether what the plan's commands need is there: programs, files, interpreters, values. Nothing is started or asked.

use crate::git::CommandLook;
use crate::process::found_on_path;
use crate::secrets::Secrets;
use async_trait::async_trait;
use rustix::fs::{Access, AtFlags, CWD, accessat};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tminus_core::need::{FileKind, Need, Unmet};
use tminus_core::ports::{FailureKind, PortError};

/// How much of a script is read to find its interpreter: no system reads more.
const FIRST_LINE: u64 = 256;

/// The names under which make looks for its file.
const MAKEFILES: [&str; 3] = ["GNUmakefile", "makefile", "Makefile"];

/// What the plan's commands need, and where they run.
#[derive(Clone, Debug)]
pub struct Starts {
    root: PathBuf,
    needs: Arc<Vec<Need>>,
    secrets: Arc<Secrets>,
}

impl Starts {
    /// Makes it for the commands that run where `secrets` belongs to.
    pub fn new(needs: Vec<Need>, secrets: Arc<Secrets>) -> Self {
        Self { root: secrets.root().to_owned(), needs: Arc::new(needs), secrets }
    }
}

#[async_trait]
impl CommandLook for Starts {
    async fn unmet(&self) -> Result<Vec<Unmet>, PortError> {
        let (root, needs) = (self.root.clone(), self.needs.clone());
        let look = move || -> Vec<Unmet> {
            needs.iter().filter_map(|need| missing(&root, need).map(|why| Unmet { need: need.clone(), why })).collect()
        };
        let lost = PortError::by(FailureKind::Malformed, "what the plan's commands need could not be looked at");
        let mut unmet = tokio::task::spawn_blocking(look).await.map_err(lost)?;
        for need in self.needs.iter() {
            if let Need::Value(secret) = need
                && let Some(why) = self.secrets.lacks(secret).await
            {
                unmet.push(Unmet { need: need.clone(), why });
            }
        }
        Ok(unmet)
    }
}

/// Says why a program or a file is not as it must be; a value is looked up by the secrets.
fn missing(root: &Path, need: &Need) -> Option<String> {
    match need {
        Need::Program { name, path, .. } => match found_on_path(name, path.as_deref(), root) {
            None if path.is_some() => Some(format!("{name} is not on the PATH that the plan sets")),
            None => Some(format!("{name} is not installed here, or not on the PATH")),
            Some(file) => not_started(&file, root).map(|why| format!("{} {why}", file.display())),
        },
        Need::File { path, kind, .. } => {
            let file = root.join(path);
            match kind {
                FileKind::Makefile => {
                    let has_one = MAKEFILES.iter().any(|name| file.join(name).exists());
                    (!has_one).then(|| format!("there is no makefile in {}", shown(path)))
                }
                FileKind::Folder => (!file.is_dir()).then(|| absent(path, "the folder ")),
                FileKind::Given => not_given(&file, path),
                FileKind::Script if file.is_dir() => Some(format!("{path} is a folder")),
                FileKind::Script => not_given(&file, path),
                FileKind::Started | FileKind::Executed if !file.exists() => Some(absent(path, "")),
                FileKind::Started => not_started(&file, root).map(|why| format!("{path} {why}")),
                FileKind::Executed => {
                    let why = not_started(&file, root).or_else(|| is_bare_text(&file).then(|| BARE.to_owned()));
                    why.map(|why| format!("{path} {why}"))
                }
            }
        }
        Need::Variable(name) => std::env::var_os(name).is_none().then(|| format!("the variable {name} is not set")),
        Need::Value(_) => None,
    }
}

/// What is said of a script that only a shell would start.
const BARE: &str = "has no `#!` in its first line, and no shell starts it";

/// Says whether a file is a text without `#!`, which the system starts as little as an empty one (execve(2), `ENOEXEC`).
fn is_bare_text(file: &Path) -> bool {
    let Some(head) = head(file) else { return false };
    // What is no text may be of a kind that the system was taught (binfmt_misc); so may what begins like an archive.
    let is_text = head.iter().all(|byte| !byte.is_ascii_control() || byte.is_ascii_whitespace());
    is_text && !head.starts_with(b"#!") && !head.starts_with(b"MZ") && !head.starts_with(b"PK")
}

/// Reads the beginning of a file; nothing where it is none, or cannot be read.
fn head(file: &Path) -> Option<Vec<u8>> {
    // A pipe would be waited for.
    std::fs::metadata(file).ok().filter(std::fs::Metadata::is_file)?;
    let mut head = Vec::new();
    std::fs::File::open(file).ok()?.take(FIRST_LINE).read_to_end(&mut head).ok()?;
    Some(head)
}

fn shown(path: &str) -> &str {
    if path.is_empty() { "the plan's folder" } else { path }
}

fn absent(path: &str, what: &str) -> String {
    if path.starts_with('/') {
        format!("{what}{path} is not there")
    } else {
        format!("{what}{path} is not in the checkout")
    }
}

fn may(file: &Path, access: Access) -> bool {
    accessat(CWD, file, access, AtFlags::EACCESS).is_ok()
}

fn not_given(file: &Path, path: &str) -> Option<String> {
    match (file.exists(), may(file, Access::READ_OK)) {
        (false, _) => Some(absent(path, "")),
        (true, false) => Some(format!("{path} may not be read")),
        (true, true) => None,
    }
}

/// Says why a file that is there cannot be started.
fn not_started(file: &Path, root: &Path) -> Option<String> {
    if file.is_dir() {
        return Some("is a folder".to_owned());
    }
    if !may(file, Access::EXEC_OK) {
        return Some("may not be run: `chmod +x` lets it".to_owned());
    }
    let (interpreter, argument) = interpreter(file)?;
    if !interpreter.starts_with('/') {
        return None;
    }
    let there = Path::new(&interpreter);
    if !there.is_file() || !may(there, Access::EXEC_OK) {
        let shown = interpreter.escape_default();
        return Some(format!("names the interpreter {shown} in its first line, which is not there"));
    }
    // `#!/usr/bin/env python3`; with options it is another matter.
    let program = argument
        .filter(|word| interpreter.ends_with("/env") && !word.contains(['=', ' ']) && !word.starts_with('-'))?;
    let is_there = found_on_path(&program, None, root).is_some();
    let shown = program.escape_default();
    (!is_there).then(|| format!("names the interpreter {shown} in its first line, which is not on the PATH"))
}

/// Returns what the first line of a script names after `#!`, and the rest of it (execve(2)).
fn interpreter(file: &Path) -> Option<(String, Option<String>)> {
    let head = head(file)?;
    let line = head.split(|byte| *byte == b'\n').next()?.strip_prefix(b"#!")?;
    let line = String::from_utf8_lossy(line).into_owned();
    // The system parts them at blanks alone: a carriage return belongs to the name.
    let line = line.trim_matches([' ', '\t']);
    let (program, rest) = line.split_once([' ', '\t']).map_or((line, None), |(program, rest)| (program, Some(rest)));
    let rest = rest.map(|rest| rest.trim_start_matches([' ', '\t']).to_owned()).filter(|rest| !rest.is_empty());
    Some((program.to_owned(), rest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Permission;
    use std::os::unix::fs::PermissionsExt as _;
    use tminus_core::mask::Mask;
    use tminus_core::plan::Secret;

    fn write(root: &Path, path: &str, (text, mode): (&str, u32)) {
        std::fs::write(root.join(path), text).unwrap();
        std::fs::set_permissions(root.join(path), std::fs::Permissions::from_mode(mode)).unwrap();
    }

    fn needed(path: &str, kind: FileKind) -> Need {
        Need::File { path: path.to_owned(), kind, is_late: false }
    }

    #[test]
    fn a_file_that_cannot_be_started_says_why() {
        let dir = tempfile::tempdir().unwrap();
        let root = dir.path();
        for (path, file) in [
            ("good", ("#!/bin/sh\n", 0o755)),
            ("env", ("#!/usr/bin/env sh\n", 0o755)),
            ("options", ("#!/usr/bin/env -S sh -e\n", 0o755)),
            ("binary", ("\u{7f}ELF", 0o755)),
            ("plain", ("#!/bin/sh\n", 0o644)),
            ("windows", ("#!/bin/sh\r\n", 0o755)),
            ("elsewhere", ("#!/no/such -e\n", 0o755)),
            ("nobody", ("#! /usr/bin/env no-such-program\n", 0o755)),
        ] {
            write(root, path, file);
        }
        std::fs::create_dir(root.join("folder")).unwrap();
        let why = |path: &str, kind| missing(root, &needed(path, kind)).unwrap_or_default();
        let names = "names the interpreter";
        for (path, says) in [
            ("good", String::new()),
            ("env", String::new()),
            ("options", String::new()),
            ("binary", String::new()),
            ("none", "none is not in the checkout".to_owned()),
            ("/no/such", "/no/such is not there".to_owned()),
            ("plain", "plain may not be run: `chmod +x` lets it".to_owned()),
            ("folder", "folder is a folder".to_owned()),
            ("windows", format!("windows {names} /bin/sh\\r in its first line, which is not there")),
            ("elsewhere", format!("elsewhere {names} /no/such in its first line, which is not there")),
            ("nobody", format!("nobody {names} no-such-program in its first line, which is not on the PATH")),
        ] {
            assert_eq!(why(path, FileKind::Started), says, "{path}");
        }
        write(root, "bare", ("echo undone\n", 0o755));
        write(root, "empty", ("", 0o755));
        for (path, says) in [
            ("bare", "bare has no `#!` in its first line, and no shell starts it"),
            ("empty", "empty has no `#!` in its first line, and no shell starts it"),
            ("good", ""),
            ("binary", ""),
            ("plain", "plain may not be run: `chmod +x` lets it"),
            ("gone", "gone is not in the checkout"),
        ] {
            assert_eq!(why(path, FileKind::Executed), says, "{path}");
        }
        assert_eq!(why("bare", FileKind::Started), "", "a shell reads it itself");
        assert_eq!(why("plain", FileKind::Script), "");
        assert_eq!(why("folder", FileKind::Script), "folder is a folder");
        assert_eq!(why("folder", FileKind::Given), "");
        assert_eq!(why("plain", FileKind::Folder), "the folder plain is not in the checkout");
        assert_eq!(why("folder", FileKind::Makefile), "there is no makefile in folder");
        write(root, "folder/Makefile", ("", 0o644));
        assert_eq!(why("folder", FileKind::Makefile), "");
    }

    #[test]
    fn a_variable_that_nobody_sets_is_missing() {
        let of = |name: &str| missing(Path::new("/"), &Need::Variable(name.to_owned()));
        assert_eq!(of("PATH"), None);
        assert_eq!(of("TMINUS_NOBODY_SETS_THIS").unwrap(), "the variable TMINUS_NOBODY_SETS_THIS is not set");
    }

    #[test]
    fn a_program_is_looked_for_where_the_plan_says() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), "tool", ("#!/no/such\n", 0o755));
        let of = |name: &str, path: Option<&str>| {
            missing(dir.path(), &Need::Program { name: name.to_owned(), path: path.map(str::to_owned), is_late: false })
        };
        assert_eq!(of("sh", None), None);
        assert_eq!(of("tool", None).unwrap(), "tool is not installed here, or not on the PATH");
        assert_eq!(of("sh", Some("/no/such")).unwrap(), "sh is not on the PATH that the plan sets");
        assert!(
            of("tool", Some("."))
                .unwrap()
                .ends_with("names the interpreter /no/such in its first line, which is not there")
        );
    }

    #[tokio::test]
    async fn a_value_that_is_not_set_is_told_and_nothing_is_read_of_a_plan_that_nobody_trusts() {
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), ".env", ("A=one\nB=\n", 0o644));
        let dotenv = |key: &str| Secret::Dotenv { file: ".env".to_owned(), key: key.to_owned() };
        let secrets = [Secret::Env("TMINUS_NOBODY_SETS_THIS".to_owned()), dotenv("A"), dotenv("B")];
        let needs: Vec<Need> = secrets.map(Need::Value).to_vec();
        for (trust, says) in [
            (Permission::Trusted, &["the variable TMINUS_NOBODY_SETS_THIS has no value", "B of .env has no value"][..]),
            (Permission::Untrusted, &[]),
        ] {
            let secrets = Arc::new(Secrets::new(dir.path(), trust, Mask::new()));
            let unmet = Starts::new(needs.clone(), secrets).unmet().await.unwrap();
            assert_eq!(unmet.iter().map(|unmet| unmet.why.as_str()).collect::<Vec<_>>(), says);
        }
    }
}
