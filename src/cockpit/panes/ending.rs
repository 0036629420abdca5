//! What a person must read of an action: why it stands still, what it waits for, how it ended; and what can be done now.

use super::{actions, way_back};
use crate::action::{ActAction, Action, PaneAction, RunAction, ViewAction};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Focus, Row, draw_page, fold_lines, frame};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::action::{Outcome, Request};
use tminus_core::release::{ActionResult, ActionState, StepState};
use tminus_core::verdict::Verdict;

/// Returns what must be read, with the line of what can be done at its end; nothing while it simply runs.
pub(super) fn rows(look: &Look, action: &ActionState, columns: usize) -> Vec<Row> {
    let mut rows = said(look, action, columns);
    if rows.is_empty() {
        return rows;
    }
    let choices = choices(look, action, columns);
    if !choices.is_empty() {
        rows.push(Row::new());
        rows.extend(choices);
    }
    rows
}

/// Returns what must be read, without what can be done.
pub(super) fn said(look: &Look, action: &ActionState, columns: usize) -> Vec<Row> {
    if let Some(ending) = &action.ended {
        let (sign, role, word) = actions::standing(action, look);
        let mut rows = vec![Row::new().put(format!("{sign} {word}"), role)];
        rows.extend(
            found(look, action, columns)
                .unwrap_or_else(|| fold_lines(&ending.summary, columns).into_iter().map(Row::text).collect()),
        );
        rows.extend(rolled_back(look, action).iter().flat_map(|says| fold_lines(says, columns)).map(Row::text));
        rows.extend(waived(look, action, columns));
        rows.extend(next(look, action).into_iter().flat_map(|says| fold_lines(&says, columns)).map(Row::text));
        rows.extend(by_two(action).iter().flat_map(|says| fold_lines(says, columns)).map(Row::dim));
        rows.extend(again(look, action).iter().flat_map(|says| fold_lines(says, columns)).map(Row::dim));
        return rows;
    }
    if action.is_open_proposal() {
        return waiting(look, action, columns);
    }
    if action.is_stuck() {
        let mut rows = stuck(action, columns);
        let next = look.situation().and_then(|s| s.next_step(action)).map(|next| format!("Next: {next}."));
        rows.extend(
            serves(look, action).into_iter().chain(next).flat_map(|says| fold_lines(&says, columns)).map(Row::text),
        );
        return rows;
    }
    match &action.stop_requested {
        Some(who) => fold_lines(&format!("{} asked it to stop: it ends with this step.", who.label()), columns)
            .into_iter()
            .map(|l| Row::new().put(l, Role::Warn))
            .collect(),
        None => Vec::new(),
    }
}

/// Returns what a verification found that is not good, in a line of its own each; nothing where it found nothing such.
pub(super) fn found(look: &Look, action: &ActionState, columns: usize) -> Option<Vec<Row>> {
    let bad = |s: &&StepState| s.verdict.is_some_and(|verdict| !verdict.is_good_enough());
    let rows = action.steps.iter().filter(bad).flat_map(|step| {
        let (sign, role) = step.verdict.map_or(("", Role::Text), |verdict| look.palette.verdict(verdict));
        let lines = fold_lines(&format!("{}: {}", step.step.title, step.summary), columns.saturating_sub(2));
        lines.into_iter().enumerate().map(move |(at, line)| {
            let sign = if at == 0 { format!("{sign} ") } else { "  ".to_owned() };
            Row::new().put(sign, role).put(line, Role::Text)
        })
    });
    Some(rows.collect::<Vec<Row>>()).filter(|rows| !rows.is_empty())
}

/// Says who rolled back what an action had brought, when and why.
fn rolled_back(look: &Look, action: &ActionState) -> Option<String> {
    let back = look.world.as_ref()?.release.rolled_back(action)?;
    let (at, who) = back.started.as_ref()?;
    let Request::RollBack { reason, .. } = &back.proposal.request else { return None };
    let why = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    Some(format!("{} rolled it back at {}{why}", who.label(), look.time_of_day(*at)))
}

/// Says what serves while an action stands half-way.
fn serves(look: &Look, action: &ActionState) -> Option<String> {
    let env = action.proposal.request.env()?;
    let trouble = look.troubles().iter().find(|trouble| trouble.env == *env)?;
    (!trouble.before.is_empty()).then(|| format!("Now: {}.", trouble.before.join(" · ")))
}

