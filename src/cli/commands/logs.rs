//! `tminus logs [SOURCE…]`.

use super::act;
use super::log_times::LogTimes;
use crate::cli::args::{Global, LogsArgs};
use crate::cli::client::Client;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::Interrupts;
use crate::cli::{json, show};
use jiff::Timestamp;
use regex::Regex;
use serde_json::json;
use std::collections::HashMap;
use tminus_core::log_stamp::behind_stamp;
use tminus_core::names::LogName;
use tminus_core::notation::{counted, in_thousands};
use tminus_core::ports::LogReading;
use tminus_core::telemetry::LogLine;
use tminus_core::time::Span;
use tminus_logs::repeats::Repeats;

/// How many lines of one source are read back at most.
const MOST: usize = 10_000;

/// The same where only some of them are printed.
const SEARCHED: usize = 200_000;

/// How many lines without a date are printed.
const UNDATED: usize = 200;

/// Prints lines, oldest first; with `--follow` goes on until it is interrupted.
pub async fn run(global: &Global, args: LogsArgs) -> Done {
    let grep = args.grep.as_deref().map(Regex::new).transpose().map_err(|e| Stop::wrong(format!("--grep: {e}")))?;
    let desk = act::looking(global).await?;
    let sources = chosen(&desk, &args.sources)?;
    let since = desk.handle.now().checked_sub(jiff::SignedDuration::from_secs(args.since.as_seconds() as i64)).ok();
    let times = LogTimes::new(desk.handle.now());
    let mut found = FoundLines::default();
    for name in &sources {
        found.read((&desk, &times), (name, since, args.since), grep.as_ref()).await;
    }
    found.print(global, &times);
    if args.follow {
        go_on((global, &times), &desk, (&mut found, since), &grep).await?;
    }
    desk.close().await;
    let is_silent = found.lines.is_empty() && found.undated.is_empty();
    Ok(if is_silent && (found.is_cut || !found.unread.is_empty()) { Exit::CannotTell } else { Exit::Good })
}

/// What was found in the sources.
#[derive(Default)]
struct FoundLines {
    lines: Vec<LogLine>,
    undated: Vec<(LogName, String)>,
    /// What was not read, or cannot be told by its age.
    unread: Vec<String>,
    is_cut: bool,
    /// From where each source is followed on, and what it will tell again.
    places: Vec<(LogName, Option<Timestamp>, Repeats)>,
}

impl FoundLines {
    /// Reads one source.
    async fn read(
        &mut self,
        (desk, times): (&Client, &LogTimes),
        (name, since, span): (&LogName, Option<Timestamp>, Span),
        grep: Option<&Regex>,
    ) {
        let Some(source) = desk.logs.get(name) else {
            self.unread.push(format!("{name}: this kind of source is not available in this build"));
            return;
        };
        let most = if grep.is_some() { SEARCHED } else { MOST };
        let read = match source.read(since, most).await {
            Ok(read) => read,
            Err(failure) => {
                self.unread.push(format!("{name}: {}", failure.sentence()));
                self.places.push((name.clone(), since, Repeats::default()));
                return;
            }
        };
        self.is_cut |= read.is_cut;
        let undated: Vec<String> =
            read.undated.iter().map(|line| line.text.to_string()).filter(|text| is_wanted(grep, (text, 0))).collect();
        let shown = undated.len().saturating_sub(UNDATED);
        self.unread.extend(left_out((name, times), &read, (span, grep)));
        if shown > 0 {
            let shown = in_thousands(shown as u64);
            self.unread.push(format!("{name}: {shown} more lines without a usable date are not printed"));
        }
        self.undated.extend(undated.into_iter().skip(shown).map(|text| (name.clone(), text)));
        let mut repeats = Repeats::default();
        for line in &read.lines {
            repeats.is_told(line);
        }
        let last = read.lines.last().map(|line| line.at).or(since);
        last.iter().for_each(|last| repeats.begin_again(*last));
        self.places.push((name.clone(), last, repeats));
        self.lines.extend(read.lines.into_iter().filter(|line| is_wanted_line(grep, line)));
    }

    /// Prints it, the lines that nobody can date first.
    fn print(&mut self, global: &Global, times: &LogTimes) {
        self.lines.sort_by_key(|line| line.at);
        for (source, text) in &self.undated {
            print((global, times), (source, None, text));
        }
        for line in &self.lines {
            print((global, times), (&line.source, Some(line.at), &line.text));
        }
        self.unread.iter().for_each(|why| show::hint(why));
    }
}

