//! Whose environment counts: that of the shell that acts, whatever engine runs; or the difference is refused by name.

use super::kiosk::{Kiosk, delivery};
use super::stay::Stay;
use super::world::Told;
use crate::docker::wait;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

/// The variable that a check hands on, as in the finding.
const NAME: &str = "MY_TOKEN_X";
/// A value that stands nowhere else.
const VALUE: &str = "Zq7-today-only-here";

const CHECKS: &str = r#"
[env.third]
deliver.site = { with = "command", current = [["cat", "WORLD/staging"]], deploy = [["true"]], undo = [["true"]], timeout = "5s" }

[check.token]
phase   = "post-deploy"
title   = "The token is the one of today"
run     = ["sh", "-c", "test \"$TOKEN\" = Zq7-today-only-here"]
env     = { TOKEN = { env = "MY_TOKEN_X" } }
timeout = "5s"

[check.host]
phase   = "post-deploy"
title   = "Docker's host is the other one"
run     = ["sh", "-c", "test \"$DOCKER_HOST\" = tcp://127.0.0.1:2"]
timeout = "5s"

[check.tool]
phase   = "post-deploy"
title   = "The tool is the one of this shell"
run     = ["ourtool"]
timeout = "5s"

[check.script]
phase   = "post-deploy"
title   = "A script reads a variable of its own"
run     = ["sh", "scripts/stage.sh"]
timeout = "5s"
"#;

/// A project whose checks rest on the environment, with an engine that was started without any of it.
fn stay() -> Stay {
    let stay = Stay(Kiosk::new());
    let checks = CHECKS.replace("WORLD", stay.0.world.to_str().unwrap());
    stay.0.write("tminus.toml", &format!("{}{checks}", stay.0.plan()));
    stay.0.write("scripts/stage.sh", "test \"$OUR_STAGE\" = blue\n");
    stay.0.commit();
    stay.expect(0, &["trust", "--yes"]);
    stay.expect(0, &["release", "cut", "1.0.0"]);
    assert!(stay.pid().is_some());
    stay
}

#[track_caller]
fn ends(stay: &Stay, code: i32, env: &[(&str, &str)], words: &[&str]) -> Told {
    let told = stay.with(env, words);
    assert_eq!(told.code, Some(code), "{told}");
    told
}

/// Somebody who is attached while the test goes on.
fn attached(stay: &Stay) -> Child {
    stay.0.write("site.log", "2026-11-29T10:00:00Z INFO began\n");
    let follows = stay.child(&["logs", "--follow"]);
    wait::until("somebody attached", Duration::from_secs(90), || {
        let clients = stay.with(&[], &["engine", "inspect", "--json"]).json()["clients"].as_u64();
        clients.is_some_and(|clients| clients > 0).then_some(())
    });
    follows
}

fn end(mut child: Child) {
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn a_secret_of_this_shell_counts_although_the_engine_was_started_without_it() {
    let stay = stay();
    ends(&stay, 4, &[], &["check", "token"]).says("the variable MY_TOKEN_X has no value");
    let told = ends(&stay, 0, &[(NAME, VALUE)], &["check", "token"]);
    told.says("MY_TOKEN_X is set here, not there").says("restarted in this shell's");
    ends(&stay, 0, &[(NAME, VALUE)], &["engine", "inspect"]).says("environment: the engine's is this shell's");
}

#[test]
fn a_secret_that_was_rotated_counts_as_it_is_in_this_shell() {
    let stay = stay();
    ends(&stay, 0, &[(NAME, VALUE)], &["check", "token"]);
    ends(&stay, 1, &[(NAME, "of-yesterday")], &["check", "token"]).says("MY_TOKEN_X has another value here");
    ends(&stay, 4, &[], &["check", "token"]).says("has no value");
    ends(&stay, 0, &[(NAME, VALUE)], &["check", "token"]);
}

#[test]
fn the_place_and_the_programs_of_this_shell_count() {
    let stay = stay();
    let (one, other) = (("DOCKER_HOST", "tcp://127.0.0.1:1"), ("DOCKER_HOST", "tcp://127.0.0.1:2"));
    ends(&stay, 1, &[one], &["check", "host"]);
    ends(&stay, 0, &[other], &["check", "host"]).says("tcp://127.0.0.1:2 here, tcp://127.0.0.1:1 there");
    let doctor = ends(&stay, 0, &[one], &["doctor"]);
    doctor.says("DOCKER_HOST differs from the environment of the running engine (started ");
    ends(&stay, 0, &[("OUR_STAGE", "blue")], &["check", "script"]);
    ends(&stay, 1, &[("OUR_STAGE", "green")], &["check", "script"]);

    let path = |folder: &str, exit: u8| {
        let folder = stay.0.flight.home().join(folder);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("ourtool"), format!("#!/bin/sh\nexit {exit}\n")).unwrap();
        fs::set_permissions(folder.join("ourtool"), fs::Permissions::from_mode(0o755)).unwrap();
        format!("{}:{}", folder.display(), std::env::var("PATH").unwrap())
    };
    let (good, bad) = (path("good", 0), path("bad", 1));
    ends(&stay, 1, &[("PATH", &bad)], &["check", "tool"]);
    ends(&stay, 0, &[("PATH", &good)], &["check", "tool"]).says("PATH differs");
}

