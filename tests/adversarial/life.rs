//! The release's own life: cut, close, open again, roll back.

use super::case::{Case, evil, good, refused, run_all};
use super::project::{Project, Ran};

pub fn cases() -> Vec<Case> {
    let mut all = cuts();
    all.extend(bases());
    all.extend(ends());
    all
}

/// A plan without checks on `main`, with one file.
fn plain(p: &Project) -> &Project {
    p.plan("").file("f", "one\n").commit().done("trust --yes");
    p
}

/// What failed must have left nothing: the same version is cut once the obstacle is gone.
#[track_caller]
fn leaves_nothing(p: &Project, failed: Ran, mend: &str) -> Ran {
    assert!(!failed.is_green(), "{failed}");
    p.tm("status").says("no release is open");
    p.sh(mend).done("release cut 1.0.0");
    failed
}

/// A cut that cannot be done opens nothing.
fn cuts() -> Vec<Case> {
    vec![
        evil("a_changed_file_that_the_base_has_otherwise", |p| {
            plain(p).sh("git checkout -q -b feature; echo two > f; git commit -qam b; echo three > f");
            let failed = p.tm("release cut 1.0.0").says("changes in f,").ends(3);
            leaves_nothing(p, failed, "git checkout -q f")
        }),
        evil("a_staged_change_that_the_base_has_otherwise", |p| {
            plain(p).sh("git checkout -q -b feature; echo two > f; git commit -qam b; echo three > f; git add f");
            let failed = p.tm("release cut 1.0.0").ends(3);
            leaves_nothing(p, failed, "git reset -q --hard")
        }),
        evil("an_untracked_file_where_the_base_has_one", |p| {
            plain(p).sh("git checkout -q -b feature; git rm -q f; git commit -qm b; echo mine > f");
            let failed = p.tm("release cut 1.0.0").says("changes in f,").ends(3);
            leaves_nothing(p, failed, "rm f")
        }),
        evil("an_untracked_folder_where_the_base_has_a_file", |p| {
            plain(p).sh("git checkout -q -b feature; git rm -q f; git commit -qm b; mkdir f; echo mine > f/x");
            let failed = p.tm("release cut 1.0.0").says("f/x").ends(3);
            leaves_nothing(p, failed, "rm -r f")
        }),
        evil("the_index_is_locked", |p| {
            plain(p).sh("touch .git/index.lock");
            let failed = p.tm("release cut 1.0.0").says("index.lock");
            leaves_nothing(p, failed, "rm .git/index.lock")
        }),
        evil("the_branch_is_locked", |p| {
            plain(p).sh("mkdir -p .git/refs/heads/release; touch .git/refs/heads/release/1.0.0.lock");
            let failed = p.tm("release cut 1.0.0").says("1.0.0.lock");
            leaves_nothing(p, failed, "rm .git/refs/heads/release/1.0.0.lock")
        }),
        evil("head_names_nothing", |p| {
            plain(p).sh("echo rubbish > .git/HEAD");
            let failed = p.tm("release cut 1.0.0");
            assert_ne!(failed.code, Some(0), "{failed}");
            p.sh("echo 'ref: refs/heads/main' > .git/HEAD");
            p.tm("status").says("no release is open");
            failed
        }),
        evil("a_merge_is_not_finished", |p| {
            plain(p).sh("git checkout -q -b other; echo two > f; git commit -qam b; git checkout -q main");
            p.sh("echo three > f; git commit -qam c; git merge -q other || true");
            let failed = p.tm("release cut 1.0.0").says("a merge is not finished").ends(3);
            leaves_nothing(p, failed, "git merge --abort")
        }),
        evil("a_branch_takes_the_folder_of_its_name", |p| {
            plain(p).sh("git branch release");
            let failed = p.tm("release cut 1.0.0").says("a branch release").ends(3);
            leaves_nothing(p, failed, "git branch -q -D release")
        }),
        evil("a_branch_below_its_name", |p| {
            plain(p).sh("git branch release/1.0.0/rc1");
            let failed = p.tm("release cut 1.0.0").says("release/1.0.0/rc1").ends(3);
            leaves_nothing(p, failed, "git branch -q -D release/1.0.0/rc1")
        }),
        evil("the_base_has_no_plan", |p| {
            p.file("f", "one\n").commit().sh("git checkout -q -b release/0.9.0").plan("").commit().done("trust --yes");
            let failed = p.tm("release cut 1.0.0").says("has no tminus.toml").ends(3);
            p.tm("status").says("no release is open");
            failed
        }),
        evil("its_tag_is_at_another_commit", |p| {
            plain(p).sh("git tag v1.0.0; echo two > f; git commit -qam b");
            let failed = p.tm("release cut 1.0.0").says("v1.0.0").ends(3);
            leaves_nothing(p, failed, "git tag -d v1.0.0")
        }),
        good("a_changed_file_that_the_base_has_alike", |p| {
            plain(p).sh("git checkout -q -b feature; echo two > g; git add g; git commit -qm b; echo three > f");
            p.tm("release cut 1.0.0")
        }),
        good("an_ignored_file_is_in_nobodys_way", |p| {
            p.file(".gitignore", "build\n").file("build/x", "x");
            plain(p).tm("release cut 1.0.0")
        }),
        good("a_plan_that_is_not_committed_is_said", |p| {
            p.file("f", "one\n").commit().plan("").done("trust --yes").says("Commit tminus.toml on main");
            p.tm("release cut 1.0.0").says("Commit tminus.toml on main")
        }),
    ]
}

