//! Twenty clients on one engine, facts and a flood of log lines: what each of them saw, and what it cost.
//!
//!     cargo bench --bench load -- [--seconds 60] [--clients 20] [--slow 1] [--lines 20000] [--facts 50]
//!
//! The engine is a process of its own (`target/release/tminus engine run`, or $TMINUS) on a project of its own; a command
//! prints the lines, one client asks for the facts, and the clients are real ones, over the real socket, in four
//! processes. Those beyond them that are slow stop reading for three seconds of every five. At the end every client must have the journal's
//! state, and every line must have come or been told as dropped; otherwise it fails.

use jiff::{SignedDuration, Timestamp};
use std::error::Error;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tminus_core::command::{Command as Ask, ReleaseCommand};
use tminus_core::names::{Person, Version};
use tminus_core::release::Release;
use tminus_core::telemetry::{Event, Telemetry};
use tminus_core::who::Who;
use tminus_engine::EngineNews;
use tminus_engine::journal::JournalReader;
use tminus_engine::session::{EnginePlace, Joined, join, user_name, user_of};

type Bad = Box<dyn Error + Send + Sync>;

/// In how many processes the clients are.
const PROCESSES: usize = 4;
/// How much memory the engine may hold at most, in MiB: what waits for clients is bounded, and the rest is small.
const MOST: u64 = 128;
/// How often a slow client stops reading, and for how long.
const SLOW: (Duration, Duration) = (Duration::from_secs(5), Duration::from_secs(3));
/// How long the last lines and facts may take to everybody.
const SETTLE: Duration = Duration::from_secs(60);

/// What is measured.
#[derive(Clone, Copy)]
struct Load {
    seconds: u64,
    clients: usize,
    slow: usize,
    lines: u64,
    facts: u64,
}

impl Load {
    fn asked() -> Result<Self, Bad> {
        let mut load = Self { seconds: 60, clients: 20, slow: 1, lines: 20_000, facts: 50 };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let mut number = || words.next().ok_or("a number is missing")?.parse::<u64>().map_err(Bad::from);
            match word.as_str() {
                // Cargo says that to every measurement.
                "--bench" => {}
                "--seconds" => load.seconds = number()?,
                "--clients" => load.clients = number()? as usize,
                "--slow" => load.slow = number()? as usize,
                "--lines" => load.lines = number()?,
                "--facts" => load.facts = number()?,
                other => return Err(format!("{other} is not known").into()),
            }
        }
        Ok(load)
    }
}

fn main() -> Result<(), Bad> {
    let words: Vec<String> = std::env::args().collect();
    match words.get(1).map(String::as_str) {
        Some("print") => print(words[2].parse()?, words[3].parse()?),
        Some("watch") => on_this_thread(watch(Path::new(&words[2]), words[3].parse()?, words[4].parse()?)),
        _ => measure(Load::asked()?),
    }
}

fn on_this_thread(work: impl Future<Output = Result<(), Bad>>) -> Result<(), Bad> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()?.block_on(work)
}

/// Prints so many lines a second, evenly, for so long; then nothing more, and does not end.
fn print(lines: u64, seconds: u64) -> Result<(), Bad> {
    let (began, mut out, mut printed) = (Instant::now(), std::io::stdout().lock(), 0);
    while printed < lines * seconds {
        let due = (began.elapsed().as_micros() as u64 * lines / 1_000_000).min(lines * seconds);
        let mut text = String::new();
        for number in printed..due {
            text.push_str(&format!("INFO GET /api/content/{number} 200 14ms request={number:016x} user=anna\n"));
        }
        out.write_all(text.as_bytes())?;
        out.flush()?;
        printed = due;
        std::thread::sleep(Duration::from_millis(5));
    }
    loop {
        std::thread::sleep(Duration::from_secs(1));
    }
}

/// What one client saw.
#[derive(Default)]
struct Saw {
    lines: u64,
    dropped: u64,
    facts: u64,
    resyncs: u64,
    release: Arc<Release>,
    passed: u64,
}

