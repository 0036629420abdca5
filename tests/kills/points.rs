//! A deploy in real time, and at ten points through it the terminal, the connection, the tmux server or the engine is killed.

use super::house::{House, PROGRAM, kill};
use super::watcher::Watcher;
use crate::docker::need::need;
use crate::docker::sshd::Sshd;
use crate::docker::wait;
use crate::flight::crash::{How, once};
use crate::flight::world::Flight;
use crate::slots::{Scarce, take};
use crate::terminal::seat::{PATIENCE, Seat};
use std::process::Command;
use tminus_core::action::Outcome;
use tminus_core::release::Release;

/// How often a fact of a kind has been told since the action began.
type Point = (&'static str, usize);

const POINTS: [Point; 10] = [
    ("action.started", 1),
    ("step.started", 1),
    ("step.succeeded", 1),
    ("step.started", 2),
    ("step.ticketed", 1),
    ("target.observed", 1),
    ("target.observed", 2),
    ("target.observed", 3),
    ("step.succeeded", 2),
    ("action.finished", 1),
];
/// How many fly at the same time.
const LANES: usize = 5;

/// What is killed, and with it whatever hangs on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    Terminal,
    Connection,
    Tmux,
    Engine,
}

/// Where the cockpit is that the deploy is begun in.
struct Cockpit<'a> {
    house: &'a House,
    victim: Victim,
    seat: Seat,
    sshd: Option<Sshd>,
}

impl<'a> Cockpit<'a> {
    fn open(house: &'a House, victim: Victim) -> Option<Self> {
        let socket = house.flight.home().join("tmux").display().to_string();
        let (words, sshd) = match victim {
            Victim::Terminal | Victim::Engine => (vec![PROGRAM.to_owned()], None),
            Victim::Tmux => {
                let words = ["tmux", "-S", &socket, "-f", "/dev/null", "new-session", PROGRAM];
                (words.map(str::to_owned).to_vec(), None)
            }
            Victim::Connection => {
                let sshd = Sshd::start()?;
                let env: Vec<String> = house.env().iter().map(|(name, value)| format!("{name}='{value}'")).collect();
                let there = format!("cd '{}' && exec env {} {PROGRAM}", house.flight.dir.display(), env.join(" "));
                (sshd.words("root", &there), Some(sshd))
            }
        };
        let mut seat = house.terminal(&words);
        seat.sees_within(PATIENCE * 2, "rollback");
        seat.sees("production");
        Some(Self { house, victim, seat, sshd })
    }

    /// Begins a deploy to staging by keys, at a person's pace. A preview that changes while one reads it stands on Cancel
    /// again, and then a person begins anew.
    fn deploys(&mut self) {
        let before = self.house.release().actions.len();
        self.seat.press("j", "▸   staging");
        for _ in 0..3 {
            self.presses_deploy();
            for _ in 0..4 {
                if self.house.release().actions.len() > before {
                    return;
                }
                self.seat.rests();
            }
        }
    }

    fn presses_deploy(&mut self) {
        self.seat.press("d", "Deploy staging");
        self.seat.sees("Cancel");
        self.seat.rests();
        self.seat.types("\t");
        self.seat.rests();
        self.seat.types("\r");
    }

    fn kills_tmux(&self) {
        let socket = self.house.flight.home().join("tmux");
        drop(Command::new("tmux").arg("-S").arg(socket).arg("kill-server").output());
    }

    fn is_killed(&mut self) {
        match self.victim {
            Victim::Terminal => self.seat.hangs_up(),
            Victim::Connection => self.sshd.as_ref().unwrap().connections().into_iter().for_each(kill),
            Victim::Tmux => self.kills_tmux(),
            Victim::Engine => kill(self.house.engine_pid()),
        }
    }
}

impl Drop for Cockpit<'_> {
    fn drop(&mut self) {
        // A server outlives the terminal that it was started in.
        if self.victim == Victim::Tmux {
            self.kills_tmux();
        }
    }
}

