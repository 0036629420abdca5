//! Attempts to make tminus say `pass`, `GO` or 0 where nothing, not enough, or the wrong thing was measured.
//!
//! One command runs them all: `cargo test --test all adversarial`. Each kind has a file of cases. An *evil* case must not
//! end green, and states its exit status and its reason; a *good* one is its control and must, or a tminus that refuses
//! everything would pass. `findings.md` says which test holds each finding of the first trial.

mod case;
mod connects;
mod findings;
mod gate;
mod git;
mod inputs;
mod life;
mod lint;
mod origin;
mod output;
mod place;
mod project;
mod readers;
mod rollback;
mod scan;
mod second;
mod secrets;
mod text;
mod trust;
mod verdict;
mod workflow;

use case::{Case, Ending};

/// The cases of a kind.
type Cases = fn() -> Vec<Case>;

/// Every kind with its cases.
const KINDS: &[(&str, Cases)] = &[
    ("verdict", verdict::cases),
    ("gate", gate::cases),
    ("git", git::cases),
    ("readers", readers::cases),
    ("inputs", inputs::cases),
    ("origin", origin::cases),
    ("output", output::cases),
    ("place", place::cases),
    ("rollback", rollback::cases),
    ("life", life::cases),
    ("scan", scan::cases),
    ("lint", lint::cases),
    ("second", second::cases),
    ("secrets", secrets::cases),
    ("trust", trust::cases),
    ("connects", connects::cases),
    ("workflow", workflow::cases),
];

/// How many cases there must be, and how many of them controls.
const AT_LEAST: usize = 300;
const CONTROLS: usize = 75;

#[test]
fn there_are_enough_cases_and_enough_controls() {
    let all: Vec<Case> = KINDS.iter().flat_map(|(_, cases)| cases()).collect();
    let controls = all.iter().filter(|case| case.ending == Ending::Green).count();
    assert!(all.len() >= AT_LEAST && controls >= CONTROLS, "{} cases, {controls} of them controls", all.len());
    eprintln!("{} cases, {controls} of them controls", all.len());
    for (kind, cases) in KINDS {
        let mut names: Vec<_> = cases().into_iter().map(|case| case.name).collect();
        names.sort_unstable();
        let before = names.len();
        names.dedup();
        assert_eq!(names.len(), before, "{kind} has two cases of one name");
    }
}
