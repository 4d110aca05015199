//! Rules on items of the catalogues.

use contracts::Refused;
use contracts::medical_agreement::v1::{
    CatalogueChange, CatalogueDifference, CatalogueItem, CatalogueKind, Refusal,
};
use contracts::reflect::label_of;
use prost::Message;
use rust_decimal::Decimal;
use time::Date;

/// Art. 43, Art. 51. What keeps a row out of a list of `expected`.
///
/// # Errors
/// When it is of another catalogue, its code cannot be one of that catalogue, or it lacks what items of that
/// catalogue are reviewed by.
pub fn fits(item: &CatalogueItem, expected: i32) -> Result<(), Refused> {
    if item.kind != expected {
        return Err(Refused::because(Refusal::CatalogueKindsMixed)
            .with("kind", kind_label(item.kind))
            .with("expected", kind_label(expected))
            .about("目录类别"));
    }
    if let Err(rule) = code_of(item.kind(), &item.code) {
        return Err(Refused::because(Refusal::CatalogueCodeShape)
            .with("code", &item.code)
            .with("kind", kind_label(item.kind))
            .with("rule", rule)
            .about("项目编码"));
    }
    let unpriced = item.price_limit.is_none();
    match item.kind() {
        CatalogueKind::Device if unpriced || item.useful_months == 0 => {
            let (missing, label) = match (unpriced, item.useful_months == 0) {
                (true, true) => ("最高支付标准和最低使用年限", "最高支付标准"),
                (true, false) => ("最高支付标准", "最高支付标准"),
                _ => ("最低使用年限", "最低使用年限（月）"),
            };
            Err(Refused::because(Refusal::CatalogueDeviceIncomplete)
                .with("code", &item.code)
                .with("missing", missing)
                .about(label))
        }
        CatalogueKind::InpatientService if unpriced => {
            Err(Refused::because(Refusal::CatalogueDayPriceMissing)
                .with("code", &item.code)
                .about("最高支付标准"))
        }
        _ => Ok(()),
    }
}

/// Whose code one of a national length and beginning is, as the national codes of medical insurance are made.
#[derive(Clone, Copy, PartialEq, Eq)]
enum National {
    Drug,
    TreatmentItem,
    Consumable,
}

fn national(code: &str) -> Option<National> {
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    match (code.len(), code.as_bytes().first()?) {
        (23, b'X' | b'Z') if code.bytes().all(|b| b.is_ascii_alphanumeric()) => {
            Some(National::Drug)
        }
        (15, _) if digits(code) => Some(National::TreatmentItem),
        (20, b'C') if digits(&code[1..]) => Some(National::Consumable),
        _ => None,
    }
}

/// The code is written in one way, one that is as long as a national code of its catalogue is such a one, and
/// none is a national code of another catalogue; otherwise answers the rule.
fn code_of(kind: CatalogueKind, code: &str) -> Result<(), &'static str> {
    let plain = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b"-._/".contains(&b);
    if !code.bytes().all(plain) {
        return Err("编码只用半角数字、大写字母和-._/");
    }
    let national = national(code);
    match (kind, code.len()) {
        (CatalogueKind::Drug, 23) if national != Some(National::Drug) => {
            Err("23位的药品编码以X或者Z开头，只含数字和字母")
        }
        (CatalogueKind::TreatmentItem, 15) if national != Some(National::TreatmentItem) => {
            Err("15位的诊疗项目编码应全部为数字")
        }
        (CatalogueKind::TreatmentItem | CatalogueKind::Device, 20)
            if code.starts_with('C') && national != Some(National::Consumable) =>
        {
            Err("20位的耗材编码以C开头，其后应全部为数字")
        }
        _ => match national {
            Some(National::Drug) if kind != CatalogueKind::Drug => Err("这是国家药品编码"),
            Some(National::TreatmentItem) if kind != CatalogueKind::TreatmentItem => {
                Err("这是国家医疗服务项目编码")
            }
            Some(National::Consumable)
                if !matches!(kind, CatalogueKind::TreatmentItem | CatalogueKind::Device) =>
            {
                Err("这是国家医用耗材编码")
            }
            _ => Ok(()),
        },
    }
}

