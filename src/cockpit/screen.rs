//! The whole screen: header, view, footer, and the dialog over it.

use super::action::{
    ActAction, Action, AppAction, CheckAction, DialogAction, PaneAction, RunAction, SearchAction, TextAction,
    ViewAction,
};
use super::header;
use super::panes;
use super::state::State;
use super::view::View;
use super::widgets::{Attention, Row, light};
use crate::config::theme::Role;
use crate::domain::time::{age, brief};
use crate::logs::pattern::Pattern;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Rect};

/// Draws everything; reads, and changes nothing.
pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let top = header::height(area);
    let foot = u16::from(area.height > 3);
    let header = Rect { height: top.min(area.height), ..area };
    let body = Rect { y: area.y + top.min(area.height), height: area.height.saturating_sub(top + foot), ..area };
    let footer = Rect { y: area.bottom() - foot, height: foot, ..area };
    header::draw(state, header, buffer);
    draw_view(state, body, buffer);
    light_hits(state, body, buffer);
    draw_footer(state, footer, buffer);
    if let Some(dialog) = &state.dialog {
        dialog.draw(state, if area.height > 8 { Rect { height: area.height - foot, ..area } } else { area }, buffer);
    }
}

/// Returns where the view stands on a screen of this size.
pub(crate) fn view_area((width, height): (u16, u16)) -> Rect {
    let area = Rect { x: 0, y: 0, width, height };
    let top = header::height(area).min(height);
    Rect { y: top, height: height.saturating_sub(top + u16::from(height > 3)), ..area }
}

fn draw_view(state: &State, area: Rect, buffer: &mut Buffer) {
    if area.width < 4 || area.height < 2 {
        // Nothing is cut without a sign.
        return Row::dim(state.palette.sign("…", "~")).draw(area, buffer, &state.palette);
    }
    match state.view() {
        View::Overview => panes::overview::draw(state, area, buffer),
        View::Environments => panes::everywhere::draw(state, area, buffer),
        View::Logs => panes::logs::draw(state, Attention::Here, area, buffer),
        View::Checklist => panes::checklist::draw(state, Attention::Here, area, buffer),
        View::Release => panes::release::draw(state, area, buffer),
        View::Verify => panes::verify::draw(state, area, buffer),
        View::Incident => panes::incident::draw(state, area, buffer),
        View::Environment(env) => panes::environment::draw(state, env, area, buffer),
        View::Check(check) => panes::check::draw(state, check, area, buffer),
        View::Reasons => panes::reasons::draw(state, area, buffer),
        View::Journal => panes::journal::draw(state, area, buffer),
        View::Fact(seq) => panes::fact::draw(state, *seq, area, buffer),
        View::Evidence(seq) => panes::evidence::draw(state, *seq, area, buffer),
        View::Looks(env) => panes::looks::draw(state, env, area, buffer),
        View::Run(action) => panes::running::draw(state, action, area, buffer),
        View::Tasks => panes::tasks::draw(state, area, buffer),
        View::Messages => panes::messages::draw(state, area, buffer),
        View::Calls => panes::calls::draw(state, area, buffer),
        View::Help(contexts) => panes::help::draw(state, contexts, area, buffer),
    }
}

/// Lights what is searched, in what has the keys; log lines light their own.
fn light_hits(state: &State, area: Rect, buffer: &mut Buffer) {
    let searched = state.searched();
    let Some(pattern) = Pattern::literal(searched).ok().filter(|_| !searched.is_empty() && !state.is_in_logs()) else {
        return;
    };
    let place = if state.view() == &View::Overview { panes::overview::focused(state, area) } else { area };
    light(&pattern, place.inner(Margin { horizontal: 2, vertical: 1 }), buffer, &state.palette);
}

fn draw_footer(state: &State, area: Rect, buffer: &mut Buffer) {
    let clock = state.now.to_zoned(state.zone.clone()).strftime("%H:%M:%S %Z").to_string();
    let mut row = Row::new().put(" ", Role::Text);
    row = footer_words(state, row, usize::from(area.width).saturating_sub(if area.width >= 100 { 34 } else { 16 }));
    if let Some(asked) = state.asked.first() {
        let since = brief(age(state.now, asked.since));
        row = row
            .right(format!("{} {} {since}", state.palette.sign("◌", "o"), asked.what), Role::Busy)
            .right("   ", Role::Text);
    } else if state.is_engine_gone {
        row = row.right("the engine has ended", Role::Fail).right("   ", Role::Text);
    } else if let Some(failure) = &state.live.journal_lost {
        row = row
            .right(format!("the journal cannot be written: {}", failure.sentence()), Role::Fail)
            .right("   ", Role::Text);
    } else if area.width >= 100 {
        row = row.right(data_age(state), Role::Dim).right(" · ", Role::Dim);
    }
    row.right(clock, Role::Dim).right(" ", Role::Text).draw(area, buffer, &state.palette);
}

