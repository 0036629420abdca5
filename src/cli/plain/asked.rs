//! Questions to a person, and what the answer does.

use super::question::{Ahead, OnDone, OpenQuestion, PlainAnswer};
use super::talk::{Talk, TalkStep, Typed};
use crate::cli::commands::preview;
use crate::cli::exit::Exit;
use crate::cli::show;
use std::time::Instant;
use tminus_core::command::{Command, GateCommand, Refusal};
use tminus_core::names::{ActionId, CheckName, EnvName};
use tminus_core::notation::counted;
use tminus_core::question::{AfterAnswer, AnswerKind, Asker, PersonQuestion, QuestionLine, TextPurpose};
use tminus_core::situation::{Go, Preview};
use tminus_engine::Accepted;

impl Talk<'_> {
    pub(super) fn take(&mut self, Typed { text: line, at }: &Typed) -> TalkStep {
        self.turn = Instant::now();
        self.tell_glance();
        let is_question = !matches!(self.asked, OpenQuestion::Nothing | OpenQuestion::Engine);
        if is_question && !self.is_script && *at < self.asked_at {
            show::line("You typed that before the question appeared, so it does not count: answer it now.");
            return TalkStep::Go;
        }
        match std::mem::replace(&mut self.asked, OpenQuestion::Nothing) {
            OpenQuestion::Nothing | OpenQuestion::Engine => return self.obey(line),
            OpenQuestion::Question(question) => self.reply(*question, line),
            OpenQuestion::Consent(preview) => self.consent(*preview, line),
            OpenQuestion::Approval(word, action) => match said(line, &word) {
                Some(note) => self.command(Command::Gate(GateCommand::Approve { action, note }), OnDone::Nothing),
                None => show::line("nothing was done"),
            },
            OpenQuestion::Truth(check) => self.truth(check, line),
            OpenQuestion::Quit if line == "yes" => return TalkStep::End,
            OpenQuestion::Quit => show::line("tminus continues"),
        }
        TalkStep::Go
    }

    pub(super) fn question(&mut self, asked: OpenQuestion) {
        // Before it is printed: a fast reader could answer before this line is reached.
        (self.asked, self.asked_at) = (asked, self.turn);
    }

    /// Asks a person, in lines.
    pub(super) fn put(&mut self, question: PersonQuestion) {
        show::line(&question.title);
        for line in &question.lines {
            match line {
                QuestionLine::Says(says) => show::line(&format!("  {says}")),
                QuestionLine::CannotBeUndone(what) => show::line(&format!("  ! Cannot be undone: {what}")),
            }
        }
        show::line(&match &question.answer {
            AnswerKind::Text { known, .. } => {
                let known = known.as_ref().map(|known| format!("As tminus sees it: {known}. ")).unwrap_or_default();
                format!("{known}Write it in a line; an empty line does nothing.")
            }
            AnswerKind::Yes { go, type_name, .. } => {
                let word = type_name.as_deref().unwrap_or("yes");
                format!("Type {word} to {}; anything else does nothing.", go.to_lowercase())
            }
        });
        self.question(OpenQuestion::Question(Box::new(question)));
    }

    fn reply(&mut self, question: PersonQuestion, line: &str) {
        let next = match question.answer {
            AnswerKind::Text { purpose, .. } if !line.is_empty() => self.asker(|a| a.next(purpose, line.to_owned())),
            AnswerKind::Yes { type_name, asks, .. } if line == type_name.as_deref().unwrap_or("yes") => {
                AfterAnswer::Ask(asks)
            }
            AnswerKind::Text { .. } | AnswerKind::Yes { .. } => return show::line("nothing was done"),
        };
        self.lead(next, OnDone::Nothing);
    }

    fn lead(&mut self, next: AfterAnswer, after: OnDone) {
        match next {
            AfterAnswer::Question(question) => self.put(*question),
            AfterAnswer::Preview(request) => self.preview(request, Ahead::Act),
            AfterAnswer::Ask(asks) => self.command(*asks.command, after),
        }
    }

    /// Makes a question of what is known now.
    pub(super) fn asker<T>(&self, make: impl FnOnce(&Asker<'_>) -> T) -> T {
        let now = self.handle.now();
        make(&Asker { situation: self.situation(), who: &self.who, lock_words: &|lock| lock.words(now) })
    }

    fn truth(&mut self, check: CheckName, line: &str) {
        let (yes, note) = match (said(line, "yes"), said(line, "no")) {
            (Some(note), _) => (true, note),
            (None, Some(note)) => (false, note),
            (None, None) => return show::line("nothing was done"),
        };
        if !yes && note.is_empty() {
            show::line("A no needs the reason after it. Type it again.");
            return self.question(OpenQuestion::Truth(check));
        }
        let after = OnDone::Checks(vec![check.clone()]);
        let next = self.asker(|asker| asker.next(TextPurpose::Answer { check, yes }, note));
        self.lead(next, after);
    }

    pub(super) fn answered(&mut self, answer: PlainAnswer) -> TalkStep {
        self.turn = Instant::now();
        self.asked = OpenQuestion::Nothing;
        match answer {
            PlainAnswer::Preview(ahead, answer) => match (ahead, *answer) {
                (Ahead::Act, Ok(preview)) => self.ask(preview.seen_by(&self.who)),
                (Ahead::Approve(action), Ok(preview)) => self.ask_to_approve(action, &preview),
                (Ahead::Act | Ahead::Approve(_), Err(refusal)) => self.refuse(&refusal),
            },
            PlainAnswer::Command(_, Ok(Accepted::Started(id))) => {
                show::line(&format!("{id} has begun"));
                self.begun.push(id);
            }
            PlainAnswer::Command(after, Ok(Accepted::Recorded(_) | Accepted::Seated(_))) => match after {
                OnDone::Nothing | OnDone::Proposal(_) => {}
                OnDone::Status => self.status(),
                OnDone::Checks(names) => {
                    self.checks(&names);
                    let situation = self.situation();
                    let all = names.iter().filter_map(|name| situation.plan.check(name));
                    let exit = Exit::of_verdicts(all.map(|check| situation.standing(check, None).verdict));
                    self.came_to(exit);
                }
            },
            PlainAnswer::Command(OnDone::Proposal(env), Err(refusal)) if self.is_proposed(&env) => {
                self.came_to(Exit::Refused);
                show::line(&format!("Proposed, and not begun: {}", refusal.says));
                show::line(&format!(
                    "`approve {env}` gives an approval; `deploy {env}` begins it when there are enough."
                ));
            }
            PlainAnswer::Command(_, Err(refusal)) => self.refuse(&refusal),
        }
        TalkStep::Go
    }

    /// Says what would be done, and asks whether to do it. What cannot begin is not asked for.
    fn ask(&mut self, preview: Preview) {
        preview::print_preview(&preview);
        let go = preview.go();
        let says = match (&go, &preview.type_name) {
            (Go::Held(_) | Go::Unknown(_), _) => {
                self.came_to(if matches!(go, Go::Held(_)) { Exit::Refused } else { Exit::CannotTell });
                return show::line("It cannot begin: nothing was done.");
            }
            (Go::Closed(item), _) => {
                self.came_to(Exit::Refused);
                let env = preview.gate.as_ref().map(|gate| gate.env.to_string()).unwrap_or_default();
                let (title, name) = (&item.title, &item.item);
                let first = self.situation().what_opens(item).map(|first| format!(": {first}")).unwrap_or_default();
                show::line(&format!("The gate of {env} waits for \"{title}\"{first}."));
                return show::line(&format!("`waive {env} {name}` goes on without it. Nothing was done."));
            }
            (Go::Start | Go::StartAfterChecks(_), Some(name)) => format!("Type {name} to continue"),
            (Go::Start | Go::StartAfterChecks(_), None) => "Type yes to continue".to_owned(),
            (Go::Propose(count), _) => {
                format!("It waits for {}. Type yes to propose it", counted(*count as u64, "approval"))
            }
        };
        if !preview.runs_first.is_empty() {
            let checks = preview.runs_first.join(", ");
            show::line(&format!("tminus first runs the checks the gate still needs: {checks}."));
        }
        show::line(&format!("{says}; anything else does nothing."));
        self.question(OpenQuestion::Consent(Box::new(preview)));
    }

    pub(super) fn refuse(&mut self, refusal: &Refusal) {
        self.came_to(Exit::of_refusal(refusal));
        show::line(&format!("refused: {}", refusal.says));
        for reason in &refusal.reasons {
            show::line(&format!("  {reason}"));
        }
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
        self.question(OpenQuestion::Approval(word, action));
    }

    fn consent(&mut self, preview: Preview, line: &str) {
        // A proposal changes nothing yet: the name is typed when it begins.
        let typed = preview.type_name.clone().filter(|_| !matches!(preview.go(), Go::Propose(_)));
        if line != typed.as_deref().unwrap_or("yes") {
            self.came_to(Exit::Refused);
            return show::line("nothing was done");
        }
        let asks = preview.consent(typed);
        let after = asks.proposes.clone().map_or(OnDone::Nothing, OnDone::Proposal);
        self.lead(AfterAnswer::Ask(asks), after);
    }
}

/// Returns what was written behind a word that was to be said; an empty text when nothing was.
fn said(line: &str, word: &str) -> Option<String> {
    let rest = line.strip_prefix(word)?;
    let is_word = rest.is_empty() || rest.starts_with([' ', ',', ':']);
    is_word.then(|| rest.trim_start_matches([' ', ',', ':']).to_owned())
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
