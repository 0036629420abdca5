//! While something is wrong: what is not well, what changed lately, and which way back is open. Nothing that is not known.

use super::health::{OLD, ill, is_out_of_sight};
use super::lines::{self, PageLine};
use super::offers::{OPEN, ROLL_BACK, VERIFY, and_ways};
use super::page::{Page, Tab};
use super::{changes, ending, reasons, way_back};
use crate::action::{Action, AppAction, PaneAction};
use crate::layout::view_area;
use crate::look::Look;
use crate::settings::theme::Role;
use crate::view::View;
use crate::widgets::{Focus, ListCursor, Row, fold_lines, frame, width};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use tminus_core::fact::{Fact, GateFact};
use tminus_core::names::EnvName;
use tminus_core::plan::Environment;
use tminus_core::situation::{Situation, WayBackState};
use tminus_core::time::{age, brief};

/// What is wrong, and the ways out.
pub(crate) struct IncidentPage;

impl Page for IncidentPage {
    fn name(&self) -> String {
        "incident".to_owned()
    }

    fn is_numbered(&self) -> bool {
        true
    }

    fn draw(&self, look: &Look, area: Rect, buffer: &mut Buffer) {
        let inside = frame(area, &heading(look, area), Focus::Here, buffer, &look.palette);
        let cursor = ListCursor { row: look.spot().row, attention: Focus::Here };
        lines::draw(look, &lines(look), cursor, (inside, buffer));
    }

    fn keys(&self, _: &Look) -> Vec<Action> {
        and_ways([ROLL_BACK, VERIFY, Action::App(AppAction::Reasons), OPEN])
    }

    fn lines(&self, look: &Look) -> Option<Vec<PageLine>> {
        Some(lines(look))
    }

    fn tab(&self) -> Tab {
        Tab::Target
    }

    // Where something is not well is looked at first, else where a way back is needed most.
    fn first_target(&self, look: &Look) -> Option<EnvName> {
        let first = look.troubles().first().map(|trouble| trouble.env.clone());
        first.or_else(|| lines(look).into_iter().find_map(|line| line.env))
    }

    // Only where the cursor stands on a way back itself is that one meant.
    fn target_at(&self, look: &Look, row: usize) -> Option<EnvName> {
        let all = lines(look);
        lines::about(&all, row).and_then(|line| line.chooses.clone())
    }
}

/// Says which environment the action keys are about: the one that was named, whatever line is read.
fn heading(look: &Look, area: Rect) -> Row {
    let row = Row::new().put(" Incident ", Role::Title);
    let Some(environment) = look.environment() else { return row };
    let is_wide = area.width >= 60;
    let key = look.chord_of(Action::Pane(PaneAction::Next), &look.contexts_beneath()).filter(|_| area.width >= 80);
    let row = row.right(" selected: ", Role::Dim);
    let row = match (environment.protected, is_wide) {
        (false, _) => row.right(format!("{} ", environment.name), Role::Strong),
        (true, wide) => {
            let word = if wide { "protected " } else { "" };
            row.right(format!("{} {} {word}", look.palette.protected(), environment.name), Role::Protected)
        }
    };
    match key {
        Some(key) => row.right(format!("· {key}: "), Role::Key).right("next ", Role::Dim),
        None => row,
    }
}

fn lines(look: &Look) -> Vec<PageLine> {
    let Some(situation) = look.situation() else { return vec![PageLine::plain(Row::dim("reading the journal…"))] };
    let area = view_area(look);
    let room = usize::from(area.width.saturating_sub(4));
    let mut all = vec![PageLine::plain(Row::heading("What is wrong"))];
    let unwell = unwell(look, situation, room);
    all.extend(if unwell.is_empty() { nothing(look, situation, room) } else { unwell });
    // What ends it comes before what led to it.
    all.extend([Row::new(), Row::heading("Ways out")].map(PageLine::plain));
    all.extend(ways(look, situation, area, room));
    all.extend([Row::new(), Row::heading("What changed lately")].map(PageLine::plain));
    let lately = changes::all(look, situation, room);
    if lately.is_empty() {
        all.push(PageLine::plain(Row::dim("no change is known")));
    }
    all.extend(lately.into_iter().flatten());
    all.extend(seats(look, situation, room));
    all
}

