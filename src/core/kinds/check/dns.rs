//! `dns`: what a name stands for, as each resolver says it.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck, Renewal};
use crate::grammar::plan::{ValueKind, places};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement, short};
use crate::kinds::settings::settings;
use crate::measurement::Reading;
use crate::plan::{ReleaseRules, Template};
use core::net::IpAddr;
use serde::{Deserialize, Serialize};

settings! {
    /// What a name resolves to.
    pub struct DnsCheck = "dns": "The name, and what it must resolve to." {
        /// The name that is asked for.
        name: Template = must("name", ValueKind::Template(places::CHECK)),
        /// The type of record.
        record: String = may("type", ValueKind::Word(RECORDS)).or("A"),
        /// What must be answered: all of it and nothing else, in any order.
        is: Vec<String> = must("is", ValueKind::Many(&ValueKind::Text)),
        /// Whom to ask, by address or name, with an optional port; each must say the same. The system's when absent.
        resolvers: Vec<String> = may("resolvers", ValueKind::List(&ValueKind::Text)),
    }
}

/// What each resolver said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DnsReading {
    /// The name, as it was asked for.
    pub name: String,
    /// Each resolver, with what it said.
    pub said: Vec<(String, DnsAnswer)>,
}

/// What a resolver says of a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DnsAnswer {
    /// Its records of the type that was asked for; none where it has only others.
    Records(Vec<String>),
    /// There is no such name.
    NoSuchName,
    /// It is an alias for this name, which does not exist.
    NoSuchAlias(String),
    /// Nothing that can be counted on, and why.
    None(String),
}

impl DnsCheck {
    /// Writes a value in the one way in which two that mean the same are the same.
    fn plain(&self, value: &str) -> String {
        let value = value.trim();
        match self.record.as_str() {
            "A" | "AAAA" => value.parse().map_or_else(|_| value.to_owned(), |address: IpAddr| address.to_string()),
            "TXT" => value.to_owned(),
            "CAA" => plain_caa(value),
            _ => {
                let words =
                    value.split_whitespace().map(|word| word.trim_matches('"').trim_end_matches('.').to_lowercase());
                words.collect::<Vec<_>>().join(" ")
            }
        }
    }

    fn sorted(&self, values: &[String]) -> Vec<String> {
        let mut values: Vec<String> = values.iter().map(|value| self.plain(value)).collect();
        values.sort();
        values.dedup();
        values
    }

    /// Returns what a resolver said in words; nothing where it said nothing that can be counted on.
    fn says(&self, answer: &DnsAnswer) -> Option<String> {
        match answer {
            DnsAnswer::Records(records) => Some(match self.sorted(records).as_slice() {
                [] => format!("no {} record", self.record),
                records => short(&records.join(", ")),
            }),
            DnsAnswer::NoSuchName => Some("that there is no such name".to_owned()),
            DnsAnswer::NoSuchAlias(alias) => {
                Some(format!("that it is an alias for {}, which does not exist", short(alias)))
            }
            DnsAnswer::None(_) => None,
        }
    }

    /// Returns the whole of an answer, an absent name as none; nothing where nothing was said that can be counted on.
    fn whole(&self, answer: &DnsAnswer) -> Option<Option<Vec<String>>> {
        match answer {
            DnsAnswer::Records(records) => Some(Some(self.sorted(records))),
            DnsAnswer::NoSuchName | DnsAnswer::NoSuchAlias(_) => Some(None),
            DnsAnswer::None(_) => None,
        }
    }

    fn judge_one(&self, name: &str, answer: &DnsAnswer) -> Option<ExpectationResult> {
        match answer {
            DnsAnswer::Records(records) if self.sorted(records) == self.sorted(&self.is) => {
                Some(ExpectationResult::pass(format!("it is {}", short(&self.sorted(records).join(", ")))))
            }
            DnsAnswer::Records(records) if records.is_empty() => {
                Some(ExpectationResult::fail(format!("{name} has no {} record", self.record)))
            }
            DnsAnswer::Records(_) => Some(ExpectationResult::fail(format!(
                "it is {}, not {}",
                self.says(answer)?,
                self.sorted(&self.is).join(", ")
            ))),
            DnsAnswer::NoSuchName => Some(ExpectationResult::fail(format!("there is no name {name}"))),
            DnsAnswer::NoSuchAlias(alias) => {
                Some(ExpectationResult::fail(format!("{name} is an alias for {}, which does not exist", short(alias))))
            }
            DnsAnswer::None(_) => None,
        }
    }
}

