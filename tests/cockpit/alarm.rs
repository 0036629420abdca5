//! The worst minutes: the eye goes to the fire, the keys act on it, and no dialog is in the way.

use super::every::SIZES;
use super::{Seat, fixture};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use std::sync::Arc;
use tminus_cockpit::settings::keymap::{Key, Stroke, parse_chord};
use tminus_cockpit::{Answer, CockpitSettings, Effect, Message, Repeat, Reply};
use tminus_core::action::{Outcome, Request};
use tminus_core::command::{ActionCommand, Refusal};
use tminus_core::fact::{ActionFact, Fact, Record, TargetFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ActionId, ArtifactName, Digest, EnvName};
use tminus_core::order::{Health, Observation, Place, Readiness};
use tminus_core::situation::Situation;
use tminus_core::telemetry::Event;
use tminus_core::time::Span;
use tminus_engine::{EngineNews, Snapshot};

const BURNS: &str = "production unhealthy since 12:40";

fn production() -> (EnvName, ArtifactName) {
    (EnvName::new("production"), ArtifactName::new("backend"))
}

pub fn seen(text: &str, digit: &str, health: Health, words: Option<&str>) -> Fact {
    let (env, artifact) = production();
    let observation = Observation {
        serves: None,
        kept: Vec::new(),
        version: Some(fixture::version(text)),
        digest: Some(Digest::new(format!("sha256:{}", digit.repeat(64)))),
        health,
        words: words.map(str::to_owned),
        since: None,
        action: None,
    };
    Fact::Target(TargetFact::Observed { env, artifact, observation })
}

fn ready() -> Fact {
    let (env, artifact) = production();
    let readiness = Readiness {
        once_replaced: Vec::new(),
        restore: Vec::new(),
        deploy: Vec::new(),
        held: Vec::new(),
        unknown: Vec::new(),
        version: fixture::version("0.9.4"),
        digest: Some(Digest::new(format!("sha256:{}", "8".repeat(64)))),
        places: vec![Place { name: "registry".to_owned(), has: Some(true) }],
        blockers: Vec::new(),
        keeps: vec!["2 migrations".to_owned()],
        takes: Some(Span::seconds(6)),
    };
    Fact::Target(TargetFact::Ready { env, artifact, readiness })
}

/// The release day, and what happened to production since, each so many seconds ago.
fn after(facts: Vec<(i64, Fact)>) -> Snapshot {
    let mut snapshot = fixture::snapshot();
    for (nth, (ago, fact)) in facts.into_iter().enumerate() {
        let at = fixture::now().checked_sub(jiff::SignedDuration::from_secs(ago)).unwrap();
        let record = Record { seq: 500 + nth as u64, at, who: fixture::who("dana"), fact };
        Arc::make_mut(&mut snapshot.release).apply(&record);
    }
    snapshot
}

/// 1.0.0 was deployed to production, and 46 seconds later it was not well.
fn burning() -> Snapshot {
    let request = Request::Deploy { env: production().0, version: fixture::version("1.0.0") };
    let preview = super::preview(&fixture::version("1.0.0"), &request).unwrap();
    let action = ActionId::new("deploy-production-9");
    let (proposal, steps) = (preview.proposal, preview.steps);
    after(vec![
        (120, Fact::Action(ActionFact::Started { action: action.clone(), proposal, steps })),
        (108, seen("1.0.0", "9", Health::Healthy, None)),
        (107, Fact::Action(ActionFact::Finished { action, outcome: Outcome::Good, summary: "it runs".to_owned() })),
        (61, seen("1.0.0", "9", Health::Unhealthy, Some("503 Service Unavailable from /api/health"))),
        (2, ready()),
    ])
}

fn seat(snapshot: Snapshot) -> Seat {
    Seat::of(snapshot, &CockpitSettings::default())
}

fn at(seat: &mut Seat, (columns, lines): (u16, u16)) -> String {
    seat.cockpit.take(Message::Size(columns, lines));
    seat.screen(columns, lines)
}

