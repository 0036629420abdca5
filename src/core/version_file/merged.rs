//! Lists and objects that something else is done with before they count: which of their entries come out is told by a run alone.

use super::language::Syntax;
use super::matches::Match;
use super::scope::StatementScope;
use super::tokens::{CodeToken, TokenKind};

/// Words behind which a value begins; behind any other word a bracket is that of a call or an index.
const BEFORE_VALUES: &[&str] =
    &["return", "default", "yield", "do", "else", "then", "in", "of", "await", "export", "print"];

/// Words that stand behind a list or object and change nothing in it.
const HARMLESS: &[&str] = &["as", "satisfies", "end", "do"];

/// Says why an entry may not be what comes out of the list or object that it stands in: it is put together with another, a
/// method is called on it, or the entry only says what counts where nothing else is given.
pub(super) fn doubt(scope: StatementScope<'_>) -> Option<Match> {
    let tokens = scope.tokens;
    let outer: Vec<usize> = scope.layout.around(scope.at).take_while(|opener| is_literal(scope, *opener)).collect();
    if is_parameter(scope) {
        return Some(unknown(scope, "only counts where nothing else is given"));
    }
    let is_default = scope.language.syntax == Syntax::Script
        && outer.first().is_some_and(|opener| tokens[*opener].is_sign('{') && !is_class(scope, *opener))
        && tokens.get(scope.at + 1).is_some_and(|token| token.is_sign('='));
    if is_default {
        return Some(unknown(scope, "only counts where nothing else is given"));
    }
    let is_changed = |opener: &usize| {
        let call = scope.layout.around(*opener).next().filter(|call| tokens[*call].is_sign('('));
        is_joined(scope, *opener)
            || call.is_some_and(|call| is_handed_on(scope, call) || is_one_of_several(scope, call))
    };
    outer.iter().any(is_changed).then(|| {
        unknown(scope, "is in a list or an object that is processed further, so whether it comes out is unknown")
    })
}

/// `f(String version = "1.0.0")`: what a parameter is worth that nobody gives. An argument has no type before its name.
fn is_parameter(scope: StatementScope<'_>) -> bool {
    let mut openers = scope.layout.around(scope.at);
    let innermost = openers.next().map(|opener| &scope.tokens[opener]);
    // Dart puts braces around parameters with names.
    let is_named = innermost.is_some_and(|opener| opener.is_sign('{')) && scope.language.syntax == Syntax::Semicolons;
    let outer = if is_named { openers.next().map(|opener| &scope.tokens[opener]) } else { innermost };
    let before = scope.before().iter().rfind(|token| !token.is_line());
    let is_typed = before.is_some_and(|token| {
        token.word().is_some() || ['*', '&', '>', '.', ']', '?'].iter().any(|sign| token.is_sign(*sign))
    });
    let is_assigned =
        scope.tokens[scope.at + 1..].iter().take_while(|token| !token.is_line()).any(|token| token.is_sign('='));
    outer.is_some_and(|opener| opener.is_sign('(')) && is_typed && is_assigned && scope.language.syntax != Syntax::Go
}

fn unknown(scope: StatementScope<'_>, why: &str) -> Match {
    Match::unknown(scope.tokens[scope.at].line, why)
}

fn is_class(scope: StatementScope<'_>, opener: usize) -> bool {
    scope.layout.head(scope.tokens, opener).iter().any(|token| token.is_word("class"))
}

/// Says whether a bracket begins a list or an object: `[` where a value may stand, `{` of an object, `array(` of PHP.
fn is_literal(scope: StatementScope<'_>, opener: usize) -> bool {
    let tokens = scope.tokens;
    let before = tokens[..opener].iter().rfind(|token| !token.is_line());
    match tokens[opener].kind {
        TokenKind::Sign('(') => is_php_array(scope, opener),
        TokenKind::Sign('{') => scope.is_object(opener, scope.layout.head(tokens, opener)),
        TokenKind::Sign('[') => before.is_none_or(begins_value),
        TokenKind::Sign(_) | TokenKind::Word(_) | TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Line(_) => {
            false
        }
    }
}

fn is_php_array(scope: StatementScope<'_>, opener: usize) -> bool {
    scope.language.syntax == Syntax::Php && opener > 0 && scope.tokens[opener - 1].is_word("array")
}

fn begins_value(before: &CodeToken) -> bool {
    match &before.kind {
        TokenKind::Word(word) => BEFORE_VALUES.contains(&word.as_str()),
        TokenKind::Sign(sign) => !matches!(sign, ')' | ']' | '}'),
        TokenKind::Text(_) | TokenKind::Number(_) => false,
        TokenKind::Line(_) => true,
    }
}

/// `['version' => '1.0.0'] + other`, `{ version: "1.0.0" }.merge(other)`, `other ++ [version: "1.0.0"]`.
fn is_joined(scope: StatementScope<'_>, opener: usize) -> bool {
    let tokens = scope.tokens;
    let begin = opener - usize::from(is_php_array(scope, opener));
    let before = tokens[..begin].iter().rfind(|token| !token.is_line()).and_then(CodeToken::sign);
    if before.is_some_and(|sign| "+|&-*?".contains(sign)) {
        return true;
    }
    is_handed_on(scope, opener)
}

/// Says whether something is done with what a bracket closes.
fn is_handed_on(scope: StatementScope<'_>, opener: usize) -> bool {
    let tokens = scope.tokens;
    let parent = scope.layout.around(opener).next();
    let close = (opener + 1..tokens.len()).find(|at| scope.layout.around(*at).next() == parent);
    let Some(close) = close else { return false };
    let behind = &tokens[close + 1..];
    match behind.first().map(|token| &token.kind) {
        None => false,
        Some(TokenKind::Sign('.')) => is_changed_by_method(behind),
        Some(TokenKind::Sign(sign)) => "+|&-*?=<[(".contains(*sign),
        Some(TokenKind::Word(word)) => !HARMLESS.contains(&word.as_str()),
        Some(TokenKind::Text(_) | TokenKind::Number(_)) => true,
        Some(TokenKind::Line(_)) => {
            let next = behind.iter().position(|token| !token.is_line());
            next.is_some_and(|at| match behind[at].sign() {
                Some('.') => is_changed_by_method(&behind[at..]),
                sign => matches!(sign, Some('|' | '+' | '?' | '&')),
            })
        }
    }
}

fn is_changed_by_method(behind: &[CodeToken]) -> bool {
    !behind.get(1).is_some_and(|method| method.is_word("freeze"))
}

/// `array_merge(['version' => '1.0.0'], other)`: a call is given more than this.
fn is_one_of_several(scope: StatementScope<'_>, call: usize) -> bool {
    let tokens = scope.tokens;
    if is_php_array(scope, call) {
        return false;
    }
    let is_of_call = |at: &usize| scope.layout.around(*at).next() == Some(call);
    let within = (call + 1..tokens.len()).take_while(|at| scope.layout.around(*at).any(|around| around == call));
    let mut commas = within.filter(is_of_call).filter(|at| tokens[*at].is_sign(','));
    // A comma behind the last argument separates nothing.
    commas.any(|at| tokens[at + 1..].iter().find(|token| !token.is_line()).is_some_and(|next| !next.is_sign(')')))
}