#[test]
fn what_differs_from_an_engine_that_others_need_is_refused_by_name_before_anything_is_begun() {
    let stay = stay();
    ends(&stay, 0, &[(NAME, VALUE)], &["check", "token"]);
    let follows = attached(&stay);
    let pid = stay.pid();
    for words in [&["check", "token"][..], &["deploy", "staging", "--yes"], &["deploy", "staging", "--preview"]] {
        let told = ends(&stay, 3, &[(NAME, "another")], words);
        told.says("MY_TOKEN_X differs from the environment of the running engine (started ").says("by ");
        told.says("MY_TOKEN_X has another value here")
            .says("somebody else is attached to it")
            .says("tminus engine stop");
    }
    let told = ends(&stay, 3, &[(NAME, VALUE), ("DOCKER_HOST", "tcp://127.0.0.1:1")], &["deploy", "staging", "--yes"]);
    told.says("DOCKER_HOST differs").says("tcp://127.0.0.1:1 here, ");
    assert_eq!(stay.0.read("began"), "", "nothing was begun");
    ends(&stay, 0, &[(NAME, "another")], &["status"]).says("MY_TOKEN_X has another value here");
    let elsewhere = [(NAME, VALUE), ("DOCKER_HOST", "tcp://127.0.0.1:1")];
    let told = stay.with(&elsewhere, &["status", "--gate", "--json"]);
    assert_ne!(told.code, Some(0), "{told}");
    told.says("what was looked at may be at another place: DOCKER_HOST differs");
    ends(&stay, 3, &elsewhere, &["release", "cut", "1.1.0"]).says("DOCKER_HOST differs");
    // A rollback uses no value of the plan, and goes to the same place.
    ends(&stay, 0, &[(NAME, VALUE)], &["deploy", "staging", "--yes"]);
    let back = ["rollback", "staging", "--yes", "--to", "0.9.0", "--reason", "too bright"];
    ends(&stay, 3, &[(NAME, VALUE), ("DOCKER_HOST", "tcp://127.0.0.1:1")], &back);
    ends(&stay, 0, &[(NAME, "another")], &back);
    assert_eq!(stay.0.read("staging"), "0.9.0\n");
    assert_eq!(stay.pid(), pid, "one engine all the while");
    end(follows);
    ends(&stay, 1, &[(NAME, "another")], &["check", "token"]);
}

#[test]
fn another_environment_waits_for_what_runs() {
    let stay = stay();
    stay.hold();
    let (id, pid) = (stay.deploys(), stay.pid());
    let told = ends(&stay, 3, &[("DOCKER_HOST", "tcp://127.0.0.1:1")], &["deploy", "third", "--yes"]);
    told.says("DOCKER_HOST differs").says(&format!("{id} has not ended there"));
    assert_eq!(stay.pid(), pid);
    stay.let_go();
    stay.expect(0, &["wait", &id]);
}

