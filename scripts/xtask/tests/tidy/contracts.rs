//! The style of the contracts.

use std::collections::BTreeMap;

use contracts::options::v1::{Field, Format};
use contracts::{policy, reflect};
use prost_reflect::{
    EnumDescriptor, FieldDescriptor, FileDescriptor, MessageDescriptor, MethodDescriptor,
};
use xtask::articles::named_in;
use xtask::comments::{comment, of_method};
use xtask::lock::binding;

use crate::assert_none;

/// Requests whose area may be empty: a service of the platform reads a feed of all areas.
const ALL_AREAS: &[&str] = &["ReadEventsRequest"];

/// What calls that read although they are posted begin with.
const READING_POSTS: &[&str] = &["BatchFind", "BatchGet", "Estimate", "Print"];

/// Lists that are short by nature.
const SHORT_LISTS: &[&str] = &["ListParameters", "ListCaseHistory"];

fn files() -> impl Iterator<Item = FileDescriptor> {
    reflect::pool()
        .files()
        .filter(|file| file.package_name().starts_with("workinjury."))
}

fn methods() -> impl Iterator<Item = MethodDescriptor> {
    files().flat_map(|file| {
        let services: Vec<_> = file.services().collect();
        services
            .into_iter()
            .flat_map(|service| service.methods().collect::<Vec<_>>())
    })
}

fn messages() -> impl Iterator<Item = MessageDescriptor> {
    reflect::pool()
        .all_messages()
        .filter(|m| m.package_name().starts_with("workinjury."))
}

fn enums() -> impl Iterator<Item = EnumDescriptor> {
    reflect::pool()
        .all_enums()
        .filter(|of| of.package_name().starts_with("workinjury."))
}

/// What the contract says of a field.
pub fn field_option(field: &FieldDescriptor) -> Option<Field> {
    reflect::extension(&field.options(), "field")?
        .as_message()?
        .transcode_to()
        .ok()
}

fn findings<T>(all: impl Iterator<Item = T>, wrong: impl Fn(&T) -> Option<String>) {
    assert_none(all.filter_map(|one| wrong(&one)));
}

#[test]
fn every_call_says_who_may_make_it() {
    findings(methods(), |method| match policy::policy_of(method) {
        Some(policy) if !policy.callers.is_empty() => None,
        _ => Some(format!(
            "{}: no callers in its policy; nobody could call it",
            method.full_name()
        )),
    });
}

#[test]
fn every_call_begins_its_comment_with_its_article() {
    findings(methods(), |method| {
        let comment = of_method(method);
        let named = comment.starts_with("Art. ") && !named_in(&comment).is_empty();
        (!named).then(|| {
            format!(
                "{}: the comment does not begin with `Art. N.`",
                method.full_name()
            )
        })
    });
}

#[test]
fn a_call_has_a_request_and_a_response_of_its_own() {
    findings(methods(), |method| {
        let name = method.name();
        let (request, response) = (method.input(), method.output());
        let own = request.name() == format!("{name}Request")
            && response.name() == format!("{name}Response")
            && request.package_name() == method.parent_service().package_name();
        (!own).then(|| {
            format!(
                "{}: takes {name}Request, answers {name}Response",
                method.full_name()
            )
        })
    });
}

#[test]
fn no_two_calls_share_a_path() {
    let mut taken = BTreeMap::new();
    assert_none(methods().filter_map(|method| {
        let (verb, path) = binding(&method)?;
        let gaps: String = path
            .split('{')
            .map(|part| part.split_once('}').unwrap_or(("", part)).1)
            .collect();
        // What every service serves is mounted below the service's name.
        let mount = policy::is_everywhere(method.parent_service());
        let key = (mount, verb.clone(), gaps);
        let other = taken.insert(key, method.full_name().to_owned())?;
        Some(format!(
            "{}: {verb} {path} is also {other}",
            method.full_name()
        ))
    }));
}

