//! What a name is given where it stands: a plain text, something that is computed, or nothing.

use super::tokens::{Token, TokenKind};

/// What stands behind a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Assigned {
    /// The name is only used there.
    Nothing,
    /// A plain text or number, and nothing that changes it.
    Value(String),
    /// Something else.
    Computed,
}

/// Words that are types, behind a colon that gives no value.
const TYPES: &[&str] = &["str", "String", "string", "CharSequence", "number", "any", "Final", "Optional", "Version"];

/// Says what the token at a place is given.
pub(super) fn assigned(tokens: &[Token], at: usize) -> Assigned {
    if !may_begin(tokens, at) {
        return Assigned::Nothing;
    }
    let Some(separator) = separator(tokens, at + 1) else { return Assigned::Nothing };
    let is_quoted = matches!(tokens[at].kind, TokenKind::Text(_));
    if is_quoted && matches!(separator, Separator::Value(value) if value == at + 1 || is_bracket(tokens, at + 1)) {
        return Assigned::Nothing;
    }
    if is_one_of_several(tokens, at) {
        return Assigned::Computed;
    }
    match separator {
        Separator::Changes => Assigned::Computed,
        Separator::Value(from) => value(tokens, from),
    }
}

/// A name behind a text or a bracket belongs to what stands there: `id("x") version "1"`.
fn may_begin(tokens: &[Token], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|at| tokens.get(at)) else { return true };
    let is_quoted = matches!(tokens[at].kind, TokenKind::Text(_));
    match &before.kind {
        TokenKind::Line(_) => true,
        TokenKind::Text(_) | TokenKind::Number(_) => false,
        TokenKind::Sign(sign) => match sign {
            '{' | ';' | ',' | '(' | '[' | '}' => true,
            '.' | '/' | '#' | '=' | '*' | '&' | ':' | '>' | ']' => !is_quoted,
            _ => false,
        },
        TokenKind::Word(word) => {
            !is_quoted && !matches!(word.as_str(), "return" | "import" | "from" | "in" | "is" | "new")
        }
    }
}

fn is_bracket(tokens: &[Token], at: usize) -> bool {
    matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Sign('(')))
}

/// `a, version = "…", "…"`: which text is whose is not told by what stands next.
fn is_one_of_several(tokens: &[Token], at: usize) -> bool {
    let begin = tokens[..at].iter().rposition(|t| matches!(t.kind, TokenKind::Line(_))).map_or(0, |line| line + 1);
    let mut signs = tokens[begin..at].iter().filter_map(|token| match token.kind {
        TokenKind::Sign(sign) => Some(sign),
        TokenKind::Word(_) | TokenKind::Number(_) | TokenKind::Text(_) | TokenKind::Line(_) => None,
    });
    let depth = signs.clone().fold(0_i32, |depth, sign| match sign {
        '(' | '[' | '{' => depth + 1,
        ')' | ']' | '}' => depth - 1,
        _ => depth,
    });
    depth == 0 && signs.next_back() == Some(',')
}

enum Separator {
    /// The value begins at this token.
    Value(usize),
    /// The name is added to, or given something only sometimes.
    Changes,
}

/// Finds what stands between a name and its value: `=`, `:`, `:=`, `=>`, a type and `=`, or nothing.
fn separator(tokens: &[Token], at: usize) -> Option<Separator> {
    let sign = |at: usize| match tokens.get(at).map(|t| &t.kind) {
        Some(TokenKind::Sign(sign)) => Some(*sign),
        _ => None,
    };
    let is_changed = matches!(sign(at), Some('+' | '|' | '?' | '-' | '*' | '%' | '&')) && sign_follows(tokens, at, '=');
    if is_changed {
        return Some(Separator::Changes);
    }
    match sign(at) {
        Some('=') if sign(at + 1) == Some('=') || sign(at + 1) == Some('~') => None,
        Some('=') if sign(at + 1) == Some('>') => Some(Separator::Value(at + 2)),
        Some('=') => Some(Separator::Value(at + 1)),
        Some(':') if sign(at + 1) == Some('=') => Some(Separator::Value(at + 2)),
        Some(':') => typed(tokens, at + 1).or(Some(Separator::Value(at + 1))).filter(|s| is_given(tokens, s)),
        // `config["version"] = …`, and a condition on a setting: `KEY[sdk=*] = …`.
        Some('[') => typed(tokens, at + 1),
        Some(']') => {
            matches!(sign(at + 1), Some('=')).then_some(Separator::Value(at + 2)).filter(|_| sign(at + 2) != Some('='))
        }
        Some('(') => Some(Separator::Value(at + 1)).filter(|_| is_literal(tokens, at + 1)),
        _ if is_literal(tokens, at) => Some(Separator::Value(at)),
        _ if matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Word(_))) => named(tokens, at),
        _ => None,
    }
}

fn sign_follows(tokens: &[Token], at: usize, wanted: char) -> bool {
    (at + 1..at + 3).any(|at| matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Sign(sign)) if *sign == wanted))
}

fn is_literal(tokens: &[Token], at: usize) -> bool {
    matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Text(_) | TokenKind::Number(_)))
}

