//! The gate looks again, nothing that was not measured opens it, and a status that nobody could read is not good.

use super::case::{Case, evil, good, refused, run_all};
use super::project::{Project, Ran};

const PASSES: &str = "run = [\"true\"]\ntimeout = \"5s\"\n";
const FAILS: &str = "run = [\"false\"]\ntimeout = \"5s\"\n";

pub fn cases() -> Vec<Case> {
    [gates(), nothing_measured(), verifications(), looked_at_again(), told(), unwritable()]
        .into_iter()
        .flatten()
        .collect()
}

fn gates() -> Vec<Case> {
    vec![
        good("a-gate-of-one-check-that-passes", |p| {
            gated(p, PASSES);
            p.done("check tests");
            p.tm("status --gate").says("GO")
        }),
        evil(1, "a-gate-of-one-check-that-fails", |p| {
            gated(p, FAILS);
            p.tm("check tests").ends(1);
            p.tm("status --gate").says("fail: tests: exit 1")
        }),
        good("a-gate-of-one-script-that-passes", |p| {
            p.script("test.sh", "#!/bin/sh\nexit 0\n");
            gated(p, "run = [\"./test.sh\"]\ntimeout = \"5s\"\n");
            p.done("check tests").never_says("fail");
            p.tm("status --gate")
        }),
        evil(4, "a-script-that-was-changed-after-it-passed", |p| {
            p.script("test.sh", "#!/bin/sh\nexit 0\n");
            gated(p, "run = [\"./test.sh\"]\ntimeout = \"5s\"\n");
            p.done("check tests");
            p.sh("echo 'exit 1' >> test.sh; git commit -qam 'it fails now'");
            p.tm("status --gate").says("stale: tests: was pass on ")
        }),
        refused("a-gate-of-a-phase-that-nobody-named", |p| {
            p.plan("[env.staging]\ngate = [\"pre-delpoy\"]\n").commit();
            p.tm("lint").says("there is no phase `pre-delpoy`")
        }),
        evil(4, "a-gate-that-nobody-measured", |p| {
            gated(p, PASSES);
            p.tm("status --gate").says("tests: not run yet")
        }),
        evil(4, "a-gate-of-a-phase-without-checks", |p| {
            staged(p, "gate = [\"review\"]\n", &check("tests", "pre-deploy", PASSES));
            p.done("check tests");
            p.tm("status --gate").ends(4).says("no check of review is required")
        }),
        evil(3, "a-gate-of-a-phase-without-checks-is-no-way-to-deploy", |p| {
            staged(p, "gate = [\"review\"]\n", &check("tests", "pre-deploy", PASSES));
            let ran = p.tm("deploy staging --yes").says("nothing was asked, so nothing is proved");
            assert_eq!(running(p, "staging"), "0.9.0");
            ran
        }),
        evil(4, "a-gate-in-which-nothing-is-required", |p| {
            staged(
                p,
                "gate = [\"pre-deploy\"]\n",
                &check("tests", "pre-deploy", &format!("required = false\n{FAILS}")),
            );
            p.tm("check tests").ends(1);
            p.tm("status --gate")
                .ends(4)
                .says("no check of pre-deploy is required: nothing was asked, so nothing is proved")
        }),
        evil(3, "a-gate-in-which-nothing-is-required-though-all-passes", |p| {
            staged(
                p,
                "gate = [\"pre-deploy\"]\n",
                &check("tests", "pre-deploy", &format!("required = false\n{PASSES}")),
            );
            p.done("check tests");
            p.tm("deploy staging --preview")
                .says("no check of pre-deploy is required: nothing was asked, so nothing is proved")
        }),
        evil(4, "who-waives-an-empty-gate-has-measured-nothing", |p| {
            staged(p, "gate = [\"review\"]\n", "");
            p.done("deploy staging --yes --waive 'gate:staging=we looked ourselves'").says("waived by");
            p.tm("status --gate").says("no check of review is required: nothing was asked, so nothing is proved")
        }),
        evil(4, "a-gate-of-an-environment-that-nothing-is-delivered-to", |p| {
            p.plan("[env.staging]\ngate = [\"review\"]\n").cut();
            p.tm("status --gate")
                .ends(4)
                .says("no check of review is required: nothing was asked, so nothing is proved")
        }),
        evil(4, "it-runs-there-and-came-through-no-gate", |p| {
            gated(p, FAILS);
            p.runs("staging", "1.0.0");
            p.tm("status --gate").never_says("GO ").says("tests: not run yet")
        }),
        good("the-release-is-out-everywhere", |p| {
            gated(p, PASSES);
            p.done("deploy staging --yes");
            p.tm("status --gate").says("GO")
        }),
        evil(1, "the-release-is-out-and-a-check-of-its-gate-fails-since", |p| {
            gated(p, "run = [\"test\", \"!\", \"-e\", \"{world}/broken\"]\ntimeout = \"5s\"\n");
            p.done("deploy staging --yes");
            std::fs::write(p.world().join("broken"), "").unwrap();
            p.tm("check tests").ends(1);
            p.done("status --json").says("\"verdict\":\"no-go\"");
            p.tm("status --gate").says("fail: tests: exit 1")
        }),
        evil(1, "the-release-is-out-and-its-environment-file-was-emptied", |p| {
            p.file(".gitignore", "*.env\n").file("a.env", "KEY=v123\n");
            gated(p, "dotenv = { file = \"a.env\", needs = [\"KEY\"] }\n");
            p.done("deploy staging --yes");
            p.done("status --gate");
            p.file("a.env", "KEY=\n");
            p.tm("status --gate").says("fail: tests: KEY is empty")
        }),
        evil(4, "the-release-is-out-and-something-else-runs-in-its-place", |p| {
            gated(p, PASSES);
            p.done("deploy staging --yes");
            p.runs("staging", "0.9.9");
            p.tm("status --gate").says("stale: site 0.9.9 has run in staging since").says("tminus did not deploy it")
        }),
        evil(4, "the-plan-that-init-writes-has-measured-nothing", |p| {
            p.file("Dockerfile", "FROM scratch\nCOPY f /f\n").file("f", "hi");
            p.file("docker-compose.yml", "services:\n  web:\n    build: .\n    image: case01\n").commit();
            p.done("init");
            p.cut();
            p.tm("status --gate").ends(4).says("the plan has no gate: nothing was asked, so nothing is proved")
        }),
        good("an-environment-without-a-gate-is-deployed-to", |p| {
            staged(p, "", "");
            let ran = p.tm("deploy staging --yes");
            assert_eq!(running(p, "staging"), "1.0.0");
            ran
        }),
        good("a-gate-of-two-phases-of-which-one-has-checks", |p| {
            staged(p, "gate = [\"pre-deploy\", \"review\"]\n", &check("tests", "pre-deploy", PASSES));
            p.done("check");
            p.tm("status --gate")
        }),
    ]
}

