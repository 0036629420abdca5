//! The book of orders: a small record for each, on disk before the order touches anything. What is in a record is the
//! adapter's own; each adapter has a folder of its own.

use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Serialize};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tminus_core::hex::sha256;
use tminus_core::names::OrderId;
use tminus_core::order::Receipt;
use tminus_core::ports::{FailureKind, PortError};
use tokio::sync::Mutex;

/// The folder with the records, for its owner alone. Cheap to clone.
#[derive(Clone, Debug)]
pub struct OrderStore {
    dir: PathBuf,
    /// Held from the look into the book to the first record, so that one order is never begun by two.
    turn: Arc<Mutex<()>>,
}

/// A record as it stands in its file: whose it is, and what.
#[derive(Serialize, Deserialize)]
struct StoredOrder<R> {
    order: OrderId,
    record: R,
}

/// How far an order has come, as its record says.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordedOrder {
    /// It is under way.
    Open,
    /// It is done.
    Done(Receipt),
    /// It failed.
    Failed,
}

impl OrderStore {
    /// Makes it for a folder of the project's state; the folder is made with the first record.
    pub fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into(), turn: Arc::default() }
    }

    /// Removes what processes of an earlier tminus printed: it was kept on disk, as no mask has seen it.
    pub fn forget_outputs(&self) {
        let files = std::fs::read_dir(&self.dir).into_iter().flatten().flatten().map(|entry| entry.path());
        let outputs = files.filter(|path| path.extension().is_some_and(|end| end == "output"));
        outputs.for_each(|path| drop(std::fs::remove_file(path)));
    }

    /// Returns the orders that have a record; an error is a file that cannot be read.
    pub fn orders(&self) -> Vec<Result<OrderId, String>> {
        let files = std::fs::read_dir(&self.dir).into_iter().flatten().flatten().map(|entry| entry.path());
        let records = files.filter(|path| path.extension().is_some_and(|end| end == "json"));
        let order = |path: PathBuf| {
            let text = std::fs::read(&path).map_err(|error| error.to_string());
            let entry = text.and_then(|text| {
                serde_json::from_slice::<StoredOrder<IgnoredAny>>(&text).map_err(|error| error.to_string())
            });
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            entry.map(|entry| entry.order).map_err(|why| format!("{name} cannot be read: {why}"))
        };
        records.map(order).collect()
    }

    /// Writes the first record of an order.
    ///
    /// # Errors
    /// [`FailureKind::Conflict`] when it was begun before, whatever came of it.
    pub async fn begin<R: Serialize + Send + 'static>(&self, order: &OrderId, record: R) -> Result<(), PortError> {
        let _turn = self.turn.lock().await;
        if self.read::<IgnoredAny>(order).await?.is_some() {
            let summary = format!("{order} was begun before, and is not begun twice");
            return Err(PortError::new(FailureKind::Conflict, summary));
        }
        self.write(order, record).await
    }

    /// Reads the record of an order that must have been begun here.
    ///
    /// # Errors
    /// [`FailureKind::Rejected`] when there is none, or one that makes no sense.
    pub async fn begun<R: DeserializeOwned>(&self, order: &OrderId) -> Result<R, PortError> {
        let unknown = || format!("there is no record of {order}: it was begun somewhere else");
        self.read(order).await?.ok_or_else(|| PortError::new(FailureKind::Rejected, unknown()))
    }

    /// Reads the record of an order; `None` when it was never begun.
    ///
    /// # Errors
    /// [`FailureKind::Rejected`] when there is one that makes no sense, or is about another order.
    pub async fn read<R: DeserializeOwned>(&self, order: &OrderId) -> Result<Option<R>, PortError> {
        let path = self.place(order);
        let text = match tokio::fs::read(&path).await {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(order, &error.to_string())),
        };
        let entry: StoredOrder<R> =
            serde_json::from_slice(&text).map_err(|error| unreadable(order, &error.to_string()))?;
        if entry.order == *order { Ok(Some(entry.record)) } else { Err(unreadable(order, "it is about another order")) }
    }

    /// Writes a record so that it is there whole or not at all, and on disk when this returns.
    ///
    /// # Errors
    /// [`FailureKind::Rejected`] when it cannot be written.
    pub async fn write<R: Serialize + Send + 'static>(&self, order: &OrderId, record: R) -> Result<(), PortError> {
        let (dir, path, order) = (self.dir.clone(), self.place(order), order.clone());
        let written =
            tokio::task::spawn_blocking(move || write_whole(&dir, &path, &StoredOrder { order, record })).await;
        let why = match written {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(PortError::new(FailureKind::Rejected, "the record of the order could not be written").because(why))
    }

    /// An order's id may hold anything, so its hash names the file.
    fn place(&self, order: &OrderId) -> PathBuf {
        self.dir.join(format!("{}.json", &sha256(order.as_str())[..32]))
    }
}

fn unreadable(order: &OrderId, why: &str) -> PortError {
    PortError::new(FailureKind::Rejected, format!("the record of {order} cannot be read")).because(why)
}

fn write_whole(dir: &Path, path: &Path, entry: &impl Serialize) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let fresh = path.with_extension("fresh");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&fresh)?;
    file.write_all(&serde_json::to_vec(entry)?)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    File::open(dir)?.sync_all()
}
