//! The T-clock: the release's moments on a line, then one by one, and where each stands.

use super::checklist::title_of;
use super::lines::{self, PageLine};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{ListCursor, Row, Track, fold_lines, frame, width};
use crate::words;
use jiff::Timestamp;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::Phase;
use tminus_core::situation::{Course, CourseEvent, CourseMoment, Situation};
use tminus_core::time::{age, brief, t_clock};
use tminus_core::verdict::Verdict;

pub(super) fn draw(look: &Look, cursor: ListCursor, (area, buffer): (Rect, &mut Buffer)) {
    let zero = look.situation().and_then(|s| s.zero());
    let heading = Row::new().put(" T-clock ", Role::Title);
    let heading = match zero {
        Some(zero) => heading.right(format!(" T-0 is {} ", look.day_and_time(zero)), Role::Dim),
        None => heading.right(" T-0 is not set ", Role::Warn),
    };
    let inside = frame(area, &heading, cursor.attention, buffer, &look.palette);
    let lines = lines(look, usize::from(inside.width));
    lines::draw(look, &lines, cursor, (inside, buffer));
}

pub(super) fn lines(look: &Look, room: usize) -> Vec<PageLine> {
    let Some(situation) = look.situation() else { return vec![PageLine::plain(Row::dim("reading the journal…"))] };
    let mut rows = match (situation.opening(), situation.zero()) {
        (None, _) => unset("is not open: `tminus release open` or `release cut` opens it", look, room),
        (Some(_), None) => unset(
            "has no T-0 yet: `tminus release schedule TIME` sets it, with TIME like 2026-11-22T14:00:00Z or +2h",
            look,
            room,
        ),
        (Some(_), Some(_)) => Vec::new(),
    };
    rows.extend(track(look, situation, room));
    let mut lines: Vec<PageLine> = rows.into_iter().map(PageLine::plain).collect();
    let course = situation.course();
    if course.is_empty() {
        lines.push(PageLine::plain(Row::dim("the plan has no milestone, no gate and no horizon")));
    }
    // What has no time yet comes after now.
    let next = course.iter().position(|m| m.at.is_none_or(|at| at > look.now)).unwrap_or(course.len());
    for (at, moment) in course.iter().enumerate() {
        if at == next {
            lines.extend(now_line(look, situation, room).map(PageLine::plain));
        }
        lines.extend(lines_of(look, situation, moment, room));
    }
    if next == course.len() {
        lines.extend(now_line(look, situation, room).map(PageLine::plain));
    }
    lines
}

fn unset(says: &str, look: &Look, room: usize) -> Vec<Row> {
    let lines = fold_lines(&format!("{} {says}", look.version), room);
    lines.into_iter().map(|line| Row::new().put(line, Role::Warn)).chain([Row::new()]).collect()
}

/// Draws the line: what is over is drawn through, and now stands where it is.
fn track(look: &Look, situation: Situation<'_>, room: usize) -> Vec<Row> {
    let offsets = situation.offsets();
    let seconds: Vec<i64> = offsets.iter().map(|o| o.seconds()).collect();
    let now = situation.zero().map(|zero| look.now.duration_since(zero).as_secs());
    let Some(track) = Track::of(&seconds, now, room) else { return Vec::new() };
    let palette = &look.palette;
    let is_over = |column: usize| track.now.is_some_and(|now| column < now);
    let mut labels = String::new();
    for (offset, point) in offsets.iter().zip(&track.points) {
        let label = offset.to_string();
        let begin = point.saturating_sub(width(&label) / 2);
        labels.push_str(&" ".repeat(begin.saturating_sub(width(&labels))));
        labels.push_str(&label);
    }
    let (first, last) = (track.points[0], track.points[track.points.len() - 1]);
    let end = track.now.map_or(last, |now| now.max(last));
    let begin = track.now.map_or(first, |now| now.min(first));
    let mut line = Row::new().put(" ".repeat(begin), Role::Text);
    for column in begin..=end {
        let (sign, role) = match (track.now == Some(column), track.points.contains(&column), is_over(column)) {
            (true, ..) => (palette.sign("◆", "#"), Role::Accent),
            (false, true, true) => (palette.sign("●", "*"), Role::Text),
            (false, true, false) => (palette.sign("○", "o"), Role::Text),
            (false, false, true) => (palette.sign("━", "="), Role::Dim),
            (false, false, false) => (palette.sign("┄", "-"), Role::Frame),
        };
        line = line.put(sign, role);
    }
    let mut rows = vec![Row::dim(labels), line];
    if let Some(now) = track.now {
        rows.push(Row::new().put(" ".repeat(now.saturating_sub(1)), Role::Text).put("now", Role::Accent));
    }
    rows.push(Row::new());
    rows
}

