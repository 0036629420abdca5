//! `tminus init`.

use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::init::AlreadyThere;
use crate::cli::show;
use color_eyre::eyre::WrapErr;

/// Writes a first plan from what the working folder holds.
pub fn run() -> Done {
    let here = std::env::current_dir().wrap_err("the working folder is gone")?;
    let written = crate::cli::init::run(&here).map_err(|report| match report.is::<AlreadyThere>() {
        true => Stop::refused(report),
        false => report.into(),
    })?;
    show::line(&format!("wrote {}", written.path.display()));
    show::hint(
        "read it, then: tminus lint, commit tminus.toml on the base branch, tminus trust, tminus release cut VERSION",
    );
    Ok(Exit::Good)
}
