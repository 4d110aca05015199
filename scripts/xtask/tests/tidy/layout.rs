//! Names and lengths of files.

use xtask::checkout::{root, sources};

use crate::{assert_none, rust, services};

/// What a section may consist of; each may be a file or a folder of files.
const PARTS: &[&str] = &["rules", "cases", "batches", "runs", "store", "rpc"];

/// What a service has beside its sections.
const BESIDE: &[&str] = &["main", "lib", "reactions", "peers"];

/// Modules that several sections of a service share, and that are no section themselves.
const SHARED: &[&str] = &[
    "services/benefit-review/src/benefit",
    "services/benefit-review/src/eligible",
    "services/benefit-review/src/facts",
    "services/benefit-review/src/parameters",
    "services/collection/src/employer",
    "services/collection/src/ledger",
    "services/collection/src/notice",
    "services/collection/src/parameters",
    "services/collection/src/wire",
    "services/medical-agreement/src/approval",
    "services/medical-agreement/src/events",
    "services/medical-agreement/src/own",
    "services/medical-agreement/src/parameters",
    "services/medical-agreement/src/patient",
    "services/medical-agreement/src/catalogue",
    "services/finance/src/bank",
    "services/finance/src/duties",
    "services/finance/src/ledger",
    "services/finance/src/parameters",
    "services/payment/src/account",
    "services/payment/src/parameters",
    "services/registration/src/employer",
    "services/registration/src/events",
    "services/registration/src/person",
];

/// What a section has beside the parts that every section may have.
const OWN_PARTS: &[&str] = &[
    // The roll of who is insured from when to when, which cases, batches and reactions write.
    "services/registration/src/enrolment/roll",
    // A roster on its way into the register, which cases and batches share.
    "services/registration/src/enrolment/roster",
    // The declaration window, which cases, batches and runs ask for and a day moves.
    "services/registration/src/enrolment/window",
    // The rounds in which certificates are verified, with a store of their own.
    "services/registration/src/certificate/rounds",
    // What registration authorities and public security tell, and whole lists, each with a store.
    "services/registration/src/exchange/authority",
    "services/registration/src/exchange/list",
    "services/registration/src/exchange/resident",
];

/// The files and folders directly below a folder of a service's source, without `.rs`.
fn names(folder: &str) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(root().join(folder)) else {
        return Vec::new();
    };
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .map(|name| name.trim_end_matches(".rs").to_owned())
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The sections of a service.
fn sections(service: &str) -> Vec<String> {
    let folder = format!("services/{service}/src");
    let mut names = names(&folder);
    names.retain(|name| {
        !BESIDE.contains(&name.as_str()) && !SHARED.contains(&format!("{folder}/{name}").as_str())
    });
    names
}

/// The files of a service's contract that declare calls, without `.proto`.
fn contracts(service: &str) -> Vec<String> {
    let package = format!("workinjury.{}.v1", service.replace('-', "_"));
    let files = contracts::reflect::pool().files();
    let calls = files.filter(|file| file.package_name() == package && file.services().len() > 0);
    let name = |path: &str| {
        path.rsplit('/')
            .next()
            .unwrap_or(path)
            .trim_end_matches(".proto")
            .to_owned()
    };
    calls.map(|file| name(file.name())).collect()
}

// Art. 3. Each of the nine areas of business is one service, and nothing else is.
#[test]
fn every_service_is_an_area_of_business() {
    const AREAS: &[&str] = &[
        "registration",
        "collection",
        "medical-agreement",
        "benefit-review",
        "payment",
        "finance",
        "statistics",
        "audit",
        "records",
    ];
    assert_none(
        services()
            .into_iter()
            .filter(|name| !AREAS.contains(&name.as_str()))
            .map(|name| {
                format!("services/{name}: the procedure has no such area of business (article 3)")
            }),
    );
}

#[test]
fn a_section_has_only_the_parts_that_every_section_may_have() {
    let mut findings = Vec::new();
    for service in services() {
        for section in sections(&service) {
            let folder = format!("services/{service}/src/{section}");
            for name in names(&folder) {
                let own = format!("{folder}/{name}");
                if !PARTS.contains(&name.as_str()) && !OWN_PARTS.contains(&own.as_str()) {
                    findings.push(format!("{own}.rs: a section has only {}", PARTS.join(", ")));
                }
            }
        }
    }
    assert_none(findings);
}

#[test]
fn a_section_has_a_contract_and_a_test_of_its_name() {
    let mut findings = Vec::new();
    for service in services() {
        let mut sections = sections(&service);
        sections.extend(contracts(&service));
        sections.sort();
        sections.dedup();
        for section in sections {
            for path in [
                format!("services/{service}/src/{section}.rs"),
                format!("services/{service}/tests/it/{section}.rs"),
                format!(
                    "proto/workinjury/{}/v1/{section}.proto",
                    service.replace('-', "_")
                ),
            ] {
                if !root().join(&path).exists() {
                    findings.push(format!("{path} is missing for `{section}` of {service}"));
                }
            }
        }
    }
    assert_none(findings);
}

#[test]
fn a_module_is_the_file_of_its_name() {
    let all = sources("", &["rs"]).unwrap();
    assert_none(
        all.iter()
            .filter(|source| source.name() == "mod.rs")
            .map(|source| {
                format!(
                    "{}: call it by the name of its folder, beside it",
                    source.path
                )
            }),
    );
}

#[test]
fn no_file_is_longer_than_600_lines_and_few_are_longer_than_400() {
    let all = sources("", &["rs"]).unwrap();
    let longer_than = |most: usize| -> Vec<String> {
        let lengths = all
            .iter()
            .map(|source| (source.text.lines().count(), &source.path));
        let long = lengths.filter(|(lines, _)| *lines > most);
        long.map(|(lines, path)| format!("{path}: {lines} lines"))
            .collect()
    };
    assert_none(longer_than(600));
    let long = longer_than(400);
    assert_none(long.iter().filter(|_| long.len() * 30 > all.len()).cloned());
}

#[test]
fn nothing_is_left_for_later_and_nothing_points_outside() {
    // In two halves, so that this file does not find itself.
    let unwanted = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
        concat!("todo", "!("),
        concat!("unimplemented", "!("),
        concat!("shared/", "procedure"),
        concat!("shared/", "law"),
        concat!("/work", "/main"),
        concat!("/ro", "ot/."),
        concat!("#[ig", "nore"),
    ];
    let kinds = [
        "rs", "proto", "md", "toml", "yaml", "yml", "sql", "sh", "py", "tsv",
    ];
    let mut findings = Vec::new();
    for source in sources("", &kinds).unwrap() {
        for (number, line) in (1..).zip(source.text.lines()) {
            for word in unwanted.iter().filter(|word| line.contains(**word)) {
                findings.push(format!("{}:{number}: {word}", source.path));
            }
        }
    }
    assert_none(findings);
}

#[test]
fn names_say_what_a_thing_is() {
    let vague = ["Manager", "Helper", "Util", "helpers", "utils"];
    let mut findings = Vec::new();
    for source in rust("") {
        for (number, line) in source.code() {
            let declares = ["struct ", "enum ", "trait ", "mod "]
                .iter()
                .any(|kind| line.contains(kind));
            if declares && vague.iter().any(|word| line.contains(word)) {
                findings.push(format!(
                    "{}:{number}: the name says nothing: {line}",
                    source.path
                ));
            }
        }
    }
    assert_none(findings);
}
