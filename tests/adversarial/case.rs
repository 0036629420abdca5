//! A case: what is tried, and how it must end.

use super::project::{Project, Ran};
use crate::slots::{Scarce, take};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How the last command of a case must end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// With 0; a `status` without `--gate` with GO.
    Green,
    /// With this: 1, 3 or 4, not good, refused, or nobody could tell; 0 for a `status` without `--gate` that shows no GO.
    NotGreen(i32),
    /// With 2: the plan or the command line is refused.
    Refused,
}

/// What is tried. Its last command is what it returns.
pub struct Case {
    pub name: String,
    pub ending: Ending,
    run: Box<dyn Fn(&Project) -> Ran + Send + Sync>,
}

/// A case that must end with this status, which is not green, and say why: what it returns has been asked for its reason.
pub fn evil(code: i32, name: impl Into<String>, run: impl Fn(&Project) -> Ran + Send + Sync + 'static) -> Case {
    Case { name: name.into(), ending: Ending::NotGreen(code), run: Box::new(run) }
}

/// A control: it must end green.
pub fn good(name: impl Into<String>, run: impl Fn(&Project) -> Ran + Send + Sync + 'static) -> Case {
    Case { name: name.into(), ending: Ending::Green, run: Box::new(run) }
}

/// A case whose plan must be refused before anything runs, with its reason.
pub fn refused(name: impl Into<String>, run: impl Fn(&Project) -> Ran + Send + Sync + 'static) -> Case {
    Case { name: name.into(), ending: Ending::Refused, run: Box::new(run) }
}

/// Says that only every so many-th case is to run: whether what just changed holds is then known in a part of the time.
const SAMPLE: &str = "TMINUS_SAMPLE";

/// Runs cases two at a time, and fails with every one that ends otherwise.
pub fn run_all(cases: &[Case]) {
    let _slot = take(Scarce::Processor);
    let every = std::env::var(SAMPLE).map_or(1, |number| number.parse().expect(SAMPLE));
    let cases: Vec<&Case> = cases.iter().step_by(every).collect();
    let (next, faults) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(fault) = case.judged() {
                        faults.lock().unwrap().push(format!("{}: {fault}", case.name));
                    }
                }
            });
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{} of {} cases:\n\n{}", faults.len(), cases.len(), faults.join("\n\n"));
    eprintln!("{} cases", cases.len());
}

impl Case {
    fn judged(&self) -> Result<(), String> {
        let project = Project::new();
        let ran = catch_unwind(AssertUnwindSafe(|| (self.run)(&project))).map_err(|panic| {
            let words = panic.downcast_ref::<String>().cloned();
            words.or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned())).unwrap_or_default()
        })?;
        let is_right = match self.ending {
            Ending::Green => ran.is_green(),
            Ending::NotGreen(code @ (1 | 3 | 4)) => ran.code == Some(code),
            Ending::NotGreen(code) => code == 0 && ran.is_a_look() && !ran.is_green(),
            Ending::Refused => ran.code == Some(2),
        };
        if !is_right {
            return Err(format!("{:?} was expected\n{ran}", self.ending));
        }
        if self.ending != Ending::Green && !ran.has_reason {
            return Err(format!("it may be so for any reason: none is asked for\n{ran}"));
        }
        Ok(())
    }
}

#[test]
fn a_case_that_states_no_reason_is_a_fault() {
    let broken = || evil(1, "a-check-that-is-not-there", |p| p.plan("").cut().tm("check nothing"));
    assert!(broken().judged().unwrap_err().contains("NotGreen(1) was expected"));
    let ended = |case: fn(&Project) -> Ran| evil(4, "nothing-to-measure", case).judged();
    assert!(ended(|p| p.plan("").cut().tm("check")).unwrap_err().contains("for any reason"));
    assert_eq!(ended(|p| p.plan("").cut().tm("check").says("nothing was measured")), Ok(()));
    assert!(ended(|p| p.plan("").cut().tm("check").says("another thing")).is_err());
}
