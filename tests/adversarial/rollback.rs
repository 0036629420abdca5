//! The rollback is real, and the preview promises no other.

use super::case::{Case, evil, good, refused, run_all};
use super::project::{Project, Ran};

/// One environment that a command delivers to, where 0.9.0 runs; 1.0.0 is cut.
fn staged(p: &Project) {
    p.plan(&format!("[env.staging]\n{}", p.place("staging"))).runs("staging", "0.9.0").cut();
}

fn protected(p: &Project) {
    p.plan(&format!("[env.staging]\nprotected = true\n{}", p.place("staging"))).runs("staging", "0.9.0").cut();
}

/// Steps of the deploy stand before it, and its delivery ends like this.
fn with_delivery(p: &Project, deploy: &str, undo: &str, steps: &str) {
    let delivery = format!(
        "deliver.site = {{ with = \"command\", current = [[\"cat\", \"{{world}}/staging\"]], deploy = [[\"sh\", \"-c\", \
         \"{deploy}\"]]{undo}, timeout = \"9s\" }}\n"
    );
    p.plan(&format!("[env.staging]\n{delivery}{steps}")).runs("staging", "0.9.0").cut();
}

/// A delivery that a script of the repository undoes.
fn scripted(p: &Project, steps: &str) {
    p.file("undo.sh", "echo \"$1\" > \"$2\"\n");
    let undo = ", undo = [[\"sh\", \"undo.sh\", \"{previous}\", \"{world}/staging\"]]";
    with_delivery(p, "echo {version} > {world}/staging", undo, steps);
}

const UNDO: &str = ", undo = [[\"sh\", \"-c\", \"echo {previous} > {world}/staging\"]]";

/// Two artifacts in one environment, each with versions of its own.
fn pair(p: &Project) {
    let place = |name: &str| p.place(name).replace("deliver.site", &format!("deliver.{name}"));
    let artifacts = "[artifact.api]\nimage = \"registry.example.com/api:{version}\"\n[artifact.ui]\nimage = \
                     \"registry.example.com/ui:{version}\"\n";
    p.plan(&format!("{artifacts}[env.staging]\n{}{}", place("api"), place("ui")));
    p.runs("api", "2024.1").runs("ui", "7.7").cut();
    p.done("deploy staging --yes");
}

#[track_caller]
fn runs(p: &Project, place: &str, version: &str) {
    let now = std::fs::read_to_string(p.world().join(place)).unwrap();
    assert_eq!(now.trim(), version, "what runs in {place}");
}

fn deployed(p: &Project) {
    staged(p);
    p.done("deploy staging --yes");
}

fn back(p: &Project) -> Ran {
    p.tm("rollback staging --yes --reason slow")
}

/// 1.0.0, 1.0.1 and 1.0.2 were deployed one after another; 1.0.1 was verified, and was not good.
fn three(p: &Project) {
    let check =
        "[check.live]\nphase = \"post-deploy\"\ntitle = \"live\"\nrun = [\"test\", \"!\", \"-e\", \"{world}/bad\"]\n";
    p.plan(&format!("[env.staging]\nverify = [\"live\"]\n{}{check}", p.place("staging"))).runs("staging", "0.9.0");
    p.cut();
    p.done("deploy staging --yes");
    for version in ["1.0.1", "1.0.2"] {
        p.sh(&format!("git switch -q main; git commit -q --allow-empty -m {version}"));
        p.done(&format!("release cut {version}"));
        p.done(&format!("deploy staging --yes --release {version}"));
        if version == "1.0.1" {
            std::fs::write(p.world().join("bad"), "").unwrap();
        }
        drop(p.tm(&format!("verify staging --release {version}")));
        drop(std::fs::remove_file(p.world().join("bad")));
    }
}

pub fn cases() -> Vec<Case> {
    let mut all = targets();
    all.extend(promises());
    all.extend(not_startable());
    all.extend(after_failures());
    all.extend(two_artifacts());
    all.extend(decisions());
    all.extend(leaving());
    all
}

