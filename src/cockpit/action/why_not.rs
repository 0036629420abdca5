//! Why an action cannot be taken now; said in the footer instead of doing nothing.

use super::barred;
use super::registry::Action;
use super::repository::RepositoryAction;
use super::subjects::{
    ActAction, AppAction, CheckAction, DialogAction, LogsAction, PaneAction, RunAction, SearchAction, ViewAction,
};
use crate::look::Look;
use crate::opening::EngineLocation;
use crate::panes::Sifting;
use crate::panes::checklist;
use crate::panes::way_back;
use tminus_core::action::Request;
use tminus_core::names::EnvName;
use tminus_core::release::{ActionState, StepPhase};
use tminus_core::telemetry::JOURNAL_WAY_ON;

impl Action {
    /// Returns why it cannot be taken now; `None` when it can.
    pub(crate) fn why_not(self, look: &Look) -> Option<String> {
        if let Some(why) = barred::by_seat(self, look).or_else(|| barred::read_only(self, look)) {
            return Some(why);
        }
        match self {
            Self::Seat(action) => without_world(look).or_else(|| barred::seat(action, look)),
            Self::Act(action) => without_world(look).or_else(|| act(action, look)),
            Self::Repository(action) => without_world(look).or_else(|| repository(action, look)),
            Self::Check(action) => without_world(look).or_else(|| check(action, look)),
            Self::Run(action) => unwritable(look).or_else(|| run(action, look)),
            Self::App(AppAction::ActAs) if look.rehearsal.is_none() => {
                Some("you act under your own name; only in a rehearsal can you act as others".to_owned())
            }
            Self::App(AppAction::ActAs) if look.is_observer() => {
                Some("you observe: an observer acts under no name".to_owned())
            }
            Self::Pane(PaneAction::Subject) if look.subject().is_none() => {
                Some("there is no more to this fact".to_owned())
            }
            Self::Search(SearchAction::Filter) if look.sifting_beneath() == Sifting::None => {
                let key = look.key_to(Self::Search(SearchAction::Open));
                Some(format!("lists, the journal, the logs and the whole checklist can be filtered; {key} searches"))
            }
            Self::Logs(action) => logs(action, look),
            Self::App(AppAction::Meanwhile) if look.meanwhile.is_none() => {
                Some("nothing happened before you came".to_owned())
            }
            Self::App(AppAction::Refresh) if look.is_away_from_engine() => None,
            Self::App(AppAction::Refresh) => without_world(look),
            Self::App(AppAction::Suspend) => suspend(look),
            Self::App(_)
            | Self::View(_)
            | Self::Pane(_)
            | Self::List(_)
            | Self::Search(_)
            | Self::Messages(_)
            | Self::Text(_) => None,
            Self::Dialog(action) => dialog(action),
        }
    }
}

/// Where no dialog is open there is nothing to show or to turn to.
fn dialog(action: DialogAction) -> Option<String> {
    match action {
        DialogAction::Calls => Some("it has no calls to show".to_owned()),
        DialogAction::Next
        | DialogAction::Previous
        | DialogAction::Complete
        | DialogAction::Cancel
        | DialogAction::Press
        | DialogAction::Down
        | DialogAction::Up => None,
    }
}

impl ActAction {
    /// Returns why it cannot be taken now in an environment, whichever one the keys act on.
    pub(crate) fn why_not_in(self, env: &EnvName, look: &Look) -> Option<String> {
        self.barred_in(env, look).or_else(|| match self {
            Self::Deploy => closed(look).or_else(|| held_by_another(env, look)),
            Self::RollBack => no_rollback(look, env),
            Self::Verify | Self::Approve | Self::Waive | Self::Lock | Self::Build => None,
        })
    }

    /// Returns why nobody in this seat, or with this journal, takes it in an environment, whatever that is like.
    pub(crate) fn barred_in(self, env: &EnvName, look: &Look) -> Option<String> {
        barred::by_seat(Action::Act(self), look)
            .or_else(|| barred::read_only_in(Action::Act(self), Some(env), look))
            .or_else(|| without_world(look))
    }
}

/// Says that the release is closed, and how it is opened again.
fn closed(look: &Look) -> Option<String> {
    let opening = look.situation()?.opening()?;
    let version = &opening.version;
    opening.closed.as_ref().map(|_| format!("{version} is closed: `tminus release open {version}` opens it again"))
}

/// Says who holds an environment, where that is somebody else.
fn held_by_another(env: &EnvName, look: &Look) -> Option<String> {
    let lock = look.situation()?.lock(env).filter(|lock| !lock.is_of(&look.who))?;
    Some(format!("{env} is {}", look.lock_words(lock)))
}

fn without_world(look: &Look) -> Option<String> {
    let reading = || look.world.is_none().then(|| "the journal is being read".to_owned());
    unwritable(look).or_else(reading)
}

/// Says that there is no engine, or one that begins nothing any more.
fn unwritable(look: &Look) -> Option<String> {
    let lost = || look.live.journal_lost.as_ref().map(|lost| format!("{}; {JOURNAL_WAY_ON}", lost.sentence()));
    look.engineless().or_else(lost)
}

/// What runs in this process would stand still with it; an engine elsewhere works on.
fn suspend(look: &Look) -> Option<String> {
    if look.housing == EngineLocation::Elsewhere {
        return None;
    }
    let active = look.world.as_ref()?.release.active_actions().next()?;
    Some(format!("{} has not ended, and would stop with the cockpit", active.id))
}

