//! The person's `git` program, asked so that it starts no hook, waits for nobody, changes nothing by the way, and ends.
//!
//! What is clean, ignored or tracked is what this program says. Its answers are read as bytes; nothing of them is shown
//! before it was made text.

use super::failure::git_failure;
use crate::process::{GIT_VARIABLES, Group};
use std::ffi::{OsStr, OsString};
use std::io::{Read, Write as _};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;
use tminus_core::ports::{FailureKind, PortError};
use tminus_core::time::Span;

/// How long a question may take.
const QUESTION: Duration = Duration::from_secs(60);

/// How long filling a checkout may take: large files may have to be fetched first.
const CHECKOUT: Duration = Duration::from_secs(600);

/// How long is waited for words that nobody needs once git has ended well.
const NOT_NEEDED: Duration = Duration::from_millis(100);

/// The variable that lists the ways by which git may fetch. A partial clone otherwise fetches whatever it lacks, in the
/// middle of any question; a list that holds no way is obeyed by every git, `GIT_NO_LAZY_FETCH` by the newest ones alone.
const WAYS: &str = "GIT_ALLOW_PROTOCOL";

/// The ways that start no program which the repository itself names.
const PLAIN_WAYS: &str = "file:git:http:https:ssh";

/// Settings by which a repository's own configuration starts programs when git speaks with a remote.
const REMOTE_PROGRAMS: &str =
    r"^(core\.(sshcommand|gitproxy|askpass)|credential\.(.*\.)?helper|remote\..*\.(uploadpack|vcs))$";

/// How long output may stay open once git has ended.
const LEFT_OPEN: Duration = Duration::from_secs(10);

/// The setting that starts no hook.
const NO_HOOKS: &str = "core.hooksPath=/dev/null";

/// Settings that keep a repository's configuration from starting programs, or from making git look away.
const SETTINGS: &[&str] = &[
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.quotePath=false",
    "core.ignoreStat=false",
    "core.checkStat=default",
    "core.trustctime=true",
    "log.showSignature=false",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    // Such an address is a command.
    "protocol.ext.allow=never",
];

/// Whether git may start the programs that the repository's own configuration names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filters {
    /// The plan is trusted: they run wherever git itself would run them.
    Run,
    /// They do not run.
    Withheld,
}

/// One way to ask git: where, with which settings and variables.
#[derive(Clone, Debug)]
pub(crate) struct GitProgram {
    dir: PathBuf,
    settings: Vec<OsString>,
    variables: Vec<(&'static str, OsString)>,
    limit: Duration,
    /// How much of what it prints is kept, in bytes.
    most: u64,
    hooks: Hooks,
}

/// Whether git starts the hooks of the person and the repository.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hooks {
    /// As git itself does.
    Run,
    /// Not one.
    Withheld,
}

/// What git came to.
#[derive(Debug)]
pub(crate) struct GitAnswer {
    exit: Option<i32>,
    out: Vec<u8>,
    said: String,
}

impl GitAnswer {
    /// Says whether it ended well.
    pub(crate) fn is_good(&self) -> bool {
        self.exit == Some(0)
    }

    /// Says whether it ended well, where "no" is exit 1; anything else is a failure in git's own words.
    pub(crate) fn is_yes(&self) -> Result<bool, PortError> {
        match self.exit {
            Some(0) => Ok(true),
            Some(1) => Ok(false),
            Some(_) | None => Err(self.failure()),
        }
    }

    /// Returns what it printed as text, without the end of the line.
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.out).trim_end_matches('\n').to_owned()
    }

    /// Returns what it printed.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.out
    }

    /// Fails in git's own words unless it ended well.
    pub(crate) fn good(&self) -> Result<(), PortError> {
        if self.is_good() { Ok(()) } else { Err(self.failure()) }
    }

    fn failure(&self) -> PortError {
        git_failure(&self.said)
    }
}

impl GitProgram {
    /// Asks in a folder.
    pub(crate) fn at(dir: &Path) -> Self {
        let nothing_is_fetched = (WAYS, OsString::from("none"));
        Self {
            dir: dir.to_owned(),
            settings: Vec::new(),
            variables: vec![nothing_is_fetched],
            limit: QUESTION,
            most: u64::MAX,
            hooks: Hooks::Withheld,
        }
    }

