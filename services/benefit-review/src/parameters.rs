//! The parameters that the service decides by.

/// File name and YAML of each; [`law::parameter::SHARED`] comes on top.
pub const PARAMETERS: &[(&str, &str)] = &[
    (
        "emergency_days.yaml",
        include_str!("../parameters/emergency_days.yaml"),
    ),
    (
        "extra_evidence.yaml",
        include_str!("../parameters/extra_evidence.yaml"),
    ),
    (
        "hospital_meal_allowance.yaml",
        include_str!("../parameters/hospital_meal_allowance.yaml"),
    ),
    (
        "outside_board_per_day.yaml",
        include_str!("../parameters/outside_board_per_day.yaml"),
    ),
    (
        "outside_fare_at_most.yaml",
        include_str!("../parameters/outside_fare_at_most.yaml"),
    ),
    (
        "outside_night_at_most.yaml",
        include_str!("../parameters/outside_night_at_most.yaml"),
    ),
    (
        "recognition_days.yaml",
        include_str!("../parameters/recognition_days.yaml"),
    ),
    (
        "split_stay_days.yaml",
        include_str!("../parameters/split_stay_days.yaml"),
    ),
    (
        "stoppage_extension_months.yaml",
        include_str!("../parameters/stoppage_extension_months.yaml"),
    ),
    (
        "stoppage_months.yaml",
        include_str!("../parameters/stoppage_months.yaml"),
    ),
];
