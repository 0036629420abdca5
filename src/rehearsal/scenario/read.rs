//! From the text of a scenario file to a [`Scenario`]; a mistake is shown with its line.

use super::text::{self, ENVIRONMENTS};
use super::types::Scenario;
use tminus_core::grammar::text::Mistakes;
use tminus_core::grammar::text::document;
use tminus_core::grammar::text::source::{Problem, Source};

/// Reads a scenario; its name is the file's name without `.toml`.
///
/// # Errors
/// What is wrong with it, and where.
pub fn read(file: &str, text: &str) -> Result<Scenario, Mistakes> {
    let source = Source::new(file.as_ref(), text);
    let wrong = |problems| Mistakes::new(&source, problems, &[]);
    let mut scenario: Scenario = toml::from_str(text)
        .map_err(|error| wrong(vec![Problem::new(error.span().unwrap_or_default(), error.message())]))?;
    let base = file.rsplit('/').next().unwrap_or(file);
    scenario.name = base.strip_suffix(".toml").unwrap_or(base).to_owned();
    let (root, _) = document::parse(text);
    let place = |key| root.entry(key).map(|entry| entry.key_span.clone()).unwrap_or_default();
    let problems: Vec<Problem> =
        unplayable(&scenario).into_iter().map(|(key, says)| Problem::new(place(key), says)).collect();
    if problems.is_empty() { Ok(scenario) } else { Err(wrong(problems)) }
}

/// Returns everything that parses but cannot be played, with the key that it stands under.
fn unplayable(scenario: &Scenario) -> Vec<(&'static str, String)> {
    let mut all = Vec::new();
    let mut says = |is_wrong: bool, key, text: &str| all.extend(is_wrong.then(|| (key, text.to_owned())));
    let is_pace = scenario.pace.is_finite() && (0.01..=100.0).contains(&scenario.pace);
    says(!is_pace, "pace", "`pace` is between 0.01 and 100");
    says(scenario.script.is_empty(), "script", "a scenario without a script cannot be played");
    says(scenario.expect.is_empty(), "expect", "a scenario that expects nothing proves nothing");
    let runs_nothing = scenario.script.iter().any(|line| line.run.is_empty());
    says(runs_nothing, "script", "a line of the script runs nothing");
    let unknown =
        |env: &String| Some(("keeps", text::known(env, "environment of the rehearsal", &ENVIRONMENTS).err()?));
    all.extend(scenario.keeps.keys().filter_map(unknown));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = r#"title = "t"
tells = "x"
[[deployed]]
env = "production"
version = "0.9.4"
days-ago = 21
[[event]]
env = "production"
since-deploy = { honest = "4m", shown = "20s" }
set = { errors = "4.7%", latency = "870ms" }
[[script]]
run = ["status"]
[[expect]]
kind = "action.finished"
"#;

    fn error(from: &str, to: &str) -> String {
        assert!(GOOD.contains(from));
        read("assets/scenarios/a.toml", &GOOD.replace(from, to)).unwrap_err().to_string()
    }

    #[test]
    fn a_scenario_is_read_with_its_name_and_both_delays() {
        let scenario = read("assets/scenarios/bad.toml", GOOD).unwrap();
        assert_eq!(scenario.name, "bad");
        assert_eq!(scenario.events[0].since_deploy.shown.as_seconds(), 20);
        assert_eq!(scenario.events[0].set.errors, Some(0.047));
    }

    #[test]
    fn a_pace_changes_every_time_on_screen_and_none_that_is_honest() {
        let more = "[[outage]]\nof = [\"metrics\"]\nwhen = { env = \"production\", after = { honest = \"1h\", shown = \"8s\" } }\n\
                    lasts = { honest = \"2h\", shown = \"10s\" }\n[[prune]]\nversion = \"0.9.4\"\nfrom = [\"registry\"]\n\
                    when = { after = { honest = \"3h\", shown = \"6s\" } }\n[[script]]";
        let scenario = read("assets/scenarios/bad.toml", &GOOD.replace("[[script]]", more)).unwrap().at_pace(0.5);
        let (outage, prune) = (&scenario.outages[0], &scenario.prunes[0]);
        let delays = [scenario.events[0].since_deploy, outage.when.after, outage.lasts, prune.when.after];
        assert_eq!(delays.map(|delay| delay.shown.as_seconds()), [10, 4, 5, 3]);
        assert_eq!(delays.map(|delay| delay.honest.as_seconds()), [240, 3_600, 7_200, 10_800]);
        assert!((scenario.pace - 0.5).abs() < f64::EPSILON, "{}", scenario.pace);
    }

    #[test]
    fn a_mistake_is_named_with_file_line_and_the_nearest_word() {
        assert_eq!(
            error("env = \"production\"\nversion", "env = \"prodction\"\nversion"),
            "assets/scenarios/a.toml:4:7: no environment of the rehearsal is called `prodction`; did you mean `production`?\n  |\n\
             4 | env = \"prodction\"\n  |       ^^^^^^^^^^^\n"
        );
        let is_at = |error: String, line: usize, says: &str| {
            let is_there = error.starts_with(&format!("assets/scenarios/a.toml:{line}:"));
            assert!(is_there && error.contains(says) && error.contains("^"), "{line} {says}: {error}");
        };
        is_at(error("days-ago", "days-agoo"), 6, "unknown field `days-agoo`");
        is_at(error("\"4.7%\"", "\"4.7\""), 10, "\"4.7\" is not a share");
        is_at(error("\"870ms\"", "\"870\""), 10, "\"870\" is not a duration");
        is_at(error("{ honest = \"4m\", shown = \"20s\" }", "{ honest = \"4m\" }"), 9, "write a delay as");
        is_at(error("[\"status\"]", "[]"), 11, "a line of the script runs nothing");
        assert!(error("action.finished", "action.finishd").contains("did you mean `action.finished`?"));
        assert!(error("title = \"t\"", "title = \"t").starts_with("assets/scenarios/a.toml:1:"));
        assert!(error("0.9.4", "0.9.4..").contains("cannot name a version"));
    }
}
