//! Rules on what changes and when.

use contracts::common::v1::EvidenceKind;
use contracts::reflect;
use contracts::registration::v1::{
    Employer, EmployerChangeForm, EmployerChangeItem, EmployerFactChange, EmployerFacts,
    EnrolmentEnd, IdentityKind, PersonChangeForm, Refusal, Sex,
};
use contracts::{Check, Refused};
use law::Month;
use time::Date;

use crate::person::rules::{self as papers, Stated};
use crate::person::store::PersonRow;
use contracts::maybe_day;

/// Art. 11. A change holds from the day on which the present facts began to hold at the earliest, and is
/// not reported ahead.
///
/// # Errors
/// When it is not.
pub fn may_change(effective_on: Date, last_from_on: Date, today: Date) -> Result<(), Refused> {
    if last_from_on <= effective_on && effective_on <= today {
        return Ok(());
    }
    Err(Refused::because(Refusal::ChangeBeforeLast)
        .with("effective_on", effective_on)
        .with("last_from_on", last_from_on))
}

/// Art. 8, Art. 11. Insurance may turn out to have begun earlier than was registered, so that who was hired
/// before is insured from then on; whose insurance ended before, on `ended_on`, begins after that.
///
/// # Errors
/// When it would begin later, or before it ended.
pub fn may_begin_earlier(
    (starts_on, registered_on): (Date, Date),
    ended_on: Option<Date>,
    today: Date,
) -> Result<(), Refused> {
    if starts_on >= registered_on {
        return Err(Refused::because(Refusal::StartNotEarlier)
            .with("starts_on", starts_on)
            .with("registered_on", registered_on));
    }
    match ended_on.map(|day| day.next_day().unwrap_or(day)) {
        Some(first_on) if starts_on < first_on => Err(Refused::because(Refusal::StartNotAllowed)
            .with("starts_on", starts_on)
            .with("first_on", first_on)
            .with("last_on", today)),
        _ => Ok(()),
    }
}

/// Art. 11. The facts as the form asks for them, with what differs from the present ones.
///
/// # Errors
/// When nothing differs, the scope of business changes without the industry or the other way round, or
/// what is said to lapse must be registered or is not.
pub fn changed(
    before: &Employer,
    form: &EmployerChangeForm,
) -> Result<(Employer, Vec<EmployerFactChange>), Refused> {
    if form.business_scope.is_empty() != form.industry_code.is_empty() {
        return Err(Refused::because(Refusal::ScopeWithoutIndustry));
    }
    let (after, found) = differing(before, form);
    for item in &form.lapsed_items {
        may_lapse(item, &found)?;
    }
    if found.is_empty() {
        return Err(Refused::because(Refusal::NothingChanges));
    }
    Ok((after, found))
}

/// Art. 11. Only that lapses which need not be registered, is registered, and is not stated anew.
fn may_lapse(item: &str, found: &[EmployerFactChange]) -> Result<(), Refused> {
    let refused = |why| Err(Refused::because(why).with("item", item));
    if must_be_registered(item) {
        return refused(Refusal::ItemRequired);
    }
    let mut of_it = found
        .iter()
        .filter(|change| change.label == item)
        .peekable();
    if of_it.peek().is_none() || of_it.any(|change| !change.after.is_empty()) {
        return refused(Refusal::ItemNotLapsed);
    }
    Ok(())
}

/// The label of the first day of insurance.
const STARTS_ON: &str = "参保日期";

/// Art. 7. Does form 2-1 require the field with this label?
fn must_be_registered(label: &str) -> bool {
    if label == STARTS_ON {
        return true;
    }
    let missing = EmployerFacts::default().violations();
    missing.iter().any(|field| field.label == label)
}

