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

/// What stands in a cut's way, what the refusal says of it, and what takes it away.
const OBSTACLES: &[(&str, &str, &str, &str)] = &[
    (
        "a_changed_file_that_the_base_has_otherwise",
        "git checkout -q -b feature; echo two > f; git commit -qam b; echo three > f",
        "changes in f,",
        "git checkout -q f",
    ),
    (
        "a_staged_change_that_the_base_has_otherwise",
        "git checkout -q -b feature; echo two > f; git commit -qam b; echo three > f; git add f",
        "changes in f,",
        "git reset -q --hard",
    ),
    (
        "an_untracked_file_where_the_base_has_one",
        "git checkout -q -b feature; git rm -q f; git commit -qm b; echo mine > f",
        "changes in f,",
        "rm f",
    ),
    (
        "an_untracked_folder_where_the_base_has_a_file",
        "git checkout -q -b feature; git rm -q f; git commit -qm b; mkdir f; echo mine > f/x",
        "f/x",
        "rm -r f",
    ),
    ("the_index_is_locked", "touch .git/index.lock", "index.lock", "rm .git/index.lock"),
    (
        "the_branch_is_locked",
        "mkdir -p .git/refs/heads/release; touch .git/refs/heads/release/1.0.0.lock",
        "1.0.0.lock",
        "rm .git/refs/heads/release/1.0.0.lock",
    ),
    (
        "a_merge_is_not_finished",
        "git checkout -q -b other; echo two > f; git commit -qam b; git checkout -q main; echo three > f; git commit -qam c; git merge -q other || true",
        "a merge is not finished",
        "git merge --abort",
    ),
    ("a_branch_takes_the_folder_of_its_name", "git branch release", "a branch release", "git branch -q -D release"),
    (
        "a_branch_below_its_name",
        "git branch release/1.0.0/rc1",
        "release/1.0.0/rc1",
        "git branch -q -D release/1.0.0/rc1",
    ),
    ("its_tag_is_at_another_commit", "git tag v1.0.0; echo two > f; git commit -qam b", "v1.0.0", "git tag -d v1.0.0"),
];

/// A cut that cannot be done opens nothing.
fn cuts() -> Vec<Case> {
    let obstacle = |(name, obstacle, says, mend): &(&'static str, &'static str, &'static str, &'static str)| {
        let (obstacle, says, mend) = (*obstacle, *says, *mend);
        evil(3, *name, move |p| {
            let failed = plain(p).sh(obstacle).tm("release cut 1.0.0").says(says).ends(3);
            leaves_nothing(p, failed, mend)
        })
    };
    let mut all: Vec<Case> = OBSTACLES.iter().map(obstacle).collect();
    all.extend(other_cuts());
    all
}

