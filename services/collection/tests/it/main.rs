//! Collection as others see it: through its contracts, on a real database.
//!
//! The modules are marked as tests because clippy lets only those unwrap.

#[cfg(test)]
mod books;
#[cfg(test)]
mod runs;
#[cfg(test)]
mod support;

#[cfg(test)]
mod ability;
#[cfg(test)]
mod agency;
#[cfg(test)]
mod agreements;
#[cfg(test)]
mod arrears;
#[cfg(test)]
mod assessment;
#[cfg(test)]
mod back_payment;
#[cfg(test)]
mod base;
#[cfg(test)]
mod bases_in_force;
#[cfg(test)]
mod beside;
#[cfg(test)]
mod corrections;
#[cfg(test)]
mod credits;
#[cfg(test)]
mod death_revoked;
#[cfg(test)]
mod declaration;
#[cfg(test)]
mod declined;
#[cfg(test)]
mod dunning;
#[cfg(test)]
mod estimate;
#[cfg(test)]
mod late_bill;
#[cfg(test)]
mod late_fee;
#[cfg(test)]
mod law_cases;
#[cfg(test)]
mod local_papers;
#[cfg(test)]
mod long_list;
#[cfg(test)]
mod month;
#[cfg(test)]
mod night;
#[cfg(test)]
mod objection;
#[cfg(test)]
mod once;
#[cfg(test)]
mod payer_codes;
#[cfg(test)]
mod payment_state;
#[cfg(test)]
mod project;
#[cfg(test)]
mod rate;
#[cfg(test)]
mod rate_industry;
#[cfg(test)]
mod rate_report;
#[cfg(test)]
mod receipt_cases;
#[cfg(test)]
mod refund;
#[cfg(test)]
mod settlement;
#[cfg(test)]
mod special_corrected;
#[cfg(test)]
mod special_replaces;
#[cfg(test)]
mod started_earlier;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod to_audit;
#[cfg(test)]
mod told_late;
#[cfg(test)]
mod turns;
#[cfg(test)]
mod under_declaration;
#[cfg(test)]
mod under_way;
#[cfg(test)]
mod write_off;
