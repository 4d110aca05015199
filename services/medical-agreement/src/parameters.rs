//! The parameters that the service decides by.

/// File name and YAML of each; [`law::parameter::SHARED`] comes on top.
pub const PARAMETERS: &[(&str, &str)] = &[
    (
        "appraisal_interval_months.yaml",
        include_str!("../parameters/appraisal_interval_months.yaml"),
    ),
    (
        "credit_rating_floor.yaml",
        include_str!("../parameters/credit_rating_floor.yaml"),
    ),
    (
        "device_approval_days.yaml",
        include_str!("../parameters/device_approval_days.yaml"),
    ),
    (
        "device_check_deduction.yaml",
        include_str!("../parameters/device_check_deduction.yaml"),
    ),
    (
        "extra_evidence.yaml",
        include_str!("../parameters/extra_evidence.yaml"),
    ),
];
