//! What is known of programs that are given files by their words, and of those that only start others.

use super::shell::{ShellCall, is_shell};
use crate::need::FileKind;
use crate::plan::INTERPRETERS;

/// What a shell runs itself, though a program of that name may be on the `PATH` too.
const OF_SHELLS: [&str; 62] = [
    "[",
    "[[",
    "test",
    "echo",
    "printf",
    "print",
    "true",
    "false",
    "pwd",
    "cd",
    "kill",
    "read",
    "type",
    "command",
    "exit",
    "set",
    "export",
    "wait",
    ":",
    ".",
    "source",
    "eval",
    "exec",
    "builtin",
    "time",
    "trap",
    "shift",
    "unset",
    "return",
    "local",
    "declare",
    "typeset",
    "readonly",
    "let",
    "alias",
    "unalias",
    "umask",
    "ulimit",
    "getopts",
    "hash",
    "jobs",
    "fg",
    "bg",
    "times",
    "shopt",
    "pushd",
    "popd",
    "dirs",
    "mapfile",
    "readarray",
    "disown",
    "history",
    "enable",
    "help",
    "caller",
    "compgen",
    "complete",
    "break",
    "continue",
    "setopt",
    "autoload",
    "whence",
];

/// Programs whose words behind their own options are the program that they start, looked for as they were.
const TRANSPARENT: [&str; 16] = [
    "flock",
    "timeout",
    "gtimeout",
    "env",
    "nice",
    "ionice",
    "stdbuf",
    "nohup",
    "setsid",
    "time",
    "exec",
    "command",
    "builtin",
    "chronic",
    "caffeinate",
    "unbuffer",
];

/// Those that look for it elsewhere.
const ANOTHER_PATH: [&str; 3] = ["sudo", "doas", "xvfb-run"];

/// Programs that bring files along which their words do not name.
const BRING: [&str; 12] =
    ["tar", "unzip", "7z", "gunzip", "cpio", "rsync", "patch", "terraform", "helmfile", "gh", "glab", "svn"];

/// What else than the names in [`INTERPRETERS`] runs a script that it is given by its name.
const MORE_INTERPRETERS: [&str; 6] = ["Rscript", "lua", "julia", "pwsh", "tclsh", "expect"];

/// Options that say what a program reads, by program and, where it has any, by subcommand.
const READS: [(&str, &[&str], &[&str]); 11] = [
    ("psql", &[], &["-f", "--file"]),
    ("awk", &[], &["-f", "--file"]),
    ("gawk", &[], &["-f", "--file"]),
    ("mawk", &[], &["-f"]),
    ("sed", &[], &["-f", "--file"]),
    ("just", &[], &["-f", "--justfile"]),
    ("docker-compose", &[], &["-f", "--file"]),
    ("kubectl", &["apply", "create", "delete", "replace"], &["-f", "--filename", "-k", "--kustomize"]),
    ("oc", &["apply", "create", "delete", "replace"], &["-f", "--filename", "-k", "--kustomize"]),
    ("helm", &["upgrade", "install"], &["-f", "--values"]),
    ("ansible-playbook", &[], &["-i", "--inventory"]),
];

pub(super) fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// Says whether a word is what it says: nothing that a shell or the plan puts in, such as `<(command)`.
pub(super) fn is_literal(word: &str) -> bool {
    const MEANT: [char; 13] = ['$', '`', '{', '}', '*', '?', '[', '\n', ':', '<', '>', '(', ')'];
    !word.is_empty() && !word.starts_with(['~', '-']) && !word.contains(MEANT)
}

/// Says whether a shell runs it itself.
pub(super) fn is_of_shells(name: &str) -> bool {
    OF_SHELLS.contains(&name)
}