/// Says what an action went on without, and who decided that.
fn waived(look: &Look, action: &ActionState, columns: usize) -> Vec<Row> {
    let environment = look.situation().zip(action.proposal.request.env());
    let waived = environment.and_then(|(s, env)| Some(s.waived_for(s.plan.environment(env)?, &action.proposal)));
    let (sign, role) = look.palette.verdict(Verdict::Waived);
    let lines = waived.unwrap_or_default().into_iter().map(|waived| format!("{sign} {}", waived.words()));
    lines.flat_map(|line| fold_lines(&line, columns)).map(|line| Row::new().put(line, role)).collect()
}

/// Says where the release goes next, and the keys that lead there.
fn next(look: &Look, action: &ActionState) -> Option<String> {
    let env = look.situation()?.comes_next(action)?;
    let (overview, deploy) = (Action::View(ViewAction::Overview), Action::Act(ActAction::Deploy));
    Some(format!("Next: deploy to {env} ({}, select it, {}).", look.key_to(overview), look.key_to(deploy)))
}

/// Says who proposed an action that somebody else began.
fn by_two(action: &ActionState) -> Option<String> {
    let (proposer, by) = (action.proposer.label(), action.by().label());
    (proposer != by).then(|| format!("Proposed by {proposer}, begun by {by}."))
}

/// Says when what a verification could not tell yet can be measured.
fn again(look: &Look, action: &ActionState) -> Option<String> {
    let due = look.situation()?.left_open(action)?;
    let (horizon, at, until) = (due.horizon, look.moment(due.at), look.moment(due.until));
    Some(match due.at <= look.now {
        true => format!("+{horizon} can be measured until {until}"),
        false => format!("+{horizon} is reached at {at}, and can be measured until {until}"),
    })
}

/// Says why it stands still, in the service's own words.
fn stuck(action: &ActionState, columns: usize) -> Vec<Row> {
    let Some((at, step)) = action.current() else { return Vec::new() };
    let place = format!("step {}, {}", at + 1, step.step.title);
    let mut rows: Vec<Row> = fold_lines(&place, columns).into_iter().map(Row::dim).collect();
    let Some(failure) = &step.failure else {
        rows.extend(fold_lines(&step.summary, columns).into_iter().map(|l| Row::new().put(l, Role::Warn)));
        return rows;
    };
    rows.extend(fold_lines(&failure.summary, columns).into_iter().map(|l| Row::new().put(l, Role::Fail)));
    let causes = failure.causes.iter().flat_map(|c| fold_lines(c, columns.saturating_sub(2)));
    rows.extend(causes.map(|c| Row::text("  ").put(c, Role::Text)));
    rows
}

/// Says what a proposal waits for, and who has given it.
fn waiting(look: &Look, action: &ActionState, columns: usize) -> Vec<Row> {
    let missing = look.gate_of(action).map_or(0, |gate| gate.approvals_missing());
    let says = match missing {
        0 => format!("Proposed by {}; it can be begun now, from its preview.", action.proposer.label()),
        1 => format!("Proposed by {}; it waits for 1 approval.", action.proposer.label()),
        several => format!("Proposed by {}; it waits for {several} approvals.", action.proposer.label()),
    };
    let mut rows: Vec<Row> = fold_lines(&says, columns).into_iter().map(Row::text).collect();
    let sign = look.palette.sign("✓", "+");
    rows.extend(action.approvals.iter().map(|approval| {
        let row = Row::new().put(format!("{sign} "), Role::Accent).put(approval.who.label(), Role::Text);
        if approval.note.is_empty() { row } else { row.put(format!("  {}", approval.note), Role::Dim) }
    }));
    if let Some(lapsed) = &action.lapsed {
        let says = format!("Earlier approvals lapsed: {lapsed}");
        rows.extend(fold_lines(&says, columns).into_iter().map(|l| Row::new().put(l, Role::Warn)));
    }
    rows
}

/// Offers what can be done now, by the live keymap; in several lines where one is too short.
fn choices(look: &Look, action: &ActionState, columns: usize) -> Vec<Row> {
    let contexts = ["view.run", "list", "global"];
    let all = possible(look, action);
    let mut rows: Vec<Row> = Vec::new();
    for (chord, word) in all.filter_map(|a| Some((look.chord_of(a, &contexts)?, a.word()))) {
        let choice = Row::new().put(chord, Role::Key).put(format!(" {word}"), Role::Text);
        match rows.last_mut() {
            Some(last) if last.width() + 4 + choice.width() <= columns => {
                *last = std::mem::take(last).put("    ", Role::Text).with(choice);
            }
            Some(_) | None => rows.push(choice),
        }
    }
    rows
}

