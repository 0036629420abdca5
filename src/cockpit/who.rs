//! Who is here, in the header: who drives, oneself, and the others, as far as there is room.

use super::look::Look;
use super::people::People;
use super::widgets::{Row, cut, width};
use crate::settings::theme::Role;
use tminus_core::seat::{self, Seat};

/// A piece of the header.
type HeaderPiece = (String, Role);

/// Returns the columns that the header keeps for it in any case.
pub(super) fn least(look: &Look) -> usize {
    forms(look).last().map_or(0, |form| columns(form))
}

/// Puts who is here at the right edge of a line, in the longest form that has room there.
pub(super) fn put(look: &Look, row: Row, room: usize) -> Row {
    let room = room.saturating_sub(row.width() + 2);
    let forms = forms(look);
    let fitting = forms.iter().find(|form| columns(form) <= room);
    let cut_short =
        || forms.last().map(|form| vec![(cut(&text(form), room, look.palette.signs).into_owned(), Role::Text)]);
    let form = fitting.cloned().or_else(cut_short).unwrap_or_default();
    form.into_iter().fold(row, |row, (text, role)| row.right(text, role))
}

fn columns(form: &[HeaderPiece]) -> usize {
    form.iter().map(|(text, _)| width(text)).sum()
}

fn text(form: &[HeaderPiece]) -> String {
    form.iter().map(|(text, _)| text.as_str()).collect()
}

/// Returns what may be said, the longest first.
fn forms(look: &Look) -> Vec<Vec<HeaderPiece>> {
    // Nobody drives before it is open.
    if look.who.name.as_str().is_empty() {
        return Vec::new();
    }
    let Some(people) = look.people().filter(|_| look.seat.is_some()) else {
        let name = look.who.name.as_str();
        return vec![vec![(format!("{name} drives"), Role::Text)], vec![(name.to_owned(), Role::Text)]];
    };
    let played = look.played();
    vec![whole(people, played), in_short(people, played), shortest(people, played)]
}

/// Everybody with what they do.
fn whole(people: People<'_>, played: Option<&str>) -> Vec<HeaderPiece> {
    let mut pieces: Vec<HeaderPiece> = Vec::new();
    if people.seats.driver().is_none() {
        pieces.push((nobody(people), Role::Warn));
    }
    for seat in people.in_order() {
        if !pieces.is_empty() {
            pieces.push((" · ".to_owned(), Role::Dim));
        }
        let name = match played.filter(|_| people.own == Some(&seat.id)) {
            Some(played) => format!("{} (you, as {played})", seat.who.name),
            None => format!("{}{}", seat.who.label(), people.mark(seat)),
        };
        pieces.push(of(seat, &name));
    }
    pieces
}

/// Says of somebody what they do; that they ask to drive before that.
fn of(seat: &Seat, name: &str) -> HeaderPiece {
    match seat.asks {
        Some(_) => (format!("{name} asks to drive"), Role::Warn),
        None => (format!("{name} {}", seat.role.verb()), Role::Text),
    }
}

/// Who drives, oneself, who asks, and how many others there are.
fn in_short(people: People<'_>, played: Option<&str>) -> Vec<HeaderPiece> {
    let mut named: Vec<&Seat> = people.seats.driver().into_iter().collect();
    let more = people.seats.askers().into_iter().next().into_iter().chain(people.seats.own(people.own).ok());
    for seat in more {
        if named.iter().all(|n| n.id != seat.id) {
            named.push(seat);
        }
    }
    let mut pieces: Vec<HeaderPiece> = Vec::new();
    if people.seats.driver().is_none() {
        pieces.push((nobody(people), Role::Warn));
    }
    for seat in &named {
        if !pieces.is_empty() {
            pieces.push((" · ".to_owned(), Role::Dim));
        }
        pieces.push(if people.own == Some(&seat.id) { yourself(seat, played) } else { of(seat, &seat.who.label()) });
    }
    pieces.extend(others(people, named.len()));
    pieces
}

/// Who drives, or who asks oneself, and how many others there are.
fn shortest(people: People<'_>, played: Option<&str>) -> Vec<HeaderPiece> {
    let (driver, asker) = (people.seats.driver(), people.seats.askers().into_iter().next());
    let is_own = driver.is_some_and(|seat| people.own == Some(&seat.id));
    let first = match (driver, asker) {
        (Some(_), Some(asker)) if is_own => (format!("{} asks", asker.who.name), Role::Warn),
        (Some(driver), _) if is_own => yourself(driver, played),
        (Some(driver), _) => of(driver, driver.who.name.as_str()),
        (None, _) => (nobody(people), Role::Warn),
    };
    std::iter::once(first).chain(others(people, usize::from(driver.is_some()))).collect()
}

/// Says that nobody drives, and for whom the seat is kept.
fn nobody(people: People<'_>) -> String {
    match people.seats.kept() {
        Some(kept) => format!("seat kept for {}", kept.who.label()),
        None => "nobody drives".to_owned(),
    }
}

fn yourself(seat: &Seat, played: Option<&str>) -> HeaderPiece {
    let says = match (seat.role, seat.asks) {
        (_, Some(_)) => return ("you ask".to_owned(), Role::Warn),
        (seat::SeatRole::Driver, None) => "you drive",
        (seat::SeatRole::Navigator, None) => "you navigate",
        (seat::SeatRole::Observer, None) => "you observe",
    };
    (played.map_or_else(|| says.to_owned(), |played| format!("{says} as {played}")), Role::Text)
}

fn others(people: People<'_>, named: usize) -> Option<HeaderPiece> {
    let others = people.seats.iter().count().saturating_sub(named);
    (others > 0).then(|| (format!(" +{others}"), Role::Dim))
}