/// Says whether what a program starts is known from its words.
pub(super) fn is_transparent(name: &str, words: &[String]) -> bool {
    // `env -S 'a b'` splits a word.
    let splits = || words.iter().skip(1).any(|word| word.starts_with("-S") || word.starts_with("--split"));
    (TRANSPARENT.contains(&name) && !(name == "env" && splits())) || ANOTHER_PATH.contains(&name)
}

pub(super) fn changes_the_path(name: &str, words: &[String]) -> bool {
    let sets =
        |word: &String| word.starts_with("PATH=") || word == "-i" || word == "-" || word == "--ignore-environment";
    ANOTHER_PATH.contains(&name) || (name == "env" && words.iter().skip(1).any(sets))
}

/// Says whether a program starts another one with somebody else's rights.
pub(super) fn changes_the_user(name: &str) -> bool {
    matches!(name, "sudo" | "doas")
}

/// Says whether a shell reads a profile first, which may set the `PATH` and define functions.
pub(super) fn reads_a_profile(call: &ShellCall) -> bool {
    let options = call.arguments().iter().take_while(|word| word.starts_with('-'));
    options.into_iter().any(|word| match word.strip_prefix("--") {
        Some(long) => matches!(long, "login" | "rcfile" | "init-file"),
        None => word.contains(['l', 'i']),
    })
}

/// Says whether a program may install others: one that builds or installs, whatever its words name.
pub(super) fn installs(words: &[String]) -> bool {
    let Some(first) = words.first() else { return false };
    is_make(base(first))
        || words.iter().skip(1).any(|word| matches!(word.as_str(), "install" | "i" | "ci" | "sync" | "add"))
}

pub(super) fn changes_the_place(name: &str, words: &[String]) -> bool {
    let options: &[&str] = match name {
        "env" => &["-C", "--chdir"],
        "sudo" => &["-D", "--chdir", "-i", "--login", "-R", "--chroot"],
        _ => &[],
    };
    words.iter().skip(1).any(|word| options.iter().any(|option| word.starts_with(option)))
}

/// Says whether a call may bring files into the checkout that its words do not name.
pub(super) fn brings_files(words: &[String]) -> bool {
    let Some(program) = words.first().map(|word| base(word)) else { return false };
    let reads = ["status", "log", "diff", "show", "rev-parse", "describe", "tag", "push", "config", "ls-files"];
    let subcommand = words.iter().skip(1).find(|word| !word.starts_with('-'));
    BRING.contains(&program) || (program == "git" && subcommand.is_none_or(|word| !reads.contains(&word.as_str())))
}

/// Says whether a call runs a text that is not read here: a script of the checkout, or one that an interpreter is given.
pub(super) fn runs_a_script(words: &[String]) -> bool {
    words.first().is_some_and(|word| {
        let name = base(word).trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
        word.contains('/') || is_shell(word) || INTERPRETERS.contains(&name) || MORE_INTERPRETERS.contains(&name)
    })
}

pub(super) fn is_make(program: &str) -> bool {
    matches!(program, "make" | "gmake")
}

/// Returns the values of options: behind `=`, right behind a letter, or the next word.
pub(super) fn values<'c>(call: &'c ShellCall, options: &[&str]) -> Vec<&'c str> {
    let words = call.arguments();
    let mut found = Vec::new();
    for (at, word) in words.iter().enumerate() {
        if word == "--" {
            break;
        }
        for option in options {
            let is_long = option.starts_with("--") || option.len() > 2;
            match word.strip_prefix(option) {
                Some("") => found.extend(words.get(at + 1).map(String::as_str)),
                Some(rest) if is_long => found.extend(rest.strip_prefix('=')),
                Some(rest) if !word.starts_with("--") => found.push(rest),
                Some(_) | None => {}
            }
        }
    }
    found
}

