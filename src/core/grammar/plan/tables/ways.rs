//! The ways of knowing whether a check holds.

use super::super::cursor::Cursor;
use super::super::describe::{Choice, Kind, Noun, Table, Variant, may, must, places, plain, variant};
use super::super::leaf;
use super::expect;
use crate::plan::{
    DnsCheck, DotenvCheck, FileCheck, HttpCheck, ImageCheck, LogCheck, Method, SecretsCheck, TlsCheck, Way,
};
use crate::time::Span;

pub(super) static WAYS: &[Variant] = &[
    variant(
        "run",
        "A command.",
        &[
            must("run", Kind::Command(places::CHECK), "The command."),
            may("dir", Kind::Path, "Where it runs, from the root of the repository."),
            may("expect", Kind::Table(&expect::OF_RUN), "What must come back."),
        ],
    ),
    variant(
        "http",
        "A request.",
        &[
            must("http", Kind::Table(&HTTP), "The request."),
            may("expect", Kind::Table(&expect::OF_HTTP), "What must come back."),
        ],
    ),
    variant(
        "versions",
        "One version in every file.",
        &[must(
            "versions",
            Kind::True,
            "Every file of `[release] versions` carries the version of the release, however it spells it: `v1.0.0`, `1.0.0+4`, `1.0.0rc1` for `1.0.0-rc.1`.",
        )],
    ),
    variant(
        "ignored",
        "Paths that git ignores.",
        &[must(
            "ignored",
            Kind::List(&Kind::Path),
            "Every one of these paths is ignored by the rules of the release's commit; of a path that is not there, a rule for a folder (`node_modules/`) counts too.",
        )],
    ),
    variant(
        "dotenv",
        "Variables of an environment file.",
        &[must("dotenv", Kind::Table(&DOTENV), "The file, and what it needs.")],
    ),
    variant("secrets", "No secret in the history.", &[must("secrets", Kind::Table(&SECRETS), "Where to look.")]),
    variant(
        "changelog",
        "The changelog knows the version.",
        &[must(
            "changelog",
            Kind::True,
            "The file of `[release] changelog` has a section for the version, with a text, that is not marked as unreleased. \
             Headings of Markdown (also underlined, or a bold line), reStructuredText, AsciiDoc and Org are read, by the ending \
             of the file's name; what stands under a condition, or in a file that is included, is no-data.",
        )],
    ),
    variant("file", "A file.", &[must("file", Kind::Table(&FILE), "The file, and what is true of it.")]),
    variant("connects", "A service answers.", &[must("connects", Kind::Name(Noun::Connect(&[])), "The service.")]),
    variant(
        "tls",
        "A certificate.",
        &[must("tls", Kind::Table(&TLS), "The host, and how long its certificate must last.")],
    ),
    variant("dns", "A name.", &[must("dns", Kind::Table(&DNS), "The name, and what it must stand for.")]),
    variant(
        "image",
        "What is in an image.",
        &[must("image", Kind::Table(&IMAGE), "The image, and what must be true of it.")],
    ),
    variant("log", "A line of a log.", &[must("log", Kind::Table(&LOG), "The source, and the text.")]),
    variant("metric", "A metric keeps its limit.", &[must("metric", Kind::Name(Noun::Metric), "The metric.")]),
    variant(
        "manual",
        "A person says so.",
        &[
            must("manual", Kind::True, "A person says so, by name, and may write why."),
            may("four-eyes", Kind::Bool, "Whether two people say so.").or("false"),
        ],
    ),
];

static HTTP: Table = Table {
    doc: "A request.",
    keys: &[
        may("headers", Kind::Settings(places::CHECK), "Headers that it carries."),
        may("tries", Kind::Integer(1, 10_000), "How many requests are made, one after another; each one counts.")
            .or("1"),
    ],
    choice: Choice::Presence(&[
        variant("get", "A GET request.", &[must("get", Kind::Template(places::CHECK), "The address.")]),
        variant("head", "A HEAD request.", &[must("head", Kind::Template(places::CHECK), "The address.")]),
        variant(
            "post",
            "A POST request.",
            &[
                must("post", Kind::Template(places::CHECK), "The address."),
                may("body", Kind::Template(places::CHECK), "What is sent."),
            ],
        ),
    ]),
    cousins: &[("`expect`, beside `http`", &expect::OF_HTTP)],
};

static DOTENV: Table = plain(
    "Variables of an environment file.",
    &[
        must("file", Kind::Path, "The environment file."),
        must(
            "needs",
            Kind::List(&Kind::Variable),
            "Variables that must have a value: one, and none that only stands where a value belongs (`changeme`, `<your-key>`, \
             `${NOT_SET}`, an example address).",
        ),
    ],
);

static SECRETS: Table = plain(
    "A look for secrets through the history.",
    &[may("since", Kind::Template(places::RELEASE), "Where it begins; the whole history when absent.")],
);

