//! What the cockpit shows, opened the first time and each time that its engine has gone.

use crate::cli::client::{Client, OpenNeed, Project};
use crate::cli::exit::Stop;
use futures::FutureExt;
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::rc::Rc;
use std::task::Poll;
use tminus_cockpit::{EngineLocation, OpenFailure, Opening, Try};
use tminus_core::command::{Command, RefusalKind};
use tminus_core::names::Version;
use tminus_core::seat::{SeatCommand, Wish};
use tminus_engine::{Accepted, EngineHandle};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;

/// What a task brings that opens.
type OpeningResult = Result<(Client, Opening), OpenFailure<Stop>>;

/// What is open, and what is being opened. The cockpit and the code that closes it afterwards share it.
#[derive(Clone)]
pub(super) struct Openings(Rc<RefCell<OpeningState>>);

struct OpeningState {
    task: Option<JoinHandle<OpeningResult>>,
    desk: Option<Client>,
    version: Option<Version>,
}

impl Openings {
    /// Begins with an opening that is under way.
    pub(super) fn begun(first: JoinHandle<OpeningResult>) -> Self {
        Self(Rc::new(RefCell::new(OpeningState { task: Some(first), desk: None, version: None })))
    }

    /// Opens: the first time it is what is under way already; later an engine is joined again, on the workers' threads.
    pub(super) fn next(
        &self,
        how: Try,
        (workers, wish): (&Handle, Wish),
    ) -> impl Future<Output = Result<Opening, OpenFailure<Stop>>> + use<> {
        let book = self.0.clone();
        let known = {
            let book = book.borrow();
            book.desk.as_ref().map(|desk| desk.project.clone()).zip(book.version.clone())
        };
        if let Some((project, version)) = known {
            book.borrow_mut().task = Some(workers.spawn(again(project, (version, wish), how)));
        }
        poll_fn(move |context| {
            let mut book = book.borrow_mut();
            let Some(task) = &mut book.task else { return Poll::Pending };
            let Poll::Ready(opened) = task.poll_unpin(context) else { return Poll::Pending };
            book.task = None;
            let failed = || Stop::cannot_tell("a part of tminus failed while it opened the project");
            let opened = opened.unwrap_or_else(|_| Err(failed().into()));
            Poll::Ready(opened.map(|(desk, opening)| {
                (book.desk, book.version) = (Some(desk), Some(opening.version.clone()));
                opening
            }))
        })
    }

    /// Returns what is open, once the cockpit has been left. What was just being opened is not waited for longer than it
    /// takes to end it, and closed in order.
    pub(super) async fn end(self) -> Option<Client> {
        let (task, desk) = {
            let mut book = self.0.borrow_mut();
            (book.task.take(), book.desk.take())
        };
        if let Some(task) = task {
            task.abort();
            if let Ok(Ok((late, _))) = task.await {
                late.close().await;
            }
        }
        desk
    }
}

/// Joins an engine again, for the release that was looked at.
async fn again(project: Project, (version, wish): (Version, Wish), how: Try) -> OpeningResult {
    let desk = match how {
        Try::First => Client::open(project, OpenNeed::of(wish)).await?,
        // It works by the file as it is now; what was read when the cockpit came up is out of date.
        Try::Asked => Client::open(project.reread().await?, OpenNeed::Watch).await?,
        Try::Again => Client::again(project).await?.map_err(|by| OpenFailure::Stopped { by })?,
    };
    Ok(show_of(desk, (version, wish)).await?)
}

/// Returns what the cockpit shows of a desk, with a seat at it.
pub(super) async fn show_of(desk: Client, (version, wish): (Version, Wish)) -> Result<(Client, Opening), Stop> {
    let (handle, housing) = match desk.joined() {
        Some(_) => (sit(&desk, wish).await?, EngineLocation::Elsewhere),
        None => (desk.handle.clone(), EngineLocation::Here),
    };
    let opening = Opening {
        project: desk.project.file.plan.project.clone(),
        handle,
        who: desk.project.who.clone(),
        version,
        rehearsal: desk.project.kind.scenario().map(|s| s.name.clone()),
        housing,
        session: desk.project.kind.scenario().is_none().then(|| desk.project.paths.session()),
    };
    Ok((desk, opening))
}

/// Takes a seat at an engine that others may sit at too.
async fn sit(desk: &Client, wish: Wish) -> Result<EngineHandle, Stop> {
    let sit = SeatCommand::Sit { wish, place: crate::cli::person::place() };
    let seated = match desk.handle.command(&desk.project.who, Command::Seat(sit)).await {
        // Who sits where is a fact, and none can be written: one looks without a seat, and the screen says why.
        Err(refusal) if refusal.kind == RefusalKind::JournalLost => return Ok(desk.handle.clone()),
        seated => seated?,
    };
    match seated {
        Accepted::Seated(seat) => Ok(desk.handle.seated(seat)),
        Accepted::Recorded(_) | Accepted::Started(_) => Err(Stop::cannot_tell("the engine gave no seat")),
    }
}
