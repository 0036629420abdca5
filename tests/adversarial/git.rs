//! What is clean, ignored and tracked is what git says, and the release's commit is what is measured and delivered.

use super::case::{Case, evil, good, refused, run_all};
use super::project::{Project, Ran};

const CHECK: &str = "[check.c]\nphase = \"pre-deploy\"\ntitle = \"C\"\ntimeout = \"9s\"\n";

/// Writes a plan with one check.
fn check(p: &Project, way: &str) {
    p.plan(&format!("[env.staging]\ngate = [\"pre-deploy\"]\n{}{CHECK}{way}\n", p.place("staging")));
    p.runs("staging", "0.9.0");
}

/// Asks for ignored paths in a repository that was laid out before.
fn ignored(p: &Project, paths: &str) -> Ran {
    check(p, &format!("ignored = {paths}"));
    p.cut().tm("check c")
}

pub fn cases() -> Vec<Case> {
    [ignore_rules(), clean_checkouts(), files(), own_checkout(), deliveries(), clones()].into_iter().flatten().collect()
}

fn ignore_rules() -> Vec<Case> {
    vec![
        evil(1, "a nested negation", |p| {
            p.file(".gitignore", ".env\n").file("backend/.gitignore", "!.env\n");
            ignored(p, "[\"backend/.env\"]").says("backend/.env is not ignored")
        }),
        evil(1, "a folder with a tracked file below", |p| {
            p.file(".gitignore", "secrets/\n").file("secrets/key.pem", "KEY").git(&["add", "-f", "secrets/key.pem"]);
            ignored(p, "[\"secrets\"]").says("secrets is not ignored")
        }),
        evil(1, "a folder with a tracked file below, with a slash", |p| {
            p.file(".gitignore", "secrets/\n").file("secrets/a/key.pem", "KEY").git(&[
                "add",
                "-f",
                "secrets/a/key.pem",
            ]);
            ignored(p, "[\"secrets/\"]").says("secrets/ is not ignored")
        }),
        evil(1, "a tracked file by another spelling", |p| {
            p.file(".gitignore", ".env\n").file("conf/.env", "S=1").git(&["add", "-f", "conf/.env"]);
            ignored(p, "[\"conf//.env\"]").says("conf//.env is not ignored")
        }),
        evil(1, "a dot in the middle", |p| {
            p.file("backend/settings", "S=1");
            ignored(p, "[\"backend/./settings\"]").says("is not ignored")
        }),
        evil(1, "the repository itself", |p| {
            ignored(p, "[\".\"]").never_says("panicked").says(". is not ignored: tminus.toml in it is tracked")
        }),
        evil(1, "a pattern that a tracked file matches", |p| {
            p.file(".gitignore", "*.env\n").file("production.env", "S=1").git(&["add", "-f", "production.env"]);
            ignored(p, "[\"*.env\"]").says("*.env is not ignored")
        }),
        evil(4, "a pattern that no file matches", |p| {
            p.file(".gitignore", "*.env\n");
            ignored(p, "[\"*.env\"]").says("is a pattern")
        }),
        evil(1, "a rule of this clone alone", |p| {
            p.sh("echo .env >> .git/info/exclude");
            ignored(p, "[\".env\"]").says(".env is not ignored")
        }),
        evil(1, "a rule of this person alone", |p| {
            p.sh("mkdir -p \"$XDG_CONFIG_HOME/git\"; echo .env > \"$XDG_CONFIG_HOME/git/ignore\"");
            ignored(p, "[\".env\"]").says(".env is not ignored")
        }),
        evil(1, "a rule in a file that is itself ignored", |p| {
            p.file(".gitignore", "local/.gitignore\n").file("local/.gitignore", ".env\n").file("local/a", "1");
            ignored(p, "[\"local/.env\"]").says("local/.env is not ignored")
        }),
        evil(4, "a path in a submodule", |p| {
            submodule(p);
            ignored(p, "[\"vendor/.env\"]").says("submodule vendor")
        }),
        refused("a path that leads out", |p| {
            check(p, "ignored = [\"../.env\"]");
            p.commit().tm("trust --yes").says("`..` leads out of the repository")
        }),
        good("plain, nested and odd spellings of what is ignored", |p| {
            p.file(".gitignore", ".env*\n!.env.example\nlogs/\n/only-here\n").file("app/[id]/.gitkeep", "");
            ignored(
                p,
                "[\".env\", \"./.env\", \"backend//.env.production\", \"logs/\", \"only-here\", \"app/[id]/.env\"]",
            )
        }),
        good("a rule of a folder below", |p| {
            p.file("backend/.gitignore", "*.pem\n!public.pem\n");
            ignored(p, "[\"backend/key.pem\"]")
        }),
    ]
}

