//! Whether a statement always runs: a value that counts only sometimes is not the version.

use super::language::{Language, Syntax};
use super::layout::ProgramLayout;
use super::tokens::{CodeToken, TokenKind};

/// A place in a program.
#[derive(Clone, Copy)]
pub(super) struct StatementScope<'a> {
    pub(super) tokens: &'a [CodeToken],
    pub(super) layout: &'a ProgramLayout,
    pub(super) language: &'a Language,
    pub(super) at: usize,
}

/// Words of what does not always run.
const SOMETIMES: &[&str] = &[
    "if",
    "else",
    "elif",
    "elsif",
    "unless",
    "for",
    "while",
    "until",
    "loop",
    "try",
    "catch",
    "except",
    "rescue",
    "finally",
    "ensure",
    "case",
    "when",
    "switch",
    "match",
    "def",
    "defp",
    "function",
    "fn",
    "func",
    "fun",
    "lambda",
    "macro_rules",
    "with",
    "and",
    "or",
    "test",
];

/// Words of TypeScript that describe a value, and give none.
const TYPES: &[&str] = &["type", "interface", "declare"];

/// Blocks of Gradle in which one of several builds is described.
const FLAVOURS: &[&str] = &["productFlavors", "buildTypes", "flavors"];

/// Words behind which nothing of a file runs.
const EXITS: &[&str] = &["return", "exit", "die", "abort", "throw", "raise"];

