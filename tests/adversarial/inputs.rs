//! What a check or an action runs is part of the commit, or its verdict ends when that changes; what moved meanwhile is no
//! measurement.

use super::case::{Case, evil, good, run_all};
use super::project::{Project, Ran};

pub fn cases() -> Vec<Case> {
    [ignored_inputs(), ignored_scripts_of_actions(), moved_meanwhile(), ignore_rules(), plans(), deliveries()]
        .into_iter()
        .flatten()
        .collect()
}

/// A release with one gated check, and whatever the ignore file names.
fn gated<'p>(p: &'p Project, ignore: &str, check: &str) -> &'p Project {
    p.file(".gitignore", ignore);
    let place = p.place("staging");
    p.runs("staging", "0.9.0").plan(&format!(
        "[env.staging]\n{place}gate = [\"pre-deploy\"]\n[check.it]\nphase = \"pre-deploy\"\ntitle = \"It\"\ntimeout = \"9s\"\n{check}\n"
    ));
    p.cut()
}

/// A command that passes and names a file that git ignores, which is then another one: what the gate and a deploy say.
fn changed(p: &Project, run: &str, file: &str) -> Ran {
    p.script(file, "#!/bin/sh\ntrue\n");
    let named = p.dir().join(file);
    gated(p, "local*\n", &format!("run = {}", run.replace("{top}", p.dir().to_str().unwrap())));
    p.done("check it").says("which git ignores");
    std::fs::write(named, "#!/bin/sh\nfalse\n").unwrap();
    p.tm("status --gate").says(&format!("{file}, which git ignores, changed since it ran"))
}

/// A check whose command reads so many files that git ignores: what it says.
fn many(p: &Project, count: usize) -> Ran {
    let files: Vec<String> = (1..=count).map(|at| format!("local/{at:02}")).collect();
    for file in &files {
        p.file(file, "x\n");
    }
    gated(p, "local/\n", &format!("run = [\"cat\", \"{}\"]", files.join("\", \""))).tm("check it")
}