/// Puts a library into `vendor`.
fn submodule(p: &Project) {
    p.sh("git init -q ../lib; cd ../lib; echo code > lib.txt; git add -A; git commit -qm lib");
    p.sh("git -c protocol.file.allow=always submodule --quiet add ../lib vendor");
}

/// Changes something behind git's back, and asks whether a command counts.
fn hidden(p: &Project, before: &str, behind: &str) -> Ran {
    p.file("settings.py", "DEBUG = False\n").file(".gitignore", "build/\n");
    p.sh(before);
    check(p, "run = [\"true\"]");
    p.cut().sh(behind).tm("check c")
}

fn clean_checkouts() -> Vec<Case> {
    let change = "echo 'DEBUG = True' > settings.py";
    vec![
        evil(4, "assume-unchanged", move |p| {
            hidden(p, "", &format!("git update-index --assume-unchanged settings.py; {change}")).says("settings.py")
        }),
        evil(4, "skip-worktree", move |p| {
            hidden(p, "", &format!("git update-index --skip-worktree settings.py; {change}")).says("settings.py")
        }),
        evil(4, "both flags", move |p| {
            let flags = "git update-index --skip-worktree settings.py; git update-index --assume-unchanged settings.py";
            hidden(p, "", &format!("{flags}; {change}"))
                .says("settings.py (changed, and hidden by assume-unchanged or skip-worktree)")
        }),
        evil(4, "a mode that git is told not to see", |p| {
            hidden(p, "", "git config core.fileMode false; chmod +x settings.py").says("another mode")
        }),
        evil(4, "status shows no untracked files", |p| {
            hidden(p, "", "git config status.showUntrackedFiles no; echo x > conftest.py").says("conftest.py")
        }),
        evil(4, "a file monitor that sees nothing", move |p| {
            let monitor =
                "printf '#!/bin/sh\\nprintf \"0\\\\0\"\\n' > ../m; chmod +x ../m; git config core.fsmonitor $PWD/../m";
            hidden(p, "", &format!("{monitor}; git status >/dev/null; {change}"))
                .says("settings.py (changed: commit it")
        }),
        evil(4, "a submodule that is ignored", |p| {
            submodule(p);
            hidden(p, "", "git config submodule.vendor.ignore all; echo other > vendor/lib.txt").says("vendor")
        }),
        evil(4, "a flag in a submodule", |p| {
            submodule(p);
            hidden(p, "", "git -C vendor update-index --skip-worktree lib.txt; echo other > vendor/lib.txt")
                .says("vendor/lib.txt")
        }),
        evil(4, "a sparse checkout", |p| {
            p.file("docs/a", "1").file("src/b", "2");
            hidden(p, "", "git sparse-checkout set src").says("sparse")
        }),
        evil(4, "the plan itself is in no commit", |p| {
            p.file("a", "1").commit();
            check(p, "run = [\"true\"]");
            p.done("trust --yes");
            p.done("release cut 1.0.0");
            p.tm("check c").says("tminus.toml (not tracked: commit it")
        }),
        evil(4, "another commit is checked out and this one again", |p| {
            p.file("a", "old").commit();
            p.file("a", "new");
            check(p, "run = [\"sh\", \"-c\", \"git checkout -q HEAD~1 && grep -q old a && git checkout -q -\"]");
            p.cut().tm("check c").says("moved while it ran")
        }),
        evil(1, "git answers from another repository", |p| {
            p.sh("git init -q ../other; git -C ../other commit -q --allow-empty -m theirs");
            check(p, "run = [\"git\", \"log\", \"-1\", \"--format=%s\"]\nexpect = { has = \"theirs\" }");
            p.cut();
            let other = p.dir().parent().unwrap().join("other/.git");
            p.tm_with(&[("GIT_DIR", other.to_str().unwrap()), ("GIT_WORK_TREE", "/")], "check c")
                .says("it did not print \"theirs\"")
        }),
        evil(1, "git answers from another repository, in the own checkout", |p| {
            p.sh("git init -q ../other; git -C ../other commit -q --allow-empty -m theirs");
            check(
                p,
                "in = \"worktree\"\nrun = [\"git\", \"log\", \"-1\", \"--format=%s\"]\nexpect = { has = \"theirs\" }",
            );
            p.cut();
            let other = p.dir().parent().unwrap().join("other/.git");
            p.tm_with(&[("GIT_DIR", other.to_str().unwrap())], "check c").says("it did not print \"theirs\"")
        }),
        good("ignored files and a touched one", |p| {
            hidden(p, "", "mkdir build; echo x > build/x; touch settings.py; touch -d '2 days ago' settings.py")
        }),
        good("a flag on a file that is as in the commit", |p| {
            hidden(p, "", "git update-index --skip-worktree settings.py")
        }),
        good("a filter that git itself looks through", |p| {
            p.sh("git config filter.up.clean 'tr A-Z a-z'; git config filter.up.smudge 'tr a-z A-Z'");
            p.file(".gitattributes", "*.up filter=up\n").file("x.up", "LOUD\n");
            hidden(p, "", "touch x.up; git status >/dev/null")
        }),
        good("a submodule as it should be", |p| {
            submodule(p);
            hidden(p, "", "true")
        }),
    ]
}

