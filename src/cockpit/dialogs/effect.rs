//! What an entry of the palette would do, in words, before anybody takes it.

use super::entries::{EntryTarget, PaletteEntry};
use crate::action::{ActAction, Action, AppAction, CheckAction, RunAction, ViewAction};
use crate::look::Look;
use crate::panes;
use tminus_core::action::{HorizonWait, Move, Request};
use tminus_core::names::EnvName;
use tminus_core::notation::counted;

/// Returns what would happen, or why nothing would.
pub(super) fn words(look: &Look, entry: &PaletteEntry) -> String {
    if let Some(why) = &entry.why_not {
        return format!("Not now: {why}.");
    }
    match &entry.target {
        EntryTarget::Action(action) => of_action(look, *action),
        EntryTarget::In(action, env) => acting(look, *action, Some(env)),
        EntryTarget::BackTo(env, version) => {
            format!(
                "Asks why, then shows what a rollback of {env} to {version} would do. Nothing is done before you agree."
            )
        }
        EntryTarget::Environment(env) => format!("Opens {env}. Nothing is done."),
        EntryTarget::Check(check) => format!("Opens {check} with its evidence. Nothing is run."),
        EntryTarget::Task(action) => match look.action(action) {
            Some(shown) => format!("Opens {}. Nothing is done.", panes::actions::what(shown)),
            None => format!("Opens {action}. Nothing is done."),
        },
    }
}

fn of_action(look: &Look, action: Action) -> String {
    match action {
        Action::Act(ActAction::Approve) => match look.approvable().and_then(|a| a.proposal.request.env()) {
            Some(env) => approving(look, env),
            None => action.help().to_owned(),
        },
        Action::Act(action) => acting(look, action, look.environment().map(|e| &e.name)),
        Action::Repository(action) => opens("Opens", &action.request(&look.version).words()),
        Action::Check(action) => checking(look, action),
        Action::Run(action) => running(look, action),
        Action::App(AppAction::Quit) => {
            let running = look.world.as_ref().map_or(0, |w| w.release.active_actions().count());
            match running {
                0 => "Leaves the cockpit; nothing runs.".to_owned(),
                1 => "Asks first: 1 action runs.".to_owned(),
                several => format!("Asks first: {several} actions run."),
            }
        }
        Action::View(view) => viewing(look, view),
        Action::App(AppAction::Tasks) => {
            format!("Opens the tasks: {}.", counted(panes::tasks::count(look) as u64, "action"))
        }
        Action::App(AppAction::Messages) => format!("Opens the messages: {} unread.", look.said.unread()),
        Action::App(_)
        | Action::Pane(_)
        | Action::List(_)
        | Action::Logs(_)
        | Action::Search(_)
        | Action::Seat(_)
        | Action::Messages(_)
        | Action::Dialog(_)
        | Action::Text(_) => action.help().to_owned(),
    }
}

/// Says what a view would show now.
fn viewing(look: &Look, view: ViewAction) -> String {
    let Some(world) = &look.world else { return Action::View(view).help().to_owned() };
    match view {
        ViewAction::Environments => format!("Opens {}.", counted(world.plan.environments.len() as u64, "environment")),
        ViewAction::Logs => format!("Opens the logs: {}.", counted(look.logs.counts().0 as u64, "line")),
        ViewAction::Checklist => format!("Opens {}.", counted(world.plan.checks.len() as u64, "check")),
        ViewAction::Journal => format!("Opens {}.", counted(world.release.story.len() as u64, "fact")),
        ViewAction::Overview | ViewAction::Release | ViewAction::Verify | ViewAction::Incident => {
            Action::View(view).help().to_owned()
        }
    }
}

