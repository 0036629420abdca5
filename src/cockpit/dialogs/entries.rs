//! What the palette offers: the actions that make sense now, and the environments, checks and tasks by name.

use super::fuzzy::weigh;
use crate::action::{ActAction, Action, AppAction, Risk, SearchAction};
use crate::look::Look;
use crate::panes;
use tminus_core::names::{ActionId, CheckName, EnvName, Version};
use tminus_logs::pattern::Pattern;

/// What an entry leads to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum EntryTarget {
    Action(Action),
    /// Acting in an environment that is named.
    In(ActAction, EnvName),
    /// Going back to a version that is named.
    BackTo(EnvName, Version),
    Environment(EnvName),
    Check(CheckName),
    Task(ActionId),
}

/// One thing that the palette offers.
#[derive(Clone, Debug)]
pub(crate) struct PaletteEntry {
    pub(crate) target: EntryTarget,
    pub(crate) name: String,
    pub(crate) chord: String,
    pub(crate) risk: Risk,
    pub(crate) why_not: Option<String>,
    pub(crate) help: String,
    /// The name that a keymap gives it, to be found by.
    id: &'static str,
}

/// What is offered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PaletteScope {
    /// Everything that makes sense now.
    Everything,
    /// The keys of some contexts alone.
    Here(Vec<&'static str>),
}

impl PaletteEntry {
    fn place(target: EntryTarget, name: String, help: &str) -> Self {
        let (chord, help) = (String::new(), help.to_owned());
        Self { target, name, chord, risk: Risk::Looks, why_not: None, help, id: "" }
    }

    /// Weighs it against what was typed: its name counts most, its help least.
    fn weigh(&self, query: &str) -> Option<i32> {
        let name = weigh(query, &self.name).map(|weight| weight + 40);
        let id = weigh(query, self.id).map(|weight| weight + 10);
        let whole = weigh(query, &format!("{} {}", self.name, self.help)).map(|weight| weight / 2);
        let weight = name.max(id).max(whole)?;
        Some(if self.why_not.is_some() { weight - 30 } else { weight })
    }
}

/// Returns what fits what was typed, the best first; everything, what can be done first, when nothing was.
pub(super) fn fitting(look: &Look, scope: &PaletteScope, query: &str) -> Vec<PaletteEntry> {
    let all = all(look, scope);
    if let Some(pattern) = expression(query) {
        let whole = |entry: &PaletteEntry| format!("{} {} {}", entry.name, entry.chord, entry.help);
        return all.into_iter().filter(|entry| pattern.is_in(&whole(entry))).collect();
    }
    let mut weighed: Vec<(i32, PaletteEntry)> =
        all.into_iter().filter_map(|entry| Some((entry.weigh(query)?, entry))).collect();
    weighed.sort_by_key(|(weight, _)| std::cmp::Reverse(*weight));
    weighed.into_iter().map(|(_, entry)| entry).collect()
}

/// Returns what was typed as a query, where it has what only a query has; a few letters are found one behind another.
fn expression(query: &str) -> Option<Pattern> {
    let is_query = query.contains(['!', '|', '*', '^', '$', '[', '(', '\\', '"']);
    if is_query { Pattern::query(query).ok().flatten() } else { None }
}

fn all(look: &Look, scope: &PaletteScope) -> Vec<PaletteEntry> {
    let contexts = match scope {
        PaletteScope::Everything => look.contexts_beneath(),
        PaletteScope::Here(contexts) => contexts.clone(),
    };
    let actions = Action::all().into_iter().filter(|a| is_offered(*a));
    let mut entries: Vec<PaletteEntry> = actions.filter_map(|a| of_action(look, a, scope, &contexts)).collect();
    if *scope == PaletteScope::Everything {
        entries.extend(places(look));
    }
    entries
}

