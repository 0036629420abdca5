//! What every repository that is acted on keeps: a name is made once, and only what was made is taken back.

use super::target::end;
use async_trait::async_trait;
use std::sync::Arc;
use tminus_core::kinds::repository::{BumpAct, ChangelogAct, Direction, RepositoryAct, TagAct};
use tminus_core::names::{ActionId, Commit, OrderId, Version};
use tminus_core::order::{Order, Receipt, Task};
use tminus_core::plan::{Template, VersionFile};
use tminus_core::ports::{BumpAsk, ChangelogAsk, FailureKind, PortError, Repository, Target};

/// A repository that is acted on, with its base at a commit.
#[async_trait]
pub trait ActsFixture: Send + Sync {
    fn acts(&self) -> Arc<dyn Target>;

    fn repository(&self) -> Arc<dyn Repository>;

    async fn commit(&self) -> Commit;
}

const TAG: &str = "v7.0.0";

async fn carry_out(
    fixture: &dyn ActsFixture,
    (id, direction): (&str, Direction),
    object: Option<&str>,
) -> Result<Receipt, PortError> {
    let (name, message) = (TAG.to_owned(), "shop 7.0.0".to_owned());
    let tag = TagAct { name, commit: fixture.commit().await, message, sign: false, object: object.map(str::to_owned) };
    let task = Task::Act { act: RepositoryAct::Tag(tag), direction };
    let order = Order { id: OrderId::new(id), action: ActionId::new("tag-7.0.0-1"), env: None, task };
    let target = fixture.acts();
    let ticket = target.begin(&order).await?;
    end(&*target, &ticket).await.0
}

/// Holds a target for acts to the whole contract.
pub async fn acts_keep_the_contract(fixture: &dyn ActsFixture) {
    let conflict = async |what, object: Option<&str>| {
        let failure = carry_out(fixture, what, object).await.unwrap_err();
        assert_eq!(failure.kind, FailureKind::Conflict, "{what:?}: {failure:?}");
        failure.summary
    };
    let tip = async || fixture.repository().resolve(&format!("refs/tags/{TAG}")).await.unwrap();
    let (forward, back) = (Direction::Forward, Direction::Back);
    assert!(conflict(("none", back), None).await.contains("there is no refs/tags/v7.0.0"));
    let made = carry_out(fixture, ("made", forward), None).await.unwrap().left.expect("what it left");
    assert_eq!(tip().await, Some(fixture.commit().await));
    let state = fixture.repository().branch("main", "main", TAG).await.unwrap();
    let object = state.tag_object.expect("what the tag is");
    assert_eq!((object.id.as_str(), object.subject.as_deref()), (made.as_str(), Some("shop 7.0.0")));
    conflict(("again", forward), None).await;
    assert!(conflict(("unknown", back), None).await.contains("whether tminus made the tag v7.0.0 is not known"));
    let other = "0123456789012345678901234567890123456789";
    assert!(conflict(("other", back), Some(other)).await.contains("another one than tminus made"));
    assert_eq!(tip().await, Some(fixture.commit().await), "it is left alone");
    assert_eq!(carry_out(fixture, ("back", back), Some(&made)).await.unwrap().left, None);
    assert_eq!(tip().await, None);
    conflict(("twice", back), Some(&made)).await;
    bumps_keep_the_contract(fixture).await;
}

/// Bumps the file `VERSION` on `main`, as it was previewed at a commit.
async fn bump(
    fixture: &dyn ActsFixture,
    (id, direction): (&str, Direction),
    (parent, made): (&Commit, Option<&Commit>),
) -> Result<Receipt, PortError> {
    let ask = version_files();
    let edits = fixture.repository().bump(parent, &ask).await?.edits;
    let BumpAsk { places, version, tag } = ask;
    let (branch, parent, made) = ("main".to_owned(), parent.clone(), made.cloned());
    let act = BumpAct { branch, parent, version, tag, places, edits, refused: Vec::new(), made };
    let task = Task::Act { act: RepositoryAct::Bump(act), direction };
    let order = Order { id: OrderId::new(id), action: ActionId::new("bump-7.0.0-1"), env: None, task };
    let target = fixture.acts();
    let ticket = target.begin(&order).await?;
    end(&*target, &ticket).await.0
}

fn version_files() -> BumpAsk {
    let places = vec![VersionFile { file: "VERSION".to_owned(), key: "version".to_owned() }];
    BumpAsk { places, version: Version::parse("7.0.0").unwrap(), tag: TAG.to_owned() }
}

