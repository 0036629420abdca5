//! What one client can make the engine hold, and what a client waits for.

use super::{Inn, played};
use std::time::Duration;
use tminus_core::command::{Command, Refusal};
use tminus_core::seat::{SeatCommand, Wish};
use tminus_engine::Accepted;
use tminus_engine::session::wire::{self, Frame, Hello, Kind, PROTOCOL};
use tminus_engine::session::{EnginePlace, JoinError, join};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio_util::bytes::BytesMut;

/// How long a test waits for what must come.
const LONG: Duration = Duration::from_secs(120);

fn frame(kind: Kind, text: &[u8]) -> BytesMut {
    let mut bytes = BytesMut::new();
    wire::put(&mut bytes, (kind, 1), text).unwrap();
    bytes
}

async fn greeted(inn: &Inn) -> UnixStream {
    let mut stream = UnixStream::connect(inn.socket()).await.unwrap();
    let hello = Hello { protocol: PROTOCOL, tminus: "9.9.9".to_owned(), who: played("mallory") };
    stream.write_all(&frame(Kind::Hello, &wire::text(&hello).unwrap())).await.unwrap();
    let mut length = [0; 4];
    stream.read_exact(&mut length).await.unwrap();
    stream.read_exact(&mut vec![0; u32::from_be_bytes(length) as usize]).await.unwrap();
    stream
}

#[tokio::test]
async fn a_frame_that_is_longer_than_one_of_its_kind_may_be_is_hung_up_on_before_it_is_read() {
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    let kinds = [Kind::Preview, Kind::Attend, Kind::Look, Kind::Attach, Kind::Detach, Kind::Halt, Kind::Inspect];
    for kind in kinds {
        let mut stream = greeted(&inn).await;
        // It may hang up before everything is said.
        drop(stream.write_all(&frame(kind, &vec![b' '; kind.longest() + 1])).await);
        let mut rest = Vec::new();
        tokio::time::timeout(LONG, stream.read_to_end(&mut rest)).await.expect("the engine hangs up").ok();
    }
    dana.ask(Command::Refresh).await.unwrap();
    inn.until_clients(1).await;
}

#[tokio::test]
async fn many_who_look_at_many_containers_take_the_engine_little_memory_and_nobody_waits() {
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    let before = dana.joined.inspect().await.unwrap().memory.unwrap();
    let mut crowd = Vec::new();
    for client in 0..60 {
        let names: Vec<String> = (0..3_000).map(|n| format!("{:x}", client * 3_000 + n)).collect();
        let mut stream = greeted(&inn).await;
        for _ in 0..20 {
            stream.write_all(&frame(Kind::Attend, &wire::text(&names).unwrap())).await.unwrap();
        }
        crowd.push(stream);
    }
    dana.ask(Command::Refresh).await.unwrap();
    drop(crowd);
    inn.until_clients(1).await;
    dana.ask(Command::Refresh).await.unwrap();
    let after = dana.joined.inspect().await.unwrap().memory.unwrap();
    // All tests share this process: what others hold meanwhile is not looked at closely.
    assert!(after.saturating_sub(before) < 200 << 20, "{before} bytes became {after}");
}

#[tokio::test]
async fn one_who_sits_down_and_gets_up_without_end_is_made_to_wait_and_the_others_act() {
    const FLOOD: u64 = 320;
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    let mut stream = greeted(&inn).await;
    let began = std::time::Instant::now();
    let (mut reading, mut writing) = stream.split();
    let flood = async {
        for ticket in 0..FLOOD {
            let seat = match ticket % 2 {
                0 => SeatCommand::Sit { wish: Wish::Observe, place: "a pipe".to_owned() },
                _ => SeatCommand::Rise { why: "again".to_owned() },
            };
            let mut bytes = BytesMut::new();
            let text = wire::text(&(played("mallory"), Command::Seat(seat))).unwrap();
            wire::put(&mut bytes, (Kind::Command, ticket), &text).unwrap();
            writing.write_all(&bytes).await.unwrap();
        }
    };
    let answers = async {
        for _ in 0..FLOOD {
            let mut length = [0; 4];
            reading.read_exact(&mut length).await.unwrap();
            reading.read_exact(&mut vec![0; u32::from_be_bytes(length) as usize]).await.unwrap();
        }
    };
    tokio::time::timeout(LONG, async { tokio::join!(flood, answers) }).await.expect("it is answered");
    assert!(began.elapsed() >= Duration::from_millis(1_900), "{FLOOD} in {:?}", began.elapsed());
    dana.deploy("staging").await.unwrap();
}

