//! `tls`: the certificate that a host shows: trusted, for its name, and valid for some days more.

use super::kind::{CheckTouch, JudgedBy, KindOfCheck, Renewal};
use crate::evidence::MeasuredNumber;
use crate::grammar::plan::{ValueKind, places};
use crate::judge::{JudgedFinding as ExpectationResult, Judgement, short};
use crate::kinds::settings::settings;
use crate::measurement::Reading;
use crate::notation::counted;
use crate::plan::{ReleaseRules, Template};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

settings! {
    /// The certificate that a host presents.
    pub struct TlsCheck = "tls": "The host, and how long its certificate must last." {
        /// The host, with an optional port, or an https address. Every address of its name is asked.
        host: Template = must("host", ValueKind::Template(places::CHECK)),
        /// For how many days it and its issuers must still be valid. With less than a third of its lifetime left it passes,
        /// with a note.
        days_left: u32 = must("days-left", ValueKind::Integer(0, 3_650)),
    }
}

/// What every address of the host showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TlsReading {
    /// When it was asked.
    pub at: Timestamp,
    /// The host and the port, as they were asked.
    pub host: String,
    /// Each address, with its certificate, or why none was seen.
    pub shown: Vec<(String, Result<ShownCertificate, String>)>,
    /// The addresses that this machine has no route to, as it has none to any of their family.
    #[serde(default)]
    pub unrouted: Vec<String>,
}

/// A certificate as a server showed it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShownCertificate {
    /// Since when it is valid.
    pub from: Timestamp,
    /// Until when it is valid.
    pub until: Timestamp,
    /// Why it is not to be trusted for this host now, in words; empty when it is.
    pub wrong: Vec<String>,
    /// When the chain ends before the certificate does, and whose certificate ends it.
    #[serde(default)]
    pub issuer: Option<(Timestamp, String)>,
}

impl ShownCertificate {
    /// Returns how many whole days lie between two moments.
    fn days(from: Timestamp, until: Timestamp) -> i64 {
        until.duration_since(from).as_hours().div_euclid(24)
    }

    /// Returns until when it can be trusted: the chain ends with the first certificate that it needs.
    fn end(&self) -> Timestamp {
        self.issuer.as_ref().map_or(self.until, |(end, _)| self.until.min(*end))
    }

    fn judge(&self, now: Timestamp, wanted: i64) -> ExpectationResult {
        if !self.wrong.is_empty() {
            return ExpectationResult::fail(self.wrong.join("; "));
        }
        let (left, whole) = (Self::days(now, self.end()), Self::days(self.from, self.until));
        let ends = self.issuer.as_ref().map(|(_, whose)| format!(", when its issuer {whose} expires"));
        let says =
            format!("{} left, until {}{}", days(left), self.end().strftime("%Y-%m-%d"), ends.unwrap_or_default());
        if whole < wanted {
            return ExpectationResult::fail(format!(
                "{says}: the certificate is valid for {} in all, and the plan requires at least {}",
                days(whole),
                days(wanted)
            ));
        }
        if left < wanted {
            return ExpectationResult::fail(format!("{says}: the plan requires at least {}", days(wanted)));
        }
        // Whoever renews by ACME does so when a third is left: a renewal that is late shows long before the certificate ends.
        if Self::days(now, self.until) < whole / 3 {
            return ExpectationResult::pass(format!(
                "{says}; less than a third of {} is left: its renewal is due",
                days(whole)
            ));
        }
        ExpectationResult::pass(says)
    }
}

fn unrouted(addresses: &[String]) -> Option<String> {
    let (family, were) = (
        if addresses.first()?.starts_with('[') { "IPv6" } else { "IPv4" },
        if addresses.len() == 1 { "was" } else { "were" },
    );
    Some(format!("{} {were} not asked: this machine has no {family} route", short(&addresses.join(", "))))
}

fn days(count: i64) -> String {
    counted(count.max(0).unsigned_abs(), "day")
}

impl KindOfCheck for TlsCheck {
    fn touch(&self) -> CheckTouch<'_> {
        CheckTouch::Asks(format!("asks {} for its certificate", self.host))
    }

    fn asks(&self, _title: &str, _rules: &ReleaseRules) -> Vec<String> {
        vec![format!("{} days are left", self.days_left)]
    }

    /// A certificate that was seen passes or fails; an address that showed none is no data. One that this machine has no route
    /// to is named, and says nothing about the host.
    fn judge(&self, reading: &Reading, _by: &JudgedBy<'_>) -> Option<Judgement> {
        let read: TlsReading = reading.as_own()?;
        let wanted = i64::from(self.days_left);
        let findings = read.shown.iter().map(|(address, shown)| match shown {
            Ok(certificate) => certificate.judge(read.at, wanted),
            Err(why) => ExpectationResult::no_data(format!("{address} {why}")),
        });
        let unrouted = unrouted(&read.unrouted).map(ExpectationResult::pass);
        let least = read.shown.iter().filter_map(|(_, shown)| Some(shown.as_ref().ok()?.end())).min();
        let number = least.map(|until| days_left(ShownCertificate::days(read.at, until), wanted));
        let expected =
            format!("{} shows a certificate that is trusted, and valid for {} more", read.host, days(wanted));
        Some(Judgement::of(vec![expected], findings.chain(unrouted).collect(), Vec::from_iter(number)))
    }

    fn renewal(&self) -> Renewal {
        Renewal::BeforeDeploy
    }

    fn quotes_output(&self) -> bool {
        true
    }

    fn address(&self) -> Option<&Template> {
        Some(&self.host)
    }
}

