//! Holding an environment: one key locks it, lets it go, or takes it over, whichever is open now.

use super::state::State;
use crate::dialogs::{Asks, ConfirmDialog, Need, WriteDialog, Writing};
use crate::message::Effect;
use tminus_core::command::Command;
use tminus_core::lock::LockCommand;
use tminus_core::names::EnvName;

impl State {
    /// Opens what a lock begins with: the reason, or for its holder the question whether to let it go.
    pub(super) fn begin_lock(&mut self, env: EnvName) {
        let Some(situation) = self.situation() else { return };
        let Some(lock) = situation.lock(&env) else {
            let lines = vec![format!(
                "Nobody else deploys to {env} until it is unlocked, and who tries reads why. Going back stays open to everybody, and takes the lock over."
            )];
            let dialog = WriteDialog::new(format!("Lock {env}: why"), lines, Need::Required, Writing::Lock(env));
            return self.open(dialog);
        };
        let (words, is_own, from) = (self.lock_words(lock), lock.is_of(&self.who), lock.holder.name.to_string());
        let lines = vec![format!("{env} is {words}")];
        if is_own {
            let then = Asks::new(format!("unlock {env}"), Command::Lock(LockCommand::Release { env: env.clone() }));
            let title = format!("Unlock {env}?");
            return self.open(ConfirmDialog::new(&title, lines, ("Cancel", "Unlock"), then));
        }
        let title = format!("Take {env} over from {from}: why");
        let dialog = WriteDialog::new(title, lines, Need::Required, Writing::TakeOver { env, from });
        self.open(dialog);
    }

    pub(super) fn lock(&mut self, env: EnvName, reason: String) -> Vec<Effect> {
        let what = format!("lock {env}");
        self.ask(what, Command::Lock(LockCommand::Take { env, reason, until: None }))
    }

    /// To take from somebody opens on cancel, and in a protected place wants its name.
    pub(super) fn confirm_takeover(&mut self, (env, from): (EnvName, String), reason: String) {
        let held =
            self.situation().and_then(|s| s.lock(&env)).map(|lock| format!("{env} is {}", self.lock_words(lock)));
        let mut lines: Vec<String> = held.into_iter().collect();
        lines.push(format!("From here on {} holds it: \"{reason}\". The journal says from whom.", self.who.label()));
        let plan = self.world.as_ref().map(|w| &w.plan);
        let environment = plan.and_then(|plan| plan.environment(&env)).filter(|e| e.protected);
        let typed = environment.map(|e| e.name.to_string());
        let (what, title) = (format!("take over {env}"), format!("Take {env} over from {from}"));
        let command = LockCommand::TakeOver { env, from, reason, until: None, typed: typed.clone() };
        let then = Asks::new(what, Command::Lock(command));
        let dialog = ConfirmDialog::new(&title, lines, ("Cancel", "Take it over"), then);
        self.open(dialog.typing(typed));
    }
}
