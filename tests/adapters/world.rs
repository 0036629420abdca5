//! What the adapters' tests stand on: a repository in a temporary folder, a mask, a place for progress.

use crate::slots::{Scarce, Slot, take};
use std::path::Path;
use std::sync::Arc;
use tempfile::TempDir;
use tminus_core::mask::Mask;
use tminus_core::names::Commit;
use tminus_core::order::Progress;
use tminus_services::secrets::{Permission, Secrets};
use tokio::sync::mpsc::{self, Receiver, Sender};

pub fn progress() -> (Sender<Progress<String>>, Receiver<Progress<String>>) {
    mpsc::channel(1_024)
}

pub fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

pub fn sh(script: &str) -> Vec<String> {
    words(&["sh", "-c", script])
}

pub fn secrets(root: &Path) -> Arc<Secrets> {
    Arc::new(Secrets::new(root, Permission::Trusted, Mask::new()))
}

/// A repository with one commit on `main`.
pub struct Project {
    pub dir: TempDir,
    pub git: git2::Repository,
    _slot: Slot,
}

impl Project {
    pub fn new(files: &[(&str, &str)]) -> Self {
        let _slot = take(Scarce::Program);
        let dir = tempfile::tempdir().unwrap();
        let mut options = git2::RepositoryInitOptions::new();
        options.initial_head("main");
        let git = git2::Repository::init_opts(dir.path(), &options).unwrap();
        let project = Self { dir, git, _slot };
        project.commit(files);
        project
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    pub fn write(&self, file: &str, text: &str) {
        let path = self.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn commit(&self, files: &[(&str, &str)]) -> Commit {
        self.commit_at(files, 1_700_000_000 + self.count() * 60)
    }

    pub fn commit_at(&self, files: &[(&str, &str)], second: i64) -> Commit {
        for (file, text) in files {
            self.write(file, text);
        }
        let mut index = self.git.index().unwrap();
        index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
        index.write().unwrap();
        let tree = self.git.find_tree(index.write_tree().unwrap()).unwrap();
        let who = git2::Signature::new("Dana", "dana@example.com", &git2::Time::new(second, 0)).unwrap();
        let parent = self.git.head().ok().map(|head| head.peel_to_commit().unwrap());
        let parents: Vec<&git2::Commit<'_>> = parent.iter().collect();
        let id = self.git.commit(Some("HEAD"), &who, &who, "a change", &tree, &parents).unwrap();
        Commit::new(id.to_string())
    }

    pub fn head(&self) -> Commit {
        Commit::new(self.git.head().unwrap().peel_to_commit().unwrap().id().to_string())
    }

    fn count(&self) -> i64 {
        let mut walk = self.git.revwalk().unwrap();
        if walk.push_head().is_err() {
            return 0;
        }
        i64::try_from(walk.count()).unwrap()
    }
}
