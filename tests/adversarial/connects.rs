//! `connects`: a refusal, a closed port, another protocol and an answer that never ends are never green.

use super::case::{Case, evil, good, run_all};
use super::project::{Project, Ran};
use crate::docker::need::{need, present};
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt as _;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// Asks a service of these settings, whose secrets stand in `.env`.
fn asked(p: &Project, settings: &str, values: &str) -> Ran {
    asked_for(p, "60s", (settings, values))
}

/// The same of what never ends.
fn asked_briefly(p: &Project, settings: &str, values: &str) -> Ran {
    asked_for(p, "2s", (settings, values))
}

fn asked_for(p: &Project, timeout: &str, (settings, values): (&str, &str)) -> Ran {
    p.file(".gitignore", ".env\n").file(".env", values);
    p.plan(&format!(
        "[check.t]\nphase = \"pre-deploy\"\ntitle = \"it answers\"\nconnects = \"it\"\ntimeout = \"{timeout}\"\n[connect.it]\n{settings}\n"
    ));
    p.cut().tm("check t")
}

/// A server that gives this to everybody who has said something, and then goes on with what is left.
fn server(answer: &'static [u8], after: fn(TcpStream)) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        // As often as one check asks at most.
        for stream in listener.incoming().take(4) {
            let Ok(mut stream) = stream else { return };
            let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(answer);
            after(stream);
        }
    });
    place
}

fn closes(_: TcpStream) {}

/// Says a letter after another, and never the end.
fn drips(mut stream: TcpStream) {
    for _ in 0..400 {
        if stream.write_all(b"x").is_err() {
            return;
        }
        // Wakes when the other side has gone, and is the pace otherwise.
        let _ = stream.set_read_timeout(Some(Duration::from_millis(10)));
        if matches!(stream.read(&mut [0; 16]), Ok(0)) {
            return;
        }
    }
}

/// A port that nobody listens at.
fn closed() -> String {
    format!("127.0.0.1:{}", crate::ports::free())
}

const KEYED: &str = "kind = \"api-key\"\ntoken = { dotenv = \".env\", key = \"KEY\" }\nlimited = { 401 = \"narrow\" }";

