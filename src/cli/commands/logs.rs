//! `tminus logs [SOURCE…]`.

use super::act;
use crate::cli::args::{Global, LogsArgs};
use crate::cli::desk::Desk;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::interrupt::Interrupts;
use crate::cli::{json, show};
use crate::domain::names::LogName;
use crate::domain::telemetry::LogLine;
use crate::domain::time::Span;
use crate::logs::clean;
use crate::ports::LogReading;
use jiff::Timestamp;
use regex::Regex;
use serde_json::json;

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
    let is_wanted = |line: &LogLine| grep.as_ref().is_none_or(|g| g.is_match(&line.text));
    let most = if grep.is_some() { SEARCHED } else { MOST };
    let mut lines: Vec<LogLine> = Vec::new();
    let (mut unread, mut undated, mut is_cut) = (Vec::new(), Vec::new(), false);
    for name in &sources {
        match desk.logs.get(name) {
            Some(source) => match source.read(since, most).await {
                Ok(read) => {
                    is_cut |= read.is_cut;
                    unread.extend(left_out(name, &read, args.since));
                    let texts = read.undated.into_iter().map(|line| (name.clone(), line.text));
                    undated.extend(texts.filter(|(_, text)| grep.as_ref().is_none_or(|g| g.is_match(text))));
                    lines.extend(read.lines.into_iter().filter(is_wanted));
                }
                Err(failure) => unread.push(format!("{name}: {}", failure.sentence())),
            },
            None => unread.push(format!("{name}: this kind of source is not available in this build")),
        }
    }
    lines.sort_by_key(|line| line.at);
    let last = undated.len().saturating_sub(UNDATED);
    for (source, text) in &undated[last..] {
        print(global, &desk, (source, None, text));
    }
    for line in &lines {
        print(global, &desk, (&line.source, Some(line.at), &line.text));
    }
    for why in &unread {
        show::hint(why);
    }
    if args.follow {
        let last = lines.last().map(|l| l.at).or(since);
        go_on(global, &desk, &sources, (last, &grep)).await?;
    }
    desk.close().await;
    let is_silent = lines.is_empty() && undated.is_empty();
    Ok(if is_silent && (is_cut || !unread.is_empty()) { Exit::CannotTell } else { Exit::Good })
}

/// Says which lines of a source were not read, or cannot be told by their age.
fn left_out(name: &LogName, read: &LogReading, since: Span) -> Vec<String> {
    let mut says = Vec::new();
    if read.is_cut {
        let count = read.lines.len();
        says.push(format!(
            "{name}: only the newest {count} lines of the last {since} were read; give a shorter --since"
        ));
    }
    if let Some(line) = read.undated.last() {
        let count = read.undated_count;
        let lines = if count == 1 { "1 line".to_owned() } else { format!("{count} lines") };
        let (why, what_to_do) = line.why.words();
        says.push(format!(
            "{name}: nobody can tell how old {lines} are: the last one {why} ({what_to_do}); the newest stand first"
        ));
    }
    says
}

fn chosen(desk: &Desk, names: &[String]) -> Result<Vec<LogName>, Stop> {
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
    global: &Global,
    desk: &Desk,
    sources: &[LogName],
    (since, grep): (Option<jiff::Timestamp>, &Option<Regex>),
) -> Result<(), Stop> {
    let (sender, mut lines) = tokio::sync::mpsc::channel(1_024);
    let mut tasks = tokio::task::JoinSet::new();
    for source in sources.iter().filter_map(|name| desk.logs.get(name)) {
        let (source, sender) = (source.clone(), sender.clone());
        tasks.spawn(async move { source.follow(since, sender).await });
    }
    drop(sender);
    let mut interrupts = Interrupts::listen()?;
    while !show::is_unwritable() {
        tokio::select! {
            line = lines.recv() => match line {
                Some(line) if grep.as_ref().is_none_or(|g| g.is_match(&line.text)) => {
                    print(global, desk, (&line.source, Some(line.at), &line.text));
                }
                Some(_) => {}
                None => return Ok(()),
            },
            _ = interrupts.next() => return Ok(()),
        }
    }
    Ok(())
}

fn print(global: &Global, desk: &Desk, (source, at, text): (&LogName, Option<Timestamp>, &str)) {
    // Cleaned and masked where it came in; what was learned since is hidden too.
    let text = desk.mask.apply(&clean::line(text));
    if global.json {
        json::print(json!({ "at": at, "source": source, "text": text }));
    } else {
        let text = clean::line(&text);
        let at = at.map_or_else(|| "--:--:--.---".to_owned(), |at| at.strftime("%H:%M:%S.%3f").to_string());
        show::line(&format!("{at} {source:<12} {text}"));
    }
}
