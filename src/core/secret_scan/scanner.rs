//! One text after another, held against the rules: first for keywords, all at once, then the lines that have one.

use super::assigned::assigned;
use super::block::block_at;
use super::placeholder::{is_placeholder, is_written_placeholder};
use super::rules::{RuleExpression, RuleOrigin, RuleTest, SecretRules};
use super::shapes::ShapeReach;
use regex::bytes::Captures;
use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use std::ops::Range;

/// The most secrets of one rule that are reported in a text. One entry of `allow` covers them all.
const MOST: usize = 100;

/// How many lines without a secret are remembered: the versions of a file share most of theirs.
const REMEMBERED: usize = 1 << 20;

/// How far an address is followed for an `@`.
const ADDRESS: usize = 600;

/// A secret, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecretMatch {
    /// The rule.
    pub rule: usize,
    /// The line, from 1.
    pub line: usize,
    /// The bytes of the text that hold the value.
    pub span: Range<usize>,
}

/// Holds texts against rules.
pub struct SecretScanner<'r> {
    rules: &'r SecretRules,
    clean: HashSet<u64>,
    hasher: RandomState,
}

/// What was found in a text so far.
struct Found {
    spans: Vec<(usize, Range<usize>)>,
    /// How many of each rule.
    of_rule: Vec<usize>,
}

impl Found {
    fn is_full(&self, rule: usize) -> bool {
        self.of_rule[rule] >= MOST
    }

    fn add(&mut self, rule: usize, span: Range<usize>) {
        if !self.is_full(rule) {
            self.of_rule[rule] += 1;
            self.spans.push((rule, span));
        }
    }
}

/// A line with the keywords that were found on it.
struct CandidateLine {
    range: Range<usize>,
    keywords: Vec<(usize, Range<usize>)>,
}

impl<'r> SecretScanner<'r> {
    /// Makes one that has read nothing yet.
    pub fn new(rules: &'r SecretRules) -> Self {
        Self { rules, clean: HashSet::new(), hasher: RandomState::new() }
    }

    /// Finds the secrets of a text, at most a hundred of each rule, by their place.
    pub fn find(&mut self, text: &[u8]) -> Vec<SecretMatch> {
        let rules = self.rules;
        let mut all = Found { spans: Vec::new(), of_rule: vec![0; rules.tests.len()] };
        let mut line: Option<CandidateLine> = None;
        for hit in rules.keywords.find_overlapping_iter(text) {
            let (rule, word) = (rules.of_keyword[hit.pattern().as_usize()], hit.range());
            if !is_worth_a_look(&rules.tests[rule], text, &word) {
                continue;
            }
            if let RuleTest::Expression(expression) = &rules.tests[rule]
                && expression.reach == ShapeReach::Block
            {
                if !all.is_full(rule) {
                    in_block(expression, text, word.start).into_iter().for_each(|span| all.add(rule, span));
                }
            } else if let Some(open) = line.as_mut().filter(|open| word.start < open.range.end) {
                open.keywords.push((rule, word));
            } else {
                self.close(line.take(), text, &mut all);
                line = Some(CandidateLine { range: line_around(text, word.start), keywords: vec![(rule, word)] });
            }
        }
        self.close(line, text, &mut all);
        told(text, all.spans)
    }

    /// Holds a line against the rules whose keywords it has.
    fn close(&mut self, line: Option<CandidateLine>, text: &[u8], all: &mut Found) {
        let Some(CandidateLine { range, mut keywords }) = line else { return };
        let bytes = &text[range.clone()];
        let known = self.hasher.hash_one(bytes);
        if self.clean.contains(&known) {
            return;
        }
        let (before, mut is_whole) = (all.spans.len(), true);
        keywords.sort_by_key(|(rule, word)| (*rule, word.start));
        let mut last = None;
        for (rule, word) in keywords {
            if all.is_full(rule) {
                is_whole = false;
                continue;
            }
            let found = match &self.rules.tests[rule] {
                RuleTest::Named => Vec::from_iter(assigned(bytes, word.start - range.start..word.end - range.start)),
                RuleTest::Expression(_) if last == Some(rule) => Vec::new(),
                RuleTest::Expression(expression) => in_line(expression, bytes),
            };
            last = Some(rule);
            found.into_iter().for_each(|span| all.add(rule, range.start + span.start..range.start + span.end));
        }
        if is_whole && all.spans.len() == before {
            if self.clean.len() >= REMEMBERED {
                self.clean.clear();
            }
            self.clean.insert(known);
        }
    }
}

