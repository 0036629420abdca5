//! The containers of an environment as rows in columns; the narrower the screen, the fewer columns.

use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Row, width};
use crate::words;
use tminus_core::names::EnvName;
use tminus_core::order::Health;
use tminus_core::telemetry::{Container, ContainerRole, Load};
use tminus_core::time::{age, brief};

/// A picture of one place's containers that is older than this is not what is now.
const OLD: std::time::Duration = std::time::Duration::from_secs(90);

/// The lines of an environment's containers; each is made only when it is drawn.
pub(super) struct ContainerLines<'a> {
    lines: Vec<ContainerLine<'a>>,
    columns: ContainerColumns,
}

#[derive(Clone, Copy)]
enum ContainerLine<'a> {
    Gap,
    Heading(usize, jiff::Timestamp),
    Head,
    Old(jiff::Timestamp),
    Container(&'a Container, Freshness),
}

/// The memory with its limit beside it.
const WITH_LIMIT: usize = 18;

/// Whether a picture is what is now.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Freshness {
    Now,
    Old,
}

/// How wide each column is; one that has no room is 0.
#[derive(Clone, Copy, Default)]
struct ContainerColumns {
    name: usize,
    state: usize,
    cpu: usize,
    memory: usize,
    restarts: usize,
    ports: usize,
}

impl ContainerColumns {
    /// Gives room by importance: name and state, CPU, memory, restarts, ports.
    fn of(room: usize, longest: usize) -> Self {
        let state = if room < 50 { 20 } else { 24 };
        let name = (longest + 1).clamp(8, room.saturating_sub(state).clamp(8, 44));
        let left = room.saturating_sub(name + state);
        let (cpu, memory, restarts) = match left {
            0..8 => (0, 0, 0),
            8..18 => (8, 0, 0),
            18..28 => (8, 10, 0),
            28..36 => (8, 10, 10),
            36.. => (8, WITH_LIMIT, 10),
        };
        let ports = left - cpu - memory - restarts;
        Self { name, state, cpu, memory, restarts, ports: if ports < 12 { 0 } else { ports } }
    }
}

/// Collects the containers of an environment; nothing where none were told of.
pub(super) fn lines<'a>(look: &'a Look, env: &EnvName, room: usize) -> ContainerLines<'a> {
    let mut all = ContainerLines { lines: Vec::new(), columns: ContainerColumns::default() };
    let places = look.live.containers.iter().filter(|((of, _), (_, list))| of == env && !list.is_empty());
    let mut longest = 0;
    let mut oldest = look.now;
    let mut rows = Vec::new();
    for ((_, artifact), (at, list)) in places {
        let place = look.world.as_ref().and_then(|w| w.release.environments.get(env)?.places.get(artifact));
        let is_lost = place.is_some_and(|p| p.lost.is_some());
        let is_old = is_lost || age(look.now, *at) > OLD;
        rows.extend(is_old.then_some(ContainerLine::Old(*at)));
        let freshness = if is_old { Freshness::Old } else { Freshness::Now };
        rows.extend(list.iter().map(|c| ContainerLine::Container(c, freshness)));
        oldest = oldest.min(*at);
        longest = list.iter().map(|c| width(&c.name)).max().unwrap_or(0).max(longest);
    }
    let count = rows.iter().filter(|r| matches!(r, ContainerLine::Container(..))).count();
    if count > 0 {
        all.lines = vec![ContainerLine::Gap, ContainerLine::Heading(count, oldest), ContainerLine::Head];
        all.lines.extend(rows);
        all.columns = ContainerColumns::of(room, longest);
    }
    all
}

impl ContainerLines<'_> {
    pub(super) fn count(&self) -> usize {
        self.lines.len()
    }

    /// Returns the name of the container on a line, if one is.
    pub(super) fn name(&self, line: usize) -> Option<&str> {
        match self.lines.get(line)? {
            ContainerLine::Container(container, _) => Some(&container.name),
            ContainerLine::Gap | ContainerLine::Heading(..) | ContainerLine::Head | ContainerLine::Old(_) => None,
        }
    }

    /// Makes one line.
    pub(super) fn row(&self, look: &Look, line: usize) -> Row {
        match self.lines.get(line) {
            None | Some(ContainerLine::Gap) => Row::new(),
            Some(ContainerLine::Heading(count, at)) => {
                let row = Row::heading("Containers").put(format!("  {count}"), Role::Dim);
                row.right(words::seen_ago(age(look.now, *at)), Role::Dim)
            }
            Some(ContainerLine::Head) => self.head(),
            Some(ContainerLine::Old(at)) => {
                let (since, old) = (look.time_of_day(*at), brief(age(look.now, *at)));
                Row::new().put(format!("? as they were at {since}, {old} ago; not seen since"), Role::Warn)
            }
            Some(ContainerLine::Container(container, Freshness::Now)) => self.container(look, container),
            Some(ContainerLine::Container(container, Freshness::Old)) => self.container(look, container).faded(),
        }
    }

    fn head(&self) -> Row {
        let ContainerColumns { name, state, cpu, memory, restarts, ports } = self.columns;
        let all = [("name", name), ("state", state), ("    cpu", cpu), (" memory", memory), ("restarts", restarts)];
        let all = all.into_iter().chain([("ports", ports)]).filter(|(_, wide)| *wide > 0);
        all.fold(Row::new(), |row, (word, wide)| row.column(word, Role::Dim, wide))
    }

    fn container(&self, look: &Look, container: &Container) -> Row {
        let columns = self.columns;
        let (sign, role) = sign(look, container);
        let name = if container.role == ContainerRole::Serves { Role::Text } else { Role::Dim };
        let row = Row::new().column(short_name(&container.name, columns.name), name, columns.name);
        let word = state_word(container, columns.restarts == 0);
        let restarted = container.restarts > 0 && container.role != ContainerRole::Kept;
        let role = if restarted && columns.restarts == 0 && role == Role::Pass { Role::Warn } else { role };
        let row = row.column(format!("{sign} {word}"), role, columns.state);
        let row = cell(row, load(container, cpu), Role::Text, columns.cpu);
        let memory = if columns.memory < WITH_LIMIT { memory } else { memory_of_limit };
        let row = cell(row, load(container, memory), Role::Text, columns.memory);
        let times = if restarted { format!("{} times", container.restarts) } else { String::new() };
        let row = cell(row, times, Role::Warn, columns.restarts);
        cell(row, container.ports.join(", "), Role::Dim, columns.ports)
    }
}

