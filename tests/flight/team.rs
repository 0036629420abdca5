//! One engine for a team: three system users that are made for the test, of whom two share a group.

use super::kiosk::Kiosk;
use super::world::{Told, tell};
use crate::docker::need::{need, present};
use std::fs;
use std::io::{BufRead, BufReader, Lines};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStderr, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// A team on one machine: dana keeps the journal, omer is in the group with her, mallory is not.
struct Team {
    kiosk: Kiosk,
    ground: TempDir,
    group: String,
    users: Vec<String>,
    engine: Option<(Child, Lines<BufReader<ChildStderr>>)>,
}

fn as_root(program: &str, words: &[&str]) {
    let done = Command::new(program).args(words).stderr(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    assert!(done.success(), "{program} {words:?}");
}

impl Team {
    /// Makes the users; nothing where this is not root, or cannot make any.
    fn gather() -> Option<Self> {
        need("useradd")?;
        need("runuser")?;
        present("the right to make users (root)", rustix::process::geteuid().is_root().then_some(()))?;
        static TEAMS: AtomicU32 = AtomicU32::new(0);
        let nth = TEAMS.fetch_add(1, Ordering::Relaxed);
        let pid = format!("{}x{nth}", std::process::id());
        let (kiosk, ground) = (Kiosk::new(), tempfile::tempdir().unwrap());
        let users: Vec<String> = ["d", "o", "m"].iter().map(|letter| format!("tm{letter}{pid}")).collect();
        let team = Self { kiosk, ground, group: format!("tmg{pid}"), users, engine: None };
        as_root("groupadd", &[&team.group]);
        let everybody = |path: &Path| fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        everybody(team.ground.path());
        everybody(team.kiosk.flight.home());
        let plan =
            team.kiosk.plan().replace("[release]", &format!("[session]\ngroup = \"{}\"\n\n[release]", team.group));
        // Where a group may join, the members are system users.
        let members = format!("members = [{:?}, {:?}]", team.users[DANA], team.users[OMER]);
        let plan = plan.replace("members = [\"dana\", \"omer\"]", &members);
        team.kiosk.write("tminus.toml", &plan);
        team.kiosk.commit();
        for nth in [OMER, MALLORY] {
            fs::create_dir(team.home(nth)).unwrap();
            git2::Repository::clone(team.kiosk.flight.dir.to_str().unwrap(), team.project(nth)).unwrap();
        }
        for (nth, user) in team.users.iter().enumerate() {
            as_root("useradd", &["-M", "-d", team.home(nth).to_str().unwrap(), user]);
            as_root("chown", &["-R", &format!("{user}:"), team.home(nth).to_str().unwrap()]);
        }
        for user in &team.users[..2] {
            as_root("usermod", &["-a", "-G", &team.group, user]);
        }
        // Another process writes it: a child that another test starts meanwhile would hold it open for writing.
        let copied = Command::new("cp").arg(env!("CARGO_BIN_EXE_tminus")).arg(team.program()).status().unwrap();
        assert!(copied.success(), "{copied}");
        everybody(&team.program());
        Some(team)
    }

    fn program(&self) -> PathBuf {
        self.ground.path().join("tminus")
    }

    fn home(&self, user: usize) -> PathBuf {
        if user == 0 { self.kiosk.flight.home().to_owned() } else { self.ground.path().join(&self.users[user]) }
    }

    fn project(&self, user: usize) -> PathBuf {
        self.home(user).join("project")
    }

    fn command(&self, user: usize, words: &[&str]) -> Command {
        let mut command = Command::new("runuser");
        command.args(["-u", &self.users[user], "--"]).arg(self.program()).args(words);
        command.env_clear().env("PATH", std::env::var("PATH").unwrap()).current_dir(self.project(user));
        command.env("HOME", self.home(user)).env("TMINUS_NAME", ["dana", "omer", "mallory"][user]);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    #[track_caller]
    fn expect(&self, user: usize, code: i32, words: &[&str]) -> Told {
        let told = tell(&words.join(" "), self.command(user, words).output().unwrap());
        assert_eq!(told.code, Some(code), "{}: {told}", self.users[user]);
        told
    }

    /// Starts the engine as dana, and waits until it listens.
    fn starts(&mut self) -> PathBuf {
        let mut child = self.command(0, &["engine", "run"]).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let line = lines.by_ref().map(Result::unwrap).find(|line| line.contains(", at ")).unwrap();
        self.engine = Some((child, lines));
        let socket = line.split(", at ").nth(1).unwrap().split(',').next().unwrap();
        PathBuf::from(socket)
    }

    fn ends(&mut self) {
        self.expect(0, 0, &["engine", "stop"]);
        let (mut child, _) = self.engine.take().unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(0));
    }
}

impl Drop for Team {
    fn drop(&mut self) {
        if let Some((mut child, _)) = self.engine.take() {
            drop(self.command(0, &["engine", "stop"]).output());
            drop(child.wait());
        }
        for user in &self.users {
            drop(Command::new("userdel").arg(user).stderr(Stdio::null()).status());
        }
        drop(Command::new("groupdel").arg(&self.group).stderr(Stdio::null()).status());
    }
}

const DANA: usize = 0;
const OMER: usize = 1;
const MALLORY: usize = 2;

/// Takes what an engine leaves in the folder for all away, also when the test fails.
struct Swept(PathBuf);

impl Drop for Swept {
    fn drop(&mut self) {
        drop(fs::remove_dir_all(&self.0).or_else(|_| fs::remove_file(&self.0)));
    }
}

#[test]
fn a_team_shares_one_engine_and_nobody_else_does() {
    let Some(mut team) = Team::gather() else { return };
    for user in [DANA, OMER, MALLORY] {
        team.expect(user, 0, &["trust", "--yes"]);
    }
    // Nobody keeps a journal yet, and none begins unasked.
    team.expect(DANA, 3, &["release", "cut", "1.0.0"]).says("starts one here");
    team.expect(OMER, 3, &["status"]).says("tminus engine run");
    let socket = team.starts();
    let folder = socket.parent().unwrap().to_owned();
    let _swept = Swept(folder.clone());
    let mode = |path: &Path| fs::metadata(path).unwrap().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&socket)), (0o750, 0o660));

    team.expect(DANA, 0, &["release", "cut", "1.0.0"]);
    team.expect(DANA, 0, &["check", "pre-deploy"]);
    team.expect(DANA, 0, &["check", "read", "--yes"]);
    let deploy = ["deploy", "production", "--yes", "--confirm", "production"];
    team.expect(DANA, 3, &deploy).says("approv");
    team.expect(DANA, 0, &["approve", "production"]);
    team.expect(OMER, 0, &["status"]).says("1.0.0");
    let whose = format!("by {}) acts in its own environment", team.users[DANA]);
    team.expect(OMER, 0, &["doctor"]).says(&whose).says("this shell's variables do not count");
    let preview = tell("preview", team.command(OMER, &["deploy", "staging", "--preview"]).output().unwrap());
    preview.says(&whose);
    // A place that is set here cannot be compared with dana's.
    let at = |words: &[&str]| {
        let mut command = team.command(OMER, words);
        command.env("DOCKER_HOST", "tcp://127.0.0.1:1").env("KUBECONFIG", "");
        tell(&words.join(" "), command.output().unwrap())
    };
    for words in [&["deploy", "staging", "--yes"][..], &["release", "cut", "2.0.0"], &["check", "tests"]] {
        let told = at(words);
        assert_eq!(told.code, Some(3), "{told}");
        told.says("DOCKER_HOST is set here, and the engine (started")
            .says("Unset DOCKER_HOST to act where that engine acts");
    }
    let told = at(&["status", "--gate"]);
    assert_ne!(told.code, Some(0), "{told}");
    told.says("what was looked at may be at another place");
    team.expect(OMER, 0, &["check", "tests"]).says(&whose);
    team.expect(OMER, 0, &["deploy", "staging", "--yes"]).says(&whose);
    team.expect(OMER, 0, &["approve", "production", "--note", "read it"]).says("approved by omer");
    team.expect(DANA, 0, &deploy);
    let told = team.expect(DANA, 0, &["journal", "--json"]);
    let approved = told.out.lines().filter(|line| line.contains("gate.approved"));
    let approved: Vec<serde_json::Value> = approved.map(|line| serde_json::from_str(line).unwrap()).collect();
    let users: Vec<&str> = approved.iter().map(|fact| fact["who"]["user"].as_str().unwrap()).collect();
    assert_eq!(users, [team.users[DANA].as_str(), team.users[OMER].as_str()], "the kernel's users, beside their names");

    let refused = format!("is open to the group {}, and {} is not in it", team.group, team.users[MALLORY]);
    team.expect(MALLORY, 3, &["status"]).says(&refused);
    team.expect(MALLORY, 3, &["deploy", "staging", "--yes"]).says(&refused);

    team.ends();
    let whose = format!("the journal of this project is {}'s", team.users[DANA]);
    team.expect(OMER, 3, &["status"]).says(&whose).says("tminus engine run");
    team.expect(OMER, 3, &["engine", "run"]).says(&whose);
    team.expect(OMER, 3, &["--solo", "deploy", "staging", "--yes"]).says(&whose);
    team.expect(OMER, 3, &["journal"]).says(&whose);
}

