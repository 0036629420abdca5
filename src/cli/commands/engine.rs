//! `tminus engine`: the process that works on when every terminal is closed.

use crate::cli::args::{EngineCmd, Global};
use crate::cli::desk::{Desk, Project, Started, engine_of, open_door, say_ended, stop_engine};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::Interrupts;
use crate::cli::{json, show};
use crate::domain::release::Release;
use crate::domain::situation::work;
use crate::domain::telemetry::{Event, JOURNAL_WAY_ON, journal_lost};
use crate::domain::time::{Span, brief};
use crate::engine::{EventStream, Gone, Left, News, Snapshot, Watch};
use crate::session::Door;
use color_eyre::eyre::WrapErr;
use jiff::Timestamp;
use serde_json::json;
use std::io::Write;
use std::sync::Arc;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

/// Runs, stops, inspects, or prints the unit.
pub async fn run(global: &Global, what: EngineCmd) -> Done {
    match what {
        EngineCmd::Run { grace, detached: false } => be(global, grace, || Ok(())).await,
        EngineCmd::Run { grace, detached: true } => detached(global, grace).await,
        EngineCmd::Stop => stop(global).await,
        EngineCmd::Inspect => inspect(global).await,
        EngineCmd::Unit => unit(global).await,
    }
}

/// Is the engine without a terminal, and says on standard output how its start went.
async fn detached(global: &Global, grace: Span) -> Done {
    // A session of its own: what happens to the terminal of whoever started it does not happen here.
    rustix::process::setsid().wrap_err("the engine cannot have a session of its own")?;
    let say = |started: &Started| {
        let line = serde_json::to_string(started).unwrap_or_default();
        // Whoever started it may be gone already; the engine works all the same.
        drop(writeln!(std::io::stdout(), "{line}"));
    };
    let done = be(global, grace, || {
        say(&Started { exit: None, says: String::new() });
        leave_the_pipe()
    });
    let done = done.await;
    if let Err(stop) = &done {
        say(&Started { exit: Some(stop.exit.code()), says: format!("{:#}", stop.report) });
    }
    done
}

/// Lets go of the pipe to whoever started it: they may read it to its end.
fn leave_the_pipe() -> Result<(), Stop> {
    let nothing = std::fs::OpenOptions::new().write(true).open("/dev/null").wrap_err("/dev/null cannot be opened")?;
    rustix::stdio::dup2_stdout(nothing).wrap_err("standard output cannot be let go")?;
    Ok(())
}

/// Is the engine until it may end.
async fn be(global: &Global, grace: Span, ready: impl FnOnce() -> Result<(), Stop>) -> Done {
    let project = Project::find(global).await?;
    let mut interrupts = Interrupts::listen()?;
    let desk = Desk::here(project, Watch::Live, Left::TakenUp).await?;
    let lived = async {
        let door = open_door(&desk.project, desk.handle.clone())?;
        ready()?;
        live(&desk, &door, (&mut interrupts, grace)).await
    };
    let lived = lived.await;
    desk.close().await;
    lived.map(|()| Exit::Good)
}

/// Works until somebody asks for an end, or there is nothing to work for.
async fn live(desk: &Desk, door: &Door, (interrupts, grace): (&mut Interrupts, Span)) -> Result<(), Stop> {
    let (Snapshot { plan, release, .. }, events) = desk.handle.attach().await.map_err(Stop::cannot_tell)?;
    let (sender, mut release) = watch::channel(release);
    let mut folding = JoinSet::new();
    folding.spawn(fold(events, sender));
    let mut count = door.count();
    let mut idle_since = Instant::now();
    let who = desk.project.who.clone();
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
            who = door.halted() => {
                say_ended(&desk.project, who.as_ref().map_or("somebody", |who| who.name.as_str()));
                return Ok(());
            }
            _ = interrupts.next() => {
                show::hint("ending at the next boundary; once more ends at once");
                tokio::select! {
                    halted = desk.handle.halt(&who) => halted?,
                    _ = interrupts.next() => {}
                }
                say_ended(&desk.project, "a signal");
                return Ok(());
            }
            changed = count.changed() => changed.map_err(Stop::cannot_tell)?,
            changed = release.changed() => changed.map_err(Stop::cannot_tell)?,
            () = sleep_until(end), if !is_busy => return Ok(()),
            () = sleep_until(look_again), if is_busy => {}
        }
    }
}

