//! What a scan for secrets costs over a long history, beside `git log -G` with five patterns in the same run.
//!
//!     cargo bench --bench secrets -- [--commits 20000]
//!
//! The repository is made here: Python-like files full of `key`, `token` and `secret`, one to three changed by each commit,
//! and one key 4,000 commits deep. Each measurement is a process of its own; its programs count as it does. The first scan,
//! and the second after ten more commits, must find the key, or it fails.

use std::collections::{BTreeMap, HashMap};
use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tminus_core::judge::judge;
use tminus_core::kinds::check::{CheckKind, SecretsCheck};
use tminus_core::mask::Mask;
use tminus_core::measurement::{Ask, ProbeQuestion};
use tminus_core::names::{CheckName, Commit, Phase};
use tminus_core::plan::{Check, Expect, ReleaseRules, Template};
use tminus_core::ports::Probe;
use tminus_core::verdict::Verdict;
use tminus_services::clock::SystemClock;
use tminus_services::docker::Link;
use tminus_services::git::GitRepository;
use tminus_services::http::Http;
use tminus_services::probe::{ProbeDeps, RealProbe, Stock};
use tminus_services::secrets::{Permission, Secrets, ValueKey};
use tminus_services::worktree::Worktree;

type Bad = Box<dyn Error + Send + Sync>;

/// The five patterns, in one expression: git reads every change once.
const PATTERNS: &str = "AKIA[A-Z0-9]{16}|gh[pousr]_[A-Za-z0-9]{36}|xox[abeprs]-[A-Za-z0-9-]{20}|AIza[A-Za-z0-9_-]{35}|-----BEGIN [A-Z ]*PRIVATE KEY";
/// How deep the key lies.
const DEEP: usize = 4_000;
/// How often the memory of a process and of its programs is looked at.
const LOOK: Duration = Duration::from_millis(10);

const WORDS: &[&str] = &[
    "def", "return", "import", "self", "class", "value", "key", "index", "user", "token", "request", "response", "api",
    "password", "config", "path", "name", "data", "error", "result", "stream", "voice", "content", "session", "player",
    "cache", "queue", "timeout", "retry", "header", "status", "update", "delete", "insert", "select", "where", "limit",
    "order", "secret", "manager", "provider", "factory",
];

/// A source of numbers that is the same each time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    fn word(&mut self) -> &'static str {
        WORDS[self.below(WORDS.len())]
    }

    fn line(&mut self) -> String {
        let words: Vec<&str> = (0..2 + self.below(8)).map(|_| self.word()).collect();
        format!("{}{}\n", "    ".repeat(self.below(4)), words.join(" "))
    }
}

/// Writes the history as `git fast-import` reads it.
fn history(to: &mut impl Write, commits: usize) -> Result<(), Bad> {
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    let paths: Vec<String> =
        (0..1_500).map(|at| format!("src/{}/{}_{at}.py", numbers.word(), numbers.word())).collect();
    let mut files: HashMap<usize, Vec<String>> = HashMap::new();
    let planted = format!("AWS_KEY = \"{}{}\"\n", "AKIA", "QYLPMN5HFIQR7BBB");
    let (deep, mut holds) = (DEEP.min(commits / 2), None);
    for at in 0..commits {
        writeln!(
            to,
            "commit refs/heads/main\nmark :{}\ncommitter A <a@b> {} +0000\ndata 1\nc",
            at + 1,
            1_600_000_000 + at * 600
        )?;
        if at > 0 {
            writeln!(to, "from :{at}")?;
        }
        let count = [1, 1, 2, 3][numbers.below(4)];
        let mut changed: Vec<usize> = (0..count).map(|_| numbers.below(paths.len())).collect();
        // The key is taken away again by the next commit.
        changed.extend(holds);
        for path in changed {
            let lines = 60 + numbers.below(440);
            let file = files.entry(path).or_insert_with(|| (0..lines).map(|_| numbers.line()).collect());
            for _ in 0..1 + numbers.below(6) {
                let place = numbers.below(file.len());
                file[place] = numbers.line();
            }
            if at + deep == commits {
                if holds.is_none() {
                    file[3].clone_from(&planted);
                    holds = Some(path);
                }
            } else if holds == Some(path) {
                file[3] = "    pass\n".to_owned();
                holds = None;
            }
            let text = file.concat();
            writeln!(to, "M 100644 inline {}\ndata {}\n{text}", paths[path], text.len())?;
        }
    }
    Ok(())
}

fn git(dir: &Path, words: &[&str]) -> Command {
    let mut command = Command::new("git");
    command.args(words).current_dir(dir);
    for who in ["AUTHOR", "COMMITTER"] {
        command.env(format!("GIT_{who}_NAME"), "bench").env(format!("GIT_{who}_EMAIL"), "bench@example.com");
    }
    command
}

fn done(mut command: Command) -> Result<(), Bad> {
    match command.status()?.success() {
        true => Ok(()),
        false => Err(format!("{command:?} failed").into()),
    }
}

/// What a process and its programs took.
struct Cost {
    wall: Duration,
    processor: Duration,
    memory: u64,
}