fn files() -> Vec<Case> {
    vec![
        evil(4, "a version in a file that git ignores", |p| {
            p.file(".gitignore", "version.json\n").file("version.json", "{\"version\": \"1.0.0\"}");
            p.plan(&format!(
                "[release]\nversions = [{{ file = \"version.json\", key = \"version\" }}]\n[env.staging]\ngate = [\"pre-deploy\"]\n{}{CHECK}versions = true\n",
                p.place("staging")
            ));
            p.cut().tm("check c").says("git does not track it")
        }),
        evil(4, "notes that git ignores", |p| {
            p.file(".gitignore", "NOTES.md\n").file("NOTES.md", "new in 1.0.0");
            check(p, "file = { path = \"NOTES.md\", has = \"1.0.0\" }");
            p.cut().tm("check c").says("git does not track it")
        }),
        evil(4, "a changelog that git ignores", |p| {
            p.file(".gitignore", "CHANGELOG.md\n").file("CHANGELOG.md", "## 1.0.0\n\n- new\n");
            p.plan(&format!("[release]\nchangelog = \"CHANGELOG.md\"\n[env.staging]\ngate = [\"pre-deploy\"]\n{}{CHECK}changelog = true\n", p.place("staging")));
            p.cut().tm("check c").says("git does not track it")
        }),
        evil(4, "a tracked link to a file that git ignores", |p| {
            p.file(".gitignore", "build/\n").file("build/NOTES.md", "new in 1.0.0").sh("ln -s build/NOTES.md NOTES.md");
            check(p, "file = { path = \"NOTES.md\", has = \"1.0.0\" }");
            p.cut().tm("check c").says("git does not track it")
        }),
        evil(4, "a file whose age a shallow clone cannot know", |p| {
            p.file("POLICY.md", "1").sh("git add -A; GIT_COMMITTER_DATE='2001-01-01T00:00:00Z' git commit -qm old");
            check(p, "file = { path = \"POLICY.md\", newer-than = \"30d\" }");
            p.commit().sh("cp -r .git ../full.git; git rev-parse HEAD > .git/shallow").done("trust --yes");
            p.done("release cut 1.0.0");
            p.tm("check c").says("the age of POLICY.md is unknown")
        }),
        good("a tracked file by an odd spelling, and a tracked link", |p| {
            p.file("docs/NOTES.md", "new in 1.0.0").sh("ln -s docs/NOTES.md NOTES.md");
            check(p, "file = { path = \"./NOTES.md\", has = \"1.0.0\", newer-than = \"30d\" }");
            p.cut().tm("check c")
        }),
    ]
}

