//! `secrets` on real repositories: wherever a secret is planted it is found, what was not read is no pass, and no byte that is
//! kept holds the value.

use super::world::progress;
use crate::slots::{Scarce, Slot, take};
use std::collections::{BTreeMap, HashMap};
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use tempfile::TempDir;
use tminus_core::judge::judge;
use tminus_core::kinds::check::{AllowedSecret, CheckKind, SecretsCheck, SecretsReading};
use tminus_core::mask::Mask;
use tminus_core::measurement::{Ask, Measurement, ProbeQuestion};
use tminus_core::names::{CheckName, Commit, Phase};
use tminus_core::plan::{Check, Expect, Placeholder, ReleaseRules, Template};
use tminus_core::ports::Probe as _;
use tminus_core::verdict::Verdict::{self, Fail, NoData, Pass};
use tminus_services::clock::SystemClock;
use tminus_services::docker::Link;
use tminus_services::git::GitRepository;
use tminus_services::http::Http;
use tminus_services::probe::{ProbeDeps, RealProbe, Stock};
use tminus_services::secrets::{Permission, Secrets, ValueKey};
use tminus_services::worktree::Worktree;

/// Returns a token of GitHub's shape, made here so that it stands in no file.
fn token() -> String {
    ["gh", "p_", &"q7Zk3vB1xW".repeat(3), "9mN4tR"].concat()
}

/// Puts the token on the third line of a file.
fn leak() -> String {
    format!("one\ntwo\nTOKEN = \"{}\"\n", token())
}

fn allow(path: &str) -> AllowedSecret {
    let [path, rule, reason] = [path, "github-token", "it was revoked"].map(str::to_owned);
    AllowedSecret { path, rule, reason }
}

fn whole() -> SecretsCheck {
    SecretsCheck { since: None, rules: None, allow: Vec::new(), max_size: None }
}

fn since(name: &str) -> SecretsCheck {
    SecretsCheck { since: Some(Template::new(name)), ..whole() }
}

/// A repository, and the folder of its state.
struct Scanned {
    home: TempDir,
    _slot: Slot,
}

/// What a scan came to.
struct Judged {
    verdict: Verdict,
    found: String,
    measured: Measurement,
    reading: Option<SecretsReading>,
}

impl Scanned {
    fn new() -> Self {
        Self::with(&[])
    }

    fn with(options: &[&str]) -> Self {
        let scanned = Self { home: tempfile::tempdir().unwrap(), _slot: take(Scarce::Program) };
        std::fs::create_dir(scanned.dir()).unwrap();
        scanned.git(&[&["init", "--quiet", "--initial-branch=main"], options].concat());
        scanned.commit(&[("README.md", "hello\n")]);
        scanned
    }

    fn dir(&self) -> PathBuf {
        self.home.path().join("project")
    }

    fn state(&self) -> PathBuf {
        self.home.path().join("state")
    }

    fn try_git(&self, words: &[&str]) -> Output {
        let mut command = Command::new("git");
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Dana").env(format!("GIT_{who}_EMAIL"), "dana@example.com");
        }
        command.args(words).current_dir(self.dir()).env("HOME", self.home.path()).output().unwrap()
    }

    #[track_caller]
    fn git(&self, words: &[&str]) -> String {
        let done = self.try_git(words);
        assert!(done.status.success(), "git {words:?}: {}", String::from_utf8_lossy(&done.stderr));
        String::from_utf8_lossy(&done.stdout).trim().to_owned()
    }

    fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.dir().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn commit(&self, files: &[(&str, &str)]) -> String {
        files.iter().for_each(|(file, text)| self.write(file, text));
        self.commit_all()
    }

    fn commit_all(&self) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message=a change"]);
        self.git(&["rev-parse", "HEAD"])
    }

    async fn scan(&self, asked: SecretsCheck) -> Judged {
        self.scan_at(&self.dir(), asked).await
    }

    async fn scan_at(&self, dir: &Path, asked: SecretsCheck) -> Judged {
        let head = Command::new("git").args(["rev-parse", "HEAD"]).current_dir(dir).output().unwrap();
        let values = BTreeMap::from([(Placeholder::Version, "1.0.0".to_owned())]);
        let check = check(CheckKind::Secrets(asked));
        let ask = Ask {
            question: ProbeQuestion::Check(check.clone()),
            values: values.clone(),
            commit: Some(Commit::new(String::from_utf8(head.stdout).unwrap().trim())),
            env: None,
            version: None,
            since: None,
            settled: None,
        };
        match probe(dir, &self.state()).measure(&ask, progress().0).await {
            Ok(measured) => {
                let judged = judge(&check, &measured, &values);
                let reading = measured.reading.as_own();
                Judged { verdict: judged.verdict, found: judged.found, measured, reading }
            }
            Err(failure) => panic!("it failed: {failure}"),
        }
    }

    /// Says whether a text is in any file of the state.
    fn is_kept(&self, text: &str) -> bool {
        let found = Command::new("grep").args(["-raqF", "-e", text, "--"]).arg(self.state()).status().unwrap();
        match found.code() {
            Some(0) => true,
            Some(1) => false,
            _ => panic!("nobody could look: {found}"),
        }
    }
}