fn other_cuts() -> Vec<Case> {
    vec![
        evil(3, "the_base_has_no_plan", |p| {
            p.file("f", "one\n").commit().sh("git checkout -q -b release/0.9.0").plan("").commit().done("trust --yes");
            let failed = p.tm("release cut 1.0.0").says("has no tminus.toml").ends(3);
            p.tm("status").says("no release is open");
            failed
        }),
        evil(4, "head_names_nothing", |p| {
            let failed = plain(p).sh("echo rubbish > .git/HEAD").tm("release cut 1.0.0");
            let failed = failed.says("is in no git repository that can be read").ends(4);
            // Nothing can be asked of such a repository.
            p.sh("echo 'ref: refs/heads/main' > .git/HEAD").tm("status").says("no release is open");
            p.done("release cut 1.0.0");
            failed
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
        evil(3, "the_base_is_behind_its_remote", |p| {
            plain(p).sh(BEHIND);
            let failed = p.tm("release cut 1.0.0").says("main is 1 commit behind origin/main").says("ago").ends(3);
            leaves_nothing(p, failed, "git merge -q --ff-only origin/main")
        }),
        evil(3, "the_base_and_its_remote_went_apart", |p| {
            plain(p).sh(BEHIND).sh("echo mine > g; git add g; git commit -qm mine");
            p.tm("release cut 1.0.0").says("1 commit behind").ends(3)
        }),
        evil(3, "the_base_is_behind_its_own_upstream", |p| {
            plain(p).sh(BEHIND).sh("git remote rename origin upstream; git branch -q -u upstream/main main");
            p.tm("release cut 1.0.0").says("behind upstream/main").ends(3)
        }),
        evil(3, "the_branch_is_at_the_remote", |p| {
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
        evil(3, "close_asks", |p| {
            p.plan("").cut();
            let asked = p.tm("release close").says("--yes").ends(3);
            p.tm("status").says("T 1.0.0");
            asked
        }),
        evil(3, "a_closed_release_is_not_deployed", |p| {
            let place = p.place("s");
            p.plan(&format!("[env.s]\n{place}")).cut();
            p.done("release close --yes").says("`tminus release open 1.0.0`");
            p.tm("deploy s --yes").says("`tminus release open 1.0.0` opens it again").ends(3)
        }),
        evil(3, "a_release_with_a_commit_that_main_lacks_is_not_closed", |p| {
            p.plan("").cut();
            p.sh("git commit -q --allow-empty -m nothing; echo fix > fix; git add fix; git commit -qm fix");
            p.tm("release close --yes")
                .says("not merged back into main: 2 commits")
                .says("`tminus release merge-back`")
                .ends(3);
            p.tm("release close --yes --without-merge-back").ends(2);
            p.tm("release close --yes --without-merge-back --why ' '").says("not merged back into main: 2 commits")
        }),
        evil(3, "a_release_is_not_closed_because_its_branch_is_gone_or_main_was_moved_beside_it", |p| {
            p.plan("").cut();
            p.sh("echo fix > fix; git add fix; git commit -qm fix; git checkout -q main");
            p.done("status").says("not merged back into main: 1 commit");
            p.sh("git branch -q -D release/1.0.0; git commit -q --allow-empty -m beside");
            p.tm("release close --yes").says("not merged back into main: 1 commit")
        }),
        evil(3, "a_release_whose_branch_went_with_what_nobody_saw_is_not_closed", |p| {
            p.plan("").cut();
            p.sh("echo r > b; git add b; git commit -qm r; git checkout -q main; git branch -q -D release/1.0.0");
            p.tm("release close --yes")
                .says("the branch release/1.0.0 is gone: what it had after the last look is unknown")
        }),
        evil(1, "a_file_that_git_ignores_is_not_overwritten_by_a_merge_back", |p| {
            p.plan("").cut();
            p.sh("mkdir conf; echo theirs > conf/local; git add conf; git commit -qm conf; git checkout -q main");
            p.sh("echo conf/ > .git/info/exclude; mkdir -p conf; echo mine > conf/local");
            let merged = p.tm("release merge-back --yes").says("would be overwritten");
            p.sh("grep -q mine conf/local; git merge-base --is-ancestor main HEAD");
            merged
        }),
        refused("two_names_of_a_release_are_one_too_many", |p| {
            p.plan("").cut().tm("--release 2.0.0 release tag 1.0.0 --preview").says("name two releases")
        }),
        good("a_release_is_merged_back_once_and_then_closed", |p| {
            p.plan("").cut();
            p.done("release merge-back --yes").says("nothing to merge back: main has every change of release/1.0.0");
            p.sh("echo fix > fix; git add fix; git commit -qm fix");
            p.done("status").says("! not merged back into main: 1 commit");
            p.done("release merge-back --preview").says("would merge back 1.0.0");
            p.done("release merge-back --yes").says("merged release/1.0.0 into main");
            p.done("release merge-back --undo --preview").says("would take back the merge of 1.0.0");
            p.done("release merge-back --undo --yes");
            p.tm("release close --yes").ends(3);
            p.done("release merge-back --yes");
            p.done("release merge-back --yes").says("nothing to merge back");
            p.sh("git merge-base --is-ancestor release/1.0.0 main");
            p.tm("release close --yes")
        }),
        evil(0, "a_release_closed_without_its_commits_says_so", |p| {
            p.plan("").cut();
            p.sh("echo fix > fix; git add fix; git commit -qm fix");
            p.done("release close --yes --without-merge-back --why 'it was withdrawn'");
            p.tm("status").says("not merged back into main: 1 commit: it was withdrawn")
        }),
        evil(3, "a_preview_is_refused_as_its_act_would_be", |p| {
            p.plan("[release]\ntag = \"v {version}\"\nversions = [{ file = \"VERSION\", key = \"version\" }]\n");
            p.sh("echo 0.9.0 > VERSION; git add -A; git commit -qm v").cut();
            p.tm("release tag --preview").says("git takes no tag of the name").ends(3);
            p.done("release bump --yes");
            p.sh("echo mine >> VERSION");
            p.tm("release bump --undo --preview").says("with changes in VERSION").ends(3);
            p.sh("git checkout -q VERSION; git rebase --root -x false || true");
            p.tm("release bump --undo --preview").says("a rebase is not finished").ends(3)
        }),
        evil(3, "a_hotfix_begins_only_at_the_tag_of_an_earlier_release_and_on_a_branch_of_its_own", |p| {
            p.plan("").commit().done("trust --yes");
            p.tm("release hotfix 1.0.1 --yes").says("no tag of a release").ends(2);
            p.sh("git tag v1.0.0; git tag other");
            p.tm("release hotfix 1.0.1").says("`--preview` shows the steps").ends(3);
            p.tm("release hotfix 1.0.1 --from v0.9.0 --yes").says("no tag v0.9.0").ends(2);
            for go in ["--preview", "--yes"] {
                p.tm(&format!("release hotfix 1.0.1 --from other {go}")).says("other is the tag of no version").ends(3);
                p.tm(&format!("release hotfix 1.0.0 {go} --from v1.0.0")).says("1.0.0 is not later than 1.0.0").ends(3);
                p.tm(&format!("release hotfix 0.9.9 {go}")).says("0.9.9 is not later than 1.0.0").ends(3);
            }
            p.sh("git branch hotfix/1.0.1");
            p.tm("release hotfix 1.0.1 --preview").says("hotfix/1.0.1 exists already").ends(3);
            p.tm("release hotfix 1.0.1 --yes").says("hotfix/1.0.1 exists already").ends(3)
        }),
        evil(0, "a_hotfix_goes_into_main_and_into_the_release_on_its_way_and_each_command_says_which", |p| {
            p.plan("[release]\nhotfix = \"fix/{version}\"\n").commit().done("trust --yes");
            p.sh("git tag v1.0.0; echo new > new; git add new; git commit -qm new");
            p.done("release cut 1.1.0");
            p.sh("echo next > next; git add next; git commit -qm next");
            p.done("release hotfix 1.0.1 --preview")
                .says("would open 1.0.1 as a hotfix of v1.0.0")
                .says("branch fix/1.0.1");
            p.sh("! git rev-parse -q --verify fix/1.0.1");
            p.done("release hotfix 1.0.1 --yes");
            p.sh("test $(git branch --show-current) = fix/1.0.1; test $(git rev-parse HEAD) = $(git rev-parse v1.0.0)");
            p.sh("echo mended > mended; git add mended; git commit -qm mend");
            p.tm("status").says("1.0.1 (hotfix of v1.0.0), 1.1.0 are open: say which with --release").ends(2);
            p.tm("--release 1.0.1 release close --yes").says("not merged back into release/1.1.0: 1 commit").ends(3);
            p.done("--release 1.0.1 release merge-back --yes");
            p.sh("git merge-base --is-ancestor fix/1.0.1 main; git merge-base --is-ancestor fix/1.0.1 release/1.1.0");
            p.sh("test -z \"$(git log --format=%s main | grep next)\"");
            p.done("--release 1.0.1 release close --yes");
            p.tm("status").says("T 1.1.0").says("not merged back into main: ")
        }),
        evil(3, "a_closed_version_is_not_cut_again", |p| {
            p.plan("").cut();
            p.done("release close --yes");
            p.tm("release cut 1.0.0").says("`tminus release open 1.0.0`").ends(3)
        }),
        evil(0, "a_closed_release_is_quiet", |p| {
            let place = p.place("s");
            p.plan(&format!("[env.s]\n{place}")).cut();
            p.done("release schedule +2h");
            p.done("release close --yes --note early");
            p.tm("status")
                .says("T 1.0.0  closed ")
                .says("s ago by")
                .says(": early")
                .never_says("T-0")
                .never_says("NOT YET")
        }),
        evil(4, "a_closed_release_opens_no_gate", |p| {
            p.plan("").cut();
            p.done("release close --yes");
            p.tm("status --gate").ends(4).says("T 1.0.0  closed")
        }),
        evil(0, "a_milestone_that_the_plan_lacks", |p| {
            p.plan("[[milestone]]\nat = \"-1d\"\ntitle = \"Sign off\"\n").cut();
            p.tm("release done 'Sign of'").says("\"Sign off\" (-1d)").ends(2);
            p.tm("status").says("the plan has no gate: nothing was asked")
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