#[test]
fn a_stranger_cannot_lay_a_place_down_beforehand() {
    let Some(mut team) = Team::gather() else { return };
    team.expect(DANA, 0, &["trust", "--yes"]);
    let socket = team.starts();
    let folder = socket.parent().unwrap().to_owned();
    let _swept = Swept(folder.clone());
    team.ends();
    fs::remove_dir_all(&folder).unwrap();
    let mallory = team.users[MALLORY].clone();
    // Theirs, with a socket in it that answers nobody.
    as_root("runuser", &["-u", &mallory, "--", "mkdir", "-m", "755", folder.to_str().unwrap()]);
    let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    as_root("chmod", &["777", socket.to_str().unwrap()]);
    let squatted = format!("{} is {mallory}'s, and the journal of this project is yours", folder.display());
    team.expect(DANA, 1, &["engine", "inspect"]).says(&squatted).says("no engine runs");
    drop(listener);
    fs::remove_dir_all(&folder).unwrap();
    // A link to a folder that dana herself has.
    let own = team.home(DANA).join("project");
    let (own, link) = (own.to_str().unwrap(), folder.to_str().unwrap());
    as_root("runuser", &["-u", &mallory, "--", "ln", "-s", own, link]);
    team.expect(DANA, 1, &["engine", "inspect"]).says(&squatted);
    assert!(!team.project(DANA).join("engine.sock").exists());
}

