//! Images that a way back needs, kept from being pruned by a tag of ours. Only tags of ours are ever taken away.

use super::changes::{self, PastDelivery};
use super::names::{self, ComposeNames, tag};
use crate::docker::failure::{failure, is_absent};
use bollard::Docker;
use bollard::models::ImageSummary;
use bollard::query_parameters::{ListImagesOptionsBuilder, RemoveImageOptionsBuilder, TagImageOptionsBuilder};
use std::collections::HashMap;
use tminus_core::names::{Digest, Version};
use tminus_core::order::Delivered;
use tminus_core::ports::PortError;

/// An image that is kept.
pub(super) struct KeptImage {
    /// The tag that keeps it, with its repository.
    name: String,
    /// The version that it was delivered as.
    pub(super) version: Version,
    /// What its image is known by: its own id, and the digests that registries gave it.
    pub(super) digests: Vec<Digest>,
    made: KeptName,
}

/// How it is named.
#[derive(Clone, Debug, PartialEq, Eq)]
enum KeptName {
    /// By its version and these digits of its digest.
    Now(String),
    /// As an earlier build did it.
    Earlier,
}

impl KeptImage {
    /// Says whether it is an artifact.
    fn is(&self, one: &Delivered) -> bool {
        let is_it = |digest: &Digest| match &self.made {
            KeptName::Now(digits) => *digits == names::digits(digest),
            KeptName::Earlier => self.digests.contains(digest),
        };
        self.version == one.version && one.digest.as_ref().is_none_or(is_it)
    }
}

/// Keeps an image, unless it is kept already or gone: one that runs can be removed by force.
pub(super) async fn keep(docker: &Docker, names: &ComposeNames, image: &str, one: &Delivered) -> Result<(), PortError> {
    let ours = format!("{}:{}", names.kept(), tag(one));
    let id = |found: Result<bollard::models::ImageInspect, _>| found.ok().and_then(|image| image.id);
    let (wanted, there) = (id(docker.inspect_image(image).await), id(docker.inspect_image(&ours).await));
    if wanted.is_none() || wanted == there {
        return Ok(());
    }
    let options = TagImageOptionsBuilder::new().repo(&names.kept()).tag(&tag(one)).build();
    match docker.tag_image(image, Some(options)).await {
        Ok(()) => Ok(()),
        Err(error) => Err(failure(format!("{image} could not be kept as {ours}"), &error)),
    }
}

/// Returns what is kept for a service, in the order of its versions. What an earlier build kept counts where it is what
/// was delivered here: its tag may be another service's as well.
pub(super) async fn kept(
    docker: &Docker,
    names: &ComposeNames,
    past: &[PastDelivery],
) -> Result<Vec<KeptImage>, PortError> {
    let filters = HashMap::from([("reference".to_owned(), vec![names.kept(), names.earlier_kept()])]);
    let options = ListImagesOptionsBuilder::new().filters(&filters).build();
    let listed = docker.list_images(Some(options)).await;
    let listed = listed.map_err(|error| failure("the images that are kept could not be listed", &error))?;
    let mut all: Vec<KeptImage> = listed.iter().flat_map(|image| of_image(image, names, past)).collect();
    all.sort_by(|a, b| a.version.cmp(&b.version).then_with(|| a.name.cmp(&b.name)));
    Ok(all)
}

fn of_image(image: &ImageSummary, names: &ComposeNames, past: &[PastDelivery]) -> Vec<KeptImage> {
    let (now, earlier) = (format!("{}:", names.kept()), format!("{}:", names.earlier_kept()));
    let known = image.repo_digests.iter().filter_map(|entry| entry.split_once('@')).map(|(_, digest)| digest);
    let digests: Vec<Digest> = std::iter::once(image.id.as_str()).chain(known).map(Digest::new).collect();
    let kept = |name: &String, version, made| KeptImage { name: name.clone(), version, digests: digests.clone(), made };
    let read = |name: &String| {
        if let Some(tag) = name.strip_prefix(&now) {
            let (version, digits) = names::read_tag(tag)?;
            return Some(kept(name, version, digits.map_or(KeptName::Earlier, KeptName::Now)));
        }
        let tag = name.strip_prefix(&earlier)?;
        let is_it = |digest: &Digest| digests.contains(digest);
        let is_past =
            |one: &&PastDelivery| names::earlier_tag(&one.version) == tag && one.digest.as_ref().is_some_and(is_it);
        Some(kept(name, past.iter().find(is_past)?.version.clone(), KeptName::Earlier))
    };
    image.repo_tags.iter().filter_map(read).collect()
}

/// Says what is kept, the one that runs left out.
pub(super) fn words(all: &[KeptImage], runs: Option<&Delivered>) -> Vec<String> {
    let others = all.iter().filter(|kept| !runs.is_some_and(|runs| kept.is(runs)));
    others.map(|kept| format!("image {}: the rollback target {}", kept.name, kept.version)).collect()
}

