//! How fast the clients of one system user may have things recorded and looked at. The limit is per user, because a user who
//! joins again is another client.
//!
//! It delays no action: the actions of an environment run one after another anyway.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tminus_core::command::{CheckCommand, Command, Refusal, RefusalKind};
use tokio::time::{Instant, sleep_until};

/// How many requests of a user are taken at once; more than any team and its scripts make in a moment.
const AT_ONCE: u32 = 300;
/// How long each of them takes up its share.
const EACH: Duration = Duration::from_millis(100);

/// How much of their share each user has taken up.
#[derive(Default)]
pub(super) struct UserPace {
    /// Of commands that the journal keeps.
    recorded: Budget,
    /// Of looks: refreshes and previews, which ask the world, and snapshots.
    looks: Budget,
}

/// When the requests of each user take up no share any more.
#[derive(Default)]
struct Budget {
    users: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Instant>>>>,
}

impl UserPace {
    /// Waits until a user may have one more command recorded; returns what gives the share back when nothing was recorded.
    pub(super) async fn turn(&self, user: &str, command: &Command) -> Share {
        match is_recorded(command) {
            true => Share(Some(self.recorded.turn(user).await)),
            false => Share(None),
        }
    }

    /// Waits until a user may have one more snapshot, which has no refusal.
    pub(super) async fn snapshot(&self, user: &str) {
        self.looks.turn(user).await;
    }

    /// Takes up the share of one look.
    ///
    /// # Errors
    /// A refusal when the user has looked too often.
    pub(super) async fn look(&self, user: &str) -> Result<(), Refusal> {
        let own = self.looks.own(user);
        let mut free = own.lock().await;
        if may_begin(*free).is_none() {
            *free = (*free).max(Instant::now()) + EACH;
            return Ok(());
        }
        let says = format!(
            "{user} has asked this engine to look more than {AT_ONCE} times at once, and more than {} times a second since: \
             nothing was looked at. Ask again in a moment; a script should wait between two looks",
            Duration::from_secs(1).as_millis() / EACH.as_millis()
        );
        Err(Refusal::new(RefusalKind::CannotTell, says))
    }
}

impl Budget {
    /// Waits until a user may make one more request.
    async fn turn(&self, user: &str) -> Arc<tokio::sync::Mutex<Instant>> {
        let own = self.own(user);
        // In the order in which they asked; a client that goes meanwhile takes up nothing.
        let mut free = own.lock().await;
        if let Some(at) = may_begin(*free) {
            sleep_until(at).await;
        }
        *free = (*free).max(Instant::now()) + EACH;
        drop(free);
        own
    }

    /// Finds a user's own, and forgets those that wait for nothing.
    fn own(&self, user: &str) -> Arc<tokio::sync::Mutex<Instant>> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        users.retain(|name, free| name == user || free.try_lock().map_or(true, |free| *free > now));
        users.entry(user.to_owned()).or_insert_with(|| Arc::new(tokio::sync::Mutex::new(now))).clone()
    }
}

/// Returns when one more request may begin whose predecessors take up their share until `free`; `None` is now.
fn may_begin(free: Instant) -> Option<Instant> {
    free.checked_sub(EACH * AT_ONCE).filter(|at| *at > Instant::now())
}

/// The share of a command that is being decided.
pub(super) struct Share(Option<Arc<tokio::sync::Mutex<Instant>>>);

impl Share {
    /// Gives it back: the command was refused, so nothing was recorded.
    pub(super) async fn give_back(self) {
        if let Some(own) = self.0 {
            *own.lock().await -= EACH;
        }
    }
}

/// Says whether the journal keeps a command that is not refused.
const fn is_recorded(command: &Command) -> bool {
    match command {
        Command::Check(CheckCommand::ReadOutput { .. }) => false,
        Command::Seat(_) | Command::Lock(_) | Command::Gate(_) | Command::Check(_) | Command::Release(_) => true,
        Command::Action(_) | Command::Refresh => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt as _;
    use tminus_core::seat::SeatCommand;

    const ASK: Command = Command::Seat(SeatCommand::Ask);

    /// Asks until one has to wait; says how often that was not so.
    fn taken_at_once(pace: &UserPace, user: &str) -> u32 {
        (0..).take_while(|_| pace.turn(user, &ASK).now_or_never().is_some()).count().try_into().unwrap()
    }

    #[test]
    fn what_is_recorded_waits_once_it_comes_too_fast_and_another_user_does_not() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _entered = runtime.enter();
        let (pace, began) = (UserPace::default(), Instant::now());
        let taken = taken_at_once(&pace, "mallory");
        let most = AT_ONCE + u32::try_from(began.elapsed().as_millis() / EACH.as_millis()).unwrap() + 1;
        assert!((AT_ONCE..=most).contains(&taken), "{taken} of {most}");
        assert!(pace.turn("mallory", &Command::Refresh).now_or_never().is_some());
        assert!(pace.turn("dana", &ASK).now_or_never().is_some());
        runtime.block_on(pace.turn("mallory", &ASK));
    }

    #[test]
    fn looks_that_come_too_fast_are_refused_and_commands_are_not() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        runtime.block_on(async {
            let (pace, began) = (UserPace::default(), Instant::now());
            let mut looks = 0;
            let refusal = loop {
                match pace.look("mallory").await {
                    Ok(()) => looks += 1,
                    Err(refusal) => break refusal,
                }
            };
            let most = AT_ONCE + u32::try_from(began.elapsed().as_millis() / EACH.as_millis()).unwrap() + 1;
            assert!((AT_ONCE..=most).contains(&looks), "{looks} of {most}");
            assert!(refusal.says.contains("more than 300 times at once, and more than 10 times a second"), "{refusal}");
            assert!(pace.snapshot("mallory").now_or_never().is_none());
            assert!(pace.turn("mallory", &ASK).now_or_never().is_some());
            assert!(pace.look("dana").await.is_ok());
        });
    }

    #[test]
    fn what_was_refused_takes_up_nothing_and_who_is_quiet_is_forgotten() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _entered = runtime.enter();
        let pace = UserPace::default();
        for _ in 0..3 * AT_ONCE {
            let share = pace.turn("mallory", &ASK).now_or_never().unwrap();
            share.give_back().now_or_never().unwrap();
        }
        assert!(pace.turn("dana", &ASK).now_or_never().is_some());
        assert_eq!(pace.recorded.users.lock().unwrap().len(), 1);
    }
}
