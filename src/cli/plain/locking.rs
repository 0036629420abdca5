//! Holding an environment, in the talk: why is asked for, and whose lock is taken over is said before.

use super::question::{After, Asked, Text};
use super::talk::Talk;
use crate::cli::show;
use tminus_core::command::Command;
use tminus_core::lock::LockCommand;
use tminus_core::names::EnvName;

impl Talk<'_> {
    /// Asks why; what is held by oneself is not asked for again.
    pub(super) fn lock(&mut self, words: &[String]) -> Result<(), String> {
        let env = self.environment(words)?;
        let now = self.handle.now();
        let situation = self.situation();
        let Some(lock) = situation.lock(&env) else {
            show::line(&format!(
                "Nobody else deploys to {env} until it is unlocked. Why? Others read it. An empty line does nothing."
            ));
            self.question(Asked::Text(Text::Lock(env)));
            return Ok(());
        };
        let (held, from) = (format!("{env} is {}", lock.words(now)), lock.holder.name.to_string());
        if lock.is_of(&self.who) {
            return Err(format!("{held}; `unlock {env}` unlocks it"));
        }
        show::line(&held);
        show::line(&format!("Why do you take it over from {from}? Others read it. An empty line does nothing."));
        self.question(Asked::Text(Text::TakeOver(env, from)));
        Ok(())
    }

    pub(super) fn unlock(&mut self, words: &[String]) -> Result<(), String> {
        let env = self.environment(words)?;
        self.command(Command::Lock(LockCommand::Release { env }), After::Nothing);
        Ok(())
    }

    pub(super) fn take_lock(&mut self, env: EnvName, reason: String) {
        self.command(Command::Lock(LockCommand::Take { env, reason, until: None }), After::Nothing);
    }

    /// To take from somebody wants a word, and in a protected place its name.
    pub(super) fn ask_to_take_over(&mut self, (env, from): (EnvName, String), reason: String) {
        let environment = self.snapshot.plan.environment(&env).filter(|environment| environment.protected);
        let typed = environment.map(|environment| environment.name.to_string());
        let word = typed.clone().unwrap_or_else(|| "yes".to_owned());
        show::line(&format!("Type {word} to take {env} over from {from}; anything else does nothing."));
        let command = LockCommand::TakeOver { env, from, reason, until: None, typed };
        self.question(Asked::Sure(word, Box::new(Command::Lock(command))));
    }
}
