//! Every way out of the cockpit leaves the terminal as it was, says so in its status, and leaves nothing running.

use super::seat::Seat;
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
fn a_signal_to_end_leaves_in_order() {
    for signal in [libc::SIGTERM, libc::SIGHUP, libc::SIGINT] {
        let mut seat = Seat::at("smooth");
        // Checks run as processes of their own; none may outlive the cockpit.
        seat.types("C");
        seat.sees("running");
        seat.signal(signal);
        assert_eq!(seat.ends(), 0, "signal {signal}");
        seat.leaves_the_terminal_as_it_was();
        seat.leaves_no_process();
    }
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
