//! The program in a pseudo-terminal of its own, what is on its screen, and what it leaves behind.

use crate::docker::wait;
use crate::slots::{Scarce, Slot, take};
use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, RawFd};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long anything may take on a machine that does other things too.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// What is played takes a fifth of its time.
pub const QUICK: &str = "0.2";

struct Shared {
    parser: Mutex<(vt100::Parser, Option<Instant>)>,
    /// All that the program has written.
    wrote: Mutex<Vec<u8>>,
    /// Every screen since a key was typed, the oldest first.
    shown: Mutex<Vec<String>>,
    changed: Condvar,
    /// Whether the test has hung up.
    is_closing: AtomicBool,
}

/// What a terminal takes of the bytes that are sent to it.
pub enum Flow {
    Nothing,
    Everything,
}

/// A person at a terminal with the program in it.
pub struct Seat {
    master: Option<Box<dyn MasterPty + Send>>,
    keys: Option<Box<dyn Write + Send>>,
    child: Box<dyn Child + Send + Sync>,
    shared: Arc<Shared>,
    follower: Option<JoinHandle<()>>,
    cooked: String,
    home: PathBuf,
    /// Gone with the seat, where it is its own.
    own: Option<TempDir>,
    pressed: usize,
    _slot: Slot,
}

impl Seat {
    /// Opens the rehearsal of a scenario, and waits until the cockpit shows it.
    pub fn at(scenario: &str) -> Self {
        Self::shown(Self::running(|command| command.args(["demo", "--scenario", scenario])))
    }

