//! Why an action cannot be taken now; said in the footer instead of doing nothing.

use super::barred;
use super::registry::Action;
use super::subjects::{
    ActAction, AppAction, CheckAction, DialogAction, LogsAction, PaneAction, RunAction, SearchAction, ViewAction,
};
use crate::cockpit::dialogs::Dialog;
use crate::cockpit::opening::Housing;
use crate::cockpit::panes::way_back;
use crate::cockpit::state::State;
use crate::domain::action::Request;
use crate::domain::names::EnvName;
use crate::domain::release::{ActionState, StepPhase};
use crate::domain::telemetry::JOURNAL_WAY_ON;

impl Action {
    /// Returns why it cannot be taken now; `None` when it can.
    pub(crate) fn why_not(self, state: &State) -> Option<String> {
        if let Some(why) = barred::by_seat(self, state).or_else(|| barred::read_only(self, state)) {
            return Some(why);
        }
        match self {
            Self::Seat(action) => without_world(state).or_else(|| barred::seat(action, state)),
            Self::Act(action) => without_world(state).or_else(|| act(action, state)),
            Self::Check(action) => without_world(state).or_else(|| check(action, state)),
            Self::Run(action) => unwritable(state).or_else(|| run(action, state)),
            Self::App(AppAction::ActAs) if state.rehearsal.is_none() => {
                Some("one acts under one's own name; only a rehearsal lets one act as others".to_owned())
            }
            Self::App(AppAction::ActAs) if state.is_observer() => {
                Some("you observe: whoever decides nothing acts as nobody".to_owned())
            }
            Self::Pane(PaneAction::Subject) if state.subject().is_none() => {
                Some("the fact itself is all there is of it".to_owned())
            }
            Self::Search(SearchAction::Filter) if !state.can_be_filtered(&state.beneath().view) => {
                let key = state.key_to(Self::Search(SearchAction::Open));
                Some(format!("lists, the journal, the logs and the whole checklist can be filtered; {key} searches"))
            }
            Self::Logs(action) => logs(action, state),
            Self::App(AppAction::Meanwhile) if state.meanwhile.is_none() => {
                Some("nothing happened before you came".to_owned())
            }
            Self::App(AppAction::Refresh) if state.is_away_from_engine() => None,
            Self::App(AppAction::Refresh) => without_world(state),
            Self::App(AppAction::Suspend) => suspend(state),
            Self::App(_)
            | Self::View(_)
            | Self::Pane(_)
            | Self::List(_)
            | Self::Search(_)
            | Self::Messages(_)
            | Self::Text(_) => None,
            Self::Dialog(action) => dialog(action, state),
        }
    }
}

fn dialog(action: DialogAction, state: &State) -> Option<String> {
    match (action, &state.dialog) {
        (DialogAction::Calls, Some(Dialog::Preview(_))) => None,
        (DialogAction::Calls, _) => Some("it has no calls to show".to_owned()),
        (DialogAction::Next | DialogAction::Previous, Some(dialog)) => dialog.why_no_other_button(),
        (DialogAction::Next | DialogAction::Previous, None) => None,
        (
            DialogAction::Complete | DialogAction::Cancel | DialogAction::Press | DialogAction::Down | DialogAction::Up,
            _,
        ) => None,
    }
}

impl ActAction {
    /// Returns why it cannot be taken now in an environment, whichever one the keys act on.
    pub(crate) fn why_not_in(self, env: &EnvName, state: &State) -> Option<String> {
        self.barred_in(env, state).or_else(|| match self {
            Self::Deploy => closed(state).or_else(|| held_by_another(env, state)),
            Self::RollBack => no_rollback(state, env),
            Self::Verify | Self::Approve | Self::Waive | Self::Lock | Self::Build => None,
        })
    }

    /// Returns why nobody in this seat, or with this journal, takes it in an environment, whatever that is like.
    pub(crate) fn barred_in(self, env: &EnvName, state: &State) -> Option<String> {
        barred::by_seat(Action::Act(self), state)
            .or_else(|| barred::read_only_in(Action::Act(self), Some(env), state))
            .or_else(|| without_world(state))
    }
}

/// Says that the release is closed, and how it is opened again.
fn closed(state: &State) -> Option<String> {
    let opening = state.situation()?.opening()?;
    let version = &opening.version;
    opening.closed.as_ref().map(|_| format!("{version} is closed: `tminus release open {version}` opens it again"))
}

/// Says who holds an environment, where that is somebody else.
fn held_by_another(env: &EnvName, state: &State) -> Option<String> {
    let lock = state.situation()?.lock(env).filter(|lock| !lock.is_of(&state.who))?;
    Some(format!("{env} is {}", state.lock_words(lock)))
}

fn without_world(state: &State) -> Option<String> {
    let reading = || state.world.is_none().then(|| "the journal is being read".to_owned());
    unwritable(state).or_else(reading)
}

