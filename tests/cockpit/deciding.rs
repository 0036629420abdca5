//! Deciding: approvals, waivers, what waits and what holds, told the same everywhere and done by nobody by accident.

use super::day::{Day, deploy};
use super::{Seat, fixture, preview};
use tminus_cockpit::{Answer, CockpitSettings, Effect, Message, Reply};
use tminus_core::action::{Outcome, Request};
use tminus_core::command::{Command, GateCommand, Refusal};
use tminus_core::fact::{ActionFact, Fact, GateFact, Record};
use tminus_core::lock::LockFact;
use tminus_core::names::{ActionId, EnvName};
use tminus_core::order::Progress;
use tminus_core::situation::{Locked, Preview};
use tminus_core::telemetry::Event;
use tminus_core::who::Who;
use tminus_engine::EngineNews;

const WAITS: &str = "deploy-production-202";

fn seat() -> Seat {
    Seat::new(&CockpitSettings::default())
}

/// A seat with the cursor on production, where a proposal waits.
fn waiting() -> Seat {
    let mut seat = seat();
    Day::of(&mut seat).proposes(120, WAITS, &deploy("production"));
    seat.keys("j j j");
    seat
}

fn decided(seat: &Seat) -> Vec<&GateCommand> {
    fn of(effect: &Effect) -> Option<&GateCommand> {
        match effect {
            Effect::Command { command, .. } => match command.as_ref() {
                Command::Gate(gate) => Some(gate),
                Command::Release(_)
                | Command::Check(_)
                | Command::Action(_)
                | Command::Seat(_)
                | Command::Lock(_)
                | Command::Refresh => None,
            },
            _ => None,
        }
    }
    seat.asked.iter().filter_map(of).collect()
}

fn tell(seat: &mut Seat, seq: u64, fact: Fact) -> Vec<Effect> {
    let record = Record { seq, at: fixture::now(), who: fixture::who("omer"), fact };
    seat.cockpit.take(Message::News(Box::new(EngineNews::Event(Event::Fact(record.into())))))
}

fn reply(seat: &mut Seat, effects: &[Effect], change: impl Fn(&mut Preview)) {
    let [Effect::Preview { ticket, version, request }] = effects else {
        panic!("no preview is asked for: {effects:?}")
    };
    let mut preview = preview(version, request).unwrap();
    change(&mut preview);
    let answer = Answer::Preview(Box::new(Ok(preview)));
    seat.cockpit.take(Message::Reply(Box::new(Reply { ticket: *ticket, at: seat.at, answer })));
}

#[test]
fn what_waits_for_approvals_is_told_on_the_row_of_its_environment() {
    let seat = waiting();
    for (size, says) in [
        ((160, 48), "◌ waits 0/2  ✓ 0.9.3"),
        ((120, 36), "◌ waits 0/2  ✓ 0.9.3"),
        ((110, 32), "◌ 0 of 2 approvals  ✓ 0.9.3"),
        ((80, 24), "◌ waits 0/2"),
        ((40, 12), "◌ waits 0/2"),
    ] {
        let screen = seat.screen(size.0, size.1);
        let row = screen.lines().find(|l| l.contains("production")).unwrap();
        assert!(row.contains(says), "with the way back beside it where both fit: {row}");
    }
}

#[test]
fn the_page_of_an_environment_says_which_key_goes_on_with_what_waits() {
    let mut seat = waiting();
    seat.keys("enter");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("0 of 2 approvals") && screen.contains("a approves"), "{screen}");
}

#[test]
fn an_approval_shows_what_cannot_be_undone_and_wants_the_name_of_a_protected_place() {
    let mut seat = waiting();
    seat.keys("a enter");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("Cannot be undone: Migrate the database"), "{screen}");
    seat.keys("tab enter");
    assert_eq!(decided(&seat), Vec::<&GateCommand>::new(), "tab is not enough, and enter presses nothing");
    seat.keys("esc a");
    seat.letters("seen");
    seat.keys("enter");
    seat.letters("production");
    seat.keys("enter");
    let approve = GateCommand::Approve { action: ActionId::new(WAITS), note: "seen".to_owned() };
    assert_eq!(decided(&seat), [&approve]);
}

