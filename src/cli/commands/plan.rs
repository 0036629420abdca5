//! `tminus plan`: the reference of every key, and the schema, made from the code that reads them.

use crate::cli::args::PlanArgs;
use crate::cli::exit::{Done, Exit};
use crate::cli::show;

/// Prints the reference, or the schema.
pub fn run(args: &PlanArgs) -> Done {
    match args.schema {
        true => show::json(&format!("{:#}", tminus_core::grammar::schema())),
        false => show::text(&format!("{}\n", tminus_core::grammar::reference().trim_end())),
    }
    Ok(Exit::Good)
}
