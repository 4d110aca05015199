//! The parameter files of every service can be read, and hold what the law says.

use std::fs;
use std::path::{Path, PathBuf};

use law::parameter::{SHARED, Scope};
use law::{Catalogue, LawError};
use time::macros::date;

fn files_of(service: &str) -> Vec<(String, String)> {
    let folder: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("..")
        .join(service);
    let mut files: Vec<_> = fs::read_dir(folder.join("parameters"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "yaml")
        })
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read_to_string(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn catalogue_of(service: &str) -> Catalogue {
    let files = files_of(service);
    let mut all: Vec<_> = SHARED.to_vec();
    all.extend(
        files
            .iter()
            .map(|(name, yaml)| (name.as_str(), yaml.as_str())),
    );
    Catalogue::parse(&all).unwrap()
}

#[test]
fn every_file_is_named_like_its_parameter_and_can_be_read() {
    for service in ["collection", "registration"] {
        for (file, yaml) in files_of(service) {
            let catalogue = Catalogue::parse(&[(&file, &yaml)]).unwrap();
            let definition = catalogue.definitions().next().unwrap();
            assert_eq!(format!("{}.yaml", definition.name), file);
        }
    }
}

#[test]
fn class_four_pays_nine_per_mille_since_october_2015() {
    let catalogue = catalogue_of("collection");
    let law = catalogue
        .as_of("330100", date!(2026 - 11 - 01), &[], &[])
        .unwrap();
    assert_eq!(
        law.decimal("benchmark_rate.4").unwrap().value.to_string(),
        "0.009"
    );
    assert_eq!(
        law.decimal("floating_tier.4.up_2")
            .unwrap()
            .value
            .to_string(),
        "1.50"
    );
    assert_eq!(
        law.decimal("late_fee_daily_rate")
            .unwrap()
            .value
            .to_string(),
        "0.0005"
    );
    assert_eq!(
        law.integer("floating_notice_working_days").unwrap().value,
        5
    );
}

#[test]
fn class_one_never_floats_down_and_under_the_old_table_not_at_all() {
    let catalogue = catalogue_of("collection");
    let old = catalogue
        .as_of("330100", date!(2015 - 09 - 30), &[], &[])
        .unwrap();
    let new = catalogue
        .as_of("330100", date!(2015 - 10 - 01), &[], &[])
        .unwrap();
    assert!(old.decimal("floating_tier.1.up_1").is_err());
    assert!(old.decimal("floating_tier.1.none").is_ok());
    assert!(new.decimal("floating_tier.1.up_1").is_ok());
    assert!(matches!(
        new.decimal("floating_tier.1.down_1"),
        Err(LawError::Unknown { .. })
    ));
}

#[test]
fn what_the_law_leaves_to_the_province_is_not_guessed() {
    let catalogue = catalogue_of("collection");
    let law = catalogue
        .as_of("330100", date!(2026 - 11 - 01), &[], &[])
        .unwrap();
    for name in [
        "construction_rate",
        "small_mine_wage_per_tonne.coal",
        "area_average_monthly_wage",
    ] {
        assert!(
            matches!(law.decimal(name), Err(LawError::NotSetByArea { .. })),
            "{name}"
        );
    }
}

#[test]
fn a_figure_to_be_replaced_by_the_area_may_be_set_by_the_area() {
    for service in ["collection", "registration"] {
        for definition in catalogue_of(service).definitions() {
            for dated in &definition.values {
                let example = dated.source.contains("统筹地区");
                assert!(
                    !example || definition.scope == Scope::Area,
                    "{}",
                    definition.name
                );
            }
        }
    }
}
