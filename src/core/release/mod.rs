//! Where everything stands, as a fold of the journal: the engine, the screen, recovery, `status` and reports read this and nothing else.

mod actions;
mod ages;
mod apply;
mod apply_action;
mod checks;
mod environments;
mod opening;
mod origin;
mod since;
mod steps;
mod whole;

pub use actions::{ActionEnd, ActionResult, ActionState, Approval};
pub use checks::{CheckRun, CheckState, Measure};
pub use environments::{Adoption, BadMark, EnvState, PlaceState, ReadyState, Stay, Verification, Waiver};
pub use opening::{BranchMove, Closing, OpenRelease, Reached};
pub use origin::Origin;
pub(crate) use origin::may_be_same;
pub use since::{ClockJump, Since};
pub use steps::{StepPhase, StepState};
pub use whole::{PlanStamp, Release};