fn over_http() -> Vec<Case> {
    let http = |place: &str| format!("kind = \"http\"\nurl = \"http://{place}/\"");
    let keyed = |place: &str| format!("{KEYED}\nurl = \"http://{place}/\"");
    let key = "KEY=hunter2hunter2\n";
    vec![
        good("http-that-answers", move |p| {
            asked(p, &http(&server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", closes)), "")
        }),
        evil(1, "http-that-redirects-to-a-login", move |p| {
            let login = b"HTTP/1.1 302 Found\r\nLocation: /login?next=1\r\nContent-Length: 0\r\n\r\n";
            asked(p, &http(&server(login, closes)), "").says("redirects to a login at 127.0.0.1/login")
        }),
        evil(4, "http-at-a-closed-port", move |p| asked(p, &http(&closed()), "").says("connection refused")),
        evil(4, "http-that-is-another-protocol", move |p| {
            asked(p, &http(&server(b"-ERR what is this\r\n", closes)), "").says("cannot be asked")
        }),
        evil(4, "http-that-never-ends", move |p| {
            let begun = b"HTTP/1.1 200 OK\r\nContent-Length: 4000\r\n\r\n";
            // The limit of the request, or that of the check: which ends first depends on how busy the machine is.
            asked_briefly(p, &http(&server(begun, drips)), "").says("answer")
        }),
        good("key-that-is-valid", move |p| {
            asked(p, &keyed(&server(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", closes)), key)
        }),
        good("key-with-a-narrow-scope", move |p| {
            let narrow = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 8\r\n\r\n[narrow]";
            asked(p, &keyed(&server(narrow, closes)), key)
        }),
        evil(1, "key-that-is-refused", move |p| {
            let wrong = b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 14\r\n\r\nhunter2hunter2";
            let ran = asked(p, &keyed(&server(wrong, closes)), key).says("refuses the key (401)");
            assert!(!p.is_kept("hunter2hunter2"), "the key that the service sent back is kept");
            ran.never_says("hunter2hunter2")
        }),
        evil(4, "key-whose-quota-is-used-up", move |p| {
            let patience = b"HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n";
            asked(p, &keyed(&server(patience, closes)), key).says("whether the key is valid is not known")
        }),
        evil(4, "kind-that-nothing-asks", |p| {
            asked(p, "kind = \"pagerduty\"\nkey = { dotenv = \".env\", key = \"KEY\" }", "KEY=hunter2hunter2\n")
                .says("`connects` to it is not available in this build")
        }),
        evil(4, "key-without-a-value", move |p| asked(p, &keyed(&closed()), "").says("KEY of .env has no value")),
    ]
}

const REDIS: &str = "kind = \"redis\"\nurl = { dotenv = \".env\", key = \"URL\" }";

fn redis() -> Vec<Case> {
    let at = |place: &str| format!("URL=redis://:hunter2hunter2@{place}\n");
    vec![
        evil(4, "redis-at-a-closed-port", move |p| asked(p, REDIS, &at(&closed())).says("cannot be reached")),
        evil(1, "redis-with-a-wrong-password", move |p| {
            let wrong = b"-WRONGPASS invalid username-password pair or user is disabled.\r\n";
            asked(p, REDIS, &at(&server(wrong, closes))).says("refuses the password").never_says("hunter2")
        }),
        evil(4, "redis-that-is-another-protocol", move |p| {
            asked(p, REDIS, &at(&server(b"SSH-2.0-OpenSSH_9.2\r\n", closes)))
                .says("does not speak the protocol of Redis")
        }),
        evil(4, "redis-that-never-ends", move |p| {
            asked_briefly(p, REDIS, &at(&server(b"+", drips))).says("gave no whole answer")
        }),
    ]
}

const POSTGRESQL: &str = "kind = \"postgresql\"\nurl = { dotenv = \".env\", key = \"URL\" }";

fn postgresql() -> Vec<Case> {
    let at = |place: &str| format!("URL=postgresql://deploy:hunter2hunter2@{place}/shop\n");
    vec![
        evil(4, "postgresql-at-a-closed-port", move |p| asked(p, POSTGRESQL, &at(&closed())).says("cannot be reached")),
        evil(1, "postgresql-with-a-wrong-password", move |p| {
            let wrong = b"E\0\0\0\x16SFATAL\0C28P01\0Mx\0\0";
            asked(p, POSTGRESQL, &at(&server(wrong, closes)))
                .says("refuses the password of deploy")
                .never_says("hunter2")
        }),
        evil(4, "postgresql-that-is-another-protocol", move |p| {
            let other = b"HTTP/1.1 400 Bad Request\r\n\r\n";
            asked(p, POSTGRESQL, &at(&server(other, closes))).says("does not speak the protocol of PostgreSQL")
        }),
        evil(4, "postgresql-that-never-ends", move |p| {
            asked_briefly(p, POSTGRESQL, &at(&server(b"R\0\0\x20\0", drips))).says("gave no whole answer")
        }),
    ]
}

const MONGODB: &str = "kind = \"mongodb\"\nuri = { dotenv = \".env\", key = \"URL\" }";

fn mongodb() -> Vec<Case> {
    let at = |place: &str| format!("URL=mongodb://deploy:hunter2hunter2@{place}/shop\n");
    vec![
        evil(4, "mongodb-at-a-closed-port", move |p| asked(p, MONGODB, &at(&closed())).says("cannot be reached")),
        evil(4, "mongodb-that-is-another-protocol", move |p| {
            let other = b"HTTP/1.1 400 Bad Request\r\n\r\n";
            asked(p, MONGODB, &at(&server(other, closes))).says("does not speak the protocol of MongoDB")
        }),
        evil(4, "mongodb-that-never-ends", move |p| {
            let begun = b"\0\x20\0\0\0\0\0\0\x01\0\0\0\xdd\x07\0\0\0\0\0\0";
            asked_briefly(p, MONGODB, &at(&server(begun, drips))).says("gave no whole answer")
        }),
    ]
}

pub fn cases() -> Vec<Case> {
    over_http().into_iter().chain(redis()).chain(postgresql()).chain(mongodb()).collect()
}

#[test]
fn no_case_ends_otherwise() {
    run_all(&cases());
}

/// A real server, which ends with the test.
struct RealRedis(Child, String);

impl RealRedis {
    fn with_password(password: &str) -> Option<Self> {
        let program = need("redis-server")?;
        let port = crate::ports::free().to_string();
        let words = ["--port", &port, "--bind", "127.0.0.1", "--save", "", "--requirepass", password];
        let mut server = Command::new(program)
            .args(words)
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let place = format!("127.0.0.1:{port}");
        let up = crate::docker::wait::found(Duration::from_secs(120), || {
            let ended = server.try_wait().unwrap().map(|_| false);
            ended.or_else(|| TcpStream::connect(&place).ok().map(|_| true))
        });
        assert_eq!(up, Some(true), "redis-server did not start");
        Some(Self(server, place))
    }
}

impl Drop for RealRedis {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn a_real_redis_lets_in_who_has_its_password_and_nobody_else() {
    let Some(server) = RealRedis::with_password("correct-horse") else { return };
    let place = server.1.clone();
    let url = move |credentials: &str, path: &str| format!("URL=redis://{credentials}{place}{path}\n");
    let (right, wrong, none, far) =
        (url(":correct-horse@", "/1"), url(":wrong-horse@", ""), url("", ""), url("default:correct-horse@", "/4000"));
    run_all(&[
        good("the-password", move |p| asked(p, REDIS, &right)),
        evil(1, "another-password", move |p| asked(p, REDIS, &wrong).says("refuses the password")),
        evil(1, "no-password", move |p| asked(p, REDIS, &none).says("wants a password, and the address has none")),
        evil(1, "a-database-that-is-not-there", move |p| asked(p, REDIS, &far).says("refuses SELECT")),
    ]);
}

/// A real PostgreSQL of the test's own, whose one user is `deploy`; as root it runs as its usual user, since it refuses root.
struct RealPostgreSql {
    server: Child,
    place: String,
    _folder: tempfile::TempDir,
}

impl RealPostgreSql {
    fn with_password(password: &str) -> Option<Self> {
        let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let mut programs: Vec<_> = versions.map(|version| version.path().join("bin")).collect();
        programs.sort();
        let programs = present("postgresql", programs.pop().filter(|bin| bin.join("postgres").is_file()))?;
        let folder = tempfile::Builder::new().prefix("tm-pg-").tempdir().unwrap();
        let owner = std::fs::metadata(folder.path()).unwrap().uid();
        let id = |what: &str| {
            let said = Command::new("id").args([what, "postgres"]).output().unwrap();
            String::from_utf8_lossy(&said.stdout).trim().parse::<u32>().unwrap()
        };
        let as_user = (owner == 0).then(|| (id("-u"), id("-g")));
        let run = |program: &str, words: &[&str]| {
            let mut command = Command::new(programs.join(program));
            command.args(words).current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            if let Some((user, group)) = as_user {
                command.uid(user).gid(group);
            }
            command
        };
        let (secret, data) = (folder.path().join("password"), folder.path().join("data"));
        std::fs::write(&secret, password).unwrap();
        if let Some((user, group)) = as_user {
            for path in [folder.path(), &secret] {
                std::os::unix::fs::chown(path, Some(user), Some(group)).unwrap();
            }
        }
        let (secret, data) = (secret.to_str().unwrap(), data.to_str().unwrap());
        let made = ["-D", data, "-U", "deploy", "-A", "scram-sha-256", "--pwfile", secret, "--no-sync", "-E", "UTF8"];
        assert!(run("initdb", &made).status().unwrap().success(), "initdb failed");
        let port = crate::ports::free().to_string();
        let sockets = format!("unix_socket_directories={}", folder.path().display());
        let words = ["-D", data, "-p", &port, "-c", "listen_addresses=127.0.0.1", "-c", &sockets, "-c", "fsync=off"];
        let mut server = run("postgres", &words).spawn().unwrap();
        let place = format!("127.0.0.1:{port}");
        // It writes this line when it takes connections.
        let is_up = crate::docker::wait::found(Duration::from_secs(120), || {
            let ended = server.try_wait().unwrap().map(|_| false);
            let state = std::fs::read_to_string(format!("{data}/postmaster.pid")).unwrap_or_default();
            ended.or_else(|| state.lines().last().is_some_and(|line| line.trim() == "ready").then_some(true))
        });
        assert_eq!(is_up, Some(true), "postgres did not start");
        Some(Self { server, place, _folder: folder })
    }
}

impl Drop for RealPostgreSql {
    fn drop(&mut self) {
        // It ends its own processes when it is told to end at once.
        let _ = Command::new("kill").args(["-QUIT", &self.server.id().to_string()]).status();
        let _ = self.server.wait();
    }
}

#[test]
fn a_real_postgresql_lets_in_who_has_its_password_and_nobody_else() {
    let Some(server) = RealPostgreSql::with_password("correct-horse") else { return };
    let place = server.place.clone();
    let url = move |credentials: &str, rest: &str| format!("URL=postgresql://{credentials}{place}{rest}\n");
    let (right, wrong, none) = (
        url("deploy:correct-horse@", "/postgres"),
        url("deploy:wrong-horse@", "/postgres"),
        url("deploy@", "/postgres"),
    );
    let (stranger, far, over_tls) = (
        url("nobody:correct-horse@", "/postgres"),
        url("deploy:correct-horse@", "/shop"),
        url("deploy:correct-horse@", "/postgres?sslmode=require"),
    );
    run_all(&[
        good("the-password", move |p| asked(p, POSTGRESQL, &right)),
        evil(1, "another-password", move |p| asked(p, POSTGRESQL, &wrong).says("refuses the password of deploy")),
        evil(1, "no-password", move |p| asked(p, POSTGRESQL, &none).says("wants a password, and the address has none")),
        evil(1, "another-user", move |p| asked(p, POSTGRESQL, &stranger).says("refuses the password of nobody")),
        evil(1, "a-database-that-is-not-there", move |p| asked(p, POSTGRESQL, &far).says("has no database shop")),
        evil(1, "tls-where-there-is-none", move |p| asked(p, POSTGRESQL, &over_tls).says("offers no TLS")),
    ]);
}
