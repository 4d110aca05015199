//! Rules on agreements, their ends and appraisals.

mod rates;

pub use rates::each_once as rates_once;

use std::collections::HashSet;

use contracts::Refused;
use contracts::medical_agreement::v1::{
    AgreementChangeForm, AgreementChangeItem, AgreementEnd, AgreementState, AppraisalItem,
    CaseRate, Clause, ClauseKind, CreditRating, InstitutionFacts, InstitutionKind, Refusal,
};
use contracts::reflect::label_of;
use law::calendar::add_days;
use law::{Law, LawError, Sheet, Worksheet};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::store::AgreementRow;

/// Art. 38. The ten clauses that an agreement has, in the order of the article.
pub const CLAUSES: [ClauseKind; 10] = [
    ClauseKind::PersonsServed,
    ClauseKind::Scope,
    ClauseKind::Content,
    ClauseKind::Quality,
    ClauseKind::Settlement,
    ClauseKind::CostControl,
    ClauseKind::Breach,
    ClauseKind::Supervision,
    ClauseKind::Disputes,
    ClauseKind::Term,
];

/// Art. 38. Each of the ten clauses is there; answers them in the order of the article.
///
/// # Errors
/// When some are missing, or one is there twice.
pub fn complete(clauses: &[Clause]) -> Result<Vec<Clause>, Refused> {
    if let Some(twice) = repeated(clauses) {
        return Err(Refused::because(Refusal::ClauseTwice).with("clause", clause_label(twice)));
    }
    let find = |kind: ClauseKind| clauses.iter().find(|clause| clause.kind() == kind);
    let missing: Vec<String> = CLAUSES
        .into_iter()
        .filter(|kind| find(*kind).is_none())
        .map(clause_label)
        .collect();
    if !missing.is_empty() {
        return Err(Refused::because(Refusal::ClauseMissing).with("clauses", missing.join("、")));
    }
    Ok(CLAUSES.into_iter().filter_map(find).cloned().collect())
}

/// Art. 38. The clauses after a change: those of `changed` take the place of the former of their kind.
///
/// # Errors
/// When one is there twice.
pub fn amended(clauses: &[Clause], changed: &[Clause]) -> Result<Vec<Clause>, Refused> {
    if let Some(twice) = repeated(changed) {
        return Err(Refused::because(Refusal::ClauseTwice).with("clause", clause_label(twice)));
    }
    let after = |before: &Clause| {
        let again = changed.iter().find(|clause| clause.kind == before.kind);
        again.unwrap_or(before).clone()
    };
    Ok(clauses.iter().map(after).collect())
}

/// Art. 38. The rates after a change.
#[must_use]
pub fn case_rates(before: &AgreementRow, form: &AgreementChangeForm) -> Vec<CaseRate> {
    let after = form.case_rates.as_ref();
    after.map_or_else(|| before.case_rates(), |all| all.rates.clone())
}

/// Art. 38. The days of notice after a change.
#[must_use]
pub fn notice_days(before: &AgreementRow, form: &AgreementChangeForm) -> i32 {
    if form.notice_days == 0 {
        before.notice_days
    } else {
        form.notice_days
    }
}

/// Art. 38. What a form changes of an agreement's terms, each with what it was.
///
/// # Errors
/// When a clause is there twice.
pub fn changed_terms(
    before: &AgreementRow,
    form: &AgreementChangeForm,
) -> Result<Vec<AgreementChangeItem>, Refused> {
    let clauses = before.clauses();
    let after = amended(&clauses, &form.clauses)?;
    let texts = clauses.into_iter().zip(after);
    let texts = texts.map(|(before, after)| (clause_label(after.kind()), before.text, after.text));
    let days = |days: i32| format!("{days}日");
    let says = |refers: bool| if refers { "是" } else { "否" }.to_owned();
    let terms = [
        (
            "单方解除提前通知天数".to_owned(),
            days(before.notice_days),
            days(notice_days(before, form)),
        ),
        (
            "可提出转诊转院意见".to_owned(),
            says(before.refers),
            says(form.refers.unwrap_or(before.refers)),
        ),
    ];
    let rates = rates::changed(&before.case_rates(), &case_rates(before, form));
    Ok(texts
        .chain(terms)
        .chain(rates)
        .filter_map(changed)
        .collect())
}

