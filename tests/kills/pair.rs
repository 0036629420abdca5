//! Two people at one engine that the plan opens to their group: one here in two terminals, the other as another system
//! user over a real SSH connection, in tmux.

use super::house::PROGRAM;
use crate::docker::need::{need, present};
use crate::docker::sshd::Sshd;
use crate::flight::kiosk::{PROJECT, PUT, delivery};
use crate::terminal::drill::name;
use crate::terminal::seat::{PATIENCE, Seat};
use portable_pty::CommandBuilder;
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use tempfile::TempDir;

const PLACES: &str = r#"
[session]
group = "GROUP"

[env.staging]
STAGING

[env.production]
protected = true
approvals = { count = 1, from = "engineering", own = false, same-user = false }
PRODUCTION
"#;

/// A project of two people, each with a clone and a home; the second one's system user is gone when this is.
struct Team {
    folder: TempDir,
    user: String,
    sshd: Sshd,
    /// The first one's engine: a team's journal begins only where somebody asks for that.
    engine: Option<Child>,
}

impl Team {
    fn new() -> Option<Self> {
        let (_tmux, _useradd, _git) = (need("tmux")?, need("useradd")?, need("git")?);
        let id = Command::new("id").arg("-u").output().unwrap();
        present("the right to make a system user (root)", (id.stdout == b"0\n").then_some(()))?;
        let (sshd, folder) = (Sshd::start()?, tempfile::tempdir().unwrap());
        fs::set_permissions(folder.path(), Permissions::from_mode(0o755)).unwrap();
        let user = format!("tminus{}", std::process::id());
        let mut team = Self { folder, user, sshd, engine: None };
        let (omer, program) = (team.home("omer"), team.program());
        run("useradd", &["-U", "-m", "-d", &omer, "-s", "/bin/sh", "-p", "*", &team.user]);
        // The other user need not be able to enter the folder that the program was built in.
        fs::hard_link(PROGRAM, &program).or_else(|_| fs::copy(PROGRAM, &program).map(drop)).unwrap();
        team.lay_down();
        Some(team)
    }