/// Runs a process, and looks at it meanwhile.
fn cost(mut command: Command) -> Result<Cost, Bad> {
    let (before, began) = (spent()?, Instant::now());
    let mut child = command.spawn()?;
    let mut memory = 0;
    let status = loop {
        memory = memory.max(resident(child.id()));
        match child.try_wait()? {
            Some(status) => break status,
            None => std::thread::sleep(LOOK),
        }
    };
    let (wall, processor) = (began.elapsed(), spent()? - before);
    if !status.success() {
        return Err(format!("{command:?} failed").into());
    }
    Ok(Cost { wall, processor, memory })
}

/// Returns what the children of this process took that have ended, theirs included.
fn spent() -> Result<Duration, Bad> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks: u64 = fields[13].parse::<u64>()? + fields[14].parse::<u64>()?;
    Ok(Duration::from_millis(ticks * 10))
}

/// Returns the memory that a process and its children hold, in bytes.
fn resident(id: u32) -> u64 {
    let own = fs::read_to_string(format!("/proc/{id}/status")).unwrap_or_default();
    let own = own.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    let children = fs::read_dir(format!("/proc/{id}/task")).into_iter().flatten().flatten();
    let children =
        children.filter_map(|thread| fs::read_to_string(thread.path().join("children")).ok()).collect::<String>();
    let below: u64 = children.split_whitespace().filter_map(|id| id.parse().ok()).map(resident).sum();
    own.unwrap_or_default() * 1_024 + below
}

/// Scans a repository, as a check does it; the key must be found.
fn scan(dir: &Path, state: &Path) -> Result<(), Bad> {
    let out = git(dir, &["rev-parse", "HEAD"]).output()?;
    let check = check();
    let ask = Ask {
        question: ProbeQuestion::Check(check.clone()),
        values: BTreeMap::new(),
        commit: Some(Commit::new(String::from_utf8(out.stdout)?.trim())),
        env: None,
        version: None,
        since: None,
        settled: None,
    };
    let probe = probe(dir, state)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let measured = runtime.block_on(probe.measure(&ask, tokio::sync::mpsc::channel(1).0))?;
    let judged = judge(&check, &measured, &BTreeMap::new());
    println!("    {}", judged.found);
    let is_found = judged.verdict == Verdict::Fail && judged.found.starts_with("1 secret found: aws-access-key in ");
    if is_found { Ok(()) } else { Err("the key was not found".into()) }
}

fn check() -> Check {
    Check {
        name: CheckName::new("secrets"),
        phase: Phase::new("pre-deploy"),
        group: None,
        title: "No secret in the history".to_owned(),
        way: CheckKind::Secrets(SecretsCheck { since: None, rules: None, allow: Vec::new(), max_size: None }),
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

fn probe(dir: &Path, state: &Path) -> Result<RealProbe, Bad> {
    let repository = Arc::new(GitRepository::open(dir, "origin")?.trusted());
    tminus_storage::paths::private_folder(state)?;
    let key = ValueKey::kept_at(&state.join("environment.key"));
    Ok(RealProbe::new(ProbeDeps {
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
    }))
}

fn measured(name: &str, cost: &Cost, beside: Option<&Cost>) {
    let times = beside.map_or_else(String::new, |beside| {
        format!("   wall {:.1} times as fast as git log -G", beside.wall.as_secs_f64() / cost.wall.as_secs_f64())
    });
    println!(
        "{name:24} wall {:6.2} s   processor {:6.2} s   memory {:4} MiB{times}",
        cost.wall.as_secs_f64(),
        cost.processor.as_secs_f64(),
        cost.memory >> 20,
    );
}

fn main() -> Result<(), Bad> {
    let words: Vec<String> = std::env::args().skip(1).filter(|word| word != "--bench").collect();
    if let [word, dir, state] = words.as_slice()
        && word == "scan"
    {
        return scan(Path::new(dir), Path::new(state));
    }
    let commits = match words.as_slice() {
        [] => 20_000,
        [word, count] if word == "--commits" => count.parse()?,
        _ => return Err("usage: cargo bench --bench secrets -- [--commits N]".into()),
    };
    let home = tempfile::tempdir()?;
    let (dir, state) = (home.path().join("project"), home.path().join("state"));
    fs::create_dir(&dir)?;
    done(git(&dir, &["init", "--quiet", "--initial-branch=main"]))?;
    let mut import = git(&dir, &["fast-import", "--quiet"]).stdin(Stdio::piped()).spawn()?;
    let mut to = BufWriter::new(import.stdin.take().ok_or("git takes no input")?);
    history(&mut to, commits)?;
    drop(to);
    if !import.wait()?.success() {
        return Err("git fast-import failed".into());
    }
    done(git(&dir, &["reset", "--quiet", "--hard"]))?;
    let scanning = || {
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("scan").arg(&dir).arg(&state);
        Ok::<_, Bad>(command)
    };
    let log = || {
        let mut command = git(&dir, &["--no-pager", "log", "--all", "--format=%h", "-G", PATTERNS]);
        command.stdout(Stdio::null());
        command
    };
    println!("{commits} commits");
    // The first run brings the pack into memory for all that follow.
    cost(log())?;
    let beside = cost(log())?;
    measured("git log -G, five patterns", &beside, None);
    measured("first scan", &cost(scanning()?)?, Some(&beside));
    for at in 0..10 {
        fs::write(dir.join("new.py"), format!("value {at}\n"))?;
        done(git(&dir, &["add", "new.py"]))?;
        done(git(&dir, &["commit", "--quiet", "--message=more"]))?;
    }
    measured("second scan, 10 commits", &cost(scanning()?)?, Some(&beside));
    Ok(())
}