fn cell(row: Row, text: String, role: Role, columns: usize) -> Row {
    if columns > 0 { row.column(text, role, columns) } else { row }
}

/// What is kept and does not run is as it should be; what runs beside and tells nothing alarms nobody.
fn sign(look: &Look, container: &Container) -> (&'static str, Role) {
    let (sign, role) = look.palette.health(container.health);
    match (container.role, container.health) {
        (ContainerRole::Kept, Health::Stopped | Health::Absent) => (sign, Role::Dim),
        (ContainerRole::Beside, Health::Unknown) => (sign, Role::Dim),
        (ContainerRole::Serves | ContainerRole::Candidate | ContainerRole::Kept | ContainerRole::Beside, _) => {
            (sign, role)
        }
    }
}

/// Returns the word for how a container is: one that is paused is no longer served, and is not gone either.
pub(super) fn health_word(container: &Container) -> &'static str {
    match container.health {
        Health::Unknown => "up, no check",
        Health::Stopped if container.words.to_lowercase().contains("paused") => "paused",
        Health::Healthy | Health::Starting | Health::Unhealthy | Health::Stopped | Health::Absent | Health::Waiting => {
            container.health.word()
        }
    }
}

/// Writes how a container is, and what it is to the release where it does not serve.
fn state_word(container: &Container, restarts_too: bool) -> String {
    let word = health_word(container);
    let role = match container.role {
        ContainerRole::Serves | ContainerRole::Beside => "",
        ContainerRole::Candidate => ", new",
        ContainerRole::Kept => ", kept",
    };
    match (restarts_too, container.restarts) {
        (true, count @ 1..) if container.role != ContainerRole::Kept => format!("{word}, {count} restarts"),
        (true | false, _) => format!("{word}{role}"),
    }
}

fn load(container: &Container, write: fn(&Load) -> String) -> String {
    let runs = !matches!(container.health, Health::Stopped | Health::Absent);
    let unmeasured = if runs { format!("{:>7}", "–") } else { String::new() };
    container.load.as_ref().filter(|_| runs).map_or(unmeasured, write)
}

fn cpu(load: &Load) -> String {
    format!("{:>5.1} %", load.cpu * 100.0)
}

fn memory(load: &Load) -> String {
    format!("{:>4.0} MB", load.memory as f64 / 1e6)
}

fn memory_of_limit(load: &Load) -> String {
    match load.limit {
        Some(limit) => format!("{:>4.0} of {:.0} MB", load.memory as f64 / 1e6, limit as f64 / 1e6),
        None => memory(load),
    }
}

/// Cuts a name in its middle: its end tells it from its neighbours.
fn short_name(name: &str, columns: usize) -> String {
    let letters: Vec<char> = name.chars().collect();
    let room = columns.saturating_sub(1);
    if width(name) <= room || letters.len() <= room || room < 6 {
        return name.to_owned();
    }
    let tail = (room - 1) / 2;
    let head: String = letters[..room - 1 - tail].iter().collect();
    let end: String = letters[letters.len() - tail..].iter().collect();
    format!("{head}…{end}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_give_way_by_importance_and_never_pass_the_room() {
        let shown = |room: usize, longest: usize| {
            let c = ContainerColumns::of(room, longest);
            assert!(c.name + c.state + c.cpu + c.memory + c.restarts + c.ports <= room.max(28), "{room}");
            [c.cpu, c.memory, c.restarts, c.ports].map(|wide| wide > 0)
        };
        assert_eq!(shown(156, 20), [true, true, true, true]);
        assert_eq!(shown(116, 20), [true, true, true, true]);
        assert_eq!(shown(76, 22), [true, true, true, false]);
        assert_eq!(shown(58, 14), [true, true, false, false]);
        assert_eq!(shown(36, 14), [false, false, false, false]);
    }
    #[test]
    fn names_that_are_too_long_keep_their_ends() {
        assert_eq!(short_name("bayitplus-backend-12", 16), "bayitpl…kend-12");
        assert_eq!(short_name("nginx", 16), "nginx");
    }
}