fn nothing_measured() -> Vec<Case> {
    vec![
        evil(4, "check-where-no-environment-has-a-gate", |p| {
            staged(p, "", &check("tests", "pre-deploy", PASSES));
            p.tm("check").ends(4).says("nothing was measured")
        }),
        evil(4, "check-of-a-phase-without-checks", |p| {
            gated(p, PASSES);
            p.tm("check review").ends(4).says("review")
        }),
        evil(4, "check-of-nothing-that-is-stale-where-nothing-is", |p| {
            staged(p, "", "");
            p.tm("check --stale").says("nothing was measured; name a phase or a check")
        }),
        evil(4, "check-of-nothing-as-json", |p| {
            staged(p, "", "");
            p.tm("check --json").ends(4).says("nothing was measured; name a phase or a check")
        }),
        good("check-of-what-is-stale-where-all-is-fresh-and-good", |p| {
            gated(p, PASSES);
            p.done("check");
            p.tm("check --stale").says("pass")
        }),
        evil(1, "check-of-what-is-stale-where-one-has-failed", |p| {
            gated(p, FAILS);
            p.tm("check").ends(1);
            p.tm("check --stale").says("tests: exit 1")
        }),
        evil(1, "an-optional-check-that-fails-when-it-is-asked-for", |p| {
            let optional = check("extra", "pre-deploy", &format!("required = false\n{FAILS}"));
            staged(p, "gate = [\"pre-deploy\"]\n", &(check("tests", "pre-deploy", PASSES) + &optional));
            p.tm("check extra").ends(1).says("extra (not required): exit 1")
        }),
        evil(1, "a-phase-of-optional-checks-that-fail", |p| {
            staged(p, "", &check("extra", "review", &format!("required = false\n{FAILS}")));
            p.tm("check review").ends(1).says("extra (not required): exit 1")
        }),
        good("an-optional-check-that-fails-beside-a-required-one", |p| {
            let optional = check("extra", "pre-deploy", &format!("required = false\n{FAILS}"));
            staged(p, "gate = [\"pre-deploy\"]\n", &(check("tests", "pre-deploy", PASSES) + &optional));
            p.tm("check pre-deploy").says("not required")
        }),
    ]
}