    /// Returns the folder that it asks in.
    pub(crate) fn dir(&self) -> &Path {
        &self.dir
    }

    /// Sets one setting for this asking.
    #[must_use]
    pub(crate) fn set(mut self, setting: impl Into<OsString>) -> Self {
        self.settings.push(setting.into());
        self
    }

    /// Sets one variable for this asking.
    #[must_use]
    pub(crate) fn variable(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    /// Lets it take as long as filling a checkout takes, and fetch what a partial clone lacks.
    #[must_use]
    pub(crate) fn filling(mut self) -> Self {
        self.limit = CHECKOUT;
        self.may_fetch()
    }

    /// Keeps so many bytes of what it prints; the rest goes by.
    #[must_use]
    pub(crate) fn keeping(self, most: u64) -> Self {
        Self { most, ..self }
    }

    /// Lets it start hooks and sign, as the person's own git does, for as long as that may take.
    #[must_use]
    pub(crate) fn with_hooks(self, limit: Duration) -> Self {
        Self { hooks: Hooks::Run, limit, ..self }
    }

    /// Lets it ask a remote, for as long as that may take.
    ///
    /// # Errors
    /// When the repository's own configuration names programs for that, and they may not run.
    pub(crate) fn asking_a_remote(mut self, filters: Filters, patience: Duration) -> Result<Self, PortError> {
        if filters == Filters::Withheld {
            let found =
                self.answer(&["config", "--show-scope", "-z", "--name-only", "--get-regexp", REMOTE_PROGRAMS])?;
            let found: Vec<String> = if found.is_yes()? { entries(found.bytes()).collect() } else { Vec::new() };
            let own = found.chunks(2).filter(|pair| matches!(pair[0].as_str(), "local" | "worktree"));
            let own: Vec<&str> = own.filter_map(|pair| pair.get(1)).map(String::as_str).collect();
            if !own.is_empty() {
                let says = format!("the repository's own configuration starts programs for it ({})", own.join(", "));
                let failure = PortError::new(FailureKind::Rejected, says);
                return Err(failure.because("read them, then run `tminus trust`"));
            }
        }
        self.limit = patience;
        let git = self.may_fetch();
        Ok(if filters == Filters::Withheld { git.variable(WAYS, PLAIN_WAYS) } else { git })
    }

    /// Allows a fetch, without a password prompt: ssh would write it across whatever is drawn on the terminal.
    fn may_fetch(mut self) -> Self {
        self.variables.retain(|(name, _)| *name != WAYS);
        let is_set = |name: &str| std::env::var_os(name).is_some();
        let has_own = || self.answer(&["config", "--get", "core.sshCommand"]).is_ok_and(|answer| answer.is_good());
        if is_set("GIT_SSH_COMMAND") || is_set("GIT_SSH") || has_own() {
            return self;
        }
        self.variable("GIT_SSH_COMMAND", "ssh -o BatchMode=yes")
    }

    /// Returns what it prints; an exit other than 0 is a failure in git's own words.
    pub(crate) fn read<S: AsRef<OsStr>>(&self, words: &[S]) -> Result<Vec<u8>, PortError> {
        let answer = self.ask(words, &[])?;
        if answer.is_good() { Ok(answer.out) } else { Err(answer.failure()) }
    }

    /// Returns what it prints as text, without the end of the line.
    pub(crate) fn line<S: AsRef<OsStr>>(&self, words: &[S]) -> Result<String, PortError> {
        let answer = self.ask(words, &[])?;
        if answer.is_good() { Ok(answer.text()) } else { Err(answer.failure()) }
    }

    /// Returns what it prints when it is given something to read.
    pub(crate) fn read_with<S: AsRef<OsStr>>(&self, words: &[S], input: &[u8]) -> Result<GitAnswer, PortError> {
        self.ask(words, input)
    }

    /// Returns what it comes to, whatever that is.
    pub(crate) fn answer<S: AsRef<OsStr>>(&self, words: &[S]) -> Result<GitAnswer, PortError> {
        self.ask(words, &[])
    }

    fn ask<S: AsRef<OsStr>>(&self, words: &[S], input: &[u8]) -> Result<GitAnswer, PortError> {
        let mut command = self.command();
        command.args(words).stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() });
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().map_err(not_started)?;
        let (stdin, group) = (child.stdin.take(), Group::of(child.id()));
        let (ended, wait) = channel::<()>();
        let (out, said) = (drained(child.stdout.take(), self.most), drained(child.stderr.take(), u64::MAX));
        let (status, is_late) = std::thread::scope(|scope| {
            let watch = scope.spawn(move || {
                let is_late = wait.recv_timeout(self.limit).is_err();
                group.filter(|_| is_late).inspect(|group| group.end());
                is_late
            });
            if let Some(mut stdin) = stdin {
                // One that does not read its input says why itself.
                scope.spawn(move || drop(stdin.write_all(input)));
            }
            let status = child.wait();
            let _late = ended.send(());
            (status, watch.join().unwrap_or_default())
        });
        if is_late {
            let summary = format!("git was not done after {}", Span::from(self.limit));
            return Err(PortError::new(FailureKind::Timeout, summary));
        }
        let status = status.map_err(not_started)?;
        // What git leaves behind, such as a shared connection of ssh, may keep its output open for ever.
        let out = out.recv_timeout(LEFT_OPEN).map_err(|_open| {
            PortError::new(FailureKind::Timeout, "git ended, and something that it started keeps its output open")
        })?;
        let wait = if status.success() { NOT_NEEDED } else { LEFT_OPEN };
        let said = said.recv_timeout(wait).unwrap_or_default();
        Ok(GitAnswer { exit: status.code(), out, said: String::from_utf8_lossy(&said).into_owned() })
    }

    pub(super) fn command(&self) -> Command {
        let mut command = Command::new("git");
        command.arg("--no-pager").current_dir(&self.dir).process_group(0);
        let withheld = Some(NO_HOOKS).filter(|_| self.hooks == Hooks::Withheld);
        for setting in
            withheld.iter().chain(SETTINGS).map(OsStr::new).chain(self.settings.iter().map(OsString::as_os_str))
        {
            command.arg("-c").arg(setting);
        }
        for name in GIT_VARIABLES.iter().chain(LOOKS) {
            command.env_remove(name);
        }
        command.env("LC_ALL", "C").env("GIT_TERMINAL_PROMPT", "0").env("GIT_OPTIONAL_LOCKS", "0");
        command.env("GIT_ASKPASS", "false").env("SSH_ASKPASS_REQUIRE", "never");
        // What a commit holds is what it holds, whatever this clone replaces it with.
        command.env("GIT_NO_REPLACE_OBJECTS", "1").env("GIT_GRAFT_FILE", "/dev/null/none");
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// Variables that change how git reads paths, or what it prints.
const LOOKS: &[&str] = &[
    "GIT_LITERAL_PATHSPECS",
    "GIT_GLOB_PATHSPECS",
    "GIT_NOGLOB_PATHSPECS",
    "GIT_ICASE_PATHSPECS",
    "GIT_ATTR_SOURCE",
    "GIT_TRACE",
    "GIT_EXTERNAL_DIFF",
    "GIT_DEFAULT_REF_FORMAT",
];

/// Reads a pipe to its end in a thread of its own, and keeps so much of it.
fn drained(pipe: Option<impl Read + Send + 'static>, most: u64) -> Receiver<Vec<u8>> {
    let (to, read) = channel();
    std::thread::spawn(move || {
        let mut bytes = Vec::new();
        let _end = pipe.map(|mut pipe| {
            let kept = pipe.by_ref().take(most).read_to_end(&mut bytes);
            kept.and_then(|_| std::io::copy(&mut pipe, &mut std::io::sink()))
        });
        to.send(bytes).ok();
    });
    read
}

pub(super) fn not_started(error: std::io::Error) -> PortError {
    match error.kind() {
        std::io::ErrorKind::NotFound => {
            PortError::new(FailureKind::NotFound, "git is not installed here, or not on the PATH")
        }
        _ => PortError::new(FailureKind::Rejected, "git could not be started").because(error.to_string()),
    }
}

/// Splits what was printed with `-z`.
pub(super) fn entries(out: &[u8]) -> impl Iterator<Item = String> {
    out.split(|byte| *byte == 0)
        .filter(|entry| !entry.is_empty())
        .map(|entry| String::from_utf8_lossy(entry).into_owned())
}
