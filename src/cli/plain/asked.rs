//! Questions to a person, and what the answer does.

use super::question::{After, Ahead, Answer, Asked, Text};
use super::talk::{Next, Talk, Typed};
use crate::cli::commands::preview;
use crate::cli::show;
use std::time::Instant;
use tminus_core::action::Request;
use tminus_core::command::{ActionCommand, CheckCommand, Command, Consent, GateCommand, Refusal};
use tminus_core::names::{ActionId, CheckName, EnvName};
use tminus_core::notation::counted;
use tminus_core::situation::{ItemKind, Preview};
use tminus_engine::Accepted;

impl Talk<'_> {
    pub(super) fn take(&mut self, Typed { text: line, at }: &Typed) -> Next {
        self.turn = Instant::now();
        self.tell_glance();
        let is_question = !matches!(self.asked, Asked::Nothing | Asked::Engine);
        if is_question && !self.is_script && *at < self.asked_at {
            show::line("You typed that before the question appeared, so it does not count: answer it now.");
            return Next::Go;
        }
        match std::mem::replace(&mut self.asked, Asked::Nothing) {
            Asked::Nothing | Asked::Engine => return self.obey(line),
            Asked::Text(_) if line.is_empty() => show::line("nothing was done"),
            Asked::Text(text) => self.written(text, line.to_owned()),
            Asked::Consent(preview) => self.consent(*preview, line),
            Asked::Sure(word, command) if *line == *word => self.command(*command, After::Nothing),
            Asked::Sure(_, _) => show::line("nothing was done"),
            Asked::Approval(word, action) => match said(line, &word) {
                Some(note) => self.command(Command::Gate(GateCommand::Approve { action, note }), After::Nothing),
                None => show::line("nothing was done"),
            },
            Asked::Truth(check) => self.truth(check, line),
            Asked::Quit if line == "yes" => return Next::End,
            Asked::Quit => show::line("tminus continues"),
        }
        Next::Go
    }

    pub(super) fn question(&mut self, asked: Asked) {
        // Before it is printed: a fast reader could answer before this line is reached.
        (self.asked, self.asked_at) = (asked, self.turn);
    }

    fn written(&mut self, text: Text, written: String) {
        let release = self.version.clone();
        match text {
            Text::RollBack(env, to) => self.preview(Request::RollBack { env, to, reason: written }, Ahead::Act),
            Text::Waive(env, item) => {
                let word = item.clone();
                let waive = GateCommand::Waive { release, env, item, reason: written };
                show::line(&format!("Type {word} to waive it; anything else does nothing."));
                self.question(Asked::Sure(word, Box::new(Command::Gate(waive))));
            }
            Text::Accept(action) => {
                let accept = ActionCommand::Accept { action, note: written };
                self.command(Command::Action(accept), After::Nothing);
            }
            Text::Lock(env) => self.take_lock(env, written),
            Text::TakeOver(env, from) => self.ask_to_take_over((env, from), written),
        }
    }

    fn truth(&mut self, check: CheckName, line: &str) {
        let (yes, note) = match (said(line, "yes"), said(line, "no")) {
            (Some(note), _) => (true, note),
            (None, Some(note)) => (false, note),
            (None, None) => return show::line("nothing was done"),
        };
        if !yes && note.is_empty() {
            show::line("A no needs the reason after it. Type it again.");
            return self.question(Asked::Truth(check));
        }
        let after = After::Checks(vec![check.clone()]);
        let say = CheckCommand::Say { release: self.version.clone(), check, yes, note };
        self.command(Command::Check(say), after);
    }

    pub(super) fn answered(&mut self, answer: Answer) -> Next {
        self.turn = Instant::now();
        self.asked = Asked::Nothing;
        match answer {
            Answer::Preview(ahead, answer) => match (ahead, *answer) {
                (Ahead::Act, Ok(preview)) => self.ask(preview.seen_by(&self.who)),
                (Ahead::Approve(action), Ok(preview)) => self.ask_to_approve(action, &preview),
                (Ahead::Act | Ahead::Approve(_), Err(refusal)) => refuse(&refusal),
            },
            Answer::Command(_, Ok(Accepted::Started(id))) => show::line(&format!("{id} has begun")),
            Answer::Command(after, Ok(Accepted::Recorded(_) | Accepted::Seated(_))) => match after {
                After::Nothing | After::Proposal(_) => {}
                After::Status => self.status(),
                After::Checks(names) => self.checks(&names),
            },
            Answer::Command(After::Proposal(env), Err(refusal)) if self.is_proposed(&env) => {
                show::line(&format!("Proposed, and not begun: {}", refusal.says));
                show::line(&format!(
                    "`approve {env}` gives an approval; `deploy {env}` begins it when there are enough."
                ));
            }
            Answer::Command(_, Err(refusal)) => refuse(&refusal),
        }
        Next::Go
    }

    /// Says what would be done, and asks whether to do it. What cannot begin is not asked for.
    fn ask(&mut self, preview: Preview) {
        preview::print_preview(&preview);
        if !preview.blockers.is_empty() {
            return show::line("It cannot begin: nothing was done.");
        }
        let gate = preview.gate.as_ref();
        if let Some((gate, item)) = gate.and_then(|g| Some((g, g.blocking().find(|i| is_closed(&preview, &i.item))?))) {
            let (env, name) = (&gate.env, &item.item);
            show::line(&format!("The gate of {env} waits for \"{}\": {}.", item.title, way_on(item.kind, name)));
            return show::line(&format!("`waive {env} {name}` goes on without it. Nothing was done."));
        }
        if !preview.runs_first.is_empty() {
            show::line(&format!(
                "tminus first runs the checks the gate still needs: {}.",
                preview.runs_first.join(", ")
            ));
        }
        show::line(&match (missing(&preview), &preview.type_name) {
            (0, Some(name)) => format!("Type {name} to continue; anything else does nothing."),
            (0, None) => "Type yes to continue; anything else does nothing.".to_owned(),
            (count, _) => {
                let approvals = counted(count as u64, "approval");
                format!("It waits for {approvals}. Type yes to propose it; anything else does nothing.")
            }
        });
        self.question(Asked::Consent(Box::new(preview)));
    }

    fn is_proposed(&self, env: &EnvName) -> bool {
        self.snapshot.release.proposals(env).next().is_some()
    }

    /// Says what would be approved, freshly looked at, and asks.
    fn ask_to_approve(&mut self, action: ActionId, preview: &Preview) {
        preview::print_preview(preview);
        let (name, word) = (&self.who.name, preview.type_name.clone().unwrap_or_else(|| "yes".to_owned()));
        let note = "with a note behind it if you wish; anything else does nothing";
        show::line(&format!("Type {word} to approve {action} as {name}, {note}."));
        self.question(Asked::Approval(word, action));
    }

    fn consent(&mut self, preview: Preview, line: &str) {
        // A proposal changes nothing yet: the name is typed when it begins.
        let typed = preview.type_name.clone().filter(|_| missing(&preview) == 0);
        if line != typed.as_deref().unwrap_or("yes") {
            return show::line("nothing was done");
        }
        let after = match (&preview.gate, missing(&preview)) {
            (Some(gate), 1..) => After::Proposal(gate.env.clone()),
            (_, _) => After::Nothing,
        };
        let (request, release) = (preview.proposal.request.clone(), self.version.clone());
        let consent = Consent { typed, seen: Some(preview.proposal) };
        self.command(Command::Action(ActionCommand::Start { release, request, consent }), after);
    }
}

