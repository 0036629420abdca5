//! Acting: the preview and its guards, what runs, what ran, what was said, and the one registry that finds it all.

use super::day::Day;
use super::every::{PICTURED, SIZES};
use super::{Seat, day, fixture};
use std::time::Duration;
use tminus_cockpit::settings::keymap::{Key, Stroke};
use tminus_cockpit::{Answer, CockpitSettings, Effect, Message, Repeat, Reply};
use tminus_core::command::{ActionCommand, Command, Refusal};
use tminus_core::fact::{Fact, Record, TargetFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ArtifactName, EnvName};
use tminus_core::order::Progress;
use tminus_core::telemetry::Event;
use tminus_engine::EngineNews;

fn seat() -> Seat {
    Seat::new(&CockpitSettings::default())
}

fn snapshots(name: &str, before: fn(&mut Seat), act: impl Fn(&mut Seat)) {
    for (columns, lines) in PICTURED {
        let mut seat = seat();
        seat.cockpit.take(Message::Size(columns, lines));
        before(&mut seat);
        act(&mut seat);
        insta::assert_snapshot!(format!("{name}_{columns}x{lines}"), seat.screen(columns, lines));
    }
}

fn nothing(_: &mut Seat) {}

fn asked(seat: &Seat) -> Vec<&Command> {
    fn of(effect: &Effect) -> Option<&Command> {
        if let Effect::Command { command, .. } = effect { Some(command) } else { None }
    }
    seat.asked.iter().filter_map(of).collect()
}

fn refuse(seat: &mut Seat, says: &str) {
    let Some(Effect::Command { ticket, .. }) = seat.asked.last().cloned() else { panic!("nothing was asked") };
    let refusal = Refusal::held(says).with(vec!["omer deploys there".to_owned()]);
    let answer = Answer::Command(Err(refusal));
    seat.cockpit.take(Message::Reply(Box::new(Reply { ticket, at: seat.at, answer })));
}

fn lose(seat: &mut Seat) {
    let failure = Failure::new(FailureKind::Unreachable, "the engine is away");
    let (env, artifact) = (EnvName::new("staging"), ArtifactName::new("backend"));
    let failure = tminus_core::mask::Mask::new().failure(failure);
    let fact = Fact::Target(TargetFact::Lost { env, artifact, failure });
    let record = Record { seq: 900, at: fixture::now(), who: fixture::who("dana"), fact };
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
}

#[test]
fn an_action_shows_its_steps_its_output_and_how_far_it_is() {
    snapshots("running", day::runs, |seat| seat.keys("T enter"));
}

#[test]
fn a_failure_is_told_in_the_services_own_words_with_what_can_be_done() {
    snapshots("failed", day::fails, |seat| seat.keys("T enter"));
}

#[test]
fn a_decision_offers_a_rollback_only_where_there_is_something_to_go_back_to() {
    for (columns, lines) in SIZES {
        let mut seat = seat();
        seat.cockpit.take(Message::Size(columns, lines));
        day::fails(&mut seat);
        seat.keys("T enter");
        // What failed is what ran there: the line under the header names no rollback either.
        let screen = seat.screen(columns, lines);
        assert!(screen.contains("R retry") && !screen.contains("r roll back"), "{columns}x{lines}:\n{screen}");
        assert!(!screen.contains("retry, roll back or leave"), "{columns}x{lines}:\n{screen}");
    }
}

#[test]
fn the_output_of_a_step_takes_the_whole_screen() {
    snapshots("output", day::fails, |seat| seat.keys("T enter z"));
}

#[test]
fn the_tasks_say_what_runs_what_waits_and_what_ran() {
    snapshots("tasks", day::several, |seat| seat.keys("T"));
}

#[test]
fn the_calls_that_were_made_are_listed() {
    snapshots("calls", day::several, |seat| seat.keys("@"));
}

#[test]
fn messages_stay_and_errors_are_marked_until_they_are_read() {
    snapshots("messages", day::runs, |seat| {
        lose(seat);
        seat.keys("j a k v tab enter");
        refuse(seat, "Somebody else is at it.");
        seat.keys("M enter enter");
    });
}

