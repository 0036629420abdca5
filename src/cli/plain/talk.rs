//! The talk: each fact a line, each line typed a command or an answer. Over the engine that the cockpit has too.

use super::spoken::{HELP, Spoken};
use crate::cli::commands::{act, status};
use crate::cli::desk::Desk;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::Interrupts;
use crate::cli::show;
use crate::cockpit::sentence;
use crate::domain::action::{Patience, Request};
use crate::domain::command::{ActionCommand, Command, Consent, Refusal};
use crate::domain::fact::Record;
use crate::domain::failure::Failure;
use crate::domain::names::{EnvName, Version};
use crate::domain::situation::{Preview, Situation};
use crate::domain::telemetry::{Event, JOURNAL_WAY_ON, Telemetry, journal_lost};
use crate::engine::{Accepted, News, Snapshot};
use jiff::tz::TimeZone;
use std::io::{BufRead, IsTerminal, Read};
use std::sync::Arc;
use std::time::Instant;
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// The longest line that is taken.
const LONGEST: u64 = 4_096;
/// What stands for a longer one; it is no command, and nothing's name.
const TOO_LONG: &str = "(a line of more than 4096 bytes)";

/// Talks until a person quits, the lines end, or a signal comes.
pub async fn talk(desk: &Desk, version: Version) -> Done {
    let (snapshot, mut events) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let mut interrupts = Interrupts::listen()?;
    let mut lines = typed();
    let mut talk = Talk {
        desk,
        version,
        snapshot,
        asked: Asked::Nothing,
        asked_at: Instant::now(),
        is_script: !std::io::stdin().is_terminal(),
        answers: JoinSet::new(),
        zone: TimeZone::system(),
    };
    if let Some(why) = &talk.snapshot.lost {
        talk.lost(&journal_lost(why));
    }
    talk.status();
    show::line("Type help for the commands.");
    loop {
        // Lines that wait are taken once the last one is answered, so that a script reads like a talk.
        let is_listening = !matches!(talk.asked, Asked::Engine);
        let next = tokio::select! {
            biased;
            () = interrupts.next() => Next::End,
            news = events.next() => talk.hear(news.map_err(Stop::cannot_tell)?),
            Some(answer) = talk.answers.join_next() => match answer {
                Ok(answer) => talk.answered(answer),
                Err(_) => return Err(Stop::cannot_tell("a part of tminus failed; what was begun is in the journal")),
            },
            line = lines.recv(), if is_listening => match line {
                Some(line) => talk.take(&line),
                None => Next::End,
            },
        };
        if matches!(next, Next::End) {
            return Ok(Exit::Good);
        }
    }
}

/// Reads lines on a thread of its own, which ends with the program.
fn typed() -> mpsc::Receiver<Typed> {
    let (sender, lines) = mpsc::channel(16);
    std::thread::spawn(move || {
        let mut stdin = std::io::stdin().lock();
        let mut line = Vec::new();
        while (&mut stdin).take(LONGEST).read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let is_whole = line.ends_with(b"\n") || (line.len() as u64) < LONGEST;
            let text = if is_whole { String::from_utf8_lossy(&line).trim().to_owned() } else { TOO_LONG.to_owned() };
            line.clear();
            if !is_whole && stdin.skip_until(b'\n').is_err() {
                return;
            }
            if sender.blocking_send(Typed { text, at: Instant::now() }).is_err() {
                return;
            }
        }
    });
    lines
}

/// A line, and when it came.
struct Typed {
    text: String,
    at: Instant,
}

struct Talk<'a> {
    desk: &'a Desk,
    version: Version,
    snapshot: Snapshot,
    asked: Asked,
    /// When the question was said.
    asked_at: Instant,
    /// Whether the lines come from no terminal: a script is written before its questions.
    is_script: bool,
    answers: JoinSet<Answer>,
    zone: TimeZone,
}

/// What is open between the two that talk.
enum Asked {
    Nothing,
    /// The engine has a question.
    Engine,
    /// A person is to say what is wrong with what runs there.
    Reason(EnvName),
    /// A person is to say yes, or the name.
    Consent(Box<Preview>),
    /// A person is to say whether to leave what runs.
    Leave,
}

enum Answer {
    Preview(Box<Result<Preview, Refusal>>),
    Command(Result<Accepted, Refusal>),
}

enum Next {
    Go,
    End,
}