fn ignored_inputs() -> Vec<Case> {
    const NAMED: &[(&str, &str)] = &[
        ("a-script-of-a-shell", r#"["sh", "local/x.sh"]"#),
        ("a-program-by-its-path", r#"["./local/x.sh"]"#),
        ("a-script-in-a-script", r#"["sh", "-c", "cd local && ./x.sh"]"#),
        ("a-script-that-is-read", r#"["sh", "-c", ". ./local/x.sh"]"#),
        ("behind-env", r#"["env", "A=1", "sh", "local/x.sh"]"#),
        ("by-its-whole-path", r#"["sh", "{top}/local/x.sh"]"#),
        ("an-option", r#"["sh", "-c", "true", "--config=local/x.sh"]"#),
        ("another-language", r#"["awk", "-f", "local/x.sh", "/dev/null"]"#),
    ];
    let mut cases: Vec<Case> =
        NAMED.iter().map(|(name, run)| evil(4, format!("ignored-{name}"), |p| changed(p, run, "local/x.sh"))).collect();
    cases.extend([
        evil(3, "ignored-script-and-a-deploy", |p| {
            changed(p, r#"["sh", "local/x.sh"]"#, "local/x.sh");
            p.tm("deploy staging --yes").ends(3).says("It — fail: exit 1 (rests on local/x.sh, which git ignores)")
        }),
        evil(4, "ignored-link-to-a-script-that-git-tracks", |p| {
            p.script("a.sh", "true\n").script("b.sh", "false\n").sh("ln -s a.sh local.sh");
            gated(p, "local*\n", r#"run = ["sh", "local.sh"]"#);
            p.done("check it");
            p.sh("ln -sf b.sh local.sh").tm("status --gate").says("which git ignores, changed since it ran")
        }),
        evil(4, "ignored-script-behind-a-link-that-git-tracks", |p| {
            p.script("local/x.sh", "true\n").sh("ln -s local/x.sh x.sh");
            gated(p, "local*\n", r#"run = ["sh", "x.sh"]"#);
            p.done("check it");
            p.script("local/x.sh", "false\n").tm("status --gate").says("which git ignores, changed since it ran")
        }),
        evil(4, "script-outside-the-repository", |p| {
            let script = outside(p, "true");
            gated(p, "local*\n", &format!("run = [\"sh\", \"{script}\"]"));
            p.done("check it");
            p.done("status --gate");
            outside(p, "false");
            p.tm("status --gate").says("which lies outside the repository, changed since it ran")
        }),
        evil(4, "script-outside-behind-a-link-that-git-tracks", |p| {
            let script = outside(p, "true");
            p.sh(&format!("ln -s {script} x.sh"));
            gated(p, "local*\n", r#"run = ["sh", "x.sh"]"#);
            p.done("check it");
            outside(p, "false");
            p.tm("status --gate").says("./x.sh, which lies outside the repository, changed since it ran")
        }),
        evil(4, "fifo-behind-a-link-that-git-tracks", |p| {
            p.sh(&format!("mkdir -p {0}; mkfifo {0}/pipe; ln -s {0}/pipe x.sh", p.world().display()));
            gated(p, "local*\n", r#"run = ["sh", "x.sh"]"#);
            p.tm("check it").says("./x.sh, which is a FIFO and is not read")
        }),
        evil(4, "ignored-script-that-a-variable-names", |p| {
            p.script("local/x.sh", "true\n");
            gated(p, "local*\n", "run = [\"sh\", \"-c\", '. $SCRIPT']\nenv = { SCRIPT = \"./local/x.sh\" }");
            p.done("check it");
            p.script("local/x.sh", "false\n").tm("status --gate").says("which git ignores, changed since it ran")
        }),
        evil(4, "ignored-script-that-is-gone", |p| {
            p.script("local/x.sh", "true\n");
            gated(p, "local*\n", r#"run = ["sh", "local/x.sh"]"#);
            p.done("check it");
            p.sh("rm local/x.sh").tm("status --gate").says("which git ignores, changed since it ran")
        }),
        evil(4, "ignored-script-that-rewrites-itself", |p| {
            p.script("local.sh", "echo true >> local.sh\n");
            gated(p, "local*\n", r#"run = ["sh", "local.sh"]"#);
            p.tm("check it").says("changed while it ran")
        }),
        evil(4, "ignored-files-that-are-too-many-to-rest-on", |p| many(p, 65).says("names 65 files that git ignores")),
        good("ignored-files-as-many-as-a-verdict-rests-on", |p| many(p, 64).says("which git ignores")),
        evil(4, "ignored-file-that-is-the-last-of-many", |p| {
            many(p, 64);
            p.file("local/64", "other\n").tm("status --gate").says("local/64, which git ignores, changed since it ran")
        }),
        evil(4, "ignored-folder-to-run-in", |p| {
            p.script("local/x.sh", "true\n");
            gated(p, "local*\n", "run = [\"sh\", \"x.sh\"]\ndir = \"local\"");
            p.tm("check it").says("local is not in the commit")
        }),
        good("ignored-script-as-it-was", |p| {
            p.script("local/x.sh", "true\n");
            gated(p, "local*\n", r#"run = ["sh", "local/x.sh"]"#);
            p.done("check it");
            p.tm("status --gate")
        }),
        good("ignored-tool-of-an-environment", |p| {
            p.script(".venv/bin/pytest", "#!/bin/sh\ntrue\n");
            gated(p, ".venv/\n", r#"run = [".venv/bin/pytest"]"#).tm("check it")
        }),
        good("ignored-report-that-it-writes-anew", |p| {
            p.file("out/report.txt", "old\n");
            gated(p, "out/\n", r#"run = ["sh", "-c", "date +%N > out/report.txt"]"#);
            p.done("check it");
            p.done("check it");
            p.file("out/report.txt", "of another check\n").tm("status --gate")
        }),
        good("a-script-that-git-tracks", |p| {
            p.script("scripts/x.sh", "true\n");
            gated(p, "", r#"run = ["sh", "scripts/x.sh"]"#);
            p.tm("check it").never_says("which git ignores")
        }),
    ]);
    cases
}

/// Deploys with a script, which an ignore file may name.
fn delivered(p: &Project, ignore: &str, (file, run): (&str, &str)) -> Ran {
    let at = p.world().join("staging");
    let at = at.display();
    p.script(file, &format!("#!/bin/sh\necho $1 > {at}\n")).file(".gitignore", ignore).runs("staging", "0.9.0");
    p.plan(&format!(
        "[env.staging]\ndeliver.site = {{ with = \"command\", current = [[\"cat\", \"{at}\"]], deploy = [[{run}, \"{{version}}\"]], \
         undo = [[{run}, \"{{previous}}\"]], timeout = \"9s\" }}\n"
    ));
    p.cut().tm("deploy staging --yes")
}

fn ignored_scripts_of_actions() -> Vec<Case> {
    vec![
        evil(3, "deploy-by-a-script-that-git-ignores", |p| {
            delivered(p, "local*\n", ("local/d.sh", "\"sh\", \"local/d.sh\""))
                .ends(3)
                .says("local/d.sh, which git ignores")
        }),
        evil(3, "deploy-by-a-program-that-git-ignores", |p| {
            delivered(p, "d\n", ("d", "\"./d\"")).ends(3).says("d, which git ignores")
        }),
        evil(3, "a-step-by-a-script-that-git-ignores", |p| {
            let place = p.place("staging");
            p.script("local.sh", "true\n").file(".gitignore", "local*\n").runs("staging", "0.9.0");
            p.plan(&format!(
                "[env.staging]\n{place}[[env.staging.step]]\nat = \"before\"\ntitle = \"S\"\nrun = [\"sh\", \"local.sh\"]\nirreversible = \"no\"\n"
            ));
            p.cut().tm("deploy staging --yes").ends(3).says("local.sh, which git ignores")
        }),
        good("deploy-by-a-script-that-git-tracks", |p| delivered(p, "local*\n", ("d.sh", "\"sh\", \"d.sh\""))),
        good("deploy-by-a-tool-that-is-installed", |p| {
            p.file(".venv/pyvenv.cfg", "");
            delivered(p, ".venv\n", (".venv/bin/d", "\".venv/bin/d\""))
        }),
    ]
}

fn moved_meanwhile() -> Vec<Case> {
    let run = |p: &Project, script: &str| {
        p.file("data.txt", "good\n").file("other.txt", "x\n");
        gated(p, "", &format!("run = [\"sh\", \"-c\", '''{script}''']")).tm("check it")
    };
    vec![
        evil(4, "changed-and-restored", move |p| {
            run(p, "cp -p data.txt /tmp/$$; echo bad > data.txt; cp -p /tmp/$$ data.txt; rm /tmp/$$")
                .says("data.txt was written")
        }),
        evil(4, "replaced-and-put-back", move |p| {
            run(p, "mv data.txt .git/kept; echo bad > data.txt; mv .git/kept data.txt").says("data.txt was written")
        }),
        evil(4, "changed-by-git-and-back", move |p| {
            run(p, "echo bad > data.txt; git checkout -q data.txt").says("data.txt was written")
        }),
        good("only-read", move |p| run(p, "grep -q good data.txt")),
        good("written-in-a-checkout-of-its-own", |p| {
            p.file("data.txt", "good\n");
            let run = "run = [\"sh\", \"-c\", 'echo bad > data.txt; git checkout -q data.txt']\nin = \"worktree\"";
            gated(p, "", run).tm("check it")
        }),
    ]
}

fn ignore_rules() -> Vec<Case> {
    let ignored =
        |p: &Project, rules: &str, paths: &str| gated(p, rules, &format!("ignored = [{paths}]")).tm("check it");
    vec![
        good("folder-rule-of-a-folder-that-is-not-here", move |p| {
            ignored(p, "node_modules/\n", "\"node_modules\"")
                .says("as a folder it is ignored by the rule `node_modules/`")
        }),
        good("folder-rule-with-a-slash", move |p| ignored(p, "node_modules/\n", "\"node_modules/\"")),
        good("folder-rule-of-what-lies-in-it", move |p| ignored(p, "/secrets/\n", "\"secrets/key.pem\"")),
        good("folder-rule-of-a-hidden-folder", move |p| ignored(p, ".venv/\n", "\".venv\"")),
        good("folder-rule-deep-down", move |p| ignored(p, "**/dist/\n", "\"web/dist\"")),
        evil(1, "folder-rule-of-an-environment-file", move |p| {
            ignored(p, ".env/\n", "\".env\"").says("for a folder of that name alone")
        }),
        evil(1, "folder-rule-of-a-key", move |p| {
            ignored(p, "key.pem/\n", "\"key.pem\"")
                .says("key.pem is not ignored: the rule `key.pem/` is for a folder of that name alone")
        }),
        evil(1, "folder-rule-that-is-taken-back", move |p| {
            ignored(p, "build/\n!build/\n", "\"build\"").says("build is not ignored")
        }),
        evil(4, "file-where-the-rule-is-for-a-folder", |p| {
            gated(p, "out/\n", "ignored = [\"out\"]");
            p.sh("touch out; git add -A; git commit -qm out; git rm -q --cached out; git commit -qm none");
            p.sh("echo out/ > .gitignore").tm("check it").says("out (not tracked: commit it, or let git ignore it)")
        }),
    ]
}

fn plans() -> Vec<Case> {
    vec![
        good("plan-behind-a-link-of-the-repository", |p| {
            gated(p, "", "run = [\"true\"]");
            p.sh("mkdir plans; git mv tminus.toml plans/a.toml; ln -s plans/a.toml tminus.toml").commit();
            p.tm("check it").never_says("another tminus.toml")
        }),
        super::case::refused("plan-behind-a-link-that-leads-out", |p| {
            p.plan("").sh("mv tminus.toml ../a.toml; ln -s ../a.toml tminus.toml");
            p.tm("lint").says("tminus.toml is a link that leads out of the repository")
        }),
        super::case::refused("plan-that-is-a-folder", |p| {
            p.file("tminus.toml/x", "").tm("lint").says("tminus.toml is a folder, not a file")
        }),
        super::case::refused("plan-that-is-a-pipe", |p| {
            p.sh("mkfifo tminus.toml").tm("lint").says("tminus.toml is no regular file")
        }),
    ]
}

/// What is there, as a command prints it.
fn shown(p: &Project, printed: &str) -> Ran {
    let place = p.place("staging");
    p.runs("staging", printed).plan(&format!("[env.staging]\n{place}")).cut().tm("verify staging")
}

/// What is printed names no version: the environment says so, and is not verified.
fn not_one_version(p: &Project, printed: &str) -> Ran {
    let verified = shown(p, printed);
    p.tm("status").says(&format!("printed {printed:?}"));
    verified.says(&format!("staging cannot be seen: `current` printed {printed:?}, which is not one version"))
}

fn deliveries() -> Vec<Case> {
    vec![
        evil(4, "current-is-an-error", |p| not_one_version(p, "error: no such deployment")),
        evil(4, "current-is-a-word", |p| not_one_version(p, "unknown")),
        evil(4, "current-names-it-in-a-sentence", |p| not_one_version(p, "1.0.0 could not be started")),
        evil(4, "current-is-two-versions", |p| not_one_version(p, "1.0.0 0.9.0")),
    ]
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}

/// Lays a script beside the repository, and returns its path.
fn outside(p: &Project, text: &str) -> String {
    std::fs::create_dir_all(p.world()).unwrap();
    let script = p.world().join("outside.sh");
    std::fs::write(&script, format!("{text}\n")).unwrap();
    script.display().to_string()
}