#[test]
fn one_line_says_what_burns_since_when_what_changed_and_which_key_ends_it() {
    let mut seat = seat(burning());
    for size in [(160, 48), (120, 36)] {
        let screen = at(&mut seat, size);
        let line = screen.lines().nth(1).unwrap();
        let whole =
            "✗ production unhealthy since 12:40 · 1.0.0, deployed 46 s earlier · r rolls back to 0.9.4, about 6 s";
        assert_eq!(line.trim(), whole, "{size:?}:\n{screen}");
    }
    let portrait = at(&mut seat, (60, 50));
    assert!(portrait.contains("  1.0.0, deployed 46 s earlier"), "what changed is told, too:\n{portrait}");
    for size in [(80, 24), (60, 50), (40, 12), (40, 10)] {
        let screen = at(&mut seat, size);
        assert!(screen.contains(BURNS), "{size:?}:\n{screen}");
        let is_low = size.1 < 12;
        assert!(is_low || screen.contains("r rolls back to 0.9.4, about 6 s"), "{size:?}:\n{screen}");
    }
}

#[test]
fn the_line_stands_in_every_view_and_the_rollback_is_the_first_key_where_the_keys_act_on_it() {
    for size in [(120, 36), (80, 24)] {
        for view in ["1", "2", "3", "4", "5", "6", "7", "8"] {
            let mut seat = seat(burning());
            seat.cockpit.take(Message::Size(size.0, size.1));
            seat.keys(view);
            let screen = seat.screen(size.0, size.1);
            assert!(screen.contains(BURNS), "view {view} at {size:?}:\n{screen}");
            let footer = screen.lines().last().unwrap();
            let (back, other) = (footer.find("r roll back"), footer.find("d deploy").unwrap_or(usize::MAX));
            assert!(back.is_some_and(|back| back < other), "view {view} at {size:?}: {footer}");
        }
    }
}

#[test]
fn at_least_one_key_stands_in_the_footer_whatever_else_is_to_be_said() {
    for (columns, lines) in [(120, 36), (80, 24), (60, 50), (40, 12)] {
        let mut seat = seat(burning());
        let refusal = Refusal::held("Somebody else is at it.").with(vec!["omer deploys".to_owned()]);
        seat.cockpit.take(Message::Size(columns, lines));
        seat.keys("v");
        let Some(Effect::Preview { ticket, .. }) = seat.asked.last().cloned() else {
            panic!("no preview was asked for")
        };
        let answer = Answer::Preview(Box::new(Err(refusal)));
        seat.cockpit.take(Message::Reply(Box::new(Reply { ticket, at: seat.at, answer })));
        seat.keys("j k");
        let footer = seat.screen(columns, lines).lines().last().unwrap().to_owned();
        assert!(footer.contains("r roll back") && footer.contains("protected"), "{columns}x{lines}: {footer}");
    }
}

#[test]
fn the_incident_page_says_what_is_wrong_then_what_ends_it_then_what_led_to_it() {
    for size in [(160, 90), (120, 90), (80, 90), (40, 90)] {
        let mut seat = seat(burning());
        at(&mut seat, size);
        seat.keys("7");
        // The environment's name stands in the line under the header, too.
        let screen = seat.screen(size.0, size.1);
        let page = &screen[screen.find("What is wrong").unwrap()..];
        let place = |heading: &str| page.find(heading).unwrap_or_else(|| panic!("{size:?} has no {heading}:\n{page}"));
        let [burns, out, changed] = ["production", "Ways out", "What changed lately"].map(place);
        assert!(burns < out && out < changed, "{size:?}:\n{page}");
        let first = page[out..changed].find("production").unwrap();
        assert!(page[out..changed].find("staging").is_none_or(|other| first < other), "{size:?}:\n{page}");
    }
}

#[test]
fn the_cockpit_opens_with_the_cursor_on_the_fire() {
    let mut seat = seat(burning());
    let screen = at(&mut seat, (120, 36));
    let row = screen.lines().find(|line| line.contains('▸')).unwrap();
    assert!(row.contains("production"), "{screen}");
    assert!(screen.lines().last().unwrap().contains("◆ production protected"), "{screen}");
    let calm = at(&mut Seat::new(&CockpitSettings::default()), (120, 36));
    assert!(calm.lines().find(|line| line.contains('▸')).unwrap().contains("development"), "{calm}");
}

#[test]
fn the_line_never_names_a_key_that_would_act_on_another_environment() {
    let mut seat = seat(burning());
    seat.keys("k");
    let screen = at(&mut seat, (120, 36));
    assert!(screen.contains("· 7 then r rolls back to 0.9.4"), "{screen}");
    seat.keys("r");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("it is production that needs a rollback: 7 then r"), "{screen}");
    seat.keys("esc");
    seat.keys("7 r");
    assert!(seat.screen(120, 36).contains("Roll back production"), "{}", seat.screen(120, 36));
}