#[test]
fn the_palette_finds_and_says_what_would_happen() {
    snapshots("palette", nothing, |seat| seat.keys(":"));
    snapshots("palette_typed", nothing, |seat| {
        seat.keys(":");
        seat.letters("dep stag");
    });
}

#[test]
fn a_text_is_written_in_lines_that_wrap_and_the_one_with_the_cursor_is_seen() {
    for (columns, lines) in SIZES {
        let mut seat = seat();
        seat.cockpit.take(Message::Size(columns, lines));
        seat.keys("j r");
        let text = "Since 1.0.0 the pool is exhausted every few minutes, and people are logged out. ";
        seat.letters(&text.repeat(3));
        seat.keys("alt-enter");
        seat.letters("omer saw it too");
        let screen = seat.screen(columns, lines);
        let rows: Vec<&str> = screen.lines().collect();
        let last = rows.iter().position(|row| row.contains("omer saw it too")).unwrap();
        assert!(rows[last - 1].contains("out."), "{screen}");
        assert!(!rows[last + 1].trim_matches(['│', ' ']).is_empty(), "no room is left empty: {screen}");
    }
}

#[test]
fn quitting_while_something_runs_asks_with_the_list() {
    snapshots("quit", day::fails, |seat| seat.keys("q"));
}

#[test]
fn what_is_unknown_does_not_stand_under_held() {
    for (columns, lines) in SIZES {
        let mut seat = seat();
        seat.cockpit.take(Message::Size(columns, lines));
        seat.keys("j d");
        let Some(Effect::Preview { ticket, version, request }) = seat.asked.last().cloned() else {
            panic!("none asked")
        };
        let mut preview = super::preview(&version, &request).unwrap();
        preview.unknown = vec!["the registry is away".to_owned()];
        preview.blockers = preview.unknown.clone();
        let answer = Answer::Preview(Box::new(Ok(preview)));
        seat.cockpit.take(Message::Reply(Box::new(Reply { ticket, at: seat.at, answer })));
        let screen = seat.screen(columns, lines);
        assert!(screen.contains("unknown  the registry is away") && !screen.contains("blocked "), "{screen}");
        seat.keys("tab enter");
        assert!(seat.started().is_empty(), "what is not known is not begun");
    }
}

#[test]
fn the_palette_opens_the_preview_and_never_begins_anything() {
    let mut seat = seat();
    seat.keys(":");
    seat.letters("verify staging");
    seat.keys("enter");
    assert!(seat.started().is_empty());
    assert!(seat.screen(120, 36).contains("Verify staging"), "{}", seat.screen(120, 36));
    seat.keys("enter");
    assert!(seat.started().is_empty(), "the preview opens on cancel");
    seat.keys(":");
    seat.letters("verify staging");
    seat.keys("enter tab enter");
    assert_eq!(seat.started().len(), 1);
}

#[test]
fn an_enter_that_is_poured_into_the_palette_takes_nothing() {
    let mut seat = seat();
    seat.keys(":");
    for letter in "deploy staging".chars() {
        seat.at += Duration::from_millis(1);
        seat.stroke(Stroke::plain(Key::Char(letter)), Repeat::Fresh);
    }
    seat.at += Duration::from_millis(1);
    seat.stroke(Stroke::plain(Key::Enter), Repeat::Fresh);
    assert_eq!(seat.asked, []);
}

#[test]
fn the_palette_goes_to_places_by_name() {
    let mut seat = seat();
    seat.keys(":");
    seat.letters("env prod");
    seat.keys("enter");
    assert!(seat.screen(120, 36).contains("production"), "{}", seat.screen(120, 36));
    assert!(!seat.screen(120, 36).contains("app-store"), "{}", seat.screen(120, 36));
}

#[test]
fn what_cannot_be_done_now_says_why_in_the_palette_and_stays() {
    let mut seat = seat();
    seat.keys("j :");
    seat.letters("approve");
    assert!(
        seat.screen(120, 36).contains("Not now: nothing waits for approval in staging"),
        "{}",
        seat.screen(120, 36)
    );
    seat.keys("enter");
    assert!(seat.screen(120, 36).contains("Actions"), "the palette stays");
    seat.keys("esc M");
    assert!(seat.screen(120, 36).contains("nothing waits for approval in staging"), "it is kept");
}

