//! The version in a program or a build file: a plain text that the name is given where it always runs, and that nothing changes.

use super::aliases;
use super::changes;
use super::jsx;
use super::language::{Language, Syntax};
use super::layout::ProgramLayout;
use super::matches::{Match, UnreadVersion};
use super::merged;
use super::scope::StatementScope;
use super::statement::{self, Assigned};
use super::tokens::{self, CodeToken, TokenKind};

/// How many places of one file may give a name its value: each is looked at with everything around it.
const MOST: usize = 500;

/// Returns every place that gives the key a value, or may change it. Of a key with dots the last part is the name, the others are
/// the blocks or objects that it stands in.
pub(super) fn matches(text: &str, key: &str, language: &Language) -> Result<Vec<Match>, UnreadVersion> {
    let tokens = tokens::read(text, language)?;
    let layout = ProgramLayout::of(&tokens, language)?;
    let parts: Vec<&str> = key.split('.').collect();
    let Some((name, outer)) = parts.split_last() else { return Ok(Vec::new()) };
    let (mut found, mut doubts) = (Vec::new(), Vec::new());
    let markup = jsx::begin(&tokens, language);
    for (at, token) in tokens.iter().enumerate() {
        if is_for_some_builds(token, name, language) {
            found.push(Match::unknown(token.line, "has a value for some builds only"));
        }
        let scope = StatementScope { tokens: &tokens, layout: &layout, language, at };
        doubts.extend(changes::by_symbol(scope, name).map(|why| changed(token.line, &why)));
        if !is_name(token, name) {
            continue;
        }
        if is_imported(&tokens, at, language) {
            found.push(Match::unknown(token.line, "is imported from somewhere else"));
            continue;
        }
        let value = match statement::assigned(scope) {
            Assigned::Nothing => {
                // What a preprocessor forgets before it is told anew says nothing.
                let is_past = language.syntax == Syntax::Preprocessed && found.is_empty();
                let why = changes::by_mention(scope).filter(|_| language.syntax != Syntax::Settings && !is_past);
                doubts.extend(why.map(|why| changed(token.line, &why)));
                continue;
            }
            Assigned::Value(value) => Ok(value),
            Assigned::Computed => Err("is computed, and only a plain text can be read".to_owned()),
        };
        if !scope.has(outer) {
            // What one of several builds says comes instead; that of a debug build is never shipped.
            let flavour = scope.flavour(&[]).filter(|_| language.syntax == Syntax::Gradle && !scope.has(&["debug"]));
            doubts.extend(flavour.map(|of| Match::unknown(token.line, format!("has a value of its own in {of}"))));
            continue;
        }
        let of_object = [changes::of_object(scope, outer), changes::of_owner(scope), aliases::by_alias(scope, outer)];
        doubts.extend(of_object.into_iter().flatten().chain(merged::doubt(scope)));
        let is_in_markup = markup.is_some_and(|begin| at > begin);
        let below = || is_in_markup.then(|| "comes after markup, which tminus does not follow".to_owned());
        let value = match scope.doubt(outer).or_else(below) {
            Some(why) => Err(why),
            None => value,
        };
        found.push(Match { line: Some(token.line), value });
        if found.len() > MOST {
            return Err(UnreadVersion::at(token.line, format!("{key} occurs more than {MOST} times")));
        }
    }
    let bound = found.iter().filter(|place| place.value.is_ok()).filter_map(|place| place.line).min();
    if let Some(line) = bound {
        doubts.extend(changes::elsewhere(&tokens, (name, line), language));
        doubts.extend(suffix(&tokens, &layout, name, language));
        doubts.extend(constraint(text, language));
        found.extend(doubts);
    }
    Ok(found)
}

fn changed(line: usize, why: &str) -> Match {
    Match::unknown(line, format!("may be overridden by {why}"))
}

/// `from .build import __version__` of Python gives the name a value too.
fn is_imported(tokens: &[CodeToken], at: usize, language: &Language) -> bool {
    let line = tokens[..at].iter().rposition(CodeToken::is_line).map_or(0, |line| line + 1);
    let begins = tokens[line].is_word("from") || tokens[line].is_word("import");
    language.syntax == Syntax::Python && begins && line < at && tokens[at].word().is_some()
}

fn is_name(token: &CodeToken, name: &str) -> bool {
    match &token.kind {
        TokenKind::Word(word) => word == name || word.strip_prefix('$') == Some(name),
        TokenKind::Text(text) => text == name,
        TokenKind::Number(_) | TokenKind::Sign(_) | TokenKind::Line(_) => false,
    }
}

/// `"MARKETING_VERSION[sdk=iphoneos*]"` of Xcode.
fn is_for_some_builds(token: &CodeToken, name: &str, language: &Language) -> bool {
    let is_one = |text: &String| text.strip_prefix(name).is_some_and(|rest| rest.starts_with('['));
    language.syntax == Syntax::Settings && matches!(&token.kind, TokenKind::Text(text) if is_one(text))
}

/// `versionNameSuffix` of Gradle goes behind the name, and `versionNameOverride` takes its place; that of a debug build is never
/// shipped.
fn suffix(tokens: &[CodeToken], layout: &ProgramLayout, name: &str, language: &Language) -> Option<Match> {
    let wanted = [format!("{name}Suffix"), format!("{name}Override")];
    let is_one = |token: &CodeToken| wanted.iter().any(|wanted| is_name(token, wanted));
    let at = tokens
        .iter()
        .enumerate()
        .position(|(at, token)| is_one(token) && !StatementScope { tokens, layout, language, at }.has(&["debug"]))?;
    let by = wanted.iter().find(|wanted| is_name(&tokens[at], wanted))?;
    Some(Match::unknown(tokens[at].line, format!("gets another text by {by}")))
}

/// `//go:build` before the package of Go.
fn constraint(text: &str, language: &Language) -> Option<Match> {
    let before = text.lines().take_while(|line| !line.starts_with("package ")).enumerate();
    let is_one = |line: &str| {
        let comment = line.trim().strip_prefix("//");
        comment.is_some_and(|comment| comment.starts_with("go:build") || comment.trim_start().starts_with("+build"))
    };
    let (at, _) = before.into_iter().find(|(_, line)| language.syntax == Syntax::Go && is_one(line))?;
    Some(Match::unknown(at + 1, "is in a file that only some builds take"))
}
