//! `tminus journal`: print, verify, export. It only reads, also beside a running cockpit.

use crate::cli::args::Global;
use crate::cli::desk::{Project, require_own_place};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use crate::domain::fact::{ActionFact, CheckFact, Fact, Record, StepFact, TargetFact};
use crate::domain::release::Release;
use crate::domain::seat::SeatFact;
use crate::journal::{self, JournalError, Reader};
use serde_json::json;

/// Prints what happened, oldest first.
pub async fn print(global: &Global, all: bool) -> Done {
    let project = Project::find(global).await?;
    let records = match Reader::open(&project.paths.journal()).and_then(|reader| reader.records(0)) {
        Ok(records) => records,
        Err(JournalError::Missing(_)) => {
            require_own_place(&project)?;
            Vec::new()
        }
        Err(error) => return Err(color_eyre::Report::from(error).into()),
    };
    if global.json {
        records.iter().for_each(print_json);
        return Ok(Exit::Good);
    }
    let mut before = Release::default();
    for record in &records {
        if all || is_telling(&record.fact) {
            let at = record.at.strftime("%Y-%m-%d %H:%M:%S");
            show::line(&format!("{:>5}  {at}Z  {:<10} {}", record.seq, record.who.name, record.sentence(&before)));
        }
        before.apply(record);
    }
    Ok(Exit::Good)
}

fn print_json(record: &Record) {
    let fact = serde_json::to_value(&record.fact).unwrap_or_default();
    json::print(json!({
        "seq": record.seq,
        "at": record.at,
        "who": record.who,
        "kind": record.fact.kind(),
        "fact": fact,
    }));
}

/// Leaves out what only says that something is on its way; `--all` has it.
pub(in crate::cli) const fn is_telling(fact: &Fact) -> bool {
    match fact {
        Fact::Plan(_) | Fact::Release(_) | Fact::Gate(_) => true,
        Fact::Check(CheckFact::Started { .. }) => false,
        Fact::Check(CheckFact::Finished { .. } | CheckFact::Measured { .. }) => true,
        Fact::Action(
            ActionFact::Proposed { .. }
            | ActionFact::Started { .. }
            | ActionFact::StopRequested { .. }
            | ActionFact::Finished { .. },
        ) => true,
        Fact::Step(StepFact::Started { .. } | StepFact::Ticketed { .. }) => false,
        Fact::Step(
            StepFact::Succeeded { .. }
            | StepFact::Failed { .. }
            | StepFact::Unclear { .. }
            | StepFact::Adopted { .. }
            | StepFact::Accepted { .. },
        ) => true,
        Fact::Lock(_) => true,
        Fact::Seat(SeatFact::Passed { .. } | SeatFact::Kept { .. } | SeatFact::Freed { .. }) => true,
        Fact::Seat(
            SeatFact::Sat { .. } | SeatFact::Rose { .. } | SeatFact::Asked { .. } | SeatFact::Declined { .. },
        ) => false,
        Fact::Target(TargetFact::Ready { .. }) => false,
        Fact::Target(TargetFact::Observed { .. } | TargetFact::Lost { .. }) => true,
    }
}

/// Checks every entry against the chain.
pub async fn verify(global: &Global) -> Done {
    let project = Project::find(global).await?;
    let path = project.paths.journal();
    if !path.exists() {
        require_own_place(&project)?;
        return Err(Stop::cannot_tell(JournalError::Missing(path)));
    }
    match journal::verify(&path) {
        Ok(verified) => {
            if global.json {
                json::print(json!({ "whole": true, "count": verified.count, "head": verified.head }));
            } else {
                show::line(&format!("{} entries, whole; head {}", verified.count, verified.head));
            }
            Ok(Exit::Good)
        }
        Err(broken) => {
            if global.json {
                json::print(json!({ "whole": false, "says": broken.to_string() }));
            } else {
                show::line(&broken.to_string());
            }
            Ok(Exit::NotGood)
        }
    }
}

/// Prints every entry with its hash.
pub async fn export(global: &Global) -> Done {
    let project = Project::find(global).await?;
    let mut out = std::io::LineWriter::new(show::JsonOutput);
    let verified = journal::export(&project.paths.journal(), &mut out).map_err(color_eyre::Report::from)?;
    show::hint(&format!("{} entries, head {}", verified.count, verified.head));
    Ok(Exit::Good)
}
