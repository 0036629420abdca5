//! The engine that outlives its terminal, as a person at the shell meets it: real processes, a real socket.

use super::kiosk::Kiosk;
use super::stay::Stay;
use super::world::tell;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

fn keys(value: &Value) -> Vec<String> {
    value.as_object().map(|object| object.keys().cloned().collect()).unwrap_or_default()
}

#[test]
fn an_acting_command_starts_the_engine_and_every_other_finds_it() {
    let stay = Stay::cut();
    stay.0.write("site.log", "");
    let pid = stay.pid();
    assert!(pid.is_some(), "a cut begins something, and so there is an engine");
    for words in [
        &["status"][..],
        &["check", "pre-deploy"],
        &["deploy", "staging", "--preview"],
        &["deploy", "staging", "--yes"],
        &["verify", "staging"],
        &["wait", "staging"],
        &["rollback", "staging", "--yes", "--to", "0.9.0", "--reason", "too bright"],
        &["release", "schedule", "+2h"],
        &["journal", "verify"],
        &["logs"],
    ] {
        stay.expect(0, words);
    }
    assert_eq!(stay.pid(), pid, "one engine did all of it");
    stay.expect(0, &["doctor"]).says(&format!("process {} of tminus", pid.unwrap()));
    stay.expect(0, &["engine", "stop"]).says("has ended");
    assert_eq!(stay.pid(), None);
    stay.expect(1, &["engine", "inspect"]).says("no engine runs");
    assert_eq!(stay.0.read("staging"), "0.9.0\n");
}

#[test]
fn a_command_says_the_same_with_an_engine_as_without_one() {
    let (with, alone) = (Stay::cut(), Kiosk::cut());
    for words in [
        &["status", "--json"][..],
        &["status", "--gate", "--json"],
        &["check", "pre-deploy", "--json"],
        &["check", "nothing", "--json"],
        &["deploy", "staging", "--preview", "--json"],
        &["deploy", "staging", "--json"],
        &["deploy", "nowhere", "--yes", "--json"],
        &["deploy", "staging", "--yes", "--json"],
        &["verify", "staging", "--json"],
        &["deploy", "production", "--yes", "--json"],
        &["deploy", "production", "--yes", "--confirm", "production", "--json"],
        &["approve", "staging", "--json"],
        &["settle", "staging", "--leave", "--json"],
        &["rollback", "staging", "--yes", "--json"],
        &["release", "cut", "1.0.0", "--json"],
        &["release", "close", "--yes", "--json"],
    ] {
        let (one, other) = (with.with(&[], words), alone.flight.run(words));
        assert_eq!(one.code, other.code, "{one}\n{other}");
        assert_eq!(keys(&one.json()), keys(&other.json()), "{one}\n{other}");
    }
    assert!(with.pid().is_some());
}

#[test]
fn a_detached_deploy_returns_at_once_and_is_followed_later() {
    let stay = Stay::cut();
    stay.hold();
    let id = stay.deploys();
    stay.expect(0, &["status"]).says(&format!("{id} has not ended"));
    let waiting = stay.child(&["wait", &id]);
    stay.let_go();
    let told = tell("wait", waiting.wait_with_output().unwrap());
    assert_eq!(told.code, Some(0), "{told}");
    told.says(&id).says("started · unverified");
    stay.expect(0, &["wait", "staging", "--json"]).says(&id);
    stay.expect(2, &["wait", "a999"]).says("no action a999");
    assert_eq!(stay.0.read("staging"), "1.0.0\n");
}

#[test]
fn whoever_waits_may_leave_and_the_action_goes_on() {
    let stay = Stay::cut();
    stay.hold();
    let id = stay.deploys();
    let mut waiting = stay.child(&["wait", &id]);
    let mut lines = BufReader::new(waiting.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("◌ Warm the cache")));
    let pid = rustix::process::Pid::from_child(&waiting);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(waiting.wait().unwrap().code(), Some(4));
    stay.let_go();
    stay.expect(0, &["wait", &id]).says("started · unverified");
}

#[test]
fn a_deploy_whose_engine_dies_goes_on_with_the_next_one_and_begins_nothing_twice() {
    let stay = Stay::cut();
    stay.hold();
    let pid = stay.pid().unwrap().to_string();
    let mut deploying = stay.child(&["deploy", "staging", "--yes"]);
    let mut told = BufReader::new(deploying.stderr.take().unwrap()).lines();
    assert!(told.any(|line| line.unwrap().contains("◌ Warm the cache")));
    // Between the word of its start and the start itself, there is no process yet that could go on.
    let step = stay.held();
    assert!(Command::new("kill").args(["-s", "KILL", &pid]).status().unwrap().success());
    assert!(told.any(|line| line.unwrap().contains("the next engine is joined")));
    stay.let_go_of(step);
    // How a process ended that was another one's child, nobody can tell.
    let rest: Vec<String> = told.map(Result::unwrap).collect();
    assert!(rest.iter().any(|line| line.contains("tminus settle")), "{rest:?}");
    assert_eq!(deploying.wait().unwrap().code(), Some(4), "{rest:?}");
    assert_ne!(stay.pid().unwrap().to_string(), pid);
    stay.expect(0, &["settle", "staging", "--accept", "it is warm"]).says("started · unverified");
    assert_eq!(stay.0.read("staging"), "1.0.0\n");
}

