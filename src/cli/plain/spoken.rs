//! What a person types: a command in words. One table says which there are, what follows them, and what they do.

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    Status,
    Refresh,
    Check,
    Answer,
    Deploy,
    Approve,
    Waive,
    Adopt,
    Verify,
    RollBack,
    Stop,
    Retry,
    Accept,
    Leave,
    Lock,
    Unlock,
    Logs,
    Follow,
    Quiet,
    Journal,
    People,
    Ask,
    Give,
    Decline,
    Take,
    As,
    Help,
    Quit,
}

/// One command: how it is said, what follows it, and what it does.
struct SpokenCommand {
    verb: Verb,
    said: &'static str,
    takes: &'static str,
    does: &'static str,
}

const fn entry(verb: Verb, said: &'static str, takes: &'static str, does: &'static str) -> SpokenCommand {
    SpokenCommand { verb, said, takes, does }
}

/// Every command, in the order of a release day.
const TABLE: [SpokenCommand; 28] = [
    entry(Verb::Status, "status", "", "where the release stands"),
    entry(Verb::Refresh, "refresh", "", "looks at the targets and the branch again, and prints the status"),
    entry(Verb::Check, "check", "[PHASE|CHECK …]", "runs checks; by default all that a gate needs"),
    entry(Verb::Answer, "answer", "CHECK yes|no", "answers a check that only a person can; asks what you saw"),
    entry(
        Verb::Deploy,
        "deploy",
        "ENV",
        "shows what a deploy would do, then asks; proposes it when approvals are missing",
    ),
    entry(Verb::Approve, "approve", "ENV|ACTION", "shows the proposal that waits, then asks"),
    entry(
        Verb::Waive,
        "waive",
        "ENV [ITEM]",
        "lists what its gate waits for; with an item, asks for a reason to waive it",
    ),
    entry(
        Verb::Adopt,
        "adopt",
        "ENV [ARTIFACT]",
        "lists what runs there that tminus did not deliver; with an artifact, asks for a reason to adopt it",
    ),
    entry(Verb::Verify, "verify", "ENV", "shows what a verification would measure, then asks"),
    entry(
        Verb::RollBack,
        "roll back",
        "ENV [--to VERSION]",
        "asks what is wrong, shows what a rollback would do, then asks",
    ),
    entry(Verb::Stop, "stop", "", "stops what runs at its next step"),
    entry(Verb::Retry, "retry", "ENV|ACTION", "retries the step at which an action stopped; asks first"),
    entry(Verb::Accept, "accept", "ENV|ACTION", "asks what you saw: an unclear step is done"),
    entry(Verb::Leave, "leave", "ENV|ACTION", "leaves everything as it is, and ends the action; asks first"),
    entry(Verb::Lock, "lock", "ENV", "asks why, and locks it: nobody else can deploy there; or takes a lock over"),
    entry(Verb::Unlock, "unlock", "ENV", "unlocks what you locked"),
    entry(Verb::Logs, "logs", "[SOURCE] [COUNT]", "the newest log lines, 20 by default"),
    entry(Verb::Follow, "follow", "[SOURCE]", "prints each new log line, until `quiet`"),
    entry(Verb::Quiet, "quiet", "", "stops printing log lines"),
    entry(Verb::Journal, "journal", "[COUNT]", "the newest entries of the journal, 20 by default"),
    entry(Verb::People, "people", "", "who is here, in which seat, and where they look"),
    entry(Verb::Ask, "ask", "", "asks the driver for the seat"),
    entry(Verb::Give, "give", "[NAME]", "gives the driver's seat away; without a name, to who asks for it"),
    entry(Verb::Decline, "decline", "[NAME]", "keeps the driver's seat, and tells who asks for it"),
    entry(Verb::Take, "take", "", "takes the driver's seat when it is free, or its driver is away"),
    entry(Verb::As, "as", "NAME", "acts under another name of the plan's teams; only in a rehearsal"),
    entry(Verb::Help, "help", "", "says this"),
    entry(Verb::Quit, "quit", "", "ends tminus; its engine continues, or the next tminus resumes what runs"),
];

/// Other ways to say the same.
const ALSO: [(&str, Verb); 3] = [("rollback", Verb::RollBack), ("?", Verb::Help), ("exit", Verb::Quit)];

/// A command that was typed, and the words behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Spoken {
    pub(super) verb: Verb,
    pub(super) words: Vec<String>,
}

impl Spoken {
    /// Understands a line; nothing was said in an empty one. Else why it cannot be understood.
    pub(super) fn of(line: &str) -> Result<Option<Self>, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let Some(first) = words.first() else { return Ok(None) };
        let said = TABLE.iter().map(|e| (e.said, e.verb)).chain(ALSO);
        let found = said.into_iter().find_map(|(said, verb)| Some((verb, behind(&words, said)?)));
        let Some((verb, rest)) = found else { return Err(format!("unknown command {first:?}: type help")) };
        let is_alone = TABLE.iter().any(|e| e.verb == verb && e.takes.is_empty());
        if is_alone && !rest.is_empty() {
            return Err(format!("{line:?} has too many words: type help"));
        }
        Ok(Some(Self { verb, words: rest.iter().map(|word| (*word).to_owned()).collect() }))
    }
}

/// Returns the words behind the ones that a command is said with.
fn behind<'a, 'b>(words: &'a [&'b str], said: &'b str) -> Option<&'a [&'b str]> {
    let said: Vec<&str> = said.split(' ').collect();
    words.strip_prefix(&said[..])
}

/// Returns what can be typed, a line for each.
pub(super) fn help() -> Vec<String> {
    let shape = |e: &SpokenCommand| format!("{} {}", e.said, e.takes).trim_end().to_owned();
    let width = TABLE.iter().map(|e| shape(e).chars().count()).max().unwrap_or_default();
    let lines = TABLE.iter().map(|e| format!("{:<width$}  {}", shape(e), e.does));
    let last = "No question has yes as its default: an empty line does nothing, or goes on without an optional note.";
    let last = last.to_owned();
    lines.chain([last]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_is_understood_as_its_table_says_it() {
        for entry in &TABLE {
            let line = format!("  {}  {} ", entry.said, if entry.takes.is_empty() { "" } else { "staging" });
            let spoken = Spoken::of(&line).unwrap().unwrap();
            assert_eq!((spoken.verb, spoken.words.len()), (entry.verb, usize::from(!entry.takes.is_empty())), "{line}");
            assert!(help().iter().any(|line| line.starts_with(entry.said) && line.ends_with(entry.does)));
        }
    }

    #[test]
    fn what_is_not_a_command_does_nothing_and_says_so() {
        assert_eq!(Spoken::of("  "), Ok(None));
        assert!(Spoken::of("deplyo staging").unwrap_err().contains("help"));
        assert!(Spoken::of("roll").unwrap_err().contains("help"));
        assert!(Spoken::of("stop following").unwrap_err().contains("too many words"));
        assert!(Spoken::of("quit now").is_err());
        assert_eq!(Spoken::of("rollback production").unwrap().unwrap().verb, Verb::RollBack);
    }

    #[test]
    fn a_name_that_the_seat_is_given_to_may_have_spaces() {
        let given = Spoken::of("give omer ben david").unwrap().unwrap();
        assert_eq!((given.verb, given.words.join(" ")), (Verb::Give, "omer ben david".to_owned()));
        assert!(Spoken::of("take it").is_err());
    }
}