/// Looks at what surrounds a keyword, which is cheaper than an expression.
fn is_worth_a_look(test: &RuleTest, text: &[u8], word: &Range<usize>) -> bool {
    let begins_word =
        || word.start == 0 || !(text[word.start - 1].is_ascii_alphanumeric() || text[word.start - 1] == b'_');
    match test {
        RuleTest::Named => is_given(&text[word.end..]),
        RuleTest::Expression(expression) => match expression.reach {
            ShapeReach::Line | ShapeReach::Block => true,
            ShapeReach::Word => begins_word(),
            ShapeReach::Address => {
                let rest = text[word.end..].iter().take(ADDRESS).take_while(|byte| !byte.is_ascii_whitespace());
                rest.into_iter().any(|byte| *byte == b'@')
            }
        },
    }
}

/// Says whether a sign that gives a value stands soon behind a name.
fn is_given(rest: &[u8]) -> bool {
    let is_name = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.');
    let mut after = rest.iter().take(64).skip_while(is_name);
    let is_passed = |byte: &u8| matches!(byte, b'"' | b'\'' | b'`' | b'\\' | b']' | b')' | b' ' | b'\t');
    after.find(|byte| !is_passed(byte)).is_some_and(|byte| matches!(byte, b'=' | b':' | b'>' | b'|' | b'?' | b','))
}

fn in_line(expression: &RuleExpression, line: &[u8]) -> Vec<Range<usize>> {
    let Some(regex) = expression.get() else { return Vec::new() };
    regex.captures_iter(line).filter_map(|found| value(expression, &found)).take(MOST).collect()
}

fn in_block(expression: &RuleExpression, text: &[u8], start: usize) -> Option<Range<usize>> {
    let found = expression.get()?.captures(block_at(text, start))?;
    // A block is shown by its first line.
    Some(start..start + value(expression, &found)?.end)
}

/// Returns where the value stands; nothing for a placeholder.
fn value(expression: &RuleExpression, found: &Captures<'_>) -> Option<Range<usize>> {
    let secret = found.name("secret").or_else(|| found.get(0))?;
    let bytes = secret.as_bytes();
    let is_none = match (expression.origin, expression.reach) {
        (RuleOrigin::Repository, _) => false,
        (RuleOrigin::BuiltIn, ShapeReach::Address) => is_written_placeholder(bytes) || is_local_default(found, bytes),
        (RuleOrigin::BuiltIn, ShapeReach::Line | ShapeReach::Word | ShapeReach::Block) => is_placeholder(bytes),
    };
    (!is_none).then(|| secret.range())
}

/// Says whether a password is the user's own name at this machine: what a database of one's own is given.
fn is_local_default(found: &Captures<'_>, password: &[u8]) -> bool {
    let of = |name: &str| found.name(name).map(|group| group.as_bytes()).unwrap_or_default();
    let is_local = matches!(of("host"), b"localhost" | b"127.0.0.1" | b"[::1]" | b"[");
    is_local && of("user") == password
}

fn line_around(text: &[u8], at: usize) -> Range<usize> {
    let start = text[..at].iter().rposition(|byte| *byte == b'\n').map_or(0, |found| found + 1);
    let end = text[at..].iter().position(|byte| *byte == b'\n').map_or(text.len(), |found| at + found);
    start..end
}

/// Puts what was found in order, and counts the lines. Of two rules for one value the first in the list speaks.
fn told(text: &[u8], mut spans: Vec<(usize, Range<usize>)>) -> Vec<SecretMatch> {
    spans.sort_by_key(|(rule, span)| (span.start, *rule, span.end));
    let (mut line, mut counted, mut told) = (1, 0, Vec::<SecretMatch>::new());
    for (rule, span) in spans {
        if told.last().is_some_and(|before| span.start < before.span.end) {
            continue;
        }
        line += text[counted..span.start].iter().filter(|byte| **byte == b'\n').count();
        counted = span.start;
        told.push(SecretMatch { rule, line, span });
    }
    told
}

#[cfg(test)]
mod tests;