#[test]
fn a_key_of_the_help_is_run_where_one_came_from() {
    let mut seat = seat();
    seat.keys("j ? /");
    seat.letters("verify");
    seat.keys("enter");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("Verify staging") && seat.started().is_empty(), "{screen}");
    seat.keys("esc ?");
    seat.keys("end");
    let last = seat.screen(120, 36);
    assert!(last.contains("Keys that work here"), "{last}");
    seat.keys("enter");
    assert!(!seat.screen(120, 36).contains("Keys that work here"), "{}", seat.screen(120, 36));
}

#[test]
fn a_running_action_is_stopped_from_the_list() {
    let mut seat = seat();
    day::runs(&mut seat);
    seat.keys("T x");
    let [Command::Action(ActionCommand::Stop { action })] = asked(&seat)[..] else { panic!("{:?}", seat.asked) };
    assert_eq!(action.as_str(), day::RUNNING);
    seat.keys("j x");
    assert_eq!(asked(&seat).len(), 1, "what is over is not stopped");
}

#[test]
fn after_a_failure_one_tries_again_only_after_a_question() {
    let mut seat = seat();
    day::fails(&mut seat);
    seat.keys("T enter R enter");
    assert!(asked(&seat).is_empty(), "it opens on cancel");
    seat.keys("R tab enter");
    let [Command::Action(ActionCommand::Retry { .. })] = asked(&seat)[..] else { panic!("{:?}", seat.asked) };
}

#[test]
fn the_footer_offers_first_what_matters_after_a_failure() {
    let mut seat = seat();
    day::fails(&mut seat);
    seat.keys("T enter");
    let footer = |seat: &Seat, columns| seat.screen(columns, 24).lines().last().unwrap().to_owned();
    assert!(footer(&seat, 80).starts_with(" R retry   L leave as it is"), "{}", footer(&seat, 80));
    for columns in 30..160 {
        let line = footer(&seat, columns);
        assert!(line.chars().count() <= usize::from(columns), "{line}");
        assert!(line.contains("R retry"), "{columns}: {line}");
    }
}

#[test]
fn the_exact_calls_are_folded_where_they_do_not_fit_and_a_key_shows_them() {
    let mut seat = seat();
    seat.cockpit.take(Message::Size(80, 24));
    seat.keys("j j j d");
    assert!(!seat.screen(80, 24).contains("$ deploy production"), "{}", seat.screen(80, 24));
    seat.keys("@");
    for _ in 0..9 {
        seat.keys("down");
    }
    assert!(seat.screen(80, 24).contains("$ deploy production"), "{}", seat.screen(80, 24));
    assert!(seat.started().is_empty());
}

#[test]
fn a_preview_at_forty_columns_says_from_which_version_to_which() {
    let mut seat = seat();
    seat.cockpit.take(Message::Size(40, 12));
    seat.keys("j j j d");
    let screen = seat.screen(40, 12);
    assert!(screen.contains("0.9.4 → 1.0.0") && screen.contains("protected"), "{screen}");
    assert!(screen.contains("↓"), "what is further down is counted: {screen}");
}

#[test]
fn a_lost_service_waits_in_the_messages_until_it_is_read() {
    let mut seat = seat();
    lose(&mut seat);
    assert!(seat.screen(120, 36).contains("1 unread"), "{}", seat.screen(120, 36));
    seat.keys("M enter enter");
    assert!(!seat.screen(120, 36).contains("1 unread"), "{}", seat.screen(120, 36));
}

#[test]
fn a_message_is_copied_whole() {
    let mut seat = seat();
    seat.keys("j v tab enter");
    refuse(&mut seat, "Somebody else is at it.");
    seat.keys("M enter y");
    let Some(Effect::Copy(text)) = seat.asked.last() else { panic!("{:?}", seat.asked) };
    assert_eq!(text, "verify staging: Somebody else is at it.\n- omer deploys there");
}