fn verifications() -> Vec<Case> {
    let verified = || check("up", "post-deploy", PASSES);
    vec![
        evil(4, "verify-where-another-version-runs", move |p| {
            staged(p, "verify = [\"up\"]\n", &verified());
            p.tm("verify staging").ends(4).says("0.9.0 runs in staging, not 1.0.0")
        }),
        evil(4, "verify-where-somebody-put-another-version", move |p| {
            staged(p, "verify = [\"up\"]\n", &verified());
            p.done("deploy staging --yes");
            p.runs("staging", "0.9.5");
            p.tm("verify staging --json").ends(4).says("0.9.5")
        }),
        evil(4, "verify-where-nothing-runs", move |p| {
            staged(p, "verify = [\"up\"]\n", &verified());
            p.sh(&format!("rm {}", p.world().join("staging").display()));
            p.tm("verify staging").ends(4).says("staging cannot be seen")
        }),
        evil(4, "verify-that-looks-at-nothing", |p| {
            staged(p, "", "");
            p.done("deploy staging --yes");
            p.tm("verify staging").ends(4).says("nothing was measured")
        }),
        good("verify-names-the-version-that-it-looked-at", move |p| {
            staged(p, "verify = [\"up\"]\n", &verified());
            p.done("deploy staging --yes");
            p.tm("verify staging").says("1.0.0 in staging")
        }),
        good("verify-of-what-a-rollback-brought-back", move |p| {
            staged(p, "verify = [\"up\"]\n", &verified());
            p.done("status");
            p.done("deploy staging --yes");
            p.done("rollback staging --yes --reason slow");
            p.tm("verify staging").says("0.9.0 in staging")
        }),
    ]
}