impl Judged {
    fn reading(&self) -> &SecretsReading {
        self.reading.as_ref().unwrap_or_else(|| panic!("{}", self.found))
    }

    /// It is red, for one secret in this file.
    #[track_caller]
    fn fails_in(&self, path: &str) {
        assert_eq!(self.verdict, Fail, "{}", self.found);
        let says = format!("1 secret found: github-token in {path}, line 3 ");
        assert!(self.found.starts_with(&says), "{}", self.found);
        assert!(!format!("{:?}", self.measured).contains(&token()[4..]), "the value is told");
    }

    #[track_caller]
    fn is(&self, verdict: Verdict, says: &str) {
        assert_eq!(self.verdict, verdict, "{}", self.found);
        assert!(self.found.contains(says), "{}", self.found);
    }
}

fn check(way: CheckKind) -> Check {
    Check {
        name: CheckName::new("it"),
        phase: Phase::new("pre-deploy"),
        group: None,
        title: "It holds".to_owned(),
        way,
        expect: Expect::default(),
        needs: Vec::new(),
        paths: Vec::new(),
        fresh: None,
        owner: None,
        required: true,
        in_worktree: false,
        env: Vec::new(),
        timeout: None,
        lint_ok: BTreeMap::new(),
    }
}

fn probe(dir: &Path, state: &Path) -> RealProbe {
    let repository = Arc::new(GitRepository::open(dir, "origin").unwrap().trusted());
    tminus_storage::paths::private_folder(state).unwrap();
    let key = ValueKey::kept_at(&state.join("environment.key"));
    RealProbe::new(ProbeDeps {
        root: dir.to_owned(),
        state: state.to_owned(),
        worktree: Worktree::new(repository.clone(), state.join("worktree")),
        repository,
        rules: ReleaseRules {
            base: "main".to_owned(),
            branch: Template::new("release/{version}"),
            hotfix: Template::new("hotfix/{version}"),
            tag: Template::new("v{version}"),
            changelog: None,
            notes: None,
            versions: Vec::new(),
            sign: false,
            remote: "origin".to_owned(),
        },
        http: Http::default(),
        stock: Stock { images: HashMap::new(), link: Link::new(None) },
        secrets: Arc::new(Secrets::new(dir, Permission::Trusted, Mask::new()).keyed(key)),
        clock: Arc::new(SystemClock),
        logs: HashMap::new(),
        services: HashMap::new(),
        metrics: HashMap::new(),
        workflows: HashMap::new(),
    })
}

#[tokio::test]
async fn a_history_without_a_secret_passes_and_says_what_was_read() {
    let repo = Scanned::new();
    repo.commit(&[("a.py", "token = get_token()\n"), (".env.example", "API_KEY=changeme\n")]);
    let judged = repo.scan(whole()).await;
    judged.is(Pass, "3 files of 2 commits hold no secret");
    assert!(judged.measured.asked.starts_with("secrets in the whole history of "), "{}", judged.measured.asked);
}

