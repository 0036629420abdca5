//! Whatever is asked in whatever order: one action for each environment, no deploy through a closed gate, no panic.

use super::{SECOND, Tale, seen, who};
use proptest::prelude::*;
use tminus_core::action::{HorizonWait, Request};
use tminus_core::command::{ActionCommand, CheckCommand, Command, Consent, GateCommand, ReleaseCommand};
use tminus_core::decide::{GateRun, NextStep, Retrying, next};
use tminus_core::fact::{ActionFact, Fact, StepFact};
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::{ActionId, Commit, EnvName};
use tminus_core::order::Health;
use tminus_core::release::ActionState;
use tminus_core::release::Release;
use tminus_core::verdict::Verdict;

const ENVS: [&str; 4] = ["staging", "production", "app-store", "moon"];
const VERSIONS: [&str; 4] = ["0.9.3", "0.9.4", "1.0.0", "1.0.1"];
const ITEMS: [&str; 4] = ["version", "after:staging", "bad:1.0.0", "nothing"];
const PEOPLE: [&str; 4] = ["dana", "omer", "noa", "lior"];

/// Something that happens, by numbers that choose among what there is.
type Happening = (u8, usize, usize, usize);

fn request(kind: usize, env: usize, text: usize) -> Request {
    let env = EnvName::new(ENVS[env % ENVS.len()]);
    let version = super::version(VERSIONS[text % VERSIONS.len()]);
    match kind % 4 {
        0 => Request::Deploy { env, version },
        1 => Request::Verify { env, horizon: None, patience: HorizonWait::Now },
        2 => Request::RollBack { env, to: text.is_multiple_of(2).then_some(version), reason: String::new() },
        _ => Request::Cut { version },
    }
}

fn some_action(tale: &Tale, at: usize) -> ActionId {
    let known = tale.release.actions.get(at % tale.release.actions.len().max(1));
    known.map_or_else(|| ActionId::new("deploy-moon-1"), |a| a.id.clone())
}

fn command(tale: &Tale, (kind, a, b, c): Happening) -> Command {
    let (version, commit) = (super::version(VERSIONS[a % VERSIONS.len()]), Commit::new(SECOND));
    let (action, note) = (some_action(tale, a), if c % 3 == 0 { String::new() } else { "because".to_owned() });
    let release = tale.version.clone();
    match kind % 12 {
        0 => Command::Release(ReleaseCommand::Open { version, branch: "release/x".into(), commit, previous: None }),
        1 => Command::Release(ReleaseCommand::Cut {
            version,
            branch: "release/x".into(),
            commit,
            previous: None,
            hotfix_of: None,
        }),
        2 => Command::Release(ReleaseCommand::Close { version, unmerged: Some(note.clone()), note }),
        3 => Command::Gate(GateCommand::Approve { action, note }),
        4 => {
            let (env, item) = (EnvName::new(ENVS[a % 4]), ITEMS[b % 4].to_owned());
            Command::Gate(GateCommand::Waive { release, env, item, reason: note })
        }
        5 => Command::Action(ActionCommand::Stop { action }),
        6 => Command::Action(ActionCommand::Retry { action }),
        7 => Command::Action(ActionCommand::Leave { action }),
        8 => Command::Action(ActionCommand::Accept { action, note }),
        9 => Command::Check(CheckCommand::Say { release, check: "privacy-policy".into(), yes: b % 2 == 0, note }),
        _ => {
            let request = request(b, a, c);
            let typed = request.env().map(ToString::to_string);
            Command::Action(ActionCommand::Start { release, request, consent: Consent { typed, seen: None } })
        }
    }
}

/// Something that the world does, and that nobody decides.
fn occur(tale: &mut Tale, (kind, a, b, c): Happening) {
    let (env, text) = (ENVS[a % 2], VERSIONS[b % 4]);
    match kind % 8 {
        0 => tale.see(env, text, [Health::Healthy, Health::Unhealthy, Health::Unknown][c % 3]),
        1 => tale.lose(env),
        2 => tale.ready(env, text),
        3 => tale.branch_moves([super::FIRST, SECOND][a % 2], &["backend/app/main.py"]),
        4 => tale.pass_checks_of("production"),
        5 => tale.check_ends("version", None, Verdict::ALL[c % 8]),
        6 => tale.pass(["1s", "30m", "24h"][c % 3]),
        _ => tale.observe(
            (env, "backend"),
            tminus_core::order::Observation { action: Some(some_action(tale, c)), ..seen(text, Health::Healthy) },
        ),
    }
}