/// Says that there is no engine, or one that begins nothing any more.
fn unwritable(state: &State) -> Option<String> {
    let lost = || state.live.journal_lost.as_ref().map(|lost| format!("{}; {JOURNAL_WAY_ON}", lost.sentence()));
    state.engineless().or_else(lost)
}

/// What runs in this process would stand still with it; an engine elsewhere works on.
fn suspend(state: &State) -> Option<String> {
    if state.housing == Housing::Elsewhere {
        return None;
    }
    let active = state.world.as_ref()?.release.active_actions().next()?;
    Some(format!("{} is not over, and would stop with the cockpit", active.id))
}

fn act(action: ActAction, state: &State) -> Option<String> {
    if action == ActAction::Build {
        return state.situation().and_then(|s| s.not_buildable(None).into_iter().next());
    }
    if state.environment().is_none() {
        return Some("the plan has no environment".to_owned());
    }
    match action {
        ActAction::Deploy => closed(state).or_else(|| held_by_another(&state.environment()?.name, state)),
        ActAction::RollBack => no_rollback(state, &state.environment()?.name),
        ActAction::Build | ActAction::Verify | ActAction::Lock => None,
        ActAction::Approve => state.why_nothing_to_approve(),
        ActAction::Waive => {
            let environment = state.waiving()?;
            let is_empty = state.waivable(environment).is_empty();
            is_empty.then(|| format!("the gate of {} waits for nothing that can be waived", environment.name))
        }
    }
}

/// Says why nothing is rolled back in an environment now, and where else a rollback is wanted.
fn no_rollback(state: &State, env: &EnvName) -> Option<String> {
    let active = state.situation()?.release.active(env).filter(|action| !action.is_stuck());
    if let Some(action) = active.filter(|action| matches!(action.proposal.request, Request::RollBack { .. })) {
        return Some(format!("{env} is being rolled back now: {}", action.id));
    }
    let why = way_back::why_none(state, env)?;
    Some(match state.trouble_elsewhere(env) {
        Some(there) => format!("{there}; {why}"),
        None => why,
    })
}

fn check(action: CheckAction, state: &State) -> Option<String> {
    let selected = state.check();
    match action {
        CheckAction::Fold => {
            let key = state.key_to(Action::View(ViewAction::Checklist));
            (!state.has_whole_checklist(&state.beneath().view))
                .then(|| format!("the whole checklist folds: {key} shows it"))
        }
        CheckAction::RunAll => None,
        CheckAction::Run => match selected {
            None => Some("no check is selected".to_owned()),
            Some(check) if !check.way.is_runnable() => Some(format!(
                "only a person can answer this check: {} answers it",
                state.key_to(Action::Check(CheckAction::Answer))
            )),
            Some(_) => None,
        },
        CheckAction::Answer => match selected {
            None => Some("no check is selected".to_owned()),
            Some(check) if check.way.is_runnable() => {
                Some(format!("tminus finds this out itself: {} runs it", state.key_to(Action::Check(CheckAction::Run))))
            }
            Some(_) => None,
        },
    }
}

fn logs(action: LogsAction, state: &State) -> Option<String> {
    match action {
        LogsAction::Left | LogsAction::Right if state.logs.is_folded() => {
            Some("long lines are folded: nothing is cut".to_owned())
        }
        LogsAction::TurnSource | LogsAction::OnlySource | LogsAction::AllSources
            if !matches!(state.dialog, Some(Dialog::Sources(_))) =>
        {
            Some(format!(
                "the list of the sources is not open: {} in the logs opens it",
                state.key_to(Action::Logs(LogsAction::Sources))
            ))
        }
        LogsAction::Lift if state.logs.is_whole() => Some("every line is shown".to_owned()),
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
        | LogsAction::Range
        | LogsAction::TurnSource
        | LogsAction::OnlySource
        | LogsAction::AllSources => None,
    }
}

fn run(action: RunAction, state: &State) -> Option<String> {
    let Some(shown) = state.shown_action() else { return Some("no action is shown".to_owned()) };
    if !shown.is_active() {
        return Some("it is over".to_owned());
    }
    let stands_still = || (!shown.is_stuck()).then(|| "no step has failed".to_owned());
    match action {
        RunAction::Stop if shown.is_stuck() => {
            Some("it has stopped already: retry it, roll back, or leave it".to_owned())
        }
        RunAction::Stop if shown.stop_requested.is_some() => Some("it stops at the next step already".to_owned()),
        RunAction::Stop => None,
        RunAction::Retry | RunAction::Leave => stands_still(),
        RunAction::Accept => (!is_unclear(shown)).then(|| "no step is unclear".to_owned()),
    }
}

fn is_unclear(action: &ActionState) -> bool {
    action.current().is_some_and(|(_, step)| step.phase == StepPhase::Unclear)
}
