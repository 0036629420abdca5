//! `tminus init`.

use crate::cli::args::InitArgs;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::init::{AlreadyThere, WrittenPlan};
use crate::cli::show;
use color_eyre::eyre::WrapErr;
use std::path::PathBuf;

/// Writes a first plan from what the working folder holds.
pub fn run(args: &InitArgs) -> Done {
    let here = std::env::current_dir().wrap_err("the working folder is gone")?;
    let written = crate::cli::init::run(&here).map_err(|report| match report.is::<AlreadyThere>() {
        true => Stop::refused(report),
        false => report.into(),
    })?;
    show::line(&format!("wrote {}", written.path.display()));
    if args.schema {
        let schema = add_schema(&written).wrap_err("the schema was not written; the plan was")?;
        show::line(&format!("wrote {}", schema.display()));
    }
    show::hint(
        "next: read it, run tminus lint, commit tminus.toml on the base branch, run tminus trust, then tminus release cut VERSION",
    );
    Ok(Exit::Good)
}

/// Writes the schema beside the plan, and the line in the plan by which editors find it.
fn add_schema(plan: &WrittenPlan) -> std::io::Result<PathBuf> {
    let schema = plan.path.with_file_name("tminus.schema.json");
    std::fs::write(&schema, format!("{:#}\n", tminus_core::grammar::schema()))?;
    std::fs::write(&plan.path, format!("#:schema ./tminus.schema.json\n{}", plan.text))?;
    Ok(schema)
}
