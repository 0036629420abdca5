//! `workflow`: a workflow of GitHub Actions is green on exactly the release's commit.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck, PlanPart, Renewal};
use crate::grammar::plan::{Noun, ValueKind};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement, short};
use crate::kinds::settings::settings;
use crate::measurement::Reading;
use crate::names::{Commit, ConnectName};
use crate::plan::ReleaseRules;
use crate::time::Span;
use serde::{Deserialize, Serialize};

settings! {
    /// A workflow.
    pub struct WorkflowCheck = "workflow": "The workflow, and who runs it." {
        /// The service.
        connect: ConnectName = must("connect", ValueKind::Name(Noun::Connect(&["github"]))),
        /// The name of its file in `.github/workflows`.
        file: String = must("file", ValueKind::Text),
    }
}

/// The runs of a workflow on a commit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowReading {
    /// The commit that was asked about.
    pub commit: Commit,
    /// The runs, in any order.
    pub runs: Vec<WorkflowRun>,
    /// How many more there are, which were not read.
    pub more: u64,
}

/// One run of a workflow, as the service tells of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkflowRun {
    /// Its number, which grows with each run of the workflow.
    pub number: u64,
    /// What it was started by.
    pub event: String,
    /// The branch or tag that it was started for.
    pub of: String,
    /// The commit that it ran on.
    pub commit: Commit,
    /// How far it is; `completed` at its end.
    pub status: String,
    /// How it ended.
    pub conclusion: Option<String>,
}

impl WorkflowRun {
    /// Says whether it ran on the commit alone: for a pull request, GitHub runs the merge of the commit with another one.
    fn is_of_commit(&self, commit: &Commit) -> bool {
        self.commit == *commit && !self.event.starts_with("pull_request") && self.event != "merge_group"
    }

    fn judge(&self) -> ExpectationResult {
        let Self { number, event, of, status, conclusion, .. } = self;
        let says = |words: &str| format!("run {number} ({} of {}) {words}", short(event), short(of));
        match (status.as_str(), conclusion.as_deref()) {
            ("completed", Some("success")) => ExpectationResult::pass(says("succeeded")),
            ("completed", Some(end @ ("failure" | "timed_out" | "startup_failure"))) => {
                ExpectationResult::fail(says(&format!("ended with {end}")))
            }
            // It was cancelled, or skipped what it is for: nothing was found out.
            ("completed", Some(end)) => {
                ExpectationResult::no_data(says(&format!("ended with {}, which proves nothing", short(end))))
            }
            ("completed", None) => ExpectationResult::no_data(says("ended without a conclusion")),
            (status, _) => ExpectationResult::no_data(says(&format!("has not ended: {}", short(status)))),
        }
    }
}

/// Returns the newest run of each event and each branch: the same again on the same commit replaces what it found before, and a
/// workflow may do less for another branch or a tag.
fn newest<'a>(runs: impl Iterator<Item = &'a WorkflowRun>) -> Vec<&'a WorkflowRun> {
    let mut newest: Vec<&WorkflowRun> = Vec::new();
    for run in runs {
        match newest.iter_mut().find(|there| (&there.event, &there.of) == (&run.event, &run.of)) {
            Some(there) if there.number < run.number => *there = run,
            Some(_) => {}
            None => newest.push(run),
        }
    }
    newest.sort_by_key(|run| run.number);
    newest
}