#[tokio::test]
async fn a_secret_deep_in_the_history_is_found_with_the_commit_that_brought_it_and_its_author() {
    let repo = Scanned::new();
    let planted = repo.commit(&[("src/a.py", &leak())]);
    repo.commit(&[("src/a.py", &format!("{}more\n", leak()))]);
    repo.commit(&[("src/a.py", "clean\n")]);
    (0..20).for_each(|at| drop(repo.commit(&[("src/b.py", &format!("{at}\n"))])));
    let judged = repo.scan(whole()).await;
    judged.fails_in("src/a.py");
    assert!(judged.found.ends_with(&format!("({}, Dana)", &planted[..7])), "{}", judged.found);
    assert_eq!(judged.measured.tail, format!("github-token in src/a.py, line 3 ({}, Dana)\n", &planted[..7]));
    repo.git(&["tag", "v1", "HEAD~2"]);
    repo.scan(since("v1")).await.is(Pass, "hold no secret");
    repo.git(&["tag", "v0", &format!("{planted}~1")]);
    repo.scan(since("v0")).await.fails_in("src/a.py");
}

#[tokio::test]
async fn a_secret_that_only_a_merge_brought_and_one_in_a_file_that_is_gone_are_found() {
    let repo = Scanned::new();
    repo.git(&["checkout", "--quiet", "-b", "side"]);
    repo.commit(&[("side.py", "x\n")]);
    repo.git(&["checkout", "--quiet", "main"]);
    repo.commit(&[("main.py", "y\n")]);
    repo.git(&["merge", "--quiet", "--no-commit", "--no-ff", "side"]);
    let merge = repo.commit(&[("evil.py", &leak())]);
    let judged = repo.scan(whole()).await;
    judged.fails_in("evil.py");
    assert!(judged.found.contains(&merge[..7]), "{}", judged.found);
    repo.git(&["rm", "--quiet", "evil.py"]);
    repo.commit_all();
    repo.scan(whole()).await.fails_in("evil.py");
}

#[tokio::test]
async fn a_binary_file_and_one_that_is_too_large_are_counted_and_text_of_utf_16_is_read() {
    let repo = Scanned::new();
    repo.write("image.bin", [b"\0\x01", leak().as_bytes()].concat());
    repo.write("huge.txt", format!("{}{}", "x".repeat(2_000), leak()));
    repo.commit_all();
    let small = SecretsCheck { max_size: Some(1_000), ..whole() };
    repo.scan(small).await.is(Pass, "not read: 1 binary file, 1 file over max-size");
    repo.scan(whole()).await.fails_in("huge.txt");
    repo.git(&["rm", "--quiet", "huge.txt"]);
    let utf16: Vec<u8> = leak().encode_utf16().flat_map(u16::to_le_bytes).collect();
    repo.write("settings.ps1", [b"\xff\xfe", &utf16[..]].concat());
    repo.commit_all();
    repo.git(&["tag", "v1", "HEAD~1"]);
    repo.scan(since("v1")).await.fails_in("settings.ps1");
}

#[tokio::test]
async fn what_is_written_staged_or_hidden_in_the_checkout_is_read_too() {
    let repo = Scanned::new();
    repo.commit(&[("a.py", "x\n"), ("b.py", "y\n")]);
    repo.write("untracked.py", leak());
    repo.scan(whole()).await.is(Pass, "hold no secret");
    repo.write("a.py", leak());
    let judged = repo.scan(whole()).await;
    judged.fails_in("a.py");
    assert!(judged.found.ends_with("(not committed)"), "{}", judged.found);
    repo.git(&["add", "a.py"]);
    repo.write("a.py", "x\n");
    repo.scan(whole()).await.fails_in("a.py");
    repo.git(&["reset", "--quiet", "--hard"]);
    repo.git(&["update-index", "--assume-unchanged", "b.py"]);
    repo.write("b.py", leak());
    repo.scan(whole()).await.fails_in("b.py");
}