fn looked_at_again() -> Vec<Case> {
    vec![
        good("after-an-environment-that-is-still-good", |p| {
            behind_staging(p);
            let ran = p.tm("deploy production --yes");
            assert_eq!(running(p, "production"), "1.0.0");
            ran
        }),
        evil(3, "after-an-environment-whose-place-is-gone", |p| {
            behind_staging(p);
            p.sh(&format!("rm {}", p.world().join("staging").display()));
            let ran = p.tm("deploy production --yes");
            assert_eq!(running(p, "production"), "0.9.0");
            ran.says("no-data: staging cannot be seen")
        }),
        evil(3, "after-an-environment-that-somebody-put-another-version-into", |p| {
            behind_staging(p);
            p.runs("staging", "0.9.7");
            let ran = p.tm("deploy production --yes").says("staging does not run 1.0.0");
            assert_eq!(running(p, "production"), "0.9.0");
            ran
        }),
        evil(3, "a-preview-shows-what-runs-in-the-environment-before-now", |p| {
            behind_staging(p);
            p.runs("staging", "0.9.7");
            p.tm("deploy production --preview").never_says("staging is good  pass").says("staging does not run 1.0.0")
        }),
        evil(3, "after-an-environment-that-nobody-verified", |p| {
            before_production(p);
            p.done("deploy staging --yes");
            p.tm("deploy production --yes").says("it was not verified in staging")
        }),
        good("a-command-that-is-given-the-same-value", |p| {
            given(p, "{ dotenv = \".env\", key = \"K\" }", "");
            p.done("check tests");
            p.tm("status --gate")
        }),
        evil(3, "a-command-that-would-be-given-another-value-of-a-file", |p| {
            given(p, "{ dotenv = \".env\", key = \"K\" }", "");
            p.done("check tests");
            p.file(".env", "K=bad\n");
            p.tm("status --gate").ends(4).says("K has changed since it ran");
            let ran = p.tm("deploy staging --yes");
            assert_eq!(running(p, "staging"), "0.9.0");
            ran.says("tests — fail: exit 1")
        }),
        evil(4, "a-command-in-a-worktree-that-would-be-given-another-value", |p| {
            given(p, "{ dotenv = \".env\", key = \"K\" }", "in = \"worktree\"\n");
            p.done("check tests");
            p.file(".env", "OTHER=good\n");
            p.tm("status --gate").ends(4).says("K has changed since it ran")
        }),
        evil(4, "a-command-that-would-be-given-another-value-of-the-shell", |p| {
            given(p, "{ env = \"OWN\" }", "");
            p.tm_with(&[("OWN", "good")], "check tests").ends(0);
            p.tm_with(&[("OWN", "good")], "status --gate").ends(0);
            p.tm_with(&[("OWN", "bad")], "status --gate").ends(4).says("K has changed since it ran")
        }),
        evil(4, "a-command-whose-program-is-another-on-the-path", |p| {
            let [a, b] = tools(p);
            gated(p, "run = [\"mytool\", \"--all\"]\ntimeout = \"5s\"\n");
            let path = |first: &str, second: &str| format!("{first}:{second}:/usr/local/bin:/usr/bin:/bin");
            p.tm_with(&[("PATH", &path(&a, &b))], "check tests").ends(0);
            p.tm_with(&[("PATH", &path(&a, &b))], "status --gate").ends(0);
            let says = format!("`mytool` is another program than when it ran: {a}/mytool, then {b}/mytool");
            p.tm_with(&[("PATH", &path(&b, &a))], "status --gate").ends(4).says(&says)
        }),
        evil(4, "a-command-in-a-shell-and-a-worktree-whose-program-was-replaced", |p| {
            let [a, _] = tools(p);
            gated(p, "run = [\"sh\", \"-c\", \"cd . && mytool\"]\nin = \"worktree\"\ntimeout = \"5s\"\n");
            let path = format!("{a}:/usr/local/bin:/usr/bin:/bin");
            p.tm_with(&[("PATH", &path)], "check tests").ends(0);
            p.tm_with(&[("PATH", &path)], "status --gate").ends(0);
            p.sh(&format!("printf '#!/bin/sh\\nexit 1\\n' > {a}/mytool"));
            p.tm_with(&[("PATH", &path)], "status --gate").ends(4).says(&format!("{a}/mytool has changed"))
        }),
        evil(4, "a-command-that-names-a-variable-of-the-shell-which-is-another", |p| {
            gated(p, "run = [\"sh\", \"-c\", \"[ $OWN = good ]\"]\ntimeout = \"5s\"\n");
            p.tm_with(&[("OWN", "good")], "check tests").ends(0);
            p.tm_with(&[("OWN", "good")], "status --gate").ends(0);
            p.tm("status --gate").ends(4).says("OWN has changed since it ran")
        }),
    ]
}