#[test]
fn what_a_killed_engine_left_is_not_taken_up_where_a_value_died_with_its_shell() {
    let stay = stay();
    let stage = [("OUR_STAGE", "blue")];
    let (id, step) = left(&stay, &stage);
    let facts = stay.0.flight.facts().len();
    for words in [&["wait", id.as_str()][..], &["deploy", "staging", "--yes"]] {
        let told = ends(&stay, 3, &[], words);
        told.says(&format!(
            "{id} is unfinished and cannot continue here: OUR_STAGE was set for the engine that worked on it"
        ));
        told.says("is not set here").says(&format!("`tminus wait {id}` continues it"));
    }
    assert_eq!(stay.0.flight.facts().len(), facts, "nothing went on");
    stay.expect(0, &["status"]).says(&id);
    stay.let_go_of(step);
    // How a process ended that was another one's child, nobody can tell.
    ends(&stay, 4, &stage, &["wait", &id]).says("tminus settle");
}

/// Begins a deploy in an environment, and kills its engine in the middle of a step.
fn left(stay: &Stay, env: &[(&str, &str)]) -> (String, fs::File) {
    stay.hold();
    let told = ends(stay, 0, env, &["deploy", "staging", "--yes", "--detach", "--json"]).json();
    let id = told["action"].as_str().unwrap().to_owned();
    let step = stay.held();
    let pid = stay.pid().unwrap().to_string();
    assert!(Command::new("kill").args(["-s", "KILL", &pid]).status().unwrap().success());
    (id, step)
}

#[test]
fn what_a_killed_engine_left_is_not_taken_up_at_another_place_nor_while_it_is_read_only() {
    let stay = stay();
    let (one, other) = ([("KUBECONFIG", "/a")], [("KUBECONFIG", "/b")]);
    let (id, step) = left(&stay, &one);
    let facts = stay.0.flight.facts().len();
    for words in [&["wait", id.as_str()][..], &["deploy", "staging", "--yes"], &["engine", "run"]] {
        let told = ends(&stay, 3, &other, words);
        told.says("KUBECONFIG is not what the engine had that worked on it, and leads elsewhere here").says(&id);
    }
    // Whoever only looks takes nothing up, whatever the environment.
    for words in [&["wait", id.as_str()][..], &["engine", "run"], &["--plain"]] {
        ends(&stay, 3, &one, &[words, &["--read-only"]].concat()).says("read-only: nothing is changed").says(&id);
    }
    assert_eq!(stay.0.flight.facts().len(), facts, "nothing went on");
    stay.let_go_of(step);
    ends(&stay, 4, &one, &["wait", &id]).says("tminus settle");
}

#[test]
fn what_a_killed_engine_left_says_which_value_is_another_one_before_it_begins_more() {
    let stay = stay();
    let (then, now) = ([("OUR_STAGE", "Zq7-blue-then")], [("OUR_STAGE", "Zq7-green-now")]);
    let (id, step) = left(&stay, &then);
    stay.let_go_of(step);
    ends(&stay, 4, &now, &["wait", &id]).says("tminus settle");
    let told = stay.with(&now, &["settle", "staging", "--accept", "it is warm"]);
    told.says("OUR_STAGE is not what it was when this began").says("retry to go on with the current value");
    assert_eq!(stay.0.read("staging"), "0.9.0\n", "nothing was begun with another value");
    let home = stay.0.flight.home();
    let found = Command::new("grep").args(["-raE", "Zq7-(blue|green)"]).arg(home).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&found.stdout), "", "no value is on disk");
    stay.with(&now, &["settle", "staging", "--retry"]);
    assert_eq!(stay.0.read("staging"), "1.0.0\n");
}

#[test]
fn an_engine_that_was_started_on_purpose_is_not_replaced() {
    let stay = stay();
    stay.expect(0, &["engine", "stop"]);
    let mut command = stay.0.flight.bare(["engine", "run"]);
    let mut engine = command.env_remove("TMINUS_SOLO").env(NAME, VALUE).env("TMINUS_NAME", "noa").spawn().unwrap();
    let mut lines = BufReader::new(engine.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("process")));
    // Somebody gave it what a shell need not have.
    ends(&stay, 0, &[], &["check", "token"]);
    let told = ends(&stay, 3, &[(NAME, "another")], &["check", "token"]);
    told.says("MY_TOKEN_X differs").says("by noa").says("tminus engine run");
    assert_eq!(stay.pid(), Some(engine.id().into()));
    end(engine);
}

