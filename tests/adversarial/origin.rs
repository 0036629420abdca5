//! What somebody else brought, what a rollback left half done, and a branch that is gone: nothing green that was not measured.

use super::case::{Case, evil, good, run_all};
use super::project::{Project, Ran};

const UNKNOWN: &str =
    "tminus did not deliver it, so its commit is unknown; adopt it with `tminus settle dev --adopt REASON`";

pub fn cases() -> Vec<Case> {
    [strangers(), halves(), branches()].into_iter().flatten().collect()
}

/// `dev`, and `prod` behind it, each verified by what runs there; 0.9.0 runs in both, and 1.0.0 is cut.
fn behind(p: &Project) {
    let up = |env: &str| {
        format!(
            "[check.up-{env}]\nphase = \"post-deploy\"\ntitle = \"up\"\nrun = [\"grep\", \"-q\", \"{{version}}\", \
             \"{{world}}/{env}\"]\ntimeout = \"5s\"\n"
        )
    };
    let base = "[check.base]\nphase = \"pre-deploy\"\ntitle = \"base\"\nrun = [\"test\", \"-e\", \"tminus.toml\"]\n\
                timeout = \"5s\"\n";
    p.plan(&format!(
        "[env.dev]\nverify = [\"up-dev\"]\n{}[env.prod]\ngate = [\"pre-deploy\"]\nverify = [\"up-prod\"]\nafter = [{{ env \
         = \"dev\" }}]\n{}{}{}{base}",
        p.place("dev"),
        p.place("prod"),
        up("dev"),
        up("prod"),
    ));
    p.runs("dev", "0.9.0").runs("prod", "0.9.0").cut();
    p.done("status");
}

fn by_hand(p: &Project) {
    behind(p);
    p.runs("dev", "1.0.0");
}

/// Two artifacts, with a step after each deploy whose undo names what was there before; `web` fails while a file says so.
fn pair(p: &Project, web: &str) {
    let place = |name: &str| p.place(name).replace("deliver.site", &format!("deliver.{name}"));
    let fails = |line: String| {
        line.replace("echo {version}", "test ! -e {world}/fails-there && echo {version}")
            .replace("echo {previous}", "test ! -e {world}/fails-back && echo {previous}")
    };
    p.plan(&format!(
        "[artifact.app]\nimage = \"registry.example.com/app:{{version}}\"\n[artifact.web]\nimage = \
         \"registry.example.com/web:{{version}}\"\n[env.dev]\n{}{}[[env.dev.step]]\nat = \"after\"\ntitle = \
         \"announce\"\nrun = [\"sh\", \"-c\", \"echo {{version}} > {{world}}/ann\"]\nundo = [\"sh\", \"-c\", \"echo \
         {{previous}} > {{world}}/ann\"]\n",
        place("app"),
        fails(place("web")),
    ));
    p.runs("app", "0.9.0").runs("web", web).cut();
}

fn there(p: &Project, name: &str) {
    std::fs::write(p.world().join(name), "").unwrap();
}

#[track_caller]
fn ran(p: &Project, place: &str, what: &str) {
    assert_eq!(std::fs::read_to_string(p.world().join(place)).unwrap().trim(), what, "{place}");
}

/// The deploy comes to its end at the second try, and its rollback fails at `web`.
fn half_back(p: &Project, web: &str) {
    pair(p, web);
    for name in ["fails-there", "fails-back"] {
        there(p, name);
    }
    p.tm("deploy dev --yes").ends(1);
    std::fs::remove_file(p.world().join("fails-there")).unwrap();
    p.done("deploy dev --yes");
    p.tm("rollback dev --yes --reason x").ends(1);
    std::fs::remove_file(p.world().join("fails-back")).unwrap();
    p.done("status").says(&format!("rollback to {web} ready"));
    p.done("rollback dev --preview").says("Undo: announce");
}

fn is_back(p: &Project, web: &str, last: Ran) -> Ran {
    for (place, what) in [("app", "0.9.0"), ("web", web), ("ann", "0.9.0")] {
        ran(p, place, what);
    }
    last
}

fn gone(p: &Project) {
    behind(p);
    p.sh("git switch -q main; git branch -qD release/1.0.0");
}