/// A clone of the project, in `../clone`, is behind what it was made from or lacks the branch.
const BEHIND: &str = "git clone -q . ../origin.git --bare; git remote add origin ../origin.git; git fetch -q; \
    git clone -q ../origin.git ../other; cd ../other; echo two > f; git commit -qam b; git push -q; cd ../project; git fetch -q";

fn bases() -> Vec<Case> {
    vec![
        evil("the_base_is_behind_its_remote", |p| {
            plain(p).sh(BEHIND);
            let failed = p.tm("release cut 1.0.0").says("main is 1 commit behind origin/main").says("ago").ends(3);
            leaves_nothing(p, failed, "git merge -q --ff-only origin/main")
        }),
        evil("the_base_and_its_remote_went_apart", |p| {
            plain(p).sh(BEHIND).sh("echo mine > g; git add g; git commit -qm mine");
            p.tm("release cut 1.0.0").says("1 commit behind").ends(3)
        }),
        evil("the_base_is_behind_its_own_upstream", |p| {
            plain(p).sh(BEHIND).sh("git remote rename origin upstream; git branch -q -u upstream/main main");
            p.tm("release cut 1.0.0").says("behind upstream/main").ends(3)
        }),
        evil("the_branch_is_at_the_remote", |p| {
            plain(p).sh(BEHIND).sh("git push -q origin main:release/1.0.0; git merge -q --ff-only origin/main");
            let failed = p.tm("release cut 1.0.0").says("`tminus release open 1.0.0`").ends(3);
            p.done("release open 1.0.0").says("origin/release/1.0.0");
            failed
        }),
        good("a_tag_that_is_called_like_the_base_is_not_the_base", |p| {
            plain(p).sh("git tag main; echo two > f; git commit -qam b");
            let cut = p.tm("release cut 1.0.0");
            assert_eq!(p.git(&["log", "--format=%s", "-1", "HEAD"]).trim(), "b");
            cut
        }),
        good("behind_is_fine_where_a_person_says_so", |p| {
            plain(p).sh(BEHIND);
            p.tm("release cut 1.0.0 --yes").says("1 commit behind")
        }),
        good("behind_is_fine_where_a_commit_is_named", |p| {
            plain(p).sh(BEHIND);
            p.tm("release cut 1.0.0 --at main")
        }),
        good("ahead_of_the_remote_is_not_behind", |p| {
            plain(p).sh(BEHIND).sh("git merge -q --ff-only origin/main; echo mine > g; git add g; git commit -qm mine");
            p.tm("release cut 1.0.0").says("every commit of origin/main")
        }),
        good("the_base_is_only_at_the_remote", |p| {
            plain(p).sh(BEHIND).sh("git checkout -q -b topic; git branch -q -D main");
            p.tm("release cut 1.0.0").says("cut from origin/main")
        }),
        good("the_branch_is_only_at_the_remote", |p| {
            plain(p).sh(BEHIND).sh("git push -q origin main:release/1.0.0");
            p.tm("release open 1.0.0")
        }),
    ]
}

