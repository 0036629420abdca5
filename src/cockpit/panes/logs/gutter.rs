//! What stands before every line: when it came, whether it was late, and from where; each in a column of its own.

use super::entry::LogEntry;
use super::entry::TimeDisplay;
use super::state::Logs;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Row, safe, width};
use jiff::Timestamp;
use tminus_core::names::LogName;
use tminus_core::time::{age, brief};

/// Under this many columns the time has no fraction, and a source fewer letters.
const NARROW: usize = 60;

/// How wide the columns before a line are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Gutter {
    clock: usize,
    source: usize,
}

impl Gutter {
    pub(super) fn of(look: &Look, columns: usize) -> Self {
        let own = look.time_format.as_ref().map(|format| width(&written(look, format, look.now)));
        let clock = match (look.logs.clock, own) {
            (TimeDisplay::Day, Some(own)) => own,
            (clock, _) => clock.columns(columns),
        };
        let most = if columns < NARROW { 8 } else { 16 };
        // By every source that has told anything, not by those in sight: the texts do not jump as lines go by.
        let told = look.logs.sources().keys();
        let longest = told.map(|name| width(name.as_str())).max().unwrap_or(0).min(most);
        Self { clock, source: longest }
    }

    pub(super) fn width(self) -> usize {
        self.clock + 1 + if self.source > 0 { self.source + 1 } else { 0 }
    }

    /// Begins the first row of a line.
    pub(super) fn row(self, look: &Look, entry: &LogEntry) -> Row {
        let row = match self.clock {
            0 => Row::new(),
            wide => Row::new().put(format!("{:>wide$}", self.time(look, entry)), Role::Dim),
        };
        let row = match entry.late {
            Some(_) => row.put("↑", Role::Warn),
            None => row.put(" ", Role::Dim),
        };
        match self.source {
            0 => row,
            wide => row.column(entry.source.as_str(), role(look, &entry.source), wide + 1),
        }
    }

    /// Begins a further row of a line that is folded.
    pub(super) fn blank(self) -> Row {
        Row::new().put(" ".repeat(self.width()), Role::Dim)
    }

    fn time(self, look: &Look, entry: &LogEntry) -> String {
        let at = entry.at.to_zoned(look.zone.clone());
        match look.logs.clock {
            TimeDisplay::Day if look.time_format.is_some() => {
                written(look, look.time_format.as_deref().unwrap_or_default(), entry.at)
            }
            TimeDisplay::Day if self.clock < 12 => at.strftime("%H:%M:%S").to_string(),
            TimeDisplay::Day => at.strftime("%H:%M:%S%.3f").to_string(),
            TimeDisplay::None => String::new(),
            TimeDisplay::Age => brief(age(look.now, entry.at)),
            TimeDisplay::Full => at.strftime("%Y-%m-%d %H:%M:%S%.3f%:z").to_string(),
        }
    }
}

/// Writes a time in the format that somebody has set; it was tried when it was read.
fn written(look: &Look, format: &str, at: Timestamp) -> String {
    let at = at.to_zoned(look.zone.clone());
    safe(&jiff::fmt::strtime::format(format, &at).unwrap_or_default()).into_owned()
}

impl TimeDisplay {
    /// Returns how wide a time is in a pane of so many columns.
    const fn columns(self, columns: usize) -> usize {
        match self {
            Self::Day if columns < NARROW => 8,
            Self::Day => 12,
            Self::None => 0,
            Self::Age => 4,
            Self::Full => 29,
        }
    }
}

/// Returns the sources: those of the plan in its order, then any other that lines came from.
pub(super) fn sources(look: &Look) -> Vec<LogName> {
    let plan = look.world.as_ref().map(|world| world.plan.logs.as_slice()).unwrap_or_default();
    let mut all: Vec<LogName> = plan.iter().map(|stream| stream.name.clone()).collect();
    all.extend(look.logs.sources().keys().filter(|name| !plan.iter().any(|stream| stream.name == **name)).cloned());
    all
}

/// Returns the colour of a source: by its place in the plan, so that it is the same every day.
pub(super) fn role(look: &Look, source: &LogName) -> Role {
    const ROLES: [Role; 6] = [Role::Source1, Role::Source2, Role::Source3, Role::Source4, Role::Source5, Role::Source6];
    let place = sources(look).iter().position(|name| name == source).unwrap_or(0);
    ROLES[place % ROLES.len()]
}

/// Says whether a source is hidden or shown, in words for the heading.
pub(super) fn hidden_words(look: &Look, logs: &Logs) -> Option<String> {
    let (hidden, shown): (Vec<LogName>, Vec<LogName>) =
        sources(look).into_iter().partition(|name| logs.is_hidden(name));
    let list = |names: &[LogName]| names.iter().map(LogName::as_str).collect::<Vec<_>>().join(", ");
    match (hidden.len(), shown.len()) {
        (0, _) => None,
        (_, 0) => Some("no source".to_owned()),
        (hiding, showing) if showing <= hiding => Some(format!("{} only", list(&shown))),
        (_, _) => Some(format!("without {}", list(&hidden))),
    }
}
