//! Following an action to its end: progress to standard error, an interrupt stops it at the next boundary.

use super::open::Client;
use super::reconnect::{Losses, rejoined};
use crate::cli::exit::Stop;
use crate::cli::interrupt::{Interrupt, Interrupts, too_late};
use crate::cli::show;
use tminus_core::command::{ActionCommand, Command, RefusalKind};
use tminus_core::names::ActionId;
use tminus_core::order::Progress;
use tminus_core::release::{ActionState, StepPhase};
use tminus_core::telemetry::{Event, JOURNAL_WAY_ON, Telemetry, journal_lost};
use tminus_engine::{EngineGone, EngineNews, EventStream, Snapshot};
use tminus_logs::clean;

/// How following ended.
pub enum FollowEnd {
    /// The action is over, or stands still and waits for a person.
    Settled(Box<ActionState>),
    /// The person left it, or is gone.
    Left,
}

/// What an interrupt does to the action that is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interrupted {
    /// The first one stops it at its next boundary, the second one leaves it: this command began it.
    Stops,
    /// It is left at once: this command only follows it.
    Leaves,
}

/// Follows an action until it is over, or stands still; where its engine dies in another process, with the next one.
///
/// A terminal that is gone ends the following, and the action only where its engine is in this process.
pub async fn follow(
    desk: &mut Client,
    (mut snapshot, mut events): (Snapshot, EventStream),
    (id, interrupted): (&ActionId, Interrupted),
) -> Result<FollowEnd, Stop> {
    let mut interrupts = Interrupts::listen()?;
    let (mut interrupted, mut teller, mut losses) = (interrupted, Teller::default(), Losses::default());
    loop {
        if let Some(why) = &snapshot.lost {
            return Err(Stop::from(journal_lost(why)));
        }
        if let Some(action) = snapshot.release.action(id) {
            teller.tell(action);
            if action.ended.is_some() || action.is_stuck() {
                return Ok(FollowEnd::Settled(Box::new(action.clone())));
            }
        }
        let interrupt = tokio::select! {
            news = events.next() => {
                match news {
                    Ok(EngineNews::Resync(fresh)) => snapshot = fresh,
                    Ok(EngineNews::Event(Event::Fact(record))) => std::sync::Arc::make_mut(&mut snapshot.release).apply(&record),
                    Ok(EngineNews::Event(Event::Telemetry(telemetry))) => telemetry_of(&telemetry, id, &mut teller)?,
                    Err(EngineGone) => match rejoined(desk, (&mut losses, &mut interrupts), id).await? {
                        Some(again) => (snapshot, events) = again,
                        None => return Ok(FollowEnd::Left),
                    },
                }
                continue;
            }
            interrupt = interrupts.next() => interrupt,
        };
        if interrupt == Interrupt::Late {
            show::hint(&left(desk, id));
            return Err(too_late());
        }
        if interrupt == Interrupt::Gone && desk.joined().is_some() {
            return Ok(FollowEnd::Left);
        }
        if interrupted == Interrupted::Leaves {
            show::hint(&left(desk, id));
            return Ok(FollowEnd::Left);
        }
        interrupted = Interrupted::Leaves;
        let stop = Command::Action(ActionCommand::Stop { action: id.clone() });
        match desk.handle.command(&desk.project.who, stop).await {
            Ok(_) => show::hint("stopping at the next step boundary; interrupt again to leave it running"),
            // It goes on, and is followed on.
            Err(refusal) if refusal.kind == RefusalKind::Held => {
                show::hint(&format!("{}; interrupt again to leave it running", refusal.says));
            }
            Err(refusal) => return Err(refusal.into()),
        }
    }
}

/// Says what becomes of an action that is left: that is not the same wherever its engine is.
fn left(desk: &Client, id: &ActionId) -> String {
    match desk.joined() {
        Some(_) => format!("left; the engine continues, and `tminus wait {id}` follows it"),
        None => format!(
            "left; its engine ends with this command. The journal holds where it stands; `tminus wait {id}` continues it"
        ),
    }
}

fn telemetry_of(telemetry: &Telemetry, id: &ActionId, teller: &mut Teller) -> Result<(), Stop> {
    match telemetry {
        Telemetry::Step { action, progress: Progress::Line(line), .. } if action == id => {
            show::hint(&format!("      {line}"))
        }
        Telemetry::Step { action, step, progress: Progress::Share { done, total, of } } if action == id => {
            teller.share(*step, (*done, *total), of);
        }
        Telemetry::JournalLost { failure } => {
            show::hint(JOURNAL_WAY_ON);
            return Err(Stop::from(failure.clone()));
        }
        Telemetry::Step { .. }
        | Telemetry::Log(_)
        | Telemetry::LogLost { .. }
        | Telemetry::Check { .. }
        | Telemetry::Output(_)
        | Telemetry::StillSo { .. }
        | Telemetry::Containers { .. }
        | Telemetry::Present { .. }
        | Telemetry::BranchLog { .. }
        | Telemetry::BranchStillSo { .. } => {}
    }
    Ok(())
}

/// Tells each change of a step once.
#[derive(Default)]
struct Teller {
    told: Vec<(StepPhase, u32)>,
    /// The last share that was told: of which step, what was counted, how many tenths were done.
    share: Option<(usize, String, u64)>,
}

impl Teller {
    /// Tells a share whenever another tenth of it is done, not each time that it moves.
    fn share(&mut self, step: usize, (done, total): (u64, u64), of: &str) {
        let tenths = done.saturating_mul(10).checked_div(total).unwrap_or(0).min(10);
        let now = (step, of.to_owned(), tenths);
        if self.share.as_ref() != Some(&now) {
            show::hint(&format!("      {}", clean::line(&Progress::amount(done, total, of))));
            self.share = Some(now);
        }
    }

    fn tell(&mut self, action: &ActionState) {
        if self.told.len() < action.steps.len() {
            self.told.resize(action.steps.len(), (StepPhase::Waiting, 0));
        }
        let count = action.steps.len();
        for (index, (state, told)) in action.steps.iter().zip(&mut self.told).enumerate() {
            if *told == (state.phase, state.attempts) {
                continue;
            }
            *told = (state.phase, state.attempts);
            let title = clean::line(&state.step.title);
            let place = format!("{:>2}/{count}", index + 1);
            match state.phase {
                StepPhase::Waiting => {}
                StepPhase::Running => show::hint(&format!("{place}  {} {title}", show::signs().phase(state.phase))),
                StepPhase::Succeeded => {
                    let sign = state.verdict.map_or_else(|| show::signs().phase(state.phase), show::sign);
                    show::hint(&format!("{place}  {sign} {title}: {}", clean::line(&state.summary)));
                }
                StepPhase::Failed => {
                    let why = state.failure.as_ref().map(|f| f.sentence()).unwrap_or_default();
                    show::hint(&format!(
                        "{place}  {} {title}: {}",
                        show::signs().phase(state.phase),
                        clean::line(&why)
                    ));
                }
                StepPhase::Unclear => show::hint(&format!("{place}  ? {title}: {}", clean::line(&state.summary))),
            }
        }
    }
}
