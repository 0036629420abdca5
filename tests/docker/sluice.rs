//! A gate in a connection: it stands before a server, passes bytes on both ways, and holds back what is more than it is
//! told to let through, until it is opened. What it holds back is not lost.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Which way bytes go.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// From the client to the server.
    Up,
    /// From the server to the client.
    Down,
}

/// A sluice; its connections end with it.
pub struct Sluice {
    port: u16,
    shared: Arc<Shared>,
}

struct Shared {
    server: String,
    gate: Mutex<Gate>,
    moved: Condvar,
}

#[derive(Default)]
struct Gate {
    /// The way that is held, and how many bytes still go through.
    held: Option<(Way, u64)>,
    /// Whether somebody waits before it.
    is_reached: bool,
    is_over: bool,
    connections: Vec<TcpStream>,
}

impl Sluice {
    /// Puts one, open, before the server at an address.
    pub fn before(server: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (gate, moved) = (Mutex::default(), Condvar::new());
        let shared = Arc::new(Shared { server: server.to_owned(), gate, moved });
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                if served.gate().is_over {
                    return;
                }
                served.join(&client);
            }
        });
        Self { port, shared }
    }

    /// Returns the address that a client is given in place of the server's.
    pub fn address(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// Lets so many bytes more through one way, on all connections together, and holds back the rest.
    pub fn hold(&self, way: Way, bytes: u64) {
        let mut gate = self.shared.gate();
        (gate.held, gate.is_reached) = (Some((way, bytes)), false);
    }

    /// Waits until something is held back.
    #[track_caller]
    pub fn is_reached(&self, bound: Duration) {
        let gate = self.shared.gate();
        let waited = self.shared.moved.wait_timeout_while(gate, bound, |gate| !gate.is_reached);
        assert!(waited.unwrap().0.is_reached, "nothing came as far as the sluice within {bound:?}");
    }

    /// Lets everything through.
    pub fn open(&self) {
        self.shared.gate().held = None;
        self.shared.moved.notify_all();
    }
}

impl Drop for Sluice {
    fn drop(&mut self) {
        let mut gate = self.shared.gate();
        gate.is_over = true;
        for connection in gate.connections.drain(..) {
            drop(connection.shutdown(Shutdown::Both));
        }
        drop(gate);
        self.shared.moved.notify_all();
        // Whoever waits for a client is woken by one.
        drop(TcpStream::connect(("127.0.0.1", self.port)));
    }
}

impl Shared {
    fn gate(&self) -> MutexGuard<'_, Gate> {
        self.gate.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn join(self: &Arc<Self>, client: &TcpStream) {
        // A server that is away refuses: its client sees the end at once.
        let Ok(server) = TcpStream::connect(&self.server) else { return };
        for (way, from, to) in [(Way::Up, client, &server), (Way::Down, &server, client)] {
            let (Ok(from), Ok(to), Ok(known)) = (from.try_clone(), to.try_clone(), from.try_clone()) else { return };
            self.gate().connections.push(known);
            let shared = Arc::clone(self);
            std::thread::spawn(move || shared.pass((from, to), way));
        }
    }

    fn pass(&self, (mut from, mut to): (TcpStream, TcpStream), way: Way) {
        let mut buffer = [0; 16 << 10];
        while let Ok(length @ 1..) = from.read(&mut buffer) {
            if !self.may_pass(way, length as u64) || to.write_all(&buffer[..length]).is_err() {
                break;
            }
        }
        drop(to.shutdown(Shutdown::Write));
    }

    /// Waits until bytes may go on; says no when it is over.
    fn may_pass(&self, way: Way, bytes: u64) -> bool {
        let mut gate = self.gate();
        loop {
            if gate.is_over {
                return false;
            }
            match &mut gate.held {
                Some((held, left)) if *held == way && *left < bytes => {
                    gate.is_reached = true;
                    self.moved.notify_all();
                    gate = self.moved.wait(gate).unwrap_or_else(PoisonError::into_inner);
                }
                Some((held, left)) => {
                    if *held == way {
                        *left -= bytes;
                    }
                    return true;
                }
                None => return true,
            }
        }
    }
}

#[test]
fn what_is_held_back_comes_when_it_is_opened() {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let sluice = Sluice::before(&server.local_addr().unwrap().to_string());
    sluice.hold(Way::Up, 3);
    let mut client = TcpStream::connect(sluice.address()).unwrap();
    let (mut served, _) = server.accept().unwrap();
    let mut told = [0; 3];
    client.write_all(b"abc").unwrap();
    served.read_exact(&mut told).unwrap();
    client.write_all(b"def").unwrap();
    sluice.is_reached(Duration::from_secs(60));
    served.write_all(b"xyz").unwrap();
    client.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"xyz", "the other way is held too");
    sluice.open();
    served.read_exact(&mut told).unwrap();
    assert_eq!(&told, b"def");
}