#[test]
fn why_it_is_not_well_stands_in_its_row_or_beneath_it_at_every_width() {
    let mut seat = seat(burning());
    for size in [(200, 60), (160, 48), (120, 36), (100, 30), (80, 24), (60, 50)] {
        let screen = at(&mut seat, size);
        assert!(screen.contains("503 Service Unavailable"), "{size:?}:\n{screen}");
        let head = screen.lines().find(|line| line.contains("version")).unwrap();
        assert!(head.contains("rollback") && (size.0 < 80 || head.contains("since")), "{size:?}:\n{screen}");
    }
}

#[test]
fn what_cannot_be_seen_is_said_and_nothing_is_offered_against_it() {
    let (env, artifact) = production();
    let failure = Failure::new(FailureKind::Unreachable, "the cluster does not answer");
    let failure = tminus_core::mask::Mask::new().failure(failure);
    let mut seat = seat(after(vec![(6, Fact::Target(TargetFact::Lost { env, artifact, failure }))]));
    let screen = at(&mut seat, (120, 36));
    let line = screen.lines().nth(1).unwrap();
    let whole = "? production unreachable since 12:41 · 0.9.4 was healthy when last seen · tminus keeps looking";
    assert_eq!(line.trim(), whole, "{screen}");
    assert!(screen.contains("? unreachable 6s"), "{screen}");
}

#[test]
fn what_was_unwell_and_starts_again_has_been_so_since_its_beginning() {
    let mut facts = vec![(300, seen("0.9.4", "8", Health::Unhealthy, None))];
    facts.push((200, seen("0.9.4", "8", Health::Starting, None)));
    facts.push((100, seen("0.9.4", "8", Health::Unhealthy, None)));
    let since = |facts| {
        let world = after(facts);
        let version = fixture::version("1.0.0");
        let situation =
            Situation { plan: &world.plan, release: &world.release, version: &version, now: fixture::now() };
        situation.troubles().first().map(|trouble| trouble.since)
    };
    let ago = |seconds| fixture::now().checked_sub(jiff::SignedDuration::from_secs(seconds)).ok();
    assert_eq!(since(facts.clone()), ago(300));
    facts.insert(2, (150, seen("0.9.4", "8", Health::Healthy, None)));
    assert_eq!(since(facts), ago(100), "it was well in between");
}

fn painted(seat: &Seat, (columns, lines): (u16, u16)) -> Buffer {
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, lines));
    seat.cockpit.paint(&mut buffer);
    buffer
}

#[test]
fn what_lies_under_a_dialog_is_dimmed_with_colours_in_sixteen_and_without() {
    let sixteen = CockpitSettings {
        theme: tminus_cockpit::settings::theme::ThemeChoice::Always("sixteen".to_owned()),
        ..CockpitSettings::default()
    };
    let without = CockpitSettings { no_color: true, ..CockpitSettings::default() };
    for (name, settings) in [("dark", CockpitSettings::default()), ("sixteen", sixteen), ("NO_COLOR", without)] {
        let mut seat = Seat::of(burning(), &settings);
        seat.cockpit.take(Message::Size(120, 36));
        let before = painted(&seat, (120, 36));
        seat.keys("d");
        let under = painted(&seat, (120, 36));
        let loud = Modifier::BOLD | Modifier::REVERSED;
        for (x, y) in [(2, 0), (3, 1), (4, 3)] {
            let (was, is) = (&before[(x, y)], &under[(x, y)]);
            assert_eq!(was.symbol(), is.symbol(), "{name} at {x},{y}");
            assert!((is.fg, is.modifier) != (was.fg, was.modifier), "{name} at {x},{y}: {is:?}");
            assert!(!is.modifier.intersects(loud), "{name} at {x},{y}: {is:?}");
        }
    }
}

/// Presses keys as fast as somebody types who does not wait for the screen.
fn fast(seat: &mut Seat, chord: &str) {
    for stroke in parse_chord(chord).unwrap() {
        seat.wait(70);
        seat.stroke(stroke, Repeat::Fresh);
    }
}

fn type_fast(seat: &mut Seat, text: &str) {
    for letter in text.chars() {
        seat.wait(70);
        seat.stroke(Stroke::plain(Key::Char(letter)), Repeat::Fresh);
    }
}