fn act(action: ActAction, look: &Look) -> Option<String> {
    if action == ActAction::Build {
        return look.situation().and_then(|s| s.not_buildable(None).into_iter().next());
    }
    if look.environment().is_none() {
        return Some("the plan has no environment".to_owned());
    }
    match action {
        ActAction::Deploy => closed(look).or_else(|| held_by_another(&look.environment()?.name, look)),
        ActAction::RollBack => no_rollback(look, &look.environment()?.name),
        ActAction::Build | ActAction::Verify | ActAction::Lock => None,
        ActAction::Approve => look.why_nothing_to_approve(),
        ActAction::Waive => {
            let environment = look.waiving()?;
            let is_empty = look.waivable(environment).is_empty() && look.adoptable(&environment.name).is_empty();
            is_empty.then(|| format!("the gate of {} waits for nothing that can be waived", environment.name))
        }
    }
}

/// Says why an action on the repository cannot begin.
fn repository(action: RepositoryAction, look: &Look) -> Option<String> {
    let situation = look.situation()?;
    situation.not_doable((action.kind, action.direction, None)).into_iter().next()
}

/// Says why nothing is rolled back in an environment now, and where else a rollback is wanted.
fn no_rollback(look: &Look, env: &EnvName) -> Option<String> {
    let active = look.situation()?.release.active(env).filter(|action| !action.is_stuck());
    if let Some(action) = active.filter(|action| matches!(action.proposal.request, Request::RollBack { .. })) {
        return Some(format!("{env} is being rolled back now: {}", action.id));
    }
    let why = way_back::why_none(look, env)?;
    Some(match look.trouble_elsewhere(env) {
        Some(there) => format!("{there}; {why}"),
        None => why,
    })
}

fn check(action: CheckAction, look: &Look) -> Option<String> {
    let selected = look.check();
    match action {
        CheckAction::Fold => {
            let key = look.key_to(Action::View(ViewAction::Checklist));
            (look.sifting_beneath() != Sifting::Checks).then(|| format!("the whole checklist folds: {key} shows it"))
        }
        CheckAction::RunAll => None,
        CheckAction::RunGroup => {
            checklist::group_to_run(look).is_empty().then(|| "no check is selected that tminus can run".to_owned())
        }
        CheckAction::Cancel => {
            let is_running = selected.is_some_and(|check| checklist::is_running(look, &check.name));
            (!is_running).then(|| "it does not run now".to_owned())
        }
        CheckAction::CancelAll => (!checklist::is_any_running(look)).then(|| "no check runs now".to_owned()),
        CheckAction::Run => match selected {
            None => Some("no check is selected".to_owned()),
            Some(check) if !check.way.is_runnable() => Some(format!(
                "only a person can answer this check: {} answers it",
                look.key_to(Action::Check(CheckAction::Answer))
            )),
            Some(_) => None,
        },
        CheckAction::Answer => match selected {
            None => Some("no check is selected".to_owned()),
            Some(check) if check.way.is_runnable() => {
                Some(format!("tminus finds this out itself: {} runs it", look.key_to(Action::Check(CheckAction::Run))))
            }
            Some(_) => None,
        },
    }
}

fn logs(action: LogsAction, look: &Look) -> Option<String> {
    match action {
        LogsAction::Left | LogsAction::Right if look.logs.is_folded() => {
            Some("long lines are folded: nothing is cut".to_owned())
        }
        LogsAction::TurnSource | LogsAction::OnlySource | LogsAction::AllSources => Some(format!(
            "the source list is not open: {} in the logs opens it",
            look.key_to(Action::Logs(LogsAction::Sources))
        )),
        LogsAction::Lift if look.logs.is_whole() => Some("every line is shown".to_owned()),
        LogsAction::Follow
        | LogsAction::NextError
        | LogsAction::PreviousError
        | LogsAction::NextWarning
        | LogsAction::PreviousWarning
        | LogsAction::Sources
        | LogsAction::Lift
        | LogsAction::Wrap
        | LogsAction::Time
        | LogsAction::Left
        | LogsAction::Right
        | LogsAction::CopyPane
        | LogsAction::Mark
        | LogsAction::Save
        | LogsAction::Range => None,
    }
}

fn run(action: RunAction, look: &Look) -> Option<String> {
    let Some(shown) = look.shown_action() else { return Some("no action is shown".to_owned()) };
    if !shown.is_active() {
        return Some("it is over".to_owned());
    }
    let stands_still = || (!shown.is_stuck()).then(|| "no step has failed".to_owned());
    match action {
        RunAction::Stop if shown.is_stuck() => {
            Some("it has stopped already: retry it, roll back, or leave it".to_owned())
        }
        RunAction::Stop if shown.stop_requested.is_some() => Some("it stops at the next step already".to_owned()),
        RunAction::Stop => shown.cannot_stop().map(|why| format!("it cannot be stopped: {why}")),
        RunAction::Retry | RunAction::Leave => stands_still(),
        RunAction::Accept => (!is_unclear(shown)).then(|| "no step is unclear".to_owned()),
    }
}

fn is_unclear(action: &ActionState) -> bool {
    action.current().is_some_and(|(_, step)| step.phase == StepPhase::Unclear)
}
