//! The verdict rules of the design, one sentence each.

mod tools;

use serde_json::json;
use std::collections::BTreeMap;
use tminus_core::failure::{Failure, FailureKind};
use tminus_core::judge::{Judgement, judge, judge_failure, judge_metric, samples_missing};
use tminus_core::kinds::check::{
    CheckKind, ConnectsCheck, DotenvCheck, FileCheck, HttpCheck, IgnoredCheck, ImageCheck, LogCheck, ManualCheck,
    Method, RunCheck,
};
use tminus_core::mask::Mask;
use tminus_core::measurement::{FoundImage, FoundVersion, HttpAnswer, HttpTry, Measurement, Reading};
use tminus_core::names::{CheckName, LogName, MetricName, Phase};
use tminus_core::plan::{Baseline, Check, CommandLine, Expect, Limit, Metric, MetricForm, Placeholder, Template};
use tminus_core::time::Span;
use tminus_core::verdict::Verdict::{self, Fail, Inconclusive, NoData, Pass};

fn check(way: CheckKind, expect: Expect) -> Check {
    Check {
        name: CheckName::new("it"),
        phase: Phase::new("pre-deploy"),
        group: None,
        title: "It holds".to_owned(),
        way,
        expect,
        needs: Vec::new(),
        paths: Vec::new(),
        fresh: None,
        owner: None,
        required: true,
        in_worktree: false,
        env: Vec::new(),
        timeout: None,
        lint_ok: BTreeMap::new(),
    }
}

fn measured(reading: Reading) -> Measurement {
    Measurement {
        asked: "it".to_owned(),
        reading,
        tail: String::new(),
        whole: None,
        sha256: String::new(),
        bytes: 0,
        ignored: Vec::new(),
        given: Vec::new(),
        outside: Vec::new(),
    }
}

fn values() -> BTreeMap<Placeholder, String> {
    BTreeMap::from([(Placeholder::Version, "1.0.0".to_owned())])
}

fn run_way() -> CheckKind {
    CheckKind::Run(RunCheck { run: CommandLine(vec![Template::new("true")]), dir: None })
}

fn run(expect: Expect, exit: Option<i32>, stdout: &str) -> Judgement {
    let reading = Reading::Process { exit, stdout: stdout.to_owned(), stderr: String::new(), cut: false };
    judge(&check(run_way(), expect), &measured(reading), &values())
}

fn run_cut(expect: Expect, stdout: &str) -> Judgement {
    let reading = Reading::Process { exit: Some(0), stdout: stdout.to_owned(), stderr: String::new(), cut: true };
    judge(&check(run_way(), expect), &measured(reading), &values())
}

fn has(text: &str) -> Expect {
    Expect { has: Some(Template::new(text)), ..Expect::default() }
}

fn coverage() -> Expect {
    Expect { matches: Some(r"TOTAL.*\s(\S+)%".to_owned()), above: Some(87.0), ..Expect::default() }
}

#[test]
fn a_command_passes_with_the_exit_status_that_is_expected_and_fails_with_another() {
    let three = || Expect { exit: Some(3), ..Expect::default() };
    assert_eq!(run(Expect::default(), Some(0), "").verdict, Pass);
    assert_eq!(run(Expect::default(), Some(1), "").verdict, Fail);
    assert_eq!(run(three(), Some(3), "").verdict, Pass);
    assert_eq!(run(three(), Some(0), "").verdict, Fail);
}

#[test]
fn a_command_that_a_signal_ended_is_no_data_whatever_it_printed() {
    assert_eq!(run(has("ok"), None, "ok").verdict, NoData);
}

#[test]
fn a_wrong_exit_status_fails_even_when_the_text_is_there() {
    let judgement = run(has("ok"), Some(2), "ok");
    assert_eq!((judgement.verdict, judgement.found.as_str()), (Fail, "exit 2"));
}

#[test]
fn output_that_should_be_empty_fails_with_its_first_line() {
    let empty = || Expect { empty: true, ..Expect::default() };
    assert_eq!(run(empty(), Some(0), " \n").verdict, Pass);
    let judgement = run(empty(), Some(0), "left over\nmore");
    assert_eq!((judgement.verdict, judgement.found.as_str()), (Fail, "it printed \"left over\""));
}

#[test]
fn a_text_that_is_not_found_fails_but_in_a_cut_output_it_is_no_data() {
    assert_eq!(run(has("{version} ok"), Some(0), "1.0.0 ok").verdict, Pass);
    assert_eq!(run(has("ok"), Some(0), "no").verdict, Fail);
    assert_eq!(run_cut(has("ok"), "no").verdict, NoData);
    assert_eq!(run_cut(has("ok"), "ok").verdict, Pass);
}