/// A filter as LFS has it: a pointer in the repository, the content in the checkout.
const LFS: &str = "mkdir -p ../store
printf '#!/bin/sh\\nt=$(mktemp); cat > $t; h=$(sha256sum $t | cut -c1-64); cp $t '$PWD'/../store/$h; printf \"version https://git-lfs.github.com/spec/v1\\\\noid sha256:%%s\\\\n\" $h; rm $t\\n' > ../clean
printf '#!/bin/sh\\nh=$(sed -n \"s/^oid sha256://p\"); exec cat '$PWD'/../store/$h\\n' > ../smudge
chmod +x ../clean ../smudge; git config filter.lfs.clean $PWD/../clean; git config filter.lfs.smudge $PWD/../smudge
echo '*.bin filter=lfs -text' > .gitattributes; echo 'THE REAL MODEL' > model.bin";

fn worktree(p: &Project, script: &str) {
    check(p, &format!("in = \"worktree\"\nrun = [\"sh\", \"-ec\", '{script}']"));
}

fn own_checkout() -> Vec<Case> {
    vec![
        evil(1, "a nested repository that a check left at the top", |p| {
            worktree(p, "test -d dep && exit 0; git init -q dep; exit 1");
            p.cut().tm("check c");
            p.tm("check c").says("exit 1")
        }),
        evil(1, "a repository that a check left in a tracked folder", |p| {
            p.file("dep/a", "1");
            worktree(p, "test -d dep/.git && exit 0; git init -q dep; exit 1");
            p.cut().tm("check c");
            p.tm("check c").says("exit 1")
        }),
        evil(1, "what a check changed, hid and ignored", |p| {
            p.file("a", "1");
            worktree(p, "grep -q 2 a && exit 0; git update-index --skip-worktree a; echo 2 > a; exit 1");
            p.cut().tm("check c");
            p.tm("check c").says("exit 1")
        }),
        evil(4, "a submodule that is not here", |p| {
            submodule(p);
            worktree(p, "test -d vendor");
            p.commit().sh("git submodule --quiet deinit -f vendor; rm -rf .git/modules/vendor").done("trust --yes");
            p.done("release cut 1.0.0");
            p.tm("check c").says("the submodule vendor is not here")
        }),
        evil(4, "a submodule whose update is none", |p| {
            submodule(p);
            worktree(p, "test -d vendor");
            p.sh("git config -f .gitmodules submodule.vendor.update none").commit();
            p.sh("git submodule --quiet deinit -f vendor; rm -rf .git/modules/vendor").done("trust --yes");
            p.done("release cut 1.0.0");
            p.tm("check c").says("the submodule vendor is not checked out").says("its update is none")
        }),
        evil(4, "a filter that is not set up here", |p| {
            p.sh(LFS);
            worktree(p, "test -f model.bin");
            p.commit().sh("git config --remove-section filter.lfs").done("trust --yes");
            p.done("release cut 1.0.0");
            p.tm("check c").says("model.bin")
        }),
        evil(4, "a filter that fails and is not required", |p| {
            p.sh(LFS);
            worktree(p, "test -f model.bin");
            p.cut().sh("rm -rf ../store").tm("check c").says("could not be checked out in tminus's own checkout")
        }),
        evil(4, "only the pointer was fetched", |p| {
            p.sh(LFS);
            worktree(p, "test -f model.bin");
            p.cut().sh("git config filter.lfs.smudge cat").tm("check c").says("pointer of model.bin")
        }),
        good("content behind a filter, in a submodule, by mode and link", |p| {
            submodule(p);
            p.sh(LFS).script("run.sh", "#!/bin/sh\n").sh("ln -s run.sh also");
            worktree(p, "grep -q REAL model.bin; grep -q code vendor/lib.txt; test -x run.sh; test -L also");
            p.cut().tm("check c")
        }),
        good("a sparse and dirty checkout does not matter", |p| {
            p.file("docs/a", "1").file("src/b", "2");
            worktree(
                p,
                "test -f docs/a; grep -q 2 src/b; test -z \"$(git status --porcelain)\"; git describe --always",
            );
            p.cut().sh("git sparse-checkout set src; echo 3 > src/b").tm("check c")
        }),
        good("a repository of SHA-256", |p| {
            p.sh("rm -rf .git; git init -q -b main --object-format=sha256").file("a", "1");
            worktree(p, "test -f a");
            p.cut().tm("check c")
        }),
        good("branches in a reftable, where git has that", |p| {
            p.sh("rm -rf .git; git init -q -b main --ref-format=reftable || git init -q -b main").file("a", "1");
            worktree(p, "test -f a");
            p.cut().tm("check c")
        }),
        good("a cut from another branch fills what a filter fills", |p| {
            p.sh(LFS);
            check(p, "run = [\"grep\", \"-q\", \"THE REAL MODEL\", \"model.bin\"]");
            p.commit()
                .sh("git checkout -q -b topic; echo other > model.bin; git commit -qam topic")
                .done("trust --yes");
            p.done("release cut 1.0.0");
            p.tm("check c")
        }),
    ]
}

