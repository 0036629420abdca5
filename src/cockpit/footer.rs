//! The footer: the keys that matter now, and what was just said.

use super::action::{ActAction, Action, AppAction, DialogAction, MessagesAction, SeatAction, TextAction};
use super::dialogs::Dialog;
use super::edge;
use super::hint::{Hint, KeyScope, Rank, fitting};
use super::panes;
use super::update::State;
use super::view::View;
use super::widgets::{Row, fold_lines, width};
use crate::settings::keymap::chord_text;
use crate::settings::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::widgets::{Clear, Widget};

/// How many lines what is said may take.
const MOST: usize = 4;

pub(super) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    if area.is_empty() {
        return;
    }
    let right = edge::right(state, area.width);
    let taken: usize = right.iter().map(|(text, _)| width(text)).sum();
    // The keys keep some room, whatever else is to be said; the clock gives way before them.
    let room = usize::from(area.width).saturating_sub(taken + 2);
    let keys = hints(state);
    // What the keys need that are to stay, with the sign that something is left out.
    let needed = |least: Rank| keys.iter().filter(|hint| hint.rank >= least).map(Hint::needed).sum::<usize>();
    let begin = protected(state, (area.width, room), needed(Rank::Back));
    let is_free = state.hint().is_none();
    let (right, room) = match is_free && begin.width() + needed(Rank::Back) > room {
        true => without_clock(right, area.width),
        false => (right, room),
    };
    // The first key and the one for all keys stand there, whatever else is to be said; what is waited for leaves room for one.
    let is_awaited = state.leaves_once_over() || state.first_asked().is_some();
    let least = if is_awaited { keys.first().map_or(0, Hint::needed) } else { needed(Rank::First) };
    let is_crowded = is_free && begin.width() + least > room;
    // In a dialog what is said has this line alone.
    let is_cut = |hint: &str| state.dialog().is_some() && begin.width() + width(hint) > room;
    let (right, room) = match room < 14 || is_crowded || state.hint().is_some_and(is_cut) {
        true => (Vec::new(), usize::from(area.width).saturating_sub(1)),
        false => (right, room),
    };
    let is_long = |hint: &&str| state.dialog().is_none() && begin.width() + width(hint) > room;
    if let Some(hint) = state.hint().filter(is_long) {
        return draw_long(state, (begin, hint), area, buffer);
    }
    let row = words(state, begin, (keys, room));
    right.into_iter().fold(row, |row, (text, role)| row.right(text, role)).draw(area, buffer, &state.palette);
}

/// Leaves the clock out, and returns how much room there is then.
fn without_clock(mut right: Vec<(String, Role)>, columns: u16) -> (Vec<(String, Role)>, usize) {
    if columns >= edge::ZONED && right.len() > 1 {
        right.pop();
    }
    let taken: usize = right.iter().map(|(text, _)| width(text)).sum();
    (right, usize::from(columns).saturating_sub(taken + 2))
}

/// Says what one line has no room for in the place of the view's last ones, for as long as it is said.
fn draw_long(state: &State, (begin, hint): (Row, &str), area: Rect, buffer: &mut Buffer) {
    let indent = begin.width();
    let lines = fold_lines(hint, usize::from(area.width).saturating_sub(indent + 1));
    let count = lines.len().min(MOST).min(usize::from(area.bottom()));
    let place = Rect { y: area.bottom() - count as u16, height: count as u16, ..area };
    Clear.render(place, buffer);
    for (at, line) in lines.iter().take(count).enumerate() {
        let begin = if at == 0 { begin.clone() } else { Row::new().put(" ".repeat(indent), Role::Text) };
        let is_cut = at + 1 == count && count < lines.len();
        let line = if is_cut { format!("{line}{}", state.palette.sign("…", "~")) } else { line.clone() };
        let row = Row::new().with(begin).put(line, Role::Warn);
        row.draw(Rect { y: place.y + at as u16, height: 1, ..place }, buffer, &state.palette);
    }
}