#[expect(clippy::cast_precision_loss, reason = "no certificate lasts so many days that one of them would be missed")]
fn days_left(left: i64, wanted: i64) -> MeasuredNumber {
    MeasuredNumber {
        name: "days left".to_owned(),
        value: left as f64,
        shown: left.to_string(),
        limit: Some(format!("at least {wanted}")),
        samples: None,
        baseline: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::Expect;
    use crate::verdict::Verdict::{self, Fail, NoData, Pass};
    use std::collections::BTreeMap;

    fn shown(from: i64, until: i64, wrong: &[&str]) -> Result<ShownCertificate, String> {
        let day = |day: i64| Timestamp::from_second(day * 86_400 + 3_600).unwrap();
        let wrong = wrong.iter().map(ToString::to_string).collect();
        Ok(ShownCertificate { from: day(from), until: day(until), wrong, issuer: None })
    }

    fn judged(days_left: u32, all: &[Result<ShownCertificate, String>]) -> (Verdict, String) {
        judged_beside(days_left, all, &[])
    }

    fn judged_beside(days_left: u32, all: &[Result<ShownCertificate, String>], unrouted: &[&str]) -> (Verdict, String) {
        let check = TlsCheck { host: Template::new("h"), days_left };
        let shown = all.iter().enumerate().map(|(at, one)| (format!("10.0.0.{at}:443"), one.clone())).collect();
        let at = Timestamp::from_second(1_000 * 86_400).unwrap();
        let unrouted = unrouted.iter().map(ToString::to_string).collect();
        let reading = Reading::own(&TlsReading { at, host: "h:443".to_owned(), shown, unrouted });
        let (expect, values) = (Expect::default(), BTreeMap::new());
        let by = JudgedBy { title: "", expect: &expect, values: &values, notes: "" };
        let judgement = check.judge(&reading, &by).unwrap();
        (judgement.verdict, judgement.found)
    }

    #[test]
    fn the_days_that_are_left_are_counted_whole_and_a_late_renewal_is_said() {
        let says = |days_left, from, until| judged(days_left, &[shown(from, until, &[])]);
        assert_eq!(says(14, 990, 1_080), (Pass, "80 days left, until 1972-12-16".to_owned()));
        assert_eq!(
            says(14, 930, 1_014),
            (
                Pass,
                "14 days left, until 1972-10-11; less than a third of 84 days is left: its renewal is due".to_owned()
            )
        );
        assert_eq!(
            says(14, 930, 1_013),
            (Fail, "13 days left, until 1972-10-10: the plan requires at least 14 days".to_owned())
        );
        let short = says(14, 999, 1_005);
        assert_eq!(
            short,
            (
                Fail,
                "5 days left, until 1972-10-02: the certificate is valid for 6 days in all, and the plan requires \
                 at least 14 days"
                    .to_owned()
            )
        );
        assert_eq!(says(0, 999, 1_000).0, Pass, "an hour is left");
    }

    #[test]
    fn a_chain_ends_with_the_first_certificate_that_it_needs() {
        let end = Timestamp::from_second(1_002 * 86_400 + 3_600).unwrap();
        let issuer = Some((end, "CN=between".to_owned()));
        let shown = Ok(ShownCertificate { issuer, ..shown(990, 1_080, &[]).unwrap() });
        let says = "2 days left, until 1972-09-29, when its issuer CN=between expires";
        assert_eq!(
            judged(10, std::slice::from_ref(&shown)),
            (Fail, format!("{says}: the plan requires at least 10 days"))
        );
        assert_eq!(judged(2, &[shown]), (Pass, says.to_owned()));
    }

    #[test]
    fn an_address_without_a_route_is_named_and_is_no_fault_of_the_host() {
        let good = [shown(990, 1_080, &[])];
        let (verdict, found) = judged_beside(14, &good, &["[2001:db8::1]:443"]);
        assert_eq!(verdict, Pass);
        let says = "80 days left, until 1972-12-16; [2001:db8::1]:443 was not asked: this machine has no IPv6 route";
        assert_eq!(found, says);
    }

    #[test]
    fn one_bad_certificate_fails_and_one_address_that_shows_none_is_no_data() {
        let (good, wrong) = (shown(990, 1_080, &[]), shown(990, 1_080, &["it was revoked"]));
        let silent = Err("did not answer within 10s".to_owned());
        assert_eq!(judged(14, &[good.clone(), wrong.clone()]), (Fail, "it was revoked".to_owned()));
        let (verdict, found) = judged(14, &[good.clone(), silent.clone()]);
        assert_eq!((verdict, found.as_str()), (NoData, "10.0.0.1:443 did not answer within 10s"));
        assert_eq!(judged(14, &[wrong, silent]).0, Fail);
        assert_eq!(judged(14, &[]).0, NoData);
    }
}