#[test]
fn what_cannot_be_undone_stays_above_the_buttons_of_an_approval_wherever_it_is_scrolled() {
    for (columns, lines) in [(80, 10), (60, 10), (40, 12), (40, 8)] {
        let mut seat = waiting();
        seat.cockpit.take(Message::Size(columns, lines));
        seat.keys("a enter");
        for _ in 0..12 {
            seat.keys("down");
            let screen = seat.screen(columns, lines);
            assert!(screen.contains("▲ Cannot be undone: Migrate the"), "{columns}x{lines}:\n{screen}");
            assert!(screen.contains("Cancel"), "{columns}x{lines}:\n{screen}");
        }
    }
}

#[test]
fn what_cannot_be_undone_stays_above_the_buttons_of_a_preview_that_is_longer_than_the_screen() {
    let screens = |(columns, lines): (u16, u16)| {
        let mut seat = seat();
        seat.cockpit.take(Message::Size(columns, lines));
        seat.keys("j d");
        let asked = [seat.asked.last().cloned().unwrap()];
        reply(&mut seat, &asked, |p| p.irreversible = vec!["Migrate the database: a field is dropped".to_owned()]);
        let first = seat.screen(columns, lines);
        (0..12).for_each(|_| seat.keys("down"));
        [first, seat.screen(columns, lines)]
    };
    for size in [(80, 12), (60, 10), (40, 12), (40, 8)] {
        for screen in screens(size) {
            assert!(screen.contains("▲ Cannot be undone: Migrate the"), "{size:?}:\n{screen}");
            assert!(screen.contains("Cancel") && screen.contains("Deploy staging"), "{size:?}:\n{screen}");
        }
    }
    let [whole, _] = screens((120, 36));
    assert!(whole.contains("▲ Cannot be undone") && !whole.contains("Cannot be undone:"), "told once:\n{whole}");
}

#[test]
fn what_a_rollback_leaves_as_it_is_stays_above_its_buttons() {
    for (columns, lines) in [(60, 10), (40, 12), (40, 8)] {
        let mut seat = seat();
        seat.cockpit.take(Message::Size(columns, lines));
        seat.keys("j j j r");
        seat.letters("errors");
        seat.keys("enter");
        let screen = seat.screen(columns, lines);
        assert!(screen.contains("▲ Not undone"), "{columns}x{lines}:\n{screen}");
    }
}

#[test]
fn a_waiver_wants_a_reason_and_the_name_of_what_is_waived() {
    let mut seat = seat();
    seat.keys("j j j W enter");
    seat.letters("it is known");
    seat.keys("enter");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("goes on without") && screen.contains("it is known"), "{screen}");
    seat.letters("xq");
    seat.keys("enter tab enter");
    assert_eq!(decided(&seat), Vec::<&GateCommand>::new());
    assert!(seat.screen(120, 36).contains("that is not the name"), "{}", seat.screen(120, 36));
    seat.keys("backspace backspace");
    let item = screen.lines().find_map(|l| l.split("Type \"").nth(1)).unwrap().split('"').next().unwrap();
    seat.letters(item);
    seat.keys("enter");
    let [GateCommand::Waive { item: waived, reason, .. }] = decided(&seat)[..] else { panic!("{:?}", seat.asked) };
    assert_eq!((waived.as_str(), reason.as_str()), (item, "it is known"));
}

#[test]
fn a_preview_that_is_open_follows_the_release_and_steals_no_key() {
    let mut seat = seat();
    seat.keys("j v");
    let id = ActionId::new("deploy-staging-300");
    let proposal = preview(&fixture::version("1.0.0"), &deploy("staging")).unwrap().proposal;
    let asked =
        tell(&mut seat, 300, Fact::Action(ActionFact::Started { action: id.clone(), proposal, steps: Vec::new() }));
    reply(&mut seat, &asked, |p| {
        p.blockers = vec!["deploy-staging-300 (deploy of staging, begun by omer) is running".into()]
    });
    for (columns, lines) in [(160, 48), (120, 36), (80, 24)] {
        let screen = seat.screen(columns, lines);
        assert_eq!(screen.matches("blocked").count(), 1, "{screen}");
    }
    let ended = ActionFact::Finished { action: id, outcome: Outcome::Good, summary: "done".to_owned() };
    let asked = tell(&mut seat, 301, Fact::Action(ended));
    reply(&mut seat, &asked, |_| {});
    assert!(!seat.screen(120, 36).contains("blocked"), "{}", seat.screen(120, 36));
    seat.keys("enter");
    assert!(seat.started().is_empty(), "it stands on cancel again");
}

