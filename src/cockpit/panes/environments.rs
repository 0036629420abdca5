//! The environments: what runs where, how it is, since when, and whether there is a way back.

use super::framing::{nothing, sifted};
use super::health::{OLD, Told, health, is_out_of_sight};
use super::under_way;
use super::versions::{running, serving};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Attention, Cursor, Row, cut, draw_long_list, frame, mark, width};
use crate::words;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::EnvName;
use tminus_core::plan::Environment;
use tminus_core::situation::{Situation, WayBack, WayBackState};
use tminus_core::time::{age, brief};

pub(crate) fn count(look: &Look) -> usize {
    look.world.as_ref().map_or(0, |w| w.plan.environments.len())
}

/// Returns which environments are shown, by their place in the plan.
pub(crate) fn shown(look: &Look) -> Vec<usize> {
    let all = look.world.iter().flat_map(|w| &w.plan.environments).enumerate();
    let is_shown = |name: &EnvName| is_let_through(look, name);
    all.filter(|(_, environment)| is_shown(&environment.name)).map(|(at, _)| at).collect()
}

/// In the view of its own the list can be filtered; the overview shows every environment.
fn is_let_through(look: &Look, env: &EnvName) -> bool {
    look.view() != &View::Environments || look.lets_through(&View::Environments, &words(look, env))
}

/// Writes an environment in words, as a filter and a search read it.
fn words(look: &Look, env: &EnvName) -> String {
    let health = look.situation().map(|situation| health(look, situation, env).text(usize::MAX)).unwrap_or_default();
    format!("{env}  {}  {health}", running(look, env).unwrap_or_default()).trim_end().to_owned()
}

/// Returns every environment in words, as a search reads them and a copy takes them.
pub(super) fn texts(look: &Look) -> Vec<Row> {
    let all = look.world.iter().flat_map(|w| &w.plan.environments);
    all.map(|e| Row::text(words(look, &e.name))).collect()
}

/// Returns the environment that the cursor goes to, past those that are not shown.
pub(super) fn stop(look: &Look, (from, to): (usize, usize)) -> usize {
    let shown = shown(look);
    let next = if to >= from { shown.iter().find(|at| **at >= to) } else { shown.iter().rfind(|at| **at <= to) };
    next.copied().unwrap_or(from)
}

pub(crate) fn draw(look: &Look, attention: Attention, area: Rect, buffer: &mut Buffer) {
    let (seen, role) = seen(look);
    let heading = Row::new().put(" Environments ", Role::Title);
    let heading = if look.view() == &View::Environments { sifted(look, &View::Environments, heading) } else { heading };
    let heading = heading.right(format!(" {seen} "), role);
    let inside = frame(area, &heading, attention, buffer, &look.palette);
    let Some(situation) = look.situation() else {
        return Row::dim("reading the journal…").draw(inside, buffer, &look.palette);
    };
    let environments = &situation.plan.environments;
    let columns = Columns::of(look, situation, usize::from(inside.width));
    let told: Vec<Told> = environments.iter().map(|e| health(look, situation, &e.name)).collect();
    let reasons: Vec<Option<Row>> = told.iter().map(|told| reason(look, told, &columns)).collect();
    let head = u16::from(inside.height > 3);
    // A reason stands beneath its row where all of them have room, else behind the word as far as it goes.
    let has_room =
        told.len() + reasons.iter().flatten().count() <= usize::from(inside.height - head.min(inside.height));
    let shown = shown(look);
    let rows: Vec<(Row, Option<Row>)> = environments
        .iter()
        .zip(told)
        .zip(reasons)
        .enumerate()
        .filter(|(at, _)| shown.contains(at))
        .map(|(_, ((e, told), reason))| {
            let reason = reason.filter(|_| has_room);
            let told = if reason.is_some() { told.in_a_word() } else { told };
            (row(look, (situation, e, &told), &columns), reason)
        })
        .collect();
    if rows.is_empty() {
        let says = nothing(look, &View::Environments, "the plan has no environment");
        return Row::dim(says).draw(inside, buffer, &look.palette);
    }
    if head > 0 {
        columns.head(look).draw(inside, buffer, &look.palette);
    }
    let list = Rect { y: inside.y + head, height: inside.height.saturating_sub(head), ..inside };
    // The sign of the selected one stands in its row, whichever pane has the keys: they act on it.
    let row = shown.iter().position(|at| *at >= look.panes.env).unwrap_or(shown.len());
    let cursor = Cursor { row, attention };
    if !has_room {
        return draw_long_list(rows.len(), cursor, |at| rows[at].0.clone(), (list, buffer, &look.palette));
    }
    let mut y = list.y;
    for (at, (row, reason)) in rows.iter().enumerate() {
        let place = Rect { y, height: 1, ..list };
        if at == cursor.row.min(rows.len() - 1) {
            mark(place, attention, buffer, &look.palette);
        }
        row.draw(place, buffer, &look.palette);
        if let Some(reason) = reason {
            y += 1;
            reason.draw(Rect { y, height: 1, ..list }, buffer, &look.palette);
        }
        y += 1;
    }
}

