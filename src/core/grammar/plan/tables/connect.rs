//! `[connect.*]`.

use super::super::cursor::Cursor;
use super::super::describe::{Choice, Key, Kind, Table, Variant, may, must, places, variant};
use crate::names::ConnectName;
use crate::plan::{Connect, ConnectKind};

const KINDS: &[&str] = &[
    "registry",
    "mongodb",
    "prometheus",
    "sentry",
    "cloudwatch",
    "github",
    "app-store-connect",
    "unleash",
    "launchdarkly",
    "slack",
    "pagerduty",
    "http",
    "command",
];

pub(super) static CONNECT: Table = Table {
    doc: "A service that tminus talks to; its credentials are references, never values.",
    keys: &[must("kind", Kind::Word(KINDS), "What kind of service it is.")],
    choice: Choice::Word { key: "kind", variants: VARIANTS },
    cousins: &[],
};

const URL: Key = must("url", Kind::Url, "Its address.");
const USER: Key = may("user", Kind::Text, "The user.");
const PASSWORD: Key = may("password", Kind::Secret, "The user's password.");
const TOKEN: Key = must("token", Kind::Secret, "The token.");

const VARIANTS: &[Variant] = &[
    variant("registry", "A registry of images.", &[URL, USER, PASSWORD]),
    variant("mongodb", "A MongoDB database.", &[must("uri", Kind::Secret, "The connection string.")]),
    variant(
        "prometheus",
        "A Prometheus server.",
        &[URL, USER, PASSWORD, may("token", Kind::Secret, "A bearer token, in place of user and password.")],
    ),
    variant(
        "sentry",
        "Sentry.",
        &[
            may("url", Kind::Url, "Its address.").or("https://sentry.io"),
            must("org", Kind::Text, "The organization."),
            must("project", Kind::Text, "The project."),
            TOKEN,
        ],
    ),
    variant(
        "cloudwatch",
        "AWS CloudWatch.",
        &[
            must("region", Kind::Text, "The region."),
            may("profile", Kind::Text, "The profile of the AWS configuration."),
        ],
    ),
    variant(
        "github",
        "GitHub.",
        &[
            must("repo", Kind::Text, "The repository: `owner/name`."),
            may("url", Kind::Url, "The address of its API.").or("https://api.github.com"),
            TOKEN,
        ],
    ),
    variant(
        "app-store-connect",
        "App Store Connect.",
        &[
            must("issuer", Kind::Text, "The issuer id."),
            must("key-id", Kind::Text, "The id of the key."),
            must("key", Kind::Secret, "The private key."),
        ],
    ),
    variant("unleash", "Unleash.", &[URL, TOKEN]),
    variant(
        "launchdarkly",
        "LaunchDarkly.",
        &[may("url", Kind::Url, "Its address.").or("https://app.launchdarkly.com"), TOKEN],
    ),
    variant(
        "slack",
        "A Slack channel.",
        &[must("url", Kind::Secret, "The address of the incoming webhook, which is itself the credential.")],
    ),
    variant("pagerduty", "PagerDuty.", &[must("key", Kind::Secret, "The routing key.")]),
    variant("http", "Any service that answers a request.", &[URL, may("token", Kind::Secret, "A bearer token.")]),
    variant("command", "A service that a command asks.", &[must("run", Kind::Command(places::METRIC), "The command.")]),
];

pub(super) fn build((name, table): (&str, Cursor<'_>)) -> Option<Connect> {
    Some(Connect { name: ConnectName::new(name), kind: kind(table)? })
}

fn kind(table: Cursor<'_>) -> Option<ConnectKind> {
    Some(match table.variant()? {
        "registry" => ConnectKind::Registry {
            url: table.url("url")?,
            user: table.text("user"),
            password: table.secret("password"),
        },
        "mongodb" => ConnectKind::MongoDb { uri: table.secret("uri")? },
        "prometheus" => prometheus(table)?,
        "sentry" => ConnectKind::Sentry {
            url: table.url("url"),
            org: table.text("org")?,
            project: table.text("project")?,
            token: table.secret("token")?,
        },
        "cloudwatch" => ConnectKind::CloudWatch { region: table.text("region")?, profile: table.text("profile") },
        "github" => {
            ConnectKind::GitHub { repo: table.text("repo")?, url: table.url("url"), token: table.secret("token")? }
        }
        "app-store-connect" => apple(table)?,
        "unleash" => ConnectKind::Unleash { url: table.url("url")?, token: table.secret("token")? },
        "launchdarkly" => ConnectKind::LaunchDarkly { url: table.url("url"), token: table.secret("token")? },
        "slack" => ConnectKind::Slack { url: table.secret("url")? },
        "pagerduty" => ConnectKind::PagerDuty { key: table.secret("key")? },
        "http" => ConnectKind::Http { url: table.url("url")?, token: table.secret("token") },
        _ => ConnectKind::Command { run: table.command("run")? },
    })
}

fn prometheus(table: Cursor<'_>) -> Option<ConnectKind> {
    Some(ConnectKind::Prometheus {
        url: table.url("url")?,
        user: table.text("user"),
        password: table.secret("password"),
        token: table.secret("token"),
    })
}

fn apple(table: Cursor<'_>) -> Option<ConnectKind> {
    Some(ConnectKind::AppStoreConnect {
        issuer: table.text("issuer")?,
        key_id: table.text("key-id")?,
        key: table.secret("key")?,
    })
}
