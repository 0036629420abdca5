//! `[artifact.*]`.

use super::super::cursor::TableCursor;
use super::super::describe::{Noun, Table, ValueKind, VariantChoice, may, must, places, plain, variant};
use super::super::leaf;
use crate::names::ArtifactName;
use crate::plan::{AppBuild, Artifact, ArtifactKind, ImageBuild};

pub(super) static ARTIFACT: Table = Table {
    doc: "What is built once and delivered to each environment unchanged: an image, or an app.",
    keys: &[],
    choice: VariantChoice::Presence(&[
        variant(
            "image",
            "An image, known by its digest.",
            &[
                must("image", ValueKind::Template(places::IMAGE), "The reference, with `{version}` or `{tag}` in it."),
                may("build", ValueKind::Table(&IMAGE_BUILD), "How tminus builds it, where it does."),
                may(
                    "registry",
                    ValueKind::Name(Noun::Connect(&["registry"])),
                    "The service that holds it: the image is pushed there, and delivered by the digest that it answers. Without it the image stays on the engine that built it.",
                ),
            ],
        ),
        variant(
            "app",
            "An app, known by its version and build number.",
            &[
                must("app", ValueKind::Text, "The bundle identifier."),
                may("build", ValueKind::Table(&APP_BUILD), "How tminus builds it, where it does."),
            ],
        ),
    ]),
    cousins: &[],
};

static IMAGE_BUILD: Table = Table {
    doc: "How an image is built.",
    keys: &[
        may("context", ValueKind::Path, "The folder that is sent to the builder, of the release's commit, from the root of the repository; what its `.dockerignore` names is left out.").or("."),
        may("dockerfile", ValueKind::Path, "The file that says how, from the context.").or("Dockerfile"),
        may(
            "args",
            ValueKind::Texts(places::RELEASE),
            "Build arguments; they are stored in the image, so none is a secret.",
        ),
        may("max-size", ValueKind::Size, "How large the image may be; a larger one is not pushed."),
    ],
    choice: VariantChoice::None,
    cousins: &[("the build of an app", &APP_BUILD)],
};

static APP_BUILD: Table = plain(
    "How an app is built.",
    &[
        must("run", ValueKind::Command(places::RELEASE), "The command."),
        may("dir", ValueKind::Path, "Where it runs, from the root of the repository."),
        may("timeout", ValueKind::Span, "How long it may take."),
    ],
);

pub(super) fn build((name, table): (&str, TableCursor<'_>)) -> Option<Artifact> {
    let build = table.table("build");
    let kind = match table.variant()? {
        "image" => ArtifactKind::Image {
            image: table.template("image")?,
            build: build.map(image_build),
            registry: table.name("registry"),
        },
        _ => ArtifactKind::App { app: table.text("app")?, build: build.and_then(app_build) },
    };
    Some(Artifact { name: ArtifactName::new(name), kind })
}

fn image_build(table: TableCursor<'_>) -> ImageBuild {
    ImageBuild {
        context: table.text("context").unwrap_or_else(|| ".".to_owned()),
        dockerfile: table.text("dockerfile").unwrap_or_else(|| "Dockerfile".to_owned()),
        args: table.pairs("args", leaf::any_text),
        max_size: table.size("max-size"),
    }
}

fn app_build(table: TableCursor<'_>) -> Option<AppBuild> {
    let run = table.command("run")?;
    Some(AppBuild { run, dir: table.text("dir"), timeout: table.span("timeout") })
}