/// What a rollback leads to.
fn targets() -> Vec<Case> {
    vec![
        good("the version before comes back", |p| {
            deployed(p);
            let ran = back(p);
            runs(p, "staging", "0.9.0");
            ran
        }),
        good("a named version that ran comes back", |p| {
            deployed(p);
            p.tm("rollback staging --to 0.9.0 --yes --reason slow")
        }),
        evil(3, "a version that never ran", |p| {
            deployed(p);
            p.tm("rollback staging --to 0.8.0 --yes --reason slow").says("0.8.0 was never seen to be healthy")
        }),
        evil(3, "the version that runs", |p| {
            deployed(p);
            p.tm("rollback staging --to 1.0.0 --yes --reason slow").says("1.0.0 runs in staging already")
        }),
        evil(3, "the first version of all", |p| {
            staged(p);
            back(p).says("no rollback target")
        }),
        evil(3, "the same rollback twice", |p| {
            deployed(p);
            back(p).ends(0);
            back(p).says("already back on 0.9.0")
        }),
        evil(3, "a version that was rolled back from, by name", |p| {
            deployed(p);
            back(p).ends(0);
            p.tm("rollback staging --to 1.0.0 --yes --reason no").says("1.0.0 came after 0.9.0 in staging")
        }),
        evil(3, "a newer version is deployed, not gone back to", |p| {
            three(p);
            p.done("rollback staging --to 1.0.0 --yes --reason slow");
            let ran = p.tm("rollback staging --to 1.0.1 --yes --reason no");
            runs(p, "staging", "1.0.0");
            ran.says("1.0.1 came after 1.0.0 in staging, and a rollback only goes back; deploy it instead")
        }),
        evil(3, "a version whose verification failed, by name", |p| {
            three(p);
            let ran = p.tm("rollback staging --to 1.0.1 --yes --reason no");
            runs(p, "staging", "1.0.2");
            ran.says("site 1.0.1 was verified in staging before, and was not good").says("--waive \"bad:1.0.1=REASON\"")
        }),
        evil(3, "a version whose verification failed, waived without a reason", |p| {
            three(p);
            p.tm("rollback staging --to 1.0.1 --yes --reason no --waive bad:1.0.1=").says("a waiver needs a reason")
        }),
        good("a version whose verification failed, with a waiver", |p| {
            three(p);
            p.done("rollback staging --to 1.0.1 --yes --reason no --waive 'bad:1.0.1=1.0.2 loses orders'");
            runs(p, "staging", "1.0.1");
            p.done("status --release 1.0.1").says("bad:1.0.1 for staging: waived by").says("1.0.2 loses orders");
            p.tm("journal").says("bad:1.0.1")
        }),
        evil(1, "each environment keeps its reason", |p| {
            p.plan(&format!("[env.staging]\n{}[env.production]\n{}", p.place("staging"), p.place("production")));
            p.runs("staging", "0.9.0").runs("production", "0.9.0").cut();
            for (env, why) in [("staging", "it leaks"), ("production", "carts are empty")] {
                let waiver = if env == "staging" { "" } else { " --waive 'bad:1.0.0=we try it'" };
                p.done(&format!("deploy {env} --yes{waiver}"));
                p.done(&format!("rollback {env} --yes --reason '{why}'"));
            }
            p.tm("status --gate").says("back from staging: it leaks").says("back from production: carts are empty")
        }),
        evil(3, "a version that was rolled back from, deployed again", |p| {
            deployed(p);
            back(p).ends(0);
            p.tm("deploy staging --yes").says("a version that was not rolled back")
        }),
        evil(4, "nothing was ever looked at", |p| {
            staged(p);
            std::fs::remove_file(p.world().join("staging")).unwrap();
            back(p).says("staging cannot be seen")
        }),
    ]
}

/// What a preview says of how a deploy is undone.
fn promises() -> Vec<Case> {
    vec![
        good("a preview promises the rollback that there is", |p| {
            staged(p);
            p.tm("deploy staging --preview").says("undone by: roll back to 0.9.0")
        }),
        evil(3, "a delivery without an undo promises none", |p| {
            with_delivery(p, "echo {version} > {world}/staging", "", "");
            p.done("deploy staging --preview").never_says("undone by: roll back").says("the plan names no `undo`");
            p.done("deploy staging --yes");
            back(p).says("the plan names no `undo` for it")
        }),
        evil(3, "the first delivery promises no rollback", |p| {
            with_delivery(p, "echo {version} > {world}/staging", UNDO, "");
            std::fs::write(p.world().join("staging"), "").unwrap();
            p.done("deploy staging --preview").never_says("undone by: roll back").says("nothing ran in staging before");
            back(p).says("no rollback target: no earlier version was seen to be healthy in staging")
        }),
        evil(3, "a step's undo is not promised where no rollback would run it", |p| {
            let step = "[[env.staging.step]]\ntitle = \"s\"\nat = \"before\"\nrun = [\"true\"]\nundo = [\"true\"]\n";
            with_delivery(p, "echo {version} > {world}/staging", "", step);
            p.done("deploy staging --preview").says("by hand: no rollback would run it");
            back(p).says("the plan names no `undo` for it")
        }),
        evil(3, "a rollback's own undo names the waiver that it needs", |p| {
            deployed(p);
            p.done("rollback staging --preview").says("again, with a waiver: it is marked bad");
            back(p).ends(0);
            p.tm("deploy staging --yes").says("a version that was not rolled back")
        }),
        evil(3, "the registry lost what runs, and the nodes will drop it", |p| {
            rehearsed(p);
            let preview = p.tm("--rehearse rollback-impossible deploy production --preview");
            preview
                .says("after this there is no rollback to 0.9.4: the registry lost it")
                .never_says("roll back to 0.9.4\n")
        }),
        evil(3, "the App Store has no rollback, and none is promised", |p| {
            rehearsed(p);
            let preview = p.tm("--rehearse smooth deploy app-store --preview");
            preview.says("App Store has no rollback").never_says("undone by: roll back")
        }),
        evil(3, "a rollback that does not exist is not offered after a failure", |p| {
            with_delivery(p, "exit 7", "", "");
            p.tm("deploy staging --yes").ends(1).never_says("--preview` shows");
            back(p).says("nothing to roll back")
        }),
    ]
}

