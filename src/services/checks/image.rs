//! `image`: what an image on this machine's engine is.

use super::measured::{MeasureContext, MeasuredCheck};
use crate::docker::{Inspected, inspected};
use async_trait::async_trait;
use tminus_core::kinds::check::ImageCheck;
use tminus_core::mask::Mask;
use tminus_core::measurement::{FoundImage, Measurement, Reading};
use tminus_core::ports::PortError;

#[async_trait]
impl MeasuredCheck for ImageCheck {
    /// Reads what the engine says of the image of the version asked about. It is the registry's image that counts: another
    /// one of the same name on this machine says nothing about it.
    async fn measure(&self, MeasureContext { around, ask, .. }: &MeasureContext<'_>) -> Result<Measurement, PortError> {
        let unmeasured = |what: &str, why: String| Ok(Measurement::quiet(what, Reading::Unmeasured(why)));
        let Some(image) = around.stock.images.get(&self.artifact) else {
            return unmeasured("an image", format!("{} is no image", self.artifact));
        };
        let Some(version) = &ask.version else {
            return unmeasured("an image", format!("no version of {} is asked about", self.artifact));
        };
        let name = image.name(version)?;
        let what = format!("docker image inspect {}", name.tagged());
        let Some(seen) = inspected(&around.stock.link, &name.tagged()).await? else {
            return unmeasured(&what, format!("{} has no image {}", around.stock.link.name(), name.tagged()));
        };
        match image.digest(version).await? {
            Some(there) if !seen.digests.iter().any(|known| *known == name.reference(&there)) => {
                let why = format!("{} on this machine is not {}, which the registry has", name.tagged(), there.short());
                return unmeasured(&what, why);
            }
            None if !image.is_local() => {
                let why =
                    format!("the registry has no {}: what is on this machine says nothing about it", name.tagged());
                return unmeasured(&what, why);
            }
            Some(_) | None => {}
        }
        Ok(reading(&seen, self, (&what, around.secrets.mask()), &name.tagged()))
    }
}

/// Takes out of what the engine said what the plan asks about; what it did not say is not measured.
fn reading(seen: &Inspected, asked: &ImageCheck, (what, mask): (&str, &Mask), name: &str) -> Measurement {
    if !seen.is_described && (asked.user.is_some() || !asked.labels.is_empty()) {
        let why =
            format!("the engine knows no configuration of {name}: it may be of another platform than this machine's");
        return Measurement::quiet(what, Reading::Unmeasured(why));
    }
    let Some(size) = seen.size else {
        return Measurement::quiet(what, Reading::Unmeasured(format!("the engine does not say how large {name} is")));
    };
    let wanted = |label: &String| asked.labels.iter().any(|(asked, _)| asked == label);
    let labels = seen.labels.iter().filter(|(name, _)| wanted(name));
    let reading = Reading::Image(FoundImage {
        size,
        user: mask.apply(&seen.user),
        labels: labels.map(|(name, value)| (name.clone(), mask.apply(value))).collect(),
    });
    Measurement {
        tail: mask.apply(&format!("{name} is {}\n{}", seen.id, seen.sentence())),
        ..Measurement::quiet(what, reading)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tminus_core::plan::Template;

    fn read(json: &str, asked: &ImageCheck) -> Reading {
        reading(&Inspected::parse(json), asked, ("docker image inspect api:1", &Mask::new()), "api:1").reading
    }

    fn asked(user: Option<&str>, label: Option<&str>) -> ImageCheck {
        let labels = label.iter().map(|label| ((*label).to_owned(), Template::new("1.0.0"))).collect();
        ImageCheck { artifact: "api".into(), max_size: None, user: user.map(str::to_owned), labels }
    }

    #[test]
    fn what_an_engine_does_not_say_of_an_image_is_not_measured() {
        let unmeasured = |json: &str, asked: &ImageCheck| match read(json, asked) {
            Reading::Unmeasured(why) => why,
            reading => panic!("{json}: {reading:?}"),
        };
        // A list of manifests without one for this platform.
        let bare = r#"{"Id": "sha256:1", "Size": 7}"#;
        assert!(unmeasured(bare, &asked(Some("root"), None)).contains("another platform"));
        assert!(unmeasured(bare, &asked(None, Some("version"))).contains("another platform"));
        for sizeless in [r#"{"Config": {}}"#, r#"{"Config": {}, "Size": 0}"#, r#"{"Config": {}, "Size": -1}"#] {
            assert!(unmeasured(sizeless, &asked(None, None)).contains("does not say how large"), "{sizeless}");
        }
    }

    #[test]
    fn of_many_labels_only_those_that_are_asked_about_are_read() {
        let labels: String = (0..5_000).map(|n| format!("\"l{n}\": \"{}\",", "x".repeat(50))).collect();
        let json = format!(
            r#"{{"Size": 7, "Config": {{"Labels": {{{labels} "version": "1.0.0\u001b[2J"}}}},
                "RootFS": {{"Type": "layers", "Layers": ["a"]}}}}"#
        );
        let Reading::Image(found) = read(&json, &asked(None, Some("version"))) else { panic!("not read") };
        assert_eq!(found.labels, [("version".to_owned(), "1.0.0\u{1b}[2J".to_owned())]);
    }
}
