//! Every way out of the cockpit leaves the terminal as it was, says so in its status, and leaves nothing running.

use super::drill::act;
use super::seat::{Flow, PATIENCE, Seat};
use crate::docker::need::pidns;
use portable_pty::CommandBuilder;

#[test]
fn the_quit_key_leaves_at_once() {
    let mut seat = Seat::at("smooth");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    seat.leaves_the_terminal_as_it_was();
    seat.leaves_no_process();
}

#[test]
fn who_leaves_once_it_is_over_is_told_how_it_ended() {
    let mut seat = Seat::at("smooth");
    seat.press("j", "▸   staging");
    act(&mut seat, "d", "Deploy staging");
    seat.has_seen("running");
    seat.press("q", "Leave while this runs?");
    seat.rests();
    seat.press("j", "▸  Wait");
    // Enter on the heels of another key is taken for one that was poured in.
    seat.rests();
    seat.types("\r");
    seat.waits(std::time::Duration::from_secs(300), "the end", |screen| {
        !screen.alternate_screen()
            && screen.contents().contains(": started · unverified — backend 1.0.0 runs in staging")
    });
    assert_eq!(seat.ends(), 0);
    seat.leaves_the_terminal_as_it_was();
    seat.leaves_no_process();
}

#[test]
fn a_signal_to_end_leaves_in_order() {
    for signal in [libc::SIGTERM, libc::SIGHUP, libc::SIGINT] {
        let mut seat = Seat::at("smooth");
        // Checks run as processes of their own; none may outlive the cockpit.
        seat.types("C");
        seat.has_seen("running");
        seat.signal(signal);
        assert_eq!(seat.ends(), 0, "signal {signal}");
        seat.leaves_the_terminal_as_it_was();
        seat.leaves_no_process();
    }
}

#[test]
fn whatever_asks_for_an_end_leaves_the_terminal_as_it_was_and_no_folder() {
    for signal in [libc::SIGQUIT, libc::SIGUSR1, libc::SIGUSR2, libc::SIGALRM, libc::SIGABRT] {
        let mut seat = Seat::at("smooth");
        seat.signal(signal);
        assert_eq!(seat.ends(), 0, "signal {signal}");
        seat.leaves_the_terminal_as_it_was();
        seat.leaves_no_demo();
    }
}

#[test]
fn the_redraw_key_paints_over_what_somebody_else_wrote() {
    let mut seat = Seat::at("smooth");
    seat.scribbles("SCRIBBLE");
    seat.types("\x0c");
    seat.waits(PATIENCE, "the whole screen again", |screen| !screen.contents().contains("SCRIBBLE"));
    assert!(seat.screen().contains("production"), "{}", seat.screen());
    seat.types("q");
    assert_eq!(seat.ends(), 0);
}

#[test]
fn a_terminal_that_takes_nothing_holds_up_no_signal_to_end() {
    let mut seat = Seat::at("smooth");
    seat.takes(Flow::Nothing);
    seat.types("8");
    seat.signal(libc::SIGTERM);
    assert_eq!(seat.ends(), 0);
    seat.leaves_no_process();
}

#[test]
fn a_terminal_that_takes_bytes_again_shows_what_is_so_then() {
    let mut seat = Seat::at("smooth");
    seat.takes(Flow::Nothing);
    seat.types("8");
    seat.types("3");
    seat.takes(Flow::Everything);
    seat.sees("Logs");
    seat.press("8", "Journal");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    seat.leaves_the_terminal_as_it_was();
}

#[test]
fn a_terminal_that_is_gone_ends_the_cockpit() {
    let mut seat = Seat::at("smooth");
    seat.hangs_up();
    assert_eq!(seat.ends(), 0);
    seat.leaves_no_process();
}

#[test]
fn a_terminal_that_is_gone_ends_the_cockpit_also_where_no_signal_tells() {
    let mut command = CommandBuilder::new("setsid");
    command.args(["--fork", "--wait", env!("CARGO_BIN_EXE_tminus"), "demo", "--scenario", "smooth"]);
    let mut seat = Seat::holding(command);
    seat.sees("production");
    seat.hangs_up();
    seat.leaves_no_process();
}

#[test]
fn a_stopped_cockpit_gives_the_terminal_back_and_takes_it_again() {
    let mut seat = Seat::at("smooth");
    seat.signal(libc::SIGTSTP);
    seat.leaves_the_terminal_as_it_was();
    seat.signals_until(libc::SIGCONT, "Environments");
    seat.types("8");
    seat.sees("Journal");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    seat.leaves_the_terminal_as_it_was();
}

