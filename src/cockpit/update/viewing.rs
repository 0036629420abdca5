//! Which view is shown.

use super::state::State;
use crate::action::{AppAction, PaneAction, ViewAction};
use crate::dialogs::{ChooseDialog, PaletteScope, Pressed, SayingDialog};
use crate::message::Effect;
use crate::panes::{self, Enter, Tab};
use crate::spot::{Pane, PaneSide, Spot, Zoom};
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
            AppAction::Palette => self.open_palette(PaletteScope::Everything),
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
        let left = self.trail.iter().rev().find(|spot| panes::page(&spot.view).is_numbered()).cloned();
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
                let row = self.here().stop(self, (row.saturating_add(1), row));
                if let Some(spot) = self.look.trail.last_mut().filter(|spot| spot.side == PaneSide::First) {
                    spot.row = row;
                }
            }
            None => self.begin(view),
        }
    }

    pub(super) fn act_pane(&mut self, action: PaneAction) -> Vec<Effect> {
        match action {
            PaneAction::Next => self.turn(1),
            PaneAction::Previous => self.turn(-1),
            PaneAction::Zoom if self.is_overview() => self.look.panes.zoom = self.panes.zoom.next(),
            PaneAction::Zoom => {
                if let Some(spot) = self.look.trail.last_mut() {
                    spot.zoom = spot.zoom.other();
                }
            }
            PaneAction::Open => return self.open_selected(),
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
        if self.view().help().is_none() {
            self.go(View::Help(contexts));
        }
    }

    fn turn_environment(&mut self, by: isize) {
        let count = self.here().count(self).max(1) as isize;
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

    fn turn(&mut self, by: isize) {
        let tab = self.here().tab();
        match tab {
            Tab::Panes => {
                let by = by.rem_euclid(Pane::ALL.len() as isize).unsigned_abs();
                self.look.panes.focus = self.panes.focus.after(by);
            }
            Tab::Environment => self.turn_environment(by),
            Tab::Target => self.turn_target(by),
            Tab::Side => {
                if let Some(spot) = self.look.trail.last_mut() {
                    spot.side = spot.side.other();
                }
            }
        }
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
        let options = options.into_iter().zip(names.into_iter().map(Pressed::ActsAs)).collect();
        self.open(ChooseDialog { title, options, row });
    }

    fn open_selected(&mut self) -> Vec<Effect> {
        let enter = self.here().enter(self);
        match enter {
            Enter::Nothing => {}
            Enter::View(view) => self.go(view),
            Enter::At(view, row) => {
                self.go(view);
                self.move_to(row);
            }
            Enter::Alone => {
                if let Some(spot) = self.look.trail.last_mut() {
                    spot.zoom = Zoom::Alone;
                }
            }
            Enter::Message(number) => self.open(SayingDialog::new(number)),
            Enter::LogLine => self.open_line(),
            Enter::Key => return self.run_help(),
            Enter::Fold => self.fold(),
        }
        Vec::new()
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
