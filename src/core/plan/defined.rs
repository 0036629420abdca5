//! What a check, a metric and a verification ask, as one value that changes when the question does.
//!
//! In it is everything that decides the verdict. What says how long a verdict holds (`fresh`, `paths`), what lint accepts
//! and what is only shown (`group`, the title of what is measured) is not.

use super::{Artifact, ArtifactKind, Check, LogStream, Metric, MetricForm, Plan, Verifier};
use crate::definition::{Definition, VerificationScope};
use crate::kinds::check::{CheckKind, PlanPart};
use crate::names::{CheckName, ConnectName, EnvName};
use serde_json::{Value, json};

impl Plan {
    /// Returns what a check asks: of the release, or of an environment.
    pub fn definition_of(&self, check: &Check, env: Option<&EnvName>) -> Definition {
        let work_out = || self.check_parts(check, env, &mut Vec::new());
        // Only a check of this very plan is known by its name.
        if self.check(&check.name).is_some_and(|own| std::ptr::eq(own, check)) {
            self.asked.or_else((&check.name, env), work_out)
        } else {
            work_out()
        }
    }

    /// Returns what a metric asks of an environment.
    pub fn definition_of_metric(&self, metric: &Metric, env: Option<&EnvName>) -> Definition {
        let limits = json!([metric.below, metric.above, metric.baseline]);
        let mut asks = vec![json!(metric.query), json!(metric.count), self.service(&metric.from)];
        // A plain number is what it was before there were shares.
        let form = (metric.form != MetricForm::Number).then(|| json!([metric.form, metric.absent_is_zero]));
        asks.extend(form);
        let asks = Value::Array(asks);
        Definition::of(&json!([asks, limits, self.named(&asks.to_string()), env.map(|env| self.place_parts(env))]))
    }

    /// Returns what a verification of an environment looks at.
    pub fn scope_of(&self, env: &EnvName) -> VerificationScope {
        let entries = self.environment(env).into_iter().flat_map(|e| &e.verify);
        let definition = |name: &String| {
            Some(match self.verifier(name)? {
                Verifier::Check(check) => self.definition_of(check, Some(env)),
                Verifier::Metric(metric) => self.definition_of_metric(metric, Some(env)),
            })
        };
        VerificationScope {
            place: Definition::of(&self.place_parts(env)),
            entries: entries.filter_map(|name| Some((name.clone(), definition(name)?))).collect(),
        }
    }

    fn check_parts(&self, check: &Check, env: Option<&EnvName>, above: &mut Vec<CheckName>) -> Definition {
        above.push(check.name.clone());
        let mut needs = Vec::new();
        for need in &check.needs {
            // A circle ends where it began.
            let known = self.check(need).filter(|c| !above.contains(&c.name));
            needs.push(json!([need, known.map(|known| self.check_parts(known, None, above))]));
        }
        above.pop();
        // A person answers the sentence; what is measured is the same under another heading.
        let said = (check.way.people() > 0).then_some((&check.title, &check.owner));
        let asks = json!([check.way, check.expect, check.env]);
        Definition::of(&json!([
            asks,
            [json!(check.in_worktree), json!(check.timeout), json!(said)],
            needs,
            self.leans_on(&check.way),
            self.named(&asks.to_string()),
            env.map(|env| self.place_parts(env)),
        ]))
    }

    /// Returns the part of the plan that a check is about, as it decides the verdict.
    fn leans_on(&self, way: &CheckKind) -> Value {
        match way.leans_on() {
            Some(PlanPart::VersionFiles) => json!(self.release.versions),
            Some(PlanPart::Changelog) => json!(self.release.changelog),
            Some(PlanPart::Service(name)) => self.service(name),
            Some(PlanPart::Log(name)) => json!(self.log(name).map(|LogStream { origin, .. }| origin)),
            Some(PlanPart::Artifact(name)) => match self.artifact(name).map(|Artifact { kind, .. }| kind) {
                Some(ArtifactKind::Image { image, registry, build: _ }) => {
                    json!([image, registry.as_ref().map(|name| self.service(name))])
                }
                Some(ArtifactKind::App { app, build: _ }) => json!(app),
                None => Value::Null,
            },
            Some(PlanPart::Metric(name)) => {
                json!(self.metric(name).map(|metric| self.definition_of_metric(metric, None)))
            }
            None => Value::Null,
        }
    }

    fn service(&self, name: &ConnectName) -> Value {
        json!(self.connect(name).map(|connect| &connect.kind))
    }

    /// Returns what the placeholders in a text are made of, where the plan says it.
    fn named(&self, text: &str) -> Value {
        let is_tagged = text.contains("{tag}") || text.contains("{previous-tag}");
        let tag = is_tagged.then_some(&self.release.tag);
        let branch = text.contains("{branch}").then_some(&self.release.branch);
        json!([tag, branch])
    }

    /// Returns what is asked about when an environment is: its name, its address, and how things get there.
    fn place_parts(&self, env: &EnvName) -> Value {
        json!([env, self.environment(env).map(|e| (&e.url, &e.deliver))])
    }
}
