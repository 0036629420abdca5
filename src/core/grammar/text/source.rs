//! The text of a file with its lines, so that an offset becomes a line and a column.

use std::ops::Range;
use std::path::{Path, PathBuf};

/// A mistake where it stands in the text, before it is put into words with its line.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Bytes of the text that it is about.
    pub span: Range<usize>,
    /// What is wrong.
    pub says: String,
    /// What to do about it.
    pub help: Option<String>,
    /// Whether the TOML itself cannot be read there.
    pub is_syntax: bool,
}

impl Problem {
    pub fn new(span: Range<usize>, says: impl Into<String>) -> Self {
        Self { span, says: says.into(), help: None, is_syntax: false }
    }

    #[must_use]
    pub fn help(mut self, help: impl Into<Option<String>>) -> Self {
        self.help = help.into();
        self
    }
}

/// A text and where its lines begin.
pub struct Source<'a> {
    /// The file, for messages.
    pub file: PathBuf,
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    pub fn new(file: &Path, text: &'a str) -> Self {
        let after_breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(at, _)| at + 1);
        Self { file: file.to_owned(), text, starts: std::iter::once(0).chain(after_breaks).collect() }
    }

    /// Returns the line and column of an offset, both from 1; the column counts characters.
    pub fn place(&self, offset: usize) -> (usize, usize) {
        let offset = floor(self.text, offset);
        let line = self.starts.partition_point(|start| *start <= offset).max(1);
        let before = &self.text[self.starts[line - 1]..offset];
        (line, before.chars().count() + 1)
    }

    /// Returns the bytes of a line, counted from 1, without its end.
    pub fn line(&self, line: usize) -> Range<usize> {
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let rest = &self.text[start..];
        let end = rest.find('\n').unwrap_or(rest.len());
        let length = rest[..end].trim_end_matches('\r').len();
        start..start + length
    }

    /// Returns a part of the text; offsets inside a character are moved to its beginning.
    pub fn slice(&self, span: &Range<usize>) -> &'a str {
        let (start, end) = (floor(self.text, span.start), floor(self.text, span.end));
        self.text.get(start..end).unwrap_or_default()
    }
}

/// Returns the nearest offset at or before this one that begins a character.
pub fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
