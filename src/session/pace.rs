//! How fast the clients of one system user may have things recorded: by user, because whoever joins anew is another client.
//!
//! It delays nothing that acts: the actions of an environment come one after another as it is.

use crate::domain::command::Command;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How many commands are taken at once that the journal keeps; more than any team and its scripts ask in a moment.
const AT_ONCE: u32 = 300;
/// How long each of them takes up its share.
const EACH: Duration = Duration::from_millis(100);

/// When each user's commands have taken up no share any more.
#[derive(Default)]
pub(super) struct Pace {
    users: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Instant>>>>,
}

impl Pace {
    /// Waits until a user may ask for one more; returns what gives the share back when nothing was recorded.
    pub(super) async fn turn(&self, user: &str, command: &Command) -> Share {
        if !is_recorded(command) {
            return Share(None);
        }
        let own = self.own(user);
        // In the order in which they asked; who goes meanwhile takes up nothing.
        let mut free = own.lock().await;
        if let Some(at) = free.checked_sub(EACH * AT_ONCE)
            && at > Instant::now()
        {
            sleep_until(at).await;
        }
        *free = (*free).max(Instant::now()) + EACH;
        drop(free);
        Share(Some(own))
    }

    /// Finds a user's own, and forgets those that wait for nothing.
    fn own(&self, user: &str) -> Arc<tokio::sync::Mutex<Instant>> {
        let mut users = self.users.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        users.retain(|name, free| name == user || free.try_lock().map_or(true, |free| *free > now));
        users.entry(user.to_owned()).or_insert_with(|| Arc::new(tokio::sync::Mutex::new(now))).clone()
    }
}

/// The share of a command that is being decided.
pub(super) struct Share(Option<Arc<tokio::sync::Mutex<Instant>>>);

impl Share {
    /// Gives it back: the command was refused, and nobody but its client hears of it.
    pub(super) async fn give_back(self) {
        if let Some(own) = self.0 {
            *own.lock().await -= EACH;
        }
    }
}

/// Says whether a command is written down whenever it is not refused.
const fn is_recorded(command: &Command) -> bool {
    match command {
        Command::Seat(_) | Command::Lock(_) | Command::Gate(_) | Command::Check(_) | Command::Release(_) => true,
        Command::Action(_) | Command::Refresh => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::seat::SeatCommand;
    use futures::FutureExt as _;

    const ASK: Command = Command::Seat(SeatCommand::Ask);

    /// Asks until one has to wait; says how often that was not so.
    fn taken_at_once(pace: &Pace, user: &str) -> u32 {
        (0..).take_while(|_| pace.turn(user, &ASK).now_or_never().is_some()).count().try_into().unwrap()
    }

    #[test]
    fn what_is_recorded_waits_once_it_comes_too_fast_and_another_user_does_not() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _entered = runtime.enter();
        let (pace, began) = (Pace::default(), Instant::now());
        let taken = taken_at_once(&pace, "mallory");
        let most = AT_ONCE + u32::try_from(began.elapsed().as_millis() / EACH.as_millis()).unwrap() + 1;
        assert!((AT_ONCE..=most).contains(&taken), "{taken} of {most}");
        assert!(pace.turn("mallory", &Command::Refresh).now_or_never().is_some());
        assert!(pace.turn("dana", &ASK).now_or_never().is_some());
        runtime.block_on(pace.turn("mallory", &ASK));
    }

    #[test]
    fn what_was_refused_takes_up_nothing_and_who_is_quiet_is_forgotten() {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
        let _entered = runtime.enter();
        let pace = Pace::default();
        for _ in 0..3 * AT_ONCE {
            let share = pace.turn("mallory", &ASK).now_or_never().unwrap();
            share.give_back().now_or_never().unwrap();
        }
        assert!(pace.turn("dana", &ASK).now_or_never().is_some());
        assert_eq!(pace.users.lock().unwrap().len(), 1);
    }
}