/// Counts the prompts of the shell that stand on the screen.
fn prompts(screen: &vt100::Screen) -> usize {
    screen.contents().lines().filter(|line| line.starts_with("at the shell>")).count()
}

#[test]
fn the_suspend_key_gives_the_terminal_to_the_shell_and_the_shell_gives_it_back() {
    let mut command = CommandBuilder::new("bash");
    command.args(["--norc", "--noprofile", "-i"]);
    let mut seat = Seat::holding(command);
    seat.types(&format!("PS1='at the shell> '; {} demo --scenario smooth\n", env!("CARGO_BIN_EXE_tminus")));
    seat.sees("rollback");
    seat.types("\x1a");
    seat.waits(PATIENCE, "the prompt behind the stop", |screen| prompts(screen) == 1);
    assert!(seat.screen().contains("Stopped"), "{}", seat.screen());
    seat.types("fg\n");
    seat.sees("Environments");
    seat.types("q");
    seat.waits(PATIENCE, "the prompt behind the end", |screen| prompts(screen) == 2);
    seat.types("exit\n");
    assert_eq!(seat.ends(), 0);
}

#[test]
fn the_suspend_key_says_so_where_no_shell_would_bring_the_cockpit_back() {
    let mut seat = Seat::at("smooth");
    seat.types("\x1a");
    seat.has_seen("no shell waits");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
}

#[test]
fn a_container_whose_session_is_led_from_outside_is_told_apart_from_a_shell_too() {
    let Some(unshare) = pidns() else { return };
    let mut command = CommandBuilder::new(unshare);
    // The shell's session has no number in there; the cockpit leads one of its own.
    let cockpit = format!("setsid --wait {} demo --scenario smooth; exit $?", env!("CARGO_BIN_EXE_tminus"));
    command.args(["--pid", "--fork", "--mount-proc", "--kill-child", "sh", "-c", &cockpit]);
    let mut seat = Seat::holding(command);
    seat.sees("production");
    seat.types("\x1a");
    seat.has_seen("no shell waits");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
}

#[test]
fn any_size_and_back_is_survived() {
    let mut seat = Seat::at("smooth");
    for (columns, lines) in [(80, 24), (1, 1), (40, 12), (2, 40), (300, 3), (120, 36)] {
        seat.resizes(columns, lines);
    }
    seat.sees("Release branch");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    seat.leaves_the_terminal_as_it_was();
}

#[test]
fn a_part_that_panics_ends_the_cockpit_and_what_it_said_stands_on_the_terminal() {
    let mut command = CommandBuilder::new("env");
    command.args(["TMINUS_PANIC=50", env!("CARGO_BIN_EXE_tminus"), "demo", "--scenario", "smooth"]);
    let mut seat = Seat::holding(command);
    seat.sees("rollback");
    // Every check begins and ends with a fact.
    seat.types("C");
    assert_eq!(seat.ends(), 4);
    seat.sees("TMINUS_PANIC asks for a failure there");
    seat.sees("a part of tminus failed");
    seat.sees("what is known of this failure is in");
    let crashes = std::fs::read_dir(seat.state().join("crashes")).unwrap().flatten().map(|file| file.path());
    let texts: Vec<String> = crashes.map(|path| std::fs::read_to_string(path).unwrap()).collect();
    assert_eq!(texts.len(), 1);
    assert!(texts[0].contains("failed at src/cli/client/practice.rs") && texts[0].contains(env!("CARGO_PKG_VERSION")));
    seat.leaves_the_terminal_as_it_was();
    seat.leaves_no_process();
}

#[test]
fn what_cannot_be_opened_is_told_once_the_terminal_is_as_it_was() {
    let mut command = CommandBuilder::new("sh");
    let plan =
        "format = 1\n[project]\nname = \"x\"\n[check.c]\nphase = \"pre-deploy\"\ntitle = \"C\"\nrun = [\"true\"]\n";
    let script = format!("printf '{}' >tminus.toml; exec \"$0\"", plan.replace('\n', "\\n"));
    command.args(["-c", &script, env!("CARGO_BIN_EXE_tminus")]);
    let mut seat = Seat::holding(command);
    assert_eq!(seat.ends(), 3, "{}", seat.screen());
    seat.sees("is not trusted");
    seat.leaves_the_terminal_as_it_was();
}

