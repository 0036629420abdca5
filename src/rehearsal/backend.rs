//! The product's backend in miniature, on loopback: it answers as what is deployed in its environment would.

use super::answers::{answered, said};
use super::faults::{condition, silence};
use super::probe::serving;
use super::shared::SharedWorld;
use crate::scenario::{OutageScope, Silence};
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::names::EnvName;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::{JoinHandle, JoinSet};

/// How many connections one environment's backend holds at once.
const CONNECTIONS: usize = 64;

/// How long a connection may last, and how long the head of a request may take.
const LASTS: Duration = Duration::from_secs(60);
const HEAD: Duration = Duration::from_secs(5);

/// How much slower than the scenario says a slow answer is at most, so that nobody sits and waits for it.
const SLOWEST: Duration = Duration::from_secs(2);

/// The backends that are being served; they stop when this is dropped.
pub struct Backend {
    /// Where each environment's backend answers: `http://127.0.0.1:PORT`.
    pub urls: BTreeMap<EnvName, String>,
    servers: Vec<JoinHandle<()>>,
}

impl Drop for Backend {
    fn drop(&mut self) {
        self.servers.iter().for_each(JoinHandle::abort);
    }
}

/// Serves each of some environments on a port of its own.
pub(crate) async fn serve(world: &SharedWorld, envs: Vec<EnvName>) -> Result<Backend, Failure> {
    let mut backend = Backend { urls: BTreeMap::new(), servers: Vec::new() };
    for env in envs {
        let lost = |error: &std::io::Error| {
            let says = format!("the rehearsal's backend of {env} could not get a port on loopback");
            Failure::new(FailureKind::Unreachable, says).caused_by(error)
        };
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.map_err(|error| lost(&error))?;
        let address = listener.local_addr().map_err(|error| lost(&error))?;
        backend.urls.insert(env.clone(), format!("http://{address}"));
        backend.servers.push(tokio::spawn(accept(listener, world.clone(), env)));
    }
    Ok(backend)
}

async fn accept(listener: TcpListener, world: SharedWorld, env: EnvName) {
    // Dropped with this task, and every connection with it.
    let mut connections = JoinSet::new();
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => drop(connections.spawn(converse(stream, world.clone(), env.clone(), permit))),
            // Too many open files passes; a loop that spins until then does not help.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
        while connections.try_join_next().is_some() {}
    }
}

async fn converse(stream: TcpStream, world: SharedWorld, env: EnvName, _permit: OwnedSemaphorePermit) {
    let service = hyper::service::service_fn(|request| answer(&world, &env, request));
    let mut server = hyper::server::conn::http1::Builder::new();
    server.timer(TokioTimer::new()).header_read_timeout(HEAD).max_buf_size(16 << 10);
    // A client that goes away in the middle is its own affair.
    let _ = tokio::time::timeout(LASTS, server.serve_connection(TokioIo::new(stream), service)).await;
}

async fn answer(
    world: &SharedWorld,
    env: &EnvName,
    request: Request<Incoming>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let mood = mood(world, env);
    match &mood {
        Mood::Hangs => std::future::pending::<()>().await,
        Mood::Runs { delay, .. } => tokio::time::sleep(*delay).await,
        Mood::Down => {}
    }
    let is_read = matches!(*request.method(), Method::GET | Method::HEAD);
    let (status, body) = match mood {
        _ if !is_read => (405, said("method not allowed")),
        Mood::Runs { version, fails, is_sick, .. } => answered(request.uri().path(), &version, (fails, is_sick)),
        Mood::Down | Mood::Hangs => (503, said("no backend is running here")),
    };
    let text = if *request.method() == Method::HEAD { String::new() } else { body.to_string() };
    let mut response = Response::new(Full::new(Bytes::from(text)));
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let json = hyper::header::HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(hyper::header::CONTENT_TYPE, json);
    Ok(response)
}

/// How the backend of an environment is at a moment.
enum Mood {
    /// Nothing answers.
    Down,
    /// Connections are taken, and nothing comes.
    Hangs,
    /// It runs: this version, this slow, failing or not, and well or not by its own account.
    Runs { version: String, delay: Duration, fails: bool, is_sick: bool },
}

fn mood(world: &SharedWorld, env: &EnvName) -> Mood {
    let now = world.now();
    let mood = world.read(|state| {
        let (site, run) = serving(state, env, now)?;
        match silence(state, world.scenario(), (OutageScope::Backend, Some(&site.role)), now) {
            Some((Silence::Hangs, _)) => return Some(Mood::Hangs),
            Some((Silence::Refuses, _)) => return None,
            None => {}
        }
        let condition = condition(world.scenario(), site, &run, now);
        Some(Mood::Runs {
            version: run.version.to_string(),
            delay: condition.latency.map_or(Duration::ZERO, |slow| slow.duration().min(SLOWEST)),
            fails: condition.errors.is_some(),
            is_sick: condition.health != tminus_core::order::Health::Healthy,
        })
    });
    // A world that cannot be read runs nothing that could be called well.
    mood.ok().flatten().unwrap_or(Mood::Down)
}