#[test]
fn a_value_of_the_environment_is_nowhere_but_in_memory() {
    let stay = stay();
    let told = ends(&stay, 0, &[(NAME, VALUE)], &["check", "token"]);
    let follows = attached(&stay);
    let refused = ends(&stay, 3, &[(NAME, "Zq7-another-only-here")], &["check", "token"]);
    for said in [&told.out, &told.err, &refused.out, &refused.err] {
        assert!(!said.contains("only-here"), "{said}");
    }
    let commands = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .map(|entry| String::from_utf8_lossy(&fs::read(entry.path().join("cmdline")).unwrap_or_default()).into_owned());
    let commands: Vec<String> = commands.collect();
    assert!(commands.iter().any(|words| words.contains("logs\0--follow")), "who follows is not found");
    for words in commands {
        assert!(!words.contains("Zq7-another"), "{words}");
    }
    end(follows);
    stay.expect(0, &["engine", "stop"]);
    assert_ne!(holding(&stay.0.flight.state(), NAME), Vec::<String>::new(), "its name is in the journal");
    assert_eq!(holding(&stay.0.flight.state(), "Zq7-another"), Vec::<String>::new());
    // The plan of this test names the other one.
    ends(&stay, 1, &[(NAME, "Zq7-third-only-here")], &["check", "token"]);
    assert_eq!(holding(&stay.0.flight.state(), "Zq7-third"), Vec::<String>::new());
}

/// Returns the files below a folder that hold a text.
fn holding(folder: &Path, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        if entry.file_type().unwrap().is_dir() {
            found.extend(holding(&entry.path(), text));
        } else if String::from_utf8_lossy(&fs::read(entry.path()).unwrap_or_default()).contains(text) {
            found.push(entry.path().display().to_string());
        }
    }
    found
}

#[test]
fn the_agent_of_this_shell_is_the_one_that_ssh_is_given() {
    let stay = Stay(Kiosk::new());
    let tools = stay.0.flight.home().join("tools");
    fs::create_dir(&tools).unwrap();
    let said = stay.0.flight.home().join("agents");
    fs::write(
        tools.join("ssh"),
        format!("#!/bin/sh\necho \"${{SSH_AUTH_SOCK:-none}}\" >> {}\nexit 255\n", said.display()),
    )
    .unwrap();
    fs::set_permissions(tools.join("ssh"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", tools.display(), std::env::var("PATH").unwrap());
    let by_docker = r#"deliver.site = { with = "docker", container = "kiosk-none", context = "ssh://root@shop.test" }"#;
    stay.0.write("tminus.toml", &stay.0.plan().replace(&by_command(&stay), by_docker));
    stay.0.commit();
    stay.expect(0, &["trust", "--yes"]);
    let at = |agent: &'static str| [("PATH", path.clone()), ("SSH_AUTH_SOCK", agent.to_owned())];
    let run = |agent, words: &[&str]| {
        let env = at(agent);
        stay.with(&env.each_ref().map(|(name, value)| (*name, value.as_str())), words)
    };
    assert_eq!(run("/tmp/yesterday", &["release", "cut", "1.0.0"]).code, Some(0));
    let told = run("/tmp/yesterday", &["deploy", "staging", "--yes"]);
    assert_eq!(told.code, Some(4), "{told}");
    fs::remove_file(&said).unwrap();
    let told = run("/tmp/today", &["deploy", "staging", "--yes"]);
    assert_eq!(told.code, Some(4), "{told}");
    // The engine before looked on until it was ended.
    let agents = fs::read_to_string(&said).unwrap();
    let mut since = agents.lines().skip_while(|agent| *agent == "/tmp/yesterday").peekable();
    assert!(since.peek().is_some() && since.all(|agent| agent == "/tmp/today"), "{agents}{told}");
}

fn by_command(stay: &Stay) -> String {
    delivery("staging").replace("WORLD", stay.0.world.to_str().unwrap())
}