    /// The same where what is played takes a fifth of its time.
    pub fn quick(scenario: &str) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_tminus"));
        command.args(["demo", "--scenario", scenario]);
        Self::shown(Self::holding_at(QUICK, command))
    }

    fn shown(mut self) -> Self {
        self.sees("Rollback");
        self.sees("production");
        self
    }

    /// Runs the built program with arguments, in a home of its own.
    pub fn running(arguments: impl FnOnce(&mut CommandBuilder)) -> Self {
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_tminus"));
        arguments(&mut command);
        Self::holding(command)
    }

    /// Runs any command in a terminal of 120x36.
    pub fn holding(command: CommandBuilder) -> Self {
        Self::holding_at("real", command)
    }

    /// The same in such a time of a rehearsal.
    pub fn holding_at(time: &str, mut command: CommandBuilder) -> Self {
        let home = tempfile::tempdir().unwrap();
        command.env_clear();
        for (name, value) in [("PATH", std::env::var("PATH").unwrap().as_str()), ("TERM", "xterm-256color")] {
            command.env(name, value);
        }
        // No engine outlives a test that is not about one.
        command.env("LANG", "C.UTF-8");
        command.env("TMINUS_SOLO", "1");
        command.env("TMINUS_TIME", time);
        for name in ["HOME", "XDG_STATE_HOME", "XDG_CONFIG_HOME", "TMPDIR"] {
            command.env(name, home.path());
        }
        command.cwd(home.path());
        let path = home.path().to_owned();
        let mut seat = Self::in_home(command, &path);
        seat.own = Some(home);
        seat
    }

    /// Returns the folder of what tminus keeps, in a home of the seat's own.
    pub fn state(&self) -> PathBuf {
        self.home.join("tminus")
    }

    /// Runs a command, as it is, in a terminal of 120x36 and in somebody's home.
    pub fn in_home(command: CommandBuilder, home: &Path) -> Self {
        let _slot = take(Scarce::Terminal);
        let pair = native_pty_system().openpty(size(36, 120)).unwrap();
        let cooked = modes(pair.master.as_raw_fd().unwrap());
        let child = pair.slave.spawn_command(command).unwrap();
        let parser = Mutex::new((vt100::Parser::new(36, 120, 0), None));
        let shared = Arc::new(Shared {
            parser,
            wrote: Mutex::default(),
            shown: Mutex::default(),
            changed: Condvar::new(),
            is_closing: AtomicBool::new(false),
        });
        let (reader, told) = (pair.master.try_clone_reader().unwrap(), shared.clone());
        let terminal = pair.master.as_raw_fd().unwrap();
        let follower = Some(std::thread::spawn(move || follow(reader, terminal, &told)));
        let keys = Some(pair.master.take_writer().unwrap());
        let (master, home) = (Some(pair.master), home.to_owned());
        Self { master, keys, child, shared, follower, cooked, home, own: None, pressed: 0, _slot }
    }

    pub fn pid(&self) -> i32 {
        self.child.process_id().unwrap().cast_signed()
    }

    pub fn types(&mut self, keys: &str) {
        self.shared.shown.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let writer = self.keys.as_mut().unwrap();
        writer.write_all(keys.as_bytes()).unwrap();
        writer.flush().unwrap();
        self.pressed += keys.chars().count();
    }

    /// Types keys, and waits until the screen has the words.
    #[track_caller]
    pub fn press(&mut self, keys: &str, words: &str) {
        self.types(keys);
        self.sees(words);
    }

    /// Returns how many keys were typed.
    pub const fn pressed(&self) -> usize {
        self.pressed
    }

    /// Waits until the cockpit's clock has gone on twice: at least a second, as a person reads.
    #[track_caller]
    pub fn rests(&mut self) {
        for _ in 0..2 {
            let before = clock(&self.screen());
            self.waits(PATIENCE, "the next second", |screen| clock(&screen.contents()) != before);
        }
    }

    pub fn resizes(&self, columns: u16, lines: u16) {
        self.shared.parser.lock().unwrap_or_else(PoisonError::into_inner).0.screen_mut().set_size(lines, columns);
        self.master.as_ref().unwrap().resize(size(lines, columns)).unwrap();
    }

    /// Waits until the screen has the words.
    #[track_caller]
    pub fn sees(&mut self, words: &str) {
        self.waits(PATIENCE, words, |screen| screen.contents().contains(words));
    }

    /// Waits so long at most until the screen has the words.
    #[track_caller]
    pub fn sees_within(&mut self, bound: Duration, words: &str) {
        self.waits(bound, words, |screen| screen.contents().contains(words));
    }

    /// Waits until the words have stood on the screen since the last key, whether or not they still do: what is only said
    /// for a while is found by however slow a test.
    #[track_caller]
    pub fn has_seen(&mut self, words: &str) {
        let shared = self.shared.clone();
        self.waits(PATIENCE, words, |screen| {
            let shown = shared.shown.lock().unwrap_or_else(PoisonError::into_inner);
            screen.contents().contains(words) || shown.iter().any(|screen| screen.contains(words))
        });
    }

    /// Waits until the screen is as wanted.
    #[track_caller]
    pub fn waits(&mut self, bound: Duration, what: &str, is_so: impl Fn(&vt100::Screen) -> bool) {
        let until = Instant::now() + bound;
        let mut parser = self.shared.parser.lock().unwrap_or_else(PoisonError::into_inner);
        while !is_so(parser.0.screen()) {
            let left = until.saturating_duration_since(Instant::now());
            let is_over = left.is_zero() || parser.1.is_some();
            assert!(!is_over, "{what} is never seen on\n{}", parser.0.screen().contents());
            parser = self.shared.changed.wait_timeout(parser, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Returns all that the program has written.
    pub fn wrote(&self) -> String {
        String::from_utf8_lossy(&self.shared.wrote.lock().unwrap_or_else(PoisonError::into_inner)).into_owned()
    }

    /// Returns how the first cell of some words looks: its ground, and whether it is reversed or underlined.
    #[track_caller]
    pub fn look_of(&self, words: &str) -> (vt100::Color, bool, bool) {
        let parser = self.shared.parser.lock().unwrap_or_else(PoisonError::into_inner);
        let screen = parser.0.screen();
        let columns = screen.size().1;
        let at = screen.rows(0, columns).enumerate().find_map(|(row, text)| Some((row, text.find(words)?, text)));
        let (row, byte, text) = at.unwrap_or_else(|| panic!("{words} is not on\n{}", screen.contents()));
        let column = text[..byte].chars().count();
        let cell = screen.cell(row.try_into().unwrap(), column.try_into().unwrap()).unwrap();
        (cell.bgcolor(), cell.inverse(), cell.underline())
    }

    pub fn screen(&self) -> String {
        self.shared.parser.lock().unwrap_or_else(PoisonError::into_inner).0.screen().contents()
    }

    /// Has the terminal take nothing, as Ctrl-S does, or everything again.
    pub fn takes(&self, flow: Flow) {
        let name = self.master.as_ref().unwrap().tty_name().unwrap();
        let line = std::fs::OpenOptions::new().write(true).custom_flags(libc::O_NOCTTY).open(name).unwrap();
        let what = match flow {
            Flow::Nothing => libc::TCOOFF,
            Flow::Everything => libc::TCOON,
        };
        // SAFETY: tcflow takes two numbers and touches no memory of ours; the line is open.
        assert_eq!(unsafe { libc::tcflow(line.as_raw_fd(), what) }, 0);
    }

    pub fn signal(&self, signal: i32) {
        // SAFETY: kill takes two numbers and touches no memory of ours; the process is this test's child.
        assert_eq!(unsafe { libc::kill(self.pid(), signal) }, 0);
    }

    /// Signals again and again until the screen has the words: a stop takes its time, and what comes before it is lost.
    #[track_caller]
    pub fn signals_until(&mut self, signal: i32, words: &str) {
        let until = Instant::now() + PATIENCE;
        let mut parser = self.shared.parser.lock().unwrap_or_else(PoisonError::into_inner);
        while !parser.0.screen().contents().contains(words) {
            assert!(Instant::now() < until, "{words} is never seen on\n{}", parser.0.screen().contents());
            self.signal(signal);
            parser = self
                .shared
                .changed
                .wait_timeout(parser, Duration::from_millis(200))
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Closes the test's side of the terminal, as a dropped connection does.
    pub fn hangs_up(&mut self) {
        self.shared.is_closing.store(true, Ordering::SeqCst);
        if let Some(follower) = self.follower.take() {
            follower.join().unwrap();
        }
        self.keys = None;
        self.master = None;
    }

    /// Waits for the end of the program, and returns its status.
    #[track_caller]
    pub fn ends(&mut self) -> u32 {
        let status = wait::found(PATIENCE, || self.child.try_wait().unwrap());
        status.unwrap_or_else(|| panic!("it does not end:\n{}", self.screen())).exit_code()
    }

    /// Asserts that the terminal is as it was before.
    #[track_caller]
    pub fn leaves_the_terminal_as_it_was(&self) {
        self.sees_the_terminal_left(PATIENCE);
        let line = self.master.as_ref().unwrap().as_raw_fd().unwrap();
        wait::found(PATIENCE, || (modes(line) == self.cooked).then_some(()));
        assert_eq!(modes(line), self.cooked, "the line's modes");
    }

    #[track_caller]
    fn sees_the_terminal_left(&self, bound: Duration) {
        let until = Instant::now() + bound;
        let mut parser = self.shared.parser.lock().unwrap_or_else(PoisonError::into_inner);
        while is_held(parser.0.screen()) {
            let left = until.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "the terminal is not left:\n{}", parser.0.screen().contents());
            parser = self.shared.changed.wait_timeout(parser, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Asserts that no folder of a demo is left.
    #[track_caller]
    pub fn leaves_no_demo(&self) {
        let entries = std::fs::read_dir(&self.home).unwrap().flatten();
        let names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        assert!(!names.iter().any(|name| name.starts_with("tminus-demo-")), "{names:?}");
    }

    /// Writes on the screen as another program would.
    pub fn scribbles(&self, text: &str) {
        let text = format!("\x1b[3;3H{text}");
        self.shared.parser.lock().unwrap_or_else(PoisonError::into_inner).0.process(text.as_bytes());
        assert!(self.screen().contains(&text[6..]), "{}", self.screen());
    }

    /// Asserts that no process that was begun in this home is left.
    #[track_caller]
    pub fn leaves_no_process(&self) {
        wait::found(PATIENCE, || in_home(&self.home).is_empty().then_some(()));
        assert_eq!(in_home(&self.home), [] as [String; 0]);
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        // A test that failed leaves nothing running; one that passed has waited for the end already.
        drop(self.child.kill());
        drop(self.child.wait());
        self.hangs_up();
        drop(self.own.take());
    }
}

const fn size(rows: u16, cols: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

/// Feeds the screen until the program is gone, or the test hangs up.
fn follow(mut reader: Box<dyn Read + Send>, terminal: RawFd, shared: &Shared) {
    let mut bytes = [0; 8_192];
    loop {
        if shared.is_closing.load(Ordering::SeqCst) {
            return;
        }
        let mut wanted = libc::pollfd { fd: terminal, events: libc::POLLIN, revents: 0 };
        // SAFETY: one pollfd, on the stack; the test holds the descriptor until this thread has ended.
        if unsafe { libc::poll(&raw mut wanted, 1, 20) } == 0 {
            continue;
        }
        let read = reader.read(&mut bytes).unwrap_or(0);
        shared.wrote.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(&bytes[..read]);
        let mut parser = shared.parser.lock().unwrap_or_else(PoisonError::into_inner);
        match read {
            0 => parser.1 = Some(Instant::now()),
            count => {
                parser.0.process(&bytes[..count]);
                let screen = parser.0.screen().contents();
                shared.shown.lock().unwrap_or_else(PoisonError::into_inner).push(screen);
            }
        }
        drop(parser);
        shared.changed.notify_all();
        if read == 0 {
            return;
        }
    }
}

/// Returns the time of day at the end of the footer.
fn clock(screen: &str) -> String {
    let is_clock = |word: &&str| word.len() == 8 && word.as_bytes()[2] == b':' && word.as_bytes()[5] == b':';
    screen.split_whitespace().rfind(is_clock).unwrap_or_default().to_owned()
}

fn is_held(screen: &vt100::Screen) -> bool {
    let mouse = screen.mouse_protocol_mode() != vt100::MouseProtocolMode::None;
    screen.alternate_screen() || screen.hide_cursor() || screen.bracketed_paste() || mouse
}

/// Returns the modes of a terminal's line as text, to be compared.
fn modes(terminal: RawFd) -> String {
    // SAFETY: a termios is plain numbers, for which zero is a value.
    let mut modes: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: the descriptor is open for as long as the test holds the terminal, and the pointer is to a local.
    assert_eq!(unsafe { libc::tcgetattr(terminal, &raw mut modes) }, 0);
    format!("{:x} {:x} {:x} {:x}", modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag)
}

/// Returns the processes with this home that still run; on systems without `/proc`, none.
fn in_home(home: &Path) -> Vec<String> {
    let Ok(all) = std::fs::read_dir("/proc") else { return Vec::new() };
    let wanted = format!("HOME={}\0", home.display());
    let is_ours = |path: &Path| {
        std::fs::read(path.join("environ")).is_ok_and(|all| String::from_utf8_lossy(&all).contains(&wanted))
    };
    let ours = all.flatten().map(|entry| entry.path()).filter(|path| is_ours(path));
    ours.filter_map(|path| std::fs::read_to_string(path.join("cmdline")).ok()).collect()
}
