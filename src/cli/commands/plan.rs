//! `tminus plan`: the reference of every key, and the schema, made from the code that reads them.

use crate::cli::args::PlanArgs;
use crate::cli::exit::{Done, Exit};
use crate::cli::show;

/// Prints the reference, or the schema.
pub fn run(args: &PlanArgs) -> Done {
    match args.schema {
        true => show::json(&format!("{:#}", crate::config::schema())),
        false => show::text(&format!("{}\n", crate::config::reference().trim_end())),
    }
    Ok(Exit::Good)
}
