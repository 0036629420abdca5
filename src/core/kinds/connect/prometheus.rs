//! `kind = "prometheus"`.

use super::kind::as_user;
use super::{KindOfConnection, Reach};
use crate::grammar::plan::ValueKind;
use crate::kinds::settings::settings;
use crate::plan::Secret;

settings! {
    /// A Prometheus server.
    pub struct PrometheusConnect = "prometheus" for [Metrics] {
        /// Its address.
        url: String = must("url", ValueKind::Url),
        /// The user.
        user: Option<String> = may("user", ValueKind::Text),
        /// The user's password.
        password: Option<Secret> = may("password", ValueKind::Secret),
        /// A bearer token, in place of user and password.
        token: Option<Secret> = may("token", ValueKind::Secret),
    }
}

impl PrometheusConnect {
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
