//! The text of a script split into words and operators: quotes, escapes, variables, redirections, here-documents.

use super::tree::{ShellNode, ShellWord, WordPart};

/// A piece of a script's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum ShellToken {
    /// A word.
    Word(ShellWord),
    /// `&&`, `||`, `|`, `&`, `;`, a new line, `;;`, `(`, `)`.
    Op(&'static str),
    /// `> file`.
    Writes(ShellWord),
    /// `< file`.
    Reads(ShellWord),
    /// `<<EOF`, and the lines that follow.
    Here(String),
    /// `((…))`.
    Sum(String),
}

/// Parses the text of a script that stands in another one, so deep.
pub(super) type Parse = fn(&str, usize) -> ShellNode;

/// A walk over the text of a script.
pub(super) struct Lexer<'a> {
    rest: &'a str,
    tokens: Vec<ShellToken>,
    word: Option<ShellWord>,
    /// Here-documents whose lines have not come yet: the closing word, and where the token stands.
    open: Vec<(String, usize)>,
    depth: usize,
    parse: Parse,
}

/// Splits a text, to its end, however broken it is; `depth` says how deep in other scripts it stands.
pub(super) fn tokens(text: &str, depth: usize, parse: Parse) -> Vec<ShellToken> {
    let mut lexer = Lexer { rest: text, tokens: Vec::new(), word: None, open: Vec::new(), depth, parse };
    lexer.read();
    lexer.tokens
}

const OPERATORS: [(&str, &str); 12] = [
    ("&&", "&&"),
    ("||", "||"),
    (";;&", ";;"),
    (";;", ";;"),
    (";&", ";;"),
    ("|&", "|"),
    ("|", "|"),
    ("&", "&"),
    (";", ";"),
    ("\n", "\n"),
    ("(", "("),
    (")", ")"),
];

