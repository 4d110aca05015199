//! What a third party compensates (forms 73-A and 73-B).

use chassis::wire::{day, uuid, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    BenefitKind, CashClaim, CashClaimKind, CompensatedItem, CompensationItem, Injury, Refusal,
    ThirdPartyCause, ThirdPartyDecision, ThirdPartyForm,
};
use contracts::common::v1::EvidenceKind;
use law::calendar::Term;
use law::{Law, Sheet};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{advanced, enter, rules, store};
use crate::advance;
use crate::benefit::store::claims;
use crate::device;
use crate::injury::{concerns, registered};
use crate::medical::store::hold_person;

/// Art. 73, Art. 74. What a third party compensates is kept, and what was paid twice is given back.
pub struct ThirdPartyCompensation;

#[chassis::async_trait]
impl Case for ThirdPartyCompensation {
    type Application = ThirdPartyForm;
    type Decision = ThirdPartyDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// Art. 73. What says who is liable, and what says how much: of a court, its judgement stands for the other.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let liable = match application.cause() {
            ThirdPartyCause::Traffic => Some(EvidenceKind::LiabilityFinding),
            ThirdPartyCause::Violence => Some(EvidenceKind::ViolenceProof),
            _ => None,
        };
        let how_much = match (application.by_court, application.cause()) {
            (true, _) => EvidenceKind::CivilJudgment,
            (false, ThirdPartyCause::Traffic) => EvidenceKind::TrafficMediation,
            (false, _) => EvidenceKind::CompensationProof,
        };
        let alone = application.employer_id.is_empty();
        let card = alone.then_some(EvidenceKind::IdentityCard);
        let papers = liable.into_iter().chain([how_much]).chain(card);
        papers.map(Needed::paper).collect()
    }

    /// Whose employer it is not is told so at once.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        // The present employer applies for an injury that another registered.
        unit.look_as_the_agency().await?;
        injured(unit, application).await?;
        Ok(self.evidence(application))
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        unit.look_as_the_agency().await?;
        let area = unit.area().to_owned();
        let injury = injured(unit, application).await?;
        rules::whole(application, (day(injury.happened_on)?, unit.applied_on()))?;
        let last = store::last(unit.db(), &area, uuid(&injury.injury_id)?).await?;
        let before = last.as_ref().map(store::Row::decision).transpose()?;
        let of = (uuid(&injury.person_id)?, injury.recognition_number.as_str());
        let settled = store::settled(unit.db(), &area, of, None).await?;
        let medical = rules::compensated(&application.items, CompensationItem::Medical);
        let taken = last.as_ref().map(store::Row::back).unwrap_or_default();
        let mut sheet = Sheet::new();
        let back = rules::compare(medical, settled, taken, &mut sheet);
        // The same again compares with what bills have come to since.
        if back.is_none() && before.is_some_and(|before| same(&before, application)) {
            let refused = Refused::because(Refusal::ThirdPartyDecided);
            return Err(refused
                .with("document_number", &application.document_number)
                .into());
        }
        let of_advance = advanced(unit, &injury, (back, settled, taken), &mut sheet).await?;
        let left = rules::left(medical, settled.compensated, taken.with(back));
        let left = sheet.step("留待以后医疗费抵付", left, "医疗费赔偿 − 已抵付");
        let to_review = to_review(unit, &injury, &application.items).await?;
        let amounts = application
            .items
            .iter()
            .map(|one| yuan(one.amount.as_ref()));
        let total: Decimal = amounts.sum::<Result<Decimal>>()?;
        Ok(ThirdPartyDecision {
            injury_id: injury.injury_id,
            sequence: last.map_or(0, |last| last.sequence + 1),
            person_id: injury.person_id,
            name: injury.name,
            recognition_number: injury.recognition_number,
            cause: application.cause,
            third_party_name: application.third_party_name.clone(),
            document_number: application.document_number.clone(),
            document_on: application.document_on,
            items: application.items.clone(),
            total: Some(total.into()),
            medical: Some(medical.into()),
            fund_difference: Some(back.fund.into()),
            employer_difference: Some((back.employer - of_advance).into()),
            advance_difference: Some(of_advance.into()),
            left: Some(left.into()),
            to_review,
            worksheet: Some(sheet.result(back.fund).into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let (injury_id, person_id) = (uuid(&decision.injury_id)?, uuid(&decision.person_id)?);
        // A bill of the person that is settled, or a benefit that is decided, waits for this, or this for that.
        claims::hold(unit.db(), &area, injury_id).await?;
        hold_person(unit.db(), person_id).await?;
        self.examine_again(unit, &application, &decision).await?;
        let injury = injured(unit, &application).await?;
        let advances = advance::cases::open(unit, &injury).await?;
        enter(unit, case_id, &injury, &decision).await?;
        advance::cases::book_changed(unit, case_id, advances).await
    }
}

/// The registered injury that a form is about.
async fn injured(unit: &mut Unit, form: &ThirdPartyForm) -> Result<Injury> {
    let of = (form.person_id.as_str(), form.name.as_str());
    let injury = registered(unit, of, &form.recognition_number).await?;
    concerns(&injury, &form.employer_id, unit.applied_on())?;
    Ok(injury)
}

/// Whether the same papers were decided with the same amounts.
fn same(before: &ThirdPartyDecision, form: &ThirdPartyForm) -> bool {
    before.document_number == form.document_number && before.items == form.items
}

/// Art. 74. The claims decided before of which the area's rule would pay less.
async fn to_review(
    unit: &mut Unit,
    injury: &Injury,
    items: &[CompensatedItem],
) -> Result<Vec<String>> {
    let area = unit.area().to_owned();
    let law = unit.law(unit.applied_on()).await?;
    let of = (uuid(&injury.person_id)?, injury.recognition_number.as_str());
    let is_less = |kind: BenefitKind| match rules::counterpart(kind) {
        Some((item, entry)) if !rules::compensated(items, item).is_zero() => {
            let rule = law.text(&format!("third_party_offset.{entry}"))?;
            Ok(rules::offsets(&rule))
        }
        _ => Ok(false),
    };
    let mut found = Vec::new();
    for kind in [CashClaimKind::Disability, CashClaimKind::Death] {
        for row in claims::of_injury(unit.db(), &area, of, kind).await? {
            let claim: CashClaim = row.claim()?;
            let less = claim.awards.iter().map(|award| is_less(award.benefit()));
            let less = less.collect::<Result<Vec<bool>>>()?;
            if less.contains(&true) {
                found.push(claim.claim_id);
            }
        }
    }
    if is_less(BenefitKind::Device)? {
        for (claim_id, decision) in device::of_injury(unit, injury).await? {
            let paid = [&decision.fund, &decision.employer];
            let paid = paid.into_iter().map(|part| yuan(part.as_ref()));
            if paid.sum::<Result<Decimal>>()? > Decimal::ZERO {
                found.push(claim_id.to_string());
            }
        }
    }
    Ok(found)
}