#[test]
fn the_output_of_a_step_is_followed_until_one_scrolls_up() {
    let mut seat = seat();
    seat.cockpit.take(Message::Size(80, 24));
    day::runs(&mut seat);
    seat.keys("T enter z");
    for number in 0..60 {
        let line = tminus_core::order::Progress::Line(tminus_core::mask::Mask::new().line(&format!("line {number}")));
        day::Day::of(&mut seat).says(day::RUNNING, 1, line);
    }
    assert!(seat.screen(80, 24).contains("line 59"));
    seat.keys("k k");
    assert!(seat.screen(80, 24).contains("paused, +2 newer"), "{}", seat.screen(80, 24));
    assert!(!seat.screen(80, 24).contains("line 59"));
    seat.keys("G");
    assert!(seat.screen(80, 24).contains("line 59"));
    seat.keys("esc");
    assert!(seat.screen(80, 24).contains("Look at staging again"), "esc leaves the output first");
}

#[test]
fn a_written_reason_can_be_taken_back_and_pasted_into() {
    let mut seat = seat();
    seat.keys("j r");
    seat.letters("one");
    seat.wait(500);
    seat.paste(" two\u{1b}[31m\nthree");
    seat.wait(500);
    seat.keys("enter");
    let Some(Effect::Preview { request, .. }) = seat.asked.last() else { panic!("{:?}", seat.asked) };
    let tminus_core::action::Request::RollBack { reason, .. } = request else { panic!("{request:?}") };
    assert_eq!(reason, "one two\nthree");
    seat.keys("esc j r");
    seat.letters("x");
    seat.keys("ctrl-z enter");
    assert!(seat.screen(120, 36).contains("a reason is required"), "{}", seat.screen(120, 36));
}

#[test]
fn an_editor_brings_its_text_back_into_the_dialog() {
    let mut seat = seat();
    seat.keys("j r");
    seat.letters("draft");
    seat.keys("ctrl-x e");
    assert_eq!(seat.asked.last(), Some(&Effect::Edit { text: "draft".to_owned() }));
    seat.cockpit.take(Message::Edited(Ok("the pool is\u{7} exhausted\n".to_owned())));
    assert!(seat.screen(120, 36).contains("the pool is exhausted"), "{}", seat.screen(120, 36));
}

#[test]
fn an_action_of_which_nothing_is_heard_for_long_says_so_in_steps_until_it_is_heard_of_again() {
    let later = |seconds| fixture::now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    for (columns, lines, says) in
        [(160, 48, "no word for"), (120, 36, "no word for"), (80, 24, "no word for"), (40, 12, "silent")]
    {
        let mut seat = seat();
        seat.cockpit.take(Message::Size(columns, lines));
        day::runs(&mut seat);
        seat.keys("T enter");
        let at = |seat: &mut Seat, seconds| {
            seat.cockpit.take(Message::Second(later(seconds)));
            seat.screen(columns, lines)
        };
        assert!(!at(&mut seat, 29).contains(says), "{}", at(&mut seat, 29));
        for seconds in 30..40 {
            let screen = at(&mut seat, seconds);
            assert!(screen.contains(&format!("{says} 30s")), "{screen}");
        }
        assert!(at(&mut seat, 300).contains(&format!("{says} 5m")), "{}", at(&mut seat, 300));
        seat.keys("1");
        if columns >= 80 {
            assert!(seat.screen(columns, lines).contains("silent 5m"), "{}", seat.screen(columns, lines));
        }
        Day::of(&mut seat).says(
            day::RUNNING,
            1,
            Progress::Line(tminus_core::mask::Mask::new().line("layer 9 is there")),
        );
        assert!(!seat.screen(columns, lines).contains("silent"), "{}", seat.screen(columns, lines));
        seat.keys("T enter");
        assert!(!seat.screen(columns, lines).contains(says), "{}", seat.screen(columns, lines));
    }
}

#[test]
fn leaving_while_something_runs_is_never_the_first_button() {
    let mut seat = seat();
    day::runs(&mut seat);
    seat.keys("q enter");
    assert!(!seat.asked.contains(&Effect::Quit));
    seat.keys("q j j j enter");
    assert!(seat.asked.contains(&Effect::Quit));
}