fn data_age(state: &State) -> String {
    let Some(world) = &state.world else { return String::new() };
    let looks = world.plan.environments.iter().filter_map(|e| state.live.looked_at_env(&e.name, &world.release));
    looks.min().map_or_else(|| "no data yet".to_owned(), |oldest| format!("data {} old", brief(age(state.now, oldest))))
}

fn footer_words(state: &State, row: Row, room: usize) -> Row {
    if let Some(hint) = &state.hint {
        return row.put(hint, Role::Warn);
    }
    if !state.pending.is_empty() {
        return row.put(format!("{} …", crate::config::keymap::chord_text(&state.pending)), Role::Accent);
    }
    hints(state).into_iter().fold(row, |row, (chord, word)| {
        let piece = chord.chars().count() + word.chars().count() + 4;
        if row.width() + piece > room.max(12) {
            return row;
        }
        row.put(chord, Role::Key).put(format!(" {word}   "), Role::Dim)
    })
}

/// Returns the keys that matter now, made from the live keymap; those that do nothing now are left out.
fn hints(state: &State) -> Vec<(String, &'static str)> {
    let contexts = state.contexts();
    if state.dialog.is_some() {
        return dialog_hints(state, &contexts);
    }
    let act = [ActAction::Deploy, ActAction::Verify, ActAction::RollBack].map(Action::Act);
    let decide = [ActAction::Approve, ActAction::Waive].map(Action::Act);
    let run = [RunAction::Stop, RunAction::Retry, RunAction::Leave, RunAction::Accept].map(Action::Run);
    let back = [Action::App(AppAction::Back), Action::App(AppAction::Help)];
    let mut wanted: Vec<Action> = match state.view() {
        View::Overview => {
            let mut all = vec![Action::App(AppAction::Help)];
            all.extend(act);
            all.extend(decide);
            all.extend([
                Action::App(AppAction::Reasons),
                Action::View(ViewAction::Journal),
                Action::Pane(PaneAction::Zoom),
                Action::Act(ActAction::Build),
                Action::App(AppAction::Quit),
            ]);
            all.rotate_left(1);
            all
        }
        View::Run(_) => run.into_iter().chain([act[2]]).chain(back).collect(),
        View::Environments | View::Environment(_) => act.into_iter().chain(decide).collect(),
        View::Journal => journal_hints(),
        View::Checklist => checklist_hints(),
        View::Check(_) => {
            let check = [CheckAction::Run, CheckAction::Answer].map(Action::Check);
            check.into_iter().chain([Action::Act(ActAction::Waive), Action::Pane(PaneAction::Open)]).collect()
        }
        View::Incident => vec![act[2], act[1], Action::App(AppAction::Reasons), Action::Pane(PaneAction::Open)],
        View::Release => [PaneAction::Open, PaneAction::Next, PaneAction::Zoom].map(Action::Pane).to_vec(),
        View::Verify => vec![act[1], Action::Pane(PaneAction::Next), Action::Pane(PaneAction::Open)],
        View::Fact(_) => vec![Action::Pane(PaneAction::Subject)],
        View::Logs
        | View::Reasons
        | View::Evidence(_)
        | View::Looks(_)
        | View::Tasks
        | View::Messages
        | View::Calls
        | View::Help(_) => Vec::new(),
    };
    if !matches!(state.view(), View::Overview | View::Run(_)) {
        wanted.extend(back);
    } else if matches!(state.view(), View::Overview) {
        wanted.retain(|a| *a != Action::App(AppAction::Help));
        wanted.insert(3, Action::App(AppAction::Help));
    }
    let possible = wanted.into_iter().filter(|a| state.why_not(*a).is_none());
    possible.filter_map(|a| Some((state.chord_of(a, &contexts)?, a.word()))).collect()
}

fn journal_hints() -> Vec<Action> {
    let search = [SearchAction::Open, SearchAction::Next, SearchAction::Filter].map(Action::Search);
    let open = [PaneAction::Open, PaneAction::Subject].map(Action::Pane);
    search.into_iter().chain(open).collect()
}

fn checklist_hints() -> Vec<Action> {
    let check = [CheckAction::Run, CheckAction::Answer, CheckAction::RunAll, CheckAction::Fold].map(Action::Check);
    let more = [Action::Act(ActAction::Waive), Action::Search(SearchAction::Filter)];
    check.into_iter().chain(more).collect()
}

fn dialog_hints(state: &State, contexts: &[&str]) -> Vec<(String, &'static str)> {
    let dialog =
        [DialogAction::Cancel, DialogAction::Next, DialogAction::Press, DialogAction::Down].map(Action::Dialog);
    let text = [TextAction::Submit, TextAction::NewLine].map(Action::Text);
    let all = dialog.into_iter().chain(text);
    all.filter_map(|a| Some((state.chord_of(a, contexts)?, a.word()))).collect()
}
