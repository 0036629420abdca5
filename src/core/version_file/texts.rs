//! The texts of a program: between quotes, in heredocs, in `%w[…]`, in patterns. Whoever loses the end of one takes code for text.

use super::language::Syntax;
use super::matches::UnreadVersion;
use super::tokens::{CodeToken, TokenKind, TokenReader};

/// How deep texts may lie in the places of other texts.
const DEEPEST: usize = 8;

/// Words behind which a value begins.
const BEFORE_VALUES: &[&str] = &["return", "typeof", "case", "in", "of", "if", "unless", "when", "and", "or", "not"];

impl TokenReader<'_> {
    pub(super) fn text(&mut self) -> Result<bool, UnreadVersion> {
        if self.heredoc()? || self.raw_text()? || self.percent_literal()? || self.pattern()? {
            return Ok(true);
        }
        let Some((quote, _)) = self.quote_at(self.rest) else { return Ok(false) };
        let end = self.text_end(self.rest, 0).ok_or_else(|| self.open("the text"))?;
        let inner = self.rest[quote.len()..end - quote.len()].to_owned();
        self.push(TokenKind::Text(inner), end);
        Ok(true)
    }

    /// Returns the quote that begins there, and whether its text may go over lines.
    fn quote_at(&self, rest: &str) -> Option<(&'static str, bool)> {
        let find = |quotes: &'static [&'static str]| quotes.iter().copied().find(|quote| rest.starts_with(quote));
        let long = find(self.language.long_quotes).map(|quote| (quote, true));
        long.or_else(|| find(self.language.quotes).map(|quote| (quote, false)))
    }

    /// Returns where the text ends that begins there, behind its quote.
    fn text_end(&self, rest: &str, depth: usize) -> Option<usize> {
        let (quote, is_long) = self.quote_at(rest).filter(|_| depth < DEEPEST)?;
        let is_raw = self.language.raw_quotes.contains(&quote);
        let (filled, openers) = self.language.filled;
        let openers = if filled.contains(&quote) { openers } else { &[] };
        let mut at = quote.len();
        loop {
            let tail = &rest[at..];
            let next = tail.chars().next().filter(|c| is_long || *c != '\n')?;
            if tail.starts_with(quote) {
                return Some(at + quote.len());
            }
            if let Some(opener) = openers.iter().find(|opener| tail.starts_with(**opener)) {
                at += self.place_end(tail, opener, depth)?;
                continue;
            }
            let escaped = if next == '\\' && !is_raw { tail.chars().nth(1).map_or(0, char::len_utf8) } else { 0 };
            at += next.len_utf8() + escaped;
        }
    }

    /// Returns where a place ends that code fills: `#{…}`, with texts of its own in it.
    fn place_end(&self, rest: &str, opener: &str, depth: usize) -> Option<usize> {
        let (open, close) = if opener.ends_with('(') { ('(', ')') } else { ('{', '}') };
        let (mut at, mut level) = (opener.len(), 1);
        while level > 0 {
            let tail = &rest[at..];
            let next = tail.chars().next()?;
            if self.quote_at(tail).is_some() {
                at += self.text_end(tail, depth + 1)?;
                continue;
            }
            level += usize::from(next == open);
            level -= usize::from(next == close);
            at += next.len_utf8();
        }
        Some(at)
    }

    /// `<<~TEXT` of Ruby and `<<<TEXT` of PHP: the lines from the next one up to the word are a text.
    fn heredoc(&mut self) -> Result<bool, UnreadVersion> {
        let is_ruby = self.language.syntax == Syntax::Ruby;
        if !is_ruby && self.language.syntax != Syntax::Php {
            return Ok(false);
        }
        let Some(rest) = self.rest.strip_prefix(if is_ruby { "<<" } else { "<<<" }) else { return Ok(false) };
        let rest = if is_ruby { rest } else { rest.trim_start_matches([' ', '\t']) };
        let name = rest.trim_start_matches(['~', '-']);
        let is_marked = !is_ruby || name.len() < rest.len();
        let bare = name.strip_prefix(['"', '\'', '`']).unwrap_or(name);
        let end = bare.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(bare.len());
        let is_name = bare.starts_with(|c: char| c.is_alphabetic() || c == '_')
            && (is_marked || bare.len() < name.len() || bare.starts_with(|c: char| c.is_uppercase()));
        if !is_name || rest.starts_with(' ') {
            return Ok(false);
        }
        let closing = usize::from(bare.len() < name.len());
        let length = self.rest.len() - bare.len() + end + closing;
        self.heredocs.push(bare[..end].to_owned());
        for _ in 0..2 {
            self.push(TokenKind::Sign('<'), 0);
        }
        self.push(TokenKind::Text(String::new()), length);
        Ok(true)
    }

    /// Goes over the texts that begin with this line.
    pub(super) fn heredoc_bodies(&mut self) -> Result<(), UnreadVersion> {
        let is_ruby = self.language.syntax == Syntax::Ruby;
        for name in std::mem::take(&mut self.heredocs) {
            let mut at = 0;
            let ends = |line: &str| {
                let bare = line.trim_start();
                let behind = bare.strip_prefix(name.as_str())?;
                let is_end = if is_ruby {
                    behind.trim_end().is_empty()
                } else {
                    !behind.starts_with(|c: char| c.is_alphanumeric() || c == '_')
                };
                is_end.then(|| line.len() - behind.len())
            };
            let end = self.rest.split_inclusive('\n').find_map(|line| {
                at += line.len();
                ends(line).map(|end| at - line.len() + end)
            });
            self.skip(end.ok_or_else(|| self.open("the text"))?);
        }
        Ok(())
    }

    /// `r#"…"#` of Rust, and its lifetimes and letters.
    fn raw_text(&mut self) -> Result<bool, UnreadVersion> {
        if self.language.syntax != Syntax::Rust {
            return Ok(false);
        }
        if let Some(rest) = self.rest.strip_prefix('\'') {
            let escaped = rest.starts_with('\\').then(|| rest.get(2..)?.find('\'').map(|at| at + 4)).flatten();
            let plain = || rest.chars().next().filter(|_| rest.chars().nth(1) == Some('\'')).map(|c| c.len_utf8() + 2);
            self.skip(escaped.or_else(plain).unwrap_or(1));
            return Ok(true);
        }
        if self.before().is_some_and(|c| c.is_alphanumeric() || c == '_') {
            return Ok(false);
        }
        let Some(rest) = ["r", "br", "cr"].iter().find_map(|prefix| self.rest.strip_prefix(prefix)) else {
            return Ok(false);
        };
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        let Some(inner) = rest[hashes..].strip_prefix('"') else { return Ok(false) };
        let close = format!("\"{}", "#".repeat(hashes));
        let end = inner.find(&close).ok_or_else(|| self.open("the text"))?;
        let value = inner[..end].to_owned();
        self.push(TokenKind::Text(value), self.rest.len() - inner.len() + end + close.len());
        Ok(true)
    }

    /// `%w[…]` of Ruby and `~s(…)` of Elixir.
    fn percent_literal(&mut self) -> Result<bool, UnreadVersion> {
        let is_ruby = self.language.syntax == Syntax::Ruby;
        if !is_ruby && self.language.syntax != Syntax::Elixir {
            return Ok(false);
        }
        let Some(rest) = self.rest.strip_prefix(if is_ruby { '%' } else { '~' }) else { return Ok(false) };
        let is_letter = |c: char| if is_ruby { "qQwWiIrsx".contains(c) } else { c.is_ascii_alphabetic() };
        let inner = rest.trim_start_matches(is_letter);
        let has_letter = inner.len() < rest.len();
        // Behind a value the sign is an operator: `"%s" % [x]`.
        if (is_ruby && self.is_behind_value(has_letter)) || (!is_ruby && !has_letter) {
            return Ok(false);
        }
        let triple = ["\"\"\"", "'''"].into_iter().find(|quote| !is_ruby && inner.starts_with(quote));
        let Some(open) = inner.chars().next().filter(|c| c.is_ascii_punctuation() && !matches!(c, '=' | '_')) else {
            return Ok(false);
        };
        let end = match triple {
            Some(quote) => inner[3..].find(quote).map(|end| end + 6),
            None => literal_end(inner, open),
        };
        let end = end.ok_or_else(|| self.open("the text"))?;
        self.push(TokenKind::Text(inner[..end].to_owned()), self.rest.len() - inner.len() + end);
        Ok(true)
    }

    /// `/…/` of JavaScript, Ruby and Groovy. Where it may be a division just as well, a quote in it would begin a text or not.
    fn pattern(&mut self) -> Result<bool, UnreadVersion> {
        let is_comment = self.rest.starts_with("//") || self.rest.starts_with("/*");
        let Some(rest) = self.rest.strip_prefix('/').filter(|_| self.language.has_patterns && !is_comment) else {
            return Ok(false);
        };
        let line = rest.split('\n').next().unwrap_or_default();
        let (mut end, mut is_escaped, mut in_class) = (None, false, false);
        for (at, c) in line.char_indices() {
            match c {
                _ if is_escaped => is_escaped = false,
                '\\' => is_escaped = true,
                '[' => in_class = true,
                ']' => in_class = false,
                '/' if !in_class => {
                    end = Some(at);
                    break;
                }
                _ => {}
            }
        }
        let is_division = self.is_behind_value(false);
        let is_tag = self.tokens.last().is_some_and(|token| token.is_sign('<'));
        match end {
            Some(end) if is_division || is_tag => {
                if line[..end].contains(['"', '\'', '`']) {
                    return Err(self.open_pattern());
                }
                Ok(false)
            }
            Some(end) => {
                self.push(TokenKind::Sign('/'), end + 2);
                Ok(true)
            }
            None if is_division || is_tag => Ok(false),
            None => Err(self.open_pattern()),
        }
    }

    fn open_pattern(&self) -> UnreadVersion {
        UnreadVersion {
            why: "it has a `/` that may begin a pattern, which tminus does not follow".to_owned(),
            ..self.open("")
        }
    }

    /// Says whether a value ends just before; a word may be one, or a call that is given what follows.
    fn is_behind_value(&self, words_are_calls: bool) -> bool {
        match self.tokens.last().map(|CodeToken { kind, .. }| kind) {
            Some(TokenKind::Word(word)) => !words_are_calls && !BEFORE_VALUES.contains(&word.as_str()),
            Some(TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Sign(')' | ']' | '}')) => true,
            Some(TokenKind::Sign(_) | TokenKind::Line(_)) | None => false,
        }
    }
}

/// Returns where a text ends that is written between brackets or other signs, behind the last.
fn literal_end(text: &str, open: char) -> Option<usize> {
    let pairs = [('(', ')'), ('[', ']'), ('{', '}'), ('<', '>')];
    let close = pairs.iter().find(|(left, _)| *left == open).map_or(open, |(_, right)| *right);
    let (mut level, mut is_escaped) = (0, false);
    for (at, c) in text.char_indices() {
        if is_escaped {
            is_escaped = false;
        } else if c == '\\' {
            is_escaped = true;
        } else if c == close && (close != open || at > 0) {
            level -= i32::from(close != open);
            if level == 0 {
                return Some(at + c.len_utf8());
            }
        } else if c == open {
            level += i32::from(close != open);
        }
    }
    None
}
