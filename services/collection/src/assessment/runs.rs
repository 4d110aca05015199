//! The assessment of a month, and what changes an assessment afterwards.

mod caught_up;
mod month;
mod months;
mod reassess;
mod slice;
mod told_late;
mod unbilled;

pub use month::MonthAssessment;
pub use months::{Assessing, counted_through, in_progress, not_being_assessed, not_yet_assessed};
pub use reassess::{
    by_payroll, hold_provisional, reassess, replaced_by_special_way, restored_to_payroll,
    settle_provisional,
};
pub use told_late::{Kept, Late};
pub use unbilled::due_with_the_bill;
