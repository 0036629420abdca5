//! The release's branch: where it stands, its tag, the checkout, the versions.

use super::branch_log;
use super::health::OLD;
use super::lines::{self, PageLine};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, ListCursor, Row, draw_page, fold_lines, frame};
use crate::words;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::branch::{BranchState, Checkout};
use tminus_core::kinds::check::{CheckTouch, PlanPart};
use tminus_core::plan::Check;
use tminus_core::release::{BranchMove, Closing, OpenRelease};
use tminus_core::situation::Situation;
use tminus_core::time::{age, brief};
use tminus_core::verdict::Verdict;

pub(super) fn draw(look: &Look, attention: Focus, area: Rect, buffer: &mut Buffer) {
    let inside = frame(area, &heading(look), attention, buffer, &look.palette);
    draw_page(&rows(look, usize::from(inside.width)), look.panes.branch, inside, buffer, &look.palette);
}

/// Draws the branch with all that is known of it, where some lines lead somewhere.
pub(super) fn draw_whole(look: &Look, cursor: ListCursor, (area, buffer): (Rect, &mut Buffer)) {
    let inside = frame(area, &heading(look), cursor.attention, buffer, &look.palette);
    let lines = lines(look, usize::from(inside.width));
    lines::draw(look, &lines, cursor, (inside, buffer));
}

fn heading(look: &Look) -> Row {
    let heading = Row::new().put(" Release branch ", Role::Title);
    match look.live.branch_looked.map(|at| age(look.now, at)) {
        None => heading,
        Some(age) if age > OLD => heading.right(format!(" ? last seen {} ago ", brief(age)), Role::Warn),
        Some(age) => heading.right(format!(" {} ", words::seen_ago(age)), Role::Dim),
    }
}

fn is_out_of_sight(look: &Look, opening: &OpenRelease) -> bool {
    opening.lost.is_some() || look.live.branch_looked.is_some_and(|at| age(look.now, at) > OLD)
}

/// Returns the rows at a glance.
pub(crate) fn rows(look: &Look, room: usize) -> Vec<Row> {
    let Some((situation, opening)) = look.situation().and_then(|s| Some((s, s.opening()?))) else {
        return unopened(look, room);
    };
    let mut rows = stands(look, situation, opening, room);
    rows.extend(written(look, situation).into_iter().map(|line| line.row));
    rows.push(moves(look, opening));
    faded_if(is_out_of_sight(look, opening), rows)
}

fn faded_if(is_old: bool, rows: Vec<Row>) -> Vec<Row> {
    if is_old { rows.into_iter().map(Row::faded).collect() } else { rows }
}

fn unopened(look: &Look, room: usize) -> Vec<Row> {
    if look.world.is_none() {
        return vec![Row::dim("reading the journal…")];
    }
    let says = format!("`tminus release cut {}` makes its branch and opens it", look.version);
    let mut rows = vec![Row::text(format!("{} is not open", look.version))];
    rows.extend(fold_lines(&says, room).into_iter().map(Row::dim));
    rows
}

/// Returns everything, and what leads somewhere.
pub(super) fn lines(look: &Look, room: usize) -> Vec<PageLine> {
    let Some((situation, opening)) = look.situation().and_then(|s| Some((s, s.opening()?))) else {
        return unopened(look, room).into_iter().map(PageLine::plain).collect();
    };
    let mut rows = stands(look, situation, opening, room);
    let changed = opening.state.iter().flat_map(|state| &state.changed);
    rows.extend(changed.flat_map(|file| lines::labelled("", file, room)));
    rows.extend(branch_log::surroundings(look, room));
    rows.push(Row::labelled("previous", opening.previous.as_ref().map_or("none", |v| v.as_str())));
    let opened =
        format!("{} ago by {} at {}", brief(age(look.now, opening.opened)), opening.by.label(), opening.first.short());
    rows.push(Row::labelled("opened", opened));
    rows.extend(opening.hotfix_of.as_ref().map(|tag| Row::labelled("hotfix of", tag)));
    rows.extend(opening.closed.as_ref().map(|end| Row::label("closed").put(ending(look, end), Role::Warn)));
    let mut lines: Vec<PageLine> =
        faded_if(is_out_of_sight(look, opening), rows).into_iter().map(PageLine::plain).collect();
    lines.extend([Row::new(), Row::heading("What is written")].map(PageLine::plain));
    lines.extend(written(look, situation));
    let files = situation.plan.release.versions.iter().enumerate();
    lines.extend(files.flat_map(|(at, place)| {
        let row = Row::label(if at == 0 { "version in" } else { "" }).put(&place.file, Role::Text);
        let whole = row.clone().put(format!("  {}", place.key), Role::Dim);
        let beneath = || vec![row, Row::label("").put(format!("  {}", place.key), Role::Dim)];
        let rows = if whole.width() <= room { vec![whole] } else { beneath() };
        rows.into_iter().map(PageLine::plain)
    }));
    let title = match opening.moves.len() {
        0 => "Commits since it was opened".to_owned(),
        count => format!("Commits since it was opened  {count}"),
    };
    lines.extend([Row::new(), Row::heading(title)].map(PageLine::plain));
    lines.extend(opening.moves.iter().rev().map(|moved| PageLine::plain(moved_row(look, moved))));
    if opening.moves.is_empty() {
        lines.push(PageLine::plain(Row::dim("none")));
    }
    lines.extend(branch_log::lists(look, &situation.plan.release.base, room));
    lines
}

fn ending(look: &Look, end: &Closing) -> String {
    format!("{} ago by {}{}", brief(age(look.now, end.at)), end.by.label(), end.words())
}

