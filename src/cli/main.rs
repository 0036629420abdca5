//! From the process's arguments to an exit status.

use super::appearance::read_only;
use super::args::{Cli, Cmd, CmdChange, Global, JournalCmd};
use super::client::Project;
use super::commands;
use super::exit::{Done, Exit, Stop};
use super::interrupt::{give_up_after, too_late};
use super::{interrupt, json, show};
use clap::Parser;
use clap::error::ContextValue;
use std::process::ExitCode;
use std::time::Duration;
use tminus_core::notation::{is_joiner, is_unprintable};
use tminus_core::read_only::{ReadOnly, ReadOnlyBar};
use tminus_logs::clean;

/// How long a command that gives up has to put things in order.
const LATE: Duration = Duration::from_secs(5);

/// Runs the program.
pub fn main() -> ExitCode {
    super::crash::watch();
    match commands::completions::answer() {
        Ok(true) => return Exit::Good.into(),
        Ok(false) => {}
        Err(error) => return usage(error),
    }
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some(done) = commands::help::answer(&words) {
        return finish(done, false);
    }
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return usage(error),
    };
    let is_json = cli.global.json;
    let done = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => {
            // A task of its own, because a cockpit keeps this thread to itself.
            let signals = runtime.spawn(interrupt::pass_on());
            let done = runtime.block_on(dispatch(cli));
            signals.abort();
            // What still hangs on the world must not keep a person at the prompt.
            runtime.shutdown_timeout(std::time::Duration::from_millis(500));
            done
        }
        Err(error) => Err(color_eyre::Report::from(error).into()),
    };
    finish(done, is_json)
}

/// Prints what clap has to say; a request for help is no error. An error quotes what somebody wrote, a branch's name
/// perhaps, so it is made safe as all other text is.
fn usage(error: clap::Error) -> ExitCode {
    if error.use_stderr() {
        show::hint(on_one_line(error).render().to_string().trim_end());
        return show::ended(Exit::Wrong).into();
    }
    match show::has_letters() {
        true => drop(error.print().map_err(show::unwritten)),
        false => show::text(&error.render().to_string()),
    }
    show::ended(Exit::Good).into()
}

/// Writes what an error quotes with its unseen letters spelled out, so that none looks like another, or like a line of ours.
fn on_one_line(mut error: clap::Error) -> clap::Error {
    let spelled = |letter: char| match is_unprintable(letter) || is_joiner(letter) {
        true => letter.escape_unicode().to_string(),
        false => letter.to_string(),
    };
    let still = |text: &String| text.chars().map(spelled).collect::<String>();
    let quoted: Vec<_> = error
        .context()
        .filter_map(|(kind, value)| match value {
            ContextValue::String(text) => Some((kind, ContextValue::String(still(text)))),
            ContextValue::Strings(texts) => Some((kind, ContextValue::Strings(texts.iter().map(still).collect()))),
            _ => None,
        })
        .collect();
    for (kind, value) in quoted {
        error.insert(kind, value);
    }
    error
}

fn finish(done: Done, is_json: bool) -> ExitCode {
    let exit = match done {
        Ok(exit) => exit,
        Err(stop) => {
            if is_json {
                json::print_stop(&stop);
            }
            print_stop(&stop);
            stop.exit
        }
    };
    show::ended(exit).into()
}

fn print_stop(stop: &Stop) {
    let mut chain = stop.report.chain();
    let first = chain.next().map(ToString::to_string).unwrap_or_default();
    let word = if stop.exit == Exit::Refused { "refused" } else { "error" };
    show::hint(&format!("{word}: {first}"));
    for cause in chain {
        show::hint(&format!("  because: {cause}"));
    }
    for reason in stop.reasons.iter().filter(|r| !first.contains(r.as_str())) {
        show::hint(&format!("  - {}", clean::line(reason)));
    }
}

/// Runs a command. With a time limit it gives up on time, however deep it waits.
async fn dispatch(cli: Cli) -> Done {
    let Some(timeout) = cli.command.as_ref().and_then(|command| command.kind().timeout) else { return obey(cli).await };
    give_up_after(timeout);
    tokio::select! {
        done = obey(cli) => done,
        () = tokio::time::sleep(timeout.duration() + LATE) => Err(too_late()),
    }
}

