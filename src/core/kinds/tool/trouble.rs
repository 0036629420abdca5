//! What stands against a good summary: a failure that the output names, and what makes it doubtful that the summary is the whole.

use super::kind::{ToolOutput, ToolReading, ToolReport};

/// What a line says against the summary beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Trouble {
    /// It names a failure.
    Failure,
    /// The summary may not be the whole, or not true.
    Doubt,
}

/// How a line begins, what it holds, and what that means.
pub(super) type TroubleSign = (&'static str, &'static str, Trouble);

/// What the system, Python and Node say where a process ends in the middle.
const CRASHES: [TroubleSign; 4] = [
    ("Segmentation fault", "", Trouble::Failure),
    ("Fatal Python error", "", Trouble::Failure),
    ("FATAL ERROR: ", "", Trouble::Failure),
    ("", "(core dumped)", Trouble::Failure),
];

/// Everything that stands against a summary.
#[derive(Debug, Default)]
pub(super) struct Troubles {
    failures: Vec<String>,
    doubts: Vec<String>,
}

impl Troubles {
    /// Finds the lines with one of these signs, and those of a crash.
    pub(super) fn of(output: &ToolOutput<'_>, signs: &[TroubleSign]) -> Self {
        let mut all = Self::default();
        let known = |line: &str| {
            // A shell says the process before what ended it: `sh: line 1: 4711 Segmentation fault`.
            let line = line.trim_start_matches(|c: char| c.is_whitespace() || c.is_ascii_digit());
            let mut signs = signs.iter().chain(&CRASHES);
            let sign = signs.find(|(start, part, _)| line.starts_with(start) && line.contains(part));
            sign.map(|(.., trouble)| (line.trim_end().to_owned(), *trouble))
        };
        for (line, trouble) in output.read_lines(known) {
            match trouble {
                Trouble::Failure => all.fail(line),
                Trouble::Doubt => all.doubt(line),
            }
        }
        all
    }

    /// Adds a failure, once.
    pub(super) fn fail(&mut self, why: String) {
        if !self.failures.contains(&why) && self.failures.len() < MOST_FAILURES {
            self.failures.push(why);
        }
    }

    /// Adds what makes a good summary doubtful.
    pub(super) fn doubt(&mut self, why: String) {
        self.doubts.push(why);
    }

    /// Says whether the output names a failure.
    pub(super) fn is_failure(&self) -> bool {
        !self.failures.is_empty()
    }

    /// Makes a report of these numbers: what failed counts first, then what is doubtful.
    pub(super) fn report(self, numbers: Vec<(&'static str, f64)>, failing: &[&str]) -> ToolReading {
        let report = ToolReport { numbers, failures: self.failures };
        match (report.faults(failing), self.doubts.into_iter().next()) {
            (None, Some(doubt)) => ToolReading::Unable(doubt),
            (Some(_), _) | (None, None) => ToolReading::Report(report),
        }
    }

    /// Says what the output comes to without any summary.
    pub(super) fn alone(self) -> ToolReading {
        match self.failures.is_empty() && self.doubts.is_empty() {
            true => ToolReading::Silent,
            false => self.report(Vec::new(), &[]),
        }
    }
}

/// How many failures are repeated.
const MOST_FAILURES: usize = 3;

#[cfg(test)]
mod specimens {
    use super::*;

    const SIGNS: [TroubleSign; 2] = [("stopped", "", Trouble::Doubt), ("error: ", " failed", Trouble::Failure)];

    fn reading(stdout: &str) -> ToolReading {
        Troubles::of(&ToolOutput { exit: 0, stdout, stderr: "" }, &SIGNS).report(vec![("passed", 1.0)], &[])
    }

    #[test]
    fn a_failure_with_a_name_goes_before_a_doubt_and_a_doubt_before_a_good_summary() {
        let faults = |stdout: &str| match reading(stdout) {
            ToolReading::Report(report) => report.faults(&[]),
            other => panic!("{other:?}"),
        };
        assert_eq!(faults("all is well, error: none\n"), None);
        assert_eq!(faults("stopped\nerror: a failed\nerror: a failed\n").as_deref(), Some("error: a failed"));
        assert_eq!(reading("web: stopped\n"), ToolReading::Unable("stopped".to_owned()));
    }

    #[test]
    fn a_process_that_crashed_is_a_failure() {
        for crash in [
            "Segmentation fault",
            "sh: line 1: 4711 Segmentation fault      pytest",
            "Fatal Python error: Aborted",
            "api_1 | FATAL ERROR: Reached heap limit",
            "run.sh: line 2: 12 Aborted (core dumped) node a.js",
        ] {
            let ToolReading::Report(report) = reading(crash) else { panic!("{crash} is no failure") };
            assert!(report.faults(&[]).is_some(), "{crash}");
        }
        let ToolReading::Report(report) = reading("✓ survives a Segmentation fault (2 ms)") else {
            panic!("no report")
        };
        assert_eq!(report.faults(&[]), None);
    }
}
