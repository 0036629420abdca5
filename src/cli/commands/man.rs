//! `tminus man`: the manual, made from the command line's own help.

use crate::cli::args::{Cli, ManArgs};
use crate::cli::exit::{Done, Exit};
use crate::cli::show;
use clap::CommandFactory;
use color_eyre::eyre::WrapErr;
use std::path::Path;

/// Prints the main page, or writes one for every command.
pub fn run(args: &ManArgs) -> Done {
    match &args.dir {
        Some(dir) => write(dir),
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command()).render(&mut page).wrap_err("the page cannot be made")?;
            show::text(&String::from_utf8_lossy(&page));
            Ok(Exit::Good)
        }
    }
}

fn write(dir: &Path) -> Done {
    std::fs::create_dir_all(dir).wrap_err_with(|| format!("{} cannot be made", dir.display()))?;
    let pages = clap_mangen::generate_to(Cli::command(), dir);
    pages.wrap_err_with(|| format!("a page cannot be written to {}", dir.display()))?;
    let count = std::fs::read_dir(dir).map(|files| files.flatten().filter(|f| is_page(&f.path())).count()).unwrap_or(0);
    show::line(&format!("{count} pages are in {}", dir.display()));
    Ok(Exit::Good)
}

fn is_page(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "1")
}
