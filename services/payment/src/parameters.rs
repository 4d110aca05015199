//! The parameters that the service decides by.

/// File name and YAML of each; [`law::parameter::SHARED`] comes on top.
pub const PARAMETERS: &[(&str, &str)] = &[
    (
        "appraisal_fee.yaml",
        include_str!("../parameters/appraisal_fee.yaml"),
    ),
    (
        "extra_evidence.yaml",
        include_str!("../parameters/extra_evidence.yaml"),
    ),
    (
        "payroll_rise_ratio.yaml",
        include_str!("../parameters/payroll_rise_ratio.yaml"),
    ),
    (
        "prevention_kind.yaml",
        include_str!("../parameters/prevention_kind.yaml"),
    ),
    (
        "prevention_prepayment.yaml",
        include_str!("../parameters/prevention_prepayment.yaml"),
    ),
    (
        "prevention_ratio.yaml",
        include_str!("../parameters/prevention_ratio.yaml"),
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
