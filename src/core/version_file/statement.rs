//! What a name is given where it stands: a plain text, something that is computed, or nothing.

use super::language::Syntax;
use super::layout;
use super::scope::StatementScope;
use super::tokens::{CodeToken, TokenKind};

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

/// Says what the name at a place is given.
pub(super) fn assigned(scope: StatementScope<'_>) -> Assigned {
    let (tokens, at) = (scope.tokens, scope.at);
    if let Some(assigned) = defined(scope) {
        return assigned;
    }
    if !may_begin(tokens, at) {
        return Assigned::Nothing;
    }
    let Some(separator) = separator(scope) else { return Assigned::Nothing };
    let is_bracket = |at: usize| tokens.get(at).is_some_and(|token| token.is_sign('('));
    if tokens[at].is_text() && matches!(separator, Separator::Value(value) if value == at + 1 || is_bracket(at + 1)) {
        return Assigned::Nothing;
    }
    // `a, version = "…", "…"`: which text is whose is not told by what stands next.
    if scope.before().last().is_some_and(|token| token.is_sign(',')) {
        return Assigned::Computed;
    }
    match separator {
        Separator::Changes => Assigned::Computed,
        Separator::Value(from) => value(scope, from),
    }
}

/// `define('VERSION', '1.0.0');` of PHP, where it stands alone and is given nothing else.
fn defined(scope: StatementScope<'_>) -> Option<Assigned> {
    let (tokens, at) = (scope.tokens, scope.at);
    let call = at.checked_sub(2).filter(|_| scope.language.syntax == Syntax::Php && tokens[at].is_text())?;
    if !tokens[call].is_word("define") || !tokens[call + 1].is_sign('(') || !tokens.get(at + 1)?.is_sign(',') {
        return None;
    }
    let is_alone = scope.layout.begin(call) == call && tokens.get(at + 3).is_some_and(|token| token.is_sign(')'));
    Some(if is_alone { value(scope, at + 2) } else { Assigned::Computed })
}

