//! Registration as others see it: through its contracts, on a real database.

mod support;

mod change;
mod enrolment;
mod law_cases;
mod roster;
