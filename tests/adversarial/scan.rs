//! Secrets in the history: hidden from a person's eye or from git's, they are found, and what was not read is no pass.

use super::case::{Case, evil, good, refused, run_all};
use super::project::{Project, Ran};

/// Returns a token of GitHub's shape, made here so that it stands in no file.
fn token() -> String {
    ["gh", "p_", &"q7Zk3vB1xW".repeat(3), "9mN4tR"].concat()
}

fn leak() -> String {
    format!("one\ntwo\nTOKEN = \"{}\"\n", token())
}

/// Writes a plan with the check `c`.
fn plan(p: &Project, way: &str) {
    let check = "[check.c]\nphase = \"pre-deploy\"\ntitle = \"C\"\n";
    p.plan(&format!("[env.staging]\ngate = [\"pre-deploy\"]\n{}{check}secrets = {way}\n", p.place("staging")));
    p.runs("staging", "0.9.0");
}

/// Runs the check, of which nothing may show or keep the value.
fn checked(p: &Project) -> Ran {
    let ran = p.tm("check c");
    let value = token();
    for part in [&value[..], &value[4..24], &value[20..]] {
        assert!(!ran.out.contains(part) && !ran.err.contains(part), "the value is shown: {ran}");
        assert!(!p.is_kept(part), "the value is kept");
    }
    assert!(p.is_kept("staging"), "what the journal is known to hold is not found");
    ran
}

/// Plants a secret that the next commit takes away again.
fn planted(p: &Project, path: &str) {
    p.file(path, leak()).commit().file(path, "clean\n").commit();
}

const FOUND: &str = "1 secret found: github-token in ";

pub fn cases() -> Vec<Case> {
    [hidden(), unread(), allowed()].into_iter().flatten().collect()
}

fn hidden() -> Vec<Case> {
    vec![
        good("a history without a secret", |p| {
            plan(p, "{}");
            p.file("a.py", "token = get_token()\n").file(".env.example", "API_KEY=changeme\n").cut();
            checked(p).says("hold no secret")
        }),
        evil(1, "a secret that a later commit took away", |p| {
            plan(p, "{}");
            planted(p, "a.py");
            p.cut();
            checked(p).says(FOUND)
        }),
        evil(1, "a secret in what is staged alone", |p| {
            plan(p, "{}");
            p.file("a.py", "x\n").cut().file("a.py", leak()).git(&["add", "a.py"]);
            p.file("a.py", "x\n");
            checked(p).says(FOUND)
        }),
        evil(1, "a secret that a flag of the index hides", |p| {
            plan(p, "{}");
            p.file("a.py", "x\n").cut().git(&["update-index", "--skip-worktree", "a.py"]);
            p.file("a.py", leak());
            checked(p).says(FOUND)
        }),
        evil(1, "attributes that call the file a binary", |p| {
            plan(p, "{}");
            p.file(".gitattributes", "* binary -diff -text export-ignore\n");
            planted(p, "a.py");
            p.cut();
            checked(p).says(FOUND)
        }),
        evil(1, "a commit that is replaced by a clean one", |p| {
            plan(p, "{}");
            planted(p, "a.py");
            p.cut().sh("git replace HEAD~1 $(git commit-tree HEAD^{tree} -m clean)");
            checked(p).says(FOUND)
        }),
        evil(1, "a history that is grafted away", |p| {
            plan(p, "{}");
            planted(p, "a.py");
            p.cut().sh("git rev-parse HEAD > .git/info/grafts");
            checked(p).says(FOUND)
        }),
        evil(1, "a name that looks like an option", |p| {
            plan(p, "{}");
            planted(p, "--not");
            p.cut();
            checked(p).says(FOUND)
        }),
        evil(1, "a lockfile, of which nobody reads the difference", |p| {
            plan(p, "{}");
            planted(p, "package-lock.json");
            p.cut();
            checked(p).says(FOUND)
        }),
        evil(1, "a secret that was there at the last scan, which is remembered", |p| {
            plan(p, "{}");
            planted(p, "a.py");
            p.cut();
            checked(p).ends(1);
            p.commit();
            checked(p).says(FOUND)
        }),
    ]
}

fn unread() -> Vec<Case> {
    let shallow = "git clone -q --depth 1 \"file://$PWD\" ../clone";
    let partial = "git config uploadpack.allowFilter true; git clone -q --filter=blob:none \"file://$PWD\" ../clone";
    let in_clone = |p: &Project, words: &str| p.tm_in(&p.dir().join("../clone"), words);
    vec![
        evil(4, "a shallow clone", move |p| {
            plan(p, "{}");
            planted(p, "a.py");
            p.commit().sh(shallow);
            in_clone(p, "trust --yes").ends(0);
            in_clone(p, "release cut 1.0.0").ends(0);
            in_clone(p, "check c").says("the clone is shallow")
        }),
        evil(4, "a partial clone", move |p| {
            plan(p, "{}");
            planted(p, "a.py");
            p.commit().sh(partial);
            in_clone(p, "trust --yes").ends(0);
            in_clone(p, "release cut 1.0.0").ends(0);
            in_clone(p, "check c").says("as in a partial clone")
        }),
        evil(4, "a range in which nothing lies", |p| {
            plan(p, "{ since = \"release/1.0.0\" }");
            planted(p, "a.py");
            p.cut();
            checked(p).says("no commit is in the history since release/1.0.0")
        }),
        evil(4, "a beginning that is not here", |p| {
            plan(p, "{ since = \"v0.9\" }");
            planted(p, "a.py");
            p.cut();
            checked(p).says("there is no tag, branch or commit v0.9")
        }),
        evil(4, "rules that cannot be read", |p| {
            plan(p, "{ rules = \"rules.toml\" }");
            p.file("rules.toml", "[[rule]]\nid = \"x\"\nregex = '('\nkeywords = [\"abc\"]\n").cut();
            checked(p).says("rules.toml:3:9: this regular expression cannot be used")
        }),
        evil(4, "rules that are in no commit", |p| {
            plan(p, "{ rules = \"rules.toml\" }");
            p.file(".gitignore", "rules.toml\n").file("rules.toml", "").cut();
            checked(p).says("rules.toml is not in the commit")
        }),
    ]
}

fn allowed() -> Vec<Case> {
    const ALLOW: &str = "{ allow = [{ path = \"tests/**\", rule = \"github-token\", reason = \"revoked\" }] }";
    vec![
        good("what may stay, with its reason", |p| {
            plan(p, ALLOW);
            p.file("tests/a.py", leak()).cut();
            checked(p).says("1 finding may stay")
        }),
        evil(1, "a copy of what may stay", |p| {
            plan(p, ALLOW);
            p.file("tests/a.py", leak()).file("web/a.py", leak()).cut();
            checked(p).says("web/a.py")
        }),
        evil(1, "another rule's finding where one may stay", |p| {
            plan(p, &ALLOW.replace("github-token", "npm-token"));
            p.file("tests/a.py", leak()).cut();
            checked(p).says(FOUND)
        }),
        refused("what may stay without a reason", |p| {
            plan(p, "{ allow = [{ path = \"tests/**\", rule = \"github-token\" }] }");
            p.commit().tm("trust --yes").says("`reason` is missing here")
        }),
        evil(3, "what may stay is another thing than was trusted", |p| {
            plan(p, "{}");
            p.file("tests/a.py", leak()).cut();
            plan(p, ALLOW);
            p.tm("check c").says("has changed since you trusted it")
        }),
    ]
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
