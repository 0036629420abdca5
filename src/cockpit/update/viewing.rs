//! Which view is shown.

use crate::action::{AppAction, PaneAction, ViewAction};
use crate::dialogs::{Choice, ChooseDialog, Dialog, SayingDialog, Scope};
use crate::message::Effect;
use crate::panes;
use crate::spot::{Pane, Side, Spot, Zoom};
use crate::state::State;
use crate::view::View;
use tminus_core::command::Command;
use tminus_core::names::Person;

impl State {
    pub(super) fn act_app(&mut self, action: AppAction) -> Vec<Effect> {
        match action {
            AppAction::Quit => return self.quit(),
            AppAction::Back | AppAction::Interrupt => self.back(),
            AppAction::Help => self.help(),
            AppAction::Reasons => self.go(View::Reasons),
            AppAction::Tasks => self.go(View::Tasks),
            AppAction::Messages => self.go(View::Messages),
            AppAction::Meanwhile => self.show_meanwhile(),
            AppAction::Calls => self.go(View::Calls),
            AppAction::People => self.go(View::People),
            AppAction::Palette => self.open_palette(Scope::Everything),
            AppAction::Refresh if self.is_away_from_engine() => return self.rejoin(),
            AppAction::Refresh => return self.ask("look again".to_owned(), Command::Refresh),
            AppAction::ActAs => self.choose_name(),
            AppAction::Mouse => return self.turn_mouse(),
            AppAction::Redraw => return vec![Effect::Redraw],
            AppAction::ReadOnly => self.turn_read_only(),
            AppAction::Suspend => return vec![Effect::Suspend],
        }
        Vec::new()
    }

    pub(super) fn act_view(&mut self, action: ViewAction) -> Vec<Effect> {
        let view = match action {
            ViewAction::Overview => View::Overview,
            ViewAction::Environments => View::Environments,
            ViewAction::Logs => View::Logs,
            ViewAction::Checklist => View::Checklist,
            ViewAction::Release => View::Release,
            ViewAction::Verify => View::Verify,
            ViewAction::Incident => View::Incident,
            ViewAction::Journal => View::Journal,
        };
        self.show(view);
        Vec::new()
    }

    /// Goes to a numbered view, to the row where one left it; the journal begins at its newest fact. Where one was is
    /// one step back, except from the overview: that is where every way back ends.
    fn show(&mut self, view: View) {
        if self.view() == &view {
            return;
        }
        let left = self.trail.iter().rev().find(|spot| spot.view.is_numbered()).cloned();
        if let Some(spot) = left.filter(|spot| spot.view != View::Overview) {
            self.look.places.retain(|place| place.view != spot.view);
            self.look.places.push(spot);
        }
        if view == View::Overview {
            self.look.trail = vec![Spot::top_of(View::Overview)];
            return;
        }
        match self.places.iter().find(|place| place.view == view).cloned() {
            Some(left) => {
                // What stands there may be laid out otherwise by now: the cursor goes on from the line it belongs to.
                let row = left.row;
                self.enter(left);
                let row = panes::stop(self, (row.saturating_add(1), row));
                if let Some(spot) = self.look.trail.last_mut().filter(|spot| spot.side == Side::First) {
                    spot.row = row;
                }
            }
            None => self.begin(view),
        }
    }

    pub(super) fn act_pane(&mut self, action: PaneAction) -> Vec<Effect> {
        match action {
            PaneAction::Next if self.view() == &View::Incident => self.turn_target(1),
            PaneAction::Previous if self.view() == &View::Incident => self.turn_target(-1),
            PaneAction::Next if self.view() == &View::Verify => self.turn_environment(1),
            PaneAction::Previous if self.view() == &View::Verify => self.turn_environment(-1),
            PaneAction::Next => self.turn_pane(1),
            PaneAction::Previous => self.turn_pane(Pane::ALL.len() - 1),
            PaneAction::Zoom if self.view() == &View::Overview => self.look.panes.zoom = self.panes.zoom.next(),
            PaneAction::Zoom => {
                if let Some(spot) = self.look.trail.last_mut() {
                    spot.zoom = spot.zoom.other();
                }
            }
            PaneAction::Open if matches!(self.view(), View::Help(_)) => return self.run_help(),
            PaneAction::Open => self.open_selected(),
            PaneAction::Read => return self.page(),
            PaneAction::Subject => {
                if let Some(view) = self.subject() {
                    self.go(view);
                }
            }
        }
        Vec::new()
    }

    pub(super) fn back(&mut self) {
        if self.call_off() || self.lift() {
            return;
        }
        let spot = self.look.trail.last_mut();
        if let Some(zoomed) = spot.filter(|spot| spot.zoom == Zoom::Alone) {
            zoomed.zoom = Zoom::Shared;
        } else if self.trail.len() > 1 {
            self.look.trail.pop();
        } else if self.panes.zoom != Zoom::Shared {
            self.look.panes.zoom = Zoom::Shared;
        }
    }

