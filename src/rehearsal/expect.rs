//! Whether a journal says what a scenario expects.

use crate::scenario::{Expectation, Scenario};
use serde_json::Value;
use std::collections::BTreeMap;
use tminus_core::fact::{ActionFact, Fact, Record};

impl Scenario {
    /// Says what the journal lacks of what the scenario expects, in words; nothing when it is all there.
    ///
    /// Expected facts are looked for in their order, others may stand between them. A field counts when the fact, or
    /// the proposal of the action that it belongs to, has it with that value at any depth; `verb` is the action's.
    pub fn missing(&self, records: &[Record]) -> Vec<String> {
        let facts = with_their_proposals(records);
        let mut missing = Vec::new();
        let mut rest = facts.iter();
        for expected in &self.expect {
            let mut ahead = rest.clone();
            match ahead.find(|fact| fact.is(expected)) {
                Some(_) => rest = ahead,
                None => missing.push(format!("{} does not come where it is expected", words(expected))),
            }
        }
        let forbidden = self.never.iter().filter(|never| facts.iter().any(|fact| fact.is(never)));
        missing.extend(forbidden.map(|never| format!("{} must never be there", words(never))));
        missing
    }
}

/// A fact, and everything that is known of it.
struct KnownFact {
    kind: &'static str,
    texts: Vec<Value>,
}

impl KnownFact {
    fn is(&self, expected: &Expectation) -> bool {
        let has = |(key, value): (&String, &Value)| self.texts.iter().any(|text| holds(text, key, value));
        self.kind == expected.kind && expected.fields.iter().all(has)
    }
}

fn with_their_proposals(records: &[Record]) -> Vec<KnownFact> {
    let mut proposals: BTreeMap<String, Value> = BTreeMap::new();
    let mut known = Vec::with_capacity(records.len());
    for record in records {
        let text = serde_json::to_value(&record.fact).unwrap_or(Value::Null);
        if let Fact::Action(ActionFact::Proposed { action, proposal } | ActionFact::Started { action, proposal, .. }) =
            &record.fact
        {
            let mut said = serde_json::to_value(proposal).unwrap_or(Value::Null);
            said["verb"] = Value::from(proposal.request.verb());
            proposals.insert(action.to_string(), said);
        }
        let its = action_of(&text).and_then(|action| proposals.get(action)).cloned();
        let who = serde_json::json!({ "who": record.who.name });
        // The proposal stands in the fact itself where it begins, and the verb only here.
        known.push(KnownFact { kind: record.fact.kind(), texts: [text, who].into_iter().chain(its).collect() });
    }
    known
}

fn action_of(fact: &Value) -> Option<&str> {
    let body = fact.get("fact")?.as_object()?.values().next()?;
    body.get("action")?.as_str()
}

/// Says whether a value stands under a key, itself or in a list, at any depth.
fn holds(text: &Value, key: &str, value: &Value) -> bool {
    let is_it = |field: &Value| field == value || field.as_array().is_some_and(|items| items.contains(value));
    match text {
        Value::Object(fields) => fields.get(key).is_some_and(is_it) || fields.values().any(|f| holds(f, key, value)),
        Value::Array(items) => items.iter().any(|item| holds(item, key, value)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn words(expected: &Expectation) -> String {
    let fields: Vec<_> = expected.fields.iter().map(|(key, value)| format!("{key} = {value}")).collect();
    match fields.is_empty() {
        true => expected.kind.clone(),
        false => format!("{} with {}", expected.kind, fields.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tminus_core::action::{Outcome, Proposal, Request};
    use tminus_core::names::{ActionId, EnvName, Version};
    use tminus_core::who::Who;

    fn deploy(env: &str, outcome: Outcome) -> [Fact; 2] {
        let (action, version) = (ActionId::new(format!("deploy-{env}")), Version::parse("1.0.0").unwrap());
        let request = Request::Deploy { env: EnvName::new(env), version: version.clone() };
        let proposal =
            Proposal { release: version, request, moves: Vec::new(), plan: String::new(), commit: None, scope: None };
        [
            Fact::Action(ActionFact::Proposed { action: action.clone(), proposal }),
            Fact::Action(ActionFact::Finished { action, outcome, summary: String::new() }),
        ]
    }

    fn missing(rest: &str, facts: impl IntoIterator<Item = Fact>) -> Vec<String> {
        let head = "title = \"t\"\ntells = \"t\"\ndeployed = []\n[[script]]\nrun = [\"status\"]\n";
        let scenario = crate::scenario::read("t.toml", &format!("{head}{rest}")).unwrap();
        let record = |fact| Record { seq: 1, at: jiff::Timestamp::UNIX_EPOCH, who: Who::engine(), fact };
        scenario.missing(&facts.into_iter().map(record).collect::<Vec<_>>())
    }

    const FIRST: &str = "[[expect]]\nkind = \"action.finished\"\nwhere = { verb = \"deploy\", env = \"staging\", outcome = \"good\" }\n";
    const THEN: &str = "[[expect]]\nkind = \"action.finished\"\nwhere = { env = \"production\" }\n";

    #[test]
    fn what_is_expected_is_found_by_its_proposal_and_in_its_order() {
        let (staging, production) = (deploy("staging", Outcome::Good), deploy("production", Outcome::Good));
        let both = format!("{FIRST}{THEN}");
        assert_eq!(missing(&both, staging.clone().into_iter().chain(production.clone())), Vec::<String>::new());
        assert_eq!(missing(&both, production.into_iter().chain(staging)).len(), 1, "the order was not looked at");
        let failed = missing(FIRST, deploy("staging", Outcome::Failed));
        assert!(failed[0].starts_with("action.finished with env = \"staging\", outcome = \"good\""), "{failed:?}");
    }

    #[test]
    fn what_must_never_be_there_is_named_when_it_is() {
        let never = format!("{FIRST}[[never]]\nkind = \"action.finished\"\nwhere = {{ env = \"production\" }}\n");
        let facts = deploy("staging", Outcome::Good).into_iter().chain(deploy("production", Outcome::Failed));
        assert_eq!(missing(&never, facts), ["action.finished with env = \"production\" must never be there"]);
    }
}
