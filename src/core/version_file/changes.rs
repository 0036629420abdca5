//! What else in a program may change a name that it gives a value: then no assignment says what ships.

use super::aliases;
use super::language::{Language, Syntax};
use super::matches::Match;
use super::scope::StatementScope;
use super::statement;
use super::tokens::{CodeToken, TokenKind};

/// Words that make the name behind them something else, or take it away.
const DEFINERS: &[&str] = &[
    "alias",
    "as",
    "case",
    "class",
    "def",
    "defp",
    "defmacro",
    "define",
    "del",
    "delete",
    "enum",
    "fn",
    "for",
    "foreach",
    "func",
    "fun",
    "function",
    "get",
    "import",
    "interface",
    "macro",
    "module",
    "object",
    "set",
    "struct",
    "trait",
    "type",
    "typealias",
    "undef",
    "unset",
    "using",
];

/// Words that bind names, before a bracket that is no call.
const BINDERS: &[&str] = &["let", "var", "val", "const", "list"];

/// Methods that change a text of Ruby in place, and a property of Gradle or of an object.
const CHANGERS: &[&str] = &["replace", "concat", "prepend", "insert", "clear", "append", "force_encoding"];
const SETTERS: &[&str] = &["set", "convention", "update", "merge", "putAll", "setdefault"];

/// Calls that are given a name, or a program, as a text.
const BY_NAME: &[&str] = &[
    "eval",
    "exec",
    "class_eval",
    "module_eval",
    "instance_eval",
    "const_set",
    "remove_const",
    "define",
    "setattr",
    "push_macro",
    "pop_macro",
    "defineProperty",
    "setProperty",
    "Function",
    "execScript",
];

/// Calls that write over what they are given first.
const OVERWRITERS: &[&str] = &[
    "strcpy", "strncpy", "strcat", "strncat", "memcpy", "memmove", "memset", "sprintf", "snprintf", "unset", "settype",
];

/// Calls that change the object that they are given.
const OF_OBJECTS: &[&str] = &["assign", "defineProperty", "defineProperties", "setPrototypeOf", "merge", "extend"];

/// Says how a place that names it, and assigns no value, may change it all the same.
pub(super) fn by_mention(scope: StatementScope<'_>) -> Option<String> {
    let (tokens, at) = (scope.tokens, scope.at);
    // `delete a.version`
    let path = tokens[..at].rchunks(2).take_while(|pair| pair.len() == 2 && pair[1].is_sign('.')).count() * 2;
    let word = tokens[..at - path].last().and_then(CodeToken::word);
    if let Some(definer) = word.and_then(|word| DEFINERS.iter().find(|definer| **definer == word)) {
        return Some(format!("`{definer}`"));
    }
    let opener = scope.layout.around(at).next().and_then(|opener| scope.layout.head(tokens, opener).last());
    let is_for = opener.into_iter().chain(scope.before()).any(|token| token.is_word("for"));
    if is_for && tokens[at..].iter().take_while(|token| !token.is_line()).any(|t| t.is_word("in") || t.is_word("of")) {
        return Some("`for`".to_owned());
    }
    if tokens[at].is_text() && is_named_argument(scope) {
        return Some("a call that is given its name".to_owned());
    }
    if is_written_over(scope) {
        return Some("a pointer to it".to_owned());
    }
    let is_loop = opener.is_some_and(|token| token.is_word("foreach"));
    if is_loop && scope.before().iter().any(|token| token.is_word("as")) {
        return Some("`foreach`".to_owned());
    }
    if aliases::is_given_by_reference(scope) {
        return Some("a function that is given a reference to it".to_owned());
    }
    let is_called = tokens.get(at + 1).is_some_and(|token| token.is_sign('('));
    if scope.language.syntax == Syntax::Script && is_called && scope.before().is_empty() {
        return Some("a method or a call of that name".to_owned());
    }
    if scope.language.syntax == Syntax::Preprocessed && is_constructed(scope) {
        return Some("a constructor".to_owned());
    }
    if is_target(scope) {
        return Some("an assignment to several names".to_owned());
    }
    by_what_follows(scope).map(str::to_owned)
}

