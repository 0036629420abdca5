//! What stands in which bracket and block, and where each statement begins.

use super::language::{Language, Syntax};
use super::matches::UnreadVersion;
use super::tokens::{CodeToken, TokenKind};

/// The brackets and blocks of a program.
pub(super) struct ProgramLayout {
    /// The opener of the innermost bracket or block around each token.
    inside: Vec<Option<usize>>,
    /// The first token of each token's statement.
    begins: Vec<usize>,
}

struct BracketLevel {
    opener: Option<usize>,
    /// The sign that closes it; `e` for `end`.
    close: char,
    begin: usize,
}

impl ProgramLayout {
    /// Lays out a program.
    ///
    /// # Errors
    /// When something closes that was not opened: the reader has lost its place.
    pub(super) fn of(tokens: &[CodeToken], language: &Language) -> Result<Self, UnreadVersion> {
        let mut layout = Self { inside: Vec::with_capacity(tokens.len()), begins: Vec::with_capacity(tokens.len()) };
        let mut levels = vec![BracketLevel { opener: None, close: ' ', begin: 0 }];
        for (at, token) in tokens.iter().enumerate() {
            let closes = closes(tokens, at, language);
            if let Some(close) = closes {
                if levels.last().is_some_and(|level| level.close == close) {
                    levels.pop();
                } else if language.syntax != Syntax::Preprocessed {
                    let why = "something closes there that was not opened, so the file cannot be read";
                    return Err(UnreadVersion::at(token.line, why));
                }
            }
            let Some(level) = levels.last_mut() else { break };
            layout.inside.push(level.opener);
            layout.begins.push(level.begin);
            // `struct{ … }{ … }` of Go goes on.
            let is_joined = tokens.get(at + 1).is_some_and(|next| next.is_sign('{'));
            if closes == Some('}') && !is_of_words(language) && !is_joined
                || ends_statement(tokens, at, level, language)
            {
                level.begin = at + 1;
            }
            if let Some(close) = opens(tokens, at, level.begin, language) {
                levels.push(BracketLevel { opener: Some(at), close, begin: at + 1 });
            }
        }
        Ok(layout)
    }

    /// Returns the openers around a token, the innermost first.
    pub(super) fn around(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        std::iter::successors(self.inside[at], |opener| self.inside[*opener])
    }

    /// Returns where the statement of a token begins.
    pub(super) fn begin(&self, at: usize) -> usize {
        self.begins[at].min(at)
    }

    /// Returns what stands before an opener in its statement; of a block of words the whole line.
    pub(super) fn head<'a>(&self, tokens: &'a [CodeToken], opener: usize) -> &'a [CodeToken] {
        let end = match tokens[opener].kind {
            TokenKind::Word(_) => {
                tokens[opener..].iter().position(CodeToken::is_line).map_or(tokens.len(), |n| opener + n)
            }
            TokenKind::Sign(_) | TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Line(_) => opener,
        };
        &tokens[self.begin(opener)..end]
    }
}

/// Python, Ruby and Elixir: a brace ends no statement.
pub(super) const fn is_of_words(language: &Language) -> bool {
    matches!(language.syntax, Syntax::Python | Syntax::Ruby | Syntax::Elixir)
}

const fn has_ends(language: &Language) -> bool {
    matches!(language.syntax, Syntax::Ruby | Syntax::Elixir)
}

fn closes(tokens: &[CodeToken], at: usize, language: &Language) -> Option<char> {
    match tokens[at].kind {
        TokenKind::Sign(sign @ (')' | ']' | '}')) => Some(sign),
        TokenKind::Word(_) if has_ends(language) && tokens[at].is_word("end") => {
            let is_part = at > 0 && (tokens[at - 1].is_sign('.') || tokens[at - 1].is_sign(':'));
            let is_name = tokens.get(at + 1).is_some_and(|next| next.is_sign(':'));
            (!is_part && !is_name).then_some('e')
        }
        TokenKind::Sign(_) | TokenKind::Word(_) | TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Line(_) => {
            None
        }
    }
}

