//! Acting on the release: every key that changes the world opens something first.

use super::state::{Asked, State};
use crate::action::{ActAction, RunAction};
use crate::dialogs::{
    Asks, ChooseDialog, ConfirmDialog, Need, Pressed, PreviewDialog, SayingDialog, WriteDialog, Writing, in_a_line,
};
use crate::message::Effect;
use crate::panes;
use crate::said::{Entry, Tone};
use tminus_core::action::{Patience, Request, StepUndo};
use tminus_core::command::{ActionCommand, Command, Refusal};
use tminus_core::names::{ActionId, EnvName, Version};
use tminus_core::situation::{GateItem, WayBackState};

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
            ActAction::Verify => return self.preview(Request::Verify { env, horizon: None, patience: Patience::Now }),
            ActAction::RollBack => self.begin_roll_back(env, None),
            ActAction::Approve => self.begin_approval(&env),
            ActAction::Waive => self.begin_waiver(),
            ActAction::Lock => self.begin_lock(env),
        }
        Vec::new()
    }

    pub(super) fn act_run(&mut self, action: RunAction) -> Vec<Effect> {
        let Some(id) = self.shown_action().map(|a| a.id.clone()) else { return Vec::new() };
        match action {
            RunAction::Stop => {
                return self.ask(format!("stop {id}"), Command::Action(ActionCommand::Stop { action: id }));
            }
            RunAction::Retry => {
                self.confirm("Try the failed step again?", "Retry", ActionCommand::Retry { action: id })
            }
            RunAction::Leave => self.confirm(
                "Leave everything as it is, and end the action?",
                "Leave",
                ActionCommand::Leave { action: id },
            ),
            RunAction::Accept => {
                let lines =
                    vec!["Nobody saw how this step ended. Look at the target yourself; write what you saw.".to_owned()];
                let dialog = WriteDialog::new("The step is done", lines, Need::Required, Writing::Accept(id));
                self.open(dialog);
            }
        }
        Vec::new()
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
        self.asked.push(Asked { ticket: self.tickets, what, since: self.now, proposes: None });
        vec![Effect::Command { ticket: self.tickets, who: self.who.clone(), command: Box::new(command) }]
    }

    /// Says why something was refused, and keeps it until it is read.
    pub(crate) fn refuse(&mut self, what: impl Into<String>, refusal: Refusal) {
        self.keep_unread(Entry::refused(self.now, what, refusal));
    }

    /// Says it in the footer, which takes no key from anybody.
    pub(super) fn keep_unread(&mut self, refused: Entry) {
        self.hint = Some(in_a_line(self, &refused));
        self.look.said.keep(refused);
    }

    /// Shows what is wrong in what somebody set: it is a list, and read before anything else is done.
    pub(crate) fn refuse_settings(&mut self, refusal: Refusal) {
        let number = self.look.said.keep(Entry::refused(self.now, "settings", refusal));
        self.open(SayingDialog::new(number));
    }

    fn confirm(&mut self, title: &str, go: &'static str, command: ActionCommand) {
        let Some(action) = self.shown_action() else { return };
        let mut lines = vec![panes::actions::what(action)];
        if let Some((_, step)) = action.current() {
            lines.push(format!("\"{}\": {}", step.step.title, step.summary));
            if let (ActionCommand::Retry { .. }, StepUndo::Irreversible(why)) = (&command, &step.step.undo) {
                lines.push(format!("{} Cannot be undone: {why}", self.palette.sign("▲", "!")));
            }
        }
        let what = go.to_lowercase();
        let then = Asks::new(format!("{what} {}", action.id), Command::Action(command));
        self.open(ConfirmDialog::new(title, lines, ("Cancel", go), then));
    }

    /// Asks what is wrong there, beginning with what is known: one key takes that. A version that is named is gone back to.
    pub(super) fn begin_roll_back(&mut self, env: EnvName, to: Option<Version>) {
        let Some(situation) = self.situation() else { return };
        let way = situation.way_back_to(&env, to.as_ref());
        if matches!(way.state, WayBackState::None | WayBackState::Blocked) {
            let says = format!("There is no rollback in {env} now.");
            let reasons = self.trouble_elsewhere(&env).into_iter().chain(way.reasons).collect();
            return self.refuse(format!("roll back {env}"), Refusal::held(says).with(reasons));
        }
        let running = panes::versions::running(self, &env).unwrap_or_default();
        let mut lines: Vec<String> = self.trouble_elsewhere(&env).into_iter().collect();
        lines.push(format!(
            "What is wrong with {running} in {env}? It is marked bad with this reason, and not deployed again without a waiver. The preview comes next."
        ));
        let known = situation.reason_to_go_back(&env);
        let title = match &to {
            Some(to) => format!("Roll back {env} to {to}: why"),
            None => format!("Roll back {env}: why"),
        };
        let kept = self.why_back.get(&env).cloned();
        let dialog = WriteDialog::new(title, lines, Need::Required, Writing::RollBack { env, to });
        self.open(dialog.beginning(kept.as_deref(), known.as_deref()));
    }

    fn begin_approval(&mut self, env: &EnvName) {
        // The footer and the palette offered that one.
        let Some(id) = self.approvable_in(env).map(|proposal| proposal.id.clone()) else { return };
        let mut lines = self.about_proposal(&id);
        lines.push("A note is not needed: Enter goes on without one.".to_owned());
        let title = format!("Approve as {}", self.who.label());
        let then = Writing::Approve(id);
        self.open(WriteDialog::new(title, lines, Need::Optional, then));
    }

    /// Says what an approval of a proposal lets happen, in the words of its preview.
    pub(super) fn about_proposal(&self, id: &ActionId) -> Vec<String> {
        let Some((proposal, situation)) = self.action(id).zip(self.situation()) else { return Vec::new() };
        let mut lines =
            vec![format!("{id} {}, proposed by {}.", panes::actions::what(proposal), proposal.proposer.label())];
        lines.extend(proposal.proposal.moves.iter().map(|m| {
            let from = m.from.as_ref().map_or_else(|| "nothing".to_owned(), |f| f.version.to_string());
            let digest = m.to.digest.as_ref().map(|d| format!(" {}", d.short())).unwrap_or_default();
            format!("{}: {from} → {}{digest}", m.artifact, m.to.version)
        }));
        let sign = self.palette.sign("▲", "!");
        let gone = situation.irreversible_of(&proposal.proposal);
        lines.extend(gone.into_iter().map(|thing| format!("{sign} Cannot be undone: {thing}")));
        let names: Vec<String> = proposal.approvals.iter().map(|a| a.who.label()).collect();
        if !names.is_empty() {
            lines.push(format!("Approved by {} so far.", names.join(", ")));
        }
        let plan = proposal.proposal.plan.get(..8).unwrap_or(&proposal.proposal.plan);
        let commit = proposal.proposal.commit.as_ref().map(|c| format!(", commit {}", c.short())).unwrap_or_default();
        lines.push(format!(
            "Your approval is for exactly this plan ({plan}){commit} and these images; any change voids it."
        ));
        lines
    }

    fn begin_waiver(&mut self) {
        let Some(environment) = self.waiving() else { return };
        let env = environment.name.clone();
        let items = self.waivable(environment);
        // On a check's page the choice begins at that check.
        let check = self.selected_check().map(|c| c.name.as_str());
        let row = items.iter().position(|i| Some(i.item.as_str()) == check).unwrap_or(0);
        let option = |item: GateItem| {
            let says = format!("{}  ({}: {})", item.title, item.verdict.word(), item.why);
            let then = Writing::Waive { env: env.clone(), item: item.item };
            let next = WriteDialog::new("Waive it: why", vec![says.clone()], Need::Required, then);
            (says, Pressed::Opens(Box::new(next)))
        };
        let title = format!("Go on in {env} without");
        self.open(ChooseDialog { title, options: items.into_iter().map(option).collect(), row });
    }
}