#[tokio::test]
async fn one_who_looks_without_end_is_refused_in_words_and_the_others_act() {
    const FLOOD: u64 = 400;
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    let mut stream = greeted(&inn).await;
    let (mut reading, mut writing) = stream.split();
    let refresh = wire::text(&(played("mallory"), Command::Refresh)).unwrap();
    let flood = async {
        for ticket in 0..FLOOD {
            let mut bytes = BytesMut::new();
            wire::put(&mut bytes, (Kind::Command, ticket), &refresh).unwrap();
            writing.write_all(&bytes).await.unwrap();
        }
    };
    let answers = async {
        let mut refused = 0;
        for _ in 0..FLOOD {
            let mut length = [0; 4];
            reading.read_exact(&mut length).await.unwrap();
            let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
            reading.read_exact(&mut bytes).await.unwrap();
            let answer: Result<Accepted, Refusal> = Frame::of(BytesMut::from(&bytes[..])).unwrap().read().unwrap();
            if let Err(refusal) = answer {
                assert!(refusal.says.contains("Ask again in a moment"), "{refusal}");
                refused += 1;
            }
        }
        refused
    };
    let began = tokio::time::Instant::now();
    let ((), refused) =
        tokio::time::timeout(LONG, async { tokio::join!(flood, answers) }).await.expect("it is answered");
    // On a machine so busy that the answers take that long, nobody asks faster than ten times in a second.
    let is_slow = began.elapsed() >= Duration::from_millis(100) * (FLOOD as u32 - 300);
    assert!(refused <= 100 && (refused > 0 || is_slow), "{refused} of {FLOOD}");
    dana.deploy("staging").await.unwrap();
}

/// Listens as an engine does, and answers with so much of what an engine says.
async fn fake(listener: UnixListener, answer: Vec<u8>) {
    let (mut stream, _) = listener.accept().await.unwrap();
    stream.write_all(&answer).await.unwrap();
    let mut heard = Vec::new();
    // It hears whatever is said, until the client goes.
    stream.read_to_end(&mut heard).await.unwrap();
}

/// Makes a folder that an engine's socket may be in.
fn runtime() -> (tempfile::TempDir, EnginePlace) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o700)).unwrap();
    let place = EnginePlace::of(folder.path(), "shop", None);
    (folder, place)
}

fn welcome() -> BytesMut {
    let now = jiff::Timestamp::now();
    let welcome = wire::Welcome { tminus: "0.1.0".to_owned(), pid: 1, since: now, now, you: played("dana") };
    frame(Kind::Welcome, &wire::text(&welcome).unwrap())
}

#[tokio::test]
async fn whoever_listens_and_says_nothing_or_half_a_word_is_named_and_not_waited_for() {
    let welcome = welcome().to_vec();
    let half = frame(Kind::About, b"{\"clients\":1}")[..9].to_vec();
    let answers = [Vec::new(), welcome[..20].to_vec(), welcome.clone(), [welcome, half].concat()];
    let told = answers.map(|answer| async move {
        let (_folder, place) = runtime();
        let fake = tokio::spawn(fake(UnixListener::bind(place.socket()).unwrap(), answer));
        let Err(error) = join(&place, &played("dana")).await else { panic!("it is taken for an engine") };
        assert!(matches!(error, JoinError::Silent { .. }), "{error}");
        let says = error.to_string();
        assert!(says.contains(&format!("process {}", std::process::id())) && says.contains("says nothing"), "{says}");
        fake.await.unwrap();
    });
    tokio::time::timeout(LONG, futures::future::join_all(told)).await.expect("nobody waits for it");
}

/// Reads a frame.
async fn heard(stream: &mut UnixStream) -> Option<Frame> {
    let mut length = [0; 4];
    stream.read_exact(&mut length).await.ok()?;
    let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut bytes).await.ok()?;
    Frame::of(BytesMut::from(&bytes[..])).ok()
}

#[tokio::test]
async fn an_engine_that_falls_silent_under_a_question_answers_it_with_a_sentence() {
    let (_folder, place) = runtime();
    let listener = UnixListener::bind(place.socket()).unwrap();
    let silent = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        heard(&mut stream).await.unwrap();
        stream.write_all(&welcome()).await.unwrap();
        let asked = heard(&mut stream).await.unwrap();
        let mut about = BytesMut::new();
        let text = wire::text(&wire::About { clients: 1, memory: None, root: "/".into() }).unwrap();
        wire::put(&mut about, (Kind::About, asked.ticket), &text).unwrap();
        stream.write_all(&about).await.unwrap();
        while heard(&mut stream).await.is_some() {}
    });
    let joined = join(&place, &played("dana")).await.unwrap();
    let asked = async { joined.handle.command(&played("dana"), Command::Refresh).await };
    let refused = tokio::time::timeout(LONG, asked).await.expect("nobody waits for ever").unwrap_err();
    assert!(refused.says.contains("the engine has said nothing for 3"), "{refused}");
    silent.await.unwrap();
}