/// Kills at one point, and looks at what became of everything.
fn fly(house: &House, victim: Victim, point: Point) {
    house.put_back();
    let Some(mut cockpit) = Cockpit::open(house, victim) else { return };
    let engine = house.engine_pid();
    let mut watcher = Watcher::at(house);
    cockpit.deploys();
    watcher.until(&format!("{point:?}"), |watcher| watcher.count(point.0) >= point.1);
    cockpit.is_killed();
    let how = match victim {
        Victim::Terminal | Victim::Connection | Victim::Tmux => {
            watcher.until("the end", |watcher| is_over(&watcher.release));
            watcher.until("an empty seat", |watcher| watcher.release.seats.iter().next().is_none());
            assert_eq!(house.engine_pid(), engine, "{victim:?} at {point:?}: it is another engine");
            How::TakenUp
        }
        Victim::Engine => {
            watcher.until_gone();
            // The cockpit that looked on starts the next engine, and comes to it.
            wait::until("the next engine", PATIENCE * 2, || house.join());
            is_taken_up(house, point);
            // An answer that was on its way when the engine ended never came: then it is still at the overview.
            let is_told = |screen: &vt100::Screen| screen.contents().contains("How it ended") || is_there(screen);
            cockpit.seat.waits(PATIENCE * 2, "what became of it", is_told);
            How::Asked
        }
    };
    drop(cockpit);
    let mut next = house.terminal(&[PROGRAM]);
    next.sees_within(PATIENCE * 2, "rollback");
    next.waits(PATIENCE, "1.0.0 in staging", is_there);
    // Whoever comes back may be told first what happened meanwhile.
    next.types("\u{3}");
    next.waits(PATIENCE, "nothing before it", |screen| !screen.contents().contains("Since you left"));
    next.types("q");
    assert_eq!(next.ends(), 0);
    let release = house.release();
    assert_eq!(outcome(&release), Some(Outcome::Good), "{victim:?} at {point:?}");
    once(&house.flight, (release.seq, how));
    house.kill_engine();
}

/// Says whether the overview has the version, the sign and the word of what is so in staging.
fn is_there(screen: &vt100::Screen) -> bool {
    let contents = screen.contents();
    let mut rows = contents.lines().filter(|line| line.contains(" staging "));
    rows.any(|row| row.contains("1.0.0") && [" healthy", " unverified"].iter().any(|word| row.contains(word)))
}

/// Waits for what the next engine makes of the action; it asks where nobody can know.
fn is_taken_up(house: &House, point: Point) {
    let mut watcher = Watcher::at(house);
    let is_stuck = |release: &Release| release.active_actions().any(tminus_core::release::ActionState::is_stuck);
    watcher.until("what becomes of it", |watcher| is_over(&watcher.release) || is_stuck(&watcher.release));
    if is_stuck(&watcher.release) {
        let told = house.run(&["settle", "staging", "--retry"]);
        assert_eq!(told.code, Some(0), "{point:?}: {told}");
    }
}

fn is_over(release: &Release) -> bool {
    outcome(release).is_some() && release.active_actions().next().is_none()
}

fn outcome(release: &Release) -> Option<Outcome> {
    release.actions.last()?.ended.as_ref().map(|ending| ending.outcome)
}

/// Flies to every point, some at the same time, each lane in a house of its own.
fn at_every_point(victim: Victim) {
    let fly_all = move |points: Vec<Point>| {
        let _slot = take(Scarce::Kills);
        let house = House::of(Flight::rehearsal("smooth"));
        points.into_iter().for_each(|point| fly(&house, victim, point));
    };
    let lanes: Vec<_> = (0..LANES)
        .map(|lane| POINTS.into_iter().skip(lane).step_by(LANES).collect())
        .map(|points: Vec<Point>| std::thread::spawn(move || fly_all(points)))
        .collect();
    let failed = lanes.into_iter().filter_map(|lane| lane.join().err()).count();
    assert_eq!(failed, 0, "so many lanes have failed");
}

#[test]
fn a_deploy_goes_on_when_its_terminal_is_closed() {
    at_every_point(Victim::Terminal);
}

#[test]
fn a_deploy_goes_on_when_its_connection_is_killed() {
    if Sshd::start().is_some() {
        at_every_point(Victim::Connection);
    }
}

#[test]
fn a_deploy_goes_on_when_its_tmux_server_is_killed() {
    if need("tmux").is_some() {
        at_every_point(Victim::Tmux);
    }
}

#[test]
fn a_deploy_is_taken_up_when_its_engine_is_killed() {
    at_every_point(Victim::Engine);
}