/// Folds the facts as they come, for whoever watches.
async fn fold(mut events: EventStream, release: watch::Sender<Arc<Release>>) {
    loop {
        match events.next().await {
            Ok(News::Event(Event::Fact(record))) => release.send_modify(|r| Arc::make_mut(r).apply(&record)),
            Ok(News::Event(Event::Telemetry(_))) => {}
            Ok(News::Resync(fresh)) => drop(release.send_replace(fresh.release)),
            Err(Gone) => return,
        }
    }
}

async fn stop(global: &Global) -> Done {
    let project = Project::find(global).await?;
    let Some(joined) = engine_of(&project).await? else {
        show::hint("no engine runs");
        return Ok(Exit::Good);
    };
    stop_engine(&joined, &project.who).await?;
    let pid = joined.welcome.pid;
    match global.json {
        true => json::print(json!({ "stopped": pid })),
        false => show::line(&format!("the engine (process {pid}) has ended")),
    }
    Ok(Exit::Good)
}

async fn inspect(global: &Global) -> Done {
    let project = Project::find(global).await?;
    let Some(joined) = engine_of(&project).await? else {
        match global.json {
            true => json::print(json!({ "running": false })),
            false => show::line("no engine runs"),
        }
        return Ok(Exit::NotGood);
    };
    let about = joined.inspect().await.ok_or_else(|| Stop::cannot_tell("the engine has just ended"))?;
    let (snapshot, _) = joined.handle.attach().await.map_err(Stop::cannot_tell)?;
    let (welcome, release) = (&joined.welcome, &snapshot.release);
    let running: Vec<String> = release.active_actions().map(|a| a.id.to_string()).collect();
    let work = work(&snapshot.plan, release, joined.handle.now());
    // This command is one of them.
    let clients = about.clients.saturating_sub(1);
    if global.json {
        let seats: Vec<_> = release.seats.iter().collect();
        json::print(json!({
            "running": true, "pid": welcome.pid, "tminus": welcome.tminus, "since": welcome.since, "clients": clients,
            "memory": about.memory, "facts": release.seq, "actions": running, "work": work, "seats": seats, "journal_lost": snapshot.lost,
        }));
        return Ok(Exit::Good);
    }
    let age = brief(crate::domain::time::age(Timestamp::now(), welcome.since));
    let memory = about.memory.map(|bytes| format!(", {} MiB", bytes / (1024 * 1024))).unwrap_or_default();
    show::line(&format!("tminus {}, process {}, for {age}{memory}", welcome.tminus, welcome.pid));
    show::line(&format!("{clients} clients, {} facts in the journal", release.seq));
    for seat in release.seats.iter() {
        show::line(&format!("  {} {}, at {}", seat.who.name, seat.role.verb(), seat.place));
    }
    for work in &work {
        show::line(&format!("  {work}"));
    }
    if let Some(why) = &snapshot.lost {
        show::line(&format!("  ! {}. Now {JOURNAL_WAY_ON}", journal_lost(why).sentence()));
    }
    Ok(Exit::Good)
}

async fn unit(global: &Global) -> Done {
    let project = Project::find(global).await?;
    let program = std::env::current_exe().wrap_err("this program cannot be found again")?;
    let (name, root) = (&project.file.plan.project, project.root.display());
    show::line(&format!(
        "# ~/.config/systemd/user/tminus-{}.service; then: systemctl --user enable --now tminus-{}; loginctl enable-linger\n\
         [Unit]\n\
         Description=tminus engine of {name}\n\
         \n\
         [Service]\n\
         WorkingDirectory={root}\n\
         ExecStart={} engine run --grace 365d\n\
         Restart=on-failure\n\
         # At a stop it finishes the step that it is in; what is left, the next one takes up.\n\
         KillMode=process\n\
         TimeoutStopSec=30min\n\
         UMask=0077\n\
         \n\
         [Install]\n\
         WantedBy=default.target",
        project.paths.engine_name(),
        project.paths.engine_name(),
        program.display(),
    ));
    Ok(Exit::Good)
}