/// Under this many columns a moment is told without its date.
const ROOMY: usize = 60;
const OFFSET: usize = 7;
const DATE: usize = 14;

fn now_line(look: &Look, situation: Situation<'_>, room: usize) -> Option<Row> {
    let zero = situation.zero()?;
    let row = Row::new().put(format!("{} ", look.palette.sign("◆", "#")), Role::Accent);
    let row = row.column("now", Role::Accent, OFFSET);
    let row = if room >= ROOMY { row.column(day(look, look.now), Role::Dim, DATE) } else { row };
    Some(row.put(t_clock(look.now, zero), Role::Accent))
}

/// Writes a moment in a line; a title that has no room beside where it stands gets the line for itself.
fn lines_of(look: &Look, situation: Situation<'_>, moment: &CourseMoment<'_>, room: usize) -> Vec<PageLine> {
    let (sign, role) = sign(look, moment.course);
    let offset = moment.offset.map(|o| o.to_string()).unwrap_or_default();
    let row = Row::new().put(format!("{sign} "), role).column(offset, Role::Text, OFFSET);
    let date = moment.at.map(|at| day(look, at)).unwrap_or_default();
    let row = if room >= ROOMY { row.column(date, Role::Dim, DATE) } else { row };
    let weight = if moment.course == Course::Done { Role::Dim } else { Role::Text };
    let indent = row.width();
    let (says, role) = stands(look, moment);
    // The offset says already when it is verified; where all of it stands nowhere, the rest goes without.
    let rows = match &moment.event {
        CourseEvent::Milestone { title, .. } => {
            // The sign says by itself that nothing is recorded; the title is told whole, in two lines if need be.
            let short = says.split(" · ").next().unwrap_or_default();
            let fits = |says: &&str| row.width() + width(title) + 1 + width(says) <= room;
            let Some(says) = [says.as_str(), short].into_iter().find(fits) else {
                return parted((row, indent), (title, weight), (&says, role), room);
            };
            return vec![PageLine::plain(row.put(*title, weight).right(says, role))];
        }
        CourseEvent::Phase { phase, good, total } => {
            let title = row.put(title_of(phase), Role::Text);
            vec![
                title.clone().put(format!("  {good} of {total} good"), Role::Dim),
                title.put(format!("  {good}/{total}"), Role::Dim),
            ]
        }
        CourseEvent::Horizon { env, horizon } => {
            let place = row.clone().put(env.as_str(), Role::Text);
            vec![
                place.clone().put(format!("  verify at {horizon}"), Role::Dim),
                match moment.offset {
                    Some(_) => row.put("verify ", Role::Dim).put(env.as_str(), Role::Text),
                    None => place.clone().put(format!(" +{horizon}"), Role::Dim),
                },
                place,
            ]
        }
    };
    let rows: Vec<Row> = rows.into_iter().map(|row| row.right(says.as_str(), role)).collect();
    let fitting = rows.iter().find(|row| row.needs() <= room).or(rows.last());
    let row = fitting.cloned().unwrap_or_default();
    vec![match &moment.event {
        CourseEvent::Milestone { .. } => PageLine::plain(row),
        CourseEvent::Phase { phase, .. } => PageLine::opening(row, first_lacking(situation, phase)),
        CourseEvent::Horizon { env, .. } => PageLine::opening(row, View::Environment((*env).clone())).about(env),
    }]
}