/// Returns the files that options name: `psql -f undo.sql`, `kubectl apply -f deploy/`.
pub(super) fn files(call: &ShellCall) -> Vec<&str> {
    let program = call.program();
    let words = call.arguments();
    if matches!(program, "docker" | "podman") && words.first().is_some_and(|word| word == "compose") {
        return of_compose(&words[1..]);
    }
    if program == "docker-compose" {
        return of_compose(words);
    }
    let known = READS.iter().find(|(name, subcommands, _)| {
        *name == program && (subcommands.is_empty() || words.iter().any(|word| subcommands.contains(&word.as_str())))
    });
    let is_file = |value: &&str| *value != "-" && !value.contains(',');
    known.map(|(.., options)| values(call, options)).unwrap_or_default().into_iter().filter(is_file).collect()
}

/// The files of Compose stand before its subcommand; behind it `-f` is another option.
fn of_compose(words: &[String]) -> Vec<&str> {
    let mut files = Vec::new();
    let mut rest = words.iter();
    while let Some(word) = rest.next().filter(|word| word.starts_with('-')) {
        let (option, value) =
            word.split_once('=').map_or((word.as_str(), None), |(option, value)| (option, Some(value)));
        let takes_one = matches!(
            option,
            "-f" | "--file" | "-p" | "--project-name" | "--env-file" | "--profile" | "--project-directory"
        );
        let value = value.or_else(|| rest.next_if_value(takes_one));
        if matches!(option, "-f" | "--file" | "--env-file") {
            files.extend(value.filter(|value| *value != "-"));
        }
    }
    files
}

/// Takes the value of an option that has one.
trait NextValue<'a> {
    fn next_if_value(&mut self, takes_one: bool) -> Option<&'a str>;
}

impl<'a> NextValue<'a> for std::slice::Iter<'a, String> {
    fn next_if_value(&mut self, takes_one: bool) -> Option<&'a str> {
        if takes_one { self.next().map(String::as_str) } else { None }
    }
}

/// Returns the script that a shell or an interpreter is given, where its words say which one that is.
pub(super) fn script(call: &ShellCall) -> Option<(FileKind, &str)> {
    let program = call.program();
    if is_shell(program) {
        return script_of_shell(call.arguments()).map(|word| (FileKind::Script, word));
    }
    // `python3.11` is `python`.
    let name = program.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.');
    let is_known = |names: &[&str]| names.contains(&program) || (!name.is_empty() && names.contains(&name));
    // What stands behind these is their own command first, and may be a task of theirs.
    if matches!(program, "deno" | "bun" | "source" | ".") || !(is_known(&INTERPRETERS) || is_known(&MORE_INTERPRETERS))
    {
        return None;
    }
    let harmless: &[&str] = match name {
        "python" => &["-u", "-B", "-E", "-s", "-I", "-O", "-OO", "-S", "-v"],
        "perl" | "ruby" => &["-w"],
        "php" | "tclsh" => &["-f"],
        "pwsh" => &["-File", "-NoProfile", "-NonInteractive", "-f"],
        _ => &[],
    };
    let word = call.arguments().iter().find(|word| !harmless.contains(&word.as_str()))?;
    // Node tries its endings itself.
    let is_whole = !matches!(program, "node" | "tsx" | "ts-node") || base(word).contains('.');
    (is_whole && is_literal(word)).then_some((FileKind::Given, word.as_str()))
}

fn script_of_shell(words: &[String]) -> Option<&str> {
    let mut rest = words.iter();
    while let Some(word) = rest.next() {
        if word == "--" {
            return rest.next().map(String::as_str);
        }
        if !word.starts_with(['-', '+']) {
            return Some(word);
        }
        if matches!(word.as_str(), "--rcfile" | "--init-file") || word.ends_with(['o', 'O']) && !word.starts_with("--")
        {
            rest.next();
        } else if !word.starts_with("--") && word.contains(['c', 's']) {
            return None;
        }
    }
    None
}

/// Says whether the words of a call are what they say: nothing is put into them.
pub(super) fn is_known(call: &ShellCall) -> bool {
    call.arguments().iter().all(|word| !word.contains(['$', '`']))
}
