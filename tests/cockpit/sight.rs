//! What must be in sight, said in one word, and offered first, however narrow the screen and long the text.

use super::day::Day;
use super::every::SIZES;
use super::{Seat, fixture};
use tminus_cockpit::{CockpitSettings, Message};
use tminus_core::action::{HorizonWait, Request};
use tminus_core::fact::{Fact, GateFact, StepFact, TargetFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ActionId, ArtifactName, Digest, EnvName};
use tminus_core::order::{Health, Observation};
use tminus_core::verdict::Verdict;

fn seat() -> Seat {
    Seat::new(&CockpitSettings::default())
}

#[test]
fn that_a_reason_must_be_written_is_a_complaint_only_after_somebody_wanted_to_go_on_without() {
    let mut seat = seat();
    seat.keys("j r");
    let style = |seat: &Seat| {
        let mut terminal = ratatui::Terminal::new(ratatui::backend::TestBackend::new(120, 36)).unwrap();
        terminal.draw(|frame| seat.cockpit.draw(frame)).unwrap();
        let screen = seat.screen(120, 36);
        let (y, line) = screen.lines().enumerate().find(|(_, line)| line.contains("a reason is required")).unwrap();
        let x = line[..line.find("a reason is required").unwrap()].chars().count();
        terminal.backend().buffer().cell((x as u16, y as u16)).unwrap().style()
    };
    let calm = style(&seat);
    seat.keys("enter");
    assert_ne!(style(&seat), calm, "it was wanted, and is not there");
}

#[test]
fn a_paste_that_is_too_long_says_how_much_of_it_was_taken() {
    let mut seat = seat();
    seat.keys("j r");
    seat.paste(&"a line\n".repeat(2_000));
    let says = "only 8000 of 13999 characters fit: the rest was dropped";
    assert!(seat.screen(120, 36).contains(says), "{}", seat.screen(120, 36));
    seat.keys("esc j r");
    seat.paste("a line");
    assert!(!seat.screen(120, 36).contains("characters fit"), "{}", seat.screen(120, 36));
}

#[test]
fn the_box_and_the_footer_have_one_word_for_one_key() {
    let footer = |seat: &Seat| seat.screen(120, 36).lines().last().unwrap().to_owned();
    let mut seat = seat();
    seat.keys("j r");
    seat.letters("slow");
    assert!(footer(&seat).contains("Enter to the preview"), "{}", footer(&seat));
    assert_eq!(seat.screen(120, 36).matches("Enter to the preview").count(), 2, "{}", seat.screen(120, 36));
    seat.keys("esc U");
    assert!(footer(&seat).contains("Enter chooses it"), "{}", footer(&seat));
}

#[test]
fn how_a_chord_goes_on_is_in_the_footer_once_it_is_begun() {
    for columns in [120, 80] {
        let mut seat = seat();
        seat.cockpit.take(Message::Size(columns, 24));
        seat.keys("S");
        let screen = seat.screen(columns, 24);
        let footer = screen.lines().last().unwrap();
        assert!(footer.contains("S …   a ") && footer.contains("   y ") && footer.contains("   n "), "{footer}");
    }
}

#[test]
fn a_retry_tells_what_cannot_be_undone_of_its_step() {
    let mut seat = seat();
    let id = "deploy-production-204";
    let request = Request::Deploy { env: EnvName::new("production"), version: fixture::version("1.0.0") };
    let mut day = Day::of(&mut seat);
    day.starts(20, id, &request);
    let action = || ActionId::new(id);
    // The place is looked at, and the image is pulled.
    for (step, ago) in [(0, 19), (1, 17)] {
        let summary = String::new();
        day.tell(
            ago,
            Fact::Step(StepFact::Succeeded { action: action(), step, summary, verdict: None, receipt: None }),
        );
        day.begins(ago - 1, id, step + 1);
    }
    let failure = Failure::new(FailureKind::Unreachable, "no answer");
    let failure = tminus_core::mask::Mask::new().failure(failure);
    day.tell(2, Fact::Step(StepFact::Failed { action: action(), step: 2, failure }));
    seat.keys("T enter R");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("Try the failed step again?") && screen.contains("▲ Cannot be undone"), "{screen}");
}

#[test]
fn a_long_reason_leaves_room_on_the_page_of_an_incident_and_stands_whole_in_its_fact() {
    for (columns, lines) in [(120, 36), (80, 24)] {
        let mut seat = seat();
        seat.cockpit.take(Message::Size(columns, lines));
        let (env, version) = (EnvName::new("production"), fixture::version("1.0.0"));
        let reason = "people are logged out\n".repeat(200);
        Day::of(&mut seat).tell(20, Fact::Gate(GateFact::MarkedBad { version, env, reason }));
        seat.keys("7");
        let screen = seat.screen(columns, lines);
        assert!(screen.contains("more lines: Enter opens it"), "{screen}");
        assert!(screen.contains("Ways out") && screen.contains("ready  to 0.9.3"), "{screen}");
        seat.keys("enter");
        assert!(seat.screen(columns, lines).contains(" Fact "), "{}", seat.screen(columns, lines));
    }
}

#[test]
fn the_footer_offers_first_what_the_environment_asks_for() {
    let mut seat = seat();
    seat.keys("j");
    let observation = Observation {
        serves: None,
        kept: Vec::new(),
        version: Some(fixture::version("1.0.0")),
        digest: Some(Digest::new(format!("sha256:{}", "9".repeat(64)))),
        health: Health::Unhealthy,
        words: None,
        since: None,
        action: None,
    };
    let (env, artifact) = (EnvName::new("staging"), ArtifactName::new("backend"));
    Day::of(&mut seat).tell(1, Fact::Target(TargetFact::Observed { env, artifact, observation }));
    for (columns, lines) in SIZES {
        let screen = seat.screen(columns, lines);
        let footer = screen.lines().last().unwrap();
        let next = if columns < 60 { "? keys" } else { "v verify" };
        assert!(footer.starts_with(&format!(" r roll back   {next}")), "{footer}");
    }
    seat.keys("k");
    let screen = seat.screen(120, 36);
    assert!(screen.lines().last().unwrap().starts_with(" v verify"), "elsewhere nobody has verified: {screen}");
    seat.keys("j j");
    let screen = seat.screen(120, 36);
    assert!(screen.lines().last().unwrap().starts_with(" d deploy"), "and elsewhere all is well: {screen}");
}

#[test]
fn what_was_measured_is_in_sight_on_a_narrow_screen_too() {
    let mut seat = seat();
    let id = "verify-production-204";
    let request = Request::Verify { env: EnvName::new("production"), horizon: None, patience: HorizonWait::Now };
    let mut day = Day::of(&mut seat);
    day.starts(20, id, &request);
    day.begins(19, id, 1);
    let (action, summary) = (ActionId::new(id), "412 ms; below 200 ms is asked".to_owned());
    let verdict = Some(Verdict::Fail);
    day.tell(2, Fact::Step(StepFact::Succeeded { action, step: 1, summary, verdict, receipt: None }));
    seat.cockpit.take(Message::Size(40, 12));
    seat.keys("T enter");
    let screen = seat.screen(40, 12);
    assert!(screen.contains("✗ 412 ms"), "{screen}");
}
