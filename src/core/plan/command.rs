//! Commands as lists of words, and secrets as references.

use super::Template;
use crate::notation::shell_line;
use serde::{Deserialize, Serialize};

/// A command as a list of words, run without a shell; the first word is the program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CommandLine(pub Vec<Template>);

/// The shells, which are given a script by its name.
pub const SHELLS: [&str; 7] = ["sh", "bash", "dash", "zsh", "ash", "ksh", "busybox-sh"];

/// What else runs a script that it is given by its name.
pub const INTERPRETERS: [&str; 12] =
    ["python", "python3", "node", "ruby", "perl", "php", "source", ".", "deno", "bun", "tsx", "ts-node"];

/// The options of a shell that stand before a script and say nothing of it.
const SHELL_OPTIONS: &str = "aefhuvx";

impl CommandLine {
    /// Returns the file that it runs, or gives to a shell or an interpreter, as it lies in the repository; nothing where its
    /// words alone do not say which one that is.
    pub fn script(&self, dir: Option<&str>) -> Option<String> {
        let words: Vec<&str> = self.0.iter().map(Template::as_str).collect();
        let (program, given) = words.split_first()?;
        let name = program.rsplit('/').next().unwrap_or(program);
        let is_option =
            |word: &&&str| word.strip_prefix('-').is_some_and(|o| o.chars().all(|c| SHELL_OPTIONS.contains(c)));
        let word = match (SHELLS.contains(&name), INTERPRETERS.contains(&name)) {
            (true, _) => given.iter().find(|word| !is_option(word))?,
            // What stands behind these is their own command first, and may be a task of theirs.
            (false, true) if ["deno", "bun"].contains(&name) => return None,
            (false, true) => given.first()?,
            (false, false) => Some(program).filter(|program| program.contains('/'))?,
        };
        let is_known = !word.starts_with(['/', '~', '-']) && !word.contains(['{', '$']);
        let dir = dir.map(|dir| format!("{}/", dir.trim_end_matches('/'))).unwrap_or_default();
        is_known.then(|| format!("{dir}{}", word.trim_start_matches("./")))
    }

    /// Returns the words as they stand in the plan, joined as a shell would want them quoted.
    pub fn display(&self) -> String {
        shell_line(self.0.iter().map(Template::as_str), "-_./:=@,+%{}")
    }
}

/// Way a secret comes from; its value is never in the plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Secret {
    /// `{ env = "NAME" }`: a variable of tminus's own environment.
    Env(String),
    /// `{ dotenv = "FILE", key = "NAME" }`: a line of an environment file.
    Dotenv {
        /// The file, from the root of the repository.
        file: String,
        /// The variable in it.
        key: String,
    },
    /// `{ command = ["op", "read", "…"] }`: what a command prints.
    Command(CommandLine),
}

/// A value of `env = { NAME = … }`: plain text, or a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Setting {
    /// Text that may be shown.
    Plain(Template),
    /// Text that may not.
    Secret(Secret),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_names_its_script_where_its_own_words_say_which() {
        let script = |words: &str, dir| CommandLine(words.split(' ').map(Template::new).collect()).script(dir);
        for (words, dir, named) in [
            ("sh undo.sh {previous}", None, "undo.sh"),
            ("/bin/bash -eu ./ops/undo.sh", None, "ops/undo.sh"),
            ("python3 undo.py --to {previous}", Some("ops/"), "ops/undo.py"),
            ("./undo {previous}", Some("ops"), "ops/undo"),
        ] {
            assert_eq!(script(words, dir).as_deref(), Some(named), "{words}");
        }
        for words in [
            "sh -c ./undo.sh",
            "python3 -m undo",
            "kubectl undo",
            "/opt/undo",
            "sh {version}.sh",
            "sh",
            "bun run back",
            "deno task undo",
        ] {
            assert_eq!(script(words, None), None, "{words}");
        }
    }
}
