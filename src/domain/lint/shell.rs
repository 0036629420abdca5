//! A command split into the calls that it makes, as a shell would split it: enough to judge it, never to run it.

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
    let mut reader = Reader {
        rest: text,
        calls: Vec::new(),
        words: Vec::new(),
        word: None,
        join: Join::Then,
        variables: Vec::new(),
    };
    reader.read();
    let mut strict = options;
    let mut assigned = Vec::new();
    let mut calls = Vec::new();
    for (words, join) in reader.calls {
        let (words, has_keyword) = without_keywords(words, &mut assigned);
        strict.branches |= has_keyword;
        strict.stops |= words.first().is_some_and(|w| w == "set") && words[1..].iter().any(|w| is_flag(w, 'e'));
        strict.pipefail |= words.first().is_some_and(|w| w == "set") && words.iter().any(|w| w == "pipefail");
        if !words.is_empty() && words[0] != "set" {
            calls.push(Call { words: unwrapped(words), join });
        }
    }
    reader.variables.retain(|name| !assigned.contains(name));
    Script { calls, variables: reader.variables, shell: Shell::Runs(strict) }
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

/// Walks over the text of a script once.
struct Reader<'a> {
    rest: &'a str,
    calls: Vec<(Vec<String>, Join)>,
    words: Vec<String>,
    word: Option<String>,
    join: Join,
    variables: Vec<String>,
}

impl Reader<'_> {
    fn read(&mut self) {
        while let Some(c) = self.rest.chars().next() {
            match c {
                '\'' => self.quoted_single(),
                '"' => self.quoted_double(),
                '\\' => self.escaped(),
                '$' => self.dollar(),
                '#' if self.word.is_none() => self.skip_to(self.rest.find('\n').unwrap_or(self.rest.len())),
                '>' | '<' => self.redirection(),
                '|' | '&' | ';' | '\n' => self.operator(),
                '(' | ')' => {
                    self.end_word();
                    self.push(c);
                    self.end_word();
                    self.skip_to(1);
                }
                c if c.is_whitespace() => {
                    self.end_word();
                    self.skip_to(c.len_utf8());
                }
                c => {
                    self.push(c);
                    self.skip_to(c.len_utf8());
                }
            }
        }
        self.end_call(Join::Then);
    }

    fn skip_to(&mut self, at: usize) {
        self.rest = self.rest.get(at..).unwrap_or_default();
    }

    fn push(&mut self, c: char) {
        self.word.get_or_insert_default().push(c);
    }

    fn end_word(&mut self) {
        self.words.extend(self.word.take());
    }

    fn end_call(&mut self, next: Join) {
        self.end_word();
        if !self.words.is_empty() {
            self.calls.push((std::mem::take(&mut self.words), self.join));
        }
        self.join = next;
    }

    fn quoted_single(&mut self) {
        let body = &self.rest[1..];
        let end = body.find('\'').unwrap_or(body.len());
        self.word.get_or_insert_default().push_str(&body[..end]);
        self.skip_to(end + 2);
    }

    fn quoted_double(&mut self) {
        self.word.get_or_insert_default();
        self.skip_to(1);
        while let Some(c) = self.rest.chars().next() {
            match c {
                '"' => return self.skip_to(1),
                // inside quotes a backslash stays, except before what a shell would read
                '\\' if !self.rest[1..].starts_with(['"', '\\', '$', '`', '\n']) => {
                    self.push(c);
                    self.skip_to(1);
                }
                '\\' => self.escaped(),
                '$' => self.dollar(),
                c => {
                    self.push(c);
                    self.skip_to(c.len_utf8());
                }
            }
        }
    }

    fn escaped(&mut self) {
        let next = self.rest[1..].chars().next();
        if let Some(c) = next.filter(|c| *c != '\n') {
            self.push(c);
        }
        self.skip_to(1 + next.map_or(0, char::len_utf8));
    }

    /// Takes `$NAME`, `${NAME…}` and `$(…)` into the word, and notes the variables that have no fallback.
    fn dollar(&mut self) {
        let rest = &self.rest[1..];
        let length = match rest.chars().next() {
            Some('(') => closing(rest, ('(', ')')),
            Some('{') => closing(rest, ('{', '}')),
            _ => name_length(rest),
        };
        let body = &rest[..length];
        let name = body.trim_start_matches('{');
        let name_end = name_length(name);
        let tail = name[name_end..].trim_start_matches(':');
        // `${NAME:-x}` has a fallback, `${NAME:?}` stops by itself, `${NAME:0:30}` has neither
        let is_safe = body.starts_with('{') && tail.starts_with(['-', '=', '?', '+']);
        let is_name = name_end > 0 && !name.starts_with(|c: char| c.is_ascii_digit());
        if is_name && !is_safe && !body.starts_with('(') {
            self.variables.push(name[..name_end].to_owned());
        }
        let taken = format!("${body}");
        self.word.get_or_insert_default().push_str(&taken);
        self.skip_to(1 + length);
    }

    /// Leaves redirections out: `>file`, `2>&1`, `<<EOF` say nothing about the outcome.
    fn redirection(&mut self) {
        if self.word.as_ref().is_some_and(|w| w.chars().all(|c| c.is_ascii_digit())) {
            self.word = None;
        }
        self.end_word();
        self.skip_to(self.rest.find(|c| !matches!(c, '>' | '<' | '&' | ' ')).unwrap_or(self.rest.len()));
        let end = self.rest.find(|c: char| c.is_whitespace() || ";|&<>()".contains(c)).unwrap_or(self.rest.len());
        self.skip_to(end);
    }

    fn operator(&mut self) {
        if self.rest.starts_with("&>") {
            self.skip_to(1);
            return self.redirection();
        }
        let (length, join) = match self.rest {
            rest if rest.starts_with("||") => (2, Join::Or),
            rest if rest.starts_with("&&") => (2, Join::And),
            rest if rest.starts_with("|&") => (2, Join::Pipe),
            rest if rest.starts_with('|') => (1, Join::Pipe),
            _ => (1, Join::Then),
        };
        let is_empty = self.words.is_empty() && self.word.is_none();
        // a new line after `&&` or `|` goes on with the same list
        if !(is_empty && join == Join::Then && self.rest.starts_with('\n')) {
            self.end_call(join);
        }
        self.skip_to(length);
    }
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
}

/// Returns how far it is to behind the bracket that closes the first one.
fn closing(text: &str, (open, close): (char, char)) -> usize {
    let mut depth = 0_usize;
    for (at, c) in text.char_indices() {
        if c == open {
            depth += 1;
        } else if c == close {
            depth = depth.saturating_sub(1);
            if depth == 0 {
                return at + c.len_utf8();
            }
        }
    }
    text.len()
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
