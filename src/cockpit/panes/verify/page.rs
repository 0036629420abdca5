//! The verify view: the environments, and what is known of the selected one.

use super::{environments, metric};
use crate::action::{Action, PaneAction};
use crate::layout::view_area;
use crate::look::Look;
use crate::panes;
use crate::panes::offers::{OPEN, ROLL_BACK, VERIFY, and_ways};
use crate::panes::page::{CursorPlace, Enter, Page, Tab};
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, Row, draw_page, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::names::MetricName;
use tminus_core::plan::{Check, Environment, Verifier};
use tminus_core::release::Measure;
use tminus_core::situation::Situation;
use tminus_core::time::{age, brief};

/// The environments, and what is known of the selected one.
pub(crate) struct VerifyPage;

impl Page for VerifyPage {
    fn name(&self) -> String {
        "verify".to_owned()
    }

    fn is_numbered(&self) -> bool {
        true
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let Some((situation, environment)) = look.situation().zip(look.environment()) else {
            let heading = Row::new().put(" Verify ", Role::Title);
            let inside = frame(area, &heading, Focus::Here, buffer, &look.palette);
            let says = if look.world.is_some() { "the plan has no environment" } else { "reading the journal…" };
            return Row::dim(says).draw(inside, buffer, &look.palette);
        };
        let role = if environment.protected { Role::Protected } else { Role::Title };
        let count = situation.plan.environments.len();
        let at = situation.plan.environments.iter().position(|e| e.name == environment.name).map_or(0, |at| at + 1);
        let page = page_area(area);
        if page == area {
            let heading = Row::new().put(" Verify · ", Role::Title).put(format!("{} ", environment.name), role);
            let heading = heading.right(format!(" {at} of {count} "), Role::Dim);
            return draw_one(look, (situation, environment), &heading, area, buffer);
        }
        environments::draw(look, Rect { width: PLACES, ..area }, buffer);
        let heading = Row::new().put(format!(" {} ", environment.name), role);
        draw_one(look, (situation, environment), &heading, page, buffer);
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        and_ways([VERIFY, ROLL_BACK, Action::Pane(PaneAction::Next), OPEN])
    }

    // The environments are chosen by their keys; what is read, searched and copied are the numbers.
    fn rows(&self, look: &Look) -> Vec<Row> {
        let columns = page_area(view_area(look)).width.saturating_sub(FRAME.0);
        let about = look.situation().zip(look.environment());
        about
            .map(|(situation, environment)| rows(look, situation, environment, usize::from(columns)))
            .unwrap_or_default()
    }

    fn count(&self, look: &Look) -> usize {
        panes::environments::count(look)
    }

    fn reach(&self, look: &Look) -> Option<usize> {
        let lines = view_area(look).height.saturating_sub(FRAME.1);
        Some(self.rows(look).len().saturating_sub(usize::from(lines)))
    }

    fn enter(&self, look: &Look) -> Enter {
        look.environment().map(|e| View::Looks(e.name.clone())).into()
    }

    fn cursor(&self, _: &Look) -> CursorPlace {
        CursorPlace::Environment
    }

    fn tab(&self) -> Tab {
        Tab::Environment
    }
}

/// From this many columns on, the environments stand beside.
const BESIDE: u16 = 100;
/// How wide they are then.
const PLACES: u16 = 46;
/// The columns and the lines that a frame takes.
const FRAME: (u16, u16) = (4, 2);

/// Returns where the page stands: in the whole area, or beside the environments.
const fn page_area(area: Rect) -> Rect {
    if area.width < BESIDE { area } else { Rect { x: area.x + PLACES, width: area.width - PLACES, ..area } }
}

