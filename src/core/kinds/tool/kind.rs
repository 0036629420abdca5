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

    /// Reads each line of both streams, or what stands in it after a prefix: `api_1 | 1 failed`, `web:test: Tests: 1 failed`.
    pub fn read_lines<T>(&self, read: impl Fn(&'a str) -> Option<T>) -> impl Iterator<Item = T> {
        self.lines().filter_map(move |line| unprefixed(line).find_map(&read))
    }

    /// Says whether standard output is JSON, in one report or more.
    pub fn printed(&self) -> PrintedForm {
        let text = self.stdout.trim();
        if text.starts_with(['{', '[']) {
            let all = serde_json::Deserializer::from_str(text).into_iter().collect::<Result<Vec<_>, _>>();
            return all.map_or(PrintedForm::Mixed, PrintedForm::Json);
        }
        let is_json = |line: &str| line.starts_with('{') || line.starts_with("[{") || line.trim_end() == "[";
        match text.lines().any(is_json) {
            true => PrintedForm::Mixed,
            false => PrintedForm::Words,
        }
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

/// How many prefixes a line may have.
const MOST_PREFIXES: usize = 8;

/// Returns a line, and what is left of it after each prefix that ends like `api_1 | ` and `web:test: `.
pub(super) fn unprefixed(line: &str) -> impl Iterator<Item = &str> {
    let rests = line.match_indices([':', '|']).filter_map(|(at, _)| line.get(at + 1..)?.strip_prefix(' '));
    std::iter::once(line).chain(rests.take(MOST_PREFIXES))
}

/// The form in which a tool printed its report.
#[derive(Clone, Debug, PartialEq)]
pub enum PrintedForm {
    /// JSON alone: a value for each report.
    Json(Vec<serde_json::Value>),
    /// Words alone.
    Words,
    /// JSON and something else, so that neither is the whole.
    Mixed,
}

/// Said when JSON is mixed with other output.
pub(super) const MIXED: &str = "it printed JSON and something else";

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
    /// What it calls a failure in words, whatever it counted.
    pub failures: Vec<String>,
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

    /// Says which of some numbers are not zero, where they must be, and what else it calls a failure.
    pub fn faults(&self, failing: &[&str]) -> Option<String> {
        let found = self.numbers.iter().filter(|(name, value)| failing.contains(name) && *value > 0.0);
        let counted = found.map(|(name, value)| said(name, *value));
        let said: Vec<String> = counted.chain(self.failures.iter().cloned()).collect();
        (!said.is_empty()).then(|| said.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(stdout: &str) -> PrintedForm {
        ToolOutput { exit: 0, stdout, stderr: "" }.printed()
    }

    #[test]
    fn json_is_all_of_the_output_or_neither_it_nor_the_words_are_the_whole() {
        assert_eq!(printed("{} \n[1]\n"), PrintedForm::Json(vec![serde_json::json!({}), serde_json::json!([1])]));
        assert_eq!(printed("found 0 vulnerabilities\n"), PrintedForm::Words);
        for mixed in ["{}\nfound 0 vulnerabilities\n", "found 0 vulnerabilities\n{\n}\n", "[{\"a\": ", "> lint\n[{}]\n"]
        {
            assert_eq!(printed(mixed), PrintedForm::Mixed, "{mixed}");
        }
    }

    #[test]
    fn a_line_is_read_after_each_of_its_prefixes() {
        let all = |line| unprefixed(line).collect::<Vec<_>>();
        assert_eq!(all("web:test: a | b"), ["web:test: a | b", "a | b", "b"]);
        assert_eq!(all("a:b|c"), ["a:b|c"]);
        assert_eq!(all(&": ".repeat(99)).len(), 1 + MOST_PREFIXES);
    }
}