/// Begins the line; it says so when the keys act on a protected environment, as far as the first key keeps its room.
fn protected(state: &State, (columns, room): (u16, usize), first: usize) -> Row {
    let row = Row::new().put(" ", Role::Text);
    let environment = state.environment().filter(|e| e.protected && state.dialog().is_none());
    let sign = state.palette.protected();
    match environment {
        None => row,
        Some(environment) => {
            let name = format!("{sign} {} protected  ", environment.name);
            let short = format!("{sign} protected  ");
            let fits = columns >= 60 && (state.hint().is_some() || 1 + width(&name) + first <= room);
            row.put(if fits { name } else { short }, Role::Protected)
        }
    }
}

/// Writes what was just said, the beginning of a chord, or the keys that fit; what does not is told by a sign.
fn words(state: &State, row: Row, (keys, room): (Vec<Hint>, usize)) -> Row {
    if let Some(hint) = state.hint() {
        return row.put(hint, Role::Warn);
    }
    if !state.pending().is_empty() {
        let begun = row.put(format!("{} …   ", chord_text(state.pending())), Role::Accent);
        return fitting(begun, continuations(state), room);
    }
    fitting(row, keys, room)
}

/// Returns how the chord that is begun can go on.
fn continuations(state: &State) -> Vec<Hint> {
    let contexts = state.contexts();
    let mut all: Vec<Hint> = Vec::new();
    for binding in contexts.iter().flat_map(|context| state.keymap.bindings(context)) {
        let rest = binding.chord.strip_prefix(state.pending()).filter(|rest| !rest.is_empty());
        let Some((rest, action)) = rest.zip(Action::find(&binding.run)) else { continue };
        let hint = Hint::new(chord_text(rest), action.word().to_owned());
        if !all.contains(&hint) {
            all.push(hint);
        }
    }
    all
}

/// Returns the keys that matter now, made from the live keymap; those that do nothing now are left out.
fn hints(state: &State) -> Vec<Hint> {
    let contexts = state.contexts();
    let mut wanted = if state.dialog().is_some() { of_dialogs() } else { state.here().keys(state) };
    if state.dialog().is_none() {
        // Somebody waits for it: where nothing does, it is left out below.
        wanted.insert(0, Action::Act(ActAction::Approve));
        if state.is_bad_here() {
            wanted.insert(0, Action::Act(ActAction::RollBack));
        }
    }
    let mut seen: Vec<Action> = Vec::new();
    let possible = wanted.into_iter().filter(|a| {
        let is_new = !seen.contains(a);
        seen.push(*a);
        // Where all of a dialog is in sight there is nothing to scroll.
        let is_idle = *a == Action::Dialog(DialogAction::Down) && state.reach() == Some(0);
        // What closes a dialog that is only read has been named.
        let is_twice = *a == Action::Dialog(DialogAction::Press) && state.dialog().is_some_and(Dialog::is_only_read);
        is_new && !is_idle && !is_twice && !leads_nowhere(state, *a) && state.why_not(*a).is_none()
    });
    let mut hints: Vec<Hint> = match state.dialog() {
        Some(_) => Vec::new(),
        None => asking(state).into_iter().chain(free_seat(state)).chain(alarm(state)).collect(),
    };
    let own: Vec<&str> = contexts.iter().copied().filter(|context| !matches!(*context, "list" | "global")).collect();
    let scope = |a: Action| if state.chord_of(a, &own).is_some() { KeyScope::Here } else { KeyScope::Everywhere };
    hints.extend(possible.filter_map(|a| {
        let hint = Hint::new(state.chord_of(a, &contexts)?, word(state, a));
        Some(Hint { scope: scope(a), rank: rank(a), ..hint })
    }));
    if let Some(first) = hints.first_mut() {
        first.rank = first.rank.max(Rank::First);
    }
    hints
}

