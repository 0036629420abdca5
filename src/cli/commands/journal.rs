//! `tminus journal`: print, verify, export. It only reads, also beside a running cockpit.

use super::journal_beside::{self, Beside};
use crate::cli::args::{Global, VerifyJournalArgs};
use crate::cli::client::{Project, require_own_place};
use crate::cli::exit::{Done, Exit, Stop};
use crate::cli::{json, show};
use serde_json::json;
use tminus_core::fact::{ActionFact, CheckFact, Fact, Record, StepFact, TargetFact};
use tminus_core::release::Release;
use tminus_core::seat::SeatFact;
use tminus_engine::journal::{self, JournalError, JournalReader};

/// Prints what happened, oldest first.
pub async fn print(global: &Global, all: bool) -> Done {
    let project = Project::find(global).await?;
    let path = project.paths.journal();
    let read = JournalReader::open(&path).and_then(|reader| Ok((reader.records(0)?, reader.compare().err())));
    let (records, cut) = match read {
        Ok(read) => read,
        Err(JournalError::Missing(_)) => {
            require_own_place(&project)?;
            (Vec::new(), None)
        }
        Err(error) => return Err(color_eyre::Report::from(error).into()),
    };
    if let Some(says) = journal::rescued_beside(&path).filter(|_| records.is_empty()) {
        return Err(Stop::cannot_tell(says));
    }
    if global.json {
        records.iter().for_each(print_json);
        return whole(cut);
    }
    let mut before = Release::default();
    for record in &records {
        if all || is_telling(&record.fact) {
            let at = record.at.strftime("%Y-%m-%d %H:%M:%S");
            show::line(&format!("{:>5}  {at}Z  {:<10} {}", record.seq, record.who.label(), record.sentence(&before)));
        }
        before.apply(record);
    }
    whole(cut)
}

/// Ends well, unless the journal does not hold what was written to it last.
fn whole(cut: Option<JournalError>) -> Done {
    cut.map_or(Ok(Exit::Good), |cut| Err(color_eyre::Report::from(cut).into()))
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
        Fact::Lock(_) | Fact::Clock(_) => true,
        Fact::Seat(SeatFact::Passed { .. } | SeatFact::Kept { .. } | SeatFact::Freed { .. }) => true,
        Fact::Seat(
            SeatFact::Sat { .. } | SeatFact::Rose { .. } | SeatFact::Asked { .. } | SeatFact::Declined { .. },
        ) => false,
        Fact::Target(TargetFact::Ready { .. }) => false,
        Fact::Target(TargetFact::Observed { .. } | TargetFact::Lost { .. }) => true,
    }
}

/// Checks every entry against the chain, the journal against the witness beside it, and against what was kept elsewhere.
pub async fn verify(global: &Global, args: VerifyJournalArgs) -> Done {
    let project = Project::find(global).await?;
    let path = project.paths.journal();
    let beside = Beside::of(&project);
    let checked = match JournalReader::open(&path) {
        Err(missing @ JournalError::Missing(_)) => {
            require_own_place(&project)?;
            return Err(Stop::cannot_tell(missing));
        }
        opened => opened.and_then(|reader| Ok((reader.verify()?, doubt(&reader, &args)?, reader.records(0).ok()))),
    };
    let checked = match checked {
        // What a newer tminus wrote is no reason to doubt.
        Ok((verified, None, Some(records))) => Ok((
            verified,
            match beside {
                Some(beside) => journal_beside::doubt(beside, &records).await,
                None => None,
            },
        )),
        Ok((verified, doubt, _)) => Ok((verified, doubt)),
        Err(error) => Err(error),
    };
    let (says, whole) = match checked {
        Ok((verified, None)) => (format!("{} entries, whole; head {}", verified.count, verified.head), Some(verified)),
        Ok((verified, Some(doubt))) => (format!("{} entries, each whole; but {doubt}", verified.count), None),
        Err(JournalError::Broken(broken)) => (broken.to_string(), None),
        Err(error) => (format!("{:#}", color_eyre::Report::from(error)), None),
    };
    match (global.json, &whole) {
        (true, Some(whole)) => json::print(json!({ "whole": true, "count": whole.count, "head": whole.head })),
        (true, None) => json::print(json!({ "whole": false, "says": says })),
        (false, _) => show::line(&says),
    }
    Ok(if whole.is_some() { Exit::Good } else { Exit::NotGood })
}

/// Says what a journal whose chain holds does not hold: what was written here last, or what it once held.
fn doubt(reader: &JournalReader, args: &VerifyJournalArgs) -> Result<Option<String>, JournalError> {
    if let Err(cut) = reader.compare() {
        return Ok(Some(cut.to_string()));
    }
    let VerifyJournalArgs { head, count } = args;
    let head = head.as_ref().map(|head| head.trim().to_ascii_lowercase());
    let last = reader.head()?.seq;
    Ok(match (head, *count) {
        (_, Some(count)) if count > last => {
            Some(format!("it held {count} before: its end was cut, or it is an older copy"))
        }
        (Some(head), Some(count)) if reader.hash(count)?.as_ref() != Some(&head) => {
            Some(format!("entry {count} is not the one with head {head}: it is another journal, or was recreated"))
        }
        (Some(head), None) if !reader.holds(&head)? => {
            Some(format!("no entry has head {head}: its end was cut, it is an older copy, or another journal"))
        }
        (Some(_) | None, _) => None,
    })
}

/// Prints how far the journal is, to be kept elsewhere.
pub async fn head(global: &Global) -> Done {
    let project = Project::find(global).await?;
    let head = JournalReader::open(&project.paths.journal()).and_then(|reader| {
        reader.compare()?;
        reader.head()
    });
    let head = head.map_err(color_eyre::Report::from)?;
    match global.json {
        true => json::print(json!({ "count": head.seq, "head": head.hash })),
        false => show::line(&format!("--count {} --head {}", head.seq, head.hash)),
    }
    Ok(Exit::Good)
}

/// Prints every entry with its hash.
pub async fn export(global: &Global) -> Done {
    let project = Project::find(global).await?;
    let mut out = std::io::LineWriter::new(show::JsonOutput);
    let path = project.paths.journal();
    let verified = journal::export(&path, &mut out).map_err(color_eyre::Report::from)?;
    show::hint(&format!("{} entries, head {}", verified.count, verified.head));
    whole(JournalReader::open(&path).and_then(|reader| reader.compare()).err())
}