impl Lexer<'_> {
    fn read(&mut self) {
        while let Some(c) = self.rest.chars().next() {
            match c {
                '\'' => self.quoted_single(),
                '"' => self.quoted_double(),
                '\\' => self.escaped(),
                '$' => self.dollar(),
                '`' => self.backquoted(),
                '#' if self.word.is_none() => self.skip(self.rest.find('\n').unwrap_or(self.rest.len())),
                '>' | '<' => self.redirection(),
                '&' if self.rest.starts_with("&>") => {
                    self.end_word();
                    self.skip(1);
                    self.redirection();
                }
                '(' if self.word.is_none() && self.rest.starts_with("((") && self.sum() => {}
                '(' if self.is_list() => {
                    let length = closing(self.rest);
                    self.push_part(WordPart::Text(self.rest[..length].to_owned()));
                    self.skip(length);
                }
                '|' | '&' | ';' | '\n' | '(' | ')' => self.operator(),
                c if c.is_whitespace() => {
                    self.end_word();
                    self.skip(c.len_utf8());
                }
                c => {
                    self.push(c);
                    self.skip(c.len_utf8());
                }
            }
        }
        self.end_word();
    }

    fn skip(&mut self, at: usize) {
        self.rest = self.rest.get(at..).unwrap_or_default();
    }

    fn push(&mut self, c: char) {
        let word = self.word.get_or_insert_default();
        match word.parts.last_mut() {
            Some(WordPart::Text(text)) => text.push(c),
            Some(WordPart::Variable { .. } | WordPart::Run(..) | WordPart::Sum(_)) | None => {
                word.parts.push(WordPart::Text(c.to_string()));
            }
        }
    }

    fn push_part(&mut self, part: WordPart) {
        self.word.get_or_insert_default().parts.push(part);
    }

    fn quote(&mut self) {
        self.word.get_or_insert_default().is_quoted = true;
    }

    fn end_word(&mut self) {
        self.tokens.extend(self.word.take().map(ShellToken::Word));
    }

    fn quoted_single(&mut self) {
        self.quote();
        let body = &self.rest[1..];
        let end = body.find('\'').unwrap_or(body.len());
        body[..end].chars().for_each(|c| self.push(c));
        self.skip(end + 2);
    }

    fn quoted_double(&mut self) {
        self.quote();
        self.skip(1);
        while let Some(c) = self.rest.chars().next() {
            match c {
                '"' => return self.skip(1),
                // inside quotes a backslash stays, except before what a shell would read
                '\\' if !self.rest[1..].starts_with(['"', '\\', '$', '`', '\n']) => {
                    self.push(c);
                    self.skip(1);
                }
                '\\' => self.escaped(),
                '$' => self.dollar(),
                '`' => self.backquoted(),
                c => {
                    self.push(c);
                    self.skip(c.len_utf8());
                }
            }
        }
    }

    fn escaped(&mut self) {
        let next = self.rest[1..].chars().next();
        if let Some(c) = next.filter(|c| *c != '\n') {
            self.quote();
            self.push(c);
        }
        self.skip(1 + next.map_or(0, char::len_utf8));
    }

    /// Takes `$NAME`, `${NAME…}`, `$(…)` and `$((…))` into the word.
    fn dollar(&mut self) {
        let rest = &self.rest[1..];
        if rest.starts_with('\'') {
            // $'…' is a quote with escapes of its own; the letters do for what is asked here
            self.skip(1);
            return self.quoted_single();
        }
        let length = match rest.chars().next() {
            Some('(') => closing(rest),
            Some('{') => closing(rest),
            Some(c @ ('?' | '!' | '#' | '@' | '*' | '$')) => c.len_utf8(),
            _ => name_length(rest),
        };
        let body = &rest[..length];
        let shown = format!("${body}");
        let part = if let Some(sum) = body.strip_prefix("((").and_then(|b| b.strip_suffix("))")) {
            WordPart::Sum(sum.to_owned())
        } else if let Some(text) = body.strip_prefix('(') {
            let text = text.strip_suffix(')').unwrap_or(text);
            WordPart::Run(Box::new((self.parse)(text, self.depth + 1)), shown)
        } else if length == 0 {
            self.push('$');
            return self.skip(1);
        } else {
            variable(body, shown)
        };
        self.push_part(part);
        self.skip(1 + length);
    }

    fn backquoted(&mut self) {
        let body = &self.rest[1..];
        let end = body.find('`').unwrap_or(body.len());
        let node = (self.parse)(&body[..end], self.depth + 1);
        self.push_part(WordPart::Run(Box::new(node), format!("$({})", &body[..end])));
        self.skip(end + 2);
    }

    /// Says whether a bracket opens the items of a list: `names=(a b)`.
    fn is_list(&self) -> bool {
        self.word.as_ref().is_some_and(|word| !word.is_quoted && word.text().ends_with('='))
    }

    /// Takes `((…))`, where it is closed.
    fn sum(&mut self) -> bool {
        let length = closing(self.rest);
        let inner = self.rest[..length].strip_prefix("((").and_then(|t| t.strip_suffix("))"));
        let Some(inner) = inner else { return false };
        self.tokens.push(ShellToken::Sum(inner.to_owned()));
        self.skip(length);
        true
    }

    /// Takes a redirection: what is written or read is noted, `2>&1` says nothing about the outcome.
    fn redirection(&mut self) {
        let is_number = |word: &ShellWord| !word.is_quoted && word.text().chars().all(|c| c.is_ascii_digit());
        let descriptor = self.word.take_if(|word| is_number(word)).map(|word| word.text());
        self.end_word();
        if self.rest.starts_with("<(") || self.rest.starts_with(">(") {
            let length = 1 + closing(&self.rest[1..]);
            let text = self.rest[2..length].strip_suffix(')').unwrap_or(&self.rest[2..length]);
            let node = (self.parse)(text, self.depth + 1);
            self.push_part(WordPart::Run(Box::new(node), self.rest[..length].to_owned()));
            return self.skip(length);
        }
        let sign = self.rest.find(|c| !matches!(c, '>' | '<' | '&' | '|' | '-')).unwrap_or(self.rest.len());
        let operator = &self.rest[..sign];
        let is_text = operator.starts_with("<<<");
        let is_here = operator.starts_with("<<") && !is_text;
        let is_write = operator.starts_with('>');
        let duplicates = operator.contains('&');
        self.skip(sign);
        self.skip(self.rest.len() - self.rest.trim_start_matches([' ', '\t']).len());
        let target = self.target();
        if is_text {
            self.tokens.push(ShellToken::Here(target.text()));
        } else if is_here {
            self.open.push((target.text(), self.tokens.len()));
            self.tokens.push(ShellToken::Here(String::new()));
        } else if !duplicates && is_write && descriptor.as_deref() != Some("2") {
            self.tokens.push(ShellToken::Writes(target));
        } else if !duplicates && !is_write {
            self.tokens.push(ShellToken::Reads(target));
        }
    }

    /// Reads the word after a redirection.
    fn target(&mut self) -> ShellWord {
        while let Some(c) = self.rest.chars().next() {
            match c {
                '\'' => self.quoted_single(),
                '"' => self.quoted_double(),
                '\\' => self.escaped(),
                '$' => self.dollar(),
                c if c.is_whitespace() || ";|&<>()".contains(c) => break,
                c => {
                    self.push(c);
                    self.skip(c.len_utf8());
                }
            }
        }
        self.word.take().unwrap_or_default()
    }

    fn operator(&mut self) {
        self.end_word();
        let found = OPERATORS.into_iter().find(|(text, _)| self.rest.starts_with(text));
        let Some((text, operator)) = found else { return self.skip(1) };
        self.tokens.push(ShellToken::Op(operator));
        self.skip(text.len());
        if operator == "\n" {
            self.here_documents();
        }
    }

    /// Takes the lines of the here-documents that were opened on the line before.
    fn here_documents(&mut self) {
        for (end, at) in std::mem::take(&mut self.open) {
            let mut body = String::new();
            while !self.rest.is_empty() {
                let length = self.rest.find('\n').map_or(self.rest.len(), |at| at + 1);
                let line = &self.rest[..length];
                let is_end = line.trim_end_matches('\n').trim_start_matches('\t') == end;
                if !is_end {
                    body.push_str(line);
                }
                self.skip(length);
                if is_end {
                    break;
                }
            }
            self.tokens[at] = ShellToken::Here(body);
        }
    }
}

