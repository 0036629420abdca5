//! A command split into the calls that it makes, as a shell would split it: enough to judge it, never to run it.

use super::reader::Reader;
use crate::domain::plan::CommandLine;

/// What a command comes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Script {
    /// The calls in their order.
    pub calls: Vec<Call>,
    /// Variables that a shell puts in; without a shell, words that look as if one would.
    pub variables: Vec<String>,
    /// Whether a shell runs it, and how strict it is.
    pub shell: Shell,
}

/// Whether a shell runs a command.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shell {
    /// No shell: the words go to the program as they are.
    #[default]
    None,
    /// A shell, with these options.
    Runs(Strictness),
}

/// What a shell does about a call that fails.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Strictness {
    /// `set -e`: it stops.
    pub stops: bool,
    /// `set -o pipefail`: a pipe fails with any of its calls.
    pub pipefail: bool,
    /// It has branches or loops, which are not followed here.
    pub branches: bool,
}

/// One program and its words.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Call {
    /// The words, quotes taken off, programs that only start another one left out.
    pub words: Vec<String>,
    /// How it is joined to the call before it.
    pub join: Join,
}

/// How a call is joined to the one before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// The first one, or after `;`, `&` or a new line.
    Then,
    /// After `&&`.
    And,
    /// After `||`.
    Or,
    /// After `|`.
    Pipe,
}

impl Call {
    /// Returns the program's name without its folder.
    pub(super) fn program(&self) -> &str {
        self.words.first().map_or("", |word| base(word))
    }

    /// Returns the words after the program.
    pub(super) fn arguments(&self) -> &[String] {
        self.words.get(1..).unwrap_or_default()
    }

    /// Says whether it begins with this program and these words.
    pub(super) fn is(&self, words: &[&str]) -> bool {
        let Some((program, rest)) = words.split_first() else { return true };
        self.program() == *program && self.arguments().iter().take(rest.len()).eq(rest.iter())
    }

    /// Says whether one of its words is this.
    pub(super) fn has(&self, word: &str) -> bool {
        self.arguments().iter().any(|w| w == word)
    }
}

/// Reads a command of the plan: its own words, or what its `sh -c` would run.
pub(super) fn read(line: &CommandLine) -> Script {
    let words: Vec<String> = line.0.iter().map(|word| word.as_str().to_owned()).collect();
    let words = unwrapped(words);
    match shell_text(&words) {
        Some((text, options)) => split(&text, options),
        None => Script {
            variables: words.iter().flat_map(|word| plain_variables(word)).collect(),
            calls: vec![Call { words, join: Join::Then }],
            shell: Shell::None,
        },
    }
}

/// Takes off programs that only start another one: `env A=b`, `timeout 30`, `sudo`, `poetry run`.
fn unwrapped(mut words: Vec<String>) -> Vec<String> {
    loop {
        let skip = match words.first().map(|word| base(word)) {
            Some("env") => 1 + words[1..].iter().take_while(|w| w.contains('=') || w.starts_with('-')).count(),
            // `timeout -k 5 30 PROGRAM`: no program's name begins with a digit
            Some("timeout") => {
                1 + words[1..].iter().take_while(|w| w.starts_with(|c: char| c == '-' || c.is_ascii_digit())).count()
            }
            Some("sudo" | "nice" | "nohup" | "time" | "command" | "exec" | "xcrun") => 1,
            Some("poetry" | "pipenv" | "uv") if words.get(1).is_some_and(|w| w == "run") => 2,
            Some(_) | None => return words,
        };
        if skip >= words.len() {
            return words;
        }
        words.drain(..skip);
    }
}

fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

/// Returns the text that a shell is given with `-c`, and the options before it.
fn shell_text(words: &[String]) -> Option<(String, Strictness)> {
    if !matches!(base(words.first()?), "sh" | "bash" | "dash" | "zsh" | "ash" | "ksh") {
        return None;
    }
    let mut strict = Strictness::default();
    let mut rest = words[1..].iter();
    while let Some(word) = rest.next() {
        if word == "pipefail" {
            strict.pipefail = true;
        }
        let Some(letters) = word.strip_prefix('-').filter(|l| !l.starts_with('-')) else { continue };
        strict.stops |= letters.contains('e');
        if letters.contains('c') {
            // the text is the first word that is no option: `bash -c -e TEXT` is allowed
            return rest.find(|w| !w.starts_with('-')).map(|text| (text.clone(), strict));
        }
    }
    None
}

/// Finds `$NAME` and `${NAME}` in a word that no shell reads; only names in capitals, so that `$1` and regexes stay.
fn plain_variables(word: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in word.match_indices('$') {
        let rest = word[at + 1..].trim_start_matches('{');
        let length =
            rest.find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')).unwrap_or(rest.len());
        let name = &rest[..length];
        if length > 1 && name.starts_with(|c: char| c.is_ascii_uppercase()) {
            found.push(name.to_owned());
        }
    }
    found
}

