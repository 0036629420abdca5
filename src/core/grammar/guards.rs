//! What stands between a person and a deploy, in the words that a person trusts: gates, checks, approvals, teams.
//!
//! None of it runs anything, and each line that is gone or another one may let something through that was held before.

use crate::notation::counted;
use crate::plan::{
    After, Approvals, ArtifactKind, Check, Environment, Expect, ImageBuild, Limit, LogStream, Metric, Plan,
    ReleaseRules, Team,
};
use crate::time::Span;
use crate::touches::words::plain;

/// Returns the lines of a plan, in the order of the documentation.
pub(super) fn lines(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    if plan.release.sign {
        lines.push("release.tag is signed".to_owned());
    }
    lines.extend(plan.teams.iter().map(team));
    for artifact in &plan.artifacts {
        if let ArtifactKind::Image { build: Some(ImageBuild { max_size: Some(most), .. }), .. } = &artifact.kind {
            lines.push(format!("artifact.{} is at most {most} bytes", artifact.name));
        }
    }
    plan.environments.iter().for_each(|env| environment(env, &mut lines));
    lines.extend(plan.checks.iter().map(|one| check(one, &plan.release)));
    lines.extend(plan.metrics.iter().map(metric));
    let hidden =
        |log: &LogStream| log.mask.iter().map(|mask| format!("log.{} hides {mask}", log.name)).collect::<Vec<_>>();
    lines.extend(plan.logs.iter().flat_map(hidden));
    lines
}

fn team(Team { name, members, tell }: &Team) -> String {
    let members: Vec<String> = members.iter().map(|member| plain(member.as_str())).collect();
    let tell = tell.iter().map(|connect| format!(", told through {connect}")).collect::<String>();
    format!("team.{name} is {}{tell}", if members.is_empty() { "nobody".to_owned() } else { members.join(", ") })
}

fn environment(env: &Environment, lines: &mut Vec<String>) {
    let Environment {
        name,
        purpose: _,
        audience: _,
        cadence: _,
        url: _,
        served_at: _,
        gate,
        after,
        protected,
        approvals,
        deliver: _,
        verify,
        logs: _,
        steps: _,
    } = env;
    let mut say = |words: String| lines.push(format!("env.{name} {words}"));
    if !gate.is_empty() {
        say(format!("is gated by {}", listed(gate)));
    }
    for After { env, horizon, any } in after {
        let good = horizon.map(|horizon| format!(" has been good for {horizon}")).unwrap_or_default();
        say(format!("waits until {env}{good}{}", if *any { ", or another" } else { "" }));
    }
    if *protected {
        say("is protected".to_owned());
    }
    if let Some(Approvals { count, from, own, same_user }) = approvals {
        let from = from.as_ref().map(|team| format!(" from {team}")).unwrap_or_default();
        let own = if *own { "" } else { ", not one's own" };
        let same = if *same_user { ", a system user as often as they like" } else { "" };
        say(format!("needs {}{from}{own}{same}", counted(*count as u64, "approval")));
    }
    if !verify.is_empty() {
        say(format!("is verified by {}", verify.join(", ")));
    }
}

fn check(check: &Check, release: &ReleaseRules) -> String {
    let Check {
        name,
        phase,
        group: _,
        title,
        way,
        expect,
        needs,
        paths,
        fresh,
        owner,
        required,
        in_worktree: _,
        env: _,
        timeout: _,
        lint_ok: _,
    } = check;
    let mut says = way.asks(title, release);
    expected(expect, &mut says);
    let known = |words: &str, list: &[String]| (!list.is_empty()).then(|| format!("{words} {}", list.join(", ")));
    says.extend(known("after", &needs.iter().map(ToString::to_string).collect::<Vec<_>>()));
    says.extend(known("only for", paths));
    says.extend(owner.as_ref().map(|owner| format!("{owner} answers it")));
    says.extend(fresh.map(|fresh| format!("fresh for {fresh}")));
    let is = if *required { "must pass" } else { "is optional" };
    let when = if says.is_empty() { String::new() } else { format!(": {}", says.join("; ")) };
    format!("check.{name} {is} in {phase}{when}")
}

fn expected(expect: &Expect, says: &mut Vec<String>) {
    let Expect { exit, empty, has, matches, above, below, is, tool, of, status, json, header, body_has, p95_below } =
        expect;
    let mut say = |key: &str, value: Option<String>| says.extend(value.map(|value| format!("{key} {value}")));
    let text = |value: &str| format!("{value:?}");
    say("exit", exit.map(|exit| exit.to_string()));
    say("output", empty.then(|| "empty".to_owned()));
    say("has", has.as_ref().map(|value| text(value.as_str())));
    say("matches", matches.as_deref().map(text));
    say("above", above.map(|value| value.to_string()));
    say("below", below.map(|value| value.to_string()));
    say("is", is.as_ref().map(|value| text(value.as_str())));
    say("tool", tool.clone());
    say("of", of.clone());
    say("status", status.map(|status| status.to_string()));
    say("json", json.as_ref().map(ToString::to_string));
    header.iter().for_each(|(name, value)| say("header", Some(format!("{name}: {value}"))));
    say("body has", body_has.as_ref().map(|value| text(value.as_str())));
    say("p95 below", p95_below.map(|span| span.to_string()));
}

fn metric(metric: &Metric) -> String {
    let Metric {
        name,
        title: _,
        from: _,
        query: _,
        form: _,
        absent_is_zero: _,
        count: _,
        below,
        above,
        horizons,
        baseline,
    } = metric;
    let limit =
        |word: &str, limit: &Option<Limit>| limit.map(|limit| format!("{word} {}", limit.display(limit.value())));
    let says = [
        limit("below", below),
        limit("above", above),
        baseline.map(|baseline| format!("no worse than before by more than {}", baseline.worse_by)),
        (!horizons.is_empty())
            .then(|| format!("for {}", horizons.iter().map(Span::to_string).collect::<Vec<_>>().join(", "))),
    ];
    format!("metric.{name} stays {}", says.into_iter().flatten().collect::<Vec<_>>().join(", "))
}

fn listed(names: &[impl ToString]) -> String {
    names.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}
