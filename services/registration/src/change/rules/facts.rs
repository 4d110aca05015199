//! Rules on the facts of an employer that a form changes, or says to lapse (article 11).

use contracts::registration::v1::{
    Employer, EmployerChangeForm, EmployerChangeItem, EmployerFactChange, EmployerFacts, LocalFact,
    Refusal,
};
use contracts::{Check, Refused, maybe_day, reflect};

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

/// Art. 7. Does form 2-1 require the field with this label, or the register the first day of insurance?
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
    other_items(&mut found, &mut after, form);
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
    local_facts(&mut found, &mut after.local_facts, form);
    employer.facts = Some(after);
    (employer, found.found)
}

/// Art. 11. The facts of form 2-1 that the article's list does not name.
fn other_items(found: &mut Changes<'_>, after: &mut EmployerFacts, form: &EmployerChangeForm) {
    let other = EmployerChangeItem::Other;
    found.take(other, "联系人", &mut after.contact_name, &form.contact_name);
    found.take(
        other,
        "联系电话",
        &mut after.contact_phone,
        &form.contact_phone,
    );
    found.take(other, "邮政编码", &mut after.postal_code, &form.postal_code);
    found.take(
        other,
        "工商注册号或批准文号",
        &mut after.registration_number,
        &form.registration_number,
    );
    found.take(
        other,
        "登记管理机关",
        &mut after.registration_authority,
        &form.registration_authority,
    );
    found.take(other, "成立日期", &mut after.founded_on, &form.founded_on);
    found.take(
        other,
        "执照有效期至",
        &mut after.licence_valid_until_on,
        &form.licence_valid_until_on,
    );
}

/// Art. 11. The facts that the area asks for beside those of form 2-1.
fn local_facts(
    found: &mut Changes<'_>,
    known_facts: &mut Vec<LocalFact>,
    form: &EmployerChangeForm,
) {
    let other = EmployerChangeItem::Other;
    for fact in &form.local_facts {
        match known_facts.iter_mut().find(|known| known.name == fact.name) {
            Some(known) => found.take(other, &fact.name, &mut known.value, &fact.value),
            None => {
                found.note(other, &fact.name, String::new(), fact.value.clone());
                known_facts.push(fact.clone());
            }
        }
    }
    known_facts.retain(|fact| {
        let lapses = found.lapses(&fact.name);
        if lapses {
            found.note(other, &fact.name, fact.value.clone(), String::new());
        }
        !lapses
    });
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
