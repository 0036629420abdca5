//! From the text of a scenario file to a [`Scenario`], with errors that name file and line.

use super::types::Scenario;

/// What is wrong with a scenario file, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}: {says}")]
pub struct ScenarioError {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// In words.
    pub says: String,
}

/// Reads a scenario; its name is the file's name without `.toml`.
pub fn read(file: &str, text: &str) -> Result<Scenario, ScenarioError> {
    let wrong = |line, says: String| ScenarioError { file: file.to_owned(), line, says };
    let mut scenario: Scenario = toml::from_str(text).map_err(|error| {
        let at = error.span().map_or(0, |span| span.start);
        wrong(line_of(text, at), error.message().to_owned())
    })?;
    let base = file.rsplit('/').next().unwrap_or(file);
    scenario.name = base.strip_suffix(".toml").unwrap_or(base).to_owned();
    match mistake(&scenario) {
        Some((key, says)) => Err(wrong(line_of_key(text, key), says)),
        None => Ok(scenario),
    }
}

/// Returns the first thing that parses but cannot be played, with the key that it stands under.
fn mistake(scenario: &Scenario) -> Option<(&'static str, String)> {
    let says = |key, text: &str| Some((key, text.to_owned()));
    if !scenario.pace.is_finite() || !(0.01..=100.0).contains(&scenario.pace) {
        return says("pace", "`pace` is between 0.01 and 100");
    }
    if scenario.script.is_empty() {
        return says("[[script]]", "a scenario without a script cannot be flown");
    }
    if scenario.expect.is_empty() {
        return says("[[expect]]", "a scenario that expects nothing proves nothing");
    }
    if scenario.script.iter().any(|line| line.run.is_empty()) {
        return says("[[script]]", "a line of the script runs nothing");
    }
    let unknown = scenario.keeps.keys().find(|env| !super::text::ENVIRONMENTS.contains(&env.as_str()))?;
    let near = super::text::suggestion(unknown, &super::text::ENVIRONMENTS);
    Some(("keeps", format!("no environment of the rehearsal is called `{unknown}`{near}")))
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

fn line_of_key(text: &str, key: &str) -> usize {
    1 + text.lines().position(|line| line.trim_start().starts_with(key)).unwrap_or(0)
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
            "assets/scenarios/a.toml:4: no environment of the rehearsal is called `prodction`; did you mean `production`?"
        );
        assert!(error("days-ago", "days-agoo").starts_with("assets/scenarios/a.toml:6: unknown field `days-agoo`"));
        assert!(error("\"4.7%\"", "\"4.7\"").contains("\"4.7\" is not a share"));
        assert!(error("\"870ms\"", "\"870\"").contains(":10: \"870\" is not a duration"));
        assert!(error("{ honest = \"4m\", shown = \"20s\" }", "{ honest = \"4m\" }").contains(":9: write a delay as"));
        assert!(error("action.finished", "action.finishd").contains("did you mean `action.finished`?"));
        assert!(error("[\"status\"]", "[]").contains(":11: a line of the script runs nothing"));
        assert!(error("title = \"t\"", "title = \"t").starts_with("assets/scenarios/a.toml:1: "));
        assert!(error("0.9.4", "0.9.4..").contains("cannot name a version"));
    }
}
