//! The words of a program, with comments left out and texts kept whole: enough to find an assignment, and no more.

use super::language::{Language, Syntax};
use super::matches::UnreadVersion;

/// A word, a text or a sign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CodeToken {
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

impl CodeToken {
    pub(super) fn is_word(&self, wanted: &str) -> bool {
        matches!(&self.kind, TokenKind::Word(word) if word == wanted)
    }

    pub(super) fn is_sign(&self, wanted: char) -> bool {
        self.kind == TokenKind::Sign(wanted)
    }

    /// Returns a sign, and nothing for what is none.
    pub(super) const fn sign(&self) -> Option<char> {
        match self.kind {
            TokenKind::Sign(sign) => Some(sign),
            TokenKind::Number(_) | TokenKind::Text(_) | TokenKind::Word(_) | TokenKind::Line(_) => None,
        }
    }

    pub(super) const fn is_line(&self) -> bool {
        matches!(self.kind, TokenKind::Line(_))
    }

    pub(super) fn is_text(&self) -> bool {
        matches!(self.kind, TokenKind::Text(_))
    }

    /// Returns the letters of a word, and nothing for what is none.
    pub(super) fn word(&self) -> Option<&str> {
        match &self.kind {
            TokenKind::Word(word) => Some(word),
            TokenKind::Number(_) | TokenKind::Text(_) | TokenKind::Sign(_) | TokenKind::Line(_) => None,
        }
    }
}

/// Reads the tokens of a program.
pub(super) fn read(text: &str, language: &Language) -> Result<Vec<CodeToken>, UnreadVersion> {
    if let Some(at) = language.escapes.iter().find_map(|escape| text.find(escape)) {
        let line = text[..at].matches('\n').count() + 1;
        return Err(UnreadVersion::at(
            line,
            "an escape replaces a character of the program, which tminus does not follow",
        ));
    }
    let mut reader =
        TokenReader { whole: text, rest: text, line: 1, tokens: Vec::new(), heredocs: Vec::new(), language };
    if language.syntax == Syntax::Php {
        reader.skip_page();
    }
    reader.indentation();
    while !reader.rest.is_empty() {
        reader.step()?;
    }
    if reader.heredocs.is_empty() { Ok(reader.tokens) } else { Err(reader.open("the text")) }
}

pub(super) struct TokenReader<'a> {
    whole: &'a str,
    pub(super) rest: &'a str,
    line: usize,
    pub(super) tokens: Vec<CodeToken>,
    /// The words that end the heredocs which begin with the next line.
    pub(super) heredocs: Vec<String>,
    pub(super) language: &'a Language,
}

