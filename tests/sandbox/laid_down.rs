//! The project that is laid down is a real one.

use super::{PLAN, the_plan};
use std::path::Path;
use std::process::Command;
use tminus_core::grammar::plan;
use tminus_core::lint::{LintContext, lint};
use tminus_rehearsal::{Scenario, lay_down};

fn git(dir: &Path, words: &[&str]) -> String {
    let out = Command::new("git").arg("-C").arg(dir).args(words).output().unwrap();
    assert!(out.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap().trim().to_owned()
}

#[test]
fn it_is_a_clean_repository_on_its_release_branch_with_a_past() {
    let dir = tempfile::tempdir().unwrap();
    let laid = lay_down(dir.path(), &Scenario::named("smooth").unwrap()).unwrap();
    assert_eq!(git(dir.path(), &["status", "--porcelain"]), "");
    assert_eq!(git(dir.path(), &["branch", "--show-current"]), laid.branch);
    assert_eq!(git(dir.path(), &["rev-list", "--max-parents=0", "HEAD"]), laid.first_commit.as_str());
    assert_eq!(git(dir.path(), &["rev-list", "--left-right", "--count", "HEAD...main"]), "7\t2");
    assert_eq!(git(dir.path(), &["rev-list", "--count", "HEAD...origin/release/1.0.0"]), "0");
    assert_eq!(git(dir.path(), &["tag", "--list"]), "v0.9.3\nv0.9.4");
    assert_eq!(git(dir.path(), &["check-ignore", "backend/.env.production"]), "backend/.env.production");
    assert_eq!(git(dir.path(), &["describe", "--tags", "--abbrev=0"]), "v0.9.4");
}

#[test]
fn two_projects_have_two_first_commits() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let scenario = Scenario::named("smooth").unwrap();
    let laid = lay_down(one.path(), &scenario).unwrap();
    assert_ne!(laid.first_commit, lay_down(other.path(), &scenario).unwrap().first_commit);
}

#[test]
fn a_folder_that_holds_something_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("mine"), "x").unwrap();
    let failure = lay_down(dir.path(), &Scenario::named("smooth").unwrap()).unwrap_err();
    assert!(failure.sentence().contains("the folder is not empty"));
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[test]
fn its_plan_is_the_one_that_is_built_in() {
    let dir = tempfile::tempdir().unwrap();
    lay_down(dir.path(), &Scenario::named("smooth").unwrap()).unwrap();
    assert_eq!(std::fs::read_to_string(dir.path().join("tminus.toml")).unwrap(), PLAN);
    assert_eq!(plan::read(Path::new("tminus.toml"), PLAN).unwrap().plan, the_plan());
}

#[test]
fn its_check_programs_pass_as_laid_down_and_fail_on_a_real_fault() {
    let dir = tempfile::tempdir().unwrap();
    lay_down(dir.path(), &Scenario::named("smooth").unwrap()).unwrap();
    let run = |script: &str| {
        let script = format!("scripts/{script}.sh");
        Command::new("sh").arg(script).current_dir(dir.path()).output().unwrap().status.code()
    };
    for script in ["backend-tests", "quality", "security", "locked", "mobile-lint", "mobile-tests", "migrate"] {
        assert_eq!(run(script), Some(0), "{script}");
    }
    assert_eq!(git(dir.path(), &["status", "--porcelain"]), "");
    std::fs::write(dir.path().join("backend/app/new.py"), "def untested():\n\treturn eval('1') \n").unwrap();
    for script in ["backend-tests", "quality", "security"] {
        assert_eq!(run(script), Some(1), "{script}");
    }
    std::fs::remove_dir_all(dir.path().join("mobile-app/src")).unwrap();
    assert_ne!(run("mobile-lint"), Some(0), "nothing to look at is no pass");
    assert_ne!(run("mobile-tests"), Some(0), "nothing to look at is no pass");
}

#[test]
fn the_linter_finds_nothing_in_its_plan() {
    let dotenv = include_str!("../../assets/rehearsal/dotenv.txt");
    let names = dotenv.lines().filter_map(|line| Some(line.split_once('=')?.0.to_owned())).collect();
    let surroundings = LintContext {
        earlier_tags: Some(vec!["v0.9.3".to_owned(), "v0.9.4".to_owned()]),
        dotenv: [("backend/.env.production".to_owned(), names)].into(),
        ..LintContext::default()
    };
    let found: Vec<_> = lint(&the_plan(), &surroundings).iter().map(|f| format!("{} {}", f.rule, f.subject)).collect();
    assert_eq!(found, Vec::<String>::new());
}