#[test]
fn a_text_that_cannot_be_filled_in_is_no_data() {
    assert_eq!(run(has("{digest}"), Some(0), "{digest}").verdict, NoData);
}

#[test]
fn a_number_in_the_output_is_held_against_its_limit() {
    for (line, verdict) in
        [("TOTAL 9 88%", Pass), ("TOTAL 9 87%", Fail), ("TOTAL 9 12%", Fail), ("TOTAL 9 87.01%", Pass)]
    {
        assert_eq!(run(coverage(), Some(0), line).verdict, verdict, "{line}");
    }
    let below = Expect { above: None, below: Some(5.0), ..coverage() };
    assert_eq!(run(below, Some(0), "TOTAL 5%").verdict, Fail);
}

#[test]
fn a_number_that_is_missing_or_none_is_no_data() {
    for output in ["", "nothing here", "TOTAL NaN%", "TOTAL inf%", "TOTAL many%", "TOTAL 1,204%"] {
        assert_eq!(run(coverage(), Some(0), output).verdict, NoData, "{output}");
    }
    assert_eq!(run_cut(coverage(), "TOTAL 99%").verdict, NoData, "the first match may be gone");
}

#[test]
fn a_pattern_alone_must_be_found() {
    let pattern = || Expect { matches: Some("ok|fine".to_owned()), ..Expect::default() };
    assert_eq!(run(pattern(), Some(0), "all fine").verdict, Pass);
    assert_eq!(run(pattern(), Some(0), "all bad").verdict, Fail);
    assert_eq!(run_cut(pattern(), "all bad").verdict, NoData);
}

#[test]
fn a_group_that_should_be_a_text_is_compared_as_text() {
    let is = || Expect {
        matches: Some("version (.*)".to_owned()),
        is: Some(Template::new("{version}")),
        ..Expect::default()
    };
    assert_eq!(run(is(), Some(0), "version 1.0.0").verdict, Pass);
    assert_eq!(run(is(), Some(0), "version 0.9.4").verdict, Fail);
    assert_eq!(run(is(), Some(0), "").verdict, NoData);
}

fn answer(status: u16, body: &str) -> HttpTry {
    let answer = HttpAnswer { status, headers: Vec::new(), body: body.to_owned(), cut: false };
    HttpTry { took: Span::millis(20), answer: Ok(answer) }
}

fn refused() -> HttpTry {
    HttpTry { took: Span::millis(1), answer: Err("connection refused".to_owned()) }
}

fn http(expect: Expect, tries: Vec<HttpTry>) -> Judgement {
    let way = CheckKind::Http(HttpCheck {
        method: Method::Get,
        url: Template::new("http://127.0.0.1/"),
        headers: Vec::new(),
        body: None,
        tries: 1,
    });
    judge(&check(way, expect), &measured(Reading::Http(tries)), &values())
}

fn healthy() -> Expect {
    Expect { status: Some(200), json: Some(json!({"status": "healthy"})), ..Expect::default() }
}

#[test]
fn an_answer_passes_with_its_status_and_fails_with_another() {
    let default = Expect::default;
    assert_eq!(http(default(), vec![answer(204, "")]).verdict, Pass);
    assert_eq!(http(default(), vec![answer(301, "")]).verdict, Fail);
    assert_eq!(http(Expect { status: Some(404), ..default() }, vec![answer(404, "")]).verdict, Pass);
    assert_eq!(http(default(), vec![answer(200, ""), answer(503, "")]).verdict, Fail);
}

#[test]
fn a_try_without_an_answer_is_no_data_unless_another_proves_a_failure() {
    let default = Expect::default;
    assert_eq!(http(default(), Vec::new()).verdict, NoData);
    assert_eq!(http(default(), vec![refused()]).verdict, NoData);
    assert_eq!(http(default(), vec![answer(200, ""), refused()]).verdict, NoData);
    assert_eq!(http(default(), vec![refused(), answer(500, "")]).verdict, Fail);
}