/// An action goes on: its next step begins, the running one ends, or it is over.
fn go_on(tale: &mut Tale, (_, a, b, c): Happening) {
    let action = some_action(tale, a);
    let Some(state) = tale.release.action(&action) else { return };
    let running = state.current().filter(|(_, s)| s.began.is_some() && s.ended.is_none()).map(|(at, _)| at);
    let retrying = if c % 2 == 0 { Retrying::Yes } else { Retrying::No };
    let name = action.clone();
    match (running, next(&tale.release, state, retrying)) {
        (Some(step), NextStep::Wait) if state.is_active() => tale.tell(Fact::Step(match b % 4 {
            0 => {
                let failure = tminus_core::mask::Mask::new().failure(Failure::new(FailureKind::Rejected, "no"));
                StepFact::Failed { action: name, step, failure }
            }
            1 => StepFact::Unclear { action: name, step, reason: "killed".into() },
            _ => {
                let verdict = Some(Verdict::ALL[c % 8]);
                StepFact::Succeeded { action: name, step, summary: "done".into(), verdict, receipt: None }
            }
        })),
        (_, NextStep::Step(step, order)) => tale.tell(Fact::Step(StepFact::Started { action: name, step, order })),
        (_, NextStep::Finish(facts)) => facts.into_iter().for_each(|fact| tale.tell(fact)),
        (_, NextStep::Wait) => {}
    }
}

/// Checks what must hold of every fact that a command came to, before it is taken in.
fn is_allowed(tale: &Tale, facts: &[Fact]) {
    for fact in facts {
        let Fact::Action(ActionFact::Started { action, proposal, .. }) = fact else { continue };
        let Some(env) = proposal.request.env() else { continue };
        let ends = |id: &ActionId| {
            let is_end = |f: &Fact| matches!(f, Fact::Action(ActionFact::Finished { action, .. }) if action == id);
            facts.iter().any(is_end)
        };
        // A look decides nothing about what stands still, and may begin beside it.
        let is_beside = |a: &&ActionState| a.is_stuck() && !proposal.request.is_changing();
        let here = tale.release.active_actions().filter(|a| a.proposal.request.env() == Some(env));
        let mut active = here.filter(|a| !is_beside(a));
        assert!(active.all(|a| ends(&a.id)), "{action} begins in {env}, where another is active");
        if let Request::Deploy { .. } = proposal.request {
            let gate = tale.situation().gate(tale.plan.environment(env).unwrap(), proposal);
            assert!(gate.is_open(), "{action} begins through a closed gate: {gate:?}");
        }
    }
}

fn live(happenings: &[(u8, Happening)]) -> Tale {
    let mut tale = Tale::cleared();
    for (kind, happening) in happenings {
        match kind % 4 {
            0 => occur(&mut tale, *happening),
            1 => go_on(&mut tale, *happening),
            _ => {
                tale.who = who(PEOPLE[happening.3 % 4]);
                tale.gate_was_run = if happening.2 % 4 == 3 { GateRun::NotYet } else { GateRun::Done };
                let command = command(&tale, *happening);
                let Ok(decision) = tale.decide(&command) else { continue };
                is_allowed(&tale, &decision.facts);
                decision.facts.into_iter().for_each(|fact| tale.tell(fact));
            }
        }
        let outlook = tale.situation().outlook();
        let is_go = outlook.word == tminus_core::situation::OutlookWord::Go;
        let is_closed = outlook.word == tminus_core::situation::OutlookWord::Closed;
        assert_eq!(is_go, outlook.blocking.is_empty() && !is_closed);
    }
    tale
}

proptest! {
    #![proptest_config(crate::nightly::cases(48))]

    #[test]
    fn whatever_is_asked_no_rule_is_broken_and_a_replay_tells_the_same(
        happenings in proptest::collection::vec((any::<u8>(), any::<Happening>()), 1..48)
    ) {
        let tale = live(&happenings);
        prop_assert_eq!(&Release::of(&tale.records), &tale.release);
        for record in &tale.records {
            prop_assert!(!record.sentence(&tale.release).is_empty());
        }
    }
}