/// Says who came, went and drove, the newest first, where others can be here too.
fn seats(look: &Look, situation: Situation<'_>, room: usize) -> Vec<PageLine> {
    const TOLD: usize = 6;
    let story = situation.release.story.iter().rev();
    let facts =
        story.filter_map(|record| Some((record, if let Fact::Seat(fact) = &record.fact { fact } else { return None })));
    let told = facts.take(TOLD).flat_map(|(record, fact)| {
        let when = format!("{:>4}  ", brief(age(look.now, record.at)));
        let indent = width(&when);
        let says =
            fold_lines(&format!("{} {}", record.who.label(), fact.words(&record.who)), room.saturating_sub(indent));
        let row = move |(at, text): (usize, String)| match at {
            0 => PageLine::opening(Row::new().put(&when, Role::Dim).put(text, Role::Text), View::Fact(record.seq)),
            1.. => PageLine::plain(Row::text(format!("{}{text}", " ".repeat(indent)))),
        };
        says.into_iter().enumerate().map(row).collect::<Vec<_>>()
    });
    let told: Vec<PageLine> = told.collect();
    match told.is_empty() {
        true => told,
        false => [Row::new(), Row::heading("Who was here")].map(PageLine::plain).into_iter().chain(told).collect(),
    }
}

/// How many lines of one sentence are told here: what changed and the ways back must stay in sight.
const MOST_TOLD: usize = 4;

/// Silence is told with what it rests on: only what was looked at just now can be well.
fn nothing(look: &Look, situation: Situation<'_>, room: usize) -> Vec<PageLine> {
    let all = &situation.plan.environments;
    let seen = all.iter().filter(|e| !is_out_of_sight(look, situation, &e.name)).count();
    let says = format!("nothing known to be wrong; {seen} of {} environments were seen just now", all.len());
    fold_lines(&says, room).into_iter().map(|line| PageLine::plain(Row::dim(line))).collect()
}

fn unwell(look: &Look, situation: Situation<'_>, room: usize) -> Vec<PageLine> {
    let mut all = Vec::new();
    let told = look.outlook().into_iter().flat_map(|outlook| &outlook.blocking).filter(|r| !r.is_on_its_way());
    for reason in told {
        let Some(env) = &reason.env else { continue };
        let marked = marked(situation, env).filter(|_| reason.subject == situation.version.as_str());
        let page = marked.or_else(|| reasons::page_of(look, reason));
        let view = page.unwrap_or_else(|| View::Environment(env.clone()));
        // What a verification found has a line for each thing, beneath what it comes to.
        let verified = situation.failed_verification(env).filter(|_| reason.is_of_verification);
        let found = verified.and_then(|a| ending::found(look, a, room.saturating_sub(2)));
        let Some(found) = found else {
            all.extend(folded(look, (look.palette.verdict(reason.verdict), &reason.says), (env, view), room));
            continue;
        };
        let says = (look.palette.verdict(reason.verdict), format!("{env} failed its verification"));
        all.extend(folded(look, (says.0, &says.1), (env, view), room));
        all.extend(found.into_iter().map(|row| PageLine::plain(Row::text("  ").with(row))));
    }
    for environment in &situation.plan.environments {
        let env = &environment.name;
        let page = || View::Environment(env.clone());
        for drift in look.drift(env) {
            let sign = (look.palette.sign("≠", "!"), Role::Warn);
            all.extend(folded(look, (sign, &format!("drift: {drift}")), (env, page()), room));
        }
        let says = ill(look, env).map(|says| format!("{env}: {}", says.trim_start_matches("! ")));
        let looked = look.live.looked_at_env(env, situation.release);
        let unseen = looked.map(|at| age(look.now, at)).filter(|age| *age > OLD);
        let unseen = unseen.map(|age| format!("{env} was last seen {} ago", brief(age)));
        for says in says.into_iter().chain(unseen) {
            all.extend(folded(look, (("?", Role::Warn), &says), (env, page()), room));
        }
    }
    let lost = look.live.lost_logs.iter();
    all.extend(lost.map(|(source, (since, failure))| {
        let says =
            format!("the log {source} cannot be read for {}: {}", brief(age(look.now, *since)), failure.sentence());
        PageLine::opening(Row::new().put("? ", Role::Warn).put(says, Role::Text), View::Logs)
    }));
    all
}

/// Returns the fact by which the version that is looked at was marked bad in an environment: its reason stands there whole.
fn marked(situation: Situation<'_>, env: &EnvName) -> Option<View> {
    let is_mark = |fact: &Fact| {
        let Fact::Gate(GateFact::MarkedBad { version, env: of, .. }) = fact else { return false };
        version == situation.version && of == env
    };
    let mut story = situation.release.story.iter();
    story.rfind(|record| is_mark(&record.fact)).map(|record| View::Fact(record.seq))
}

