//! The words of a program, with comments left out and texts kept whole: enough to find an assignment, and no more.

use super::matches::Unread;

/// How a family of languages writes comments and texts.
#[derive(Debug)]
pub struct Language {
    endings: &'static [&'static str],
    line_comments: &'static [&'static str],
    block_comment: Option<(&'static str, &'static str)>,
    nests: bool,
    /// Quotes of texts that may go over lines, longest first.
    long_quotes: &'static [&'static str],
    /// Quotes of texts on one line.
    quotes: &'static [char],
    /// Quotes in which a backslash is a letter like any other.
    raw_quotes: &'static [char],
    /// Blocks are told by indentation, not by braces.
    pub(super) is_indented: bool,
    /// `=begin`, `__END__` and heredocs.
    pub(super) is_ruby: bool,
    /// A `'` begins a lifetime more often than a letter.
    has_lifetimes: bool,
}

const C: Language = Language {
    endings: &["c", "h", "cc", "cpp", "hpp", "cs", "java", "pbxproj", "gradle", "groovy", "sbt", "php", "proto"],
    line_comments: &["//"],
    block_comment: Some(("/*", "*/")),
    nests: false,
    long_quotes: &["\"\"\"", "'''"],
    quotes: &['"', '\''],
    raw_quotes: &[],
    is_indented: false,
    is_ruby: false,
    has_lifetimes: false,
};

static LANGUAGES: [Language; 7] = [
    C,
    Language { endings: &["js", "mjs", "cjs", "ts", "mts", "cts", "jsx", "tsx"], long_quotes: &["`"], ..C },
    Language { endings: &["go"], long_quotes: &["`"], raw_quotes: &['`'], ..C },
    Language { endings: &["swift", "kt", "kts", "scala", "dart"], nests: true, ..C },
    Language { endings: &["rs"], nests: true, long_quotes: &["\""], quotes: &[], has_lifetimes: true, ..C },
    Language { endings: &["py", "pyi"], line_comments: &["#"], block_comment: None, is_indented: true, ..C },
    Language {
        endings: &["rb", "gemspec", "podspec", "ex", "exs"],
        line_comments: &["#"],
        block_comment: None,
        long_quotes: &["\"\"\"", "\"", "'"],
        quotes: &[],
        is_indented: true,
        is_ruby: true,
        ..C
    },
];

/// Returns the language of an ending.
pub(super) fn language(ending: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.endings.contains(&ending))
}

/// A word, a text or a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) line: usize,
    pub(super) kind: TokenKind,
}

/// The kinds of token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word(String),
    /// What begins with a digit: `1`, `1.0.0`, `1.0.0-rc.1`.
    Number(String),
    /// A text without its quotes; escapes and placeholders are left as they stand.
    Text(String),
    Sign(char),
    /// The end of a line, with the indentation of the next.
    Line(usize),
}

/// Reads the tokens of a program.
pub(super) fn read(text: &str, language: &Language) -> Result<Vec<Token>, Unread> {
    let mut reader = TokenReader { rest: text, line: 1, tokens: Vec::new(), language };
    reader.indentation();
    while !reader.rest.is_empty() {
        reader.step()?;
    }
    Ok(reader.tokens)
}

struct TokenReader<'a> {
    rest: &'a str,
    line: usize,
    tokens: Vec<Token>,
    language: &'a Language,
}

