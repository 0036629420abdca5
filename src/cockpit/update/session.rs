//! Looking again as the last time.

use super::state::State;
use crate::filter::Filter;
use crate::panes;
use crate::session::Session;
use crate::spot::Spot;
use crate::view::View;
use tminus_core::verdict::Verdict;
use tminus_logs::pattern::Pattern;

/// How many marks are remembered, and how long their texts may be.
const MARKS: usize = 50;
const LONGEST: usize = 200;
/// How many unread messages are remembered, the newest.
const UNREAD: usize = 50;

impl State {
    /// Returns how somebody looks now.
    pub(crate) fn session_now(&self) -> Session {
        let numbered = self.trail.iter().rev().find(|spot| panes::page(&spot.view).is_numbered());
        let written = |filter: &Option<Filter>| filter.as_ref().map(|filter| filter.text.clone()).unwrap_or_default();
        Session {
            view: numbered.map_or("", |spot| spot.view.context()).to_owned(),
            searches: self.looking.history.clone(),
            checks: written(&self.looking.checks),
            facts: written(&self.looking.facts),
            lines: self.logs.filter_written().to_owned(),
            hidden: self.logs.hidden().clone(),
            fold: self.logs.fold(),
            clock: self.logs.clock(),
            marks: self.logs.marks(MARKS),
            unread: self.said.newest_unread(UNREAD),
        }
    }

    /// Looks again as the last time. Where something is wrong, it comes up on that, and nothing is left out.
    pub(crate) fn restore_session(&mut self) {
        let Some(session) = self.session.take() else { return };
        self.look.looking.history = session.searches;
        self.look.said.bring_back(session.unread);
        self.look.logs.show_as(session.fold, session.clock);
        for (at, text) in session.marks.into_iter().rev().take(MARKS).rev() {
            let short: String = tminus_logs::clean::line(&text).chars().take(LONGEST).collect();
            self.look.logs.mark_again(at, short);
        }
        let is_wrong =
            self.outlook().is_some_and(|outlook| outlook.blocking.iter().any(|r| r.verdict == Verdict::Fail));
        let is_stuck = self.world.iter().any(|world| world.release.active_actions().next().is_some());
        if is_wrong || is_stuck {
            return;
        }
        self.look.logs.restore_sieve(Pattern::query(&session.lines).ok().flatten(), session.hidden);
        self.look.looking.checks = Filter::read(&session.checks, panes::checklist::FIELDS).unwrap_or(None);
        self.look.looking.facts = Filter::read(&session.facts, panes::journal::FIELDS).unwrap_or(None);
        self.sift_journal();
        let view = View::alone().find(|view| panes::page(view).is_numbered() && view.context() == session.view);
        if let Some(view) = view.filter(|view| *view != View::Overview && self.trail.len() == 1) {
            self.look.trail.push(Spot::top_of(view));
            let row = self.here().first(self);
            self.move_to(row);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Message, Press, Repeat};
    use crate::notices::NoticeLine;
    use crate::opening::CockpitSettings;
    use crate::panes::logs::{LongLines, TimeDisplay};
    use crate::settings::keymap::parse_chord;
    use crate::update::Cockpit;
    use jiff::Timestamp;
    use std::path::Path;
    use std::sync::Arc;
    use std::time::{Duration, Instant};
    use tminus_core::command::Refusal;
    use tminus_core::grammar::plan;
    use tminus_core::names::{Person, Version};
    use tminus_core::release::Release;
    use tminus_core::who::Who;
    use tminus_engine::Snapshot;

    fn opened(session: Option<Session>) -> Cockpit {
        let who = Who { name: Person::new("dana"), user: "dana".into(), host: "desk".into() };
        let version = Version::parse("1.0.0").unwrap();
        let mut cockpit = Cockpit::new(who, version, Timestamp::UNIX_EPOCH, &CockpitSettings::default());
        session.into_iter().for_each(|session| cockpit.restore(session));
        let text = include_str!("../../../assets/plans/rehearsal.toml");
        let plan = Arc::new(plan::read(Path::new("tminus.toml"), text).unwrap().plan);
        let (lines, newest, present) = (Vec::new(), Vec::new(), Vec::new());
        let release = Arc::new(Release::default());
        let snapshot = Snapshot { plan, release, lines, passed: 0, newest, present, lost_logs: Vec::new(), lost: None };
        cockpit.take(Message::Joined(Box::new(snapshot)));
        cockpit
    }

    #[test]
    fn one_comes_back_to_the_view_the_filters_and_the_marks_that_one_left() {
        let mut cockpit = opened(None);
        let mut at = Instant::now();
        for stroke in parse_chord("4 & p o o l enter 3 w t m & ! x enter").unwrap() {
            at += Duration::from_millis(500);
            cockpit.take(Message::Key(Press { stroke, repeat: Repeat::Fresh, at }));
        }
        let left = cockpit.session();
        assert_eq!((left.view.as_str(), left.checks.as_str(), left.lines.as_str()), ("pane.logs", "pool", "!x"));
        assert_eq!((left.fold, left.clock, left.marks.len()), (LongLines::Wrapped, TimeDisplay::None, 1));
        assert_eq!(left.searches, ["pool", "!x"]);
        assert_eq!(opened(Some(left.clone())).session(), left);
    }

    #[test]
    fn what_was_left_unread_is_unread_the_next_time() {
        let refused = Refusal::held("deploy to staging is blocked: the gate is closed").with(vec!["tests fail".into()]);
        let entry = NoticeLine::refused(Timestamp::UNIX_EPOCH, "deploy staging", refused);
        let left = Session { unread: vec![entry], ..Session::default() };
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("session.json");
        left.write(&file);
        let mut next = opened(Session::read(&file));
        let unread = |cockpit: &Cockpit| cockpit.session().unread;
        assert_eq!(unread(&next).iter().map(NoticeLine::whole).collect::<Vec<_>>(), [left.unread[0].whole()]);
        let mut at = Instant::now();
        for stroke in parse_chord("M R").unwrap() {
            at += Duration::from_millis(500);
            next.take(Message::Key(Press { stroke, repeat: Repeat::Fresh, at }));
        }
        assert_eq!(unread(&next), []);
    }

    #[test]
    fn what_is_written_is_read_again_and_a_broken_file_is_none() {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("session.json");
        let marks = vec![(Timestamp::UNIX_EPOCH, "mark 12:00".to_owned())];
        let session = Session { view: "pane.logs".into(), fold: LongLines::Wrapped, marks, ..Session::default() };
        session.write(&file);
        assert_eq!(Session::read(&file), Some(session));
        std::fs::write(&file, "{").unwrap();
        assert_eq!(Session::read(&file), None);
        std::fs::write(&file, "{\"view\": \"pane.logs\", \"later\": 1}").unwrap();
        assert_eq!(Session::read(&file).map(|read| read.view), Some("pane.logs".to_owned()));
    }
}
