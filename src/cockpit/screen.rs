//! The whole screen: header, view, footer, and the dialog over it.

use super::action::{
    ActAction, Action, AppAction, CheckAction, DialogAction, PaneAction, RunAction, SearchAction, TextAction,
    ViewAction,
};
use super::panes;
use super::state::State;
use super::view::View;
use super::widgets::{Attention, Row};
use crate::config::theme::Role;
use crate::domain::situation::Word;
use crate::domain::time::{age, brief, t_clock};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

/// Draws everything; reads, and changes nothing.
pub(crate) fn draw(state: &State, area: Rect, buffer: &mut Buffer) {
    let area = area.intersection(buffer.area);
    if area.is_empty() {
        return;
    }
    let top = header_height(area);
    let foot = u16::from(area.height > 3);
    let header = Rect { height: top.min(area.height), ..area };
    let body = Rect { y: area.y + top.min(area.height), height: area.height.saturating_sub(top + foot), ..area };
    let footer = Rect { y: area.bottom() - foot, height: foot, ..area };
    draw_header(state, header, buffer);
    draw_view(state, body, buffer);
    draw_footer(state, footer, buffer);
    if let Some(dialog) = &state.dialog {
        dialog.draw(state, if area.height > 8 { Rect { height: area.height - foot, ..area } } else { area }, buffer);
    }
}

/// Under this many columns the clock and the verdict get a line of their own.
const NARROW: u16 = 110;

/// A wide screen has room for air under the header, a narrow one needs two lines for it.
const fn header_height(area: Rect) -> u16 {
    match (area.width, area.height) {
        (_, 0..=3) => 1,
        (0..NARROW, _) => 2,
        (_, 30..) => 2,
        (_, _) => 1,
    }
}

/// Returns how many lines a view has on a screen of this size.
pub(crate) fn view_lines((width, height): (u16, u16)) -> u16 {
    let area = Rect { x: 0, y: 0, width, height };
    height.saturating_sub(header_height(area) + u16::from(height > 3))
}

fn draw_view(state: &State, area: Rect, buffer: &mut Buffer) {
    match state.view() {
        View::Overview => panes::overview::draw(state, area, buffer),
        View::Environments => panes::environments::draw(state, Attention::Here, area, buffer),
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
        View::Run(action) => panes::running::draw(state, action, area, buffer),
        View::Tasks => panes::tasks::draw(state, area, buffer),
        View::Messages => panes::messages::draw(state, area, buffer),
        View::Calls => panes::calls::draw(state, area, buffer),
        View::Help(contexts) => panes::help::draw(state, contexts, area, buffer),
    }
}

fn draw_header(state: &State, area: Rect, buffer: &mut Buffer) {
    let name = state.world.as_ref().map_or("", |w| w.plan.project.as_str());
    let badge =
        if area.width < 80 { Row::new() } else { Row::new().put(" T-MINUS ", Role::Badge).put("  ", Role::Text) };
    let first = rehearsal(state, badge, area.width);
    let first = first.put(format!("{name} {}", state.version), Role::Strong);
    let (first, second) = match area.width {
        0..NARROW => (first.right(who(state), Role::Dim), verdict(state, clock(state, Row::new()))),
        _ => (verdict(state, clock(state, first.put("   ", Role::Text))), Row::new()),
    };
    let first = if area.width < NARROW {
        first
    } else {
        first.right(state.palette.sign("● ", "* "), Role::Pass).right(who(state), Role::Text).right(" ", Role::Text)
    };
    let inset = |y: u16| Rect { x: area.x + 1, y, width: area.width.saturating_sub(1), height: 1 };
    if area.height == 1 && area.width < NARROW {
        let one = verdict(
            state,
            rehearsal(state, Row::new(), area.width).put(state.version.as_str(), Role::Strong).put(" ", Role::Text),
        );
        return one.draw(inset(area.y), buffer, &state.palette);
    }
    first.draw(inset(area.y), buffer, &state.palette);
    if area.height > 1 {
        second.draw(inset(area.y + 1), buffer, &state.palette);
    }
}

fn rehearsal(state: &State, row: Row, columns: u16) -> Row {
    match &state.rehearsal {
        Some(scenario) if columns >= 80 => {
            row.put(format!(" REHEARSAL {scenario} "), Role::Rehearsal).put("  ", Role::Text)
        }
        Some(_) => row.put("REHEARSAL", Role::Rehearsal).put(" ", Role::Text),
        None => row,
    }
}

fn clock(state: &State, row: Row) -> Row {
    let zero = state.situation().and_then(|s| s.opening()).and_then(|o| o.zero);
    match zero {
        Some(zero) => row.put(t_clock(state.now, zero), Role::Accent).put("   ", Role::Text),
        None => row.put("T-0 not set", Role::Dim).put("   ", Role::Text),
    }
}

fn verdict(state: &State, row: Row) -> Row {
    let Some(situation) = state.situation() else { return row.put("reading the journal…", Role::Dim) };
    let outlook = situation.outlook();
    let (sign, role) = match outlook.word {
        Word::Go => (state.palette.sign("✓", "+"), Role::Pass),
        Word::NoGo => (state.palette.sign("✗", "x"), Role::Fail),
        Word::NotYet => (state.palette.sign("·", "."), Role::Warn),
    };
    let row = row.put(format!("{sign} {}", outlook.word.shown()), role);
    match outlook.blocking.len() {
        0 => row,
        count => row.put(format!("  {count} blocking"), Role::Text),
    }
}

fn who(state: &State) -> String {
    format!("{} drives", state.who.name)
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
        View::Journal => {
            vec![Action::Search(SearchAction::Open), Action::Search(SearchAction::Next), Action::Pane(PaneAction::Open)]
        }
        View::Environments | View::Environment(_) => act.into_iter().chain(decide).collect(),
        View::Checklist | View::Check(_) => {
            [CheckAction::Run, CheckAction::Answer, CheckAction::RunAll].map(Action::Check).to_vec()
        }
        View::Logs
        | View::Release
        | View::Verify
        | View::Incident
        | View::Reasons
        | View::Fact(_)
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

fn dialog_hints(state: &State, contexts: &[&str]) -> Vec<(String, &'static str)> {
    let dialog =
        [DialogAction::Cancel, DialogAction::Next, DialogAction::Press, DialogAction::Down].map(Action::Dialog);
    let text = [TextAction::Submit, TextAction::NewLine].map(Action::Text);
    let all = dialog.into_iter().chain(text);
    all.filter_map(|a| Some((state.chord_of(a, contexts)?, a.word()))).collect()
}