/// What cannot be started is neither promised nor begun.
fn not_startable() -> Vec<Case> {
    vec![
        evil(3, "the script of a delivery's undo is gone", |p| {
            scripted(p, "");
            p.done("deploy staging --yes").never_says("cannot be started");
            p.sh("git rm -q undo.sh; git commit -qm 'no undo'");
            let says = "its undo cannot be started: undo.sh is not in the checkout";
            p.done("status").never_says("rollback to 0.9.0 ready").says(says);
            let ran = back(p).says(says);
            runs(p, "staging", "1.0.0");
            ran
        }),
        evil(3, "an undo script behind a shell, without its x bit", |p| {
            p.script("undo.sh", "#!/bin/sh\necho \"$1\" > \"$2\"\n");
            let undo = ", undo = [[\"sh\", \"-c\", \"timeout 9 ./undo.sh {previous} {world}/staging\"]]";
            with_delivery(p, "echo {version} > {world}/staging", undo, "");
            p.done("deploy staging --yes");
            p.sh("chmod -x undo.sh; git commit -qam mode");
            let says = "its undo cannot be started: undo.sh may not be run";
            p.done("status").never_says("rollback to 0.9.0 ready").says(says);
            back(p).says(says)
        }),
        good("the script of a step's undo is gone", |p| {
            p.file("migrate.sh", "exit 0\n");
            let step = "[[env.staging.step]]\ntitle = \"migrate\"\nat = \"before\"\nrun = [\"true\"]\nundo = \
                        [\"sh\", \"migrate.sh\", \"down\"]\n";
            scripted(p, step);
            p.done("deploy staging --yes");
            p.sh("git rm -q migrate.sh; git commit -qm 'no undo'");
            let says = "migrate of 1.0.0 stays done: its undo cannot be started: migrate.sh is not in the checkout";
            p.done("status").says(&format!("ready, but {says}"));
            p.done("rollback staging --preview").says(says).never_says("Undo: migrate");
            let ran = back(p).says(says);
            runs(p, "staging", "0.9.0");
            ran
        }),
        evil(3, "the script that delivers is not in the commit, and a migration comes before it", |p| {
            p.script("put.sh", "#!/bin/sh\necho \"$1\" > \"$2\"\n");
            let step = "[[env.staging.step]]\ntitle = \"migrate\"\nat = \"before\"\nrun = [\"sh\", \"-c\", \"echo \
                        {version} > {world}/db\"]\nundo = [\"true\"]\n";
            with_delivery(p, "./put.sh {version} {world}/staging", UNDO, step);
            p.done("deploy staging --preview").says("undone by: roll back to 0.9.0");
            p.sh("git rm -q put.sh; git commit -qm 'no put'");
            let says =
                "the delivery of site cannot be started: put.sh is not in the checkout; put it right on release/1.0.0";
            p.tm("deploy staging --preview").ends(3).says(says);
            let ran = p.tm("deploy staging --yes").says(says);
            assert!(!p.world().join("db").exists(), "the migration ran");
            ran
        }),
        evil(3, "a step's secret is not set", |p| {
            let step = "[[env.staging.step]]\ntitle = \"migrate\"\nat = \"before\"\nrun = [\"true\"]\nundo = [\"true\"]\nenv \
                        = { TOKEN = { env = \"NOBODY_SETS_THIS\" } }\n";
            with_delivery(p, "echo {version} > {world}/staging", UNDO, step);
            p.tm("deploy staging --yes")
                .says("the step \"migrate\" cannot be started: the variable NOBODY_SETS_THIS has no value; set it where tminus runs")
        }),
        evil(3, "the script of a check that verifies is not in the commit", |p| {
            p.script("up.sh", "#!/bin/sh\n");
            let check = "[check.up]\nphase = \"post-deploy\"\ntitle = \"Up\"\nrun = [\"./up.sh\"]\ntimeout = \"9s\"\n";
            p.plan(&format!("[env.staging]\nverify = [\"up\"]\n{}{check}", p.place("staging")));
            p.runs("staging", "0.9.0").cut();
            p.sh("git rm -q up.sh; git commit -qm 'no check'");
            p.tm("deploy staging --yes").says("the check up cannot be started: up.sh is not in the checkout")
        }),
        good("a script of the checkout named by its absolute path", |p| {
            p.script("put.sh", "#!/bin/sh\necho \"$1\" > \"$2\"\n");
            let script = p.dir().join("put.sh");
            with_delivery(p, &format!("{} {{version}} {{world}}/staging", script.display()), UNDO, "");
            p.tm("deploy staging --yes")
        }),
        good("a tool that an earlier command makes, and that git ignores", |p| {
            p.file(".gitignore", "bin/\n")
                .script("make.sh", "#!/bin/sh\nmkdir -p bin; cp put.sh bin/put; chmod +x bin/put\n");
            p.file("put.sh", "#!/bin/sh\necho \"$1\" > \"$2\"\n");
            with_delivery(p, "./make.sh; bin/put {version} {world}/staging", UNDO, "");
            p.tm("deploy staging --yes")
        }),
    ]
}