#[tokio::test]
async fn what_may_stay_passes_with_its_count_and_a_copy_elsewhere_does_not_stay() {
    let repo = Scanned::new();
    repo.commit(&[("tests/fixture.py", &leak())]);
    let allowed = SecretsCheck { allow: vec![allow("tests/**")], ..whole() };
    repo.scan(allowed.clone()).await.is(Pass, "1 finding may stay");
    let other =
        SecretsCheck { allow: vec![AllowedSecret { rule: "npm-token".to_owned(), ..allow("tests/**") }], ..whole() };
    repo.scan(other).await.fails_in("tests/fixture.py");
    let idle = SecretsCheck { allow: vec![allow("tests/**"), allow("old/**")], ..whole() };
    repo.scan(idle).await.is(Pass, "`allow` matches nothing for github-token in old/**");
    repo.commit(&[("src/other.py", &format!("{}x\n", leak()))]);
    let idle = SecretsCheck { allow: vec![allow("tests/**"), allow("old/**")], ..whole() };
    let failed = repo.scan(idle).await;
    failed.fails_in("src/other.py");
    assert!(
        failed.measured.tail.ends_with("\n`allow` matches nothing for github-token in old/**\n"),
        "said in a red one too"
    );
    repo.git(&["reset", "--quiet", "--hard", "HEAD~1"]);
    repo.commit(&[("src/copy.py", &leak())]);
    repo.scan(allowed.clone()).await.fails_in("src/copy.py");
    repo.git(&["rm", "--quiet", "src/copy.py"]);
    repo.commit_all();
    repo.scan(allowed).await.fails_in("src/copy.py");
}

#[tokio::test]
async fn a_file_that_is_moved_out_of_what_may_stay_is_found_there() {
    let repo = Scanned::new();
    repo.commit(&[("tests/fixture.py", &leak())]);
    std::fs::create_dir(repo.dir().join("src")).unwrap();
    repo.git(&["mv", "tests/fixture.py", "src/real.py"]);
    repo.commit_all();
    let allowed = SecretsCheck { allow: vec![allow("tests/**")], ..whole() };
    repo.scan(allowed).await.fails_in("src/real.py");
}

#[tokio::test]
async fn the_next_scan_remembers_what_was_read_and_still_fails() {
    let repo = Scanned::new();
    repo.commit(&[("a.py", &leak())]);
    let first = repo.scan(whole()).await;
    assert_eq!((first.reading().remembered, first.reading().files), (0, 2));
    repo.commit(&[("b.py", "x\n")]);
    let second = repo.scan(whole()).await;
    second.fails_in("a.py");
    assert_eq!((second.reading().remembered, second.reading().files, second.reading().commits), (2, 3, 3));
    // Another range lists everything again, and reads none of the files that are known.
    repo.git(&["tag", "v0", "HEAD~2"]);
    let other = repo.scan(since("v0")).await;
    other.fails_in("a.py");
    assert_eq!(other.reading().remembered, other.reading().files);
    let stricter = repo.scan(SecretsCheck { max_size: Some(5_000), ..whole() }).await;
    assert_eq!(stricter.reading().remembered, 0, "what was read by other settings counts for nothing");
}

#[tokio::test]
async fn a_damaged_cache_is_no_pass_and_is_made_anew() {
    let repo = Scanned::new();
    repo.commit(&[("a.py", &leak())]);
    repo.scan(whole()).await.fails_in("a.py");
    let file = std::fs::read_dir(repo.state().join("secrets")).unwrap().next().unwrap().unwrap().path();
    let good = std::fs::read(&file).unwrap();
    for bad in [Vec::new(), b"{}".to_vec(), good[..good.len() / 2].to_vec(), [&good[..], b"x"].concat()] {
        std::fs::write(&file, bad).unwrap();
        let judged = repo.scan(whole()).await;
        judged.fails_in("a.py");
        assert_eq!(judged.reading().remembered, 0);
    }
    assert_eq!(repo.scan(whole()).await.reading().remembered, 2, "the control: it was made anew");
}