/// Reads the text of a script.
fn split(text: &str, options: Strictness) -> Script {
    let Reader { calls: read, mut variables, .. } = Reader::of(text);
    let mut strict = options;
    let mut assigned = Vec::new();
    let mut calls = Vec::new();
    for (words, join) in read {
        let (words, has_keyword) = without_keywords(words, &mut assigned);
        strict.branches |= has_keyword;
        strict.stops |= words.first().is_some_and(|w| w == "set") && words[1..].iter().any(|w| is_flag(w, 'e'));
        strict.pipefail |= words.first().is_some_and(|w| w == "set") && words.iter().any(|w| w == "pipefail");
        if !words.is_empty() && words[0] != "set" {
            calls.push(Call { words: unwrapped(words), join });
        }
    }
    variables.retain(|name| !assigned.contains(name));
    Script { calls, variables, shell: Shell::Runs(strict) }
}

fn is_flag(word: &str, letter: char) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.contains(letter)
}

/// Takes off `if`, `then` and the like and leading assignments, and notes the names that are given a value.
fn without_keywords(mut words: Vec<String>, assigned: &mut Vec<String>) -> (Vec<String>, bool) {
    let mut has_keyword = false;
    while let Some(first) = words.first() {
        let keywords = [
            "if", "then", "else", "elif", "fi", "for", "while", "until", "do", "done", "case", "esac", "!", "{", "}",
            "(", ")",
        ];
        if keywords.contains(&first.as_str()) {
            has_keyword = true;
            let is_for = first == "for";
            words.remove(0);
            if is_for {
                assigned.extend(words.first().cloned());
                words.clear();
            }
        } else if let Some(name) = assignment(first) {
            assigned.push(name);
            words.remove(0);
        } else {
            break;
        }
    }
    if words
        .first()
        .is_some_and(|w| matches!(w.as_str(), "export" | "local" | "readonly" | "declare" | "read" | "typeset"))
    {
        assigned.extend(words[1..].iter().map(|w| assignment(w).unwrap_or_else(|| w.clone())));
    }
    (words, has_keyword)
}

fn assignment(word: &str) -> Option<String> {
    let (name, _) = word.split_once('=')?;
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (is_name && !name.starts_with(|c: char| c.is_ascii_digit())).then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::plan::Template;

    fn script(words: &[&str]) -> Script {
        read(&CommandLine(words.iter().map(|w| Template::new(*w)).collect()))
    }

    fn calls(text: &str) -> Vec<(String, Join)> {
        script(&["sh", "-c", text]).calls.into_iter().map(|c| (c.words.join("·"), c.join)).collect()
    }

    #[test]
    fn a_script_is_split_as_a_shell_splits_it() {
        assert_eq!(
            calls("cd backend && pytest -q 2>&1 | tail -3; echo 'a && b' || true # || false"),
            vec![
                ("cd·backend".to_owned(), Join::Then),
                ("pytest·-q".to_owned(), Join::And),
                ("tail·-3".to_owned(), Join::Pipe),
                ("echo·a && b".to_owned(), Join::Then),
                ("true".to_owned(), Join::Or),
            ]
        );
        assert_eq!(calls(r#"git log -S "a\|b""#), vec![("git·log·-S·a\\|b".to_owned(), Join::Then)]);
        assert_eq!(calls("a &&\n b"), vec![("a".to_owned(), Join::Then), ("b".to_owned(), Join::And)]);
    }

    #[test]
    fn variables_are_those_that_a_shell_would_put_in() {
        let of = |text| script(&["sh", "-c", text]).variables;
        assert_eq!(of(r#"echo "$A ${B:0:30} ${C:-x} ${D:?}" '$E' \$F"#), vec!["A", "B"]);
        assert_eq!(of("X=1; for i in a b; do echo $X $i; done; read Y; echo $Y"), Vec::<String>::new());
        assert_eq!(script(&["echo", "$HOME_URL $1 ^x$"]).variables, vec!["HOME_URL"]);
    }

    #[test]
    fn programs_that_start_others_are_looked_through() {
        assert_eq!(script(&["poetry", "run", "pytest"]).calls[0].program(), "pytest");
        assert_eq!(script(&["timeout", "-k", "5", "30", "true"]).calls[0].words, vec!["true"]);
        assert_eq!(script(&["env", "A=1", "sh", "-ec", "a; b"]).calls.len(), 2);
    }

    #[test]
    fn a_script_that_breaks_off_in_a_quote_or_a_bracket_is_read_to_its_end() {
        for text in ["'", "\"", "$(", "${", "\\", "echo \"a$", "a >", "a |", "é'ü", "&>"] {
            let _ = script(&["sh", "-c", text]);
        }
    }
}