/// Returns how many lines the pane needs in so many columns.
pub(super) fn height(look: &Look, columns: u16) -> u16 {
    const AROUND: u16 = 3;
    let Some(situation) = look.situation() else { return 5 + AROUND };
    let columns = Columns::of(look, situation, usize::from(columns.saturating_sub(4)));
    let environments = &situation.plan.environments;
    let told = environments.iter().map(|e| health(look, situation, &e.name));
    let reasons = told.filter(|told| reason(look, told, &columns).is_some()).count();
    u16::try_from(environments.len().min(100) + reasons).unwrap_or(u16::MAX) + AROUND
}

/// Returns the line beneath a row that tells why something is not well there, where the row has no room for all of it.
fn reason(look: &Look, told: &Told, columns: &Columns) -> Option<Row> {
    let why = told.reason_beyond(columns.health)?;
    let sign = look.palette.sign("└ ", "  ");
    Some(Row::text("    ").put(sign, Role::Dim).put(why, Role::Fail))
}

/// Says when the environments were looked at, and how many were not for too long.
fn seen(look: &Look) -> (String, Role) {
    let Some(world) = &look.world else { return (String::new(), Role::Dim) };
    let looked = |env: &Environment| look.live.looked_at_env(&env.name, &world.release);
    let looks: Vec<_> = world.plan.environments.iter().map(looked).collect();
    let is_fresh = |at: &jiff::Timestamp| age(look.now, *at) <= OLD;
    let fresh: Vec<_> = looks.iter().flatten().copied().filter(is_fresh).collect();
    let ago = fresh.iter().min().map(|at| words::seen_ago(age(look.now, *at)));
    match (ago, looks.len() - fresh.len()) {
        (Some(ago), 0) => (ago, Role::Dim),
        (Some(ago), unseen) => (format!("{ago}, {unseen} unseen"), Role::Warn),
        (None, _) => match looks.iter().flatten().min() {
            Some(at) => (format!("? last seen {} ago", brief(age(look.now, *at))), Role::Warn),
            None => ("not seen yet".to_owned(), Role::Dim),
        },
    }
}

/// How wide each column is; one that has no room is 0.
struct Columns {
    name: usize,
    version: usize,
    digest: usize,
    health: usize,
    since: usize,
    way: usize,
    /// The word for a protected environment; its sign stands before the name at every width.
    word: usize,
}

/// What a way back needs to be told: a sign and a version.
const WAY: usize = 14;
/// What it needs with how long it takes.
const WHOLE_WAY: usize = 26;
const SINCE: usize = 6;
const WORD: usize = 11;
const DIGEST: usize = 14;
/// What a sign and the longest word of a health need.
const HEALTH: usize = 12;
/// What it needs to be read whole: `healthy · 3 of 3 replicas`. Nothing that can be done without cuts it.
const READ_HEALTH: usize = 28;

