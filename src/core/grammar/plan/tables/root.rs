//! The file as a whole: its tables in their order, and the small ones that need no file of their own.

use super::super::cursor::TableCursor;
use super::super::describe::{Table, ValueKind, VariantChoice, may, must, plain};
use super::super::leaf;
use super::super::names::PHASES;
use super::{artifact, check, connect, environment, incident, logs, metric, release};
use crate::names::Phase;
use crate::plan::{Asked, Limits, Plan};

/// The description of the whole file.
pub(crate) static ROOT: Table = Table {
    doc: "The plan file, `tminus.toml`.",
    keys: &[
        must("format", ValueKind::Integer(1, 1), "The format of this file; there is only 1 so far."),
        may(
            "phases",
            ValueKind::List(&ValueKind::NewName),
            "Phases of the checklist beyond the built-in ones, in their order.",
        ),
        must("project", ValueKind::Table(&PROJECT), "What is released."),
        may(
            "release",
            ValueKind::Table(&release::RELEASE),
            "How branches and tags are named, and where the version is written.",
        ),
        may("milestone", ValueKind::Tables(&release::MILESTONE), "Moments before and after T-0."),
        may("team", ValueKind::Named(&release::TEAM), "People, and how to tell them something."),
        may("artifact", ValueKind::Named(&artifact::ARTIFACT), "What is built once and delivered."),
        may("env", ValueKind::Named(&environment::ENVIRONMENT), "Where it goes."),
        may("check", ValueKind::Named(&check::CHECK), "What must be true."),
        may("metric", ValueKind::Named(&metric::METRIC), "What must stay true."),
        may("connect", ValueKind::Named(&connect::CONNECT), "The services that tminus talks to."),
        may("log", ValueKind::Named(&logs::LOG), "Where log lines come from."),
        may("flag", ValueKind::Named(&incident::FLAG), "Feature flags."),
        may("severity", ValueKind::Named(&incident::SEVERITY), "How bad an incident is, and who hears of it."),
        may("runbook", ValueKind::Named(&incident::RUNBOOK), "What to do about an incident, step by step."),
        may("session", ValueKind::Table(&SESSION), "Who may join a running cockpit."),
        may("trust", ValueKind::Table(&TRUST), "What a person trusts beside this file."),
        may("lint", ValueKind::Table(&LINT), "What the linter shall accept."),
        may("limits", ValueKind::Table(&LIMITS), "What tminus may use up."),
    ],
    choice: VariantChoice::None,
    cousins: &[],
};

static PROJECT: Table = plain("What is released.", &[must("name", ValueKind::Text, "The name of the product.")]);

static SESSION: Table =
    plain("Who may join a running cockpit.", &[may("group", ValueKind::Text, "Opens the socket to this unix group.")]);

static TRUST: Table = plain(
    "What a person trusts beside this file.",
    &[may(
        "files",
        ValueKind::List(&ValueKind::TrustedFile),
        "Files that are trusted by their content: tracked ones by a pattern (the scripts that the plan runs, a Dockerfile, a \
         Compose file), one outside the repository by its absolute path. A link is followed, out of the repository too; a FIFO \
         or a device is refused. When one of them changes, comes or goes, `tminus trust` asks again. What a script itself \
         reads or starts is covered only where it is named here.",
    )],
);

static LINT: Table = plain(
    "What the linter shall accept.",
    &[may("ok", ValueKind::Texts(&[]), "Rules that are accepted, each with its reason.")],
);

static LIMITS: Table = plain(
    "What tminus may use up.",
    &[
        may("parallel-checks", ValueKind::Integer(1, 256), "How many checks run at once.").or("4"),
        may("log-memory", ValueKind::Size, "Log lines held in memory.").or("64MiB"),
        may("log-disk", ValueKind::Size, "Log lines held on disk.").or("1GiB"),
        may("look", ValueKind::Span, "How long a look at a target may take; longer by itself on a busy host.")
            .or("15s"),
    ],
);

/// Builds the plan of a file that was checked; `None` is an oversight of the checker.
pub(in super::super) fn build(root: TableCursor<'_>) -> Option<Plan> {
    Some(Plan {
        project: root.table("project")?.text("name")?,
        release: release::rules(root.table("release")),
        milestones: release::milestones(root.tables("milestone"))?,
        teams: root.named("team").into_iter().map(release::team).collect(),
        artifacts: root.named("artifact").into_iter().map(artifact::build).collect::<Option<_>>()?,
        environments: root.named("env").into_iter().map(environment::build).collect::<Option<_>>()?,
        phases: phases(&root.texts("phases")),
        checks: root.named("check").into_iter().map(check::build).collect::<Option<_>>()?,
        metrics: root.named("metric").into_iter().map(metric::build).collect::<Option<_>>()?,
        connects: root.named("connect").into_iter().map(connect::build).collect::<Option<_>>()?,
        logs: root.named("log").into_iter().map(logs::build).collect::<Option<_>>()?,
        flags: root.named("flag").into_iter().map(incident::flag).collect::<Option<_>>()?,
        severities: root.named("severity").into_iter().map(incident::severity).collect::<Option<_>>()?,
        runbooks: root.named("runbook").into_iter().map(incident::runbook).collect::<Option<_>>()?,
        session_group: root.table("session").and_then(|s| s.text("group")),
        trust_files: root.table("trust").map(|t| t.texts("files")).unwrap_or_default(),
        lint_ok: root.table("lint").map(|l| l.pairs("ok", leaf::any_text)).unwrap_or_default().into_iter().collect(),
        limits: limits(root.table("limits")),
        asked: Asked::default(),
    })
}

/// Puts the plan's own phases among the built-in ones: after the one that they are named behind, else at the end.
fn phases(named: &[String]) -> Vec<Phase> {
    let mut phases: Vec<Phase> = PHASES.into_iter().map(Phase::from).collect();
    let mut place = phases.len();
    for name in named {
        match phases.iter().position(|p| p.as_str() == name) {
            Some(at) => place = at + 1,
            None => {
                phases.insert(place, Phase::new(name));
                place += 1;
            }
        }
    }
    phases
}

fn limits(table: Option<TableCursor<'_>>) -> Limits {
    let usual = Limits::default();
    let Some(table) = table else { return usual };
    Limits {
        parallel_checks: table.integer("parallel-checks").unwrap_or(usual.parallel_checks),
        log_memory: table.size("log-memory").unwrap_or(usual.log_memory),
        log_disk: table.size("log-disk").unwrap_or(usual.log_disk),
        look: table.span("look").unwrap_or(usual.look),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_phase_comes_after_the_one_it_is_named_behind() {
        let order = |named: &[&str]| {
            let named: Vec<String> = named.iter().map(|n| (*n).to_owned()).collect();
            phases(&named).iter().map(Phase::to_string).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(order(&["yearly"]), "pre-deploy review post-deploy daily weekly monthly yearly");
        assert_eq!(order(&["pre-deploy", "qa", "review"]), "pre-deploy qa review post-deploy daily weekly monthly");
    }
}