#[test]
fn the_fields_of_a_body_are_compared_and_others_do_not_matter() {
    let body = |text: &str| http(healthy(), vec![answer(200, text)]).verdict;
    assert_eq!(body(r#"{"status": "healthy", "uptime": 4}"#), Pass);
    assert_eq!(body(r#"{"status": "degraded"}"#), Fail);
    assert_eq!(body(r#"{"uptime": 4}"#), NoData, "a missing field");
    assert_eq!(body(""), NoData, "an empty body");
    assert_eq!(body("<html>healthy</html>"), NoData, "no JSON");
}

#[test]
fn nested_fields_and_arrays_are_compared_too() {
    let wanted = json!({"db": {"up": true, "lag": 1}, "features": ["voice"], "errors": []});
    let expect = || Expect { json: Some(wanted.clone()), ..Expect::default() };
    for (there, verdict) in [
        (json!({"db": {"up": true, "lag": 1.0, "x": 0}, "features": ["a", "voice"], "errors": []}), Pass),
        (json!({"db": {"up": false, "lag": 1}, "features": ["voice"], "errors": []}), Fail),
        (json!({"db": {"up": true, "lag": 1}, "features": [], "errors": []}), Fail),
        (json!({"db": {"up": true, "lag": 1}, "features": ["voice"], "errors": ["disk"]}), Fail),
        (json!({"db": {"lag": 1}, "features": ["voice"], "errors": []}), NoData),
        (json!({"db": "up", "features": ["voice"], "errors": []}), Fail),
    ] {
        assert_eq!(http(expect(), vec![answer(200, &there.to_string())]).verdict, verdict, "{there}");
    }
}

#[test]
fn a_body_that_was_cut_is_never_read_as_json_nor_missed_in() {
    let cut = |body: &str| HttpTry {
        took: Span::millis(1),
        answer: Ok(HttpAnswer { status: 200, headers: Vec::new(), body: body.to_owned(), cut: true }),
    };
    assert_eq!(http(healthy(), vec![cut(r#"{"status": "healthy"}"#)]).verdict, NoData);
    let text = || Expect { body_has: Some(Template::new("ok")), ..Expect::default() };
    assert_eq!(http(text(), vec![cut("no")]).verdict, NoData);
    assert_eq!(http(text(), vec![cut("ok")]).verdict, Pass);
    assert_eq!(http(text(), vec![answer(200, "no")]).verdict, Fail);
}

#[test]
fn a_header_must_be_there_and_be_what_is_expected() {
    let with = |value: &str| HttpTry {
        took: Span::millis(1),
        answer: Ok(HttpAnswer {
            status: 200,
            headers: vec![("content-type".to_owned(), value.to_owned())],
            body: String::new(),
            cut: false,
        }),
    };
    let expect =
        || Expect { header: vec![("Content-Type".to_owned(), "application/json".to_owned())], ..Expect::default() };
    assert_eq!(http(expect(), vec![with("application/json")]).verdict, Pass);
    assert_eq!(http(expect(), vec![with("Application/json; charset=utf-8")]).verdict, Pass);
    assert_eq!(http(expect(), vec![with("application/json-seq")]).verdict, Fail);
    assert_eq!(http(expect(), vec![with("text/html")]).verdict, Fail);
    assert_eq!(http(expect(), vec![answer(200, "")]).verdict, Fail);
}

#[test]
fn what_stands_behind_a_semicolon_is_left_out_of_media_types_alone() {
    for (name, wanted, there) in [
        ("Content-Security-Policy", "default-src https://a/", "default-src https://a/; script-src *"),
        ("Location", "/login", "/login;x"),
        ("Location", "/login", "/LOGIN"),
    ] {
        let expect = Expect { header: vec![(name.to_owned(), wanted.to_owned())], ..Expect::default() };
        assert_eq!(http(expect, vec![answered("", &[(name, there)])]).verdict, Fail, "{name}: {there}");
    }
}

#[test]
fn slow_tries_fail_as_soon_as_they_are_more_than_one_in_twenty() {
    let expect = || Expect { p95_below: Some(Span::millis(200)), ..Expect::default() };
    let tries = |fast: usize, slow: usize| {
        let one = |millis| HttpTry { took: Span::millis(millis), ..answer(200, "") };
        let all = std::iter::repeat_n(one(20), fast).chain(std::iter::repeat_n(one(900), slow)).collect();
        http(expect(), all)
    };
    assert_eq!(tries(5, 0).verdict, Pass);
    assert_eq!(tries(4, 1).verdict, Fail);
    assert_eq!(tries(19, 1).verdict, Pass);
    assert_eq!(tries(18, 2).verdict, Fail);
    assert_eq!(tries(5, 0).numbers[0].samples, Some(5));
}

#[test]
fn one_other_version_fails_and_an_unreadable_file_is_no_data() {
    let place = |found: Result<&str, &str>| FoundVersion {
        file: "package.json".to_owned(),
        key: "version".to_owned(),
        found: found.map(str::to_owned).map_err(str::to_owned),
        line: None,
    };
    for (found, verdict) in [
        (vec![Ok("1.0.0"), Ok("1.0.0")], Pass),
        (vec![Ok("1.0.0"), Ok("0.9.4")], Fail),
        (vec![Ok("1.0.0"), Err("no such key")], NoData),
        (vec![Ok("0.9.4"), Err("no such key")], Fail),
        (vec![], NoData),
    ] {
        let reading = Reading::Versions(found.iter().map(|one| place(*one)).collect());
        let judgement = judge(&check(CheckKind::Versions, Expect::default()), &measured(reading), &values());
        assert_eq!(judgement.verdict, verdict, "{found:?}");
    }
}

#[test]
fn versions_without_a_release_are_no_data() {
    let judgement = judge(
        &check(CheckKind::Versions, Expect::default()),
        &measured(Reading::Versions(Vec::new())),
        &BTreeMap::new(),
    );
    assert_eq!(judgement.verdict, NoData);
}

#[test]
fn every_path_must_be_ignored_and_one_that_was_not_looked_at_is_no_data() {
    let way = || CheckKind::Ignored(IgnoredCheck(vec![".env".to_owned(), "b/.env".to_owned()]));
    let verdict = |found: &[(&str, bool)]| {
        let reading = Reading::Ignored(found.iter().map(|(path, is)| ((*path).to_owned(), *is)).collect());
        judge(&check(way(), Expect::default()), &measured(reading), &values()).verdict
    };
    assert_eq!(verdict(&[(".env", true), ("b/.env", true)]), Pass);
    assert_eq!(verdict(&[(".env", true), ("b/.env", false)]), Fail);
    assert_eq!(verdict(&[(".env", true)]), NoData);
}

#[test]
fn a_variable_that_is_missing_or_empty_fails_by_name() {
    let way =
        || CheckKind::Dotenv(DotenvCheck { file: ".env".to_owned(), needs: vec!["A".to_owned(), "B".to_owned()] });
    let look = |missing: &[&str], empty: &[&str]| {
        let owned = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect();
        let reading = Reading::Dotenv { missing: owned(missing), empty: owned(empty), doubtful: Vec::new() };
        judge(&check(way(), Expect::default()), &measured(reading), &values())
    };
    assert_eq!(look(&[], &[]).verdict, Pass);
    assert_eq!(look(&["A"], &["B"]).found, "A is missing; B is empty");
    assert_eq!(look(&["A"], &["B"]).verdict, Fail);
}

#[test]
fn a_file_is_judged_by_what_was_asked_and_an_open_answer_is_no_data() {
    let way = || {
        CheckKind::File(FileCheck {
            path: Template::new("NOTES.md"),
            has: Some(Template::new("{version}")),
            newer_than: Some("30d".to_owned()),
        })
    };
    let look = |exists, has, newer| {
        judge(&check(way(), Expect::default()), &measured(Reading::File { exists, has, newer }), &values()).verdict
    };
    assert_eq!(look(true, Some(true), Some(true)), Pass);
    assert_eq!(look(false, None, None), Fail);
    assert_eq!(look(true, Some(false), Some(true)), Fail);
    assert_eq!(look(true, Some(true), Some(false)), Fail);
    assert_eq!(look(true, None, Some(true)), NoData);
    assert_eq!(look(true, Some(true), None), NoData);
}

#[test]
fn a_log_in_which_no_line_was_looked_at_is_no_data() {
    let way = || {
        CheckKind::Log(LogCheck {
            source: LogName::new("backend"),
            has: "startup".to_owned(),
            within: Span::seconds(60),
        })
    };
    let look = |line: Option<&str>, looked_at| {
        let reading = Reading::Log { line: line.map(str::to_owned), looked_at, doubt: None };
        judge(&check(way(), Expect::default()), &measured(reading), &values()).verdict
    };
    assert_eq!(look(Some("startup complete"), 1), Pass);
    assert_eq!(look(None, 40), Fail);
    assert_eq!(look(None, 0), NoData);
}

#[test]
fn a_person_is_taken_at_their_word() {
    let said = |yes| {
        let reading = Reading::Said { yes, note: "read it".to_owned() };
        judge(
            &check(CheckKind::Manual(ManualCheck { four_eyes: false }), Expect::default()),
            &measured(reading),
            &values(),
        )
        .verdict
    };
    assert_eq!((said(true), said(false)), (Pass, Fail));
}

#[test]
fn what_was_not_measured_is_no_data_with_its_reason() {
    let reading = Reading::Unmeasured("the checkout has 2 changed files".to_owned());
    let judgement = judge(&check(run_way(), Expect::default()), &measured(reading), &values());
    assert_eq!((judgement.verdict, judgement.found.as_str()), (NoData, "the checkout has 2 changed files"));
    let failure = Failure::new(FailureKind::NotFound, "poetry is not installed").because("no such file");
    let judgement = judge_failure(&failure);
    assert_eq!((judgement.verdict, judgement.found.as_str()), (NoData, "poetry is not installed: no such file"));
}

#[test]
fn a_measurement_of_another_kind_is_no_data() {
    let judgement = judge(&check(run_way(), Expect::default()), &measured(Reading::Http(Vec::new())), &values());
    assert_eq!(judgement.verdict, NoData);
}

#[test]
fn a_rehearsed_verdict_that_is_no_measurement_is_no_data() {
    for (played, verdict) in [(Pass, Pass), (Fail, Fail), (Verdict::Waived, NoData), (Verdict::Running, NoData)] {
        let reading = Reading::Rehearsed { verdict: played, found: "made up".to_owned() };
        assert_eq!(judge(&check(run_way(), Expect::default()), &measured(reading), &values()).verdict, verdict);
    }
}

fn metric(below: Option<Limit>, above: Option<Limit>) -> Metric {
    Metric {
        name: MetricName::new("error-rate"),
        title: "Error rate".to_owned(),
        from: "prometheus".into(),
        query: Template::new("q"),
        form: MetricForm::Number,
        absent_is_zero: false,
        count: Some(Template::new("c")),
        below,
        above,
        horizons: Vec::new(),
        baseline: None,
    }
}

fn number(metric: &Metric, value: Option<f64>, count: Option<f64>, baseline: Option<f64>) -> Verdict {
    judge_metric(metric, &measured(Reading::Metric { value, count, baseline })).verdict
}

fn errors_below_one_in_a_thousand() -> Metric {
    metric(Some(Limit::Share(0.001)), None)
}

#[test]
fn no_failure_in_three_thousand_proves_a_limit_of_one_in_a_thousand() {
    let errors = errors_below_one_in_a_thousand();
    assert_eq!(number(&errors, Some(0.0), Some(3_000.0), None), Pass);
    assert_eq!(number(&errors, Some(0.0), Some(2_995.0), None), Pass);
    assert_eq!(number(&errors, Some(0.0), Some(2_994.0), None), Inconclusive);
    assert_eq!(number(&errors, Some(0.0), Some(10.0), None), Inconclusive);
}

#[test]
fn too_few_samples_say_how_many_more_would_tell() {
    let missing = |value, count| {
        let reading = Reading::Metric { value: Some(value), count: Some(count), baseline: None };
        samples_missing(&errors_below_one_in_a_thousand(), &measured(reading))
    };
    assert_eq!(missing(0.0, 2_000.0), Some(996.0), "about 2,995 without a failure prove a limit of one in a thousand");
    assert_eq!(missing(0.0, 3_000.0), None, "it can tell now");
    assert_eq!(missing(0.5, 3_000.0), None, "it can tell now");
    assert_eq!(missing(0.001, 3_000.0), None, "no number of samples proves a share that is the limit");
    assert_eq!(missing(0.0, f64::NAN), None);
}

#[test]
fn a_share_is_told_with_its_samples_and_the_bound_that_decides() {
    let found = |value, count, baseline| {
        let reading = Reading::Metric { value: Some(value), count: Some(count), baseline };
        judge_metric(&errors_below_one_in_a_thousand(), &measured(reading)).found
    };
    assert_eq!(found(0.0, 3_217.0, None), "0 % in 3,217 samples (95 % confidence: below 0.0931 %)");
    assert_eq!(found(0.041, 5_000.0, None), "4.1 % in 5,000 samples (95 % confidence: above 3.65 %)");
    assert_eq!(found(0.0, 100.0, None), "0 % in 100 samples (between 0 % and 2.95 %): too few samples to say");
}

#[test]
fn a_share_fails_only_when_its_lower_bound_is_over_the_limit() {
    let errors = errors_below_one_in_a_thousand();
    assert_eq!(number(&errors, Some(0.041), Some(5_000.0), None), Fail);
    assert_eq!(number(&errors, Some(0.002), Some(1_000.0), None), Inconclusive);
    assert_eq!(number(&errors, Some(0.000_9), Some(5_000.0), None), Inconclusive);
    assert_eq!(number(&errors, Some(1.0), Some(1.0), None), Fail);
}

#[test]
fn a_share_that_must_be_high_is_judged_from_the_other_side() {
    let free = metric(None, Some(Limit::Share(0.999)));
    assert_eq!(number(&free, Some(1.0), Some(3_000.0), None), Pass);
    assert_eq!(number(&free, Some(1.0), Some(300.0), None), Inconclusive);
    assert_eq!(number(&free, Some(0.95), Some(3_000.0), None), Fail);
}

#[test]
fn a_share_of_nobody_knows_how_many_is_inconclusive() {
    let errors = Metric { count: None, ..errors_below_one_in_a_thousand() };
    assert_eq!(number(&errors, Some(0.0), None, None), Inconclusive);
}

#[test]
fn an_empty_answer_nan_and_a_missing_count_are_no_data() {
    let errors = errors_below_one_in_a_thousand();
    for (value, count) in [
        (None, Some(9_000.0)),
        (Some(f64::NAN), Some(9_000.0)),
        (Some(f64::INFINITY), Some(9_000.0)),
        (Some(0.0), None),
        (Some(0.0), Some(f64::NAN)),
        (Some(0.0), Some(0.0)),
        (Some(1.5), Some(9_000.0)),
        (Some(-0.1), Some(9_000.0)),
    ] {
        assert_eq!(number(&errors, value, count, None), NoData, "{value:?} of {count:?}");
    }
}

#[test]
fn a_time_is_compared_as_it_is() {
    let p95 = Metric { count: None, ..metric(Some(Limit::Seconds(0.2)), None) };
    assert_eq!(number(&p95, Some(0.199), None, None), Pass);
    assert_eq!(number(&p95, Some(0.2), None, None), Fail);
}

#[test]
fn a_first_release_has_no_baseline_and_that_blocks_nothing() {
    let p95 =
        Metric { count: None, baseline: Some(Baseline { worse_by: 0.1 }), ..metric(Some(Limit::Seconds(0.2)), None) };
    assert_eq!(number(&p95, Some(0.1), None, None), Pass);
    let judgement = judge_metric(&p95, &measured(Reading::Metric { value: Some(0.1), count: None, baseline: None }));
    assert!(judgement.found.contains("no number yet"), "{}", judgement.found);
}

#[test]
fn a_number_that_is_worse_than_the_release_before_allows_fails() {
    let p95 =
        Metric { count: None, baseline: Some(Baseline { worse_by: 0.1 }), ..metric(Some(Limit::Seconds(0.2)), None) };
    assert_eq!(number(&p95, Some(0.1), None, Some(0.1)), Pass);
    assert_eq!(number(&p95, Some(0.12), None, Some(0.1)), Fail);
    assert_eq!(number(&p95, Some(0.12), None, Some(0.0)), Pass, "nothing is a share worse than zero");
}

#[test]
fn a_share_is_worse_than_before_only_when_that_is_proved() {
    let errors = Metric { baseline: Some(Baseline { worse_by: 0.1 }), ..metric(Some(Limit::Share(0.01)), None) };
    assert_eq!(number(&errors, Some(0.001), Some(10_000.0), Some(0.001)), Pass);
    assert_eq!(number(&errors, Some(0.001_2), Some(10_000.0), Some(0.001)), Inconclusive);
    assert_eq!(number(&errors, Some(0.004), Some(10_000.0), Some(0.001)), Fail);
}

#[test]
fn a_metric_without_a_limit_is_no_data() {
    assert_eq!(number(&metric(None, None), Some(0.1), Some(10.0), None), NoData);
}

fn image(asked: ImageCheck, found: FoundImage) -> Judgement {
    judge(&check(CheckKind::Image(asked), Expect::default()), &measured(Reading::Image(found)), &values())
}

fn small() -> FoundImage {
    FoundImage { size: 182_400_000, user: "app:app".to_owned(), labels: vec![("v".to_owned(), "1.0.0".to_owned())] }
}

#[test]
fn an_image_is_held_against_its_size_user_and_labels() {
    let asked = |max_size, user: Option<&str>, label: Option<(&str, &str)>| ImageCheck {
        artifact: "backend".into(),
        max_size,
        user: user.map(str::to_owned),
        labels: label.map(|(name, text)| (name.to_owned(), Template::new(text))).into_iter().collect(),
    };
    let all = image(asked(Some(500_000_000), Some("app"), Some(("v", "{version}"))), small());
    assert_eq!(all.verdict, Pass, "{all:?}");
    assert_eq!(all.expected, "at most 500 MB, runs as app, v is \"1.0.0\"");
    assert_eq!(all.numbers[0].shown, "182 MB");
    let large = image(asked(Some(100_000_000), Some("app"), None), small());
    assert_eq!((large.verdict, large.found.as_str()), (Fail, "it has 182 MB"));
    let root = FoundImage { user: String::new(), ..small() };
    let found = image(asked(None, Some("app"), None), root.clone());
    assert_eq!((found.verdict, found.found.as_str()), (Fail, "it runs as root"));
    assert_eq!(image(asked(None, Some("0"), None), root).verdict, Pass);
    assert_eq!(image(asked(None, None, Some(("missing", "x"))), small()).verdict, Fail);
    assert_eq!(image(asked(None, None, Some(("v", "{horizon}"))), small()).verdict, NoData);
}

#[test]
fn what_an_image_says_of_itself_is_compared_to_the_letter_and_speaks_to_no_terminal() {
    let asked = |user: Option<&str>| ImageCheck {
        artifact: "backend".into(),
        max_size: None,
        user: user.map(str::to_owned),
        labels: vec![("v".to_owned(), Template::new("{version}"))],
    };
    let hostile = "1.0.0\u{1b}]0;owned\u{7}\u{202e}\u{200b}".to_owned() + &"x".repeat(100_000);
    for (user, label) in [("app\u{200b}", "1.0.0"), ("app", hostile.as_str()), (hostile.as_str(), "1.0.0")] {
        let found = FoundImage { user: user.to_owned(), labels: vec![("v".to_owned(), label.to_owned())], ..small() };
        let judged = image(asked(Some("app")), found);
        assert_eq!(judged.verdict, Fail, "{user:?} {label:?}");
        let shown = Mask::new().text(&judged.found).to_string();
        assert!(!shown.contains(['\u{1b}', '\u{7}', '\u{202e}']) && shown.len() < 1_000, "{shown:?}");
    }
}

#[test]
fn a_service_that_refuses_fails_and_one_that_is_silent_is_no_data() {
    let registry = check(CheckKind::Connects(ConnectsCheck("registry".into())), Expect::default());
    let judged = |answered: Result<&str, &str>| {
        let reading = Reading::own(&answered);
        judge(&registry, &measured(reading), &values())
    };
    assert_eq!(judged(Ok("it takes the credentials of deploy")).verdict, Pass);
    let refused = judged(Err("it refuses the credentials of deploy"));
    assert_eq!((refused.verdict, refused.found.as_str()), (Fail, "it refuses the credentials of deploy"));
}

#[test]
fn json_is_compared_one_to_one_and_exactly() {
    let verdict = |wanted: serde_json::Value, body: &str| {
        let expect = Expect { json: Some(wanted), ..Expect::default() };
        http(expect, vec![answered(body, &[])]).verdict
    };
    let up = serde_json::json!([{"s": "up"}, {"s": "up"}]);
    assert_eq!(verdict(up.clone(), r#"[{"s": "up"}, {"s": "down"}]"#), Fail);
    assert_eq!(verdict(up, r#"[{"s": "up"}, {"s": "down"}, {"s": "up"}]"#), Pass);
    let either = serde_json::json!([{"s": "up"}, {"n": 1}]);
    assert_eq!(verdict(either, r#"[{"s": "up", "n": 1}, {"s": "up"}]"#), Pass);
    let build = serde_json::json!({"build": 9_007_199_254_740_993_u64});
    assert_eq!(verdict(build.clone(), r#"{"build": 9007199254740993}"#), Pass);
    assert_eq!(verdict(build.clone(), r#"{"build": 9007199254740992}"#), Fail);
    assert_eq!(verdict(build, r#"{"build": 9007199254740992.0}"#), NoData);
    assert_eq!(verdict(serde_json::json!({"n": 1}), r#"{"n": 1.0}"#), Pass);
    assert_eq!(verdict(serde_json::json!({"s": "up"}), r#"{"s": "down", "s": "up"}"#), NoData);
}

#[test]
fn a_header_that_comes_twice_must_hold_twice() {
    let verdict = |headers: &[(&str, &str)]| {
        let expect = Expect { header: vec![("x-version".to_owned(), "1.0.0".to_owned())], ..Expect::default() };
        http(expect, vec![answered("{}", headers)]).verdict
    };
    assert_eq!(verdict(&[("x-version", "1.0.0")]), Pass);
    assert_eq!(verdict(&[("x-version", "1.0.0"), ("x-version", "1.0.0")]), Pass);
    assert_eq!(verdict(&[("x-version", "0.9.0"), ("x-version", "1.0.0")]), NoData);
    assert_eq!(verdict(&[("x-version", "0.9.0")]), Fail);
}

#[test]
fn a_header_is_compared_whole_and_a_list_element_by_element() {
    let judged = |value: &str| {
        let expect = Expect { header: vec![("x-version".to_owned(), "1.0.0".to_owned())], ..Expect::default() };
        http(expect, vec![answered("{}", &[("x-version", value)])])
    };
    for (value, wanted) in [
        ("1.0.0", Pass),
        (" 1.0.0 ", Pass),
        ("1.0.0, 1.0.0", Pass),
        ("1.0.0, 0.9.0", NoData),
        ("0.9.0,1.0.0", NoData),
        ("not 1.0.0", Fail),
        ("v1.0.0", Fail),
        ("1.0.0; old", Fail),
        ("\"0.9.0, 1.0.0\"", Fail),
        ("", Fail),
    ] {
        assert_eq!(judged(value).verdict, wanted, "{value:?}");
    }
    let found = judged("1.0.0, 0.9.0").found;
    assert!(found.contains("\"1.0.0, 0.9.0\", and 1 of its 2 values is \"1.0.0\""), "{found}");
}

fn answered(body: &str, headers: &[(&str, &str)]) -> HttpTry {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    HttpTry {
        took: Span::seconds(0),
        answer: Ok(HttpAnswer { status: 200, headers, body: body.to_owned(), cut: false }),
    }
}

#[test]
fn a_body_that_is_packed_or_in_another_encoding_is_not_searched_in_vain() {
    let has = |text: &str, body: &str, encoding: &str| {
        let expect = Expect { body_has: Some(Template::new(text)), ..Expect::default() };
        http(expect, vec![answered(body, &[("content-encoding", encoding)])]).verdict
    };
    let utf16 = String::from_utf8_lossy(b"\xff\xfeo\0k\0").into_owned();
    for (text, body, encoding, wanted) in [
        ("ok", "\u{1f}\u{fffd}packed", "gzip", NoData),
        ("ok", "\u{1f}\u{fffd}packed", "identity", NoData),
        ("ok", utf16.as_str(), "", NoData),
        ("gr\u{fc}n", "alles gr\u{fffd}n", "", NoData),
        ("ok", "alles gr\u{fffd}n", "", Fail),
        ("ok", "down", "identity", Fail),
        ("ok", "ok", "identity", Pass),
    ] {
        assert_eq!(has(text, body, encoding), wanted, "{text} in {body:?} ({encoding})");
    }
}

#[test]
fn what_touches_a_hidden_secret_is_not_judged_by_what_is_left_of_it() {
    let below = || Expect { matches: Some(r"errors (\d+)".into()), below: Some(10.0), ..Expect::default() };
    assert_eq!(run(below(), Some(0), "errors 5•••").verdict, NoData, "it printed 51234, and 1234 is a secret");
    assert_eq!(run(below(), Some(0), "errors •••").verdict, NoData);
    let matches = || Expect { matches: Some("errors: 0".into()), ..Expect::default() };
    assert_eq!(run(matches(), Some(0), "errors: 0•••").verdict, NoData);
    assert_eq!(run(matches(), Some(0), "errors: 0•••\nerrors: 0").verdict, Pass);
    assert_eq!(run(below(), Some(0), "token •••\nerrors 5").verdict, Pass);
    assert_eq!(run(has("postgres is up"), Some(0), "••• is up").verdict, NoData);
    assert_eq!(run(has("is up"), Some(0), "••• says: it is up").verdict, Pass);
    assert_eq!(run(has("1.0.0"), Some(0), "it is 1.0.0•••").verdict, NoData);
    assert_eq!(run(has("is down"), Some(0), "it is up").verdict, Fail);
    assert_eq!(http(healthy(), vec![answer(200, r#"{"status": "•••"}"#)]).verdict, NoData);
    assert_eq!(http(healthy(), vec![answer(200, r#"{"status": "down", "db": "•••"}"#)]).verdict, Fail);
    let body = |text: &str| Expect { body_has: Some(Template::new(text)), ..Expect::default() };
    assert_eq!(http(body("postgres"), vec![answer(200, "db ••• is up")]).verdict, NoData);
}