#[test]
fn a_member_who_takes_the_place_of_the_teams_engine_is_named_and_not_talked_to() {
    let Some(mut team) = Team::gather() else { return };
    for user in [DANA, OMER] {
        team.expect(user, 0, &["trust", "--yes"]);
    }
    let socket = team.starts();
    let folder = socket.parent().unwrap().to_owned();
    let _swept = Swept(folder.clone());
    team.expect(DANA, 0, &["release", "cut", "1.0.0"]);
    let dana = team.users[DANA].clone();
    team.expect(OMER, 0, &["status"]).says(&format!("this is {dana}'s engine"));
    team.ends();
    fs::remove_dir_all(&folder).unwrap();
    // omer, who is in the group, is there first: his folder, and whatever listens in it.
    let (omer, group, at) = (team.users[OMER].clone(), team.group.clone(), folder.to_str().unwrap().to_owned());
    as_root("install", &["-d", "-m", "750", "-o", &omer, "-g", &group, &at]);
    let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    as_root("chmod", &["666", socket.to_str().unwrap()]);
    // Who keeps the journal is told, and goes on alone.
    let told = team.expect(DANA, 0, &["status"]);
    told.says(&format!("{at} is {omer}'s, and the journal of this project is yours")).says("1.0.0");
    team.expect(DANA, 0, &["check", "pre-deploy"]);
    team.expect(DANA, 0, &["--solo", "status"]).says("1.0.0");
    drop(listener);
    fs::remove_dir_all(&folder).unwrap();
    // To a member who joined dana's, somebody else's is none.
    let mallory = team.users[MALLORY].clone();
    as_root("usermod", &["-a", "-G", &group, &mallory]);
    as_root("install", &["-d", "-m", "750", "-o", &mallory, "-g", &group, &at]);
    let listener = std::os::unix::net::UnixListener::bind(&socket).unwrap();
    as_root("chmod", &["666", socket.to_str().unwrap()]);
    let told = team.expect(OMER, 3, &["status"]);
    told.says(&format!("is {mallory}'s, and the engine of this project was {dana}'s until now"));
    drop(listener);
}
