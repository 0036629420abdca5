//! What may stand in a command, whoever sends it, and how whoever sends it is named.

use super::{FIRST, Tale, version, who};
use jiff::Timestamp;
use tminus_core::action::Request;
use tminus_core::command::{ActionCommand, CheckCommand, Command, Consent, GateCommand, RefusalKind, ReleaseCommand};
use tminus_core::fact::{Fact, ReleaseFact};
use tminus_core::lock::LockCommand;
use tminus_core::names::{Commit, EnvName, Person, Version};
use tminus_core::seat::{SeatCommand, Wish};
use tminus_core::who::Who;

/// A version as a socket takes it: any text.
fn sent(text: &str) -> Version {
    serde_json::from_value(text.into()).unwrap()
}

fn open(text: &str) -> ReleaseCommand {
    let (branch, commit) = ("release/1.1.0".to_owned(), Commit::new(FIRST));
    ReleaseCommand::Open { version: sent(text), branch, commit, previous: None }
}

fn start(request: Request) -> Command {
    let consent = Consent { typed: None, seen: None };
    Command::Action(ActionCommand::Start { release: version("1.0.0"), request, consent })
}

#[test]
fn what_no_command_line_would_take_is_refused_from_a_socket_too() {
    let release = |command| Command::Release(command);
    let env = EnvName::new("staging");
    let back = |to: Option<Version>, reason: &str| {
        start(Request::RollBack { env: env.clone(), to, reason: reason.to_owned() })
    };
    let on = |branch: &str, commit: &str, previous: Option<Version>| {
        let (branch, commit) = (branch.to_owned(), Commit::new(commit));
        release(ReleaseCommand::Open { version: version("1.1.0"), branch, commit, previous })
    };
    let lock = |reason: &str, until: Option<Timestamp>| {
        Command::Lock(LockCommand::Take { env: env.clone(), reason: reason.to_owned(), until })
    };
    let mut cases: Vec<Command> =
        ["", "../../../../tmp/hx", "-rf", &"x".repeat(3_000), "1.0.0\u{1b}[2J", "1.0.0\n", " 1.1.0", "1 1"]
            .iter()
            .flat_map(|text| {
                let version = sent(text);
                [
                    release(open(text)),
                    start(Request::Deploy { env: env.clone(), version: version.clone() }),
                    start(Request::Build { version: version.clone(), artifact: None }),
                    back(Some(version.clone()), "slow"),
                    on("release/1.1.0", FIRST, Some(version)),
                ]
            })
            .collect();
    cases.extend(
        ["", "-D", "a..b", "a b", "a\nb", "a~1", "a:b", "/a", "a/", "a@{1}"].map(|branch| on(branch, FIRST, None)),
    );
    cases.extend(["", "--help", "HEAD", "12", &"1".repeat(65)].map(|commit| on("release/1.1.0", commit, None)));
    cases.extend(["\u{1b}]52;c;aGk=\u{7}", "live\u{202e}", "\u{9b}2J", &"x".repeat(4_001)].into_iter().flat_map(
        |text| {
            let note = text.to_owned();
            let (release, check) = (version("1.0.0"), "read".into());
            [
                back(None, text),
                lock(text, None),
                Command::Release(ReleaseCommand::Close {
                    version: version("1.0.0"),
                    note: note.clone(),
                    unmerged: Some("for a test".to_owned()),
                }),
                Command::Check(CheckCommand::Say { release: release.clone(), check, yes: true, note: note.clone() }),
                Command::Gate(GateCommand::Waive {
                    release,
                    env: env.clone(),
                    item: "read".to_owned(),
                    reason: note.clone(),
                }),
                Command::Gate(GateCommand::Approve { action: "a".into_id(), note: note.clone() }),
                Command::Action(ActionCommand::Accept { action: "a".into_id(), note: note.clone() }),
            ]
        },
    ));
    let place = "\u{1b}[2J".to_owned();
    cases.push(Command::Seat(SeatCommand::Sit { wish: Wish::Act, place }));
    for at in [Timestamp::MIN, Timestamp::MAX] {
        cases.push(lock("why", Some(at)));
        cases.push(release(ReleaseCommand::Schedule { version: version("1.0.0"), zero: at }));
    }
    for command in cases {
        let mut tale = Tale::new();
        let before = tale.records.len();
        let refused = tale.command(&command).unwrap_err();
        assert!(matches!(refused.kind, RefusalKind::Unknown | RefusalKind::Held), "{command:?}: {refused}");
        assert_eq!(tale.records.len(), before, "{command:?}");
    }
}

/// Makes an id of a text.
trait IntoId {
    fn into_id(self) -> tminus_core::names::ActionId;
}

impl IntoId for &str {
    fn into_id(self) -> tminus_core::names::ActionId {
        tminus_core::names::ActionId::new(self)
    }
}

#[test]
fn what_people_write_is_taken_whatever_its_script_and_lines() {
    let mut tale = Tale::new();
    let note = "looked twice:\n\t\"עובד\" 日本語 🚀 — ok".to_owned();
    tale.command(&Command::Release(ReleaseCommand::Close {
        version: version("1.0.0"),
        note,
        unmerged: Some("for a test".to_owned()),
    }))
    .unwrap();
}

#[test]
fn a_release_of_any_name_can_be_closed() {
    for text in ["", "../x", &"x".repeat(3_000)] {
        let mut tale = Tale::new();
        // As an older tminus recorded it.
        let (branch, commit) = (String::new(), Commit::new(""));
        tale.tell(Fact::Release(ReleaseFact::Opened {
            version: sent(text),
            branch,
            commit,
            previous: None,
            hotfix_of: None,
        }));
        assert_eq!(tale.release.open_versions().len(), 2);
        let close =
            ReleaseCommand::Close { version: sent(text), note: String::new(), unmerged: Some("for a test".to_owned()) };
        tale.command(&Command::Release(close)).unwrap();
        assert_eq!(tale.release.open_versions(), [&version("1.0.0")]);
    }
}

#[test]
fn a_claimed_name_stands_beside_the_kernels_user() {
    let named =
        |name: &str, user: &str| Who { name: Person::new(name), user: user.to_owned(), host: "vm".to_owned() }.label();
    assert_eq!(named("noa", "hostile1"), "noa (system user hostile1)");
    assert_eq!(named("noa", "noa"), "noa");
    assert_eq!(named("noa", "played:noa"), "noa");
    assert_eq!(Who::engine().label(), "tminus");
}

#[test]
fn names_are_claimed_and_shown_with_their_user() {
    let mut tale = Tale::new();
    tale.who = Who { user: "hostile1".to_owned(), ..who("noa") };
    let until = None;
    let lock = LockCommand::Take { env: EnvName::new("staging"), reason: "mine".to_owned(), until };
    tale.command(&Command::Lock(lock)).unwrap();
    let lock = tale.release.locks.find(&EnvName::new("staging")).unwrap();
    assert!(lock.words(tale.now).starts_with("locked by noa (system user hostile1)"), "{}", lock.words(tale.now));
}
