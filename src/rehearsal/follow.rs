//! Following an order of the world to its end.

use super::clock::WorldClock;
use super::script::{Phase, ScriptEnding};
use super::shared::SharedWorld;
use super::world::Begun;
use jiff::Timestamp;
use std::future::Future;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::order::{Progress, Receipt, Task, Ticket};
use tminus_core::ports::{Clock, ProgressSender};

/// Tells how far an order has come until it is over, however often it is asked.
pub(crate) async fn follow<F: Future<Output = Result<(), Failure>> + Send>(
    world: &SharedWorld,
    ticket: &Ticket,
    progress: &ProgressSender,
    reach: impl Fn() -> F + Send + Sync,
) -> Result<Receipt, Failure> {
    let mut told = None;
    loop {
        reach().await?;
        let now = world.now();
        let begun = world.read(|state| state.order(&ticket.order).cloned())?;
        let unknown = || Failure::new(FailureKind::NotFound, format!("the rehearsal knows no order {}", ticket.order));
        let begun = begun.ok_or_else(unknown)?;
        let Some((phase, done, next)) = begun.phase(now).filter(|_| !begun.is_over(now)) else {
            return ended(&begun);
        };
        tell(progress, phase, done, &mut told);
        wait(world, next).await;
    }
}

/// Waits for the next moment at which something can be told; a cancellation is such a moment too.
async fn wait(world: &SharedWorld, next: Timestamp) {
    let mut changes = world.changes();
    let clock = WorldClock(world.clone());
    tokio::select! {
        () = clock.sleep_until(next) => {}
        _ = changes.changed() => {}
    }
}

/// Progress that nobody takes in time is dropped: it is for the screen alone.
fn tell(progress: &ProgressSender, phase: &Phase, done: u64, told: &mut Option<String>) {
    if told.as_ref() != Some(&phase.title) {
        let _ = progress.try_send(Progress::Line(phase.title.clone()));
        *told = Some(phase.title.clone());
    }
    let _ = progress.try_send(Progress::Share { done, total: phase.total, of: phase.of.clone() });
}

fn ended(begun: &Begun) -> Result<Receipt, Failure> {
    if begun.cancelled.is_some() {
        let says = format!("order {} was stopped; what ran before still runs", begun.order.id);
        return Err(Failure::new(FailureKind::Cancelled, says));
    }
    match &begun.itinerary.ending {
        ScriptEnding::Failed { failure, .. } => Err(failure.clone()),
        ScriptEnding::Good => Ok(Receipt {
            order: begun.order.id.clone(),
            delivered: begun.brings().cloned(),
            summary: summary(begun),
            left: None,
        }),
    }
}

fn summary(begun: &Begun) -> String {
    let took = tminus_core::time::brief(begun.itinerary.takes().duration());
    match &begun.order.task {
        Task::Deliver { artifact, to, .. } => {
            format!("{artifact} {} runs in {} after {took}", to.version, place(begun))
        }
        Task::Restore { artifact, to, .. } => {
            format!("{artifact} {} is back in {} after {took}", to.version, place(begun))
        }
        Task::Provide { artifact, to } => format!("the image of {artifact} {} is in {}", to.version, place(begun)),
        Task::Act { act, direction } => format!("rehearsed: {}", act.done(*direction)),
        Task::Run { .. } | Task::Build { .. } => "rehearsed: nothing was run".to_owned(),
    }
}

fn place(begun: &Begun) -> &str {
    begun.order.env.as_ref().map_or("its place", |env| env.as_str())
}
