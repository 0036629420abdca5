//! The blocks that a statement stands in: a value that counts only sometimes is not the version.

use super::tokens::{Language, Token, TokenKind};

/// The words that open the blocks around a place, the outermost first, and what stands before it on its own line.
pub(super) struct StatementScope {
    blocks: Vec<Vec<String>>,
    before: Vec<String>,
    is_preprocessed: bool,
}

/// Words that open a block which does not always run.
const SOMETIMES: &[&str] = &[
    "if", "else", "elif", "elsif", "unless", "for", "while", "try", "catch", "except", "rescue", "case", "when",
    "switch", "match", "def", "function", "fn", "func", "fun", "test", "it",
];

/// Blocks of Gradle in which one of several builds is described.
const FLAVOURS: &[&str] = &["productFlavors", "buildTypes", "flavors"];

/// Returns the blocks around a token.
pub(super) fn of(tokens: &[Token], at: usize, language: &Language) -> StatementScope {
    let blocks = if language.is_indented { indented(tokens, at) } else { braced(tokens, at) };
    let line = tokens[..at].iter().rposition(|t| matches!(t.kind, TokenKind::Line(_))).map_or(0, |line| line + 1);
    StatementScope { blocks, before: words(&tokens[line..at]), is_preprocessed: is_preprocessed(&tokens[..at]) }
}

impl StatementScope {
    /// Says whether the blocks or objects of a key with dots stand around the place, in their order.
    pub(super) fn has(&self, outer: &[&str]) -> bool {
        let mut words = self.blocks.iter().flatten().chain(&self.before);
        outer.iter().all(|wanted| words.any(|word| word == wanted))
    }

    /// Says why what stands there may not count; a key that names the block knows what it asks for.
    pub(super) fn doubt(&self, outer: &[&str]) -> Option<String> {
        let sometimes = |word: &&String| SOMETIMES.contains(&word.as_str());
        // Of a block the first word says what it is; before a place on its own line any may.
        let block = self.blocks.iter().filter_map(|block| block.first()).find(sometimes);
        let block = block.or_else(|| self.before.iter().find(sometimes));
        if let Some(word) = block {
            return Some(format!("stands behind `{word}`, so whether it counts is unknown"));
        }
        if self.is_preprocessed {
            return Some("stands behind `#if`, so whether it counts is unknown".to_owned());
        }
        let flavour = self.blocks.iter().flatten().find(|word| FLAVOURS.contains(&word.as_str()))?;
        let is_named = !outer.is_empty()
            && outer.iter().any(|word| self.blocks.last().is_some_and(|block| block.iter().any(|b| b == word)));
        (!is_named).then(|| format!("stands in one of several {flavour}: name it in the key, with dots"))
    }
}

fn words(tokens: &[Token]) -> Vec<String> {
    let word = |token: &Token| match &token.kind {
        TokenKind::Word(word) | TokenKind::Text(word) => Some(word.clone()),
        TokenKind::Number(_) | TokenKind::Sign(_) | TokenKind::Line(_) => None,
    };
    tokens.iter().filter_map(word).collect()
}

/// Every open brace, with the words before it in its statement.
fn braced(tokens: &[Token], at: usize) -> Vec<Vec<String>> {
    let mut open = Vec::new();
    let mut begin = 0;
    for (place, token) in tokens[..at].iter().enumerate() {
        match token.kind {
            TokenKind::Sign('{') => {
                open.push(words(&tokens[begin..place]));
                begin = place + 1;
            }
            TokenKind::Sign('}') => {
                open.pop();
                begin = place + 1;
            }
            TokenKind::Sign(';') => begin = place + 1,
            // An opening brace may stand on a line of its own.
            TokenKind::Line(_) if !opens_next(tokens, place) => begin = place + 1,
            TokenKind::Line(_)
            | TokenKind::Sign(_)
            | TokenKind::Word(_)
            | TokenKind::Text(_)
            | TokenKind::Number(_) => {}
        }
    }
    open
}

fn opens_next(tokens: &[Token], line: usize) -> bool {
    matches!(tokens.get(line + 1).map(|t| &t.kind), Some(TokenKind::Sign('{')))
}

/// Every line above that is indented less than what follows it.
fn indented(tokens: &[Token], at: usize) -> Vec<Vec<String>> {
    let mut blocks = Vec::new();
    let mut end = at;
    let mut least = usize::MAX;
    for (place, token) in tokens[..at].iter().enumerate().rev() {
        let TokenKind::Line(indent) = token.kind else { continue };
        if indent < least {
            if least != usize::MAX {
                blocks.push(words(&tokens[place + 1..end]));
            }
            least = indent;
        }
        end = place;
    }
    blocks.reverse();
    blocks
}

/// Counts the `#if` that are open; `#ifndef` guards a header against being read twice.
fn is_preprocessed(tokens: &[Token]) -> bool {
    let mut open: Vec<bool> = Vec::new();
    for pair in tokens.windows(2) {
        let [Token { kind: TokenKind::Sign('#'), .. }, Token { kind: TokenKind::Word(word), .. }] = pair else {
            continue;
        };
        match word.as_str() {
            "if" | "ifdef" => open.push(true),
            "ifndef" => open.push(false),
            "else" | "elif" => open.iter_mut().last().into_iter().for_each(|last| *last = true),
            "endif" => drop(open.pop()),
            _ => {}
        }
    }
    open.contains(&true)
}
