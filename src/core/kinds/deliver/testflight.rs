//! `with = "testflight"`: a build for testers.

use super::{DeliverPlace, KindOfDelivery, PlayedCourse, PlayedOrder, PlayedPlace};
use crate::grammar::plan::{Noun, ValueKind};
use crate::kinds::settings::settings;
use crate::names::ConnectName;
use crate::order::Call;
use crate::plan::PlaceFacts;
use crate::touches::{Touch, TouchKind, all, of_one_line};

settings! {
    /// A build for testers.
    pub struct TestFlightDeliver = "testflight" {
        /// The App Store Connect service.
        connect: ConnectName = must("connect", ValueKind::Name(Noun::Connect(&["app-store-connect"]))),
        /// The groups of testers that get it.
        groups: Vec<String> = may("groups", ValueKind::List(&ValueKind::Text)),
    }
}

impl KindOfDelivery for TestFlightDeliver {
    fn touches<'a>(&'a self, at: &str) -> Vec<Touch<'a>> {
        let to = if self.groups.is_empty() { "no group".to_owned() } else { all(&self.groups).join(", ") };
        of_one_line(at, format!("gives a build to {to} through {}", self.connect), vec![("", TouchKind::Changes)])
    }

    fn played(&self) -> PlayedPlace<'_> {
        PlayedPlace { service: "App Store Connect", far: "TestFlight", near: None, course: PlayedCourse::Beta }
    }

    fn played_calls(&self, order: &PlayedOrder<'_>) -> Vec<Call> {
        let groups = format!("groups {}", self.groups.join(", "));
        vec![
            order.request("POST /v1/builds".to_owned(), order.build()),
            order.request("POST /v1/betaAppReviewSubmissions".to_owned(), groups),
        ]
    }

    fn place(&self, app: Option<&str>, _facts: &PlaceFacts) -> Option<DeliverPlace> {
        let app = app?;
        let mut groups = self.groups.clone();
        groups.sort();
        groups.insert(0, app.to_owned());
        Some(DeliverPlace {
            keys: vec![("testers", groups)],
            on_engine: None,
            words: format!("the same groups of testers of {app}"),
            instead: "other `groups` for one of them",
        })
    }

    fn is_reviewed(&self) -> bool {
        true
    }
}