fn ends() -> Vec<Case> {
    vec![
        evil("close_asks", |p| {
            p.plan("").cut();
            let asked = p.tm("release close").says("--yes").ends(3);
            p.tm("status").says("T 1.0.0");
            asked
        }),
        evil("a_closed_release_is_not_deployed", |p| {
            let place = p.place("s");
            p.plan(&format!("[env.s]\n{place}")).cut();
            p.done("release close --yes").says("`tminus release open 1.0.0`");
            p.tm("deploy s --yes").says("`tminus release open 1.0.0` opens it again").ends(3)
        }),
        evil("a_closed_version_is_not_cut_again", |p| {
            p.plan("").cut();
            p.done("release close --yes");
            p.tm("release cut 1.0.0").says("`tminus release open 1.0.0`").ends(3)
        }),
        evil("a_closed_release_is_quiet", |p| {
            let place = p.place("s");
            p.plan(&format!("[env.s]\n{place}")).cut();
            p.done("release schedule +2h");
            p.done("release close --yes --note early");
            p.tm("status").says("closed 0s ago by").says(": early").never_says("T-0").never_says("NOT YET")
        }),
        evil("a_closed_release_opens_no_gate", |p| {
            p.plan("").cut();
            p.done("release close --yes");
            p.tm("status --gate").ends(4)
        }),
        evil("a_milestone_that_the_plan_lacks", |p| {
            p.plan("[[milestone]]\nat = \"-1d\"\ntitle = \"Sign off\"\n").cut();
            p.tm("release done 'Sign of'").says("\"Sign off\" (-1d)").ends(2);
            p.tm("status")
        }),
        good("a_milestone_is_recorded_by_its_offset", |p| {
            p.plan("[[milestone]]\nat = \"-1d\"\ntitle = \"Sign off\"\n").cut();
            p.tm("release done -1d").says("Sign off")
        }),
        good("a_deploy_that_ended_well_is_started_and_unverified", |p| {
            let place = p.place("s");
            p.plan(&format!("[env.s]\n{place}")).runs("s", "0.9.0").cut();
            p.tm("deploy s --yes").says("started · unverified").never_says(": good")
        }),
        refused("a_deploy_of_two_open_releases_says_which", |p| {
            let place = p.place("s");
            p.plan(&format!("[env.s]\n{place}")).runs("s", "0.9.0").cut();
            p.done("release cut 1.1.0 --at HEAD");
            p.tm("deploy s --yes").says("--release")
        }),
        good("what_runs_there_says_which_of_two_is_rolled_back", |p| {
            let place = p.place("s");
            p.plan(&format!("[env.s]\n{place}")).runs("s", "0.9.0").cut();
            p.done("status");
            p.done("deploy s --yes");
            p.done("release cut 1.1.0 --at HEAD");
            p.tm("rollback s --to 0.9.0 --yes --reason slow").never_says("--release")
        }),
        good("a_closed_release_is_opened_again", |p| {
            p.plan("").cut();
            p.done("release close --yes --note 'too early'");
            p.tm("release open 1.0.0").says("is open again")
        }),
        good("a_closed_release_is_opened_again_without_its_branch", |p| {
            p.plan("").cut();
            p.done("release close --yes");
            p.sh("git checkout -q main; git branch -q -D release/1.0.0");
            p.tm("release open 1.0.0").says("is open again")
        }),
    ]
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}
