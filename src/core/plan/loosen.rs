//! What a change of the plan makes easier to pass: it lapses the approvals that were given before.

use super::{Check, Environment, Metric, Plan};

/// Returns what a new plan loosens against the one before, in words.
pub fn loosened(before: &Plan, now: &Plan) -> Vec<String> {
    let mut words = Vec::new();
    for environment in &before.environments {
        if let Some(then) = now.environment(&environment.name) {
            in_environment(environment, then, &mut words);
        }
    }
    for check in before.checks.iter().filter(|c| c.required) {
        words.extend(in_check(check, now.check(&check.name)));
    }
    for metric in &before.metrics {
        words.extend(in_metric(metric, now.metric(&metric.name)));
    }
    words
}

fn in_environment(before: &Environment, now: &Environment, words: &mut Vec<String>) {
    let name = &before.name;
    let mut say = |text: String| words.push(format!("{name} {text}"));
    for phase in before.gate.iter().filter(|p| !now.gate.contains(p)) {
        say(format!("is no longer gated by {phase}"));
    }
    for after in &before.after {
        match now.after.iter().find(|a| a.env == after.env) {
            None => say(format!("no longer waits for {}", after.env)),
            Some(then) if then.horizon < after.horizon || (then.any && !after.any) => {
                say(format!("waits less for {}", after.env))
            }
            Some(_) => {}
        }
    }
    if before.protected && !now.protected {
        say("is no longer protected".to_owned());
    }
    for entry in before.verify.iter().filter(|e| !now.verify.contains(e)) {
        say(format!("is no longer verified by {entry}"));
    }
    match (&before.approvals, &now.approvals) {
        (Some(_), None) => say("no longer needs approval".to_owned()),
        (Some(then), Some(rule)) => {
            let is_eased = rule.count < then.count || (rule.own && !then.own) || (rule.same_user && !then.same_user);
            if is_eased || (then.from.is_some() && rule.from != then.from) {
                say("needs fewer, or other, approvals".to_owned());
            }
        }
        (None, _) => {}
    }
}

fn in_check(before: &Check, now: Option<&Check>) -> Option<String> {
    let name = &before.name;
    let Some(now) = now else { return Some(format!("{name} was dropped")) };
    if !now.required {
        return Some(format!("{name} is no longer required"));
    }
    if now.phase != before.phase {
        return Some(format!("{name} moved to {}", now.phase));
    }
    if now.way != before.way || now.expect != before.expect || now.needs != before.needs {
        return Some(format!("{name} asks for something else"));
    }
    let is_longer = match (before.fresh, now.fresh) {
        (Some(then), Some(fresh)) => fresh > then,
        (Some(_), None) => true,
        (None, _) => false,
    };
    (is_longer || now.paths != before.paths).then(|| format!("{name} stays fresh for longer"))
}

fn in_metric(before: &Metric, now: Option<&Metric>) -> Option<String> {
    let name = &before.name;
    let Some(now) = now else { return Some(format!("{name} was dropped")) };
    let is_changed = now.below != before.below
        || now.above != before.above
        || (&now.query, now.form, now.absent_is_zero) != (&before.query, before.form, before.absent_is_zero)
        || now.count != before.count;
    let is_shorter = before.horizons.iter().any(|h| !now.horizons.contains(h));
    (is_changed || is_shorter || now.baseline != before.baseline).then(|| format!("{name} has other limits"))
}
