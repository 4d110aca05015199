//! Catalogues (目录): what the fund pays for, from which day on (Art. 43).

pub mod store;
