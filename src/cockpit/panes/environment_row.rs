//! One environment in its list: how wide each column is, and what stands in it.

use super::health::{HealthText, is_out_of_sight};
use super::under_way;
use super::versions::{running, serving};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Row, cut, width};
use crate::words;
use tminus_core::names::EnvName;
use tminus_core::plan::Environment;
use tminus_core::situation::{Situation, WayBack, WayBackState};
use tminus_core::time::{age, brief};

/// How wide each column is; one that has no room is 0.
pub(super) struct EnvironmentColumns {
    name: usize,
    version: usize,
    digest: usize,
    pub(super) health: usize,
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

impl EnvironmentColumns {
    /// Gives room by importance: name, version and the word of the health; then way back and since; then the reason of the
    /// health, the word for protected, the digest. The text of one column never moves another.
    pub(super) fn of(look: &Look, situation: Situation<'_>, room: usize) -> Self {
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
    pub(super) fn head(&self, look: &Look) -> Row {
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

pub(super) fn row(
    look: &Look,
    (situation, environment, told): (Situation<'_>, &Environment, &HealthText),
    columns: &EnvironmentColumns,
) -> Row {
    let env = &environment.name;
    let here = look.environment().is_some_and(|e| e.name == *env);
    let (sign, name_role, word) = match environment.protected {
        true => (look.palette.protected(), Role::Protected, "protected"),
        false => (" ", Role::Text, ""),
    };
    let mark = if here { look.palette.sign("▸", ">") } else { " " };
    let waits = notice(look, situation, environment, columns);
    // Without a column of its own it replaces a good health, and otherwise shows only its sign.
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
fn notice(
    look: &Look,
    situation: Situation<'_>,
    environment: &Environment,
    columns: &EnvironmentColumns,
) -> Option<Row> {
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
    columns: &EnvironmentColumns,
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
fn locked(look: &Look, situation: Situation<'_>, env: &EnvName, columns: &EnvironmentColumns) -> Option<Row> {
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