impl Talk<'_> {
    fn situation(&self) -> Situation<'_> {
        let (plan, release) = (&self.snapshot.plan, &self.snapshot.release);
        Situation { plan, release, version: &self.version, now: self.desk.handle.now() }
    }

    fn status(&self) {
        status::print(&self.situation());
    }

    fn lost(&self, failure: &Failure) {
        show::line(&format!("! {}. Now {JOURNAL_WAY_ON}", failure.sentence()));
    }

    fn hear(&mut self, news: News) -> Next {
        match news {
            News::Resync(fresh) => {
                self.snapshot = fresh;
                show::line("Too much happened to say it line by line; this is where it stands now:");
                self.status();
            }
            News::Event(Event::Fact(record)) => self.learn(&record),
            News::Event(Event::Telemetry(Telemetry::JournalLost { failure })) => {
                self.lost(&failure);
            }
            News::Event(Event::Telemetry(_)) => {}
        }
        Next::Go
    }

    fn learn(&mut self, record: &Record) {
        let before = self.situation().outlook().word;
        Arc::make_mut(&mut self.snapshot.release).apply(record);
        let time = record.at.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string();
        show::line(&format!("{time} {}: {}", record.who.name, sentence(&record.fact)));
        let outlook = self.situation().outlook();
        if outlook.word != before {
            let short = outlook.in_short();
            let short = if short.is_empty() { short } else { format!(", {short}") };
            show::line(&format!("{time} it is {} now{short}", outlook.word.shown()));
        }
    }

    fn take(&mut self, Typed { text: line, at }: &Typed) -> Next {
        let is_question = !matches!(self.asked, Asked::Nothing | Asked::Engine);
        if is_question && !self.is_script && *at < self.asked_at {
            show::line("That was typed before the question was there, and does not count: answer it now.");
            return Next::Go;
        }
        match std::mem::replace(&mut self.asked, Asked::Nothing) {
            Asked::Nothing | Asked::Engine => return self.obey(line),
            Asked::Reason(_) if line.is_empty() => show::line("nothing was done"),
            Asked::Reason(env) => {
                self.preview(Request::RollBack { env, to: None, reason: line.to_owned() });
            }
            Asked::Consent(preview) => self.consent(*preview, line),
            Asked::Leave if line == "yes" => return Next::End,
            Asked::Leave => show::line("tminus goes on"),
        }
        Next::Go
    }

    fn obey(&mut self, line: &str) -> Next {
        match Spoken::of(line, &self.snapshot.plan) {
            Spoken::Nothing => {}
            Spoken::Status => self.status(),
            Spoken::Help => HELP.iter().for_each(|line| show::line(line)),
            Spoken::Unclear(why) => show::line(&why),
            Spoken::Quit => return self.quit(),
            Spoken::Stop => self.stop(),
            Spoken::Deploy(env) => self.preview(Request::Deploy { env, version: self.version.clone() }),
            Spoken::Verify(env) => self.preview(Request::Verify { env, horizon: None, patience: Patience::Now }),
            Spoken::RollBack(env) => {
                show::line(&format!("What is wrong with what runs in {env}? An empty line does nothing."));
                self.question(Asked::Reason(env));
            }
        }
        Next::Go
    }

    fn quit(&mut self) -> Next {
        let running: Vec<String> = self.snapshot.release.active_actions().map(|a| a.id.to_string()).collect();
        if running.is_empty() {
            return Next::End;
        }
        let running = running.join(", ");
        show::line(&format!("{running} is not over; it stops at its next step, and the next tminus takes it up."));
        show::line("Type yes to leave; anything else stays.");
        self.question(Asked::Leave);
        Next::Go
    }

    fn question(&mut self, asked: Asked) {
        (self.asked, self.asked_at) = (asked, Instant::now());
    }

    fn stop(&mut self) {
        let running: Vec<_> = self.snapshot.release.active_actions().map(|a| a.id.clone()).collect();
        if running.is_empty() {
            return show::line("nothing runs");
        }
        for action in running {
            self.command(Command::Action(ActionCommand::Stop { action }));
        }
    }

    fn preview(&mut self, request: Request) {
        show::line("looking at the targets");
        let (handle, version) = (self.desk.handle.clone(), self.version.clone());
        self.answers.spawn(async move { Answer::Preview(Box::new(handle.preview(&version, request).await)) });
        self.asked = Asked::Engine;
    }

    fn command(&mut self, command: Command) {
        let (handle, who) = (self.desk.handle.clone(), self.desk.project.who.clone());
        self.answers.spawn(async move { Answer::Command(handle.command(&who, command).await) });
        self.asked = Asked::Engine;
    }

    fn answered(&mut self, answer: Answer) -> Next {
        self.asked = Asked::Nothing;
        match answer {
            Answer::Preview(answer) => match *answer {
                Ok(preview) => self.ask(preview.seen_by(&self.desk.project.who)),
                Err(refusal) => refuse(&refusal),
            },
            Answer::Command(Ok(Accepted::Started(id))) => show::line(&format!("{id} has begun")),
            Answer::Command(Ok(Accepted::Recorded(_) | Accepted::Seated(_))) => {}
            Answer::Command(Err(refusal)) => refuse(&refusal),
        }
        Next::Go
    }

    /// Says what would be done, and asks whether to do it. What cannot begin is not asked for.
    fn ask(&mut self, preview: Preview) {
        act::print_preview(&preview);
        if !preview.blockers.is_empty() {
            return show::line("It cannot begin: nothing was done.");
        }
        show::line(&match &preview.type_name {
            Some(name) => format!("Type {name} to go on; anything else does nothing."),
            None => "Type yes to go on; anything else does nothing.".to_owned(),
        });
        self.question(Asked::Consent(Box::new(preview)));
    }

    fn consent(&mut self, preview: Preview, line: &str) {
        let wanted = preview.type_name.as_deref().unwrap_or("yes");
        if line != wanted {
            return show::line("nothing was done");
        }
        let typed = preview.type_name.clone();
        let (request, release) = (preview.proposal.request.clone(), self.version.clone());
        let consent = Consent { typed, seen: Some(preview.proposal) };
        self.command(Command::Action(ActionCommand::Start { release, request, consent }));
    }
}

fn refuse(refusal: &Refusal) {
    show::line(&format!("refused: {}", refusal.says));
    for reason in &refusal.reasons {
        show::line(&format!("  {reason}"));
    }
}