async fn obey(cli: Cli) -> Done {
    let global = cli.global;
    if let Some(change) = cli.command.as_ref().and_then(|command| command.kind().change) {
        require_may(&global, change).await?;
    }
    match cli.command {
        None => commands::cockpit::run(&global, tminus_core::seat::Wish::Act).await,
        Some(Cmd::Demo(args)) => commands::demo::run(&global, args).await,
        Some(Cmd::Init(args)) => commands::init::run(&args),
        Some(Cmd::Lint(args)) => commands::lint::run(&global, &args).await,
        Some(Cmd::Doctor) => commands::doctor::run(&global).await,
        Some(Cmd::Trust(args)) => commands::trust::run(&global, &args).await,
        Some(Cmd::Status(args)) => commands::status::run(&global, &args).await,
        Some(Cmd::Check(args)) if args.only_reads() => commands::check_history::run(&global, &args).await,
        Some(Cmd::Check(args)) => commands::check::run(&global, &args).await,
        Some(Cmd::Build(args)) => commands::build::run(&global, args).await,
        Some(Cmd::Deploy(args)) => commands::deploy::run(&global, args).await,
        Some(Cmd::Verify(args)) => commands::verify::run(&global, args).await,
        Some(Cmd::Rollback(args)) => commands::rollback::run(&global, args).await,
        Some(Cmd::Approve(args)) => commands::approve::run(&global, args).await,
        Some(Cmd::Settle(args)) => commands::settle::run(&global, args).await,
        Some(Cmd::Lock(args)) => commands::lock::take(&global, args).await,
        Some(Cmd::Unlock(args)) => commands::lock::release(&global, args).await,
        Some(Cmd::Wait(args)) => commands::wait::run(&global, args).await,
        Some(Cmd::Attach(args)) => commands::attach::run(&global, &args).await,
        Some(Cmd::Engine(what)) => commands::engine::run(&global, what).await,
        Some(Cmd::Logs(args)) => commands::logs::run(&global, args).await,
        Some(Cmd::Release(command)) => commands::release::run(&global, command).await,
        Some(Cmd::Journal(args)) => match args.what {
            None => commands::journal::print(&global, args.all).await,
            Some(JournalCmd::Verify(args)) => commands::journal::verify(&global, args).await,
            Some(JournalCmd::Head) => commands::journal::head(&global).await,
            Some(JournalCmd::Export) => commands::journal::export(&global).await,
        },
        Some(Cmd::Plan(args)) => commands::plan::run(&args),
        Some(Cmd::Config(args)) => commands::config::run(&global, &args),
        Some(Cmd::Completions(args)) => commands::completions::run(&args),
        Some(Cmd::Man(args)) => commands::man::run(&args),
        Some(Cmd::RehearseBackend(args)) => commands::rehearse_backend::run(&args).await,
    }
}

/// Refuses to change something where it is read-only.
async fn require_may(global: &Global, change: CmdChange<'_>) -> Result<(), Stop> {
    let set = read_only(global);
    let project = match (set, change.place) {
        (ReadOnly::Protected, Some(_)) => Some(Project::find(global).await?),
        (ReadOnly::Off | ReadOnly::Protected | ReadOnly::On, _) => None,
    };
    let environment = match (&project, change.place) {
        (Some(project), Some(what)) => {
            let plan = &project.file.plan;
            project.recorded()?.place_of(what, plan).and_then(|env| plan.environment(&env))
        }
        (Some(_) | None, _) => None,
    };
    let Some(bar) = set.bars(change.deed, environment) else { return Ok(()) };
    let name = change.name;
    Err(Stop::refused(match bar {
        ReadOnlyBar::Everywhere => format!("read-only: `tminus {name}` changes something; nothing was done"),
        ReadOnlyBar::In(_) => format!("{}: `tminus {name}` changes something there; nothing was done", bar.says()),
    }))
}
