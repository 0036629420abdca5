//! Pieces of secrets: one that is broken over lines which come one by one shows a part of itself in each of them.
//!
//! Any eight characters of a secret that look made up are a piece, wherever they stand. What reads like words is a piece
//! only where a break leaves it: at the end of a line the beginning of a secret, at its start the end of one, and a line
//! that is nothing but a part of one. Up to seven characters at either end of a break may be left.

use super::index::{BloomFilter, PIECE, number};
use super::views::is_quoting;
use crate::open_line::missing_of;
use std::collections::{HashMap, HashSet};
use std::ops::Range;

/// So many bytes at the edge of a line must be part of a secret, or no more is looked for there.
const EDGE: usize = 4;

/// A secret shorter than this is looked for at the edges of a line only: its pieces would be words.
const LONG: usize = 16;

/// The pieces of all secrets.
#[derive(Default)]
pub(super) struct SecretPieces {
    windows: HashSet<u64>,
    sieve: BloomFilter,
    known: HashSet<String>,
    whole: Vec<String>,
    /// Where in which secret four bytes stand.
    edges: HashMap<[u8; EDGE], Vec<(usize, usize)>>,
}

impl SecretPieces {
    /// Learns the pieces of a secret in one of its writings.
    pub(super) fn learn(&mut self, form: &str) {
        if form.len() < PIECE || !self.known.insert(form.to_owned()) {
            return;
        }
        let edges = form.as_bytes().windows(EDGE).filter_map(|edge| <[u8; EDGE]>::try_from(edge).ok());
        edges.enumerate().for_each(|(at, edge)| self.edges.entry(edge).or_default().push((self.whole.len(), at)));
        self.whole.push(form.to_owned());
        // The parts of an address are read in every second line, but for its password, which is learned alone.
        if form.contains("://") {
            return;
        }
        let tokens = form.split(|c: char| c.is_whitespace() || is_quoting(c)).filter(|token| token.len() >= LONG);
        for window in tokens.flat_map(|token| token.as_bytes().windows(PIECE)).filter(|window| is_made_up(window)) {
            let window = number(window);
            self.sieve.put(window);
            self.windows.insert(window);
        }
    }

    /// Finds every piece in the lines of a text.
    pub(super) fn find(&self, text: &str, mut found: impl FnMut(Range<usize>)) {
        let mut at = 0;
        for line in text.split('\n') {
            self.within(line, at, &mut found);
            // Where a line was cut, its text ends before the sign that says so.
            self.at_edges(missing_of(line).map_or(line, |(kept, _)| &line[..kept]), at, &mut found);
            at += line.len() + 1;
        }
    }

    /// Finds what looks made up, wherever it stands.
    fn within(&self, line: &str, offset: usize, found: &mut impl FnMut(Range<usize>)) {
        if self.windows.is_empty() {
            return;
        }
        for (at, window) in line.as_bytes().windows(PIECE).enumerate() {
            let window = number(window);
            if self.sieve.may_hold(window) && self.windows.contains(&window) {
                let (start, end) = (line.floor_char_boundary(at), line.ceil_char_boundary(at + PIECE));
                found(offset + start..offset + end);
            }
        }
    }

    /// Finds what a break left at the ends of a line.
    fn at_edges(&self, line: &str, offset: usize, found: &mut impl FnMut(Range<usize>)) {
        let (indented, line) = (line.len() - line.trim_start().len(), line.trim());
        let offset = offset + indented;
        for (form, at) in self.edge(line.as_bytes().last_chunk::<EDGE>()) {
            let cut = at + EDGE;
            if cut >= least(form) && form.get(..cut).is_some_and(|piece| line.ends_with(piece)) {
                found(offset + line.len() - cut..offset + line.len());
            }
        }
        for (form, at) in self.edge(line.as_bytes().first_chunk::<EDGE>()) {
            let Some(rest) = form.get(at..) else { continue };
            if rest.len() >= least(form) && line.starts_with(rest) {
                found(offset..offset + rest.len());
            }
            let is_piece = line.len() >= least(form) || is_made_up(line.as_bytes());
            if is_piece && rest.starts_with(line) {
                found(offset..offset + line.len());
            }
        }
    }

    /// Returns the secrets that hold four bytes, and where.
    fn edge(&self, edge: Option<&[u8; EDGE]>) -> impl Iterator<Item = (&str, usize)> {
        let places = edge.and_then(|edge| self.edges.get(edge)).into_iter().flatten();
        places.map(|(form, at)| (self.whole[*form].as_str(), *at))
    }
}