/// Returns what was written behind a word that was to be said; an empty text when nothing was.
fn said(line: &str, word: &str) -> Option<String> {
    let rest = line.strip_prefix(word)?;
    let is_word = rest.is_empty() || rest.starts_with([' ', ',', ':']);
    is_word.then(|| rest.trim_start_matches([' ', ',', ':']).to_owned())
}

fn is_closed(preview: &Preview, item: &str) -> bool {
    !preview.runs_first.iter().any(|name| name == item)
}

fn missing(preview: &Preview) -> usize {
    preview.gate.as_ref().map_or(0, tminus_core::situation::Gate::approvals_missing)
}

/// Says what opens a gate that waits for this.
fn way_on(kind: ItemKind, item: &str) -> String {
    match kind {
        ItemKind::After => format!("`verify {}` finds out", item.trim_start_matches("after:")),
        ItemKind::Manual => format!("`answer {item}` says whether it is true"),
        ItemKind::Runnable => format!("`check {item}` measures it again"),
        ItemKind::Empty => "a check of the plan must be required there".to_owned(),
        ItemKind::Bad => "it was taken back before".to_owned(),
        ItemKind::Rollback => "there would be no rollback".to_owned(),
        ItemKind::Tag => "it must be at the release's commit".to_owned(),
        ItemKind::Branch => "it must be there, at the release's commit".to_owned(),
        ItemKind::Stranger => format!("`waive {item}` adopts it"),
    }
}

fn refuse(refusal: &Refusal) {
    show::line(&format!("refused: {}", refusal.says));
    for reason in &refusal.reasons {
        show::line(&format!("  {reason}"));
    }
}

#[cfg(test)]
mod tests {
    use super::said;

    #[test]
    fn a_word_is_said_whole_and_what_stands_behind_it_is_the_note() {
        assert_eq!(said("yes", "yes").as_deref(), Some(""));
        assert_eq!(said("yes, looks good", "yes").as_deref(), Some("looks good"));
        assert_eq!(said("yes looks good", "yes").as_deref(), Some("looks good"));
        for not in ["yesterday", "y", "no", "", "Yes"] {
            assert_eq!(said(not, "yes"), None, "{not}");
        }
    }
}