/// Lays two programs of one name into two folders outside the repository.
fn tools(p: &Project) -> [String; 2] {
    ["a", "b"].map(|name| {
        let folder = p.world().join(format!("tools-{name}"));
        p.sh(&format!(
            "mkdir -p {0}; printf '#!/bin/sh\\n: {name}\\n' > {0}/mytool; chmod +x {0}/mytool",
            folder.display()
        ));
        folder.display().to_string()
    })
}

/// A gate of one command that is content with the value `good` of its variable `K`.
fn given(p: &Project, value: &str, more: &str) {
    p.file(".gitignore", ".env\n").file(".env", "K=good\n");
    gated(p, &format!("run = [\"sh\", \"-c\", \"[ $K = good ]\"]\nenv = {{ K = {value} }}\ntimeout = \"5s\"\n{more}"));
}

fn told() -> Vec<Case> {
    let untrusted = |p: &Project| {
        gated(p, PASSES);
        p.done("check");
        p.done("status --gate");
        p.sh("sed -i 's/\"true\"/\"test\", \"1\"/' tminus.toml");
    };
    vec![
        evil(4, "the-gate-of-a-plan-that-nobody-trusts", move |p| {
            untrusted(p);
            p.tm("status --gate").ends(4).says("tminus trust")
        }),
        evil(0, "the-word-of-a-plan-that-nobody-trusts", move |p| {
            untrusted(p);
            p.tm("status").says("the plan is not trusted as it is now")
        }),
        evil(4, "the-gate-of-a-plan-that-nobody-trusts-as-json", move |p| {
            untrusted(p);
            p.tm("status --gate --json").ends(4).says("\"verdict\":\"not-yet\"")
        }),
        evil(3, "the-tag-of-the-release-is-at-another-commit", |p| {
            gated(p, PASSES);
            p.sh("git tag v1.0.0 $(git commit-tree HEAD^{tree} -m other)");
            p.tm("status --gate").ends(1).says("the tag v1.0.0 is at");
            p.tm("deploy staging --yes").says("the tag v1.0.0 is at")
        }),
        evil(3, "a-deploy-of-a-release-whose-branch-is-gone", |p| {
            gated(p, PASSES);
            p.sh("git checkout -q --detach; git branch -qD release/1.0.0");
            let ran = p.tm("deploy staging --yes").says("the branch release/1.0.0 is gone");
            assert_eq!(running(p, "staging"), "0.9.0");
            ran
        }),
        good("a-deploy-of-a-release-whose-branch-is-gone-with-a-waiver", |p| {
            gated(p, PASSES);
            p.sh("git checkout -q --detach; git branch -qD release/1.0.0");
            p.tm("deploy staging --yes --waive 'branch:release/1.0.0=its commit is tagged'").says("waived")
        }),
        evil(4, "what-a-check-needs-fails-by-now", |p| {
            needing(p);
            p.tm("check down").ends(1);
            p.tm("status --gate").says("was pass, and needs down, which is fail now")
        }),
        evil(3, "a-deploy-though-what-a-check-needs-fails-by-now", |p| {
            needing(p);
            let ran = p.tm("deploy staging --yes").says("not run: it needs down, which is fail");
            assert_eq!(running(p, "staging"), "0.9.0");
            ran
        }),
        good("what-a-check-needs-passes-again", |p| {
            needing(p);
            p.tm("check down").ends(1);
            std::fs::write(p.world().join("up"), "").unwrap();
            p.done("deploy staging --yes").says("1.0.0");
            p.tm("status --gate")
        }),
        evil(4, "what-a-check-of-a-verification-needs-is-not-good", |p| {
            let live = format!("needs = [\"down\"]\n{PASSES}");
            let tables = [check("live", "post-deploy", &live), check("down", "review", FAILS)].concat();
            staged(p, "verify = [\"live\"]\n", &tables);
            p.done("deploy staging --yes");
            p.tm("verify staging").says("not run: it needs down, which is pending")
        }),
        evil(4, "the-branch-of-the-release-is-gone", |p| {
            gated(p, PASSES);
            p.sh("git checkout -q --detach && git branch -qD release/1.0.0");
            p.tm("status --gate").says("the branch release/1.0.0 is gone")
        }),
        evil(3, "a-failing-check-that-nobody-waived", |p| {
            gated(p, FAILS);
            p.tm("deploy staging --yes").says("[tests]")
        }),
        good("a-waiver-is-told-where-the-go-is", |p| {
            gated(p, FAILS);
            let ran = p.done("deploy staging --yes --waive 'tests=no test server today'");
            ran.says("waived by").says("no test server today");
            p.done("status --json").says("\"waived\":[{").says("no test server today");
            p.tm("status --gate").says("GO with 1 waiver").says("waived by").says("no test server today")
        }),
        good("a-check-that-passes-is-told-without-a-waiver", |p| {
            gated(p, PASSES);
            p.done("check");
            p.tm("status --gate").never_says("waive")
        }),
    ]
}

