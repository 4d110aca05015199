//! The assessment of a month, and what changes an assessment afterwards.

mod anew;
mod caught_up;
mod month;
mod months;
mod reassess;
mod slice;
mod special_way;
mod told_late;
mod unbilled;

pub use month::MonthAssessment;
pub use months::{Assessing, counted_through, in_progress, not_being_assessed, not_yet_assessed};
pub use reassess::{hold_provisional, reassess, settle_provisional};
pub use special_way::{by_payroll, replaced_by_special_way, restored_to_payroll};
pub use told_late::{Kept, Late};
pub use unbilled::due_with_the_bill;