/// Writes the section of 7.0.0, as it was previewed at a commit.
async fn write(
    fixture: &dyn ActsFixture,
    (id, direction): (&str, Direction),
    (parent, made): (&Commit, Option<&Commit>),
) -> Result<Receipt, PortError> {
    let ChangelogAsk { file, version, tags: _ } = changelog();
    let (branch, parent, made) = ("main".to_owned(), parent.clone(), made.cloned());
    let (section, replaces) = ("## 7.0.0\n\n- seven".to_owned(), String::new());
    let (tag, line, is_empty, since, refused) = (TAG.to_owned(), 3, false, None, Vec::new());
    let act =
        ChangelogAct { branch, parent, version, tag, file, line, replaces, section, is_empty, since, refused, made };
    let task = Task::Act { act: RepositoryAct::Changelog(act), direction };
    let order = Order { id: OrderId::new(id), action: ActionId::new("changelog-7.0.0-1"), env: None, task };
    let target = fixture.acts();
    let ticket = target.begin(&order).await?;
    end(&*target, &ticket).await.0
}

fn changelog() -> ChangelogAsk {
    let (file, version) = ("CHANGELOG.md".to_owned(), Version::parse("7.0.0").unwrap());
    ChangelogAsk { file, version, tags: Template::new("v{version}") }
}

async fn bumps_keep_the_contract(fixture: &dyn ActsFixture) {
    let (forward, back) = (Direction::Forward, Direction::Back);
    let tip = async || fixture.repository().resolve("refs/heads/main").await.unwrap();
    let before = fixture.commit().await;
    let edits = fixture.repository().bump(&before, &version_files()).await.unwrap().edits;
    assert!(matches!(&edits[..], [edit] if edit.file == "VERSION" && edit.to == "7.0.0"), "{edits:?}");
    let made = bump(fixture, ("bumped", forward), (&before, None)).await.unwrap().left.map(Commit::new);
    assert_eq!(tip().await, made);
    let look = fixture.repository().bump(&made.unwrap(), &version_files()).await.unwrap();
    assert_eq!((look.edits, look.refused), (Vec::new(), Vec::new()), "it says the version now");
    let made = tip().await.unwrap();
    let again = bump(fixture, ("bumped again", forward), (&before, None)).await.unwrap_err();
    let other = Commit::new("0123456789012345678901234567890123456789");
    let foreign = bump(fixture, ("foreign", back), (&before, Some(&other))).await.unwrap_err();
    assert_eq!((again.kind, foreign.kind), (FailureKind::Conflict, FailureKind::Conflict), "{again:?} {foreign:?}");
    assert_eq!(tip().await.as_ref(), Some(&made));
    assert_eq!(bump(fixture, ("unbumped", back), (&before, Some(&made))).await.unwrap().left, None);
    assert_eq!(tip().await, Some(before.clone()));
    let twice = bump(fixture, ("unbumped twice", back), (&before, Some(&made))).await.unwrap_err();
    assert_eq!(twice.kind, FailureKind::Conflict, "{twice:?}");
    changelogs_keep_the_contract(fixture).await;
}

async fn changelogs_keep_the_contract(fixture: &dyn ActsFixture) {
    let (forward, back) = (Direction::Forward, Direction::Back);
    let tip = async || fixture.repository().resolve("refs/heads/main").await.unwrap();
    let before = tip().await.unwrap();
    let look = fixture.repository().changelog(&before, &changelog()).await.unwrap();
    assert!(look.refused.is_empty() && !look.drafted.is_empty() && look.heading.contains("7.0.0"), "{look:?}");
    let made = write(fixture, ("written", forward), (&before, None)).await.unwrap().left.map(Commit::new).unwrap();
    assert_eq!(tip().await.as_ref(), Some(&made));
    let look = fixture.repository().changelog(&made, &changelog()).await.unwrap();
    assert!(look.refused.concat().contains("line 3 has a section for 7.0.0 already"), "{look:?}");
    let again = write(fixture, ("written again", forward), (&before, None)).await.unwrap_err();
    let other = Commit::new("0123456789012345678901234567890123456789");
    let foreign = write(fixture, ("foreign section", back), (&before, Some(&other))).await.unwrap_err();
    assert_eq!((again.kind, foreign.kind), (FailureKind::Conflict, FailureKind::Conflict), "{again:?} {foreign:?}");
    assert_eq!(write(fixture, ("unwritten", back), (&before, Some(&made))).await.unwrap().left, None);
    assert_eq!(tip().await, Some(before));
}
