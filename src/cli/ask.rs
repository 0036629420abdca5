//! A question to the person at the terminal.

use super::exit::Stop;
use super::show;
use std::io::{BufRead, IsTerminal};

/// Asks for a yes; nobody at the terminal is a no.
pub fn yes(question: &str) -> Result<bool, Stop> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Ok(false);
    }
    show::question(&format!("{question} [y/N]"));
    let mut answer = String::new();
    input.lock().read_line(&mut answer).map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    Ok(matches!(answer.trim(), "y" | "Y" | "yes"))
}