/// The plan of the rehearsal, under its own names.
fn rehearsed(p: &Project) {
    p.file("tminus.toml", include_str!("../../assets/plans/rehearsal.toml")).commit();
    p.done("--rehearse smooth trust --yes");
}

/// What is true after a deploy that did not end well.
fn after_failures() -> Vec<Case> {
    vec![
        evil(3, "a deploy that brought nothing is no reason to leave a good version", |p| {
            with_delivery(p, "exit 7", UNDO, "");
            p.tm("deploy staging --yes").ends(1);
            let ran = back(p);
            runs(p, "staging", "0.9.0");
            ran.says("staging runs 0.9.0 as before deploy-staging-").says("nothing to roll back")
        }),
        good("a deploy that broke half-way is gone back from", |p| {
            with_delivery(p, "echo {version} > {world}/staging; exit 7", UNDO, "");
            p.tm("deploy staging --yes").ends(1).says("the rollback to 0.9.0");
            let ran = back(p);
            runs(p, "staging", "0.9.0");
            ran
        }),
        evil(1, "a rollback whose own command fails is not done", |p| {
            with_delivery(p, "echo {version} > {world}/staging", ", undo = [[\"false\"]]", "");
            p.done("deploy staging --yes");
            back(p).says("false ended with exit 1")
        }),
        evil(1, "a rollback that changes nothing is not done", |p| {
            with_delivery(p, "echo {version} > {world}/staging", ", undo = [[\"true\"]]", "");
            p.done("deploy staging --yes");
            back(p).says("the order says that it is done, and 1.0.0 runs there")
        }),
    ]
}

/// Several artifacts in one environment never lend each other anything.
fn two_artifacts() -> Vec<Case> {
    vec![
        good("each artifact goes back to its own version", |p| {
            pair(p);
            let ran = back(p);
            runs(p, "api", "2024.1");
            runs(p, "ui", "7.7");
            ran
        }),
        good("a rollback to a version of one says that the other stays", |p| {
            pair(p);
            p.tm("rollback staging --to 7.7 --preview").says("api stays at 1.0.0")
        }),
        good("a row names each artifact with its version", |p| {
            pair(p);
            p.done("status").says("back to api 2024.1, ui 7.7");
            p.tm("rollback staging --preview")
        }),
        evil(3, "a version of no artifact", |p| {
            pair(p);
            p.tm("rollback staging --to 9.9 --yes --reason slow")
                .says("9.9 was never seen to be healthy in staging; 2024.1 and 7.7 were")
        }),
    ]
}

