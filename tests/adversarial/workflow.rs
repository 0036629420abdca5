//! `workflow`: a run of another commit, of a merge, or without an end is never green. The double answers as GitHub's
//! published description says (`actions/list-workflow-runs`), and holds each request against it.

use super::case::{Case, evil, good};
use super::project::{Project, Ran};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::time::Duration;

const TOKEN: &str = "hunter2hunter2";

/// What a double says of the commit that it is asked about.
type Answer = fn(commit: &str) -> (u16, String);

/// Serves some requests as GitHub does, with a token, a version and a commit asked for.
fn github(answer: Answer) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming().take(4) {
            let Ok(mut stream) = stream else { return };
            let _ = stream.set_read_timeout(Some(Duration::from_secs(30)));
            let mut request = Vec::new();
            let mut bytes = [0; 4096];
            while !request.windows(4).any(|end| end == b"\r\n\r\n") {
                match stream.read(&mut bytes) {
                    Ok(0) | Err(_) => break,
                    Ok(count) => request.extend_from_slice(&bytes[..count]),
                }
            }
            let (status, body) = told(&String::from_utf8_lossy(&request).to_lowercase(), answer);
            let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\n", body.len());
            let limit =
                if status == 403 { "X-RateLimit-Remaining: 0\r\nX-RateLimit-Reset: 9999999999\r\n" } else { "" };
            let _ = stream.write_all(format!("{head}{limit}Connection: close\r\n\r\n{body}").as_bytes());
        }
    });
    address
}