static FILE: Table = plain(
    "A file.",
    &[
        must("path", Kind::PathTemplate(places::RELEASE), "The file; a folder is none."),
        may("has", Kind::Template(places::RELEASE), "Text that it holds."),
        may("newer-than", Kind::SpanOrPath, "A duration within which it changed, or a file that is older."),
    ],
);

static TLS: Table = plain(
    "A certificate.",
    &[
        must("host", Kind::Template(places::CHECK), "The host, with an optional port."),
        must("days-left", Kind::Integer(0, 3_650), "For how many days it must still be valid."),
    ],
);

const RECORDS: &[&str] = &["A", "AAAA", "CNAME", "TXT", "MX", "NS", "CAA", "SRV", "PTR", "SOA"];

static DNS: Table = plain(
    "A name.",
    &[
        must("name", Kind::Template(places::CHECK), "The name that is asked for."),
        may("type", Kind::Word(RECORDS), "The type of record.").or("A"),
        must("is", Kind::Many(&Kind::Text), "What must be answered."),
        may("resolvers", Kind::List(&Kind::Text), "Whom to ask; the system's when absent."),
    ],
);

static IMAGE: Table = plain(
    "What is in an image.",
    &[
        must("artifact", Kind::Name(Noun::Artifact), "The artifact."),
        may("max-size", Kind::Size, "How large it may be."),
        may("user", Kind::Text, "The user that it runs as."),
        may("labels", Kind::Texts(places::RELEASE), "Labels that it must carry."),
    ],
);

static LOG: Table = plain(
    "A line of a log.",
    &[
        must("source", Kind::Name(Noun::Log), "The source."),
        must("has", Kind::Text, "Text that a line holds; a line without a time stamp may be of an earlier start."),
        may(
            "within",
            Kind::Span,
            "How long it waits at most after the delivery; without one it also looks so far back, else to where that began.",
        )
        .or("60s"),
    ],
);

/// Builds the way of knowing of a check.
pub(super) fn build(check: Cursor<'_>) -> Option<Way> {
    let word = check.variant()?;
    Some(match word {
        "run" => Way::Run { run: check.command(word)?, dir: check.text("dir") },
        "http" => Way::Http(http(check.table(word)?)?),
        "versions" => Way::Versions,
        "ignored" => Way::Ignored(check.texts(word)),
        "dotenv" => Way::Dotenv(dotenv(check.table(word)?)?),
        "secrets" => Way::Secrets(SecretsCheck { since: check.table(word)?.template("since") }),
        "changelog" => Way::Changelog,
        "file" => Way::File(file(check.table(word)?)?),
        "connects" => Way::Connects(check.name(word)?),
        "tls" => Way::Tls(tls(check.table(word)?)?),
        "dns" => Way::Dns(dns(check.table(word)?)?),
        "image" => Way::Image(image(check.table(word)?)?),
        "log" => Way::Log(log(check.table(word)?)?),
        "metric" => Way::Metric(check.name(word)?),
        _ => Way::Manual { four_eyes: check.is_set("four-eyes") },
    })
}

fn http(table: Cursor<'_>) -> Option<HttpCheck> {
    let word = table.variant()?;
    let method = match word {
        "get" => Method::Get,
        "head" => Method::Head,
        _ => Method::Post,
    };
    Some(HttpCheck {
        method,
        url: table.template(word)?,
        headers: table.settings("headers"),
        body: table.template("body"),
        tries: table.integer("tries").unwrap_or(1),
    })
}

fn dotenv(table: Cursor<'_>) -> Option<DotenvCheck> {
    Some(DotenvCheck { file: table.text("file")?, needs: table.texts("needs") })
}

fn file(table: Cursor<'_>) -> Option<FileCheck> {
    Some(FileCheck { path: table.template("path")?, has: table.template("has"), newer_than: table.text("newer-than") })
}

fn tls(table: Cursor<'_>) -> Option<TlsCheck> {
    Some(TlsCheck { host: table.template("host")?, days_left: table.integer("days-left")? })
}

fn dns(table: Cursor<'_>) -> Option<DnsCheck> {
    Some(DnsCheck {
        name: table.template("name")?,
        record: table.text("type").unwrap_or_else(|| "A".to_owned()),
        is: table.texts("is"),
        resolvers: table.texts("resolvers"),
    })
}

fn image(table: Cursor<'_>) -> Option<ImageCheck> {
    Some(ImageCheck {
        artifact: table.name("artifact")?,
        max_size: table.size("max-size"),
        user: table.text("user"),
        labels: table.pairs("labels", leaf::template),
    })
}

fn log(table: Cursor<'_>) -> Option<LogCheck> {
    Some(LogCheck {
        source: table.name("source")?,
        has: table.text("has")?,
        within: table.span("within").unwrap_or(Span::seconds(60)),
    })
}
