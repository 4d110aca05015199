//! Payment as others see it: through its contracts, on a real database.
//!
//! The modules are marked as tests because clippy lets only those unwrap.

#[cfg(test)]
mod support;

#[cfg(test)]
mod adjustment;
#[cfg(test)]
mod bank_accounts;
#[cfg(test)]
mod interrupted;
#[cfg(test)]
mod law_cases;
#[cfg(test)]
mod notices;
#[cfg(test)]
mod overpayments;
#[cfg(test)]
mod payroll;
#[cfg(test)]
mod special_fund;
#[cfg(test)]
mod statements;
#[cfg(test)]
mod sweep;
#[cfg(test)]
mod under_way;