/// What moves a cursor, or belongs to a dialog, is no use from here.
const fn is_offered(action: Action) -> bool {
    match action {
        Action::List(_)
        | Action::Dialog(_)
        | Action::Text(_)
        | Action::Search(SearchAction::Take | SearchAction::Earlier | SearchAction::Later) => false,
        Action::App(AppAction::Palette | AppAction::Interrupt) => false,
        Action::App(_)
        | Action::View(_)
        | Action::Pane(_)
        | Action::Logs(_)
        | Action::Search(_)
        | Action::Act(_)
        | Action::Repository(_)
        | Action::Check(_)
        | Action::Run(_)
        | Action::Seat(_)
        | Action::Messages(_) => true,
    }
}

fn of_action(look: &Look, action: Action, scope: &PaletteScope, contexts: &[&str]) -> Option<PaletteEntry> {
    let chord = look.chord_of(action, contexts);
    let is_anywhere = match action {
        Action::App(_) | Action::View(_) | Action::Act(_) | Action::Repository(_) | Action::Seat(_) => {
            *scope == PaletteScope::Everything
        }
        Action::Pane(_)
        | Action::List(_)
        | Action::Logs(_)
        | Action::Search(_)
        | Action::Check(_)
        | Action::Run(_)
        | Action::Messages(_)
        | Action::Dialog(_)
        | Action::Text(_) => false,
    };
    (chord.is_some() || is_anywhere).then(|| PaletteEntry {
        target: EntryTarget::Action(action),
        name: action.word().to_owned(),
        chord: chord.unwrap_or_default(),
        risk: action.risk(),
        why_not: action.why_not(look),
        help: action.help().to_owned(),
        id: action.id(),
    })
}

fn places(look: &Look) -> Vec<PaletteEntry> {
    let Some(world) = &look.world else { return Vec::new() };
    let mut entries = Vec::new();
    for environment in &world.plan.environments {
        for action in [ActAction::Deploy, ActAction::Verify, ActAction::RollBack] {
            let name = format!("{} {}", Action::Act(action).word(), environment.name);
            let target = EntryTarget::In(action, environment.name.clone());
            let why_not = action.why_not_in(&environment.name, look);
            entries.push(PaletteEntry {
                risk: Risk::Changes,
                why_not,
                ..PaletteEntry::place(target, name, "Preview it.")
            });
        }
        entries.extend(further_back(look, &environment.name));
    }
    entries.extend(world.plan.environments.iter().map(|e| {
        let help = "Show what runs there, what was done, and the rollback.";
        PaletteEntry::place(EntryTarget::Environment(e.name.clone()), format!("env {}", e.name), help)
    }));
    entries.extend(world.plan.checks.iter().map(|check| {
        PaletteEntry::place(EntryTarget::Check(check.name.clone()), format!("check {}", check.name), &check.title)
    }));
    entries.extend(world.release.actions.iter().rev().map(|action| {
        let name = format!("task {}", action.id);
        PaletteEntry::place(EntryTarget::Task(action.id.clone()), name, &panes::actions::what(action))
    }));
    entries
}

/// Returns the rollbacks to a version that the key for it would not choose, the newest versions first.
fn further_back(look: &Look, env: &EnvName) -> Vec<PaletteEntry> {
    const MOST: usize = 4;
    let versions = look.situation().map(|situation| situation.earlier_good(env)).unwrap_or_default();
    let chosen = look.way_back(env).and_then(|way| way.to.clone());
    let further = versions.into_iter().filter(|version| Some(version) != chosen.as_ref()).take(MOST);
    let entry = |version: Version| {
        let name = format!("{} {env} to {version}", Action::Act(ActAction::RollBack).word());
        let why_not = ActAction::RollBack.barred_in(env, look);
        let target = EntryTarget::BackTo(env.clone(), version);
        PaletteEntry { risk: Risk::Changes, why_not, ..PaletteEntry::place(target, name, "Preview it.") }
    };
    further.map(entry).collect()
}
