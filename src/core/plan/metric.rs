//! `[metric.*]`: a number that must keep a limit over a horizon.

use super::Template;
use crate::names::{ConnectName, MetricName};
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// A number that must keep a limit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Metric {
    /// The table's name.
    pub name: MetricName,
    /// `title`.
    pub title: String,
    /// `from`: the service that is asked.
    pub from: ConnectName,
    /// `query`, `good` or `bad`, with `{horizon}` in it.
    pub query: Template,
    /// Which of the three it is.
    #[serde(default, skip_serializing_if = "MetricForm::is_number")]
    pub form: MetricForm,
    /// `absent = "zero"`: no series means that none was bad, while there was anything to count.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub absent_is_zero: bool,
    /// `count`: how many samples the number rests on.
    pub count: Option<Template>,
    /// `below`.
    pub below: Option<Limit>,
    /// `above`.
    pub above: Option<Limit>,
    /// `horizons`: the ages at which it is looked at.
    pub horizons: Vec<Span>,
    /// `baseline`.
    pub baseline: Option<Baseline>,
}

/// What a query asks for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum MetricForm {
    /// `query`: the number itself.
    #[default]
    Number,
    /// `good`: how many of `count` were good; the number is their share.
    Good,
    /// `bad`: how many of `count` were bad; the number is their share.
    Bad,
}

impl MetricForm {
    /// Returns the key of the plan file that says it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Number => "query",
            Self::Good => "good",
            Self::Bad => "bad",
        }
    }

    fn is_number(&self) -> bool {
        *self == Self::Number
    }
}

/// A limit with its unit: a share (`0.1%`), a time (`200ms`), a size (`500MB`) or a plain number.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum Limit {
    /// A share between 0 and 1.
    Share(f64),
    /// A time in seconds.
    Seconds(f64),
    /// A size in bytes.
    Bytes(f64),
    /// A number without a unit.
    Plain(f64),
}

impl Limit {
    /// Returns the number that a measurement is compared with: share, seconds, bytes, or plain.
    pub const fn value(self) -> f64 {
        match self {
            Self::Share(v) | Self::Seconds(v) | Self::Bytes(v) | Self::Plain(v) => v,
        }
    }

    /// Writes another number in this limit's unit: `4.1 %`, `870 ms`.
    pub fn display(self, value: f64) -> String {
        match self {
            Self::Share(_) => format!("{} %", trimmed(value * 100.0)),
            Self::Seconds(_) if value < 10.0 => format!("{} ms", trimmed(value * 1_000.0)),
            Self::Seconds(_) => format!("{} s", trimmed(value)),
            Self::Bytes(_) => format!("{} MB", trimmed(value / 1e6)),
            Self::Plain(_) => trimmed(value),
        }
    }
}

/// Writes a number with as many digits as tell something, and no trailing zeros.
fn trimmed(value: f64) -> String {
    let digits = if value.abs() >= 100.0 {
        0
    } else if value.abs() >= 1.0 {
        2
    } else {
        4
    };
    let text = format!("{value:.digits$}");
    match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => text,
    }
}

/// `baseline = { worse-by = "10%" }`: compared with the release before at the same age.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Baseline {
    /// `worse-by` as a share: how much worse it may be.
    pub worse_by: f64,
}
