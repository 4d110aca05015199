//! What the fund pays in somebody's place, and who owes it (Art. 75 to Art. 77).

mod owed;

use contracts::Refused;
use contracts::benefit_review::v1::{
    AdvanceApplicant, AdvanceDebtor, AdvanceEntry, AdvanceEntryKind, AdvanceForm, AdvanceItem,
    AdvanceKind, AdvanceReason, BenefitKind, PaidDirectly, PayeeKind, Refusal,
};
use contracts::reflect::label_of;
use law::Sheet;
use rust_decimal::Decimal;

pub use owed::{Owed, of_employer, of_third_party};

/// Art. 75, Art. 76. In whose place the fund would pay.
#[must_use]
pub const fn kind(reason: AdvanceReason) -> AdvanceKind {
    match reason {
        AdvanceReason::ThirdPartyUnpaid | AdvanceReason::ThirdPartyUnknown => {
            AdvanceKind::ThirdParty
        }
        _ => AdvanceKind::Employer,
    }
}

/// By which law somebody owes what was advanced.
#[must_use]
pub const fn source(debtor: AdvanceDebtor) -> &'static str {
    match debtor {
        AdvanceDebtor::Employer => {
            "《中华人民共和国社会保险法》第四十一条，《社会保险基金先行支付暂行办法》第十三条"
        }
        _ => "《中华人民共和国社会保险法》第四十二条，《社会保险基金先行支付暂行办法》第十二条",
    }
}

/// Art. 75, Art. 76. A form says who applies, and who the third party is that does not pay, and neither where it does not
/// matter: an employer applies for itself by its own reason, and a relative under her or his own name.
///
/// # Errors
/// When it does not.
pub fn whole(form: &AdvanceForm) -> Result<(), Refused> {
    let by = |applicant| form.applicant() == applicant;
    let employer = by(AdvanceApplicant::Employer);
    let relative = by(AdvanceApplicant::Relative);
    let is_whole = employer != form.employer_id.is_empty()
        && employer == (form.reason() == AdvanceReason::OfEmployer)
        && relative != form.relative_name.is_empty()
        && relative != form.relative_identity_number.is_empty();
    if !is_whole {
        let applicant = label_of(
            "workinjury.benefit_review.v1.AdvanceApplicant",
            form.applicant,
        );
        let refused = Refused::because(Refusal::AdvanceApplicant);
        return Err(refused.with("applicant", applicant));
    }
    let unpaid = form.reason() == AdvanceReason::ThirdPartyUnpaid;
    if unpaid == form.third_party_name.is_empty() {
        let reason = label_of("workinjury.benefit_review.v1.AdvanceReason", form.reason);
        return Err(Refused::because(Refusal::AdvanceThirdParty).with("reason", reason));
    }
    Ok(())
}

/// What was paid of a benefit is stated once, in all.
///
/// # Errors
/// When it is stated more than once.
pub fn stated_once(paid: &[PaidDirectly]) -> Result<(), Refused> {
    for (at, one) in paid.iter().enumerate() {
        if paid
            .iter()
            .take(at)
            .any(|other| other.benefit == one.benefit)
        {
            let benefit = label_of("workinjury.benefit_review.v1.BenefitKind", one.benefit);
            let refused = Refused::because(Refusal::AdvancePaidTwice);
            return Err(refused.with("benefit", benefit));
        }
    }
    Ok(())
}

/// Yuan of a message.
fn yuan(money: Option<&contracts::Money>) -> Decimal {
    money
        .and_then(|money| money.decimal().ok())
        .unwrap_or_default()
}

/// Art. 77. What a debtor owes by the entries of an advance.
#[must_use]
pub fn owed(entries: &[AdvanceEntry], debtor: AdvanceDebtor) -> Decimal {
    let own = entries.iter().filter(|one| one.debtor() == debtor);
    own.map(|one| match one.kind() {
        AdvanceEntryKind::Recovered => -yuan(one.amount.as_ref()),
        _ => yuan(one.amount.as_ref()),
    })
    .sum()
}

