//! What a tool says of itself, and what its output comes to.

/// A tool whose output tminus reads.
#[derive(Debug)]
pub struct Tool {
    /// The word in the plan file.
    pub word: &'static str,
    /// What must be so, in one sentence.
    pub about: &'static str,
    /// The numbers that it reports, which `of` may name.
    pub numbers: &'static [&'static str],
    /// Those of them that must be zero, whatever it ended with.
    pub failing: &'static [&'static str],
    /// The number that is compared where `of` names none.
    pub usual: Option<&'static str>,
    /// Reads what it printed.
    pub read: fn(&ToolOutput<'_>) -> ToolReading,
}

/// What a tool printed, with every escape sequence taken out.
#[derive(Clone, Copy, Debug)]
pub struct ToolOutput<'a> {
    /// The status that it ended with.
    pub exit: i32,
    /// Standard output.
    pub stdout: &'a str,
    /// Standard error.
    pub stderr: &'a str,
}

impl<'a> ToolOutput<'a> {
    /// Returns the lines of both streams.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &'a str> {
        self.stderr.lines().chain(self.stdout.lines())
    }

    /// Reads standard output as JSON, where it begins like an object or a list.
    pub fn json(&self) -> Option<serde_json::Value> {
        let text = self.stdout.trim();
        text.starts_with(['{', '[']).then(|| serde_json::from_str(text).ok()).flatten()
    }

    /// Says that a scanner could not look, in the last words that it has for it.
    pub fn unable(&self) -> ToolReading {
        let is_said = |line: &&str| !line.trim().is_empty() && !line.contains("A complete log of this run");
        let last = self.stderr.lines().rev().find(is_said).or_else(|| self.stdout.lines().rev().find(is_said));
        ToolReading::Unable(match last {
            Some(line) => format!("it ended with {} and no summary: {}", self.exit, line.trim()),
            None => format!("it ended with {} and no summary", self.exit),
        })
    }
}

/// What a tool's output comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum ToolReading {
    /// It says how it went.
    Report(ToolReport),
    /// It could not look at all, or not at everything: whatever it ended with, nothing is known.
    Unable(String),
    /// It printed no summary that tminus knows.
    Silent,
}

/// The numbers that are shares, in percent.
const SHARES: [&str; 5] = ["coverage", "statements", "branches", "functions", "lines"];

/// Says a number with its name and unit.
pub fn said(name: &str, value: f64) -> String {
    if SHARES.contains(&name) { format!("{name} {value} %") } else { format!("{name} {value}") }
}

/// What a tool reports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ToolReport {
    /// Its numbers, by name.
    pub numbers: Vec<(&'static str, f64)>,
}

impl ToolReport {
    /// Returns one of its numbers.
    pub fn number(&self, name: &str) -> Option<f64> {
        self.numbers.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// Says all numbers that tell something: `coverage 38 %, passed 412`.
    pub fn summary(&self) -> String {
        let told = self.numbers.iter().enumerate().filter(|(at, (_, value))| *at == 0 || *value > 0.0);
        told.map(|(_, (name, value))| said(name, *value)).collect::<Vec<_>>().join(", ")
    }

    /// Says which of some numbers are not zero, where they must be.
    pub fn faults(&self, failing: &[&str]) -> Option<String> {
        let found = self.numbers.iter().filter(|(name, value)| failing.contains(name) && *value > 0.0);
        let said: Vec<String> = found.map(|(name, value)| said(name, *value)).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}