impl TokenReader<'_> {
    fn step(&mut self) -> Result<(), Unread> {
        let Some(first) = self.rest.chars().next() else { return Ok(()) };
        if first == '\n' {
            self.skip(1);
            self.indentation();
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else if self.rest.starts_with("\\\n") || self.rest.starts_with("\\\r\n") {
            // The line goes on.
            let end = self.rest.find('\n').map_or(1, |at| at + 1);
            self.skip(end);
        } else if self.comment()? || self.text()? {
        } else if first.is_alphabetic() || matches!(first, '_' | '@' | '$') {
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '$');
            let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
            let word = self.rest[..end].to_owned();
            self.push(TokenKind::Word(word), end);
        } else if first.is_ascii_digit() {
            let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | '+');
            let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
            let number = self.rest[..end].to_owned();
            self.push(TokenKind::Number(number), end);
        } else {
            self.push(TokenKind::Sign(first), first.len_utf8());
        }
        Ok(())
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        self.tokens.push(Token { line: self.line, kind });
        self.skip(length);
    }

    fn skip(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.line += gone.matches('\n').count();
        self.rest = rest;
    }

    /// Notes the end of a line; a blank line has no indentation of its own.
    fn indentation(&mut self) {
        let bare = self.rest.trim_start_matches([' ', '\t']);
        let indent = self.rest.len() - bare.len();
        if !bare.starts_with(['\n', '\r']) {
            self.tokens.push(Token { line: self.line, kind: TokenKind::Line(indent) });
        }
    }

    fn is_at_line_start(&self) -> bool {
        matches!(self.tokens.last(), None | Some(Token { kind: TokenKind::Line(0), .. }))
    }

    fn comment(&mut self) -> Result<bool, Unread> {
        if self.language.is_ruby && self.is_at_line_start() {
            if self.rest.starts_with("__END__") {
                self.rest = "";
                return Ok(true);
            }
            if self.rest.starts_with("=begin") {
                let end = self.rest.find("\n=end").ok_or_else(|| self.open("the comment"))?;
                self.skip(end + "\n=end".len());
                return Ok(true);
            }
        }
        if self.language.line_comments.iter().any(|sign| self.rest.starts_with(sign)) {
            self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
            return Ok(true);
        }
        let Some((begin, end)) = self.language.block_comment.filter(|(begin, _)| self.rest.starts_with(begin)) else {
            return Ok(false);
        };
        let (mut depth, mut at) = (1, begin.len());
        while depth > 0 {
            let rest = &self.rest[at..];
            let close = rest.find(end).ok_or_else(|| self.open("the comment"))?;
            match rest.find(begin).filter(|open| self.language.nests && *open < close) {
                Some(open) => (depth, at) = (depth + 1, at + open + begin.len()),
                None => (depth, at) = (depth - 1, at + close + end.len()),
            }
        }
        self.skip(at);
        Ok(true)
    }

    fn text(&mut self) -> Result<bool, Unread> {
        if self.heredoc()? || self.raw_text()? {
            return Ok(true);
        }
        let long = self.language.long_quotes.iter().find(|quote| self.rest.starts_with(**quote));
        let short = self.rest.chars().next().filter(|first| self.language.quotes.contains(first));
        let quote = match (long, short) {
            (Some(long), _) => (*long).to_owned(),
            (None, Some(short)) => short.to_string(),
            (None, None) => return Ok(false),
        };
        let is_raw = quote.chars().all(|c| self.language.raw_quotes.contains(&c));
        let is_long = long.is_some();
        let mut at = quote.len();
        loop {
            let rest = &self.rest[at..];
            let Some(next) = rest.chars().next().filter(|c| is_long || *c != '\n') else {
                return Err(self.open("the text"));
            };
            if rest.starts_with(quote.as_str()) {
                break;
            }
            let escaped = if next == '\\' && !is_raw { rest.chars().nth(1).map_or(0, char::len_utf8) } else { 0 };
            at += next.len_utf8() + escaped;
        }
        let inner = self.rest[quote.len()..at].to_owned();
        self.push(TokenKind::Text(inner), at + quote.len());
        Ok(true)
    }

    /// `<<~TEXT` of Ruby: the lines up to the word are a text.
    fn heredoc(&mut self) -> Result<bool, Unread> {
        let Some(rest) = self.rest.strip_prefix("<<").filter(|_| self.language.is_ruby) else { return Ok(false) };
        let name = rest.trim_start_matches(['~', '-']).trim_start_matches(['"', '\'']);
        let end = name.find(|c: char| !(c.is_ascii_uppercase() || c == '_')).unwrap_or(name.len());
        if end < 2 {
            return Ok(false);
        }
        let name = &name[..end];
        let body = self.rest.find('\n').ok_or_else(|| self.open("the text"))?;
        let mut at = body + 1;
        for line in self.rest[at..].split_inclusive('\n') {
            at += line.len();
            if line.trim() == name {
                let inner = self.rest[..at].to_owned();
                self.push(TokenKind::Text(inner), at - 1);
                return Ok(true);
            }
        }
        Err(self.open("the text"))
    }

    /// `r#"…"#` of Rust, and its lifetimes and letters.
    fn raw_text(&mut self) -> Result<bool, Unread> {
        if !self.language.has_lifetimes {
            return Ok(false);
        }
        if let Some(rest) = self.rest.strip_prefix('\'') {
            let escaped = rest.starts_with('\\').then(|| rest.get(2..)?.find('\'').map(|at| at + 4)).flatten();
            let plain = || rest.chars().next().filter(|_| rest.chars().nth(1) == Some('\'')).map(|c| c.len_utf8() + 2);
            self.skip(escaped.or_else(plain).unwrap_or(1));
            return Ok(true);
        }
        let Some(rest) = self.rest.strip_prefix('r') else { return Ok(false) };
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        let Some(inner) = rest[hashes..].strip_prefix('"') else { return Ok(false) };
        let close = format!("\"{}", "#".repeat(hashes));
        let end = inner.find(&close).ok_or_else(|| self.open("the text"))?;
        let value = inner[..end].to_owned();
        self.push(TokenKind::Text(value), 1 + hashes + 1 + end + close.len());
        Ok(true)
    }

    fn open(&self, what: &str) -> Unread {
        Unread::at(self.line, format!("{what} that begins here does not end, so the file cannot be read"))
    }
}