impl Columns {
    /// Gives room by importance: name, version and the word of the health; then way back and since; then the reason of the
    /// health, the word for protected, the digest. What is told in a column never moves another one.
    fn of(look: &Look, situation: Situation<'_>, room: usize) -> Self {
        let all = || situation.plan.environments.iter();
        let longest = all().map(|e| width(e.name.as_str())).max().unwrap_or(0);
        let versions = all().filter_map(|e| running(look, &e.name)).map(|v| width(&v)).max().unwrap_or(0);
        // On a very narrow screen the sign tells how it is, and the name where.
        let least = if room < 24 { 2 } else { HEALTH.min(room * 2 / 5) };
        let name = (longest + 5).clamp(9, 22).min(room.saturating_sub(least));
        let mut left = room - name;
        let mut take = |wanted: usize, spare: usize| {
            let given = if left >= wanted + spare { wanted } else { 0 };
            left -= given;
            given
        };
        let wanted = (versions + 1).clamp(9, 16);
        let version = take(if room >= name + wanted + least { wanted } else { 8 }, least);
        let way = take(WAY, HEALTH);
        let since = if way > 0 { take(SINCE, HEALTH) } else { 0 };
        let word = if all().any(|e| e.protected) { take(WORD, READ_HEALTH) } else { 0 };
        let more = take(WHOLE_WAY - WAY, READ_HEALTH);
        let digest = take(DIGEST, READ_HEALTH);
        Self { name, version, digest, health: left, since, way: way + more.min(way * 2), word }
    }

    /// Says whether nothing stands behind the health.
    const fn ends_with_health(&self) -> bool {
        self.since + self.way == 0
    }

    /// Without a column for the word, the head says what the sign means.
    fn head(&self, look: &Look) -> Row {
        let has_word = self.word > 0;
        let name = if has_word { "    name".to_owned() } else { format!("  {} protected", look.palette.protected()) };
        let row = Row::new().column(name, if has_word { Role::Dim } else { Role::Protected }, self.name);
        let cells = [
            ("", self.word),
            ("version", self.version),
            ("digest", self.digest),
            ("health", self.health),
            ("since", self.since),
            ("rollback", self.way),
        ];
        cells.into_iter().fold(row, |row, (word, wide)| row.column(word, Role::Dim, wide))
    }
}

