//! `versions`: the version as it stands in each file of `[release] versions`.

use super::files;
use super::measured::{MeasureContext, MeasuredCheck};
use crate::probe::CheckoutLease;
use async_trait::async_trait;
use tminus_core::kinds::check::VersionsCheck;
use tminus_core::measurement::{FoundVersion, Measurement, Reading};
use tminus_core::plan::VersionFile;
use tminus_core::ports::PortError;
use tminus_core::version_file;

#[async_trait]
impl MeasuredCheck for VersionsCheck {
    /// Reads every file; what cannot be read says so in its own place.
    async fn measure(
        &self,
        MeasureContext { around, ground, .. }: &MeasureContext<'_>,
    ) -> Result<Measurement, PortError> {
        let files: Vec<&str> = around.rules.versions.iter().map(|place| place.file.as_str()).collect();
        let what = format!("the version in {}", files.join(", "));
        if files.is_empty() {
            return Ok(Measurement::quiet(what, Reading::Unmeasured("[release] names no `versions`".to_owned())));
        }
        let ground = match ground {
            Ok(ground) => ground,
            Err(why) => return Ok(Measurement::quiet(what, Reading::Unmeasured(why.clone()))),
        };
        let mut found = Vec::new();
        for place in &around.rules.versions {
            let (line, version) = look(ground, place).await;
            found.push(FoundVersion { file: place.file.clone(), key: place.key.clone(), found: version, line });
        }
        Ok(Measurement::quiet(what, Reading::Versions(found)))
    }
}

async fn look(ground: &CheckoutLease, place: &VersionFile) -> (Option<usize>, Result<String, String>) {
    let bytes = match content(ground, place).await {
        Ok(bytes) => bytes,
        Err(why) => return (None, Err(why)),
    };
    match version_file::read(&place.file, &bytes, &place.key) {
        Ok(written) => (written.line, Ok(written.version)),
        Err(unread) => (unread.line, Err(unread.why)),
    }
}

async fn content(ground: &CheckoutLease, place: &VersionFile) -> Result<Vec<u8>, String> {
    let real = files::inside(ground.dir(), &place.file).map_err(|failure| failure.sentence())?;
    let real = real.ok_or_else(|| "it is not there".to_owned())?;
    let stray = files::stray(ground, &real, &place.file).await.map_err(|failure| failure.sentence())?;
    stray.map_or(Ok(()), Err)?;
    let (bytes, is_whole) = files::bytes(&real, &place.file).await.map_err(|failure| failure.sentence())?;
    if is_whole { Ok(bytes) } else { Err("it is too long for a file with a version".to_owned()) }
}