#[test]
fn a_name_and_a_reason_are_typed_from_the_first_letter_on() {
    let mut seat = seat(burning());
    seat.keys("r");
    type_fast(&mut seat, "slow");
    assert!(seat.screen(120, 36).contains("slow"), "{}", seat.screen(120, 36));
    seat.keys("enter");
    type_fast(&mut seat, "production");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("press Enter: production"), "{screen}");
    seat.keys("enter");
    let [ActionCommand::Start { request: Request::RollBack { reason, .. }, .. }] = seat.started()[..] else {
        panic!("not one rollback: {:?}", seat.started())
    };
    assert_eq!(reason, "slow");
}

#[test]
fn escape_leaves_a_dialog_at_once_and_enter_presses_no_button_at_once() {
    let mut seat = seat(burning());
    seat.keys("d");
    fast(&mut seat, "esc");
    assert!(!seat.screen(120, 36).contains("Cancel"), "{}", seat.screen(120, 36));
    seat.keys("k k d");
    fast(&mut seat, "tab enter");
    assert!(seat.started().is_empty(), "a button has its dead time");
}

#[test]
fn after_the_name_tab_goes_on_in_silence_and_shift_tab_to_cancel() {
    let typed = |keys: &str| {
        let mut seat = seat(burning());
        seat.keys("r");
        seat.letters("slow");
        seat.keys("enter");
        seat.letters("production");
        seat.keys(keys);
        seat
    };
    let silent = typed("tab");
    let footer = silent.screen(120, 36).lines().last().unwrap().to_owned();
    assert!(!footer.contains("type ") && !footer.contains("name"), "{footer}");
    assert_eq!(typed("tab enter").started().len(), 1);
    for cancels in ["tab tab enter", "shift-tab enter"] {
        assert!(typed(cancels).started().is_empty(), "{cancels}");
    }
}

fn tell(seat: &mut Seat, seq: u64, fact: Fact) {
    let record = Record { seq, at: fixture::now(), who: fixture::who("dana"), fact };
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
}

#[test]
fn a_refusal_is_a_line_and_the_next_key_does_what_it_says() {
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.keys("j v tab enter");
    let Some(Effect::Command { ticket, .. }) = seat.asked.last().cloned() else { panic!("nothing was asked") };
    let refusal = Refusal::held("Somebody else is at it.").with(vec!["omer deploys".to_owned()]);
    let answer = Answer::Command(Err(refusal));
    seat.cockpit.take(Message::Reply(Box::new(Reply { ticket, at: seat.at, answer })));
    let screen = seat.screen(120, 36);
    let footer = screen.lines().last().unwrap();
    assert!(footer.contains("verify staging: Somebody else is at it. · omer deploys"), "{screen}");
    assert!(screen.contains("Environments") && !screen.contains(" OK "), "no box: {screen}");
    seat.keys("4");
    assert!(seat.screen(120, 36).contains("─ Checklist"), "{}", seat.screen(120, 36));
}

#[test]
fn the_dialog_of_leaving_offers_nothing_that_is_over() {
    let mut seat = Seat::new(&CockpitSettings::default());
    super::day::runs(&mut seat);
    seat.keys("q");
    let before = seat.screen(120, 36);
    assert!(before.contains("Wait") && before.contains("Stop safely"), "{before}");
    let summary = "it runs".to_owned();
    let action = ActionId::new(super::day::RUNNING);
    tell(&mut seat, 800, Fact::Action(ActionFact::Finished { action, outcome: Outcome::Good, summary }));
    let over = seat.screen(120, 36);
    assert!(over.contains("What ran has ended") && over.contains("Leave"), "{over}");
    assert!(!over.contains("Wait") && !over.contains("Stop safely") && !over.contains("resumes it"), "{over}");
}