#[tokio::test]
async fn a_branch_that_was_written_anew_is_not_taken_for_the_one_that_was_read() {
    let repo = Scanned::new();
    repo.commit(&[("a.py", "x\n")]);
    repo.scan(whole()).await.is(Pass, "2 files of 2 commits");
    repo.git(&["checkout", "--quiet", "--orphan", "other"]);
    repo.commit(&[("a.py", &leak())]);
    repo.scan(whole()).await.fails_in("a.py");
}

#[tokio::test]
async fn a_shallow_clone_is_no_data_and_a_secret_in_it_still_fails() {
    let repo = Scanned::new();
    repo.commit(&[("a.py", "x\n")]);
    repo.git(&["tag", "v1"]);
    repo.commit(&[("b.py", "y\n")]);
    let clone = repo.home.path().join("clone");
    let from = format!("file://{}", repo.dir().display());
    repo.git(&["clone", "--quiet", "--depth=1", &from, clone.to_str().unwrap()]);
    repo.scan_at(&clone, whole()).await.is(NoData, "the clone is shallow, and what was before ");
    repo.commit(&[("b.py", &leak())]);
    let leaking = repo.home.path().join("leaking");
    repo.git(&["clone", "--quiet", "--depth=1", &from, leaking.to_str().unwrap()]);
    repo.scan_at(&leaking, whole()).await.fails_in("b.py");
    repo.scan_at(&leaking, since("v1")).await.is(NoData, "there is no tag, branch or commit v1");
}

#[tokio::test]
async fn a_part_of_a_shallow_clone_that_is_all_here_passes() {
    let repo = Scanned::new();
    for file in ["a.py", "b.py", "c.py", "d.py"] {
        repo.commit(&[(file, &format!("{file}\n"))]);
    }
    let clone = repo.home.path().join("clone");
    let from = format!("file://{}", repo.dir().display());
    repo.git(&["clone", "--quiet", "--depth=3", &from, clone.to_str().unwrap()]);
    repo.scan_at(&clone, since("HEAD~1")).await.is(Pass, "1 file of 1 commit");
    repo.scan_at(&clone, whole()).await.is(NoData, "the clone is shallow");
}

#[tokio::test]
async fn a_partial_clone_is_no_data_and_nothing_is_fetched() {
    let repo = Scanned::new();
    repo.commit(&[("a.py", &leak())]);
    repo.commit(&[("a.py", "clean\n")]);
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let clone = repo.home.path().join("clone");
    let from = format!("file://{}", repo.dir().display());
    repo.git(&["clone", "--quiet", "--filter=blob:none", &from, clone.to_str().unwrap()]);
    let count = || {
        let out = Command::new("git").args(["count-objects", "-v"]).current_dir(&clone).output().unwrap();
        String::from_utf8(out.stdout).unwrap()
    };
    let before = count();
    repo.scan_at(&clone, whole()).await.is(NoData, "1 object of the history is not here, as in a partial clone");
    assert_eq!(count(), before, "nothing was fetched");
}

#[tokio::test]
async fn a_lost_object_is_no_data() {
    let repo = Scanned::new();
    repo.commit(&[("a.py", "lost\n")]);
    let id = repo.git(&["rev-parse", "HEAD:a.py"]);
    repo.scan(whole()).await.is(Pass, "2 files");
    std::fs::remove_file(repo.dir().join(".git/objects").join(&id[..2]).join(&id[2..])).unwrap();
    std::fs::remove_dir_all(repo.state().join("secrets")).unwrap();
    repo.scan(whole()).await.is(NoData, "not here");
}

#[tokio::test]
async fn a_path_of_any_bytes_is_read_and_shown_and_a_secret_in_a_path_is_not_shown() {
    let repo = Scanned::new();
    std::fs::write(repo.dir().join(OsStr::from_bytes(b"caf\xe9.py")), leak()).unwrap();
    repo.commit_all();
    repo.scan(whole()).await.fails_in("caf\u{fffd}.py");
    repo.git(&["rm", "--quiet", "-r", "."]);
    repo.commit(&[(&format!("dir-{}/x.py", token()), &format!("{}x\n", leak()))]);
    repo.git(&["tag", "v1", "HEAD~1"]);
    repo.git(&["rm", "--quiet", "-r", "."]);
    repo.commit(&[("y", "y\n")]);
    repo.scan(since("v1")).await.fails_in("dir-•••/x.py");
}