/// Returns what can be done now: a rollback where there is something to go back to.
pub(crate) fn possible(look: &Look, action: &ActionState) -> impl Iterator<Item = Action> {
    let has_rollback = action.proposal.request.env().is_some_and(|env| way_back::is_offered(look, env));
    let is_possible = move |a: &Action| *a != Action::Act(ActAction::RollBack) || has_rollback;
    let ended = look.world.as_ref().and_then(|world| world.release.how_ended(action));
    let is_deploy = matches!(action.proposal.request, Request::Deploy { .. });
    let wanted = match ended {
        // What was found good may still have to be gone back from.
        Some(ActionResult::Verified(Outcome::Good)) if is_deploy => vec![Action::Act(ActAction::RollBack)],
        Some(ActionResult::RolledBack | ActionResult::Verified(Outcome::Good)) => Vec::new(),
        Some(ActionResult::So(_) | ActionResult::Started | ActionResult::Verified(_)) | None => wanted(action),
    };
    wanted.into_iter().filter(is_possible).filter(|a| (*a).why_not(look).is_none())
}

/// Returns what one may want now: after a failure to try again, to go back, to leave it; after a deploy to verify.
fn wanted(action: &ActionState) -> Vec<Action> {
    let back = Action::Act(ActAction::RollBack);
    let Some(ending) = &action.ended else {
        if action.is_open_proposal() {
            return vec![Action::Act(ActAction::Approve), Action::Act(ActAction::Deploy)];
        }
        let [retry, accept, leave] = [RunAction::Retry, RunAction::Accept, RunAction::Leave].map(Action::Run);
        return if action.is_stuck() { vec![retry, back, accept, leave] } else { Vec::new() };
    };
    let has_place = action.proposal.request.env().is_some();
    let is_delivery = matches!(action.proposal.request, Request::Deploy { .. } | Request::RollBack { .. });
    match ending.outcome {
        Outcome::Good | Outcome::GoodSoFar if is_delivery => vec![Action::Act(ActAction::Verify), back],
        Outcome::GoodSoFar | Outcome::Unclear if has_place => vec![Action::Act(ActAction::Verify)],
        Outcome::Good | Outcome::GoodSoFar | Outcome::Unclear => Vec::new(),
        Outcome::NotGood | Outcome::Failed | Outcome::Stopped | Outcome::Refused if has_place => {
            vec![back, Action::Act(ActAction::Verify)]
        }
        Outcome::NotGood | Outcome::Failed | Outcome::Stopped | Outcome::Refused => Vec::new(),
    }
}

/// Names the choices of a decision that are open.
fn decision(look: &Look, action: &ActionState) -> &'static str {
    match possible(look, action).any(|a| a == Action::Act(ActAction::RollBack)) {
        true => " Stopped. Choose: retry, roll back or leave ",
        false => " Stopped. Choose: retry or leave ",
    }
}

/// Draws the box; what can be done stays in sight, whatever else has no room.
pub(super) fn draw(look: &Look, action: &ActionState, rows: &[Row], area: Rect, buffer: &mut Buffer) {
    let (title, role) = match &action.ended {
        Some(_) => (" How it ended ", Role::Title),
        None if action.is_stuck() && area.width < 60 => (" Stopped ", Role::Fail),
        None if action.is_stuck() => (decision(look, action), Role::Fail),
        None if action.is_open_proposal() => (" It waits ", Role::Warn),
        None => (" It stops ", Role::Warn),
    };
    let inside = frame(area, &Row::new().put(title, role), Focus::Elsewhere, buffer, &look.palette);
    let feet = choices(look, action, usize::from(inside.width));
    let low = (feet.len() as u16).min(inside.height);
    let fits = rows.len() <= usize::from(inside.height);
    if fits {
        return draw_page(rows, 0, inside, buffer, &look.palette);
    }
    // The empty line above the choices goes first.
    let choices = if feet.is_empty() { 0 } else { feet.len() + 1 };
    let said = &rows[..rows.len().saturating_sub(choices)];
    let above = Rect { height: inside.height - low, ..inside };
    let shown = usize::from(above.height);
    for (line, row) in said.iter().take(shown).enumerate() {
        row.draw(Rect { y: above.y + line as u16, height: 1, ..above }, buffer, &look.palette);
    }
    draw_page(&feet, 0, Rect { y: above.bottom(), height: low, ..inside }, buffer, &look.palette);
    if said.len() > shown {
        let key = look.chord_of(Action::Pane(PaneAction::Zoom), &["view.run"]).map(|key| format!(": {key}"));
        let key = key.unwrap_or_default();
        let text = format!(" {} {} more{key} ", look.palette.sign("↓", "v"), said.len() - shown);
        let wide = (text.chars().count() as u16).min(inside.width);
        let place = Rect { x: inside.right() - wide, y: area.bottom() - 1, width: wide, height: 1 };
        Row::dim(text).draw(place, buffer, &look.palette);
    }
}