#[test]
fn a_preview_that_has_changed_under_a_finger_takes_no_key_for_a_moment() {
    let mut seat = seat();
    seat.keys("j v tab");
    let id = ActionId::new("deploy-staging-300");
    let proposal = preview(&fixture::version("1.0.0"), &deploy("staging")).unwrap().proposal;
    let asked = tell(&mut seat, 300, Fact::Action(ActionFact::Started { action: id, proposal, steps: Vec::new() }));
    reply(&mut seat, &asked, |p| p.steps.truncate(1));
    seat.wait(100);
    seat.stroke(
        tminus_cockpit::settings::keymap::Stroke::plain(tminus_cockpit::settings::keymap::Key::Enter),
        tminus_cockpit::Repeat::Fresh,
    );
    assert!(seat.started().is_empty() && seat.screen(120, 36).contains("Cancel"), "{}", seat.screen(120, 36));
}

#[test]
fn a_lock_that_comes_under_an_open_preview_holds_it_and_its_age_disturbs_nobody() {
    let mut seat = seat();
    seat.keys("j d");
    let env = EnvName::new("staging");
    let fact = LockFact::Taken { env: env.clone(), reason: "the database is migrated".to_owned(), until: None };
    let asked = tell(&mut seat, 300, Fact::Lock(fact));
    let lock = |words: &str| Some(Locked { holder: fixture::who("omer"), words: words.to_owned() });
    reply(&mut seat, &asked, |p| p.locked = lock("staging is locked by omer for 0s: the database is migrated"));
    let screen = seat.screen(120, 36);
    assert!(screen.contains("blocked") && screen.contains("locked by omer"), "{screen}");
    let later = |seconds| fixture::now().checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap();
    for second in 1..90 {
        assert_eq!(seat.cockpit.take(Message::Second(later(second))), [], "nothing is asked that was answered");
    }
    let asked = tell(&mut seat, 301, Fact::Lock(LockFact::Released { env }));
    reply(&mut seat, &asked, |_| {});
    assert!(!seat.screen(120, 36).contains("blocked"), "{}", seat.screen(120, 36));
}

#[test]
fn of_two_proposals_the_one_that_the_key_is_offered_for_is_approved() {
    let mut seat = waiting();
    let newer = ActionId::new("deploy-production-240");
    let mut day = Day::of(&mut seat);
    let other = Request::RollBack { env: EnvName::new("production"), to: None, reason: "slow".to_owned() };
    day.proposes(60, newer.as_str(), &other);
    day.tell(30, Fact::Gate(GateFact::Approved { action: newer, note: String::new(), same_user: false }));
    seat.keys(":");
    seat.letters("approve");
    let screen = seat.screen(120, 36);
    let told = screen.lines().find(|line| line.contains("then approves as")).unwrap_or_default();
    assert!(!told.is_empty() && !told.contains("back"), "the palette tells of that one:\n{screen}");
    seat.keys("esc a");
    let screen = seat.screen(120, 36);
    assert!(screen.contains(WAITS), "{screen}");
}

#[test]
fn a_message_that_names_a_key_lets_it_work() {
    let mut seat = waiting();
    // In development runs what is released, so that it can be verified there.
    seat.keys("k k k v tab enter");
    let Some(Effect::Command { ticket, .. }) = seat.asked.last().cloned() else { panic!("nothing was asked") };
    seat.keys("j j j");
    let answer = Answer::Command(Err(Refusal::held("Not now.")));
    seat.cockpit.take(Message::Reply(Box::new(Reply { ticket, at: seat.at, answer })));
    assert!(seat.screen(120, 36).contains("U plays another person"), "{}", seat.screen(120, 36));
    seat.keys("U");
    let screen = seat.screen(120, 36);
    assert!(!screen.contains("Not now.") && screen.contains("omer"), "{screen}");
    seat.keys("esc a");
    assert!(seat.screen(120, 36).contains("Approve as dana"), "{}", seat.screen(120, 36));
}