#[tokio::test]
async fn a_repository_of_sha_256_is_scanned_like_any_other() {
    let probe = tempfile::tempdir().unwrap();
    let can =
        Command::new("git").args(["init", "-q", "--object-format=sha256"]).current_dir(probe.path()).output().unwrap();
    assert!(can.status.success(), "git knows SHA-256 since 2.29");
    let repo = Scanned::with(&["--object-format=sha256"]);
    repo.commit(&[("a.py", &leak())]);
    repo.commit(&[("a.py", "clean\n")]);
    repo.scan(whole()).await.fails_in("a.py");
    let second = repo.scan(whole()).await;
    second.fails_in("a.py");
    assert_eq!(second.reading().remembered, 3);
}

#[tokio::test]
async fn submodules_and_pointers_are_said_and_not_followed() {
    let repo = Scanned::new();
    let other = Scanned::new();
    other.commit(&[("a.py", &leak())]);
    let from = other.dir();
    repo.git(&["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", from.to_str().unwrap(), "sub"]);
    repo.write("big.bin", "version https://git-lfs.github.com/spec/v1\noid sha256:12\nsize 3\n");
    repo.commit_all();
    repo.scan(whole()).await.is(Pass, "not read: 1 file that git-lfs keeps elsewhere, 1 submodule");
}

#[tokio::test]
async fn rules_of_the_commit_count_and_a_mistake_in_them_is_no_data_with_its_line() {
    let repo = Scanned::new();
    let rules = "[[rule]]\nid = \"bayit-key\"\nregex = 'bayit_[0-9]{6}'\nkeywords = [\"bayit_\"]\n";
    repo.commit(&[("rules.toml", rules), ("a.py", "one\nbayit_123456\n")]);
    let by = |file: &str| SecretsCheck { rules: Some(file.to_owned()), ..whole() };
    repo.scan(by("rules.toml")).await.is(Fail, "1 secret found: bayit-key in a.py, line 2");
    repo.scan(whole()).await.is(Pass, "hold no secret");
    repo.scan(by("none.toml")).await.is(NoData, "none.toml is not in the commit ");
    repo.write("rules.toml", rules.replace("{6}", "{6"));
    let uncommitted = repo.scan(by("rules.toml")).await;
    uncommitted.is(Fail, "bayit-key in a.py");
    repo.commit_all();
    let bad = repo.scan(by("rules.toml")).await;
    bad.is(NoData, "rules.toml:3:9: this regular expression cannot be used: ");
    assert!(bad.measured.tail.contains("3 | regex = 'bayit_[0-9]{6'\n  |         ^^^"), "{}", bad.measured.tail);
}

#[tokio::test]
async fn a_range_with_no_commit_is_no_data() {
    let repo = Scanned::new();
    repo.git(&["tag", "v1"]);
    repo.scan(since("v1")).await.is(NoData, "no commit is in the history since v1");
    repo.scan(since("{previous-tag}")).await.is(Pass, "1 file of 1 commit holds no secret");
}

#[tokio::test]
async fn no_byte_that_is_kept_or_told_holds_the_value_or_the_half_of_it() {
    let repo = Scanned::new();
    let password = ["Tr0ub4dor", "-and-3-horses"].concat();
    repo.commit(&[("a.py", &leak()), ("b.env", &format!("DATABASE_URL=postgres://app:{password}@db.internal/app\n"))]);
    repo.write("c.py", leak());
    repo.git(&["add", "c.py"]);
    let judged = repo.scan(whole()).await;
    assert_eq!(judged.reading().found, 3, "{}", judged.found);
    let told = format!("{:?} {}", judged.measured, judged.found);
    for value in [token(), password] {
        for part in [&value[..], &value[..value.len() / 2], &value[value.len() / 2..]] {
            assert!(!told.contains(part), "{part} is told");
            assert!(!repo.is_kept(part), "{part} is kept");
        }
    }
    assert!(repo.is_kept("tminus secrets 1"), "the control: what is kept is looked through");
}