fn acting(look: &Look, action: ActAction, env: Option<&EnvName>) -> String {
    let version = look.version.clone();
    let request = match (action, env.cloned()) {
        (ActAction::Build, _) => Request::Build { version, artifact: None },
        (ActAction::Deploy, Some(env)) => Request::Deploy { env, version },
        (ActAction::Verify, Some(env)) => Request::Verify { env, horizon: None, patience: HorizonWait::Now },
        (ActAction::RollBack, Some(env)) => Request::RollBack { env, to: None, reason: String::new() },
        (ActAction::Approve, Some(env)) => return approving(look, &env),
        (ActAction::Waive, Some(env)) => {
            let adopt = match look.adoptable(&env).is_empty() {
                true => String::new(),
                false => format!("what to adopt in {env}, or "),
            };
            return format!(
                "Asks {adopt}which item of the gate of {env} to waive, and why. Nothing is recorded before you confirm."
            );
        }
        (ActAction::Lock, Some(env)) => return locking(look, &env),
        (_, None) => return Action::Act(action).help().to_owned(),
    };
    let first = if action == ActAction::RollBack { "Asks what is wrong, then opens" } else { "Opens" };
    // The way back is known already, and is not worked out for every frame.
    let back = env.filter(|_| action == ActAction::RollBack).and_then(|env| look.way_back(env));
    let what = match (back, look.situation()) {
        (Some(way), _) => {
            let to = way.to.clone();
            let words = env.map(|env| Request::RollBack { env: env.clone(), to, reason: String::new() }.words());
            format!("{}{}", words.unwrap_or_default(), moves(&way.moves))
        }
        (None, Some(situation)) => match situation.propose(&request) {
            Ok(proposal) => format!("{}{}", proposal.request.words(), moves(&proposal.moves)),
            Err(_) => request.words(),
        },
        (None, None) => request.words(),
    };
    opens(first, &what)
}

fn opens(first: &str, what: &str) -> String {
    format!("{first} the preview of: {what}. Nothing is done yet.")
}

/// Writes what would move: `(0.9.4 → 1.0.0)`.
fn moves(all: &[Move]) -> String {
    let moved: Vec<String> = all
        .iter()
        .filter(|m| m.from.as_ref() != Some(&m.to))
        .map(|m| {
            let from = m.from.as_ref().map_or("nothing", |f| f.version.as_str());
            format!("{} {from} → {}", m.artifact, m.to.version)
        })
        .collect();
    if moved.is_empty() { String::new() } else { format!(" ({})", moved.join(", ")) }
}

fn approving(look: &Look, env: &EnvName) -> String {
    match look.approvable_in(env) {
        Some(proposal) => {
            let what = panes::actions::what(proposal);
            format!(
                "Asks for a note, then approves as {}: {what}. Nothing is recorded before you confirm.",
                look.who.label()
            )
        }
        None => format!("Nothing waits for approval in {env}."),
    }
}

fn locking(look: &Look, env: &EnvName) -> String {
    match look.situation().and_then(|s| s.lock(env)) {
        None => format!("Asks why, then locks {env}: nobody else can deploy there."),
        Some(lock) if lock.is_of(&look.who) => format!("Asks whether to unlock {env}."),
        Some(lock) => format!(
            "Asks why you take {env} over from {}. Nothing is recorded before you confirm.",
            lock.holder.label()
        ),
    }
}

fn checking(look: &Look, action: CheckAction) -> String {
    let name = look.check().map(|c| c.name.to_string()).unwrap_or_default();
    match action {
        CheckAction::Run => format!("Runs {name} now, and records what it finds."),
        CheckAction::RunAll => match panes::checklist::lacking(look).len() {
            0 => "Runs nothing: every check that tminus can run is good.".to_owned(),
            1 => "Runs 1 check now, and records what it finds.".to_owned(),
            several => format!("Runs {several} checks now, and records what they find."),
        },
        CheckAction::RunGroup => match panes::checklist::group_to_run(look).len() {
            1 => "Runs 1 check of the group now, and records what it finds.".to_owned(),
            several => format!("Runs {several} checks of the group now, and records what they find."),
        },
        CheckAction::Cancel => format!("Ends {name} now, without asking; it has no result then."),
        CheckAction::CancelAll => {
            "Ends every check that runs now, without asking; those that wait are not run.".to_owned()
        }
        CheckAction::Fold => Action::Check(action).help().to_owned(),
        CheckAction::Answer => format!("Asks whether {name} is true. Nothing is recorded before you confirm."),
    }
}

fn running(look: &Look, action: RunAction) -> String {
    let what = look.shown_action().map(panes::actions::what).unwrap_or_default();
    match action {
        RunAction::Stop => format!("Stops at the next step, without asking: {what}."),
        RunAction::Retry => format!("Asks first whether to try the failed step again: {what}."),
        RunAction::Leave => format!("Asks first whether to leave everything as it is: {what}."),
        RunAction::Accept => format!("Asks what you saw, then takes the step as done: {what}."),
    }
}
