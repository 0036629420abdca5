//! A text with mistakes in its TOML, read as far as it goes: what cannot be parsed is told once and blanked out.
//!
//! The parser recovers by itself, but one bracket that is not closed would make every later line a mistake.

use super::document::{self, TomlNode};
use super::source::Problem;
use super::source::floor;
use std::ops::Range;

/// How many mistakes are blanked out before the rest is left unread.
const MOST: usize = 20;

/// What a text holds.
pub(super) struct Parsed {
    /// What could be read.
    pub root: TomlNode,
    /// Mistakes in the TOML.
    pub problems: Vec<Problem>,
    /// Whether the rest after too many mistakes was left unread.
    pub is_cut: bool,
}

/// Reads a text as far as it goes.
pub(super) fn parse(text: &str) -> Parsed {
    let mut rest = text.to_owned();
    let mut told = Vec::new();
    loop {
        let (root, problems) = document::parse(&rest);
        let (broken, mut others): (Vec<_>, Vec<_>) = problems.into_iter().partition(|p| p.is_syntax);
        let first = broken.into_iter().min_by_key(|p| p.span.start);
        let is_cut = told.len() >= MOST && first.is_some();
        let Some(first) = first.filter(|_| !is_cut) else {
            told.append(&mut others);
            return Parsed { root, problems: told, is_cut };
        };
        let (problem, lines) = culprit(&rest, first);
        blank(&mut rest, &lines);
        told.push(problem);
    }
}

/// Returns the mistake that an error of the parser goes back to, and the lines that cannot be read because of it.
fn culprit(text: &str, error: Problem) -> (Problem, Range<usize>) {
    let at = error.span.start.min(text.len());
    let line = line_of(text, at);
    if let Some(open) = unclosed(text, &line) {
        let bracket = if text[open..].starts_with('{') { "{" } else { "[" };
        let says = format!("this is not TOML: this `{bracket}` is not closed");
        let begin = line_of(text, open).start;
        let problem = Problem { is_syntax: true, ..Problem::new(open..open + 1, says) };
        return (problem, begin..statement_end(text, open));
    }
    let is_header = text[line.clone()].trim_start().starts_with('[');
    let end = if is_header { table_end(text, line.end) } else { line.end };
    (error, line.start..end)
}

fn line_of(text: &str, at: usize) -> Range<usize> {
    let at = floor(text, at);
    let start = text[..at].rfind('\n').map_or(0, |n| n + 1);
    start..text[at..].find('\n').map_or(text.len(), |n| at + n)
}

/// Finds the bracket that was left open before an error: the one that is still open where something else begins.
fn unclosed(text: &str, error: &Range<usize>) -> Option<usize> {
    let mut open: Vec<usize> = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let end = start + line.len();
        let is_in_list = open.last().is_some_and(|at| text[*at..].starts_with('['));
        if is_header(line) || (is_in_list && is_assignment(line)) {
            match open.first() {
                Some(first) if error.start < end => return Some(*first),
                _ if error.end <= start => return None,
                _ => open.clear(),
            }
        }
        if !is_header(line) {
            brackets(line, start, &mut open);
        }
        start = end;
    }
    open.first().copied().filter(|first| *first < error.end)
}

/// Says whether a line begins with a key and its value.
fn is_assignment(line: &str) -> bool {
    let key = line.split('=').next().unwrap_or_default();
    key.len() < line.len() && document::is_bare_key(key.trim_end())
}

/// Follows the brackets of a line, outside of its texts and its comment.
fn brackets(line: &str, start: usize, open: &mut Vec<usize>) {
    let mut quote = None;
    let mut is_escaped = false;
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some('"'), '\\') if !is_escaped => {
                is_escaped = true;
                continue;
            }
            (Some(q), c) if c == q && !is_escaped => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '#') => return,
            (None, '[' | '{') => open.push(start + at),
            (None, ']' | '}') => drop(open.pop()),
            (None, _) => {}
        }
        is_escaped = false;
    }
}

/// Says whether a line can only be the header of a table: `[check.secrets]`, `[[milestone]]`.
fn is_header(line: &str) -> bool {
    let line = line.split('#').next().unwrap_or_default().trim_end();
    let Some(inner) = line.strip_prefix('[').and_then(|l| l.strip_suffix(']')) else { return false };
    let inner = inner.strip_prefix('[').and_then(|l| l.strip_suffix(']')).unwrap_or(inner);
    document::is_bare_key(inner) && !matches!(inner, "true" | "false")
}

/// Returns where a statement ends that was not closed: before the next line that begins something else.
fn statement_end(text: &str, open: usize) -> usize {
    let first = line_of(text, open).end;
    let mut end = first;
    for line in text[first..].split_inclusive('\n').skip(1) {
        let begins = line.trim().is_empty() || line.starts_with('#') || is_header(line);
        if begins || is_assignment(line) {
            break;
        }
        end += 1 + line.trim_end_matches('\n').len();
    }
    end.min(text.len())
}

/// Returns where the table ends whose header cannot be read: before the next header.
fn table_end(text: &str, from: usize) -> usize {
    text[from..].find("\n[").map_or(text.len(), |at| from + at)
}

fn blank(text: &mut String, lines: &Range<usize>) {
    let blanked: String = text[lines.clone()]
        .chars()
        .flat_map(|c| {
            let filler = if c == '\n' { '\n' } else { ' ' };
            std::iter::repeat_n(filler, c.len_utf8())
        })
        .collect();
    text.replace_range(lines.clone(), &blanked);
}
