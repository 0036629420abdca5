//! `tminus` alone: the cockpit. Its first frame comes before anything is read; what it shows is opened behind it.

use super::leaving::leave;
use super::openings::{Openings, show_of};
use crate::cli::appearance::variable;
use crate::cli::args::Global;
use crate::cli::client::{Client, Losses, OpenNeed, Project, ProjectKind, open_own};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::or_interrupted;
use crate::cli::plain::{TalkEnd, talk, typed};
use crate::cli::show;
use std::future::Future;
use std::io::IsTerminal;
use tminus_cockpit::{CockpitExit, FirstFrame, Opening};
use tminus_core::names::ActionId;
use tminus_core::seat::Wish;
use tminus_engine::{UnfinishedActions, Watch};
use tokio::sync::{mpsc, oneshot};

/// Where an opening reports its progress, for the first frame: `reading the plan`.
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
        if let ProjectKind::Own(_) = project.kind {
            tell(&doing, "playing the past");
            // A played world begins with its past, which only virtual time can travel through.
            let desk =
                Client::here(Project::at(&path, &global).await?, Watch::OnDemand, UnfinishedActions::TakenUp).await?;
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
    on_screen(global, (name, wish), project).await
}

/// The cockpit as lines.
async fn in_lines<F>(wish: Wish, project: impl FnOnce(Doing) -> F) -> Done
where
    F: Future<Output = Result<Project, Stop>> + Send + 'static,
{
    // No screen shows the progress.
    let (doing, _) = mpsc::channel(1);
    let (desk, opening) = or_interrupted(open(project(doing.clone()), (doing, wish))).await??;
    let (mut desk, mut opening, mut lines, mut losses) = (desk, opening, typed(), Losses::default());
    loop {
        // The talk has the only other handle: the engine of this program ends once nobody holds one.
        let Opening { handle, version, .. } = opening;
        let ended = talk(&desk, (handle, version.clone()), &mut lines).await;
        if ended.as_ref().is_ok_and(|end| *end == TalkEnd::Gone) {
            let back = desk.project.typed("tminus");
            let rest = format!("; what was begun is in the journal, and `{back}` comes back to it");
            let next = or_interrupted(losses.next_engine(&desk, &rest)).await??;
            (desk, opening) = show_of(next, (version, wish)).await?;
            continue;
        }
        leave(desk, &[]).await;
        return ended.map(|end| match end {
            TalkEnd::Left(exit) => exit,
            TalkEnd::Gone => Exit::CannotTell,
        });
    }
}

async fn on_screen<F>(global: &Global, (name, wish): (String, Wish), project: impl FnOnce(Doing) -> F) -> Done
where
    F: Future<Output = Result<Project, Stop>> + Send + 'static,
{
    let (doing, told) = mpsc::channel(8);
    let front = FirstFrame { project: name, settings: crate::cli::appearance::of_cockpit(global), doing: told };
    // A task of its own: what blocks in it holds up no key. It waits for the first frame, whose time it would take.
    let (drawn, first_frame) = oneshot::channel::<()>();
    let work = open(project(doing.clone()), (doing, wish));
    let first = tokio::spawn(async move {
        let _drawn_or_left = first_frame.await;
        Ok(work.await?)
    });
    let openings = Openings::begun(first);
    let (workers, mut drawn) = (tokio::runtime::Handle::current(), Some(drawn));
    // A runtime of its own, on this thread: a key wakes nobody but the loop, and the clock ticks once. What the engine does
    // stays with the workers.
    let screen =
        tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(color_eyre::Report::from)?;
    show::keep_hints();
    let shown = tminus_cockpit::run(front, |how| {
        drop(drawn.take());
        openings.next(how, (&workers, wish))
    });
    let shown = tokio::task::block_in_place(|| {
        let shown = screen.block_on(shown);
        screen.shutdown_background();
        shown
    });
    show::say_hints();
    match (shown, openings.end().await) {
        (Err(CockpitExit::Unopened(stop)), _) => Err(stop),
        (shown, Some(desk)) => {
            leave(desk, shown.as_deref().unwrap_or_default()).await;
            ended(shown)
        }
        (shown, None) => ended(shown),
    }
}

async fn open(
    project: impl Future<Output = Result<Project, Stop>> + Send,
    (doing, wish): (Doing, Wish),
) -> Result<(Client, Opening), Stop> {
    let project = project.await?;
    tell(&doing, "reading the journal");
    let desk = Client::open(project, OpenNeed::of(wish)).await?;
    match desk.focus().await {
        Ok(version) => show_of(desk, (version, wish)).await,
        Err(stop) => {
            desk.close().await;
            Err(stop)
        }
    }
}

fn ended(shown: Result<Vec<ActionId>, CockpitExit<Stop>>) -> Done {
    match shown {
        Ok(_) => Ok(Exit::Good),
        Err(CockpitExit::Unopened(stop)) => Err(stop),
        Err(CockpitExit::Cockpit(error)) => Err(Stop::from(color_eyre::Report::from(error))),
    }
}
