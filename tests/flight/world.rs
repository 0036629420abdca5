//! A project with a home of its own, and the built program run in it. No test's flight sees another's.

use crate::slots::{Scarce, Slot, take};
use assert_cmd::Command;
use serde_json::Value;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tempfile::TempDir;

/// No command of a flight takes longer, or it hangs.
const BOUND: Duration = Duration::from_secs(200);

/// What one command came to.
#[derive(Debug)]
pub struct Told {
    pub words: String,
    pub code: Option<i32>,
    pub signal: Option<i32>,
    pub out: String,
    pub err: String,
}

impl Told {
    /// Reads what was asked for, as the JSON object that it must be.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// Asserts that standard output or standard error holds the words.
    #[track_caller]
    pub fn says(&self, words: &str) -> &Self {
        assert!(self.out.contains(words) || self.err.contains(words), "{words:?} is not said: {self}");
        self
    }

    /// Asserts that it does not say something.
    #[track_caller]
    pub fn silent(&self, words: &str) -> &Self {
        assert!(!self.out.contains(words) && !self.err.contains(words), "{words:?} is said: {self}");
        self
    }

    /// Asserts that nothing of it moves the cursor, changes a title or rings.
    #[track_caller]
    pub fn is_plain(&self) -> &Self {
        let is_raw = |c: char| c.is_control() && c != '\n';
        assert!(!self.out.contains(is_raw), "standard output holds control characters: {self}");
        assert!(!self.err.contains(is_raw), "standard error holds control characters: {self}");
        self
    }
}

impl std::fmt::Display for Told {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { words, code, signal, out, err } = self;
        write!(f, "tminus {words} ended with {code:?} (signal {signal:?})\n--- out\n{out:?}\n--- err\n{err}")
    }
}

/// One project, and the home of the person who flies it.
pub struct Flight {
    home: TempDir,
    /// Where the plan is.
    pub dir: PathBuf,
    _slot: Slot,
}

impl Flight {
    /// Makes a home with an empty folder for a project in it.
    pub fn empty() -> Self {
        let _slot = take(Scarce::Program);
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("project");
        fs::create_dir(&dir).unwrap();
        Self { home, dir, _slot }
    }

    /// Lays a rehearsal down, with its release open.
    pub fn rehearsal(scenario: &str) -> Self {
        let flight = Self::empty();
        fs::remove_dir(&flight.dir).unwrap();
        let dir = flight.dir.to_str().unwrap();
        let mut command = flight.command(["demo", "--scenario", scenario, "--dir", dir, "--no-open"]);
        let told = tell("demo", command.current_dir(flight.home()).output().unwrap());
        assert_eq!(told.code, Some(0), "{told}");
        flight
    }

    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Where this home keeps all state.
    pub fn state(&self) -> PathBuf {
        self.home().join("state")
    }

    /// Where tminus keeps what it knows about the one project of this home.
    pub fn kept(&self) -> PathBuf {
        let mut folders = fs::read_dir(self.state().join("tminus")).unwrap().map(|entry| entry.unwrap().path());
        let only = folders.next().unwrap();
        assert_eq!(folders.next(), None, "one project, one journal");
        only
    }

    pub fn command<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::from_std(self.bare(words));
        command.timeout(BOUND);
        command
    }

    /// The program in this home, for a test that holds it while it runs.
    pub fn bare<S: AsRef<OsStr>>(&self, words: impl IntoIterator<Item = S>) -> std::process::Command {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_tminus"));
        command.args(words).current_dir(&self.dir).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        // No engine outlives a test that is not about one.
        command.env("TMINUS_SOLO", "1").env("HOME", self.home()).env("XDG_STATE_HOME", self.state());
        command.env("XDG_CONFIG_HOME", self.home().join("config")).env("XDG_DATA_HOME", self.home().join("share"));
        command.env("XDG_RUNTIME_DIR", self.home()).env("LC_ALL", "C.UTF-8");
        for name in ["TMINUS_NAME", "TMINUS_POWER_CUT", "NO_COLOR", "GIT_DIR", "GIT_WORK_TREE"] {
            command.env_remove(name);
        }
        command
    }

    /// Runs a command, whatever it comes to.
    pub fn run(&self, words: &[&str]) -> Told {
        self.run_with(&[], words)
    }

    /// Runs a command with more of an environment.
    pub fn run_with(&self, env: &[(&str, &str)], words: &[&str]) -> Told {
        let output = self.command(words).envs(env.iter().copied()).output().unwrap();
        tell(&words.join(" "), output)
    }

    /// Runs a command that must end with a status.
    #[track_caller]
    pub fn expect(&self, code: i32, words: &[&str]) -> Told {
        let told = self.run(words);
        assert_eq!(told.code, Some(code), "{told}");
        told
    }

    /// Returns every fact of the journal, as `journal --json` prints it.
    pub fn facts(&self) -> Vec<Value> {
        let told = self.expect(0, &["journal", "--json"]);
        told.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

pub fn tell(words: &str, output: std::process::Output) -> Told {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Told {
        words: words.to_owned(),
        code: output.status.code(),
        signal: output.status.signal(),
        out: text(output.stdout),
        err: text(output.stderr),
    }
}
