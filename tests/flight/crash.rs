//! The power goes out in the middle of an action: nothing that was acknowledged is lost, nothing is begun twice, and the
//! next command takes it up or asks. Real processes are killed at chosen facts here; `engine::every_fact` has every fact.

use super::drill::{BACK, TO_PRODUCTION, approved, environment};
use super::world::{Flight, Told};
use crate::nightly::is_nightly;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

/// SIGKILL.
const KILLED: Option<i32> = Some(9);

/// A project brought to the point just before an action, which can be put back there.
struct Eve<'a> {
    flight: Flight,
    words: &'a [&'a str],
    before: Vec<String>,
}

impl<'a> Eve<'a> {
    fn of(flight: Flight, words: &'a [&'a str]) -> Self {
        let before = exported(&flight);
        copy(&flight.state(), &flight.home().join("eve"));
        shim(flight.home());
        Self { flight, words, before }
    }

    fn put_back(&self) {
        fs::remove_dir_all(self.flight.state()).unwrap();
        copy(&self.flight.home().join("eve"), &self.flight.state());
        fs::write(self.flight.home().join("ran"), "").unwrap();
    }

    fn run(&self, cut: Option<u64>, words: &[&str]) -> Told {
        let path = format!("{}:{}", self.flight.home().join("bin").display(), std::env::var("PATH").unwrap());
        let cut = cut.map(|seq| seq.to_string());
        let mut env = vec![("PATH", path.as_str())];
        env.extend(cut.as_deref().map(|seq| ("TMINUS_POWER_CUT", seq)));
        self.flight.run_with(&env, words)
    }

    /// Flies without a cut, and returns the numbers of the facts to cut at.
    fn clean(&self) -> Vec<u64> {
        let told = self.run(None, self.words);
        assert_eq!(told.code, Some(0), "{told}");
        let facts = self.flight.facts();
        chosen(
            facts[self.before.len()..]
                .iter()
                .map(|fact| (fact["seq"].as_u64().unwrap(), fact["kind"].as_str().unwrap())),
        )
    }

    /// Cuts the power as soon as one fact is on disk, and goes on afterwards.
    fn cut(&self, seq: u64) -> How {
        self.put_back();
        let told = self.run(Some(seq), self.words);
        assert_eq!((told.code, told.signal), (None, KILLED), "cut at {seq}: {told}");
        let acknowledged = exported(&self.flight);
        assert!(acknowledged.len() as u64 >= seq, "fact {seq} is not on disk");
        let how = self.go_on(seq);
        self.flight.expect(0, &["journal", "verify"]).says("whole");
        let after = exported(&self.flight);
        assert_eq!(after.get(..acknowledged.len()), Some(acknowledged.as_slice()), "cut at {seq}: a fact was lost");
        once(&self.flight, (seq, how));
        how
    }

    fn go_on(&self, seq: u64) -> How {
        if let Some(outcome) = ended(&self.flight) {
            assert_eq!(outcome, "good", "cut at {seq}");
            return How::WasOver;
        }
        let told = self.run(None, self.words);
        match told.code {
            Some(0) => How::TakenUp,
            Some(4) => {
                told.says("Look, then try again").says("tminus settle");
                let settled = self.run(None, &["settle", self.words[1], "--retry"]);
                assert_eq!(settled.code, Some(0), "cut at {seq}: {settled}");
                How::Asked
            }
            _ => panic!("cut at {seq}: {told}"),
        }
    }

    /// Cuts at the chosen facts; says how each went on.
    fn at_chosen_facts(&self, (version, env): (&str, &str)) -> Vec<How> {
        let one = |seq| {
            let how = self.cut(seq);
            let there = environment(&self.flight, env);
            assert_eq!((&there["version"], &there["health"]), (&version.into(), &"healthy".into()), "cut at {seq}");
            assert_eq!(there["running"], Value::Null, "cut at {seq}");
            how
        };
        self.clean().into_iter().map(one).collect()
    }
}

/// How an interrupted action went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// Its end was on disk.
    WasOver,
    /// The same command took it up.
    TakenUp,
    /// A person had to say that it be tried again.
    Asked,
}

/// Where each way of going on is met: nothing is begun, something is asked for, it runs, it is done, all is over.
const KINDS: [&str; 5] = ["action.started", "step.started", "step.ticketed", "step.succeeded", "action.finished"];

/// Returns the facts to cut at: the first of all, the one before the action starts, and the first and the last of each of
/// the kinds; every fact in a nightly run.
pub fn chosen<'a>(facts: impl Iterator<Item = (u64, &'a str)>) -> Vec<u64> {
    let facts: Vec<_> = facts.collect();
    if is_nightly() {
        return facts.into_iter().map(|(seq, _)| seq).collect();
    }
    let place = |place: Option<usize>, kind| place.unwrap_or_else(|| panic!("there is no {kind} in {facts:?}"));
    let first = |kind| place(facts.iter().position(|fact| fact.1 == kind), kind);
    let last = |kind| place(facts.iter().rposition(|fact| fact.1 == kind), kind);
    let edges = KINDS.into_iter().flat_map(|kind| [first(kind), last(kind)]);
    let before = [0, first("action.started").saturating_sub(1)];
    let chosen: BTreeSet<usize> = before.into_iter().chain(edges).collect();
    chosen.into_iter().map(|at| facts[at].0).collect()
}

fn exported(flight: &Flight) -> Vec<String> {
    flight.expect(0, &["journal", "export"]).out.lines().map(str::to_owned).collect()
}