#[test]
fn every_path_is_versioned_and_in_lower_camel_case() {
    findings(methods(), |method| {
        let (_, path) = binding(method)?;
        let fixed = path
            .split('{')
            .map(|part| part.split_once('}').map_or(part, |(_, rest)| rest));
        let plain = fixed
            .collect::<String>()
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "/:".contains(c));
        (!path.starts_with("/v1/") || !plain).then(|| format!("{}: {path}", method.full_name()))
    });
}

#[test]
fn every_request_names_its_pooling_area_first() {
    findings(methods(), |method| {
        let request = method.input();
        let area = request
            .get_field(1)
            .filter(|field| field.name() == "pooling_area");
        let option = area
            .and_then(|field| field_option(&field))
            .unwrap_or_default();
        let said = option.format() == Format::PoolingArea
            && option.label == "统筹地区"
            && (option.required || ALL_AREAS.contains(&request.name()));
        (!said).then(|| {
            format!(
                "{}: `string pooling_area = 1`, 统筹地区, required, FORMAT_POOLING_AREA",
                request.full_name()
            )
        })
    });
}

#[test]
fn every_change_can_be_repeated_under_its_request_id() {
    let changing = methods().filter(|method| {
        let reads = binding(method).is_none_or(|(verb, _)| verb == "GET")
            || READING_POSTS
                .iter()
                .any(|verb| method.name().starts_with(verb));
        !reads && !method.is_client_streaming()
    });
    findings(changing, |method| {
        let request = method.input();
        let id = request
            .get_field(2)
            .filter(|field| field.name() == "request_id");
        let said = id
            .and_then(|field| field_option(&field))
            .is_some_and(|o| o.format() == Format::Uuid);
        (!said).then(|| {
            format!(
                "{}: `string request_id = 2`, FORMAT_UUID (AIP-155)",
                request.full_name()
            )
        })
    });
}

#[test]
fn a_stream_of_rows_is_an_upload_like_every_other() {
    findings(
        methods().filter(MethodDescriptor::is_client_streaming),
        |method| {
            let fields: Vec<_> = method
                .input()
                .fields()
                .map(|f| f.name().to_owned())
                .collect();
            let path = binding(method).map(|(_, path)| path).unwrap_or_default();
            let like = method.name().starts_with("Upload")
                && fields
                    == [
                        "pooling_area",
                        "header",
                        "first_row",
                        "rows",
                        "totals",
                        "lines",
                    ]
                && path.ends_with(":upload")
                && method.output().get_field_by_name("batch").is_some();
            (!like).then(|| {
                format!(
                    "{}: not shaped like an upload ({fields:?}, {path:?})",
                    method.full_name()
                )
            })
        },
    );
}

#[test]
fn every_list_comes_in_pages() {
    let lists = methods().filter(|method| {
        method.name().starts_with("List") && !SHORT_LISTS.contains(&method.name())
    });
    findings(lists, |method| {
        let has =
            |message: MessageDescriptor, name: &str| message.get_field_by_name(name).is_some();
        let paged = has(method.input(), "page_size")
            && has(method.input(), "page_token")
            && has(method.output(), "next_page_token");
        (!paged).then(|| {
            format!(
                "{}: page_size, page_token, next_page_token (AIP-158)",
                method.full_name()
            )
        })
    });
}

