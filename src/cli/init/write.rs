//! Writes the proposal beside what it was made of; a file that is there is never touched.

use super::{look, propose};
use color_eyre::eyre::{Result, WrapErr, bail};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use tminus_core::grammar::plan;
use tminus_services::git::survey;

/// A plan that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WrittenPlan {
    /// Where.
    pub path: PathBuf,
    /// What.
    pub text: String,
}

/// A plan that is there already is never written over.
#[derive(Debug, thiserror::Error)]
#[error("{} is there already; `tminus lint` says what could be better in it", .0.display())]
pub struct AlreadyThere(pub PathBuf);

/// Writes a first `tminus.toml` into a folder, or at the top of the repository around it.
///
/// # Errors
/// A plan is there already, the folder cannot be read or written, or its repository cannot be read.
pub fn run(root: &Path) -> Result<WrittenPlan> {
    let top = survey(root).wrap_err("reading the git repository failed")?.map(|found| found.root);
    let root = top.as_deref().unwrap_or(root);
    let path = root.join("tminus.toml");
    let refusal = || AlreadyThere(path.clone()).into();
    if path.symlink_metadata().is_ok() {
        return Err(refusal());
    }
    let text = propose(&look(root)?);
    if let Err(mistakes) = plan::read(&path, &text) {
        bail!(
            "the plan made for this repository is not valid, which is a mistake of tminus; nothing was written\n{mistakes}"
        );
    }
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => file,
        Err(there) if there.kind() == ErrorKind::AlreadyExists => return Err(refusal()),
        Err(failed) => return Err(failed).wrap_err_with(|| format!("writing {} failed", path.display())),
    };
    file.write_all(text.as_bytes()).wrap_err_with(|| format!("writing {} failed", path.display()))?;
    Ok(WrittenPlan { path, text })
}