/// Returns how much of a secret is hidden that a break left, at the least.
fn least(form: &str) -> usize {
    (form.len() / 2).clamp(EDGE, PIECE)
}

/// Says whether bytes are no word and no number: letters of both cases, or letters and digits.
fn is_made_up(bytes: &[u8]) -> bool {
    let has = |is: fn(&u8) -> bool| usize::from(bytes.iter().any(is));
    has(u8::is_ascii_lowercase) + has(u8::is_ascii_uppercase) + has(u8::is_ascii_digit) > 1
}

#[cfg(test)]
mod tests {
    use super::super::{Mask, Washer};
    use proptest::prelude::*;

    /// Returns what is shown of a text that comes folded, line by line.
    fn folded(mask: &Mask, text: &str, width: usize) -> Vec<String> {
        let mut washer = Washer::new(mask);
        text.as_bytes().chunks(width).map(|line| washer.line(&String::from_utf8_lossy(line)).to_string()).collect()
    }

    #[test]
    fn a_secret_that_is_folded_over_lines_shows_no_piece_of_itself() {
        for secret in ["kP9-dotSecretValue-31337", "9f86d081884c7d659a2feaa0c55ad015", "correct-horse-battery-staple"] {
            let mask = Mask::new();
            mask.learn(secret);
            for width in 8..24 {
                for before in ["", "key ", "    token=", "2026-11-29T08:56:52Z app: "] {
                    for shown in folded(&mask, &format!("{before}{secret} and on"), width) {
                        let is_part = |at: usize| secret.get(at..at + 8).is_some_and(|piece| shown.contains(piece));
                        assert!(!(0..secret.len() - 7).any(is_part), "{width} {before}: {shown}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_line_that_is_cut_within_a_secret_shows_no_piece_of_it() {
        let mask = Mask::new();
        mask.learn("correct-horse-battery-staple");
        for before in [65_463, 65_470, 65_479] {
            let shown = mask.line(&format!("{}correct-horse-battery-staple{}", "x".repeat(before), "y".repeat(99)));
            assert!(!shown.contains("correct-"), "{before}");
        }
    }

    #[test]
    fn its_base64_is_folded_at_any_width() {
        let mask = Mask::new();
        mask.learn("kP9-dotSecretValue-31337");
        for width in [4, 11, 20, 30] {
            let shown = folded(&mask, "a1A5LWRvdFNlY3JldFZhbHVlLTMxMzM3", width);
            assert!(shown.len() > 1 && shown[..shown.len() - 1].iter().all(|line| line == "•••"), "{width}: {shown:?}");
        }
    }

    #[test]
    fn a_short_secret_shows_less_than_half_of_itself() {
        let mask = Mask::new();
        mask.learn("hunter2x");
        assert_eq!(folded(&mask, "it is hunter2x", 10), ["it is •••", "•••"]);
        assert_eq!(folded(&mask, "it is hunter2x", 12), ["it is •••", "2x"]);
    }

    #[test]
    fn what_a_person_reads_all_the_time_stays() {
        let mask = Mask::new();
        mask.learn("postgres://app:pW7-someThing-42@db-1.internal:5432/shop");
        mask.learn("my-company-staging-password");
        mask.learn(r#"{"type": "service_account", "token_uri": "https://oauth2.googleapis.com/token"}"#);
        for line in [
            "connecting to db-1.internal:5432 as app",
            "invalid password for staging of my-company, try again",
            "https://oauth2.googleapis.com answers 200",
            r#"{"type": "request", "path": "/"}"#,
        ] {
            assert_eq!(&*mask.line(line), line);
        }
    }

    proptest! {
        #[test]
        fn no_eight_characters_of_a_made_up_secret_are_left(
            secret in "[a-z][A-Z][0-9][a-zA-Z0-9]{13,40}", before in "[ -~é]{0,9}", width in 1_usize..60
        ) {
            let mask = Mask::new();
            mask.learn(&secret);
            for shown in folded(&mask, &format!("{before}{secret}"), width) {
                let left = (0..=secret.len() - 8).find(|at| {
                    let piece = &secret[*at..at + 8];
                    super::is_made_up(piece.as_bytes()) && shown.contains(piece)
                });
                prop_assert_eq!(left, None, "{}", shown);
            }
        }
    }
}
