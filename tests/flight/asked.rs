//! Checks that ask a server, by the program itself: by the certificates that this machine trusts, and the resolvers of the plan.

use super::kiosk::Kiosk;
use crate::docker::need::need;
use std::fs;
use std::net::{TcpStream, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// An authority, and a certificate for 127.0.0.1 that it signed.
fn authority(openssl: &Path, name: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let make = |words: &str| {
        let done = Command::new(openssl).args(words.split(' ')).current_dir(folder.path()).output().unwrap();
        assert!(done.status.success(), "{words}: {}", String::from_utf8_lossy(&done.stderr));
    };
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";
    make(&format!("req -x509 {key} -days 9 -keyout ca-key.pem -out ca.pem -subj /CN={name}"));
    fs::write(folder.path().join("names"), "subjectAltName=IP:127.0.0.1\n").unwrap();
    make(&format!("req {key} -keyout key.pem -out request.pem -subj /CN=server"));
    make("x509 -req -in request.pem -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 5 -out cert.pem -extfile names");
    folder
}

/// A server that is ended with its test.
struct Server(Child, u16);

impl Drop for Server {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

fn serves(openssl: &Path, folder: &Path) -> Server {
    let port = crate::ports::free();
    let words = format!("s_server -accept 127.0.0.1:{port} -cert cert.pem -key key.pem -quiet");
    let mut command = Command::new(openssl);
    command.args(words.split(' ')).current_dir(folder).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let server = Server(command.spawn().unwrap(), port);
    let until = Instant::now() + Duration::from_secs(60);
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        assert!(Instant::now() < until, "it does not listen");
        std::thread::yield_now();
    }
    server
}

/// Answers every question with one address: what was asked, and a record that points back to its name.
fn resolves(to: [u8; 4]) -> u16 {
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    let port = socket.local_addr().unwrap().port();
    std::thread::spawn(move || {
        let mut asked = [0; 512];
        while let Ok((length, from)) = socket.recv_from(&mut asked) {
            let mut answer = asked[..length].to_vec();
            answer[2..8].copy_from_slice(&[0x81, 0x80, 0, 1, 0, 1]);
            answer.extend([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
            answer.extend(to);
            socket.send_to(&answer, from).ok();
        }
    });
    port
}

fn asking(checks: &str) -> Kiosk {
    let kiosk = Kiosk::new();
    kiosk.write("tminus.toml", &format!("{}\n{checks}", kiosk.plan()));
    kiosk.commit();
    kiosk.flight.expect(0, &["trust", "--yes"]);
    kiosk.flight.expect(0, &["release", "cut", "1.0.0"]);
    kiosk
}

#[test]
fn a_certificate_is_trusted_by_what_this_machine_trusts() {
    let Some(openssl) = need("openssl") else { return };
    let (known, stranger) = (authority(&openssl, "known"), authority(&openssl, "stranger"));
    let server = serves(&openssl, known.path());
    let kiosk = asking(&format!(
        "[check.certificate]\nphase = \"post-deploy\"\ntitle = \"The certificate lasts\"\nrequired = false\n\
         tls = {{ host = \"127.0.0.1:{}\", days-left = 3 }}\n",
        server.1
    ));
    let asked = |authority: &TempDir| {
        let file = authority.path().join("ca.pem");
        kiosk.flight.run_with(&[("SSL_CERT_FILE", file.to_str().unwrap())], &["check", "certificate"])
    };
    let good = asked(&known);
    assert_eq!(good.code, Some(0), "{good}");
    good.says("4 days left");
    let foreign = asked(&stranger);
    assert_eq!(foreign.code, Some(1), "{foreign}");
    foreign.says("issued by CN=known");
    drop(server);
    let gone = asked(&known);
    assert_eq!(gone.code, Some(4), "{gone}");
    gone.says("cannot be reached");
}

#[test]
fn a_name_is_asked_of_the_resolvers_of_the_plan_and_of_nobody_in_a_rehearsal() {
    let (one, other) = (resolves([203, 0, 113, 7]), resolves([203, 0, 113, 9]));
    let check = |name: &str, resolvers: &str| {
        format!(
            "[check.{name}]\nphase = \"post-deploy\"\ntitle = \"The name leads to us\"\nrequired = false\n\
             dns = {{ name = \"api.example.com\", is = \"203.0.113.7\", resolvers = [{resolvers}] }}\n"
        )
    };
    let (one, other) = (format!("\"127.0.0.1:{one}\""), format!("\"127.0.0.1:{other}\""));
    let both = format!("{one}, {other}");
    let kiosk = asking(&[check("right", &one), check("wrong", &other), check("both", &both)].join(""));
    kiosk.flight.expect(0, &["check", "right"]).says("203.0.113.7");
    kiosk.flight.expect(1, &["check", "wrong"]).says("it is 203.0.113.9, not 203.0.113.7");
    kiosk.flight.expect(4, &["check", "both"]).says("the resolvers do not agree");
    kiosk.flight.run(&["lint"]).silent("not available");
    kiosk.flight.expect(0, &["--rehearse", "smooth", "trust", "--yes"]);
    kiosk.flight.run(&["--rehearse", "smooth", "release", "cut", "1.0.0"]);
    kiosk.flight.expect(0, &["--rehearse", "smooth", "check", "wrong"]).says("rehearsed");
}
