//! The assignments of a name in a program or a build file.

use super::matches::{Match, Unread};
use super::rebound;
use super::scope;
use super::statement::{self, Assigned};
use super::tokens::{self, Language, Token, TokenKind};

/// Returns every place that gives the key a value. Of a key with dots the last part is the name, the others are the
/// blocks or objects that it stands in.
pub(super) fn matches(text: &str, key: &str, language: &Language) -> Result<Vec<Match>, Unread> {
    let tokens = tokens::read(text, language)?;
    let parts: Vec<&str> = key.split('.').collect();
    let Some((name, outer)) = parts.split_last() else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        if !is_name(token, name) {
            continue;
        }
        if is_imported(&tokens, at, language) {
            found.push(Match::unknown(token.line, "is imported from somewhere else"));
            continue;
        }
        let value = match statement::assigned(&tokens, at) {
            Assigned::Nothing => continue,
            Assigned::Value(value) => Ok(value),
            Assigned::Computed => Err("is computed, and only a plain text can be read".to_owned()),
        };
        let scope = scope::of(&tokens, at, language);
        if !scope.has(outer) {
            continue;
        }
        let value = match scope.doubt(outer) {
            Some(why) => Err(why),
            None => value,
        };
        found.push(Match { line: Some(token.line), value });
    }
    let bound = found.iter().filter(|place| place.value.is_ok()).filter_map(|place| place.line).min();
    found.extend(bound.and_then(|line| rebound::after(&tokens, (name, line), language)));
    if let Some(suffix) =
        found.iter().any(|place| place.value.is_ok()).then(|| suffix(&tokens, name, language)).flatten()
    {
        found.push(suffix);
    }
    Ok(found)
}

/// `from .build import __version__` of Python gives the name a value too.
fn is_imported(tokens: &[Token], at: usize, language: &Language) -> bool {
    let line = tokens[..at].iter().rposition(|t| matches!(t.kind, TokenKind::Line(_))).map_or(0, |line| line + 1);
    let begins = matches!(&tokens[line].kind, TokenKind::Word(word) if matches!(word.as_str(), "from" | "import"));
    language.is_indented && begins && line < at && matches!(tokens[at].kind, TokenKind::Word(_))
}

fn is_name(token: &Token, name: &str) -> bool {
    match &token.kind {
        TokenKind::Word(word) => word == name || word.strip_prefix('$') == Some(name),
        TokenKind::Text(text) => text == name,
        TokenKind::Number(_) | TokenKind::Sign(_) | TokenKind::Line(_) => false,
    }
}

/// `versionNameSuffix` of Gradle goes behind the name; that of a debug build is never shipped.
fn suffix(tokens: &[Token], name: &str, language: &Language) -> Option<Match> {
    let wanted = format!("{name}Suffix");
    let at = tokens
        .iter()
        .enumerate()
        .position(|(at, token)| is_name(token, &wanted) && !scope::of(tokens, at, language).has(&["debug"]))?;
    Some(Match::unknown(tokens[at].line, format!("gets a suffix by {wanted}")))
}