/// Is so many clients; says when all have joined, and at the end what each saw.
async fn watch(socket: &Path, clients: usize, slow: usize) -> Result<(), Bad> {
    let mut tasks = tokio::task::JoinSet::new();
    let (end, ended) = tokio::sync::watch::channel(None::<(u64, u64)>);
    let ready = Arc::new(tokio::sync::Semaphore::new(0));
    for number in 0..clients {
        let (joined, ended, ready) = (joined(socket).await?, ended.clone(), ready.clone());
        tasks.spawn(async move { follow(joined, (number < slow, ready), ended).await });
    }
    drop(ready.acquire_many(clients as u32).await?);
    println!("ready");
    // The end is told with what there was: the number of the last fact, and how many lines.
    let line = tokio::task::spawn_blocking(|| std::io::stdin().lines().next()).await?.ok_or("no end was told")??;
    let (seq, passed) = line.split_once(' ').ok_or("the end cannot be read")?;
    end.send_replace(Some((seq.parse()?, passed.parse()?)));
    while let Some(saw) = tasks.join_next().await {
        let Saw { lines, dropped, facts, resyncs, release, passed } = saw??;
        let fold = serde_json::to_string(&*release)?;
        println!("{lines}\t{dropped}\t{facts}\t{resyncs}\t{passed}\t{fold}");
    }
    Ok(())
}

async fn joined(socket: &Path) -> Result<Joined, Bad> {
    let folder = socket.parent().ok_or("no folder")?;
    let name = socket.file_stem().ok_or("no name")?.to_string_lossy();
    let user = user_name(user_of());
    let who = Who { name: Person::new("load"), user, host: String::new() };
    Ok(join(&EnginePlace::of(folder, &name, None), &who).await?)
}

async fn follow(
    joined: Joined,
    (is_slow, ready): (bool, Arc<tokio::sync::Semaphore>),
    mut ended: tokio::sync::watch::Receiver<Option<(u64, u64)>>,
) -> Result<Saw, Bad> {
    let (snapshot, mut events) = joined.handle.attach().await?;
    ready.add_permits(1);
    let mut saw = Saw { release: snapshot.release, passed: snapshot.passed, ..Saw::default() };
    let mut stopped = Instant::now();
    loop {
        let end = *ended.borrow_and_update();
        if end.is_some_and(|(seq, passed)| saw.release.seq >= seq && saw.passed >= passed) {
            return Ok(saw);
        }
        if is_slow && end.is_none() && stopped.elapsed() > SLOW.0 {
            tokio::time::sleep(SLOW.1).await;
            stopped = Instant::now();
        }
        let news = tokio::select! {
            news = events.next() => news?,
            changed = ended.changed(), if end.is_none() => { changed?; continue }
        };
        match news {
            EngineNews::Event(Event::Fact(record)) => {
                saw.facts += 1;
                Arc::make_mut(&mut saw.release).apply(&record);
            }
            EngineNews::Event(Event::Telemetry(Telemetry::Log(lines))) => {
                saw.lines += lines.len() as u64;
                saw.passed += lines.len() as u64;
            }
            EngineNews::Event(Event::Telemetry(_)) => {}
            EngineNews::Resync(fresh) => {
                let new = fresh.passed - saw.passed;
                let here = new.min(fresh.lines.len() as u64);
                (saw.lines, saw.dropped) = (saw.lines + here, saw.dropped + new - here);
                (saw.release, saw.passed, saw.resyncs) = (fresh.release, fresh.passed, saw.resyncs + 1);
            }
        }
    }
}

/// A process that ends with this one.
struct Own(Child);

