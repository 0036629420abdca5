//! `tminus` alone: the cockpit. Its first frame comes before anything is read; what it shows is opened behind it.

use crate::cli::args::Global;
use crate::cli::desk::{Desk, Kind, Need, Project, open_own};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::looks::variable;
use crate::cli::plain::talk;
use crate::cockpit::{Ended, Front, Opening};
use crate::domain::command::Command;
use crate::domain::seat::{SeatCommand, Wish};
use crate::engine::{Accepted, EngineHandle, Left, Watch};
use std::future::Future;
use std::io::IsTerminal;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

/// Where an opening says what it is at, for the first frame: `reading the plan`.
pub type Doing = mpsc::Sender<&'static str>;

/// Opens the cockpit on the nearest plan.
pub async fn run(global: &Global, wish: Wish) -> Done {
    // Where there is no plan, no screen comes up.
    let path = Project::nearest()?;
    let name = path.parent().and_then(|folder| folder.file_name()).map(|name| name.to_string_lossy().into_owned());
    let own = global.clone();
    show(global, (name.unwrap_or_default(), wish), |doing| async move {
        let global = own;
        tell(&doing, "reading the plan");
        let project = Project::at(&path, &global).await?;
        if let Kind::Own(_) = project.kind {
            tell(&doing, "playing the past");
            // A played world begins with its past, which only virtual time can travel through.
            let desk = Desk::here(Project::at(&path, &global).await?, Watch::OnDemand, Left::TakenUp).await?;
            open_own(&desk).await?;
            desk.close().await;
        }
        Ok(project)
    })
    .await
}

/// Says what an opening is at; a frame that is late misses it, and nothing waits for it.
pub fn tell(doing: &Doing, what: &'static str) {
    let _late = doing.try_send(what);
}

/// Opens the cockpit on the project that is made behind its first frame, and stays until it is left.
///
/// With `--plain`, and on a terminal that is dumb, it is a talk in lines instead.
pub async fn show<F>(global: &Global, (name, wish): (String, Wish), project: impl FnOnce(Doing) -> F) -> Done
where
    F: Future<Output = Result<Project, Stop>> + Send + 'static,
{
    let is_terminal = std::io::stdout().is_terminal() && std::io::stdin().is_terminal();
    if global.plain || (is_terminal && variable("TERM").as_deref() == Some("dumb")) {
        return in_lines(wish, project).await;
    }
    if !is_terminal {
        return Err(Stop::wrong(
            "the cockpit needs a terminal; `--plain`, `tminus status` and the other commands do not",
        ));
    }
    on_screen((name, wish), project).await
}

/// The cockpit as lines.
async fn in_lines<F>(wish: Wish, project: impl FnOnce(Doing) -> F) -> Done
where
    F: Future<Output = Result<Project, Stop>> + Send + 'static,
{
    // Nobody shows what it is at.
    let (doing, _) = mpsc::channel(1);
    let (desk, opening) = or_interrupted(open(project(doing.clone()), (doing, wish))).await??;
    let version = opening.version.clone();
    // It holds a handle, and the engine ends once nobody does.
    drop(opening);
    let done = talk(&desk, version).await;
    desk.close().await;
    done
}

async fn on_screen<F>((name, wish): (String, Wish), project: impl FnOnce(Doing) -> F) -> Done
where
    F: Future<Output = Result<Project, Stop>> + Send + 'static,
{
    let (doing, told) = mpsc::channel(8);
    let front = Front { project: name, settings: crate::cli::looks::of_cockpit(), doing: told };
    // A task of its own: what blocks in it holds up no key. It waits for the first frame, whose time it would take.
    let (drawn, first_frame) = oneshot::channel::<()>();
    let work = open(project(doing.clone()), (doing, wish));
    let mut task = tokio::spawn(async move {
        let _drawn_or_left = first_frame.await;
        work.await
    });
    let mut opened = None;
    // A runtime of its own, on this thread: a key wakes nobody but the loop, and the clock ticks once. What the engine does
    // stays with the workers.
    let screen =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(color_eyre::Report::from)?;
    let shown = crate::cockpit::run(front, async {
        drop(drawn);
        let (desk, opening) = joined(&mut task).await?;
        opened = Some(desk);
        Ok(opening)
    });
    let shown = tokio::task::block_in_place(|| {
        let shown = screen.block_on(shown);
        screen.shutdown_background();
        shown
    });
    match (shown, opened) {
        (shown, Some(desk)) => {
            desk.close().await;
            ended(shown)
        }
        (Err(Ended::Unopened(stop)), None) => Err(stop),
        (shown, None) => {
            task.abort();
            // It was left before it was open; what it opened by then is closed in order.
            if let Ok((desk, _)) = joined(&mut task).await {
                desk.close().await;
            }
            ended(shown)
        }
    }
}

async fn open(
    project: impl Future<Output = Result<Project, Stop>> + Send,
    (doing, wish): (Doing, Wish),
) -> Result<(Desk, Opening), Stop> {
    let project = project.await?;
    tell(&doing, "reading the journal");
    let desk = Desk::open(project, Need::Cockpit).await?;
    let version = match desk.focus().await {
        Ok(version) => version,
        Err(stop) => {
            desk.close().await;
            return Err(stop);
        }
    };
    let handle = match desk.joined() {
        Some(_) => sit(&desk, wish).await?,
        None => desk.handle.clone(),
    };
    let opening = Opening {
        project: desk.project.file.plan.project.clone(),
        handle,
        who: desk.project.who.clone(),
        version,
        rehearsal: desk.project.kind.scenario().map(|s| s.name.clone()),
    };
    Ok((desk, opening))
}

/// Takes a seat at an engine that others may sit at too.
async fn sit(desk: &Desk, wish: Wish) -> Result<EngineHandle, Stop> {
    let sit = SeatCommand::Sit { wish, place: crate::cli::person::place() };
    match desk.handle.command(&desk.project.who, Command::Seat(sit)).await? {
        Accepted::Seated(seat) => Ok(desk.handle.seated(seat)),
        Accepted::Recorded(_) | Accepted::Started(_) => Err(Stop::cannot_tell("the engine gave no seat")),
    }
}

async fn joined(task: &mut JoinHandle<Result<(Desk, Opening), Stop>>) -> Result<(Desk, Opening), Stop> {
    task.await.unwrap_or_else(|_| Err(Stop::cannot_tell("a part of tminus failed while it opened the project")))
}

fn ended(shown: Result<(), Ended<Stop>>) -> Done {
    match shown {
        Ok(()) => Ok(Exit::Good),
        Err(Ended::Unopened(stop)) => Err(stop),
        Err(Ended::Cockpit(error)) => Err(Stop::from(color_eyre::Report::from(error))),
    }
}
