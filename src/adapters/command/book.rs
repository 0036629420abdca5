//! The book of orders: a small record for each, on disk before its command is started.

use super::identity::Identity;
use crate::domain::names::OrderId;
use crate::domain::order::Delivered;
use crate::ports::{FailureKind, PortError};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::fs::{DirBuilder, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

/// What is known of an order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) order: OrderId,
    /// How many calls it is made of.
    pub(super) calls: usize,
    /// What shall be there afterwards, for a delivery.
    pub(super) delivered: Option<Delivered>,
    pub(super) state: State,
}

/// How far an order has come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum State {
    /// This call, counted from 0, is about to be started.
    Starting(usize),
    /// This call runs as this process.
    Running(usize, Identity),
    /// Every call ended as it should.
    Done,
    /// It ended otherwise.
    Failed(PortError),
}

/// The folder with the records, for its owner alone.
#[derive(Clone, Debug)]
pub(super) struct Book {
    dir: PathBuf,
}

impl Book {
    pub(super) fn new(dir: impl Into<PathBuf>) -> Self {
        Self { dir: dir.into() }
    }

    /// Returns the file that the commands of an order write to.
    pub(super) fn output(&self, order: &OrderId) -> PathBuf {
        self.place(order).with_extension("output")
    }

    /// Opens that file for a command; what is there stays.
    pub(super) fn open_output(&self, order: &OrderId) -> std::io::Result<File> {
        OpenOptions::new().create(true).append(true).mode(0o600).open(self.output(order))
    }

    /// Reads the record of an order; `None` when it was never begun.
    pub(super) async fn read(&self, order: &OrderId) -> Result<Option<Record>, PortError> {
        let path = self.place(order);
        let text = match tokio::fs::read(&path).await {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unreadable(order, &error.to_string())),
        };
        let record: Record = serde_json::from_slice(&text).map_err(|error| unreadable(order, &error.to_string()))?;
        if record.order == *order { Ok(Some(record)) } else { Err(unreadable(order, "it is about another order")) }
    }

    /// Writes a record so that it is there whole or not at all, and on disk when this returns.
    pub(super) async fn write(&self, record: Record) -> Result<(), PortError> {
        let (dir, path) = (self.dir.clone(), self.place(&record.order));
        let written = tokio::task::spawn_blocking(move || write_whole(&dir, &path, &record)).await;
        let why = match written {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        Err(PortError::new(FailureKind::Rejected, "the record of the order could not be written").because(why))
    }

    /// An order's id may hold anything, so its hash names the file.
    fn place(&self, order: &OrderId) -> PathBuf {
        let hash = Sha256::digest(order.as_str());
        let name: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        self.dir.join(format!("{name}.json"))
    }
}

fn unreadable(order: &OrderId, why: &str) -> PortError {
    PortError::new(FailureKind::Rejected, format!("the record of {order} cannot be read")).because(why)
}

fn write_whole(dir: &Path, path: &Path, record: &Record) -> std::io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let fresh = path.with_extension("fresh");
    let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&fresh)?;
    file.write_all(&serde_json::to_vec(record)?)?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)?;
    File::open(dir)?.sync_all()
}
