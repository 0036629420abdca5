//! Who is here, in words: for the page, and for those who read lines.

use super::presence::Glances;
use crate::domain::names::SeatId;
use crate::domain::plan::Plan;
use crate::domain::seat::{Role, Seat, Seats};
use crate::domain::time::{age, brief};
use jiff::Timestamp;

/// Everybody who is here, as one of them sees it.
#[derive(Clone, Copy)]
pub struct People<'a> {
    /// The seats.
    pub seats: &'a Seats,
    /// The plan, which says whether one system user may count as two.
    pub plan: &'a Plan,
    /// Where they look.
    pub glances: &'a Glances,
    /// One's own seat.
    pub own: Option<&'a SeatId>,
    /// The time.
    pub now: Timestamp,
}

impl<'a> People<'a> {
    /// Says who it is and what they do: `dana (you) drives`.
    pub fn heading(&self, seat: &Seat) -> String {
        format!("{}{} {}", seat.who.name, self.mark(seat), seat.role.verb())
    }

    /// Returns what is put behind one's own name.
    pub fn mark(&self, seat: &Seat) -> &'static str {
        if self.own == Some(&seat.id) { " (you)" } else { "" }
    }

    /// Returns what else is known of a seat, piece by piece, the moments written as whoever asks writes them.
    pub fn about(&self, seat: &Seat, moment: &dyn Fn(Timestamp) -> String) -> Vec<String> {
        let mut pieces = vec![
            format!("user {} on {}", seat.who.user, seat.who.host),
            format!("at {}", seat.place),
            format!("since {}", moment(seat.since)),
        ];
        pieces
            .extend(seat.asks.map(|since| format!("asks for the driver's seat since {}", brief(age(self.now, since)))));
        let Some(glance) = self.glances.of(&seat.id) else {
            pieces.push("view not known yet".to_owned());
            return pieces;
        };
        pieces.push(format!("looks at {}", glance.view));
        let (columns, lines) = glance.size;
        if columns > 0 {
            pieces.push(format!("on {columns}x{lines}"));
        }
        pieces.push(format!("last key {} ago", brief(age(self.now, glance.key))));
        pieces
    }

    /// Says with whom a seat shares its system user, and what that means for approvals; nothing when it has it alone.
    pub fn shares(&self, seat: &Seat) -> Option<String> {
        let others: Vec<String> =
            self.seats.same_user(seat).map(|other| format!("{} at {}", other.who.name, other.place)).collect();
        if others.is_empty() {
            return None;
        }
        let ruled = self.plan.environments.iter().filter_map(|e| Some((e, e.approvals.as_ref()?)));
        let (accept, once): (Vec<_>, Vec<_>) = ruled.partition(|(_, rule)| rule.same_user);
        let names = |of: Vec<(&crate::domain::plan::Environment, _)>| {
            of.into_iter().map(|(e, _)| e.name.to_string()).collect::<Vec<_>>().join(", ")
        };
        let count = match (once.is_empty(), accept.is_empty()) {
            (true, true) => String::new(),
            (_, true) => "; approvals of this user count once".to_owned(),
            (true, false) => "; the plan lets approvals of this user count as several (same-user)".to_owned(),
            (false, false) => format!(
                "; approvals of this user count once, but as several in {}, where the plan says so (same-user)",
                names(accept)
            ),
        };
        Some(format!("the same system user as {}: they cannot be told apart{count}", others.join(", ")))
    }

    /// Says who is here, line by line.
    pub fn lines(&self, moment: &dyn Fn(Timestamp) -> String) -> Vec<String> {
        let mut lines = Vec::new();
        for seat in self.seats.iter() {
            lines.push(format!("{}, {}", self.heading(seat), self.about(seat, moment).join(", ")));
            lines.extend(self.shares(seat).map(|shares| format!("  {} is {shares}", seat.who.name)));
        }
        if lines.is_empty() {
            lines.push("nobody sits here: the engine is this program's own".to_owned());
        } else if let (None, Some(kept)) = (self.seats.driver(), self.seats.kept()) {
            lines.push(format!("nobody drives: {}", kept.says()));
        } else if self.seats.driver().is_none() {
            lines.push("nobody drives: the driver's seat can be taken".to_owned());
        }
        lines
    }

    /// Returns everybody in the order in which a screen lists them: who drives, who navigates, who observes.
    pub fn in_order(self) -> Vec<&'a Seat> {
        let mut all: Vec<&'a Seat> = self.seats.iter().collect();
        all.sort_by_key(|seat| match seat.role {
            Role::Driver => 0,
            Role::Navigator => 1,
            Role::Observer => 2,
        });
        all
    }
}
