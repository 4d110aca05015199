//! Collection through its public interfaces: a file per section.

mod law_cases;