#[test]
fn it_is_left_at_once_before_it_is_open() {
    let mut seat = Seat::running(|command| {
        command.args(["demo", "--scenario", "smooth"]);
    });
    seat.has_seen("playing its past");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    seat.leaves_the_terminal_as_it_was();
    seat.leaves_no_process();
}

#[test]
fn a_paste_that_nobody_marked_begins_nothing() {
    let mut seat = Seat::at("smooth");
    seat.types("d staging verify\r");
    seat.has_seen("nothing was done");
    assert!(!seat.screen().contains("Cancel"), "{}", seat.screen());
    seat.types("\u{1b}[200~q\u{1b}[201~");
    seat.rests();
    seat.types("\u{1b}OQ");
    seat.has_seen("the mouse is the terminal's");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    seat.leaves_the_terminal_as_it_was();
}

#[test]
fn a_click_selects_the_row_under_it() {
    let mut seat = Seat::at("smooth");
    let line = seat.screen().lines().position(|line| line.contains("◆ production")).unwrap();
    seat.types(&format!("\u{1b}[<0;10;{}M", line + 1));
    seat.sees("▸ ◆ production");
    seat.types("q");
    assert_eq!(seat.ends(), 0);
}

#[test]
fn a_pager_has_the_terminal_to_itself_and_gives_it_back() {
    let mut command = CommandBuilder::new("env");
    let pager = r#"TMINUS_PAGER=sh -c 'cat "$0"; echo that is all; read line'"#;
    command.args([pager, env!("CARGO_BIN_EXE_tminus"), "demo", "--scenario", "smooth"]);
    let mut seat = Seat::holding(command);
    seat.sees("rollback");
    seat.press("8", "Journal");
    seat.press("p", "that is all");
    seat.waits(PATIENCE, "the pager's own screen", |screen| !screen.alternate_screen());
    assert!(seat.screen().contains("1.0.0 is open on release/1.0.0"), "{}", seat.screen());
    seat.press("\r", "Journal");
    seat.waits(PATIENCE, "the cockpit's screen", vt100::Screen::alternate_screen);
    seat.types("q");
    assert_eq!(seat.ends(), 0);
    seat.leaves_the_terminal_as_it_was();
    seat.leaves_no_process();
}

/// A shell with the cockpit in it, whose pager stops, as Ctrl-Z stops it, and says so when it goes on.
fn stopping_pager() -> Seat {
    let mut command = CommandBuilder::new("bash");
    command.args(["--norc", "--noprofile", "-i"]);
    let mut seat = Seat::holding(command);
    let pager = r#"sh -c 'kill -STOP $$; echo it \goes on; read line'"#;
    let cockpit = env!("CARGO_BIN_EXE_tminus");
    seat.types(&format!(
        "PS1='at the shell> '; TMINUS_PAGER=\"{}\" {cockpit} demo --scenario smooth\n",
        pager.replace('$', "\\$")
    ));
    seat.sees("rollback");
    seat
}

#[test]
fn a_pager_that_stops_gives_the_terminal_to_the_shell_while_nothing_runs() {
    let mut seat = stopping_pager();
    seat.press("8", "Journal");
    seat.types("p");
    seat.waits(PATIENCE, "the prompt behind the stop", |screen| prompts(screen) == 1);
    assert!(!seat.screen().contains("it goes on"), "{}", seat.screen());
    seat.press("fg\n", "it goes on");
    seat.press("\r", "Journal");
    seat.types("q");
    seat.waits(PATIENCE, "the prompt behind the end", |screen| prompts(screen) == 2);
    seat.types("exit\n");
    assert_eq!(seat.ends(), 0);
}

#[test]
fn a_pager_that_stops_goes_on_while_an_action_would_stand_still_with_it() {
    let mut seat = stopping_pager();
    seat.press("j", "▸   staging");
    act(&mut seat, "d", "Deploy staging");
    seat.has_seen("running");
    seat.press("p", "it goes on");
    assert!(!seat.screen().contains("Stopped"), "{}", seat.screen());
    seat.types("\r");
    seat.has_seen("it was not stopped: deploy-staging");
    seat.sees_within(std::time::Duration::from_secs(300), "How it ended");
    seat.types("q");
    seat.waits(PATIENCE, "the prompt behind the end", |screen| prompts(screen) == 1);
    seat.types("exit\n");
    assert_eq!(seat.ends(), 0);
}