/// A name behind a text or a bracket belongs to what stands there: `id("x") version "1"`.
fn may_begin(tokens: &[CodeToken], at: usize) -> bool {
    let Some(before) = at.checked_sub(1).and_then(|at| tokens.get(at)) else { return true };
    let is_quoted = tokens[at].is_text();
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

enum Separator {
    /// The value begins at this token.
    Value(usize),
    /// The name is added to, or given something only sometimes.
    Changes,
}

/// Finds what stands between a name and its value: `=`, `:`, `:=`, `=>`, a type and `=`, or nothing.
fn separator(scope: StatementScope<'_>) -> Option<Separator> {
    let (tokens, at) = (scope.tokens, scope.at + 1);
    let signs = operator(tokens, at);
    let syntax = scope.language.syntax;
    if is_change(&signs) || (signs.starts_with(":=") && syntax == Syntax::Python) {
        return Some(Separator::Changes);
    }
    let sign = |at: usize| tokens.get(at).and_then(CodeToken::sign);
    match sign(at) {
        Some('=') if signs.starts_with("==") || signs.starts_with("=~") => None,
        Some('=') if signs.starts_with("=>") => Some(Separator::Value(at + 2)),
        Some('=') => Some(Separator::Value(at + 1)),
        Some(':') if signs.starts_with(":=") => Some(Separator::Value(at + 2)),
        Some(':') => {
            let colon = Some(Separator::Value(at + 1)).filter(|_| may_be_entry(scope));
            typed(tokens, at + 1).or(colon).filter(|separator| is_given(tokens, separator))
        }
        Some('[') if syntax == Syntax::Preprocessed && sign(at + 1) == Some(']') && sign(at + 2) == Some('{') => {
            braced(scope, at + 2)
        }
        // `config["version"] = …`, and a condition on a setting: `KEY[sdk=*] = …`.
        Some('[') => typed(tokens, at + 1),
        Some(']') => {
            matches!(sign(at + 1), Some('=')).then_some(Separator::Value(at + 2)).filter(|_| sign(at + 2) != Some('='))
        }
        Some('(') => Some(Separator::Value(at + 1)).filter(|_| is_literal(tokens, at + 1)),
        Some('{') if syntax == Syntax::Preprocessed => braced(scope, at),
        _ if is_literal(tokens, at) => Some(Separator::Value(at)),
        // `version in ThisBuild := "1.0.0"` of sbt
        _ if syntax == Syntax::Scala && operator(tokens, at + 2).starts_with(":=") => Some(Separator::Value(at + 4)),
        _ if tokens.get(at).is_some_and(|token| token.word().is_some()) => named(scope, at),
        _ => None,
    }
}

/// `std::string_view version{"1.0.0"};` of C++: behind a type, and with nothing else in the braces.
fn braced(scope: StatementScope<'_>, open: usize) -> Option<Separator> {
    let is_sign = |at: usize, sign: char| scope.tokens.get(at).is_some_and(|token| token.is_sign(sign));
    let type_end = scope.before().last()?;
    let is_typed = type_end.word().is_some() || type_end.is_sign('>') || type_end.is_sign('*');
    let is_whole = is_sign(open + 2, '}') && is_sign(open + 3, ';');
    (is_typed && is_whole && is_literal(scope.tokens, open + 1)).then_some(Separator::Value(open + 1))
}

/// Returns the signs that stand together at a place, as one operator.
pub(super) fn operator(tokens: &[CodeToken], at: usize) -> String {
    let signs = tokens.get(at..).unwrap_or_default().iter().map_while(CodeToken::sign);
    signs.take_while(|sign| "+-*/%|&^<>?~.!:=".contains(*sign)).collect()
}

/// `+=`, `.=`, `~=`, `||=`, `++`, `<<`: what stood there is changed.
pub(super) fn is_change(signs: &str) -> bool {
    const CHANGING: [&str; 16] = ["+", "-", "*", "/", "%", "|", "&", "^", "?", ".", "~", "||", "&&", "??", "**", ">>"];
    let is_assignment = signs.split_once('=').is_some_and(|(before, _)| CHANGING.contains(&before));
    is_assignment || ["++", "--", "<<", "//="].iter().any(|sign| signs.starts_with(sign))
}

/// `name: value` is an entry of an object or an argument; elsewhere the colon is that of a type or a label.
fn may_be_entry(scope: StatementScope<'_>) -> bool {
    let opener = scope.layout.around(scope.at).find(|opener| scope.tokens[*opener].word().is_none());
    match scope.language.syntax {
        Syntax::Ruby | Syntax::Elixir | Syntax::Gradle => true,
        Syntax::Python => opener.is_some() && scope.tokens[scope.at].is_text(),
        Syntax::Script => opener.is_some_and(|opener| {
            let head = scope.layout.head(scope.tokens, opener);
            let is_default = head.last().is_some_and(|last| last.is_word("default"));
            scope.tokens[opener].is_sign('{') && (is_default || scope.is_object(opener, head))
        }),
        Syntax::Semicolons
        | Syntax::Preprocessed
        | Syntax::Rust
        | Syntax::Php
        | Syntax::Lines
        | Syntax::Go
        | Syntax::Scala
        | Syntax::Settings => opener.is_some(),
    }
}

fn is_literal(tokens: &[CodeToken], at: usize) -> bool {
    matches!(tokens.get(at).map(|t| &t.kind), Some(TokenKind::Text(_) | TokenKind::Number(_)))
}

/// A bare type behind a colon gives no value.
fn is_given(tokens: &[CodeToken], separator: &Separator) -> bool {
    let Separator::Value(at) = separator else { return true };
    let is_type =
        matches!(tokens.get(*at).map(|t| &t.kind), Some(TokenKind::Word(word)) if TYPES.contains(&word.as_str()));
    let is_reference = matches!(tokens.get(*at).map(|t| &t.kind), Some(TokenKind::Sign('&')));
    !is_type && !is_reference
}

/// Looks for the `=` behind a type, on the same line.
fn typed(tokens: &[CodeToken], from: usize) -> Option<Separator> {
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
fn named(scope: StatementScope<'_>, at: usize) -> Option<Separator> {
    let tokens = scope.tokens;
    let end = tokens.get(at + 1);
    let ends = end.is_none_or(|token| token.is_line() || token.is_sign('}') || token.is_sign('.'));
    let is_setting =
        ends && scope.before().is_empty() && matches!(scope.language.syntax, Syntax::Gradle | Syntax::Ruby);
    typed(tokens, at).or_else(|| is_setting.then_some(Separator::Value(at)))
}

fn value(scope: StatementScope<'_>, from: usize) -> Assigned {
    let tokens = scope.tokens;
    let is_sign = |at: usize, sign: char| tokens.get(at).is_some_and(|token| token.is_sign(sign));
    let is_line = |at: usize| tokens.get(at).is_some_and(CodeToken::is_line);
    let mut at = from;
    let mut brackets = 0;
    while is_sign(at, '(') {
        (at, brackets) = (at + 1, brackets + 1);
        at += usize::from(is_line(at));
    }
    let prefixed = usize::from(is_prefix(tokens, at));
    let literal = match tokens.get(at + prefixed).map(|t| &t.kind) {
        // One that goes over lines holds their ends too, which a reader of the program may keep or not.
        Some(TokenKind::Text(text)) if !text.contains(['\\', '\n', '\r']) => text.clone(),
        Some(TokenKind::Number(number)) if prefixed == 0 => number.clone(),
        _ => return Assigned::Computed,
    };
    if prefixed == 1 && tokens[at].word().is_some_and(|word| word.to_ascii_lowercase().contains('f')) {
        return Assigned::Computed;
    }
    at += prefixed + 1;
    if brackets > 0 {
        at += usize::from(is_line(at));
        if !(0..brackets).all(|more| is_sign(at + more, ')')) {
            return Assigned::Computed;
        }
        at += brackets;
    }
    if ends(scope, at) { Assigned::Value(literal) } else { Assigned::Computed }
}

/// `r"…"`, `u"…"`, `f"…"` of Python, where letter and text touch.
fn is_prefix(tokens: &[CodeToken], at: usize) -> bool {
    let is_letter = |word: &str| matches!(word.to_ascii_lowercase().as_str(), "r" | "u" | "f" | "rf" | "fr");
    tokens.get(at).and_then(CodeToken::word).is_some_and(is_letter)
        && tokens.get(at + 1).is_some_and(CodeToken::is_text)
}

/// Says whether nothing stands behind a value that changes it.
fn ends(scope: StatementScope<'_>, at: usize) -> bool {
    let Some(token) = scope.tokens.get(at) else { return true };
    let next = |wanted: &str| scope.tokens.get(at + 1).is_some_and(|token| token.is_word(wanted));
    let syntax = scope.language.syntax;
    match &token.kind {
        TokenKind::Sign(';' | '}' | ']') => true,
        // Where several names may be given several values, a comma makes a list of it.
        TokenKind::Sign(',') => {
            is_in_bracket(scope, at) || !matches!(syntax, Syntax::Python | Syntax::Ruby | Syntax::Elixir | Syntax::Go)
        }
        TokenKind::Sign(')') => {
            let opens = scope.tokens.get(at + 1).is_some_and(|token| token.is_sign('{') || token.is_word("do"));
            // `.settings(version := "1.0.0").enablePlugins(…)`
            let next = scope.tokens[at + 1..].iter().find(|token| !token.is_line());
            let is_setting = syntax == Syntax::Scala && next.is_some_and(|token| token.is_sign('.'));
            opens || is_setting || ends(scope, at + 1)
        }
        TokenKind::Line(_) => ends_with_line(scope, at),
        TokenKind::Sign('.') => next("freeze") && ends(scope, at + 2),
        TokenKind::Word(word) if word == "as" => {
            scope.tokens.get(at + 1).is_some_and(|token| token.word().is_some()) && ends(scope, at + 2)
        }
        TokenKind::Word(_) | TokenKind::Sign(_) | TokenKind::Text(_) | TokenKind::Number(_) => false,
    }
}

fn is_in_bracket(scope: StatementScope<'_>, at: usize) -> bool {
    let opener = scope.layout.around(at).next().map(|opener| &scope.tokens[opener]);
    opener.is_some_and(|opener| ['(', '[', '{'].iter().any(|sign| opener.is_sign(*sign)))
}

/// The next line may go on with the same statement.
fn ends_with_line(scope: StatementScope<'_>, line: usize) -> bool {
    let syntax = scope.language.syntax;
    let Some(next) = scope.tokens.get(line + 1) else { return true };
    let is_directive = scope.before().first().is_some_and(|first| first.is_sign('#'));
    let opener = scope.layout.around(line).next().map(|opener| &scope.tokens[opener]);
    let is_list = opener.is_some_and(|opener| {
        opener.is_sign('(') || opener.is_sign('[') || (opener.is_sign('{') && layout::is_of_words(scope.language))
    });
    if syntax == Syntax::Preprocessed && is_directive {
        return true;
    }
    if (is_list && syntax != Syntax::Go) || !syntax.ends_with_lines() {
        return [')', ']', '}', ',', ';'].iter().any(|sign| next.is_sign(*sign)) && ends(scope, line + 1);
    }
    // Where a line is always a statement, nothing goes on.
    if matches!(syntax, Syntax::Python | Syntax::Go) {
        return true;
    }
    match &next.kind {
        // A property of Kotlin may have a getter below its value.
        TokenKind::Word(word) if syntax == Syntax::Lines && matches!(word.as_str(), "get" | "set") => false,
        TokenKind::Word(word) => !matches!(word.as_str(), "in" | "instanceof" | "as" | "and" | "or"),
        TokenKind::Sign('(' | '[') => syntax != Syntax::Script,
        TokenKind::Sign(sign) => matches!(sign, '{' | '}' | ')' | ']' | ';' | ',' | '@' | '#' | ':'),
        TokenKind::Line(_) => true,
        TokenKind::Text(_) | TokenKind::Number(_) => false,
    }
}
