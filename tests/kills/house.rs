//! A rehearsal whose engine is a process of its own, and whoever comes to it. No engine outlives the house.

use crate::docker::wait;
use crate::flight::crash::{copy, shim};
use crate::flight::world::{Flight, Told, tell};
use crate::terminal::seat::Seat;
use portable_pty::CommandBuilder;
use std::ffi::OsStr;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tminus_core::fact::Record;
use tminus_core::names::Person;
use tminus_core::release::Release;
use tminus_core::who::Who;
use tminus_engine::journal::JournalReader;
use tminus_engine::session::{EnginePlace, Joined, join};
use tokio::runtime::Runtime;

/// How long a command may take on a machine that does other things too.
const BOUND: Duration = Duration::from_secs(200);
pub const PROGRAM: &str = env!("CARGO_BIN_EXE_tminus");

pub struct House {
    pub flight: Flight,
    /// How many facts there were before what the test is about.
    pub eve: usize,
    pub runtime: Runtime,
}

impl House {
    /// Remembers how everything is now, so that it can be put back.
    pub fn of(flight: Flight) -> Self {
        copy(&flight.state(), &flight.home().join("eve"));
        shim(flight.home());
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut house = Self { flight, eve: 0, runtime };
        house.eve = house.records().len();
        house
    }

    /// Puts everything back but the socket of an engine that was killed: the next one finds it in its way.
    pub fn put_back(&self) {
        fs::remove_dir_all(self.flight.state()).unwrap();
        copy(&self.flight.home().join("eve"), &self.flight.state());
        fs::write(self.flight.home().join("ran"), "").unwrap();
    }

    /// Reads the journal as it is on disk, and checks its chain.
    pub fn records(&self) -> Vec<Record> {
        let reader = JournalReader::open(&self.flight.kept().join("journal.db")).unwrap();
        reader.records(0).unwrap()
    }

    pub fn release(&self) -> Release {
        Release::of(&self.records())
    }

    /// All that a program in this house has of an environment.
    pub fn env(&self) -> Vec<(&'static str, String)> {
        let at = |name: &str| self.flight.home().join(name).display().to_string();
        vec![
            ("PATH", format!("{}:{}", at("bin"), std::env::var("PATH").unwrap())),
            ("HOME", self.flight.home().display().to_string()),
            ("XDG_STATE_HOME", at("state")),
            ("XDG_CONFIG_HOME", at("config")),
            ("XDG_DATA_HOME", at("share")),
            ("XDG_RUNTIME_DIR", at("run")),
            ("TMPDIR", self.flight.home().display().to_string()),
            ("TERM", "xterm-256color".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
        ]
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(PROGRAM);
        command.args(words).current_dir(&self.flight.dir).env_clear().envs(self.env());
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        command
    }

    /// Starts a command that lines are written to.
    pub fn talk(&self, words: &[&str]) -> Child {
        self.command(words).stdin(Stdio::piped()).spawn().unwrap()
    }

    /// Runs a command, which joins the engine where one runs.
    pub fn run(&self, words: &[&str]) -> Told {
        let mut command = assert_cmd::Command::from_std(self.command(words));
        tell(&words.join(" "), command.timeout(BOUND).output().unwrap())
    }

    /// Runs a command that starts the next engine, where it loses the one that it joined, in virtual time.
    pub fn goes_on(&self, words: &[&str]) -> Told {
        let mut command = self.command(words);
        command.env("TMINUS_TIME", "virtual");
        let mut command = assert_cmd::Command::from_std(command);
        tell(&words.join(" "), command.timeout(BOUND).output().unwrap())
    }

    /// Starts an engine in virtual time, which kills itself as soon as a fact is on disk, and waits until it listens.
    pub fn engine(&self, cut: Option<u64>) -> Engine {
        let cut = cut.map(|seq| ("TMINUS_POWER_CUT", seq.to_string()));
        self.engine_in([("TMINUS_TIME", "virtual".to_owned())].into_iter().chain(cut))
    }

    /// Starts an engine in real time, and waits until it listens.
    pub fn engine_in_real_time(&self) -> Engine {
        self.engine_in([])
    }

    fn engine_in(&self, env: impl IntoIterator<Item = (&'static str, String)>) -> Engine {
        let mut command = self.command(&["engine", "run", "--detached", "--grace", "60s"]);
        let mut child = command.envs(env).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let engine = Engine(child);
        assert!(line.contains(r#""exit":null"#), "the engine does not start: {line}");
        engine
    }

    /// Opens the program, or another one that brings it, in a terminal.
    pub fn terminal<S: AsRef<OsStr>>(&self, words: &[S]) -> Seat {
        let mut command = CommandBuilder::new(&words[0]);
        command.args(&words[1..]);
        command.env_clear();
        for (name, value) in self.env() {
            command.env(name, value);
        }
        command.cwd(&self.flight.dir);
        Seat::in_home(command, self.flight.home())
    }

    fn place(&self) -> Option<EnginePlace> {
        let folder = self.flight.home().join("run/tminus");
        let sockets = fs::read_dir(&folder).ok()?.flatten().map(|entry| entry.path());
        let socket: PathBuf = sockets.into_iter().find(|path| path.extension().is_some_and(|e| e == "sock"))?;
        Some(EnginePlace::of(&folder, socket.file_stem()?.to_str()?, None))
    }

    /// Joins the engine, where one runs.
    pub fn join(&self) -> Option<Joined> {
        self.join_as(&me())
    }

    /// Joins it as somebody.
    pub fn join_as(&self, who: &Who) -> Option<Joined> {
        let place = self.place()?;
        self.runtime.block_on(join(&place, who)).ok()
    }

    /// Returns the process of the engine that runs.
    #[track_caller]
    pub fn engine_pid(&self) -> u32 {
        self.join().expect("an engine runs").welcome.pid
    }

    /// Ends the engine that runs, at once, and returns when nobody listens any more.
    pub fn kill_engine(&self) {
        wait::until("the end of the engine", BOUND, || match self.join() {
            Some(joined) => {
                kill(joined.welcome.pid);
                None
            }
            None => Some(()),
        });
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.kill_engine();
    }
}

pub fn me() -> Who {
    Who { name: Person::new("eyes"), user: String::new(), host: String::new() }
}

/// Kills one process of this test's.
pub fn kill(pid: u32) {
    // SAFETY: kill takes two numbers and touches no memory of ours. A process that has ended by now is no error.
    unsafe { libc::kill(pid.cast_signed(), libc::SIGKILL) };
}

/// An engine that the test started.
pub struct Engine(Child);

impl Engine {
    /// Waits for its end, and returns the signal that ended it.
    pub fn ended_by(&mut self) -> Option<i32> {
        self.0.wait().unwrap().signal()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
