//! The text of a shell script split into words and operators: quotes, escapes, redirections, variables.

use super::shell::Join;

/// A walk over the text of a script.
pub(super) struct Reader<'a> {
    rest: &'a str,
    /// The words of each call, as they stand, and how it is joined to the one before.
    pub calls: Vec<(Vec<String>, Join)>,
    words: Vec<String>,
    word: Option<String>,
    join: Join,
    /// Variables that have no fallback.
    pub variables: Vec<String>,
}

impl<'a> Reader<'a> {
    /// Walks over a text once, to its end, however broken it is.
    pub(super) fn of(text: &'a str) -> Self {
        let mut reader = Self {
            rest: text,
            calls: Vec::new(),
            words: Vec::new(),
            word: None,
            join: Join::Then,
            variables: Vec::new(),
        };
        reader.read();
        reader
    }

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