/// Art. 11. The facts with what a form states put in their place and what lapses left out, and what of
/// that differs, in the order of the article's list.
#[must_use]
pub fn differing(
    before: &Employer,
    form: &EmployerChangeForm,
) -> (Employer, Vec<EmployerFactChange>) {
    use EmployerChangeItem as Item;
    let mut employer = before.clone();
    let mut after = employer.facts.take().unwrap_or_default();
    let mut found = Changes {
        found: Vec::new(),
        lapsed: form.lapsed_items.iter().map(String::as_str).collect(),
    };
    found.lapsed.retain(|label| !must_be_registered(label));
    found.take(Item::Name, "单位名称", &mut after.name, &form.name);
    found.take(Item::Address, "单位地址", &mut after.address, &form.address);
    found.take(
        Item::LegalRepresentative,
        "法定代表人或负责人",
        &mut after.legal_representative,
        &form.legal_representative,
    );
    found.take(
        Item::LegalRepresentative,
        "法定代表人证件号码",
        &mut after.legal_representative_identity,
        &form.legal_representative_identity,
    );
    if form.r#type != 0 && form.r#type != after.r#type {
        let label = |number| reflect::label_of("workinjury.registration.v1.EmployerType", number);
        found.note(
            Item::Type,
            "单位类型",
            label(after.r#type),
            label(form.r#type),
        );
        after.r#type = form.r#type;
    }
    let codes = Item::OrganisationCode;
    found.take(
        codes,
        "统一社会信用代码",
        &mut after.credit_code,
        &form.credit_code,
    );
    found.take(
        codes,
        "组织机构统一代码",
        &mut after.organisation_code,
        &form.organisation_code,
    );
    found.take(
        Item::SupervisingAuthority,
        "主管部门或隶属关系",
        &mut after.supervising_authority,
        &form.supervising_authority,
    );
    found.take(
        Item::BankAccount,
        "开户银行",
        &mut after.bank_name,
        &form.bank_name,
    );
    found.take(
        Item::BankAccount,
        "银行账号",
        &mut after.bank_account,
        &form.bank_account,
    );
    found.take(
        Item::BusinessScope,
        "经营范围",
        &mut after.business_scope,
        &form.business_scope,
    );
    found.take(
        Item::BusinessScope,
        "主营业务行业大类",
        &mut after.industry_code,
        &form.industry_code,
    );
    found.take(
        Item::Other,
        "联系人",
        &mut after.contact_name,
        &form.contact_name,
    );
    found.take(
        Item::Other,
        "联系电话",
        &mut after.contact_phone,
        &form.contact_phone,
    );
    found.take(
        Item::Other,
        "邮政编码",
        &mut after.postal_code,
        &form.postal_code,
    );
    found.take(
        Item::Other,
        "工商注册号或批准文号",
        &mut after.registration_number,
        &form.registration_number,
    );
    found.take(
        Item::Other,
        "登记管理机关",
        &mut after.registration_authority,
        &form.registration_authority,
    );
    found.take(
        Item::Other,
        "成立日期",
        &mut after.founded_on,
        &form.founded_on,
    );
    found.take(
        Item::Other,
        "执照有效期至",
        &mut after.licence_valid_until_on,
        &form.licence_valid_until_on,
    );
    found.take(
        Item::Other,
        "其他险种参保地",
        &mut employer.outside_area,
        &form.outside_area,
    );
    found.take(
        Item::Other,
        "跨地区特殊行业集中参保",
        &mut employer.cross_area_industry,
        &form.cross_area_industry,
    );
    found.take(
        Item::Other,
        STARTS_ON,
        &mut employer.starts_on,
        &form.starts_on,
    );
    for fact in &form.local_facts {
        match after
            .local_facts
            .iter_mut()
            .find(|known| known.name == fact.name)
        {
            Some(known) => found.take(Item::Other, &fact.name, &mut known.value, &fact.value),
            None => {
                found.note(Item::Other, &fact.name, String::new(), fact.value.clone());
                after.local_facts.push(fact.clone());
            }
        }
    }
    after.local_facts.retain(|fact| {
        let lapses = found.lapses(&fact.name);
        if lapses {
            found.note(Item::Other, &fact.name, fact.value.clone(), String::new());
        }
        !lapses
    });
    employer.facts = Some(after);
    (employer, found.found)
}

/// A fact as a form states it; the default where it states none.
trait Fact: Clone + Default + PartialEq {
    /// As people read it; empty for the default.
    fn shown(&self) -> String;
}

impl Fact for String {
    fn shown(&self) -> String {
        self.clone()
    }
}

impl Fact for Option<contracts::Date> {
    fn shown(&self) -> String {
        maybe_day(*self).map_or_else(String::new, |date| date.to_string())
    }
}

impl Fact for bool {
    fn shown(&self) -> String {
        if *self { "是" } else { "" }.to_owned()
    }
}

struct Changes<'a> {
    found: Vec<EmployerFactChange>,
    lapsed: Vec<&'a str>,
}

impl Changes<'_> {
    fn lapses(&self, label: &str) -> bool {
        self.lapsed.contains(&label)
    }

    /// Takes over what differs and is stated or lapses.
    fn take<F: Fact>(&mut self, item: EmployerChangeItem, label: &str, is: &mut F, stated: &F) {
        if stated != is && (*stated != F::default() || self.lapses(label)) {
            let before = std::mem::replace(is, stated.clone());
            self.note(item, label, before.shown(), stated.shown());
        }
    }

    fn note(&mut self, item: EmployerChangeItem, label: &str, before: String, after: String) {
        let label = label.to_owned();
        self.found.push(EmployerFactChange {
            item: item as i32,
            label,
            before,
            after,
        });
    }
}

/// Art. 8, Art. 13, Art. 150. The papers that show the new name or number; one of them is needed, and of a
/// new number that of its kind.
#[must_use]
pub fn person_papers(kind: IdentityKind) -> &'static [EvidenceKind] {
    match kind {
        IdentityKind::CitizenId => &[EvidenceKind::IdentityCard],
        IdentityKind::PermanentResidenceCard => &[EvidenceKind::PermanentResidenceCard],
        IdentityKind::Passport => &[EvidenceKind::Passport],
        IdentityKind::Unspecified => &[
            EvidenceKind::IdentityCard,
            EvidenceKind::PermanentResidenceCard,
            EvidenceKind::Passport,
        ],
    }
}

