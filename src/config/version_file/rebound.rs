//! What may give a name of Python or Ruby another value further down, without an assignment to it that could be read.

use super::matches::Match;
use super::tokens::{Language, Token, TokenKind};

/// Methods of Ruby that set a constant by its name, or change a text in place.
const SETTERS: [&str; 6] = ["const_set", "remove_const", "class_eval", "module_eval", "instance_eval", "eval"];
const CHANGERS: [&str; 5] = ["replace", "concat", "prepend", "insert", "clear"];

/// Finds the first line from the one of an assignment on that may bind its name once more.
pub(super) fn after(tokens: &[Token], (name, line): (&str, usize), language: &Language) -> Option<Match> {
    if !language.is_indented {
        return None;
    }
    let lines = tokens.split(|token| matches!(token.kind, TokenKind::Line(_)));
    let lines = lines.filter(|of| of.first().is_some_and(|first| first.line >= line));
    lines.into_iter().find_map(|of| {
        let why = if language.is_ruby { ruby(of, name) } else { python(of, name) }?;
        Some(Match::unknown(of.first()?.line, format!("may be given another value by {why}")))
    })
}

fn python(line: &[Token], name: &str) -> Option<&'static str> {
    let words = |wanted: &str| line.iter().position(|token| is_word(token, wanted));
    let at = line.iter().position(|token| is_word(token, name));
    let first = |wanted: &str| line.first().is_some_and(|token| is_word(token, wanted));
    if first("from") && line.last().is_some_and(|token| is_sign(token, '*')) {
        return Some("`from … import *`");
    }
    if let Some(at) = at {
        let begins_loop = first("for") || (first("async") && line.get(1).is_some_and(|token| is_word(token, "for")));
        if begins_loop && words("in").is_some_and(|end| at < end) {
            return Some("a loop");
        }
        if first("del") {
            return Some("`del`");
        }
        if at > 0 && is_word(&line[at - 1], "as") {
            return Some("`as`");
        }
        if is_target(line, at) {
            return Some("an assignment to several names");
        }
    }
    let is_called = |wanted: &str| {
        words(wanted).is_some_and(|at| {
            line.get(at + 1).is_some_and(|token| is_sign(token, '(')) && (at == 0 || !is_sign(&line[at - 1], '.'))
        })
    };
    // With a namespace of its own it binds nothing here.
    let is_whole = !line.iter().any(|token| is_sign(token, ','));
    if is_called("exec") && is_whole {
        return Some("`exec`");
    }
    let is_set = line.iter().any(|token| is_word(token, "update") || is_word(token, "setdefault"))
        || line.windows(2).any(|pair| is_sign(&pair[0], ']') && is_sign(&pair[1], '='));
    (["globals", "vars", "locals"].into_iter().any(is_called) && is_set).then_some("`globals()`")
}

fn ruby(line: &[Token], name: &str) -> Option<&'static str> {
    let is_named = |token: &Token| {
        is_word(token, name)
            || matches!(&token.kind, TokenKind::Text(text) if text.contains(name))
            || matches!(&token.kind, TokenKind::Word(word) if word.strip_prefix(':') == Some(name))
    };
    let at = line.iter().position(is_named)?;
    if line.iter().any(|token| SETTERS.iter().any(|setter| is_word(token, setter))) {
        return Some("`const_set` or `eval`");
    }
    if is_target(line, at) {
        return Some("an assignment to several names");
    }
    let method = line.get(at + 2).filter(|_| line.get(at + 1).is_some_and(|token| is_sign(token, '.')))?;
    let is_changed = CHANGERS.iter().any(|changer| is_word(method, changer))
        || line.get(at + 3).is_some_and(|token| is_sign(token, '!'));
    is_changed.then_some("a method that changes the text in place")
}

/// `name, other = …` and `(other, name) = …`: what stands before the equals sign are names alone, and several.
fn is_target(line: &[Token], at: usize) -> bool {
    let Some(end) = line.iter().position(|token| is_sign(token, '=')) else { return false };
    let is_of_names = |token: &Token| match &token.kind {
        TokenKind::Word(_) => true,
        TokenKind::Sign(sign) => matches!(sign, ',' | '(' | ')' | '[' | ']' | '*' | '.'),
        TokenKind::Number(_) | TokenKind::Text(_) | TokenKind::Line(_) => false,
    };
    let targets = &line[..end];
    let is_call = targets.windows(2).any(|pair| matches!(pair[0].kind, TokenKind::Word(_)) && is_sign(&pair[1], '('));
    at < end && !is_call && targets.iter().any(|token| is_sign(token, ',')) && targets.iter().all(is_of_names)
}

fn is_word(token: &Token, wanted: &str) -> bool {
    matches!(&token.kind, TokenKind::Word(word) if word == wanted)
}

fn is_sign(token: &Token, wanted: char) -> bool {
    token.kind == TokenKind::Sign(wanted)
}