/// Art. 38. What a form changes of the facts of an institution, each with what it was.
#[must_use]
pub fn changed_facts(
    before: &InstitutionFacts,
    after: &InstitutionFacts,
) -> Vec<AgreementChangeItem> {
    let grade = |facts: &InstitutionFacts| {
        label_of(
            "workinjury.medical_agreement.v1.InstitutionGrade",
            facts.grade,
        )
    };
    let licensed = |facts: &InstitutionFacts| {
        let until = contracts::maybe_day(facts.licence_valid_until_on);
        until.map(|until| until.to_string()).unwrap_or_default()
    };
    let of = |facts: &InstitutionFacts| {
        [
            ("机构名称", facts.name.clone()),
            ("机构等级", grade(facts)),
            ("执业许可证（资质证书）编号", facts.licence_number.clone()),
            ("许可证有效期至", licensed(facts)),
            ("地址", facts.address.clone()),
            ("联系电话", facts.phone.clone()),
            ("开户银行", facts.bank_name.clone()),
            ("银行账号", facts.bank_account.clone()),
        ]
    };
    let pairs = of(before).into_iter().zip(of(after));
    pairs
        .map(|((item, before), (_, after))| (item.to_owned(), before, after))
        .filter_map(changed)
        .collect()
}

fn changed((item, before, after): (String, String, String)) -> Option<AgreementChangeItem> {
    (before != after).then_some(AgreementChangeItem {
        item,
        before,
        after,
    })
}

fn repeated(clauses: &[Clause]) -> Option<ClauseKind> {
    let mut rest = clauses;
    while let Some((first, others)) = rest.split_first() {
        if others.iter().any(|other| other.kind == first.kind) {
            return Some(first.kind());
        }
        rest = others;
    }
    None
}

/// The Chinese name of a clause.
#[must_use]
pub fn clause_label(kind: ClauseKind) -> String {
    label_of("workinjury.medical_agreement.v1.ClauseKind", kind as i32)
}

/// Art. 38. An agreement runs from the day of the application at the earliest, and is signed with who may
/// practise when it begins and until it ends.
///
/// # Errors
/// When its days are not in order, it is backdated, or the licence has expired by then or before its end.
pub fn term(
    (starts_on, ends_on): (Date, Date),
    licence_valid_until_on: Date,
    applied_on: Date,
) -> Result<(), Refused> {
    if ends_on < starts_on {
        return Err(Refused::because(Refusal::AgreementTerm)
            .with("starts_on", starts_on)
            .with("ends_on", ends_on));
    }
    if starts_on < applied_on {
        return Err(Refused::because(Refusal::AgreementBackdated).with("starts_on", starts_on));
    }
    if licence_valid_until_on < starts_on {
        return Err(Refused::because(Refusal::LicenceExpires)
            .with("valid_until_on", licence_valid_until_on)
            .with("starts_on", starts_on));
    }
    licensed_until(ends_on, licence_valid_until_on)
}

/// Art. 38. An agreement is with who may practise: it ends no later than the licence that was seen, and is extended once
/// a new one is.
///
/// # Errors
/// When it would outlast the licence.
pub fn licensed_until(ends_on: Date, licence_valid_until_on: Date) -> Result<(), Refused> {
    if ends_on <= licence_valid_until_on {
        return Ok(());
    }
    Err(Refused::because(Refusal::AgreementOutlastsLicence)
        .with("ends_on", ends_on)
        .with("valid_until_on", licence_valid_until_on))
}

/// Art. 45. Who treats gives its opinion on referrals: only a medical agreement names somebody for it.
///
/// # Errors
/// When an agreement of another kind does.
pub fn may_refer(kind: InstitutionKind, refers: bool) -> Result<(), Refused> {
    if !refers || kind == InstitutionKind::Medical {
        return Ok(());
    }
    let label = label_of(
        "workinjury.medical_agreement.v1.InstitutionKind",
        kind as i32,
    );
    Err(Refused::because(Refusal::RefersNotMedical).with("kind", label))
}

/// How an agreement stands on a day.
#[must_use]
pub fn state((starts_on, ends_on): (Date, Date), ended: AgreementEnd, on: Date) -> AgreementState {
    if ends_on < on {
        AgreementState::Ended
    } else if on < starts_on {
        AgreementState::ToCome
    } else if ended != AgreementEnd::Unspecified {
        AgreementState::Ending
    } else {
        AgreementState::InForce
    }
}

