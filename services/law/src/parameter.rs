//! Dated legal parameters: rates, tiers, months, terms, floors and caps.
//!
//! A [`Catalogue`] is read from YAML files, one parameter each. As of an area
//! and a date it is a [`Law`], which answers each name with a value and its
//! citation, or with an error: before the first date nothing is guessed.

mod catalogue;
mod definition;
mod error;
mod law;
mod value;
mod yaml;

pub use catalogue::{Catalogue, LocalValue};
pub use definition::{Dated, Definition, Kind, Scope};
pub use error::{CatalogueError, LawError};
pub use law::{Basis, Cited, Law};
pub use value::Value;

/// The source stated for a value that an estimate assumes.
pub const STANDING_IN_SOURCE: &str = "测算时由申请人指定";

/// The parameters that belong to no one service: file name and YAML.
///
/// A service parses them together with its own files.
pub const SHARED: &[(&str, &str)] = &[
    (
        "area_average_monthly_wage.yaml",
        include_str!("../parameters/area_average_monthly_wage.yaml"),
    ),
    (
        "national_urban_disposable_income.yaml",
        include_str!("../parameters/national_urban_disposable_income.yaml"),
    ),
];