/// Art. 77. What is owed after something was recovered.
///
/// # Errors
/// When it is more than was owed.
pub fn after_recovery(owed: Decimal, recovered: Decimal) -> Result<Decimal, Refused> {
    if recovered <= owed {
        return Ok(owed - recovered);
    }
    Err(Refused::because(Refusal::AdvanceRecoveredTooMuch)
        .with("recovered", recovered)
        .with("owed", owed))
}

/// Art. 77. What is advanced now: of what is due, that which neither the debtor paid by itself nor the fund advanced
/// before. What the basic medical insurance paid goes back to it (社会保险基金先行支付暂行办法第五条).
#[must_use]
pub fn items(
    owed: Vec<Owed>,
    paid: &[PaidDirectly],
    (entries, basic_medical): (&[AdvanceEntry], Decimal),
) -> Vec<AdvanceItem> {
    let mut paid: Vec<(BenefitKind, Decimal)> = paid
        .iter()
        .map(|one| (one.benefit(), yuan(one.amount.as_ref())))
        .collect();
    let returned = entries
        .iter()
        .filter(|one| one.payee() == PayeeKind::MedicalInsuranceFund);
    let returned: Decimal = returned.map(|one| yuan(one.amount.as_ref())).sum();
    let mut to_return = (basic_medical - returned).max(Decimal::ZERO);
    let mut items = Vec::new();
    for one in owed {
        let mut direct = Decimal::ZERO;
        let of_kind = paid.iter_mut().find(|(kind, _)| *kind == one.benefit);
        if let Some((_, left)) = of_kind.filter(|_| !one.paid_before) {
            direct = (*left).min(one.due);
            *left -= direct;
        }
        let before = advanced(&one, entries);
        let mut sheet = Sheet::new();
        sheet.fact("应付金额", one.due, "已核定的工伤保险待遇");
        sheet.fact("用人单位或者第三人已支付", direct, "表77-A");
        sheet.fact("此前已先行支付", before, "先行支付台账");
        let amount = (one.due - direct - before).max(Decimal::ZERO);
        let amount = sheet.fen(
            "本次先行支付",
            amount,
            "应付金额 − 已支付 − 此前已先行支付，不低于零",
        );
        let mut rest = amount;
        if one.is_medical() && one.payee == PayeeKind::Person && !one.paid_before {
            let back = to_return.min(amount);
            to_return -= back;
            rest = amount - back;
            if !back.is_zero() {
                sheet.step("退还基本医疗保险基金", back, "其先行支付的医疗费用");
                let fund = Owed {
                    payee: PayeeKind::MedicalInsuranceFund,
                    payee_id: String::new(),
                    payee_name: "基本医疗保险基金".to_owned(),
                    ..one.clone()
                };
                items.push(fund.item((back, sheet.clone().result(back))));
            }
        }
        if !rest.is_zero() {
            items.push(one.item((rest, sheet.result(rest))));
        }
    }
    items
}

/// What was advanced of it before, to the payee or in its place to the basic medical insurance.
fn advanced(of: &Owed, entries: &[AdvanceEntry]) -> Decimal {
    let same = |one: &&AdvanceEntry| {
        let in_place =
            one.payee() == PayeeKind::MedicalInsuranceFund && of.payee == PayeeKind::Person;
        let to_payee = one.payee() == of.payee && one.payee_id == of.payee_id;
        one.kind() == AdvanceEntryKind::Advanced
            && one.benefit() == of.benefit
            && one.debtor() == of.debtor
            && one.paid_before == of.paid_before
            && (to_payee || in_place)
    };
    let same = entries.iter().filter(same);
    same.map(|one| yuan(one.amount.as_ref())).sum()
}

/// Yuan that the fund pays now, and yuan that are owed to it by the items.
#[must_use]
pub fn sums(items: &[AdvanceItem]) -> (Decimal, Decimal) {
    let sum = |items: &mut dyn Iterator<Item = &AdvanceItem>| -> Decimal {
        items.map(|item| yuan(item.amount.as_ref())).sum()
    };
    let new = sum(&mut items.iter().filter(|item| !item.paid_before));
    (new, sum(&mut items.iter()))
}