fn moved_row(look: &Look, moved: &BranchMove) -> Row {
    let files = match (moved.changes.everything, moved.changes.paths.as_slice()) {
        (true, _) => "all files".to_owned(),
        (false, [one]) => one.clone(),
        (false, [first, others @ ..]) => format!("{first} and {} more", others.len()),
        (false, []) => "no file".to_owned(),
    };
    let row = Row::new().put(format!("{}  ", moved.to.short()), Role::Accent).put(files, Role::Text);
    row.right(format!("{} ago", brief(age(look.now, moved.at))), Role::Dim)
}

/// Says where the branch, its tag and the checkout stand.
fn stands(look: &Look, situation: Situation<'_>, opening: &OpenRelease, room: usize) -> Vec<Row> {
    let mut rows = first(opening, &situation.plan.release.base, room);
    if let Some((since, failure)) = &opening.lost {
        let says = format!("? cannot be read for {}: {}", brief(age(look.now, *since)), failure.sentence());
        rows.extend(fold_lines(&says, room).into_iter().map(|line| Row::new().put(line, Role::Warn)));
    }
    if let Some(branch) = &opening.state {
        rows.push(tag(look, situation, branch));
        let lacking = situation.unmerged().into_iter();
        rows.extend(lacking.flat_map(|says| fold_lines(&says, room)).map(|line| Row::new().put(line, Role::Warn)));
        rows.extend(checkout(look, branch, room));
    }
    rows
}

fn first(opening: &OpenRelease, base: &str, room: usize) -> Vec<Row> {
    let name =
        Row::new().put(&opening.branch, Role::Strong).put("  ", Role::Text).put(opening.commit.short(), Role::Accent);
    let Some(branch) = &opening.state else { return vec![name.put("  not seen yet", Role::Dim)] };
    if branch.commit.is_none() {
        return vec![name, Row::new().put("the branch is gone", Role::Warn)];
    }
    let behind = if branch.behind > 0 { Role::Warn } else { Role::Dim };
    let ahead = format!("{} ahead of {base}, ", branch.ahead);
    let far = match &branch.uncounted {
        Some(why) => Row::new().put(format!("cannot tell how far from {base}: {why}"), Role::Warn),
        None => Row::new().put(ahead, Role::Text).put(format!("{} behind", branch.behind), behind),
    };
    // Where one line has no room, how far it is from its base is not what is cut.
    if name.width() + 2 + far.width() <= room { vec![name.put("  ", Role::Text).with(far)] } else { vec![name, far] }
}

fn tag(look: &Look, situation: Situation<'_>, branch: &BranchState) -> Row {
    let name = situation.plan.release.tag.fill(&situation.values(None)).unwrap_or_default();
    let row = Row::label("tag").put(name, Role::Text);
    match &branch.tag {
        None => row.put("  not yet", Role::Dim),
        Some(at) if Some(at) == branch.commit.as_ref() => {
            row.put(format!("  {} at this commit", look.palette.sign("✓", "+")), Role::Pass)
        }
        Some(at) => row.put(format!("  {} at {}, another commit", look.palette.sign("✗", "x"), at.short()), Role::Fail),
    }
}

fn checkout(look: &Look, branch: &BranchState, room: usize) -> Vec<Row> {
    let row = Row::label("checkout");
    let row = match &branch.checkout {
        Checkout::Clean => row.put("clean, at this commit", Role::Text),
        Checkout::Dirty(1) => row.put("1 file changed", Role::Warn),
        Checkout::Dirty(files) => row.put(format!("{files} files changed"), Role::Warn),
        Checkout::Elsewhere(Some(at)) => row.put(format!("at another commit, {}", at.short()), Role::Warn),
        Checkout::Elsewhere(None) => row.put("at no commit", Role::Warn),
    };
    let pushed = match branch.pushed {
        Some(true) => Row::new().put(format!("{} ", look.palette.sign("✓", "+")), Role::Pass).put("pushed", Role::Text),
        Some(false) => Row::new().put("not pushed", Role::Warn),
        None => return vec![row],
    };
    // Where one line has no room, neither is cut.
    let whole = row.clone().put("   ", Role::Text).with(pushed.clone());
    if whole.width() <= room { vec![whole] } else { vec![row, Row::label("").with(pushed)] }
}

/// Tells of the checks that are about version files and the changelog.
fn written(look: &Look, situation: Situation<'_>) -> Vec<PageLine> {
    let changelog = situation.plan.release.changelog.as_deref();
    let about = |check: &Check| match (check.way.leans_on(), check.way.touch()) {
        (Some(PlanPart::VersionFiles), _) => Some("versions"),
        (Some(PlanPart::Changelog), _) => Some("changelog"),
        (_, CheckTouch::Reads(file, _)) if changelog == Some(file) => Some("changelog"),
        _ => None,
    };
    let checks = situation.plan.checks.iter().filter_map(|check| Some((about(check)?, check)));
    let line = |(label, check): (&str, &Check)| {
        let standing = situation.standing(check, None);
        let (sign, role) = look.palette.verdict(standing.verdict);
        let row = Row::label(label).put(format!("{sign} "), role);
        let row = match standing.verdict {
            Verdict::Pass => row.put(standing.why, Role::Text),
            other => row.put(other.word(), role).put(format!("  {}", standing.why), Role::Text),
        };
        PageLine::opening(row, View::Check(check.name.clone()))
    };
    checks.map(line).collect()
}

fn moves(look: &Look, opening: &OpenRelease) -> Row {
    match opening.moves.last() {
        None => Row::labelled("moved", "none since it was opened"),
        Some(last) => {
            let since = brief(age(look.now, last.at));
            let files = last.changes.paths.len();
            Row::labelled(
                "moved",
                format!("{} times, last {since} ago to {} ({files} files)", opening.moves.len(), last.to.short()),
            )
        }
    }
}
