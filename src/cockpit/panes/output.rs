//! The output of one step: the calls that it makes, the lines that came, and how it ended; long lines are folded.

use super::ending;
use super::shown_step::shown;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::spot::Zoom;
use crate::widgets::{Focus, Row, fold_lines, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::notation::in_thousands;
use tminus_core::order::Progress;
use tminus_core::release::{ActionState, StepPhase, StepState};

/// Returns how many lines the output has at a width.
pub(crate) fn count(look: &Look, action: &ActionState, columns: usize) -> usize {
    lines(look, action, columns).len()
}

fn lines(look: &Look, action: &ActionState, columns: usize) -> Vec<Row> {
    let at = shown(look, action).at();
    let Some(step) = action.steps.get(at) else { return Vec::new() };
    let mut rows = Vec::new();
    for call in &step.step.calls {
        let folded = fold_lines(&call.display(), columns.saturating_sub(2)).into_iter().enumerate();
        rows.extend(folded.map(|(at, line)| match at {
            0 => Row::dim("$ ").put(line, Role::Accent),
            _ => Row::dim("  ").put(line, Role::Accent),
        }));
    }
    let gone = look.live.step(&action.id, at).map_or(0, |live| live.gone);
    if gone > 0 {
        let lines =
            if gone == 1 { "1 older line is".to_owned() } else { format!("{} older lines are", in_thousands(gone)) };
        rows.push(Row::dim(format!("{lines} no longer here")));
    }
    let live = look.live.step(&action.id, at).into_iter().flat_map(|l| &l.output);
    rows.extend(live.flat_map(|line| fold_lines(line, columns)).map(Row::text));
    // The box beneath tells it already, unless the output has the whole screen.
    let is_told_beneath = action.is_stuck() && action.current().is_some_and(|(current, _)| current == at);
    if look.spot().zoom == Zoom::Alone || !is_told_beneath {
        rows.extend(end(look, step, columns));
    }
    // With the whole screen there is no box beneath, and what it says may have had no room in it.
    if look.spot().zoom == Zoom::Alone && action.ended.is_some() {
        rows.extend([Row::new(), Row::heading("How it ended")]);
        rows.extend(ending::said(look, action, columns));
    }
    rows
}

/// Writes how a step ended, in the service's own words.
fn end(look: &Look, step: &StepState, columns: usize) -> Vec<Row> {
    // What was measured and is bad is done, and is not green.
    let measured = step.verdict.map(|verdict| look.palette.verdict(verdict));
    let (sign, role) = measured.unwrap_or_else(|| look.palette.phase(step.phase));
    let (says, causes): (&str, &[String]) = match (&step.failure, step.phase) {
        (Some(failure), _) => (&failure.summary, &failure.causes),
        (None, StepPhase::Succeeded | StepPhase::Failed | StepPhase::Unclear) => (&step.summary, &[]),
        (None, StepPhase::Waiting | StepPhase::Running) => return Vec::new(),
    };
    let columns = columns.saturating_sub(2);
    let said = fold_lines(says, columns).into_iter().enumerate();
    let said = said.map(|(at, line)| {
        let sign = if at == 0 { format!("{sign} ") } else { "  ".to_owned() };
        Row::new().put(sign, role).put(line, Role::Text)
    });
    let causes = causes.iter().flat_map(|cause| fold_lines(cause, columns));
    said.chain(causes.map(|line| Row::text("  ").put(line, Role::Dim))).collect()
}

pub(super) fn draw(look: &Look, action: &ActionState, attention: Focus, area: Rect, buffer: &mut Buffer) {
    if area.height < 3 {
        return;
    }
    let at = shown(look, action).at();
    let title = action.steps.get(at).map(|s| s.step.title.as_str()).unwrap_or_default();
    let rows = lines(look, action, usize::from(area.width.saturating_sub(4)));
    let height = usize::from(area.height.saturating_sub(2));
    let most = rows.len().saturating_sub(height);
    let up = look.panes.output.min(most);
    let heading = Row::new().put(" Output ", Role::Title).put(format!("· {title} "), Role::Dim);
    let share = look.live.step(&action.id, at).and_then(|l| l.share());
    let share = share.filter(|_| action.steps.get(at).is_some_and(|s| s.phase == StepPhase::Running));
    let heading = match (up, share) {
        (0, Some((done, total, of))) => heading.right(format!(" {} ", Progress::amount(done, total, of)), Role::Dim),
        (0, None) => heading,
        (up, _) => heading.right(format!(" paused, +{up} newer "), Role::Warn),
    };
    let inside = frame(area, &heading, attention, buffer, &look.palette);
    let first = most - up;
    for (line, row) in rows.iter().skip(first).take(height).enumerate() {
        row.draw(Rect { y: inside.y + line as u16, height: 1, ..inside }, buffer, &look.palette);
    }
    if rows.is_empty() {
        Row::dim("nothing came yet").draw(inside, buffer, &look.palette);
    }
    if first > 0 && area.bottom() <= buffer.area.bottom() {
        let text = format!(" {} {first} above ", look.palette.sign("↑", "^"));
        let wide = (text.chars().count() as u16).min(area.width.saturating_sub(4));
        let place = Rect { x: area.right().saturating_sub(wide + 2), y: area.bottom() - 1, width: wide, height: 1 };
        Row::dim(text).draw(place, buffer, &look.palette);
    }
}