#[test]
fn whoever_leaves_what_they_began_is_told_that_the_engine_works_on() {
    let stay = Stay::cut();
    stay.hold();
    let mut deploying = stay.child(&["deploy", "staging", "--yes"]);
    let mut told = BufReader::new(deploying.stderr.take().unwrap()).lines();
    let pid = rustix::process::Pid::from_child(&deploying);
    let interrupt = || rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert!(told.any(|line| line.unwrap().contains("◌ Warm the cache")));
    interrupt();
    assert!(told.any(|line| line.unwrap().contains("interrupt again to leave it running")));
    interrupt();
    assert!(told.any(|line| line.unwrap().contains("the engine continues, and `tminus wait deploy-staging-")));
    assert_eq!(deploying.wait().unwrap().code(), Some(4));
    stay.let_go();
}

#[test]
fn without_an_engine_that_works_on_nothing_is_detached() {
    let kiosk = Kiosk::cut();
    kiosk.flight.expect(2, &["deploy", "staging", "--yes", "--detach"]).says("--detach needs an engine");
    assert_eq!(kiosk.read("began"), "");
}

#[test]
fn an_engine_ends_when_nothing_is_to_be_done_and_at_an_interrupt() {
    let stay = Stay(Kiosk::cut());
    let told = tell("engine run", stay.child(&["engine", "run", "--grace", "1s"]).wait_with_output().unwrap());
    assert_eq!(told.code, Some(0), "{told}");
    told.says(" alone").says("nothing was to be done for 1s");
    let mut engine = stay.child(&["engine", "run"]);
    let mut lines = BufReader::new(engine.stderr.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap().contains("process")));
    stay.expect(0, &["deploy", "staging", "--yes"]);
    assert!(lines.any(|line| line.unwrap().contains("ended, started · unverified")), "what it does is said");
    let pid = rustix::process::Pid::from_child(&engine);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).unwrap();
    assert_eq!(engine.wait().unwrap().code(), Some(0));
    assert!(lines.any(|line| line.unwrap().contains("ended: interrupted")));
}

#[test]
fn a_stop_waits_for_the_boundary_and_the_next_engine_goes_on_from_there() {
    let stay = Stay::cut();
    stay.hold();
    let id = stay.deploys();
    // Before it waits there, the boundary would be an earlier one.
    let step = stay.held();
    let stopping = stay.child(&["engine", "stop"]);
    let until = Instant::now() + Duration::from_secs(120);
    let is_refusing = || stay.with(&[], &["check", "tests"]).code == Some(4);
    while !is_refusing() {
        assert!(Instant::now() < until, "the engine takes nothing more on");
    }
    stay.let_go_of(step);
    let told = tell("engine stop", stopping.wait_with_output().unwrap());
    assert_eq!(told.code, Some(0), "{told}");
    told.says(&format!("waiting for its next step boundary: {id} has not ended")).says("has ended");
    assert_eq!((stay.pid(), stay.0.read("staging").as_str()), (None, "0.9.0\n"));
    stay.expect(0, &["wait", &id]).says("started · unverified");
    assert_eq!(stay.0.read("staging"), "1.0.0\n");
}

#[test]
fn a_changed_plan_is_taken_in_where_nothing_and_nobody_needs_the_engine() {
    let stay = Stay::cut();
    let before = stay.pid();
    stay.change_plan("Somebody read it", "Somebody else read it");
    stay.expect(0, &["status"]);
    let after = stay.pid();
    assert!(after.is_some() && after != before, "{before:?} {after:?}");
    stay.expect(0, &["journal"]).says("plan");
    stay.expect(0, &["deploy", "staging", "--yes"]);
    assert_eq!(stay.pid(), after);
}

#[test]
fn a_changed_plan_waits_for_what_runs_and_until_then_nothing_is_done_by_it() {
    let stay = Stay::cut();
    stay.hold();
    let (id, pid) = (stay.deploys(), stay.pid());
    stay.change_plan("Somebody read it", "Somebody else read it");
    let told = stay.expect(3, &["deploy", "production", "--yes", "--confirm", "production"]);
    told.says("this plan as it was when it started").says(&format!("{id} has not ended")).says("tminus engine stop");
    stay.expect(3, &["check"]).says("2 lines are different");
    stay.expect(3, &["lock", "production", "--reason", "the load test"]).says("2 lines are different");
    stay.expect(3, &["unlock", "production"]).says("2 lines are different");
    stay.expect(0, &["status"]).says("2 lines are different").says(&format!("{id} has not ended"));
    assert_eq!(stay.pid(), pid);
    stay.let_go();
    stay.expect(0, &["wait", &id]);
    stay.expect(0, &["status"]);
    assert_ne!(stay.pid(), pid, "it is free for the new one now");
}

