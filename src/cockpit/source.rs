//! Where messages come from: the engine's events, and its answers, each on a task of its own.

use super::message::{Answer, Effect, Message, Reply};
use std::future::pending;
use std::time::Instant;
use tminus_core::action::Request;
use tminus_core::command::Command;
use tminus_core::names::Version;
use tminus_core::who::Who;
use tminus_engine::EngineHandle;
use tokio::sync::mpsc;
use tokio::task::{JoinHandle, JoinSet};

/// A task that ends with its owner.
struct Owned(JoinHandle<()>);

impl Drop for Owned {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The engine's events, and the task that follows them.
pub(crate) struct EngineEvents {
    messages: mpsc::Receiver<Message>,
    _task: Owned,
}

/// Waits for an answer, or an event; for ever where there is no engine yet, or no more.
pub(crate) async fn heard(sources: Option<(&mut mpsc::Receiver<Reply>, &mut EngineEvents)>) -> Message {
    let Some((replies, news)) = sources else { return pending().await };
    tokio::select! {
        biased;
        Some(reply) = replies.recv() => Message::Reply(Box::new(reply)),
        Some(message) = news.messages.recv() => message,
        else => pending().await,
    }
}

/// Joins the engine and follows its events.
pub(crate) fn follow_engine(handle: EngineHandle) -> EngineEvents {
    let (sender, news) = mpsc::channel(256);
    let task = tokio::spawn(async move {
        let Ok((snapshot, mut stream)) = handle.attach().await else {
            let _ = sender.send(Message::EngineGone).await;
            return;
        };
        let mut next = Message::Joined(Box::new(snapshot));
        // A cockpit that is slow makes this wait; the stream then says that it fell behind, and begins again.
        while sender.send(next).await.is_ok() {
            next = match stream.next().await {
                Ok(news) => Message::News(Box::new(news)),
                Err(_) => {
                    let _ = sender.send(Message::EngineGone).await;
                    return;
                }
            };
        }
    });
    EngineEvents { messages: news, _task: Owned(task) }
}

/// Asks the engine, one task for each question; answers come back on a channel.
pub(crate) struct EngineClient {
    handle: EngineHandle,
    replies: mpsc::Sender<Reply>,
    /// Dropped with the cockpit: what the engine has taken on goes on there.
    tasks: JoinSet<()>,
}

impl EngineClient {
    pub(crate) fn new(handle: EngineHandle, replies: mpsc::Sender<Reply>) -> Self {
        Self { handle, replies, tasks: JoinSet::new() }
    }

    /// Asks the engine what an effect asks of it; any other effect comes back.
    pub(crate) fn ask(&mut self, effect: Effect) -> Option<Effect> {
        while self.tasks.try_join_next().is_some() {}
        match effect {
            Effect::Preview { ticket, version, request } => self.preview(ticket, version, request),
            Effect::Command { ticket, who, command } => self.command(ticket, who, *command),
            Effect::ReadOutput { who, of } => {
                let handle = self.handle.clone();
                self.tasks.spawn(async move { drop(handle.command(&who, Command::Check(of)).await) });
            }
            Effect::Look(present) => self.handle.look(present),
            other @ (Effect::Copy(_)
            | Effect::Save { .. }
            | Effect::Edit { .. }
            | Effect::Page { .. }
            | Effect::Call(_)
            | Effect::Mouse(_)
            | Effect::Redraw
            | Effect::Rejoin
            | Effect::Suspend
            | Effect::Quit) => return Some(other),
        }
        None
    }

    fn preview(&mut self, ticket: u64, version: Version, request: Request) {
        let (handle, replies) = (self.handle.clone(), self.replies.clone());
        self.tasks.spawn(async move {
            let answer = Answer::Preview(Box::new(handle.preview(&version, request).await));
            // Nobody listens any more when the cockpit has been left.
            let _ = replies.send(Reply { ticket, at: Instant::now(), answer }).await;
        });
    }

    fn command(&mut self, ticket: u64, who: Who, command: Command) {
        let (handle, replies) = (self.handle.clone(), self.replies.clone());
        self.tasks.spawn(async move {
            let answer = Answer::Command(handle.command(&who, command).await);
            let _ = replies.send(Reply { ticket, at: Instant::now(), answer }).await;
        });
    }
}
