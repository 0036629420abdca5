//! The gate looks again, and nothing that was not measured opens it.

use super::case::{Case, evil, good, refused, run_all};
use super::project::Project;

pub fn cases() -> Vec<Case> {
    vec![
        good("a-gate-of-one-check-that-passes", |p| {
            gated(p, "run = [\"true\"]\ntimeout = \"5s\"\n");
            p.done("check tests");
            p.tm("status --gate").says("GO")
        }),
        evil("a-gate-of-one-check-that-fails", |p| {
            gated(p, "run = [\"false\"]\ntimeout = \"5s\"\n");
            p.tm("check tests").ends(1);
            p.tm("status --gate")
        }),
        good("a-gate-of-one-script-that-passes", |p| {
            p.script("test.sh", "#!/bin/sh\nexit 0\n");
            gated(p, "run = [\"./test.sh\"]\ntimeout = \"5s\"\n");
            p.done("check tests").never_says("fail");
            p.tm("status --gate")
        }),
        evil("a-script-that-was-changed-after-it-passed", |p| {
            p.script("test.sh", "#!/bin/sh\nexit 0\n");
            gated(p, "run = [\"./test.sh\"]\ntimeout = \"5s\"\n");
            p.done("check tests");
            p.sh("echo 'exit 1' >> test.sh; git commit -qam 'it fails now'");
            p.tm("status --gate")
        }),
        refused("a-gate-of-a-phase-that-nobody-named", |p| {
            p.plan("[env.staging]\ngate = [\"pre-delpoy\"]\n").commit();
            p.tm("lint")
        }),
        evil("a-gate-that-nobody-measured", |p| {
            gated(p, "run = [\"true\"]\ntimeout = \"5s\"\n");
            p.tm("status --gate")
        }),
    ]
}

/// Cuts a release whose staging has a gate of one check.
fn gated(p: &Project, check: &str) {
    let staging = p.place("staging");
    p.runs("staging", "0.9.0");
    p.plan(&format!(
        "[env.staging]\ngate = [\"pre-deploy\"]\n{staging}[check.tests]\nphase = \"pre-deploy\"\ntitle = \"Tests pass\"\n{check}"
    ));
    p.cut();
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
