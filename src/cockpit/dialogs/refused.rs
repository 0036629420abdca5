//! What the engine refused, in its words; it stays until somebody has read it.

use super::shape::{Sheet, text_width};
use crate::cockpit::action::{ActAction, Action, AppAction};
use crate::cockpit::state::{Refused, State};
use crate::cockpit::widgets::{Row, fold_lines};
use crate::config::theme::Role;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// The oldest refusal that is not read yet.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RefusedDialog {
    pub(crate) first: usize,
}

impl RefusedDialog {
    pub(super) fn draw(self, state: &State, area: Rect, buffer: &mut Buffer) {
        let Some(refused) = state.unread.first() else { return };
        let columns = text_width(area);
        if let Some((heading, body)) = proposed(state, refused, columns) {
            let foot = [Row::new().put(" Read ", Role::Button)];
            Sheet { heading, body: &body, first: self.first, foot: &foot }.draw(state, area, buffer);
            return;
        }
        let mut body: Vec<Row> = fold_lines(&refused.refusal.says, columns).iter().map(Row::text).collect();
        if !refused.refusal.reasons.is_empty() {
            body.push(Row::new());
        }
        for reason in &refused.refusal.reasons {
            for (at, line) in fold_lines(reason, columns.saturating_sub(2)).iter().enumerate() {
                let sign = if at == 0 { "· " } else { "  " };
                body.push(Row::new().put(sign, Role::Warn).put(line, Role::Text));
            }
        }
        body.extend(what_now(state));
        let more = state.unread.len() - 1;
        let foot = [Row::new()
            .put(" Read ", Role::Button)
            .put(if more > 0 { format!("   {more} more") } else { String::new() }, Role::Dim)];
        let heading = Row::new()
            .put(format!(" {} ", state.palette.sign("✗", "x")), Role::Fail)
            .put(format!("refused: {} ", refused.what), Role::Title);
        Sheet { heading, body: &body, first: self.first, foot: &foot }.draw(state, area, buffer);
    }
}

/// Says what waits, where the refusal is the answer to a proposal and has left it open.
fn proposed(state: &State, refused: &Refused, columns: usize) -> Option<(Row, Vec<Row>)> {
    let env = refused.proposes.as_ref()?;
    let (world, situation) = state.world.as_ref().zip(state.situation())?;
    let (waiting, environment) = world.release.proposals(env).next().zip(world.plan.environment(env))?;
    let missing = situation.gate(environment, &waiting.proposal).approvals_missing();
    let count = if missing == 1 { "1 approval".to_owned() } else { format!("{missing} approvals") };
    let heading = Row::new()
        .put(format!(" {} ", state.palette.sign("◌", "o")), Role::Busy)
        .put(format!("proposed: {} ", refused.what), Role::Title);
    let says =
        format!("{} waits for {count}. Nothing was begun; it is deployed from here once they are given.", waiting.id);
    let mut body: Vec<Row> = fold_lines(&says, columns).iter().map(Row::text).collect();
    body.extend(what_now(state));
    Some((heading, body))
}

/// Says which keys go on, where the refusal left a proposal that waits.
fn what_now(state: &State) -> Vec<Row> {
    let Some((world, environment)) = state.world.as_ref().zip(state.environment()) else { return Vec::new() };
    if world.release.proposals(&environment.name).next().is_none() {
        return Vec::new();
    }
    let key = |action: Action| state.chord_of(action, &["global"]).unwrap_or_default();
    let row =
        Row::new().put(key(Action::Act(ActAction::Approve)), Role::Key).put(" approves what waits here", Role::Text);
    let row = match state.rehearsal {
        Some(_) => row
            .put("   ", Role::Text)
            .put(key(Action::App(AppAction::ActAs)), Role::Key)
            .put(" acts as another name", Role::Text),
        None => row,
    };
    vec![Row::new(), row]
}