/// `remove_const :VERSION`: what is given a name as a symbol may give it another value, unless it only hides or reads it.
pub(super) fn by_symbol(scope: StatementScope<'_>, name: &str) -> Option<String> {
    let is_kept = |word: &str| word.starts_with("attr_") || word.ends_with("_constant");
    let is_symbol = scope.tokens[scope.at].word().and_then(|word| word.strip_prefix(':')) == Some(name);
    let is_read = scope.before().iter().filter_map(CodeToken::word).any(is_kept);
    (is_symbol && !is_read).then(|| "a call that is given its name".to_owned())
}

/// `name[0] = …`, `name.replace(…)`, `name.set(…)`.
fn by_what_follows(scope: StatementScope<'_>) -> Option<&'static str> {
    let behind = &scope.tokens[scope.at + 1..];
    if behind.first().is_some_and(|token| token.is_sign('[')) {
        let end = behind.iter().position(|token| token.is_sign(']'))? + 1;
        let signs = statement::operator(behind, end);
        return (signs.starts_with('=') && !signs.starts_with("==") && !signs.starts_with("=>"))
            .then_some("an assignment to a part of it");
    }
    // `var version: String { … }` of Swift, `string Version { … }` of C#
    let is_block = |at: usize| behind.get(at).is_some_and(|token| token.is_sign('{'));
    let is_typed = behind.first().is_some_and(|token| token.is_sign(':')) && is_block(2);
    let is_behind_type = scope.before().last().is_some_and(|token| token.word().is_some()) && is_block(0);
    if (is_typed && scope.language.syntax == Syntax::Lines)
        || (is_behind_type && scope.language.syntax == Syntax::Semicolons)
    {
        return Some("code that computes it");
    }
    let method = behind.get(1).and_then(CodeToken::word).filter(|_| behind[0].is_sign('.'))?;
    let is_in_place = CHANGERS.contains(&method) || behind.get(2).is_some_and(|token| token.is_sign('!'));
    if scope.language.syntax == Syntax::Ruby && is_in_place {
        return Some("a method that changes the text in place");
    }
    SETTERS.contains(&method).then_some("a method that sets it")
}

/// `&Version` of Go and PHP, and `strcpy(version, …)`.
fn is_written_over(scope: StatementScope<'_>) -> bool {
    let before: Vec<&CodeToken> = scope.tokens[..scope.at].iter().rev().take(2).collect();
    let [last, ..] = before.as_slice() else { return false };
    let caller = before.get(1).and_then(|token| token.word());
    let is_no_value = |token: &CodeToken| token.is_word("as") || (token.word().is_none() && !token.is_sign('&'));
    let is_address = last.is_sign('&') && before.get(1).is_none_or(|token| is_no_value(token));
    let is_given = last.is_sign('(') && caller.is_some_and(|caller| OVERWRITERS.contains(&caller));
    is_given || (is_address && matches!(scope.language.syntax, Syntax::Go | Syntax::Php))
}

/// `A() : version{…}` of C++.
fn is_constructed(scope: StatementScope<'_>) -> bool {
    let next = scope.tokens.get(scope.at + 1);
    let before: Vec<Option<char>> = scope.tokens[..scope.at].iter().rev().take(2).map(CodeToken::sign).collect();
    next.is_some_and(|next| next.is_sign('{') || next.is_sign('('))
        && matches!(before.as_slice(), [Some(','), ..] | [Some(':'), None | Some(')')])
}

/// `setProperty("version", …)`: a call that is given a name and something else may set it.
fn is_named_argument(scope: StatementScope<'_>) -> bool {
    const READERS: &[&str] = &["getattr", "hasattr", "print", "println", "puts", "printf", "get", "getProperty"];
    let Some(opener) = scope.layout.around(scope.at).next().filter(|opener| scope.tokens[*opener].is_sign('(')) else {
        return false;
    };
    let caller = opener.checked_sub(1).and_then(|before| scope.tokens[before].word());
    let is_first = scope.tokens[opener + 1..scope.at].iter().all(CodeToken::is_line);
    let is_last = scope.tokens.get(scope.at + 1).is_none_or(|next| !next.is_sign(','));
    !(is_first && is_last) && caller.is_some_and(|caller| !READERS.contains(&caller))
}

/// `name, other = …`, `(other, name) = …`, `[name] = …` and `{ name } = …`: names that are given values together.
fn is_target(scope: StatementScope<'_>) -> bool {
    let (tokens, at) = (scope.tokens, scope.at);
    let mut openers = scope.layout.around(at);
    let (mut has_closed, mut has_comma) = (false, false);
    for (offset, token) in tokens[at + 1..].iter().enumerate() {
        let place = at + 1 + offset;
        match &token.kind {
            TokenKind::Sign(')' | ']' | '}') => {
                let Some(opener) = openers.next().filter(|opener| tokens[*opener].word().is_none()) else {
                    return false;
                };
                let before = opener.checked_sub(1).map(|before| &tokens[before]);
                let is_call = before.is_some_and(|token| match &token.kind {
                    TokenKind::Word(word) => !BINDERS.contains(&word.as_str()),
                    TokenKind::Sign(sign) => matches!(sign, ')' | ']'),
                    TokenKind::Text(_) | TokenKind::Number(_) | TokenKind::Line(_) => false,
                });
                if is_call {
                    return false;
                }
                has_closed = true;
            }
            TokenKind::Sign(',') => has_comma |= scope.layout.around(place).eq(scope.layout.around(at)),
            TokenKind::Sign('=') => {
                let is_plain = !tokens.get(place + 1).is_some_and(|next| next.is_sign('=') || next.is_sign('>'));
                let is_listed = has_comma && scope.layout.around(at).next().is_none_or(|o| tokens[o].word().is_some());
                return is_plain && (has_closed || is_listed);
            }
            TokenKind::Sign('*' | '.' | ':' | '(' | '[') | TokenKind::Word(_) if !has_closed => {}
            TokenKind::Line(_) if !has_closed && scope.layout.around(at).next().is_some() => {}
            TokenKind::Sign(_)
            | TokenKind::Word(_)
            | TokenKind::Text(_)
            | TokenKind::Number(_)
            | TokenKind::Line(_) => {
                return false;
            }
        }
    }
    false
}

/// Finds what may change a name without being an assignment to it: `setVersion(…)`, `eval`, an include further down.
pub(super) fn elsewhere(tokens: &[CodeToken], (name, line): (&str, usize), language: &Language) -> Option<Match> {
    let mut letters = name.chars();
    let setter: String = "set".chars().chain(letters.next().map(|c| c.to_ascii_uppercase())).chain(letters).collect();
    let is_variable = tokens.iter().any(|token| token.line == line && token.word().is_some_and(|w| w.starts_with('$')));
    let lines = tokens.split(CodeToken::is_line).filter(|line| !line.is_empty());
    lines.into_iter().find_map(|of| {
        let is_below = of[0].line >= line;
        let sets = of.windows(2).any(|pair| pair[0].is_word(&setter) && pair[1].is_sign('('));
        let has_name = |token: &CodeToken| matches!(&token.kind, TokenKind::Text(text) if text.contains(name));
        // A `define` of PHP gives a name its value, and is read as that.
        let by_name = BY_NAME.iter().filter(|word| language.syntax != Syntax::Php || **word != "define");
        let is_named = of.iter().any(has_name) && by_name.into_iter().any(|word| of.iter().any(|t| t.is_word(word)));
        let is_line_of = |syntax: Syntax, word: &str, at: usize| {
            language.syntax == syntax && is_below && of.get(at).is_some_and(|token| token.is_word(word))
        };
        let why = if sets {
            Some("a setter")
        } else if is_named {
            Some("a call that is given its name")
        } else if is_line_of(Syntax::Preprocessed, "include", 1) && of.get(2).is_some_and(CodeToken::is_text) {
            Some("what is included below it")
        } else if is_line_of(Syntax::Gradle, "apply", 0) && of.get(1).is_some_and(|token| token.is_word("from")) {
            Some("what is applied below it")
        } else if language.syntax == Syntax::Php && is_variable {
            php(of, is_below)
        } else {
            python(of).filter(|_| language.syntax == Syntax::Python && is_below)
        };
        Some(Match::unknown(of[0].line, format!("may be overridden by {}", why?)))
    })
}

/// A file that is included below shares the variables of PHP, and a name may come from a value.
fn php(line: &[CodeToken], is_below: bool) -> Option<&'static str> {
    const INCLUDES: [&str; 4] = ["include", "include_once", "require", "require_once"];
    let has = |words: &[&str]| line.iter().filter_map(CodeToken::word).any(|word| words.contains(&word));
    if is_below && has(&INCLUDES) {
        return Some("what is included below it");
    }
    let is_chosen = line.iter().filter_map(CodeToken::word).any(|word| word.starts_with("$$"));
    (has(&["extract", "parse_str"]) || is_chosen).then_some("a name that is made when it runs")
}

