//! `tminus engine run`: being the engine, from the door's opening until there is nothing to work for.

use crate::cli::args::Global;
use crate::cli::client::{Client, LOG_KEPT, OpenError, Project, Started, open_door, say_ended};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::Interrupts;
use crate::cli::show;
use color_eyre::eyre::WrapErr;
use jiff::Timestamp;
use std::io::Write;
use std::sync::Arc;
use tminus_core::fact::{Fact, Record};
use tminus_core::release::Release;
use tminus_core::seat::SeatFact;
use tminus_core::situation::work;
use tminus_core::telemetry::Event;
use tminus_core::time::Span;
use tminus_core::who::Who;
use tminus_engine::session::Server;
use tminus_engine::{EngineGone, EngineNews, EventStream, Snapshot};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// Where what the engine says goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EngineOutput {
    /// To the terminal that it was started from.
    Here,
    /// To a file that is kept short.
    Log,
}

/// Is the engine in the foreground: says what happens, and ends at an interrupt.
pub(super) async fn here(global: &Global, grace: Span) -> Done {
    let mut interrupts = Interrupts::listen()?;
    let desk = Client::resident(Project::find(global).await?).await?;
    be(desk, (&mut interrupts, grace, EngineOutput::Here), || Ok(())).await
}

/// Runs the engine without a terminal, and reports on standard output how the start went.
pub(super) async fn detached(global: &Global, grace: Span) -> Done {
    // A session of its own: what happens to the starter's terminal does not happen here.
    rustix::process::setsid().wrap_err("the engine cannot have a session of its own")?;
    let say = |started: &Started| {
        let line = serde_json::to_string(started).unwrap_or_default();
        // The process that started it may be gone already; the engine works all the same.
        drop(writeln!(std::io::stdout(), "{line}"));
    };
    let mut is_another = false;
    let done = async {
        let mut interrupts = Interrupts::listen()?;
        let desk = Client::resident(Project::find(global).await?).await;
        is_another = matches!(&desk, Err(OpenError::Held(held)) if held.is_opening);
        be(desk?, (&mut interrupts, grace, EngineOutput::Log), || {
            say(&Started { exit: None, says: String::new(), is_another: false });
            leave_the_pipe()
        })
        .await
    };
    let done: Done = done.await;
    if let Err(stop) = &done {
        let causes: Vec<String> = stop.report.chain().map(ToString::to_string).collect();
        say(&Started { exit: Some(stop.exit.code()), says: causes.join("\n  because: "), is_another });
    }
    done
}

/// Closes the pipe to the process that started it, which may read it to its end.
fn leave_the_pipe() -> Result<(), Stop> {
    let nothing = std::fs::OpenOptions::new().write(true).open("/dev/null").wrap_err("/dev/null cannot be opened")?;
    rustix::stdio::dup2_stdout(nothing).wrap_err("standard output cannot be let go")?;
    Ok(())
}

/// Is the engine until it may end.
async fn be(
    desk: Client,
    (interrupts, grace, said): (&mut Interrupts, Span, EngineOutput),
    ready: impl FnOnce() -> Result<(), Stop>,
) -> Done {
    let lived = async {
        let door = open_door(&desk.project, desk.handle.clone())?;
        ready()?;
        say(
            said,
            &format!("tminus {}, process {}, at {}", env!("CARGO_PKG_VERSION"), std::process::id(), door.place()),
        );
        live(&desk, &door, (interrupts, grace, said)).await
    };
    let lived = lived.await;
    desk.close().await;
    say(said, &format!("ended: {}", lived?));
    Ok(Exit::Good)
}

