//! A question to the person at the terminal.

use super::exit::Stop;
use super::interrupt::or_interrupted;
use super::show;
use std::io::{BufRead as _, IsTerminal as _};
use tokio::sync::oneshot;

/// Asks for a yes; nobody at the terminal is a no, and Ctrl-C ends the command.
pub async fn yes(question: &str) -> Result<bool, Stop> {
    if !std::io::stdin().is_terminal() {
        return Ok(false);
    }
    show::question(&format!("{question} [y/N]"));
    let (answered, answer) = oneshot::channel();
    // Nobody waits for this thread: it may read for as long as the person says nothing.
    std::thread::spawn(move || {
        let mut text = String::new();
        drop(answered.send(std::io::stdin().lock().read_line(&mut text).map(|_| text)));
    });
    let text = or_interrupted(answer).await?.map_err(Stop::cannot_tell)?;
    let text = text.map_err(|error| Stop::from(color_eyre::Report::from(error)))?;
    Ok(matches!(text.trim(), "y" | "Y" | "yes"))
}