fn python(line: &[CodeToken]) -> Option<&'static str> {
    if line.iter().any(|token| token.is_word("use_scm_version")) {
        return Some("`use_scm_version`");
    }
    if line[0].is_word("from") && line.last().is_some_and(|token| token.is_sign('*')) {
        return Some("`from … import *`");
    }
    let is_called = |wanted: &str| {
        line.iter().position(|token| token.is_word(wanted)).is_some_and(|at| {
            line.get(at + 1).is_some_and(|token| token.is_sign('(')) && (at == 0 || !line[at - 1].is_sign('.'))
        })
    };
    // With a namespace of its own it binds nothing here.
    let is_whole = !line.iter().any(|token| token.is_sign(','));
    if is_called("exec") && is_whole {
        return Some("`exec`");
    }
    let is_set = line.iter().any(|token| token.is_word("update") || token.is_word("setdefault"))
        || line.windows(2).any(|pair| pair[0].is_sign(']') && pair[1].is_sign('='));
    let is_empty = line.windows(2).any(|pair| pair[0].is_sign('(') && pair[1].is_sign(')'));
    (["globals", "vars", "locals"].into_iter().any(is_called) && is_set && is_empty).then_some("`globals()`")
}

/// `module.exports = other` behind `module.exports.version = …`: the object is another one.
pub(super) fn of_owner(scope: StatementScope<'_>) -> Option<Match> {
    let (tokens, at) = (scope.tokens, scope.at);
    let owner = at.checked_sub(2).filter(|owner| tokens[owner + 1].is_sign('.'))?;
    let name = tokens[owner].word().filter(|_| scope.language.syntax == Syntax::Script)?;
    let is_replaced = |place: &usize| {
        let signs = statement::operator(tokens, place + 1);
        tokens[*place].is_word(name) && signs.starts_with('=') && !signs.starts_with("==") && !signs.starts_with("=>")
    };
    let place = (at + 1..tokens.len()).find(is_replaced)?;
    Some(Match::unknown(tokens[place].line, "may be overridden by a change to its object"))
}

