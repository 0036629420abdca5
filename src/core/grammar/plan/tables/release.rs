//! `[release]`, `[[milestone]]` and `[team.*]`.

use super::super::cursor::TableCursor;
use super::super::describe::{Noun, ServiceUse, Table, ValueKind, may, must, places, plain};
use crate::names::TeamName;
use crate::plan::{Milestone, ReleaseRules, Team, Template, VersionFile};
use crate::version_file;

pub(super) static RELEASE: Table = plain(
    "How branches and tags are named, and where the version is written.",
    &[
        may("base", ValueKind::Text, "The branch that a release is cut from.").or("main"),
        may("branch", ValueKind::Template(places::VERSION), "The branch of a release.").or("release/{version}"),
        may("hotfix", ValueKind::Template(places::VERSION), "The branch of a hotfix.").or("hotfix/{version}"),
        may("tag", ValueKind::Template(places::VERSION), "The tag of a release.").or("v{version}"),
        may("changelog", ValueKind::Path, "The file that has a section for each version."),
        may("notes", ValueKind::Path, "The file with the release notes."),
        may(
            "versions",
            ValueKind::Tables(&VERSION_FILE),
            "The files that carry the version; they are checked against the release.",
        ),
        may("sign", ValueKind::Bool, "Whether tags are signed.").or("false"),
        may("remote", ValueKind::Text, "The remote that branches and tags are pushed to.").or("origin"),
    ],
);

static VERSION_FILE: Table = plain(
    "One place where the version is written.",
    &[
        must("file", ValueKind::Path, version_file::KINDS),
        must(
            "key",
            ValueKind::Text,
            "The key in it, with dots between its parts: `package.version`. In a program or a build file the last part is the \
             name and the others the blocks around it; a plain file has no key, and any text does. Where two places \
             disagree, something computes it, or it may not count, the check says so and does not guess.",
        ),
    ],
);

pub(super) static MILESTONE: Table = plain(
    "A moment on the T-clock.",
    &[
        must("at", ValueKind::Offset, "How far it is from T-0: `-5d`, `0s`, `+30m`."),
        must("title", ValueKind::Text, "What happens then."),
    ],
);

pub(super) static TEAM: Table = plain(
    "People, and how to tell them something.",
    &[
        may("members", ValueKind::List(&ValueKind::Text), "The people, by the names that they act under."),
        may(
            "tell",
            ValueKind::List(&ValueKind::Name(Noun::Service(ServiceUse::Telling))),
            "The services that reach them.",
        ),
    ],
);

/// Returns the rules of a plan that says nothing of them.
pub(crate) fn usual_rules() -> ReleaseRules {
    rules(None)
}

pub(super) fn rules(table: Option<TableCursor<'_>>) -> ReleaseRules {
    let text = |key: &str| table.and_then(|t| t.text(key));
    let template = |key: &str, usual: &str| table.and_then(|t| t.template(key)).unwrap_or_else(|| Template::new(usual));
    let files = table.map(|t| t.tables("versions")).unwrap_or_default();
    ReleaseRules {
        base: text("base").unwrap_or_else(|| "main".to_owned()),
        branch: template("branch", "release/{version}"),
        hotfix: template("hotfix", "hotfix/{version}"),
        tag: template("tag", "v{version}"),
        changelog: text("changelog"),
        notes: text("notes"),
        versions: files.iter().filter_map(version_file).collect(),
        sign: table.is_some_and(|t| t.is_set("sign")),
        remote: text("remote").unwrap_or_else(|| "origin".to_owned()),
    }
}

fn version_file(table: &TableCursor<'_>) -> Option<VersionFile> {
    Some(VersionFile { file: table.text("file")?, key: table.text("key")? })
}

pub(super) fn milestones(tables: Vec<TableCursor<'_>>) -> Option<Vec<Milestone>> {
    let read = |t: &TableCursor<'_>| Some(Milestone { at: t.offset("at")?, title: t.text("title")? });
    let mut milestones: Vec<Milestone> = tables.iter().map(read).collect::<Option<_>>()?;
    milestones.sort_by_key(|m| m.at);
    Some(milestones)
}

pub(super) fn team((name, table): (&str, TableCursor<'_>)) -> Team {
    Team { name: TeamName::new(name), members: table.names("members"), tell: table.names("tell") }
}
