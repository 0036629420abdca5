//! An interrupted command leaves nothing running.

use super::kiosk::Kiosk;
use super::world::tell;
use std::fs::File;
use std::io::{BufRead, BufReader};

/// Interrupts a command that runs the check, and waits until the check's own child has let go of its pipe.
fn interrupt(kiosk: &Kiosk, words: &[&str], signal: rustix::process::Signal) {
    let pipe = kiosk.world.join("held");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let child = kiosk.flight.bare(words).spawn().unwrap();
    let mut held = BufReader::new(File::open(&pipe).unwrap()).lines();
    assert_eq!(held.next().unwrap().unwrap(), "began");
    rustix::process::kill_process(rustix::process::Pid::from_child(&child), signal).unwrap();
    let told = tell(&words.join(" "), child.wait_with_output().unwrap());
    assert_eq!(told.code, Some(4), "{told}");
    told.says("interrupted");
    assert!(held.next().is_none(), "the child let go of the pipe");
}

#[test]
fn an_interrupted_check_leaves_no_process_behind() {
    interrupt(&Kiosk::cut(), &["check", "tests"], rustix::process::Signal::INT);
}

#[test]
fn a_deploy_that_is_ended_while_its_gate_runs_begins_nothing_and_leaves_no_process_behind() {
    let kiosk = Kiosk::cut();
    interrupt(&kiosk, &["deploy", "staging", "--yes"], rustix::process::Signal::TERM);
    assert_eq!((kiosk.read("staging").as_str(), kiosk.read("began").as_str()), ("0.9.0\n", ""));
}
