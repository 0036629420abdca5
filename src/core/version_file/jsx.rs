//! Markup within a program, as in JSX and in Scala: what stands in it looks like code, and its quotes begin no texts.

use super::language::Language;
use super::tokens::{CodeToken, TokenKind};

/// Words behind which markup may begin.
const BEFORE_MARKUP: &[&str] = &["return", "default", "case", "yield", "await", "else"];

/// Returns the token with which the first markup begins.
pub(super) fn begin(tokens: &[CodeToken], language: &Language) -> Option<usize> {
    let may_begin = |at: &usize| {
        let is_name =
            matches!(tokens.get(at + 1).map(|token| &token.kind), Some(TokenKind::Word(_) | TokenKind::Sign('>')));
        let before = tokens[..*at].iter().rfind(|token| !token.is_line());
        tokens[*at].is_sign('<') && is_name && before.is_none_or(begins_value)
    };
    (0..tokens.len()).filter(|_| language.has_markup).find(may_begin)
}

fn begins_value(before: &CodeToken) -> bool {
    match &before.kind {
        TokenKind::Sign(sign) => "([{},;=>?:&|!".contains(*sign),
        TokenKind::Word(word) => BEFORE_MARKUP.contains(&word.as_str()),
        TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Line(_) => false,
    }
}
