//! The parameters that the service decides by.

/// File name and YAML of each; [`law::parameter::SHARED`] comes on top.
pub const PARAMETERS: &[(&str, &str)] = &[
    (
        "extra_evidence.yaml",
        include_str!("../parameters/extra_evidence.yaml"),
    ),
    (
        "prevention_ratio.yaml",
        include_str!("../parameters/prevention_ratio.yaml"),
    ),
    (
        "reserve_ratio.yaml",
        include_str!("../parameters/reserve_ratio.yaml"),
    ),
];
