//! `with = "app-store"`: a build for everybody, after review.

use super::{DeliverPlace, KindOfDelivery, PlayedCourse, PlayedOrder, PlayedPlace};
use crate::grammar::plan::{Noun, ValueKind};
use crate::kinds::settings::settings;
use crate::names::ConnectName;
use crate::order::Call;
use crate::plan::PlaceFacts;
use crate::touches::{Touch, TouchKind, of_one_line};

settings! {
    /// A build for everybody, after review.
    pub struct AppStoreDeliver = "app-store" {
        /// The App Store Connect service.
        connect: ConnectName = must("connect", ValueKind::Name(Noun::Connect(&["app-store-connect"]))),
        /// Whether it is released over seven days.
        phased: bool = may("phased", ValueKind::Bool).or("false"),
    }
}

impl KindOfDelivery for AppStoreDeliver {
    fn touches<'a>(&'a self, at: &str) -> Vec<Touch<'a>> {
        let how = if self.phased { ", phased" } else { "" };
        of_one_line(at, format!("submits through {}{how}", self.connect), vec![("", TouchKind::Changes)])
    }

    fn played(&self) -> PlayedPlace<'_> {
        let service = "App Store Connect";
        PlayedPlace { service, far: service, near: None, course: PlayedCourse::Store }
    }

    fn played_calls(&self, order: &PlayedOrder<'_>) -> Vec<Call> {
        let rollout = if self.phased { "released over seven days" } else { "released to all at once" };
        vec![
            order.request("POST /v1/reviewSubmissions".to_owned(), order.build()),
            order.request("POST /v1/appStoreVersionReleaseRequests".to_owned(), rollout.to_owned()),
        ]
    }

    fn place(&self, app: Option<&str>, _facts: &PlaceFacts) -> Option<DeliverPlace> {
        let app = app?;
        Some(DeliverPlace {
            keys: vec![("store", vec![app.to_owned()])],
            on_engine: None,
            words: format!("{app} in the App Store"),
            instead: "one environment for the App Store",
        })
    }

    fn no_rollback(&self) -> Option<String> {
        let says = "App Store has no rollback to an earlier version: ship the old code again under a higher version";
        Some(says.to_owned())
    }

    fn is_reviewed(&self) -> bool {
        true
    }

    fn phased(&self) -> Option<bool> {
        Some(self.phased)
    }
}