fn row(look: &Look, (situation, environment, told): (Situation<'_>, &Environment, &Told), columns: &Columns) -> Row {
    let env = &environment.name;
    let here = look.environment().is_some_and(|e| e.name == *env);
    let (sign, name_role, word) = match environment.protected {
        true => (look.palette.protected(), Role::Protected, "protected"),
        false => (" ", Role::Text, ""),
    };
    let mark = if here { look.palette.sign("▸", ">") } else { " " };
    let waits = notice(look, situation, environment, columns);
    // Without a column of its own it is told in the place of a health that is good, else by its sign alone.
    let short = waiting_in_health(look, (situation, environment), columns);
    let (held, held_role) = match (lock_sign(look, situation, env), &short) {
        ((" ", _), Some((sign, role, _))) if !told.is_well() => (*sign, *role),
        (lock, _) => lock,
    };
    let row = Row::new().put(mark, Role::Accent).put(held, held_role).put(format!("{sign} "), Role::Protected);
    let row = row.column(env.as_str(), name_role, columns.name.saturating_sub(4));
    let row = row.column(word, Role::Protected, columns.word);
    let row = row.column(serving(look, env).unwrap_or_else(|| "–".to_owned()), Role::Text, columns.version);
    let row = row.column(digest(situation, env), Role::Dim, columns.digest);
    let row = match short.filter(|_| told.is_well()) {
        Some((sign, role, says)) => row.put(format!("{sign} {says}"), role),
        None if columns.ends_with_health() => told.put_last(row, columns.health),
        None => told.put(row, columns.health),
    };
    let row = match waits.or_else(|| locked(look, situation, env, columns)) {
        Some(notice) => row.with(notice),
        None => {
            let since = situation.brought(env).map(|at| brief(age(look.now, at))).unwrap_or_default();
            let row = row.column(since, Role::Dim, columns.since);
            if columns.way > 0 { way_back(look, env, row, columns.way) } else { row }
        }
    };
    if is_out_of_sight(look, situation, env) { row.faded() } else { row }
}

/// Says what waits there, in the place of since when; the way back stays beside it where both fit.
fn notice(look: &Look, situation: Situation<'_>, environment: &Environment, columns: &Columns) -> Option<Row> {
    let (sign, role, says) = under_way::in_short(look, situation, environment)?;
    let room = columns.since + columns.way;
    let way = way_back(look, &environment.name, Row::new(), 0);
    let fits = |beside: usize| says.iter().map(|s| format!("{sign} {s}")).find(|s| width(s) + beside <= room);
    if let Some(text) = fits(way.width() + 2).filter(|_| way.width() > 0) {
        return Some(Row::new().put(text, role).put("  ", Role::Text).with(way));
    }
    fits(0).map(|text| Row::new().put(text, role))
}

/// Says what waits there for the column of the health, where nothing stands behind that.
fn waiting_in_health(
    look: &Look,
    (situation, environment): (Situation<'_>, &Environment),
    columns: &Columns,
) -> Option<(&'static str, Role, String)> {
    if !columns.ends_with_health() {
        return None;
    }
    let (sign, role, says) = under_way::in_short(look, situation, environment)?;
    let fitting = says.into_iter().find(|says| width(sign) + 1 + width(says) <= columns.health)?;
    Some((sign, role, fitting))
}

/// Returns the sign that an environment is locked, or a blank: it stands before the name at every width.
fn lock_sign(look: &Look, situation: Situation<'_>, env: &EnvName) -> (&'static str, Role) {
    match situation.lock(env) {
        None => (" ", Role::Accent),
        Some(lock) if lock.is_of(&look.who) => (look.palette.lock(), Role::Accent),
        Some(_) => (look.palette.lock(), Role::Warn),
    }
}

/// Says who holds an environment and for how long, as much of it as has room beside the way back.
fn locked(look: &Look, situation: Situation<'_>, env: &EnvName, columns: &Columns) -> Option<Row> {
    let lock = situation.lock(env)?;
    let (sign, role) = lock_sign(look, situation, env);
    let way = way_back(look, env, Row::new(), 0);
    let room = (columns.since + columns.way).saturating_sub(way.width() + 2);
    let (holder, ago) = (lock.holder.label(), words::in_steps(age(look.now, lock.since)));
    let says = match lock.is_of(&look.who) {
        true => [format!("locked by you for {ago}"), "locked by you".to_owned(), format!("yours {ago}")],
        false => [format!("locked by {holder} for {ago}"), format!("locked by {holder}"), format!("{holder} {ago}")],
    };
    let all = says.into_iter().chain(["locked".to_owned()]).map(|says| format!("{sign} {says}"));
    let fitting = all.into_iter().find(|says| width(says) <= room)?;
    Some(Row::new().put(fitting, role).put("  ", Role::Text).with(way))
}

/// Returns what the first artifact of an environment is known by for good, and how many others there are.
fn digest(situation: Situation<'_>, env: &EnvName) -> String {
    let places = situation.release.environments.get(env).into_iter().flat_map(|e| e.places.values());
    let digests: Vec<String> = places.filter_map(|p| p.digest()).map(|d| d.short()).collect();
    match digests.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [first, others @ ..] => format!("{first} +{}", others.len()),
    }
}

/// Puts the way back, as much of it as has room; 0 columns are as many as it needs.
fn way_back(look: &Look, env: &EnvName, row: Row, columns: usize) -> Row {
    let Some(way) = look.way_back(env) else { return row.column("", Role::Dim, columns) };
    let to = way.leads_to().unwrap_or_default();
    let room = if columns == 0 { usize::MAX } else { columns };
    match way.state {
        WayBackState::Ready => {
            let row = row.put(look.palette.sign("✓ ", "+ "), Role::Pass);
            let takes = takes(way, columns);
            let takes = if width(&to) + width(&takes) + 2 <= room { takes } else { String::new() };
            row.put(cut(&to, room.saturating_sub(2), look.palette.signs), Role::Text).put(takes, Role::Dim)
        }
        WayBackState::Blocked => row.put(format!("{} none", look.palette.sign("✗", "x")), Role::Fail),
        WayBackState::Unknown => {
            let whole = format!("? {to} unknown");
            let says = if width(&whole) <= room { whole } else { format!("? {to}") };
            row.put(cut(&says, room, look.palette.signs), Role::Warn)
        }
        WayBackState::None => row.column("–", Role::Dim, columns),
    }
}

/// Says about how long a way back takes, where there is room to.
fn takes(way: &WayBack, columns: usize) -> String {
    let takes = way.takes.filter(|_| columns >= 26);
    takes.map(|takes| format!("  {}", super::way_back::about(takes))).unwrap_or_default()
}