/// Art. 13, Art. 150. The person as the form asks for it. What the new paper's number does not say and the
/// form leaves empty stays as it was, but for the nationality of who was a citizen.
///
/// # Errors
/// When nothing changes, the number is none of its kind or what is stated does not go with it.
pub fn changed_person(before: &PersonRow, form: &PersonChangeForm) -> Result<PersonRow, Refused> {
    let kind_before: IdentityKind = before.identity_kind.try_into().unwrap_or_default();
    let kind = match form.identity_kind() {
        IdentityKind::Unspecified => kind_before,
        stated => stated,
    };
    let number = stated_or(&form.identity_number, &before.identity_number);
    let paper = papers::paper(kind, number)?;
    let mut stated = Stated {
        sex: form.sex(),
        born_on: maybe_day(form.born_on),
        nationality: &form.nationality,
    };
    if kind != IdentityKind::CitizenId {
        if stated.sex == Sex::Unspecified {
            stated.sex = before.sex.try_into().unwrap_or_default();
        }
        if stated.born_on.is_none() && papers::born_on_card(&paper).is_none() {
            stated.born_on = Some(before.born_on);
        }
        if kind_before != IdentityKind::CitizenId {
            stated.nationality = stated_or(&form.nationality, &before.nationality);
        }
    }
    let holder = papers::holder(paper, &stated)?;
    let after = PersonRow {
        identity_kind: holder.paper.kind as i32,
        identity_number: holder.paper.number,
        name: stated_or(&form.name, &before.name).to_owned(),
        sex: holder.sex as i32,
        born_on: holder.born_on,
        nationality: holder.nationality,
        ..before.clone()
    };
    if after == *before {
        Err(Refused::because(Refusal::NothingChanges))
    } else {
        Ok(after)
    }
}

/// Art. 6, Art. 12. The person with the day of death as it was, or none.
///
/// # Errors
/// When no death is recorded, nothing changes, or the day is before birth or in the future.
pub fn corrected_death(
    before: &PersonRow,
    died_on: Option<Date>,
    today: Date,
) -> Result<PersonRow, Refused> {
    if before.died_on.is_none() {
        return Err(Refused::because(Refusal::DeathNotRecorded));
    }
    if before.died_on == died_on {
        return Err(Refused::because(Refusal::NothingChanges));
    }
    match died_on {
        Some(day) if day < before.born_on => Err(Refused::because(Refusal::DeathBeforeBirth)
            .with("died_on", day)
            .with("born_on", before.born_on)),
        Some(day) if day > today => {
            Err(Refused::because(Refusal::DeathInFuture).with("died_on", day))
        }
        _ => Ok(PersonRow {
            died_on,
            ..before.clone()
        }),
    }
}

/// What becomes of an enrolment that a wrongly recorded death ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// It has this last day.
    Until((Date, EnrolmentEnd)),
    /// It goes on from the day after it ended, or its first where nothing of it was, to this last day where
    /// there is one.
    GoesOn(Option<(Date, EnrolmentEnd)>),
}

/// What may end an enrolment, on which days.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ends {
    /// The person died.
    pub died_on: Option<Date>,
    /// The person left, before a death was told.
    pub left: Option<(Date, EnrolmentEnd)>,
    /// The employer ended.
    pub employer_ended_on: Option<Date>,
    /// The next enrolment with the employer begins.
    pub next_on: Option<Date>,
}

/// Art. 12. What becomes of an enrolment, with its first and last day and why it ended; none where nothing does.
/// Nobody is insured after the death, whatever else ended the enrolment.
/// Within a month only the last day is another one: the month is due all the same. Of one that was told to
/// have ended before it began nothing was, and others have forgotten it: it stays so, or is told anew.
#[must_use]
pub fn cover(
    (starts_on, ended_on, reason): (Date, Date, EnrolmentEnd),
    Ends {
        died_on,
        left,
        employer_ended_on,
        next_on,
    }: Ends,
) -> Option<Cover> {
    let by_death = reason == EnrolmentEnd::Death;
    let was = starts_on <= ended_on;
    if !by_death && reason != EnrolmentEnd::DeathCorrected {
        let death = died_on.filter(|day| was && *day < ended_on);
        return death.map(|day| Cover::Until((day, EnrolmentEnd::Death)));
    }
    let before_next = next_on.and_then(Date::previous_day);
    let ends = [
        died_on.map(|day| (day, EnrolmentEnd::Death)),
        left,
        employer_ended_on.map(|day| (day, EnrolmentEnd::EmployerDeregistered)),
        before_next.map(|day| (day, EnrolmentEnd::DeathCorrected)),
    ];
    let until = ends.into_iter().flatten().min_by_key(|(day, _)| *day);
    match until {
        Some((last, why)) if last < starts_on => {
            (last < ended_on).then_some(Cover::Until((last, why)))
        }
        Some((last, why))
            if last <= ended_on || (by_death && was && Month::of(last) == Month::of(ended_on)) =>
        {
            ((last, why) != (ended_on, reason)).then_some(Cover::Until((last, why)))
        }
        until => by_death.then_some(Cover::GoesOn(until)),
    }
}

fn stated_or<'a>(stated: &'a str, otherwise: &'a str) -> &'a str {
    if stated.is_empty() { otherwise } else { stated }
}