/// Says whether a line is one of those that are looked for: it begins at its stamp, and behind it.
fn is_wanted_line(grep: Option<&Regex>, line: &LogLine) -> bool {
    is_wanted(grep, (&line.text, behind_stamp(&line.text, line.at)))
}

fn is_wanted(grep: Option<&Regex>, (text, behind): (&str, usize)) -> bool {
    grep.is_none_or(|grep| grep.is_match(text) || behind > 0 && grep.is_match(&text[behind..]))
}

/// Says which lines of a source were not read, or cannot be told by their age.
fn left_out(
    (name, times): (&LogName, &LogTimes),
    read: &LogReading,
    (span, grep): (Span, Option<&Regex>),
) -> Vec<String> {
    let mut says = Vec::new();
    let count = |lines: u64| counted(lines, "line");
    if read.is_cut {
        let (did, lines) = (if grep.is_some() { "searched" } else { "read" }, count(read.lines.len() as u64));
        let back = read.lines.first().map(|line| format!(", back to {}", times.in_words(line.at)));
        let back = back.unwrap_or_default();
        says.push(format!(
            "{name}: {did} the last {lines}{back}; what is older of the last {span} was not. Give a shorter --since"
        ));
    }
    if let Some(line) = read.undated.last() {
        let lines = count(read.undated_count);
        let (why, what_to_do) = line.why.words();
        says.push(format!(
            "{name}: the age of {lines} is unknown: the last one {why} ({what_to_do}); the newest stand first"
        ));
        let kept = read.undated.len() as u64;
        if kept < read.undated_count {
            let did = if grep.is_some() { "searched" } else { "read" };
            says.push(format!("{name}: only the last {} of them were {did}", in_thousands(kept)));
        }
    }
    says
}

fn chosen(desk: &Client, names: &[String]) -> Result<Vec<LogName>, Stop> {
    let plan = &desk.project.file.plan;
    if names.is_empty() {
        return Ok(plan.logs.iter().map(|l| l.name.clone()).collect());
    }
    let known = |name: &String| {
        let name = LogName::new(name.clone());
        plan.log(&name).map(|l| l.name.clone()).ok_or_else(|| Stop::wrong(format!("the plan has no log source {name}")))
    };
    names.iter().map(known).collect()
}

async fn go_on(
    form: (&Global, &LogTimes),
    desk: &Client,
    (found, since): (&mut FoundLines, Option<Timestamp>),
    grep: &Option<Regex>,
) -> Result<(), Stop> {
    let (sender, mut lines) = tokio::sync::mpsc::channel(1_024);
    let mut tasks = tokio::task::JoinSet::new();
    let mut repeats: HashMap<LogName, Repeats> = HashMap::new();
    for (name, last, again) in found.places.drain(..) {
        let Some(source) = desk.logs.get(&name) else { continue };
        let (source, sender) = (source.clone(), sender.clone());
        tasks.spawn(async move { source.follow(last.or(since), sender).await });
        repeats.insert(name, again);
    }
    drop(sender);
    let mut interrupts = Interrupts::listen()?;
    while !show::is_unwritable() {
        tokio::select! {
            line = lines.recv() => match line {
                // What was printed already comes once more, where a source is followed from its last moment on.
                Some(line) if repeats.entry(line.source.clone()).or_default().is_told(&line) => {}
                Some(line) if is_wanted_line(grep.as_ref(), &line) => {
                    print(form, (&line.source, Some(line.at), &line.text));
                }
                Some(_) => {}
                None => return Ok(()),
            },
            _ = interrupts.next() => return Ok(()),
        }
    }
    Ok(())
}

fn print((global, times): (&Global, &LogTimes), (source, at, text): (&LogName, Option<Timestamp>, &str)) {
    if global.json {
        json::print(json!({ "at": at, "source": source, "text": text }));
    } else {
        // The time stands before the line already.
        let text = &text[at.map_or(0, |at| behind_stamp(text, at))..];
        let at = at.map_or_else(|| "--:--:--.---".to_owned(), |at| times.of_line(at));
        show::line(&format!("{at} {source:<12} {text}"));
    }
}
