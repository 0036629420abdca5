//! Leaving the cockpit: at once while nothing runs; else a person says what becomes of it.

use super::state::{Leaving, State};
use crate::dialogs::{Farewell, LeaveDialog, Way};
use crate::message::Effect;
use crate::notices::Tone;
use crate::view::View;
use std::time::Duration;
use tminus_core::command::{ActionCommand, Command};
use tminus_core::names::ActionId;

/// How long somebody has to keep the cockpit open once what they were asked about has ended: a key that was meant for the
/// dialog must not land in the shell.
const FAREWELL: Duration = Duration::from_secs(3);

impl State {
    pub(super) fn quit(&mut self) -> Vec<Effect> {
        if !self.is_working() || self.gone.is_some() {
            return vec![Effect::Quit];
        }
        self.look.waited = self.active_ids();
        self.open(LeaveDialog::default());
        Vec::new()
    }

    fn active_ids(&self) -> Vec<ActionId> {
        let active = self.world.iter().flat_map(|world| world.release.active_actions());
        active.map(|action| action.id.clone()).collect()
    }

    pub(super) fn leave(&mut self, way: Way) -> Vec<Effect> {
        if self.leaving == Leaving::OnceOver && self.call_off() {
            self.hint = None;
        }
        match way {
            Way::Leave => vec![Effect::Quit],
            Way::Wait => {
                self.leaving = Leaving::OnceOver;
                self.look.waited = self.active_ids();
                self.leave_if_over()
            }
            Way::Stop => self.stop_all(),
            Way::Stay => Vec::new(),
        }
    }

    /// Asks everything that runs to stop at its next step, and shows it.
    fn stop_all(&mut self) -> Vec<Effect> {
        let Some(world) = &self.world else { return Vec::new() };
        let stops = |a: &&tminus_core::release::ActionState| !a.is_stuck() && a.stop_requested.is_none();
        let all: Vec<ActionId> = world.release.active_actions().filter(stops).map(|a| a.id.clone()).collect();
        match all.as_slice() {
            [only] => self.go(View::Run(only.clone())),
            [] | [_, ..] => self.go(View::Tasks),
        }
        let stop = |action: ActionId| {
            let what = format!("stop {action}");
            self.ask(what, Command::Action(ActionCommand::Stop { action }))
        };
        all.into_iter().flat_map(stop).collect()
    }

    /// Calls the leaving off that waits for the end of what runs; false when none does.
    pub(super) fn call_off(&mut self) -> bool {
        let was_leaving = std::mem::take(&mut self.leaving) == Leaving::OnceOver;
        if was_leaving {
            self.hint = Some("no longer leaving".to_owned());
        }
        was_leaving
    }

    /// Leaves once nothing runs any more, where that was wished; what stands still wants a person, who stays for it.
    pub(crate) fn leave_if_over(&mut self) -> Vec<Effect> {
        self.say_farewell();
        if self.leaving != Leaving::OnceOver || self.gone.is_some() {
            return Vec::new();
        }
        let stuck = self.world.as_ref().and_then(|w| w.release.active_actions().find(|a| a.is_stuck()));
        if let Some(stuck) = stuck.map(|a| a.id.to_string()) {
            self.leaving = Leaving::Not;
            self.say(Tone::Hint, "leaving", format!("{stuck} stopped and waits for a decision: not left"));
            return Vec::new();
        }
        if self.is_working() { Vec::new() } else { vec![Effect::Quit] }
    }

    /// Leaves in a moment where what somebody was asked about is over, unless they press a key.
    fn say_farewell(&mut self) {
        let (now, is_working) = (self.now, self.is_working());
        let Some(dialog) = self.dialog_mut::<LeaveDialog>() else { return };
        match dialog.farewell {
            Farewell::NotYet if !is_working => dialog.farewell = Farewell::At(now + FAREWELL),
            Farewell::At(at) if at <= now => self.leaving = Leaving::OnceOver,
            Farewell::NotYet | Farewell::At(_) | Farewell::Kept => {}
        }
    }

    /// Keeps the cockpit open: somebody is there.
    pub(super) fn keep_open(&mut self) {
        if let Some(dialog) = self.dialog_mut::<LeaveDialog>()
            && matches!(dialog.farewell, Farewell::At(_))
        {
            dialog.farewell = Farewell::Kept;
        }
    }

    /// Returns the actions whose end was waited for, where the cockpit left by itself.
    pub(crate) fn waited_for(&self) -> Vec<ActionId> {
        if self.leaving == Leaving::OnceOver { self.waited.clone() } else { Vec::new() }
    }
}
