//! The cockpit in tmux, as most people have it over SSH: every view at the sizes that panes have, and the pane as it was.

use super::seat::PATIENCE;
use crate::docker::need::need;
use crate::docker::wait;
use crate::slots::{Scarce, Slot, take};
use std::path::PathBuf;
use std::process::Command;
use tempfile::TempDir;

/// A tmux server of the test's own, with one pane.
struct Tmux {
    program: PathBuf,
    home: TempDir,
    _slot: Slot,
}

impl Tmux {
    fn open(columns: u16, lines: u16) -> Option<Self> {
        let tmux = Self { program: need("tmux")?, home: tempfile::tempdir().unwrap(), _slot: take(Scarce::Terminal) };
        let (columns, lines) = (columns.to_string(), lines.to_string());
        tmux.run(&["-f", "/dev/null", "new-session", "-d", "-x", &columns, "-y", &lines, "exec sh"]);
        Some(tmux)
    }

    fn run(&self, words: &[&str]) -> String {
        let mut command = Command::new(&self.program);
        command.arg("-S").arg(self.home.path().join("tmux")).args(words).env_clear();
        command.env("PATH", std::env::var("PATH").unwrap()).env("LANG", "C.UTF-8").env("TERM", "xterm-256color");
        command.env("TMINUS_SOLO", "1");
        for name in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "TMPDIR"] {
            command.env(name, self.home.path());
        }
        let output = command.output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    fn keys(&self, keys: &[&str]) {
        self.run(&[&["send-keys"], keys].concat());
    }

    fn screen(&self) -> String {
        self.run(&["capture-pane", "-p"])
    }

    fn flags(&self) -> String {
        self.run(&["display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag} #{keypad_flag}"])
    }

    /// Returns the end of the footer, where the clock is.
    fn clock(&self) -> String {
        self.screen().trim_end().rsplit("  ").next().unwrap_or_default().to_owned()
    }

    /// Waits until the screen has all of the words.
    #[track_caller]
    fn sees(&self, words: &[&str]) -> String {
        self.waits(&format!("{words:?}"), |tmux| words.iter().all(|word| tmux.screen().contains(word)));
        self.screen()
    }

    #[track_caller]
    fn waits(&self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let is_seen = wait::found(PATIENCE, || is_so(self).then_some(()));
        assert!(is_seen.is_some(), "{what} is never so on\n{}", self.screen());
    }
}

impl Drop for Tmux {
    fn drop(&mut self) {
        self.run(&["kill-server"]);
    }
}

const VIEWS: [(&str, &str); 8] = [
    ("2", "What runs"),
    ("3", "Logs"),
    ("4", "Checklist"),
    ("5", "T-clock"),
    ("6", "Verify"),
    ("7", "Incident"),
    ("8", "Journal"),
    ("1", "Environments"),
];

#[test]
fn in_tmux_every_view_is_there_at_every_size_and_the_pane_is_left_as_it_was() {
    let Some(tmux) = Tmux::open(120, 36) else { return };
    let before = tmux.flags();
    tmux.keys(&[concat!(env!("CARGO_BIN_EXE_tminus"), " demo --scenario smooth; echo left with $?"), "Enter"]);
    tmux.sees(&["rollback", "production"]);
    for (columns, lines) in [("120", "36"), ("80", "24"), ("160", "48"), ("40", "12"), ("80", "24")] {
        tmux.run(&["resize-window", "-x", columns, "-y", lines]);
        for (key, title) in VIEWS {
            // At forty by twelve one pane at a time is shown, and the second of two is a Tab away.
            let title = if columns == "40" && key == "2" { "Environments" } else { title };
            tmux.keys(&[key]);
            let screen = tmux.sees(&[title]);
            let wide = screen.lines().map(|line| line.chars().count()).max();
            assert!(wide <= columns.parse().ok(), "{title} at {columns}x{lines}:\n{screen}");
        }
    }
    tmux.keys(&["j"]);
    tmux.keys(&["d"]);
    tmux.sees(&["Deploy staging", "Cancel"]);
    // A dialog takes no key in its first moments.
    for _ in 0..2 {
        let before = tmux.clock();
        tmux.waits("the next second", |tmux| tmux.clock() != before);
    }
    tmux.keys(&["C-c"]);
    tmux.waits("the preview closed", |tmux| !tmux.screen().contains("Cancel"));
    tmux.keys(&["q"]);
    tmux.sees(&["left with 0"]);
    assert_eq!(tmux.flags(), before);
}
