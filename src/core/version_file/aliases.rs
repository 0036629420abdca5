//! What a name or its object is also called: by another variable, or by a parameter that is a reference.

use super::language::Syntax;
use super::matches::Match;
use super::scope::StatementScope;
use super::statement;
use super::tokens::{CodeToken, TokenKind};

/// How many other names of one object are followed.
const NAMES: usize = 16;

/// Functions of PHP that write into what they are given, and from which argument on.
const BY_PLACE: [(&str, usize); 9] = [
    ("exec", 1),
    ("getopt", 2),
    ("is_callable", 2),
    ("preg_match", 2),
    ("preg_match_all", 2),
    ("similar_text", 2),
    ("sscanf", 2),
    ("str_ireplace", 3),
    ("str_replace", 3),
];

/// `const alias = app;` and then `alias.version = …`: whatever an object is also called may change it.
pub(super) fn by_alias(scope: StatementScope<'_>, outer: &[&str]) -> Option<Match> {
    let tokens = scope.tokens;
    let (TokenKind::Word(name) | TokenKind::Text(name)) = &tokens[scope.at].kind else { return None };
    if !has_references(scope.language.syntax) || outer.is_empty() {
        return None;
    }
    let mut names: Vec<&str> = outer.to_vec();
    let mut next = 0;
    while let Some(object) = names.get(next).copied() {
        next += 1;
        let aliases = (1..tokens.len()).filter(|at| tokens[*at].is_word(object)).filter_map(|at| alias(tokens, at));
        for alias in aliases {
            if names.len() < NAMES && !names.contains(&alias) {
                names.push(alias);
            }
        }
    }
    let is_alias = |token: &CodeToken| token.word().is_some_and(|word| names[outer.len()..].contains(&word));
    let changed = (0..tokens.len()).find(|at| is_alias(&tokens[*at]) && is_set_in(tokens, *at, name))?;
    let why = "may be given another value by another name of the object that it stands in";
    Some(Match::unknown(tokens[changed].line, why))
}

const fn has_references(syntax: Syntax) -> bool {
    matches!(syntax, Syntax::Script | Syntax::Python | Syntax::Ruby)
}

/// Returns the variable that is given an object which stands at a place as a whole: `const alias: Type = config.app;`.
fn alias(tokens: &[CodeToken], at: usize) -> Option<&str> {
    let ends =
        |token: &CodeToken| token.is_line() || token.is_word("as") || token.sign().is_some_and(|s| ";,)}".contains(s));
    let is_whole = tokens.get(at + 1).is_none_or(ends);
    let mut begin = at;
    while begin >= 2 && tokens[begin - 1].is_sign('.') && tokens[begin - 2].word().is_some() {
        begin -= 2;
    }
    let sign = begin.checked_sub(1).filter(|sign| is_whole && tokens[*sign].is_sign('='))?;
    let last = sign.checked_sub(1)?;
    let typed = last.checked_sub(2).filter(|_| tokens[last - 1].is_sign(':'));
    tokens[typed.unwrap_or(last)].word()
}

/// Says whether what is called so at a place is given an entry of this name: `alias.app.version = …`, `alias["version"] = …`.
fn is_set_in(tokens: &[CodeToken], at: usize, name: &str) -> bool {
    let is_sign = |at: usize, sign: char| tokens.get(at).is_some_and(|token| token.is_sign(sign));
    let mut end = at + 1;
    let mut last = None;
    loop {
        if is_sign(end, '.') {
            last = tokens.get(end + 1);
            end += 2;
        } else if is_sign(end, '[') && is_sign(end + 2, ']') {
            last = tokens.get(end + 1);
            end += 3;
        } else {
            break;
        }
    }
    // What is computed may be any name.
    let may_be = last.is_some_and(|token| match token.is_text() {
        true => token.kind == TokenKind::Text(name.to_owned()),
        false => token.word().is_some_and(|word| word == name || is_sign(end - 1, ']')),
    });
    let signs = statement::operator(tokens, end);
    let is_plain = signs.starts_with('=') && !signs.starts_with("==") && !signs.starts_with("=>");
    may_be && (is_plain || statement::is_change(&signs))
}

/// Says whether a variable of PHP is given to a function that may write into it.
pub(super) fn is_given_by_reference(scope: StatementScope<'_>) -> bool {
    let (tokens, at) = (scope.tokens, scope.at);
    let is_variable = tokens[at].word().is_some_and(|word| word.starts_with('$'));
    let opener = scope.layout.around(at).next().filter(|opener| tokens[*opener].is_sign('('));
    let Some(opener) = opener.filter(|_| is_variable && scope.language.syntax == Syntax::Php) else { return false };
    let ends = |token: &CodeToken| token.is_sign(',') || token.is_sign(')');
    let is_whole = tokens.get(at + 1).is_some_and(ends) && (at == opener + 1 || tokens[at - 1].is_sign(','));
    let Some(caller) = opener.checked_sub(1).and_then(|at| tokens[at].word()).filter(|_| is_whole) else {
        return false;
    };
    let is_beside = |place: &usize| scope.layout.around(*place).next() == Some(opener) && tokens[*place].is_sign(',');
    let argument = (opener..at).filter(is_beside).count();
    BY_PLACE.iter().any(|(name, from)| *name == caller && argument >= *from) || takes_references(tokens, caller)
}

/// Says whether a function of this file takes a parameter by reference; one without a name is called by a variable.
fn takes_references(tokens: &[CodeToken], caller: &str) -> bool {
    let is_it = |at: usize| match tokens.get(at) {
        Some(token) if token.is_sign('(') => caller.starts_with('$'),
        Some(token) => token.is_word(caller),
        None => false,
    };
    tokens.iter().enumerate().any(|(at, token)| {
        let begins = token.is_word("function") || token.is_word("fn");
        let name = at + 1 + usize::from(tokens.get(at + 1).is_some_and(|token| token.is_sign('&')));
        let parameters = tokens[name.min(tokens.len())..].iter().take_while(|token| !token.is_sign(')'));
        begins && is_it(name) && parameters.into_iter().any(|token| token.is_sign('&'))
    })
}
