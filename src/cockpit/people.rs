//! Who is here, in words: for the page, and for those who read lines.

use super::presence::Presences;
use jiff::Timestamp;
use tminus_core::names::SeatId;
use tminus_core::plan::Plan;
use tminus_core::seat::{Seat, SeatRole, Seats};
use tminus_core::time::{age, brief};

/// Everybody who is here, as one of them sees it.
#[derive(Clone, Copy)]
pub struct People<'a> {
    /// The seats.
    pub seats: &'a Seats,
    /// The plan, which says whether one system user may count as two.
    pub plan: &'a Plan,
    /// Where they look.
    pub glances: &'a Presences,
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

    /// Says who shares a system user, once for each of them, and what that means for approvals.
    pub fn shared(&self) -> Vec<String> {
        let mut said: Vec<&Seat> = Vec::new();
        let mut lines = Vec::new();
        for seat in self.in_order() {
            let others: Vec<&Seat> = self.seats.same_user(seat).collect();
            if others.is_empty() || said.iter().any(|one| one.id == seat.id) {
                continue;
            }
            let all: Vec<&Seat> = std::iter::once(seat).chain(others).collect();
            let names: Vec<String> = all.iter().map(|one| format!("{} at {}", one.who.name, one.place)).collect();
            let says = format!("{} are one system user", names.join(", "));
            lines.push(format!("{says}{}", self.counted()));
            said.extend(all);
        }
        lines
    }

    /// Says how approvals of one system user count.
    fn counted(&self) -> String {
        let ruled = self.plan.environments.iter().filter_map(|e| Some((e, e.approvals.as_ref()?)));
        let (accept, once): (Vec<_>, Vec<_>) = ruled.partition(|(_, rule)| rule.same_user);
        let names = |of: Vec<(&tminus_core::plan::Environment, _)>| {
            of.into_iter().map(|(e, _)| e.name.to_string()).collect::<Vec<_>>().join(", ")
        };
        match (once.is_empty(), accept.is_empty()) {
            (true, true) => String::new(),
            (_, true) => "; their approvals count once".to_owned(),
            (true, false) => "; the plan lets their approvals count as several (same-user)".to_owned(),
            (false, false) => format!(
                "; their approvals count once, but as several in {}, where the plan says so (same-user)",
                names(accept)
            ),
        }
    }

    /// Says who is here, line by line.
    pub fn lines(&self, moment: &dyn Fn(Timestamp) -> String) -> Vec<String> {
        let mut lines = Vec::new();
        for seat in self.seats.iter() {
            lines.push(format!("{}, {}", self.heading(seat), self.about(seat, moment).join(", ")));
        }
        lines.extend(self.shared());
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
            SeatRole::Driver => 0,
            SeatRole::Navigator => 1,
            SeatRole::Observer => 2,
        });
        all
    }
}