fn told(request: &str, answer: Answer) -> (u16, String) {
    let line = request.lines().next().unwrap_or_default();
    let is_let_in = request.contains(&format!("authorization: bearer {TOKEN}"));
    let speaks = request.contains("x-github-api-version: 2022-11-28") && request.contains("user-agent: ");
    let path = line.strip_prefix("get /api/v3").and_then(|rest| rest.strip_suffix(" http/1.1"));
    match path {
        _ if !is_let_in => (401, r#"{"message":"Bad credentials"}"#.to_owned()),
        Some("/repos/octo-org/octo-repo") if speaks => answer(""),
        Some(path) if speaks => {
            let query = path.strip_prefix("/repos/octo-org/octo-repo/actions/workflows/ci.yml/runs?head_sha=");
            let commit = query.and_then(|query| query.split_once('&'));
            commit.map_or_else(|| (404, r#"{"message":"Not Found"}"#.to_owned()), |(commit, _)| answer(commit))
        }
        _ => (400, String::new()),
    }
}

/// The runs of a page, as the description has them.
fn page(total: u64, runs: &[(u64, &str, &str, &str, &str)]) -> (u16, String) {
    let run = |(number, event, sha, status, end): &(u64, &str, &str, &str, &str)| {
        let end = if end.is_empty() { "null".to_owned() } else { format!("{end:?}") };
        format!(
            r#"{{"id":3043{number},"name":"Build","run_number":{number},"run_attempt":1,"event":"{event}","head_branch":"main","head_sha":"{sha}",
                "path":".github/workflows/ci.yml@main","status":"{status}","conclusion":{end},"pull_requests":[],
                "html_url":"https://github.com/octo-org/octo-repo/actions/runs/3043{number}"}}"#
        )
    };
    let runs: Vec<String> = runs.iter().map(run).collect();
    (200, format!(r#"{{"total_count":{total},"workflow_runs":[{}]}}"#, runs.join(",")))
}

const OTHER: &str = "acb5820ced9479c074f688cc328bf03f341a511d";

fn asked(p: &Project, way: &str, answer: Answer) -> Ran {
    let address = github(answer);
    p.file(".gitignore", ".env\n").file(".env", format!("TOKEN={TOKEN}\n"));
    p.plan(&format!(
        "[check.t]\nphase = \"pre-deploy\"\ntitle = \"CI is green\"\n{way}\ntimeout = \"60s\"\n[connect.it]\nkind = \"github\"\n\
         repo = \"octo-org/octo-repo\"\nurl = \"{address}/api/v3\"\ntoken = {{ dotenv = \".env\", key = \"TOKEN\" }}\n"
    ));
    let ran = p.cut().tm("check t").never_says(TOKEN);
    assert!(!p.is_kept(TOKEN), "the token is kept");
    ran
}

fn ci(p: &Project, answer: Answer) -> Ran {
    asked(p, "workflow = { connect = \"it\", file = \"ci.yml\" }", answer)
}

fn connects(p: &Project, answer: Answer) -> Ran {
    asked(p, "connects = \"it\"", answer)
}

pub fn cases() -> Vec<Case> {
    vec![
        good("ci-that-is-green", |p| ci(p, |c| page(1, &[(7, "push", c, "completed", "success")]))),
        good("ci-that-was-run-again", |p| {
            ci(p, |c| page(2, &[(8, "push", c, "completed", "success"), (7, "push", c, "completed", "failure")]))
        }),
        evil(1, "ci-that-is-red", |p| {
            ci(p, |c| page(1, &[(7, "push", c, "completed", "failure")]))
                .says("run 7 (push of main) ended with failure")
        }),
        evil(1, "ci-that-is-red-by-another-event", |p| {
            let both: Answer = |c| {
                page(
                    2,
                    &[(8, "push", c, "completed", "success"), (7, "workflow_dispatch", c, "completed", "timed_out")],
                )
            };
            ci(p, both).says("run 7 (workflow_dispatch of main) ended with timed_out")
        }),
        evil(4, "ci-of-another-commit", |p| {
            ci(p, |_| page(1, &[(7, "push", OTHER, "completed", "success")])).says("there is no run on")
        }),
        evil(4, "ci-of-the-merge", |p| {
            ci(p, |c| page(1, &[(7, "pull_request", c, "completed", "success")])).says("only of its merge")
        }),
        evil(4, "ci-that-goes-on", |p| {
            ci(p, |c| page(1, &[(7, "push", c, "in_progress", "")])).says("has not ended: in_progress")
        }),
        evil(4, "ci-that-was-skipped", |p| {
            ci(p, |c| page(1, &[(7, "push", c, "completed", "skipped")])).says("proves nothing")
        }),
        evil(4, "ci-that-never-ran", |p| ci(p, |_| page(0, &[])).says("there is no run on")),
        evil(4, "ci-with-more-runs-than-are-read", |p| {
            ci(p, |c| page(90, &[(7, "push", c, "completed", "success")])).says("89 more runs were not read")
        }),
        evil(4, "ci-that-is-not-there", |p| {
            ci(p, |_| (404, r#"{"message":"Not Found"}"#.to_owned()))
                .says("has no workflow ci.yml of octo-org/octo-repo")
        }),
        evil(4, "ci-that-is-asked-too-often", |p| {
            ci(p, |_| (403, String::new())).says("limits how often it can be asked")
        }),
        evil(4, "ci-that-answers-something-else", |p| {
            ci(p, |_| (200, "<html>".to_owned())).says("the answer cannot be read")
        }),
        evil(4, "ci-that-is-down", |p| ci(p, |_| (502, "bad gateway".to_owned())).says("answered 502")),
        good("github-that-lets-in", |p| {
            connects(p, |_| (200, "{}".to_owned())).says("the token may read octo-org/octo-repo")
        }),
        evil(1, "github-that-hides-the-repository", |p| {
            connects(p, |_| (404, String::new())).says("has no repository octo-org/octo-repo that the token may see")
        }),
        evil(4, "github-that-is-down", |p| connects(p, |_| (503, String::new())).says("answered 503")),
        evil(1, "github-that-refuses-the-token", |p| {
            connects(p, |_| (401, r#"{"message":"Bad credentials"}"#.to_owned())).says("refuses the token (401)")
        }),
    ]
}
