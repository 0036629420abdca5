//! `image` and `connects`: what an image on this machine's engine is, and whether a registry lets tminus in.

use super::check::{Surroundings, quiet};
use crate::adapters::docker::{Link, inspected};
use crate::adapters::registry::{Access, Image, Registry};
use crate::domain::measurement::{Ask, FoundImage, Measurement, Reading};
use crate::domain::names::{ArtifactName, ConnectName};
use crate::domain::plan::ImageCheck;
use crate::ports::{FailureKind, PortError};
use std::collections::HashMap;

/// The images and registries of a plan, and the engine that is asked about them.
#[derive(Clone)]
pub struct Stock {
    /// The artifacts that are images.
    pub images: HashMap<ArtifactName, Image>,
    /// The services that are registries.
    pub registries: HashMap<ConnectName, Registry>,
    /// The engine.
    pub link: Link,
}

/// Reads what the engine says of the image of the version asked about. It is the registry's image that counts: another
/// one of the same name on this machine says nothing about it.
pub(super) async fn measure(around: &Surroundings, ask: &Ask, asked: &ImageCheck) -> Result<Measurement, PortError> {
    let unmeasured = |what: &str, why: String| Ok(quiet(what, Reading::Unmeasured(why)));
    let Some(image) = around.stock.images.get(&asked.artifact) else {
        return unmeasured("an image", format!("{} is no image", asked.artifact));
    };
    let Some(version) = &ask.version else {
        return unmeasured("an image", format!("no version of {} is asked about", asked.artifact));
    };
    let name = image.name(version)?;
    let what = format!("docker image inspect {}", name.tagged());
    let Some(seen) = inspected(&around.stock.link, &name.tagged()).await? else {
        return unmeasured(&what, format!("{} has no image {}", around.stock.link.name(), name.tagged()));
    };
    if let Some(there) = image.digest(version).await?
        && !seen.digests.iter().any(|known| *known == name.reference(&there))
    {
        let why = format!("{} on this machine is not {}, which the registry has", name.tagged(), there.short());
        return unmeasured(&what, why);
    }
    let mask = around.secrets.mask();
    let wanted = |name: &String| asked.labels.iter().any(|(label, _)| label == name);
    let labels = seen.labels.iter().filter(|(name, _)| wanted(name));
    let reading = Reading::Image(FoundImage {
        size: seen.size,
        user: mask.apply(&seen.user),
        labels: labels.map(|(name, value)| (name.clone(), mask.apply(value))).collect(),
    });
    Ok(Measurement {
        tail: mask.apply(&format!("{} is {}\n{}", name.tagged(), seen.id, seen.sentence())),
        ..quiet(what, reading)
    })
}

/// Logs in to a registry; one that refuses has answered, one that is silent has not.
pub(super) async fn connects(around: &Surroundings, name: &ConnectName) -> Result<Measurement, PortError> {
    let Some(registry) = around.stock.registries.get(name) else {
        let summary = format!("`connects` to {name} is not available in this build: only registries are");
        return Err(PortError::new(FailureKind::Unavailable, summary));
    };
    let what = format!("GET /v2/ of the registry {}", registry.host());
    // A secret that cannot be read is our own trouble, not the registry's answer.
    registry.credentials().await?;
    let answered = match registry.log_in().await {
        Ok(Access::Open) => Ok("it asks for no credentials".to_owned()),
        Ok(Access::Anonymous) => Ok("it lets anybody in".to_owned()),
        Ok(Access::Known(Some(user))) => Ok(format!("it takes the credentials of {user}")),
        Ok(Access::Known(None)) => Ok("it takes the token that is known for it".to_owned()),
        Err(failure) if failure.kind == FailureKind::Unauthorized => Err(failure.sentence()),
        Err(failure) => return Err(failure),
    };
    Ok(quiet(what, Reading::Connects(answered)))
}
