//! What a command does: it goes to the engine, or is confirmed first. Nothing changes without a confirmation.

use super::named;
use super::question::{Ahead, OnDone, OpenQuestion, PlainAnswer};
use super::spoken::{Spoken, Verb, help};
use super::talk::{Talk, TalkStep};
use crate::cli::commands::check;
use crate::cli::exit::Exit;
use crate::cli::show;
use tminus_core::action::{HorizonWait, Request};
use tminus_core::command::{ActionCommand, CheckCommand, Command};
use tminus_core::lock::LockCommand;
use tminus_core::names::{CheckName, EnvName, Version};
use tminus_core::question::Settling;
use tminus_core::seat::SeatCommand;
use tminus_core::situation::GateItem;

/// What a command came to, or why it cannot be done like this.
type SpokenResult = Result<(), String>;

impl Talk<'_> {
    pub(super) fn obey(&mut self, line: &str) -> TalkStep {
        let (verb, words) = match Spoken::of(line) {
            Ok(None) => return TalkStep::Go,
            Ok(Some(Spoken { verb: Verb::Quit, .. })) => return self.quit(),
            Ok(Some(spoken)) => (spoken.verb, spoken.words),
            Err(why) => {
                self.came_to(Exit::Wrong);
                show::line(&why);
                return TalkStep::Go;
            }
        };
        if let Err(why) = self.perform(verb, &words) {
            self.came_to(Exit::Refused);
            show::line(&why);
        }
        TalkStep::Go
    }

    fn perform(&mut self, verb: Verb, words: &[String]) -> SpokenResult {
        self.not_barred(verb, words)?;
        match verb {
            Verb::Status => self.status(),
            Verb::Refresh => self.command(Command::Refresh, OnDone::Status),
            Verb::Check => self.check(words)?,
            Verb::Answer => self.answer(words)?,
            Verb::Deploy => {
                let (env, version) = (self.environment(words)?, self.version.clone());
                self.preview(Request::Deploy { env, version }, Ahead::Act);
            }
            Verb::Approve => self.approve(words)?,
            Verb::Waive => self.waive(words)?,
            Verb::Adopt => self.adopt(words)?,
            Verb::Verify => {
                let env = self.environment(words)?;
                self.preview(Request::Verify { env, horizon: None, patience: HorizonWait::Now }, Ahead::Act);
            }
            Verb::RollBack => {
                let (place, to) = named::target(words)?;
                let env = self.environment(place)?;
                match self.asker(|asker| asker.roll_back(env, to)) {
                    Ok(question) => self.put(question),
                    Err(refusal) => self.refuse(&refusal),
                }
            }
            Verb::Stop => self.stop(),
            Verb::Retry => self.settle(Settling::Retry, words)?,
            Verb::Accept => self.settle(Settling::Accept, words)?,
            Verb::Leave => self.settle(Settling::Leave, words)?,
            Verb::Lock => self.lock(words)?,
            Verb::Unlock => self.unlock(words)?,
            Verb::Logs => self.logs(named::source(words, &self.snapshot.plan)?),
            Verb::Follow => self.follow(named::source(words, &self.snapshot.plan)?.0),
            Verb::Quiet => self.quiet(),
            Verb::Journal => self.journal(named::count(words)?),
            Verb::People => self.people(),
            Verb::Ask => self.command(Command::Seat(SeatCommand::Ask), OnDone::Nothing),
            Verb::Take => self.command(Command::Seat(SeatCommand::Take), OnDone::Nothing),
            Verb::Give => self.give(words)?,
            Verb::Decline => self.decline(words)?,
            Verb::As => self.act_as(words)?,
            Verb::Help => help().iter().for_each(|line| show::line(line)),
            Verb::Quit => {}
        }
        Ok(())
    }

    pub(super) fn environment(&self, words: &[String]) -> Result<EnvName, String> {
        named::environment(words, &self.snapshot.plan)
    }

    fn check(&mut self, words: &[String]) -> SpokenResult {
        let plan = self.snapshot.plan.clone();
        let chosen = check::chosen(&plan, words).map_err(|stop| stop.report.to_string())?;
        if chosen.is_empty() {
            return Err(check::nothing_to_measure(words));
        }
        let names: Vec<CheckName> = chosen.iter().map(|c| c.name.clone()).collect();
        let checks: Vec<CheckName> = chosen.iter().filter(|c| c.way.is_runnable()).map(|c| c.name.clone()).collect();
        if checks.is_empty() {
            self.checks(&names);
            return Ok(());
        }
        let run = CheckCommand::Run { release: self.version.clone(), checks };
        self.command(Command::Check(run), OnDone::Checks(names));
        Ok(())
    }

    /// Asks for a note on an answer.
    fn answer(&mut self, words: &[String]) -> SpokenResult {
        let named = &words[..words.len().min(1)];
        let plan = self.snapshot.plan.clone();
        let check = named::manual(named, &plan)?;
        let yes = match words.get(1..).unwrap_or_default() {
            [word] if word == "yes" => true,
            [word] if word == "no" => false,
            [..] => {
                let (title, name) = (&check.title, &check.name);
                return Err(format!("{title}: is it true? `answer {name} yes` or `answer {name} no`"));
            }
        };
        self.put(self.asker(|asker| asker.answer(check, yes)));
        Ok(())
    }

    fn approve(&mut self, words: &[String]) -> SpokenResult {
        let found = named::proposal(words, (&self.snapshot.plan, &self.snapshot.release))?;
        let (id, proposer) = (found.id.clone(), found.proposer.label());
        let (version, request) = (found.proposal.release.clone(), found.proposal.request.clone());
        show::line(&format!("{id}, proposed by {proposer}"));
        // Whether it still is what would be done now is decided on fresh sight of the targets.
        self.preview_of((&version, request), Ahead::Approve(id));
        Ok(())
    }

    fn waive(&mut self, words: &[String]) -> SpokenResult {
        let (env, item) = match words {
            [env, item] => (self.environment(std::slice::from_ref(env))?, item),
            [] | [_] => {
                let env = self.environment(words)?;
                self.waits(&env);
                return Ok(());
            }
            [_, _, ..] => return Err("one item at a time; the reason is asked for".to_owned()),
        };
        let found = self.waiting(&env)?.into_iter().find(|waiting| waiting.item == *item);
        let found =
            found.ok_or_else(|| format!("the gate of {env} does not wait for {item}; `waive {env}` lists them"))?;
        self.put(self.asker(|asker| asker.waive(env, found)));
        Ok(())
    }

    /// Lists what can be adopted in an environment, or asks why to adopt what runs of one artifact.
    fn adopt(&mut self, words: &[String]) -> SpokenResult {
        let (env, artifact) = match words {
            [env, artifact] => (self.environment(std::slice::from_ref(env))?, Some(artifact)),
            [] | [_] => (self.environment(words)?, None),
            [_, _, ..] => return Err("one artifact at a time; the reason is asked for".to_owned()),
        };
        self.situation().may_adopt(&env).map_err(|refusal| refusal.says)?;
        let all = self.situation().adoptable_in(&env);
        let Some(artifact) = artifact else {
            self.adoptable(&env, &all);
            return Ok(());
        };
        let found = all.into_iter().find(|seen| seen.artifact.as_str() == artifact);
        let found =
            found.ok_or_else(|| format!("there is nothing to adopt of {artifact} in {env}: `adopt {env}` lists it"))?;
        self.put(self.asker(|asker| asker.adopt(env, found)));
        Ok(())
    }

    /// Returns what the gate of an environment waits for and a waiver could pass.
    pub(super) fn waiting(&self, env: &EnvName) -> Result<Vec<GateItem>, String> {
        let situation = self.situation();
        let environment = situation.environment(env).map_err(|refusal| refusal.says)?;
        Ok(situation.waivable(environment))
    }

    /// Asks how an action goes on that stands still.
    fn settle(&mut self, how: Settling, words: &[String]) -> SpokenResult {
        let found = named::stuck(words, (&self.snapshot.plan, &self.snapshot.release))?;
        self.put(self.asker(|asker| asker.settle(found, how)));
        Ok(())
    }

    /// Asks why to lock it; what is locked by oneself is not asked for again.
    fn lock(&mut self, words: &[String]) -> SpokenResult {
        let env = self.environment(words)?;
        let own = self.situation().lock(&env).filter(|lock| lock.is_of(&self.who)).map(|l| l.words(self.handle.now()));
        if let Some(own) = own {
            return Err(format!("{env} is {own}; `unlock {env}` unlocks it"));
        }
        self.put(self.asker(|asker| asker.lock(env)));
        Ok(())
    }

    fn unlock(&mut self, words: &[String]) -> SpokenResult {
        let env = self.environment(words)?;
        self.command(Command::Lock(LockCommand::Release { env }), OnDone::Nothing);
        Ok(())
    }

    fn act_as(&mut self, words: &[String]) -> SpokenResult {
        if self.desk.rehearsal.is_none() {
            return Err("you act as yourself; only in a rehearsal can one person act as several".to_owned());
        }
        let name = named::member(words, &self.snapshot.plan)?;
        // One person plays several: each is a user of the rehearsal's own.
        self.who.user = format!("played:{name}");
        self.who.name = name;
        show::line(&format!("{} acts from now on", self.who.name));
        Ok(())
    }

    fn quit(&mut self) -> TalkStep {
        let running: Vec<String> = self.snapshot.release.active_actions().map(|a| a.id.to_string()).collect();
        if running.is_empty() {
            return TalkStep::End;
        }
        let running = running.join(", ");
        show::line(&match self.desk.joined() {
            Some(_) => {
                format!(
                    "{running} has not ended; the engine continues when you leave. `stop` stops it at its next step."
                )
            }
            None => format!("{running} has not ended; it stops at its next step, and the next tminus resumes it."),
        });
        show::line("Type yes to leave; anything else stays.");
        self.question(OpenQuestion::Quit);
        TalkStep::Go
    }

    fn stop(&mut self) {
        let running: Vec<_> = self.snapshot.release.active_actions().map(|a| a.id.clone()).collect();
        if running.is_empty() {
            return show::line("nothing runs");
        }
        for action in running {
            self.command(Command::Action(ActionCommand::Stop { action }), OnDone::Nothing);
        }
    }

    pub(super) fn preview(&mut self, request: Request, ahead: Ahead) {
        let version = self.version.clone();
        self.preview_of((&version, request), ahead);
    }

    fn preview_of(&mut self, (version, request): (&Version, Request), ahead: Ahead) {
        show::line("looking at the targets");
        let (handle, version) = (self.handle.clone(), version.clone());
        let look = async move { PlainAnswer::Preview(ahead, Box::new(handle.preview(&version, request).await)) };
        self.answers.spawn(look);
        self.asked = OpenQuestion::Engine;
    }

    pub(super) fn command(&mut self, command: Command, after: OnDone) {
        let (handle, who) = (self.handle.clone(), self.who.clone());
        self.answers.spawn(async move { PlainAnswer::Command(after, handle.command(&who, command).await) });
        self.asked = OpenQuestion::Engine;
    }
}
