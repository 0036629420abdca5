//! `with = "command"`: commands that tminus runs, follows and undoes by name.

use super::{DeliverPlace, KindOfDelivery, PlayedCourse, PlayedOrder, PlayedPlace, filled};
use crate::grammar::plan::{KeyDescription, Table, TableCursor, ValueKind, Variant, may, must, places, plain, variant};
use crate::kinds::family::Described;
use crate::lint::{Finding, Rule};
use crate::order::Call;
use crate::plan::{CommandLine, PlaceFacts};
use crate::touches::{RunRole, Touch, TouchKind, TouchedCommand, in_folder};
use serde::{Deserialize, Serialize};

/// Commands that deliver.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CommandDeliver {
    /// `current`: print what is there now.
    pub current: Vec<CommandLine>,
    /// `current-json`: where that stands in the JSON that `current` prints; absent where it prints a line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_json: Option<CurrentJson>,
    /// `deploy`.
    pub deploy: Vec<CommandLine>,
    /// `undo`: bring `{previous}` back; none means that there is no rollback.
    pub undo: Vec<CommandLine>,
    /// `dir`: where they run, from the root of the repository.
    pub dir: Option<String>,
}

/// `current-json`: where things stand in what `current` prints, each as a JSON pointer (RFC 6901).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrentJson {
    /// `version`: a version, or an image with one in its tag.
    pub version: String,
    /// `healthy`: `true` or `false`; absent where nobody can tell.
    pub healthy: Option<String>,
}

impl CommandDeliver {
    /// Its word in the plan file.
    pub const WORD: &str = "command";
}

const KEYS: &[KeyDescription] = &[
    must(
        "current",
        ValueKind::Commands(places::NOW),
        "Prints what is there now, and nothing where nothing is; without it the result of a delivery is unknown.",
    ),
    may(
        "current-json",
        ValueKind::Table(&CURRENT_JSON),
        "Where version and health stand in the JSON that `current` prints; without it the last line names the version.",
    ),
    must("deploy", ValueKind::Commands(places::DELIVER), "Delivers it."),
    may("undo", ValueKind::Commands(places::DELIVER), "Brings `{previous}` back; without it there is no rollback."),
    may("dir", ValueKind::Path, "Where they run, from the root of the repository."),
];

static CURRENT_JSON: Table = plain(
    "Where things stand in what `current` prints, each as a JSON pointer: `/image`.",
    &[
        must("version", ValueKind::Text, "A version, or an image with one in its tag."),
        may("healthy", ValueKind::Text, "`true` or `false`; the health is unknown without it."),
    ],
);

impl Described for CommandDeliver {
    const GRAMMAR: Variant = variant(Self::WORD, "Commands that tminus runs, follows and undoes by name.", KEYS);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        let current_json =
            |json: TableCursor<'_>| Some(CurrentJson { version: json.text("version")?, healthy: json.text("healthy") });
        Some(Self {
            current: table.commands("current"),
            current_json: table.table("current-json").and_then(current_json),
            deploy: table.commands("deploy"),
            undo: table.commands("undo"),
            dir: table.text("dir"),
        })
    }
}

impl KindOfDelivery for CommandDeliver {
    fn touches<'a>(&'a self, at: &str) -> Vec<Touch<'a>> {
        let Self { current, current_json: _, deploy, undo, dir } = self;
        let dir = dir.as_deref();
        let lists = [
            ("current", current, RunRole::Current),
            ("deploy", deploy, RunRole::Deliver),
            ("undo", undo, RunRole::Undo),
        ];
        let runs = lists.into_iter().flat_map(|(key, lines, role)| {
            lines.iter().enumerate().map(move |(index, line)| Touch {
                at: format!("{at}.{key}[{index}]"),
                kind: TouchKind::Runs(TouchedCommand { line, dir, role, env: &[] }),
                line: format!("{at} {key} runs {}", in_folder(line, dir)),
            })
        });
        runs.collect()
    }

    fn played(&self) -> PlayedPlace<'_> {
        PlayedPlace { service: "the platform", far: "platform", near: None, course: PlayedCourse::Host }
    }

    fn played_calls(&self, order: &PlayedOrder<'_>) -> Vec<Call> {
        let lines = if order.is_back { &self.undo } else { &self.deploy };
        let words = |line: &CommandLine| line.0.iter().map(|word| filled(word, order.to)).collect();
        lines.iter().map(|line| Call::Process { words: words(line), dir: self.dir.clone() }).collect()
    }

    /// What commands do is known to nobody before they have run; the linter looks at those that are the same.
    fn place(&self, _app: Option<&str>, _facts: &PlaceFacts) -> Option<DeliverPlace> {
        None
    }

    fn reads_checkout(&self) -> bool {
        true
    }

    fn unknown_health(&self, is_up: bool) -> Option<&'static str> {
        match self.current_json.as_ref().and_then(|json| json.healthy.as_ref()) {
            Some(_) => is_up.then_some("its command did not say whether it is healthy"),
            None => Some("health unknown: a command does not tell it"),
        }
    }

    fn no_rollback(&self) -> Option<String> {
        self.undo.is_empty().then(|| "the plan names no `undo` for it".to_owned())
    }

    fn placeless(&self) -> Option<([&[CommandLine]; 2], Option<&str>)> {
        let mut words = self.current.iter().chain(&self.deploy).flat_map(|command| &command.0);
        let says_where = words.any(|word| word.words().iter().any(|w| matches!(*w, "env" | "url")));
        (!self.deploy.is_empty() && !says_where).then(|| ([&*self.current, &*self.deploy], self.dir.as_deref()))
    }

    fn lint(&self, subject: &str, artifact: &str) -> Option<Finding> {
        let names = |word: &str| word.contains("{previous}") || word.contains("{previous-tag}");
        let instead = "undo = [[…, \"{previous}\"]]".to_owned();
        if self.undo.is_empty() {
            return Some(Finding {
                rule: Rule::StepWithoutUndo,
                subject: subject.to_owned(),
                says: format!("{artifact} is delivered by commands that have no undo"),
                why: "there is no rollback from this environment".to_owned(),
                instead,
            });
        }
        let is_unnamed = !self.undo.iter().flat_map(|line| &line.0).any(|word| names(word.as_str()));
        is_unnamed.then(|| Finding {
            rule: Rule::UndoUnnamed,
            subject: format!("{subject}.undo"),
            says: "its undo does not name {previous}".to_owned(),
            why: "\"one back\" restores whatever came before, even a bad version, and the second time the wrong one"
                .to_owned(),
            instead,
        })
    }
}