/// Art. 40. The earliest last day of an agreement: who ends it alone tells the other side the agreed days
/// before; both together may end it today.
///
/// # Errors
/// When nobody was told, or the end is too early.
pub fn earliest_end(
    end: AgreementEnd,
    notified_on: Option<Date>,
    notice_days: i32,
    (ends_on, today): (Date, Date),
) -> Result<Date, Refused> {
    if end == AgreementEnd::Mutual {
        return Ok(today);
    }
    let told = notified_on.filter(|notified_on| *notified_on <= today);
    let told = told.ok_or_else(|| Refused::because(Refusal::NoticeMissing))?;
    let earliest_on = add_days(told, notice_days).max(today);
    if ends_on >= earliest_on {
        return Ok(earliest_on);
    }
    Err(Refused::because(Refusal::NoticeTooShort)
        .with("days", notice_days)
        .with("earliest_on", earliest_on))
}

/// Art. 40. Patients in hand, who came on these days, are cared for until a day that is stated.
///
/// # Errors
/// When that day is missing or too early, or a patient came after the end.
pub fn cared_for(
    admitted_on: &[Date],
    ends_on: Date,
    care_until_on: Option<Date>,
) -> Result<(), Refused> {
    let stated = match care_until_on {
        Some(care_until_on) => care_until_on >= ends_on,
        None => admitted_on.is_empty(),
    };
    if stated
        && admitted_on
            .iter()
            .all(|admitted_on| *admitted_on <= ends_on)
    {
        return Ok(());
    }
    Err(Refused::because(Refusal::PatientsWithoutCare))
}

/// Art. 40. Each patient in hand is listed once.
///
/// # Errors
/// When one is listed again.
pub fn each_once(persons: &[Uuid]) -> Result<(), Refused> {
    let mut listed = HashSet::new();
    match persons.iter().find(|person_id| !listed.insert(*person_id)) {
        None => Ok(()),
        Some(person_id) => {
            Err(Refused::because(Refusal::PatientTwice).with("person_id", person_id))
        }
    }
}

/// Art. 40. The points of an appraisal are out of one hundred.
///
/// # Errors
/// When they are not, or an item has more points than there are for it.
pub fn points(items: &[AppraisalItem]) -> Result<Decimal, Refused> {
    let number = |text: &str| text.parse::<Decimal>().unwrap_or_default();
    let full: Decimal = items.iter().map(|item| number(&item.full_points)).sum();
    let fits = |item: &AppraisalItem| number(&item.points) <= number(&item.full_points);
    if full != Decimal::ONE_HUNDRED || !items.iter().all(fits) {
        return Err(Refused::because(Refusal::AppraisalPoints).with("sum", full.normalize()));
    }
    Ok(items.iter().map(|item| number(&item.points)).sum())
}

/// Art. 40, Art. 52. The rating that follows from the points of an appraisal, less what checks of devices in
/// its period take off. The worksheet's figure is the points that are left, not less than none.
///
/// # Errors
/// When the law states no floors for the date.
pub fn rating(
    points: Decimal,
    failed_checks: i64,
    law: &Law,
) -> Result<(CreditRating, Worksheet), LawError> {
    let mut sheet = Sheet::new();
    let points = sheet.fact("考核项目得分合计", points, "表40-C");
    let mut left = points;
    if failed_checks > 0 {
        let failed = sheet.fact("考核期内核查不合格次数", failed_checks, "辅助器具核查记录");
        let each = sheet.parameter("每次扣分", law.decimal("device_check_deduction")?);
        let left_over = points - each * Decimal::from(failed);
        left = left_over.max(Decimal::ZERO);
        sheet.step("考核得分", left, "得分合计 − 次数 × 每次扣分，不低于0");
    }
    let floors = [
        (CreditRating::A, "A级最低得分", "credit_rating_floor.a"),
        (CreditRating::B, "B级最低得分", "credit_rating_floor.b"),
        (CreditRating::C, "C级最低得分", "credit_rating_floor.c"),
    ];
    let mut rating = CreditRating::D;
    for (reached, label, name) in floors {
        let floor = sheet.parameter(label, law.decimal(name)?);
        if left >= floor {
            rating = reached;
            break;
        }
    }
    let label = label_of(
        "workinjury.medical_agreement.v1.CreditRating",
        rating as i32,
    );
    sheet.note("信用等级", label, "按考核得分与各级最低得分比较");
    Ok((rating, sheet.result(left)))
}