fn unwritable() -> Vec<Case> {
    vec![
        evil(4, "a-deploy-that-is-good-onto-a-full-disk", |p| {
            staged(p, "", "");
            let ran = into(p, "deploy staging --yes", "> /dev/full");
            assert_eq!(running(p, "staging"), "1.0.0", "it was deployed all the same");
            ran.ends(4).says("standard output could not be written")
        }),
        evil(1, "a-deploy-that-fails-onto-a-full-disk", |p| {
            staged(
                p,
                "",
                "[[env.staging.step]]\nat = \"before\"\ntitle = \"Migrate\"\nrun = [\"false\"]\nundo = [\"true\"]\ntimeout = \"5s\"\n",
            );
            into(p, "deploy staging --yes", "> /dev/full").ends(1).says("Migrate: false ended with exit 1")
        }),
        good("a-deploy-into-a-pipe-that-is-closed", |p| {
            staged(p, "", "");
            let ran = into(p, "deploy staging --yes", "| true");
            assert_eq!(running(p, "staging"), "1.0.0");
            ran
        }),
        evil(1, "a-check-that-fails-into-a-pipe-that-is-closed", |p| {
            gated(p, FAILS);
            into(p, "check", "| true").ends(1);
            p.tm("status --gate").says("fail: tests: exit 1")
        }),
        evil(4, "a-go-onto-a-full-disk", |p| {
            gated(p, PASSES);
            p.done("check");
            into(p, "status --gate", "> /dev/full").ends(4).says("standard output could not be written")
        }),
        evil(4, "a-go-as-json-onto-a-full-disk", |p| {
            gated(p, PASSES);
            p.done("check");
            into(p, "status --gate --json", "> /dev/full").ends(4).says("standard output could not be written")
        }),
        evil(4, "a-go-that-cannot-be-written-at-all", |p| {
            gated(p, PASSES);
            p.done("check");
            into(p, "status --gate", "1< /dev/null")
                .ends(4)
                .says("standard output could not be written: Bad file descriptor")
        }),
        evil(4, "a-whole-journal-onto-a-full-disk", |p| {
            staged(p, "", "");
            into(p, "journal verify", "> /dev/full").ends(4).says("standard output could not be written")
        }),
        evil(4, "a-journal-that-is-exported-onto-a-full-disk", |p| {
            staged(p, "", "");
            into(p, "journal export", "> /dev/full").ends(4).says("standard output could not be written")
        }),
        evil(4, "a-journal-that-is-exported-beyond-how-long-a-file-may-be", |p| {
            staged(p, "", "");
            // The journal's own files are shorter.
            p.sh("head -c 4194304 /dev/zero > ../exported");
            into_under(p, "ulimit -f 4096;", "journal export", ">> ../exported")
                .ends(4)
                .says("standard output could not be written: File too large")
        }),
        good("a-journal-of-which-one-entry-is-read", |p| {
            staged(p, "", "");
            into(p, "journal export", "| true")
        }),
        evil(4, "help-onto-a-full-disk", |p| {
            into(p, "--help", "> /dev/full").ends(4).says("standard output could not be written")
        }),
        evil(4, "a-list-of-rules-onto-a-full-disk", |p| {
            into(p, "lint --rules", "> /dev/full").ends(4).says("standard output could not be written")
        }),
        good("a-go-that-nobody-reads", |p| {
            gated(p, PASSES);
            p.done("check");
            into(p, "status --gate", "> /dev/null")
        }),
    ]
}

