//! `tminus` alone: the cockpit.

use crate::cli::args::Global;
use crate::cli::desk::{Desk, Kind, Project, open_own};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cockpit::{CockpitSettings, Signs};
use crate::engine::{Left, Watch};
use std::io::IsTerminal;
use std::path::Path;

/// Opens the cockpit on the nearest plan.
pub async fn run(global: &Global) -> Done {
    let project = Project::find(global).await?;
    if let Kind::Own(_) = project.kind {
        // A played world begins with its past, which only virtual time can travel through.
        let desk = Desk::open(Project::find(global).await?, Watch::OnDemand, Left::TakenUp).await?;
        open_own(&desk).await?;
        desk.close().await;
    }
    show(project).await
}

/// Opens the cockpit on a project, and stays until it is left.
pub async fn show(project: Project) -> Done {
    if !(std::io::stdout().is_terminal() && std::io::stdin().is_terminal()) {
        return Err(Stop::wrong("the cockpit needs a terminal; `tminus status` and the other commands do not"));
    }
    let desk = Desk::open(project, Watch::Live, Left::TakenUp).await?;
    let version = desk.focus().await?;
    let opening = crate::cockpit::Opening {
        handle: desk.handle.clone(),
        who: desk.project.who.clone(),
        version,
        rehearsal: desk.project.kind.scenario().map(|s| s.name.clone()),
        settings: settings(desk.project.paths.config()),
    };
    let shown = crate::cockpit::run(opening).await;
    desk.close().await;
    shown.map_err(|e| Stop::from(color_eyre::Report::from(e)))?;
    Ok(Exit::Good)
}

/// Returns how the cockpit looks: the user's keymap where there is one, NO_COLOR, and plain signs where the locale has no others.
fn settings(config: &Path) -> CockpitSettings {
    let keymap = config.join("keymap.toml");
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    CockpitSettings {
        theme: std::env::var("TMINUS_THEME").ok(),
        keymaps: keymap.exists().then_some(keymap).into_iter().collect(),
        no_color: is_set("NO_COLOR"),
        signs: if is_set("TMINUS_ASCII") || !is_utf8() { Signs::Ascii } else { Signs::Unicode },
    }
}

/// Says whether the locale writes UTF-8; the first variable that is set counts.
fn is_utf8() -> bool {
    let locale =
        ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
    locale.is_none_or(|l| l.to_ascii_lowercase().replace('-', "").contains("utf8"))
}