#[test]
fn what_fails_stands_on_top_and_the_counts_agree() {
    let mut seat = Seat::new(&CockpitSettings::default());
    for size in SIZES {
        let whole = {
            seat.keys("4");
            at(&mut seat, size)
        };
        let first = whole.lines().position(|line| line.contains("✗") && !line.contains("NO-GO")).unwrap();
        let phase = whole.lines().position(|line| line.contains("before deploy")).unwrap_or(usize::MAX);
        let heading = whole.lines().position(|line| line.contains(" Checklist ")).unwrap();
        assert!(first < phase || phase == heading, "{size:?}:\n{whole}");
    }
    let count = |keys: &str, before: &str| {
        let mut seat = Seat::new(&CockpitSettings::default());
        seat.keys(keys);
        let screen = at(&mut seat, (160, 48));
        let line = screen.lines().find(|line| line.contains(before) && line.contains(['/', 'f'])).unwrap().to_owned();
        let after = &line[line.find(before).unwrap()..];
        let numbers: Vec<String> =
            after.split(|c: char| !c.is_ascii_digit()).filter(|n| !n.is_empty()).map(str::to_owned).collect();
        (numbers[0].clone(), numbers[1].clone())
    };
    let overview = count("1", "before deploy");
    assert_eq!(count("4", "before deploy"), overview);
}

#[test]
fn every_pane_has_room_in_portrait_and_the_smallest_screen_names_the_environment() {
    let mut seat = seat(burning());
    let portrait = at(&mut seat, (60, 50));
    for pane in [" Environments ", " Checklist ", " Release branch ", " Rollback · production ", " Logs "] {
        assert!(portrait.contains(pane), "{pane}:\n{portrait}");
    }
    let tiny = at(&mut seat, (20, 5));
    assert!(tiny.contains("producti"), "{tiny}");
}

const KNOWN: &str = "backend 1.0.0 in production is unhealthy: 503 Service Unavailable from /api/health";

#[test]
fn a_rollback_begins_with_the_reason_that_is_known_and_one_key_takes_it() {
    let mut seat = seat(burning());
    seat.keys("r");
    let screen = at(&mut seat, (120, 36));
    assert!(screen.contains(KNOWN) && screen.contains("what you type replaces it"), "{screen}");
    seat.keys("enter");
    seat.letters("production");
    seat.keys("enter");
    let started = seat.started();
    let [ActionCommand::Start { request: Request::RollBack { reason, .. }, .. }] = started.as_slice() else {
        panic!("{started:?}")
    };
    assert_eq!(reason, KNOWN);
}

#[test]
fn the_first_letter_takes_the_place_of_a_suggestion_and_what_was_typed_is_there_the_next_time() {
    let mut seat = seat(burning());
    seat.keys("r");
    seat.letters("slow");
    let screen = at(&mut seat, (120, 36));
    assert!(screen.contains("slow") && !screen.contains("is unhealthy: 503"), "{screen}");
    seat.keys("esc j r");
    assert!(!at(&mut seat, (120, 36)).contains("slow"), "the reason belongs to its environment");
    seat.keys("esc k r");
    let screen = at(&mut seat, (120, 36));
    assert!(screen.contains("slow") && !screen.contains("what you type replaces it"), "{screen}");
    seat.letters("er");
    assert!(at(&mut seat, (120, 36)).contains("slower"), "one's own words are written on");
    seat.keys("ctrl-u");
    assert!(at(&mut seat, (120, 36)).contains(KNOWN), "what was cleared is suggested again");
    seat.keys("esc r");
    assert!(at(&mut seat, (120, 36)).contains(KNOWN), "one's own words are gone");
    seat.letters("x");
    seat.keys("backspace esc r");
    assert!(at(&mut seat, (120, 36)).contains(KNOWN), "what was deleted is no reason");
    seat.keys("ctrl-u enter");
    assert!(at(&mut seat, (120, 36)).contains("a reason is required"), "Ctrl-u clears a suggestion too");
}

#[test]
fn a_chord_that_nobody_went_on_with_ends_after_a_few_seconds_and_with_an_alarm() {
    let mut calm = Seat::new(&CockpitSettings::default());
    let foot = |seat: &Seat| seat.screen(120, 36).lines().last().unwrap_or_default().to_owned();
    calm.keys("g");
    assert!(foot(&calm).contains("g …"), "{}", foot(&calm));
    for _ in 0..4 {
        calm.cockpit.take(Message::Second(fixture::now()));
    }
    assert!(!foot(&calm).contains("g …"), "{}", foot(&calm));
    calm.keys("g");
    let fact = seen("0.9.4", "8", Health::Unhealthy, Some("503"));
    let record = Record { seq: 700, at: fixture::now(), who: fixture::who("dana"), fact };
    calm.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))));
    assert!(!foot(&calm).contains("g …"), "{}", foot(&calm));
}