    fn home(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn program(&self) -> String {
        self.home("tminus")
    }

    fn project(&self) -> PathBuf {
        self.folder.path().join("dana/kiosk")
    }

    /// Writes the project, has both trust it, and cuts `1.0.0`.
    fn lay_down(&mut self) {
        let (project, world) = (self.project(), self.folder.path().join("world"));
        fs::create_dir_all(&project).unwrap();
        fs::create_dir(&world).unwrap();
        for env in ["staging", "production"] {
            fs::write(world.join(env), "0.9.0\n").unwrap();
        }
        let places = PLACES.replace("STAGING", &delivery("staging")).replace("PRODUCTION", &delivery("production"));
        let plan = format!("{PROJECT}{places}").replace("GROUP", &self.user).replace("WORLD", world.to_str().unwrap());
        // Where a group may join, a team names system users.
        let plan = plan.replace(r#"["dana", "omer"]"#, &format!("[\"root\", \"{}\"]", self.user));
        fs::write(project.join("tminus.toml"), plan).unwrap();
        fs::create_dir(project.join("scripts")).unwrap();
        fs::write(project.join("scripts/put.sh"), PUT).unwrap();
        let at = project.to_str().unwrap();
        run("git", &["-C", at, "init", "-q", "-b", "main"]);
        run("git", &["-C", at, "add", "."]);
        run("git", &["-C", at, "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "-q", "-m", "one"]);
        run("git", &["-C", at, "tag", "v0.9.0"]);
        let clone = format!("{}/kiosk", self.home("omer"));
        run("git", &["clone", "-q", at, &clone]);
        run("chown", &["-R", &format!("{0}:{0}", self.user), &clone]);
        assert!(self.dana(&["trust", "--yes"]).status.success());
        let mut engine = Command::new(self.program());
        engine.args(["engine", "run", "--detached"]).current_dir(self.project()).env_clear().envs(self.env());
        let mut engine = engine.stdout(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(engine.stdout.take().unwrap()).read_line(&mut said).unwrap();
        self.engine = Some(engine);
        assert!(said.contains("\"exit\":null"), "{said}");
        assert!(self.dana(&["release", "cut", "1.0.0"]).status.success());
        let words = self.sshd.words(&self.user, &format!("{} trust --yes >/dev/null 2>&1", self.there()));
        assert!(Command::new(&words[0]).args(&words[1..]).output().unwrap().status.success());
    }

    /// Returns the program in the second one's clone, as a shell there runs it.
    fn there(&self) -> String {
        format!("cd {}/kiosk && env TMINUS_NAME=omer LANG=C.UTF-8 {}", self.home("omer"), self.program())
    }

    fn env(&self) -> [(&'static str, String); 6] {
        [
            ("PATH", std::env::var("PATH").unwrap()),
            ("HOME", self.home("dana")),
            ("TMPDIR", self.home("dana")),
            ("TMINUS_NAME", "dana".to_owned()),
            ("TERM", "xterm-256color".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
        ]
    }

    fn dana(&self, words: &[&str]) -> Output {
        let mut command = Command::new(self.program());
        command.args(words).current_dir(self.project()).env_clear().envs(self.env()).output().unwrap()
    }

    /// Opens what brings the program in a terminal here.
    fn terminal(&self, words: &[String]) -> Seat {
        let mut command = CommandBuilder::new(&words[0]);
        command.args(&words[1..]);
        command.env_clear();
        for (name, value) in self.env() {
            command.env(name, value);
        }
        command.cwd(self.project());
        let mut seat = Seat::in_home(command, Path::new(&self.home("dana")));
        seat.sees_within(PATIENCE * 2, "Rollback · staging");
        seat
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        // The engine ends first: it is the first one's, and nobody is at it any more.
        drop(self.dana(&["engine", "stop"]));
        if let Some(mut engine) = self.engine.take() {
            drop(engine.kill());
            drop(engine.wait());
        }
        let state = self.folder.path().join("dana/.local/state/tminus");
        for project in fs::read_dir(state).into_iter().flatten().flatten() {
            drop(fs::remove_dir_all(format!("/tmp/tminus-team-{}", project.file_name().display())));
        }
        let socket = self.home("omer/tmux");
        drop(Command::new("tmux").args(["-S", &socket, "kill-server"]).output());
        drop(Command::new("userdel").args(["-f", &self.user]).output());
    }
}

fn run(program: &str, words: &[&str]) {
    let done = Command::new(program).args(words).output().unwrap();
    assert!(done.status.success(), "{program} {words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// Waits until a version is shown in an environment.
#[track_caller]
fn sees_there(seat: &mut Seat, env: &str, version: &str) {
    seat.waits(PATIENCE, version, |screen| {
        screen.contents().lines().any(|line| line.contains(&format!(" {env} ")) && line.contains(version))
    });
}

/// Opens a preview, goes to its button and presses it, at a person's pace.
fn act(seat: &mut Seat, title: &str) {
    seat.press("d", title);
    seat.sees("Cancel");
    seat.rests();
    seat.types("\t");
    seat.rests();
    seat.types("\r");
}

#[test]
fn two_people_share_an_engine_and_a_deploy_to_production_goes_on_with_the_second_ones_yes() {
    let Some(team) = Team::new() else { return };
    let mut dana = team.terminal(&[team.program()]);
    let mut eyes = team.terminal(&[team.program(), "attach".to_owned(), "--observe".to_owned()]);
    let tmux = format!("tmux -u -S {} -f /dev/null new-session '{} attach'", team.home("omer/tmux"), team.there());
    let mut omer = team.terminal(&team.sshd.words(&team.user, &tmux));

    act(&mut dana, "Deploy staging");
    sees_there(&mut eyes, "staging", "1.0.0");
    sees_there(&mut omer, "staging", "1.0.0");
    dana.sees("How it ended");
    dana.press("\u{1b}", "Environments");

    eyes.types("d");
    let is_told = |screen: &vt100::Screen| screen.contents().contains("you observe");
    eyes.waits(PATIENCE, "a preview, or why not", |screen| screen.contents().contains("Cancel") || is_told(screen));
    if eyes.screen().contains("Cancel") {
        eyes.rests();
        eyes.types("\t");
        eyes.rests();
        eyes.types("\r");
    }
    eyes.waits(PATIENCE, "why an observer may not", is_told);

    dana.press("j", "▸ ◆ production");
    act(&mut dana, "Deploy production");
    dana.sees("0 of 1 approvals");
    omer.press("j", "▸ ◆ production");
    omer.sees("0 of 1 approvals");
    omer.press("a", "Approve as omer");
    omer.sees("proposed by dana");
    omer.rests();
    omer.press("\r", "Type \"production\"");
    name(&mut omer);
    dana.sees("approved 1 of 1");
    dana.press("d", "Type \"production\"");
    name(&mut dana);
    sees_there(&mut omer, "production", "1.0.0");
    dana.sees("How it ended");

    let journal = String::from_utf8(team.dana(&["journal", "--json"]).stdout).unwrap();
    let facts = journal.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
    let yes: Vec<_> = facts.filter(|fact| fact["kind"] == "gate.approved").collect();
    assert_eq!(yes.len(), 1);
    assert_eq!((&yes[0]["who"]["name"], &yes[0]["who"]["user"]), (&"omer".into(), &team.user.as_str().into()));
}
