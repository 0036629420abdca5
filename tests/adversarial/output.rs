//! What a check printed is kept in a file: one that somebody changed is no evidence, and nothing green rests on it.

use super::case::{Case, evil, good, run_all};
use super::project::Project;

/// 1.0.0 is cut, and the one check of staging's gate passed with more output than the journal holds.
fn passed(p: &Project) {
    let staging = p.place("staging");
    p.runs("staging", "0.9.0");
    p.plan(&format!(
        "[env.staging]\ngate = [\"pre-deploy\"]\n{staging}\n[check.t]\nphase = \"pre-deploy\"\ntitle = \"t holds\"\n\
         run = [\"seq\", \"1\", \"2000\"]\ntimeout = \"5s\"\n"
    ));
    p.cut().done("check t");
}

/// Writes other lines into the file, which keeps its length.
fn alter(p: &Project) {
    p.sh("sed -i s/1999/9999/ ../state/tminus/*/outputs/*.txt");
}

pub fn cases() -> Vec<Case> {
    vec![
        evil(4, "an-output-that-was-changed-and-a-gate", |p| {
            passed(p);
            alter(p);
            p.tm("status --gate").says("the file that keeps what it printed was changed").ends(4)
        }),
        evil(4, "an-output-that-was-changed-is-not-printed", |p| {
            passed(p);
            alter(p);
            p.tm("check t --output").says("the file was changed since").never_says("9999").ends(4)
        }),
        evil(4, "an-output-that-a-look-found-changed-is-not-printed-as-nothing", |p| {
            passed(p);
            alter(p);
            p.tm("status --gate").ends(4);
            p.tm("check t --output").says("the file was changed since").ends(4)
        }),
        evil(4, "a-phase-without-checks-cancels-nobodys", |p| {
            passed(p);
            p.tm("check weekly --cancel").says("the phase weekly has no check").ends(4)
        }),
        evil(4, "an-output-that-is-a-link-to-another-file", |p| {
            passed(p);
            p.sh("cd ../state/tminus/*/outputs; cp *.txt ../copy; ln -sf ../copy *.txt");
            p.tm("status --gate").says("the file that keeps what it printed was changed").ends(4)
        }),
        evil(4, "an-output-that-is-gone-is-not-printed", |p| {
            passed(p);
            p.sh("rm ../state/tminus/*/outputs/*.txt");
            p.tm("check t --output").says("the file is gone").ends(4)
        }),
        good("an-output-that-is-as-it-was", |p| {
            passed(p);
            p.tm("status --gate")
        }),
        good("an-output-that-is-printed-whole", |p| {
            passed(p);
            let ran = p.tm("check t --output");
            assert_eq!(ran.out.lines().count(), 2_000, "{ran}");
            ran
        }),
        good("a-check-that-ran-again-after-its-output-was-changed", |p| {
            passed(p);
            alter(p);
            p.tm("status --gate");
            p.done("check t");
            p.tm("status --gate")
        }),
        good("an-output-that-is-named-changed-in-json", |p| {
            passed(p);
            let whole = p.done("check t --history --json");
            assert!(whole.out.contains("\"state\":\"whole\""), "{whole}");
            alter(p);
            let changed = p.tm("check t --history --json");
            assert!(changed.out.contains("\"state\":\"changed\""), "{changed}");
            changed
        }),
    ]
}

#[test]
fn nothing_green_rests_on_an_output_that_was_changed() {
    run_all(&cases());
}
