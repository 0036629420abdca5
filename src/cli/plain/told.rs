//! What is said: what happens as it happens, and on demand where it stands, the logs, the journal, the checks.

use super::talk::{SpokenLogs, Talk, TalkStep};
use crate::cli::commands::carried::Carrier;
use crate::cli::commands::{approve, check, journal, status_lines};
use crate::cli::show;
use jiff::Timestamp;
use std::sync::Arc;
use tminus_cockpit::Presences;
use tminus_core::adoption::Adoptable;
use tminus_core::fact::{Fact, GateFact, Record};
use tminus_core::failure::Failure;
use tminus_core::names::{CheckName, EnvName, LogName, SeatId};
use tminus_core::situation::EnvTrouble;
use tminus_core::telemetry::{Event, JOURNAL_WAY_ON, LogLine, Telemetry};
use tminus_core::time::{age, brief};
use tminus_engine::EngineNews;

/// How many log lines are kept for who asks for them.
const KEPT: usize = 500;

impl Talk<'_> {
    /// Says that nothing more is begun, and what a person does about it.
    pub(super) fn lost(&self, failure: &Failure) {
        show::line(&format!("! {}. Now {JOURNAL_WAY_ON}", failure.sentence()));
    }

    pub(super) fn status(&self) {
        // The talk has an engine: it would not go on without one.
        let desk = (&self.desk.project, Carrier::Engine, status_lines::Looked::Now);
        status_lines::print(&self.situation(), desk, &self.outlook(), status_lines::TypedIn::Talk);
    }

    pub(super) fn hear(&mut self, news: EngineNews) -> TalkStep {
        match news {
            EngineNews::Resync(fresh) => {
                let missed = fresh.passed.saturating_sub(self.snapshot.passed);
                self.glances = Presences::default();
                fresh.present.iter().for_each(|told| self.glances.take(told));
                self.snapshot = fresh;
                show::line("Too much happened to report it line by line; this is where it stands now:");
                self.status();
                if missed > 0 && !matches!(self.followed, SpokenLogs::Nothing) {
                    show::line(&format!(
                        "{missed} log lines came meanwhile and were skipped; `logs` prints the newest"
                    ));
                }
            }
            EngineNews::Event(Event::Fact(record)) => self.learn(&record),
            EngineNews::Event(Event::Telemetry(Telemetry::JournalLost { failure })) => {
                self.lost(&failure);
            }
            EngineNews::Event(Event::Telemetry(Telemetry::Log(lines))) => {
                lines.iter().cloned().for_each(|line| self.keep(line));
            }
            EngineNews::Event(Event::Telemetry(told)) => self.glances.take(&told),
        }
        TalkStep::Go
    }

    fn learn(&mut self, record: &Record) {
        let before = self.outlook().shown();
        let troubles = self.situation().troubles();
        Arc::make_mut(&mut self.snapshot.release).apply(record);
        let time = self.time(record.at, "%H:%M:%S");
        show::line(&format!("{time} {}: {}", record.who.label(), record.sentence(&self.snapshot.release)));
        self.count_approvals(record);
        self.hear_of_seats(record);
        self.tell_troubles(&troubles, &time);
        let outlook = self.outlook();
        if outlook.shown() != before {
            let short = outlook.in_short();
            let short = if short.is_empty() { short } else { format!(", {short}") };
            show::line(&format!("{time} it is {} now{short}", outlook.shown()));
        }
    }

    /// Says what went wrong just now, and what is well again.
    fn tell_troubles(&self, before: &[EnvTrouble], time: &str) {
        let now = self.situation().troubles();
        let is_known =
            |all: &[EnvTrouble], one: &EnvTrouble| all.iter().any(|t| t.env == one.env && t.kind == one.kind);
        for new in now.iter().filter(|t| !is_known(before, t)) {
            show::line(&format!(
                "{time} ! {}",
                status_lines::in_trouble(new, self.zone.clone(), status_lines::TypedIn::Talk)
            ));
        }
        for over in before.iter().filter(|t| !now.iter().any(|n| n.env == t.env)) {
            show::line(&format!("{time} no longer {}", over.in_short()));
        }
    }

    /// Says behind an approval how many there are now, of how many.
    fn count_approvals(&self, record: &Record) {
        let Fact::Gate(GateFact::Approved { action, .. }) = &record.fact else { return };
        if let Some(count) = approve::count(&self.snapshot, action, self.handle.now()) {
            show::line(&format!("{action} has {}", approve::words(&count)));
        }
    }

    fn keep(&mut self, line: LogLine) {
        let is_followed = match &self.followed {
            SpokenLogs::Nothing => false,
            SpokenLogs::All => true,
            SpokenLogs::One(source) => *source == line.source,
        };
        if is_followed {
            self.say_line(&line);
        }
        self.snapshot.passed += 1;
        let lines = &mut self.snapshot.lines;
        if lines.len() >= KEPT {
            lines.drain(..=lines.len() - KEPT);
        }
        lines.push(line);
    }

    fn say_line(&self, line: &LogLine) {
        show::line(&format!("{} {:<12} {}", self.time(line.at, "%H:%M:%S.%3f"), line.source, line.text));
    }

    /// Says the newest lines of a source, or of all of them, oldest first.
    pub(super) fn logs(&self, (source, count): (Option<LogName>, usize)) {
        let is_asked = |line: &&LogLine| source.as_ref().is_none_or(|source| *source == line.source);
        let mut lines: Vec<&LogLine> = self.snapshot.lines.iter().rev().filter(is_asked).take(count).collect();
        if lines.is_empty() {
            return show::line("no line was seen yet");
        }
        lines.reverse();
        lines.into_iter().for_each(|line| self.say_line(line));
    }

    pub(super) fn follow(&mut self, source: Option<LogName>) {
        let what = source.as_ref().map_or_else(|| "every source".to_owned(), ToString::to_string);
        self.followed = source.map_or(SpokenLogs::All, SpokenLogs::One);
        show::line(&format!("printing the lines of {what} as they come, until `quiet`"));
    }

    pub(super) fn quiet(&mut self) {
        self.followed = SpokenLogs::Nothing;
        show::line("log lines are no longer printed");
    }

    /// Says the newest entries of the journal that tell something, oldest first.
    pub(super) fn journal(&self, count: usize) {
        let story = &self.snapshot.release.story;
        let mut told: Vec<&Arc<Record>> =
            story.iter().rev().filter(|r| journal::is_telling(&r.fact)).take(count).collect();
        told.reverse();
        for record in told {
            let at = self.time(record.at, "%Y-%m-%d %H:%M:%S");
            show::line(&format!(
                "{:>5} {at} {}: {}",
                record.seq,
                record.who.label(),
                record.sentence(&self.snapshot.release)
            ));
        }
    }

    /// Says how checks stand.
    pub(super) fn checks(&self, names: &[CheckName]) {
        let situation = self.situation();
        for check in names.iter().filter_map(|name| situation.plan.check(name)) {
            show::line(&check::row(check, &situation.standing(check, None)));
        }
    }

    /// Says what the gate of an environment waits for and a waiver could pass.
    pub(super) fn waits(&self, env: &EnvName) {
        match self.waiting(env) {
            Err(why) => show::line(&why),
            Ok(items) if items.is_empty() => show::line(&format!("the gate of {env} waits for nothing to waive")),
            Ok(items) => {
                for item in &items {
                    let sign = show::sign(item.verdict);
                    show::line(&format!("{sign} {}  {}: {}: {}", item.item, item.title, item.verdict.word(), item.why));
                }
                show::line(&format!("`waive {env} ITEM` goes on without one of these, with a reason."));
            }
        }
    }

    /// Says what can be adopted in an environment.
    pub(super) fn adoptable(&self, env: &EnvName, all: &[Adoptable]) {
        if all.is_empty() {
            return show::line(&format!("there is nothing to adopt in {env}"));
        }
        all.iter().for_each(|seen| show::line(&seen.words(env)));
        show::line(&format!("`adopt {env} ARTIFACT` adopts it, with a reason."));
    }

    /// Says what happened since this person left, where anything did.
    pub(super) fn catch_up(&self, seat: Option<&SeatId>) {
        let release = &self.snapshot.release;
        let Some(away) = seat.and_then(|seat| release.away(seat)) else { return };
        let records = release.catch_up(away.after, None);
        if records.is_empty() {
            return;
        }
        let ago = brief(age(self.desk.handle.now(), away.since));
        show::line(&format!("{}, {ago} ago:", away.words()));
        for record in records {
            let at = self.time(record.at, "%H:%M:%S");
            show::line(&format!("  {at} {}: {}", record.who.label(), record.sentence(release)));
        }
    }

    fn time(&self, at: Timestamp, shape: &str) -> String {
        at.to_zoned(self.zone.clone()).strftime(shape).to_string()
    }
}
