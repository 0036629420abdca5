//! A release day that goes bad, by keys alone: brought to production, found out, taken back, proved well.

use super::seat::{PATIENCE, Seat};
use std::time::{Duration, Instant};

/// How long a part of the rehearsal's day may take: half a minute of it is waited for on purpose.
const PART: Duration = Duration::from_secs(300);

/// What a verification says that went well, and what it says too soon.
const WELL: [&str; 2] = ["✓ good", "good so far; 30m is not reached"];
const TOO_FEW: &str = "too few samples";

#[test]
fn a_bad_release_is_brought_out_found_out_and_taken_back_by_keys_alone() {
    let began = Instant::now();
    let mut seat = Seat::quick("bad-release");
    seat.press("j", "▸   staging");
    act(&mut seat, "d", "Deploy staging");
    ends(&mut seat, "backend 1.0.0 runs in staging");
    act(&mut seat, "v", "Verify staging");
    ends(&mut seat, "✓ good");
    seat.press("jj", "▸ ◆ production");
    propose(&mut seat);
    approve(&mut seat, "", "dana", "1 of 2 approved");
    approve(&mut seat, "j", "omer", "2 of 2 approved");
    seat.press("d", "Type \"production\"");
    name(&mut seat);
    ends(&mut seat, "backend 1.0.0 runs in production");
    let out = began.elapsed();

    seat.sees_within(PART, "unhealthy");
    act(&mut seat, "v", "Verify production");
    ends(&mut seat, "✗");
    let found = began.elapsed();

    seat.press("r", "Roll back production: why");
    seat.rests();
    seat.press("slow, and full of errors", "full of errors");
    seat.rests();
    seat.press("\r", "Type \"production\"");
    name(&mut seat);
    ends(&mut seat, "backend 0.9.4 is back in production");
    let back = began.elapsed();
    prove(&mut seat);

    println!(
        "{} keys; out after {} s, found out after {} s, back after {} s",
        seat.pressed(),
        out.as_secs(),
        found.as_secs(),
        back.as_secs()
    );
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    seat.leaves_the_terminal_as_it_was();
    seat.leaves_no_process();
}

/// Opens a preview, goes to its button and presses it, at a person's pace and with a person's eyes: a preview that is
/// filled anew is on Cancel again, and a key that a busy machine read too soon after another was not taken.
pub fn act(seat: &mut Seat, key: &str, title: &str) {
    seat.press(key, title);
    seat.sees("Cancel");
    seat.rests();
    let on_cancel = seat.look_of("Cancel");
    for _ in 0..20 {
        let is_on_cancel = seat.look_of("Cancel") == on_cancel;
        seat.types(if is_on_cancel { "\t" } else { "\r" });
        seat.rests();
        if !seat.screen().contains("Cancel") {
            return;
        }
    }
    panic!("the button is never pressed on\n{}", seat.screen());
}

/// Waits for the end of what runs, and goes back to the overview.
fn ends(seat: &mut Seat, words: &str) {
    seat.sees_within(PART, "How it ended");
    seat.sees(words);
    seat.press("\u{1b}", "Environments");
}

/// Verifies until it is well: seconds after the way back there are too few samples to say so, and it says that.
fn prove(seat: &mut Seat) {
    let until = Instant::now() + PART;
    loop {
        act(seat, "v", "Verify production");
        seat.sees_within(PART, "How it ended");
        let is_well = |said: &str| WELL.iter().any(|well| said.contains(well));
        seat.waits(PATIENCE, "a verdict", |screen| is_well(&screen.contents()) || screen.contents().contains(TOO_FEW));
        let said = seat.screen();
        seat.press("\u{1b}", "Environments");
        if is_well(&said) {
            return;
        }
        assert!(Instant::now() < until, "it is never well:\n{said}");
    }
}

fn propose(seat: &mut Seat) {
    act(seat, "d", "Deploy production");
    seat.has_seen("2 approvals missing");
}

/// Becomes another person of the team, as a rehearsal allows, and approves by the name of the protected place.
fn approve(seat: &mut Seat, down: &str, who: &str, count: &str) {
    seat.press("U", "Act as");
    seat.rests();
    seat.types(down);
    seat.rests();
    seat.press("\r", &format!("{who} drives"));
    seat.press("a", &format!("Approve as {who}"));
    seat.rests();
    seat.press("\r", "Type \"production\"");
    name(seat);
    seat.sees(count);
}

/// Types the name of the protected place, letter by letter as it appears, and presses Enter.
pub fn name(seat: &mut Seat) {
    seat.rests();
    let mut typed = String::new();
    for letter in "production".chars() {
        typed.push(letter);
        seat.press(&letter.to_string(), &format!("then press Enter: {typed}"));
    }
    seat.rests();
    seat.types("\r");
}