/// A plan that migrates with a file of the repository, then delivers by a command that reads it too.
fn migrating(p: &Project) -> &Project {
    p.file("m.txt", "migration of 1.0");
    p.plan(&format!(
        "[env.staging]\n{}[[env.staging.step]]\nat = \"before\"\ntitle = \"Migrate\"\nrun = [\"cp\", \"m.txt\", \"{{world}}/ran\"]\nirreversible = \"x\"\n",
        p.place("staging")
    ));
    p.runs("staging", "0.9.0").cut()
}

fn nothing_ran(p: &Project) {
    assert!(!p.world().join("ran").exists(), "the step ran");
}

fn deliveries() -> Vec<Case> {
    vec![
        evil(3, "a deploy from another commit", |p| {
            migrating(p).sh("git checkout -q main; echo 'drops everything' > m.txt; git commit -qam next");
            p.tm("deploy staging --preview").says("git checkout release/1.0.0");
            let ran = p.tm("deploy staging --yes").says("git checkout release/1.0.0").ends(3);
            nothing_ran(p);
            ran
        }),
        evil(3, "a deploy from a changed checkout", |p| {
            migrating(p).file("m.txt", "uncommitted");
            let ran = p.tm("deploy staging --yes").says("m.txt").ends(3);
            nothing_ran(p);
            ran
        }),
        evil(3, "a deploy with a file that is in no commit", |p| {
            migrating(p).file("0042.sql", "drop table users;");
            let ran = p.tm("deploy staging --yes").says("0042.sql").ends(3);
            nothing_ran(p);
            ran
        }),
        evil(3, "a deploy with a file that a flag hides", |p| {
            migrating(p).sh("git update-index --assume-unchanged m.txt; echo other > m.txt");
            let ran = p.tm("deploy staging --yes").says("m.txt").ends(3);
            nothing_ran(p);
            ran
        }),
        evil(3, "a command that delivers from a changed checkout, without a step", |p| {
            p.file("site", "1").plan(&format!("[env.staging]\n{}", p.place("staging"))).runs("staging", "0.9.0").cut();
            p.file("site", "2").tm("deploy staging --yes").says("site").ends(3)
        }),
        good("a deploy from the release's commit, ignored files or not", |p| {
            p.file(".gitignore", "node_modules/\n.env\n");
            migrating(p).file("node_modules/a", "1").file(".env", "S=1");
            let ran = p.tm("deploy staging --yes");
            assert!(p.world().join("ran").exists(), "the step did not run: {ran}");
            ran
        }),
        good("a deploy from another branch at the same commit", |p| {
            migrating(p).sh("git checkout -q main");
            p.tm("deploy staging --yes")
        }),
    ]
}

