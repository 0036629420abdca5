//! `tminus engine unit`: a systemd unit that keeps the engine of this project running.

use crate::cli::args::Global;
use crate::cli::client::Project;
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::show;
use color_eyre::eyre::WrapErr;
use std::path::Path;

/// What decides where tminus keeps things; a service does not have it from a shell.
const PLACES: [&str; 3] = ["XDG_STATE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"];

/// Prints the unit.
pub(super) async fn run(global: &Global) -> Done {
    let project = Project::find(global).await?;
    let program = std::env::current_exe().wrap_err("the path of this program is unknown")?;
    let name = project.paths.engine_name();
    let set =
        PLACES.iter().filter_map(|name| Some((*name, std::env::var(name).ok().filter(|value| !value.is_empty())?)));
    let places = set.map(|(name, value)| Ok(format!("Environment={}\n", quoted(&format!("{name}={value}"))?)));
    let places: String = places.collect::<Result<_, Stop>>()?;
    show::text(&format!(
        "# ~/.config/systemd/user/tminus-{name}.service\n\
         # then: systemctl --user enable --now tminus-{name}; loginctl enable-linger\n\
         [Unit]\n\
         Description=tminus engine of {}\n\
         \n\
         [Service]\n\
         WorkingDirectory={}\n\
         {places}ExecStart={} engine run --grace 365d\n\
         Restart=on-failure\n\
         # One that a command started may hold the journal for its grace time; a plan that is wrong stays wrong.\n\
         RestartSec=10\n\
         RestartPreventExitStatus=2\n\
         # At a stop it finishes the step that it is in; the next one continues what is left.\n\
         KillMode=process\n\
         TimeoutStopSec=30min\n\
         UMask=0077\n\
         \n\
         [Install]\n\
         WantedBy=default.target\n",
        plain(&project.file.plan.project)?,
        plain(text(&project.root)?)?,
        quoted(text(&program)?)?,
    ));
    Ok(Exit::Good)
}

fn text(path: &Path) -> Result<&str, Stop> {
    path.to_str().ok_or_else(|| Stop::wrong(format!("{} is no text, so no unit can name it", path.display())))
}

/// Writes a value that goes to the end of its line: there, only a percent sign means something else (systemd.unit(5)).
fn plain(value: &str) -> Result<String, Stop> {
    if value.contains(char::is_control) || value.ends_with('\\') {
        return Err(Stop::wrong(format!("{value:?} cannot stand in a unit")));
    }
    Ok(value.replace('%', "%%"))
}

/// Writes one word of a value that holds several (systemd.syntax(7)).
fn quoted(value: &str) -> Result<String, Stop> {
    if value.contains(char::is_control) {
        return Err(Stop::wrong(format!("{value:?} cannot stand in a unit")));
    }
    Ok(format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\"").replace('%', "%%")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_with_spaces_quotes_and_signs_stays_one_path() {
        assert_eq!(quoted("/opt/my \"tools\"/100%/a\\b").unwrap(), r#""/opt/my \"tools\"/100%%/a\\b""#);
        assert_eq!(plain("/srv/our shop/100%").unwrap(), "/srv/our shop/100%%");
    }

    #[test]
    fn a_path_that_would_begin_another_line_is_refused() {
        assert!(
            plain("/srv/a\nExecStart=/bin/sh").is_err() && quoted("/srv/a\nb").is_err() && plain("/srv/a\\").is_err()
        );
    }
}
