//! Whoever speaks garbage, half a frame, or not at all, harms nobody else.

use super::{Inn, played};
use futures::StreamExt;
use proptest::prelude::*;
use std::time::Duration;
use tminus_core::command::Command;
use tminus_core::fact::Fact;
use tminus_core::seat::{SeatCommand, SeatFact, Wish};
use tminus_engine::session::wire::{self, Frame, Hello, Kind, PROTOCOL, Unwelcome};
use tminus_engine::session::{JoinError, join};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio_util::bytes::BytesMut;
use tokio_util::codec::FramedRead;

/// How long a test waits for what must come.
const LONG: Duration = Duration::from_secs(90);

fn frame(kind: Kind, text: &[u8]) -> BytesMut {
    let mut bytes = BytesMut::new();
    wire::put(&mut bytes, (kind, 1), text).unwrap();
    bytes
}

fn hello(protocol: u32) -> BytesMut {
    let hello = Hello { protocol, tminus: "9.9.9".to_owned(), who: played("mallory") };
    frame(Kind::Hello, &wire::text(&hello).unwrap())
}

/// Says something to the engine, and waits until it hangs up.
async fn hung_up_on(inn: &Inn, said: &[u8]) -> Vec<u8> {
    let mut stream = UnixStream::connect(inn.socket()).await.unwrap();
    // It may hang up before everything is said.
    let _ = stream.write_all(said).await;
    let mut answer = Vec::new();
    tokio::time::timeout(LONG, stream.read_to_end(&mut answer)).await.expect("the engine hangs up").ok();
    answer
}

#[tokio::test]
async fn garbage_is_hung_up_on_and_nobody_else_notices() {
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    let beyond = (1_u32 << 30).to_be_bytes();
    let after = |text: &[u8]| [hello(PROTOCOL).to_vec(), text.to_vec()].concat();
    let cases: [Vec<u8>; 8] = [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        beyond.to_vec(),
        0_u32.to_be_bytes().to_vec(),
        frame(Kind::Command, b"[]").to_vec(),
        after(&beyond),
        after(&frame(Kind::Command, b"{\"half\":")),
        after(&frame(Kind::Joined, b"null")),
        after(&[0, 0, 0, 9, 255, 0, 0, 0, 0, 0, 0, 0, 1]),
    ];
    for case in &cases {
        hung_up_on(&inn, case).await;
    }
    dana.ask(Command::Refresh).await.unwrap();
    inn.until_clients(1).await;
}

#[tokio::test]
async fn half_a_greeting_is_not_waited_for_for_ever() {
    let inn = Inn::open().await;
    let mut half = UnixStream::connect(inn.socket()).await.unwrap();
    half.write_all(&hello(PROTOCOL)[..20]).await.unwrap();
    let mut answer = Vec::new();
    tokio::time::timeout(LONG, half.read_to_end(&mut answer)).await.expect("the engine hangs up").unwrap();
    assert!(answer.is_empty());
}

#[tokio::test]
async fn another_protocol_is_told_so_in_words() {
    let inn = Inn::open().await;
    let answer = hung_up_on(&inn, &hello(PROTOCOL + 1)).await;
    let frame = Frame::of(BytesMut::from(&answer[4..])).unwrap();
    assert_eq!(frame.kind, Kind::Unwelcome);
    let unwelcome: Unwelcome = frame.read().unwrap();
    assert!(unwelcome.says.contains("9.9.9") && unwelcome.says.contains("tminus engine stop"), "{unwelcome:?}");
}

