//! `deliver.*` of an environment: the ways an artifact gets there.

use super::super::cursor::Cursor;
use super::super::describe::{Choice, Kind, Noun, Table, Variant, may, must, places, plain, variant};
use crate::names::ArtifactName;
use crate::plan::{CurrentJson, Deliver, DeliverKind};

const APPLE: Kind = Kind::Name(Noun::Connect(&["app-store-connect"]));
const WAYS: &[&str] = &["docker", "compose", "kubernetes", "testflight", "app-store", "command"];

pub(super) static DELIVER: Table = Table {
    doc: "How an artifact gets to an environment.",
    keys: &[
        must("with", Kind::Word(WAYS), "The way."),
        may(
            "timeout",
            Kind::Span,
            "How long it may take until it is healthy; when absent, 5m with `docker`, 10m with `compose`, 20m with `command`.",
        ),
    ],
    choice: Choice::Word { key: "with", variants: VARIANTS },
    cousins: &[],
};

/// Said of every key that names an engine.
pub(super) const CONTEXT: &str = "A docker context, or an address: `unix://`, `tcp://`, `ssh://USER@HOST`. What docker itself would use when absent: `DOCKER_HOST`, `DOCKER_CONTEXT`, its settings, the local engine.";

static VARIANTS: &[Variant] = &[
    variant(
        "docker",
        "One container on one engine.",
        &[
            must("container", Kind::Text, "The container's name."),
            may(
                "ports",
                Kind::List(&Kind::Text),
                "Published ports, `[[ADDRESS:]PORT:]PORT[/PROTOCOL]`, with ranges, as `docker run -p` takes them. With one, the old container stops before the new one listens; with none, both run until the name has moved.",
            ),
            may(
                "env-file",
                Kind::Many(&Kind::Path),
                "Environment files given to the container, from the root of the repository, as `docker run --env-file` reads them; of a name that is there twice, the last counts.",
            ),
            may(
                "volumes",
                Kind::List(&Kind::Text),
                "Mounts, `[SOURCE:]TARGET[:OPTIONS]`, as `docker run -v` takes them; a source that begins with `./` counts from the root of the repository, and may not lead out of it.",
            ),
            may(
                "network",
                Kind::Text,
                "The network that it joins, which is there already; with `host` or `container:NAME` the old one is stopped first.",
            ),
            may("context", Kind::Text, CONTEXT),
        ],
    ),
    variant(
        "compose",
        "One service of a compose file.",
        &[
            must("file", Kind::Path, "The compose file."),
            must("service", Kind::Text, "The service in it."),
            may("project", Kind::Text, "The compose project's name; as Compose itself names it when absent."),
            may("context", Kind::Text, CONTEXT),
        ],
    ),
    variant(
        "kubernetes",
        "One workload of a cluster.",
        &[
            may("context", Kind::Text, "The context of the kubeconfig; the current one when absent."),
            must("namespace", Kind::Text, "The namespace."),
            may("manifests", Kind::Path, "A folder that is applied."),
            must("workload", Kind::Text, "The workload: `deployment/backend`."),
            may("container", Kind::Text, "The container of the pod, where it has more than one."),
        ],
    ),
    variant(
        "testflight",
        "A build for testers.",
        &[
            must("connect", APPLE, "The App Store Connect service."),
            may("groups", Kind::List(&Kind::Text), "The groups of testers that get it."),
        ],
    ),
    variant(
        "app-store",
        "A build for everybody, after review.",
        &[
            must("connect", APPLE, "The App Store Connect service."),
            may("phased", Kind::Bool, "Whether it is released over seven days.").or("false"),
        ],
    ),
    variant(
        "command",
        "Commands that tminus runs, follows and undoes by name.",
        &[
            must(
                "current",
                Kind::Commands(places::NOW),
                "Prints what is there now; without it the result of a delivery is unknown.",
            ),
            may(
                "current-json",
                Kind::Table(&CURRENT_JSON),
                "Where version and health stand in the JSON that `current` prints; without it the last line names the version.",
            ),
            must("deploy", Kind::Commands(places::DELIVER), "Delivers it."),
            may("undo", Kind::Commands(places::DELIVER), "Brings `{previous}` back; without it there is no rollback."),
            may("dir", Kind::Path, "Where they run, from the root of the repository."),
        ],
    ),
];

static CURRENT_JSON: Table = plain(
    "Where things stand in what `current` prints, each as a JSON pointer: `/image`.",
    &[
        must("version", Kind::Text, "A version, or an image with one in its tag."),
        may("healthy", Kind::Text, "`true` or `false`; the health is unknown without it."),
    ],
);

fn current_json(table: Cursor<'_>) -> Option<CurrentJson> {
    Some(CurrentJson { version: table.text("version")?, healthy: table.text("healthy") })
}

pub(super) fn build((artifact, table): (&str, Cursor<'_>)) -> Option<Deliver> {
    let artifact = ArtifactName::new(artifact);
    Some(Deliver { artifact, kind: kind(table)?, timeout: table.span("timeout") })
}

fn kind(table: Cursor<'_>) -> Option<DeliverKind> {
    Some(match table.variant()? {
        "docker" => docker(table)?,
        "compose" => DeliverKind::Compose {
            file: table.text("file")?,
            service: table.text("service")?,
            project: table.text("project"),
            context: table.text("context"),
        },
        "kubernetes" => kubernetes(table)?,
        "testflight" => DeliverKind::TestFlight { connect: table.name("connect")?, groups: table.texts("groups") },
        "app-store" => DeliverKind::AppStore { connect: table.name("connect")?, phased: table.is_set("phased") },
        _ => DeliverKind::Command {
            current: table.commands("current"),
            current_json: table.table("current-json").and_then(current_json),
            deploy: table.commands("deploy"),
            undo: table.commands("undo"),
            dir: table.text("dir"),
        },
    })
}

fn docker(table: Cursor<'_>) -> Option<DeliverKind> {
    Some(DeliverKind::Docker {
        container: table.text("container")?,
        ports: table.texts("ports"),
        env_files: table.texts("env-file"),
        volumes: table.texts("volumes"),
        network: table.text("network"),
        context: table.text("context"),
    })
}

fn kubernetes(table: Cursor<'_>) -> Option<DeliverKind> {
    Some(DeliverKind::Kubernetes {
        context: table.text("context"),
        namespace: table.text("namespace")?,
        manifests: table.text("manifests"),
        workload: table.text("workload")?,
        container: table.text("container"),
    })
}