/// Reads what stands behind a `$`.
fn variable(body: &str, shown: String) -> WordPart {
    let inner = body.trim_start_matches('{').trim_end_matches('}');
    if let Some(at) = inner.strip_prefix("PIPESTATUS[").and_then(|rest| rest.strip_suffix(']')) {
        return WordPart::Variable { name: format!("PIPESTATUS {at}"), shown, is_safe: true };
    }
    let is_sign = inner.starts_with(['?', '!', '#', '@', '*', '$']) && inner.len() == 1;
    let end = if is_sign { 1 } else { name_length(inner) };
    let tail = inner[end..].trim_start_matches(':');
    // `${NAME:-x}` has a fallback, `${NAME:?}` stops by itself, `${NAME:0:30}` has neither
    let has_fallback = body.starts_with('{') && tail.starts_with(['-', '=', '?', '+']);
    let is_name = end > 0 && !is_sign && !inner.starts_with(|c: char| c.is_ascii_digit());
    WordPart::Variable { name: inner[..end].to_owned(), shown, is_safe: has_fallback || !is_name }
}

fn name_length(text: &str) -> usize {
    text.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(text.len())
}

/// Returns how far it is to behind the bracket that closes the first one; brackets in quotes do not count.
fn closing(text: &str) -> usize {
    let (open, close) = if text.starts_with('(') { ('(', ')') } else { ('{', '}') };
    let mut depth = 0_usize;
    let mut quote = None;
    let mut letters = text.char_indices();
    while let Some((at, c)) = letters.next() {
        match (quote, c) {
            (Some(q), c) if q == c => quote = None,
            (Some('"') | None, '\\') => {
                letters.next();
            }
            (None, '\'' | '"') => quote = Some(c),
            (None, c) if c == open => depth += 1,
            (None, c) if c == close => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at + c.len_utf8();
                }
            }
            _ => {}
        }
    }
    text.len()
}