#[tokio::test]
async fn a_client_that_never_reads_holds_up_nobody() {
    let inn = Inn::open().await;
    let mut deaf = UnixStream::connect(inn.socket()).await.unwrap();
    deaf.write_all(&hello(PROTOCOL)).await.unwrap();
    // One ticket again and again begins anew each time; and then one more each time, until it is listened to no longer.
    let tickets = std::iter::repeat_n(1, 5_000).chain(1..20_000);
    for ticket in tickets {
        let mut asks = BytesMut::new();
        wire::put(&mut asks, (Kind::Attach, ticket), b"null").unwrap();
        match tokio::time::timeout(Duration::from_secs(1), deaf.write_all(&asks)).await {
            Ok(wrote) => wrote.unwrap(),
            Err(_is_full) => break,
        }
    }
    let (dana, omer) = (inn.join("dana").await, inn.join("omer").await);
    let mut eyes = omer.attach().await;
    let before = eyes.release.seq;
    dana.deploy("staging").await.unwrap();
    tokio::time::timeout(LONG, eyes.until(|r| r.seq > before + 5)).await.expect("the others go on");
    assert_eq!(eyes.resyncs, 0);
}

/// Everything that a client says in its life, once.
fn conversation() -> Vec<u8> {
    let who = played("mallory");
    let deploy = crate::engine::deploy("staging");
    let sit = SeatCommand::Sit { wish: Wish::Act, place: "a pipe".to_owned() };
    let says = [
        (Kind::Attach, wire::text(&())),
        (Kind::Command, wire::text(&(&who, Command::Seat(sit)))),
        (Kind::Command, wire::text(&(&who, Command::Refresh))),
        (Kind::Preview, wire::text(&(crate::engine::version("1.0.0"), deploy))),
        (Kind::Attend, wire::text(&["shop-backend"])),
        (Kind::Inspect, wire::text(&())),
        (Kind::Detach, wire::text(&())),
    ];
    let mut bytes = hello(PROTOCOL).to_vec();
    for (kind, text) in says {
        bytes.extend_from_slice(&frame(kind, &text.unwrap()));
    }
    bytes
}

