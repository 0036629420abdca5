//! What one's seat may not do, said at once; the rule is the domain's own, and the key for the way out the keymap's.

use super::registry::Action;
use super::subjects::{ActAction, AppAction, CheckAction, SeatAction};
use crate::look::Look;
use tminus_core::admit::{Barred, Deed};
use tminus_core::names::{EnvName, Person};
use tminus_core::read_only::ReadOnlyBar;
use tminus_core::seat::{ABSENT, is_same};
use tminus_core::time::{age, brief};

impl Action {
    /// Returns what it is, as far as roles tell it apart.
    const fn deed(self) -> Deed {
        match self {
            Self::Act(ActAction::Approve) => Deed::Approve,
            Self::Act(ActAction::Waive) => Deed::Waive,
            Self::Act(ActAction::Lock) => Deed::Hold,
            Self::Act(ActAction::Build | ActAction::Deploy | ActAction::Verify | ActAction::RollBack)
            | Self::Repository(_)
            | Self::Run(_) => Deed::Act,
            Self::Check(CheckAction::Run | CheckAction::RunAll | CheckAction::RunGroup)
            | Self::Check(CheckAction::Cancel | CheckAction::CancelAll) => Deed::Check,
            Self::Check(CheckAction::Answer) => Deed::Answer,
            Self::Check(CheckAction::Fold)
            | Self::App(_)
            | Self::View(_)
            | Self::Pane(_)
            | Self::List(_)
            | Self::Logs(_)
            | Self::Search(_)
            | Self::Seat(_)
            | Self::Messages(_)
            | Self::Dialog(_)
            | Self::Text(_) => Deed::Look,
        }
    }
}

/// Returns why one's seat may not do it; nothing where one sits alone.
pub(super) fn by_seat(action: Action, look: &Look) -> Option<String> {
    let people = look.people().filter(|_| look.seat.is_some() && look.gone.is_none())?;
    match people.seats.barred((people.own, &look.who), action.deed().least_role())? {
        Barred::Navigator(Some(driver)) => Some(way_to_drive(look, &driver)),
        Barred::Navigator(None) => {
            Some(format!("you navigate, and nobody drives: {} takes the driver's seat", key(look, SeatAction::Take)))
        }
        other @ (Barred::Gone | Barred::Observer | Barred::Driven(..) | Barred::Kept(..)) => Some(other.says()),
    }
}

/// Returns why nothing is changed while it is read-only; asking for a seat changes no release.
pub(super) fn read_only(action: Action, look: &Look) -> Option<String> {
    let of_run = || look.shown_action().and_then(|action| action.proposal.request.env());
    let env = match action {
        Action::Run(_) => of_run(),
        Action::Act(ActAction::Deploy | ActAction::Verify | ActAction::RollBack | ActAction::Lock)
        | Action::Act(ActAction::Approve | ActAction::Waive) => look.environment().map(|here| &here.name),
        Action::Act(ActAction::Build)
        | Action::Repository(_)
        | Action::Check(_)
        | Action::App(_)
        | Action::View(_)
        | Action::Pane(_)
        | Action::List(_)
        | Action::Logs(_)
        | Action::Search(_)
        | Action::Seat(_)
        | Action::Messages(_)
        | Action::Dialog(_)
        | Action::Text(_) => None,
    };
    read_only_in(action, env, look)
}

/// Returns why nothing is changed in an environment while it is read-only.
pub(super) fn read_only_in(action: Action, env: Option<&EnvName>, look: &Look) -> Option<String> {
    let environment = env.zip(look.world.as_ref()).and_then(|(env, world)| world.plan.environment(env));
    let bar = look.read_only.bars(action.deed(), environment)?;
    let key = look.key_to(Action::App(AppAction::ReadOnly));
    Some(match bar {
        ReadOnlyBar::Everywhere => format!("{}; {key} lets you act", bar.says()),
        ReadOnlyBar::In(_) => format!("{}: {key} lets you act", bar.says()),
    })
}

/// Says who drives, and which key leads to the seat.
fn way_to_drive(look: &Look, name: &Person) -> String {
    let way = way(look).unwrap_or_else(|| format!("{} asks for the seat", key(look, SeatAction::Ask)));
    format!("you navigate, and {name} drives: {way}")
}

/// Returns the way to the seat that is not to ask for it.
fn way(look: &Look) -> Option<String> {
    let people = look.people()?;
    let (own, driver) = (people.seats.own(people.own).ok()?, people.seats.driver()?);
    let take = key(look, SeatAction::Take);
    let away = people.glances.of(&driver.id).map(|glance| age(look.now, glance.key));
    if is_same(&own.who, &driver.who) {
        return Some(format!("{take} takes over from your other terminal"));
    }
    match away.filter(|away| *away >= ABSENT.duration()) {
        Some(away) => Some(format!("no key for {}, {take} takes the seat", brief(away))),
        None => own.asks.map(|_| "you have asked for the seat".to_owned()),
    }
}

fn key(look: &Look, action: SeatAction) -> String {
    look.key_to(Action::Seat(action))
}

/// Returns why nothing can be done about the seats like this.
pub(super) fn seat(action: SeatAction, look: &Look) -> Option<String> {
    let Some(people) = look.people().filter(|_| look.seat.is_some()) else {
        return Some("nobody else can join here: there is no seat to pass".to_owned());
    };
    let (seats, own) = (people.seats, people.own);
    let refused = match action {
        SeatAction::Ask => seats.asking(own),
        SeatAction::Take => seats.taking(own),
        SeatAction::Give | SeatAction::Decline => seats.driving(own),
    };
    if let Err(refusal) = refused {
        return Some(refusal.says);
    }
    match action {
        SeatAction::Give if seats.heirs().is_empty() => Some("nobody else here can drive".to_owned()),
        SeatAction::Decline if seats.askers().is_empty() => Some("nobody asks for the driver's seat".to_owned()),
        SeatAction::Ask | SeatAction::Take | SeatAction::Give | SeatAction::Decline => None,
    }
}