impl Drop for Own {
    fn drop(&mut self) {
        // One that has ended already cannot be killed, and need not be.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// A project with an engine, in a folder of its own.
struct Site {
    home: tempfile::TempDir,
    program: PathBuf,
}

impl Site {
    fn new(load: Load) -> Result<Self, Bad> {
        let beside = || std::env::current_exe().ok()?.parent()?.parent().map(|folder| folder.join("tminus"));
        let program = std::env::var_os("TMINUS").map(PathBuf::from).or_else(beside).ok_or("no program")?;
        let site = Self { home: tempfile::Builder::new().prefix("tminus-load-").tempdir()?, program };
        let printer = std::env::current_exe()?;
        let plan = format!(
            "format = 1\n[project]\nname = \"Load\"\n[artifact.backend]\nimage = \"load:{{version}}\"\n[env.staging]\n\
             [log.app]\ncommand = \"{} print {} {}\"\n",
            printer.display(),
            load.lines,
            load.seconds,
        );
        for folder in ["project", "run"] {
            fs::create_dir(site.home.path().join(folder))?;
        }
        fs::write(site.project().join("tminus.toml"), plan)?;
        for words in
            ["init -q -b main .", "add -A", "-c user.name=load -c user.email=load@example.com commit -qm begin"]
        {
            site.done(Command::new("git").args(words.split(' ')))?;
        }
        site.done(Command::new(&site.program).args(["trust", "--yes"]).env("TMINUS_SOLO", "1"))?;
        site.done(Command::new(&site.program).args(["release", "cut", "1.0.0"]).env("TMINUS_SOLO", "1"))?;
        Ok(site)
    }

    fn project(&self) -> PathBuf {
        self.home.path().join("project")
    }

    fn in_place<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        let home = self.home.path();
        command.current_dir(self.project()).env("HOME", home).env("XDG_RUNTIME_DIR", home.join("run"));
        for kind in ["STATE", "CONFIG", "DATA", "CACHE"] {
            command.env(format!("XDG_{kind}_HOME"), home.join(kind.to_lowercase()));
        }
        command
    }

    fn done(&self, command: &mut Command) -> Result<(), Bad> {
        let done = self.in_place(command).stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
        let says = String::from_utf8_lossy(&done.stderr);
        if done.status.success() { Ok(()) } else { Err(format!("{command:?}: {says}").into()) }
    }

    fn start(&self) -> Result<(Own, PathBuf), Bad> {
        let mut command = Command::new(&self.program);
        command.args(["engine", "run", "--grace", "10s"]).stdin(Stdio::null()).stdout(Stdio::null());
        let engine = Own(self.in_place(&mut command).spawn()?);
        let socket = until("the engine's socket", || found(&self.home.path().join("run/tminus"), "sock"))?;
        Ok((engine, socket))
    }

    fn records(&self) -> Result<Vec<tminus_core::fact::Record>, Bad> {
        let journal = fs::read_dir(self.home.path().join("state/tminus"))?
            .filter_map(|entry| Some(entry.ok()?.path().join("journal.db")))
            .find(|path| path.exists());
        Ok(JournalReader::open(&journal.ok_or("no journal")?)?.records(0)?)
    }
}

fn found(folder: &Path, ending: &str) -> Option<PathBuf> {
    let entries = fs::read_dir(folder).ok()?;
    entries.filter_map(|entry| Some(entry.ok()?.path())).find(|path| path.extension().is_some_and(|e| e == ending))
}

fn until<T>(what: &str, look: impl Fn() -> Option<T>) -> Result<T, Bad> {
    let end = Instant::now() + SETTLE;
    while Instant::now() < end {
        if let Some(seen) = look() {
            return Ok(seen);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    Err(format!("{what} did not come").into())
}

/// Processor seconds and the most memory of a process so far: proc_pid_stat(5), proc_pid_status(5).
fn cost(pid: u32) -> Result<(f64, u64), Bad> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks: u64 = fields[11].parse::<u64>()? + fields[12].parse::<u64>()?;
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let peak = status.lines().find_map(|l| l.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok((ticks as f64 / 100.0, peak.trim().trim_end_matches(" kB").parse::<u64>()? / 1024))
}

fn watchers(socket: &Path, load: Load) -> Result<Vec<Own>, Bad> {
    let mut watchers = Vec::new();
    let (all, me) = (load.clients + load.slow, std::env::current_exe()?);
    for number in 0..PROCESSES {
        let count = all / PROCESSES + usize::from(number < all % PROCESSES);
        let slow = load.slow / PROCESSES + usize::from(number < load.slow % PROCESSES);
        let mut command = Command::new(&me);
        command.arg("watch").arg(socket).arg(count.to_string()).arg(slow.to_string());
        watchers.push(Own(command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?));
    }
    Ok(watchers)
}

/// Asks for facts, evenly, and returns how long an answer took, sorted.
async fn act(joined: &Joined, load: Load) -> Result<Vec<Duration>, Bad> {
    let version = Version::parse("1.0.0").map_err(|e| e.to_string())?;
    let (mut took, mut beat) =
        (Vec::new(), tokio::time::interval(Duration::from_micros(1_000_000 / load.facts.max(1))));
    let zero = Timestamp::now();
    for number in 0..load.facts * load.seconds {
        beat.tick().await;
        let zero = zero.checked_add(SignedDuration::from_secs(86_400 + number as i64))?;
        let command = Ask::Release(ReleaseCommand::Schedule { version: version.clone(), zero });
        let asked = Instant::now();
        joined.handle.command(&joined.welcome.you, command).await.map_err(|refusal| refusal.says)?;
        took.push(asked.elapsed());
    }
    took.sort();
    Ok(took)
}

fn measure(load: Load) -> Result<(), Bad> {
    let site = Site::new(load)?;
    let (engine, socket) = site.start()?;
    let mut watchers = watchers(&socket, load)?;
    let mut heard = Vec::new();
    for watcher in &mut watchers {
        let mut lines = BufReader::new(watcher.0.stdout.take().ok_or("no output")?).lines();
        lines.next().ok_or("a watcher ended")??;
        heard.push(lines);
    }
    let (before, began) = (cost(engine.0.id())?, Instant::now());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let (took, end) = runtime.block_on(async {
        let joined = joined(&socket).await?;
        let took = act(&joined, load).await?;
        // The printer began before the clients; every line that it prints comes.
        let end = loop {
            let (snapshot, _) = joined.handle.attach().await?;
            if snapshot.passed >= load.lines * load.seconds
                || began.elapsed() > SETTLE + Duration::from_secs(load.seconds)
            {
                break (snapshot.release.seq, snapshot.passed);
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        };
        Ok::<_, Bad>((took, end))
    })?;
    let lasted = began.elapsed().as_secs_f64();
    let after = cost(engine.0.id())?;
    println!(
        "{lasted:.1} s; {} lines passed on ({:.0}/s), {} facts ({:.0}/s)",
        end.1,
        end.1 as f64 / lasted,
        took.len(),
        took.len() as f64 / lasted
    );
    let at = |share: f64| took.get((took.len() as f64 * share) as usize).map_or(0.0, |t| t.as_secs_f64() * 1e3);
    println!(
        "answer to a command: half {:.1} ms, 99 % {:.1} ms, longest {:.1} ms",
        at(0.5),
        at(0.99),
        took.last().map_or(0.0, |t| t.as_secs_f64() * 1e3)
    );
    println!(
        "engine: {:.0} % of a processor, {} MiB at most (before: {} MiB)",
        (after.0 - before.0) / lasted * 100.0,
        after.1,
        before.1
    );
    judge(&site, (&mut watchers, heard), end, lasted)?;
    match after.1 > MOST {
        true => Err(format!("the engine held {} MiB, more than {MOST}", after.1).into()),
        false => Ok(()),
    }
}

type Heard = Vec<std::io::Lines<BufReader<std::process::ChildStdout>>>;

fn judge(site: &Site, (watchers, heard): (&mut [Own], Heard), end: (u64, u64), lasted: f64) -> Result<(), Bad> {
    let mut records = site.records()?;
    records.truncate(end.0 as usize);
    let written = serde_json::to_string(&Release::of(&records))?;
    let (mut wrong, mut number, before) = (0, 0, waited_for()?);
    for (watcher, lines) in watchers.iter_mut().zip(heard) {
        writeln!(watcher.0.stdin.as_mut().ok_or("no input")?, "{} {}", end.0, end.1)?;
        for line in lines {
            let line = line?;
            let fields: Vec<&str> = line.splitn(6, '\t').collect();
            let is_whole = fields[5] == written;
            number += 1;
            println!(
                "client {number:>2}: {:>8} lines, {:>7} told as dropped, {:>5} facts, {} resyncs; {}",
                fields[0],
                fields[1],
                fields[2],
                fields[3],
                if is_whole { "the journal's state" } else { "NOT the journal's state" }
            );
            wrong += usize::from(!is_whole);
        }
        // It has ended: its whole cost is that of a child that was waited for.
        watcher.0.wait()?;
    }
    println!(
        "clients: {:.0} % of a processor, all {number} of them together",
        (waited_for()? - before) / lasted * 100.0
    );
    if wrong > 0 { Err(format!("{wrong} clients have not the journal's state").into()) } else { Ok(()) }
}

/// Processor seconds of the children that were waited for: proc_pid_stat(5).
fn waited_for() -> Result<f64, Bad> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    Ok((fields[13].parse::<u64>()? + fields[14].parse::<u64>()?) as f64 / 100.0)
}
