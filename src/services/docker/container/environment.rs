//! The environment of a container: what its environment files hold now.

use crate::secrets::Secrets;
use tminus_core::ports::PortError;

/// Reads the files, the last of a name counting.
///
/// # Errors
/// When a file is missing, or a line makes no sense: named by file and number.
pub(super) async fn read(files: &[String], secrets: &Secrets) -> Result<Vec<(String, String)>, PortError> {
    let mut all: Vec<(String, String)> = Vec::new();
    for file in files {
        secrets.allow_run(&format!("{file} was not read")).await?;
        for (name, value) in secrets.read_env_file(file).await? {
            all.retain(|(known, _)| *known != name);
            all.push((name, value));
        }
    }
    Ok(all)
}
