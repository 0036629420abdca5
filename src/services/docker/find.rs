//! One container by its name or its id: the one that was asked for, and never one that its engine is removing.

use super::failure::{failure, is_absent};
use super::gone::{is_going, until_gone};
use bollard::Docker;
use bollard::models::ContainerInspectResponse;
use bollard::query_parameters::InspectContainerOptions;
use tminus_core::ports::PortError;

/// How many digits of an id a person writes at least.
const SHORT_ID: usize = 12;

/// Returns what an engine says of a container; `None` when there is none, which is waited for where the engine is removing
/// it.
///
/// # Errors
/// When the engine does not answer, or not in a way that makes sense.
pub(super) async fn find(docker: &Docker, container: &str) -> Result<Option<ContainerInspectResponse>, PortError> {
    match docker.inspect_container(container, None::<InspectContainerOptions>).await {
        Ok(found) if !is_meant(container, &found) => Ok(None),
        Ok(found) if is_going(found.state.as_ref()) => {
            let id = found.id.as_deref().unwrap_or(container);
            until_gone(docker, id).await.map(|()| None)
        }
        Ok(found) => Ok(Some(found)),
        Err(error) if is_absent(&error) => Ok(None),
        Err(error) => Err(failure(format!("{container} could not be looked at"), &error)),
    }
}

/// Says whether an answer is about the container that was asked for. An engine takes a name that nothing has for the
/// beginning of an id, and answers with a stranger: `be` is both a name and the beginning of many ids.
fn is_meant(asked: &str, found: &ContainerInspectResponse) -> bool {
    let is_named = found.name.as_deref().is_some_and(|name| name.trim_start_matches('/') == asked);
    let has_id = asked.len() >= SHORT_ID && found.id.as_deref().is_some_and(|id| id.starts_with(asked));
    is_named || has_id
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_begins_an_id_is_not_that_container() {
        let found = ContainerInspectResponse {
            name: Some("/shop-backend".to_owned()),
            id: Some("be0123456789abcdef".to_owned()),
            ..ContainerInspectResponse::default()
        };
        for (asked, is) in [
            ("shop-backend", true),
            ("be0123456789", true),
            ("be0123456789abcdef", true),
            ("be", false),
            ("be012345678", false),
            ("shop", false),
        ] {
            assert_eq!(is_meant(asked, &found), is, "{asked}");
        }
    }
}
