//! Acting on the release: every key that changes the world opens something first.

use super::state::{PendingCall, State};
use crate::action::{ActAction, RunAction};
use crate::dialogs::{ChooseDialog, Pressed, PreviewDialog, SayingDialog, in_a_line};
use crate::message::Effect;
use crate::notices::{NoticeLine, Tone};
use tminus_core::action::{HorizonWait, Request};
use tminus_core::adoption::Adoptable;
use tminus_core::command::{ActionCommand, Command, GateCommand, Refusal};
use tminus_core::names::{ActionId, EnvName, Version};
use tminus_core::question::{Asker, PersonQuestion, QuestionLine, Settling};
use tminus_core::situation::GateItem;

impl State {
    pub(super) fn act_on_release(&mut self, action: ActAction) -> Vec<Effect> {
        if action == ActAction::Build {
            return self.preview(Request::Build { version: self.version.clone(), artifact: None });
        }
        let approved = self.approvable().and_then(|a| a.proposal.request.env().cloned());
        if let (ActAction::Approve, Some(env)) = (action, approved) {
            return self.act_in(action, env);
        }
        match self.environment().map(|e| e.name.clone()) {
            Some(env) => self.act_in(action, env),
            None => Vec::new(),
        }
    }

    /// Opens what an action in an environment begins with: its preview, or what must be written first.
    pub(super) fn act_in(&mut self, action: ActAction, env: EnvName) -> Vec<Effect> {
        match action {
            ActAction::Build => {}
            ActAction::Deploy => return self.preview(Request::Deploy { env, version: self.version.clone() }),
            ActAction::Verify => {
                return self.preview(Request::Verify { env, horizon: None, patience: HorizonWait::Now });
            }
            ActAction::RollBack => self.begin_roll_back(env, None),
            ActAction::Approve => self.begin_approval(&env),
            ActAction::Waive => self.begin_waiver(),
            ActAction::Lock => self.put_asking(|asker| asker.lock(env)),
        }
        Vec::new()
    }

    pub(super) fn act_run(&mut self, action: RunAction) -> Vec<Effect> {
        let Some(id) = self.shown_action().map(|a| a.id.clone()) else { return Vec::new() };
        match action {
            RunAction::Stop => {
                return self.ask(format!("stop {id}"), Command::Action(ActionCommand::Stop { action: id }));
            }
            RunAction::Retry => self.settle(&id, Settling::Retry),
            RunAction::Leave => self.settle(&id, Settling::Leave),
            RunAction::Accept => self.settle(&id, Settling::Accept),
        }
        Vec::new()
    }

    fn settle(&mut self, id: &ActionId, how: Settling) {
        let question = self.asking(|asker| Some(asker.settle(asker.situation.release.action(id)?, how)));
        question.flatten().into_iter().for_each(|question| self.put(question));
    }