/// Gives what an earlier build kept for this service the name that is its alone.
pub(super) async fn take_over(docker: &Docker, names: &ComposeNames, past: &[PastDelivery]) -> Result<(), PortError> {
    for old in kept(docker, names, past).await?.into_iter().filter(|one| one.made == KeptName::Earlier) {
        let mut delivered = past.iter().rev().map(PastDelivery::delivered).filter(|one| old.is(one));
        // What nobody remembers is let go of when it is too old.
        if let Some(one) = delivered.find(|one| one.digest.is_some()) {
            keep(docker, names, &old.name, &one).await?;
            let_go(docker, &old.name).await?;
        }
    }
    Ok(())
}

/// Lets go of everything but the newest.
pub(super) async fn prune(docker: &Docker, names: &ComposeNames, past: &[PastDelivery]) -> Result<(), PortError> {
    let newest = changes::kept(past);
    if newest.len() < changes::KEPT {
        return Ok(());
    }
    let all = kept(docker, names, past).await?;
    let is_ours = |one: &KeptImage| one.name.starts_with(&format!("{}:", names.kept()));
    for old in all.into_iter().filter(|old| is_ours(old) && !newest.iter().any(|one| old.is(one))) {
        let_go(docker, &old.name).await?;
    }
    Ok(())
}

async fn let_go(docker: &Docker, name: &str) -> Result<(), PortError> {
    let options = RemoveImageOptionsBuilder::new().noprune(false).build();
    match docker.remove_image(name, Some(options), None).await {
        Ok(_) => Ok(()),
        Err(error) if is_absent(&error) => Ok(()),
        Err(error) => Err(failure(format!("{name} could not be let go of"), &error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;
    use tminus_core::time::Span;

    fn past(version: &str, digest: &str) -> PastDelivery {
        PastDelivery {
            version: Version::parse(version).unwrap(),
            digest: Some(Digest::new(digest)),
            at: Timestamp::UNIX_EPOCH,
            took: Span::seconds(5),
            by: "2.26.1".into(),
            settings: std::collections::BTreeMap::new(),
            mounted: std::collections::BTreeMap::new(),
        }
    }

    fn image(id: &str, digests: &[&str], tags: &[&str]) -> ImageSummary {
        let owned = |all: &[&str]| all.iter().map(ToString::to_string).collect();
        ImageSummary { id: id.into(), repo_digests: owned(digests), repo_tags: owned(tags), ..ImageSummary::default() }
    }

    #[test]
    fn what_an_earlier_build_kept_is_found_where_it_was_delivered_here() {
        let names = ComposeNames { project: "shop".into(), service: "api-web".into() };
        let past = [past("1.0.0+b", "sha256:aa"), past("1.1.0", "sha256:22")];
        let of = |image: &ImageSummary| words(&of_image(image, &names, &past), None);
        let earlier = image("sha256:11", &["r/api@sha256:aa"], &["tminus/kept/shop-api-web:1.0.0_b", "r/api:1"]);
        assert_eq!(of(&earlier), ["image tminus/kept/shop-api-web:1.0.0_b: the rollback target 1.0.0+b"]);
        let local = image("sha256:22", &[], &["tminus/kept/shop-api-web:1.1.0"]);
        assert_eq!(of(&local).len(), 1, "an image that no registry knows");
        let of_another = image("sha256:33", &["r/web@sha256:bb"], &["tminus/kept/shop-api-web:1.1.0"]);
        assert!(of(&of_another).is_empty(), "project shop-api, service web");
    }

    #[test]
    fn two_builds_of_one_version_are_kept_apart() {
        let names = ComposeNames { project: "shop".into(), service: "api".into() };
        let (one, other) =
            (past("1.0.0", "sha256:aaaaaaaaaaaaaa").delivered(), past("1.0.0", "sha256:bbbb").delivered());
        let tags = [tag(&one), tag(&other)].map(|tag| format!("{}:{tag}", names.kept()));
        let all = |at: usize| of_image(&image("sha256:1", &[], &[tags[at].as_str()]), &names, &[]);
        assert!(all(0)[0].is(&one) && !all(0)[0].is(&other) && all(1)[0].is(&other));
        assert!(words(&all(0), Some(&one)).is_empty(), "what runs is no way back");
        assert_eq!(
            words(&all(0), Some(&other)),
            ["image tminus/kept/shop/api:1.0.0_daaaaaaaaaaaa: the rollback target 1.0.0"]
        );
        let before = of_image(&image("sha256:1", &["r/a@sha256:bbbb"], &["tminus/kept/shop/api:1.0.0"]), &names, &[]);
        assert!(before[0].is(&other) && !before[0].is(&one), "kept by a build that knew of no digits");
    }
}