/// Writes a title as far as it is long, and where it stands behind or beneath its last line.
fn parted(
    (row, indent): (Row, usize),
    (title, weight): (&str, Role),
    (says, role): (&str, Role),
    room: usize,
) -> Vec<PageLine> {
    let blank = || Row::text(" ".repeat(indent));
    let lines = fold_lines(title, room.saturating_sub(indent)).into_iter().enumerate();
    let mut rows: Vec<Row> =
        lines.map(|(at, line)| if at == 0 { row.clone() } else { blank() }.put(line, weight)).collect();
    let fits = rows.last().is_some_and(|last| last.width() + 1 + width(says) <= room);
    let last = if fits { rows.pop() } else { None };
    rows.push(last.unwrap_or_else(blank).right(says, role));
    rows.into_iter().map(PageLine::plain).collect()
}

/// Returns the page of the first check of a phase that is not good; the checklist when all are.
fn first_lacking(situation: Situation<'_>, phase: &Phase) -> View {
    let is_lacking =
        |check: &&tminus_core::plan::Check| check.required && !situation.standing(check, None).verdict.is_good_enough();
    let lacking = situation.plan.checks_of(phase).find(is_lacking);
    lacking.map_or(View::Checklist, |check| View::Check(check.name.clone()))
}

fn sign(look: &Look, course: Course) -> (&'static str, Role) {
    match course {
        Course::Ahead | Course::NotThere => (look.palette.sign("○", "o"), Role::Dim),
        Course::Done => (look.palette.sign("●", "*"), Role::Text),
        Course::Unrecorded => ("?", Role::Warn),
        Course::Overdue => ("!", Role::Warn),
        Course::Missed => look.palette.verdict(Verdict::NoData),
        Course::Stands(verdict) => look.palette.verdict(verdict),
        Course::Ended(outcome) => {
            let (sign, role, _) = words::outcome(outcome, &look.palette);
            (sign, role)
        }
    }
}

/// Says where a moment stands, in a word and a time.
fn stands(look: &Look, moment: &CourseMoment<'_>) -> (String, Role) {
    let ago = |at: Timestamp| brief(age(look.now, at));
    match (moment.course, moment.at) {
        (Course::Ahead, Some(at)) => (format!("in {}", brief(age(at, look.now))), Role::Dim),
        (Course::Ahead, None) => (String::new(), Role::Dim),
        (Course::Done, _) => match moment.event {
            CourseEvent::Milestone { done: Some((at, who)), .. } => {
                (format!("done {} ago by {}", ago(at), who.label()), Role::Dim)
            }
            CourseEvent::Milestone { done: None, .. } | CourseEvent::Phase { .. } | CourseEvent::Horizon { .. } => {
                ("done".to_owned(), Role::Dim)
            }
        },
        (Course::Unrecorded, at) => {
            (at.map(|at| format!("due {} ago · not recorded", ago(at))).unwrap_or_default(), Role::Warn)
        }
        (Course::Overdue, at) => (format!("overdue {}", at.map(ago).unwrap_or_default()), Role::Warn),
        (Course::Missed, _) => ("no-data: missed".to_owned(), look.palette.verdict(Verdict::NoData).1),
        (Course::Stands(verdict), _) => (verdict.word().to_owned(), look.palette.verdict(verdict).1),
        (Course::Ended(outcome), _) => {
            let (_, role, word) = words::outcome(outcome, &look.palette);
            (word.to_owned(), role)
        }
        (Course::NotThere, _) => ("not deployed yet".to_owned(), Role::Dim),
    }
}

fn day(look: &Look, at: Timestamp) -> String {
    at.to_zoned(look.zone.clone()).strftime("%d %b %H:%M").to_string()
}