    fn help(&mut self) {
        let contexts = self.contexts();
        if !matches!(self.view(), View::Help(_)) {
            self.go(View::Help(contexts));
        }
    }

    fn turn_environment(&mut self, by: isize) {
        let count = panes::count(self).max(1) as isize;
        self.move_to((self.row() as isize + by).rem_euclid(count) as usize);
    }

    /// Names another environment for the action keys, where the view is about several.
    fn turn_target(&mut self, by: isize) {
        let named = self.environment().map(|e| e.name.clone());
        let Some(all) = self.world.as_ref().map(|w| &w.plan.environments).filter(|all| !all.is_empty()) else { return };
        let at = all.iter().position(|e| Some(&e.name) == named.as_ref()).unwrap_or(0);
        let next = all.get((at as isize + by).rem_euclid(all.len() as isize) as usize).map(|e| e.name.clone());
        if let Some(spot) = self.look.trail.last_mut() {
            spot.target = next;
        }
    }

    /// Goes to the action of the selected call, and to its step.
    fn open_call(&mut self) {
        let Some((id, step)) = panes::calls::selected(self) else { return };
        self.go(View::Run(id));
        self.move_to(step);
    }

    fn turn_pane(&mut self, by: usize) {
        if self.view() != &View::Overview {
            if let Some(spot) = self.look.trail.last_mut() {
                spot.side = spot.side.other();
            }
            return;
        }
        self.look.panes.focus = self.panes.focus.after(by);
    }

    fn choose_name(&mut self) {
        let Some(world) = &self.world else { return };
        let mut names: Vec<Person> = world.plan.teams.iter().flat_map(|t| t.members.iter().cloned()).collect();
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|n| seen.insert(n.clone()));
        let teams = |name: &Person| {
            let of = world.plan.teams.iter().filter(|t| t.members.contains(name)).map(|t| t.name.as_str());
            of.collect::<Vec<_>>().join(", ")
        };
        let mut options: Vec<String> = names.iter().map(|n| format!("{n}  ({})", teams(n))).collect();
        // Who is themselves is not asked to stay that: the cursor begins at the first of the others.
        let row = names.iter().position(|n| *n == self.who.name).unwrap_or(0);
        if let Some(own) = self.own().map(|own| &own.name).filter(|own| !names.contains(own)) {
            options.push(format!("{own}  (yourself)"));
            names.push(own.clone());
        }
        let title = "Act as, in this rehearsal".to_owned();
        self.open(Dialog::Choose(Box::new(ChooseDialog { title, options, row, then: Choice::ActAs(names) })));
    }

    fn open_selected(&mut self) {
        if self.is_in_logs() {
            return self.open_line();
        }
        match self.view() {
            View::Run(_) => {
                if let Some(spot) = self.look.trail.last_mut() {
                    spot.zoom = Zoom::Alone;
                }
                return;
            }
            View::Messages => {
                let number = panes::messages::selected(self).map(|e| e.number);
                return number.into_iter().for_each(|n| self.open(Dialog::Saying(SayingDialog::new(n))));
            }
            View::Calls => return self.open_call(),
            View::Help(_) | View::People => return,
            View::Overview
            | View::Environments
            | View::Logs
            | View::Checklist
            | View::Release
            | View::Verify
            | View::Incident
            | View::Journal
            | View::Environment(_)
            | View::Check(_)
            | View::Reasons
            | View::Fact(_)
            | View::Evidence(_)
            | View::Looks(_)
            | View::Line(_)
            | View::Tasks => {}
        }
        let target = match self.view() {
            View::Overview => panes::overview::target(self),
            View::Logs => None,
            View::Reasons => panes::reasons::target(self),
            View::Journal => panes::journal::target(self),
            View::Tasks => panes::tasks::target(self),
            View::Environments => self.environment().map(|e| View::Environment(e.name.clone())),
            View::Environment(env) => panes::environment::target(self, env),
            View::Release => panes::release::target(self),
            View::Incident => panes::incident::target(self),
            View::Checklist => panes::checklist::target(self),
            View::Verify => self.environment().map(|e| View::Looks(e.name.clone())),
            View::Looks(env) => panes::looks::target(self, env),
            View::Check(name) => panes::check::target(self, name),
            View::Fact(seq) => self.subject_of(*seq),
            View::Evidence(_) | View::Line(_) | View::Run(_) | View::Messages | View::Calls | View::People => None,
            View::Help(_) => None,
        };
        match target {
            Some(view) => self.go(view),
            None if self.is_whole_checklist() => self.fold(),
            None => {}
        }
    }

    /// Folds the selected phase or group of the checklist, or opens it.
    pub(crate) fn fold(&mut self) {
        let Some((key, row)) = panes::checklist::key_of(self) else { return };
        if !self.look.looking.folded.remove(&key) {
            self.look.looking.folded.insert(key);
        }
        self.move_to(row);
    }
}
