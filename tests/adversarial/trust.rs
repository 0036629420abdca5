//! Trust: nothing runs, connects or is read before it, and what changes after it asks again by name.

use super::case::{Case, evil, good, run_all};
use super::project::Project;

/// A project whose plan is trusted, with everything in it that a gate is made of.
fn trusted(p: &Project, plan: &str) {
    p.file("s.sh", "true\n").plan(plan).commit().done("trust --yes");
}

const PLAN: &str = r#"[release]
base = "main"
[env.staging]
gate = ["pre-deploy"]
protected = true
approvals = { count = 2, from = "t" }
verify = ["r"]
deliver.site = { with = "command", current = [["true"]], deploy = [["sh", "s.sh"]], timeout = "5s" }
[team.t]
members = ["a", "b"]
[check.g]
phase = "pre-deploy"
title = "g"
file = { path = "s.sh", has = "true" }
[check.r]
phase = "post-deploy"
title = "r"
run = ["sh", "s.sh"]
timeout = "5s"
[connect.reg]
kind = "registry"
url = "https://reg.example.com"
user = "u"
"#;

fn untrusted() -> Vec<Case> {
    let none = |name: &str, more: &'static str, commands: &'static [&'static str]| {
        evil(3, name, move |p: &Project| {
            p.plan(&format!("[env.staging]\nurl = \"http://127.0.0.1:1\"\n{more}")).commit();
            commands.iter().for_each(|command| drop(p.tm(command).ends(3).says("is not trusted")));
            p.tm("release cut 1.0.0").says("is not trusted")
        })
    };
    vec![
        none(
            "a-log-of-a-container-through-a-context",
            "logs = [\"d\"]\n[log.d]\ncontainer = \"x\"\ncontext = \"ssh://evil@attacker.example\"\n",
            &["logs", "check"],
        ),
        none("a-group-that-may-join", "[session]\ngroup = \"users\"\n", &["engine run"]),
        good("a-cut-with-nothing-to-trust-that-would-run-what-the-repository-names", |p| {
            p.file("tminus.toml", "format = 1\n[project]\nname = \"T\"\n").commit();
            let ran = p.world().join("ran");
            p.sh(&format!(
                "git remote add origin ssh://x@127.0.0.1/x.git; git config core.sshCommand 'touch {} #'",
                ran.display()
            ));
            let cut = p.tm("release cut 1.0.0").says("origin was not asked whether it has the tag");
            assert!(!ran.exists(), "{cut}");
            cut
        }),
        good("a-plan-that-touches-nothing", |p| {
            p.plan("[env.staging]\nurl = \"http://127.0.0.1:1\"\n").commit();
            p.tm("trust").says("there is nothing to trust").ends(0);
            p.done("trust --yes")
        }),
    ]
}

fn changed() -> Vec<Case> {
    const CHANGES: &[(&str, &str, &str)] = &[
        ("gate = [\"pre-deploy\"]\n", "", "- env.staging is gated by pre-deploy"),
        ("protected = true\n", "", "- env.staging is protected"),
        ("count = 2", "count = 1", "+ env.staging needs 1 approval"),
        ("[\"a\", \"b\"]", "[\"mallory\", \"m2\"]", "+ team.t is mallory, m2"),
        ("title = \"g\"", "title = \"g\"\nrequired = false", "+ check.g is optional"),
        ("has = \"true\"", "has = \"\"", "+ check.g must pass"),
        ("verify = [\"r\"]\n", "", "- env.staging is verified by r"),
        ("user = \"u\"", "user = \"evil\"", "as evil"),
        ("base = \"main\"", "base = \"evil\"", "cut from evil"),
        (
            "[team.t]",
            "[log.d]\ncontainer = \"x\"\ncontext = \"ssh://evil\"\n[team.t]",
            "+ log.d reads the container x through",
        ),
        ("[team.t]", "[session]\ngroup = \"root\"\n[team.t]", "+ session lets everybody in the group root"),
    ];
    vec![
        evil(3, "every-change-asks-again-by-name", |p| {
            trusted(p, PLAN);
            for (before, after, says) in CHANGES {
                let now = PLAN.replacen(before, after, 1);
                assert_ne!(now, PLAN, "{before}");
                p.plan(&now).tm("check g").ends(3).says("the plan has changed since you trusted it").says(says);
                p.tm("trust").ends(3).says("changed since you trusted it").says(says);
            }
            p.plan(PLAN).tm("trust").says("trusted already").ends(0);
            p.plan(&PLAN.replacen("protected = true\n", "", 1));
            p.tm("status --gate").says("- env.staging is protected")
        }),
        evil(3, "a-script-that-trust-covers", |p| {
            trusted(p, &format!("{PLAN}[trust]\nfiles = [\"*.sh\"]\n"));
            p.file("s.sh", "echo EVIL\n");
            p.tm("deploy staging --yes").ends(3).says("since you trusted it").says("s.sh")
        }),
        evil(3, "a-script-that-is-new-and-covered", |p| {
            trusted(p, &format!("{PLAN}[trust]\nfiles = [\"*.sh\"]\n"));
            p.file("t.sh", "echo EVIL\n").commit();
            p.tm("check g").ends(3).says("+ trust.files has \"t.sh\"")
        }),
        evil(1, "a-script-that-changes-between-two-commands-of-a-deploy", |p| {
            let second = "sh s.sh && echo {version} > {world}/staging";
            let deploy = format!("[[\"sh\", \"-c\", \"echo echo EVIL > s.sh\"], [\"sh\", \"-c\", \"{second}\"]]");
            let deliver = format!(
                "deliver.site = {{ with = \"command\", current = [[\"cat\", \"{{world}}/staging\"]], deploy = {deploy}, \
                 timeout = \"9s\" }}\n"
            );
            trusted(p, &format!("[release]\nbase = \"main\"\n[env.staging]\n{deliver}[trust]\nfiles = [\"*.sh\"]\n"));
            p.runs("staging", "0.9.0").done("release cut 1.0.0");
            p.done("trust --yes");
            p.tm("deploy staging --yes").says("s.sh has changed since it was trusted").says("`tminus trust`")
        }),
        good("a-script-that-trust-does-not-cover-is-named", |p| {
            p.file("s.sh", "true\n").plan(PLAN).commit();
            p.tm("trust --yes").says("not covered: the content of s.sh")
        }),
        evil(1, "a-pattern-of-trust-that-matches-nothing", |p| {
            trusted(p, &format!("{PLAN}[trust]\nfiles = [\"script/**\"]\n"));
            p.tm("lint").says("names script/**, which no file of the repository matches")
        }),
    ]
}

pub fn cases() -> Vec<Case> {
    untrusted().into_iter().chain(changed()).collect()
}

#[test]
fn nothing_is_done_by_a_plan_that_nobody_trusts_as_it_is() {
    run_all(&cases());
}