/// Returns how the newest action ended, if it did.
fn ended(flight: &Flight) -> Option<String> {
    let facts = flight.facts();
    let is_action = |kind: &str, f: &&Value| f["kind"] == kind;
    let started = facts.iter().rposition(|f| is_action("action.started", &f))?;
    let finished = facts[started..].iter().find(|f| is_action("action.finished", f))?;
    Some(finished["fact"]["fact"]["finished"]["outcome"].as_str().unwrap().to_owned())
}

/// Asserts that the world saw each order once, and each step's delivery once unless a person said "again".
pub fn once(flight: &Flight, (seq, how): (u64, How)) {
    let world = fs::read(flight.kept().join("world/world.json")).unwrap();
    let world: Value = serde_json::from_slice(&world).unwrap();
    let mut steps: BTreeMap<String, u32> = BTreeMap::new();
    let orders = world["orders"].as_array().unwrap();
    assert!(!orders.is_empty(), "cut at {seq}: the world saw no order");
    for order in orders {
        let id = order["order"]["id"].as_str().unwrap();
        assert_eq!(order["times_begun"], 1, "cut at {seq}: {id} was begun more than once");
        *steps.entry(id.rsplit_once('.').unwrap().0.to_owned()).or_default() += 1;
    }
    let most = if how == How::Asked { 2 } else { 1 };
    assert!(steps.values().all(|times| *times <= most), "cut at {seq}, {how:?}: {steps:?}");
    let ran = fs::read_to_string(flight.home().join("ran")).unwrap();
    let migrations = ran.lines().filter(|line| line.contains("migrate")).count();
    assert!(migrations <= most as usize, "cut at {seq}, {how:?}: migrated {migrations} times");
}

/// Puts a `sh` before the system's that writes down what it is asked to run.
pub fn shim(home: &Path) {
    let bin = home.join("bin");
    fs::create_dir(&bin).unwrap();
    let text = format!("#!/bin/sh\nprintf '%s\\n' \"$*\" >> '{}'\nexec /bin/sh \"$@\"\n", home.join("ran").display());
    fs::write(bin.join("sh"), text).unwrap();
    fs::set_permissions(bin.join("sh"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(home.join("ran"), "").unwrap();
}

pub fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    // What is being written beside is not there yet.
    let is_there = |entry: &fs::DirEntry| entry.path().extension().is_none_or(|ending| ending != "new");
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap).filter(is_there) {
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

#[test]
fn a_deploy_to_staging_survives_a_power_cut() {
    let eve = Eve::of(Flight::rehearsal("bad-release"), &["deploy", "staging", "--yes"]);
    let went = eve.at_chosen_facts(("1.0.0", "staging"));
    assert!(went.contains(&How::TakenUp) && went.last() == Some(&How::WasOver), "{went:?}");
}

#[test]
fn a_deploy_to_production_survives_a_power_cut() {
    let flight = Flight::rehearsal("bad-release");
    approved(&flight);
    let eve = Eve::of(flight, &TO_PRODUCTION);
    let clean = eve.clean();
    let ran = fs::read_to_string(eve.flight.home().join("ran")).unwrap();
    assert!(ran.contains("migrate"), "the migration is a real process: {ran:?}, facts {clean:?}");
    eve.put_back();
    let went = eve.at_chosen_facts(("1.0.0", "production"));
    assert!(went.contains(&How::TakenUp) && went.last() == Some(&How::WasOver), "{went:?}");
}

#[test]
fn a_rollback_survives_a_power_cut() {
    let flight = Flight::rehearsal("bad-release");
    approved(&flight);
    flight.expect(0, &TO_PRODUCTION);
    let eve = Eve::of(flight, &BACK);
    let went = eve.at_chosen_facts(("0.9.4", "production"));
    assert!(went.contains(&How::TakenUp) && went.last() == Some(&How::WasOver), "{went:?}");
}

#[test]
fn an_entry_with_one_byte_changed_is_named() {
    let flight = Flight::rehearsal("bad-release");
    flight.expect(0, &["deploy", "staging", "--yes"]);
    let entries: Vec<Value> = exported(&flight).iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    const WORDS: &str = "it is what the preview showed";
    let entry = entries.iter().find(|e| e["fact"].to_string().contains(WORDS)).unwrap();
    let path = flight.kept().join("journal.db");
    let mut bytes = fs::read(&path).unwrap();
    let places: Vec<usize> =
        bytes.windows(WORDS.len()).enumerate().filter(|(_, w)| *w == WORDS.as_bytes()).map(|(at, _)| at).collect();
    assert!(!places.is_empty(), "the journal's file holds its entries");
    for at in places {
        bytes[at] ^= 1;
    }
    fs::write(&path, bytes).unwrap();
    let told = flight.expect(1, &["journal", "verify"]);
    told.says(&format!("entry {}", entry["seq"]));
    let json = flight.expect(1, &["journal", "verify", "--json"]).json();
    assert_eq!(json["whole"], false);
}

#[test]
fn a_second_writer_is_refused_and_told_who_holds_the_journal() {
    let flight = Flight::rehearsal("bad-release");
    flight.expect(0, &["deploy", "staging", "--yes"]);
    let words = ["logs", "backend", "--follow", "--since", "30d", "--grep", "startup complete"];
    let mut holder = flight.bare(words).spawn().unwrap();
    let mut lines = BufReader::new(holder.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("startup complete"), "a line says that the journal is open");
    let refused = flight.expect(3, &["deploy", "staging", "--yes"]);
    refused.says("the journal is held by").says(&format!("process {}", holder.id()));
    flight.expect(0, &["status"]).says("as the journal has it").says("1.0.0").says("recorded ");
    flight.expect(4, &["status", "--gate"]).says("nothing was looked at: this is what the journal has");
    flight.expect(0, &["journal", "verify"]).says("whole");
    holder.kill().unwrap();
    holder.wait().unwrap();
    flight.expect(0, &["verify", "staging"]);
}
