//! The line under the header while something is wrong: what, since when, what changed before it, and the key that ends it.

use super::action::{ActAction, Action, AppAction, ViewAction};
use super::look::Look;
use super::widgets::{Row, width};
use crate::settings::theme::Role;
use jiff::{SignedDuration, Timestamp};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Modifier;
use tminus_core::names::EnvName;
use tminus_core::situation::{EnvTrouble, Remedy, RemedyKeys, TroubleKind};

/// From this many lines on the screen has room for a second line of it.
const ROOMY: u16 = 12;
/// From this many lines on it has room for a third.
const TALL: u16 = 36;
/// Under this many lines the view has none to give away.
const LOW: u16 = 5;
const BETWEEN: &str = " · ";

/// Returns the lines for a screen; none while nothing is known to be wrong.
pub(super) fn lines(look: &Look, area: Rect) -> Vec<String> {
    let Some((trouble, others)) = look.troubles().split_first() else { return Vec::new() };
    let most = match area.height {
        0..LOW => return Vec::new(),
        LOW..ROOMY => 1,
        ROOMY..TALL => 2,
        TALL.. => 3,
    };
    let room = usize::from(area.width.saturating_sub(1));
    let sign = if trouble.kind.is_certain() { look.palette.sign("✗", "x") } else { "?" };
    let mut pieces = pieces(look, trouble);
    if let Some(first) = pieces.first_mut() {
        *first = format!("{sign} {first}");
    }
    let more = others.iter().filter(|other| other.kind.is_certain()).count();
    let more = (more > 0).then(|| format!("{more} more: {}", look.key_to(Action::View(ViewAction::Incident))));
    let cut = look.palette.sign("…", "~").to_owned();
    // What is wrong and what ends it are told first; what lies between gives way with a sign.
    let [what, before @ .., remedy] = pieces.as_slice() else { return pieces };
    let short = [vec![what.clone(), cut, remedy.clone()], vec![what.clone(), remedy.clone()]];
    let whole = || std::iter::once(what).chain(before).chain(std::iter::once(remedy)).cloned();
    let choices = [whole().chain(more).collect(), whole().collect()].into_iter().chain(short);
    let mut last = Vec::new();
    for choice in choices {
        last = fold(&choice, room);
        if last.len() <= most {
            return last;
        }
    }
    last.truncate(most);
    last
}

/// Puts pieces into lines, each of them whole.
fn fold(pieces: &[String], room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for piece in pieces {
        match lines.last_mut() {
            Some(last) if width(last) + width(BETWEEN) + width(piece) <= room => {
                last.push_str(BETWEEN);
                last.push_str(piece);
            }
            Some(_) => lines.push(format!("  {piece}")),
            None => lines.push(piece.clone()),
        }
    }
    lines
}

fn pieces(look: &Look, trouble: &EnvTrouble) -> Vec<String> {
    let roll_back = key_there(look, trouble, Action::Act(ActAction::RollBack));
    let decide = look.key_to(Action::App(AppAction::Tasks));
    let time = |at: Timestamp| since(look, at);
    trouble.pieces(&time, RemedyKeys { roll_back: &roll_back, decide: &decide })
}

/// Writes a time of day, with its day where that is not one of the last hours.
fn since(look: &Look, at: Timestamp) -> String {
    const RECENT: SignedDuration = SignedDuration::from_hours(20);
    let shape = if look.now.duration_since(at) < RECENT { "%H:%M" } else { "%d %b %H:%M" };
    at.to_zoned(look.zone.clone()).strftime(shape).to_string()
}

/// Returns what one presses so that an action is about the environment in trouble: where the keys act on another one, the
/// incident page comes first, which is about this one.
fn key_there(look: &Look, trouble: &EnvTrouble, action: Action) -> String {
    let key = look.key_to(action);
    if look.acts_on(trouble) {
        return key;
    }
    format!("{} then {key}", look.key_to(Action::View(ViewAction::Incident)))
}

/// Draws the lines over the whole width.
pub(super) fn draw(look: &Look, lines: &[String], area: Rect, buffer: &mut Buffer) {
    let Some(trouble) = look.troubles().first() else { return };
    let role = if trouble.kind.is_certain() { Role::Fail } else { Role::Warn };
    for (line, text) in lines.iter().enumerate().take(usize::from(area.height)) {
        let place = Rect { y: area.y + line as u16, height: 1, ..area };
        Row::new().put(" ", role).put(text, role).draw(place, buffer, &look.palette);
        // In reverse it is the same alarm in sixteen colours and in none.
        let style = look.palette.style(role).add_modifier(Modifier::BOLD);
        let is_plain = style.bg.is_none();
        buffer.set_style(place, if is_plain { style.add_modifier(Modifier::REVERSED) } else { style });
    }
}

impl Look {
    /// Returns what is wrong anywhere, worst first.
    pub(crate) fn troubles(&self) -> &[EnvTrouble] {
        self.known.as_ref().map_or(&[], |known| known.troubles.as_slice())
    }

    /// Says whether the keys act on the environment of a trouble.
    pub(crate) fn acts_on(&self, trouble: &EnvTrouble) -> bool {
        self.environment().is_some_and(|here| here.name == trouble.env)
    }

    /// Returns what is wrong where the keys act.
    pub(crate) fn trouble_here(&self) -> Option<&EnvTrouble> {
        self.troubles().iter().find(|trouble| self.acts_on(trouble))
    }

    /// Says where else a rollback ends what is wrong, and with which keys, for whoever is about to roll another environment back.
    pub(crate) fn trouble_elsewhere(&self, env: &EnvName) -> Option<String> {
        let can_go_back = |t: &&EnvTrouble| t.kind.is_certain() && matches!(t.remedy, Remedy::RollBack { .. });
        let trouble = self.troubles().iter().find(can_go_back).filter(|trouble| &trouble.env != env)?;
        let keys = key_there(self, trouble, Action::Act(ActAction::RollBack));
        Some(format!("it is {} that needs a rollback: {keys}", trouble.env))
    }

    /// Says whether a rollback ends what is wrong where the keys act.
    pub(crate) fn is_bad_here(&self) -> bool {
        let can_go_back = |t: &EnvTrouble| matches!(t.remedy, Remedy::RollBack { .. });
        self.trouble_here().is_some_and(|t| t.kind != TroubleKind::Unseen && can_go_back(t))
    }
}