impl<'a> StatementScope<'a> {
    /// Returns what stands before the place in its statement.
    pub(super) fn before(self) -> &'a [CodeToken] {
        &self.tokens[self.layout.begin(self.at)..self.at]
    }

    /// Returns what stands before every bracket and block around the place, the outermost first.
    fn heads(self) -> Vec<&'a [CodeToken]> {
        let mut heads: Vec<&[CodeToken]> =
            self.layout.around(self.at).map(|opener| self.layout.head(self.tokens, opener)).collect();
        if self.language.syntax == Syntax::Python {
            heads.extend(self.indented());
        }
        heads.reverse();
        heads
    }

    /// Says whether the blocks or objects of a key with dots stand around the place, in their order.
    pub(super) fn has(self, outer: &[&str]) -> bool {
        let heads = self.heads();
        let mut words = heads.iter().flat_map(|head| words(head)).chain(words(self.before()));
        outer.iter().all(|wanted| words.any(|word| word == *wanted))
    }

    /// Says why what stands there may not count; a key that names the block knows what it asks for.
    pub(super) fn doubt(self, outer: &[&str]) -> Option<String> {
        if let Some(flavour) = self.flavour(outer) {
            return Some(format!("is in one of several {flavour}: name it in the key, with dots"));
        }
        let both = self.before().windows(2).any(|pair| pair.iter().all(|sign| sign.is_sign('&')));
        let word = self.sometimes(self.before()).or_else(|| both.then(|| "&&".to_owned()));
        let word = word.or_else(|| self.blocked(outer)).or_else(|| self.exit());
        if let Some(word) = word {
            return Some(behind(&word));
        }
        if matches!(self.language.syntax, Syntax::Preprocessed | Syntax::Semicolons | Syntax::Lines)
            && is_preprocessed(&self.tokens[..self.at], self.tokens[self.at].word())
        {
            return Some(behind("#if"));
        }
        if self.language.syntax == Syntax::Preprocessed && self.before().len() > 2 && self.before()[0].is_sign('#') {
            return Some(behind("#define"));
        }
        if self.language.syntax == Syntax::Rust && self.is_configured() {
            return Some(behind("#[cfg]"));
        }
        None
    }

    /// Returns the word of Gradle for several builds around the place, of which the key names none.
    pub(super) fn flavour(self, outer: &[&str]) -> Option<&'a str> {
        let heads = self.heads();
        let flavour = heads.iter().flat_map(|head| words(head)).find(|word| FLAVOURS.contains(word))?;
        let is_named =
            !outer.is_empty() && heads.last().is_some_and(|head| words(head).any(|word| outer.contains(&word)));
        (!is_named).then_some(flavour)
    }

    /// Returns the word before a bracket or block that says that it does not always run.
    fn blocked(self, outer: &[&str]) -> Option<String> {
        let outermost = if self.language.syntax == Syntax::Python {
            self.indented().iter().rev().find_map(|head| self.unless_container(head, outer))
        } else if self.language.syntax == Syntax::Scala {
            // Scala may leave out its braces.
            self.indented().iter().find_map(|head| self.sometimes(head))
        } else {
            None
        };
        let openers: Vec<usize> = self.layout.around(self.at).collect();
        outermost.or_else(|| openers.iter().rev().find_map(|opener| self.doubtful_block(*opener, outer)))
    }

    fn doubtful_block(self, opener: usize, outer: &[&str]) -> Option<String> {
        let head = self.layout.head(self.tokens, opener);
        let is_word = matches!(self.tokens[opener].kind, TokenKind::Word(_));
        let last = head.iter().rev().find(|token| !token.is_line());
        let choice = ['&', '|', '?'].into_iter().find(|sign| last.is_some_and(|token| token.is_sign(*sign)));
        if self.language.syntax == Syntax::Settings {
            return None;
        }
        if let Some(sign) = choice.filter(|_| !is_word) {
            return Some(sign.to_string().repeat(if sign == '?' { 1 } else { 2 }));
        }
        if self.language.syntax == Syntax::Rust && last.is_some_and(|token| token.is_sign('!')) {
            return Some(format!("{}!", first_word(head)));
        }
        if !is_word && (!self.tokens[opener].is_sign('{') || self.is_object(opener, head)) {
            return self.sometimes(head);
        }
        if self.language.syntax == Syntax::Preprocessed && head.iter().any(|token| token.is_sign('(')) {
            return Some(first_word(head));
        }
        self.unless_container(head, outer)
    }

    /// `name = {`, `name: {` and `({` begin a value, where the language has such; `=> {` begins code.
    pub(super) fn is_object(self, opener: usize, head: &[CodeToken]) -> bool {
        let last = head.iter().rev().find(|token| !token.is_line());
        let begins_value =
            last.is_some_and(|token| ['=', '(', ',', '[', ':', '%'].iter().any(|sign| token.is_sign(*sign)));
        let syntax = self.language.syntax;
        if syntax == Syntax::Ruby {
            let is_arrow = head.windows(2).last().is_some_and(|pair| pair[0].is_sign('=') && pair[1].is_sign('>'));
            return begins_value || is_arrow || last.is_none();
        }
        let is_argument =
            head.is_empty() && self.layout.around(opener).next().is_some_and(|outer| !self.tokens[outer].is_sign('{'));
        let is_code = last.is_some_and(|token| ['>', '|', ')'].iter().any(|sign| token.is_sign(*sign)));
        let is_value = is_argument || begins_value || (head.iter().any(|token| token.is_sign('=')) && !is_code);
        matches!(syntax, Syntax::Python | Syntax::Elixir) || (self.language.has_objects && is_value)
    }

    /// Of the words that say what a block is, the first decides: `impl A for B` always runs, `fn a() -> impl B` does not.
    fn unless_container(self, head: &[CodeToken], outer: &[&str]) -> Option<String> {
        if words(head).any(|word| outer.contains(&word)) && self.sometimes(head).is_none() {
            return None;
        }
        let decides = |word: &&str| self.language.containers.contains(word) || SOMETIMES.contains(word);
        let mut found = head.iter().filter_map(CodeToken::word).filter(decides);
        let is_case = head.first().is_some_and(|word| word.is_word("case")) && self.language.syntax == Syntax::Scala;
        let is_project =
            self.language.syntax == Syntax::Elixir && head.get(1).is_some_and(|word| word.is_word("project"));
        match found.nth(usize::from(is_case || is_project)) {
            Some(word) if self.language.containers.contains(&word) => self.types(head).map(str::to_owned),
            Some(word) => Some(word.to_owned()),
            None => Some(first_word(head)),
        }
    }

    fn sometimes(self, head: &[CodeToken]) -> Option<String> {
        // `def project, do: [version: "1.0.0"]`
        let is_project =
            self.language.syntax == Syntax::Elixir && head.get(1).is_some_and(|word| word.is_word("project"));
        let head = if is_project { &head[1..] } else { head };
        let word = head.iter().filter_map(CodeToken::word).find(|word| SOMETIMES.contains(word));
        word.or_else(|| self.types(head)).map(str::to_owned)
    }

    fn types(self, head: &[CodeToken]) -> Option<&str> {
        let mut words = head.iter().filter_map(CodeToken::word).filter(|_| self.language.syntax == Syntax::Script);
        words.find_map(|word| TYPES.iter().copied().find(|there| *there == word))
    }

    /// Every line above that is indented less than what follows it.
    fn indented(self) -> Vec<&'a [CodeToken]> {
        let lines = |to: usize| {
            let is_one = |at: &usize| self.layout.around(*at).next().is_none();
            (0..to).rev().filter(|at| self.tokens[*at].is_line()).filter(is_one)
        };
        let (mut heads, mut least) = (Vec::new(), usize::MAX);
        for line in lines(self.at) {
            let TokenKind::Line(indent) = self.tokens[line].kind else { continue };
            if indent < least {
                if least != usize::MAX {
                    let end =
                        self.tokens[line + 1..].iter().position(CodeToken::is_line).map_or(self.at, |n| line + 1 + n);
                    heads.push(&self.tokens[line + 1..end]);
                }
                least = indent;
            }
        }
        heads
    }

    /// `return` of a script: nothing below it runs. Before an `endif` of PHP a condition is open that has no braces.
    fn exit(self) -> Option<String> {
        const ENDS: [&str; 5] = ["endif", "endwhile", "endfor", "endforeach", "endswitch"];
        if self.language.syntax == Syntax::Php {
            let mut behind = self.tokens[self.at..].iter().filter_map(CodeToken::word);
            if let Some(end) = behind.find(|word| ENDS.contains(word)) {
                return Some(end.trim_start_matches("end").to_owned());
            }
        }
        let is_script = matches!(self.language.syntax, Syntax::Php | Syntax::Ruby | Syntax::Script);
        let own =
            self.layout.around(self.at).last().map_or_else(|| self.layout.begin(self.at), |o| self.layout.begin(o));
        let is_one = |at: usize| {
            let word = self.tokens[at].word().filter(|word| EXITS.contains(word))?;
            (self.layout.around(at).next().is_none() && self.layout.begin(at) == at).then(|| word.to_owned())
        };
        (0..self.at).filter(|at| is_script && *at != own).find_map(is_one)
    }

    /// Says whether an attribute of Rust leaves out what stands there, or the whole file.
    fn is_configured(self) -> bool {
        let has_cfg = |tokens: &[CodeToken]| {
            tokens.windows(2).any(|pair| {
                pair[1].is_word("cfg") && (pair[0].is_sign('[') || pair[0].is_sign('(') || pair[0].is_sign(','))
            })
        };
        let whole = self.tokens.windows(3).enumerate().any(|(at, signs)| {
            let is_inner = signs[0].is_sign('#') && signs[1].is_sign('!') && signs[2].is_sign('[');
            let end = self.tokens[at..].iter().position(CodeToken::is_line).map_or(self.tokens.len(), |n| at + n);
            is_inner && has_cfg(&self.tokens[at..end])
        });
        whole || has_cfg(self.before()) || self.heads().into_iter().any(has_cfg)
    }
}