/// Runs a command in another folder, as in another clone.
fn in_clone(p: &Project, clone: &str, words: &str) -> Ran {
    let there = p.dir().parent().unwrap().join(clone);
    p.tm_in(&there, words)
}

fn clones() -> Vec<Case> {
    let clone = "git clone -q --depth 1 \"file://$PWD\" ../clone";
    vec![
        good("a shallow clone is the same project", move |p| {
            migrating(p).sh(clone);
            in_clone(p, "clone", "status").says("T 1.0.0");
            in_clone(p, "clone", "journal verify")
        }),
        good("an older history that is merged in leaves the project what it is", |p| {
            migrating(p).sh(
                "git init -q ../lib; cd ../lib; echo l > lib.txt; git add -A; GIT_COMMITTER_DATE='2001-01-01T00:00:00Z' git commit -qm l
                 cd ../project; git fetch -q ../lib HEAD; git merge -q --allow-unrelated-histories -m merged FETCH_HEAD",
            );
            p.tm("status").says("T 1.0.0");
            p.tm("journal verify")
        }),
        good("a partial clone is cut, and its checks are measured", |p| {
            check(p, "in = \"worktree\"\nrun = [\"grep\", \"-q\", \"1\", \"d/b\"]");
            p.file("d/b", "1").commit().sh("git config uploadpack.allowFilter true");
            p.sh("git clone -q --filter=blob:none --sparse \"file://$PWD\" ../clone");
            in_clone(p, "clone", "trust --yes").ends(0);
            in_clone(p, "clone", "release cut 1.0.0").ends(0);
            in_clone(p, "clone", "check c")
        }),
        evil(4, "a partial clone that cannot fetch", |p| {
            check(p, "in = \"worktree\"\nrun = [\"grep\", \"-q\", \"1\", \"d/b\"]");
            p.file("d/b", "1").commit().sh("git config uploadpack.allowFilter true");
            p.sh("git clone -q --filter=blob:none --sparse \"file://$PWD\" ../clone");
            in_clone(p, "clone", "trust --yes").ends(0);
            in_clone(p, "clone", "release cut 1.0.0").ends(0);
            p.sh("mv .git ../gone; git init -q");
            in_clone(p, "clone", "check c").says("the clone is partial and does not hold the object")
        }),
        good("a cut in a shallow clone of one commit", move |p| {
            check(p, "in = \"worktree\"\nrun = [\"grep\", \"-q\", \"1\", \"d/b\"]");
            p.file("d/b", "1").commit().sh(clone);
            in_clone(p, "clone", "trust --yes").ends(0);
            in_clone(p, "clone", "release cut 1.0.0").ends(0);
            in_clone(p, "clone", "check c")
        }),
        good("a history that is grafted on leaves the project what it is", |p| {
            migrating(p).sh("git checkout -q --orphan older; git commit -qm older; git checkout -q release/1.0.0
                 git replace --graft $(git rev-list --max-parents=0 HEAD) older");
            p.tm("status").says("T 1.0.0");
            p.tm("journal verify")
        }),
    ]
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
