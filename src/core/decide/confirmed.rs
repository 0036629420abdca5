//! The name of a protected environment, which a person types before anything is decided about it.

use crate::command::Refusal;
use crate::plan::Environment;

/// Refuses what was decided about a protected environment without that its name was typed; `to` says what for.
pub(super) fn confirmed(environment: &Environment, typed: Option<&str>, to: &str) -> Result<(), Refusal> {
    let name = environment.name.as_str();
    if let Some(typed) = typed.filter(|typed| !typed.is_empty() && *typed != name) {
        return Err(Refusal::held(format!("the name that was typed is {typed:?}, and this is {name}")));
    }
    match !environment.protected || typed == Some(name) {
        true => Ok(()),
        false => Err(Refusal::held(format!("{name} is protected: type its name {to} (`--confirm {name}`)"))),
    }
}