/// Writes a CAA record in one way. Its authority is a name; what follows that, an account or a method, is compared letter by
/// letter (RFC 8659, section 4.2).
fn plain_caa(value: &str) -> String {
    let mut parts = value.splitn(2, char::is_whitespace);
    let (flags, rest) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default().trim_start());
    let (tag, text) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let (tag, text) = (tag.to_lowercase(), text.trim().trim_matches('"'));
    if !tag.starts_with("issue") {
        return format!("{flags} {tag} {text}");
    }
    let (authority, parameters) = text.find(';').map_or((text, ""), |at| text.split_at(at));
    format!("{flags} {tag} {}{}", authority.trim().trim_end_matches('.').to_lowercase(), parameters.trim())
}

const RECORDS: &[&str] = &["A", "AAAA", "CNAME", "TXT", "MX", "NS", "CAA", "SRV", "PTR", "SOA"];

impl KindOfCheck for DnsCheck {
    fn touch(&self) -> CheckTouch<'_> {
        let whom = match self.resolvers.as_slice() {
            [] => "the resolver of this machine".to_owned(),
            named => named.join(", "),
        };
        CheckTouch::Asks(format!("asks {whom} for {} {}", self.record, self.name))
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        vec![format!("it is {}", self.is.join(", "))]
    }

    fn asks_nothing(&self, _rules: &ReleaseRules) -> Option<&'static str> {
        self.is.is_empty().then_some("expects no particular answer")
    }

    /// All say what is wanted, or another thing. Resolvers that do not agree leave it open, and so does one that is silent.
    fn judge(&self, reading: &Reading, _by: &JudgedBy<'_>) -> Option<Judgement> {
        let DnsReading { name, said } = reading.as_own()?;
        let mut findings: Vec<ExpectationResult> = said
            .iter()
            .filter_map(|(resolver, answer)| match answer {
                DnsAnswer::None(why) => Some(ExpectationResult::no_data(format!("{resolver} {why}"))),
                DnsAnswer::Records(_) | DnsAnswer::NoSuchName | DnsAnswer::NoSuchAlias(_) => None,
            })
            .collect();
        let answered: Vec<(&String, String)> =
            said.iter().filter_map(|(resolver, answer)| Some((resolver, self.says(answer)?))).collect();
        // Whole answers are compared: what is said of them in words is cut.
        let whole: Vec<Option<Vec<String>>> = said.iter().filter_map(|(_, answer)| self.whole(answer)).collect();
        let is_one = whole.windows(2).all(|two| two[0] == two[1]);
        if is_one {
            findings.extend(said.iter().find_map(|(_, answer)| self.judge_one(&name, answer)));
        } else {
            let says: Vec<String> = answered.iter().map(|(resolver, says)| format!("{resolver} says {says}")).collect();
            findings.push(ExpectationResult::inconclusive(format!("the resolvers do not agree: {}", says.join(", "))));
        }
        let expected = format!("{} {name} is {}", self.record, self.sorted(&self.is).join(", "));
        Some(Judgement::of(vec![expected], findings, Vec::new()))
    }

    fn renewal(&self) -> Renewal {
        Renewal::BeforeDeploy
    }

    fn quotes_output(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Expect;
    use crate::verdict::Verdict::{self, Fail, Inconclusive, NoData, Pass};
    use std::collections::BTreeMap;

    fn judged(record: &str, is: &[&str], answers: &[DnsAnswer]) -> (Verdict, String) {
        let is = is.iter().map(ToString::to_string).collect();
        let check = DnsCheck { name: Template::new("x"), record: record.to_owned(), is, resolvers: Vec::new() };
        let said = answers.iter().enumerate().map(|(at, one)| (format!("10.0.0.{at}"), one.clone())).collect();
        let reading = Reading::own(&DnsReading { name: "api.example.com".to_owned(), said });
        let (expect, values) = (Expect::default(), BTreeMap::new());
        let by = JudgedBy { title: "", expect: &expect, values: &values, notes: "" };
        let judgement = check.judge(&reading, &by).unwrap();
        (judgement.verdict, judgement.found)
    }

    fn records(records: &[&str]) -> DnsAnswer {
        DnsAnswer::Records(records.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn an_answer_is_all_of_what_is_wanted_and_nothing_else_however_it_is_written() {
        let verdict = |record, is: &[&str], answer: &[&str]| judged(record, is, &[records(answer)]).0;
        assert_eq!(verdict("A", &["203.0.113.7", "203.0.113.8"], &["203.0.113.8", "203.0.113.7"]), Pass);
        assert_eq!(verdict("A", &["203.0.113.7"], &["203.0.113.7", "203.0.113.8"]), Fail);
        assert_eq!(verdict("A", &["203.0.113.7", "203.0.113.8"], &["203.0.113.7"]), Fail);
        assert_eq!(verdict("A", &["203.0.113.7"], &["203.0.113.70"]), Fail);
        assert_eq!(verdict("AAAA", &["2001:DB8:0::1"], &["2001:db8::1"]), Pass);
        assert_eq!(verdict("CNAME", &["Shop.example.net"], &["shop.example.net."]), Pass);
        assert_eq!(verdict("MX", &["10 mail.example.com"], &["10 mail.example.com."]), Pass);
        assert_eq!(verdict("CAA", &["0 issue \"letsencrypt.org\""], &["0 issue \"letsencrypt.org\""]), Pass);
        assert_eq!(verdict("CAA", &["0 ISSUE LetsEncrypt.org"], &["0 issue \"letsencrypt.org\""]), Pass);
        let account =
            |account: &str| format!("0 issue \"ca.example.net; accounturi=https://ca.example.net/{account}\"");
        assert_eq!(verdict("CAA", &[&account("aBc")], &[&account("aBc")]), Pass);
        assert_eq!(verdict("CAA", &[&account("aBc")], &[&account("abc")]), Fail, "another account");
        assert_eq!(verdict("TXT", &["v=spf1 -all"], &["V=spf1 -all"]), Fail, "a text is compared letter by letter");
        let other = judged("A", &["203.0.113.7"], &[records(&["203.0.113.9"])]);
        assert_eq!(other, (Fail, "it is 203.0.113.9, not 203.0.113.7".to_owned()));
        assert_eq!(
            judged("A", &["203.0.113.7"], &[records(&[])]),
            (Fail, "api.example.com has no A record".to_owned())
        );
        assert_eq!(
            judged("A", &["203.0.113.7"], &[DnsAnswer::NoSuchName]),
            (Fail, "there is no name api.example.com".to_owned())
        );
        assert_eq!(
            judged("A", &["203.0.113.7"], &[DnsAnswer::NoSuchAlias("old.example.net".to_owned())]),
            (Fail, "api.example.com is an alias for old.example.net, which does not exist".to_owned())
        );
    }

    #[test]
    fn resolvers_that_do_not_agree_leave_it_open_and_one_that_is_silent_is_no_data() {
        let (old, new) = (records(&["203.0.113.9"]), records(&["203.0.113.7"]));
        let (verdict, found) = judged("A", &["203.0.113.7"], &[new.clone(), old]);
        assert_eq!(verdict, Inconclusive);
        assert_eq!(found, "the resolvers do not agree: 10.0.0.0 says 203.0.113.7, 10.0.0.1 says 203.0.113.9");
        assert_eq!(judged("A", &["203.0.113.7"], &[new.clone(), DnsAnswer::NoSuchName]).0, Inconclusive);
        let silent = DnsAnswer::None("answered SERVFAIL".to_owned());
        let (verdict, found) = judged("A", &["203.0.113.7"], &[new.clone(), silent.clone()]);
        assert_eq!((verdict, found.as_str()), (NoData, "10.0.0.1 answered SERVFAIL"));
        assert_eq!(judged("A", &["203.0.113.7"], &[silent, records(&["203.0.113.9"])]).0, Fail);
        assert_eq!(judged("A", &["203.0.113.7"], &[new.clone(), new]).0, Pass);
        assert_eq!(judged("A", &["203.0.113.7"], &[]).0, NoData);
    }

    #[test]
    fn answers_that_differ_where_no_word_of_them_is_shown_any_more_do_not_agree() {
        let key = |end: &str| format!("v=DKIM1; p={}{end}", "A".repeat(300));
        let both = [records(&[&key("new")]), records(&[&key("old")])];
        assert_eq!(judged("TXT", &[&key("new")], &both).0, Inconclusive);
        let broken = [records(&["one\ntwo"]), records(&["one\nthree"])];
        assert_eq!(judged("TXT", &["one\ntwo"], &broken).0, Inconclusive);
        assert_eq!(judged("TXT", &[&key("new")], &[records(&[&key("new")])]).0, Pass);
    }
}