/// The price limit of an item in yuan; none where it is not limited, or no amount.
#[must_use]
pub fn price_limit(item: &CatalogueItem) -> Option<Decimal> {
    item.price_limit.as_ref()?.decimal().ok()
}

/// An item as it is kept: amounts written in one way, so that items that say the same are the same bytes.
#[must_use]
pub fn content(item: &CatalogueItem) -> Vec<u8> {
    let price_limit = price_limit(item).map(Into::into);
    if price_limit == item.price_limit {
        return item.encode_to_vec();
    }
    CatalogueItem {
        price_limit,
        ..item.clone()
    }
    .encode_to_vec()
}

/// The item of this code that was kept as `content`, which is empty where a list has none; no answer where
/// the content is that of something else.
#[must_use]
pub fn kept(content: &[u8], code: &str) -> Option<Option<CatalogueItem>> {
    if content.is_empty() {
        return Some(None);
    }
    let item = CatalogueItem::decode(content).ok()?;
    (item.code == code).then_some(Some(item))
}

/// Art. 43. How an item differs from the one of its code in the list before.
#[must_use]
pub fn difference(
    before: Option<CatalogueItem>,
    after: Option<CatalogueItem>,
) -> CatalogueDifference {
    let (change, fields) = match (&before, &after) {
        (None, _) => (CatalogueChange::Added, String::new()),
        (_, None) => (CatalogueChange::Removed, String::new()),
        (Some(before), Some(after)) => (price_change(before, after), changed(before, after)),
    };
    CatalogueDifference {
        change: change as i32,
        fields,
        before,
        after,
    }
}

/// What is not limited is above every limit.
fn price_change(before: &CatalogueItem, after: &CatalogueItem) -> CatalogueChange {
    let limit = |item| price_limit(item).unwrap_or(Decimal::MAX);
    match limit(after).cmp(&limit(before)) {
        std::cmp::Ordering::Greater => CatalogueChange::PriceRaised,
        std::cmp::Ordering::Less => CatalogueChange::PriceLowered,
        std::cmp::Ordering::Equal => CatalogueChange::Other,
    }
}

/// Labels of the fields that differ.
fn changed(before: &CatalogueItem, after: &CatalogueItem) -> String {
    let fields = [
        ("项目名称", before.name != after.name),
        ("计价单位", before.unit != after.unit),
        ("规格", before.specification != after.specification),
        ("生产企业", before.manufacturer != after.manufacturer),
        ("最高支付标准", price_limit(before) != price_limit(after)),
        (
            "每日限量",
            before.quantity_per_day != after.quantity_per_day,
        ),
        (
            "每次住院限量",
            before.quantity_per_stay != after.quantity_per_stay,
        ),
        ("最低机构等级", before.lowest_grade != after.lowest_grade),
        ("仅限工伤伤情", before.injury_only != after.injury_only),
        ("须经审核", before.needs_review != after.needs_review),
        (
            "最低使用年限（月）",
            before.useful_months != after.useful_months,
        ),
        ("限定支付说明", before.note != after.note),
    ];
    let differing = fields.iter().filter(|(_, differs)| *differs);
    let labels: Vec<&str> = differing.map(|(label, _)| *label).collect();
    labels.join("、")
}

/// Art. 43. There is a version of that day already, which stays: bills of the day were settled by it, and each says so, so
/// that the list in force on a day must never be another one than it was. What is wrong in it is put right by a version of the
/// next day; bills of the day itself by their review (Art. 90).
#[must_use]
pub fn set_before(kind: CatalogueKind, effective_on: Date) -> Refused {
    Refused::because(Refusal::CatalogueSetBefore)
        .with("kind", kind_label(kind as i32))
        .with("effective_on", effective_on)
}

/// The Chinese name of a catalogue.
#[must_use]
pub fn kind_label(kind: i32) -> String {
    label_of("workinjury.medical_agreement.v1.CatalogueKind", kind)
}