impl KindOfCheck for WorkflowCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Asks(format!("asks {} for the runs of {}", self.connect, self.file))
    }

    fn leans_on(&self) -> Option<PlanPart<'_>> {
        Some(PlanPart::Service(&self.connect))
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        vec![format!("{} is green on the release's commit", self.file)]
    }

    /// The runs are those of one commit.
    fn speaks_for_commit(&self) -> bool {
        true
    }

    fn renewal(&self) -> Renewal {
        Renewal::BeforeDeploy
    }

    fn usual_limit(&self) -> Span {
        Span::seconds(30)
    }

    /// Each event that ran it on this commit alone, of each branch, must have ended well. Runs of other commits, and of a pull request's merge,
    /// say nothing of it.
    fn judge(&self, reading: &Reading, _by: &JudgedBy<'_>) -> Option<Judgement> {
        let WorkflowReading { commit, runs, more } = reading.as_own()?;
        let own = newest(runs.iter().filter(|run| run.is_of_commit(&commit)));
        let mut findings: Vec<ExpectationResult> = own.iter().map(|run| run.judge()).collect();
        if own.is_empty() {
            let of_merge = runs.iter().any(|run| run.commit == commit);
            let but = if of_merge { ", only of its merge with another commit" } else { "" };
            findings.push(ExpectationResult::no_data(format!("there is no run on {}{but}", commit.short())));
        }
        if more > 0 {
            findings.push(ExpectationResult::no_data(format!("{more} more runs were not read")));
        }
        let expected = format!("{} is green on {}", self.file, commit.short());
        Some(Judgement::of(vec![expected], findings, Vec::new()))
    }

    fn quotes_output(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Expect;
    use crate::verdict::Verdict::{self, Fail, NoData, Pass};
    use std::collections::BTreeMap;

    const COMMIT: &str = "1111111111111111111111111111111111111111";
    const OTHER: &str = "2222222222222222222222222222222222222222";

    fn run(number: u64, event: &str, commit: &str, (status, conclusion): (&str, &str)) -> WorkflowRun {
        let conclusion = Some(conclusion.to_owned()).filter(|end| !end.is_empty());
        WorkflowRun {
            number,
            event: event.split(' ').next().unwrap().to_owned(),
            of: event.split_once(' ').map_or("main", |(_, of)| of).to_owned(),
            commit: Commit::new(commit),
            status: status.to_owned(),
            conclusion,
        }
    }

    fn judged(runs: Vec<WorkflowRun>, more: u64) -> (Verdict, String) {
        let check = WorkflowCheck { connect: ConnectName::new("github"), file: "ci.yml".to_owned() };
        let reading = Reading::own(&WorkflowReading { commit: Commit::new(COMMIT), runs, more });
        let (expect, values) = (Expect::default(), BTreeMap::new());
        let by = JudgedBy { title: "", expect: &expect, values: &values, notes: "" };
        let judgement = check.judge(&reading, &by).unwrap();
        (judgement.verdict, judgement.found)
    }

    #[test]
    fn only_an_ended_run_on_this_very_commit_says_anything() {
        let (good, bad) = (("completed", "success"), ("completed", "failure"));
        let of = |runs| judged(runs, 0).0;
        assert_eq!(of(vec![run(1, "push", COMMIT, good)]), Pass);
        assert_eq!(of(vec![run(1, "push", OTHER, good)]), NoData);
        assert_eq!(of(vec![]), NoData);
        assert_eq!(of(vec![run(1, "push", COMMIT, bad)]), Fail);
        assert_eq!(of(vec![run(1, "push", COMMIT, bad), run(2, "push", COMMIT, good)]), Pass, "it ran again");
        assert_eq!(of(vec![run(2, "push", COMMIT, bad), run(1, "push", COMMIT, good)]), Fail, "in any order");
        assert_eq!(of(vec![run(1, "push", COMMIT, good), run(2, "schedule", COMMIT, bad)]), Fail);
        let tagged = vec![run(1, "push", COMMIT, bad), run(2, "push v1.0.0", COMMIT, good)];
        assert_eq!(of(tagged), Fail, "a tag may run less of it");
        assert_eq!(of(vec![run(1, "push", COMMIT, ("in_progress", ""))]), NoData);
        assert_eq!(of(vec![run(1, "push", COMMIT, ("in_progress", "success"))]), NoData, "it has not ended");
        assert_eq!(judged(vec![run(1, "push", COMMIT, good)], 3).0, NoData);
    }

    #[test]
    fn what_found_out_nothing_is_no_data_and_what_broke_is_a_failure() {
        let of = |end| judged(vec![run(7, "push", COMMIT, ("completed", end))], 0);
        for end in ["cancelled", "skipped", "neutral", "stale", "action_required", "", "somethingelse"] {
            assert_eq!(of(end).0, NoData, "{end}");
        }
        for end in ["failure", "timed_out", "startup_failure"] {
            assert_eq!(of(end), (Fail, format!("run 7 (push of main) ended with {end}")));
        }
    }

    #[test]
    fn the_run_of_a_pull_request_is_of_its_merge() {
        let found = judged(vec![run(1, "pull_request", COMMIT, ("completed", "success"))], 0);
        let says = "there is no run on 1111111, only of its merge with another commit";
        assert_eq!(found, (NoData, says.to_owned()));
    }
}