/// Of what is listed, every field that a cell can hold is a column, and of what is uploaded too.
#[test]
fn every_column_has_a_chinese_head() {
    let listed = methods()
        .filter(|method| binding(method).is_some_and(|(verb, _)| verb == "GET"))
        .map(|method| method.output());
    let uploaded = methods()
        .filter(MethodDescriptor::is_client_streaming)
        .map(|method| method.input());
    let rows = listed
        .chain(uploaded)
        .flat_map(|message| message.fields().collect::<Vec<_>>())
        .filter(FieldDescriptor::is_list)
        .filter_map(|field| field.kind().as_message().cloned());
    let columns = rows.flat_map(|row| row.fields().collect::<Vec<_>>());
    findings(columns, |column| {
        let values = ["Money", "Month", "Date", "Timestamp"];
        let of_parts = column.kind().as_message().cloned();
        let fits = of_parts.is_none_or(|message| values.contains(&message.name()));
        let label = field_option(column).unwrap_or_default().label;
        let chinese = !label.is_ascii();
        (fits && !column.is_list() && !chinese)
            .then(|| format!("{}: has no Chinese label", column.full_name()))
    });
}

#[test]
fn a_package_is_a_folder() {
    findings(files(), |file| {
        let folder = file
            .name()
            .rsplit_once('/')
            .map_or("", |(folder, _)| folder);
        (folder.replace('/', ".") != file.package_name())
            .then(|| format!("{}: package {}", file.name(), file.package_name()))
    });
}

#[test]
fn every_enum_begins_with_unspecified_and_its_values_with_its_name() {
    findings(enums(), |of| {
        let prefix = upper_snake(of.name());
        let zero = of
            .get_value(0)
            .is_some_and(|value| value.name() == format!("{prefix}_UNSPECIFIED"));
        let strange = of
            .values()
            .find(|value| !value.name().starts_with(&format!("{prefix}_")));
        (!zero || strange.is_some()).then(|| {
            format!(
                "{}: values begin with {prefix}_, the first is {prefix}_UNSPECIFIED = 0",
                of.full_name()
            )
        })
    });
}

#[test]
fn names_are_unique_within_a_package() {
    let mut seen = BTreeMap::new();
    let names = messages()
        .filter(|message| !message.is_map_entry())
        .map(|m| {
            (
                m.package_name().to_owned(),
                m.name().to_owned(),
                m.full_name().to_owned(),
            )
        })
        .chain(enums().map(|e| {
            (
                e.package_name().to_owned(),
                e.name().to_owned(),
                e.full_name().to_owned(),
            )
        }));
    assert_none(names.filter_map(|(package, name, full)| {
        let other = seen.insert((package, name), full.clone())?;
        Some(format!("{full}: also {other}"))
    }));
}

#[test]
fn whatever_people_choose_from_has_a_label_or_none_has() {
    findings(enums().filter(|of| of.name() != "Refusal"), |of| {
        let labelled = |value: &prost_reflect::EnumValueDescriptor| {
            reflect::extension(&value.options(), "label").is_some()
        };
        let all: Vec<_> = of
            .values()
            .filter(|value| value.number() != 0)
            .map(|v| labelled(&v))
            .collect();
        (all.contains(&true) && all.contains(&false)).then(|| {
            format!(
                "{}: some values have a Chinese label and some have none",
                of.full_name()
            )
        })
    });
}

#[test]
fn every_service_call_message_and_enum_has_a_comment() {
    let told = |file: &FileDescriptor, path: &[i32]| !comment(file, path).is_empty();
    let answer = |name: &str| name.ends_with("Request") || name.ends_with("Response");
    let services = files().flat_map(|file| {
        let all: Vec<_> = file
            .services()
            .map(|s| (file.clone(), s.path().to_vec(), s.full_name().to_owned()))
            .collect();
        all
    });
    let messages = messages()
        .filter(|message| !answer(message.name()) && !message.is_map_entry())
        .map(|m| (m.parent_file(), m.path().to_vec(), m.full_name().to_owned()));
    let enums = enums().map(|of| {
        (
            of.parent_file(),
            of.path().to_vec(),
            of.full_name().to_owned(),
        )
    });
    findings(
        services.chain(messages).chain(enums),
        |(file, path, name)| {
            (!told(file, path)).then(|| format!("{name}: no comment says what it is"))
        },
    );
}

fn upper_snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.extend(c.to_uppercase());
    }
    snake
}
