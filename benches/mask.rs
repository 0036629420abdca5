//! What masking costs for each line of a log: by how many secrets are known, and by how long the line is.
//!
//!     cargo bench --bench mask
//!
//! The lines are like those of a web service: a stamp, a level, fields, an id, a path. One in fifty holds a secret.

use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;
use std::time::Duration;
use tminus_core::mask::{Mask, Washer};

/// For how long each kind of line is masked, at least.
const EACH: Duration = Duration::from_millis(400);
const SECRETS: [usize; 3] = [1, 20, 200];
const LENGTHS: [usize; 3] = [80, 500, 8_000];
/// How many different lines of a kind there are.
const LINES: usize = 500;

/// A source of numbers that is the same each time (xorshift).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn made_up(&mut self, length: usize) -> String {
        const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        (0..length).map(|_| char::from(LETTERS[(self.next() >> 20) as usize % LETTERS.len()])).collect()
    }
}

/// How a line is made longer.
#[derive(Clone, Copy)]
enum Words {
    /// Fields with words and numbers, in ASCII.
    Plain,
    /// With letters beyond ASCII.
    Accented,
    /// JSON in JSON: every quote is escaped.
    Escaped,
}

fn line(numbers: &mut Numbers, length: usize, words: Words) -> String {
    const PATHS: [&str; 4] = ["/api/v1/content", "/health", "/api/users/search", "/static/main.css"];
    let mut line = format!("2026-11-29T08:{:02}:52.258Z INFO app.request:", numbers.next() % 60);
    while line.len() < length {
        let (path, id) = (PATHS[numbers.next() as usize % PATHS.len()], numbers.next());
        match words {
            Words::Plain => line.push_str(&format!(" GET {path} 200 {}ms user=dana id={id:016x},", id % 90)),
            Words::Accented => line.push_str(&format!(" GET {path} 200 {}ms — élodie größe id={id:016x},", id % 90)),
            Words::Escaped => line.push_str(&format!(" {{\\\"path\\\":\\\"{path}\\\",\\\"id\\\":\\\"{id:016x}\\\"}}")),
        }
    }
    line.truncate(line.floor_char_boundary(length));
    line
}

/// Returns how much of a processor this thread has used: what else the machine does is not counted.
fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

fn main() {
    println!("| secrets | bytes a line | lines | µs a line | MB/s |\n| --- | --- | --- | --- | --- |");
    for count in SECRETS {
        let (mask, mut numbers) = (Mask::new(), Numbers(0x9e37_79b9_7f4a_7c15));
        let secrets: Vec<String> = (0..count).map(|n| numbers.made_up(16 + n % 25)).collect();
        secrets.iter().for_each(|secret| mask.learn(secret));
        for length in LENGTHS {
            for (name, words) in [("plain", Words::Plain), ("accented", Words::Accented), ("escaped", Words::Escaped)] {
                let mut lines: Vec<String> = (0..LINES).map(|_| line(&mut numbers, length, words)).collect();
                lines.iter_mut().step_by(50).zip(&secrets).for_each(|(line, secret)| {
                    let rest = line.floor_char_boundary(length.saturating_sub(secret.len()));
                    line.replace_range(rest.., secret);
                });
                let mut washer = Washer::new(&mask);
                let (began, mut bytes, mut rounds) = (processor_time(), 0, 0_u32);
                while rounds < 2 || processor_time() - began < EACH {
                    for line in &lines {
                        black_box(washer.line(black_box(line)));
                        bytes += line.len();
                    }
                    rounds += 1;
                }
                let took = (processor_time() - began).as_secs_f64();
                let each = took * 1e6 / f64::from(rounds) / LINES as f64;
                println!("| {count} | {length} | {name} | {each:.1} | {:.0} |", bytes as f64 / took / 1e6);
            }
        }
    }
}