fn strangers() -> Vec<Case> {
    vec![
        evil(4, "what somebody else brought is measured and not called good", |p| {
            by_hand(p);
            p.tm("verify dev").says(UNKNOWN)
        }),
        evil(1, "what somebody else brought and that is ill is not good", |p| {
            behind(p);
            p.sh("sed -i 's/grep/false/' tminus.toml; git commit -qam x");
            p.done("trust --yes");
            p.runs("dev", "1.0.0");
            p.tm("verify dev").says("not good")
        }),
        evil(4, "what somebody else brought is no go", |p| {
            by_hand(p);
            p.tm("verify dev").ends(4);
            p.done("check");
            p.tm("status --gate").says(UNKNOWN)
        }),
        evil(3, "what somebody else brought opens nothing behind it", |p| {
            by_hand(p);
            p.tm("verify dev").ends(4);
            p.file("app.txt", "another commit").commit();
            p.done("check");
            p.tm("deploy prod --yes").says(UNKNOWN)
        }),
        good("what was adopted is verified and opens the gate behind it", |p| {
            by_hand(p);
            p.tm("settle dev --adopt '' --yes").ends(3);
            p.tm("settle dev --adopt 'I put it there'").ends(3).says("`--yes` adopts it");
            p.done("settle dev --adopt 'I put it there' --yes").says("site 1.0.0 runs in dev: adopted");
            p.done("verify dev");
            p.done("deploy prod --preview --json").says("site was adopted by").says("I put it there");
            p.tm("deploy prod --yes")
        }),
        evil(3, "what was adopted is of the commit of that moment", |p| {
            by_hand(p);
            p.done("settle dev --adopt 'I put it there' --yes");
            p.done("verify dev");
            p.file("app.txt", "another commit").commit();
            p.tm("deploy prod --yes").says("the release is at")
        }),
        good("a deploy makes it tminus's own", |p| {
            by_hand(p);
            p.done("deploy dev --yes");
            p.done("verify dev");
            p.tm("deploy prod --yes")
        }),
        good("a waiver of the gate behind it still goes on without it", |p| {
            by_hand(p);
            p.tm("deploy prod --yes --waive after:dev=hotfix")
        }),
    ]
}

fn halves() -> Vec<Case> {
    let mut all = Vec::new();
    for web in ["0.8.0", "0.9.0"] {
        all.push(good(format!("a rollback that failed half-way is finished, web at {web}"), move |p| {
            half_back(p, web);
            let last = p.tm("rollback dev --yes --reason x");
            is_back(p, web, last)
        }));
        all.push(good(format!("a rollback that failed half-way is finished by name, web at {web}"), move |p| {
            half_back(p, web);
            let last = p.tm(&format!("rollback dev --to {web} --yes --reason x"));
            is_back(p, web, last)
        }));
    }
    all.push(evil(3, "a version that only one of two ever ran", |p| {
        half_back(p, "0.8.0");
        p.tm("rollback dev --to 0.9.0 --yes --reason x").says("app runs 0.9.0 in dev already")
    }));
    all.push(evil(3, "one of two without an undo blocks the rollback and the preview said so", |p| {
        pair(p, "0.9.0");
        p.sh("sed -i 's/undo = ..\"sh\", \"-c\", \"test[^]]*]], //' tminus.toml; git commit -qam x");
        p.done("trust --yes");
        p.done("deploy dev --preview")
            .says("no rollback to 0.9.0: web: the plan names no `undo`")
            .never_says("undone by: roll");
        p.done("deploy dev --yes");
        p.tm("rollback dev --yes --reason x").says("the plan names no `undo`")
    }));
    all
}

fn branches() -> Vec<Case> {
    vec![
        good("a script that ends right after its yes is followed to the end", |p| {
            behind(p);
            p.done("deploy dev --yes");
            let ran = p.typed("roll back dev\nslow\nyes\n");
            assert_eq!(std::fs::read_to_string(p.world().join("dev")).unwrap().trim(), "0.9.0", "{ran}");
            ran
        }),
        evil(1, "a script whose action failed after its last line", |p| {
            behind(p);
            p.sh("sed -i 's/echo {version}/false \\&\\& echo {version}/' tminus.toml; git commit -qam x");
            p.done("trust --yes");
            p.typed("deploy dev\nyes\n").says("has begun")
        }),
        evil(4, "a check of a release whose branch is gone", |p| {
            gone(p);
            p.tm("check").says("the branch release/1.0.0 is gone").says("pass")
        }),
        evil(3, "a tag of a release whose branch is gone", |p| {
            gone(p);
            p.tm("release tag --yes").says("the branch release/1.0.0 is gone")
        }),
        evil(3, "the preview of a tag of a release whose branch is gone", |p| {
            gone(p);
            p.tm("release tag --preview").says("the branch release/1.0.0 is gone")
        }),
        evil(3, "the preview of a deploy whose required check has failed", |p| {
            behind(p);
            p.sh("sed -i 's/\"-e\", \"tminus.toml\"/\"-e\", \"nope\"/' tminus.toml; git commit -qam x");
            p.done("trust --yes");
            p.tm("check base").ends(1);
            p.tm("deploy prod --preview --waive after:dev=x").says("✗ base  fail")
        }),
        good("the preview of a deploy whose checks are still to run", |p| {
            behind(p);
            p.done("deploy dev --yes");
            p.done("verify dev");
            p.tm("deploy prod --preview")
        }),
    ]
}

#[test]
fn what_nobody_delivered_and_what_was_left_half_done() {
    run_all(&cases());
}