fn rank(action: Action) -> Rank {
    if action == Action::App(AppAction::Help) {
        return Rank::Help;
    }
    if action == Action::App(AppAction::Back) { Rank::Back } else { Rank::Other }
}

/// Says whether nobody would take an action now, though it answers with its reasons: nothing is to be gone back from.
fn leads_nowhere(state: &State, action: Action) -> bool {
    let Some((situation, environment)) = state.situation().zip(state.environment()) else { return false };
    let env = &environment.name;
    let is_calm = || {
        let leads_nowhere = state.way_back(env).is_none_or(|way| way.moves.is_empty());
        situation.release.active(env).is_none() && leads_nowhere
    };
    action == Action::Act(ActAction::RollBack) && is_calm()
}

/// Returns the word of an action; what is approved elsewhere than where the keys act is named.
fn word(state: &State, action: Action) -> String {
    if let Some(word) = state.dialog().and_then(|dialog| dialog.word(action)) {
        return word.to_owned();
    }
    let Action::Act(ActAction::Approve) = action else { return action.word().to_owned() };
    let approved = state.approvable().and_then(|proposal| proposal.proposal.request.env());
    match approved.filter(|env| state.environment().is_none_or(|here| here.name != **env)) {
        Some(env) => format!("{} {env}", action.word()),
        None => action.word().to_owned(),
    }
}

/// Somebody asks the one who drives for the seat: yes or no, from wherever one is.
fn asking(state: &State) -> Vec<Hint> {
    let Some(people) = state.people() else { return Vec::new() };
    let asker = people.seats.askers().into_iter().next().filter(|_| people.seats.driving(people.own).is_ok());
    let Some(asker) = asker.filter(|_| state.view() != &View::People) else { return Vec::new() };
    // Both answers have room on a narrow screen, too.
    let yes = match state.size.0 {
        ..60 => format!("yes to {}", asker.who.label()),
        60.. => format!("yes, {} drives", asker.who.label()),
    };
    let both = [(SeatAction::Give, yes), (SeatAction::Decline, "no".to_owned())];
    let chord = |a| state.chord_of(Action::Seat(a), &["global"]);
    both.into_iter().filter_map(|(a, says)| Some(Hint { rank: Rank::Answer, ..Hint::new(chord(a)?, says) })).collect()
}

/// Returns the way to the driver's seat while nobody has it: without a driver nothing can be begun.
fn free_seat(state: &State) -> Option<Hint> {
    let take = Action::Seat(SeatAction::Take);
    let is_free = state.seat.is_some() && state.people()?.seats.driver().is_none() && take.why_not(state).is_none();
    let key = state.chord_of(take, &["global"]).filter(|_| is_free && state.view() != &View::People)?;
    Some(Hint::new(key, take.word().to_owned()))
}

/// Returns the way to what stands still, from wherever else one is.
fn alarm(state: &State) -> Option<Hint> {
    let world = state.world.as_ref()?;
    let stuck = world.release.active_actions().find(|a| a.is_stuck())?;
    let is_shown = state.view() == &View::Tasks || state.view().action() == Some(&stuck.id);
    let key = state.chord_of(Action::App(AppAction::Tasks), &["global"]).filter(|_| !is_shown)?;
    Some(Hint::new(key, format!("{} stopped", panes::actions::what(stuck))))
}

fn of_dialogs() -> Vec<Action> {
    let dialog =
        [DialogAction::Cancel, DialogAction::Next, DialogAction::Press, DialogAction::Calls, DialogAction::Down];
    let text = [TextAction::Submit, TextAction::NewLine, TextAction::Edit, TextAction::Undo];
    let mut all: Vec<Action> = dialog.map(Action::Dialog).to_vec();
    all.extend(text.map(Action::Text));
    all.push(Action::Messages(MessagesAction::Copy));
    all
}