/// A bare type behind a colon gives no value.
fn is_given(tokens: &[Token], separator: &Separator) -> bool {
    let Separator::Value(at) = separator else { return true };
    let is_type =
        matches!(tokens.get(*at).map(|t| &t.kind), Some(TokenKind::Word(word)) if TYPES.contains(&word.as_str()));
    let is_reference = matches!(tokens.get(*at).map(|t| &t.kind), Some(TokenKind::Sign('&')));
    !is_type && !is_reference
}

/// Looks for the `=` behind a type, on the same line.
fn typed(tokens: &[Token], from: usize) -> Option<Separator> {
    for (at, token) in tokens.iter().enumerate().skip(from) {
        match &token.kind {
            TokenKind::Sign('=') => {
                let is_comparison = matches!(tokens.get(at + 1).map(|t| &t.kind), Some(TokenKind::Sign('=' | '>')));
                return (!is_comparison).then_some(Separator::Value(at + 1));
            }
            TokenKind::Sign('[' | ']' | '<' | '>' | '&' | '|' | '?' | '.' | '*') | TokenKind::Word(_) => {}
            TokenKind::Sign(_) | TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Line(_) => return None,
        }
    }
    None
}

/// `Version string = "1.0.0"` of Go, and `versionName appVersion` of Gradle.
fn named(tokens: &[Token], at: usize) -> Option<Separator> {
    let ends =
        matches!(tokens.get(at + 1).map(|t| &t.kind), None | Some(TokenKind::Line(_) | TokenKind::Sign('}' | '.')));
    let is_setting =
        matches!(tokens.get(at.checked_sub(2)?).map(|t| &t.kind), Some(TokenKind::Line(_) | TokenKind::Sign('{')));
    typed(tokens, at).or_else(|| (ends && is_setting).then_some(Separator::Value(at)))
}

fn value(tokens: &[Token], from: usize) -> Assigned {
    let mut at = from;
    let mut brackets = 0;
    while matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Sign('('))) {
        (at, brackets) = (at + 1, brackets + 1);
        at += usize::from(brackets > 0 && matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Line(_))));
    }
    let prefixed = usize::from(is_prefix(tokens, at));
    let literal = match tokens.get(at + prefixed).map(|t| &t.kind) {
        Some(TokenKind::Text(text)) if !text.contains('\\') => text.clone(),
        Some(TokenKind::Number(number)) if prefixed == 0 => number.clone(),
        _ => return Assigned::Computed,
    };
    if prefixed == 1 && matches!(&tokens[at].kind, TokenKind::Word(word) if word.to_ascii_lowercase().contains('f')) {
        return Assigned::Computed;
    }
    at += prefixed + 1;
    if brackets > 0 {
        let closes = |at: usize| matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Sign(')')));
        let is_line = |at: usize| matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Line(_)));
        at += usize::from(is_line(at));
        if !(0..brackets).all(|more| closes(at + more)) {
            return Assigned::Computed;
        }
        at += brackets;
    }
    if ends(tokens, at) { Assigned::Value(literal) } else { Assigned::Computed }
}

/// `r"…"`, `u"…"`, `f"…"` of Python, where letter and text touch.
fn is_prefix(tokens: &[Token], at: usize) -> bool {
    matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Word(word)) if matches!(word.to_ascii_lowercase().as_str(), "r" | "u" | "f" | "rf" | "fr"))
        && matches!(tokens.get(at + 1).map(|t| &t.kind), Some(TokenKind::Text(_)))
}

/// Says whether nothing stands behind a value that changes it.
fn ends(tokens: &[Token], at: usize) -> bool {
    let word = |at: usize| match tokens.get(at).map(|t| &t.kind) {
        Some(TokenKind::Word(word)) => Some(word.as_str()),
        _ => None,
    };
    match tokens.get(at).map(|t| &t.kind) {
        None | Some(TokenKind::Sign(';' | ',' | '}' | ']')) => true,
        Some(TokenKind::Sign(')')) => ends_or_closes(tokens, at + 1),
        Some(TokenKind::Line(_)) => goes_on(tokens, at + 1),
        Some(TokenKind::Sign('.')) => word(at + 1) == Some("freeze") && ends(tokens, at + 2),
        Some(TokenKind::Word(word)) if word == "as" => {
            matches!(tokens.get(at + 1).map(|t| &t.kind), Some(TokenKind::Word(_))) && ends(tokens, at + 2)
        }
        Some(TokenKind::Word(_) | TokenKind::Sign(_) | TokenKind::Text(_) | TokenKind::Number(_)) => false,
    }
}

/// Behind the bracket of a call nothing may change what it was given: `version("1.0.0").get()`.
fn ends_or_closes(tokens: &[Token], at: usize) -> bool {
    !matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Sign('.' | '+' | '?' | '[')))
}

/// The next line may go on with the same statement.
fn goes_on(tokens: &[Token], at: usize) -> bool {
    !matches!(
        tokens.get(at).map(|t| &t.kind),
        Some(TokenKind::Sign('.' | '+' | '?' | '*' | '%' | '|') | TokenKind::Text(_))
    )
}
