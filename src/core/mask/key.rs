//! A private key that is printed line by line: its middle looks like nothing, so the lines between its ends are hidden.

use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// How many lines a key may have; one of 16,384 bits has 200.
const MOST: usize = 400;

/// After so many lines that look like no part of a key it was only spoken of. The headers of one are fewer.
const ODD: usize = 6;

/// PEM (RFC 7468) and OpenSSH; PGP (RFC 9580); SSH2 (RFC 4716); PuTTY. A space may be written as a URL has it.
const BEGIN: &str = r"-----BEGIN(?:[ +]|%20)(?:[A-Z0-9]+(?:[ +]|%20))*PRIVATE(?:[ +]|%20)KEY(?:(?:[ +]|%20)BLOCK)?-----|---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----|\bPrivate-Lines:\s*\d+";
const END: &str = r"-----END(?:[ +]|%20)(?:[A-Z0-9]+(?:[ +]|%20))*PRIVATE(?:[ +]|%20)KEY(?:(?:[ +]|%20)BLOCK)?-----|---- END SSH2 (?:ENCRYPTED )?PRIVATE KEY ----|\bPrivate-MAC:\s*\w+";

static ENDS: LazyLock<Option<(Regex, Regex)>> = LazyLock::new(|| Regex::new(BEGIN).ok().zip(Regex::new(END).ok()));

/// What is known of the lines so far.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyWatch {
    is_within: bool,
    lines: usize,
    odd: usize,
}

/// What the next line is of a key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeyParts {
    /// What is hidden of it.
    pub(super) hidden: Vec<Range<usize>>,
    /// Whether a key ends here that began before all that was seen.
    pub(super) ends_one_before: bool,
}

impl KeyWatch {
    /// Takes the next line, which is clean.
    pub(super) fn take(&mut self, line: &str) -> KeyParts {
        let mut parts = KeyParts::default();
        if !self.is_within && !may_name_a_key(line) {
            return parts;
        }
        let Some((begin, end)) = ENDS.as_ref() else { return parts };
        let mut at = 0;
        loop {
            if self.is_within {
                let Some(found) = end.find_at(line, at) else { break };
                parts.hidden.push(at..found.end());
                (at, self.is_within) = (found.end(), false);
            } else {
                let next = begin.find_at(line, at);
                let stray = end.find_at(line, at);
                if let Some(stray) = stray.filter(|s| next.is_none_or(|n| s.start() < n.start())) {
                    parts.ends_one_before = true;
                    parts.hidden.push(0..stray.end());
                    at = stray.end();
                    continue;
                }
                let Some(next) = next else { return parts };
                *self = Self { is_within: true, lines: 0, odd: 0 };
                parts.hidden.push(next.range());
                at = next.end();
            }
        }
        parts.hidden.push(at..line.len());
        self.lines += 1;
        self.odd = if is_body(line) || self.lines == 1 { 0 } else { self.odd + 1 };
        self.is_within = self.lines < MOST && self.odd < ODD;
        parts
    }
}

/// Lines that were dropped before anybody saw them: a key may have begun among them.
#[derive(Clone, Debug, Default)]
pub struct DroppedLines(KeyWatch);

impl DroppedLines {
    /// Takes in one that was dropped.
    pub fn add(&mut self, line: &str) {
        self.0.take(line);
    }

    /// Begins anew; returns the line that stands for the beginning of a key that goes on behind them.
    pub fn end(&mut self) -> Option<&'static str> {
        std::mem::take(&mut self.0).is_within.then_some("-----BEGIN PRIVATE KEY-----")
    }
}

/// Returns how many of some lines, the last of them right before the end of a key, belong to that key.
pub(super) fn before_end<'a>(lines: impl DoubleEndedIterator<Item = &'a str>) -> usize {
    let mut count = 0;
    for (number, line) in lines.rev().take(MOST).enumerate() {
        // The last line may be a short one.
        if !is_body(line) && number > 0 {
            break;
        }
        count = number + 1;
    }
    count
}

/// Says whether a text holds a private key between its ends, or one that was cut.
pub fn has_key_block(text: &str) -> bool {
    text.contains("-----BEGIN ") && text.contains("PRIVATE KEY")
}

fn may_name_a_key(line: &str) -> bool {
    line.contains("PRIVATE") || line.contains("Private-")
}

/// Says whether a line holds what the middle of a key is made of: a long run of Base64, whatever stands before it.
fn is_body(line: &str) -> bool {
    const SHORTEST: usize = 32;
    let is_base64 = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=');
    line.split(|c| !is_base64(c)).any(|run| {
        run.len() >= SHORTEST
            && run.contains(|c: char| c.is_ascii_uppercase())
            && run.contains(|c: char| c.is_ascii_lowercase())
    })
}