fn draw_one(
    look: &Look,
    (situation, environment): (Situation<'_>, &Environment),
    heading: &Row,
    area: Rect,
    buffer: &mut Buffer,
) {
    let attention = Focus::of(|| area.width == buffer.area.width);
    let inside = frame(area, heading, attention, buffer, &look.palette);
    let rows = rows(look, situation, environment, usize::from(inside.width));
    draw_page(&rows, look.looking.verify_first, inside, buffer, &look.palette);
}

fn rows(look: &Look, situation: Situation<'_>, environment: &Environment, columns: usize) -> Vec<Row> {
    let mut rows = runs(look, situation, environment, columns);
    rows.push(Row::new());
    rows.extend(horizons(look, situation, environment, columns));
    for name in &environment.verify {
        if let Some(Verifier::Metric(of)) = situation.plan.verifier(name) {
            let looks = looks(look, environment, &of.name);
            rows.extend(metric::rows(look, situation, (of, &looks), columns));
        }
    }
    let checks = environment.verify.iter().filter_map(|name| match situation.plan.verifier(name) {
        Some(Verifier::Check(check)) => Some(check),
        Some(Verifier::Metric(_)) | None => None,
    });
    let checks: Vec<Row> = checks.map(|check| check_row(look, (situation, environment), check, columns)).collect();
    if !checks.is_empty() {
        rows.push(Row::heading("Checks"));
        rows.extend(checks);
    }
    if environment.verify.is_empty() {
        rows.push(Row::dim("the plan verifies nothing here: env.NAME.verify = [\"CHECK\", \"METRIC\"]"));
    }
    rows
}

fn runs(look: &Look, situation: Situation<'_>, environment: &Environment, columns: usize) -> Vec<Row> {
    let running = crate::panes::versions::running(look, &environment.name);
    let since = situation.brought(&environment.name);
    let (Some(version), Some(since)) = (running, since) else {
        return vec![Row::dim("nothing seen running here yet")];
    };
    let row = Row::new().put(version, Role::Strong);
    let row = row.put(format!(" has run here for {}", brief(age(look.now, since))), Role::Dim);
    if environments::is_ours(look, &environment.name) {
        return vec![row];
    }
    let other = format!("{} does not run here", look.version);
    if row.width() + 2 + other.len() <= columns {
        return vec![row.put(format!("; {other}"), Role::Dim)];
    }
    vec![row, Row::dim(other)]
}

/// Returns the looks at a metric, oldest first: of the release, while this runs here.
fn looks<'a>(look: &'a Look, environment: &Environment, metric: &MetricName) -> Vec<&'a Measure> {
    let all = look.world.as_ref().and_then(|w| w.release.measures.get(&look.version));
    let since = look.situation().and_then(|s| s.running_since(&environment.name));
    let is_of = |m: &&Measure| m.env == environment.name && &m.metric == metric && since.is_none_or(|s| m.at >= s);
    all.into_iter().flatten().filter(is_of).collect()
}

fn horizons(look: &Look, situation: Situation<'_>, environment: &Environment, columns: usize) -> Vec<Row> {
    let due = situation.due(&environment.name);
    if due.is_empty() {
        return Vec::new();
    }
    let mut rows = vec![Row::heading("Horizons")];
    for (at, one) in due.iter().enumerate() {
        let (sign, role, says) = environments::words(look, &environment.name, &due, at);
        let row =
            Row::new().column(format!("+{}", one.horizon), Role::Text, 7).column(format!("{sign} {says}"), role, 22);
        if let environments::HorizonState::Missed = environments::standing(look, &environment.name, &due, at) {
            let (from, to) = (look.date_and_time(one.at), look.date_and_time(one.until));
            let whole = format!("{sign} no-data: not measured from {from} to {to}");
            if 7 + whole.chars().count() <= columns {
                rows.push(Row::new().column(format!("+{}", one.horizon), Role::Text, 7).put(whole, role));
                continue;
            }
        }
        // A date that would be cut is none.
        let when = if columns >= 54 { look.date_and_time(one.at) } else { String::new() };
        rows.push(row.put(when, Role::Dim));
    }
    rows.push(Row::new());
    rows
}

fn check_row(
    look: &Look,
    (situation, environment): (Situation<'_>, &Environment),
    check: &Check,
    columns: usize,
) -> Row {
    let standing = situation.standing_there(check, &environment.name);
    let (sign, role) = look.palette.verdict(standing.verdict);
    let row = Row::new().put(format!("{sign} "), role);
    if columns < 56 {
        // The title has the room, and the word the right edge.
        return row.put(&check.title, Role::Text).right(standing.verdict.word(), role);
    }
    let row = row.column(standing.verdict.word(), role, 13);
    let ago = standing.run.map(|run| brief(age(look.now, run.at))).unwrap_or_default();
    row.put(&check.title, Role::Text).put(format!("  {}", standing.why), Role::Dim).right(ago, Role::Dim)
}