    fn put_asking(&mut self, make: impl FnOnce(&Asker<'_>) -> PersonQuestion) {
        self.asking(make).into_iter().for_each(|question| self.put(question));
    }

    /// Asks for a preview, and opens the dialog that waits for it.
    pub(super) fn preview(&mut self, request: Request) -> Vec<Effect> {
        if let Some(why) = self.engineless() {
            self.say(Tone::Hint, request.verb(), why);
            return Vec::new();
        }
        self.tickets += 1;
        let ticket = self.tickets;
        self.open(PreviewDialog::new(ticket, request.clone()));
        vec![Effect::Preview { ticket, version: self.version_of(&request), request }]
    }

    /// Returns the release that a request is about: what is rolled back is what runs there.
    pub(super) fn version_of(&self, request: &Request) -> Version {
        let of = self.world.as_ref().and_then(|world| world.release.release_of(request));
        of.unwrap_or(&self.version).clone()
    }

    /// Asks the engine for something; the footer says so until it has answered.
    pub(super) fn ask(&mut self, what: String, command: Command) -> Vec<Effect> {
        if let Some(why) = self.engineless() {
            self.say(Tone::Hint, what, why);
            return Vec::new();
        }
        self.tickets += 1;
        let approves = match &command {
            Command::Gate(GateCommand::Approve { action, .. }) => Some(action.clone()),
            Command::Gate(GateCommand::Waive { .. } | GateCommand::Adopt { .. }) => None,
            Command::Release(_) | Command::Check(_) | Command::Action(_) | Command::Seat(_) => None,
            Command::Lock(_) | Command::Refresh => None,
        };
        self.asked.push(PendingCall { ticket: self.tickets, what, since: self.now, proposes: None, approves });
        vec![Effect::Command { ticket: self.tickets, who: self.who.clone(), command: Box::new(command) }]
    }

    /// Says why something was refused, and keeps it until it is read.
    pub(crate) fn refuse(&mut self, what: impl Into<String>, refusal: Refusal) {
        self.keep_unread(NoticeLine::refused(self.now, what, refusal));
    }

    /// Says it in the footer, which takes no key from anybody.
    pub(super) fn keep_unread(&mut self, refused: NoticeLine) {
        self.hint = Some(in_a_line(self, &refused));
        self.look.said.keep(refused);
    }

    /// Shows what is wrong in what somebody set: it is a list, and read before anything else is done.
    pub(crate) fn refuse_settings(&mut self, refusal: Refusal) {
        let number = self.look.said.keep(NoticeLine::refused(self.now, "settings", refusal));
        self.open(SayingDialog::new(number));
    }

    /// Asks what is wrong there, beginning with what is known: one key takes that. A version that is named is gone back to.
    pub(super) fn begin_roll_back(&mut self, env: EnvName, to: Option<Version>) {
        let elsewhere = self.trouble_elsewhere(&env);
        match self.asking(|asker| asker.roll_back(env.clone(), to)) {
            None => {}
            Some(Ok(mut question)) => {
                question.lines.splice(0..0, elsewhere.map(QuestionLine::Says));
                self.put(question);
            }
            Some(Err(mut refusal)) => {
                refusal.reasons.splice(0..0, elsewhere);
                self.refuse(format!("roll back {env}"), refusal);
            }
        }
    }

    fn begin_approval(&mut self, env: &EnvName) {
        // The footer and the palette offered that one.
        let Some(id) = self.approvable_in(env).map(|proposal| proposal.id.clone()) else { return };
        self.put_asking(|asker| asker.approve(id));
    }

    fn begin_waiver(&mut self) {
        let Some(environment) = self.waiving() else { return };
        let env = environment.name.clone();
        let (items, adoptable) = (self.waivable(environment).to_vec(), self.adoptable(&env).to_vec());
        // On a check's page the choice begins at that check.
        let check = self.selected_check().map(|c| c.name.as_str());
        let at_check = items.iter().position(|i| Some(i.item.as_str()) == check);
        let row = at_check.map_or(0, |at| adoptable.len() + at);
        let waive = |asker: &Asker<'_>, item: GateItem| {
            let says = format!("{}  ({}: {})", item.title, item.verdict.word(), item.why);
            (says, Pressed::Leads(asker.waive(env.clone(), item).into()))
        };
        let adopt = |asker: &Asker<'_>, seen: Adoptable| {
            let says = format!("adopt: {}", seen.words(&env));
            (says, Pressed::Leads(asker.adopt(env.clone(), seen).into()))
        };
        let title = match adoptable.is_empty() {
            true => format!("Go on in {env} without"),
            false => format!("Adopt in {env}, or go on without"),
        };
        let options = self.asking(|asker| {
            let adopts = adoptable.into_iter().map(|seen| adopt(asker, seen));
            adopts.chain(items.into_iter().map(|item| waive(asker, item))).collect()
        });
        self.open(ChooseDialog { title, options: options.unwrap_or_default(), row });
    }
}
