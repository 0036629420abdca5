//! `changelog`: the section of the version.

use super::files::{content, inside, stray};
use super::measured::{MeasureContext, MeasuredCheck};
use async_trait::async_trait;
use tminus_core::changelog::{ChangelogFormat, section};
use tminus_core::kinds::check::ChangelogCheck;
use tminus_core::measurement::{Measurement, Reading};
use tminus_core::plan::Placeholder;
use tminus_core::ports::PortError;

#[async_trait]
impl MeasuredCheck for ChangelogCheck {
    async fn measure(
        &self,
        MeasureContext { around, ask, ground, .. }: &MeasureContext<'_>,
    ) -> Result<Measurement, PortError> {
        let what = "the changelog";
        let Some(path) = &around.rules.changelog else {
            return Ok(Measurement::quiet(what, Reading::Unmeasured("[release] names no `changelog`".to_owned())));
        };
        let Some(version) = ask.values.get(&Placeholder::Version) else {
            return Ok(Measurement::quiet(
                what,
                Reading::Unmeasured("there is no release whose section it could have".to_owned()),
            ));
        };
        let ground = match ground {
            Ok(ground) => ground,
            Err(why) => return Ok(Measurement::quiet(what, Reading::Unmeasured(why.clone()))),
        };
        let tag = ask.values.get(&Placeholder::Tag).unwrap_or(version);
        let today = around.clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
        let reading = match inside(ground.dir(), path)? {
            None => Reading::Changelog(None),
            Some(real) if let Some(why) = stray(ground, &real, path).await? => Reading::Unmeasured(why),
            Some(real) => match content(&real, path).await? {
                (text, true) => match section(&text, ChangelogFormat::of(path), (version, tag), today) {
                    Ok(section) => Reading::Changelog(Some(section)),
                    Err(why) => Reading::Unmeasured(format!("{path}: {why}")),
                },
                (_, false) => Reading::Unmeasured(format!("{path} is too long to be read to its end")),
            },
        };
        Ok(Measurement::quiet(format!("the section {version} of {path}"), reading))
    }
}
