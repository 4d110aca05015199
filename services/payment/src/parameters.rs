//! The parameters that the service decides by.

/// File name and YAML of each; [`law::parameter::SHARED`] comes on top.
pub const PARAMETERS: &[(&str, &str)] = &[
    (
        "extra_evidence.yaml",
        include_str!("../parameters/extra_evidence.yaml"),
    ),
    (
        "payroll_rise_ratio.yaml",
        include_str!("../parameters/payroll_rise_ratio.yaml"),
    ),
    (
        "stop_makes_up.yaml",
        include_str!("../parameters/stop_makes_up.yaml"),
    ),
    (
        "verification_months.yaml",
        include_str!("../parameters/verification_months.yaml"),
    ),
];