#[test]
fn what_runs_is_told_with_what_is_counted_and_never_goes_back() {
    let mut seat = seat();
    super::day::runs(&mut seat);
    let mut day = Day::of(&mut seat);
    let share = |done, of: &str| Progress::Share { done, total: 10, of: of.to_owned() };
    for (done, of) in
        [(9, "layers"), (1, "containers ready"), (10, "layers"), (2, "containers ready"), (1, "containers ready")]
    {
        day.says(super::day::RUNNING, 1, share(done, of));
    }
    seat.keys("T enter");
    for (columns, lines) in [(160, 48), (80, 24)] {
        let screen = seat.screen(columns, lines);
        assert!(screen.contains("20 %") && screen.contains("containers ready"), "{screen}");
    }
}

#[test]
fn a_rollback_says_what_it_leaves_as_it_is_and_about_how_long_it_takes() {
    let mut seat = seat();
    seat.keys("j j j r");
    seat.letters("errors");
    seat.keys("enter");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("Not undone by the rollback") && screen.contains("about 40 s"), "{screen}");
    assert!(!screen.contains("Cannot be undone"), "{screen}");
}

#[test]
fn the_ages_of_one_deploy_are_the_same_everywhere() {
    let mut seat = seat();
    let mut day = Day::of(&mut seat);
    day.proposes(600, "deploy-staging-201", &deploy("staging"));
    day.starts(300, "deploy-staging-201", &deploy("staging"));
    day.ends(120, "deploy-staging-201", Outcome::Good, "everything was done");
    seat.keys("T");
    let row = |screen: String| screen.lines().find(|l| l.contains("deploy 1.0.0")).unwrap_or_default().to_owned();
    assert!(row(seat.screen(160, 48)).contains("2m ago"), "{}", seat.screen(160, 48));
    seat.keys("1 g g j");
    let row = seat.screen(160, 48).lines().find(|l| l.contains("staging")).unwrap_or_default().to_owned();
    assert!(row.contains("2m"), "{row}");
}

#[test]
fn the_engine_itself_has_a_name_and_no_machine() {
    assert_eq!(Who::engine().in_full(), "tminus");
    assert_eq!(fixture::who("dana").in_full(), "dana (dana@desk)");
}

#[test]
fn a_deploy_of_what_runs_already_promises_no_rollback_to_itself() {
    let request = Request::Deploy { env: EnvName::new("staging"), version: fixture::version("1.0.0") };
    let preview = preview(&fixture::version("1.0.0"), &request).unwrap();
    let undo = format!("{:?}", preview.steps.iter().map(|s| &s.undo).collect::<Vec<_>>());
    assert!(!undo.contains("roll back to 1.0.0"), "{undo}");
}

/// Proposes a deploy to production whose gate lacks approvals alone, and returns the ticket of the question.
fn proposing(seat: &mut Seat) -> u64 {
    seat.keys("j j j");
    seat.wait(500);
    let stroke = tminus_cockpit::settings::keymap::Stroke::plain(tminus_cockpit::settings::keymap::Key::Char('d'));
    let press = tminus_cockpit::Press { stroke, repeat: tminus_cockpit::Repeat::Fresh, at: seat.at };
    let asked = seat.cockpit.take(Message::Key(press));
    reply(seat, &asked, |p| {
        p.blockers.clear();
        p.runs_first.clear();
        p.gate.iter_mut().for_each(|gate| gate.items.clear());
    });
    seat.keys("tab enter");
    match seat.asked.last() {
        Some(Effect::Command { ticket, .. }) => *ticket,
        other => panic!("nothing was proposed: {other:?}\n{}", seat.screen(120, 36)),
    }
}

fn held(seat: &mut Seat, ticket: u64) {
    let says = "deploy of 1.0.0 to production held: 0 of 2 approvals. The proposal waits: `tminus approve production`.";
    let answer = Answer::Command(Err(Refusal::held(says).with(vec!["0 of 2 approvals".to_owned()])));
    seat.cockpit.take(Message::Reply(Box::new(Reply { ticket, at: seat.at, answer })));
}

