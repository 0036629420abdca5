//! The engine's side of the socket: it lets clients in and serves each until it goes.

use super::attention::pass_on;
use super::clients::{Clients, Terms};
use super::connection;
use super::place::{EnginePlace, PlaceError};
use crate::EngineHandle;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::who::Who;
use tokio::net::UnixListener;
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How many clients may be connected at once.
const MOST: usize = 256;
/// How many more learn at once that there is no room; any further connection is closed without a word.
const TOLD: usize = 64;
/// How long to wait when the system gives no more connections.
const AGAIN: Duration = Duration::from_millis(100);

/// The door cannot be opened.
pub type DoorError = PlaceError;

/// An open door. Dropped, it is closed, and the connections end.
pub struct Server {
    hall: Arc<Clients>,
    /// Aborted with it.
    _tasks: JoinSet<()>,
}

impl Server {
    /// Binds the socket and lets clients in. The caller holds the journal, so two engines never share a door.
    pub fn open(terms: Terms, handle: EngineHandle) -> Result<Self, DoorError> {
        let listener = terms.place.bind()?;
        let hall = Arc::new(Clients::new(terms, handle));
        let mut tasks = JoinSet::new();
        tasks.spawn(let_in(listener, hall.clone()));
        tasks.spawn(pass_on(hall.attention.subscribe(), hall.handle.clone()));
        tasks.spawn(tell_of_visits(hall.count.subscribe(), hall.handle.clone()));
        Ok(Self { hall, _tasks: tasks })
    }

    /// Returns where it is.
    pub fn place(&self) -> &EnginePlace {
        &self.hall.terms.place
    }

    /// Returns how many clients are connected, and every change of it.
    pub fn count(&self) -> watch::Receiver<usize> {
        self.hall.count.subscribe()
    }

    /// Waits until a client has asked for an end, and the engine has come to a boundary; returns who asked.
    pub async fn halted(&self) -> Option<Who> {
        let mut halted = self.hall.halted.subscribe();
        let who = halted.wait_for(Option::is_some).await;
        who.ok().and_then(|who| who.clone())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.hall.terms.place.clear();
    }
}

/// Tells the engine whenever the first client has come, or the last one has gone.
async fn tell_of_visits(mut count: watch::Receiver<usize>, handle: EngineHandle) {
    let mut told = None;
    loop {
        let is_visited = *count.borrow_and_update() > 0;
        if told.replace(is_visited) != Some(is_visited) {
            handle.visited(is_visited).await;
        }
        if count.changed().await.is_err() {
            return;
        }
    }
}

async fn let_in(listener: UnixListener, hall: Arc<Clients>) {
    let mut guests = JoinSet::new();
    let mut number = 0;
    loop {
        tokio::select! {
            come = listener.accept() => match come {
                Ok((stream, _)) => {
                    number += 1;
                    if guests.len() >= MOST + TOLD {
                        continue;
                    }
                    let is_full = guests.len() >= MOST;
                    guests.spawn(connection::serve(stream, hall.clone(), connection::ClientId { number, is_full }));
                    hall.count.send_replace(guests.len());
                }
                // No more files: the clients that are there go on, and one of them will go.
                Err(_) => tokio::time::sleep(AGAIN).await,
            },
            Some(_) = guests.join_next() => {
                hall.count.send_replace(guests.len());
            }
        }
    }
}
