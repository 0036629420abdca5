//! A project whose commands start and find an engine of their own.

use super::kiosk::Kiosk;
use super::world::Told;
use std::fs::{self, File};
use std::io::Write;
use std::process::{Child, Command};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

/// A project whose commands may start an engine; one that still runs at the end is ended.
pub(super) struct Stay(pub Kiosk);

impl Stay {
    pub(super) fn cut() -> Self {
        let stay = Self(Kiosk::new());
        stay.expect(0, &["trust", "--yes"]);
        stay.expect(0, &["release", "cut", "1.0.0"]);
        stay
    }

    pub(super) fn with(&self, env: &[(&str, &str)], words: &[&str]) -> Told {
        self.0.flight.run_with(&[&[("TMINUS_SOLO", "")], env].concat(), words)
    }

    #[track_caller]
    pub(super) fn expect(&self, code: i32, words: &[&str]) -> Told {
        self.named(code, "", words)
    }

    #[track_caller]
    pub(super) fn named(&self, code: i32, name: &str, words: &[&str]) -> Told {
        let told = self.with(&[("TMINUS_NAME", name)], words);
        assert_eq!(told.code, Some(code), "{told}");
        told
    }

    /// Returns the process of the engine, where one runs.
    pub(super) fn pid(&self) -> Option<u64> {
        self.with(&[], &["engine", "inspect", "--json"]).json()["pid"].as_u64()
    }

    /// Makes the step before a delivery wait for the test.
    pub(super) fn hold(&self) {
        assert!(Command::new("mkfifo").arg(self.0.world.join("go")).status().unwrap().success());
    }

    /// Waits until the held step runs and waits itself, and returns what lets it go.
    #[track_caller]
    pub(super) fn held(&self) -> File {
        let (path, (opened, told)) = (self.0.world.join("go"), mpsc::channel());
        // It is open when somebody reads at the other end.
        thread::spawn(move || opened.send(File::options().write(true).open(path)));
        told.recv_timeout(Duration::from_secs(120)).expect("the step waits to be let go").unwrap()
    }

    #[track_caller]
    pub(super) fn let_go(&self) {
        self.let_go_of(self.held());
    }

    pub(super) fn let_go_of(&self, mut step: File) {
        fs::remove_file(self.0.world.join("go")).unwrap();
        step.write_all(b"go\n").unwrap();
    }

    pub(super) fn change_plan(&self, from: &str, to: &str) {
        let plan = self.0.plan();
        assert!(plan.contains(from));
        self.0.write("tminus.toml", &plan.replace(from, to));
        self.0.commit();
        // What a person says yes to, and who approves, is part of what is trusted.
        self.expect(0, &["trust", "--yes"]);
    }

    /// Begins a deploy, and returns its id.
    pub(super) fn deploys(&self) -> String {
        let told = self.expect(0, &["deploy", "staging", "--yes", "--detach", "--json"]).json();
        assert_eq!(told["schema"], 1);
        told["action"].as_str().unwrap().to_owned()
    }

    /// Starts a command that is held while it runs.
    pub(super) fn child(&self, words: &[&str]) -> Child {
        self.0.flight.bare(words).env_remove("TMINUS_SOLO").spawn().unwrap()
    }
}

impl Drop for Stay {
    fn drop(&mut self) {
        if let Some(pid) = self.pid() {
            drop(Command::new("kill").args(["-s", "KILL", &pid.to_string()]).status());
        }
    }
}