impl TokenReader<'_> {
    fn step(&mut self) -> Result<(), UnreadVersion> {
        let Some(first) = self.rest.chars().next() else { return Ok(()) };
        if first == '\n' {
            self.skip(1);
            self.heredoc_bodies()?;
            self.indentation();
        } else if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else if self.rest.starts_with("\\\n") || self.rest.starts_with("\\\r\n") {
            self.line_that_goes_on()?;
        } else if let Some(sign) = self.unfollowed() {
            return Err(UnreadVersion::at(self.line, format!("`{sign}` begins something that tminus does not follow")));
        } else if self.comment()? || self.text()? {
        } else if let Some(symbol) = self.symbol() {
            let length = symbol.len();
            self.push(TokenKind::Word(symbol), length);
        } else if first.is_alphabetic() || matches!(first, '_' | '@' | '$') {
            let is_part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '@' | '$');
            let end = self.rest.find(|c| !is_part(c)).unwrap_or(self.rest.len());
            let word = self.rest[..end].to_owned();
            let is_end = self.language.syntax == Syntax::Php && word == "__halt_compiler";
            self.push(TokenKind::Word(word), end);
            if is_end {
                self.rest = "";
            }
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

    /// Returns a symbol of Ruby or Elixir with its colon: `:name`, and not the `name` of `a: name` or `A::name`.
    fn symbol(&self) -> Option<String> {
        let is_one = matches!(self.language.syntax, Syntax::Ruby | Syntax::Elixir)
            && !self.before().is_some_and(|c| c.is_alphanumeric() || matches!(c, ':' | '_' | ')' | ']' | '"' | '\''));
        let name = self.rest.strip_prefix(':').filter(|_| is_one)?;
        let end = name.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(name.len());
        (end > 0).then(|| self.rest[..=end].to_owned())
    }

    /// A backslash that joins two halves of a word would make a name that nobody finds.
    fn line_that_goes_on(&mut self) -> Result<(), UnreadVersion> {
        let end = self.rest.find('\n').map_or(1, |at| at + 1);
        let touches = |c: Option<char>| c.is_some_and(|c| !c.is_whitespace());
        let is_joined = touches(self.before()) && touches(self.rest[end..].chars().next());
        if is_joined && self.language.syntax == Syntax::Preprocessed {
            return Err(UnreadVersion::at(
                self.line,
                "a backslash joins two lines there, which tminus does not follow",
            ));
        }
        self.skip(end);
        Ok(())
    }

    /// Returns what begins here and is not followed: `R"(` of C++, and a name with escapes in it.
    fn unfollowed(&self) -> Option<String> {
        let is_within_word = self.before().is_some_and(|c| c.is_alphanumeric() || c == '_');
        let begins =
            |sign: &&&str| self.rest.starts_with(**sign) && !(is_within_word && sign.starts_with(char::is_alphabetic));
        if let Some(sign) = self.language.unfollowed.iter().find(begins) {
            return Some((*sign).to_owned());
        }
        let escape = self.rest.strip_prefix("\\u").or_else(|| self.rest.strip_prefix("\\U"))?;
        escape.starts_with(|c: char| c.is_ascii_hexdigit() || c == '{').then(|| "\\u".to_owned())
    }

    /// Returns the character before the place that is read.
    pub(super) fn before(&self) -> Option<char> {
        self.whole[..self.whole.len() - self.rest.len()].chars().next_back()
    }

    pub(super) fn push(&mut self, kind: TokenKind, length: usize) {
        self.tokens.push(CodeToken { line: self.line, kind });
        self.skip(length);
    }

    pub(super) fn skip(&mut self, length: usize) {
        let (gone, rest) = self.rest.split_at(length.min(self.rest.len()));
        self.line += gone.matches('\n').count();
        self.rest = rest;
    }

    /// Notes the end of a line; a blank line has no indentation of its own.
    fn indentation(&mut self) {
        let bare = self.rest.trim_start_matches([' ', '\t']);
        let indent = self.rest.len() - bare.len();
        if !bare.starts_with(['\n', '\r']) {
            self.tokens.push(CodeToken { line: self.line, kind: TokenKind::Line(indent) });
        }
    }

    fn is_at_line_start(&self) -> bool {
        matches!(self.tokens.last(), None | Some(CodeToken { kind: TokenKind::Line(0), .. }))
    }

    fn comment(&mut self) -> Result<bool, UnreadVersion> {
        let syntax = self.language.syntax;
        if syntax == Syntax::Ruby && self.is_at_line_start() {
            let line = self.rest.split('\n').next().unwrap_or_default().trim_end();
            if line == "__END__" {
                self.rest = "";
                return Ok(true);
            }
            if line == "=begin" || line.starts_with("=begin ") {
                let ends = |at: &usize| self.rest[at + "\n=end".len()..].chars().next().is_none_or(char::is_whitespace);
                let end = self.rest.match_indices("\n=end").map(|(at, _)| at).find(ends);
                self.skip(end.ok_or_else(|| self.open("the comment"))? + "\n=end".len());
                self.skip(self.rest.find('\n').unwrap_or(self.rest.len()));
                return Ok(true);
            }
        }
        if syntax == Syntax::Php && self.rest.starts_with("?>") {
            self.push(TokenKind::Sign(';'), 2);
            self.skip_page();
            return Ok(true);
        }
        let is_attribute = syntax == Syntax::Php && self.rest.starts_with("#[");
        if self.language.line_comments.iter().any(|sign| self.rest.starts_with(sign)) && !is_attribute {
            self.skip(self.line_comment_end());
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

    /// A backslash at its end carries a comment of C on; `?>` ends one of PHP.
    fn line_comment_end(&self) -> usize {
        let mut end = self.rest.find('\n').unwrap_or(self.rest.len());
        while self.language.syntax == Syntax::Preprocessed && self.rest[..end].trim_end().ends_with('\\') {
            match self.rest[end..].char_indices().skip(1).find(|(_, c)| *c == '\n') {
                Some((more, _)) => end += more,
                None => return self.rest.len(),
            }
        }
        let page = self.rest[..end].find("?>").filter(|_| self.language.syntax == Syntax::Php);
        page.unwrap_or(end)
    }

    /// What stands outside `<?php` and `?>` is a page, and no code.
    fn skip_page(&mut self) {
        let tags = ["<?php", "<?="].into_iter();
        let begin = tags.filter_map(|tag| self.rest.find(tag).map(|at| at + tag.len())).min();
        self.skip(begin.unwrap_or(self.rest.len()));
    }

    pub(super) fn open(&self, what: &str) -> UnreadVersion {
        UnreadVersion::at(self.line, format!("{what} that begins here does not end, so the file cannot be read"))
    }
}