#[test]
fn what_was_proposed_is_told_in_a_line_whichever_comes_first_the_answer_or_the_fact() {
    const SAYS: &str = "Proposed: waits for 2 approvals from engineering. a approves · U plays another person";
    let mut seat = seat();
    let ticket = proposing(&mut seat);
    held(&mut seat, ticket);
    assert!(!seat.screen(120, 36).contains("held:"), "{}", seat.screen(120, 36));
    Day::of(&mut seat).proposes(0, WAITS, &deploy("production"));
    let foot = seat.screen(120, 36).lines().last().unwrap_or_default().to_owned();
    assert!(foot.contains(SAYS), "{foot}");
    seat.keys("M");
    assert!(!seat.screen(160, 48).contains("tminus approve"), "{}", seat.screen(160, 48));
    let mut other = self::seat();
    let ticket = proposing(&mut other);
    Day::of(&mut other).proposes(0, WAITS, &deploy("production"));
    held(&mut other, ticket);
    assert!(other.screen(120, 36).contains(SAYS), "{}", other.screen(120, 36));
}

#[test]
fn a_refusal_that_left_no_proposal_is_told_as_it_is() {
    let mut seat = seat();
    let ticket = proposing(&mut seat);
    held(&mut seat, ticket);
    seat.cockpit.take(Message::Second(fixture::now()));
    assert!(seat.screen(120, 36).contains("0 of 2 approvals"), "{}", seat.screen(120, 36));
}

#[test]
fn enter_in_a_name_field_never_presses_cancel_and_says_what_is_missing_at_the_buttons() {
    let mut seat = waiting();
    seat.keys("a");
    assert!(seat.screen(120, 36).contains("A note is optional"), "{}", seat.screen(120, 36));
    seat.keys("enter enter");
    for (typed, says) in [
        ("", "type production first, or Esc to leave"),
        ("prod", "the name is incomplete: type production"),
        ("x", "that is not the name: it is production"),
    ] {
        seat.letters(typed);
        seat.keys("enter");
        let screen = seat.screen(120, 36);
        assert!(screen.contains(says) && screen.contains("Cancel"), "{typed}:\n{screen}");
        let (at, button) = (|text: &str| screen.lines().position(|line| line.contains(text)), "Cancel    ");
        assert!(at(says) < at(button), "it stands above the buttons:\n{screen}");
    }
    seat.keys("ctrl-u");
    assert!(!seat.screen(120, 36).contains("that is not the name"), "until the next key");
    seat.letters("production");
    seat.keys("enter");
    assert_eq!(decided(&seat).len(), 1);
}

#[test]
fn whoever_may_not_approve_is_told_who_may_and_in_a_rehearsal_how_to_play_them() {
    let mut seat = Seat::new(&CockpitSettings::default());
    seat.change(|_| {
        let who = fixture::who("root");
        tminus_cockpit::Cockpit::new(who, fixture::version("1.0.0"), fixture::now(), &CockpitSettings::default())
            .rehearsing(Some("bad-release".to_owned()))
    });
    seat.cockpit.take(Message::Joined(Box::new(fixture::snapshot())));
    Day::of(&mut seat).proposes(120, WAITS, &deploy("production"));
    seat.keys("j j j a");
    let screen = seat.screen(160, 48);
    assert!(screen.contains("root is not in engineering, whose approvals count here: dana or omer"), "{screen}");
    assert!(screen.contains("U plays another person"), "{screen}");
    seat.keys("U");
    assert!(seat.screen(120, 36).contains("root  (yourself)"), "one can be oneself again");
    seat.keys("enter U");
    let screen = seat.screen(120, 36);
    assert!(screen.contains("root  (yourself)"), "{screen}");
}

#[test]
fn the_palette_goes_back_further_than_the_key() {
    let mut seat = seat();
    seat.keys("j :");
    seat.letters("roll back staging to 0.9.3");
    seat.keys("enter");
    assert!(seat.screen(120, 36).contains("Roll back staging to 0.9.3: why"), "{}", seat.screen(120, 36));
    seat.letters("errors");
    seat.keys("enter");
    let asked = seat.asked.iter().rev().find_map(|effect| match effect {
        Effect::Preview { request: Request::RollBack { to, .. }, .. } => to.clone(),
        _ => None,
    });
    assert_eq!(asked, Some(fixture::version("0.9.3")));
}

#[test]
fn a_key_that_does_nothing_here_says_so() {
    let mut seat = seat();
    for key in ["x", "Q", "L"] {
        seat.keys(key);
        let foot = seat.screen(120, 36).lines().last().unwrap_or_default().to_owned();
        assert!(foot.contains(&format!("{key} does nothing here: ? shows the keys that do")), "{foot}");
    }
    seat.keys("j");
    assert!(!seat.screen(120, 36).contains("does nothing here"));
}