/// A migration with an undo stands before the delivery; each leaves a line in the log.
fn migrated(p: &Project) {
    let log = |word: &str| {
        format!("[\"sh\", \"-c\", \"test ! -e {{world}}/no-{word} && echo {word} {{version}} >> {{world}}/log\"]")
    };
    let step =
        format!("[[env.staging.step]]\ntitle = \"m\"\nat = \"before\"\nrun = {}\nundo = {}\n", log("up"), log("down"));
    with_delivery(p, "echo {version} > {world}/staging", UNDO, &step);
    p.done("deploy staging --yes");
    next(p, "1.0.1");
}

fn next(p: &Project, version: &str) {
    p.sh(&format!("git switch -q main; git commit -q --allow-empty -m {version}"));
    p.done(&format!("release cut {version}"));
    p.done(&format!("deploy staging --yes --release {version}"));
}

/// What a rollback leaves as it is, and what it undoes.
fn leaving() -> Vec<Case> {
    let log = |p: &Project| std::fs::read_to_string(p.world().join("log")).unwrap();
    vec![
        evil(3, "what was put back by hand is not taken forward", |p| {
            deployed(p);
            p.runs("staging", "0.9.0");
            let ran = back(p);
            runs(p, "staging", "0.9.0");
            ran.says("staging runs 0.9.0 as before deploy-staging-").says("nothing to roll back")
        }),
        good("what of two was put back by hand stays there", |p| {
            pair(p);
            p.runs("ui", "7.7");
            let ran = back(p);
            runs(p, "api", "2024.1");
            runs(p, "ui", "7.7");
            ran
        }),
        evil(3, "a version that was seen for a moment", |p| {
            staged(p);
            for version in ["0.9.0", "6.6.6", "0.9.0"] {
                p.runs("staging", version).done("status");
            }
            let ran = back(p);
            runs(p, "staging", "0.9.0");
            ran.says("no rollback target")
        }),
        good("past two deploys the steps of both are undone", move |p| {
            migrated(p);
            let ran = p.tm("rollback staging --to 0.9.0 --yes --reason slow");
            assert_eq!(log(p), "up 1.0.0\nup 1.0.1\ndown 1.0.1\ndown 1.0.0\n");
            ran
        }),
        good("an undo that failed is done by the next rollback", move |p| {
            migrated(p);
            std::fs::write(p.world().join("no-down"), "").unwrap();
            p.tm("rollback staging --yes --reason slow").ends(1);
            std::fs::remove_file(p.world().join("no-down")).unwrap();
            let ran = p.tm("rollback staging --yes --reason slow");
            runs(p, "staging", "1.0.0");
            assert_eq!(log(p), "up 1.0.0\nup 1.0.1\ndown 1.0.1\n");
            ran
        }),
    ]
}

/// What people decide about a rollback.
fn decisions() -> Vec<Case> {
    vec![
        good("a-step-knows-the-version-by-its-env", |p| {
            let step = "[[env.staging.step]]\ntitle = \"warm\"\nat = \"after\"\nrun = [\"sh\", \"-c\", \"test $V = \
                        x1.0.0-staging\"]\nenv = { V = \"x{version}-{env}\" }\nundo = [\"true\"]\n";
            with_delivery(p, "echo {version} > {world}/staging", UNDO, step);
            p.tm("deploy staging --yes")
        }),
        evil(3, "a protected environment without its name", |p| {
            protected(p);
            p.done("deploy staging --yes --confirm staging");
            back(p).says("staging is protected: its name must be typed")
        }),
        good("a protected environment with its name", |p| {
            protected(p);
            p.done("deploy staging --yes --confirm staging");
            p.tm("rollback staging --yes --confirm staging --reason slow")
        }),
        evil(3, "nothing of another journal to adopt", |p| {
            deployed(p);
            p.tm("settle staging --adopt \"I looked\"").says("it carries no action that this journal does not know")
        }),
        evil(3, "adopting an action that nothing carries, by a waiver", |p| {
            staged(p);
            p.tm("deploy staging --yes --waive adopt:deploy-staging-1-abcd=x").ends(2);
            back(p).says("no rollback target: no earlier version was seen to be healthy in staging")
        }),
        refused("two answers at once", |p| {
            deployed(p);
            p.tm("settle staging --adopt x --leave").says("cannot be used with '--leave'")
        }),
        good("how long a look may take is the plan's to say", |p| {
            p.plan(&format!("[limits]\nlook = \"40s\"\n[env.staging]\n{}", p.place("staging")))
                .runs("staging", "0.9.0");
            p.cut().tm("deploy staging --yes")
        }),
        refused("a time that is none", |p| {
            p.plan(&format!("[limits]\nlook = \"soon\"\n[env.staging]\n{}", p.place("staging"))).commit();
            p.tm("lint").says("`soon` is not a duration")
        }),
    ]
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
