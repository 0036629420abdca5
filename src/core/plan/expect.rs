//! `expect` of a check: what must come back.

use super::Template;
use crate::time::Span;
use serde::{Deserialize, Serialize};

/// `expect`: what must come back.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Expect {
    /// `exit`: the status of the command; 0 by default.
    pub exit: Option<i32>,
    /// `empty = true`: nothing is printed to standard output.
    pub empty: bool,
    /// `has`: text that is printed.
    pub has: Option<Template>,
    /// `matches`: a regular expression; its first group is compared by `above`, `below`, `is`.
    pub matches: Option<String>,
    /// `above`: the group as a number is greater.
    pub above: Option<f64>,
    /// `below`: the group as a number is smaller.
    pub below: Option<f64>,
    /// `is`: the group is this text.
    pub is: Option<Template>,
    /// `tool`: a tool whose output tminus reads.
    pub tool: Option<String>,
    /// `of`: the number of the tool that `above` and `below` are about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// `status` of an HTTP answer.
    pub status: Option<u16>,
    /// `json`: fields that the answer has with these values; others do not matter.
    pub json: Option<serde_json::Value>,
    /// `header`: headers that the answer has, with the whole value of each.
    pub header: Vec<(String, String)>,
    /// `body-has`: text in the answer.
    pub body_has: Option<Template>,
    /// `p95-below`: 95 % of the tries are faster.
    pub p95_below: Option<Span>,
}
