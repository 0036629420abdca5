//! The engine is a process of its own, a command and somebody who looks on are at its socket, and it is killed as soon as a
//! fact is on disk: at chosen facts here, at every fact in `engine::every_fact`.

use super::house::House;
use super::watcher::Watcher;
use crate::flight::crash::{How, chosen, once};
use crate::flight::drill::{BACK, TO_PRODUCTION, approved, environment};
use crate::flight::world::{Flight, Told};
use serde_json::Value;
use tminus_core::action::Outcome;
use tminus_core::release::Release;

/// SIGKILL.
const KILLED: Option<i32> = Some(9);

struct Flown<'a> {
    house: House,
    words: &'a [&'a str],
    env: &'a str,
}

impl Flown<'_> {
    /// Flies without a cut, and returns the facts to cut at, of those that an action wrote behind the one of who sat down.
    fn clean(&self) -> Vec<u64> {
        let _engine = self.house.engine(None);
        let watcher = Watcher::at(&self.house);
        watcher.sits();
        let told = self.house.run(self.words);
        assert_eq!(told.code, Some(0), "{told}");
        let records = self.house.records();
        chosen(records[self.house.eve + 1..].iter().map(|record| (record.seq, record.fact.kind())))
    }

    /// Kills the engine as soon as one fact is on disk. The command goes on with the next one, where it knows of an action.
    fn cut(&self, (turn, seq): (usize, u64)) -> How {
        // The engine that the command before this one went on with.
        self.house.kill_engine();
        self.house.put_back();
        let mut engine = self.house.engine(Some(seq));
        let watcher = Watcher::at(&self.house);
        watcher.sits();
        let told = self.house.goes_on(self.words);
        assert_eq!(engine.ended_by(), KILLED, "cut at {seq}");
        let heard = watcher.until_gone();
        let acknowledged = self.house.records();
        assert!(acknowledged.len() as u64 >= seq, "fact {seq} is not on disk");
        let lost = heard.iter().find(|record| !acknowledged.contains(record.as_ref()));
        assert_eq!(lost, None, "cut at {seq}: it was told, and is not in the journal");
        let how = self.what_became((turn, seq), &told);
        let after = self.house.records();
        assert_eq!(after.get(..acknowledged.len()), Some(&acknowledged[..]), "cut at {seq}: a fact was lost");
        once(&self.house.flight, (seq, how));
        how
    }

    /// Says how it went on: by itself, or because a person looked, or began it again.
    fn what_became(&self, (turn, seq): (usize, u64), told: &Told) -> How {
        let at_cut = Release::of(self.house.records().iter().take_while(|record| record.seq <= seq));
        let is_stuck = told.to_string().contains("Look, then try again");
        match (told.code, ended(&at_cut).is_some(), is_stuck) {
            (Some(0), true, _) => How::WasOver,
            (Some(0), false, _) => How::TakenUp,
            (Some(4), _, true) => self.settled(seq),
            (_, _, _) => {
                assert_eq!(told.code, Some(4), "cut at {seq}: {told}");
                told.says("the engine has ended");
                self.go_on((turn, seq))
            }
        }
    }

    /// Goes on with another engine process, or with a command that finds nobody behind the socket that was left.
    fn go_on(&self, (turn, seq): (usize, u64)) -> How {
        let has_next = turn.is_multiple_of(2);
        let _next = has_next.then(|| self.house.engine(None));
        let (has_begun, is_over) = (self.has_begun(), ended(&self.house.release()).is_some());
        let how = match (has_begun, is_over) {
            (true, true) => How::WasOver,
            (true, false) => self.taken_up(seq, &["wait", self.env]),
            (false, _) => self.taken_up(seq, self.words),
        };
        let release = self.house.release();
        assert_eq!(ended(&release), Some(Outcome::Good), "cut at {seq}");
        let is_alone = how == How::WasOver && !has_next;
        assert!(is_alone || release.seats.iter().next().is_none(), "cut at {seq}: somebody sits at a dead engine");
        how
    }

    fn has_begun(&self) -> bool {
        self.house.records()[self.house.eve..].iter().any(|record| record.fact.kind() == "action.started")
    }

    fn taken_up(&self, seq: u64, words: &[&str]) -> How {
        let told = self.house.run(words);
        if told.code == Some(0) {
            return How::TakenUp;
        }
        assert_eq!(told.code, Some(4), "cut at {seq}: {told}");
        told.says("Look, then try again").says("tminus settle");
        self.settled(seq)
    }

    fn settled(&self, seq: u64) -> How {
        let settled = self.house.run(&["settle", self.env, "--retry"]);
        assert_eq!(settled.code, Some(0), "cut at {seq}: {settled}");
        How::Asked
    }

    /// Cuts at the chosen facts; says how each went on.
    fn at_chosen_facts(&self, version: &str) -> Vec<How> {
        let one = |(turn, seq)| {
            let how = self.cut((turn, seq));
            let there = environment(&self.house.flight, self.env);
            assert_eq!((&there["version"], &there["health"]), (&version.into(), &"healthy".into()), "cut at {seq}");
            assert_eq!(there["running"], Value::Null, "cut at {seq}");
            how
        };
        let went = self.clean().into_iter().enumerate().map(one).collect();
        self.house.flight.expect(0, &["journal", "verify"]).says("whole");
        went
    }
}

/// Returns how the newest action that began has ended, if it did.
fn ended(release: &Release) -> Option<Outcome> {
    let begun = release.actions.iter().filter(|action| action.started.is_some());
    let newest = begun.max_by_key(|action| action.started.as_ref().map(|(at, _)| *at))?;
    newest.ended.as_ref().map(|ending| ending.outcome)
}

#[test]
fn an_engine_that_is_killed_in_the_middle_of_a_deploy_to_staging_harms_nothing() {
    let house = House::of(Flight::rehearsal("bad-release"));
    let flown = Flown { house, words: &["deploy", "staging", "--yes"], env: "staging" };
    let went = flown.at_chosen_facts("1.0.0");
    assert!(went.contains(&How::TakenUp) && went.last() == Some(&How::WasOver), "{went:?}");
}

#[test]
fn an_engine_that_is_killed_in_the_middle_of_a_deploy_to_production_harms_nothing() {
    let flight = Flight::rehearsal("bad-release");
    approved(&flight);
    let flown = Flown { house: House::of(flight), words: &TO_PRODUCTION, env: "production" };
    let went = flown.at_chosen_facts("1.0.0");
    assert!(went.contains(&How::TakenUp) && went.contains(&How::Asked), "{went:?}");
}

#[test]
fn an_engine_that_is_killed_in_the_middle_of_a_rollback_harms_nothing() {
    let flight = Flight::rehearsal("bad-release");
    approved(&flight);
    flight.expect(0, &TO_PRODUCTION);
    let flown = Flown { house: House::of(flight), words: &BACK, env: "production" };
    let went = flown.at_chosen_facts("0.9.4");
    assert!(went.contains(&How::TakenUp), "{went:?}");
}
