//! `[release]`, `[[milestone]]` and `[team.*]`.

use super::super::cursor::Cursor;
use super::super::describe::{Kind, Noun, ServiceUse, Table, may, must, places, plain};
use crate::names::TeamName;
use crate::plan::{Milestone, ReleaseRules, Team, Template, VersionFile};
use crate::version_file;

pub(super) static RELEASE: Table = plain(
    "How branches and tags are named, and where the version is written.",
    &[
        may("base", Kind::Text, "The branch that a release is cut from.").or("main"),
        may("branch", Kind::Template(places::VERSION), "The branch of a release.").or("release/{version}"),
        may("hotfix", Kind::Template(places::VERSION), "The branch of a hotfix.").or("hotfix/{version}"),
        may("tag", Kind::Template(places::VERSION), "The tag of a release.").or("v{version}"),
        may("changelog", Kind::Path, "The file that has a section for each version."),
        may("notes", Kind::Path, "The file with the release notes."),
        may(
            "versions",
            Kind::Tables(&VERSION_FILE),
            "The files that carry the version; they are checked against the release.",
        ),
        may("sign", Kind::Bool, "Whether tags are signed.").or("false"),
        may("remote", Kind::Text, "The remote that branches and tags are pushed to.").or("origin"),
    ],
);

static VERSION_FILE: Table = plain(
    "One place where the version is written.",
    &[
        must("file", Kind::Path, version_file::KINDS),
        must(
            "key",
            Kind::Text,
            "The key in it, with dots between its parts: `package.version`. In a program or a build file the last part is the \
             name and the others the blocks around it; a plain file has no key, and any text does. Where two places \
             disagree, something computes it, or it may not count, the check says so and does not guess.",
        ),
    ],
);

pub(super) static MILESTONE: Table = plain(
    "A moment on the T-clock.",
    &[
        must("at", Kind::Offset, "How far it is from T-0: `-5d`, `0s`, `+30m`."),
        must("title", Kind::Text, "What happens then."),
    ],
);

pub(super) static TEAM: Table = plain(
    "People, and how to tell them something.",
    &[
        may("members", Kind::List(&Kind::Text), "The people, by the names that they act under."),
        may("tell", Kind::List(&Kind::Name(Noun::Service(ServiceUse::Telling))), "The services that reach them."),
    ],
);

/// Returns the rules of a plan that says nothing of them.
pub(crate) fn usual_rules() -> ReleaseRules {
    rules(None)
}

pub(super) fn rules(table: Option<Cursor<'_>>) -> ReleaseRules {
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

fn version_file(table: &Cursor<'_>) -> Option<VersionFile> {
    Some(VersionFile { file: table.text("file")?, key: table.text("key")? })
}

pub(super) fn milestones(tables: Vec<Cursor<'_>>) -> Option<Vec<Milestone>> {
    let read = |t: &Cursor<'_>| Some(Milestone { at: t.offset("at")?, title: t.text("title")? });
    let mut milestones: Vec<Milestone> = tables.iter().map(read).collect::<Option<_>>()?;
    milestones.sort_by_key(|m| m.at);
    Some(milestones)
}

pub(super) fn team((name, table): (&str, Cursor<'_>)) -> Team {
    Team { name: TeamName::new(name), members: table.names("members"), tell: table.names("tell") }
}