/// Returns what "runs" in an environment.
fn running(p: &Project, env: &str) -> String {
    std::fs::read_to_string(p.world().join(env)).unwrap().trim().to_owned()
}

fn check(name: &str, phase: &str, way: &str) -> String {
    format!("[check.{name}]\nphase = \"{phase}\"\ntitle = \"{name}\"\n{way}\n")
}

/// Cuts a release whose staging has these keys, in a plan with these tables.
fn staged(p: &Project, keys: &str, tables: &str) {
    let place = p.place("staging");
    p.runs("staging", "0.9.0").plan(&format!("[env.staging]\n{keys}{place}{tables}")).cut();
}

/// Cuts a release whose staging has a gate of one check.
fn gated(p: &Project, way: &str) {
    staged(p, "gate = [\"pre-deploy\"]\n", &check("tests", "pre-deploy", way));
}

/// A check of the gate was good, with another one that it needs; what that one looks at is gone now.
fn needing(p: &Project) {
    let down = format!("run = [\"test\", \"-e\", \"{}\"]\n", p.world().join("up").display());
    let tests = format!("needs = [\"down\"]\n{PASSES}");
    std::fs::write(p.world().join("up"), "").unwrap();
    let tables = [check("tests", "pre-deploy", &tests), check("down", "review", &down)].concat();
    staged(p, "gate = [\"pre-deploy\"]\n", &tables);
    p.done("check down");
    p.done("check tests");
    p.done("status --gate").says("GO");
    std::fs::remove_file(p.world().join("up")).unwrap();
}

/// Cuts a release whose production comes after staging.
fn before_production(p: &Project) {
    let (staging, production) = (p.place("staging"), p.place("production"));
    p.runs("staging", "0.9.0").runs("production", "0.9.0");
    p.plan(&format!(
        "[env.staging]\nverify = [\"up\"]\n{staging}[env.production]\nafter = [{{ env = \"staging\" }}]\n{production}{}",
        check("up", "post-deploy", PASSES)
    ));
    p.cut();
}

/// The same, with the release good in staging.
fn behind_staging(p: &Project) {
    before_production(p);
    p.done("deploy staging --yes");
    p.done("verify staging");
}

/// Runs tminus with its standard output elsewhere.
fn into(p: &Project, words: &str, to: &str) -> Ran {
    into_under(p, "", words, to)
}

/// The same after the shell has done something, as setting a limit.
fn into_under(p: &Project, limit: &str, words: &str, to: &str) -> Ran {
    let program = env!("CARGO_BIN_EXE_tminus");
    p.sh(&format!("{{ {limit} TMINUS_SOLO=1 {program} {words} 2> ../err; echo $? > ../code; }} {to} || true"));
    let read = |name: &str| std::fs::read_to_string(p.dir().join("..").join(name)).unwrap_or_default();
    Ran {
        words: format!("{words} {to}"),
        code: read("code").trim().parse().ok(),
        out: String::new(),
        err: read("err"),
        has_reason: false,
    }
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
