//! The commits around the release's branch: since the last release, on either side of its base, and the remote's copy.

use super::lines::{self, PageLine};
use crate::look::Look;
use crate::settings::theme::Role;
use crate::widgets::{Row, fold_lines, width};
use tminus_core::branch_log::{BranchLog, CheckoutNote, CommitList, LoggedCommit, RemoteApart, RemoteGap};
use tminus_core::notation::{counted, in_thousands};
use tminus_core::time::{age, brief};

/// Under this many columns a subject stands beneath its commit.
const ROOMY: usize = 70;
/// How many columns the name of an author has in a line with the subject.
const AUTHOR: usize = 14;

/// Returns the commits around the branch of the release in view, once they have been listed.
fn log_of(look: &Look) -> Option<&BranchLog> {
    look.live.branch_logs.get(&look.version).map(AsRef::as_ref)
}

/// Returns how the branch stands to the remote's copy, and what is unusual about the clone.
pub(super) fn surroundings(look: &Look, room: usize) -> Vec<Row> {
    let Some(log) = log_of(look) else { return Vec::new() };
    let mut rows: Vec<Row> = log.remote.iter().flat_map(|gap| remote(gap, room)).collect();
    rows.extend(log.notes.iter().flat_map(|note| warned("note", &says(note), room)));
    rows
}

fn remote(gap: &RemoteGap, room: usize) -> Vec<Row> {
    let name = &gap.name;
    match gap.apart {
        RemoteApart::By(0, 0) => Vec::new(),
        RemoteApart::By(unpushed, 0) => {
            warned("remote", &format!("{} not pushed to {name}", counted(unpushed, "commit")), room)
        }
        RemoteApart::By(0, incoming) => {
            warned("remote", &format!("{name} is {} ahead: pull", counted(incoming, "commit")), room)
        }
        RemoteApart::By(unpushed, incoming) => {
            let apart = format!(
                "{} not pushed, and {name} is {} ahead",
                counted(unpushed, "commit"),
                counted(incoming, "commit")
            );
            warned("remote", &apart, room)
        }
        RemoteApart::NoCopy => warned("remote", &format!("no {name} was seen"), room),
        RemoteApart::OnlyCopy => warned("remote", &format!("there is no such branch here, only {name}"), room),
        RemoteApart::Unknown => warned("remote", &format!("cannot tell how far {name} is: the clone is shallow"), room),
    }
}

fn says(note: &CheckoutNote) -> String {
    match note {
        CheckoutNote::Detached => "HEAD is detached: no branch is checked out here".to_owned(),
        CheckoutNote::OtherWorktree(path) => format!("checked out in another worktree, {path}"),
        CheckoutNote::Shallow => "the clone is shallow: commits beyond its end are not known here".to_owned(),
        CheckoutNote::Unwatched(why) => format!("looked at every 10 s, because {why}"),
        CheckoutNote::InProgress(what) => format!("{what} is not finished in this checkout"),
    }
}

fn warned(label: &str, text: &str, room: usize) -> Vec<Row> {
    lines::labelled_as(label, (text, Role::Warn), room)
}

/// Returns the lists of commits, each beneath its heading.
pub(super) fn lists(look: &Look, base: &str, room: usize) -> Vec<PageLine> {
    let Some(log) = log_of(look) else { return Vec::new() };
    let mut rows = Vec::new();
    if let Some(why) = &log.unread {
        rows.extend([Row::new(), Row::heading("Commits since the last release")]);
        rows.extend(fold_lines(&format!("? {why}"), room).into_iter().map(|line| Row::new().put(line, Role::Warn)));
        return rows.into_iter().map(PageLine::plain).collect();
    }
    for (title, list) in
        [(format!("On {base}, not on the branch"), &log.behind), (format!("On the branch, not on {base}"), &log.ahead)]
    {
        if list.total > 0 {
            rows.extend(listed(look, &title, list, room));
        }
    }
    let title = match &log.since {
        Some(tag) => format!("Commits since {tag}"),
        None if log.notes.contains(&CheckoutNote::Shallow) => "Commits that the shallow clone has".to_owned(),
        None => "Commits, with no release before them".to_owned(),
    };
    rows.extend(listed(look, &title, &log.new, room));
    rows.into_iter().map(PageLine::plain).collect()
}

fn listed(look: &Look, title: &str, list: &CommitList, room: usize) -> Vec<Row> {
    let more = if list.is_more { "more than " } else { "" };
    let mut rows = vec![Row::new(), Row::heading(format!("{title}  {more}{}", in_thousands(list.total)))];
    if list.total == 0 {
        rows.push(Row::dim("none"));
        return rows;
    }
    if list.total > 1 {
        let others = (list.more_authors > 0).then(|| format!("and {} more", list.more_authors));
        // Where nobody writes types, that they are all others says nothing.
        if list.kinds.len() > 1 {
            rows.extend(tallied("types", &list.kinds, None, room));
        }
        rows.extend(tallied("authors", &list.authors, others, room));
    }
    rows.extend(list.first.iter().flat_map(|commit| one(look, commit, room)));
    let left = list.left_out();
    if left > 0 || list.is_more {
        let at_least = if list.is_more { "at least " } else { "" };
        rows.push(Row::dim(format!("and {at_least}{} more", in_thousands(left))));
    }
    rows
}

fn tallied(label: &str, counts: &[(String, u64)], others: Option<String>, room: usize) -> Vec<Row> {
    let pieces = counts.iter().map(|(what, count)| format!("{what} {}", in_thousands(*count)));
    let text = pieces.chain(others).collect::<Vec<_>>().join(", ");
    lines::labelled(label, &text, room)
}

/// Writes a commit in one line where its subject has room there, else with the subject beneath it.
fn one(look: &Look, commit: &LoggedCommit, room: usize) -> Vec<Row> {
    let (id, age) = (commit.commit.short(), brief(age(look.now, commit.at)));
    let begin = Row::new().put(format!("{id}  "), Role::Accent).put(format!("{age:>4}  "), Role::Dim);
    let line = begin.clone().column(&commit.author, Role::Strong, AUTHOR).put(&commit.subject, Role::Text);
    if room >= ROOMY && width(&commit.author) < AUTHOR && line.width() <= room {
        return vec![line];
    }
    let subject = fold_lines(&commit.subject, room.saturating_sub(2));
    let beneath = subject.into_iter().map(|line| Row::text(format!("  {line}")));
    std::iter::once(begin.put(&commit.author, Role::Strong)).chain(beneath).collect()
}
