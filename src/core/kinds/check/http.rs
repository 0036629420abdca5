//! `http`: a request.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck, Renewal};
use crate::grammar::plan::{
    KeyDescription, Table, TableCursor, ValueKind, Variant, VariantChoice, expect, may, must, places, variant,
};
use crate::judge::{Judgement, judge_http};
use crate::kinds::family::Described;
use crate::measurement::Reading;
use crate::plan::{EnvValue, ReleaseRules, Template};
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// `http = { get = "{url}/api/health", tries = 5 }`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HttpCheck {
    /// `get`, `head` or `post`: the key is the method.
    pub method: Method,
    /// The URL.
    pub url: Template,
    /// `headers`.
    pub headers: Vec<(String, EnvValue)>,
    /// `body` of a `post`.
    pub body: Option<Template>,
    /// `tries`: how many requests are made, one after another; each one counts. 1 by default.
    pub tries: u32,
}

/// The method of an `http` check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Method {
    /// `get`.
    Get,
    /// `head`.
    Head,
    /// `post`.
    Post,
}

static HTTP: Table = Table {
    doc: "A request.",
    keys: &[
        may("headers", ValueKind::Settings(places::CHECK), "Headers that it carries."),
        may("tries", ValueKind::Integer(1, 10_000), "How many requests are made, one after another; each one counts.")
            .or("1"),
    ],
    choice: VariantChoice::Presence(&[
        variant("get", "A GET request.", &[must("get", ValueKind::Template(places::CHECK), "The address.")]),
        variant("head", "A HEAD request.", &[must("head", ValueKind::Template(places::CHECK), "The address.")]),
        variant(
            "post",
            "A POST request.",
            &[
                must("post", ValueKind::Template(places::CHECK), "The address."),
                may("body", ValueKind::Template(places::CHECK), "What is sent."),
            ],
        ),
    ]),
    cousins: &[("`expect`, beside `http`", &expect::OF_HTTP)],
};

static KEYS: [KeyDescription; 2] = [
    must("http", ValueKind::Table(&HTTP), "The request."),
    may("expect", ValueKind::Table(&expect::OF_HTTP), "What must come back."),
];

impl Described for HttpCheck {
    const GRAMMAR: Variant = variant("http", "A request.", &KEYS);

    fn read(check: TableCursor<'_>) -> Option<Self> {
        let table = check.table("http")?;
        let word = table.variant()?;
        let method = match word {
            "get" => Method::Get,
            "head" => Method::Head,
            "post" => Method::Post,
            _ => return None,
        };
        Some(Self {
            method,
            url: table.template(word)?,
            headers: table.settings("headers"),
            body: table.template("body"),
            tries: table.integer("tries").unwrap_or(1),
        })
    }
}

impl KindOfCheck for HttpCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Asks(match (self.method, &self.body) {
            (Method::Get | Method::Head, _) => format!("asks {}", self.url),
            (Method::Post, None) => format!("posts to {}", self.url),
            (Method::Post, Some(body)) => format!("posts {body} to {}", self.url),
        })
    }

    fn headers(&self) -> &[(String, EnvValue)] {
        &self.headers
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        Vec::from_iter((self.tries > 1).then(|| format!("each of {} tries", self.tries)))
    }

    fn renewal(&self) -> Renewal {
        match self.method {
            Method::Get | Method::Head => Renewal::BeforeDeploy,
            Method::Post => Renewal::Never,
        }
    }

    fn quotes_output(&self) -> bool {
        true
    }

    fn usual_limit(&self) -> Span {
        Span::seconds(30)
    }

    fn address(&self) -> Option<&Template> {
        Some(&self.url)
    }

    fn tries(&self) -> Option<u32> {
        Some(self.tries)
    }

    fn judge(&self, reading: &Reading, by: &JudgedBy<'_>) -> Option<Judgement> {
        let Reading::Http(tries) = reading else { return None };
        Some(judge_http(by.expect, by.values, tries))
    }
}