/// Works until somebody asks for an end, or there is nothing to work for; returns which of them, in words.
async fn live(
    desk: &Client,
    door: &Server,
    (interrupts, grace, said): (&mut Interrupts, Span, EngineOutput),
) -> Result<String, Stop> {
    let (Snapshot { plan, release, .. }, events) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let (sender, mut release) = watch::channel(release);
    let mut folding = JoinSet::new();
    folding.spawn(fold(events, sender, said));
    let mut count = door.count();
    let mut idle_since = Instant::now();
    // Its own process may end it, no matter who drives.
    let itself = Who::engine();
    loop {
        let is_busy =
            *count.borrow_and_update() > 0 || !work(&plan, &release.borrow_and_update(), desk.handle.now()).is_empty();
        if is_busy {
            idle_since = Instant::now();
        }
        let end = idle_since + grace.duration();
        // A horizon that passes tells nobody.
        let look_again = Instant::now() + std::time::Duration::from_secs(60);
        tokio::select! {
            by = door.halted() => {
                let by = by.as_ref().map_or_else(|| "somebody".to_owned(), Who::label);
                say_ended(&desk.project, &by);
                return Ok(format!("{by} asked for it"));
            }
            _ = interrupts.next() => {
                let waits: String = active(&release.borrow()).iter().map(|line| format!("\n  {line}")).collect();
                say(said, &format!("ending at the next step boundary; interrupt again to end at once{waits}"));
                tokio::select! {
                    halted = desk.handle.halt(&itself) => halted?,
                    _ = interrupts.next() => {}
                }
                say_ended(&desk.project, "a signal");
                return Ok("interrupted".to_owned());
            }
            changed = count.changed() => changed.map_err(Stop::cannot_tell)?,
            changed = release.changed() => changed.map_err(Stop::cannot_tell)?,
            () = sleep_until(end), if !is_busy => return Ok(format!("nothing was to be done for {grace}")),
            () = sleep_until(look_again), if is_busy => {}
        }
    }
}

/// Folds the facts as they come, for those that watch, and prints those that matter.
async fn fold(mut events: EventStream, release: watch::Sender<Arc<Release>>, said: EngineOutput) {
    loop {
        match events.next().await {
            Ok(EngineNews::Event(Event::Fact(record))) => {
                if is_said(&record.fact) {
                    say(said, &sentence(&record, &release.borrow()));
                }
                release.send_modify(|r| Arc::make_mut(r).apply(&record));
            }
            Ok(EngineNews::Event(Event::Telemetry(_))) => {}
            Ok(EngineNews::Resync(fresh)) => drop(release.send_replace(fresh.release)),
            Err(EngineGone) => return,
        }
    }
}

/// Says of every action that is not over where it is.
pub(super) fn active(release: &Release) -> Vec<String> {
    let line = |action: &tminus_core::release::ActionState| {
        let step = action.current();
        let step = step.map(|(nth, s)| format!(", at step {} of {}, {}", nth + 1, action.steps.len(), s.step.title));
        format!("{} has not ended{}", action.id, step.unwrap_or_default())
    };
    release.active_actions().map(line).collect()
}

/// Says whether a fact matters to a reader of the output; who comes and goes does, too.
const fn is_said(fact: &Fact) -> bool {
    matches!(fact, Fact::Seat(SeatFact::Sat { .. } | SeatFact::Rose { .. })) || super::journal::is_telling(fact)
}

fn sentence(record: &Record, before: &Release) -> String {
    format!("{} {}", record.who.label(), record.sentence(before))
}

fn say(said: EngineOutput, words: &str) {
    if said == EngineOutput::Log {
        // Opened to append, so that what comes next stands at the beginning.
        let length = rustix::fs::fstat(std::io::stderr()).map_or(0, |stat| stat.st_size);
        if u64::try_from(length).is_ok_and(|length| length > LOG_KEPT) {
            // Nobody can be told, and the next line tries again.
            rustix::fs::ftruncate(std::io::stderr(), 0).unwrap_or(());
        }
    }
    show::hint(&format!("{} {words}", Timestamp::now().strftime("%Y-%m-%d %H:%M:%SZ")));
}
