//! The kinds of service that tminus talks to: one line each.

mod api_key;
mod app_store_connect;
mod cloudwatch;
mod command;
mod github;
mod http;
mod kind;
mod launchdarkly;
mod mongodb;
mod pagerduty;
mod postgresql;
mod prometheus;
mod redis;
mod registry;
mod sentry;
mod slack;
mod unleash;

use super::family::family;
pub use api_key::ApiKeyConnect;
pub use app_store_connect::AppStoreConnect;
pub use cloudwatch::CloudWatchConnect;
pub use command::CommandConnect;
pub use github::GitHubConnect;
pub use http::HttpConnect;
pub use kind::{KindOfConnection, Reach};
pub use launchdarkly::LaunchDarklyConnect;
pub use mongodb::MongoDbConnect;
pub use pagerduty::PagerDutyConnect;
pub use postgresql::PostgreSqlConnect;
pub use prometheus::PrometheusConnect;
pub use redis::RedisConnect;
pub use registry::RegistryConnect;
pub use sentry::SentryConnect;
pub use slack::SlackConnect;
pub use unleash::UnleashConnect;

family! {
    /// The kinds of service, with their settings; a credential is always a reference.
    ConnectKind: KindOfConnection {
        /// `kind = "registry"`: an OCI distribution registry.
        Registry(RegistryConnect),
        /// `kind = "mongodb"`.
        MongoDb(MongoDbConnect),
        /// `kind = "postgresql"`.
        PostgreSql(PostgreSqlConnect),
        /// `kind = "redis"`: a Redis or Valkey server.
        Redis(RedisConnect),
        /// `kind = "prometheus"`.
        Prometheus(PrometheusConnect),
        /// `kind = "sentry"`.
        Sentry(SentryConnect),
        /// `kind = "cloudwatch"`.
        CloudWatch(CloudWatchConnect),
        /// `kind = "github"`.
        GitHub(GitHubConnect),
        /// `kind = "app-store-connect"`.
        AppStoreConnect(AppStoreConnect),
        /// `kind = "unleash"`.
        Unleash(UnleashConnect),
        /// `kind = "launchdarkly"`.
        LaunchDarkly(LaunchDarklyConnect),
        /// `kind = "slack"`: an incoming webhook, whose URL is the credential.
        Slack(SlackConnect),
        /// `kind = "pagerduty"`.
        PagerDuty(PagerDutyConnect),
        /// `kind = "http"`: any service that answers a request.
        Http(HttpConnect),
        /// `kind = "api-key"`: a key of a service over HTTP.
        ApiKey(ApiKeyConnect),
        /// `kind = "command"`: a service that a command asks.
        Command(CommandConnect),
    }
}