fn behind(word: &str) -> String {
    format!("comes after `{word}`, so whether it counts is unknown")
}

fn first_word(head: &[CodeToken]) -> String {
    head.iter().find_map(CodeToken::word).unwrap_or("{").to_owned()
}

fn words(tokens: &[CodeToken]) -> impl Iterator<Item = &str> {
    tokens.iter().filter_map(|token| match &token.kind {
        TokenKind::Word(word) | TokenKind::Text(word) => Some(word.as_str()),
        TokenKind::Number(_) | TokenKind::Sign(_) | TokenKind::Line(_) => None,
    })
}

/// Counts the `#if` that are open. An `#ifndef` that is first in its file, and defines what it asks for, only guards a header
/// against being read twice.
fn is_preprocessed(tokens: &[CodeToken], name: Option<&str>) -> bool {
    let mut open: Vec<bool> = Vec::new();
    let mut is_first = true;
    for (at, pair) in tokens.windows(2).enumerate() {
        let Some(word) = pair[1].word().filter(|_| pair[0].is_sign('#')) else { continue };
        match word {
            "ifndef" => {
                let guarded = tokens.get(at + 2).and_then(CodeToken::word);
                let next = tokens.get(at + 4..at + 7).unwrap_or_default();
                let is_defined = next.first().is_some_and(|sign| sign.is_sign('#'))
                    && next.get(1).is_some_and(|word| word.is_word("define"))
                    && next.get(2).and_then(CodeToken::word) == guarded;
                open.push(!(is_first && is_defined && guarded != name));
            }
            "endif" => drop(open.pop()),
            word if word.starts_with("if") => open.push(true),
            word if word.starts_with("el") => open.iter_mut().last().into_iter().for_each(|last| *last = true),
            _ => {}
        }
        is_first &= word == "pragma";
    }
    open.contains(&true)
}