/// Finds what may give an entry of an object another value: `...other` or a computed name behind it, and a change to the object.
pub(super) fn of_object(scope: StatementScope<'_>, outer: &[&str]) -> Option<Match> {
    let tokens = scope.tokens;
    let is_php = scope.language.syntax == Syntax::Php;
    let is_object = |opener: &usize| tokens[*opener].is_sign('{') || is_php;
    let opener = scope.layout.around(scope.at).next().filter(is_object)?;
    let is_within = |at: &usize| scope.layout.around(*at).next() == Some(opener);
    let behind = (scope.at + 1..tokens.len()).filter(is_within).find_map(|at| {
        let is_first = scope.layout.begin(at) == at;
        let is_spread = ["...", "**"].iter().any(|sign| statement::operator(tokens, at).starts_with(sign));
        let is_computed = tokens[at].is_sign('[') && scope.language.syntax == Syntax::Script;
        (is_first && (is_spread || is_computed)).then_some((at, "what comes after it in the same object"))
    });
    let named = tokens.iter().enumerate().find_map(|(at, token)| {
        token.word().filter(|word| outer.contains(word))?;
        let call = at.checked_sub(2).map(|before| &tokens[before]);
        let is_given = tokens[at - usize::from(at > 0)].is_sign('(')
            && call.and_then(CodeToken::word).is_some_and(|word| OF_OBJECTS.contains(&word));
        let place = StatementScope { at, ..scope };
        let signs = statement::operator(tokens, at + 1);
        let is_replaced = signs.starts_with('=') && !signs.starts_with("==") && !signs.starts_with("=>");
        let is_changed = is_given || (at > scope.at && (is_replaced || by_what_follows(place).is_some()));
        is_changed.then_some((at, "a change to its object"))
    });
    let (at, why) = behind.or(named)?;
    Some(Match::unknown(tokens[at].line, format!("may be overridden by {why}")))
}
