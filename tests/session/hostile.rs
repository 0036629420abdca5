//! Whoever speaks garbage, half a frame, or not at all, harms nobody else.

use super::{Inn, played};
use std::time::Duration;
use tminus::domain::command::Command;
use tminus::session::wire::{self, Frame, Hello, Kind, PROTOCOL, Unwelcome};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio_util::bytes::BytesMut;

/// How long a test waits for what must come.
const LONG: Duration = Duration::from_secs(30);

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
    deaf.write_all(&frame(Kind::Attach, b"null")).await.unwrap();
    let asks = frame(Kind::Attach, b"null");
    // It asks for snapshots until the engine listens to it no longer: its pipe is full in both directions.
    while let Ok(wrote) = tokio::time::timeout(Duration::from_secs(1), deaf.write_all(&asks)).await {
        wrote.unwrap();
    }
    let (dana, omer) = (inn.join("dana").await, inn.join("omer").await);
    let mut eyes = omer.attach().await;
    let before = eyes.release.seq;
    dana.deploy("staging").await.unwrap();
    tokio::time::timeout(LONG, eyes.until(|r| r.seq > before + 5)).await.expect("the others go on");
    assert_eq!(eyes.resyncs, 0);
}