/// Folds a sentence into lines, of which the first leads to its page.
fn folded(
    look: &Look,
    ((sign, role), says): ((&str, Role), &str),
    (env, view): (&EnvName, View),
    room: usize,
) -> Vec<PageLine> {
    let mut lines = Vec::new();
    let all = fold_lines(says, room.saturating_sub(2));
    let more = all.len().saturating_sub(MOST_TOLD);
    for (at, text) in all.into_iter().take(MOST_TOLD).enumerate() {
        lines.push(match at {
            0 => PageLine::opening(Row::new().put(format!("{sign} "), role).put(text, Role::Text), view.clone())
                .about(env),
            1.. => PageLine::plain(Row::text(format!("  {text}"))),
        });
    }
    let key = look.key_to(Action::Pane(PaneAction::Open));
    lines.extend((more > 0).then(|| PageLine::plain(Row::dim(format!("  … {more} more lines: {key} opens it")))));
    lines
}

/// Returns the environments, those that need a way back first: what is unwell, then what is protected.
fn by_need<'a>(look: &Look, situation: Situation<'a>) -> Vec<&'a Environment> {
    let blocking = look.outlook().map(|o| o.blocking.as_slice()).unwrap_or_default();
    let is_unwell = |e: &Environment| blocking.iter().any(|r| r.env.as_ref() == Some(&e.name) && !r.is_on_its_way());
    let mut all: Vec<&Environment> = situation.plan.environments.iter().collect();
    all.sort_by_key(|e| (!is_unwell(e), !e.protected));
    all
}

/// Returns the ways out of every environment; where there is little room, those that have none share a line.
fn ways(look: &Look, situation: Situation<'_>, area: Rect, room: usize) -> Vec<PageLine> {
    const ROOMY: u16 = 30;
    let named = look.environment().map(|e| &e.name);
    let is_none = |e: &&Environment| {
        let way = look.way_back(&e.name);
        way.is_some_and(|way| way.state == WayBackState::None && way.reasons.is_empty()) && named != Some(&e.name)
    };
    let all = by_need(look, situation);
    let (none, some): (Vec<&Environment>, Vec<&Environment>) =
        all.into_iter().partition(|e| area.height < ROOMY && is_none(e));
    let mut lines: Vec<PageLine> = some.into_iter().flat_map(|e| way(look, situation, e, room)).collect();
    if !none.is_empty() {
        let names: Vec<&str> = none.iter().map(|e| e.name.as_str()).collect();
        let says = format!("{} no rollback target: {}", look.palette.sign("–", "-"), names.join(", "));
        lines.extend(fold_lines(&says, room).into_iter().map(|line| PageLine::plain(Row::dim(line))));
    }
    lines
}

fn way(look: &Look, situation: Situation<'_>, environment: &Environment, room: usize) -> Vec<PageLine> {
    const NAME: usize = 16;
    let env = &environment.name;
    let (Some(way), Some((sign, role, word))) = (look.way_back(env), way_back::word(look, env)) else {
        return Vec::new();
    };
    let name = if environment.protected { Role::Protected } else { Role::Text };
    let mark = if environment.protected { look.palette.protected() } else { " " };
    let row = Row::new().put(format!("{sign} "), role).put(format!("{mark} "), Role::Protected);
    let row = row.column(env.as_str(), name, NAME).put(format!("{word}  "), role);
    let row = match way.leads_to() {
        Some(to) => row.put("to ", Role::Dim).put(to, Role::Strong),
        None => row,
    };
    let is_named = look.environment().is_some_and(|named| named.name == *env);
    let row = if is_named { row.right("← selected", Role::Accent) } else { row };
    let takes = way.takes.filter(|_| !way.moves.is_empty()).map(|takes| format!("  {}", way_back::about(takes)));
    let row = match takes.filter(|takes| row.needs() + width(takes) <= room) {
        Some(takes) => row.put(takes, Role::Dim),
        None => row,
    };
    let mut lines = vec![PageLine::opening(row, View::Environment(env.clone())).choosing(env)];
    let keeps = (!way.keeps.is_empty()).then(|| format!("not undone: {}", way.keeps.join(", ")));
    let why = way.reasons.iter().map(|why| (why.clone(), way_back::tone(way.state)));
    let notes = why.chain(keeps.map(|keeps| (keeps, Role::Warn)));
    let notes =
        notes.flat_map(|(text, role)| fold_lines(&text, room.saturating_sub(4)).into_iter().map(move |l| (l, role)));
    lines.extend(notes.map(|(line, role)| PageLine::plain(Row::new().put(format!("    {line}"), role))));
    let is_old = is_out_of_sight(look, situation, env);
    if is_old { lines.into_iter().map(PageLine::faded).collect() } else { lines }
}
