//! The mistakes of a file as a person reads them: where, what, the line, a caret, and what to do.

use super::nearest::is_printable;
use super::source::{Problem, Source};
use std::fmt;
use std::ops::Range;
use std::path::PathBuf;
use unicode_width::UnicodeWidthChar;

/// How much of a long line is shown, in characters.
const SHOWN: usize = 160;

/// What stands on the screen in place of a secret.
const MASK: &str = "•••";

/// Every mistake of one file, in the order of its lines; there is at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistakes {
    /// The mistakes.
    pub errors: Vec<Mistake>,
}

/// One mistake, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mistake {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters of the file's own line.
    pub column: usize,
    /// How many characters of [`Self::line_text`] it is about, at least one.
    pub length: usize,
    /// The line, secrets masked, characters that a terminal would obey replaced.
    pub line_text: String,
    /// What is wrong.
    pub says: String,
    /// What to do about it.
    pub help: Option<String>,
    /// How many characters of [`Self::line_text`] come before it.
    pub before: usize,
}

impl Mistakes {
    /// Puts problems into words, in the order of the text, each once; secrets are masked wherever they turn up.
    pub fn new(source: &Source<'_>, mut problems: Vec<Problem>, secrets: &[Range<usize>]) -> Self {
        problems.sort_by_key(|p| (p.span.start, p.span.end));
        let mut errors: Vec<Mistake> = problems.iter().map(|p| Mistake::new(source, p, secrets)).collect();
        errors.dedup();
        Self { errors }
    }
}

impl Mistake {
    fn new(source: &Source<'_>, problem: &Problem, secrets: &[Range<usize>]) -> Self {
        let (line, column) = source.place(problem.span.start);
        let range = source.line(line);
        let end = problem.span.end.min(range.end).max(problem.span.start);
        let masked = Masked::new(source, range, secrets);
        let before = masked.column(problem.span.start);
        Self {
            file: source.file.clone(),
            line,
            column,
            length: masked.column(end).saturating_sub(before).max(1),
            line_text: masked.text,
            says: problem.says.clone(),
            help: problem.help.clone(),
            before,
        }
    }
}

/// A line with its secrets masked, which knows where its bytes went.
struct Masked {
    text: String,
    /// The offset of each byte in the file that begins a character, and how many characters are shown before it.
    columns: Vec<(usize, usize)>,
}

impl Masked {
    fn new(source: &Source<'_>, line: Range<usize>, secrets: &[Range<usize>]) -> Self {
        let mut masked = Self { text: String::new(), columns: Vec::new() };
        let secrets: Vec<_> = secrets.iter().filter(|s| s.start < line.end && line.start < s.end).collect();
        let (mut shown, mut was_hidden) = (0, false);
        for (at, c) in source.slice(&line).char_indices().map(|(at, c)| (line.start + at, c)) {
            masked.columns.push((at, shown));
            let is_hidden = secrets.iter().any(|s| s.contains(&at));
            let next = match (is_hidden, was_hidden) {
                (true, true) => String::new(),
                (true, false) => MASK.to_owned(),
                (false, _) if c == '\t' => " ".to_owned(),
                (false, _) if is_printable(c) => c.to_string(),
                (false, _) => '\u{fffd}'.to_string(),
            };
            shown += next.chars().count();
            masked.text.push_str(&next);
            was_hidden = is_hidden;
        }
        masked.columns.push((line.end, shown));
        masked
    }

    fn column(&self, offset: usize) -> usize {
        let at = self.columns.partition_point(|(byte, _)| *byte < offset);
        self.columns.get(at).or(self.columns.last()).map_or(0, |(_, column)| *column)
    }
}

impl fmt::Display for Mistakes {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                writeln!(out)?;
            }
            write!(out, "{error}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Mistake {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let number = self.line.to_string();
        let margin = " ".repeat(number.len());
        let (shown, before) = self.window();
        let caret = "^".repeat(self.length.min(shown.chars().count().saturating_sub(before.chars().count())).max(1));
        let width: usize = before.chars().map(|c| c.width().unwrap_or(0)).sum();
        writeln!(out, "{}:{}:{}: {}", self.file.display(), self.line, self.column, self.says)?;
        writeln!(out, "{margin} |")?;
        writeln!(out, "{number} | {shown}")?;
        writeln!(out, "{margin} | {}{caret}", " ".repeat(width))?;
        match &self.help {
            Some(help) => writeln!(out, "{margin} = {help}"),
            None => Ok(()),
        }
    }
}

impl Mistake {
    /// Returns the part of the line that is shown, and the part of that which comes before the mistake.
    fn window(&self) -> (String, String) {
        let chars: Vec<char> = self.line_text.chars().collect();
        let before = self.before.min(chars.len());
        let start = if before + self.length <= SHOWN { 0 } else { before.saturating_sub(SHOWN / 4) };
        let end = (start + SHOWN).min(chars.len());
        let cut = |is_cut: bool| if is_cut { "…" } else { "" };
        let begin = cut(start > 0);
        let shown: String = chars[start..end].iter().collect();
        let left: String = chars[start..before].iter().collect();
        (format!("{begin}{shown}{}", cut(end < chars.len())), format!("{begin}{left}"))
    }
}

impl std::error::Error for Mistakes {}
impl std::error::Error for Mistake {}
