//! The drill of a release day by keys, in tmux: real time and a real terminal, so it waits for what the screen says.

use std::process::{Command, Output};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The whole drill may take this long, on a machine that does other things too.
const BOUND: Duration = Duration::from_secs(150);

/// A tmux server of the test's own, with the cockpit in a window of 120x36.
struct Tmux {
    home: TempDir,
    until: Instant,
}

impl Tmux {
    fn open() -> Self {
        let home = tempfile::tempdir().unwrap();
        let tmux = Self { home, until: Instant::now() + BOUND };
        let program = format!("{} demo --scenario bad-release; echo STATUS $?; exec cat", env!("CARGO_BIN_EXE_tminus"));
        let opened = tmux.run(&["-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "36", &program]);
        assert!(opened.status.success(), "{opened:?}");
        tmux
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new("tmux");
        command.arg("-S").arg(self.home.path().join("socket")).args(words).env_remove("TMUX").env("LC_ALL", "C.UTF-8");
        for name in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME"] {
            command.env(name, self.home.path());
        }
        command.output().unwrap()
    }

    fn screen(&self) -> String {
        String::from_utf8(self.run(&["capture-pane", "-p"]).stdout).unwrap()
    }

    fn coloured(&self) -> String {
        String::from_utf8(self.run(&["capture-pane", "-p", "-e"]).stdout).unwrap()
    }

    fn types(&self, key: &str) {
        let sent = self.run(&["send-keys", key]);
        assert!(sent.status.success(), "{key}: {sent:?}");
    }

    /// Waits until the screen has all the words.
    #[track_caller]
    fn sees(&self, words: &[&str]) {
        self.waits(&format!("{words:?}"), |screen| words.iter().all(|w| screen.contains(w)));
    }

    #[track_caller]
    fn waits(&self, what: &str, is_so: impl Fn(&str) -> bool) {
        loop {
            let screen = self.screen();
            if is_so(&screen) {
                return;
            }
            assert!(Instant::now() < self.until, "{what} is never seen on\n{screen}");
        }
    }

    /// Presses a key again and again until the screen has the words: a dialog is deaf for a moment after it opens.
    #[track_caller]
    fn presses_until(&self, key: &str, words: &str) {
        loop {
            self.types(key);
            let pressed = Instant::now();
            while pressed.elapsed() < Duration::from_millis(700) {
                if self.screen().contains(words) {
                    return;
                }
            }
            assert!(Instant::now() < self.until, "{words} is never seen on\n{}", self.screen());
        }
    }

    /// Presses Enter until a dialog is closed.
    #[track_caller]
    fn closes(&self, title: &str) {
        while self.screen().contains(title) {
            assert!(Instant::now() < self.until, "it stays open:\n{}", self.screen());
            self.types("Enter");
        }
    }

    /// Types letters into the field of a dialog until all of them stand there.
    #[track_caller]
    fn fills(&self, letters: &str, field: &str) {
        let first = &letters[..1];
        self.presses_until(first, &format!("{field}{first}"));
        for (at, letter) in letters.char_indices().skip(1) {
            self.types(&letter.to_string());
            self.sees(&[&format!("{field}{}", &letters[..=at])]);
        }
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}

/// Says whether there is a tmux; where all tools must be there, it has to be.
fn is_there() -> bool {
    let is_there = Command::new("tmux").arg("-V").output().is_ok_and(|told| told.status.success());
    assert!(is_there || std::env::var_os("TMINUS_CI").is_none(), "tmux is missing");
    if !is_there {
        eprintln!("skipped: tmux is missing");
    }
    is_there
}

/// Approves the proposal for production under the name that is so many rows down.
fn approve(tmux: &Tmux, name: &str) {
    tmux.types("U");
    tmux.sees(&["Act as"]);
    tmux.presses_until("j", &format!("▸ {name}"));
    tmux.presses_until("Enter", &format!("{name} drives"));
    tmux.types("a");
    tmux.sees(&[&format!("Approve as {name}")]);
    tmux.presses_until("Enter", "approve deploy-production");
}

#[test]
fn a_bad_release_is_flown_and_rolled_back_by_keys() {
    if !is_there() {
        return;
    }
    let tmux = Tmux::open();
    tmux.sees(&["REHEARSAL bad-release", "▸ development", "production   0.9.4"]);

    tmux.presses_until("j", "▸ staging");
    starts(&tmux, "d", "Deploy staging");
    tmux.sees(&["✓ good"]);

    overview(&tmux);
    starts(&tmux, "v", "Verify staging");
    tmux.sees(&["✓ good"]);

    overview(&tmux);
    tmux.presses_until("j", "▸ testflight");
    tmux.presses_until("j", "▸ production");
    starts(&tmux, "d", "Propose, and wait for 2 approvals");
    tmux.sees(&["waits for 2 approvals"]);
    tmux.closes("proposed: deploy production");
    approve(&tmux, "dana");
    approve(&tmux, "omer");

    tmux.types("d");
    tmux.sees(&["Type production to go on:"]);
    tmux.fills("production", "Type production to go on: ");
    tmux.types("Enter");
    tmux.sees(&["✓ good"]);

    overview(&tmux);
    tmux.sees(&["production   1.0.0"]);
    tmux.sees(&["✗ unhealthy"]);
    tmux.types("r");
    tmux.sees(&["Roll back production: why"]);
    tmux.presses_until("e", "Enter goes on");
    tmux.presses_until("Enter", "Type production to go on:");
    tmux.fills("production", "Type production to go on: ");
    tmux.types("Enter");
    tmux.sees(&["✓ good"]);

    overview(&tmux);
    tmux.sees(&["production   0.9.4        ✓ healthy"]);
    tmux.presses_until("q", "STATUS 0");
}

/// Goes to the overview, with the keys on the environments.
fn overview(tmux: &Tmux) {
    tmux.types("1");
    tmux.sees(&["╭─ Environments"]);
}

/// Opens the preview with a key, and presses its button once the dialog hears keys.
#[track_caller]
fn starts(tmux: &Tmux, key: &str, button: &str) {
    tmux.types(key);
    tmux.sees(&[button, "Cancel"]);
    // Which of the two buttons is lit is told by its colours.
    let lit = format!("7m {button} ");
    loop {
        tmux.types("Tab");
        let pressed = Instant::now();
        while pressed.elapsed() < Duration::from_millis(400) {
            if tmux.coloured().contains(&lit) {
                tmux.types("Enter");
                return;
            }
        }
        assert!(Instant::now() < tmux.until, "{button} is never lit on\n{}", tmux.screen());
    }
}