#[test]
fn another_clone_with_another_plan_does_not_take_the_engine() {
    let stay = Stay::cut();
    let (pid, dir) = (stay.pid(), stay.0.flight.home().join("clone"));
    git2::Repository::clone(stay.0.flight.dir.to_str().unwrap(), &dir).unwrap();
    let plan = stay.0.plan().replace("Somebody read it", "Somebody else read it");
    fs::write(dir.join("tminus.toml"), plan).unwrap();
    let there = |words: &[&str]| {
        let mut command = stay.0.flight.command(words);
        tell(&words.join(" "), command.current_dir(&dir).env_remove("TMINUS_SOLO").output().unwrap())
    };
    assert_eq!(there(&["trust", "--yes"]).code, Some(0));
    let told = there(&["deploy", "staging", "--yes"]);
    assert_eq!(told.code, Some(3), "{told}");
    told.says(&format!("the plan in {}", stay.0.flight.dir.display())).says("nothing is done from here");
    let told = there(&["status"]);
    assert_eq!(told.code, Some(0), "{told}");
    told.says("2 lines are different");
    assert_eq!(stay.pid(), pid, "two clones make no engine go back and forth");
    stay.expect(0, &["deploy", "staging", "--yes"]);
    assert_eq!(stay.pid(), pid);
}

#[test]
fn several_names_of_one_user_are_not_several_people_unless_the_plan_says_so() {
    let stay = Stay::cut();
    stay.expect(0, &["check", "pre-deploy"]);
    stay.named(0, "dana", &["check", "read", "--yes"]);
    let deploy = ["deploy", "production", "--yes", "--confirm", "production"];
    stay.named(3, "dana", &deploy).says("approv");
    stay.named(0, "dana", &["approve", "production"]).says("approved by dana");
    stay.named(3, "omer", &["approve", "production"]).says("do not count as two");
    stay.named(3, "dana", &deploy);
    stay.change_plan("same-user = false", "same-user = true");
    stay.expect(0, &["check", "pre-deploy"]);
    stay.named(0, "dana", &["check", "read", "--yes"]);
    stay.named(3, "dana", &deploy);
    stay.named(0, "dana", &["approve", "production"]);
    stay.named(0, "omer", &["approve", "production"]);
    stay.named(0, "dana", &deploy);
    stay.expect(0, &["journal"]).says("the same system user as another of them; the plan accepts that");
    assert!(stay.pid().is_some(), "it all went through the socket");
}

#[test]
fn an_own_runtime_folder_is_closed_and_a_link_in_its_place_is_refused() {
    let stay = Stay(Kiosk::cut());
    let runtime = stay.0.flight.home().join("open");
    fs::create_dir_all(runtime.join("tminus")).unwrap();
    fs::set_permissions(runtime.join("tminus"), fs::Permissions::from_mode(0o755)).unwrap();
    let run = |words: &[&str]| stay.with(&[("XDG_RUNTIME_DIR", runtime.to_str().unwrap())], words);
    let told = run(&["deploy", "staging", "--yes"]);
    assert_eq!(told.code, Some(0), "{told}");
    assert_eq!(fs::metadata(runtime.join("tminus")).unwrap().permissions().mode() & 0o777, 0o700);
    stay.expect(0, &["engine", "stop"]);
    fs::remove_dir_all(runtime.join("tminus")).unwrap();
    std::os::unix::fs::symlink(stay.0.flight.home(), runtime.join("tminus")).unwrap();
    let told = run(&["verify", "staging"]);
    assert_eq!(told.code, Some(3), "{told}");
    told.says("is no folder");
}

#[test]
fn a_unit_is_one_that_systemd_reads() {
    let stay = Stay(Kiosk::new());
    let told = stay.expect(0, &["engine", "unit"]);
    told.says("engine run --grace 365d").says("KillMode=process");
    let Some(analyze) = crate::docker::need::need("systemd-analyze") else { return };
    let file = stay.0.flight.home().join("tminus-kiosk.service");
    let said_of = |unit: &str| {
        fs::write(&file, unit).unwrap();
        let mut verify = Command::new(&analyze);
        verify.arg("verify").arg("--user").arg(&file).env("XDG_RUNTIME_DIR", stay.0.flight.home());
        read_said(verify.output().unwrap().stderr, &file)
    };
    let said = said_of(&told.out.replace("[Service]", "[Service]\nNonsense=1"));
    assert!(said.contains("Nonsense"), "it reads none: {said}");
    let said = said_of(&told.out);
    assert!(!said.contains("tminus-kiosk"), "{said}");
}

fn read_said(said: Vec<u8>, file: &Path) -> String {
    let said = String::from_utf8(said).unwrap();
    let own = file.file_name().unwrap().to_str().unwrap();
    said.lines().filter(|line| line.contains(own)).collect::<Vec<_>>().join("\n")
}