fn ends_statement(tokens: &[CodeToken], at: usize, level: &BracketLevel, language: &Language) -> bool {
    let is_go = language.syntax == Syntax::Go;
    match tokens[at].kind {
        TokenKind::Sign(';') => true,
        TokenKind::Sign(',') => matches!(level.close, ')' | ']' | '}') && !is_go,
        TokenKind::Line(_) => {
            let is_open = tokens.get(at + 1).is_some_and(|next| next.is_sign('{'));
            let is_bracket = matches!(level.close, ')' | ']') && !is_go;
            // A directive ends with its line; an attribute of Rust does not.
            let is_directive = tokens.get(level.begin).is_some_and(|first| first.is_sign('#'));
            let by_line = language.syntax.ends_with_lines() || (is_directive && language.syntax != Syntax::Rust);
            // `if (x)` goes on in the next line, where no brace says how far.
            let statement = &tokens[level.begin.min(at)..at];
            let is_open_end = statement.last().is_some_and(|last| last.is_sign(')') || last.is_word("else"));
            let is_branch =
                |token: &CodeToken| ["if", "else", "for", "while", "with"].iter().any(|word| token.is_word(word));
            let goes_on = is_open_end && statement.iter().any(is_branch) && !is_of_words(language);
            level.begin == at || (by_line && !is_open && !is_bracket && !goes_on)
        }
        TokenKind::Sign(_) | TokenKind::Word(_) | TokenKind::Text(_) | TokenKind::Number(_) => false,
    }
}

/// Words of Ruby that open a block where a statement or a value begins; behind a value they are conditions of it.
const RUBY_OPENERS: &[&str] = &["if", "unless", "while", "until", "case", "for", "begin", "def", "class", "module"];

/// Returns what closes the bracket or block that a token opens.
fn opens(tokens: &[CodeToken], at: usize, begin: usize, language: &Language) -> Option<char> {
    match &tokens[at].kind {
        TokenKind::Sign('(') => Some(')'),
        TokenKind::Sign('[') => Some(']'),
        TokenKind::Sign('{') => Some('}'),
        TokenKind::Word(word) => {
            let word = word.as_str();
            let is_name = tokens.get(at + 1).is_some_and(|next| next.is_sign(':'))
                || at.checked_sub(1).is_some_and(|before| tokens[before].is_sign('.') || tokens[before].is_sign(':'));
            if is_name {
                return None;
            }
            let is_ruby = language.syntax == Syntax::Ruby;
            let opens = if is_ruby && word == "do" {
                !is_loop(&tokens[begin.min(at)..at])
            } else if is_ruby {
                RUBY_OPENERS.contains(&word) && begins_value(tokens, at) && !is_short(tokens, at)
            } else {
                language.syntax == Syntax::Elixir && matches!(word, "do" | "fn")
            };
            opens.then_some('e')
        }
        TokenKind::Sign(_) | TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Line(_) => None,
    }
}

/// `while x do` has opened its block already. The statement behind such a word begins anew, so the line is looked at.
fn is_loop(before: &[CodeToken]) -> bool {
    let line = before.iter().rposition(CodeToken::is_line).map_or(0, |line| line + 1);
    before[line..].first().is_some_and(|first| ["while", "until", "for"].iter().any(|word| first.is_word(word)))
}

fn begins_value(tokens: &[CodeToken], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).map(|before| &tokens[before]) else { return true };
    match &before.kind {
        TokenKind::Line(_) => true,
        TokenKind::Sign(sign) => !matches!(sign, ')' | ']' | '}' | '?' | '!'),
        TokenKind::Word(word) => {
            matches!(
                word.as_str(),
                "else" | "then" | "do" | "begin" | "ensure" | "return" | "and" | "or" | "not" | "private"
            )
        }
        TokenKind::Text(_) | TokenKind::Number(_) => false,
    }
}

/// `def name = value` of Ruby has no end.
fn is_short(tokens: &[CodeToken], at: usize) -> bool {
    let line = tokens[at..].split(CodeToken::is_line).next().unwrap_or_default();
    let value = line.iter().position(|token| token.is_sign('='));
    let Some(value) = value.filter(|_| line[0].is_word("def")) else { return false };
    let is_setter = line.get(value + 1).is_some_and(|next| next.is_sign('('));
    let in_brackets = line[..value].iter().filter(|t| t.is_sign('(')).count()
        > line[..value].iter().filter(|t| t.is_sign(')')).count();
    !is_setter && !in_brackets
}