/// Says something in parts, says no more, and waits until the engine has hung up.
async fn said_in_parts(inn: &Inn, parts: &[&[u8]]) {
    let stream = UnixStream::connect(inn.socket()).await.unwrap();
    let (mut read, mut write) = stream.into_split();
    let hearing = async move {
        let mut answer = Vec::new();
        // It may hang up on what it has not read.
        read.read_to_end(&mut answer).await.ok();
    };
    let saying = async move {
        for part in parts {
            if write.write_all(part).await.is_err() {
                return;
            }
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(LONG, async { tokio::join!(hearing, saying) }).await.expect("the engine hangs up");
}

#[tokio::test]
async fn a_client_that_goes_in_the_middle_of_any_word_leaves_nothing() {
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    let whole = conversation();
    for end in 0..=whole.len() {
        said_in_parts(&inn, &[&whole[..end]]).await;
    }
    dana.joined.inspect().await.unwrap();
    inn.until_clients(1).await;
    let (now, _) = inn.flight.handle.attach().await.unwrap();
    let sat = |fact: &Fact| matches!(fact, Fact::Seat(SeatFact::Sat { .. }));
    assert!(now.release.story.iter().any(|record| sat(&record.fact)), "some of them came far enough to sit");
    assert_eq!(now.release.seats.iter().count(), 0, "who has gone has no seat");
}

#[test]
fn a_conversation_with_any_byte_wrong_and_cut_anywhere_harms_nobody() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let inn = runtime.block_on(Inn::open());
    let dana = runtime.block_on(inn.join("dana"));
    let whole = conversation();
    let places = (0..whole.len(), 0..whole.len(), 0..whole.len());
    proptest!(crate::nightly::cases(400), |((at, cut, end) in places, wrong: u8)| {
        let mut bytes = whole.clone();
        bytes[at] = wrong;
        let (cut, end) = (cut.min(end), cut.max(end));
        runtime.block_on(said_in_parts(&inn, &[&bytes[..cut], &bytes[cut..end], &bytes[end..]]));
    });
    runtime.block_on(async {
        dana.joined.inspect().await.unwrap();
        inn.until_clients(1).await;
    });
}

/// Reads frames as they come.
async fn heard(stream: &mut UnixStream) -> Frame {
    let mut length = [0; 4];
    stream.read_exact(&mut length).await.unwrap();
    let mut bytes = vec![0; u32::from_be_bytes(length) as usize];
    stream.read_exact(&mut bytes).await.unwrap();
    Frame::of(BytesMut::from(&bytes[..])).unwrap()
}

#[tokio::test]
async fn a_client_that_reads_a_byte_now_and_then_is_told_that_it_fell_behind_and_begins_again() {
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    let mut slow = UnixStream::connect(inn.socket()).await.unwrap();
    slow.write_all(&hello(PROTOCOL)).await.unwrap();
    assert_eq!(heard(&mut slow).await.kind, Kind::Welcome);
    slow.write_all(&frame(Kind::Attach, b"null")).await.unwrap();
    assert_eq!(heard(&mut slow).await.kind, Kind::Joined);
    let mut first = [0; 20];
    for n in 0..20 {
        for _ in 0..150 {
            inn.flight.handle.command(&dana.who, Command::Refresh).await.unwrap();
        }
        slow.read_exact(&mut first[n..=n]).await.unwrap();
    }
    // The rest of the frame that it had begun.
    let length = u32::from_be_bytes(first[..4].try_into().unwrap()) as usize;
    slow.read_exact(&mut vec![0; length + 4 - first.len()]).await.unwrap();
    let behind = async {
        loop {
            match heard(&mut slow).await.kind {
                Kind::News => {}
                other => return other,
            }
        }
    };
    assert_eq!(tokio::time::timeout(LONG, behind).await.expect("it is told"), Kind::Lagged);
    slow.write_all(&frame(Kind::Attach, b"null")).await.unwrap();
    let again = heard(&mut slow).await;
    assert_eq!(again.kind, Kind::Joined);
    let snapshot: tminus_engine::Snapshot = again.read().unwrap();
    let (now, _) = inn.flight.handle.attach().await.unwrap();
    assert_eq!(snapshot.release, now.release);
}

#[tokio::test]
async fn a_client_that_asks_without_end_is_answered_in_full_and_nobody_waits_for_it() {
    const ASKED: u64 = 2_000;
    let inn = Inn::open().await;
    let dana = inn.join("dana").await;
    let flood = UnixStream::connect(inn.socket()).await.unwrap();
    let (mut read, mut write) = flood.into_split();
    let saying = tokio::spawn(async move {
        write.write_all(&hello(PROTOCOL)).await.unwrap();
        let text = wire::text(&(played("mallory"), Command::Refresh)).unwrap();
        for ticket in 1..=ASKED {
            let mut bytes = BytesMut::new();
            wire::put(&mut bytes, (Kind::Command, ticket), &text).unwrap();
            write.write_all(&bytes).await.unwrap();
        }
        write
    });
    // It reads nothing yet: what it asked is answered as far as its pipe holds.
    for _ in 0..20 {
        tokio::time::timeout(LONG, dana.joined.inspect()).await.expect("the others are answered").unwrap();
    }
    let hearing = async {
        let mut answered = std::collections::BTreeSet::new();
        let mut frames = FramedRead::new(&mut read, wire::codec(wire::FROM_ENGINE));
        while answered.len() < ASKED as usize {
            let frame = Frame::of(frames.next().await.unwrap().unwrap()).unwrap();
            if frame.kind == Kind::Done {
                assert!(answered.insert(frame.ticket), "{} is answered once", frame.ticket);
            }
        }
    };
    tokio::time::timeout(2 * LONG, hearing).await.expect("everything is answered");
    drop(saying.await.unwrap());
}

#[tokio::test]
async fn the_257th_is_told_why_it_is_not_let_in() {
    let inn = Inn::open().await;
    let mut all = Vec::new();
    for n in 0..256 {
        all.push(inn.join(&format!("client-{n}")).await);
    }
    for _ in 0..44 {
        let Err(JoinError::Unwelcome(told)) = join(&inn.place, &played("late")).await else { panic!("let in") };
        assert!(told.says.contains("as many clients as it takes"), "{told:?}");
    }
    all[255].ask(Command::Refresh).await.unwrap();
    all.truncate(1);
    inn.until_clients(1).await;
    inn.join("late").await.ask(Command::Refresh).await.unwrap();
}
