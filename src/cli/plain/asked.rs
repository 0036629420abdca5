//! Questions to a person, and what the answer does.

use super::question::{Ahead, OnDone, OpenQuestion, PlainAnswer};
use super::talk::{Talk, TalkStep, Typed};
use crate::cli::commands::preview;
use crate::cli::exit::Exit;
use crate::cli::show;
use std::time::Instant;
use tminus_core::command::Refusal;
use tminus_core::names::EnvName;
use tminus_core::notation::counted;
use tminus_core::question::{AfterAnswer, AnswerKind, Asker, PersonQuestion, QuestionLine, TextNeed, TextPurpose};
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
            AnswerKind::Text { known, need, .. } => {
                let known = known.as_ref().map(|known| format!("As tminus sees it: {known}. ")).unwrap_or_default();
                let empty = match need {
                    TextNeed::Required => "an empty line does nothing",
                    TextNeed::Optional => "an empty line continues without one",
                };
                format!("{known}Write it in a line; {empty}.")
            }
            AnswerKind::Yes { go, type_name, .. } => {
                let word = type_name.as_deref().unwrap_or("yes");
                format!("Type {word} to {}; anything else does nothing.", go.to_lowercase())
            }
        });
        self.question(OpenQuestion::Question(Box::new(question)));
    }

    fn reply(&mut self, question: PersonQuestion, line: &str) {
        let mut after = OnDone::Nothing;
        let next = match question.answer {
            AnswerKind::Text { purpose, need, .. } if !line.is_empty() || need == TextNeed::Optional => {
                if let TextPurpose::Answer { check, .. } = &purpose {
                    after = OnDone::Checks(vec![check.clone()]);
                }
                self.asker(|a| a.next(purpose, line.to_owned()))
            }
            AnswerKind::Yes { type_name, asks, .. } if line == type_name.as_deref().unwrap_or("yes") => {
                AfterAnswer::Ask(asks)
            }
            AnswerKind::Text { .. } | AnswerKind::Yes { .. } => return show::line("nothing was done"),
        };
        self.lead(next, after);
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

    pub(super) fn answered(&mut self, answer: PlainAnswer) -> TalkStep {
        self.turn = Instant::now();
        self.asked = OpenQuestion::Nothing;
        match answer {
            PlainAnswer::Preview(ahead, answer) => match (ahead, *answer) {
                (Ahead::Act, Ok(preview)) => self.ask(preview.seen_by(&self.who)),
                (Ahead::Approve(action), Ok(preview)) => {
                    preview::print_preview(&preview);
                    self.put(self.asker(|asker| asker.approve(action)));
                }
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
