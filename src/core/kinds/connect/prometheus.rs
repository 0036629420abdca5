//! `kind = "prometheus"`.

use super::keys::{PASSWORD, URL, USER};
use super::kind::as_user;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::{ServiceUse, TableCursor, ValueKind, Variant, may, variant};
use crate::kinds::family::Described;
use crate::plan::Secret;
use serde::{Deserialize, Serialize};

/// A Prometheus server.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrometheusConnect {
    /// `url`.
    pub url: String,
    /// `user`.
    pub user: Option<String>,
    /// `password`.
    pub password: Option<Secret>,
    /// `token`.
    pub token: Option<Secret>,
}

impl PrometheusConnect {
    /// Its word in the plan file.
    pub const WORD: &str = "prometheus";

    /// Returns the series that a query looks back over: the selectors before a range, `http_requests_total{code="500"}` of
    /// `increase(http_requests_total{code="500"}[5m])`. What it looks at in the past alone, by `offset` or `@`, is left out.
    pub fn ranged_series(query: &str) -> Vec<&str> {
        let (mut quote, mut brace, mut bracket, mut series): (_, _, _, Vec<&str>) = (None, None, None, Vec::new());
        let (mut selector, mut is_escaped) = (None, false);
        for (at, c) in query.char_indices() {
            if let Some(end) = quote {
                quote = (is_escaped || c != end).then_some(end);
                is_escaped = !is_escaped && c == '\\' && end != '`';
                continue;
            }
            match c {
                '"' | '\'' | '`' => quote = Some(c),
                '{' => brace = Some(at),
                '}' => selector = brace.take().map(|begin| name_before(query, begin)..at + 1),
                '[' => bracket = Some(at),
                ']' => {
                    let Some(begin) = bracket.take() else { continue };
                    let is_past = ["offset", "@"].iter().any(|word| query[at + 1..].trim_start().starts_with(word));
                    let end = query[..begin].trim_end().len();
                    let range = selector.take().filter(|s: &std::ops::Range<usize>| s.end == end);
                    let range = range.unwrap_or_else(|| name_before(query, end)..end);
                    // A subquery, `[1h:5m]`, looks back over an expression.
                    let is_subquery = query[begin..at].contains(':');
                    let one = &query[range];
                    if !is_past && !is_subquery && !one.is_empty() && !series.contains(&one) {
                        series.push(one);
                    }
                }
                _ => {}
            }
        }
        series
    }
}

impl Described for PrometheusConnect {
    const GRAMMAR: Variant = variant(
        Self::WORD,
        "A Prometheus server.",
        &[URL, USER, PASSWORD, may("token", ValueKind::Secret, "A bearer token, in place of user and password.")],
    )
    .used_for(&[ServiceUse::Metrics]);

    fn read(table: TableCursor<'_>) -> Option<Self> {
        Some(Self {
            url: table.url("url")?,
            user: table.text("user"),
            password: table.secret("password"),
            token: table.secret("token"),
        })
    }
}

impl KindOfConnection for PrometheusConnect {
    fn reach(&self) -> Reach<'_> {
        Reach::Address(as_user(&self.url, self.user.as_ref()), self.token.iter().chain(&self.password).collect())
    }

    fn looks_back(&self) -> bool {
        true
    }
}

/// Returns where the name of a series that ends before `end` begins.
fn name_before(query: &str, end: usize) -> usize {
    let before = query[..end].trim_end();
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | ':');
    let begin = before.trim_end_matches(is_name).len();
    if begin == before.len() { end } else { begin }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_that_a_query_looks_back_over_are_found_and_no_others() {
        let of = PrometheusConnect::ranged_series;
        assert_eq!(of("sum(increase(a_total[5m]))"), ["a_total"]);
        assert_eq!(
            of(r#"sum(rate(a:b{code=~"5..[x]", path="}"}[30m])) / sum(rate(c [30m]))"#),
            [r#"a:b{code=~"5..[x]", path="}"}"#, "c",]
        );
        assert_eq!(of(r#"rate({__name__="a"}[1m]) + rate({__name__="a"}[1m])"#), [r#"{__name__="a"}"#]);
        assert_eq!(of("max_over_time(rate(a[5m])[1h:1m])"), ["a"]);
        assert_eq!(of("rate(a[5m]) - rate(b[5m] offset 1w) - rate(c[5m] @ 0)"), ["a"]);
        assert!(of("up == 1").is_empty());
        assert!(of("a[").is_empty() && of("]").is_empty() && of("\"é[").is_empty());
    }
}
